"""A virtual clock that stands still until it is advanced, and real-time timers for any clock."""

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from attrs import define, field

from ocpp16sm.clock import Clock, PacedClock, ScaledClock, Select

PATIENCE_S = 1.0
"""Seconds of real time to wait for the network before virtual time continues without it."""


@define
class _Advance:
    """An advance of virtual time in progress."""

    until: float
    arrived: "asyncio.Future[None]"
    busy: Callable[[], bool]
    patience_s: float


@define(order=True)
class _Alarm:
    """A real-time timer."""

    at: float
    number: int
    ring: Callable[[], None] | None = field(order=False)


class SteppedClock(PacedClock):
    """Virtual time for a station on a real network: it passes only in :meth:`advance`, which waits for answers.

    :param began: the time of day at the start; by default now.
    """

    def __init__(self, began: datetime | None = None) -> None:
        super().__init__(began or datetime.now(UTC))
        self._now = 0.0
        self._advancing: _Advance | None = None
        self._heard = time.monotonic()
        """Real time at which something last arrived from the network."""
        self._alarms: list[_Alarm] = []
        self._count = 0

    def even_time(self) -> float:
        """Monotonic virtual time since :attr:`began`, in seconds."""
        return self._now

    async def advance(self, seconds: float, *, busy: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Advance time by ``seconds``, from one deadline to the next, and run everything that falls due.

        :param busy: whether an answer from the network is outstanding. Time then stands still until nothing has
            arrived for ``patience_s`` seconds of real time.
        """
        while self._advancing is not None:  # one advance at a time
            await asyncio.wait([self._advancing.arrived])
        arrived = asyncio.get_running_loop().create_future()
        self._heard = time.monotonic()
        self._advancing = _Advance(self._now + seconds, arrived, busy, patience_s)
        try:
            await arrived
        finally:
            arrived.cancel()  # wakes the next caller in line
            self._advancing = None

    def later(self, delay_s: float, act: Callable[[], None]) -> Callable[[], None]:
        """Call ``act`` after ``delay_s`` seconds of real time. Returns a function that cancels this."""
        self._count += 1
        alarm = _Alarm(time.monotonic() + delay_s, self._count, act)
        heapq.heappush(self._alarms, alarm)

        def cancel() -> None:
            alarm.ring = None

        return cancel

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Wait for the network. During an advance, let time pass when there is nothing else to do."""
        if timeout_s == 0:
            return self._selected(select(0))
        current = self._advancing
        if current is None or self._waits_for_the_network(current):
            return self._selected(select(self._real_timeout(current)))
        ready = self._selected(select(0))
        if not ready:
            self._pass(current, timeout_s)
        return ready

    def _selected(self, ready: Any) -> Any:
        now = time.monotonic()
        if ready:
            self._heard = now
        while self._alarms and (self._alarms[0].ring is None or self._alarms[0].at <= now):
            ring = heapq.heappop(self._alarms).ring
            if ring is not None:
                asyncio.get_running_loop().call_soon(ring)
        return ready

    def _waits_for_the_network(self, current: _Advance) -> bool:
        return current.busy() and time.monotonic() < self._heard + current.patience_s

    def _pass(self, current: _Advance, timeout_s: float | None) -> None:
        """Move to the next deadline, at most to the end, where the advance finishes once nothing is left to do."""
        left = current.until - self._now
        if left > 0:
            self._now = current.until if timeout_s is None or timeout_s >= left else self._now + timeout_s
        elif not current.arrived.done():
            current.arrived.set_result(None)

    def _real_timeout(self, current: _Advance | None) -> float | None:
        now = time.monotonic()
        waits = [alarm.at - now for alarm in self._alarms[:1]]
        if current is not None:
            waits.append(self._heard + current.patience_s - now)
        return max(0.0, min(waits)) if waits else None


def in_real_time(clock: Clock, delay_s: float, act: Callable[[], None]) -> Callable[[], None]:
    """Call ``act`` on the clock's loop after ``delay_s`` seconds of real time. Returns a function that cancels this."""
    if isinstance(clock, SteppedClock):
        return clock.later(delay_s, act)
    factor = clock.factor if isinstance(clock, ScaledClock) else 1.0
    return asyncio.get_running_loop().call_later(delay_s * factor, act).cancel
