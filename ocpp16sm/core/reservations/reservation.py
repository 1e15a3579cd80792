"""One reservation: its chart, its record, and where its holder has come."""

from typing import Protocol

from ocpp16sm.core.engine.journal import Charted, Journal
from ocpp16sm.generated.reservation import ReservationMachine
from ocpp16sm.records import Reservation


class ReservationOwner(Protocol):
    """What a reservation asks of those who keep it."""

    def begun(self, held: "HeldReservation") -> None:
        """It is there from now on."""

    def over(self, held: "HeldReservation") -> None:
        """It has ended, as its chart says."""


class HeldReservation(Charted):
    """A reservation from its acceptance to its end."""

    STATE = ("presented_at",)
    __slots__ = ("_owner", "presented_at", "record")

    machine: ReservationMachine

    def __init__(self, journal: Journal, owner: ReservationOwner, record: Reservation) -> None:
        super().__init__(journal)
        self._owner = owner
        self.record = record
        self.presented_at: int | None = None
        """The connector at which its holder has presented the idTag, and may start any moment."""
        self.machine = ReservationMachine(self)

    @property
    def label(self) -> str:
        """Which reservation."""
        return str(self.record.reservation_id)

    @property
    def anywhere(self) -> bool:
        """Whether it is for no connector in particular."""
        return self.record.connector_id == 0

    def end(self, event: str) -> None:
        """Have it end by this event of its chart."""
        self.touch()
        self.machine.fire(event)

    def present(self, connector_id: int) -> None:
        """The holder has come, to this connector (G2)."""
        self.touch()
        self.presented_at = connector_id
        self.machine.identity_presented()

    def leave(self) -> None:
        """The holder has gone without a transaction, or it was somebody else."""
        self.touch()
        self.presented_at = None
        self.machine.left_unused()

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def begin_reservation(self) -> None:
        """Keep it, and say that it is there."""
        self._owner.begun(self)

    def end_reservation(self) -> None:
        """Forget it, and say how it ended."""
        self._owner.over(self)
