"""A deadline whose step fails once is armed again, whatever it belongs to; one that always fails does not spin."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import LogFailure
from ocpp16sm.core.engine.timers import LONGEST_PAUSE_S, TimerKey
from tests.support.scene import SILENCE, CoreScene

REGISTER = "Energy.Active.Import.Register"


class OnceError(Exception):
    """A mistake of ours."""


def failing(scene: CoreScene, purpose: str, times: int) -> list[float]:
    """Have the step at such deadlines fail so often; gives the moments at which it was tried."""
    deadlines = scene.virtual.core.features.context.deadlines
    reached, tried = deadlines[purpose], []

    def step(key: TimerKey) -> None:
        tried.append(scene.virtual.now.mono)
        reached(key)  # what it has done by then is rolled back
        if len(tried) <= times:
            raise OnceError(purpose)

    deadlines[purpose] = step
    scene.mistakes_are_meant = True
    return tried


RECURRING = {
    "sample": "MeterValueSampleInterval",
    "aligned": "ClockAlignedDataInterval",
    "heartbeat": "HeartbeatInterval",
}
"""Purpose of a deadline -> the key that says how often it recurs."""


def periodic(purpose: str) -> CoreScene:
    """A transaction, and something that is due every 20 s."""
    scene = CoreScene(MeterValuesSampledData=REGISTER, MeterValuesAlignedData=REGISTER)
    scene.boots()
    scene.measures(1, 1)
    scene.transaction()
    scene.sets(RECURRING[purpose], "20")
    return scene


@pytest.mark.parametrize("failures", [1, 3])
@pytest.mark.parametrize("purpose", RECURRING)
def test_what_recurs_is_due_again_at_its_next_time(purpose: str, failures: int) -> None:
    """3.16.1, 3.16.2, 4.6: one bad reading does not end the sampling."""
    scene = periodic(purpose)
    tried = failing(scene, purpose, failures)
    heard = []
    for _ in range(60):
        scene.passes(2)
        scene.measures(1, 1)  # a reading of long ago is no value of a tick
        heard += scene.hears_all("MeterValues", "Heartbeat")
    assert tried == pytest.approx([tried[0] + 20 * n for n in range(len(tried))], abs=0.01)
    assert len(tried) >= 5
    assert len(heard) == len(tried) - failures
    assert len([e for e in scene.virtual.effects if isinstance(e, LogFailure)]) == failures


def an_answer(scene: CoreScene) -> None:
    scene.begins()
    scene.hears("StartTransaction", SILENCE)


def a_status(scene: CoreScene) -> None:
    scene.sets("MinimumStatusDuration", "5")
    scene.station.on_session_started(1, "s1", "EVConnected")


OWNERS: dict[str, tuple[Callable[[CoreScene], None], str]] = {
    "answer": (an_answer, "StartTransaction"),
    "status": (a_status, "StatusNotification"),
}
"""Purpose of a deadline that does not recur -> what sets it, and what is heard once it has been dealt with."""


@pytest.mark.parametrize("purpose", OWNERS)
def test_what_does_not_recur_is_tried_again_soon(purpose: str) -> None:
    set_it, action = OWNERS[purpose]
    scene = CoreScene(MinimumStatusDuration="86400" if purpose == "answer" else "0")
    scene.boots()
    set_it(scene)
    tried = failing(scene, purpose, 1)
    scene.passes(120)
    assert len(tried) >= 2
    assert tried[1] - tried[0] == pytest.approx(1.0)
    assert scene.hears_all(action)


def test_every_owner_is_tried_again(scene: CoreScene) -> None:
    """Whatever deadline there is: its owner's step fails once, and is called again."""
    context: Context = scene.virtual.core.features.context
    for purpose in [*context.deadlines]:
        called: list[float] = []

        def step(_key: TimerKey, called: list[float] = called) -> None:
            called.append(scene.virtual.now.mono)
            if len(called) == 1:
                raise OnceError

        context.deadlines[purpose] = step
        context.recurrences.pop(purpose, None)
        scene.mistakes_are_meant = True
        context.timers.arm(TimerKey(purpose, "whoever"), scene.virtual.now.mono + 1)
        context._journal.commit()
        scene.passes(10)
        assert len(called) == 2, purpose


def test_a_deadline_that_always_fails_does_not_spin(scene: CoreScene) -> None:
    """The pauses double, up to a minute."""
    tried = failing(scene, "heartbeat", 10**9)
    context: Any = scene.virtual.core.features.context
    del context.recurrences["heartbeat"]
    scene.sets("HeartbeatInterval", "10")
    scene.passes(3600)
    pauses = [round(later - earlier, 3) for earlier, later in pairwise(tried)]
    assert pauses[:7] == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE_S]
    assert set(pauses[7:]) == {LONGEST_PAUSE_S}


def test_how_it_recurs_may_fail_as_well(scene: CoreScene) -> None:
    """Then it is like one that does not recur."""
    tried = failing(scene, "heartbeat", 1)

    def fails(_key: TimerKey) -> float:
        raise OnceError

    scene.virtual.core.features.context.recurrences["heartbeat"] = fails
    scene.sets("HeartbeatInterval", "10")
    scene.passes(12)
    assert tried == pytest.approx([tried[0], tried[0] + 1])
