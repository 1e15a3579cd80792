"""Clocks: real time, scaled time, and virtual time.

A charge point uses two clocks (:mod:`ocpp16sm.base.instant`): the time of day for messages, and the event loop's
monotonic time for all waits. A :class:`PacedClock` provides both, so everything that runs in its loop agrees::

    clock = VirtualClock()
    clock.run(story())        # a coroutine that builds ChargePoint(settings, clock=clock, ...) and uses it

In virtual time, when everything waits, time jumps to the next deadline: a day takes only as long as its work.
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
"""Waits for sockets for at most so many seconds of real time (None: no limit); returns those that are ready."""

RESOLUTION_S = 1e-9
"""asyncio treats a timer as due if it is due within this time, s."""
STANDSTILL_S = 30.0
"""Real time (s) to wait for a thread or a socket when nothing is due in virtual time."""


class Clock(Protocol):
    """Anything that tells the time of day."""

    def utc(self) -> Timestamp:
        """The time now."""


class SystemClock:
    """The system's clock, for the event loops that asyncio makes."""

    _now: ClassVar[tuple[int, Timestamp]] = (0, Timestamp(1970))

    def utc(self) -> Timestamp:
        """The time now, to the millisecond. Calls within one millisecond share an object, as creating one is slow."""
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
    """A time of day and an event loop that run at the same pace. Subclasses define the pace.

    :param began: the time of day at which monotonic time is 0.
    """

    def __init__(self, began: datetime) -> None:
        self.began = Timestamp.of(began)

    def even_time(self) -> float:
        """Monotonic time since :attr:`began`, s; also the time of the loops created here."""
        raise NotImplementedError

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Wait ``timeout_s`` of monotonic time (None: no limit), or until ``select`` finds a ready socket."""
        raise NotImplementedError

    def utc(self) -> Timestamp:
        """The time now."""
        return Timestamp.of(self.began + timedelta(seconds=self.even_time()))

    def new_loop(self) -> asyncio.AbstractEventLoop:
        """A new event loop that keeps this clock's time; a ``loop_factory`` for ``asyncio.Runner``."""
        return _Loop(self)

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end at this pace."""
        with asyncio.Runner(loop_factory=self.new_loop) as runner:
            return runner.run(story)

    def check_loop(self) -> None:
        """Raise :class:`NotStartedError` if the running event loop does not keep this clock's time."""
        loop = asyncio.get_running_loop()
        if not isinstance(loop, _Loop) or loop.clock is not self:
            raise NotStartedError(
                f"the event loop keeps another time than the {type(self).__name__}; run it with clock.run(...)"
            )


class ScaledClock(PacedClock):
    """Time that passes ``factor`` times (0.001 to 100,000) faster, starting at ``began`` (by default now).

    The peer of a connection is not scaled: at factor 60 a time-out of 30 s lasts half a second for the peer.
    """

    def __init__(self, factor: float, began: datetime | None = None) -> None:
        if not 0.001 <= factor <= 100_000:
            raise InvalidArgumentError("factor", factor, "how many times faster, from 0.001 to 100000")
        super().__init__(began or datetime.now(UTC))
        self.factor = factor
        self._since = time.monotonic()

    def even_time(self) -> float:
        """Monotonic time since :attr:`began`, s."""
        return (time.monotonic() - self._since) * self.factor

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Wait, with the time-out divided by the factor."""
        return select(timeout_s and timeout_s / self.factor)


class VirtualClock(PacedClock):
    """Time that passes only when everything waits, and then jumps to the next deadline.

    Work on other threads (``asyncio.to_thread``) takes no virtual time. Sockets that are ready are served, but time
    does not wait for the network: use in-memory connections (:class:`~ocpp16sm.csms.LocalTransport`). A run is then
    repeatable.
    """

    BEGAN = Timestamp.parse("2026-01-01T00:00:00Z")

    def __init__(self, began: datetime = BEGAN) -> None:
        super().__init__(began)
        self._now = 0.0
        self._at_work = 0

    def even_time(self) -> float:
        """Monotonic time since :attr:`began`, s."""
        return self._now

    def new_loop(self) -> asyncio.AbstractEventLoop:
        """A new event loop that keeps this clock's time, and stops it while worker threads are busy."""
        return _LeapingLoop(self)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Stop virtual time for the duration of a ``with`` block."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Advance virtual time instead of waiting."""
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
        if self._now + RESOLUTION_S == self._now:  # too large for asyncio to see the timer as due
            self._now = math.nextafter(self._now, math.inf)
        return ready


class _Selector(selectors.DefaultSelector):
    """A selector that waits at a clock's pace."""

    def __init__(self, clock: PacedClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        return self._clock.wait(super().select, timeout)


class _Loop(asyncio.SelectorEventLoop):
    """An event loop that keeps a clock's time."""

    def __init__(self, clock: PacedClock) -> None:
        self.clock = clock
        super().__init__(_Selector(clock))

    def time(self) -> float:
        """Even time, s."""
        return self.clock.even_time()


class _LeapingLoop(_Loop):
    """An event loop whose virtual time stops while its worker threads are busy."""

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
