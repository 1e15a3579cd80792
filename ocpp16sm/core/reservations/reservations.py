"""Reservations: created, kept for their holders, used and ended (3.11, 5.1, 5.13).

A reservation is used by a transaction of its holder, not by presenting an idTag (4.8, 5.13). Once the idTag has been
presented, the connector is Preparing (G2). If no transaction follows, it becomes Available (B1) and then Reserved again
(A7); there is no B7.

Which connectors show Reserved is not stored. It is derived after every step from the reservations and the free
connectors, so it needs no correction when a connector is freed, used, repaired or broken.

Where the specification leaves a choice:

* A reservation of connector 0 waits for a busy connector if none is free. It ends as Faulted or Unavailable if the
  charge point does, or if fewer connectors are in service than there are reservations: the newest one first.
* If the station lets somebody else start a transaction on a reserved connector, the reservation continues.
* A reservation that expires before its holder has plugged in is over; the transaction starts without it.
* Expiry is checked at least once a minute, because there is no notification when the wall clock is set.
"""

from collections.abc import Iterable

from ocpp16sm.core.authorization.authorization import Authorization
from ocpp16sm.core.connectors.availability import Availability
from ocpp16sm.core.connectors.connectors import Connector, Connectors
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import DropReservation, PutReservation
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.reservations.reservation import HeldReservation
from ocpp16sm.generated.handlers import ReservationEnded, ReservationStarted, TransactionStarted
from ocpp16sm.listener import ReservationBegan, ReservationOver
from ocpp16sm.messages import AvailabilityType, ChargePointStatus, FeatureProfile
from ocpp16sm.records import Reservation, ReservationEnd
from ocpp16sm.station_facts import SessionStartedReason

LOOK_AGAIN_S = 60.0
"""Maximum seconds until an expiry is noticed after the wall clock was set forward."""

OUT = {ChargePointStatus.FAULTED: "fault_raised", ChargePointStatus.UNAVAILABLE: "disabled"}
"""Statuses that end a reservation (5.13), the more severe first -> event of its chart."""

IDLE = frozenset({ChargePointStatus.AVAILABLE, ChargePointStatus.RESERVED})
"""Statuses of a connector that is not in use."""

_EXPIRY = "reservation"


class Reservations(Component):
    """The reservations of the Central System, in the order in which they were made.

    The application may reserve connectors itself (``on_reservation_start``); of those reservations only the connector
    is known.
    """

    STATE = ("_applications", "_by_id", "_shown")
    IN_PLACE = ("_by_id",)
    __slots__ = ("_authorization", "_availability", "_context", "_all_connectors", *STATE)

    def __init__(
        self,
        journal: Journal,
        context: Context,
        all_connectors: Connectors,
        availability: Availability,
        authorization: Authorization,
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._all_connectors = all_connectors
        self._availability = availability
        self._authorization = authorization
        self._by_id: dict[int, HeldReservation] = {}
        self._applications: frozenset[int] = frozenset()
        """Connectors that the application has reserved."""
        self._shown: frozenset[int] = frozenset()
        """Connectors that show Reserved because of a reservation of the Central System."""
        context.deadlines[_EXPIRY] = lambda _key: None  # progress() runs after every step

    # -- whom a connector is reserved for ---------------------------------------------------------------------------

    @property
    def records(self) -> tuple[Reservation, ...]:
        """All reservations, in the order in which they were made."""
        return tuple(held.record for held in self._by_id.values())

    def holds(self, connector_id: int) -> bool:
        """Whether a connector shows Reserved because of a reservation of the Central System."""
        return connector_id in self._shown

    def is_reserved_for_other(self, connector_id: int, id_tag: str, parent_id_tag: str | None = None) -> bool:
        """Whether an idTag must be refused at a connector because of a reservation (5.13).

        ``parent_id_tag`` is the idTag's group, if the caller knows it better than the list and earlier responses do.
        Raises :class:`~ocpp16sm.errors.UnknownConnectorError`.
        """
        blocking = self._blocking(self._all_connectors.at(connector_id))
        parent = parent_id_tag or self._authorization.parent_of(id_tag)
        return bool(blocking) and not any(held.record.is_for(id_tag, parent) for held in blocking)

    def may_be_of_group(self, connector_id: int, id_tag: str) -> bool:
        """Whether an idTag of unknown group could belong to the group that a connector is reserved for (5.13).

        Only the Central System can tell, so it has to be asked.
        """
        blocking = self._blocking(self._all_connectors.at(connector_id))
        return self._authorization.parent_of(id_tag) is None and any(held.record.parent_id_tag for held in blocking)

    def _blocking(self, connector: Connector) -> list[HeldReservation]:
        """The reservations that keep others from a connector: its own, else those for any connector that need it."""
        own = [held for held in self._by_id.values() if held.record.connector_id == connector.id]
        if own:
            return own
        anywhere = [held for held in self._by_id.values() if held.anywhere]
        presented = any(held.presented_at == connector.id for held in anywhere)
        return anywhere if presented or connector.id in self._needed() else []

    # -- steps of the handlers --------------------------------------------------------------------------------------

    def use(self, connector: Connector, call: TransactionStarted) -> int | None:
        """Use up the holder's reservation when a transaction starts.

        A reservationId given by the application is used in any case. Otherwise the idTag or its group must match
        (5.13). Returns the reservationId for StartTransaction, or None.
        """
        self.end_the_expired()
        given = call.reservation_id
        held = self._by_id.get(given) if given is not None else None
        held = held or self._reserved_for(connector.id, call.id_token)
        if held is not None:
            held.end("transaction_started")
        return held.record.reservation_id if held is not None and given is None else given

    def _reserved_for(self, connector_id: int, id_tag: str) -> HeldReservation | None:
        """A reservation of this connector comes before one for any connector, the idTag's own before its group's."""
        parent = self._authorization.parent_of(id_tag)
        fitting = [
            held
            for held in self._by_id.values()
            if held.record.connector_id in (connector_id, 0) and held.record.is_for(id_tag, parent)
        ]
        return min(fitting, key=lambda held: (held.anywhere, not held.record.is_for(id_tag)), default=None)

    def note_application(self, connector: Connector, _call: ReservationStarted) -> None:
        """Record that the application reserves a connector."""
        self.touch()
        self._applications |= {connector.id}

    def is_free_again(self, connector: Connector, _call: ReservationEnded) -> bool:
        """Guard: no reservation of the Central System remains when the application's ends."""
        return connector.id not in self._shown

    def forget_application(self, connector: Connector, _call: ReservationEnded) -> None:
        """Record that the application no longer reserves a connector."""
        self.touch()
        self._applications -= {connector.id}

    def take_up_session(self, connector: Connector, _call: object = None) -> None:
        """Treat a car that was plugged in while the connector was reserved like any other from now on (A2)."""
        if connector.session_id is not None and "Available" in connector.machine.configuration:
            connector.touch()
            connector.machine.session_started(info=SessionStartedReason.EV_CONNECTED)

    # -- beginning and end ------------------------------------------------------------------------------------------

    def find(self, reservation_id: int) -> HeldReservation | None:
        """The reservation with this id, or None."""
        return self._by_id.get(reservation_id)

    def begin(self, record: Reservation, presented_at: int | None) -> None:
        """Create a reservation. ``presented_at`` is set if it replaces one whose holder has already arrived."""
        held = HeldReservation(self._journal, self, record)
        held.touch()
        held.machine.accepted()
        if presented_at is not None:
            held.present(presented_at)

    def begun(self, held: HeldReservation) -> None:
        """Store and announce a reservation."""
        self.touch()
        self._by_id[held.record.reservation_id] = held
        self._context.persist(PutReservation(held.record))
        self._context.tell(ReservationBegan(held.record))

    def over(self, held: HeldReservation) -> None:
        """Delete a reservation and announce its end."""
        self.touch()
        del self._by_id[held.record.reservation_id]
        self._context.persist(DropReservation(held.record.reservation_id))
        self._context.tell(ReservationOver(held.record, ReservationEnd(held.machine.course)))

    def restore(self, stored: Iterable[Reservation], found_reserved: frozenset[int]) -> None:
        """Restore the stored reservations.

        A connector that the station finds reserved without a stored reservation counts as reserved by the application.
        """
        self.touch()
        kept = tuple(stored)
        for record in kept:
            held = HeldReservation(self._journal, self, record)
            held.machine.restore(("Reserved", "Awaited"))
            self._by_id[record.reservation_id] = held
        ours = {record.connector_id for record in kept}
        self._shown = found_reserved if 0 in ours else found_reserved & ours
        self._applications = found_reserved - self._shown
        if not self._context.configuration.supports(FeatureProfile.RESERVATION):
            for held in tuple(self._by_id.values()):
                held.end("cancelled")

    # -- after every step -------------------------------------------------------------------------------------------

    @property
    def may_progress(self) -> bool:
        """Whether there are reservations, or connectors that still show one."""
        return bool(self._by_id or self._shown or self._applications)

    def progress(self) -> None:
        """Update the reservations after a step, and the connectors that show Reserved."""
        if self.may_progress:
            self.touch()
            self.end_the_expired()
            self._end_what_cannot_be_kept()
            self._follow_the_holders()
            self._show()
            self._schedule_next_check()

    def end_the_expired(self) -> None:
        """End the expired reservations. This must precede any decision that depends on reservations."""
        for held in tuple(self._by_id.values()):
            if held.record.expiry_date <= self._context.now.utc:
                held.end("expiry_reached")

    def _end_what_cannot_be_kept(self) -> None:
        """A fault or being out of service ends reservations permanently (5.13)."""
        for held in tuple(self._by_id.values()):
            out = self.out(held.record.connector_id)
            if out is not None:
                held.end(OUT[out])
        statuses = [connector.status for connector in self._all_connectors.connectors]
        excess = len(self._by_id) - sum(status not in OUT for status in statuses)
        worst = next((event for status, event in OUT.items() if status in statuses), "")
        newest_first = [held for held in reversed(self._by_id.values()) if held.anywhere]
        for held in newest_first[: max(0, excess)]:
            held.end(worst)

    def _follow_the_holders(self) -> None:
        """Note which holders have presented an idTag, and which have left without a transaction."""
        for held in self._by_id.values():
            if held.presented_at is not None and not self._is_awaiting_start(held.presented_at):
                held.leave()
        for connector_id in sorted(self._shown):
            configuration = self._all_connectors.at(connector_id).machine.configuration
            if "Reserved" not in configuration and self._is_awaiting_start(connector_id):
                self._presented(connector_id)

    def _presented(self, connector_id: int) -> None:
        """An idTag was accepted at a reserved connector: mark its reservation, else the oldest for any connector."""
        waiting = [held for held in self._by_id.values() if held.presented_at is None]
        own = [held for held in waiting if held.record.connector_id == connector_id]
        for held in (own or [held for held in waiting if held.anywhere])[:1]:
            held.present(connector_id)

    def _is_awaiting_start(self, connector_id: int) -> bool:
        """Whether a session has begun that has no transaction yet."""
        connector = self._all_connectors.at(connector_id)
        return connector.session_id is not None and connector.transaction is None and connector.status not in OUT

    def _show(self) -> None:
        needed = self._needed() | {held.record.connector_id for held in self._by_id.values() if not held.anywhere}
        shown = set()
        for connector in self._all_connectors.connectors:
            ours = connector.id in self._shown and connector.id not in self._applications
            if connector.id in needed:
                self._reserve_visibly(connector)
            elif ours and not self.is_leaving(connector.id):
                self._free_visibly(connector)
            reserved = "Reserved" in connector.machine.configuration
            if reserved and (connector.id in needed or ours):
                shown.add(connector.id)
            if not reserved and connector.id in self._shown | self._applications:
                self._applications -= {connector.id}
                self.take_up_session(connector)
        self._shown = frozenset(shown)

    @staticmethod
    def _reserve_visibly(connector: Connector) -> None:
        if connector.status is ChargePointStatus.AVAILABLE:
            connector.touch()
            connector.machine.reservation_started()

    @staticmethod
    def _free_visibly(connector: Connector) -> None:
        if "Reserved" in connector.machine.configuration:
            connector.touch()
            connector.machine.reservation_ended()

    def _schedule_next_check(self) -> None:
        """Schedule the next check for the first expiry, or sooner, since the wall clock may be set in the meantime."""
        now = self._context.now
        if not self._by_id:
            self._context.disarm(_EXPIRY)
            return
        first = min(held.record.expiry_date for held in self._by_id.values())
        wait = min((first - now.utc).total_seconds(), LOOK_AGAIN_S)
        due = self._context.timers.due_at(TimerKey(_EXPIRY))
        if due is None or due > now.mono + wait:
            self._context.arm(_EXPIRY, wait)

    # -- the state of the connectors --------------------------------------------------------------------------------

    def out(self, connector_id: int) -> ChargePointStatus | None:
        """Faulted or Unavailable, if the charge point or the connector is; the more severe one if both are (5.13). Else
        None.
        """
        statuses = (self._all_connectors.zero.status, self._all_connectors.all[connector_id].status)
        return next((status for status in OUT if status in statuses), None)

    def is_leaving(self, connector_id: int) -> bool:
        """Whether the Central System wants a connector out of service, whether or not it already is (G8)."""
        return self._availability.wanted.get(connector_id) is AvailabilityType.INOPERATIVE

    @property
    def waiting_anywhere(self) -> int:
        """Number of reservations for any connector whose holder has not arrived."""
        return sum(held.anywhere and held.presented_at is None for held in self._by_id.values())

    def free(self) -> list[Connector]:
        """Connectors that are not in use and not reserved individually."""
        taken = self._applications | {held.record.connector_id for held in self._by_id.values()}
        return [
            connector
            for connector in self._all_connectors.connectors
            if connector.status in IDLE and connector.id not in taken and not self.is_leaving(connector.id)
        ]

    def _needed(self) -> frozenset[int]:
        """All free connectors if the reservations for any connector need every one of them, else none."""
        free = frozenset(connector.id for connector in self.free())
        return free if len(free) <= self.waiting_anywhere else frozenset()
