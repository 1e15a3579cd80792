"""Logs of all kinds are read; what is no message is counted."""

import io
import json
from pathlib import Path

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.cli.transcript import FrameLog
from ocpp16sm.conform.reader import FROM_STATION, FROM_SYSTEM, LONGEST_LINE, MOST_NOTED, LogEntry, LogReader, lines_of
from ocpp16sm.logs.message_log import MessageLog
from ocpp16sm.logs.session_log import SessionLogs

HEARTBEAT = '[2,"1","Heartbeat",{}]'
WHEN = Timestamp(2026, 5, 1, 8, 0, 0)
TEXT = "2026-05-01T08:00:00.000Z"


def _entries(*lines: str) -> list[LogEntry]:
    return list(LogReader(lines))


FORMS: dict[str, tuple[str, str, str | None, bool]] = {
    "nothing but the frame": (HEARTBEAT, "", None, False),
    "a time": (f"{TEXT} {HEARTBEAT}", "", None, True),
    "a time in brackets": (f"[2026-05-01 08:00:00,000] {HEARTBEAT}", "", None, True),
    "a time with a zone": (f"2026-05-01T10:00:00+0200 {HEARTBEAT}", "", None, True),
    "both parties": (f"ChargePoint>CentralSystem {HEARTBEAT}", "", FROM_STATION, False),
    "both parties, the other way": (f"CSMS -> charge point: {HEARTBEAT}", "", FROM_SYSTEM, False),
    "an arrow backwards": (f"CP <- CSMS {HEARTBEAT}", "", FROM_SYSTEM, False),
    "the sender": (f"DEBUG:root:Chargepoint: {HEARTBEAT}", "", FROM_STATION, False),
    "the receiver": (f"> CSMS {HEARTBEAT}", "", FROM_STATION, False),
    "an identity": (f"{TEXT} CP-001 cp>csms {HEARTBEAT}", "CP-001", FROM_STATION, True),
    "a writer is no identity": (f"{TEXT} module_v16.py {HEARTBEAT}", "", None, True),
    "a row": (json.dumps({"at": TEXT, "direction": "csms>cp", "frame": json.loads(HEARTBEAT)}), "", FROM_SYSTEM, True),
    "a row with a text": (json.dumps({"ts": TEXT, "chargePointId": "A", "message": HEARTBEAT}), "A", None, True),
    "a row in an array": (json.dumps({"from": "ChargePoint", "raw": HEARTBEAT}) + ",", "", FROM_STATION, False),
    "text behind it": (f"{HEARTBEAT} (22 bytes)", "", None, False),
}  # fmt: skip


@pytest.mark.parametrize(("line", "station", "direction", "timed"), FORMS.values(), ids=FORMS)
def test_a_line_with_a_frame_is_read(line: str, station: str, direction: str | None, timed: bool) -> None:
    (entry,) = _entries(line)
    assert json.loads(entry.text or "") == json.loads(HEARTBEAT)
    assert (entry.line, entry.station, entry.direction, entry.at) == (1, station, direction, WHEN if timed else None)


def test_a_heading_on_the_line_before_counts() -> None:
    (entry,) = _entries(f"{TEXT} INFO CSMS:", HEARTBEAT)
    assert (entry.line, entry.direction, entry.at) == (2, FROM_SYSTEM, WHEN)


def test_a_heading_counts_for_one_frame() -> None:
    _, second = _entries("CSMS:", HEARTBEAT, HEARTBEAT)
    assert second.direction is None


def test_a_log_of_libocpp_has_frames_over_several_lines() -> None:
    body = json.dumps([2, "1", "StatusNotification", {"a": [{"b": [{}]}]}], indent=2)
    log = f"{TEXT}: ChargePoint>CentralSystem StatusNotification \n{body}\n\n{TEXT}: CentralSystem>ChargePoint  x\n[\n"
    first, second = _entries(*log.splitlines(), "  3,", '  "1",', "  {}", "]")
    assert json.loads(first.text or "")[2] == "StatusNotification"
    assert (first.line, first.direction, first.at) == (2, FROM_STATION, WHEN)
    assert (second.text, second.direction) == ('[\n  3,\n  "1",\n  {}\n]', FROM_SYSTEM)


def test_the_html_of_a_session_log_is_read(tmp_path: Path) -> None:
    logs = SessionLogs(id_tags=True)
    logs.open("s", str(tmp_path))
    logs.frame("ChargePoint", '[2,"1","DataTransfer",{"vendorId":"<b>&"}]', WHEN)
    logs.frame("CentralSystem", '[3,"1",{"status":"Accepted"}]', WHEN)
    logs.close("s")
    entries = _entries(*(tmp_path / "ocpp.html").read_text().splitlines())
    assert [json.loads(entry.text or "") for entry in entries] == [
        [2, "1", "DataTransfer", {"vendorId": "<b>&"}],
        [3, "1", {"status": "Accepted"}],
    ]
    assert [(entry.direction, entry.at) for entry in entries] == [(FROM_STATION, WHEN), (FROM_SYSTEM, WHEN)]


FRAMES = (
    '[2,"1","Heartbeat",{}]',
    '[3,"1",{"currentTime":"2026-05-01T08:00:00Z"}]',
    '[2,"2","Heartbeat",{}]',
    '[4,"2","GenericError","no",{}]',
    "{not JSON",
)


def test_connections_of_the_message_log_are_read(tmp_path: Path) -> None:
    log = MessageLog(tmp_path / "messages.jsonl", 1_000_000, 1, id_tags=True)
    log.connection_changed(True, "", WHEN)
    log.frame("ChargePoint", HEARTBEAT, WHEN)
    log.connection_changed(False, 'the peer said "[2,1]"', WHEN)
    entries = _entries(*(tmp_path / "messages.jsonl").read_text().splitlines())
    assert [(entry.text is None, entry.at) for entry in entries] == [(True, WHEN), (False, WHEN), (True, WHEN)]


@pytest.mark.parametrize("event", ["connected", "disconnected"])
def test_connections_of_a_central_systems_log_are_those_of_one_station(tmp_path: Path, event: str) -> None:
    log = FrameLog(tmp_path / "frames.jsonl")
    log.came_or_went("CP 7", event == "connected")
    log.passed("CP 7", FROM_STATION, HEARTBEAT)
    log.close()
    log.came_or_went("CP 7", False)  # too late, and no error
    first, second = _entries(*(tmp_path / "frames.jsonl").read_text().splitlines())
    assert (first.text, first.station, second.station) == (None, "CP 7", "CP 7")


def test_the_message_log_is_read(tmp_path: Path) -> None:
    log = MessageLog(tmp_path / "messages.jsonl", 1_000_000, 1, id_tags=True)
    for number, frame in enumerate(FRAMES):
        log.frame("CentralSystem" if number % 2 else "ChargePoint", frame, WHEN)
    entries = _entries(*(tmp_path / "messages.jsonl").read_text().splitlines())
    assert [json.loads(entry.text or "") for entry in entries[:4]] == [json.loads(frame) for frame in FRAMES[:4]]
    assert entries[4].text == f"unparsable frame of {len(FRAMES[4])} characters"
    assert [entry.direction for entry in entries] == [
        FROM_STATION,
        FROM_SYSTEM,
        FROM_STATION,
        FROM_SYSTEM,
        FROM_STATION,
    ]


@pytest.mark.parametrize(
    "line",
    [
        "connection closed",
        "INFO connection open",
        "Chargepoint CP001 connected",
        '{"event": "disconnected"}',
        "Reconnected!",
    ],
)
def test_a_connection_that_changed_is_no_message(line: str) -> None:
    (entry,) = _entries(line)
    assert entry.text is None


def test_what_is_not_understood_is_counted() -> None:
    reader = LogReader(["", "hello", "{", '{"a": 1}', "[", "]", "[1 2 3]", HEARTBEAT, 5 * "\x00", "\ufeff"])
    assert [entry.text for entry in reader] == [HEARTBEAT]
    assert (reader.count, reader.first_unknown) == (10, [2, 3, 4, 5, 6])
    assert (reader.unknown, MOST_NOTED) == (7, 5)


def test_a_frame_that_breaks_off_is_one_for_the_rules() -> None:
    first, second = _entries('[2,"1","Heart', HEARTBEAT)
    assert (first.text, second.text) == ('[2,"1","Heart', HEARTBEAT)


def test_a_frame_that_another_message_quotes_is_none() -> None:
    reader = LogReader(['INFO:security:{"type": "InvalidMessages", "techInfo": "[2,\\"1\\",\\"Heart"}'])
    assert list(reader) == []
    assert reader.unknown == 1


def test_a_line_without_end_costs_no_memory() -> None:
    file = io.StringIO(3 * LONGEST_LINE * "x" + "\n" + HEARTBEAT + "\n")
    lines = lines_of(file)
    assert len(next(lines)) == LONGEST_LINE + 1
    assert next(iter(LogReader(lines))).text == HEARTBEAT


def test_a_long_line_is_counted_and_the_next_is_read() -> None:
    reader = LogReader(lines_of(io.StringIO(LONGEST_LINE * "x" + "yz\n" + HEARTBEAT)))
    assert [(entry.line, entry.text) for entry in reader] == [(2, HEARTBEAT)]
    assert reader.unknown == 1


@pytest.mark.parametrize(
    "line", ["info: EV side disconnected", "the cable is connected", "INFO car disconnected", "{'a': 'connected'}"]
)
def test_a_car_that_is_connected_is_no_connection(line: str) -> None:
    reader = LogReader([line])
    assert list(reader) == []
    assert reader.unknown == 1
