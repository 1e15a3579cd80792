"""A charge point's core in virtual time, with a store, hardware and network in memory; its clock is a plain number.

::

    charge_point = VirtualChargePoint(settings.setup(), on_sent=print)
    charge_point.start()
    charge_point.on_session_started(1, "s1", "EVConnected")
    charge_point.advance(3600)
"""

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from attrs import define, field

from ocpp16sm.base.instant import Instant
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import CertificateCall, Certificates
from ocpp16sm.core.connectors.connectors import Connector
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import (
    Answer,
    AskCertificates,
    AskHardware,
    AskVendor,
    Dial,
    Effect,
    HangUp,
    Persist,
    SendText,
    Tell,
)
from ocpp16sm.core.engine.inputs import BootReason, Input
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.protocol import Core
from ocpp16sm.errors import CertificateError
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.handlers import HandlerCall, Handlers
from ocpp16sm.hardware import Hardware, HardwareCall
from ocpp16sm.listener import Event
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import Reservation
from ocpp16sm.store import MemoryStore, Store

BEGAN = Timestamp.parse("2026-06-01T12:00:00Z")


def nothing(_text: str) -> None:
    """Ignore a frame; the default callback."""


@define(slots=False)
class VirtualChargePoint(Handlers):
    """A core and its environment. It runs only while one of its methods, such as :meth:`advance`, is called."""

    setup: Setup
    connector_machine: Callable[[Connector], Any] = ConnectorMachine
    """Creates the machine of each connector; :func:`~ocpp16sm.shell.own_chart.machine_factory` suits your own."""
    on_sent: Callable[[str], None] = nothing
    """Called with every frame that the charge point sends."""
    on_received: Callable[[str], None] = nothing
    """Called with every frame that the charge point receives."""
    store: Store = field(factory=MemoryStore)
    hardware: Hardware = field(factory=Hardware)
    certificates: Certificates = field(factory=Certificates)
    now: Instant = field(factory=lambda: Instant(0.0, BEGAN))
    dial_s: float | None = 0.0
    """Seconds needed to connect; None: connecting fails."""
    hardware_s: float = 0.0
    """Seconds until the hardware, the certificates or the vendor handler answer."""
    core: Core = field(init=False)
    linked: bool = False
    dials: int = 0
    asked: list[HardwareCall] = field(factory=list)
    """All calls to the hardware, in order."""
    told: list[Event] = field(factory=list)
    """All events sent to the listener, in order."""
    answers: dict[str, Any] = field(factory=dict)
    """Answers to calls of the application, by ref."""
    effects: list[Effect] = field(factory=list)
    """All effects of the core, in order."""
    vendor: Callable[[Any], tuple[str, str | None]] = lambda _transfer: ("UnknownVendorId", None)
    _later: list[tuple[float, int, Input]] = field(factory=list)
    _count: int = 0
    _busy: bool = False
    _pending: deque[Effect] = field(factory=deque)

    # -- life cycle -------------------------------------------------------------------------------------------------

    def start(
        self,
        boot_reason: BootReason = BootReason.POWER_UP,
        connector_status: Mapping[int, ChargePointStatus] | None = None,
        resuming_sessions: frozenset[str] = frozenset(),
        connect: bool = True,
    ) -> None:
        """Start a new core with the contents of the store, at first or after a power cut, a crash or a reset."""
        self._count += 1
        self._later.clear()
        self._pending.clear()
        self.linked = False
        self.core = Core(self.setup, id_prefix=f"m{self._count}-", connector_machine=self.connector_machine)
        self.feed(
            inputs.Started(
                stored=self.store.load(),
                boot_reason=boot_reason,
                connector_status=connector_status,
                resuming_sessions=resuming_sessions,
                connect=connect,
                inventory=self.certificates.inventory(),
            )
        )

    def drop_link(self, reason: str = "connection reset") -> None:
        """Break the connection."""
        self.feed(inputs.LinkLost(reason, 0.0))

    def status(self, connector: int) -> ChargePointStatus:
        """The derived status of connector 0..N."""
        return self.core.status(connector)

    def reservations(self) -> tuple[Reservation, ...]:
        """The active reservations of the Central System, oldest first."""
        return self.core.features.reservations.records

    def is_reserved_for_other(self, connector: int, id_tag: str, parent_id_tag: str | None = None) -> bool:
        """Whether connector 1..N is reserved for an idTag other than ``id_tag`` or its parent."""
        return self.core.features.reservations.is_reserved_for_other(connector, id_tag, parent_id_tag)

    # -- time -------------------------------------------------------------------------------------------------------

    def at(self, seconds: float, happened: Input) -> None:
        """Schedule an input for the core, ``seconds`` from now."""
        self._count += 1
        heapq.heappush(self._later, (self.now.mono + seconds, self._count, happened))

    def advance(self, seconds: float) -> None:
        """Let time pass, and process everything that falls due meanwhile."""
        end = self.now.mono + seconds
        while (due := self._next()) is not None and due <= end:
            self.now = self.now.later(max(0.0, due - self.now.mono))
            self._happen()
        self.now = self.now.later(end - self.now.mono)

    def set_wall_clock(self, utc: Timestamp) -> None:
        """Set the wall clock; monotonic time is not affected."""
        self.now = Instant(self.now.mono, utc)

    def _next(self) -> float | None:
        deadline = self.core.next_deadline
        times = [*([] if deadline is None else [deadline]), *(time for time, _, _ in self._later[:1])]
        return min(times, default=None)

    def _happen(self) -> None:
        """Process the first input or deadline that is due."""
        if self._later and self._later[0][0] <= self.now.mono:
            _, _, happened = heapq.heappop(self._later)
            if self.linked or not isinstance(happened, inputs.TextReceived):
                self.feed(happened)
        else:
            self.feed(inputs.DeadlineReached())

    # -- the core ---------------------------------------------------------------------------------------------------

    def feed(self, happened: Input | HandlerCall) -> Any:
        """Feed an input to the core, process everything that follows immediately, and return the result."""
        if isinstance(happened, inputs.LinkOpened | inputs.LinkLost):
            self.linked = isinstance(happened, inputs.LinkOpened)
        if isinstance(happened, inputs.TextReceived):
            self.on_received(happened.text)
        step = self.core.feed(happened, self.now)
        self.effects += step.effects
        self._pending.extend(step.effects)
        if not self._busy:
            self._busy = True
            try:
                self._run_until_idle()
            finally:
                self._busy = False
        return step.result

    def _run_until_idle(self) -> None:
        """Perform effects in order, and process everything that is due now."""
        while True:
            while self._pending:
                self._perform(self._pending.popleft())
            due = self._next()
            if due is None or due > self.now.mono:
                return
            self._happen()

    def _call(self, call: HandlerCall) -> Any:
        return self.feed(call)

    def _ask(self, call: HardwareCall, ref: int) -> inputs.HardwareAnswered:
        try:
            return inputs.HardwareAnswered(ref, call.make(self.hardware))
        except RuntimeError as broken:
            return inputs.HardwareAnswered(ref, None, str(broken))

    def _ask_certificates(self, call: CertificateCall, ref: int) -> inputs.CertificatesAnswered:
        answer, failure, refused = None, None, False
        try:
            answer = call.make(self.certificates)
        except CertificateError as error:
            failure, refused = str(error), True
        except (RuntimeError, OSError) as error:
            failure = repr(error)
        return inputs.CertificatesAnswered(ref, answer, failure, refused, self.certificates.inventory())

    def _perform(self, effect: Effect) -> None:
        match effect:
            case Persist(operations):
                self.store.apply(operations)
            case SendText(text):
                self.on_sent(text)
            case Dial():
                self.dials += 1
                if self.dial_s is None:
                    self.at(0.0, inputs.LinkLost("no route to host", 0.0))
                else:
                    self.at(self.dial_s, inputs.LinkOpened())
            case HangUp():
                self.at(0.0, inputs.LinkLost("closed", 0.0))
            case AskHardware(call, ref, _within_s):
                self.asked.append(call)
                answered = self._ask(call, ref or 0)
                if ref is not None:
                    self.at(self.hardware_s, answered)
            case AskCertificates(call, ref):
                self.at(self.hardware_s, self._ask_certificates(call, ref))
            case AskVendor(transfer, ref):
                self.at(self.hardware_s, inputs.VendorAnswered(ref, *self.vendor(transfer)))
            case Answer(ref, value):
                self.answers[ref] = value
            case Tell(event):
                self.told.append(event)
