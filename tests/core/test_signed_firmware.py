"""SignedUpdateFirmware: whose signature counts, what the station is asked for, and what becomes of an update before.

Proves the whitepaper's L01 (FR.02, FR.03, FR.10, FR.20, FR.23 to FR.29), 5.21, 6.9 and 6.18, and where they leave room:
the station says whether an update can be given up; one that it does not know of yet is given up without asking.
"""

import pytest

from ocpp16sm.certificates import CheckFirmwareSigner
from ocpp16sm.core.engine.effects import AskCertificates
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.hardware import CancelFirmwareUpdate, Hardware, HardwareCall, UpdateFirmware, UpdateSignedFirmware
from tests.support.firmware import (
    NOON,
    ONE,
    PAST,
    PLACE,
    SIGNATURE,
    SIGNED,
    SIGNER,
    Signers,
    asks_for_signed_update,
    asks_for_update,
    at,
    says,
    told,
    triggered,
    updating,
)
from tests.support.scene import CoreScene, RefusedError
from tests.support.scripted_hardware import ScriptedHardware

EVENT = "SecurityEventNotification"


@pytest.fixture
def scene() -> CoreScene:
    """One connector."""
    return updating()


def wanted(request_id: int = SIGNED, retrieve_date: str = PAST, **other: int | None) -> UpdateSignedFirmware:
    """What the station is asked for."""
    retries, interval = other.get("retries"), other.get("interval")
    return UpdateSignedFirmware(request_id, PLACE, at(retrieve_date), None, SIGNER, SIGNATURE, retries, interval)


def orders(scene: CoreScene) -> list[HardwareCall]:
    """What the station was asked for that has to do with updates."""
    return scene.orders(UpdateFirmware, UpdateSignedFirmware, CancelFirmwareUpdate)


# -- who has signed ----------------------------------------------------------------------------------------------------


def test_the_certificate_is_looked_at_first(scene: CoreScene) -> None:
    """L01.FR.23: nothing is answered, and nothing begun, before that is known."""
    scene.virtual.hardware_s = 5.0
    firmware = {"location": PLACE, "retrieveDateTime": PAST, "signingCertificate": SIGNER, "signature": SIGNATURE}
    message_id = scene.sends("SignedUpdateFirmware", requestId=SIGNED, firmware=firmware)
    scene.passes(4.9)
    scene.hears_nothing()
    assert orders(scene) == []
    scene.passes(0.1)
    assert scene.answer_to(message_id) == {"status": "Accepted"}
    assert orders(scene) == [wanted()]
    asked = [effect.call for effect in scene.virtual.effects if isinstance(effect, AskCertificates)]
    assert asked == [CheckFirmwareSigner(SIGNER)]


@pytest.mark.parametrize(
    ("signers", "status", "why"),
    [
        (Signers(valid=False), "InvalidCertificate", "nobody knows who issued it"),
        (Signers(valid=None), "InvalidCertificate", "the certificate could not be verified"),
        (Signers(revoked=True), "RevokedCertificate", "the certificate has been revoked"),
    ],
    ids=["invalid", "cannot be verified", "revoked"],
)
def test_a_certificate_that_does_not_hold_is_an_alarm(signers: Signers, status: str, why: str) -> None:
    """L01.FR.02, L01.FR.24, L01.FR.25: the answer says so, an event is sent, and nothing begins."""
    scene = updating(signers=signers)
    assert asks_for_signed_update(scene) == status
    heard = scene.hears(EVENT)
    assert heard["type"] == "InvalidFirmwareSigningCertificate"
    assert heard["techInfo"] == why
    scene.hears_nothing()
    assert orders(scene) == []
    assert triggered(scene, SIGNED) == {"status": "Idle"}


def test_a_bad_certificate_disturbs_no_update_that_is_going_on(scene: CoreScene) -> None:
    """L01.FR.24: it is as if the request had not come."""
    asks_for_signed_update(scene)
    says(scene, "Downloading", request_id=SIGNED)
    scene.virtual.certificates = Signers(valid=False)
    assert asks_for_signed_update(scene, 9) == "InvalidCertificate"
    assert orders(scene) == [wanted()]
    says(scene, "Downloaded", request_id=SIGNED)
    assert told(scene, SIGNED) == ["Downloading", "Downloaded"]


# -- what is asked for -------------------------------------------------------------------------------------------------


def test_every_field_is_passed_on(scene: CoreScene) -> None:
    """5.21, 6.9."""
    assert asks_for_signed_update(scene, install_date=ONE, retries=3, retryInterval=60) == "Accepted"
    asked = UpdateSignedFirmware(SIGNED, PLACE, at(PAST), at(ONE), SIGNER, SIGNATURE, 3, 60)
    assert orders(scene) == [asked]
    scene.hears_nothing()


def test_negative_numbers_mean_none_at_all(scene: CoreScene) -> None:
    """5.21 says integer; a station need not think about less than nothing."""
    asks_for_signed_update(scene, retries=-1, retryInterval=-5)
    assert orders(scene) == [wanted(retries=0, interval=0)]


def test_the_station_is_not_asked_before_the_time_has_come(scene: CoreScene) -> None:
    """6.9; L01.FR.13: meanwhile it is scheduled, and that is told after the answer."""
    assert asks_for_signed_update(scene, retrieve_date=ONE) == "Accepted"
    assert scene.hears("SignedFirmwareStatusNotification").payload == {"status": "DownloadScheduled", "requestId": 8}
    scene.passes(3599.9)
    assert orders(scene) == []
    scene.passes(0.1)
    assert orders(scene) == [wanted(retrieve_date=ONE)]
    scene.hears_nothing()


def test_every_status_carries_the_request(scene: CoreScene) -> None:
    """L01.FR.01, L01.FR.10."""
    asks_for_signed_update(scene)
    course = ["Downloading", "Downloaded", "SignatureVerified", "Installing", "Installed"]
    says(scene, *course, request_id=SIGNED)
    heard = scene.hears_all("SignedFirmwareStatusNotification")
    assert [each.payload for each in heard] == [{"status": status, "requestId": SIGNED} for status in course]


def test_a_bad_signature_is_an_alarm_and_the_end(scene: CoreScene) -> None:
    """L01.FR.03: the event is sent, although its kind is not critical."""
    asks_for_signed_update(scene)
    says(scene, "Downloading", "Downloaded", "InvalidSignature", request_id=SIGNED)
    heard = scene.hears_all("SignedFirmwareStatusNotification", EVENT)
    assert [each.payload.get("status", each.payload.get("type")) for each in heard] == [
        "Downloading",
        "Downloaded",
        "InvalidSignature",
        "InvalidFirmwareSignature",
    ]
    scene.restarts()
    scene.hears_all()
    assert orders(scene) == [wanted()], "asked once"


@pytest.mark.parametrize("broken", [True, False], ids=["raises", "has no such method"])
def test_a_station_that_cannot_is_told_of_as_a_download_that_failed(broken: bool) -> None:
    """As for an unsigned one: by then the request has been accepted."""
    scene = updating(hardware=ScriptedHardware(broken=True) if broken else Hardware())
    assert asks_for_signed_update(scene, retries=5) == "Accepted"
    assert told(scene, SIGNED) == ["DownloadFailed"]
    scene.restarts()
    assert orders(scene) == [wanted(retries=5)], "not again"


def test_the_request_id_that_handlers_use_for_none_at_all_is_rejected(scene: CoreScene) -> None:
    """handlers.md 1.9: -1 stands for UpdateFirmware there, so that the two could not be told apart."""
    assert asks_for_signed_update(scene, -1) == "Rejected"
    assert orders(scene) == []


# -- another one before it is over -------------------------------------------------------------------------------------

BUSY = [
    [],
    ["Downloading"],
    ["Downloading", "DownloadPaused"],
    ["Downloading", "DownloadFailed"],
    ["Downloading", "Downloaded"],
    ["Downloading", "Downloaded", "SignatureVerified"],
    ["Downloading", "Downloaded", "SignatureVerified", "InstallScheduled"],
    ["Downloading", "Downloaded", "SignatureVerified", "Installing"],
    ["Downloading", "Downloaded", "SignatureVerified", "InstallRebooting"],
]
OVER = [
    ["Downloading", "Downloaded", "SignatureVerified", "Installing", "Installed"],
    ["Downloading", "Downloaded", "InvalidSignature"],
    ["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallationFailed"],
    ["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallVerificationFailed"],
    ["Idle"],
]


@pytest.mark.parametrize("before", BUSY, ids=" ".join)
@pytest.mark.parametrize("first", [SIGNED, -1], ids=["signed", "unsigned"])
def test_a_newer_request_takes_the_place_of_an_older_one(scene: CoreScene, before: list[str], first: int) -> None:
    """L01.FR.26: the station gives up, the answer says so, and no more is said of the older one."""
    if first == SIGNED:
        asks_for_signed_update(scene, retries=1)
    else:
        asks_for_update(scene, retries=1)
    says(scene, *before, request_id=first)
    scene.hears_all()
    orders(scene)
    assert asks_for_signed_update(scene, 9) == "AcceptedCanceled"
    assert orders(scene) == [CancelFirmwareUpdate(), wanted(9)]
    scene.hears_all("StatusNotification")
    scene.hears_nothing()
    says(scene, "Downloading", request_id=9)
    assert scene.hears("SignedFirmwareStatusNotification").payload == {"status": "Downloading", "requestId": 9}


@pytest.mark.parametrize("before", OVER, ids=" ".join)
def test_one_that_is_over_is_no_hindrance(scene: CoreScene, before: list[str]) -> None:
    """L01.FR.26: nothing is cancelled."""
    asks_for_signed_update(scene, retries=1)
    says(scene, "Downloading", *before, request_id=SIGNED)
    scene.hears_all()
    orders(scene)
    assert asks_for_signed_update(scene, 9) == "Accepted"
    assert orders(scene) == [wanted(9)]


@pytest.mark.parametrize("cancels", [False, None], ids=["cannot", "raises"])
@pytest.mark.parametrize("before", BUSY, ids=" ".join)
def test_what_cannot_be_given_up_goes_on(cancels: bool | None, before: list[str]) -> None:
    """L01.FR.27: the newer request is Rejected, and forgotten."""
    scene = updating(hardware=ScriptedHardware(cancels=cancels))
    asks_for_signed_update(scene, retries=1)
    says(scene, *before, request_id=SIGNED)
    scene.hears_all()
    orders(scene)
    assert asks_for_signed_update(scene, 9) == "Rejected"
    says(scene, "Installed", request_id=SIGNED)
    scene.passes(3600)
    assert told(scene, SIGNED) == ["Installed"]
    assert orders(scene) == [CancelFirmwareUpdate()]


def test_a_station_without_such_a_method_cannot_give_up() -> None:
    """L01.FR.27."""

    class Updating(Hardware):
        def update_signed_firmware(self, *_arguments: object) -> None:
            """Begins."""

    scene = updating(hardware=Updating())
    asks_for_signed_update(scene)
    assert asks_for_signed_update(scene, 9) == "Rejected"


def test_what_the_station_does_not_know_of_yet_need_not_be_given_up_by_it(scene: CoreScene) -> None:
    """L01.FR.26: also an update that waits for its time is cancelled."""
    asks_for_signed_update(scene, retrieve_date=ONE)
    assert asks_for_signed_update(scene, 9) == "AcceptedCanceled"
    scene.passes(7200)
    assert orders(scene) == [wanted(9)]


def test_the_one_that_takes_its_place_may_have_to_wait(scene: CoreScene) -> None:
    """L01.FR.26: it waits for its own time, and is scheduled."""
    asks_for_signed_update(scene)
    says(scene, "Downloading", request_id=SIGNED)
    assert asks_for_signed_update(scene, 9, ONE) == "AcceptedCanceled"
    heard = scene.hears_all("SignedFirmwareStatusNotification")
    assert [(each["status"], each["requestId"]) for each in heard] == [("Downloading", 8), ("DownloadScheduled", 9)]
    assert orders(scene) == [wanted(), CancelFirmwareUpdate()]
    scene.passes(3600)
    assert orders(scene) == [wanted(9, ONE)]


def test_connectors_that_were_to_leave_come_back_when_it_is_given_up(scene: CoreScene) -> None:
    """L01.FR.07: they are out of service for that update only."""
    asks_for_signed_update(scene)
    says(scene, "Downloaded", "SignatureVerified", request_id=SIGNED)
    scene.station.on_disabled(1)
    scene.hears_all()
    asks_for_signed_update(scene, 9)
    scene.station.on_enabled(1)
    scene.sees(1, "Available")


def test_an_update_that_ends_while_the_station_thinks_is_not_given_up(scene: CoreScene) -> None:
    """L01.FR.26: there is nothing to cancel any more, so the new one is just Accepted."""
    asks_for_signed_update(scene)
    scene.virtual.hardware_s = 5.0
    scene.virtual.hardware.cancels = False  # type: ignore[attr-defined]  # it is ours
    firmware = {"location": PLACE, "retrieveDateTime": PAST, "signingCertificate": SIGNER, "signature": SIGNATURE}
    message_id = scene.sends("SignedUpdateFirmware", requestId=9, firmware=firmware)
    scene.passes(6)
    says(scene, "Installed", request_id=SIGNED)
    assert told(scene, SIGNED) == ["Installed"]
    scene.passes(4)
    assert scene.answer_to(message_id) == {"status": "Accepted"}


# -- unsigned ones, triggers, restarts ---------------------------------------------------------------------------------


def test_where_signatures_can_be_checked_nothing_unsigned_is_taken() -> None:
    """L01.FR.20."""
    scene = updating(signers=Signers(roots=1))
    with pytest.raises(RefusedError) as refused:
        asks_for_update(scene)
    assert refused.value.code == "NotSupported"
    scene.hears_nothing()
    assert orders(scene) == []


def test_a_trigger_tells_what_was_told_last_of_a_signed_update(scene: CoreScene) -> None:
    """L01.FR.28, L01.FR.29."""
    asks_for_signed_update(scene)
    for status in ("Downloading", "Downloaded", "SignatureVerified"):
        says(scene, status, request_id=SIGNED)
        scene.hears_all()
        assert triggered(scene, SIGNED) == {"status": status, "requestId": SIGNED}
    says(scene, "Installed", request_id=SIGNED)
    scene.hears_all()
    assert triggered(scene, SIGNED)["status"] == "Idle"


@pytest.mark.parametrize("retrieve_date", [NOON, ONE])
def test_a_request_is_not_forgotten_over_a_restart(scene: CoreScene, retrieve_date: str) -> None:
    """L01: it was accepted; every field is still known."""
    asks_for_signed_update(scene, retrieve_date=retrieve_date, install_date=ONE, retries=2, retryInterval=7)
    scene.hears_all()
    orders(scene)
    scene.restarts()
    scene.passes(3600)
    scene.hears_all()
    asked = UpdateSignedFirmware(SIGNED, PLACE, at(retrieve_date), at(ONE), SIGNER, SIGNATURE, 2, 7)
    assert orders(scene) == [asked]


def test_the_new_firmware_says_installed_with_the_request(scene: CoreScene) -> None:
    """L01.FR.10: after the restart that an installation needs."""
    asks_for_signed_update(scene)
    says(scene, "Downloaded", "SignatureVerified", "Installing", request_id=SIGNED)
    scene.hears_all()
    scene.restarts(BootReason.FIRMWARE_UPDATE)
    heard = scene.hears_all("SignedFirmwareStatusNotification")
    assert [each.payload for each in heard] == [{"status": "Installed", "requestId": SIGNED}]
