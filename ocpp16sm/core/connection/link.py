"""The connection: dialled, open, lost, and dialled again after a pause (OCPP-J 3, errata 3.4)."""

from ocpp16sm.config import keys, own_keys
from ocpp16sm.core.connectors.connectors import Places, Reports
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import Dial, HangUp, KeepAlive
from ocpp16sm.core.engine.incoming_calls import IncomingCalls
from ocpp16sm.core.engine.inputs import LinkLost
from ocpp16sm.core.engine.journal import Charted, Journal
from ocpp16sm.core.engine.outgoing_calls import OutgoingCalls
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.security.credentials import CredentialSwitch
from ocpp16sm.generated.link import LinkMachine
from ocpp16sm.listener import ConnectionChanged

_REDIAL = "redial"
RESUME = "resume"


class Link(Charted):
    """The chart of the link, and what its hooks do."""

    STATE = ("chance", "dialled", "ever_opened", "reason")
    __slots__ = (
        "_calls",
        "_credentials",
        "_context",
        "_incoming_calls",
        "_places",
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
        places: Places,
        reports: Reports,
        credentials: CredentialSwitch,
        resume_delay_s: float,
    ) -> None:
        super().__init__(journal)
        self._context = context
        self._calls = calls
        self._incoming_calls = incoming_calls
        self._places = places
        self._reports = reports
        self._credentials = credentials
        credentials.reconnect.connect(self.reconnect)
        self._resume_delay_s = resume_delay_s
        self.dialled = 0
        """Dials since the connection was open last."""
        self.chance = 0.0
        self.reason = ""
        self.ever_opened = False
        self.changed = Signal[[]]()
        """There is a connection now, or none any more."""
        self.machine = LinkMachine(self)
        context.deadlines[_REDIAL] = lambda _key: self.fire("redial_due")
        context.deadlines[RESUME] = lambda _key: None  # the queues are looked at after every input
        for key in (keys.WEB_SOCKET_PING_INTERVAL, own_keys.WEBSOCKET_PONG_TIMEOUT):
            context.configuration.on_change(key, self._keep_alive)

    @property
    def redial_at(self) -> float | None:
        """Even time at which the next attempt to connect is due; None: none is."""
        return self._context.timers.due_at((_REDIAL, ""))

    def opened(self) -> None:
        """The connection is open; one that was given up meanwhile is closed again."""
        self.touch()
        if not self.machine.opened():
            self._context.do(HangUp())

    def disconnect(self) -> None:
        """The application wants no connection."""
        self.touch()
        self.reason = "closed by us"
        self.machine.disconnect_requested()

    def reconnect(self) -> None:
        """With other credentials: the connection is closed, a wait for the next ends."""
        self.touch()
        self.dialled = 0
        if self.machine.link in ("Online", "Connecting"):
            self._context.do(HangUp(1000, "other credentials"))
        else:
            self.machine.redial_due()

    def lost(self, lost: LinkLost) -> None:
        """The connection is closed, or could not be opened."""
        self.touch()
        self.reason = lost.reason
        self.chance = lost.chance
        if lost.offence is not None:
            self._context.notice("InvalidMessages", lost.offence)
        self._credentials.lost(lost.fault)
        self.machine.lost()

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def dial(self) -> None:
        """Open a connection."""
        self._context.do(Dial(self._credentials.dialled()))

    def hang_up(self) -> None:
        """Close it."""
        self._context.do(HangUp())

    def link_up(self) -> None:
        """Say what is news; statuses are sent anew, because nobody heard the changes (4.9)."""
        context = self._context
        context.touch()
        context.online = True
        self.dialled = 0
        self._credentials.opened()
        context.tell(ConnectionChanged(connected=True))
        self.changed()
        self._keep_alive()
        if self._resume_delay_s and self.ever_opened:
            context.arm(RESUME, self._resume_delay_s)
        self.ever_opened = True
        if context.accepted:
            for place in self._places.all:
                self._reports.tell_present(place)

    def link_down(self) -> None:
        """Nothing can be said for now."""
        context = self._context
        context.touch()
        context.online = False
        context.disarm(RESUME)
        self._calls.link_lost()
        self._incoming_calls.link_lost()
        context.tell(ConnectionChanged(connected=False, reason=self.reason))
        self.changed()

    def arm_redial(self) -> None:
        """Wait a little, twice as long each time, and a bit more by chance."""
        configuration = self._context.configuration
        doublings = min(self.dialled, configuration[own_keys.RETRY_BACK_OFF_REPEAT_TIMES])
        wait = configuration[own_keys.RETRY_BACK_OFF_WAIT_MINIMUM] * 2**doublings
        wait += self.chance * configuration[own_keys.RETRY_BACK_OFF_RANDOM_RANGE]
        self.dialled += 1
        self._context.arm(_REDIAL, wait)

    def disarm_redial(self) -> None:
        """Dialling, or not wanted any more."""
        self._context.disarm(_REDIAL)

    def _keep_alive(self) -> None:
        if self._context.online:
            configuration = self._context.configuration
            interval = configuration[keys.WEB_SOCKET_PING_INTERVAL]
            self._context.do(KeepAlive(interval, configuration[own_keys.WEBSOCKET_PONG_TIMEOUT]))
