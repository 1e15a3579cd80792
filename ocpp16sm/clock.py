"""Time: as it is, so many times faster, or virtual.

A charge point knows two clocks (:mod:`ocpp16sm.base.instant`): the time of day, which goes into messages, and the event
loop's even time, by which everything waits. A :class:`PacedClock` is both: whatever runs in its loop agrees with it::

    clock = VirtualClock()
    clock.run(story())        # a coroutine that builds ChargePoint(settings, clock=clock, ...) and uses it

In virtual time nobody waits: when all do, time leaps to the next deadline, and a day takes as long as what happens.
"""

import asyncio
import math
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar, TypeVarTuple

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import InvalidArgumentError, NotStartedError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

Select: TypeAlias = Callable[[float | None], Any]
"""Waits for sockets, s in real time (None: for ever), and gives those in which there is something."""

RESOLUTION_S = 1e-9
"""What is due so soon asyncio takes for due."""
STANDSTILL_S = 30.0
"""Real time to wait for another thread or a socket when nothing is due in virtual time."""


class Clock(Protocol):
    """Tells the time of day."""

    def utc(self) -> Timestamp:
        """Now."""


class SystemClock:
    """The system's clock, for the event loops that asyncio makes."""

    _now: ClassVar[tuple[int, Timestamp]] = (0, Timestamp(1970))

    def utc(self) -> Timestamp:
        """Now. Within a millisecond it is one object, whoever asks: to make one costs more than to look."""
        millisecond = time.time_ns() // 1_000_000
        known, now = SystemClock._now
        if millisecond != known:
            whole = datetime.fromtimestamp(millisecond // 1000, UTC)
            now = Timestamp.of(whole.replace(microsecond=millisecond % 1000 * 1000))
            SystemClock._now = (millisecond, now)
        return now

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end, as ``asyncio.run`` does."""
        return asyncio.run(story)


class PacedClock:
    """A time of day and an event loop that keep step, at a pace of their own.

    :param began: the time of day at which even time is 0.
    """

    def __init__(self, began: datetime) -> None:
        self.began = Timestamp.of(began)

    def even_time(self) -> float:
        """Even time since :attr:`began`, s; also the time of the loops made here."""
        raise NotImplementedError

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Wait so long in even time (None: for ever), or until ``select``, which waits in real time, finds some."""
        raise NotImplementedError

    def utc(self) -> Timestamp:
        """Now."""
        return Timestamp.of(self.began + timedelta(seconds=self.even_time()))

    def new_loop(self) -> asyncio.AbstractEventLoop:
        """An event loop whose time is this clock's; a ``loop_factory`` for ``asyncio.Runner``."""
        return _Loop(self)

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end at this pace."""
        with asyncio.Runner(loop_factory=self.new_loop) as runner:
            return runner.run(story)

    def check_loop(self) -> None:
        """Raise :class:`NotStartedError` if the running event loop keeps another time."""
        loop = asyncio.get_running_loop()
        if not isinstance(loop, _Loop) or loop.clock is not self:
            raise NotStartedError(
                f"the event loop keeps another time than the {type(self).__name__}; run it with clock.run(...)"
            )


class ScaledClock(PacedClock):
    """Time that passes so many times faster than it does, from ``began`` (by default now) on.

    Whoever is at the other end of a socket does not know: a time-out of 30 s, 60 times faster, is half a second there.
    """

    def __init__(self, factor: float, began: datetime | None = None) -> None:
        if not 0.001 <= factor <= 100_000:
            raise InvalidArgumentError("factor", factor, "how many times faster, from 0.001 to 100000")
        super().__init__(began or datetime.now(UTC))
        self.factor = factor
        self._since = time.monotonic()

    def even_time(self) -> float:
        """Even time since :attr:`began`, s."""
        return (time.monotonic() - self._since) * self.factor

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Wait that much shorter."""
        return select(timeout_s and timeout_s / self.factor)


class VirtualClock(PacedClock):
    """Time that only passes when everybody waits, and then leaps to the next deadline.

    What is done on other threads (``asyncio.to_thread``) takes no time. Sockets are served while there is something in
    them, but nobody waits for the network: use it with connections that need none
    (:class:`~ocpp16sm.csms.LocalTransport`). Then a run depends on nothing but what is put into it.
    """

    BEGAN = Timestamp.parse("2026-01-01T00:00:00Z")

    def __init__(self, began: datetime = BEGAN) -> None:
        super().__init__(began)
        self._now = 0.0
        self._at_work = 0

    def even_time(self) -> float:
        """Even time since :attr:`began`, s."""
        return self._now

    def new_loop(self) -> asyncio.AbstractEventLoop:
        """An event loop whose time is this clock's, and that knows what its threads are at."""
        return _LeapingLoop(self)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Meanwhile no time passes."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Do not wait: let the time pass."""
        ready = select(0)
        if ready or timeout_s == 0:
            return ready
        if self._at_work:
            return select(STANDSTILL_S)
        if timeout_s is None:
            ready = select(STANDSTILL_S)
            if not ready:
                raise RuntimeError("virtual time stands still: everybody waits, and nothing is ever due")
            return ready
        self._now += timeout_s
        if self._now + RESOLUTION_S == self._now:  # so late that asyncio would take what is due now for due later
            self._now = math.nextafter(self._now, math.inf)
        return ready


class _Selector(selectors.DefaultSelector):
    """Waits as a clock says."""

    def __init__(self, clock: PacedClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        return self._clock.wait(super().select, timeout)


class _Loop(asyncio.SelectorEventLoop):
    """An event loop with a clock's time."""

    def __init__(self, clock: PacedClock) -> None:
        self.clock = clock
        super().__init__(_Selector(clock))

    def time(self) -> float:
        """Even time, s."""
        return self.clock.even_time()


class _LeapingLoop(_Loop):
    """An event loop that does not leap while its threads are at work."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self._leaping = clock

    def run_in_executor(self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts) -> "asyncio.Future[T]":
        future = super().run_in_executor(executor, func, *args)
        standing = ExitStack()
        standing.enter_context(self._leaping.standing())
        future.add_done_callback(lambda _future: standing.close())
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        with self._leaping.standing():
            await super().shutdown_default_executor()
