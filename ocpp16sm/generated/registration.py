# Generated from chart Registration by `python -m codegen`. Edit statecharts/ocpp16/registration.py instead.

"""The chart ``registration``, compiled: Whether the Central
System has accepted this charge point since it started.
"""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

RegistrationLeaf = Literal["Unregistered", "Pending", "Rejected", "Accepted"]

_REGISTRATION: tuple[RegistrationLeaf, ...] = ("Unregistered", "Pending", "Rejected", "Accepted")


class RegistrationHooks(Protocol):
    """The hooks and guards of the chart ``registration``."""

    def arm_boot_retry(self) -> None:
        """Hook: entry to Pending, Rejected; event boot_failed."""

    def disarm_boot_retry(self) -> None:
        """Hook: exit from Pending, Rejected."""

    def begin_service(self) -> None:
        """Hook: entry to Accepted."""

    def end_service(self) -> None:
        """Hook: exit from Accepted."""

    def announce_boot(self) -> None:
        """Hook: event started, boot_retry_due, boot_triggered."""

    def announce_heartbeat(self) -> None:
        """Hook: event heartbeat_due."""


class RegistrationMachine(Machine):
    """Whether the Central System has accepted this charge point since it started.

    Rejected: only BootNotification is sent, and no request is answered. Pending: requests of the Central System are
    answered, remote start and stop with a refusal; messages requested by TriggerMessage are sent. Unregistered:
    requests are answered as in Pending, and triggered messages wait for the response to BootNotification. Accepted:
    no restrictions. A reconnect keeps the state; a restart begins as Unregistered.
    """

    __slots__ = ("_registration",)

    name: ClassVar[str] = "registration"
    events: ClassVar[tuple[str, ...]] = (
        "started",
        "boot_accepted",
        "boot_pending",
        "boot_rejected",
        "boot_failed",
        "boot_retry_due",
        "boot_triggered",
        "heartbeat_due",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_registration",)
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_REGISTRATION,)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "boot_accepted": frozenset({"Accepted"}),
        "boot_failed": frozenset({"Accepted"}),
        "boot_retry_due": frozenset({"Accepted"}),
    }

    _hooks: RegistrationHooks
    _registration: int

    def __init__(self, hooks: RegistrationHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._registration = 0  # Unregistered

    @property
    def registration(self) -> RegistrationLeaf:
        """The active leaf of region ``registration``."""
        return _REGISTRATION[self._registration]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_REGISTRATION[self._registration],)

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._registration,)

    def started(self) -> bool:
        """Event ``started``.

        * Unregistered -> (stays)  (4.2)
        """
        if self._busy:
            return self._later(RegistrationMachine.started)
        hooks = self._hooks
        registration = self._registration
        if registration != 0:  # Unregistered
            return self._refused("started")
        self._busy = True
        try:
            hooks.announce_boot()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def boot_accepted(self) -> bool:
        """Event ``boot_accepted``.

        * Unregistered -> Accepted  (4.2)
        * Pending -> Accepted  (4.2)
        * Rejected -> Accepted  (4.2)

        Ignored in Accepted.
        """
        if self._busy:
            return self._later(RegistrationMachine.boot_accepted)
        hooks = self._hooks
        registration = self._registration
        if registration == 3:  # Accepted
            return False
        self._busy = True
        try:
            if registration != 0:
                hooks.disarm_boot_retry()
            self._registration = 3  # Accepted
            hooks.begin_service()
        except BaseException:
            self._failed(_registration=registration)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def boot_pending(self) -> bool:
        """Event ``boot_pending``.

        * Unregistered -> Pending  (4.2)
        * Pending -> Pending  (4.2)
        * Rejected -> Pending  (4.2)
        * Accepted -> Pending
        """
        if self._busy:
            return self._later(RegistrationMachine.boot_pending)
        hooks = self._hooks
        registration = self._registration
        self._busy = True
        try:
            if registration in (1, 2):
                hooks.disarm_boot_retry()
            if registration == 3:
                hooks.end_service()
            self._registration = 1  # Pending
            hooks.arm_boot_retry()
        except BaseException:
            self._failed(_registration=registration)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def boot_rejected(self) -> bool:
        """Event ``boot_rejected``.

        * Unregistered -> Rejected  (4.2)
        * Pending -> Rejected  (4.2)
        * Rejected -> Rejected  (4.2)
        * Accepted -> Rejected
        """
        if self._busy:
            return self._later(RegistrationMachine.boot_rejected)
        hooks = self._hooks
        registration = self._registration
        self._busy = True
        try:
            if registration in (1, 2):
                hooks.disarm_boot_retry()
            if registration == 3:
                hooks.end_service()
            self._registration = 2  # Rejected
            hooks.arm_boot_retry()
        except BaseException:
            self._failed(_registration=registration)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def boot_failed(self) -> bool:
        """Event ``boot_failed``.

        * Unregistered -> (stays)  (4.2)
        * Pending -> (stays)
        * Rejected -> (stays)

        Ignored in Accepted.
        """
        if self._busy:
            return self._later(RegistrationMachine.boot_failed)
        hooks = self._hooks
        registration = self._registration
        if registration == 3:  # Accepted
            return False
        self._busy = True
        try:
            hooks.arm_boot_retry()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def boot_retry_due(self) -> bool:
        """Event ``boot_retry_due``.

        * Unregistered -> (stays)  (4.2)
        * Pending -> (stays)  (4.2)
        * Rejected -> (stays)  (4.2)

        Ignored in Accepted.
        """
        if self._busy:
            return self._later(RegistrationMachine.boot_retry_due)
        hooks = self._hooks
        registration = self._registration
        if registration == 3:  # Accepted
            return False
        self._busy = True
        try:
            hooks.announce_boot()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def boot_triggered(self) -> bool:
        """Event ``boot_triggered``.

        * Unregistered -> (stays)  (4.2)
        * Pending -> (stays)  (4.2)
        * Accepted -> (stays)  (5.17)
        """
        if self._busy:
            return self._later(RegistrationMachine.boot_triggered)
        hooks = self._hooks
        registration = self._registration
        if registration == 2:  # Rejected
            return self._refused("boot_triggered")
        self._busy = True
        try:
            hooks.announce_boot()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def heartbeat_due(self) -> bool:
        """Event ``heartbeat_due``.

        * Accepted -> (stays)  (4.6)
        """
        if self._busy:
            return self._later(RegistrationMachine.heartbeat_due)
        hooks = self._hooks
        registration = self._registration
        if registration != 3:  # Accepted
            return self._refused("heartbeat_due")
        self._busy = True
        try:
            hooks.announce_heartbeat()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()
