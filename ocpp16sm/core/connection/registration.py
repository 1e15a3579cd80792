"""Registration with the Central System: BootNotification and Heartbeat (4.2, 4.6)."""

from ocpp16sm.config import identity_keys, keys
from ocpp16sm.core.connectors.connectors import Connectors, StatusReports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.inputs import IdentityChanged
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.core.engine.outbox import BOOT
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.engine.wall_clock import WallClock
from ocpp16sm.generated import hooks
from ocpp16sm.generated.registration import RegistrationMachine
from ocpp16sm.listener import RegistrationAnswered
from ocpp16sm.messages import BootNotificationResponse, HeartbeatResponse, RegistrationStatus
from ocpp16sm.records import Identity, Lane, QueuedRequest

BOOT_RETRY_S = 60.0
"""Seconds before BootNotification is repeated if the Central System gives no interval."""

_BOOT = "boot"
_HEARTBEAT = TimerKey("heartbeat")


class Registration(ChartComponent):
    """The registration chart and its hooks."""

    STATE = ("_identity", "wait_s")
    __slots__ = ("_clock", "_context", "_all_connectors", "_reports", "began", *STATE)

    def __init__(
        self,
        journal: Journal,
        context: Context,
        clock: WallClock,
        identity: Identity,
        all_connectors: Connectors,
        reports: StatusReports,
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._clock = clock
        clock.time_set.connect(self._report_statuses)
        self._identity = identity
        self._all_connectors = all_connectors
        self._reports = reports
        self.wait_s = BOOT_RETRY_S
        """Seconds before the next BootNotification."""
        self.began = Signal[[]]()
        """Emitted when the Central System accepts the charge point."""
        self.machine = context.registration = RegistrationMachine(self)
        context.deadlines[_BOOT] = lambda _key: self.fire("boot_retry_due")
        context.deadlines[_HEARTBEAT.purpose] = lambda _key: self.fire("heartbeat_due")
        context.recurrences[_HEARTBEAT.purpose] = lambda _key: context.configuration[keys.HEARTBEAT_INTERVAL]
        context.configuration.on_change(keys.HEARTBEAT_INTERVAL, self.beat_later)

    def start(self) -> None:
        """Begin to register, when the charge point starts."""
        self.fire("started")

    def change_identity(self, changed: IdentityChanged) -> None:
        """Use this identity from the next BootNotification on. Configuration keys that show it change at once."""
        self.touch()
        self._identity = changed.identity
        for name, key in identity_keys.BY_FIELD.items():
            self._context.configuration.set(key, getattr(changed.identity, name) or "")

    def trigger(self) -> None:
        """Send BootNotification because the Central System triggered it (5.17)."""
        self.fire("boot_triggered")

    # -- answers ----------------------------------------------------------------------------------------------------

    def boot_answered(self, _request: QueuedRequest, response: BootNotificationResponse) -> None:
        """Handle BootNotification.conf (4.2).

        Its interval is the heartbeat interval if the status is Accepted, else the time to wait before the next attempt.
        HeartbeatInterval is therefore set only if Accepted.
        """
        context = self._context
        self.touch()
        context.tell(RegistrationAnswered(response.status, response.current_time, response.interval))
        self.wait_s = float(response.interval) if response.interval > 0 else BOOT_RETRY_S
        if response.status is RegistrationStatus.ACCEPTED:
            self._clock.told(response.current_time, hold=not context.accepted)
            if response.interval > 0:
                context.configuration.set(keys.HEARTBEAT_INTERVAL, response.interval)
        self.fire(f"boot_{response.status.lower()}")

    def boot_failed(self, _reason: str) -> None:
        """Schedule another attempt, because BootNotification had no usable answer."""
        self.touch()
        self.wait_s = BOOT_RETRY_S
        self.fire("boot_failed")

    def heartbeat_answered(self, _request: QueuedRequest, response: HeartbeatResponse) -> None:
        """Set the clock from Heartbeat.conf (4.6)."""
        self._clock.told(response.current_time)

    # -- hooks of the chart ----------------------------------------------------------------------------------------

    def announce_boot(self) -> None:
        """Queue BootNotification before everything else, unless one is queued first or in flight."""
        self._context.disarm(_BOOT)
        outbox = self._context.outbox
        under_way = (outbox.in_flight, *outbox.waiting(Lane.NORMAL)[:1])
        if not any(request is not None and request.action == BOOT for request in under_way):
            self._context.send(hooks.announce_boot(self._identity))

    def announce_heartbeat(self) -> None:
        """Queue Heartbeat, unless one is already queued."""
        waiting = self._context.outbox.waiting(Lane.NORMAL)
        if not any(request.action == "Heartbeat" for request in waiting):
            self._context.send(hooks.announce_heartbeat())
        self.beat_later()

    def arm_boot_retry(self) -> None:
        """Schedule the next BootNotification."""
        self._context.arm(_BOOT, self.wait_s)

    def disarm_boot_retry(self) -> None:
        """Cancel the next BootNotification."""
        self._context.disarm(_BOOT)

    def begin_service(self) -> None:
        """Report all statuses (errata 3.22) and begin with heartbeats, because the charge point was accepted."""
        if not self._clock.is_being_set:
            self._report_statuses()
        self.beat_later()
        self.began()

    def _report_statuses(self) -> None:
        """Reports carry timestamps, so they wait until the clock has been set."""
        if self._context.accepted:
            for connector in self._all_connectors.all:
                self._reports.tell_present(connector)

    def end_service(self) -> None:
        """Stop heartbeats, because the charge point is no longer accepted."""
        self._context.timers.disarm(_HEARTBEAT)

    def beat_later(self) -> None:
        """Schedule the next heartbeat one HeartbeatInterval from now. Every message sent postpones it (9.1.10)."""
        interval = self._context.configuration[keys.HEARTBEAT_INTERVAL]
        if interval and self._context.accepted:
            self._context.timers.arm(_HEARTBEAT, self._context.now.mono + interval)
        else:
            self._context.timers.disarm(_HEARTBEAT)
