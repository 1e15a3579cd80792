"""The command line, called in this process or in one of its own."""

import os
import sys
from collections.abc import Callable, Sequence
from subprocess import PIPE, Popen
from typing import Any, TypeAlias

import pytest
from attrs import frozen

from ocpp16sm.cli import main

PATIENCE_S = 30


@frozen
class Outcome:
    """What came of a command."""

    code: int
    out: str
    err: str


Run: TypeAlias = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, on a terminal so wide that nothing is wrapped."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["ocpp16sm", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "250")
        monkeypatch.setenv("TERM", "dumb")
        code: Any = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        captured = capfd.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


PROGRAM = [sys.executable, "-c", "from ocpp16sm.cli import main; main()"]


def environment(**more: str) -> dict[str, str]:
    """A terminal so wide that nothing is wrapped, and output that comes at once."""
    return {**os.environ, "COLUMNS": "250", "TERM": "dumb", "PYTHONUNBUFFERED": "1", **more}


def start(*arguments: object, program: Sequence[str] = PROGRAM, **how: Any) -> "Popen[str]":
    """Start a command in a process of its own; ``program`` is what it is a command of."""
    pipes = {"stdin": PIPE, "stdout": PIPE, "stderr": PIPE, **how}
    return Popen([*program, *map(str, arguments)], text=True, **{"env": environment(), **pipes})
