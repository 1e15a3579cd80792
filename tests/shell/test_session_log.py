"""The log of a session: an HTML page where ``session_logging_path`` asks for one."""

import json
import os
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ocpp16sm import ChargePoint
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.logs.session_log import SessionLogs
from tests.support.virtual_time import Lines, LoopClock, charge_point, passes, run, settings

MOMENT = Timestamp(2026, 6, 1, 12)


class Rows(HTMLParser):
    """The cells of a page's rows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        """A row, or a cell of it, begins."""
        if tag != "meta":
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        """A cell's text."""
        if self.open and self.open[-1] in ("td", "th", "pre"):
            self.rows[-1][-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Tags close in their order, or the page is broken."""
        assert self.open.pop() == tag


def station(lines: Lines, **how: object) -> ChargePoint:
    """A charge point in virtual time."""
    return charge_point(lines, settings(**how))


def test_a_session_is_logged_where_it_asks_for_it(tmp_path: Path) -> None:
    directory = tmp_path / "logs" / "session 1"

    async def story() -> None:
        lines = Lines()
        async with station(lines) as started:
            await started.wait_until_accepted()
            await started.wait_until_delivered()
            started.on_session_started(1, "<s1>", "EVConnected", str(directory))
            started.on_transaction_started(1, "<s1>", "TAG-0815", 0, None, LoopClock().utc())
            await started.wait_until_delivered()
            assert [path.name for path in directory.iterdir()] == ["incomplete-ocpp.html"]
            started.on_transaction_stopped(1, "<s1>", "Local", LoopClock().utc(), 10)
            await started.wait_until_delivered()
            started.on_session_stopped(1, "<s1>")
            assert [path.name for path in directory.iterdir()] == ["ocpp.html"]
            await started.wait_until_delivered()
            await passes(10)

    run(story())
    page = (directory / "ocpp.html").read_text(encoding="utf-8")
    parsed = Rows(page)
    assert parsed.open == []
    assert "<s1>" not in page
    assert "OCPP session <s1>" in unescape(page)
    frames = [json.loads(row[2]) for row in parsed.rows[1:] if row[1] == "ChargePoint"]
    actions = [frame[2] for frame in frames if frame[0] == 2]
    assert [action for action in actions if "Transaction" in action] == ["StartTransaction", "StopTransaction"]
    assert [row[1] for row in parsed.rows[1:]].count("CentralSystem") >= 3
    assert "TAG-0815" not in page
    assert "***15" in page


def test_a_session_that_asks_for_no_log_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def story() -> None:
        async with station(Lines()) as started:
            started.on_session_started(1, "s1", "EVConnected")
            await started.wait_until_delivered()

    run(story())
    assert list(tmp_path.iterdir()) == []


def test_two_sessions_have_a_log_each(tmp_path: Path) -> None:
    async def story() -> None:
        async with station(Lines(), connectors=2) as started:
            await started.wait_until_accepted()
            await started.wait_until_delivered()
            started.on_session_started(1, "s1", "EVConnected", str(tmp_path / "s1"))
            await started.wait_until_delivered()
            started.on_session_started(2, "s2", "EVConnected", str(tmp_path / "s2"))
            await started.wait_until_delivered()
            started.on_session_stopped(1, "s1")
            started.on_session_stopped(2, "s2")

    run(story())
    rows = {name: Rows((tmp_path / name / "ocpp.html").read_text(encoding="utf-8")).rows for name in ("s1", "s2")}
    assert sum('"Preparing"' in row[2] for row in rows["s1"]) == 2
    assert sum('"Preparing"' in row[2] for row in rows["s2"]) == 1


def test_a_session_that_does_not_end_does_not_fill_the_disk(tmp_path: Path) -> None:
    logs = SessionLogs(id_tags=False, largest_bytes=4000)
    logs.open("s1", str(tmp_path))
    for _ in range(100):
        logs.frame("ChargePoint", f'[2,"{"x" * 36}","Heartbeat",{{}}]', MOMENT)
    logs.close("s1")
    page = (tmp_path / "ocpp.html").read_text(encoding="utf-8")
    parsed = Rows(page)
    assert parsed.open == []
    assert 5 < len(parsed.rows) < 50
    assert "left out" in parsed.rows[-1][2]
    assert len(page) < 5000
    logs.open("s2", str(tmp_path))
    logs.frame("ChargePoint", "[3]", MOMENT)
    logs.close("s2")
    assert len(Rows((tmp_path / "ocpp.html").read_text(encoding="utf-8")).rows) == 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_log_is_for_its_owner_only(tmp_path: Path) -> None:
    """It tells who charged where."""
    page = tmp_path / "incomplete-ocpp.html"
    page.write_text("of a session that the power ended")
    page.chmod(0o644)
    logs = SessionLogs(id_tags=False)
    logs.open("s1", str(tmp_path))
    logs.close("s1")
    assert (tmp_path / "ocpp.html").stat().st_mode & 0o777 == 0o600
    assert "power" not in (tmp_path / "ocpp.html").read_text(encoding="utf-8")


def test_a_log_is_closed_when_the_charge_point_stops(tmp_path: Path) -> None:
    async def story() -> None:
        async with station(Lines()) as started:
            started.on_session_started(1, "s1", "EVConnected", str(tmp_path))

    run(story())
    assert [path.name for path in tmp_path.iterdir()] == ["ocpp.html"]


@pytest.mark.parametrize("when", ["from the beginning", "later"])
def test_a_log_that_cannot_be_written_does_not_stop_the_session(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, when: str
) -> None:
    directory = tmp_path / "session"

    async def story() -> None:
        lines = Lines()
        async with station(lines) as started:
            await started.wait_until_accepted()
            await started.wait_until_delivered()
            if when == "from the beginning":
                directory.write_text("in the way")
            started.on_session_started(1, "s1", "EVConnected", str(directory))
            if when == "later":
                (directory / "incomplete-ocpp.html").unlink()
                (directory / "incomplete-ocpp.html").mkdir()
            started.on_transaction_started(1, "s1", "TAG", 0, None, LoopClock().utc())
            await started.wait_until_delivered()
            started.on_session_stopped(1, "s1")

    run(story())
    assert "session s1: " in caplog.text
    assert "cannot be written" in caplog.text
