"""What the linter refuses, one chart a reason: with its file, its line and the reason; and what it lets pass.

The charts are in ``invalid_charts.py``. A chart outside the profile could mean one thing to python-statemachine's
interpreter and another to SCXML, or could not be compiled; ``test_engine_contract.py`` shows the disagreements
themselves.
"""

import inspect
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from statemachine import State, StateChart

from ocpp16sm.charts.machine import Machine
from ocpp16sm.generated.connector import ConnectorMachine
from statecharts import Chart, ChartError, Transition, extract, lint
from statecharts import State as ModelState
from statecharts.explore import EVENTLESS_BOUND
from statecharts.guards import In
from statecharts.ocpp16 import CHARTS
from statecharts.ocpp16.base import OcppChart
from statecharts.profile import INNER_NAMES, MACHINE_NAMES
from tests.charts import invalid_charts
from tests.charts.engines import engines_under_test

REASONS = {
    invalid_charts.Swallowing: "catch_errors_as_events must be False",
    invalid_charts.Inheriting: "inherits from the chart Base",
    invalid_charts.Conventional: "'on_went' is bound by its name alone",
    invalid_charts.Generic: "'on_transition' is bound by its name alone",
    invalid_charts.NestedParallel: "'both' is not the root",
    invalid_charts.Remembering: "history state 'memory'",
    invalid_charts.BareRegion: "region 'two' has no states",
    invalid_charts.Ending: "the chart ends in 'B'",
    invalid_charts.RegionCalledQueue: "region 'queue' is already a name of the machine",
    invalid_charts.RegionsAlike: "region 'Side' is already a name of the machine",
    invalid_charts.EventOfTheMachine: "event 'fire' is already a name of the machine",
    invalid_charts.EventOfARegion: "event 'other' is already a name of the machine",
    invalid_charts.DottedEvent: "event 'fault.ground' must be a plain name",
    invalid_charts.DoneEvent: "done and error events",
    invalid_charts.PrivateState: "state id '_A' must be a plain name",
    invalid_charts.PrivateHook: "'_say' must be a plain name",
    invalid_charts.HookByConvention: "hook 'on_went' is also bound by convention",
    invalid_charts.HookOfTheLibrary: "'send' is already a name of the chart",
    invalid_charts.HookNamedAsEvent: "'returned' is already a name of the chart",
    invalid_charts.GuardNamedAsState: "'B' is already a name of the chart",
    invalid_charts.GuardNamedAsRegion: "'two' is already a name of the chart",
    invalid_charts.HookAndGuard: "'ready' is used as a hook and as a guard",
    invalid_charts.UnknownState: "In('Nowhere') refers to an unknown state",
    invalid_charts.RootAsked: "In('root') always holds",
    invalid_charts.Internal: "an internal transition re-enters",
    invalid_charts.FreeEventless: "an eventless transition needs a guard",
    invalid_charts.AskingEventless: "may use only In(...)",
    invalid_charts.StayingEventless: "without target never settles",
    invalid_charts.RestlessStart: "enabled in the initial configuration",
    invalid_charts.WholeRegion: "a transition from or to a region",
    invalid_charts.WholeParallel: "leaves the parallel root",
    invalid_charts.Crossing: "crosses from one region to another",
    invalid_charts.Livelock: "do not settle after went",
    invalid_charts.BothSpeak: "both transitions have hooks (say_one; say_two)",
    invalid_charts.EntriesDisordered: "calls their enter hooks in a different order than SCXML",
    invalid_charts.IgnoredNowhere: "refers to the unknown state 'Nowhere'",
    invalid_charts.IgnoredUnknown: "no transition has the event 'gone'",
    invalid_charts.OverlayNowhere: "unknown state 'Nowhere'",
    invalid_charts.TimerOfNoHook: "calls the hook 'disarm'",
    invalid_charts.TimerOfNoEvent: "no transition has that event",
    invalid_charts.LambdaHook: "a hook must be a name",
    invalid_charts.LambdaGuard: "a guard must be a name",
    invalid_charts.Comparing: "'count > 3' is not a name",
    invalid_charts.Validating: "validators are not supported",
    invalid_charts.SameName: "two states are called 'A'",
}


def marked_line(declared: type) -> int:
    """The line marked ``# here``; 0 if the trouble is no line's."""
    lines, start = inspect.getsourcelines(declared)
    return next((start + n for n, line in enumerate(lines) if line.rstrip().endswith("# here")), 0)


@pytest.mark.parametrize("declared", REASONS, ids=lambda declared: declared.__name__)
def test_a_chart_outside_the_profile_is_refused_with_line_and_reason(declared: type[StateChart[Any]]) -> None:
    found = [finding for finding in lint(declared) if REASONS[declared] in finding.message]
    assert len(found) == 1
    line = marked_line(declared)
    if line and declared is not invalid_charts.SameName:  # both states of one name are named in the text
        assert found[0].line == line


@pytest.mark.parametrize("declared", REASONS, ids=lambda declared: declared.__name__)
def test_the_error_lists_every_finding_with_its_file(declared: type[StateChart[Any]]) -> None:
    findings = lint(declared)
    with pytest.raises(ChartError) as raised:
        findings.raise_if_any()
    rows = str(raised.value).splitlines()
    assert rows[0] == f"chart class {declared.__name__} is outside the chart profile:"
    assert len(rows) == 1 + len(list(findings))
    for finding, row in zip(findings, rows[1:], strict=True):
        where = f"{invalid_charts.__file__}:{finding.line}: " if finding.line else ""
        assert row == f"  {where}{finding.message}"


def test_every_chart_of_that_file_is_refused_for_a_reason_of_its_own() -> None:
    charts = [
        c for c in vars(invalid_charts).values() if inspect.isclass(c) and c.__module__ == invalid_charts.__name__
    ]
    assert set(charts) - set(REASONS) == {invalid_charts.Base}
    assert len(set(REASONS.values())) == len(REASONS)


@pytest.mark.parametrize("declared", [*CHARTS, invalid_charts.Base], ids=lambda declared: declared.__name__)
def test_charts_inside_the_profile_have_no_findings(declared: type[StateChart[Any]]) -> None:
    findings = lint(declared)
    assert not findings
    findings.raise_if_any()
    assert list(lint(extract(declared))) == []


def test_a_chart_without_a_source_is_linted_all_the_same() -> None:
    made = type("Made", (OcppChart,), {"A": (a := State(initial=True)), "went": a.to(a, on="_say")})
    assert [str(finding) for finding in lint(made)] == ["hook or guard '_say' must be a plain name"]


def test_a_model_from_elsewhere_is_linted_like_a_class() -> None:
    states = (ModelState("A", "atomic", None), ModelState("B", "history", None))
    chart = Chart("foreign", "Foreign", "", states, (Transition("A", "A", "went"),), initial="A")
    with pytest.raises(ChartError, match="chart foreign is outside the chart profile:\n  history state 'B'"):
        lint(chart).raise_if_any()


def test_the_names_that_an_event_must_leave_alone_are_the_machines() -> None:
    own = {name for name in dir(ConnectorMachine) if not name.startswith("_")}
    assert own - set(ConnectorMachine.events) - {"usage", "availability", "health"} == MACHINE_NAMES


def test_the_names_that_a_region_must_leave_alone_are_the_machines_slots_and_methods() -> None:
    inner = {n.removeprefix("_") for n in (*vars(Machine), *Machine.__annotations__) if not n.endswith("__")}
    assert {name for name in inner if f"_{name}" in {*dir(Machine), *Machine.__annotations__}} <= INNER_NAMES


def test_a_chart_of_a_single_state_is_a_chart() -> None:
    for under_test in engines_under_test(invalid_charts.Base, extract(invalid_charts.Base)).values():
        assert under_test.step("went", {}).configuration == ("A",)


def chain(length: int) -> Chart:
    """Start, and after one event this many eventless steps."""
    names = [f"S{n}" for n in range(length + 1)]
    arrows = [Transition(a, b, None, In(a)) for a, b in pairwise(names)]
    states = tuple(ModelState(name, "atomic", None) for name in ("Start", *names))
    return Chart("chain", "Chain", "", states, (Transition("Start", "S0", "went"), *arrows), initial="Start")


def test_an_eventless_chain_may_be_as_long_as_the_bound() -> None:
    assert not lint(chain(EVENTLESS_BOUND - 1))
    assert any("do not settle" in finding.message for finding in lint(chain(EVENTLESS_BOUND)))


def test_lines_and_clauses_are_those_of_the_source() -> None:
    chart = extract(Sourced)
    text = Path(chart.source_file).read_text().splitlines()
    for transition in chart.transitions:
        assert transition.source in text[transition.line - 1]
    assert [(t.source, t.target, t.event, t.clause) for t in chart.transitions] == [
        ("A", "B", "went", "4.9"),
        ("A", "C", "went", "4.9"),
        ("A", None, "poked", ""),
        ("B", "A", "returned", "A1 B2"),
        ("B", "A", "recalled", "A1 B2"),
        ("C", "A", "returned", "5.1"),
        ("C", "C", "again", "5.2"),
    ]
    assert [text[state.line - 1].split()[0] for state in chart.states] == ["A", "B", "C"]


class Sourced(OcppChart):
    """Arrows written in every way."""

    A = State(initial=True)
    B = State()
    C = State()
    A.to(B, C, event="went")  # 4.9
    A.to(None, event="poked", on="say")
    B.to(A, event="returned recalled")  # A1 B2: both ways
    A.from_(C, event="returned")  # 5.1
    C.to(C, event="again")  # 5.2: once more
