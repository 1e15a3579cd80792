# Generated from chart Reservation by `python -m codegen`. Edit statecharts/ocpp16/reservation.py instead.

"""The chart ``reservation``, compiled: A reservation: its course, and whether its holder has arrived."""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

CourseLeaf = Literal["Requested", "Reserved", "Used", "Expired", "Cancelled", "Replaced", "Faulted", "Unavailable"]
HolderLeaf = Literal["Awaited", "Presented"]

_COURSE: tuple[CourseLeaf, ...] = (
    "Requested",
    "Reserved",
    "Used",
    "Expired",
    "Cancelled",
    "Replaced",
    "Faulted",
    "Unavailable",
)
_HOLDER: tuple[HolderLeaf, ...] = ("Awaited", "Presented")


class ReservationHooks(Protocol):
    """The hooks and guards of the chart ``reservation``."""

    def end_reservation(self) -> None:
        """Hook: entry to Used, Expired, Cancelled, Replaced, Faulted, Unavailable."""

    def begin_reservation(self) -> None:
        """Hook: event accepted."""


class ReservationMachine(Machine):
    """A reservation: its course, and whether its holder has arrived.

    Presenting the idTag does not use the reservation, although the connector is Preparing from then on; only a
    transaction does (4.8). If the holder leaves without a transaction, the chart waits for the holder again, and the
    connector is Reserved again as soon as it is free.
    """

    __slots__ = ("_course", "_holder")

    name: ClassVar[str] = "reservation"
    events: ClassVar[tuple[str, ...]] = (
        "accepted",
        "transaction_started",
        "expiry_reached",
        "cancelled",
        "replaced",
        "fault_raised",
        "disabled",
        "identity_presented",
        "left_unused",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_course", "_holder")
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_COURSE, _HOLDER)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {}

    _hooks: ReservationHooks
    _course: int
    _holder: int

    def __init__(self, hooks: ReservationHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._course = 0  # Requested
        self._holder = 0  # Awaited

    @property
    def course(self) -> CourseLeaf:
        """The active leaf of region ``course``."""
        return _COURSE[self._course]

    @property
    def holder(self) -> HolderLeaf:
        """The active leaf of region ``holder``."""
        return _HOLDER[self._holder]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_COURSE[self._course], _HOLDER[self._holder])

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._course, self._holder)

    def accepted(self) -> bool:
        """Event ``accepted``.

        * Requested -> Reserved  (5.13)
        """
        if self._busy:
            return self._later(ReservationMachine.accepted)
        hooks = self._hooks
        course = self._course
        if course != 0:  # Requested
            return self._refused("accepted")
        self._busy = True
        try:
            hooks.begin_reservation()
            self._course = 1  # Reserved
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def transaction_started(self) -> bool:
        """Event ``transaction_started``.

        * Reserved -> Used  (5.13)
        """
        if self._busy:
            return self._later(ReservationMachine.transaction_started)
        hooks = self._hooks
        course = self._course
        if course != 1:  # Reserved
            return self._refused("transaction_started")
        self._busy = True
        try:
            self._course = 2  # Used
            hooks.end_reservation()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def expiry_reached(self) -> bool:
        """Event ``expiry_reached``.

        * Reserved -> Expired  (5.13)
        """
        if self._busy:
            return self._later(ReservationMachine.expiry_reached)
        hooks = self._hooks
        course = self._course
        if course != 1:  # Reserved
            return self._refused("expiry_reached")
        self._busy = True
        try:
            self._course = 3  # Expired
            hooks.end_reservation()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def cancelled(self) -> bool:
        """Event ``cancelled``.

        * Reserved -> Cancelled  (5.1)
        """
        if self._busy:
            return self._later(ReservationMachine.cancelled)
        hooks = self._hooks
        course = self._course
        if course != 1:  # Reserved
            return self._refused("cancelled")
        self._busy = True
        try:
            self._course = 4  # Cancelled
            hooks.end_reservation()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def replaced(self) -> bool:
        """Event ``replaced``.

        * Reserved -> Replaced  (5.13)
        """
        if self._busy:
            return self._later(ReservationMachine.replaced)
        hooks = self._hooks
        course = self._course
        if course != 1:  # Reserved
            return self._refused("replaced")
        self._busy = True
        try:
            self._course = 5  # Replaced
            hooks.end_reservation()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def fault_raised(self) -> bool:
        """Event ``fault_raised``.

        * Reserved -> Faulted  (5.13)
        """
        if self._busy:
            return self._later(ReservationMachine.fault_raised)
        hooks = self._hooks
        course = self._course
        if course != 1:  # Reserved
            return self._refused("fault_raised")
        self._busy = True
        try:
            self._course = 6  # Faulted
            hooks.end_reservation()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def disabled(self) -> bool:
        """Event ``disabled``.

        * Reserved -> Unavailable  (5.13)
        """
        if self._busy:
            return self._later(ReservationMachine.disabled)
        hooks = self._hooks
        course = self._course
        if course != 1:  # Reserved
            return self._refused("disabled")
        self._busy = True
        try:
            self._course = 7  # Unavailable
            hooks.end_reservation()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def identity_presented(self) -> bool:
        """Event ``identity_presented``.

        * Awaited -> Presented  (4.9 G2)
        """
        if self._busy:
            return self._later(ReservationMachine.identity_presented)
        holder = self._holder
        if holder != 0:  # Awaited
            return self._refused("identity_presented")
        self._holder = 1  # Presented
        return True

    def left_unused(self) -> bool:
        """Event ``left_unused``.

        * Presented -> Awaited  (4.9 B1, then A7)
        """
        if self._busy:
            return self._later(ReservationMachine.left_unused)
        holder = self._holder
        if holder != 1:  # Presented
            return self._refused("left_unused")
        self._holder = 0  # Awaited
        return True
