"""Checks a connector chart of the user's own when the charge point is made, so that no error shows up later."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ocpp16sm.core.connectors.connectors import Connector
from ocpp16sm.errors import DefinitionError
from ocpp16sm.generated.connector import ConnectorHooks, ConnectorMachine
from ocpp16sm.messages import ChargePointStatus

if TYPE_CHECKING:
    from statemachine import StateChart

MachineFactory = Callable[[Connector], Any]

HOOKS = frozenset(name for name in vars(ConnectorHooks) if not name.startswith("_"))
"""Names of the hooks and guards that a connector offers to its chart."""

NOBODYS = ("reservation_started", "reservation_ended", "inoperative_requested", "operative_requested")
"""Events caused by requests of the Central System: they come at any time, and no caller could handle a refusal."""


def machine_factory(chart: "type[StateChart[Any]] | Callable[[Any], Any] | None") -> MachineFactory:
    """Return what makes the machine of a connector.

    Raises :class:`DefinitionError` listing everything that is wrong with the chart.
    """
    if chart is None:
        return ConnectorMachine
    events = getattr(chart, "events", None)
    if isinstance(chart, type) and hasattr(chart, "states_map"):
        return _interpreted(chart)
    if isinstance(chart, type) and isinstance(events, tuple):
        missing = [event for event in ConnectorMachine.events if event not in events]
        if missing:
            raise DefinitionError(f"{chart.__name__} does not know the events {', '.join(missing)}")
        if "info" not in getattr(chart, "data", ()):
            raise DefinitionError(
                f"the events of {chart.__name__} carry no info, which status notifications need; derive its chart from "
                "statecharts.ocpp16.base.ConnectorChart and compile it again"
            )
        return chart
    raise DefinitionError(f"{chart!r} is neither a StateChart class of python-statemachine nor a compiled machine")


def _interpreted(chart: "type[StateChart[Any]]") -> MachineFactory:
    from ocpp16sm.charts.interpreter import InterpretedMachine
    from statecharts import explore, extract, lint

    findings = lint(chart)
    if findings:
        raise DefinitionError(str(findings))
    model = extract(chart)
    wrong = [
        f"no transition knows the event {event!r}" for event in ConnectorMachine.events if event not in model.events
    ]
    wrong.extend(
        f"a connector has no hook or guard {name!r}; it has {', '.join(sorted(HOOKS))}"
        for name in (*model.hooks, *model.guards)
        if name not in HOOKS
    )
    if not wrong:
        found = explore(model)
        refused: dict[tuple[str, ...], list[str]] = {}
        for move in found.moves:
            if move.event in NOBODYS and not (move.steps or model.is_ignored(move.event, model.active(move.source))):
                refused.setdefault(move.source, []).append(move.event)
        wrong.extend(
            f"in {'/'.join(where)} it refuses {', '.join(events)}, which can come at any time; where nothing is to be "
            f'done, say so: {where[0]}.to(None, event="{" ".join(events)}")'
            for where, events in refused.items()
        )
        words = {model.status(model.active(configuration)) for configuration in found.configurations}
        unknown = sorted(words - set(ChargePointStatus))
        if unknown:
            wrong.append(
                f"it can show the status {', '.join(unknown)}; the first region's states, or overlays, must be one of "
                f"{', '.join(ChargePointStatus)}"
            )
    if wrong:
        raise DefinitionError("\n".join([f"{chart.__name__} cannot be a connector chart:", *wrong]))
    return lambda connector: InterpretedMachine(chart, connector)
