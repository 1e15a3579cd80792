"""Where python-statemachine 3.2 and SCXML part: what it does with order, history, inner states and endings.

Each test shows one habit of the library as it is installed, and its docstring says where we avoid it or rely on it. If
one fails after an upgrade, the rule that it names may be lifted, or has lost its ground. Numbers are those of
``reference/engines.md``, 1.3; the defaults and names that would hurt are in ``test_engine_defaults.py``.
"""

# mypy: disable-error-code="type-arg"

import importlib.metadata
from typing import Any

import pytest
from statemachine import HistoryState, State
from statemachine.exceptions import TransitionNotAllowed

from statecharts.ocpp16.base import OcppChart
from tests.charts.log import Log, ids


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
        A.to.itself(event="poked", internal=True)  # type: ignore[no-untyped-call]  # the library has no type there
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
