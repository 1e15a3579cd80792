"""ChangeAvailability: asked for, scheduled, remembered, performed by the hardware (5.2)."""

from ocpp16sm.codec import Call
from ocpp16sm.core.connectors import Connector, Places
from ocpp16sm.core.desk import Desk
from ocpp16sm.core.effects import PutAvailability
from ocpp16sm.core.journal import Component, Journal
from ocpp16sm.hardware import Disable, Enable
from ocpp16sm.messages import (
    AvailabilityStatus,
    AvailabilityType,
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    ChargePointStatus,
)

SCHEDULED = "Scheduled"
INOPERATIVE = frozenset({"Inoperative", "Unavailable"})


class Availability(Component):
    """What the Central System wants of each place, and how it comes about.

    The hardware is asked, and says ``on_enabled`` or ``on_disabled`` when it has happened; only then does the status
    change. The charge point itself has no hardware of its own that could take time: it changes at once.
    """

    STATE = ("wanted",)
    __slots__ = ("_desk", "_places", "wanted")

    def __init__(self, journal: Journal, desk: Desk, places: Places) -> None:
        super().__init__(journal)
        self._desk = desk
        self._places = places
        self.wanted: dict[int, AvailabilityType] = {}
        """What the Central System asked for last, by place; remembered over a restart."""

    def asked(self, request: ChangeAvailabilityRequest, _call: Call) -> ChangeAvailabilityResponse:
        """ChangeAvailability.req."""
        return self.change(request)

    def change(self, request: ChangeAvailabilityRequest) -> ChangeAvailabilityResponse:
        """Change one place, or (0) all of them."""
        count = len(self._places.connectors)
        if not 0 <= request.connector_id <= count:
            return ChangeAvailabilityResponse(status=AvailabilityStatus.REJECTED)
        targets = range(count + 1) if request.connector_id == 0 else (request.connector_id,)
        scheduled = [self._change(connector_id, request.type) for connector_id in targets]
        status = AvailabilityStatus.SCHEDULED if any(scheduled) else AvailabilityStatus.ACCEPTED
        return ChangeAvailabilityResponse(status=status)

    def _change(self, connector_id: int, wanted: AvailabilityType) -> bool:
        """Have it done; returns whether it has to wait for a transaction (5.2)."""
        self.touch()
        self.wanted[connector_id] = wanted
        self._desk.persist(PutAvailability(connector_id, wanted))
        operative = wanted is AvailabilityType.OPERATIVE
        place = self._places.place(connector_id)
        place.info = None
        if not isinstance(place, Connector):
            if operative:
                place.machine.enabled()
            else:
                place.machine.disabled()
            self._desk.ask(Enable(0) if operative else Disable(0))
            return False
        if operative:
            was_waiting = place.machine.operative_requested()
            self._desk.ask(Enable(connector_id))
            return was_waiting and (place.transaction is not None or place.status is ChargePointStatus.PREPARING)
        place.machine.inoperative_requested()
        if SCHEDULED in place.machine.configuration:
            return True
        self._desk.ask(Disable(connector_id))
        return False

    def use_ended(self, connector: Connector) -> None:
        """A session or transaction has ended: a change that waited for it is due."""
        configuration = connector.machine.configuration
        if SCHEDULED in configuration or not INOPERATIVE.isdisjoint(configuration):
            self._desk.ask(Disable(connector.id))

    def restore(self, wanted: dict[int, AvailabilityType]) -> None:
        """What the Central System wanted before the restart."""
        self.touch()
        self.wanted = dict(wanted)

    def apply_wanted(self) -> None:
        """Ask the hardware for what is wanted; it may not know after a restart."""
        for place in self._places.all:
            operative = self.wanted.get(place.id) is not AvailabilityType.INOPERATIVE
            self._desk.ask(Enable(place.id) if operative else Disable(place.id))
