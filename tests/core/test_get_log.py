"""GetLog: what the station is asked for, and what is answered.

Proves the whitepaper's N01 (FR.01 to FR.04, FR.07, FR.11), 5.9, 5.10 and 6.15, and reference/queue.md 7 (libocpp's
answer has no status where nobody uploads). How an upload goes: tests/core/test_log_uploads.py.
"""

from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.hardware import Hardware, UploadDiagnostics, UploadLog
from ocpp16sm.messages import LogType, UploadLogStatus
from tests.support.scene import CoreScene, accepted
from tests.support.scripted_hardware import ScriptedHardware

PLACE = "ftp://user:secret@files.example/logs"


def with_files(**script: Any) -> CoreScene:
    """A charge point of a station that uploads; what it was asked for at the start is forgotten."""
    scene = accepted(hardware=ScriptedHardware(**script))
    scene.orders()
    return scene


def asks_for_log(scene: CoreScene, request_id: int = 17, log_type: str = "SecurityLog", **fields: Any) -> Any:
    """The Central System sends GetLog."""
    request = {"logType": log_type, "requestId": request_id, "log": {"remoteLocation": PLACE}, **fields}
    return scene.asks("GetLog", request)


@pytest.mark.parametrize("log_type", LogType)
def test_the_station_is_asked_to_upload_and_names_the_file(log_type: LogType) -> None:
    """N01.FR.01 to N01.FR.04; every field is passed on."""
    scene = with_files(diagnostics="log-17.zip")
    times = {"oldestTimestamp": "2026-06-01T10:00:00Z", "latestTimestamp": "2026-06-01T11:00:00Z"}
    log = {"remoteLocation": PLACE, **times}
    answer = asks_for_log(scene, 17, log_type, log=log, retries=3, retryInterval=60)
    assert answer == {"status": "Accepted", "filename": "log-17.zip"}
    oldest, latest = (Timestamp.parse(time) for time in times.values())
    assert scene.orders() == [UploadLog(log_type, 17, PLACE, oldest, latest, 3, 60)]
    scene.hears_nothing()


def test_what_is_left_out_is_left_to_the_station() -> None:
    """5.9."""
    scene = with_files()
    asks_for_log(scene)
    assert scene.orders() == [UploadLog(LogType.SECURITY_LOG, 17, PLACE, None, None, None, None)]


@pytest.mark.parametrize("length", [254, 255, 256, 1000])
def test_a_long_file_name_is_cut(length: int) -> None:
    """5.10: at most 255 characters."""
    assert len(asks_for_log(with_files(diagnostics="x" * length))["filename"]) == min(length, 255)


@pytest.mark.parametrize(
    "hardware",
    [ScriptedHardware(diagnostics=None), ScriptedHardware(broken=True), Hardware()],
    ids=["none there", "broken", "cannot"],
)
def test_where_there_is_nothing_to_upload_the_request_is_rejected(hardware: Hardware) -> None:
    """6.15; queue.md 7: an answer always has a status."""
    assert asks_for_log(accepted(hardware=hardware)) == {"status": "Rejected"}


def test_the_answer_waits_for_the_name() -> None:
    """N01.FR.01."""
    scene = with_files()
    scene.virtual.hardware_s = 5.0
    message_id = scene.sends("GetLog", logType="SecurityLog", requestId=17, log={"remoteLocation": PLACE})
    scene.passes(4.9)
    scene.hears_nothing()
    scene.passes(0.1)
    assert scene.answer_to(message_id) == {"status": "Accepted", "filename": "log.zip"}


def test_a_newer_request_takes_the_place_of_an_older_one() -> None:
    """N01.FR.07, N01.FR.11: the answer says so, and from then on the newer id is told."""
    scene = with_files()
    asks_for_log(scene, 17)
    scene.station.on_log_status_notification(17, "Uploading")
    assert asks_for_log(scene, 18) == {"status": "AcceptedCanceled", "filename": "log.zip"}
    for status in ("Uploading", "Uploaded"):
        scene.station.on_log_status_notification(18, status)
    heard = [(each["requestId"], each["status"]) for each in scene.hears_all("LogStatusNotification")]
    assert heard == [(17, "Uploading"), (18, "Uploading"), (18, "Uploaded")]


def test_a_newer_request_cancels_one_that_has_not_begun_too() -> None:
    """N01.FR.11: the Central System has been told that it would be uploaded."""
    scene = with_files()
    assert asks_for_log(scene, 17)["status"] == "Accepted"
    assert asks_for_log(scene, 18)["status"] == "AcceptedCanceled"
    assert asks_for_log(scene, 19)["status"] == "AcceptedCanceled"
    scene.station.on_log_status_notification(19, "Uploading")
    scene.hears("LogStatusNotification", status="Uploading", requestId=19)
    scene.station.on_log_status_notification(19, "Uploaded")
    scene.hears("LogStatusNotification", status="Uploaded", requestId=19)
    assert asks_for_log(scene, 20)["status"] == "Accepted"


def test_of_two_requests_before_the_first_answer_the_second_cancels() -> None:
    """N01.FR.11: what counts is what is under way when the answer is given."""
    scene = with_files()
    scene.virtual.hardware_s = 5.0
    requests = [
        scene.sends("GetLog", logType="SecurityLog", requestId=number, log={"remoteLocation": PLACE})
        for number in (17, 18)
    ]
    scene.passes(5)
    assert [scene.answer_to(request)["status"] for request in requests] == ["Accepted", "AcceptedCanceled"]


@pytest.mark.parametrize("busy", [False, True], ids=["at rest", "while another is uploaded"])
def test_a_station_may_begin_before_it_has_named_the_file(busy: bool) -> None:
    """N01.FR.11: its own upload is none that it cancels."""
    scene = with_files()
    if busy:
        asks_for_log(scene, 16)
        scene.station.on_log_status_notification(16, "Uploading")
        scene.hears_all()
    scene.virtual.hardware_s = 5.0
    request = scene.sends("GetLog", logType="SecurityLog", requestId=17, log={"remoteLocation": PLACE})
    scene.station.on_log_status_notification(17, "Uploading")
    scene.hears("LogStatusNotification", status="Uploading", requestId=17)
    scene.passes(5)
    assert scene.answer_to(request)["status"] == ("AcceptedCanceled" if busy else "Accepted")


def test_a_request_with_the_id_of_one_that_is_over_is_another_upload() -> None:
    """N01.FR.08, N01.FR.09: its statuses are told again."""
    scene = with_files()
    for _ in range(2):
        assert asks_for_log(scene, 17)["status"] == "Accepted"
        scene.station.on_log_status_notification(17, "Uploaded")
        scene.hears("LogStatusNotification", status="Uploaded", requestId=17)


def test_an_upload_that_a_power_cut_prevented_has_failed() -> None:
    """N01.FR.10, 4.4: the Central System waits for its end."""
    scene = with_files()
    asks_for_log(scene, 17)
    scene.asks("GetDiagnostics", location=PLACE)
    scene.restarts()
    heard = scene.hears_all("LogStatusNotification", "DiagnosticsStatusNotification")
    told = {each.action: each["status"] for each in heard if each.action.endswith("StatusNotification")}
    assert told["LogStatusNotification"] == "UploadFailure"
    assert told["DiagnosticsStatusNotification"] == "UploadFailed"


def test_a_station_may_give_up_before_it_has_begun() -> None:
    """4.4: Idle is not reported, and there is nothing to cancel any more."""
    scene = with_files()
    asks_for_log(scene, 17)
    scene.station.on_log_status_notification(17, "Idle")
    scene.hears_nothing()
    assert asks_for_log(scene, 18)["status"] == "Accepted"


def test_diagnostics_that_are_not_there_replace_those_that_have_not_begun() -> None:
    """5.9: the response without a file name says that nothing is uploaded, so nothing can fail."""
    scene = with_files()
    assert scene.asks("GetDiagnostics", location=PLACE) == {"fileName": "log.zip"}
    scene.virtual.hardware.diagnostics = None  # type: ignore[attr-defined]  # it is ours
    assert scene.asks("GetDiagnostics", location=PLACE) == {}
    scene.restarts()
    assert "DiagnosticsStatusNotification" not in [each.action for each in scene.hears_all()]


def test_a_request_that_is_rejected_disturbs_nothing() -> None:
    """N01.FR.11 is about a log that is uploaded."""
    scene = with_files()
    asks_for_log(scene, 17)
    scene.station.on_log_status_notification(17, "Uploading")
    scene.virtual.hardware.diagnostics = None  # type: ignore[attr-defined]  # it is ours
    assert asks_for_log(scene, 18) == {"status": "Rejected"}
    scene.station.on_log_status_notification(17, "Uploading")
    scene.station.on_log_status_notification(17, "Uploaded")
    heard = [(each["requestId"], each["status"]) for each in scene.hears_all("LogStatusNotification")]
    assert heard == [(17, "Uploading"), (17, "Uploaded")]


@pytest.mark.parametrize("end", ["Uploaded", "UploadFailure", "PermissionDenied", "Idle"])
def test_one_that_is_over_is_no_hindrance(end: str) -> None:
    """N01.FR.11: nothing is cancelled."""
    scene = with_files()
    asks_for_log(scene, 17)
    for status in ("Uploading", end):
        scene.station.on_log_status_notification(17, UploadLogStatus(status))
    scene.hears_all()
    assert asks_for_log(scene, 18)["status"] == "Accepted"


def test_diagnostics_of_the_older_kind_are_another_upload() -> None:
    """5.9, N01: neither cancels the other."""
    scene = with_files()
    assert scene.asks("GetDiagnostics", location=PLACE) == {"fileName": "log.zip"}
    scene.station.on_log_status_notification(-1, "Uploading")
    assert asks_for_log(scene)["status"] == "Accepted"
    assert [type(order) for order in scene.orders()] == [UploadDiagnostics, UploadLog]


def test_a_trigger_tells_of_the_request_that_was_accepted() -> None:
    """N01.FR.12."""
    scene = with_files()
    asks_for_log(scene, 17)
    scene.station.on_log_status_notification(17, "Uploading")
    scene.hears_all()
    scene.asks("ExtendedTriggerMessage", requestedMessage="LogStatusNotification")
    assert scene.hears("LogStatusNotification").payload == {"status": "Uploading", "requestId": 17}


def test_the_request_id_that_handlers_use_for_none_at_all_is_rejected() -> None:
    """handlers.md 1.8: -1 stands for GetDiagnostics there, so that the two could not be told apart."""
    scene = with_files()
    assert asks_for_log(scene, -1) == {"status": "Rejected"}
    assert scene.orders() == []
