"""The security log and the message log: what is in them, how they rotate, and that no disk stops the charge point."""

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.base.redaction import redact
from ocpp16sm.base.secret import words
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.effects import RecordSecurityEvent
from ocpp16sm.logs.frame_summary import MOST_OPEN, FrameReader
from ocpp16sm.logs.message_log import MessageLog
from ocpp16sm.logs.rotating_file import RotatingFile
from ocpp16sm.logs.security_log import SecurityLog
from tests.support.virtual_time import Lines, charge_point, passes, run, settings

NOW = Timestamp.parse("2026-06-01T12:00:00Z")
PEM = "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEIAhQ\\nxyz\\n-----END EC PRIVATE KEY-----"


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a log's newest file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def event(number: int = 0, tech_info: str | None = None) -> RecordSecurityEvent:
    """A security event, some seconds after noon."""
    return RecordSecurityEvent("MyEvent", f"2026-06-01T12:00:{number:02}.000Z", tech_info, critical=False)


# -- files that rotate -------------------------------------------------------------------------------------------------


def test_a_full_file_is_put_aside_and_the_oldest_is_deleted(tmp_path: Path) -> None:
    """By age, also beyond ten files: libocpp deletes whatever comes last by name [B]."""
    file = RotatingFile(tmp_path / "log", max_bytes=8, max_files=12)
    deleted = [file.add(f"{number:03}") for number in range(40)]
    assert list(file.lines()) == [f"{number:03}" for number in range(16, 40)]
    assert deleted == [number >= 24 and number % 2 == 0 for number in range(40)]
    assert len(list(tmp_path.iterdir())) == 12


def test_one_file_begins_anew(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", max_bytes=8, max_files=1)
    assert [file.add(text) for text in ("aaa", "bbb", "ccc")] == [False, False, True]
    assert (tmp_path / "log").read_text() == "ccc\n"


def test_a_line_that_is_too_long_has_a_file_of_its_own(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", max_bytes=8, max_files=3)
    for text in ("a", "b" * 100, "c"):
        file.add(text)
    assert list(file.lines()) == ["a", "b" * 100, "c"]
    assert (tmp_path / "log").read_text() == "c\n"


def test_without_a_limit_it_grows(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "log", max_bytes=0, max_files=3)
    assert not any(file.add("x" * 100) for _ in range(100))
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_fewer_files_than_before_leave_none_behind(tmp_path: Path) -> None:
    for most in (9, 3):
        file = RotatingFile(tmp_path / "log", max_bytes=4, max_files=most)
        for number in range(20):
            file.add(f"{number:03}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log", "log.1", "log.2"]


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    """Also a file that somebody else made; what was put aside as well."""
    (tmp_path / "log").write_text("old\n")
    (tmp_path / "log").chmod(0o644)
    file = RotatingFile(tmp_path / "log", max_bytes=8, max_files=3)
    for _ in range(3):
        file.add("new")
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_half_a_line_of_a_power_cut_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b'{"half')
    file = RotatingFile(tmp_path / "log", max_bytes=0, max_files=1)
    file.add("whole")
    assert (tmp_path / "log").read_bytes() == b'{"half\nwhole\n'


def test_what_a_full_disk_does_not_take_wholly_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = RotatingFile(tmp_path / "log", max_bytes=0, max_files=1)
    file.add("before")
    write = os.write

    def half(descriptor: int, data: bytes) -> int:
        if len(data) < 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, data[: len(data) // 2])

    with monkeypatch.context() as patched:
        patched.setattr("ocpp16sm.logs.rotating_file.os.write", half)
        with pytest.raises(OSError, match="No space"):
            file.add("x" * 100)
    assert (tmp_path / "log").read_text() == "before\n"


# -- the security log --------------------------------------------------------------------------------------------------


def test_a_security_event_is_a_row_whether_it_is_sent_or_not(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "security.jsonl"

    async def story() -> None:
        async with charge_point(Lines(), settings(security_log=str(path))) as station:
            await station.wait_until_accepted()
            station.on_security_event("TamperDetectionActivated", "door ftp://user:pw@host/x")
            station.on_security_event("MyEvent", timestamp=NOW)

    run(story())
    found = rows(path)
    assert [(row["type"], row["critical"]) for row in found] == [
        ("StartupOfTheDevice", True),
        ("TamperDetectionActivated", True),
        ("MyEvent", False),
    ]
    assert found[2] == {"timestamp": NOW.text(), "type": "MyEvent", "techInfo": None, "critical": False}
    assert "pw" not in path.read_text()


def test_a_log_that_deletes_rows_says_so(tmp_path: Path) -> None:
    """SecurityLogWasCleared, told to the Central System too; libocpp dead-locks on it [B]."""
    path = tmp_path / "security.jsonl"
    lines = Lines()

    async def story() -> None:
        how = settings(security_log=str(path), log_max_bytes=4096, log_max_files=2)
        async with charge_point(lines, how) as station:
            await station.wait_until_accepted()
            for _ in range(60):
                station.on_security_event("MyEvent", "x" * 200)
            await station.wait_until_delivered()
            await passes(5)

    run(story())
    found = rows(path.with_name("security.jsonl.1")) + rows(path)
    (cleared, *_) = [row for row in found if row["type"] == "SecurityLogWasCleared"]
    assert cleared["critical"]
    assert str(path) in cleared["techInfo"]
    assert any("SecurityLogWasCleared" in text for text in lines.sent("SecurityEventNotification"))


def test_the_rows_between_two_times(tmp_path: Path) -> None:
    """For GetLog of the security log: oldest first, over all files, damaged rows left out."""
    log = SecurityLog(tmp_path / "log", max_bytes=300, max_files=9)
    for number in range(20):
        log.record(event(number))
    with (tmp_path / "log").open("ab") as file:
        file.write(b'{"half\n\xff\xfe\n[]\n{"timestamp":"noon"}\n')
    assert len(list(tmp_path.iterdir())) > 2
    since, until = Timestamp.parse("2026-06-01T12:00:05Z"), Timestamp.parse("2026-06-01T12:00:12Z")
    seconds = [int(json.loads(row)["timestamp"][17:19]) for row in log.rows(since, until)]
    assert seconds == list(range(5, 13))
    assert len(list(log.rows())) == 20
    assert list(SecurityLog("", 4096, 2).rows()) == []


@pytest.mark.parametrize("log", ["security_log", "message_log"])
def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture, log: str) -> None:
    """It is said once, not for each row; when there is room again, it goes on."""
    path = tmp_path / "log"
    path.mkdir()

    async def story() -> None:
        async with charge_point(Lines(), settings(**{log: str(path)})) as station:
            await station.wait_until_accepted()
            station.on_security_event("TamperDetectionActivated")
            station.on_security_event("MyEvent")
            await station.wait_until_delivered()
            path.rmdir()
            station.on_security_event("TamperDetectionActivated", "again")
            await station.wait_until_delivered()

    run(story())
    assert caplog.text.count(f"{path} cannot be written") == 1
    assert "again" in path.read_text()


# -- the message log ---------------------------------------------------------------------------------------------------


def test_frames_are_rows_with_the_action_they_answer(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"

    async def story() -> None:
        async with charge_point(Lines(), settings(message_log=path)) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            station.on_session_started(1, "s1", "EVConnected")
            station.on_transaction_started(1, "s1", "TAG-0815", 0, None, NOW)
            await station.wait_until_delivered()

    run(story())
    first, *found = rows(path)
    assert (list(first), first["event"]) == (["time", "event"], "connected")
    last = found.pop()
    assert (last["event"], last["reason"]) == ("disconnected", "closed by us")
    boot = next(row for row in found if row["direction"] == "cp>csms")
    assert (boot["kind"], boot["action"]) == ("call", "BootNotification")
    answer = next(row for row in found if row["direction"] == "csms>cp")
    assert (answer["kind"], answer["action"], answer["message_id"]) == (
        "result",
        "BootNotification",
        boot["message_id"],
    )
    assert answer["payload"]["status"] == "Accepted"
    assert all(Timestamp.parse(row["time"]) for row in found)
    text = path.read_text()
    assert "TAG-0815" not in text
    assert "***15" in text


def test_a_connection_that_breaks_is_a_row_with_its_reason(tmp_path: Path) -> None:
    """Once: attempts that fail in between are none."""
    path = tmp_path / "messages.jsonl"

    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, settings(message_log=path)) as station:
            await station.wait_until_accepted()
            lines.refusal = "no route to host"
            lines.drop("cable cut")
            await passes(600)
            assert len(lines.dialled) > 2
            lines.refusal = None
            await station.wait_until(lambda: station.connected)
            await station.wait_until_delivered()

    run(story())
    events = [(row["event"], row.get("reason")) for row in rows(path) if "event" in row]
    assert events[:3] == [("connected", None), ("disconnected", "cable cut"), ("connected", None)]
    assert len(events) == 4


def test_there_is_no_log_unless_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def story() -> None:
        async with charge_point(Lines(), settings()) as station:
            await station.wait_until_accepted()

    run(story())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("tags", [False, True])
def test_secrets_are_in_no_row_and_id_tags_only_if_wanted(tmp_path: Path, tags: bool) -> None:
    log = MessageLog(tmp_path / "log", 0, 1, id_tags=tags)
    secrets = ("0123456789abcdef0123", "s3cret", "MHcCAQEEIAhQ")
    for text in (
        f'[2,"1","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{secrets[0]}"}}]',
        f'[2,"2","GetLog",{{"log":{{"remoteLocation":"ftp://u:{secrets[1]}@host/d"}}}}]',
        f'[2,"3","DataTransfer",{{"vendorId":"v","data":"{PEM}"}}]',
        '[2,"4","RemoteStartTransaction",{"idTag":"TAG-0815"}]',
    ):
        log.frame("CentralSystem", text, NOW)
    text = (tmp_path / "log").read_text()
    assert len(rows(tmp_path / "log")) == 4
    assert not any(secret in text for secret in secrets)
    assert ("TAG-0815" in text) is tags


def test_a_private_key_is_taken_out_wherever_it_stands() -> None:
    for text in (PEM, f'"{PEM}"', PEM.partition("-----END")[0], f'[2,"1","x",{{"a":"{PEM}","b":"{PEM}"}}]'):
        shown = words(text)
        assert "MHcCAQEEIAhQ" not in shown
        assert words(shown) == shown
        assert "MHcCAQEEIAhQ" not in redact(text)


def test_calls_that_nobody_answers_are_forgotten() -> None:
    """libocpp remembers every id for ever [B]; a name of a megabyte is none, and not remembered."""
    reader = FrameReader()
    for number in range(3 * MOST_OPEN):
        reader.read("csms>cp", json.dumps([2, str(number), "Reset", {}]))
        reader.read("csms>cp", json.dumps([2, f"{number}" * 100, "Reset" * 100, {}]))
    kept = reader._asked["csms>cp"]
    assert len(kept) == MOST_OPEN
    assert max(map(len, kept)) <= 36
    assert reader.read("cp>csms", f'[3,"{3 * MOST_OPEN - 1}",{{}}]')["action"] == "Reset"
    assert reader.read("cp>csms", '[3,"0",{}]')["action"] is None
