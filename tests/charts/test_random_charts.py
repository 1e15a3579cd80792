"""The compiler is right about charts that nobody wrote for it.

Hypothesis draws charts inside the profile (flat, nested, parallel; guards over names and ``In``; targetless, internal
and eventless transitions; hooks on entry, exit and in each phase of a transition). Each goes the whole road: class
text, python-statemachine, extraction, linter, compiler. Then compiled machine, interpreter and SCXML reference must
take every step of the reachable product alike, with the same hooks in the same order seeing the same configuration.
What the linter refuses is left out; that it lets enough through is a test of its own.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from statemachine import State

from statecharts import extract, lint
from statecharts.ocpp16.base import OcppChart
from tests.charts.engines import engines_under_test, reachable
from tests.charts.random_charts import Drawing, drawings


def agree(drawing: Drawing) -> None:
    """All engines take every step of the drawn chart alike."""
    declared = drawing.declared()
    findings = lint(declared)
    event("refused" if findings else "inside the profile")
    assume(not findings)
    engines = engines_under_test(declared, extract(declared))
    for configuration, steps in reachable(engines.pop("reference")).items():
        for name, under_test in engines.items():
            for fired, answers, expected in steps:
                step = under_test.step(fired, answers, configuration)
                assert step == expected, f"{name}: {fired} in {configuration} with {answers}\n{drawing.text}"


class Echo(OcppChart):
    """Found by the test of thousands: nothing moves, and what is said depends on where."""

    A = State(initial=True)
    B = State()
    A.to(B, event="went")
    B.to(A, event="went")
    A.to(None, event="poked", on="said_a")
    B.to(None, event="poked", on="said_b")


def test_an_event_that_moves_nothing_may_say_another_thing_in_each_state() -> None:
    walks = [reachable(under_test) for under_test in engines_under_test(Echo, extract(Echo)).values()]
    assert walks[0] == walks[1] == walks[2]


def _trying(examples: int) -> Callable[[], None]:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    tried = given(drawings())(agree)
    return settings(max_examples=examples, deadline=None, database=None, suppress_health_check=quiet)(tried)


def test_random_charts_mean_the_same_to_every_engine() -> None:
    _trying(80)()


@pytest.mark.long
def test_thousands_of_random_charts_mean_the_same_to_every_engine() -> None:
    _trying(3000)()


def test_most_drawn_charts_are_inside_the_profile_and_move() -> None:
    counted: Counter[str] = Counter()

    @given(drawings())
    @settings(max_examples=40, deadline=None, database=None, derandomize=True)
    def count(drawing: Drawing) -> None:
        declared = drawing.declared()
        if lint(declared):
            counted["refused"] += 1
            return
        chart = extract(declared)
        counted["inside"] += 1
        counted["regions"] += len(chart.regions) > 1
        counted["nested"] += any(chart.by_id[s.parent].parent for s in chart.states if s.parent)
        counted["eventless"] += bool(chart.transitions_for(None))
        counted["targetless"] += any(t.target is None for t in chart.transitions)
        counted["guarded"] += any(t.guard for t in chart.transitions)
        counted["hooked"] += bool(chart.hooks)
        counted["moving"] += len(reachable(engines_under_test(declared, chart)["compiled"])) > 1

    count()
    assert counted["refused"] < counted["inside"]
    assert counted["moving"] > counted["inside"] / 2
    assert {"regions", "nested", "eventless", "targetless", "guarded", "hooked"} <= set(+counted)
