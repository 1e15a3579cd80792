"""A run on this process's own event loop."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from ocpp16sm.fleet.counts import Counts
from ocpp16sm.fleet.fleet import Fleet
from ocpp16sm.fleet.profile import Profile
from ocpp16sm.transport import Transport, WebSocketTransport


def run_loop(story: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end; on uvloop, where that is installed."""
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


async def run_here(
    url: str,
    profile: Profile,
    numbers: range,
    first: int,
    tick: Callable[[float, Counts], None],
    *,
    duration_s: float | None = None,
    sources: tuple[str, ...] = (),
) -> None:
    """Run these stations in this loop, for so long or until Ctrl-C (SIGINT), which stops them in good order."""
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError, ValueError):  # Windows; or no main thread
        loop.add_signal_handler(signal.SIGINT, over.set)
    fleet = Fleet(url, profile, numbers, first=first, transport=transports(sources))
    await fleet.run(over, tick, duration_s)
