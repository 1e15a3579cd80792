"""Time that stands still until it is told to pass, and how to wait in real time whatever the clock."""

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from attrs import define, field

from ocpp16sm.clock import Clock, PacedClock, ScaledClock, Select

PATIENCE_S = 1.0
"""Real time that is given to the network before virtual time goes on without it."""


@define
class _Journey:
    """Time is passing."""

    until: float
    arrived: "asyncio.Future[None]"
    busy: Callable[[], bool]
    patience_s: float


@define(order=True)
class _Alarm:
    """Something to be done in real time."""

    at: float
    number: int
    ring: Callable[[], None] | None = field(order=False)


class SteppedClock(PacedClock):
    """Virtual time for a station on a real network: it passes only in :meth:`advance`, and waits for answers there.

    :param began: the time of day at the start; by default now.
    """

    def __init__(self, began: datetime | None = None) -> None:
        super().__init__(began or datetime.now(UTC))
        self._now = 0.0
        self._journey: _Journey | None = None
        self._heard = time.monotonic()
        """When something came over the network last, in real time."""
        self._alarms: list[_Alarm] = []
        self._count = 0

    def even_time(self) -> float:
        """Even time since :attr:`began`, s."""
        return self._now

    async def advance(self, seconds: float, *, busy: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Let time pass, from one deadline to the next, with everything that falls due meanwhile.

        :param busy: whether the network has to do the next thing. Then time waits for it, until nothing has come for
            ``patience_s`` of real time.
        """
        while self._journey is not None:  # one after the other
            await asyncio.wait([self._journey.arrived])
        arrived = asyncio.get_running_loop().create_future()
        self._heard = time.monotonic()
        self._journey = _Journey(self._now + seconds, arrived, busy, patience_s)
        try:
            await arrived
        finally:
            arrived.cancel()  # whoever waits for his turn
            self._journey = None

    def later(self, delay_s: float, act: Callable[[], None]) -> Callable[[], None]:
        """Have something done after so much real time; gives what cancels it."""
        self._count += 1
        alarm = _Alarm(time.monotonic() + delay_s, self._count, act)
        heapq.heappush(self._alarms, alarm)

        def cancel() -> None:
            alarm.ring = None

        return cancel

    def wait(self, select: Select, timeout_s: float | None) -> Any:
        """Wait for the network; and, on a journey, let time pass when there is nothing else to do."""
        if timeout_s == 0:
            return self._selected(select(0))
        journey = self._journey
        if journey is None or self._waits_for_the_network(journey):
            return self._selected(select(self._real_timeout(journey)))
        ready = self._selected(select(0))
        if not ready:
            self._pass(journey, timeout_s)
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

    def _waits_for_the_network(self, journey: _Journey) -> bool:
        return journey.busy() and time.monotonic() < self._heard + journey.patience_s

    def _pass(self, journey: _Journey, timeout_s: float | None) -> None:
        """Go to the next deadline, at most to the end; once nothing is left to do there, the journey is over."""
        left = journey.until - self._now
        if left > 0:
            self._now = journey.until if timeout_s is None or timeout_s >= left else self._now + timeout_s
        elif not journey.arrived.done():
            journey.arrived.set_result(None)

    def _real_timeout(self, journey: _Journey | None) -> float | None:
        now = time.monotonic()
        waits = [alarm.at - now for alarm in self._alarms[:1]]
        if journey is not None:
            waits.append(self._heard + journey.patience_s - now)
        return max(0.0, min(waits)) if waits else None


def in_real_time(clock: Clock, delay_s: float, act: Callable[[], None]) -> Callable[[], None]:
    """Have something done on the clock's loop after so much real time; gives what cancels it."""
    if isinstance(clock, SteppedClock):
        return clock.later(delay_s, act)
    factor = clock.factor if isinstance(clock, ScaledClock) else 1.0
    return asyncio.get_running_loop().call_later(delay_s * factor, act).cancel
