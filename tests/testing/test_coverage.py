"""What is counted as visited is what was visited, by whomever the chart is carried out."""

import asyncio
import copy
from typing import Any

import pytest
from statemachine import State
from statemachine.exceptions import TransitionNotAllowed

from ocpp16sm.charts.interpreter import InterpretedMachine
from ocpp16sm.charts.machine import Machine
from ocpp16sm.errors import DefinitionError, EventNotAllowedError
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.firmware_update import FirmwareUpdateMachine
from ocpp16sm.generated.transaction import TransactionMachine
from ocpp16sm.testing import chart_coverage, chart_test, connector_test, drive, paths
from ocpp16sm.testing.coverage import KINDS, ChartCoverage, short_of
from statecharts import ChartError
from statecharts.extract import Declarations
from statecharts.ocpp16 import Connector, FirmwareUpdate, Transaction
from statecharts.ocpp16.base import OcppChart
from tests.testing.doors import Default, Door, Dynamo, Lights, Lock, Walkers

OPENED, CLOSED = "Closed -- opened --> Open", "Open -- closed --> Closed"
LOCKED, UNLOCKED = "Closed -- locked --> Locked", "Locked -- unlocked --> Closed"


class Hooks:
    """Hooks that do nothing, and guards that all say the same."""

    def __init__(self, says: bool = True) -> None:
        self.says = says

    def __getattr__(self, name: str) -> Any:
        return lambda *_data: self.says


def missing(coverage: ChartCoverage, *kinds: Any) -> list[str]:
    return [each.what for each in coverage.missing(*kinds)]


def visited(coverage: ChartCoverage, kind: str) -> dict[str, int]:
    """With how often."""
    return {name: count for name, count in coverage.record()[kind].items() if count}


def test_a_door_that_nobody_touches_is_closed() -> None:
    with chart_coverage(Door) as coverage:
        pass
    assert [coverage.counts(kind) for kind in KINDS] == [(0, 3), (0, 4), (0, 4), (0, 6)]
    with chart_coverage(Door) as coverage:
        Door(Lock())
    assert visited(coverage, "states") == {"Closed": 1}


def test_what_a_door_does_is_counted() -> None:
    with chart_coverage(Door) as coverage:
        door = Door(Lock())
        door.send("opened")
        door.send("closed")
        door.send("locked", key_id="k")
        with pytest.raises(TransitionNotAllowed):
            door.send("unlocked", key_id="another")
    assert visited(coverage, "states") == {"Closed": 2, "Open": 1, "Locked": 1}
    assert visited(coverage, "transitions") == {OPENED: 1, CLOSED: 1, LOCKED: 1}
    assert visited(coverage, "guards") == {"has_key says yes": 1, "key_fits says no": 1}
    assert visited(coverage, "pairs") == {f"{OPENED}, then {CLOSED}": 1, f"{CLOSED}, then {LOCKED}": 1}
    assert missing(coverage, "transitions", "guards") == [UNLOCKED, "has_key says no", "key_fits says yes"]
    assert coverage.percent() == pytest.approx(100 * (3 + 3 + 2) / (3 + 4 + 4))
    assert coverage.percent("pairs") == pytest.approx(100 * 2 / 6)


def test_doors_do_not_make_pairs_with_each_other() -> None:
    with chart_coverage(Door) as coverage:
        one, other = Door(Lock()), Door(Lock())
        one.send("opened")
        other.send("locked", key_id="k")
        one.send("closed")
    assert visited(coverage, "pairs") == {f"{OPENED}, then {CLOSED}": 1}


def test_what_is_missing_comes_with_a_shortest_way() -> None:
    with chart_coverage(Door) as coverage:
        pass
    ways = {each.what: each.way for each in coverage.missing()}
    assert ways["Closed"] == "at the start"
    assert ways["Locked"] == "after locked [has_key] -> Locked"
    assert ways["has_key says no"] == "after locked [not has_key] (no effect)"
    assert ways[UNLOCKED] == "after locked [has_key] -> Locked, unlocked [key_fits] -> Closed"
    assert ways[f"{CLOSED}, then {OPENED}"] == "after opened -> Open, closed -> Closed, opened -> Open"


def test_regions_that_move_together_make_one_microstep() -> None:
    """The lights turn red, which ends the waiting in a microstep of its own."""
    with chart_coverage(Lights) as coverage:
        lights = Lights(Walkers())
        for event in ("pressed", "time_passed", "time_passed"):
            lights.send(event)
    assert visited(coverage, "pairs") == {
        "Idle -- pressed --> Waiting, then Green -- time_passed --> Yellow": 1,
        "Green -- time_passed --> Yellow, then Yellow -- time_passed --> Red": 1,
        "Yellow -- time_passed --> Red, then Waiting -- (no event) --> Idle": 1,
    }


def test_events_that_hooks_fire_are_counted() -> None:
    with chart_coverage(Dynamo) as coverage:
        Dynamo().send("pushed", newtons=11)
    assert visited(coverage, "pairs") == {"Still -- pushed --> Turning, then Turning -- shone --> Lit": 1}


def test_hooks_and_guards_may_be_coroutines() -> None:
    class Slow(Lock):
        async def count(self) -> None:  # type: ignore[override]
            super().count()

        async def key_fits(self, key_id: str) -> bool:  # type: ignore[override]
            return super().key_fits(key_id)

    async def story() -> None:
        door: Any = Door(Slow())
        await door.send("opened")
        await door.send("closed")
        await door.send("locked", key_id="k")
        await door.send("unlocked", key_id="k")

    with chart_coverage(Door) as coverage:
        asyncio.run(story())
    assert missing(coverage, "transitions") == []
    assert visited(coverage, "guards") == {"has_key says yes": 1, "key_fits says yes": 1}


def test_copies_are_not_counted() -> None:
    with chart_coverage(Door) as coverage:
        copy.deepcopy(Door(Lock())).send("opened")
    assert visited(coverage, "transitions") == {}


def test_shortest_paths_visit_all_that_they_lead_to() -> None:
    with chart_coverage(Door) as coverage:
        for case in paths(Door, "pairs"):
            drive(case)
    assert (coverage.percent("pairs"), coverage.percent("transitions", "states")) == (100, 100)
    assert missing(coverage) == ["has_key says no", "key_fits says no"]


def test_a_chart_test_is_counted() -> None:
    """Of its keys none is empty, so that every door can be locked."""
    with chart_coverage(Door) as coverage:
        chart_test(Door, model=Lock).TestCase("runTest").debug()
    assert missing(coverage, "states", "transitions", "guards") == ["has_key says no"]


def test_nothing_is_counted_and_nothing_changed_afterwards() -> None:
    before = [dict(vars(kind)) for kind in (Door, OcppChart, ConnectorMachine, Machine)]
    with chart_coverage(Door) as coverage, chart_coverage(Connector) as of_connectors:
        assert vars(ConnectorMachine) != before[2]
    assert [dict(vars(kind)) for kind in (Door, OcppChart, ConnectorMachine, Machine)] == before
    Door(Lock()).send("opened")
    ConnectorMachine(Hooks()).fault_raised()
    assert coverage.percent() == of_connectors.percent() == 0


def test_coverages_of_one_chart_can_be_taken_at_once() -> None:
    with chart_coverage(Door) as outer, chart_coverage(Connector) as of_connectors:
        machine: Any = ConnectorMachine(Hooks())
        with chart_coverage(Door) as inner, chart_coverage(Connector) as of_connectors_too:
            Door(Lock()).send("opened")
            for _ in range(3):
                machine.fault_raised()
                machine.fault_cleared()
    assert visited(inner, "states") == visited(outer, "states") == {"Closed": 1, "Open": 1}
    again = {"Sound -- fault_raised --> Faulted": 3, "Faulted -- fault_cleared --> Sound": 3}
    assert visited(of_connectors, "transitions") == visited(of_connectors_too, "transitions") == again


@pytest.mark.parametrize(
    ("chart", "machine"), [(Connector, ConnectorMachine), (Transaction, TransactionMachine)], ids=["con", "tran"]
)
def test_a_compiled_machine_visits_what_its_chart_does(chart: Any, machine: Any) -> None:
    """Transition for transition, guard for guard, pair for pair."""
    records = []
    for make in (lambda: machine(Hooks()), lambda: InterpretedMachine(chart, Hooks())):
        with chart_coverage(chart) as coverage:
            for case in paths(chart, "transitions"):
                drive(case, make)
        records.append(coverage.record())
        assert coverage.percent("transitions") == 100
    compiled, interpreted = records
    for kind in ("transitions", "pairs"):
        assert compiled[kind] == interpreted[kind], kind
    for kind in ("states", "guards"):  # python-statemachine may ask a guard twice
        for name, count in compiled[kind].items():
            assert bool(count) is bool(interpreted[kind][name]), name


def test_guards_of_a_compiled_machine_are_counted_as_they_answer() -> None:
    for says in (True, False):
        with chart_coverage(FirmwareUpdate) as coverage:
            machine: Any = FirmwareUpdateMachine(Hooks(says))
            for event in machine.events:
                try:
                    machine.fire(event)
                except EventNotAllowedError:
                    continue
        said = {name.partition(" says ")[2] for name in visited(coverage, "guards")}
        assert said == {"yes" if says else "no"}


def test_an_event_that_fails_in_a_hook_has_visited_nothing() -> None:
    class Broken(Hooks):
        def report_status(self, info: str | None = None) -> None:
            raise OSError("broken")

    with chart_coverage(Connector) as coverage:
        machine: Any = ConnectorMachine(Broken())
        with pytest.raises(OSError, match="broken"):
            machine.fault_raised()
    assert visited(coverage, "transitions") == {}
    assert "Faulted" not in visited(coverage, "states")


def test_events_that_wait_in_a_compiled_machine_come_in_their_order() -> None:
    class Eager(Hooks):
        machine: Any = None

        def report_status(self, info: str | None = None) -> None:
            if self.machine is not None and self.machine.configuration[0] == "Preparing":
                self.machine.energy_flowed()

    with chart_coverage(Connector) as coverage:
        hooks = Eager()
        hooks.machine = ConnectorMachine(hooks)
        hooks.machine.session_started()
        assert hooks.machine.configuration[0] == "Charging"
    (pair,) = visited(coverage, "pairs")
    assert pair.startswith("Available -- session_started --> Preparing")
    assert pair.endswith("then Preparing -- energy_flowed --> Charging")


def test_a_machine_that_is_put_somewhere_makes_no_pair_with_where_it_was() -> None:
    with chart_coverage(Connector) as coverage:
        machine: Any = ConnectorMachine(Hooks())
        machine.session_started()
        machine.restore(("Finishing", "Operative", "Sound"))
        machine.fault_raised()
    assert visited(coverage, "pairs") == {}
    assert "Finishing" in visited(coverage, "states")


def test_machines_that_are_made_later_are_counted_too() -> None:
    source = {name: value for name, value in vars(ConnectorMachine).items() if name not in ConnectorMachine.__slots__}
    with chart_coverage(Connector) as coverage:
        later: Any = type("ConnectorMachine", (Machine,), source)
        later(Hooks()).fault_raised()
    assert visited(coverage, "transitions") == {"Sound -- fault_raised --> Faulted": 1}


def test_a_charge_point_under_test_visits_its_connectors_chart() -> None:
    with chart_coverage(Connector) as coverage:
        test = connector_test().TestCase
        test.settings = type(test.settings)(test.settings, max_examples=5, stateful_step_count=20)
        test("runTest").debug()
    assert coverage.counts("transitions")[0] > 3


def test_a_subclass_of_the_same_shape_counts_and_another_does_not() -> None:
    class Oak(Door):
        """A door of oak."""

    class Revolving(OcppChart):
        Turning = State(initial=True)
        Turning.to(None, event="opened")

    with chart_coverage(Door) as coverage:
        Oak(Lock()).send("opened")
        Revolving().send("opened")
    assert visited(coverage, "transitions") == {OPENED: 1}


def test_what_cannot_happen_is_no_goal() -> None:
    class Walled(OcppChart):
        Outside = State(initial=True)
        Inside = State()

        Outside.to(Inside, event="knocked", cond="In('Inside')")
        Outside.to(None, event="passed")
        Inside.to(Outside, event="left")

    with chart_coverage(Walled) as coverage:
        Walled().send("passed")
    assert coverage.percent(*KINDS) == pytest.approx(100 * 2 / 3)  # not passed twice
    assert missing(coverage) == ["Outside -- passed --> Outside, then Outside -- passed --> Outside"]


def test_records_of_several_runs_add_up() -> None:
    parts = []
    for events in (("opened",), ("opened", "closed")):
        with chart_coverage(Door) as coverage:
            door = Door(Lock())
            for event in events:
                door.send(event)
        parts.append(coverage.record())
    whole = ChartCoverage(Declarations(Door))
    for part in parts:
        whole.add_record(part)
    assert visited(whole, "transitions") == {OPENED: 2, CLOSED: 1}
    assert visited(whole, "states") == {"Closed": 3, "Open": 2}


def test_the_report_says_what_is_missing_and_no_more_than_is_asked_for() -> None:
    with chart_coverage(Door) as coverage:
        Door(Lock()).send("opened")
    lines = coverage.text(most=2).splitlines()
    assert lines[0] == "Door: 27.2 %  (states 2/3  transitions 1/4  guards 0/4  pairs 0/6)"
    assert lines[1] == "    never Locked: after locked [has_key] -> Locked"
    assert lines[3] == "    ... and 12 more"
    assert len(coverage.text().splitlines()) == 1 + 14


def test_a_percentage_is_not_rounded_up_to_what_is_asked_for() -> None:
    with chart_coverage(Connector) as coverage:
        for case in paths(Connector, "transitions")[:-1]:
            drive(case, lambda: ConnectorMachine(Hooks()))
    (short,) = short_of(coverage, {"transitions": 97.8, "states": 0})
    assert short == "Connector: transitions 97.7 %, required: 97.8 %"
    assert not short_of(coverage, {"transitions": 97.7})


def test_there_is_no_coverage_of_what_there_is_not() -> None:
    lines: Any = "lines"
    with (
        chart_coverage(Door) as coverage,
        pytest.raises(DefinitionError, match="unknown kind of coverage 'lines'; expected"),
    ):
        coverage.percent(lines)
    with pytest.raises(ChartError), chart_coverage(Default):
        pass
