"""Would the proofs notice? Every small change to the connector chart is made, and some proof must fail.

A mutant is the extracted chart with one transition deleted, sent to another state of its region, or differently
guarded; or with one declared silence, overlay or hook removed. It is compiled, and tried by the theorem of 4.9 (the
same assertions as in ``test_status_table.py``), then by every scenario of ``test_defects.py``. What survives both is
listed in ``EQUIVALENT`` with the reason why it is no other chart.
"""

import inspect
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from attrs import evolve, frozen

from ocpp16sm.charts.machine import Machine
from statecharts import Chart, extract, lint
from statecharts.explore import LivelockError
from statecharts.guards import Both, Guard, Not, show
from statecharts.model import Transition
from statecharts.ocpp16 import Connector
from tests.charts import test_defects as defects
from tests.charts import test_status_table as theorem
from tests.charts.engines import compiled
from tests.charts.reporting_connector import ReportingConnector, reports

CHART = extract(Connector)

EQUIVALENT = {
    "SuspendedEV -> stays on ev_side_disconnected: to SuspendedEV": "entering says a status that is no news",
    "SuspendedEVSE -> stays on evse_suspended: to SuspendedEVSE": "entering says a status that is no news",
}
"""Mutant -> why it behaves as the chart does."""


@frozen
class Mutant:
    """The chart with one thing changed, and the name of the change."""

    name: str
    chart: Chart

    def __str__(self) -> str:
        return self.name


def label(t: Transition) -> str:
    """A transition, by what makes it unique."""
    guard = f" [{show(t.guard)}]" if t.guard else ""
    return f"{t.source} -> {t.target or 'stays'} on {t.event}{guard}"


def changed(number: int, *instead: Transition) -> Chart:
    """The chart with one transition replaced."""
    transitions = CHART.transitions
    return evolve(CHART, transitions=(*transitions[:number], *instead, *transitions[number + 1 :]))


def guards_instead(guard: Guard | None) -> Iterator[tuple[str, Guard | None]]:
    """A guard dropped, negated, and with each of its parts dropped or negated."""
    if guard is None:
        return
    yield "unguarded", None
    yield "negated", Not(guard)
    if isinstance(guard, Both):
        for number, part in enumerate(guard.operands):
            rest = (*guard.operands[:number], *guard.operands[number + 1 :])
            yield f"without {show(part)}", rest[0] if len(rest) == 1 else Both(guard.how, rest)
            yield f"with not {show(part)}", Both(guard.how, (*guard.operands[:number], Not(part), *rest[number:]))


def mutants() -> Iterator[Mutant]:
    """Every mutant of the connector chart, in the order of the chart."""
    for number, t in enumerate(CHART.transitions):
        yield Mutant(f"{label(t)}: deleted", changed(number))
        leaves = CHART.leaves_of(CHART.regions[CHART.region_of(t.source)])
        for leaf in leaves:
            if leaf != t.target:
                yield Mutant(f"{label(t)}: to {leaf}", changed(number, evolve(t, target=leaf)))
        if t.target is not None:
            yield Mutant(f"{label(t)}: stays", changed(number, evolve(t, target=None)))
        for how, guard in guards_instead(t.guard):
            yield Mutant(f"{label(t)}: {how}", changed(number, evolve(t, guard=guard)))
        if t.hooks:
            yield Mutant(f"{label(t)}: silent", changed(number, evolve(t, before=(), on=(), after=())))
    for pair in CHART.ignored:
        ignored = tuple(other for other in CHART.ignored if other != pair)
        yield Mutant(f"{pair[0]} in {pair[1]}: not ignored", evolve(CHART, ignored=ignored))
    for overlay in CHART.overlays:
        overlays = tuple(other for other in CHART.overlays if other != overlay)
        yield Mutant(f"overlay {overlay.status}: removed", evolve(CHART, overlays=overlays))
    for state in CHART.states:
        if state.enter:
            states = tuple(evolve(s, enter=()) if s is state else s for s in CHART.states)
            yield Mutant(f"entry of {state.id}: silent", evolve(CHART, states=states))


# -- the proofs -------------------------------------------------------------------------------------------------------


def the_table_holds(machine: type[Machine]) -> None:
    """The theorem, about another machine."""
    everything = reports(machine)
    theorem.test_every_reported_change_is_a_permitted_cell(everything)
    for cell in theorem.CELLS:
        theorem.test_each_permitted_cell_is_reported(everything, cell)
    theorem.test_no_change_of_status_goes_unreported(everything)
    theorem.test_an_event_reports_one_change_but_where_a_waiting_one_takes_effect_on_preparing(everything)
    theorem.test_an_event_without_effect_says_nothing(everything)
    theorem.test_what_is_refused_are_ends_of_transactions_outside_any_use(everything)
    theorem.test_the_reachable_configurations_are_these(everything)
    theorem.test_the_status_is_faulted_before_unavailable_before_the_usage(everything)


def scenarios() -> Iterator[Callable[[ReportingConnector], None]]:
    """Every test of the defects that is about a connector, with each of its parameters."""
    for name, test in vars(defects).items():
        if not name.startswith("test_") or "connector" not in inspect.signature(test).parameters:
            continue
        tables = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        for row in product(*(table[1] for table in tables)):
            given: dict[str, Any] = {}
            for (names, _), values in zip(tables, row, strict=True):
                given |= {names: values} if isinstance(names, str) else dict(zip(names, values, strict=True))
            yield lambda connector, test=test, given=given: test(connector=connector, **given)  # type: ignore[misc]


SCENARIOS = list(scenarios())


def killer(mutant: Mutant) -> str | None:
    """What notices the mutant; None if nothing does."""
    try:
        machine = compiled(mutant.chart)
    except LivelockError:
        return "the compiler"
    except SyntaxError:
        assert lint(mutant.chart)  # an event without a transition, say: what is not linted is not compiled
        return "the linter"
    try:
        the_table_holds(machine)
    except (AssertionError, ValueError):
        return "the table"
    for scenario in SCENARIOS:
        try:
            scenario(ReportingConnector(machine))
        except AssertionError:
            return "a defect"
    return None


MUTANTS = list(mutants())
SAMPLE = [mutant for mutant in MUTANTS if mutant.name.endswith((": deleted", ": negated"))]


def test_the_chart_itself_survives() -> None:
    assert killer(Mutant("none", CHART)) is None


@pytest.mark.parametrize("mutant", SAMPLE, ids=str)
def test_a_transition_that_is_deleted_or_negated_is_missed(mutant: Mutant) -> None:
    assert (killer(mutant) is None) == (mutant.name in EQUIVALENT)


@pytest.mark.long
def test_every_mutant_is_noticed_or_is_equivalent() -> None:
    survivors = {mutant.name for mutant in MUTANTS if killer(mutant) is None}
    assert survivors == set(EQUIVALENT)


def test_there_are_hundreds_of_mutants() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) > 300
    assert len(set(names)) == len(names)
    assert len(SCENARIOS) > 80
