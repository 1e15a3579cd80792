"""A connector chart of the user's own: accepted if it fits, else refused with all that is wrong, before anything runs.

The checks are those of the constructor of ``ChargePoint``; what is accepted behaves the same interpreted and compiled.
"""

from typing import Any

import pytest
from statemachine import State, StateChart

from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.charts.interpreter import InterpretedMachine
from ocpp16sm.errors import DefinitionError
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.link import LinkMachine
from ocpp16sm.settings import Settings
from ocpp16sm.shell.own_chart import HOOKS, machine_factory
from statecharts import extract
from statecharts.ocpp16 import Connector
from statecharts.ocpp16.base import OcppChart
from tests.charts import user_charts
from tests.charts.engines import compiled, engines_under_test, reachable
from tests.charts.reporting_connector import ReportingConnector, reports

SETTINGS = Settings(charge_point_id="CP001", central_system_url="ws://localhost:9000/ocpp")

Declared = type[StateChart[Any]]


@pytest.mark.parametrize("declared", [user_charts.Kiosk, user_charts.WithOverlay, Connector])
def test_a_chart_that_fits_is_accepted_and_interpreted(declared: Declared) -> None:
    ChargePoint(SETTINGS, connector_chart=declared)
    connector = ReportingConnector(machine_factory(declared))
    assert isinstance(connector.machine, InterpretedMachine)
    assert connector.status == "Available"
    assert connector.told("session_started") == ["Preparing" if declared is Connector else "Charging"]


@pytest.mark.parametrize("declared", [user_charts.Kiosk, user_charts.WithOverlay])
def test_the_same_chart_compiled_is_accepted_and_reports_the_same(declared: Declared) -> None:
    machine = compiled(extract(declared))
    ChargePoint(SETTINGS, connector_chart=machine)
    assert machine_factory(machine) is machine
    assert reports(machine) == reports(machine_factory(declared))


@pytest.mark.parametrize("declared", [user_charts.Kiosk, user_charts.WithOverlay])
def test_the_same_chart_compiled_takes_every_step_alike(declared: Declared) -> None:
    walks = [reachable(under_test) for under_test in engines_under_test(declared, extract(declared)).values()]
    assert walks[0] == walks[1] == walks[2]


def test_without_a_chart_it_is_ours() -> None:
    assert machine_factory(None) is ConnectorMachine


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(DefinitionError) as refused:
        ChargePoint(SETTINGS, connector_chart=user_charts.Unfinished)
    first, *rows = str(refused.value).splitlines()
    assert first == "Unfinished cannot be a connector chart:"
    missing = [event for event in ConnectorMachine.events if event != "session_started"]
    assert [row for row in rows if "knows the event" in row] == [
        f"no transition knows the event {event!r}" for event in missing
    ]
    strangers = [row for row in rows if "no hook or guard" in row]
    assert [row.split("'")[1] for row in strangers] == ["shout", "moon_is_full"]
    assert all(hook in strangers[0] for hook in HOOKS)
    assert len(rows) == len(missing) + 2


def test_a_status_that_ocpp_has_no_word_for_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"it can show the status Availible; .* Available, .*SuspendedEVSE"):
        ChargePoint(SETTINGS, connector_chart=user_charts.Misspelt)


def test_a_chart_that_refuses_what_the_central_system_may_ask_at_any_time_is_refused() -> None:
    with pytest.raises(DefinitionError) as refused:
        ChargePoint(SETTINGS, connector_chart=user_charts.Deaf)
    events = "reservation_started, inoperative_requested, operative_requested"
    (row,) = str(refused.value).splitlines()[1:]
    assert row.startswith(f"in Charging it refuses {events}, which can come at any time")
    assert row.endswith(f'say so: Charging.to(None, event="{events.replace(",", "")}")')


def test_a_chart_outside_the_profile_is_refused_with_file_line_and_reason() -> None:
    with pytest.raises(DefinitionError) as refused:
        ChargePoint(SETTINGS, connector_chart=user_charts.Outside)
    row = str(refused.value).splitlines()[1]
    assert row.startswith(f"  {user_charts.__file__}:")
    assert "hook 'on_session_started' is also bound by convention" in row


@pytest.mark.parametrize(
    "wrong", [user_charts.NoConnector, "Kiosk", 7, object()], ids=["class", "text", "number", "object"]
)
def test_what_is_no_chart_is_refused(wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="neither a StateChart class of python-statemachine nor a compiled"):
        ChargePoint(SETTINGS, connector_chart=wrong)


def test_a_compiled_chart_of_something_else_is_refused() -> None:
    with pytest.raises(DefinitionError, match="LinkMachine does not know the events session_started, transaction_star"):
        ChargePoint(SETTINGS, connector_chart=LinkMachine)


def test_what_is_no_event_is_no_attribute() -> None:
    connector = ReportingConnector(machine_factory(user_charts.Kiosk))
    with pytest.raises(AttributeError, match="chart kiosk has no event 'flown'; it has session_started"):
        _ = connector.machine.flown
    assert connector.machine.energy_flowed()


class Sleeper(OcppChart):
    """Its hooks have the names of other things."""

    Asleep = State(initial=True)
    Awake = State(enter="state")
    Asleep.to(Awake, event="rang", on="wake")
    Awake.to(Asleep, event="slept")


def test_a_hook_may_be_called_as_the_interpreter_calls_its_own_things() -> None:
    """Names such as ``wake`` and ``state`` belong to the hooks; the library's model must not take them."""

    class Hooks:
        def __init__(self) -> None:
            self.calls: list[str] = []

        def __getattr__(self, name: str) -> Any:
            return lambda: self.calls.append(name)

    hooks = Hooks()
    machine = InterpretedMachine(Sleeper, hooks)
    assert machine.fire("rang")
    assert hooks.calls == ["wake", "state"]
