"""The charge point without input and output: what happened goes in with its time, what is to be done comes out.

::

    core = Core(setup, id_prefix="k3f9-")
    step = core.feed(Started(stored=...), at)         # at: Instant, both clocks
    step = core.feed(TextReceived("[3,...]"), at)
    step.effects                                      # in order: Persist before everything it protects
    core.next_deadline                                # then feed DeadlineReached()

No clock is read, no number drawn, nothing awaited. A failed step changes nothing.
"""

import traceback
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.base.instant import Instant
from ocpp16sm.base.values import Value
from ocpp16sm.core.connectors.connectors import Connector, Place
from ocpp16sm.core.engine.effects import Effect, HangUp, LogFailure, Tell
from ocpp16sm.core.engine.inputs import (
    CertificatesAnswered,
    DeadlineReached,
    HardwareAnswered,
    Input,
    LinkLost,
    LinkOpened,
    SecurityNoticed,
    Started,
    TextReceived,
    VendorAnswered,
)
from ocpp16sm.core.engine.journal import Charted
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.features import Features
from ocpp16sm.core.reactions import connect
from ocpp16sm.core.recovery.startable import startable
from ocpp16sm.core.wiring import INPUTS
from ocpp16sm.errors import FrameError, UnknownConnectorError
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.handlers import HandlerCall
from ocpp16sm.listener import ChartMoved
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import TransactionRecord

NOBODYS = (
    TextReceived,
    HardwareAnswered,
    VendorAnswered,
    CertificatesAnswered,
    LinkOpened,
    LinkLost,
    DeadlineReached,
    SecurityNoticed,
    TimerKey,
)
"""What happens by itself: nobody has called, so there is nobody who could be told that it went wrong."""


class Step(Value, frozen=True):
    """What came of one input."""

    result: Any
    effects: tuple[Effect, ...]


class Core:
    """A charge point, sans I/O."""

    __slots__ = ("_context", "_journal", "_owed", "features", "setup")

    def __init__(
        self,
        setup: Setup,
        *,
        id_prefix: str,
        connector_machine: Callable[[Connector], Any] = ConnectorMachine,
    ) -> None:
        self.setup = setup
        self.features = features = Features(setup, id_prefix, connector_machine)
        """Everything that a charge point can do, each feature by its name."""
        self._context = features.context
        self._journal = features.journal
        self._owed: tuple[Effect, ...] = ()
        """What came of deadlines since an input succeeded: it is handed over with the next one that does."""
        connect(features)

    # -- the one way in ---------------------------------------------------------------------------------------------

    def feed(self, happened: Input | HandlerCall, at: Instant) -> Step:
        """Something happened. Deadlines that have come by then are dealt with first, each for itself.

        Raises a :class:`~ocpp16sm.errors.LocalError` if the caller asked for the impossible, and whatever a mistake of
        ours raises; either way nothing has changed. What happened by itself, without a caller, does not raise: our
        mistake is logged, and if a request of the Central System depended on it, it is answered with InternalError.
        """
        self._context.now = at
        while (key := self._context.timers.first_due(at.mono)) is not None:
            self._owed += self._attempt(Core._reach, self, key).effects
        if type(happened) is Started:
            step = self._begin(happened)
        else:
            step = self._attempt(INPUTS[type(happened)], self.features, happened)
        if not self._owed:
            return step
        owed, self._owed = self._owed, ()
        return Step(step.result, (*owed, *step.effects))

    def _attempt(self, change: Callable[[Any, Any], Any], of: Any, cause: Input | HandlerCall | TimerKey) -> Step:
        """Change something; if that is a mistake of ours, and nobody's call, cope with it."""
        try:
            return self._all_or_nothing(change, of, cause)
        except Exception:
            if not isinstance(cause, NOBODYS):
                raise
            trace = traceback.format_exc()
        return self._all_or_nothing(self._own_mistake, cause, trace)

    def _begin(self, started: Started) -> Step:
        """Start; if that fails, without those rows of the store that it fails at."""
        try:
            return self._attempt(INPUTS[Started], self.features, started)
        except Exception:
            stored = startable(started.stored, lambda tried: self._problem_with(replace(started, stored=tried)))
            if stored is started.stored:
                raise
        return self._attempt(INPUTS[Started], self.features, replace(started, stored=stored))

    def _problem_with(self, started: Started) -> Exception | None:
        """What a start would fail at; it is tried, and undone."""
        try:
            self._all_or_nothing(INPUTS[Started], self.features, started, keep=False)
        except Exception as error:
            return error
        return None

    def _all_or_nothing(self, change: Callable[[Any, Any], Any], of: Any, cause: Any, *, keep: bool = True) -> Step:
        """Change something, wholly or not at all; if it is not to be kept, it is undone."""
        try:
            result = change(of, cause)
            features = self.features
            self._journal.deliver(features)
            if self._journal.restless:
                features.reservations.progress()
                features.firmware.progress()
                features.log_uploads.progress()
                self._journal.deliver(features)
                self._journal.calm()
            self._journal.conclude()
            self.features.outgoing_calls.pump()
            effects = self._context.take_effects(self._moves() if self.setup.trace_charts else ())
        except BaseException:
            self._journal.roll_back()
            self._context.drop_effects()
            raise
        if not keep:
            self._journal.roll_back()
        self._journal.commit()
        return Step(result, effects)

    @property
    def next_deadline(self) -> float | None:
        """Monotonic time at which :class:`DeadlineReached` is to be fed; None: nothing is due."""
        return self._context.now.mono if self._owed else self._context.timers.next()

    def _reach(self, key: TimerKey) -> None:
        """A deadline has come."""
        self._context.timers.disarm(key)
        self._context.deadlines[key.purpose](key)

    # -- mistakes of ours -------------------------------------------------------------------------------------------

    def _own_mistake(self, cause: object, trace: str) -> None:
        """We failed at something that nobody called for: say so to the log, and see that nothing waits for ever."""
        self._context.do(LogFailure(trace))
        match cause:
            case TextReceived(text):
                self._own_mistake_at(text)
            case HardwareAnswered(ref) | VendorAnswered(ref) | CertificatesAnswered(ref):
                waiting = self._context.no_longer_waits(ref)
                if waiting is not None and waiting.call is not None:
                    self.features.incoming_calls.give_up(waiting.call)
            case LinkOpened():
                self._context.do(HangUp())
            case TimerKey():
                self._context.timers.arm_after_failure(cause, self._context.now.mono, self._next_time(cause))

    def _next_time(self, key: TimerKey) -> float | None:
        """When a deadline that recurs is due next; None: it does not recur, or how it does is what we fail at."""
        recurrence = self._context.recurrences.get(key.purpose)
        try:
            return None if recurrence is None else self._context.now.mono + recurrence(key)
        except Exception:
            return None

    def _own_mistake_at(self, text: str) -> None:
        """We failed at a frame: whoever sent it, or waits for it, is not to wait any longer."""
        try:
            frame = codec.read_frame(text)
        except FrameError:
            return
        if isinstance(frame, codec.Call):
            self.features.incoming_calls.failed(frame, text)
        else:
            self.features.outgoing_calls.unreadable(frame.message_id)

    def _moves(self) -> Iterator[Effect]:
        """Which charts have moved in this step; told before what came of it."""
        for component, look in self._journal.touched():
            if isinstance(component, Charted):
                before = component.machine.name_of(look[1])
                after = component.machine.configuration
                if before != after:
                    moved = ChartMoved(component.machine.name, component.label, " ".join(before), " ".join(after))
                    yield Tell(moved)

    # -- what can be seen -------------------------------------------------------------------------------------------

    def status(self, connector: int) -> ChargePointStatus:
        """The derived status of connector 0..N. Raises :class:`~ocpp16sm.errors.UnknownConnectorError`."""
        return ChargePointStatus(self._seen(connector).machine.status)

    def transaction(self, connector: int) -> TransactionRecord | None:
        """What is running at connector 0..N. Raises :class:`~ocpp16sm.errors.UnknownConnectorError`."""
        transaction = self.features.transactions.of(self._seen(connector))
        return None if transaction is None else transaction.record

    def _seen(self, connector: int) -> Place:
        """Connector 0..N, only looked at."""
        if not 0 <= connector < len(self.features.places.all):
            raise UnknownConnectorError(connector, len(self.features.places.connectors))
        return self.features.places.all[connector]
