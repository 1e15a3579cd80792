"""Reservations: made, kept for their holders, used, and ended (3.11, 5.1, 5.13).

A reservation is used up by a transaction of its holder, not by a card that is presented (4.8, 5.13): the connector is
Preparing after the card (G2), and if no transaction comes of it, Available (B1) and Reserved again (A7; there is no
B7). Which connectors show Reserved is not remembered but worked out after every step, from what is reserved and which
connectors are free; so nothing has to be put right when a connector is freed, taken, mended or broken.

Where the specification leaves room:

* A reservation of connector 0 waits for a busy connector while no free one is left. It ends by Faulted or Unavailable
  when the charge point does, or when fewer connectors are in service than reservations are waiting: the newest first.
* A stranger's transaction on a reserved connector, if the station lets it start, does not end the reservation.
* What expires while its holder fetches the plug has expired: the transaction starts without it.
* The expiry is looked at again every minute at least, because nobody tells that the wall clock was set.
"""

from collections.abc import Iterable

from ocpp16sm.core.authorization.authorization import Authorization
from ocpp16sm.core.connectors.availability import Availability
from ocpp16sm.core.connectors.connectors import Connector, Places
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
"""So long an expiry may go unnoticed if the wall clock is set forward."""

OUT = {ChargePointStatus.FAULTED: "fault_raised", ChargePointStatus.UNAVAILABLE: "disabled"}
"""Statuses that end a reservation (5.13), the worse first -> event of its chart."""

IDLE = frozenset({ChargePointStatus.AVAILABLE, ChargePointStatus.RESERVED})
"""Statuses of a connector that nobody uses."""

_EXPIRY = "reservation"


class Reservations(Component):
    """The reservations of the Central System, in the order in which they were made.

    An application may have some of its own (``on_reservation_start``): of those only the connectors are known.
    """

    STATE = ("_applications", "_by_id", "_shown")
    IN_PLACE = ("_by_id",)
    __slots__ = ("_authorization", "_availability", "_context", "_places", *STATE)

    def __init__(
        self,
        journal: Journal,
        context: Context,
        places: Places,
        availability: Availability,
        authorization: Authorization,
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._places = places
        self._availability = availability
        self._authorization = authorization
        self._by_id: dict[int, HeldReservation] = {}
        self._applications: frozenset[int] = frozenset()
        """Connectors that the application has reserved."""
        self._shown: frozenset[int] = frozenset()
        """Connectors that show Reserved on our account."""
        context.deadlines[_EXPIRY] = lambda _key: None  # what is over is looked for after every input

    # -- whom they are for ------------------------------------------------------------------------------------------

    @property
    def records(self) -> tuple[Reservation, ...]:
        """Every reservation that holds, in the order in which they were made."""
        return tuple(held.record for held in self._by_id.values())

    def holds(self, connector_id: int) -> bool:
        """Whether a connector shows Reserved on our account."""
        return connector_id in self._shown

    def is_reserved_for_other(self, connector_id: int, id_tag: str, parent_id_tag: str | None = None) -> bool:
        """Whether charging at a connector is to be refused to an idTag (5.13).

        ``parent_id_tag``: its group, if that is known better here than by the list, the cache and former answers.
        Raises :class:`~ocpp16sm.errors.UnknownConnectorError`.
        """
        keeping = self._keeping(self._places.at(connector_id))
        parent = parent_id_tag or self._authorization.parent_of(id_tag)
        return bool(keeping) and not any(held.record.is_for(id_tag, parent) for held in keeping)

    def may_be_of_group(self, connector_id: int, id_tag: str) -> bool:
        """Whether an idTag could turn out to be of a group for which a connector is reserved: ask (5.13)."""
        keeping = self._keeping(self._places.at(connector_id))
        return self._authorization.parent_of(id_tag) is None and any(held.record.parent_id_tag for held in keeping)

    def _keeping(self, connector: Connector) -> list[HeldReservation]:
        """The reservations that keep strangers from a connector: its own, or those that need every free one."""
        own = [held for held in self._by_id.values() if held.record.connector_id == connector.id]
        if own:
            return own
        anywhere = [held for held in self._by_id.values() if held.anywhere]
        presented = any(held.presented_at == connector.id for held in anywhere)
        return anywhere if presented or connector.id in self._needed() else []

    # -- steps of the handlers --------------------------------------------------------------------------------------

    def use(self, connector: Connector, call: TransactionStarted) -> int | None:
        """A transaction starts: the reservation of its holder is over. Gives the reservationId to be told.

        What the application says it uses is used; for all others the idTag, or its group, must match (5.13).
        """
        self.end_the_expired()
        given = call.reservation_id
        held = self._by_id.get(given) if given is not None else None
        held = held or self._reserved_for(connector.id, call.id_token)
        if held is not None:
            held.end("transaction_started")
        return held.record.reservation_id if held is not None and given is None else given

    def _reserved_for(self, connector_id: int, id_tag: str) -> HeldReservation | None:
        """The reservation that an idTag uses here: of this connector, else of any; its own before its group's."""
        parent = self._authorization.parent_of(id_tag)
        fitting = [
            held
            for held in self._by_id.values()
            if held.record.connector_id in (connector_id, 0) and held.record.is_for(id_tag, parent)
        ]
        return min(fitting, key=lambda held: (held.anywhere, not held.record.is_for(id_tag)), default=None)

    def note_application(self, connector: Connector, _call: ReservationStarted) -> None:
        """The application reserves a connector."""
        self.touch()
        self._applications |= {connector.id}

    def is_free_again(self, connector: Connector, _call: ReservationEnded) -> bool:
        """Whether nobody reserves a connector if the application does not."""
        return connector.id not in self._shown

    def forget_application(self, connector: Connector, _call: ReservationEnded) -> None:
        """The application does not reserve a connector any more."""
        self.touch()
        self._applications -= {connector.id}

    def take_up_session(self, connector: Connector, _call: object = None) -> None:
        """A car was plugged in while the connector was reserved: now that is a use like any other (A2)."""
        if connector.session_id is not None and "Available" in connector.machine.configuration:
            connector.touch()
            connector.machine.session_started(info=SessionStartedReason.EV_CONNECTED)

    # -- beginning and end ------------------------------------------------------------------------------------------

    def find(self, reservation_id: int) -> HeldReservation | None:
        """The reservation of this id."""
        return self._by_id.get(reservation_id)

    def begin(self, record: Reservation, presented_at: int | None) -> None:
        """Hold a reservation; its holder may have come already (to the one it replaces)."""
        held = HeldReservation(self._journal, self, record)
        held.touch()
        held.machine.accepted()
        if presented_at is not None:
            held.present(presented_at)

    def begun(self, held: HeldReservation) -> None:
        """A reservation is there."""
        self.touch()
        self._by_id[held.record.reservation_id] = held
        self._context.persist(PutReservation(held.record))
        self._context.tell(ReservationBegan(held.record))

    def over(self, held: HeldReservation) -> None:
        """A reservation has ended."""
        self.touch()
        del self._by_id[held.record.reservation_id]
        self._context.persist(DropReservation(held.record.reservation_id))
        self._context.tell(ReservationOver(held.record, ReservationEnd(held.machine.course)))

    def restore(self, stored: Iterable[Reservation], found_reserved: frozenset[int]) -> None:
        """Take what was on disk. A connector that the station finds reserved, and we do not, is the application's."""
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
    def restless(self) -> bool:
        """There are reservations, or there were."""
        return bool(self._by_id or self._shown or self._applications)

    def progress(self) -> None:
        """What has become of the reservations by what has happened, and what is to be seen of it."""
        if self.restless:
            self.touch()
            self.end_the_expired()
            self._end_what_cannot_be_kept()
            self._follow_the_holders()
            self._show()
            self._look_again_later()

    def end_the_expired(self) -> None:
        """Those whose time has come; whoever looks at reservations does this first."""
        for held in tuple(self._by_id.values()):
            if held.record.expiry_date <= self._context.now.utc:
                held.end("expiry_reached")

    def _end_what_cannot_be_kept(self) -> None:
        """Out of service or faulted: for good (5.13)."""
        for held in tuple(self._by_id.values()):
            out = self.out(held.record.connector_id)
            if out is not None:
                held.end(OUT[out])
        statuses = [connector.status for connector in self._places.connectors]
        excess = len(self._by_id) - sum(status not in OUT for status in statuses)
        worst = next((event for status, event in OUT.items() if status in statuses), "")
        newest_first = [held for held in reversed(self._by_id.values()) if held.anywhere]
        for held in newest_first[: max(0, excess)]:
            held.end(worst)

    def _follow_the_holders(self) -> None:
        """Who has come, and who has gone."""
        for held in self._by_id.values():
            if held.presented_at is not None and not self._is_awaiting_start(held.presented_at):
                held.leave()
        for connector_id in sorted(self._shown):
            configuration = self._places.at(connector_id).machine.configuration
            if "Reserved" not in configuration and self._is_awaiting_start(connector_id):
                self._presented(connector_id)

    def _presented(self, connector_id: int) -> None:
        """Somebody was let in at a reserved connector: its holder, or the one who has waited longest for any."""
        waiting = [held for held in self._by_id.values() if held.presented_at is None]
        own = [held for held in waiting if held.record.connector_id == connector_id]
        for held in (own or [held for held in waiting if held.anywhere])[:1]:
            held.present(connector_id)

    def _is_awaiting_start(self, connector_id: int) -> bool:
        """Whether a session goes on that has not led to a transaction yet."""
        connector = self._places.at(connector_id)
        return connector.session_id is not None and connector.transaction is None and connector.status not in OUT

    def _show(self) -> None:
        """Have the connectors show Reserved that are, and no others."""
        needed = self._needed() | {held.record.connector_id for held in self._by_id.values() if not held.anywhere}
        shown = set()
        for connector in self._places.connectors:
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

    def _look_again_later(self) -> None:
        """When the next one expires; sooner if that is far away (the wall clock may be set meanwhile)."""
        now = self._context.now
        if not self._by_id:
            self._context.disarm(_EXPIRY)
            return
        first = min(held.record.expiry_date for held in self._by_id.values())
        wait = min((first - now.utc).total_seconds(), LOOK_AGAIN_S)
        due = self._context.timers.due_at(TimerKey(_EXPIRY))
        if due is None or due > now.mono + wait:
            self._context.arm(_EXPIRY, wait)

    # -- how things are ---------------------------------------------------------------------------------------------

    def out(self, connector_id: int) -> ChargePointStatus | None:
        """Faulted or Unavailable, if the charge point or the connector is; the worse of both (5.13)."""
        statuses = (self._places.station.status, self._places.all[connector_id].status)
        return next((status for status in OUT if status in statuses), None)

    def is_leaving(self, connector_id: int) -> bool:
        """Whether the Central System wants a connector out of service, be it so already or not (G8)."""
        return self._availability.wanted.get(connector_id) is AvailabilityType.INOPERATIVE

    @property
    def waiting_anywhere(self) -> int:
        """How many reservations need a connector, whichever it is."""
        return sum(held.anywhere and held.presented_at is None for held in self._by_id.values())

    def free(self) -> list[Connector]:
        """Connectors that nobody uses and that are for nobody in particular."""
        taken = self._applications | {held.record.connector_id for held in self._by_id.values()}
        return [
            connector
            for connector in self._places.connectors
            if connector.status in IDLE and connector.id not in taken and not self.is_leaving(connector.id)
        ]

    def _needed(self) -> frozenset[int]:
        """The free connectors, if there are no more of them than reservations need."""
        free = frozenset(connector.id for connector in self.free())
        return free if len(free) <= self.waiting_anywhere else frozenset()
