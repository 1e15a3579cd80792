"""Defaults, names and clocks of python-statemachine 3.2 that would hurt a charge point, and what we do about each.

As in ``test_engine_contract.py``: one habit of the installed library a test, and where we avoid it or rely on it.
"""

# mypy: disable-error-code="type-arg"

import asyncio
import copy
import pickle
import threading
from typing import Any

import pytest
from statemachine import HistoryState, State, StateChart
from statemachine.exceptions import InvalidDefinition, TransitionNotAllowed

from statecharts.ocpp16.base import OcppChart
from tests.charts.log import Log, ids


class Kept(OcppChart):
    """A chart with a memory."""

    class outer(State.Compound):
        A = State(initial=True)
        memory = HistoryState()
        memory.to(A)

    Away = State()
    outer.to(Away, event="left")
    Away.to(outer.memory, event="came")


def test_trap_7_a_machine_that_has_a_history_can_be_neither_pickled_nor_copied() -> None:
    """We persist the names of the active leaves, never a machine; ``InterpretedMachine.restore`` takes them."""
    machine = Kept()
    machine.send("left")
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(machine)
    with pytest.raises(RecursionError):
        copy.deepcopy(machine)


def test_trap_8_a_method_named_after_an_event_becomes_its_action() -> None:
    """``InterpretedMachine`` gives the library a model of its own, with the chart's hooks and nothing else: the owner
    of our hooks has methods such as ``on_enabled``. The linter refuses them on the chart class.
    """

    class Facade(Log):
        def on_went(self) -> None:
            self.calls.append("on_went")

    class Plain(OcppChart):
        A = State(initial=True)
        A.to(A, event="went")

    facade = Facade()
    Plain(facade).send("went")
    assert facade.calls == ["on_went"]


def test_trap_9_a_delayed_event_sleeps_on_the_callers_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timers are data in our core (``Timer``); nothing here uses ``send(delay=)``."""
    naps: list[float] = []

    class Awake(Exception):  # noqa: N818 - not an error
        pass

    def nap(seconds: float) -> None:
        naps.append(seconds)
        raise Awake

    monkeypatch.setattr("statemachine.engines.sync.sleep", nap)

    class Plain(OcppChart):
        A = State(initial=True)
        A.to(A, event="went")

    with pytest.raises(Awake):
        Plain().send("went", delay=60_000)
    assert naps


def test_trap_10_a_timeout_starts_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """As above: a ``Timer`` is armed by one hook and disarmed by another, and the core holds one deadline."""
    from statemachine.contrib.timeout import timeout

    started: list[str] = []
    monkeypatch.setattr(threading.Thread, "start", lambda self: started.append(self.name))

    class Impatient(StateChart):
        A = State(initial=True, invoke=timeout(60, on="expired"))
        B = State(final=True)
        A.to(B, event="expired")

    Impatient()
    assert len(started) == 1


def test_trap_11_async_hooks_of_one_group_interleave() -> None:
    """Our hooks are synchronous; the order of messages could not be kept otherwise."""
    calls: list[str] = []

    class Model:
        state: Any = None

        async def first(self) -> None:
            calls.append("first begins")
            await asyncio.sleep(0)  # no time: the other one's turn
            calls.append("first ends")

        async def second(self) -> None:
            calls.append("second begins")

    class Plain(OcppChart):
        A = State(initial=True)
        A.to(A, event="went", on=["first", "second"])

    async def scene() -> None:
        machine = Plain(Model())
        await machine.activate_initial_state()
        await machine.send("went")

    asyncio.run(scene())
    assert calls == ["first begins", "second begins", "first ends"]


class Failing(Log):
    """Its hook raises."""

    def fail(self) -> None:
        self.calls.append("fail")
        raise ZeroDivisionError


def test_trap_12_by_default_an_exception_in_a_hook_vanishes_and_the_state_moves_on() -> None:
    """``OcppChart`` switches it off and the linter insists: a hook that fails fails the step."""

    class Lenient(StateChart):
        A = State(initial=True)
        B = State()
        A.to(B, event="went", after="fail")
        B.to(A, event="returned")

    class Strict(OcppChart):
        A = State(initial=True)
        B = State()
        A.to(B, event="went", on="fail")
        B.to(A, event="returned")

    lenient = Lenient(Failing())
    lenient.send("went")
    assert ids(lenient) == ["B"]
    strict = Strict(Failing())
    with pytest.raises(ZeroDivisionError):
        strict.send("went")
    assert ids(strict) == ["A"]


def test_trap_12_an_exception_after_the_move_leaves_it_moved() -> None:
    """``InterpretedMachine.fire`` takes the configuration back itself; the compiled machines do too."""

    class Strict(OcppChart):
        A = State(initial=True)
        B = State()
        A.to(B, event="went", after="fail")
        B.to(A, event="returned")

    machine = Strict(Failing())
    with pytest.raises(ZeroDivisionError):
        machine.send("went")
    assert ids(machine) == ["B"]


def test_trap_14_events_and_hooks_of_the_librarys_own_names_break() -> None:
    """The linter refuses what is in ``dir(StateChart)``, for events, and for hooks and guards."""

    class Named(OcppChart):
        A = State(initial=True)
        A.to(A, event="model")

    with pytest.raises(AttributeError):
        Named().send("model")

    class Shadowing(OcppChart):
        A = State(initial=True)
        A.to(A, event="went", on="prepare")

    with pytest.raises(AttributeError):
        Shadowing(Log("prepare"))


def test_trap_14_a_guard_named_as_a_state_is_not_found() -> None:
    """The linter refuses it, with a line, and says ``In('B')``; the library refuses it when a machine is made."""

    class Asking(OcppChart):
        A = State(initial=True)
        B = State()
        A.to(B, event="went", cond="B")
        B.to(A, event="returned")

    with pytest.raises(InvalidDefinition):
        Asking()


def test_trap_19_an_unknown_event_is_nothing_by_default_and_an_error_with_us() -> None:
    """``OcppChart`` switches ``allow_event_without_transition`` off; what is legal and does nothing is declared."""

    class Lenient(StateChart):
        A = State(initial=True)
        A.to(A, event="went")

    class Strict(OcppChart):
        A = State(initial=True)
        A.to(A, event="went")

    assert Lenient().send("flown") is None
    with pytest.raises(TransitionNotAllowed):
        Strict().send("flown")
