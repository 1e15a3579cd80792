"""SIGINT and SIGTERM end every command in good order, wherever it was started from."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import product
from pathlib import Path
from subprocess import Popen
from typing import Any, TypeAlias

import pytest

from tests.cli.conftest import PATIENCE_S, PROGRAM
from tests.cli.test_mutate import DOOR
from tests.cli.test_programs import line_with, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

IGNORING = ("sh", "-c", 'trap "" INT; exec "$0" "$@"')
"""Starts a program as a script starts it in the background: with SIGINT ignored."""

Program: TypeAlias = "Popen[str]"


class Stage:
    """Where a command runs, and what it needs."""

    def __init__(self, folder: Path, ignoring: bool, opened: ExitStack) -> None:
        self.folder = folder
        self._ignoring = ignoring
        self._opened = opened

    def start(self, *arguments: object) -> Program:
        """Start the command."""
        prefix = IGNORING if self._ignoring else ()
        return self._opened.enter_context(running(*arguments, program=[*prefix, *PROGRAM], cwd=self.folder))

    def central_system(self) -> tuple[Program, str]:
        """A Central System of another process, and its URL."""
        program = self._opened.enter_context(running("csms", "--port", 0))
        url = re.search(r"ws://[\d.:]+", line_with(program, "listening"))
        assert url is not None
        return program, url[0]

    def pipe(self) -> Path:
        """A named pipe that never has anything in it."""
        path = self.folder / "pipe"
        os.mkfifo(path)
        return path

    def hold(self, pipe: Path) -> int:
        """Wait until somebody reads a named pipe, and keep them waiting; gives the descriptor."""
        descriptor = os.open(pipe, os.O_WRONLY)
        self._opened.callback(os.close, descriptor)
        return descriptor


# -- each command, when it is in the middle of its work ----------------------------------------------------------------


def csms(stage: Stage) -> Program:
    program = stage.start("csms", "--port", 0)
    line_with(program, "listening")
    return program


def station(stage: Stage) -> Program:
    _system, url = stage.central_system()
    (stage.folder / "script").write_text("wait_for registration=Accepted\nwait 500\n")
    program = stage.start("station", url, "--script", "script")
    line_with(program, "wait 500")
    return program


def virtual(stage: Stage) -> Program:
    """A station whose time stands still."""
    program = stage.start("station", "ws://127.0.0.1:9", "--pace", 0, "--control", "127.0.0.1:0")
    line_with(program, "ready")
    return program


def demo(stage: Stage) -> Program:
    program = stage.start("demo")
    line_with(program, "a car is plugged in")
    return program


def fleet(stage: Stage, processes: int = 1) -> Program:
    _system, url = stage.central_system()
    program = stage.start("fleet", url, "--stations", 2, "--processes", processes)
    line_with(program, " 2 booted")
    return program


def fleet_of_processes(stage: Stage) -> Program:
    return fleet(stage, 2)


def probe(stage: Stage) -> Program:
    system, url = stage.central_system()
    program = stage.start("probe", url, "--walks", 100_000)
    line_with(system, "StartTransaction")
    return program


def mutate(stage: Stage) -> Program:
    """While a run goes on that would never end."""
    pipe = stage.pipe()
    (stage.folder / "door.py").write_text(DOOR)
    tests = f'[ "$OCPP16SM_MUTANT" = "{{}}" ] || exec cat {pipe}'
    program = stage.start("mutate", "door:Door", "--", "sh", "-c", tests)
    line_with(program, "changes of Door")
    stage.hold(pipe)
    return program


def conform(stage: Stage) -> Program:
    pipe = stage.pipe()
    program = stage.start("conform", pipe)
    stage.hold(pipe)
    return program


def replay(stage: Stage) -> Program:
    pipe = stage.pipe()
    program = stage.start("replay", pipe)
    stage.hold(pipe)
    return program


INTERRUPTED = 130
COMMANDS: list[tuple[Callable[[Stage], Program], int]] = [
    (csms, 0),
    (station, 0),
    (virtual, 0),
    (fleet, 0),
    (fleet_of_processes, 0),
    (demo, INTERRUPTED),
    (probe, INTERRUPTED),
    (mutate, INTERRUPTED),
    (conform, INTERRUPTED),
    (replay, INTERRUPTED),
]
"""With their exit codes: one that runs until it is told to stop has done what it was asked to."""


@contextmanager
def staged(folder: Path, ignoring: bool) -> Iterator[Stage]:
    """A stage, and nothing is left of it."""
    with ExitStack() as opened:
        yield Stage(folder, ignoring, opened)


def ignores_ctrl_c(program: Program) -> bool:
    """Whether the system keeps SIGINT from a program."""
    status = Path(f"/proc/{program.pid}/status").read_text()
    mask = re.search(r"SigIgn:\s*([0-9a-f]+)", status)
    assert mask is not None
    return bool(int(mask[1], 16) >> (signal.SIGINT - 1) & 1)


def table() -> Iterator[Any]:
    """Every command, signal and place. What has most ways to go wrong is tried each time, the rest takes long."""
    for command, code in COMMANDS:
        for end, ignoring in product((signal.SIGINT, signal.SIGTERM), (False, True)):
            usual = end is signal.SIGTERM and ignoring and command in (csms, station, fleet_of_processes, conform)
            name = f"{command.__name__}-{end.name}-{'background' if ignoring else 'foreground'}"
            yield pytest.param(command, code, end, ignoring, id=name, marks=() if usual else pytest.mark.long)


@pytest.mark.parametrize(("command", "code", "end", "ignoring"), list(table()))
def test_a_signal_ends_it_in_good_order(
    command: Callable[[Stage], Program], code: int, end: signal.Signals, ignoring: bool, tmp_path: Path
) -> None:
    """In the background of a script Ctrl-C is not meant for it; SIGTERM is."""
    with staged(tmp_path, ignoring) as stage:
        program = command(stage)
        if ignoring and sys.platform.startswith("linux"):
            assert ignores_ctrl_c(program)
        program.send_signal(end)
        if ignoring and end is signal.SIGINT:
            program.send_signal(signal.SIGTERM)
        _out, err = program.communicate(timeout=PATIENCE_S)
        assert (program.returncode, err) == (code, "")


@pytest.mark.long
def test_a_probe_that_is_interrupted_stops_its_transactions(tmp_path: Path) -> None:
    with staged(tmp_path, ignoring=False) as stage:
        log = tmp_path / "frames.jsonl"
        system = stage.start("csms", "--port", 0, "--log", log)
        url = re.search(r"ws://[\d.:]+", line_with(system, "listening"))
        assert url is not None
        program = stage.start("probe", url[0], "--walks", 100_000)
        line_with(system, "StartTransaction")
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=PATIENCE_S)
        system.send_signal(signal.SIGTERM)
        system.communicate(timeout=PATIENCE_S)
    said = log.read_text(encoding="utf-8")
    assert said.count('"StartTransaction"') == said.count('"StopTransaction"') > 0


def test_the_tests_of_a_mutant_do_not_outlive_it(tmp_path: Path) -> None:
    """Nobody reads the pipe any more."""
    with staged(tmp_path, ignoring=False) as stage:
        pipe = stage.pipe()
        (tmp_path / "door.py").write_text(DOOR)
        tests = f'[ "$OCPP16SM_MUTANT" = "{{}}" ] || exec cat {pipe}'
        program = stage.start("mutate", "door:Door", "--jobs", 2, "--", "sh", "-c", tests)
        descriptor = stage.hold(pipe)
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=PATIENCE_S)
        with pytest.raises(BrokenPipeError):
            os.write(descriptor, b"?")
