"""What goes wrong is one line and an exit code: 1 failed, 2 wrongly called. Never a traceback."""

import asyncio
import socket
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.cli import keyboard
from ocpp16sm.control.act_table import ACTS
from ocpp16sm.core.engine.effects import PutTransaction, StoreOperation
from ocpp16sm.errors import StoreError
from ocpp16sm.store import SqliteStore
from tests.cli.conftest import Run

COMMANDS = ["demo", "station", "fleet", "csms", "diagram", "check", "conform", "probe", "mutate", "replay"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(run: Run, command: str, option: str) -> None:
    outcome = run(command, option)
    assert outcome.code == 0
    assert f"Usage: ocpp16sm {command}" in outcome.out
    assert outcome.err == ""


def test_the_program_names_its_commands(run: Run) -> None:
    out = run("--help").out
    assert [command for command in COMMANDS if f"\n  {command} " not in out] == []
    assert "\n  demo " in run().out + run().err


def test_a_slip_of_the_pen_is_corrected(run: Run) -> None:
    outcome = run("staton")
    assert outcome.code == 2
    assert "No such command 'staton'. Did you mean 'station'?" in outcome.err


def test_the_version_is_that_of_the_project(run: Run) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    outcome = run("--version")
    assert (outcome.code, outcome.out) == (0, f"ocpp16sm {project['version']}\n")


def test_help_of_the_station_names_every_act(run: Run) -> None:
    out = run("station", "--help").out
    assert [word for word, act in ACTS.items() if f"    {act.usage()}\n        {act.summary()}\n" not in out] == []


@pytest.fixture
def port() -> Iterator[int]:
    """A port that somebody else has."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


FAILS: dict[str, tuple[list[str], str]] = {
    "a bad url": (["station", "http://host"], "central_system_url: 'http://host' is not allowed; allowed: ws://host"),
    "a bad port": (["station", "ws://host:99999"], "central_system_url: 'ws://host:99999' is not allowed"),
    "a bad id": (["station", "ws://host", "--id", ""], "charge_point_id: '' is not allowed"),
    "no script": (
        ["station", "ws://host", "--script", "nowhere.txt"],
        "nowhere.txt: cannot be opened (No such file or directory)",
    ),
    "no station file": (["station", "nowhere.toml"], "nowhere.toml: cannot be read (No such file or directory)"),
    "no place for a log": (
        ["station", "ws://host", "--log", "no/where.jsonl"],
        "no/where.jsonl: cannot be opened (No such file or directory)",
    ),
    "a directory for a log": (["csms", "--port", "0", "--log", "."], ".: cannot be opened (Is a directory)"),
    "no certificate": (
        ["csms", "--certificate", "no.pem", "--key", "no.key"],
        "Central System in no.pem, with the key",
    ),
    "no place for the demo's log": (
        ["demo", "--log", "no/where.jsonl"],
        "no/where.jsonl: cannot be opened (No such file or directory)",
    ),
    "an unknown chart": (["diagram", "nonsense"], "unknown chart 'nonsense'; expected "),
    "an unknown module": (["diagram", "nowhere:Chart"], "nowhere"),
    "no chart in a module": (["diagram", "json:JSONDecoder"], "JSONDecoder"),
    "nothing of that name in a module": (["diagram", "json:Nothing"], "Nothing"),
    "an unknown state": (["diagram", "connector", "--highlight", "Sleepy"], "Sleepy"),
    "no place for a diagram": (
        ["diagram", "connector", "-o", "no/where.svg"],
        "no/where.svg: cannot be opened (No such file or directory)",
    ),
    "no log": (["conform", "nowhere.log"], "nowhere.log: cannot be read (No such file or directory)"),
    "a directory for a log to read": (["conform", "."], ".: cannot be read (Is a directory)"),
    "no recording": (["replay", "nowhere.jsonl"], "nowhere.jsonl: cannot be read (No such file or directory)"),
    "a directory to replay": (["replay", "."], ".: cannot be read (Is a directory)"),
}


@pytest.mark.parametrize(("arguments", "said"), FAILS.values(), ids=FAILS)
def test_what_cannot_be_done_is_one_line_and_code_1(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = run(*arguments)
    assert outcome.code == 1
    assert outcome.err.startswith("ocpp16sm: ")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_one_line_and_code_1(run: Run, port: int) -> None:
    outcome = run("csms", "--port", port)
    assert outcome.code == 1
    assert outcome.err.startswith("ocpp16sm: ")
    assert "in use" in outcome.err
    assert str(port) in outcome.err
    assert outcome.err.count("\n") == 1


NOT_RECORDINGS: dict[str, Any] = {
    "empty": b"",
    "text": b"hello\n",
    "binary": b"\xff\x00\xff",
    "other JSON": b"{}\n",
    "a list": b"[1]\n",
    "another version": b'{"recording":99}\n',
}


@pytest.mark.parametrize("content", NOT_RECORDINGS.values(), ids=NOT_RECORDINGS)
def test_a_file_that_is_no_recording_is_one_line_and_code_1(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.jsonl"
    path.write_bytes(content)
    outcome = run("replay", path)
    assert outcome.code == 1
    assert outcome.err.startswith(f"ocpp16sm: {path}")
    assert outcome.err.count("\n") == 1


SCRIPTS: dict[str, tuple[bytes, str]] = {
    "an unknown word": (b"wait 0\njump 1\n", "line 2: act: 'jump' is not known; expected one of plug_in, plug_out, "),
    "nearly a word": (b"plugin 1\n", "line 1: act: 'plugin' is not known; did you mean plug_in?"),
    "too few words": (b"plug_in\n", "line 1: connector: is missing; expected plug_in connector [car]"),
    "too many words": (b"# a comment\n\nplug_out 1 2\n", "line 3: unexpected '2'; expected plug_out connector"),
    "no such connector": (b"plug_in 9", "line 1: connector: there is no connector 9; expected at most 1"),
    "no connector": (b"plug_in one", 'line 1: connector: expected a whole number, 1 to 99, found "one"'),
    "a parameter twice": (b"plug_in connector=1 connector=1", "line 1: connector: is given twice"),
    "an unknown parameter": (b"plug_in 1 kar=small", "line 1: 'kar=small': expected plug_in connector [car]"),
    "an unknown car": (b"plug_in 1 small", "line 1: car: 'small' is not known; none is defined"),
    "no error code": (b"raise_error 1 Nonsense", "line 1: error: expected one of ConnectorLockFailure, "),
    "no status": (b"wait_for 1 Sleepy", "line 1: status: expected one of Available, "),
    "no seconds": (b"wait soon", 'line 1: seconds: expected a number, 0 to 31622400, found "soon"'),
    "seconds without end": (b"wait inf", "line 1: seconds: expected a number, "),
    "no seconds at all": (b"wait nan", "line 1: seconds: expected a number, "),
    "seconds before now": (b"wait -1", "line 1: seconds: expected a number, "),
    "nothing to wait for": (
        b"wait_for",
        "line 1: neither an event nor a state is given; expected wait_for [connector] ",
    ),
    "an open quotation": (b"raise_error 1 'Other", 'line 1: "raise_error 1 \'Other" cannot be read: No closing quot'),
    "no text": (b"\xff\xfe", ": not a text file"),
}


@pytest.mark.parametrize(("script", "said"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_with_a_mistake_is_refused_before_anything_is_done(
    run: Run, tmp_path: Path, script: bytes, said: str
) -> None:
    path = tmp_path / "script.txt"
    path.write_bytes(script)
    outcome = run("station", "ws://127.0.0.1:9", "--script", path)
    assert outcome.code == 1
    assert said in outcome.err
    assert str(path) in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


MISTAKES: dict[str, tuple[str, str]] = {
    "a wait in vain": (
        "wait_for 1 Charging timeout_s=0.01",
        "waited 0.01 s for connector 1, status Charging, in vain; it is status Available",
    ),
    "no such key": ("set_configuration Nonsense 1", "Nonsense: is not known"),
    "power that is on already": ("boot", "the station already has power"),
    "a time of its own": ("advance 5", "this clock runs by itself; only a clock with pace 0 can be advanced"),
}


@pytest.mark.parametrize(("line", "said"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("source", ["file", "stdin"])
def test_a_line_that_cannot_be_done_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, line: str, said: str
) -> None:
    path = tmp_path / "script.txt"
    path.write_text(f"# first\ndisconnect_link\n{line}\nplug_in 1\n")
    with path.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        outcome = run("station", "ws://127.0.0.1:9", "--script", path if source == "file" else "-")
    assert outcome.code == 1
    name = str(path) if source == "file" else "standard input"
    assert outcome.err.startswith(f"ocpp16sm: {name}, line 3: ")
    assert said in outcome.err
    assert outcome.err.count("\n") == 1
    assert "plug_in 1" not in outcome.out.partition(line)[2]


def test_a_disk_that_is_full_ends_a_station_with_a_line_and_an_exit_code(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has started it can start it again; nobody is shown a station that charges, and does not."""
    apply = SqliteStore.apply

    def full(store: SqliteStore, operations: tuple[StoreOperation, ...]) -> None:
        if any(isinstance(each, PutTransaction) for each in operations):
            raise StoreError(f"{store.path}: cannot write (database or disk is full); check space and permissions")
        apply(store, operations)

    monkeypatch.setattr(SqliteStore, "apply", full)
    file, script = tmp_path / "station.toml", tmp_path / "script.txt"
    file.write_text(f'store = "{tmp_path}/cp.db"\n[configuration]\nAllowOfflineTxForUnknownId = true\n')
    script.write_text("plug_in 1\npresent_token T1\nwait 3600\n")
    outcome = run("station", file, "--url", "ws://127.0.0.1:9", "--script", script, "--faster", "100")
    assert outcome.code == 1
    said = [line for line in outcome.err.splitlines() if line.startswith("ocpp16sm: ")]
    reason = f"{tmp_path}/cp.db: cannot write (database or disk is full); check space and permissions"
    assert said == [f"ocpp16sm: the charge point has stopped: {reason}"]
    assert "Charging" not in outcome.out


WRONG_USE: dict[str, list[str]] = {
    "no such command": ["nonsense"],
    "no such option": ["demo", "--nonsense"],
    "no url": ["station"],
    "connectors that are no number": ["station", "ws://h", "--connectors", "x"],
    "too many connectors": ["station", "ws://h", "--connectors", "100"],
    "a format that is none": ["diagram", "connector", "--format", "png"],
    "a port that is none": ["csms", "--port", "70000"],
    "an idTag without a status": ["csms", "--id-tag", "T1"],
    "an idTag with no status": ["csms", "--id-tag", "T1=Sleepy"],
    "an unknown action": ["csms", "--refuse", "Nonsense=InternalError"],
    "an unknown code": ["csms", "--refuse", "Heartbeat=Nonsense"],
    "a delay that is no number": ["csms", "--delay", "Heartbeat=soon"],
    "a delay without end": ["csms", "--delay", "Heartbeat=inf"],
    "a delay before now": ["csms", "--delay", "Heartbeat=-1"],
    "an unknown action to be silent at": ["csms", "--silent", "Nonsense"],
    "a certificate without its key": ["csms", "--certificate", "server.pem"],
    "roots without a certificate": ["csms", "--client-roots", "roots.pem"],
    "a password of nobody": ["csms", "--password", "secret"],
    "an unknown registration": ["csms", "--registration", "Perhaps"],
}


@pytest.mark.parametrize("arguments", WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use_is_told_with_code_2(run: Run, arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert outcome.code == 2
    assert "Usage: ocpp16sm" in outcome.err
    assert "Traceback" not in outcome.err


class Closing:
    """A standard input that somebody closes after the first line."""

    closed = False

    def readline(self) -> str:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        self.closed = True
        return "boot\n"


def test_a_standard_input_that_is_closed_while_it_is_read_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Closing())

    async def heard() -> list[str]:
        return [line async for line in keyboard.lines()]

    assert asyncio.run(asyncio.wait_for(heard(), 30)) == ["boot\n"]
