"""An update and a restart: what is told afterwards, what is asked for again, and which connectors are in service.

Proves 5.19, errata 3.47 (Installed is told when the new firmware has booted), L01.FR.22, 5.2, and that whatever the
moment, nothing is forgotten: the state of the update is on disk before anybody hears of it.
"""

from typing import Any

import pytest
from attrs import evolve

from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.hardware import AllConnectorsUnavailable, Disable, Enable, UpdateFirmware
from ocpp16sm.messages import ChargePointStatus
from tests.support.firmware import (
    MESSAGES,
    ONE,
    PAST,
    PLACE,
    READY,
    SIGNED,
    asks_for_update,
    at,
    disables,
    enables,
    says,
    told,
    triggered,
    updating,
)
from tests.support.scene import SILENCE, CoreScene

NEW = BootReason.FIRMWARE_UPDATE
OTHER_REASONS = sorted(set(BootReason) - {NEW})
AGAIN = UpdateFirmware(PLACE, at(PAST), None, None)
COURSE = ["Downloading", "Downloaded", "Installing", "InstallRebooting"]


@pytest.fixture
def scene() -> CoreScene:
    """One connector."""
    return updating()


def up_to(scene: CoreScene, status: str, **request: Any) -> None:
    """An update was asked for, and is as far as this; everything has been heard."""
    asks_for_update(scene, **request)
    says(scene, *COURSE[: COURSE.index(status) + 1])
    disables(scene, *range(1, scene.setup.connectors + 1))
    scene.hears_all()
    scene.orders()


# -- new firmware ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", COURSE[1:])
def test_installed_is_told_when_the_new_firmware_has_booted(scene: CoreScene, status: str) -> None:
    """Errata 3.47: once it is known to work. A bootloader cannot say Installing (L01.FR.22)."""
    up_to(scene, status)
    scene.restarts(NEW)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification", type="FirmwareUpdated")
    scene.sees(0, "Available")
    scene.sees(1, "Available")
    scene.hears("FirmwareStatusNotification", status="Installed")
    scene.hears_nothing()
    assert triggered(scene) == {"status": "Idle"}
    scene.restarts(NEW)
    assert told(scene) == [], "once"
    assert scene.orders(UpdateFirmware) == []


@pytest.mark.parametrize("status", ["SignatureVerified", "InstallScheduled", "Installing", "InstallRebooting"])
def test_a_signed_update_is_told_with_its_request(scene: CoreScene, status: str) -> None:
    """L01.FR.10; then it is over (L01.FR.28)."""
    says(scene, "Downloading", "Downloaded", status, request_id=SIGNED)
    scene.hears_all()
    scene.restarts(NEW)
    scene.hears_all("StatusNotification")
    assert triggered(scene, SIGNED)["status"] == "Idle"
    scene = updating()
    says(scene, "Downloading", "Downloaded", status, request_id=SIGNED)
    scene.hears_all()
    scene.restarts(NEW)
    heard = scene.hears_all("SignedFirmwareStatusNotification", "FirmwareStatusNotification")
    assert [each.payload for each in heard] == [{"status": "Installed", "requestId": SIGNED}]


def test_installed_is_told_when_it_is_accepted_and_not_before(scene: CoreScene) -> None:
    """4.2 (D22: libocpp loses it)."""
    up_to(scene, "Installing")
    scene.starts(boot_reason=NEW)
    scene.hears("BootNotification", {"status": "Pending", "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    scene.hears_nothing()
    scene.passes(60)
    scene.hears("BootNotification")
    assert told(scene) == ["Installed"]


def test_installed_is_told_after_a_reboot_without_a_connection(scene: CoreScene) -> None:
    """Errata 3.47: and another power cut."""
    up_to(scene, "Installing")
    scene.loses_network()
    scene.starts(boot_reason=NEW)
    scene.passes(3600)
    scene.starts()
    scene.regains_network()
    assert told(scene) == ["Installed"]


@pytest.mark.parametrize("answered", [True, False])
def test_what_was_told_before_the_reboot_is_told_again_only_if_it_was_not_heard(
    scene: CoreScene, answered: bool
) -> None:
    """A station that says Installed and reboots in the same moment."""
    up_to(scene, "Installing")
    says(scene, "Installed")
    scene.hears("FirmwareStatusNotification", {} if answered else SILENCE, status="Installed")
    scene.restarts(NEW)
    assert told(scene) == ([] if answered else ["Installed"])


def test_a_reboot_after_the_installation_is_told_once(scene: CoreScene) -> None:
    """profiles.md 5.2: Installed, InstallRebooting, restart; nothing is left to be told then."""
    says(scene, "Downloading", "Installed", "InstallRebooting", "InstallRebooting", request_id=SIGNED)
    assert told(scene, SIGNED) == ["Downloading", "Installed", "InstallRebooting"]
    scene.restarts(NEW)
    assert told(scene, SIGNED) == []
    assert triggered(scene, SIGNED)["status"] == "Idle"


# -- no new firmware ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Installing", "InstallRebooting"])
@pytest.mark.parametrize("reason", OTHER_REASONS)
def test_an_installation_that_a_restart_ended_has_failed(scene: CoreScene, status: str, reason: BootReason) -> None:
    """4.5: the old firmware is still running; the Central System is not left waiting."""
    up_to(scene, status)
    scene.restarts(reason)
    assert told(scene) == ["InstallationFailed"]
    assert scene.orders(UpdateFirmware) == []
    assert triggered(scene) == {"status": "Idle"}


def test_a_station_that_knows_better_has_the_last_word(scene: CoreScene) -> None:
    """4.5: an end is never silent."""
    up_to(scene, "Installing")
    scene.restarts()
    assert told(scene) == ["InstallationFailed"]
    says(scene, "Installed")
    assert told(scene) == ["Installed"]


def with_version(setup: Setup, firmware_version: str | None) -> Setup:
    """The charge point with this firmware."""
    return evolve(setup, identity=evolve(setup.identity, firmware_version=firmware_version))


@pytest.mark.parametrize(
    ("before", "after", "end"),
    [
        ("1.0", "1.1", "Installed"),
        ("1.0", "1.0", "InstallationFailed"),
        (None, "1.1", "InstallationFailed"),
        ("1.0", None, "InstallationFailed"),
        (None, None, "InstallationFailed"),
    ],
)
def test_another_version_is_new_firmware_whatever_the_reason(
    scene: CoreScene, before: str | None, after: str | None, end: str
) -> None:
    """6.3: a station that does not know why it started still knows what it is."""
    scene.virtual.setup = with_version(scene.setup, before)
    scene.restarts()
    scene.hears_all()
    up_to(scene, "Installing")
    scene.virtual.setup = with_version(scene.setup, after)
    scene.restarts()
    heard = scene.hears_all("SecurityEventNotification", "FirmwareStatusNotification")
    events = [each["type"] for each in heard if each.action == "SecurityEventNotification"]
    assert events == ["StartupOfTheDevice", *(["FirmwareUpdated"] if end == "Installed" else [])]
    assert heard[-1].payload == {"status": end}


def test_an_older_update_says_nothing_of_the_version_before_this_one(scene: CoreScene) -> None:
    """A station that updates itself twice, and fails the second time."""
    for version, asks in (("1.0", True), ("2.0", False)):
        scene.virtual.setup = with_version(scene.setup, version)
        scene.restarts()
        scene.hears_all()
        if asks:
            asks_for_update(scene)
        says(scene, "Downloading", "Installing")
        scene.hears_all()
    scene.restarts()
    assert told(scene) == ["InstallationFailed"]


# -- downloads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statuses", [[], ["Downloading"], ["DownloadPaused"], ["Downloaded"]])
@pytest.mark.parametrize("reason", [BootReason.POWER_UP, BootReason.WATCHDOG, BootReason.REMOTE_RESET])
def test_a_download_that_a_restart_ended_is_asked_for_again(
    scene: CoreScene, statuses: list[str], reason: BootReason
) -> None:
    """5.19: as soon as possible after retrieveDate, which has passed; and so is one that was not installed yet."""
    asks_for_update(scene)
    says(scene, *statuses)
    scene.hears_all()
    scene.orders()
    scene.restarts(reason)
    assert scene.orders(UpdateFirmware) == [AGAIN]
    scene.hears_all()
    says(scene, "Downloading", "Downloaded")
    assert told(scene) == ["Downloading", "Downloaded"], "it is another attempt"


def test_new_firmware_that_came_otherwise_does_not_end_a_download(scene: CoreScene) -> None:
    """Somebody with a stick: what the Central System asked for has not been installed."""
    up_to(scene, "Downloading")
    scene.restarts(NEW)
    assert scene.orders(UpdateFirmware) == [AGAIN]
    assert told(scene) == []


@pytest.mark.parametrize(("failed", "left"), [(0, 3), (1, 2), (2, 1), (3, 0)])
def test_attempts_are_counted_over_a_restart(scene: CoreScene, failed: int, left: int) -> None:
    """6.55: a station that fails and restarts, and fails and restarts, comes to an end."""
    asks_for_update(scene, retries=3, retryInterval=10)
    for _ in range(failed):
        says(scene, "Downloading", "DownloadFailed")
    scene.orders()
    scene.restarts()
    assert scene.orders(UpdateFirmware) == [UpdateFirmware(PLACE, at(PAST), left, 10)]


def test_a_download_that_failed_for_good_is_not_asked_for_again(scene: CoreScene) -> None:
    """6.55."""
    asks_for_update(scene, retries=1)
    for _ in range(2):
        says(scene, "Downloading", "DownloadFailed")
    scene.hears_all()
    scene.restarts()
    assert scene.orders(UpdateFirmware)[1:] == []
    assert told(scene) == []


@pytest.mark.parametrize("down_s", [0, 1800, 7200])
def test_an_update_that_is_waited_for_is_not_forgotten(scene: CoreScene, down_s: float) -> None:
    """5.19, errata 3.63; EVerest forgets it."""
    asks_for_update(scene, ONE, retries=2)
    scene.virtual.now = scene.virtual.now.later(down_s)
    scene.restarts()
    scene.hears_all()
    if down_s < 3600:
        assert scene.orders(UpdateFirmware) == []
        scene.passes(3600 - down_s)
    assert scene.orders(UpdateFirmware) == [UpdateFirmware(PLACE, at(ONE), 2, None)]


def test_an_update_that_waits_for_another_is_not_forgotten(scene: CoreScene) -> None:
    """5.19."""
    up_to(scene, "Installing")
    asks_for_update(scene, location="https://files.example/other.bin")
    scene.restarts(NEW)
    assert scene.orders(UpdateFirmware) == [UpdateFirmware("https://files.example/other.bin", at(PAST), None, None)]


@pytest.mark.parametrize("status", ["DownloadScheduled", "Downloading", "Downloaded", "SignatureVerified"])
def test_a_signed_update_that_nobody_here_has_asked_for_is_the_stations_affair(scene: CoreScene, status: str) -> None:
    """What cannot be asked for again is not; whatever the station says next is told."""
    says(scene, status, request_id=SIGNED)
    scene.hears_all()
    scene.restarts()
    assert told(scene, SIGNED) == []
    assert scene.orders(UpdateFirmware) == []
    says(scene, "Downloading", request_id=SIGNED)
    assert told(scene, SIGNED) == ["Downloading"]


# -- connectors --------------------------------------------------------------------------------------------------------

UNAVAILABLE = ChargePointStatus.UNAVAILABLE
AVAILABLE = ChargePointStatus.AVAILABLE


@pytest.mark.parametrize("request_id", MESSAGES)
@pytest.mark.parametrize("found", ["as they were", "not known"])
@pytest.mark.parametrize("reason", [NEW, BootReason.POWER_UP])
@pytest.mark.parametrize("status", ["ready", "Installing"])
def test_connectors_do_not_stay_out_of_service(request_id: int, found: str, reason: BootReason, status: str) -> None:
    """5.2: nobody but the update wanted it; those that the Central System wants out stay out."""
    scene = updating(connectors=3)
    scene.asks("ChangeAvailability", connectorId=3, type="Inoperative")
    disables(scene, 3)
    says(scene, READY[request_id], *([status] if status != "ready" else []), request_id=request_id)
    disables(scene, 1, 2)
    scene.hears_all()
    scene.orders()
    as_they_were = {0: AVAILABLE, 1: UNAVAILABLE, 2: UNAVAILABLE, 3: UNAVAILABLE}
    scene.restarts(reason, **({"connector_status": as_they_were} if found == "as they were" else {}))
    orders = scene.orders(Enable, Disable)
    assert {Enable(1), Enable(2)} <= set(orders)
    assert Enable(3) not in orders
    enables(scene, 1, 2)
    assert [scene.status(connector) for connector in (1, 2, 3)] == [AVAILABLE, AVAILABLE, UNAVAILABLE]


def test_connectors_that_were_on_their_way_back_come_back() -> None:
    """A reboot between Installed and on_enabled; and a second one."""
    scene = updating(connectors=2)
    says(scene, "Downloaded")
    disables(scene, 1, 2)
    says(scene, "Installed")
    as_they_were = dict.fromkeys((1, 2), UNAVAILABLE) | {0: AVAILABLE}
    for _ in range(2):
        scene.orders()
        scene.restarts(NEW, connector_status=as_they_were)
        assert scene.orders(Enable) == [Enable(0), Enable(1), Enable(2)]
    enables(scene, 1, 2)
    scene.orders()
    scene.restarts(NEW, connector_status=as_they_were)
    assert scene.orders(Enable) == [], "now it is the station that has them out of service"


def test_connectors_leave_service_again_for_the_next_attempt() -> None:
    """L01.FR.07, after a restart in Downloaded."""
    scene = updating(connectors=2)
    up_to(scene, "Downloaded")
    scene.restarts()
    enables(scene, 1, 2)
    scene.orders()
    says(scene, "Downloading", "Downloaded")
    disables(scene, 1, 2)
    assert scene.orders() == [Disable(1), Disable(2), AllConnectorsUnavailable()]


def test_a_transaction_that_goes_on_over_the_restart_is_not_disturbed() -> None:
    """L01.FR.06: it was waited for; after the restart nothing is ready yet."""
    scene = updating(connectors=2)
    scene.transaction(1)
    asks_for_update(scene)
    says(scene, "Downloading", "Downloaded")
    scene.hears_all()
    scene.restarts(resuming_sessions=frozenset({"s1"}))
    scene.hears_all()
    scene.orders()
    scene.ends()
    assert Disable(1) not in scene.orders()


def test_d21_nothing_of_an_update_is_remembered_as_the_central_systems_wish() -> None:
    """station.md: not persistent."""
    scene = updating(connectors=2)
    says(scene, "SignatureVerified", request_id=SIGNED)
    disables(scene, 1, 2)
    assert scene.virtual.store.load().availability == {}
    scene.restarts()
    seen = [(heard["connectorId"], heard["status"]) for heard in scene.hears_all("StatusNotification")]
    assert seen == [(0, "Available"), (1, "Available"), (2, "Available")]


# -- every moment ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", range(8))
def test_the_central_system_learns_the_end_wherever_the_power_is_cut(cut: int) -> None:
    """5.19, errata 3.47: with a station that does what it is asked for, one restart at any step changes nothing."""
    scene = updating(connectors=1)
    asks_for_update(scene, "2026-06-01T12:30:00Z", retries=1)
    heard: list[str] = []

    def step(number: int) -> None:
        heard.extend(told(scene))
        if number == cut:
            installing = scene.virtual.core.features.firmware.status == "Installing"
            scene.restarts(NEW if installing else BootReason.POWER_UP)
            heard.extend(told(scene))

    step(0)
    scene.passes(1800)
    for number in range(1, 8):
        step(number)
        if triggered(scene) == {"status": "Idle"} and scene.orders(UpdateFirmware):
            says(scene, "Downloading")
        elif triggered(scene) == {"status": "Downloading"}:
            says(scene, "Downloaded")
            disables(scene, 1)
        elif scene.orders(AllConnectorsUnavailable):
            says(scene, "Installing")
        elif triggered(scene) == {"status": "Installing"}:
            says(scene, "Installed")
            enables(scene, 1)
        heard.extend(told(scene))
    assert heard[-1] == "Installed", heard
    assert not any("Failed" in each for each in heard)
    assert scene.status(1) == "Available"
    assert heard.count("Installed") == 1
