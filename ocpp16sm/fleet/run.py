"""A run of a fleet in this process."""

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
    """Make the garbage collector run less often.

    Stations leave few reference cycles, but while thousands are created it would examine all of them repeatedly.
    """
    gc.set_threshold(50_000, 20, 50)


def run_loop(story: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, on uvloop if that is installed. Stations log internal errors only."""
    with _as_before():
        collect_seldom()
        _run(_quietly(story))


async def _quietly(story: Coroutine[Any, Any, None]) -> None:
    """Log internal errors only: problems of a thousand connections are counted instead."""
    log_mistakes_only()
    await story


@contextmanager
def _as_before() -> Iterator[None]:
    """Restore the garbage collector's thresholds afterwards."""
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
    """Transports that connect from these addresses of this machine in turn; without any, the system chooses.

    Returns a function from a station's number to its transport.
    """
    made = [WebSocketTransport(source) for source in sources] or [WebSocketTransport()]
    return lambda number: made[number % len(made)]


@frozen(kw_only=True)
class RunPlan:
    """The parameters of a run."""

    url: str
    profile: Profile
    first: int
    """Number of the first station."""
    stations: int
    duration_s: float | None = None
    """Seconds; None: until Ctrl-C or SIGTERM."""
    sources: tuple[str, ...] = ()
    """Addresses of this machine to connect from."""

    def numbers(self, part: int = 0, parts: int = 1) -> range:
        """Numbers of the stations of one process: every ``parts``-th one, so that all processes ramp up together."""
        return range(self.first + part, self.first + self.stations, parts)

    def fleet(self, part: int = 0, parts: int = 1) -> Fleet:
        """The stations of one process, on the running event loop."""
        numbers = self.numbers(part, parts)
        return Fleet(self.url, self.profile, numbers, first=self.first, transport=transports(self.sources))


class RunListener:
    """Receives the progress of a run. Subclasses override what they need."""

    def counted(self, part: int, counts: Counts) -> None:
        """A process, by number from 0, reports its counts so far."""

    def passed(self, at_s: float) -> None:
        """Another second has passed; ``at_s`` is the time since the start."""

    def died(self, part: int, code: int | None) -> None:
        """A process ended unexpectedly."""


async def run_here(plan: RunPlan, listener: RunListener) -> None:
    """Run a fleet on this event loop for its duration, or until Ctrl-C or SIGTERM; then shut it down cleanly."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()

    def tick(at_s: float, counts: Counts) -> None:
        listener.counted(0, counts)
        listener.passed(at_s)

    with ending(lambda: loop.call_soon_threadsafe(over.set)):
        await plan.fleet().run(over, tick, plan.duration_s)
