"""Acts on the panel of a virtual station: read its state, wait, let time pass, and stop it."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from attrs import field, frozen

from ocpp16sm.control.act import Act, AnyConnector, Operator, says
from ocpp16sm.control.events import EVENTS
from ocpp16sm.control.parameter_values import Bounds, InvalidValueError, shown, unknown
from ocpp16sm.control.remote_panel import Look, Panel
from ocpp16sm.control.snapshot import connector_state, station_state
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.control.stepped_time import PATIENCE_S
from ocpp16sm.messages import ChargePointStatus

Seconds = Annotated[float, Bounds(0, 366 * 86400)]

OF_CONNECTOR = ("status", "transaction", "plugged")
OF_STATION = ("running", "link", "registration", "delivered")


@frozen(kw_only=True)
class State(Act):
    """Read the state of the station and its connectors."""

    changes = False
    result = "The state of the station and its connectors; see below."

    def perform(self, operator: Operator) -> dict[str, Any]:
        return station_state(operator.panel)


@frozen(kw_only=True)
class WaitFor(Act):
    """Wait until all given conditions hold, or until an event has occurred since your last act."""

    changes = False
    result = "The connector's state, as in act state, or the event; null if neither a connector nor an event was given."
    connector: AnyConnector | None = field(default=None, metadata=says("The connector; 0 for the charge point itself."))
    status: ChargePointStatus | tuple[ChargePointStatus, ...] | None = field(
        default=None, metadata=says("The connector's status, or a list of statuses of which one must hold.")
    )
    transaction: Literal["none", "running", "known"] | None = field(
        default=None, metadata=says("The connector's transaction; known: it is running and has a transactionId.")
    )
    plugged: bool | None = field(default=None, metadata=says("Whether a car is plugged in."))
    running: bool | None = field(
        default=None, metadata=says("Whether the charge point is running; false without power and during a reset.")
    )
    link: Literal["Offline", "Connecting", "Online", "BackingOff"] | None = field(
        default=None, metadata=says("State of the connection; BackingOff: a reconnection attempt is scheduled.")
    )
    registration: Literal["Unregistered", "Pending", "Rejected", "Accepted"] | None = field(
        default=None, metadata=says("The Central System's answer to BootNotification.")
    )
    delivered: bool | None = field(
        default=None, metadata=says("true: connected, and the Central System has answered everything.")
    )
    event: str | None = field(default=None, metadata=says("The name of an event."))
    where: Mapping[str, Any] | None = field(default=None, metadata=says("Members that the event must contain."))
    after: Annotated[int, Bounds(0)] | None = field(
        default=None,
        metadata=says(
            "Consider events with a higher seq; if omitted, those since your last act and after the last one found."
        ),
    )
    timeout_s: Seconds = field(default=30.0, metadata=says("Timeout in seconds of real time."))

    def _named(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if getattr(self, name) is not None]

    def check(self, plan: Plan) -> None:
        """Check that the wait is either for an event or for states, and complete."""
        super().check(plan)
        of_connector, of_station = self._named(OF_CONNECTOR), self._named(OF_STATION)
        if self.event is not None:
            if of_connector or of_station or self.connector is not None:
                raise InvalidValueError("event", "cannot wait for an event and a state at once; expected one of them")
            if self.event not in EVENTS:
                raise InvalidValueError("event", f"{self.event!r} {unknown(EVENTS, self.event)}")
        elif self.where is not None or self.after is not None:
            raise InvalidValueError("event", "is missing; where and after require an event")
        elif of_connector and self.connector is None:
            raise InvalidValueError("connector", f"is missing; {of_connector[0]} requires a connector")
        elif self.connector is not None and not of_connector:
            raise InvalidValueError("connector", f"is not enough; expected one of {', '.join(OF_CONNECTOR)} too")
        elif not of_connector and not of_station:
            raise InvalidValueError("", f"neither an event nor a state is given; expected {self.usage()}")
        if self.connector == 0 and of_connector != ["status"]:
            raise InvalidValueError("connector", "0 is the charge point itself, which has only a status")

    def perform(self, operator: Operator) -> Any:
        look = self._state_of(operator.panel) if self.event is None else self._event_of(operator, self.event)
        return operator.panel.until(look, lambda: self._in_vain(operator.panel), self.timeout_s)

    def _in_vain(self, panel: Panel) -> str:
        """The text of the timeout error: what was awaited, and the present values."""
        if self.event is not None:
            return f"event {self.event}{'' if self.where is None else f' where {shown(self.where)}'}, in vain"
        wanted = {name: getattr(self, name) for name in (*OF_CONNECTOR, *OF_STATION) if getattr(self, name) is not None}
        present = self._present(panel)
        instead = ", ".join(f"{name} {_words(present[name])}" for name in wanted)
        of_what = "" if self.connector is None else f"connector {self.connector}, "
        told = ", ".join(f"{name} {_words(value)}" for name, value in wanted.items())
        return f"{of_what}{told}, in vain; it is {instead}"

    def _state_of(self, panel: Panel) -> Look:
        def look() -> tuple[Any] | None:
            if not self._holds(panel):
                return None
            return (None if self.connector is None else connector_state(panel, self.connector),)

        return look

    def _present(self, panel: Panel) -> dict[str, Any]:
        """The present values of everything that the parameters can test."""
        charge_point = panel.station.charge_point
        present: dict[str, Any] = {
            "running": charge_point.running,
            "link": charge_point.link,
            "registration": charge_point.registration,
            "delivered": charge_point.connected and not charge_point.queued,
        }
        if self.connector is not None:
            state = connector_state(panel, self.connector)
            transaction = state.get("transaction")
            known = transaction is not None and transaction["transaction_id"] is not None
            present["status"] = state["status"]
            present["plugged"] = state.get("plugged")
            present["transaction"] = "known" if known else "none" if transaction is None else "running"
        return present

    def _holds(self, panel: Panel) -> bool:
        present = self._present(panel)
        wanted: dict[str, tuple[Any, ...]] = {name: (getattr(self, name),) for name in (*OF_CONNECTOR, *OF_STATION)}
        if isinstance(self.status, tuple):
            wanted["status"] = self.status
        if self.transaction == "running":
            wanted["transaction"] = ("running", "known")
        return all(present[name] in values for name, values in wanted.items() if values != (None,))

    def _event_of(self, operator: Operator, name: str) -> Look:
        after = operator.cursor if self.after is None else self.after
        where = self.where or {}

        def look() -> tuple[Any] | None:
            nonlocal after
            history = operator.panel.history
            found = history.find(name, where, after)
            if found is None:
                after = max(after, history.seq)
                return None
            operator.cursor = max(operator.cursor, found.seq)
            return (found.row(),)

        return look


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return " or ".join(value)
    return {True: "true", False: "false", None: "none"}.get(value, str(value))


@frozen(kw_only=True)
class Wait(Act):
    """Wait for a period of the station's time."""

    changes = False
    seconds: Seconds = field(metadata=says("Duration in seconds."))

    def perform(self, operator: Operator) -> Any:
        return asyncio.sleep(self.seconds)


@frozen(kw_only=True)
class Advance(Act):
    """Advance virtual time and run everything that falls due. Works only if the clock's pace is 0."""

    changes = False
    result = "The new time of day."
    seconds: Seconds = field(metadata=says("Duration in seconds."))
    patience_s: Seconds = field(
        default=PATIENCE_S,
        metadata=says("Seconds of real time without traffic after which outstanding answers are no longer awaited."),
    )

    def perform(self, operator: Operator) -> Any:
        return self._advance(operator.panel)

    async def _advance(self, panel: Panel) -> str:
        await panel.advance(self.seconds, self.patience_s)
        return panel.station.utc().text()


@frozen(kw_only=True)
class Subscribe(Act):
    """Replace the set of events that you receive. The default is all except message and chart_moved."""

    changes = False
    result = "The names of the subscribed events."
    events: tuple[str, ...] = field(metadata=says("Names of events; * for all, an empty list for none."))

    def check(self, plan: Plan) -> None:
        for number, name in enumerate(self.events):
            if name != "*" and name not in EVENTS:
                raise InvalidValueError(f"events[{number}]", f"{name!r} {unknown(EVENTS, name)}")

    def perform(self, operator: Operator) -> list[str]:
        operator.wanted = frozenset(EVENTS if "*" in self.events else self.events)
        return sorted(operator.wanted)


@frozen(kw_only=True)
class Quit(Act):
    """Shut the station down cleanly: end transactions and deliver queued messages. After power_off, just exit."""

    def perform(self, operator: Operator) -> None:
        operator.panel.quitting.set()
