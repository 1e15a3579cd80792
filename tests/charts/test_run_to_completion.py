"""One event at a time, wholly or not at all; the same for the compiled machines and the interpreter.

An event that a hook fires waits until the step it was fired in has settled. If a hook raises, at whatever place of
whatever step, the configuration is the one before that event, what waited is dropped, the exception reaches whoever
fired, and the machine goes on as if nothing had been. Configurations are taken and given back without any hook.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import define
from statemachine import State

from ocpp16sm.errors import EventNotAllowedError
from statecharts import extract
from statecharts.ocpp16.base import OcppChart
from tests.charts.conftest import SUBJECTS, Subject
from tests.charts.engines import Configuration, EngineUnderTest, Step, Valuation, engines_under_test

MACHINES = ("compiled", "interpreted")

Walked = dict[Configuration, list[tuple[str, Valuation, Step]]]


class JammedError(Exception):
    """What a hook raises."""


class Turnstile(OcppChart):
    """Three turns, each with something to say in every phase."""

    North = State(initial=True, enter="arrive", exit="leave")
    East = State(enter="arrive", exit="leave")
    South = State(enter="arrive", exit="leave")

    North.to(East, event="turned", before="unlock", on="turn", after="rest")
    East.to(South, event="turned", before="unlock", on="turn", after="rest")
    South.to(North, event="reset", on="turn")
    North.to(None, event="touched", on="beep")
    ignored = {"touched": "East"}  # noqa: RUF012 - declarations


@pytest.fixture(params=MACHINES)
def turnstile(request: pytest.FixtureRequest) -> EngineUnderTest:
    """A turnstile on each engine."""
    return engines_under_test(Turnstile, extract(Turnstile))[request.param]


@define
class Once:
    """A reaction to one hook, the first time it is called."""

    hook: str
    engine: Any
    events: tuple[str, ...] = ()
    error: BaseException | None = None
    answers: tuple[bool, ...] = ()

    def __call__(self, hook: str) -> None:
        if hook == self.hook and not self.answers:
            self.answers = tuple(self.engine.fire(event) for event in self.events) or (True,)
            if self.error is not None:
                raise self.error


@pytest.mark.parametrize("hook", ["unlock", "leave", "turn", "arrive", "rest"])
def test_an_event_fired_by_a_hook_waits_for_the_step_to_end(turnstile: EngineUnderTest, hook: str) -> None:
    turnstile.recorder.reaction = reaction = Once(hook, turnstile.engine, ("turned",))
    step = turnstile.step("turned", {})
    assert reaction.answers == (True,)
    assert step.configuration == ("South",)
    assert step.hooks == ("unlock", "leave", "turn", "arrive", "rest") * 2
    assert {call.seen for call in step.calls[:3]} == {("North",)}
    assert {call.seen for call in step.calls[3:8]} == {("East",)}
    assert {call.seen for call in step.calls[8:]} == {("South",)}


def test_waiting_events_are_taken_in_the_order_in_which_they_were_fired(turnstile: EngineUnderTest) -> None:
    turnstile.recorder.reaction = Once("turn", turnstile.engine, ("touched", "turned", "reset"))
    assert turnstile.step("turned", {}).configuration == ("North",)


def test_an_event_fired_by_a_waiting_event_comes_after_those_that_wait(turnstile: EngineUnderTest) -> None:
    order: list[str] = []

    def react(hook: str) -> None:
        order.append(f"{hook} in {turnstile.engine.configuration[0]}")
        if order[-1] == "turn in North":
            turnstile.engine.fire("turned")
            turnstile.engine.fire("reset")
        elif order[-1] == "turn in East":
            turnstile.engine.fire("touched")

    turnstile.recorder.reaction = react
    turnstile.step("turned", {})
    assert [what for what in order if what.startswith(("turn", "beep"))] == [
        "turn in North",
        "turn in East",
        "turn in South",
        "beep in North",
    ]


def test_a_waiting_event_that_is_legal_without_effect_has_none(turnstile: EngineUnderTest) -> None:
    turnstile.recorder.reaction = Once("turn", turnstile.engine, ("touched",))
    assert turnstile.step("turned", {}) == turnstile.step("turned", {}, ("North",))


def test_a_waiting_event_that_is_refused_is_refused_to_whoever_fired_first(turnstile: EngineUnderTest) -> None:
    turnstile.recorder.reaction = Once("turn", turnstile.engine, ("reset", "turned"))
    with pytest.raises(EventNotAllowedError) as refused:
        turnstile.engine.fire("turned")
    assert refused.value.event == "reset"
    assert refused.value.configuration == ("East",)
    assert turnstile.engine.configuration == ("East",)
    turnstile.recorder.reaction = None
    step = turnstile.step("turned", {})  # and what waited behind it is not waiting any more
    assert (step.outcome, step.configuration) == ("taken", ("South",))


def test_an_unknown_event_is_refused_at_once_even_to_a_hook(turnstile: EngineUnderTest) -> None:
    turnstile.recorder.reaction = Once("turn", turnstile.engine, ("flown",))
    with pytest.raises(EventNotAllowedError, match="flown"):
        turnstile.engine.fire("turned")
    assert turnstile.engine.configuration == ("North",)


def test_a_fault_in_a_waiting_event_leaves_the_step_before_it_and_drops_what_waits(turnstile: EngineUnderTest) -> None:
    fault = JammedError()

    def react(hook: str) -> None:
        if hook == "turn" and turnstile.engine.configuration == ("North",):
            turnstile.engine.fire("turned")
            turnstile.engine.fire("reset")
        elif hook == "rest" and turnstile.engine.configuration == ("South",):
            raise fault

    turnstile.recorder.reaction = react
    with pytest.raises(JammedError) as raised:
        turnstile.engine.fire("turned")
    assert raised.value is fault
    assert turnstile.engine.configuration == ("East",)
    turnstile.recorder.reaction = None
    assert turnstile.step("turned", {}).configuration == ("South",)


@pytest.mark.parametrize("error", [JammedError, KeyboardInterrupt], ids=["fault", "interrupt"])
@pytest.mark.parametrize("machine", MACHINES)
def test_a_hook_that_raises_leaves_no_trace_wherever_it_is_called(
    subject: Subject, walked: Walked, machine: str, error: type[BaseException]
) -> None:
    under_test = subject.engines_under_test()[machine]
    for start, event, answers, expected, number in _calls(walked):
        under_test.engine.restore(start)
        under_test.recorder.answers, under_test.recorder.calls = answers, []

        def react(hook: str, number: int = number) -> None:
            if len(under_test.recorder.calls) == number + 1:
                raise error(hook)

        under_test.recorder.reaction = react
        with pytest.raises(error):
            under_test.engine.fire(event)
        assert under_test.engine.configuration == start
        under_test.recorder.reaction = None
        assert under_test.step(event, answers) == expected


def _calls(walked: Walked) -> Iterator[tuple[Configuration, str, Valuation, Step, int]]:
    """Each call of a hook in the whole product, once for each (event, hooks) that differ from one start."""
    for start, steps in walked.items():
        seen: set[tuple[str, tuple[str, ...], Configuration]] = set()
        for event, answers, step in steps:
            key = (event, step.hooks, step.configuration)
            if key not in seen:
                seen.add(key)
                yield from ((start, event, answers, step, number) for number in range(len(step.calls)))


ASKED: dict[str, tuple[Configuration, str, str]] = {
    "certificate_renewal": (("Idle",), "certificate_accepted", "is_used"),
    "v2g_certificate": (("AwaitingCertificate",), "certificate_overdue", "may_ask_again"),
    "connector": (("Reserved", "Operative", "Sound"), "session_started", "identified"),
    "firmware_update": (("Idle", "InService"), "downloaded", "connectors_concerned"),
    "reset": (("Asking",), "agreed", "no_transactions"),
    "session_price": (("Untold", "Running"), "transaction_stopped", "idle_fee_applies"),
}
"""Chart -> a configuration, an event, and the guard that it asks there."""


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", [name for name, subject in SUBJECTS.items() if subject.chart.guards])
def test_a_guard_that_raises_leaves_no_trace(name: str, machine: str) -> None:
    configuration, event, guard = ASKED[name]
    under_test = SUBJECTS[name].engines_under_test()[machine]
    under_test.engine.restore(configuration)
    under_test.recorder.answers = {}  # asking fails with KeyError
    with pytest.raises(KeyError):
        under_test.engine.fire(event)
    assert under_test.engine.configuration == configuration
    answers = dict.fromkeys(SUBJECTS[name].chart.guards, False) | {guard: True}
    assert under_test.step(event, answers).outcome == "taken"


@pytest.mark.parametrize("machine", MACHINES)
def test_every_configuration_survives_snapshot_and_restore_without_a_hook(
    subject: Subject, walked: Walked, machine: str
) -> None:
    under_test, other = subject.engines_under_test()[machine], subject.engines_under_test()[machine]
    for configuration in walked:
        engine: Any = under_test.engine
        assert engine.restore(configuration) is engine
        snapshot = engine.snapshot()
        assert engine.name_of(snapshot) == configuration
        other_engine: Any = other.engine
        assert other_engine.restore(snapshot).configuration == configuration
    assert under_test.recorder.calls == other.recorder.calls == []


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    "wrong",
    [("Available", "Operative"), ("Available", "Operative", "Sound", "Sound"), ("Available", "Operative", "Well")],
    ids=["too few", "too many", "no leaf"],
)
def test_what_is_no_configuration_is_not_restored(machine: str, wrong: tuple[str, ...]) -> None:
    under_test = SUBJECTS["connector"].engines_under_test()[machine]
    under_test.engine.restore(("Charging", "Scheduled", "Faulted"))
    with pytest.raises(ValueError, match=r"."):
        under_test.engine.restore(wrong)
    assert under_test.engine.configuration == ("Charging", "Scheduled", "Faulted")
