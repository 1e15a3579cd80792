"""Many stations on one event loop: started one after the other, counted, stopped together."""

import asyncio
import time
from collections.abc import Callable, Sequence
from random import Random

from ocpp16sm.clock import Clock, PacedClock, SystemClock
from ocpp16sm.fleet.counts import Counts
from ocpp16sm.fleet.member import FleetEnvironment, Member
from ocpp16sm.fleet.profile import Blackout, Profile
from ocpp16sm.fleet.rng import Rng
from ocpp16sm.network.transport import Transport, WebSocketTransport

TICK_S = 1.0
"""Seconds between two checks for unanswered requests, and between two reports of the counts."""
AT_ONCE = 50
"""Maximum number of stations started in one iteration of the loop, so that earlier ones are served."""


class Fleet:
    """The virtual stations of a profile, on the running event loop.

    :param url: Central System URL; each station appends its id.
    :param profile: the stations and their behaviour.
    :param numbers: numbers of the stations, from 1; other processes may run others.
    :param first: the lowest number in all processes. Stations start in the order of their numbers, that one at once.
    :param counts: where to count; by default new counts.
    :param transport: returns the transport of a station, by its number; by default websockets.
    :param clock: as for :class:`~ocpp16sm.station.VirtualStation`. With a
        :class:`~ocpp16sm.clock.VirtualClock` and connections that need no network a run repeats exactly.
    """

    def __init__(
        self,
        url: str,
        profile: Profile,
        numbers: Sequence[int],
        *,
        first: int = 1,
        counts: Counts | None = None,
        transport: Callable[[int], Transport] | None = None,
        clock: Clock | None = None,
    ) -> None:
        profile.settings(url)
        usual = WebSocketTransport()
        self.profile = profile
        self.numbers = numbers
        self._first = first
        self.counts = counts or Counts()
        self.members: dict[int, Member] = {}
        """The running stations by number."""
        self._environment = FleetEnvironment(
            url=url,
            profile=profile,
            timings=profile.usual_timings(),
            counts=self.counts,
            clock=clock or SystemClock(),
            random=Random(f"{profile.seed} {numbers[0] if numbers else 0}"),
            now=asyncio.get_running_loop().time if isinstance(clock, PacedClock) else time.perf_counter,
            transport=transport or (lambda _number: usual),
        )
        self._plans: list[asyncio.TimerHandle] = []
        self._next: asyncio.TimerHandle | None = None
        self._began = 0.0

    # -- one station ------------------------------------------------------------------------------------------------

    def add(self, number: int) -> Member:
        """Start a station and return it. Call this on the loop's thread."""
        member = self.members[number] = Member(number, self._environment)
        member.start()
        return member

    async def remove(self, number: int) -> None:
        """Shut a station down cleanly."""
        await self.members.pop(number).stop()

    # -- all of them ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to start stations at the rate of the profile; the times of blackouts count from now."""
        loop = asyncio.get_running_loop()
        self._began = loop.time()
        self._ramp(0)
        for blackout in self.profile.blackout:
            self._plans.append(loop.call_later(blackout.at_s, self.black_out, blackout))

    def _ramp(self, index: int) -> None:
        """Start all stations that are due, and schedule the next."""
        loop = asyncio.get_running_loop()
        rate = self.profile.station.connect_per_s
        passed_s = loop.time() - self._began
        last = min(len(self.numbers), index + AT_ONCE)
        while index < last and (self.numbers[index] - self._first) / rate <= passed_s:
            self.add(self.numbers[index])
            index += 1
        if index < len(self.numbers):
            due = self._began + (self.numbers[index] - self._first) / rate
            self._next = loop.call_at(due, self._ramp, index)

    def black_out(self, blackout: Blackout) -> None:
        """Cut the network or the power of a share of the stations for a while, as ``blackout`` says."""
        hit = [
            member
            for member in self.members.values()
            if Rng(self.profile.seed, "blackout", blackout.at_s, member.number).random() < blackout.share
        ]
        cut, mend = (
            (Member.cut_network, Member.mend_network)
            if blackout.what == "network"
            else (Member.cut_power, Member.restore_power)
        )
        for member in hit:
            cut(member)
        self._plans.append(asyncio.get_running_loop().call_later(blackout.duration_s, _each, mend, hit))

    def look(self) -> None:
        """Count requests that have waited too long, and the CPU time."""
        now = self._environment.now()
        self.counts.cpu_s = time.process_time()
        for member in self.members.values():
            member.look(now)

    async def run(self, over: asyncio.Event, tick: Callable[[float, Counts], None], duration_s: float | None) -> None:
        """Run until ``over`` is set or ``duration_s`` has passed, then shut down cleanly.

        ``tick`` is called every second with the seconds since the start and the counts.
        """
        loop = asyncio.get_running_loop()
        self.start()
        end = None if duration_s is None else self._began + duration_s
        try:
            while not over.is_set() and (end is None or loop.time() < end):
                due = loop.time() + TICK_S
                await _wait(over, min(due, end) if end is not None else due)
                self.look()
                tick(loop.time() - self._began, self.counts)
        finally:
            await self.stop()
            self.look()
            tick(loop.time() - self._began, self.counts)

    async def stop(self) -> None:
        """Shut all stations down cleanly, at the same time."""
        self._plan_nothing()
        members = list(self.members.values())
        await asyncio.gather(*(member.stop() for member in members))
        self.members.clear()

    def _plan_nothing(self) -> None:
        for plan in (*self._plans, *([self._next] if self._next is not None else [])):
            plan.cancel()

    def kill(self) -> None:
        """Stop all stations at once, as in a power cut."""
        self._plan_nothing()
        for member in self.members.values():
            member.kill()
        self.members.clear()


def _each(act: Callable[[Member], None], members: list[Member]) -> None:
    for member in members:
        act(member)


async def _wait(over: asyncio.Event, until: float) -> None:
    try:
        async with asyncio.timeout_at(until):
            await over.wait()
    except TimeoutError:
        return
