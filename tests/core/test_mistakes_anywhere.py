"""A step in which a mistake of ours comes to light leaves no trace, in whichever line the mistake is.

Design, 4: state, queue and effects roll back together. Here each line of the core that runs in a life of a charge point
is made to fail once. What becomes of a mistake is proved in :mod:`tests.core.test_own_mistakes`.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import ocpp16sm.core
from ocpp16sm.core.protocol import Core, Step
from ocpp16sm.generated import hooks, triggers
from ocpp16sm.messages import UnlockStatus
from tests.core.core_life import a_life
from tests.core.core_state import everything
from tests.support.scene import CoreScene
from tests.support.scripted_hardware import ScriptedHardware

CODE = (str(Path(str(ocpp16sm.core.__file__)).parent), str(hooks.__file__), str(triggers.__file__))
"""Where mistakes are made. What compiled charts do when a hook fails is proved where they are (tests/charts)."""

UNDOING = {
    *("feed", "_attempt", "_all_or_nothing", "_own_mistake", "_own_mistake_at"),
    *("commit", "roll_back", "put_back", "drop_effects", "_insert", "_remove"),
}
"""What puts things right again, and the three lines that note how, do not go wrong themselves here."""

Place = tuple[str, int]


class MistakeError(Exception):
    """Something that no code expects."""


@contextmanager
def a_mistake(made: set[Place]) -> Iterator[list[Place]]:
    """The first line of the core that runs and was not spoilt before raises; gives where that was, if it was."""
    here: list[Place] = []

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        code = frame.f_code
        if not code.co_filename.startswith(CODE) or code.co_name in UNDOING or here:
            return None
        place = (code.co_filename, frame.f_lineno)
        if event == "line" and place not in made:
            made.add(place)
            here.append(place)
            raise MistakeError(f"{code.co_name} at {place}")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield here
    finally:
        sys.settrace(before)


def lived() -> tuple[list[str], object]:
    """The frames of a whole life, and what is on disk after it."""
    scene = CoreScene(connectors=2, hardware=ScriptedHardware(UnlockStatus.UNLOCKED))
    frames: list[str] = []
    hear = scene.virtual.on_sent

    def note(text: str) -> None:
        frames.append(text)
        hear(text)

    scene.virtual.on_sent = note
    a_life(scene)
    return frames, scene.virtual.store.load()


def lived_with_mistakes(monkeypatch: pytest.MonkeyPatch, *, each_step: bool) -> tuple[list[str], object, int]:
    """The same, and how many mistakes were made: each line fails once, or once in each step."""
    attempt = Core._attempt
    made: set[Place] = set()
    mistakes = 0

    def raises(_core: Core, _cause: object, trace: str) -> None:
        raise MistakeError(trace)  # whoever called

    def attempts(core: Core, change: Callable[[Any, Any], Any], of: Any, cause: Any) -> Step:
        nonlocal mistakes
        if each_step:
            made.clear()
        before = everything(core)
        while True:
            try:
                with a_mistake(made) as here:
                    return attempt(core, change, of, cause)
            except MistakeError:
                mistakes += 1
                after = everything(core)
                changed = {path for path in before | after if before.get(path) != after.get(path)}
                assert not changed, f"{cause} failed at {here}, and left traces in {changed}"

    monkeypatch.setattr(Core, "_own_mistake", raises)
    monkeypatch.setattr(Core, "_attempt", attempts)
    return *lived(), mistakes


def test_a_mistake_in_any_line_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each all is as before it, and in the end the life reads, frame by frame, as one without any."""
    frames, store = lived()
    frames_with, store_with, mistakes = lived_with_mistakes(monkeypatch, each_step=False)
    assert mistakes > 700
    assert frames_with == frames
    assert store_with == store


@pytest.mark.long
def test_a_mistake_in_any_line_of_any_step_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, each line failing in each of the steps that reach it."""
    frames, store = lived()
    frames_with, store_with, mistakes = lived_with_mistakes(monkeypatch, each_step=True)
    assert mistakes > 10_000
    assert frames_with == frames
    assert store_with == store
