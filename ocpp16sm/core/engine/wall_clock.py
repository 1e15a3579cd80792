"""Corrects noted times when the charge point's clock is set by the Central System (4.2, 4.6).

A station whose clock has no battery starts in 1970, or at the moment when it was switched off. What it notes then has
the wrong time. By how much is known once the clock is set, because the clock is compared with monotonic time from the
start of this run. What an earlier run noted by a clock that was never set stays as it is: its error is unknown.
"""

from datetime import timedelta
from operator import is_
from typing import Any, TypeVar

from attrs import evolve, fields, has
from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.base.instant import Instant
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.values import Value
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import PutRequest
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.hardware import SetSystemTime
from ocpp16sm.records import QueuedRequest

A = TypeVar("A")

NOTICED_S = 1.0
"""A clock that is off by less, s, counts as right, because messages take time to travel."""
SET_WITHIN_S = 10.0
"""How long requests wait for the station to set its clock, s."""
MARGIN_S = 60.0
"""By how much times of other clocks (a meter's) may lie outside this run and still belong to it, s."""

SETTING = TimerKey("clock is being set")
_ANSWERED = "clock set"


class Correction(Value, frozen=True):
    """Corrects times that were noted in this run before the clock was set."""

    by_s: float
    since: Timestamp
    """When this run began, by the clock before it was set."""
    until: Timestamp
    """When the clock was set, by the clock before it was set."""
    is_old: bool
    """True: nothing has been noted since the clock was set. False: times that may have been are left alone."""

    def time(self, noted: Timestamp) -> Timestamp:
        """The time, corrected if it was noted before the clock was set."""
        if not _is_between(self.since, noted, self.until):
            return noted
        by = timedelta(seconds=self.by_s)
        try:
            if not self.is_old and _is_between(self.since + by, noted, self.until + by):
                return noted
            return Timestamp.of(noted + by)
        except OverflowError:
            return noted

    def times(self, noted: A) -> A:
        """An attrs value with every time in it corrected; the value itself if no time changes."""
        corrected: A = self._corrected(noted)
        return corrected

    def _corrected(self, value: Any) -> Any:
        if isinstance(value, Timestamp):
            return self.time(value)
        if isinstance(value, tuple):
            others = tuple(map(self._corrected, value))
            return value if all(map(is_, others, value)) else others
        if not has(type(value)):
            return value
        parts = {field.name: getattr(value, field.name) for field in fields(type(value))}
        changed = {name: other for name, part in parts.items() if (other := self._corrected(part)) is not part}
        return evolve(value, **changed) if changed else value


def _is_between(since: Timestamp, noted: Timestamp, until: Timestamp) -> bool:
    margin = timedelta(seconds=MARGIN_S)
    return noted - since >= -margin and noted - until <= margin


def _jump(before: Instant, after: Instant) -> float:
    """By how much the clock has been set between two instants, s; negative: back."""
    return (after.utc - before.utc).total_seconds() - (after.mono - before.mono)


class WallClock(Component):
    """Watches whether the clock has been set since the start, and has noted times corrected when it is."""

    __slots__ = ("_context", "_first_seq", "_started", "_synchronised", "corrected", "time_set")
    STATE = ("_first_seq", "_started", "_synchronised")

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context
        self._started: Instant | None = None
        self._first_seq = 0
        self._synchronised = False
        self.corrected = Signal[[Correction]]()
        """The clock has been set: features correct the times that they have noted."""
        self.time_set = Signal[[]]()
        """Requests that waited for the clock need not wait any longer."""
        context.answer_later[_ANSWERED] = self._answered
        context.deadlines[SETTING.purpose] = lambda _key: self.time_set()

    def start(self) -> None:
        """Begin a run: what is noted from now on belongs to it."""
        self.touch()
        self._started, self._first_seq = self._context.now, self._context.seq

    def told(self, time: Timestamp, *, hold: bool = False) -> None:
        """The Central System has told the time.

        If the clock is off and was not right yet, it is to be seen whether the station sets it. ``hold``: meanwhile
        nothing is sent, so that all has the right time; :attr:`time_set` is called when that is over.
        """
        context = self._context
        if self._synchronised:
            context.ask(SetSystemTime(time))
        elif abs((time - context.now.utc).total_seconds()) < NOTICED_S:
            context.ask(SetSystemTime(time))
            self._is_right(context.now)
        else:
            context.ask(SetSystemTime(time), _ANSWERED, data=context.now)
            if hold:
                context.timers.arm(SETTING, context.now.mono + SET_WITHIN_S)

    @property
    def is_being_set(self) -> bool:
        """Whether requests wait for the clock to be set."""
        return self._context.timers.due_at(SETTING) is not None

    def _answered(self, waiting: Waiting, _answer: Any, _failure: str | None) -> None:
        """The station has set its clock, or keeps its own time; only the clock tells which."""
        if not self._synchronised and abs(_jump(waiting.data, self._context.now)) >= NOTICED_S:
            self._is_right(waiting.data)
        if self.is_being_set:
            self._context.timers.disarm(SETTING)
            self.time_set()

    def _is_right(self, before: Instant) -> None:
        """Treat the clock as right from now on. ``before``: an instant before it was set, if it has just been set."""
        self.touch()
        self._synchronised = True
        now, started = self._context.now, self._started
        if started is None or abs(by_s := _jump(started, now)) < NOTICED_S:
            return
        until = Timestamp.of(started.utc + timedelta(seconds=now.mono - started.mono))
        is_old = abs(_jump(started, before)) < NOTICED_S
        correction = Correction(by_s, started.utc, until, is_old)
        for changed in self._context.outbox.revise(lambda request: self._redated(request, correction)):
            if changed.durable:
                self._context.persist(PutRequest(changed))
        self.corrected(correction)

    def _redated(self, request: QueuedRequest, correction: Correction) -> QueuedRequest:
        if request.seq < self._first_seq:
            return request
        corrected = correction.times(request.request)
        if corrected is request.request:
            return request
        return replace(request, request=corrected, payload=codec.encode_payload(corrected))
