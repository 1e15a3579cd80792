# Generated from chart Transaction by `python -m codegen`. Edit statecharts/ocpp16/transaction.py instead.

"""The chart ``transaction``, compiled: A transaction: its course, and its transactionId."""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

CourseLeaf = Literal["Authorized", "Running", "Deauthorized", "Stopping", "Closed"]
IdentityLeaf = Literal["Unassigned", "Assigned", "Undeliverable"]

_COURSE: tuple[CourseLeaf, ...] = ("Authorized", "Running", "Deauthorized", "Stopping", "Closed")
_IDENTITY: tuple[IdentityLeaf, ...] = ("Unassigned", "Assigned", "Undeliverable")


class TransactionHooks(Protocol):
    """The hooks and guards of the chart ``transaction``."""

    def arm_sampling(self) -> None:
        """Hook: entry to Running."""

    def withhold_energy(self) -> None:
        """Hook: entry to Deauthorized."""

    def disarm_sampling(self) -> None:
        """Hook: entry to Stopping."""

    def forget_transaction(self) -> None:
        """Hook: entry to Closed."""

    def tell_closed(self) -> None:
        """Hook: entry to Closed."""

    def announce_start(self) -> None:
        """Hook: event started."""

    def announce_signed_begin(self) -> None:
        """Hook: event started."""

    def tell_started(self) -> None:
        """Hook: event started."""

    def take_sample(self) -> None:
        """Hook: event sample_due."""

    def announce_stop(self) -> None:
        """Hook: event stopped."""


class TransactionMachine(Machine):
    """A transaction: its course, and its transactionId.

    The two are independent: offline, a transaction may stop long before the Central System has assigned its id.
    Messages therefore get the id when they are sent, not when they are queued. If StartTransaction can never be
    delivered, the id is -1 (errata 3.18).
    """

    __slots__ = ("_course", "_identity")

    name: ClassVar[str] = "transaction"
    events: ClassVar[tuple[str, ...]] = (
        "started",
        "sample_due",
        "id_refused",
        "stopped",
        "stop_delivered",
        "stop_abandoned",
        "start_answered",
        "start_abandoned",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_course", "_identity")
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_COURSE, _IDENTITY)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "sample_due": frozenset({"Stopping", "Closed"}),
        "id_refused": frozenset({"Deauthorized", "Stopping", "Closed"}),
    }

    _hooks: TransactionHooks
    _course: int
    _identity: int

    def __init__(self, hooks: TransactionHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._course = 0  # Authorized
        self._identity = 0  # Unassigned

    @property
    def course(self) -> CourseLeaf:
        """The active leaf of region ``course``."""
        return _COURSE[self._course]

    @property
    def identity(self) -> IdentityLeaf:
        """The active leaf of region ``identity``."""
        return _IDENTITY[self._identity]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_COURSE[self._course], _IDENTITY[self._identity])

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._course, self._identity)

    def started(self) -> bool:
        """Event ``started``.

        * Authorized -> Running  (4.8)
        """
        if self._busy:
            return self._later(TransactionMachine.started)
        hooks = self._hooks
        course = self._course
        if course != 0:  # Authorized
            return self._refused("started")
        self._busy = True
        try:
            hooks.announce_start()
            hooks.announce_signed_begin()
            hooks.tell_started()
            self._course = 1  # Running
            hooks.arm_sampling()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def sample_due(self) -> bool:
        """Event ``sample_due``.

        * Running -> (stays)  (4.7)
        * Deauthorized -> (stays)  (4.7)

        Ignored in Stopping, Closed.
        """
        if self._busy:
            return self._later(TransactionMachine.sample_due)
        hooks = self._hooks
        course = self._course
        if course in (3, 4):  # Stopping, Closed
            return False
        if course == 0:  # Authorized
            return self._refused("sample_due")
        self._busy = True
        try:
            hooks.take_sample()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def id_refused(self) -> bool:
        """Event ``id_refused``.

        * Running -> Deauthorized  (3.5.4, errata 3.17)

        Ignored in Deauthorized, Stopping, Closed.
        """
        if self._busy:
            return self._later(TransactionMachine.id_refused)
        hooks = self._hooks
        course = self._course
        if course in (2, 3, 4):  # Deauthorized, Stopping, Closed
            return False
        if course != 1:  # Running
            return self._refused("id_refused")
        self._busy = True
        try:
            self._course = 2  # Deauthorized
            hooks.withhold_energy()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def stopped(self) -> bool:
        """Event ``stopped``.

        * Running -> Stopping  (4.10)
        * Deauthorized -> Stopping  (4.10)
        """
        if self._busy:
            return self._later(TransactionMachine.stopped)
        hooks = self._hooks
        course = self._course
        if course not in (1, 2):  # Running, Deauthorized
            return self._refused("stopped")
        self._busy = True
        try:
            hooks.announce_stop()
            self._course = 3  # Stopping
            hooks.disarm_sampling()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def stop_delivered(self) -> bool:
        """Event ``stop_delivered``.

        * Stopping -> Closed  (3.7.1)
        """
        if self._busy:
            return self._later(TransactionMachine.stop_delivered)
        hooks = self._hooks
        course = self._course
        if course != 3:  # Stopping
            return self._refused("stop_delivered")
        self._busy = True
        try:
            self._course = 4  # Closed
            hooks.forget_transaction()
            hooks.tell_closed()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def stop_abandoned(self) -> bool:
        """Event ``stop_abandoned``.

        * Stopping -> Closed  (3.7.1)
        """
        if self._busy:
            return self._later(TransactionMachine.stop_abandoned)
        hooks = self._hooks
        course = self._course
        if course != 3:  # Stopping
            return self._refused("stop_abandoned")
        self._busy = True
        try:
            self._course = 4  # Closed
            hooks.forget_transaction()
            hooks.tell_closed()
        except BaseException:
            self._failed(_course=course)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def start_answered(self) -> bool:
        """Event ``start_answered``.

        * Unassigned -> Assigned  (4.8)
        """
        if self._busy:
            return self._later(TransactionMachine.start_answered)
        identity = self._identity
        if identity != 0:  # Unassigned
            return self._refused("start_answered")
        self._identity = 1  # Assigned
        return True

    def start_abandoned(self) -> bool:
        """Event ``start_abandoned``.

        * Unassigned -> Undeliverable  (errata 3.18)
        """
        if self._busy:
            return self._later(TransactionMachine.start_abandoned)
        identity = self._identity
        if identity != 0:  # Unassigned
            return self._refused("start_abandoned")
        self._identity = 2  # Undeliverable
        return True
