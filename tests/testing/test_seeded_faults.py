"""The tools of this project find mistakes that are made: within so many examples, and say what is wrong.

Those of a Central System are in tests/probe; those that libocpp made on the wire, in tests/conform/test_recordings.py.
"""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ocpp16sm.errors import EventNotAllowedError
from ocpp16sm.testing import connector_test
from statecharts.check import Law, check, unlawful
from statecharts.explore import Move, explore
from statecharts.extract import extract
from statecharts.model import Chart
from statecharts.ocpp16 import Connector
from statecharts.profile import lint
from tests.charts.engines import compiled
from tests.testing.seeded import BEHAVES, BREAKS_A_LAW, IS_FLAWED, Fault

EXAMPLES = 1000
SEARCH = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
QUICK = ("D07", "D08", "D11", "no_overlay", "overlays_swapped")
"""Found at once; others after some hundred examples."""

OURS = extract(Connector)
HOOKS = {*OURS.hooks, *OURS.guards}


def only_a_newer_request_cancels(move: Move) -> bool:
    """5.2."""
    cancels = "Scheduled" in move.source and "Operative" in move.target
    return not cancels or move.event in ("enabled", "operative_requested")


def a_reservation_is_used_by_who_is_identified(move: Move) -> bool:
    """G2, 5.13."""
    used = "Reserved" in move.source and "Preparing" in move.target and move.event == "session_started"
    return not used or dict(move.answers).get("identified", False)


def who_unplugs_leaves_it_free(move: Move) -> bool:
    """B1, C1, D1, E1, F1."""
    return move.event != "session_ended" or "Finishing" not in move.target


LAWS: tuple[Law, ...] = (
    only_a_newer_request_cancels,
    a_reservation_is_used_by_who_is_identified,
    who_unplugs_leaves_it_free,
)


def said_of(chart: Chart) -> str:
    """What the checks say."""
    explored = explore(chart)
    broken = [str(found) for law in LAWS if (found := unlawful(explored, law)) is not None]
    remarks = check(chart, events=OURS.events, implemented=HOOKS)
    return "\n".join([*broken, *map(str, remarks)])


@pytest.mark.parametrize(
    "fault",
    [pytest.param(fault, marks=() if fault.name in QUICK else pytest.mark.long) for fault in BEHAVES],
    ids=lambda fault: fault.name,
)
def test_a_connector_that_misbehaves_is_found(fault: Fault) -> None:
    chart = extract(fault.chart)
    assert not lint(chart)
    machine: Any = compiled(chart)
    with pytest.raises((AssertionError, EventNotAllowedError), match=fault.finding):
        run_state_machine_as_test(connector_test(machine), settings=SEARCH)


@pytest.mark.parametrize("fault", [*BREAKS_A_LAW, *IS_FLAWED], ids=lambda fault: fault.name)
def test_a_chart_that_is_wrong_by_itself_is_found(fault: Fault) -> None:
    assert re.search(fault.finding, said_of(extract(fault.chart)))


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert said_of(OURS) == ""


def test_there_are_so_many_faults_and_those_of_the_reference_among_them() -> None:
    """handlers.md, 10: those of the chart of a connector."""
    faults = {fault.name for fault in (*BEHAVES, *BREAKS_A_LAW, *IS_FLAWED)}
    assert len(faults) >= 20
    assert faults >= {"D06", "D07", "D08", "D09", "D10", "D11", "D12", "D14"}
