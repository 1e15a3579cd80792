"""What python-statemachine 3.2 does where SCXML says otherwise, or where a default would hurt: our footing, tested.

Each test shows one habit of the library as it is installed, and its docstring says where we avoid it or rely on it. If
one fails after an upgrade, the rule that it names may be lifted, or has lost its ground. Numbers are those of
``reference/engines.md``, 1.3.
"""

import asyncio
import copy
import importlib.metadata
import pickle
import threading
from typing import Any

import pytest
from statemachine import HistoryState, State, StateChart
from statemachine.exceptions import InvalidDefinition, TransitionNotAllowed

from statecharts.ocpp16.base import OcppChart

# mypy: disable-error-code="type-arg"
# ruff: noqa: D106 - charts are declarations


class Log:
    """A model whose every hook writes its name down."""

    state: Any = None

    def __init__(self, *hooks: str) -> None:
        self.calls: list[str] = []
        for hook in hooks:
            setattr(self, hook, self._writer(hook))

    def _writer(self, hook: str) -> Any:
        def write() -> None:
            self.calls.append(hook)

        return write


def ids(machine: StateChart) -> list[str]:
    """The active states in the library's own order."""
    return [state.id for state in machine.configuration]


def test_the_installed_version_is_the_pinned_one() -> None:
    """``pyproject.toml`` pins >=3.2.2,<3.3; everything below was seen on that."""
    assert importlib.metadata.version("python-statemachine").startswith("3.2.")


def test_trap_1_the_action_of_a_transition_into_history_runs_twice() -> None:
    """The linter refuses history states: a fault cleared would be reported twice. Health is a region instead."""

    class Remembering(OcppChart):
        class outer(State.Compound):
            A = State(initial=True)
            B = State()
            memory = HistoryState()
            A.to(B, event="went")
            B.to(A, event="returned")
            memory.to(A)

        Away = State()
        outer.to(Away, event="left")
        Away.to(outer.memory, event="came", before="before", on="on", after="after")

    log = Log("before", "on", "after")
    machine = Remembering(log)
    machine.send("left")
    machine.send("came")
    assert log.calls == ["before", "on", "on", "after"]


class Deep(OcppChart):
    """A region that nests deeper than the next."""

    class root(State.Parallel):
        class one(State.Compound):
            class inner(State.Compound):
                class innermost(State.Compound):
                    A = State(initial=True, exit="left_a", enter="entered_a")

            B = State(initial=True)
            B.to(inner, event="moved")
            inner.to(B, event="returned")

        class two(State.Compound):
            D = State(exit="left_d", enter="entered_d")
            C = State(initial=True)
            C.to(D, event="moved")
            D.to(C, event="returned")


def test_trap_2_document_order_restarts_in_nested_states() -> None:
    """``extract`` keeps the order as ``engine_order``; the linter refuses hooks that it would call in another order
    than SCXML, where A of the first region is entered before D of the second, and left after it.
    """
    log = Log("left_a", "entered_a", "left_d", "entered_d")
    machine = Deep(log)
    machine.send("moved")
    assert log.calls == ["entered_d", "entered_a"]
    machine.send("returned")
    assert log.calls[2:] == ["left_a", "left_d"]


def test_trap_3_transitions_of_two_regions_run_in_the_order_in_which_the_regions_moved_last() -> None:
    """The linter refuses two regions whose transitions both speak at one event."""

    class Twins(OcppChart):
        class root(State.Parallel):
            class one(State.Compound):
                A = State(initial=True)
                A.to(A, event="both", on="one_spoke")
                A.to(A, event="first")

            class two(State.Compound):
                B = State(initial=True)
                B.to(B, event="both", on="two_spoke")

    log = Log("one_spoke", "two_spoke")
    machine = Twins(log)
    machine.send("both")
    machine.send("first")
    machine.send("both")
    assert log.calls == ["one_spoke", "two_spoke", "two_spoke", "one_spoke"]


def test_trap_4_an_internal_self_transition_enters_without_leaving() -> None:
    """The linter refuses ``internal=True``; ``to(None, ...)`` stays without entry or exit, and is what we use."""

    class Staying(OcppChart):
        A = State(initial=True, enter="entered", exit="left")
        A.to.itself(event="poked", internal=True)  # type: ignore[no-untyped-call]
        A.to(None, event="touched", on="felt")

    log = Log("entered", "left", "felt")
    machine = Staying(log)
    machine.send("poked")
    assert log.calls == ["entered", "entered"]
    machine.send("touched")
    assert log.calls[2:] == ["felt"]


def test_trap_5_history_without_a_default_empties_the_configuration() -> None:
    """One reason more to refuse history states: no error, and no state."""

    class Forgetful(OcppChart):
        validate_disconnected_states = False
        Away = State(initial=True)

        class outer(State.Compound):
            A = State(initial=True)
            memory = HistoryState()

        Away.to(outer.memory, event="came")
        outer.to(Away, event="left")

    machine = Forgetful()
    machine.send("came")
    assert ids(machine) == []


def test_trap_6_states_of_one_id_and_name_are_one_state() -> None:
    """``Chart`` refuses two states of one id: here the second region would be lost without a word."""

    class Lost(OcppChart):
        validate_trap_states = False

        class root(State.Parallel):
            class one(State.Compound):
                A = State(initial=True)

            class two(State.Compound):
                A = State(initial=True)

    assert len(ids(Lost())) < 5


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
            await asyncio.sleep(0)
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


def test_trap_13_eventless_transitions_are_tried_before_the_event() -> None:
    """The linter lets an eventless transition ask ``In(...)`` only: an answer that changed outside would move the
    chart first, so that the event comes too late for A.
    """

    class Model(Log):
        ready = False

    class Eager(OcppChart):
        A = State(initial=True)
        B = State()
        A.to(B, cond="ready")
        A.to(None, event="poked", on="in_a")
        B.to(None, event="poked", on="in_b")
        B.to(A, event="returned")

    model = Model("in_a", "in_b")
    machine = Eager(model)
    model.ready = True
    machine.send("poked")
    assert model.calls == ["in_b"]


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


def test_trap_16_a_subclass_shares_the_states_of_its_base() -> None:
    """The linter refuses chart inheritance: an arrow added below appears above."""

    class Base(OcppChart):
        A = State(initial=True)
        A.to(A, event="went")

    before = len(list(Base.states[0].transitions))

    class Derived(Base):
        Base.A.to(Base.A, event="went_too")

    assert Derived.states[0] is Base.states[0]
    assert len(list(Base.states[0].transitions)) == before + 1


def test_trap_17_the_generic_hook_runs_for_initial_states_as_well() -> None:
    """The linter refuses ``on_transition``: entering a compound state would send a message more."""
    calls: list[str] = []

    class Generic(OcppChart):
        Away = State(initial=True)

        class outer(State.Compound):
            A = State(initial=True)

        Away.to(outer, event="came")
        outer.to(Away, event="left")

        def on_transition(self, target: State) -> None:
            calls.append(target.id)

    machine = Generic()
    calls.clear()
    machine.send("came")
    assert len(calls) > 1


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


def test_trap_19_an_eventless_loop_has_no_bound() -> None:
    """``explore`` has one (``EVENTLESS_BOUND``), and the linter refuses what reaches it. Here a hook ends the loop."""
    laps = 0

    class Tired(Exception):  # noqa: N818 - not an error
        pass

    class Model:
        state: Any = None

        def count(self) -> None:
            nonlocal laps
            laps += 1
            if laps == 1000:
                raise Tired

    class Spinning(OcppChart):
        Start = State(initial=True)
        A = State(enter="count")
        B = State()
        Start.to(A, event="went")
        A.to(B, cond="In('A')")
        B.to(A, cond="In('B')")

    with pytest.raises(Tired):
        Spinning(Model()).send("went")


def test_a_chart_that_ends_never_wakes_again() -> None:
    """The linter refuses charts that end: ``InterpretedMachine.restore`` could not bring them back."""

    class Ending(OcppChart):
        A = State(initial=True)
        B = State(final=True)
        A.to(B, event="went")

    machine = Ending()
    machine.send("went")
    machine.current_state_value = "A"
    with pytest.raises(TransitionNotAllowed):
        machine.send("went")


def test_eventless_transitions_run_while_the_machine_is_made() -> None:
    """The linter refuses a start that is not at rest: a compiled machine calls nothing when it is made."""

    class Restless(OcppChart):
        A = State(initial=True)
        B = State()
        A.to(B, cond="In('A')")
        B.to(A, event="returned", cond="never")

    assert ids(Restless(Log("never"))) == ["B"]


def test_hooks_see_a_whole_configuration_before_and_after_the_move() -> None:
    """``OcppChart`` sets ``atomic_configuration_update``; the compiled machines change their integers at that place."""

    class Model(Log):
        def look(self) -> None:
            self.calls.append("+".join(sorted(set(ids(self.machine)) & set("ABCD"))))

        machine: Any = None

    class Both(OcppChart):
        class root(State.Parallel):
            class one(State.Compound):
                A = State(initial=True, exit="look")
                B = State(enter="look")
                A.to(B, event="moved", before="look", on="look", after="look")
                B.to(A, event="returned")

            class two(State.Compound):
                C = State(initial=True, exit="look")
                D = State(enter="look")
                C.to(D, event="moved")
                D.to(C, event="returned")

    model = Model()
    model.machine = Both(model)
    model.machine.send("moved")
    assert model.calls == ["A+C"] * 4 + ["B+D"] * 3
