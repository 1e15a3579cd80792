"""One reservation: its chart, its record, and the connector at which its holder has arrived."""

from typing import Protocol

from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.generated.reservation import ReservationMachine
from ocpp16sm.records import Reservation


class ReservationOwner(Protocol):
    """What a reservation needs from its owner."""

    def begun(self, held: "HeldReservation") -> None:
        """The reservation was accepted."""

    def over(self, held: "HeldReservation") -> None:
        """The reservation has ended; its chart's state says how."""


class HeldReservation(ChartComponent):
    """A reservation, from its acceptance to its end."""

    STATE = ("presented_at",)
    __slots__ = ("_owner", "presented_at", "record")

    machine: ReservationMachine

    def __init__(self, journal: Journal, owner: ReservationOwner, record: Reservation) -> None:
        super().__init__(journal)
        self._owner = owner
        self.record = record
        self.presented_at: int | None = None
        """Connector at which the holder has presented the idTag and may start a transaction. None: not yet."""
        self.machine = ReservationMachine(self)

    @property
    def label(self) -> str:
        """The reservationId, as text."""
        return str(self.record.reservation_id)

    @property
    def anywhere(self) -> bool:
        """Whether the reservation is for any connector (connectorId 0)."""
        return self.record.connector_id == 0

    def end(self, event: str) -> None:
        """End the reservation by firing this event of its chart."""
        self.touch()
        self.machine.fire(event)

    def present(self, connector_id: int) -> None:
        """The holder has presented the idTag at this connector (G2)."""
        self.touch()
        self.presented_at = connector_id
        self.machine.identity_presented()

    def leave(self) -> None:
        """The holder has left without a transaction, or it was somebody else."""
        self.touch()
        self.presented_at = None
        self.machine.left_unused()

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def begin_reservation(self) -> None:
        """Store the reservation and announce it."""
        self._owner.begun(self)

    def end_reservation(self) -> None:
        """Delete the reservation and announce how it ended."""
        self._owner.over(self)
