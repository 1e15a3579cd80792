"""Logs of our own station show nothing that the specification does not permit."""

import inspect
import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import pytest

from ocpp16sm.conform import Finding, examine
from tests.conform.logs import row
from tests.scenarios import test_charging_transcripts, test_files, test_reservations, test_transcripts
from tests.support import busy_day
from tests.support.scene import CoreScene
from tests.support.scripted_hardware import ScriptedHardware

CONNECTION = '{"event": "connected"}'


class RecordedScene(CoreScene):
    """Writes down what passes, and when connections come and go."""

    def __init__(self, connectors: int, **how: Any) -> None:
        self.log: list[str] = []
        super().__init__(connectors, **how)

    def _sent(self, text: str) -> None:
        self.log.append(self._line("cp>csms", text))
        super()._sent(text)

    def _send(self, text: str) -> None:
        self.log.append(self._line("csms>cp", text))
        super()._send(text)

    def starts(self, **how: Any) -> None:
        """A new connection, too."""
        self.log.append(CONNECTION)
        super().starts(**how)

    def loses_link(self, reason: str = "connection reset") -> None:
        """A connection that ends."""
        self.log.append(CONNECTION)
        super().loses_link(reason)

    def loses_network(self) -> None:
        """A connection that ends, for longer."""
        self.log.append(CONNECTION)
        super().loses_network()

    def _line(self, direction: str, text: str) -> str:
        return row(direction, text, at=None, time=self._now().text())


MODULES: list[ModuleType] = [test_charging_transcripts, test_files, test_reservations, test_transcripts]
SCENES: dict[str, Callable[..., None]] = {
    name: scene
    for module in MODULES
    for name, scene in inspect.getmembers(module, inspect.isfunction)
    if name.startswith("test_") and set(inspect.signature(scene).parameters) <= {"scene", "file_jobs"}
}

BY_THE_CENTRAL_SYSTEM: Mapping[str, set[str]] = {
    "test_a_request_that_cannot_be_understood_is_answered_with_its_code": {"frame", "payload", "unknown-action"},
}
"""What the Central System of a scene does wrong on purpose."""


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_shows_nothing_that_is_not_permitted(name: str) -> None:
    scene = RecordedScene(
        2, hardware=ScriptedHardware() if "file_jobs" in inspect.signature(SCENES[name]).parameters else None
    )
    SCENES[name](scene)
    found: list[Finding] = []
    summary = examine(scene.log, found.append)
    assert {finding.rule for finding in found} == BY_THE_CENTRAL_SYSTEM.get(name, set()), found
    assert (summary.unknown, summary.messages > 5) == (0, True)


def test_a_busy_day_shows_nothing_that_is_not_permitted() -> None:
    """Three connectors, cars, faults, a cut cable and a reset, in virtual time."""
    *lines, _ = busy_day.transcript(seed=None)
    found: list[Finding] = []
    summary = examine(lines, found.append)
    assert found == []
    assert (summary.unknown, summary.connectors) == (0, 4)
    assert summary.messages == len(lines)


def test_a_busy_day_that_is_tampered_with_is_found_out() -> None:
    lines = [re.sub(r'"status":"Finishing"', '"status":"Reserved"', line) for line in busy_day.transcript(seed=None)]
    found: list[Finding] = []
    examine(lines, found.append)
    assert {"status-move"} <= {finding.rule for finding in found}
