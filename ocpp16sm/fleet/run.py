"""A run on this process's own event loop."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import frozen

from ocpp16sm.base.named_log import log_mistakes_only
from ocpp16sm.fleet.counts import Counts
from ocpp16sm.fleet.fleet import Fleet
from ocpp16sm.fleet.profile import Profile
from ocpp16sm.network.transport import Transport, WebSocketTransport
from ocpp16sm.shell.signals import ending


def collect_seldom() -> None:
    """Have the garbage collector look at thousands of stations less often than it would.

    What they let go of is mostly freed without it; while they are made it would look at all of them again and again.
    """
    gc.set_threshold(50_000, 20, 50)


def run_loop(story: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end; on uvloop, where that is installed. What stations log meanwhile is not shown."""
    with _as_before():
        collect_seldom()
        _run(_quietly(story))


async def _quietly(story: Coroutine[Any, Any, None]) -> None:
    """Only our own mistakes are logged: what a thousand stations could say of their connections is counted."""
    log_mistakes_only()
    await story


@contextmanager
def _as_before() -> Iterator[None]:
    """Afterwards the process collects as it did: it may have other things to do."""
    threshold = gc.get_threshold()
    try:
        yield
    finally:
        gc.set_threshold(*threshold)


def _run(story: Coroutine[Any, Any, None]) -> None:
    try:
        from uvloop import new_event_loop
    except ImportError:
        asyncio.run(story)
        return
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(story)


def transports(sources: tuple[str, ...]) -> Callable[[int], Transport]:
    """Connections from these addresses of this machine, in turn; without any, from whichever it takes."""
    made = [WebSocketTransport(source) for source in sources] or [WebSocketTransport()]
    return lambda number: made[number % len(made)]


@frozen(kw_only=True)
class Order:
    """What a run is to be."""

    url: str
    profile: Profile
    first: int
    """Number of the first station."""
    stations: int
    duration_s: float | None = None
    """None: until Ctrl-C or SIGTERM."""
    sources: tuple[str, ...] = ()
    """Addresses of this machine to connect from."""

    def numbers(self, part: int = 0, parts: int = 1) -> range:
        """Of the stations of one process: every so manieth, so that all together connect at the rate of the profile."""
        return range(self.first + part, self.first + self.stations, parts)

    def fleet(self, part: int = 0, parts: int = 1) -> Fleet:
        """The stations of one process, for the running event loop."""
        numbers = self.numbers(part, parts)
        return Fleet(self.url, self.profile, numbers, first=self.first, transport=transports(self.sources))


class Told:
    """What is told while a run lasts. Overridden by whoever wants to know."""

    def counted(self, part: int, counts: Counts) -> None:
        """A process says what it has counted until now."""

    def passed(self, at_s: float) -> None:
        """Another second is over."""

    def died(self, part: int, code: int | None) -> None:
        """A process ended that was not to."""


async def run_here(order: Order, told: Told) -> None:
    """Run a fleet in this loop, until its time is over or Ctrl-C or SIGTERM, which stop it in good order."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()

    def tick(at_s: float, counts: Counts) -> None:
        told.counted(0, counts)
        told.passed(at_s)

    with ending(lambda: loop.call_soon_threadsafe(over.set)):
        await order.fleet().run(over, tick, order.duration_s)
