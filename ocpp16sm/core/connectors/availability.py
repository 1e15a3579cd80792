"""ChangeAvailability: requests, scheduled changes, and their execution by the hardware (5.2)."""

from collections.abc import Callable

from ocpp16sm.codec import Call
from ocpp16sm.core.connectors.connectors import Connector, ConnectorBase, Connectors
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import PutAvailability
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.generated.handlers import AvailabilityChangeAsked, HandlerCall
from ocpp16sm.hardware import Disable, Enable
from ocpp16sm.messages import (
    AvailabilityStatus,
    AvailabilityType,
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    ChargePointStatus,
)

SCHEDULED = "Scheduled"


class Availability(Component):
    """The availability that the Central System wants for each connector, and how it is put into effect.

    A connector's status changes only when the hardware confirms with ``on_enabled`` or ``on_disabled``. The charge
    point itself has no such hardware: connector 0 changes at once.
    """

    STATE = IN_PLACE = ("wanted",)
    __slots__ = ("_all_connectors", "_context", "_withheld", "wanted")

    def __init__(
        self, journal: Journal, context: Context, all_connectors: Connectors, withheld: Callable[[], bool]
    ) -> None:
        """``withheld``: whether a firmware update keeps connectors out of service, whatever is wanted."""
        super().__init__(journal)
        self._context = context
        self._all_connectors = all_connectors
        self._withheld = withheld
        self.wanted: dict[int, AvailabilityType] = {}
        """Last requested availability of each connector, by connector id. Kept across restarts."""

    def asked(self, request: ChangeAvailabilityRequest, _call: Call) -> ChangeAvailabilityResponse:
        """Answer ChangeAvailability.req."""
        return self.change(request)

    def change_by_station(self, call: AvailabilityChangeAsked) -> ChangeAvailabilityResponse:
        """Handle a request that the station itself makes."""
        return self.change(call.request)

    def change(self, request: ChangeAvailabilityRequest) -> ChangeAvailabilityResponse:
        """Change one connector, or the charge point and all connectors (0). Rejected if there is no such connector."""
        count = len(self._all_connectors.connectors)
        if not 0 <= request.connector_id <= count:
            return ChangeAvailabilityResponse(status=AvailabilityStatus.REJECTED)
        targets = range(count + 1) if request.connector_id == 0 else (request.connector_id,)
        scheduled = [self._change(connector_id, request.type) for connector_id in targets]
        status = AvailabilityStatus.SCHEDULED if any(scheduled) else AvailabilityStatus.ACCEPTED
        return ChangeAvailabilityResponse(status=status)

    def _change(self, connector_id: int, wanted: AvailabilityType) -> bool:
        """Change one connector. Returns whether the change has to wait for a transaction (5.2)."""
        self.touch()
        self.wanted[connector_id] = wanted
        self._context.persist(PutAvailability(connector_id, wanted))
        operative = wanted is AvailabilityType.OPERATIVE
        connector = self._all_connectors.any_connector(connector_id)
        if not isinstance(connector, Connector):
            if operative:
                connector.machine.enabled()
            else:
                connector.machine.disabled()
            self._context.ask(Enable(0) if operative else Disable(0))
            return False
        if operative and self._withheld():
            return False  # put into effect when the update is over
        if operative:
            was_waiting = self.bring_back(connector)
            return was_waiting and (
                connector.transaction is not None or connector.status is ChargePointStatus.PREPARING
            )
        return self.take_out(connector)

    def take_out(self, connector: Connector) -> bool:
        """Take a connector out of service once it is not in use. Returns whether the change has to wait for that."""
        connector.touch()
        connector.machine.inoperative_requested()
        connector.disable_due = SCHEDULED in connector.machine.configuration
        if not connector.disable_due:
            self._context.ask(Disable(connector.id))
        return connector.disable_due

    def bring_back(self, connector: Connector) -> bool:
        """Return a connector to service, or cancel a scheduled change. Returns whether a change was scheduled."""
        connector.touch()
        connector.disable_due = False
        was_waiting: bool = connector.machine.operative_requested()
        self._context.ask(Enable(connector.id))
        return was_waiting

    def use_ended(self, connector: Connector, _call: HandlerCall) -> None:
        """Perform a change that was waiting for the session or transaction to end, unless a transaction still runs."""
        if connector.disable_due and connector.transaction is None:
            connector.disable_due = False
            self._context.ask(Disable(connector.id))

    def is_unwanted(self, connector: ConnectorBase) -> bool:
        """Whether the Central System wants this connector out of service."""
        return self.wanted.get(connector.id) is AvailabilityType.INOPERATIVE

    def is_missing(self, connector: ConnectorBase) -> bool:
        """Whether this connector is out of service although the Central System wants it in service."""
        return connector.out_of_service and not self.is_unwanted(connector)

    def restore(self, wanted: dict[int, AvailabilityType]) -> None:
        """Restore the stored availability of each connector."""
        self.touch()
        self.wanted = dict(wanted)

    def apply_wanted(self, enable: bool) -> None:
        """Ask the hardware for the wanted availability, which it may have lost in a restart.

        ``enable``: also enable places that are in service already. A station that reported the status of its connectors
        needs that only for a connector that is out of service and should not be.
        """
        for connector in self._all_connectors.all:
            if not self.is_unwanted(connector):
                if enable or (connector.id in self.wanted and self.is_missing(connector)):
                    self._context.ask(Enable(connector.id))
            elif isinstance(connector, Connector):
                self.take_out(connector)
            else:
                self._context.ask(Disable(connector.id))
