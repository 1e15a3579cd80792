"""The commands as programs: what they print, what they write, how they end."""

import asyncio
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from subprocess import STDOUT, Popen
from threading import Timer
from typing import Any

import jsonschema_rs
import pytest
from trustme import CA

from ocpp16sm.conform import Finding, examine
from ocpp16sm.csms import CentralSystem
from tests.cli.conftest import PATIENCE_S, PROGRAM, Run, environment, start
from tests.support.tls import leaf, pem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals of POSIX")


@contextmanager
def running(*arguments: object, **how: Any) -> Iterator["Popen[str]"]:
    """A command that runs, and does not outlive the test."""
    program = start(*arguments, **how)
    end = Timer(2 * PATIENCE_S, program.kill)
    end.start()
    try:
        yield program
    finally:
        end.cancel()
        program.kill()
        program.communicate()


def line_with(program: "Popen[str]", words: str) -> str:
    """Wait for a line of output."""
    assert program.stdout is not None
    for line in program.stdout:
        if words in line:
            return line
    raise AssertionError(f"{words!r} never came: {program.stderr and program.stderr.read()}")


@cache
def _validator(name: str) -> Any:
    text = files("ocpp").joinpath("v16", "schemas", f"{name}.json").read_text(encoding="utf-8-sig")
    return jsonschema_rs.validator_for(json.loads(text))


def check_frames(path: Path) -> list[str]:
    """Every frame of a log keeps to its JSON schema, and every CALL is answered once; gives the actions.

    They are those of one connection.
    """
    open_calls: dict[tuple[str, str], str] = {}
    actions = []
    before = ""
    events = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        assert before <= row["at"], "times go on"
        before = row["at"]
        if "event" in row:
            assert list(row) == ["at", "event"]
            events.append(row["event"])
            continue
        assert list(row) == ["at", "direction", "frame"]
        assert events == ["connected"]
        frame, way = row["frame"], row["direction"]
        other = {"cp>csms": "csms>cp", "csms>cp": "cp>csms"}[way]
        if frame[0] == 2:
            _kind, message_id, action, payload = frame
            assert (way, message_id) not in open_calls
            assert all(direction != way for direction, _id in open_calls), "one CALL at a time (OCPP-J 4.1.1)"
            open_calls[way, message_id] = action
            actions.append(action)
            _validator(action).validate(payload)
        else:
            kind, message_id, payload = frame
            assert kind == 3
            _validator(f"{open_calls.pop((other, message_id))}Response").validate(payload)
    assert open_calls == {}
    assert events in (["connected"], ["connected", "disconnected"])
    return actions


def frames(log: Path) -> list[Any]:
    """The frames of a log."""
    rows = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    return [row["frame"] for row in rows if "frame" in row]


def test_the_demo_shows_a_session_in_a_few_seconds_and_its_frames_are_valid(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "frames.jsonl"

    async def in_time() -> int:
        program = await asyncio.create_subprocess_exec(
            *PROGRAM, "demo", "--log", str(log), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(10 * 2):  # ten seconds, on a machine that does nothing else
            out, err = await program.communicate()
        assert err == b""
        assert b"the charge point has stopped" in out
        return program.returncode or 0

    assert asyncio.run(in_time()) == 0
    actions = check_frames(log)
    assert actions[0] == "BootNotification"
    told = [action for action in actions if action in ("Authorize", "StartTransaction", "StopTransaction")]
    assert told == ["Authorize", "StartTransaction", "StopTransaction"]
    assert actions.count("MeterValues") >= 2
    assert actions.index("StartTransaction") < actions.index("MeterValues")
    rows = frames(log)
    statuses = [row[3]["status"] for row in rows if row[2] == "StatusNotification" and row[3]["connectorId"] == 1]
    expected = "Available Preparing Charging SuspendedEV Charging Charging Faulted Charging Finishing Available"
    assert statuses == expected.split()


@pytest.mark.long
def test_the_demo_shows_what_a_session_costs(tmp_path: Path) -> None:
    """Prices on the display, running and final cost, ConnectorUnplugged."""
    log = tmp_path / "frames.jsonl"
    command = [*PROGRAM, "demo", "--pricing", "--log", str(log)]
    outcome = subprocess.run(command, capture_output=True, timeout=60, check=True)
    shown = outcome.stdout.decode()
    assert "display: your price: 0.30 EUR/kWh" in shown
    assert "so far, idle" in shown
    assert " in all (" in shown
    check_frames(log)
    said = [row[3]["messageId"] for row in frames(log) if row[0] == 2 and row[2] == "DataTransfer"]
    assert (said[0], said[-2:]) == ("SetUserPrice", ["ConnectorUnplugged", "FinalCost"])
    assert "RunningCost" in said


@pytest.mark.long
def test_the_demo_shows_a_car_that_charges_with_a_contract(tmp_path: Path) -> None:
    """Roots, the certificate that cars are shown, OCSP, a contract; revoked, it leaves the card."""
    log = tmp_path / "frames.jsonl"
    command = [*PROGRAM, "demo", "--plug-and-charge", "--log", str(log)]
    outcome = subprocess.run(command, capture_output=True, timeout=60, check=True)
    shown = outcome.stdout.decode()
    assert "v2g_certificate MakingRequest" in shown
    assert "display: the contract is refused: Invalid, CertificateRevoked" in shown
    check_frames(log)
    rows = frames(log)
    said = [row[3]["messageId"] for row in rows if row[0] == 2 and row[2] == "DataTransfer"]
    expected = "InstallCertificate InstallCertificate TriggerMessage SignCertificate CertificateSigned"
    assert said == [*expected.split(), *["GetCertificateStatus"] * 3, "Authorize", "Authorize"]
    started = [row[3]["idTag"] for row in rows if row[0] == 2 and row[2] == "StartTransaction"]
    assert started == ["DE-8AA-1A2B3C4D5-9", "04A1B2C3"]


ENDS = pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])


@ENDS
def test_a_central_system_ends_in_good_order(tmp_path: Path, end: signal.Signals) -> None:
    log = tmp_path / "frames.jsonl"
    with running("csms", "--port", "0", "--log", log) as program:
        line_with(program, "listening; charge points connect to ws://127.0.0.1:")
        program.send_signal(end)
        _out, err = program.communicate(timeout=PATIENCE_S)
        assert (program.returncode, err) == (0, "")


@ENDS
def test_a_station_ends_in_good_order_and_its_transactions_too(tmp_path: Path, end: signal.Signals) -> None:
    log = tmp_path / "frames.jsonl"
    script = tmp_path / "script.txt"
    script.write_text("wait_for registration=Accepted\nplug_in 1\npresent_token TAG\nwait_for 1 Charging\nwait 500\n")
    with running("csms", "--port", "0") as central_system:
        url = re.search(r"ws://[\d.:]+", line_with(central_system, "listening"))
        assert url is not None
        logs = ["--log", log, "--message-log", tmp_path / "messages.jsonl", "--security-log", tmp_path / "events.jsonl"]
        with running("station", url[0], "--script", script, "--faster", 50, *logs) as station:
            line_with(station, "wait 500")
            station.send_signal(end)
            _out, err = station.communicate(timeout=PATIENCE_S)
            assert (station.returncode, err) == (0, "")
    assert [action for action in check_frames(log) if "Transaction" in action] == [
        "StartTransaction",
        "StopTransaction",
    ]
    messages = (tmp_path / "messages.jsonl").read_text(encoding="utf-8")
    assert messages.count("\n") == log.read_text(encoding="utf-8").count("\n")
    assert '"type": "StartupOfTheDevice"' in (tmp_path / "events.jsonl").read_text(encoding="utf-8")


def test_ctrl_c_interrupts_the_demo() -> None:
    with running("demo") as program:
        line_with(program, "a car is plugged in")
        program.send_signal(signal.SIGINT)
        _out, err = program.communicate(timeout=PATIENCE_S)
        assert program.returncode == 130
        assert "Traceback" not in err


def test_the_log_of_a_central_system_names_its_stations_and_conforms(tmp_path: Path) -> None:
    """Two stations at once, one of them twice: its second boot is no mistake, because the connection is a new one."""
    log = tmp_path / "frames.jsonl"
    with running("csms", "--port", "0", "--log", log) as central_system:
        url = re.search(r"ws://[\d.:]+", line_with(central_system, "listening"))
        assert url is not None
        script = "wait_for registration=Accepted\nplug_in 1\npresent_token TAG\nwait_for 1 Charging\n"
        for station in ("CP001", "CP002", "CP001"):
            with running("station", url[0], "--id", station, "--script", "-", "--faster", 50) as program:
                _out, err = program.communicate(script, timeout=PATIENCE_S)
                assert (program.returncode, err) == (0, "")
        central_system.send_signal(signal.SIGINT)
        central_system.communicate(timeout=PATIENCE_S)
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {tuple(row) for row in rows} == {("at", "station", "direction", "frame"), ("at", "station", "event")}
    came_and_went = [(row["station"], row["event"]) for row in rows if "event" in row]
    assert came_and_went == [
        (station, event) for station in ("CP001", "CP002", "CP001") for event in ("connected", "disconnected")
    ]
    found: list[Finding] = []
    summary = examine(log.read_text(encoding="utf-8").splitlines(), found.append)
    assert (found, summary.unknown, summary.stations) == ([], 0, ("CP001", "CP002"))


def test_a_central_system_says_what_it_is_told_to(tmp_path: Path) -> None:
    options = ["--registration", "Pending", "--id-tag", "BAD=Blocked", "--refuse", "DataTransfer=NotSupported"]
    with running("csms", "--port", "0", "--interval", "1", "--only", "CP001", *options) as central_system:
        url = re.search(r"ws://[\d.:]+", line_with(central_system, "listening"))
        assert url is not None
        log = tmp_path / "frames.jsonl"
        refused = """wait_for event=display_shown where='{"text": "the card is refused: Blocked"}'"""
        acts = ["wait_for registration=Accepted", "plug_in 1", "present_token BAD", refused, "present_token GOOD"]
        lines = "\n".join([*acts, "wait_for 1 Charging", "plug_out 1", "wait_for 1 Available", ""])
        with running("station", url[0], "--script", "-", "--faster", 50, "--log", log) as station:
            _out, err = station.communicate(lines, timeout=PATIENCE_S)
            assert (station.returncode, err) == (0, "")
        with running("station", url[0], "--id", "CP002", "--script", "-") as stranger:
            _out, err = stranger.communicate("wait_for link=BackingOff", timeout=PATIENCE_S)
            assert stranger.returncode == 0, "a refused connection is tried again, and no reason to end"
    rows = frames(log)
    answers = [row[2] for row in rows if row[0] == 3]
    assert [answer["status"] for answer in answers if "currentTime" in answer and "status" in answer] == [
        "Pending",
        "Accepted",
    ]
    assert [answer["idTagInfo"]["status"] for answer in answers if "idTagInfo" in answer][:2] == ["Blocked", "Accepted"]
    assert [row[3]["reason"] for row in rows if row[2] == "StopTransaction"] == ["EVDisconnected"]


def test_a_refused_connection_is_tried_again_until_somebody_is_there() -> None:
    """And no idTag is shown unless that is asked for."""

    async def find_port() -> int:
        async with CentralSystem() as system:
            return int(system.url.rpartition(":")[2])

    port = asyncio.run(find_port())
    prefix = "OCPP16SM_CONFIGURATION__RETRYBACKOFF"
    hurried = environment(**{f"{prefix}WAITMINIMUM": "1", f"{prefix}RANDOMRANGE": "0"})
    here = ["station", f"ws://127.0.0.1:{port}", "--script", "-", "--faster", 50]
    with running(*here, env=hurried, stderr=STDOUT) as station:
        line_with(station, "CP001: cannot connect: ")
        with running("csms", "--port", port) as _central_system:
            assert station.stdin is not None
            station.stdin.write("wait_for link=Online registration=Accepted\nplug_in 1\n")
            station.stdin.write("present_token SECRETTAG\nwait_for 1 Charging\nwait_for delivered=true\n")
            out, _err = station.communicate(timeout=PATIENCE_S)
    assert station.returncode == 0
    assert "***AG" in out
    assert "SECRETTAG" not in out
    assert "Traceback" not in out


def test_keys_play_with_a_station_on_a_terminal() -> None:
    """Single keys act at once, and the terminal is left as it was."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    try:
        with running("csms", "--port", "0") as central_system:
            url = re.search(r"ws://[\d.:]+", line_with(central_system, "listening"))
            assert url is not None
            how = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
            with running("station", url[0], "--faster", 50, "--connectors", 2, **how) as station:
                typed = _Terminal(ours)
                typed.until("keys: p plug in")
                typed.until("BootNotification.conf")
                for keys, shown in {
                    "p": "Preparing",
                    "s": "Charging",
                    "e": "SuspendedEV",
                    "f": "Faulted",
                    "c": "NoError",
                    "2": "connector 2",
                    "9": "connector 2",
                    "?": "keys: p plug in",
                    "d": "no connection: ",
                    "r": "Online",
                    "1s": "StopTransaction",
                    "u": "Available",
                }.items():
                    os.write(ours, keys.encode())
                    typed.until(shown)
                os.write(ours, b"q")
                assert station.wait(PATIENCE_S) == 0
        assert termios.tcgetattr(theirs) == before
    finally:
        os.close(ours)
        os.close(theirs)


class _Terminal:
    """What a terminal shows."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._shown = ""

    def until(self, words: str) -> None:
        """Wait until something is shown; what came before it is forgotten."""
        while words not in self._shown:
            ready, _, _ = select.select([self._descriptor], [], [], PATIENCE_S)
            assert ready, f"{words!r} never came: {self._shown}"
            self._shown += os.read(self._descriptor, 65536).decode(errors="replace")
        self._shown = self._shown.partition(words)[2]


def test_a_standard_input_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "script"
    path.write_bytes(b"disconnect_link\n\xff\xfe\n")
    with path.open("rb") as stdin, running("station", "ws://127.0.0.1:9", "--script", "-", stdin=stdin) as program:
        _out, err = program.communicate(timeout=PATIENCE_S)
        assert program.returncode == 1
        assert err.splitlines()[-1].startswith("ocpp16sm: standard input, line 2: ")


def test_replaying_a_recording_says_how_it_went(run: Run, tmp_path: Path) -> None:
    recording = tmp_path / "flight.jsonl"
    settings = tmp_path / "station.toml"
    settings.write_text(f'flight_recorder = "{recording}"\n')
    script = tmp_path / "script.txt"
    script.write_text("disconnect_link\nplug_in 1\nwait_for 1 Preparing\n")
    options = ["--url", "ws://127.0.0.1:9", "--script", script, "--faster", 100]
    assert run("station", settings, *options).code == 0
    outcome = run("replay", recording)
    assert outcome.code == 0
    assert re.search(r"\d+ inputs replayed, all with the same effects", outcome.out)
    assert "SessionStarted" in run("replay", recording, "--show").out
    whole = recording.read_text(encoding="utf-8")
    assert '"kind":"HangUp"' in whole
    recording.write_text(whole.replace('"kind":"HangUp"', '"kind":"Dial"'), encoding="utf-8")
    outcome = run("replay", recording)
    assert outcome.code == 1
    assert "had other effects" in outcome.out


def test_a_station_boots_over_tls_with_its_password(tmp_path: Path) -> None:
    """The root stands in for one of the operating system's."""
    authority = CA()
    certificate, key = leaf(authority, addresses=["127.0.0.1"]).files(tmp_path, "server")
    root, log, script = tmp_path / "root.pem", tmp_path / "frames.jsonl", tmp_path / "script.txt"
    root.write_text(pem(authority))
    script.write_text("wait_for registration=Accepted\n")
    trusting = environment(SSL_CERT_FILE=str(root))
    listening = ("csms", "--port", "0", "--certificate", certificate, "--key", key, "--password", "CP001=secret")
    with running(*listening) as central_system:
        url = re.search(r"wss://[\d.:]+", line_with(central_system, "listening"))
        assert url is not None
        own = url[0].replace("//", "//CP001:secret@")
        with running("station", own, "--script", script, "--log", log, env=trusting) as station:
            _out, err = station.communicate(timeout=PATIENCE_S)
            assert (station.returncode, err) == (0, "")
    assert check_frames(log)[0] == "BootNotification"
