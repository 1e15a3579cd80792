"""The table of OCPP 1.6 edition 2, section 4.9, as a theorem about the connector chart.

The compiled connector is walked through its whole product: every reachable configuration, every event, every answer
of the guards. Each change of status that it reports on the way is one of the 53 permitted cells, and each of the 53 is
reported somewhere. The table is copied from the specification into this file (row letter, column digits); our own
``status_table`` is held against it and is not used otherwise. The clauses written beside the chart's transitions are
claims, and are proven too: each cell is made by a transition that names it, and none names a cell it does not make.
"""

import re
from collections import Counter

import pytest

from ocpp16sm.generated.charge_point import ChargePointMachine
from ocpp16sm.generated.connector import ConnectorMachine
from statecharts import Chart, explore, extract
from statecharts.ocpp16 import Connector, status_table
from tests.charts.conftest import SUBJECTS, Subject, explored
from tests.charts.engines import EngineUnderTest
from tests.charts.reporting_connector import REFUSED, Report, reports

COLUMNS = {
    "1": "Available",
    "2": "Preparing",
    "3": "Charging",
    "4": "SuspendedEV",
    "5": "SuspendedEVSE",
    "6": "Finishing",
    "7": "Reserved",
    "8": "Unavailable",
    "9": "Faulted",
}
ROWS = {
    "A": "2345789",
    "B": "134569",
    "C": "145689",
    "D": "135689",
    "E": "134689",
    "F": "1289",
    "G": "1289",
    "H": "123459",
    "I": "12345678",
}
"""Row letter -> the digits of its permitted columns, as printed in 4.9."""

STATUS_OF_ROW = dict(zip(ROWS, COLUMNS.values(), strict=True))
CELLS = {f"{row}{digit}": (STATUS_OF_ROW[row], COLUMNS[digit]) for row, digits in ROWS.items() for digit in digits}
CELL_OF = {change: cell for cell, change in CELLS.items()}

USAGES = ("Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved")
IN_USE = ("Preparing", "Charging", "SuspendedEV", "SuspendedEVSE")
REACHABLE = {
    **dict.fromkeys(IN_USE, ("Operative", "Scheduled", "Inoperative")),
    "Finishing": ("Operative", "Scheduled", "Inoperative"),
    "Available": ("Operative", "Inoperative"),  # a change that waits for the use to end has nothing to wait for
    "Reserved": ("Operative",),  # 5.13: out of service ends a reservation, and 5.13: none is made meanwhile
}
"""Usage -> availabilities that go with it; each of them Sound and Faulted."""


@pytest.fixture(scope="module")
def everything() -> list[Report]:
    """All that a connector can report."""
    return reports(ConnectorMachine)


def test_the_specification_permits_53_changes() -> None:
    assert len(CELLS) == 53


def test_every_reported_change_is_a_permitted_cell(everything: list[Report]) -> None:
    assert [report for report in everything if any(change not in CELL_OF for change in report.changes)] == []


@pytest.mark.parametrize("cell", CELLS)
def test_each_permitted_cell_is_reported(everything: list[Report], cell: str) -> None:
    assert any(CELLS[cell] in report.changes for report in everything)


def test_no_change_of_status_goes_unreported(everything: list[Report]) -> None:
    assert [report for report in everything if report.statuses[-1] != report.status] == []


def test_an_event_reports_one_change_but_where_a_waiting_one_takes_effect_on_preparing(
    everything: list[Report],
) -> None:
    possible = [r for r in everything if r.source[0] in IN_USE or "transaction_running" not in r.truths]
    several = {tuple(CELL_OF[c] for c in report.changes) for report in possible if len(report.statuses) > 2}
    assert several == {("B1", "A8")}  # there is no B8: Preparing to Unavailable leads through Available


def test_an_event_without_effect_says_nothing(everything: list[Report]) -> None:
    quiet = [
        r for r in everything if r.source == r.target and r.event not in ("ev_side_disconnected", "evse_suspended")
    ]
    assert quiet
    assert {word for report in quiet for word in report.told} <= {REFUSED}


def test_what_is_refused_are_ends_of_transactions_outside_any_use(everything: list[Report]) -> None:
    refused = {(report.event, report.source[0]) for report in everything if REFUSED in report.told}
    not_in_use = [usage for usage in USAGES if usage not in IN_USE]
    assert refused == {(e, u) for e in ("transaction_stopped", "ev_side_disconnected") for u in not_in_use}


def test_the_reachable_configurations_are_these(everything: list[Report]) -> None:
    expected = {(u, a, h) for u, those in REACHABLE.items() for a in those for h in ("Sound", "Faulted")}
    assert {report.source for report in everything} == expected
    assert len(expected) == 36


def test_the_status_is_faulted_before_unavailable_before_the_usage(everything: list[Report]) -> None:
    for usage, availability, health in {report.source for report in everything}:
        expected = "Unavailable" if availability == "Inoperative" else usage
        if health == "Faulted":
            expected = "Faulted"
        shown = {report.before for report in everything if report.source == (usage, availability, health)}
        assert shown == {expected}


def test_our_table_is_the_specifications() -> None:
    assert status_table.PERMITTED == CELL_OF
    assert set(status_table.CELLS) == set(CELLS)
    assert list(status_table.STATUSES) == list(COLUMNS.values())


def test_the_charge_point_itself_is_available_unavailable_or_faulted() -> None:
    everything = reports(ChargePointMachine)
    assert {status for report in everything for status in report.statuses} == {"Available", "Unavailable", "Faulted"}
    cells = {CELL_OF[change] for report in everything for change in report.changes}
    assert cells == {"A8", "A9", "H1", "H9", "I1", "I8"}
    assert [report for report in everything if report.statuses[-1] != report.status] == []


# -- what is written beside the transitions ---------------------------------------------------------------------------


def made_by(chart: Chart) -> list[tuple[str, tuple[set[str], ...], tuple[int, ...]]]:
    """Each reported cell: the cells that the transitions taken for it name, and the lines of those."""
    found = []
    for move in explore(chart).moves:
        for micro in move.steps:
            change = (chart.status(chart.active(micro.before)), chart.status(chart.active(micro.after)))
            if change[0] != change[1]:
                named = tuple(named_cells(t.clause) for t in micro.taken)
                found.append((CELL_OF[change], named, tuple(chart.transitions.index(t) for t in micro.taken)))
    return found


def named_cells(clause: str) -> set[str]:
    """The cells of 4.9 in a clause."""
    return set(re.findall(r"\b[A-I][1-9]\b", clause))


def test_each_reported_cell_is_named_beside_a_transition_that_was_taken_for_it() -> None:
    assert [entry for entry in made_by(extract(Connector)) if not any(entry[0] in named for named in entry[1])] == []


def test_no_transition_names_a_cell_that_it_does_not_make() -> None:
    chart = extract(Connector)
    makes: dict[int, set[str]] = {number: set() for number in range(len(chart.transitions))}
    for cell, _, taken in made_by(chart):
        for number in taken:
            makes[number].add(cell)
    for number, transition in enumerate(chart.transitions):
        assert named_cells(transition.clause) <= makes[number], transition


# -- every chart ------------------------------------------------------------------------------------------------------

TRANSITIONS = [
    pytest.param(subject, number, id=f"{name}-{t.source}-{t.event or 'eventless'}-{t.target or 'stays'}-{number}")
    for name, subject in SUBJECTS.items()
    for number, t in enumerate(subject.chart.transitions)
]


@pytest.mark.parametrize(("subject", "number"), TRANSITIONS)
def test_each_transition_is_taken_at_the_end_of_some_path(subject: Subject, number: int) -> None:
    wanted = subject.chart.transitions[number]
    exploration = explored(subject.chart.name)
    move = next(m for m in exploration.moves if any(t is wanted for micro in m.steps for t in micro.taken))
    under_test = EngineUnderTest.of(subject.chart, subject.machine)
    for step in (*exploration.path_to(move.source), move):
        answers = {guard: dict(step.answers).get(guard, False) for guard in subject.chart.guards}
        assert under_test.step(step.event, answers).outcome == "taken"
    assert under_test.engine.configuration == move.target


def test_a_tour_makes_every_move(subject: Subject) -> None:
    exploration = explored(subject.chart.name)
    made: Counter[int] = Counter()
    for walk in exploration.tour():
        here = subject.chart.initial_configuration
        for move in walk:
            assert move.source == here
            here = move.target
            made[id(move)] += 1
    assert set(made) == {id(move) for move in exploration.moves}


def test_each_declared_silence_is_heard_somewhere(subject: Subject) -> None:
    silent = {
        (m.event, state)
        for m in explored(subject.chart.name).moves
        if not m.steps
        for state in _active(subject, m.source)
    }
    assert [pair for pair in subject.chart.ignored if pair not in silent] == []


def _active(subject: Subject, configuration: tuple[str, ...]) -> frozenset[str]:
    return subject.chart.active(configuration)
