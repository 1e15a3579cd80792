"""Uploads of logs and updates of firmware, as the station tells of them.

Proves 4.4, 4.5, errata 3.12 and 3.49, the whitepaper's N01 and L01, and reference/handlers.md 1.8 and 1.9 (D19 to D23
put right): which message, which status a trigger tells, and when connectors leave and return to service.
"""

import pytest

from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.hardware import AllConnectorsUnavailable, Disable, Enable
from ocpp16sm.messages import FirmwareStatus, FirmwareUpdateStatus, UploadLogStatus
from tests.support.scene import CoreScene, accepted

UNSIGNED = -1
ACCEPTED = {"status": "Accepted"}


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors; what the hardware was asked for at the start is forgotten."""
    scene = accepted(connectors=2)
    scene.orders()
    return scene


def triggered(scene: CoreScene, action: str, message: str, sent: str) -> dict[str, object]:
    """What a trigger has told."""
    assert scene.asks(action, requestedMessage=message) == ACCEPTED
    heard = scene.hears(sent)
    scene.hears_nothing()
    return heard.payload


# -- logs --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(set(UploadLogStatus) - {"Idle"}))
def test_the_upload_of_a_log_is_told_with_its_request(scene: CoreScene, status: str) -> None:
    """N01: all but Idle."""
    scene.station.on_log_status_notification(17, status)
    scene.hears("LogStatusNotification", status=status, requestId=17)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("Uploading", "Uploading"),
        ("Uploaded", "Uploaded"),
        ("UploadFailure", "UploadFailed"),
        ("BadMessage", "UploadFailed"),
        ("NotSupportedOperation", "UploadFailed"),
        ("PermissionDenied", "UploadFailed"),
    ],
)
def test_the_upload_of_diagnostics_is_told_in_its_own_words(scene: CoreScene, status: str, told: str) -> None:
    """4.4, 7.24; what has no word of its own has failed (D19: libocpp throws)."""
    scene.station.on_log_status_notification(UNSIGNED, status)
    heard = scene.hears("DiagnosticsStatusNotification")
    assert heard.payload == {"status": told}


@pytest.mark.parametrize("status", UploadLogStatus)
def test_a_trigger_tells_of_an_upload_that_is_busy_or_idle(scene: CoreScene, status: str) -> None:
    """4.4: Idle only when asked, and when not busy."""
    told = "Uploading" if status == "Uploading" else "Idle"
    scene.station.on_log_status_notification(17, status)
    scene.hears_all()
    found = triggered(scene, "ExtendedTriggerMessage", "LogStatusNotification", "LogStatusNotification")
    assert found["status"] == told
    if told == "Uploading":
        assert found["requestId"] == 17
    scene.station.on_log_status_notification(UNSIGNED, status)
    scene.hears_all()
    message = "DiagnosticsStatusNotification"
    assert triggered(scene, "TriggerMessage", message, message) == {"status": told}


def test_before_any_upload_a_trigger_tells_idle_without_a_request(scene: CoreScene) -> None:
    """D23: libocpp reads what was never set."""
    found = triggered(scene, "ExtendedTriggerMessage", "LogStatusNotification", "LogStatusNotification")
    assert found == {"status": "Idle"}
    message = "SignedFirmwareStatusNotification"
    assert triggered(scene, "ExtendedTriggerMessage", "FirmwareStatusNotification", message) == {"status": "Idle"}


@pytest.mark.parametrize("request_id", [17, UNSIGNED])
def test_idle_is_told_to_nobody_who_has_not_asked(scene: CoreScene, request_id: int) -> None:
    """4.4, 4.5: Idle SHALL only be sent after a TriggerMessage."""
    scene.station.on_log_status_notification(request_id, "Idle")
    scene.station.on_firmware_update_status_notification(request_id, "Idle")
    scene.hears_nothing()


@pytest.mark.parametrize("handler", ["on_log_status_notification", "on_firmware_update_status_notification"])
def test_a_status_that_is_none_is_the_station_s_mistake(scene: CoreScene, handler: str) -> None:
    """handlers.md 1.8; nothing is sent."""
    with pytest.raises(InvalidArgumentError):
        getattr(scene.station, handler)(1, "Nonsense")
    scene.hears_nothing()


@pytest.mark.parametrize("request_id", [17, UNSIGNED])
def test_a_job_is_not_told_before_registration(request_id: int) -> None:
    """4.2 (D20: libocpp sends DiagnosticsStatusNotification all the same)."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", {"status": "Rejected", "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    scene.station.on_log_status_notification(request_id, "Uploading")
    scene.station.on_firmware_update_status_notification(request_id, "Downloading")
    scene.hears_nothing()


# -- firmware: messages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(set(FirmwareUpdateStatus) - {"Idle"}))
def test_a_signed_update_is_told_with_its_request(scene: CoreScene, status: str) -> None:
    """L01: all but Idle."""
    scene.station.on_firmware_update_status_notification(8, status)
    scene.hears("SignedFirmwareStatusNotification", status=status, requestId=8)


@pytest.mark.parametrize("status", FirmwareUpdateStatus)
def test_an_unsigned_update_is_told_where_there_is_a_word(scene: CoreScene, status: str) -> None:
    """4.5, 7.25: six of them, and Idle."""
    scene.station.on_firmware_update_status_notification(UNSIGNED, status)
    if status in set(FirmwareStatus) - {"Idle"}:
        assert scene.hears("FirmwareStatusNotification").payload == {"status": status}
    scene.hears_all("StatusNotification")
    scene.hears_nothing()


@pytest.mark.parametrize("status", FirmwareStatus)
def test_a_trigger_tells_of_an_unsigned_update_that_is_busy_or_idle(scene: CoreScene, status: str) -> None:
    """4.5: Idle only when asked, and when not busy."""
    scene.station.on_firmware_update_status_notification(UNSIGNED, status)
    scene.hears_all()
    over = status in ("Installed", "InstallationFailed", "DownloadFailed", "Idle")
    message = "FirmwareStatusNotification"
    assert triggered(scene, "TriggerMessage", message, message) == {"status": "Idle" if over else status}


@pytest.mark.parametrize("status", FirmwareUpdateStatus)
def test_a_trigger_tells_the_last_status_of_a_signed_update(scene: CoreScene, status: str) -> None:
    """L01.FR.28, L01.FR.29: Idle after Installed, else the status that was sent last."""
    scene.station.on_firmware_update_status_notification(8, status)
    scene.hears_all()
    found = triggered(scene, "ExtendedTriggerMessage", "FirmwareStatusNotification", "SignedFirmwareStatusNotification")
    assert found["status"] == ("Idle" if status == "Installed" else status)
    if found["status"] != "Idle":
        assert found["requestId"] == 8


def test_a_bad_signature_is_a_security_event(scene: CoreScene) -> None:
    """L01.FR.03: told to the Central System although it is not on the list of critical ones."""
    scene.station.on_firmware_update_status_notification(8, "InvalidSignature")
    heard = {one.action: one for one in scene.hears_all()}
    assert heard["SignedFirmwareStatusNotification"]["status"] == "InvalidSignature"
    assert heard["SecurityEventNotification"]["type"] == "InvalidFirmwareSignature"


# -- firmware: connectors ----------------------------------------------------------------------------------------------

READY = {UNSIGNED: "Downloaded", 8: "SignatureVerified"}
ENDS = [
    (UNSIGNED, "Installed"),
    (UNSIGNED, "InstallationFailed"),
    (UNSIGNED, "DownloadFailed"),
    (8, "Installed"),
    (8, "InstallationFailed"),
    (8, "DownloadFailed"),
    (8, "InstallVerificationFailed"),
    (8, "InvalidSignature"),
]


def disables(scene: CoreScene, *connectors: int) -> None:
    """The hardware takes connectors out of service."""
    for connector in connectors:
        scene.station.on_disabled(connector)


@pytest.mark.parametrize("request_id", READY)
def test_connectors_leave_service_when_the_download_is_ready(pair: CoreScene, request_id: int) -> None:
    """station.md, errata 3.49: idle ones at once; when all are out the hardware is told, once."""
    for status in ("Downloading", "Downloaded", "SignatureVerified"):
        pair.station.on_firmware_update_status_notification(request_id, status)
        if status == READY[request_id]:
            break
        assert pair.orders() == []
    assert pair.orders() == [Disable(1), Disable(2)]
    disables(pair, 1)
    assert pair.orders() == []
    disables(pair, 2)
    assert pair.orders() == [AllConnectorsUnavailable()]
    pair.station.on_firmware_update_status_notification(request_id, "Installing")
    assert pair.orders() == []
    statuses = pair.hears_all("StatusNotification")
    assert [(heard["connectorId"], heard["status"]) for heard in statuses] == [(1, "Unavailable"), (2, "Unavailable")]


@pytest.mark.parametrize("request_id", READY)
def test_a_busy_connector_leaves_service_when_its_use_has_ended(pair: CoreScene, request_id: int) -> None:
    """Errata 3.49: a running transaction is not disturbed."""
    pair.transaction(2)
    pair.orders()
    pair.station.on_firmware_update_status_notification(request_id, READY[request_id])
    assert pair.orders() == [Disable(1)]
    disables(pair, 1)
    pair.ends(2)
    assert pair.orders() == [Disable(2)]
    disables(pair, 2)
    assert pair.orders() == [AllConnectorsUnavailable()]


def test_a_change_that_is_scheduled_already_stays_scheduled(pair: CoreScene) -> None:
    """5.2: the Central System wanted the busy connector out of service before the update did."""
    pair.transaction(2)
    assert pair.asks("ChangeAvailability", connectorId=2, type="Inoperative") == {"status": "Scheduled"}
    pair.orders()
    pair.station.on_firmware_update_status_notification(8, "SignatureVerified")
    assert pair.orders() == [Disable(1)]


@pytest.mark.parametrize("request_id", READY)
def test_connectors_may_stay_in_service(pair: CoreScene, request_id: int) -> None:
    """handlers.md 1.9: disable_connectors_during_install false."""
    for status in (READY[request_id], "Installing", "Installed"):
        pair.station.on_firmware_update_status_notification(request_id, status, False)
    assert pair.orders() == []


@pytest.mark.parametrize(("request_id", "end"), ENDS)
def test_connectors_return_to_service_when_the_update_is_over(pair: CoreScene, request_id: int, end: str) -> None:
    """station.md: back after the end, however it ended (D21); not those that the Central System wants out."""
    assert pair.asks("ChangeAvailability", connectorId=2, type="Inoperative") == ACCEPTED
    disables(pair, 2)
    pair.station.on_firmware_update_status_notification(request_id, READY[request_id])
    disables(pair, 1)
    pair.hears_all()
    pair.orders()
    pair.station.on_firmware_update_status_notification(request_id, end)
    assert pair.orders(Enable, Disable) == [Enable(1)]
    pair.station.on_enabled(1)
    pair.hears_all()
    pair.station.on_firmware_update_status_notification(request_id, end)
    assert pair.orders(Enable, Disable) == [], "once is enough"


@pytest.mark.parametrize(("request_id", "end"), ENDS)
def test_a_failed_update_leaves_nothing_scheduled(pair: CoreScene, request_id: int, end: str) -> None:
    """D21: a connector that was busy all the while stays in service when its use ends."""
    pair.transaction(1)
    pair.station.on_firmware_update_status_notification(request_id, READY[request_id])
    pair.station.on_firmware_update_status_notification(request_id, end)
    pair.hears_all()
    pair.orders()
    pair.ends()
    pair.station.on_session_stopped(1, "s1")
    assert [heard["status"] for heard in pair.hears_all("StatusNotification")] == ["Finishing", "Available"]
    assert Disable(1) not in pair.orders()


def test_an_update_is_not_remembered_as_the_central_system_s_wish(pair: CoreScene) -> None:
    """station.md: not persistent."""
    pair.station.on_firmware_update_status_notification(8, "SignatureVerified")
    disables(pair, 1, 2)
    pair.restarts()
    seen = {heard["connectorId"]: heard["status"] for heard in pair.hears_all("StatusNotification")}
    assert seen == {0: "Available", 1: "Available", 2: "Available"}
