"""How a firmware update goes: what is told of it, in which words, when, and what a trigger tells.

Proves 4.5, 7.25, errata 3.12 and 3.47, the whitepaper's L01, and reference/handlers.md 1.9 (D22, D23 put right).
Every status is told once an attempt; news that is late is silent, an end never is; what the Central System has not
heard it is told when it can be.
"""

from itertools import product

import pytest

from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.messages import FirmwareStatus, FirmwareUpdateStatus
from tests.support.firmware import MESSAGES, ONE, SIGNED, asks_for_update, says, told, triggered, updating
from tests.support.scene import SILENCE, CallError, CoreScene, accepted

STATUSES = sorted(set(FirmwareUpdateStatus) - {"Idle"})
WORDS = sorted(set(FirmwareStatus) - {"Idle"})
RETRIEVAL = {"DownloadScheduled", "Downloading", "DownloadPaused"}
READY = ["Downloaded", "SignatureVerified", "InstallScheduled"]
INSTALLATION = {"Installing", "InstallRebooting"}
FAILURES = {"InstallationFailed", "InstallVerificationFailed", "InvalidSignature"}


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_a_signed_update_is_told_with_its_request(scene: CoreScene, status: str) -> None:
    """L01.FR.01, L01.FR.10: all but Idle."""
    says(scene, status, request_id=SIGNED)
    scene.hears("SignedFirmwareStatusNotification", status=status, requestId=SIGNED)


@pytest.mark.parametrize("status", STATUSES)
def test_an_unsigned_update_is_told_where_there_is_a_word(scene: CoreScene, status: str) -> None:
    """4.5, 7.25: six of them, and Idle."""
    says(scene, status)
    if status in WORDS:
        assert scene.hears("FirmwareStatusNotification").payload == {"status": status}
    scene.hears_nothing()


@pytest.mark.parametrize("request_id", MESSAGES)
def test_idle_is_told_to_nobody_who_has_not_asked(scene: CoreScene, request_id: int) -> None:
    """4.5: Idle SHALL only be sent after a TriggerMessage."""
    says(scene, "Idle", "Downloading", "Idle", "Idle", request_id=request_id)
    assert told(scene, request_id) == ["Downloading"]
    says(scene, "Downloading", request_id=request_id)
    assert told(scene, request_id) == ["Downloading"], "it has begun anew"


def test_a_status_that_is_none_is_the_station_s_mistake(scene: CoreScene) -> None:
    """handlers.md 1.9; nothing is sent."""
    with pytest.raises(InvalidArgumentError):
        scene.station.on_firmware_update_status_notification(-1, "Nonsense")  # type: ignore[arg-type]  # meant
    scene.hears_nothing()


def test_a_bad_signature_is_a_security_event(scene: CoreScene) -> None:
    """L01.FR.03: told to the Central System although it is not on the list of critical ones; once."""
    says(scene, "InvalidSignature", "InvalidSignature", request_id=SIGNED)
    heard = [heard for heard in scene.hears_all() if heard.action == "SecurityEventNotification"]
    assert [each["type"] for each in heard] == ["InvalidFirmwareSignature"]


# -- order -------------------------------------------------------------------------------------------------------------


def test_the_usual_course_of_a_signed_update(scene: CoreScene) -> None:
    """profiles.md 5.2, with every step that there is."""
    course = [
        "DownloadScheduled",
        "Downloading",
        "DownloadPaused",
        "Downloading",
        "Downloaded",
        "SignatureVerified",
        "InstallScheduled",
        "Installing",
        "Installed",
        "InstallRebooting",
    ]
    says(scene, *course, request_id=SIGNED)
    assert told(scene, SIGNED) == course


@pytest.mark.parametrize(("request_id", "status"), [(r, s) for r, s in product(MESSAGES, STATUSES)])
def test_what_is_known_already_is_not_told_again(scene: CoreScene, request_id: int, status: str) -> None:
    """profiles.md 5.5: once an attempt."""
    says(scene, status, status, status, request_id=request_id)
    assert told(scene, request_id) == ([status] if request_id == SIGNED or status in WORDS else [])


def test_every_attempt_is_told(scene: CoreScene) -> None:
    """profiles.md 5.1."""
    says(scene, *["Downloading", "Downloading", "DownloadFailed"] * 3, "Downloading", "Downloaded")
    assert told(scene) == [*["Downloading", "DownloadFailed"] * 3, "Downloading", "Downloaded"]


def silent(first: str, then: str) -> bool:
    """Whether a status says nothing new after another one of the same update."""
    if first == then:
        return True
    if first in READY:
        return then in RETRIEVAL or then in READY[: READY.index(first)]
    if first in INSTALLATION:
        return then in RETRIEVAL or then in READY
    return False


@pytest.mark.parametrize("first", STATUSES)
def test_late_news_is_silent_and_an_end_is_not(first: str) -> None:
    """L01.FR.01: a new state is told; a step that was passed already is none. Steps may be left out (L01.FR.22)."""
    for then in STATUSES:
        scene = accepted()
        says(scene, first, then, request_id=SIGNED)
        assert told(scene, SIGNED) == ([first] if silent(first, then) else [first, then]), then


@pytest.mark.parametrize("end", ["Installed", "DownloadFailed", *sorted(FAILURES)])
def test_after_an_end_everything_may_begin_anew(scene: CoreScene, end: str) -> None:
    """The station may update itself without being asked."""
    course = ["Downloading", "Downloaded", "SignatureVerified", "Installing", "Installed"]
    says(scene, "Downloading", end, *course, request_id=SIGNED)
    assert told(scene, SIGNED) == ["Downloading", end, *course]


def test_another_update_has_a_course_of_its_own(scene: CoreScene) -> None:
    """L01.FR.26: the one before is given up, and no more is said of it."""
    says(scene, "Downloading", "Downloaded", request_id=SIGNED)
    says(scene, "Downloading", "Downloaded", request_id=9)
    says(scene, "Downloading")
    heard = [(each.payload.get("requestId"), each["status"]) for each in scene.hears_all(*MESSAGES.values())]
    assert heard == [
        (8, "Downloading"),
        (8, "Downloaded"),
        (9, "Downloading"),
        (9, "Downloaded"),
        (None, "Downloading"),
    ]


# -- triggers ----------------------------------------------------------------------------------------------------------

TOLD_UNSIGNED = {
    "Downloading": "Downloading",
    "DownloadPaused": "Downloading",
    "Downloaded": "Downloaded",
    "SignatureVerified": "Downloaded",
    "InstallScheduled": "Downloaded",
    "Installing": "Installing",
    "InstallRebooting": "Installing",
}
"""What is nearest to being true among the words of 7.25; else Idle."""


@pytest.mark.parametrize(("request_id", "status"), [(r, s) for r, s in product(MESSAGES, STATUSES)])
def test_a_trigger_tells_whether_an_update_is_busy(scene: CoreScene, request_id: int, status: str) -> None:
    """4.5: Idle only when it is not busy downloading or installing, whoever asked for it."""
    says(scene, status, request_id=request_id)
    scene.hears_all()
    scene.virtual.asked.clear()
    assert triggered(scene) == {"status": TOLD_UNSIGNED.get(status, "Idle")}
    assert scene.orders() == [], "profiles.md 4.1: nothing is done because of it"


@pytest.mark.parametrize("status", STATUSES)
def test_a_trigger_tells_the_last_status_of_a_signed_update(scene: CoreScene, status: str) -> None:
    """L01.FR.21, L01.FR.28, L01.FR.29: Idle after Installed, else the status that was sent last."""
    says(scene, status, request_id=SIGNED)
    scene.hears_all()
    found = triggered(scene, SIGNED)
    if status == "Installed":
        assert found["status"] == "Idle"
    else:
        assert found == {"status": status, "requestId": SIGNED}


def test_before_any_update_a_trigger_tells_idle_without_a_request(scene: CoreScene) -> None:
    """D23: libocpp reads what was never set."""
    assert triggered(scene) == {"status": "Idle"}
    assert triggered(scene, SIGNED) == {"status": "Idle"}


def test_an_update_that_is_waited_for_is_not_busy() -> None:
    """4.5: nothing is downloaded yet, nor told."""
    scene = updating()
    asks_for_update(scene, ONE)
    scene.hears_nothing()
    assert triggered(scene) == {"status": "Idle"}
    scene.passes(3600)
    assert triggered(scene) == {"status": "Idle"}, "asked, and no answer yet"


# -- what could not be told --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("request_id", "status"), [(r, s) for r, s in product(MESSAGES, STATUSES)])
def test_d22_what_could_not_be_told_is_told_when_the_connection_is_back(
    scene: CoreScene, request_id: int, status: str
) -> None:
    """libocpp loses it. Right: errata 3.47, the Central System is kept up to date."""
    scene.loses_network()
    says(scene, "Downloading", status, request_id=request_id)
    scene.regains_network()
    last = status if request_id == SIGNED or status in WORDS else "Downloading"
    assert told(scene, request_id) == [last], "the last one"
    scene.loses_network()
    scene.regains_network()
    assert told(scene, request_id) == [], "once"


@pytest.mark.parametrize("request_id", MESSAGES)
def test_what_was_in_flight_when_the_connection_broke_is_told_again(scene: CoreScene, request_id: int) -> None:
    """Errata 3.47: unless there is something newer to tell."""
    says(scene, "Downloading", request_id=request_id)
    scene.hears(MESSAGES[request_id], SILENCE, status="Downloading")
    scene.loses_network()
    scene.regains_network()
    scene.hears_all("StatusNotification")
    says(scene, "Downloaded", request_id=request_id)
    scene.hears(MESSAGES[request_id], SILENCE, status="Downloaded")
    scene.loses_network()
    says(scene, "Installing", request_id=request_id)
    scene.regains_network()
    assert told(scene, request_id) == ["Installing"]


@pytest.mark.parametrize("answer", [CallError("NotSupported"), SILENCE], ids=["refused", "not answered"])
def test_who_does_not_want_to_hear_it_is_not_told_again(scene: CoreScene, answer: object) -> None:
    """3.7.1 is about transactions; this is given up after one attempt."""
    says(scene, "Downloading")
    scene.hears("FirmwareStatusNotification", answer)
    scene.passes(120)
    scene.hears_nothing()
    says(scene, "Downloaded")
    assert told(scene) == ["Downloaded"]


@pytest.mark.parametrize("request_id", MESSAGES)
@pytest.mark.parametrize("registration", ["Pending", "Rejected"])
def test_how_it_goes_is_told_once_it_is_accepted(request_id: int, registration: str) -> None:
    """4.2: not before, unless a trigger asks for it (D20, D22)."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", {"status": registration, "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    says(scene, "Downloading", request_id=request_id)
    scene.hears_nothing()
    if registration == "Pending":
        assert triggered(scene, request_id)["status"] == "Downloading"
        says(scene, "Installed", request_id=request_id)
    scene.passes(60)
    scene.hears("BootNotification")
    assert told(scene, request_id) == ["Installed" if registration == "Pending" else "Downloading"]


def test_a_request_is_followed_before_registration_is_accepted() -> None:
    """4.2: who says Pending may want an update first; how it goes is told on request only."""
    scene = updating()
    scene.starts()
    scene.hears("BootNotification", {"status": "Pending", "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    scene.orders()
    asks_for_update(scene)
    assert len(scene.orders()) == 1
    says(scene, "Downloading")
    scene.hears_nothing()
    assert triggered(scene) == {"status": "Downloading"}
