# Generated from chart Connector by `python -m codegen`. Edit statecharts/ocpp16/connector.py instead.

"""The chart ``connector``, compiled: A connector: its usage, its availability and its health."""

from functools import partial
from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

UsageLeaf = Literal["Available", "Reserved", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing"]
AvailabilityLeaf = Literal["Operative", "Scheduled", "Inoperative"]
HealthLeaf = Literal["Sound", "Faulted"]

_USAGE: tuple[UsageLeaf, ...] = (
    "Available",
    "Reserved",
    "Preparing",
    "Charging",
    "SuspendedEV",
    "SuspendedEVSE",
    "Finishing",
)
_AVAILABILITY: tuple[AvailabilityLeaf, ...] = ("Operative", "Scheduled", "Inoperative")
_HEALTH: tuple[HealthLeaf, ...] = ("Sound", "Faulted")


class ConnectorHooks(Protocol):
    """The hooks and guards of the chart ``connector``."""

    def report_status(self, info: str | None) -> None:
        """Hook: entry to Available, Reserved, Preparing, Charging, SuspendedEV,
        SuspendedEVSE, Finishing, Operative, Inoperative, Sound, Faulted.
        """

    def report_again(self, info: str | None) -> None:
        """Hook: event ev_side_disconnected."""

    def report_suspension(self, info: str | None) -> None:
        """Hook: event evse_suspended."""

    def identified(self) -> bool:
        """Guard (must not change anything): event session_started."""

    def transaction_running(self) -> bool:
        """Guard (must not change anything): event session_ended, connection_timed_out."""

    def user_action_required(self) -> bool:
        """Guard (must not change anything): event transaction_stopped."""


class ConnectorMachine(Machine):
    """A connector: its usage, its availability and its health.

    The reported status is derived: Faulted while the health is Faulted, otherwise Unavailable while Inoperative,
    otherwise the usage. The usage changes even while another status hides it, so the status is right when it reappears.
    Rows H and I of 4.9 therefore need no transitions, and neither does unplugging during a fault.

    A change of availability while the connector is in use is kept as Scheduled and takes effect in the step that ends
    the use.
    """

    __slots__ = ("_availability", "_health", "_usage")

    name: ClassVar[str] = "connector"
    events: ClassVar[tuple[str, ...]] = (
        "session_started",
        "transaction_started",
        "energy_flowed",
        "ev_suspended",
        "evse_suspended",
        "reservation_started",
        "reservation_ended",
        "disabled",
        "fault_raised",
        "session_ended",
        "transaction_stopped",
        "ev_side_disconnected",
        "connection_timed_out",
        "enabled",
        "inoperative_requested",
        "operative_requested",
        "fault_cleared",
    )
    data: ClassVar[tuple[str, ...]] = ("info",)
    _regions: ClassVar[tuple[str, ...]] = ("_usage", "_availability", "_health")
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_USAGE, _AVAILABILITY, _HEALTH)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "session_started": frozenset({"Reserved", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE"}),
        "transaction_started": frozenset({"Preparing", "Charging", "SuspendedEV", "SuspendedEVSE"}),
        "energy_flowed": frozenset({"Reserved", "Charging", "Finishing"}),
        "ev_suspended": frozenset({"Reserved", "SuspendedEV", "Finishing"}),
        "evse_suspended": frozenset({"Reserved", "Finishing"}),
        "reservation_started": frozenset(
            {"Reserved", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Inoperative"}
        ),
        "reservation_ended": frozenset(
            {"Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing"}
        ),
        "disabled": frozenset({"Scheduled", "Inoperative"}),
        "fault_raised": frozenset({"Faulted"}),
        "session_ended": frozenset({"Available", "Reserved", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE"}),
        "connection_timed_out": frozenset(
            {"Available", "Reserved", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing"}
        ),
        "enabled": frozenset({"Operative"}),
        "inoperative_requested": frozenset({"Available", "Reserved", "Finishing", "Scheduled", "Inoperative"}),
        "operative_requested": frozenset({"Operative", "Inoperative"}),
        "fault_cleared": frozenset({"Sound"}),
    }
    _compounds: ClassVar[dict[str, frozenset[str]]] = {
        "in_use": frozenset({"Preparing", "Charging", "SuspendedEV", "SuspendedEVSE"}),
        "energy": frozenset({"Charging", "SuspendedEV", "SuspendedEVSE"}),
    }

    _hooks: ConnectorHooks
    _usage: int
    _availability: int
    _health: int

    def __init__(self, hooks: ConnectorHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._usage = 0  # Available
        self._availability = 0  # Operative
        self._health = 0  # Sound

    @property
    def usage(self) -> UsageLeaf:
        """The active leaf of region ``usage``."""
        return _USAGE[self._usage]

    @property
    def availability(self) -> AvailabilityLeaf:
        """The active leaf of region ``availability``."""
        return _AVAILABILITY[self._availability]

    @property
    def health(self) -> HealthLeaf:
        """The active leaf of region ``health``."""
        return _HEALTH[self._health]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_USAGE[self._usage], _AVAILABILITY[self._availability], _HEALTH[self._health])

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._usage, self._availability, self._health)

    @property
    def status(self) -> str:
        """The derived status: Faulted in Faulted, otherwise Unavailable in Inoperative, otherwise the leaf of usage."""
        if self._health == 1:
            return "Faulted"
        if self._availability == 2:
            return "Unavailable"
        return _USAGE[self._usage]

    def _take_eventless(self, info: str | None) -> bool:
        """Take one eventless step if any is enabled. The generator has proven that these steps end."""
        hooks = self._hooks
        usage = self._usage
        availability = self._availability
        if availability == 1 and usage == 0:  # Scheduled
            availability_to = 2  # Inoperative
        else:
            return False
        self._availability = availability_to
        hooks.report_status(info)
        return True

    def session_started(self, info: str | None = None) -> bool:
        """Event ``session_started``.

        * Available -> Preparing  (A2)
        * Reserved -> Preparing [identified]  (G2)
        * Finishing -> Preparing  (F2)

        Ignored in in_use, Reserved.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.session_started, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage in (0, 6):  # Available, Finishing
            usage_to = 2  # Preparing
        elif usage == 1 and hooks.identified():  # Reserved
            usage_to = 2  # Preparing
        elif usage in (2, 3, 4, 5):  # Preparing, Charging, SuspendedEV, SuspendedEVSE
            return False
        else:
            return self._refused("session_started")
        self._busy = True
        try:
            self._usage = usage_to
            hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def transaction_started(self, info: str | None = None) -> bool:
        """Event ``transaction_started``.

        * Available -> Preparing  (A2)
        * Reserved -> Preparing  (G2)
        * Finishing -> Preparing  (F2)

        Ignored in in_use.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.transaction_started, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage in (2, 3, 4, 5):  # Preparing, Charging, SuspendedEV, SuspendedEVSE
            return False
        self._busy = True
        try:
            self._usage = 2  # Preparing
            hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def energy_flowed(self, info: str | None = None) -> bool:
        """Event ``energy_flowed``.

        * Available -> Charging  (A3)
        * Preparing -> Charging  (B3)
        * SuspendedEV -> Charging  (D3)
        * SuspendedEVSE -> Charging  (E3)

        Ignored in Charging, Finishing, Reserved.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.energy_flowed, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage in (1, 3, 6):  # Reserved, Charging, Finishing
            return False
        self._busy = True
        try:
            self._usage = 3  # Charging
            hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def ev_suspended(self, info: str | None = None) -> bool:
        """Event ``ev_suspended``.

        * Available -> SuspendedEV  (A4)
        * Preparing -> SuspendedEV  (B4)
        * Charging -> SuspendedEV  (C4)
        * SuspendedEVSE -> SuspendedEV  (E4)

        Ignored in SuspendedEV, Finishing, Reserved.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.ev_suspended, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage in (1, 4, 6):  # Reserved, SuspendedEV, Finishing
            return False
        self._busy = True
        try:
            self._usage = 4  # SuspendedEV
            hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def evse_suspended(self, info: str | None = None) -> bool:
        """Event ``evse_suspended``.

        * Available -> SuspendedEVSE  (A5)
        * Preparing -> SuspendedEVSE  (B5)
        * Charging -> SuspendedEVSE  (C5)
        * SuspendedEV -> SuspendedEVSE  (D5)
        * SuspendedEVSE -> (stays)  (4.9)

        Ignored in Finishing, Reserved.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.evse_suspended, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage == 5:  # SuspendedEVSE
            usage_to = 5  # stays
        elif usage in (1, 6):  # Reserved, Finishing
            return False
        else:  # Available, Preparing, Charging, SuspendedEV
            usage_to = 5  # SuspendedEVSE
        self._busy = True
        try:
            if usage == 5:
                hooks.report_suspension(info)
            self._usage = usage_to
            if usage != 5:
                hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def reservation_started(self, info: str | None = None) -> bool:
        """Event ``reservation_started``.

        * Available -> Reserved [not In('Inoperative')]  (A7)

        Ignored in Reserved, in_use, Finishing, Inoperative.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.reservation_started, info=info))
        hooks = self._hooks
        usage = self._usage
        availability = self._availability
        if usage == 0 and availability != 2:  # Available
            usage_to = 1  # Reserved
        elif usage in (1, 2, 3, 4, 5, 6):  # Reserved, Preparing, Charging, SuspendedEV, SuspendedEVSE, Finishing
            return False
        else:
            return self._refused("reservation_started")
        self._busy = True
        try:
            self._usage = usage_to
            hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def reservation_ended(self, info: str | None = None) -> bool:
        """Event ``reservation_ended``.

        * Reserved -> Available  (G1)

        Ignored in Available, in_use, Finishing.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.reservation_ended, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage in (0, 2, 3, 4, 5, 6):  # Available, Preparing, Charging, SuspendedEV, SuspendedEVSE, Finishing
            return False
        self._busy = True
        try:
            self._usage = 0  # Available
            hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def disabled(self, info: str | None = None) -> bool:
        """Event ``disabled``.

        * Reserved -> Available  (5.13)
        * Operative -> Scheduled [In('in_use')]  (5.2)
        * Operative -> Inoperative  (A8 F8 G8)
        * Scheduled -> Inoperative [In('Finishing')]  (F8)

        Ignored in Scheduled, Inoperative.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.disabled, info=info))
        hooks = self._hooks
        usage = self._usage
        availability = self._availability
        usage_to = -1
        if usage == 1:  # Reserved
            usage_to = 0  # Available
        availability_to = -1
        if availability == 0:  # Operative
            if usage in (2, 3, 4, 5):
                availability_to = 1  # Scheduled
            else:
                availability_to = 2  # Inoperative
        elif availability == 1 and usage == 6:  # Scheduled
            availability_to = 2  # Inoperative
        if usage_to < 0 and availability_to < 0:
            return self._refused("disabled")
        self._busy = True
        try:
            if usage_to >= 0:
                self._usage = usage_to
            if availability_to >= 0:
                self._availability = availability_to
            if usage_to >= 0:
                hooks.report_status(info)
            if availability_to == 2:
                hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage, _availability=availability)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def fault_raised(self, info: str | None = None) -> bool:
        """Event ``fault_raised``.

        * Reserved -> Available  (5.13)
        * Sound -> Faulted  (A9 B9 C9 D9 E9 F9 G9 H9)

        Ignored in Faulted.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.fault_raised, info=info))
        hooks = self._hooks
        usage = self._usage
        health = self._health
        usage_to = -1
        if usage == 1:  # Reserved
            usage_to = 0  # Available
        health_to = -1
        if health == 0:  # Sound
            health_to = 1  # Faulted
        if usage_to < 0 and health_to < 0:
            return self._refused("fault_raised")
        self._busy = True
        try:
            if usage_to >= 0:
                self._usage = usage_to
            if health_to >= 0:
                self._health = health_to
            if usage_to >= 0:
                hooks.report_status(info)
            if health_to >= 0:
                hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage, _health=health)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def session_ended(self, info: str | None = None) -> bool:
        """Event ``session_ended``.

        * in_use -> Available [not transaction_running]  (B1 C1 D1 E1)
        * Finishing -> Available  (F1)
        * Scheduled -> Inoperative [not In('Preparing') and not transaction_running]  (C8 D8 E8 F8)

        Ignored in Available, Reserved, in_use.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.session_ended, info=info))
        hooks = self._hooks
        usage = self._usage
        availability = self._availability
        transaction_running = hooks.transaction_running()
        usage_to = -1
        if usage in (2, 3, 4, 5) and not transaction_running:  # Preparing, Charging, SuspendedEV, SuspendedEVSE
            usage_to = 0  # Available
        elif usage == 6:  # Finishing
            usage_to = 0  # Available
        availability_to = -1
        if availability == 1 and usage != 2 and not transaction_running:  # Scheduled
            availability_to = 2  # Inoperative
        if usage_to < 0 and availability_to < 0:
            return self._refused("session_ended")
        self._busy = True
        try:
            if usage_to >= 0:
                self._usage = usage_to
            if availability_to >= 0:
                self._availability = availability_to
            if usage_to >= 0:
                hooks.report_status(info)
            if availability_to >= 0:
                hooks.report_status(info)
            while self._take_eventless(info):
                continue
        except BaseException:
            self._failed(_usage=usage, _availability=availability)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def transaction_stopped(self, info: str | None = None) -> bool:
        """Event ``transaction_stopped``.

        * in_use -> Finishing [user_action_required]  (B6 C6 D6 E6)
        * in_use -> Available  (B1 C1 D1 E1)
        * Scheduled -> Inoperative [In('energy') and not user_action_required]  (C8 D8 E8)
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.transaction_stopped, info=info))
        hooks = self._hooks
        usage = self._usage
        availability = self._availability
        user_action_required = hooks.user_action_required()
        usage_to = -1
        if usage in (2, 3, 4, 5):  # Preparing, Charging, SuspendedEV, SuspendedEVSE
            if user_action_required:
                usage_to = 6  # Finishing
            else:
                usage_to = 0  # Available
        availability_to = -1
        if availability == 1 and usage in (3, 4, 5) and not user_action_required:  # Scheduled
            availability_to = 2  # Inoperative
        if usage_to < 0 and availability_to < 0:
            return self._refused("transaction_stopped")
        self._busy = True
        try:
            if usage_to >= 0:
                self._usage = usage_to
            if availability_to >= 0:
                self._availability = availability_to
            if usage_to >= 0:
                hooks.report_status(info)
            if availability_to >= 0:
                hooks.report_status(info)
            while self._take_eventless(info):
                continue
        except BaseException:
            self._failed(_usage=usage, _availability=availability)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def ev_side_disconnected(self, info: str | None = None) -> bool:
        """Event ``ev_side_disconnected``.

        * Preparing -> SuspendedEV  (B4)
        * Charging -> SuspendedEV  (C4)
        * SuspendedEV -> (stays)  (4.9)
        * SuspendedEVSE -> SuspendedEV  (E4)
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.ev_side_disconnected, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage in (2, 3, 5):  # Preparing, Charging, SuspendedEVSE
            usage_to = 4  # SuspendedEV
        elif usage == 4:  # SuspendedEV
            usage_to = 4  # stays
        else:
            return self._refused("ev_side_disconnected")
        self._busy = True
        try:
            if usage == 4:
                hooks.report_again(info)
            self._usage = usage_to
            if usage != 4:
                hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def connection_timed_out(self, info: str | None = None) -> bool:
        """Event ``connection_timed_out``.

        * Preparing -> Finishing [not transaction_running]  (B6)

        Ignored in Available, Reserved, in_use, Finishing.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.connection_timed_out, info=info))
        hooks = self._hooks
        usage = self._usage
        if usage == 2 and not hooks.transaction_running():  # Preparing
            usage_to = 6  # Finishing
        elif usage in (0, 1, 3, 4, 5, 6):  # Available, Reserved, Charging, SuspendedEV, SuspendedEVSE, Finishing
            return False
        else:
            return self._refused("connection_timed_out")
        self._busy = True
        try:
            self._usage = usage_to
            hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def enabled(self, info: str | None = None) -> bool:
        """Event ``enabled``.

        * Finishing -> Preparing [In('Inoperative')]  (H2)
        * Scheduled -> Operative  (5.2)
        * Inoperative -> Operative  (H1 H2 H3 H4 H5)

        Ignored in Operative.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.enabled, info=info))
        hooks = self._hooks
        usage = self._usage
        availability = self._availability
        usage_to = -1
        if usage == 6 and availability == 2:  # Finishing
            usage_to = 2  # Preparing
        availability_to = -1
        if availability in (1, 2):  # Scheduled, Inoperative
            availability_to = 0  # Operative
        if usage_to < 0 and availability_to < 0:
            return self._refused("enabled")
        self._busy = True
        try:
            if usage_to >= 0:
                self._usage = usage_to
            if availability_to >= 0:
                self._availability = availability_to
            if usage_to >= 0:
                hooks.report_status(info)
            if availability_to >= 0:
                hooks.report_status(info)
        except BaseException:
            self._failed(_usage=usage, _availability=availability)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def inoperative_requested(self, info: str | None = None) -> bool:
        """Event ``inoperative_requested``.

        * Operative -> Scheduled [In('in_use')]  (5.2)

        Ignored in Available, Reserved, Finishing, Scheduled, Inoperative.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.inoperative_requested, info=info))
        usage = self._usage
        availability = self._availability
        if availability == 0 and usage in (2, 3, 4, 5):  # Operative
            availability_to = 1  # Scheduled
        elif availability in (1, 2):  # Scheduled, Inoperative
            return False
        else:
            return self._refused("inoperative_requested")
        self._availability = availability_to
        return True

    def operative_requested(self, info: str | None = None) -> bool:
        """Event ``operative_requested``.

        * Scheduled -> Operative  (5.2)

        Ignored in Operative, Inoperative.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.operative_requested, info=info))
        hooks = self._hooks
        availability = self._availability
        if availability in (0, 2):  # Operative, Inoperative
            return False
        self._busy = True
        try:
            self._availability = 0  # Operative
            hooks.report_status(info)
        except BaseException:
            self._failed(_availability=availability)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def fault_cleared(self, info: str | None = None) -> bool:
        """Event ``fault_cleared``.

        * Faulted -> Sound  (I1 I2 I3 I4 I5 I6 I7 I8)

        Ignored in Sound.
        """
        if self._busy:
            return self._later(partial(ConnectorMachine.fault_cleared, info=info))
        hooks = self._hooks
        health = self._health
        if health == 0:  # Sound
            return False
        self._busy = True
        try:
            self._health = 0  # Sound
            hooks.report_status(info)
        except BaseException:
            self._failed(_health=health)
            raise
        self._busy = False
        return self._queue is None or self._drain()
