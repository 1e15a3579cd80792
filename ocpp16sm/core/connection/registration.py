"""BootNotification and Heartbeat: being accepted, staying known, and what begins with it (4.2, 4.6)."""

from ocpp16sm.config import identity_keys, keys
from ocpp16sm.core.connectors.connectors import Places, Reports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.inputs import IdentityChanged
from ocpp16sm.core.engine.journal import Charted, Journal
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
"""Wait before BootNotification is sent again where the Central System does not say how long."""

_BOOT = "boot"
_HEARTBEAT = TimerKey("heartbeat")


class Registration(Charted):
    """The chart of the registration, and what its hooks do."""

    STATE = ("_identity", "wait_s")
    __slots__ = ("_clock", "_context", "_places", "_reports", "began", *STATE)

    def __init__(
        self, journal: Journal, context: Context, clock: WallClock, identity: Identity, places: Places, reports: Reports
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._clock = clock
        clock.settled.connect(self._tell_statuses)
        self._identity = identity
        self._places = places
        self._reports = reports
        self.wait_s = BOOT_RETRY_S
        self.began = Signal[[]]()
        """The Central System has accepted the charge point."""
        self.machine = RegistrationMachine(self)
        context.deadlines[_BOOT] = lambda _key: self._fire("boot_retry_due")
        context.deadlines[_HEARTBEAT.purpose] = lambda _key: self._fire("heartbeat_due")
        context.recurrences[_HEARTBEAT.purpose] = lambda _key: context.configuration[keys.HEARTBEAT_INTERVAL]
        context.configuration.on_change(keys.HEARTBEAT_INTERVAL, self.beat_later)

    def _fire(self, event: str) -> None:
        self.touch()
        self.machine.fire(event)
        self._context.touch()
        self._context.accepted = self.machine.registration == "Accepted"
        self._context.pending = self.machine.registration == "Pending"
        self._context.rejected = self.machine.registration == "Rejected"

    def start(self) -> None:
        """The charge point has started."""
        self._fire("started")

    def change_identity(self, changed: IdentityChanged) -> None:
        """Say so from the next BootNotification on; the keys that show it do so at once."""
        self.touch()
        self._identity = changed.identity
        for name, key in identity_keys.BY_FIELD.items():
            self._context.configuration.set(key, getattr(changed.identity, name) or "")

    def trigger(self) -> None:
        """The Central System asks for a BootNotification (5.17)."""
        self._fire("boot_triggered")

    # -- answers ----------------------------------------------------------------------------------------------------

    def boot_answered(self, _request: QueuedRequest, response: BootNotificationResponse) -> None:
        """BootNotification.conf. Its interval is the heartbeat's if accepted, else the wait before the next (D39)."""
        context = self._context
        self.touch()
        context.tell(RegistrationAnswered(response.status, response.current_time, response.interval))
        self.wait_s = float(response.interval) if response.interval > 0 else BOOT_RETRY_S
        if response.status is RegistrationStatus.ACCEPTED:
            self._clock.told(response.current_time, hold=not context.accepted)
            if response.interval > 0:
                context.configuration.set(keys.HEARTBEAT_INTERVAL, response.interval)
        self._fire(f"boot_{response.status.lower()}")

    def boot_failed(self, _reason: str) -> None:
        """No answer that can be understood: try again (B of queue.md 1.5)."""
        self.touch()
        self.wait_s = BOOT_RETRY_S
        self._fire("boot_failed")

    def heartbeat_answered(self, _request: QueuedRequest, response: HeartbeatResponse) -> None:
        """Heartbeat.conf tells the time (4.6)."""
        self._clock.told(response.current_time)

    # -- hooks of the chart ----------------------------------------------------------------------------------------

    def announce_boot(self) -> None:
        """Queue BootNotification, before everything else, unless it waits already for its turn or for its answer."""
        self._context.disarm(_BOOT)
        outbox = self._context.outbox
        under_way = (outbox.in_flight, *outbox.waiting(Lane.NORMAL)[:1])
        if not any(request is not None and request.action == BOOT for request in under_way):
            self._context.send(hooks.announce_boot(self._identity))

    def announce_heartbeat(self) -> None:
        """Queue Heartbeat, unless one still waits for its turn."""
        waiting = self._context.outbox.waiting(Lane.NORMAL)
        if not any(request.action == "Heartbeat" for request in waiting):
            self._context.send(hooks.announce_heartbeat())
        self.beat_later()

    def arm_boot_retry(self) -> None:
        """Try again when the Central System, or we, said."""
        self._context.arm(_BOOT, self.wait_s)

    def disarm_boot_retry(self) -> None:
        """Answered otherwise."""
        self._context.disarm(_BOOT)

    def begin_service(self) -> None:
        """Accepted: say where we stand (errata 3.22), and keep in touch."""
        self._context.touch()
        self._context.accepted = True
        if not self._clock.is_being_set:
            self._tell_statuses()
        self.beat_later()
        self.began()

    def _tell_statuses(self) -> None:
        """With the time as the clock is now, which is why they wait until it has been set."""
        if self._context.accepted:
            for place in self._places.all:
                self._reports.tell_present(place)

    def end_service(self) -> None:
        """Not accepted any more."""
        self._context.timers.disarm(_HEARTBEAT)

    def beat_later(self) -> None:
        """The next heartbeat is due after an interval of silence, counted from now (9.1.10)."""
        interval = self._context.configuration[keys.HEARTBEAT_INTERVAL]
        if interval and self._context.accepted:
            self._context.timers.arm(_HEARTBEAT, self._context.now.mono + interval)
        else:
            self._context.timers.disarm(_HEARTBEAT)
