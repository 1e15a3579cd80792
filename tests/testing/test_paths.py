"""Shortest ways through a chart: they get everywhere, by the shortest way, and notice where a chart goes another."""

from typing import Any

import pytest
from statemachine import State

from ocpp16sm.charts.interpreter import InterpretedMachine
from ocpp16sm.errors import DefinitionError, EventNotAllowedError
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.transaction import TransactionMachine
from ocpp16sm.testing import Case, drive, paths
from statecharts import explore, extract
from statecharts.check import arrow
from statecharts.ocpp16 import Connector, Transaction
from statecharts.ocpp16.base import OcppChart
from tests.testing.doors import Door, Dynamo, Lights, Lock

KEYS = {event: {"key_id": "k"} for event in ("locked", "unlocked")}


class Silent:
    """Hooks that do nothing, and guards that are never called."""

    def __getattr__(self, name: str) -> Any:
        def nothing(*_data: object) -> None:
            assert name not in extract(Connector).guards + extract(Transaction).guards

        return nothing


def silent() -> Any:
    return Silent()


def events(case: Case) -> list[str]:
    assert case.moves is not None
    return [move.event for move in case.moves]


def by_goal(chart: Any, to: Any) -> dict[str, Case]:
    return {case.goal: case for case in paths(chart, to)}


def test_the_ways_to_the_states_of_a_door_are_these() -> None:
    ways = {goal: events(case) for goal, case in by_goal(Door, "states").items()}
    assert ways == {"Closed": [], "Open": ["opened"], "Locked": ["locked"]}


def test_the_ways_to_its_transitions_are_these() -> None:
    ways = {goal: events(case) for goal, case in by_goal(Door, "transitions").items()}
    assert ways == {
        "Closed -- opened --> Open": ["opened"],
        "Closed -- locked --> Locked": ["locked"],
        "Open -- closed --> Closed": ["opened", "closed"],
        "Locked -- unlocked --> Closed": ["locked", "unlocked"],
    }


def test_the_ways_to_its_pairs_are_these() -> None:
    """Each transition with each that leaves where it leads."""
    opened, locked = "Closed -- opened --> Open", "Closed -- locked --> Locked"
    closed, unlocked = "Open -- closed --> Closed", "Locked -- unlocked --> Closed"
    ways = {goal: events(case) for goal, case in by_goal(Door, "pairs").items()}
    assert ways == {
        f"{opened} then {closed}": ["opened", "closed"],
        f"{locked} then {unlocked}": ["locked", "unlocked"],
        f"{closed} then {opened}": ["opened", "closed", "opened"],
        f"{closed} then {locked}": ["opened", "closed", "locked"],
        f"{unlocked} then {opened}": ["locked", "unlocked", "opened"],
        f"{unlocked} then {locked}": ["locked", "unlocked", "locked"],
    }


def test_a_case_carries_what_guards_answer() -> None:
    case = by_goal(Dynamo, "transitions")["Still -- pushed --> Still"]
    assert case.moves is not None
    assert case.moves[0].answers == (("strong", False),)


def test_transitions_that_differ_in_their_guard_alone_have_names_of_their_own() -> None:
    goals = [case.goal for case in paths(Connector)]
    assert len(set(goals)) == len(goals)


@pytest.mark.parametrize("case", paths(Lights, to="pairs"))
def test_regions_move_together(case: Case) -> None:
    drive(case)


@pytest.mark.parametrize("case", paths(Door, to="pairs"))
def test_a_door_with_a_lock_goes_where_it_should(case: Case) -> None:
    """Also out of Locked with a lock whose guards would say no: the case answers for them."""

    class Stubborn(Lock):
        def key_fits(self, key_id: str) -> bool:
            raise AssertionError("not asked")

    drive(case, lambda: Door(Stubborn()), payloads=KEYS)


def test_pytest_names_a_case_by_its_goal() -> None:
    assert paths(Door, to="states")[1].__name__ == "Open"
    assert str(paths(Door, to="states")[1]) == "Open: after opened -> Open"


@pytest.mark.parametrize(("chart", "machine"), [(Connector, ConnectorMachine), (Transaction, TransactionMachine)])
def test_compiled_machines_go_where_their_charts_do(chart: Any, machine: Any) -> None:
    reached = set()
    for case in paths(chart, to="transitions"):
        reached.add(drive(case, lambda: machine(silent())).configuration)
    assert reached <= set(explore(extract(chart)).configurations)
    for case in paths(chart, to="states"):
        assert case.goal in extract(chart).active(drive(case, lambda: machine(silent())).configuration)


def test_interpreted_machines_too() -> None:
    for case in paths(Transaction, to="transitions"):
        drive(case, lambda: InterpretedMachine(Transaction, silent()))


def test_each_transition_of_the_connector_is_the_last_thing_that_its_case_takes() -> None:
    chart = extract(Connector)
    for transition, case in zip(dict.fromkeys(chart.transitions), paths(Connector), strict=True):
        assert case.moves is not None
        assert arrow(transition) in case.goal
        assert any(transition in step.taken for step in case.moves[-1].steps)


def test_the_ways_are_the_shortest() -> None:
    """No shorter sequence of events takes the transition: tried, all of them, for the transaction."""
    explored = explore(extract(Transaction))
    for case in paths(Transaction):
        assert case.moves is not None
        here = {explored.configurations[0]}
        for length in range(1, len(case.moves) + 1):
            made = [move for move in explored.moves if move.source in here]
            takes = [m for m in made if any(case.moves[-1].steps[-1].taken == s.taken for s in m.steps)]
            if takes:
                assert length == len(case.moves)
            here = {move.target for move in made}


class Skewed(ConnectorMachine):
    """Its vehicle that resumes is in Preparing again."""

    __slots__ = ()

    def energy_flowed(self, info: str | None = None) -> bool:
        if "SuspendedEV" in self.configuration:
            self._usage = 2
            return True
        return super().energy_flowed(info)


def test_a_machine_that_goes_another_way_is_found_with_the_story() -> None:
    case = by_goal(Connector, "transitions")["SuspendedEV -- energy_flowed --> Charging"]
    with pytest.raises(AssertionError, match="energy_flowed led to Preparing/Operative/Sound instead of Charging"):
        drive(case, lambda: Skewed(silent()))
    with pytest.raises(AssertionError) as caught:
        drive(case, lambda: Skewed(silent()))
    (story,) = caught.value.__notes__
    assert "2. energy_flowed() -> Preparing/Operative/Sound" in story
    assert "    test->>Connector: energy_flowed()" in story


def test_a_machine_that_refuses_is_found() -> None:
    class Deaf(ConnectorMachine):
        __slots__ = ()

        def fault_raised(self, info: str | None = None) -> bool:
            raise EventNotAllowedError(self.name, "fault_raised", self.configuration)

    with pytest.raises(AssertionError, match="fault_raised was refused in Available/Operative/Sound"):
        drive(by_goal(Connector, "states")["Faulted"], lambda: Deaf(silent()))


def test_a_machine_that_begins_elsewhere_is_found() -> None:
    case = by_goal(Connector, "states")["Available"]
    with pytest.raises(AssertionError, match="it starts in Charging/Operative/Sound instead of Available"):
        drive(case, lambda: ConnectorMachine(silent()).restore(("Charging", "Operative", "Sound")))


class Walled(OcppChart):
    """A state that nobody gets into."""

    Outside = State(initial=True)
    Inside = State()

    Outside.to(Inside, event="knocked", cond="In('Inside')")
    Inside.to(Outside, event="left")


@pytest.mark.parametrize("to", ["states", "transitions"])
def test_what_cannot_be_reached_is_a_case_that_fails(to: Any) -> None:
    failed = [case.goal for case in paths(Walled, to) if case.moves is None]
    assert (
        failed
        == {"states": ["Inside"], "transitions": ["Outside -- knocked --> Inside", "Inside -- left --> Outside"]}[to]
    )
    (case,) = [case for case in paths(Walled, "states") if case.moves is None]
    with pytest.raises(AssertionError, match="Inside: no sequence of events leads there"):
        drive(case)


def test_ways_lead_only_to_what_there_is() -> None:
    to: Any = "triples"
    with pytest.raises(
        DefinitionError, match="unknown goal of paths 'triples'; expected one of states, transitions, pairs"
    ):
        paths(Door, to)
