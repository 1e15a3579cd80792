"""The charge point without I/O: inputs go in with the time at which they happened, effects come out.

::

    core = Core(setup, id_prefix="k3f9-")
    step = core.feed(Started(stored=...), at)         # at: an Instant, monotonic time and UTC
    step = core.feed(TextReceived("[3,...]"), at)
    step.effects                                      # in order: Persist precedes everything it protects
    core.next_deadline                                # at this time, feed DeadlineReached()

The core reads no clock, draws no random number and awaits nothing. A step that fails changes nothing.
"""

import traceback
from collections.abc import Callable, Iterator
from typing import Any

from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.base.instant import Instant
from ocpp16sm.base.values import Value
from ocpp16sm.core.connectors.connectors import Connector, ConnectorBase
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
from ocpp16sm.core.engine.journal import ChartComponent
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
"""Inputs that no caller is waiting for, so that an exception could not be raised to anybody."""


class Step(Value, frozen=True):
    """The outcome of one input: the result for the caller, and the effects to perform in order."""

    result: Any
    effects: tuple[Effect, ...]


class Core:
    """A charge point as a sans-I/O state machine.

    ``id_prefix`` begins every message id, which keeps the ids of successive processes apart. ``connector_machine``
    makes the chart of each connector.
    """

    __slots__ = ("_context", "_journal", "_pending_effects", "features", "setup")

    def __init__(
        self,
        setup: Setup,
        *,
        id_prefix: str,
        connector_machine: Callable[[Connector], Any] = ConnectorMachine,
    ) -> None:
        self.setup = setup
        self.features = features = Features(setup, id_prefix, connector_machine)
        """All features of this charge point, by name."""
        self._context = features.context
        self._journal = features.journal
        self._pending_effects: tuple[Effect, ...] = ()
        """Effects of deadlines that were handled before an input failed. The next step that succeeds returns them."""
        connect(features)

    # -- inputs -----------------------------------------------------------------------------------------------------

    def feed(self, happened: Input | HandlerCall, at: Instant) -> Step:
        """Handle one input at the given time. Deadlines due by then come first, each as a step of its own.

        Raises a :class:`~ocpp16sm.errors.LocalError` if the caller asked for something impossible, and any other
        exception if the core has a bug. In both cases the input has changed nothing.

        Inputs that have no caller, such as a frame or a lost connection, raise nothing. A bug is logged instead, and if
        the Central System was waiting for a response, it receives InternalError.
        """
        self._context.now = at
        while (key := self._context.timers.first_due(at.mono)) is not None:
            self._pending_effects += self._attempt(Core._handle_deadline, self, key).effects
        if type(happened) is Started:
            step = self._begin(happened)
        else:
            step = self._attempt(INPUTS[type(happened)], self.features, happened)
        if not self._pending_effects:
            return step
        pending, self._pending_effects = self._pending_effects, ()
        return Step(step.result, (*pending, *step.effects))

    def _attempt(self, change: Callable[[Any, Any], Any], target: Any, cause: Input | HandlerCall | TimerKey) -> Step:
        """Run a step. An unexpected exception is handled here if the input has no caller."""
        try:
            return self._all_or_nothing(change, target, cause)
        except Exception:
            if not isinstance(cause, NOBODYS):
                raise
            trace = traceback.format_exc()
        return self._all_or_nothing(self._own_mistake, cause, trace)

    def _begin(self, started: Started) -> Step:
        """Run the start. If it fails, repeat it without the stored rows that make it fail."""
        try:
            return self._attempt(INPUTS[Started], self.features, started)
        except Exception:
            stored = startable(started.stored, lambda tried: self._problem_with(replace(started, stored=tried)))
            if stored is started.stored:
                raise
        return self._attempt(INPUTS[Started], self.features, replace(started, stored=stored))

    def _problem_with(self, started: Started) -> Exception | None:
        """Run a start on trial, undo it, and return its exception, if any."""
        try:
            self._all_or_nothing(INPUTS[Started], self.features, started, keep=False)
        except Exception as error:
            return error
        return None

    def _all_or_nothing(self, change: Callable[[Any, Any], Any], target: Any, cause: Any, *, keep: bool = True) -> Step:
        """Run a step, and undo everything if it fails, or if ``keep`` is false."""
        try:
            result = change(target, cause)
            features = self.features
            self._journal.deliver(features)
            if self._journal.may_progress:
                features.reservations.progress()
                features.firmware.progress()
                features.log_uploads.progress()
                self._journal.deliver(features)
                self._journal.forget_idle()
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
        """Monotonic time, in seconds, at which to feed :class:`DeadlineReached`. None if nothing is scheduled."""
        return self._context.now.mono if self._pending_effects else self._context.timers.next()

    def _handle_deadline(self, key: TimerKey) -> None:
        self._context.timers.disarm(key)
        self._context.deadlines[key.purpose](key)

    # -- internal errors --------------------------------------------------------------------------------------------

    def _own_mistake(self, cause: object, trace: str) -> None:
        """Log a bug that no caller can be told of, and make sure that nobody waits forever for the step that failed."""
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
        """When a recurring deadline is due next. None if it does not recur, or if computing the time is what fails."""
        recurrence = self._context.recurrences.get(key.purpose)
        try:
            return None if recurrence is None else self._context.now.mono + recurrence(key)
        except Exception:
            return None

    def _own_mistake_at(self, text: str) -> None:
        """Answer the CALL, or give up our own CALL, that belongs to the frame we failed at."""
        try:
            frame = codec.read_frame(text)
        except FrameError:
            return
        if isinstance(frame, codec.Call):
            self.features.incoming_calls.failed(frame, text)
        else:
            self.features.outgoing_calls.unreadable(frame.message_id)

    def _moves(self) -> Iterator[Effect]:
        """The charts that moved in this step. They are reported before the effects of their moves."""
        for component, look in self._journal.touched():
            if isinstance(component, ChartComponent):
                before = component.machine.name_of(look[1])
                after = component.machine.configuration
                if before != after:
                    moved = ChartMoved(component.machine.name, component.label, " ".join(before), " ".join(after))
                    yield Tell(moved)

    # -- state for callers ------------------------------------------------------------------------------------------

    def status(self, connector: int) -> ChargePointStatus:
        """The derived status of connector 0..N (0: the charge point).

        Raises :class:`~ocpp16sm.errors.UnknownConnectorError`.
        """
        return ChargePointStatus(self._place(connector).machine.status)

    def transaction(self, connector: int) -> TransactionRecord | None:
        """The transaction that is running at connector 0..N, or None.

        Raises :class:`~ocpp16sm.errors.UnknownConnectorError`.
        """
        transaction = self.features.transactions.of(self._place(connector))
        return None if transaction is None else transaction.record

    def _place(self, connector: int) -> ConnectorBase:
        """Look a place up without marking it as about to change, as ``Places.connector`` would."""
        if not 0 <= connector < len(self.features.all_connectors.all):
            raise UnknownConnectorError(connector, len(self.features.all_connectors.connectors))
        return self.features.all_connectors.all[connector]
