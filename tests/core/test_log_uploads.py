"""Uploads: what is asked for, and how it is told that it goes.

Proves 4.4, 5.9, 6.25, 6.26, 7.24, errata 3.31 and 3.50, the whitepaper's N01, and reference/handlers.md 1.8 (D19, D20,
D23 put right). Each status is told once an attempt; what the Central System has not heard it is told when it can be.
"""

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.words import UploadLogStatusWord
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.hardware import Hardware, UploadDiagnostics
from ocpp16sm.messages import UploadLogStatus
from tests.support.scene import SILENCE, CallError, CoreScene, accepted
from tests.support.scripted_hardware import ScriptedHardware

UNSIGNED = -1
PLACE = "ftp://user:secret@files.example/diagnostics"

MESSAGES = {UNSIGNED: "DiagnosticsStatusNotification", 17: "LogStatusNotification"}
"""By requestId."""


def triggered(scene: CoreScene, request_id: int) -> dict[str, object]:
    """What a trigger has told."""
    action = "TriggerMessage" if request_id == UNSIGNED else "ExtendedTriggerMessage"
    assert scene.asks(action, requestedMessage=MESSAGES[request_id]) == {"status": "Accepted"}
    heard = scene.hears(MESSAGES[request_id])
    scene.hears_nothing()
    return heard.payload


def told(scene: CoreScene, request_id: int = UNSIGNED) -> list[object]:
    """The statuses of an upload that are told, in order."""
    return [heard["status"] for heard in scene.hears_all(MESSAGES[request_id])]


def with_files(**script: object) -> CoreScene:
    """A charge point of a station that uploads; what it was asked for at the start is forgotten."""
    scene = accepted(hardware=ScriptedHardware(**script))  # type: ignore[arg-type]  # fields of several types
    scene.orders()
    return scene


def test_the_station_is_asked_to_upload_and_names_the_file() -> None:
    """5.9: the answer names the file."""
    scene = with_files(diagnostics="log-17.zip")
    asked = {
        "retries": 3,
        "retryInterval": 60,
        "startTime": "2026-06-01T10:00:00Z",
        "stopTime": "2026-06-01T11:00:00Z",
    }
    assert scene.asks("GetDiagnostics", {"location": PLACE, **asked}) == {"fileName": "log-17.zip"}
    begin, end = Timestamp.parse("2026-06-01T10:00:00Z"), Timestamp.parse("2026-06-01T11:00:00Z")
    assert scene.orders() == [UploadDiagnostics(PLACE, begin, end, 3, 60)]
    scene.hears_nothing()


def test_what_is_left_out_is_left_to_the_station() -> None:
    """6.25."""
    scene = with_files()
    scene.asks("GetDiagnostics", location=PLACE)
    assert scene.orders() == [UploadDiagnostics(PLACE, None, None, None, None)]


@pytest.mark.parametrize("length", [254, 255, 256, 1000])
def test_a_long_file_name_is_cut(length: int) -> None:
    """6.26: CiString255."""
    scene = with_files(diagnostics="x" * length)
    assert len(scene.asks("GetDiagnostics", location=PLACE)["fileName"]) == min(length, 255)


@pytest.mark.parametrize(
    "hardware",
    [ScriptedHardware(diagnostics=None), ScriptedHardware(broken=True), Hardware()],
    ids=["none there", "broken", "cannot"],
)
def test_where_there_is_nothing_to_upload_no_file_is_named(hardware: Hardware) -> None:
    """5.9, 6.26."""
    assert accepted(hardware=hardware).asks("GetDiagnostics", location=PLACE) == {}


# -- how it goes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(set(UploadLogStatus) - {"Idle"}))
def test_the_upload_of_a_log_is_told_with_its_request(scene: CoreScene, status: UploadLogStatus) -> None:
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
def test_the_upload_of_diagnostics_is_told_in_its_own_words(
    scene: CoreScene, status: UploadLogStatusWord, told: str
) -> None:
    """4.4, 7.24; what has no word of its own has failed (D19: libocpp throws)."""
    scene.station.on_log_status_notification(UNSIGNED, status)
    heard = scene.hears("DiagnosticsStatusNotification")
    assert heard.payload == {"status": told}


@pytest.mark.parametrize("status", UploadLogStatus)
def test_a_trigger_tells_of_an_upload_that_is_busy_or_idle(scene: CoreScene, status: UploadLogStatus) -> None:
    """4.4: Idle only when asked, and when not busy."""
    told = "Uploading" if status == "Uploading" else "Idle"
    scene.station.on_log_status_notification(17, status)
    scene.hears_all()
    found = triggered(scene, 17)
    assert found["status"] == told
    if told == "Uploading":
        assert found["requestId"] == 17
    scene.station.on_log_status_notification(UNSIGNED, status)
    scene.hears_all()
    assert triggered(scene, UNSIGNED) == {"status": told}


def test_before_any_upload_a_trigger_tells_idle_without_a_request(scene: CoreScene) -> None:
    """D23: libocpp reads what was never set."""
    found = triggered(scene, 17)
    assert found == {"status": "Idle"}


@pytest.mark.parametrize("request_id", [17, UNSIGNED])
def test_idle_is_told_to_nobody_who_has_not_asked(scene: CoreScene, request_id: int) -> None:
    """4.4: Idle SHALL only be sent after a TriggerMessage."""
    scene.station.on_log_status_notification(request_id, "Idle")
    scene.hears_nothing()


def test_a_status_that_is_none_is_the_station_s_mistake(scene: CoreScene) -> None:
    """handlers.md 1.8; nothing is sent."""
    with pytest.raises(InvalidArgumentError):
        scene.station.on_log_status_notification(1, "Nonsense")  # type: ignore[arg-type]  # meant
    scene.hears_nothing()


@pytest.mark.parametrize("request_id", [17, UNSIGNED])
def test_an_upload_is_not_told_before_registration(request_id: int) -> None:
    """4.2 (D20: libocpp sends DiagnosticsStatusNotification all the same)."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", {"status": "Rejected", "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    scene.station.on_log_status_notification(request_id, "Uploading")
    scene.hears_nothing()


@pytest.mark.parametrize("request_id", MESSAGES)
def test_what_is_known_already_is_not_told_again(scene: CoreScene, request_id: int) -> None:
    """profiles.md 5.5, EVerest#536: a flood of Uploading; once an attempt (6.25) is right."""
    course = ["Uploading", "UploadFailure", "BadMessage", "Uploading", "PermissionDenied", "Uploading", "Uploaded"]
    for status in course:
        for _ in range(3):
            scene.station.on_log_status_notification(request_id, UploadLogStatus(status))
    if request_id == UNSIGNED:
        assert told(scene) == ["Uploading", "UploadFailed", "Uploading", "UploadFailed", "Uploading", "Uploaded"]
    else:
        assert told(scene, request_id) == course


def test_another_log_is_another_upload(scene: CoreScene) -> None:
    """N01.FR.07, N01.FR.11: the first one is given up, and no more is said of it."""
    scene.station.on_log_status_notification(17, "Uploading")
    scene.station.on_log_status_notification(18, "Uploading")
    scene.station.on_log_status_notification(18, "Uploaded")
    heard = [(each["requestId"], each["status"]) for each in scene.hears_all()]
    assert heard == [(17, "Uploading"), (18, "Uploading"), (18, "Uploaded")]


def test_diagnostics_and_a_log_are_uploaded_side_by_side(scene: CoreScene) -> None:
    """4.4, N01: two requests, two messages."""
    for status in ("Uploading", "Uploading", "Uploaded"):
        for request_id in MESSAGES:
            scene.station.on_log_status_notification(request_id, UploadLogStatus(status))
    heard = [(each.action, each["status"]) for each in scene.hears_all()]
    assert heard == [(message, status) for status in ("Uploading", "Uploaded") for message in MESSAGES.values()]


def test_another_request_for_diagnostics_is_another_upload() -> None:
    """5.9: what is said of the second one is not taken for news of the first."""
    scene = with_files()
    for _ in range(2):
        scene.asks("GetDiagnostics", location=PLACE)
        scene.station.on_log_status_notification(UNSIGNED, "Uploading")
        assert told(scene) == ["Uploading"]
    assert len(scene.orders(UploadDiagnostics)) == 2


def test_a_station_that_is_idle_says_nothing(scene: CoreScene) -> None:
    """4.4: an upload that came to nothing can begin again."""
    for status in ("Uploading", "Idle", "Uploading"):
        scene.station.on_log_status_notification(UNSIGNED, status)
    assert told(scene) == ["Uploading", "Uploading"]
    scene.station.on_log_status_notification(UNSIGNED, "Idle")
    assert triggered(scene, UNSIGNED) == {"status": "Idle"}


# -- what could not be told --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_id", MESSAGES)
def test_how_it_ended_is_told_when_the_connection_is_back(scene: CoreScene, request_id: int) -> None:
    """Errata 3.31: the Central System is kept up to date; what was between is not so any more."""
    scene.loses_network()
    for status in ("Uploading", "UploadFailure", "Uploading", "Uploaded"):
        scene.station.on_log_status_notification(request_id, UploadLogStatus(status))
    scene.regains_network()
    assert told(scene, request_id) == ["Uploaded"]
    scene.loses_network()
    scene.regains_network()
    assert told(scene, request_id) == [], "once"


@pytest.mark.parametrize("request_id", MESSAGES)
def test_what_was_in_flight_when_the_connection_broke_is_told_again(scene: CoreScene, request_id: int) -> None:
    """Errata 3.31."""
    scene.station.on_log_status_notification(request_id, "Uploading")
    scene.hears(MESSAGES[request_id], SILENCE, status="Uploading")
    scene.loses_network()
    scene.regains_network()
    assert told(scene, request_id) == ["Uploading"]


@pytest.mark.parametrize("answer", [CallError("NotSupported"), SILENCE], ids=["refused", "not answered"])
def test_who_does_not_want_to_hear_it_is_not_told_again(scene: CoreScene, answer: object) -> None:
    """3.7.1 is about transactions; this is given up after one attempt."""
    scene.station.on_log_status_notification(UNSIGNED, "Uploading")
    scene.hears("DiagnosticsStatusNotification", answer)
    scene.passes(120)
    scene.hears_nothing()


@pytest.mark.parametrize("request_id", MESSAGES)
@pytest.mark.parametrize("registration", ["Pending", "Rejected"])
def test_how_it_goes_is_told_once_it_is_accepted(request_id: int, registration: str) -> None:
    """4.2: not before, unless a trigger asks for it (D20)."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", {"status": registration, "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    scene.station.on_log_status_notification(request_id, "Uploading")
    if registration == "Pending":
        assert triggered(scene, request_id)["status"] == "Uploading"
        scene.station.on_log_status_notification(request_id, "Uploaded")
    scene.passes(60)
    scene.hears("BootNotification")
    assert told(scene, request_id) == ["Uploaded" if registration == "Pending" else "Uploading"]


@pytest.mark.parametrize("request_id", MESSAGES)
def test_an_upload_does_not_survive_a_restart(scene: CoreScene, request_id: int) -> None:
    """Errata 3.31, N01.FR.10: the Central System would wait for its end for ever."""
    scene.station.on_log_status_notification(request_id, "Uploading")
    assert told(scene, request_id) == ["Uploading"]
    scene.restarts()
    heard = scene.hears_all(MESSAGES[request_id])
    if request_id == UNSIGNED:
        assert [each.payload for each in heard] == [{"status": "UploadFailed"}]
    else:
        assert [each.payload for each in heard] == [{"status": "UploadFailure", "requestId": request_id}]
    scene.restarts()
    assert told(scene, request_id) == [], "once"
    assert triggered(scene, request_id)["status"] == "Idle"


@pytest.mark.parametrize("answer", ["answered", "not answered"])
def test_an_end_that_was_not_heard_is_told_after_a_restart(scene: CoreScene, answer: str) -> None:
    """Errata 3.31: a power cut between the message and its answer."""
    scene.station.on_log_status_notification(UNSIGNED, "Uploaded")
    scene.hears("DiagnosticsStatusNotification", SILENCE if answer == "not answered" else {})
    scene.restarts()
    assert told(scene) == (["Uploaded"] if answer == "not answered" else [])


def test_what_must_not_be_queued_is_not_told_later() -> None:
    """MessageTypesDiscardForQueueing: the Central System does not want it."""
    scene = accepted(MessageTypesDiscardForQueueing="DiagnosticsStatusNotification")
    scene.loses_network()
    scene.station.on_log_status_notification(UNSIGNED, "Uploaded")
    scene.regains_network()
    assert told(scene) == []
