"""The walk over a whole chart finds each flaw, says how to get there, and finds none in ours.

A flaw is a fact about every sequence of events, so each is also shown by hand here: by what the explorer can reach.
"""

from inspect import getsourcelines
from typing import Any

import pytest

from statecharts import Move, extract
from statecharts.check import Flaw, check, counterexample, told, unlawful
from statecharts.explore import explore
from statecharts.ocpp16 import CHARTS, Connector
from tests.charts import flawed_charts


def found(declared: Any, **more: Any) -> list[tuple[Flaw, str]]:
    return [(remark.flaw, remark.message) for remark in check(extract(declared), **more)]


OPENS, SHUTS, BREAKS = "Shut -- pushed --> Open", "Open -- pushed --> Shut", "Shut -- pushed --> Broken"
MISREAD = "the first wins, which is easy to overlook"

EXPECTED = {
    flawed_charts.Island: [
        (Flaw.UNREACHABLE, "Attic: no sequence of events leads there"),
        (Flaw.UNREACHABLE, "Chest: no sequence of events leads there"),
        (Flaw.DEAD, "Hall -- climb --> Attic: In('Cellar') can never hold there"),
    ],
    flawed_charts.Contradictory: [(Flaw.DEAD, "Open -- rung --> Open: In('Shut') can never hold there")],
    flawed_charts.Hidden: [
        (
            Flaw.SHADOWED,
            f"Open -- pushed --> Open: wherever it could be taken, {SHUTS} takes precedence",
        ),
        (
            Flaw.SHADOWED,
            f"room -- pushed --> Open: wherever it could be taken, {OPENS} or {SHUTS} takes precedence",
        ),
    ],
    flawed_charts.Superfluous: [
        (Flaw.CONSTANT, "Shut -- pushed --> Open: In('Shut') always holds in Shut"),
        (Flaw.CONSTANT, "Shut -- kicked --> Open: In('Open') never holds in Shut"),
    ],
    flawed_charts.Ambiguous: [
        (
            Flaw.AMBIGUOUS,
            f"{OPENS} [unlocked] and {BREAKS} [in_a_hurry] can both hold; {MISREAD}",
        )
    ],
    flawed_charts.Special: [],
    flawed_charts.Indifferent: [(Flaw.UNHANDLED, "rung: ignored in every state; no transition reacts to it")],
    flawed_charts.Trap: [
        (
            Flaw.STUCK,
            "Cellar/Jammed: no event has any effect here, after down -> Cellar/Free, slammed -> Cellar/Jammed",
        )
    ],
}


@pytest.mark.parametrize("declared", EXPECTED, ids=lambda declared: declared.__name__)
def test_each_flaw_is_found(declared: Any) -> None:
    assert found(declared) == EXPECTED[declared]


@pytest.mark.parametrize("declared", CHARTS, ids=lambda declared: declared.__name__)
def test_our_charts_have_no_flaw(declared: Any) -> None:
    assert found(declared) == []


def test_a_flaw_names_the_line_of_its_declaration() -> None:
    (remark,) = check(extract(flawed_charts.Contradictory))
    lines, first = getsourcelines(flawed_charts.Contradictory)
    assert "In('Shut')" in lines[remark.line - first]
    assert str(remark).startswith(f"line {remark.line}: dead transition: ")


def test_events_and_hooks_of_somebody_else_are_looked_for() -> None:
    flaws = found(flawed_charts.Ambiguous, events=["pushed", "rung"], implemented=["unlocked"])
    assert (Flaw.UNHANDLED, "rung: the chart has no such event") in flaws
    assert (Flaw.UNIMPLEMENTED, "in_a_hurry: the chart uses this guard, but nothing implements it") in flaws
    assert (Flaw.UNIMPLEMENTED, "knock: the chart uses this hook, but nothing implements it") in found(
        flawed_charts.Hidden, implemented=[]
    )


# -- invariants --------------------------------------------------------------------------------------------------------


def never_both(active: frozenset[str]) -> bool:
    return not {"Cellar", "Jammed"} <= active


def test_the_shortest_way_to_break_an_invariant_is_told() -> None:
    broken = counterexample(explore(extract(flawed_charts.Trap)), never_both)
    assert broken is not None
    assert [move.event for move in broken.path] == ["down", "slammed"]
    assert str(broken) == f"never_both does not hold in Cellar/Jammed, {told(broken.path)}"
    assert told(broken.path) == "after down -> Cellar/Free, slammed -> Cellar/Jammed"


def test_what_is_broken_from_the_start_says_so() -> None:
    broken = counterexample(explore(extract(flawed_charts.Trap)), lambda active: "Hall" not in active, "outside")
    assert str(broken) == "outside does not hold in Hall/Free, at the start"


def test_an_invariant_that_holds_is_proven() -> None:
    """4.9: a fault outweighs everything, whatever the usage is."""
    chart = extract(Connector)
    assert counterexample(explore(chart), lambda a: chart.status(a) == "Faulted" or "Faulted" not in a) is None


def test_the_shortest_forbidden_move_is_told() -> None:
    def only_upwards(move: Move) -> bool:
        return move.event != "down"

    explored = explore(extract(flawed_charts.Trap))
    broken = unlawful(explored, only_upwards)
    assert broken is not None
    assert (broken.invariant, told(broken.path)) == ("only_upwards", "after down -> Cellar/Free")
    assert unlawful(explored, lambda move: move.target != move.source or not move.steps) is None


def test_answers_of_guards_are_part_of_the_way() -> None:
    broken = counterexample(explore(extract(flawed_charts.Ambiguous)), lambda active: "Broken" not in active, "whole")
    assert broken is not None
    assert told(broken.path) == "after pushed [in_a_hurry, not unlocked] -> Broken"
