"""The connection to the Central System: opening, losing and reopening it with back-off (OCPP-J 3, errata 3.4)."""

from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.connectors.connectors import Connectors, StatusReports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import Dial, HangUp, KeepAlive
from ocpp16sm.core.engine.incoming_calls import IncomingCalls
from ocpp16sm.core.engine.inputs import LinkLost
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.core.engine.outgoing_calls import OutgoingCalls
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.security.credentials import CredentialSwitch
from ocpp16sm.generated.link import LinkMachine
from ocpp16sm.listener import ConnectionChanged

_REDIAL = "redial"
RESUME = "resume"
"""Purpose of the timer that delays queued messages after a reconnect."""


class Link(ChartComponent):
    """The link chart and its hooks."""

    STATE = ("chance", "dialled", "ever_opened", "reason")
    __slots__ = (
        "_calls",
        "_credentials",
        "_context",
        "_incoming_calls",
        "_all_connectors",
        "_reports",
        "_resume_delay_s",
        "changed",
        *STATE,
    )

    def __init__(
        self,
        journal: Journal,
        context: Context,
        calls: OutgoingCalls,
        incoming_calls: IncomingCalls,
        all_connectors: Connectors,
        reports: StatusReports,
        credentials: CredentialSwitch,
        resume_delay_s: float,
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._calls = calls
        self._incoming_calls = incoming_calls
        self._all_connectors = all_connectors
        self._reports = reports
        self._credentials = credentials
        credentials.reconnect.connect(self.reconnect)
        self._resume_delay_s = resume_delay_s
        self.dialled = 0
        """Attempts to connect since the connection was last open."""
        self.chance = 0.0
        """Random number in [0, 1) that came with the loss of the connection, for the random part of the back-off."""
        self.reason = ""
        """Why the connection was closed, for the listener."""
        self.ever_opened = False
        self.changed = Signal[[]]()
        """Emitted when the connection is opened or lost."""
        self.machine = context.link = LinkMachine(self)
        context.deadlines[_REDIAL] = lambda _key: self.fire("redial_due")
        context.deadlines[RESUME] = lambda _key: None  # the core serves its queues after every step
        for key in (keys.WEB_SOCKET_PING_INTERVAL, own_keys.WEBSOCKET_PONG_TIMEOUT):
            context.configuration.on_change(key, self._keep_alive)

    @property
    def redial_at(self) -> float | None:
        """Monotonic time, in seconds, of the next attempt to connect. None if no attempt is scheduled."""
        return self._context.timers.due_at((_REDIAL, ""))

    def opened(self) -> None:
        """The connection is open. It is closed again if it was given up in the meantime."""
        self.touch()
        if not self.machine.opened():
            self._context.do(HangUp())

    def disconnect(self) -> None:
        """Close the connection and stay disconnected, at the application's request."""
        self.touch()
        self.reason = "closed by us"
        self.machine.disconnect_requested()

    def reconnect(self) -> None:
        """Reconnect with other credentials, immediately if a retry is pending."""
        self.touch()
        self.dialled = 0
        if self.machine.link in ("Online", "Connecting"):
            self._context.do(HangUp(1000, "other credentials"))
        else:
            self.machine.redial_due()

    def lost(self, lost: LinkLost) -> None:
        """The connection was closed or could not be opened."""
        self.touch()
        self.reason = lost.reason
        self.chance = lost.chance
        if lost.offence is not None:
            self._context.notice("InvalidMessages", lost.offence)
        self._credentials.lost(lost.fault)
        self.machine.lost()

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def dial(self) -> None:
        """Open a connection with the current credentials."""
        self._context.do(Dial(self._credentials.dialled()))

    def hang_up(self) -> None:
        """Close the connection."""
        self._context.do(HangUp())

    def link_up(self) -> None:
        """Announce the connection, and report all statuses again, since reports made offline were not sent (4.9)."""
        context = self._context
        self.dialled = 0
        self._credentials.opened()
        context.tell(ConnectionChanged(connected=True))
        self.changed()
        self._keep_alive()
        if self._resume_delay_s and self.ever_opened:
            context.arm(RESUME, self._resume_delay_s)
        self.ever_opened = True
        if context.accepted:
            for connector in self._all_connectors.all:
                self._reports.tell_present(connector)

    def link_down(self) -> None:
        """Stop sending until the connection is back."""
        context = self._context
        context.disarm(RESUME)
        self._calls.link_lost()
        self._incoming_calls.link_lost()
        context.tell(ConnectionChanged(connected=False, reason=self.reason))
        self.changed()

    def arm_redial(self) -> None:
        """Schedule the next attempt to connect.

        The wait doubles with each attempt, at most RetryBackoffRepeatTimes times. A random part is added to it.
        """
        configuration = self._context.configuration
        doublings = min(self.dialled, configuration[own_keys.RETRY_BACK_OFF_REPEAT_TIMES])
        wait = configuration[own_keys.RETRY_BACK_OFF_WAIT_MINIMUM] * 2**doublings
        wait += self.chance * configuration[own_keys.RETRY_BACK_OFF_RANDOM_RANGE]
        self.dialled += 1
        self._context.arm(_REDIAL, wait)

    def disarm_redial(self) -> None:
        """Cancel the next attempt."""
        self._context.disarm(_REDIAL)

    def _keep_alive(self) -> None:
        if self._context.online:
            configuration = self._context.configuration
            interval = configuration[keys.WEB_SOCKET_PING_INTERVAL]
            self._context.do(KeepAlive(interval, configuration[own_keys.WEBSOCKET_PONG_TIMEOUT]))
