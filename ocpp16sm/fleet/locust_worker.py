"""The native thread of a worker of Locust in which its stations live, and what crosses over from it.

Locust runs its users as greenlets of gevent; a core runs on asyncio, and neither can wait for the other.
"""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeAlias

import gevent
from gevent import monkey

from ocpp16sm.base.named_log import NamedLog, mistakes_only
from ocpp16sm.fleet.counts import Counts
from ocpp16sm.fleet.fleet import TICK_S, Fleet
from ocpp16sm.fleet.preconditions import FleetError
from ocpp16sm.fleet.profile import STOP_S, Blackout, Profile

log = NamedLog("ocpp16sm.fleet")

STRIDE = 100_000
"""So many numbers of stations each worker has."""
CLOSE_S = STOP_S + 5.0
"""How long it may take until all stations have stopped."""

Passed: TypeAlias = tuple[str, str, float, str | None]
"""Request type, name, seconds, and what failed."""


class _Counts(Counts):
    """Counts that also cross over."""

    def __init__(self, passed: "deque[Passed]") -> None:
        super().__init__()
        self._passed = passed

    def answered(self, action: str, seconds: float, failure: str | None = None) -> None:
        """:meth:`Counts.answered`."""
        self._passed.append(("OCPP", action, seconds, failure))

    def unanswered(self, action: str, seconds: float, failure: str) -> None:
        """:meth:`Counts.unanswered`."""
        self._passed.append(("OCPP", action, seconds, failure))

    def waited(self, what: str, seconds: float) -> None:
        """:meth:`Counts.waited`."""
        self._passed.append((what, what, seconds, None))

    def failed(self, kind: str) -> None:
        """:meth:`Counts.failed`."""
        self._passed.append(("error", kind.partition(":")[0], 0.0, kind))


class _AtOnce(ThreadPoolExecutor):
    """Does at once, on the loop's thread, what others would do on another: gevent's threads are none."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Do it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class Carrier(logging.Handler):
    """Has log records cross over too: the locks of logging are gevent's, and no native thread may wait at them."""

    def __init__(self, records: "deque[logging.LogRecord]") -> None:
        super().__init__()
        self._records = records

    def createLock(self) -> None:  # noqa: N802  # logging's name
        """None."""
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Keep it until it is fetched."""
        self._records.append(record)
        return True


class LocustWorker:
    """The native thread of a worker in which its stations live.

    :param first: number of its first station.
    """

    def __init__(self, url: str, profile: Profile, first: int) -> None:
        self.passed: deque[Passed] = deque()
        self._url = url
        self._profile = profile
        self._first = first
        self._next = first
        self._free: deque[int] = deque()
        """Numbers of stations that have stopped."""
        self._booked: set[int] = set()
        self._on = 0
        """Stations that have not stopped yet."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fleet: Fleet | None = None
        self._context = mistakes_only()
        """What a thousand stations could say of their connections is counted, not logged."""
        self._stops: set[asyncio.Task[None]] = set()

    # -- on Locust's side -------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start the thread."""
        monkey.get_original("_thread", "start_new_thread")(self._live, ())
        while self._fleet is None:
            gevent.sleep(0.01)

    def book(self) -> int:
        """Switch a station on; gives its number."""
        if self._free:
            number = self._free.popleft()
        else:
            number = self._next
            self._next += 1
        if number >= self._first + STRIDE:
            raise FleetError(f"a worker has numbers for {STRIDE} stations; start more workers")
        self._on += 1
        self._booked.add(number)
        self._there(partial(self._add, number))
        return number

    def hand_back(self, number: int) -> None:
        """Stop a station in good order; nobody waits for that. Once is enough."""
        if number in self._booked:
            self._booked.discard(number)
            self._there(partial(self._remove, number))

    def hand_back_all(self) -> None:
        """As :meth:`hand_back`, all of them."""
        for number in tuple(self._booked):
            self.hand_back(number)

    def black_out(self, blackout: Blackout) -> None:
        """As :meth:`Fleet.black_out`."""
        assert self._fleet is not None
        self._there(partial(self._fleet.black_out, blackout))

    def until_empty(self) -> None:
        """Wait until all stations have stopped, so that their last words are counted."""
        with gevent.Timeout(CLOSE_S, False):
            while self._on:
                gevent.sleep(0.05)

    def _there(self, act: Callable[[], None]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(act, context=self._context)

    # -- in the native thread ---------------------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            from uvloop import new_event_loop

            loop = new_event_loop()
            loop.set_default_executor(_AtOnce())
            loop.call_soon(self._furnish, context=self._context)
            self._loop = loop
            loop.run_forever()
        except BaseException:
            log.exception("the thread of the stations has ended")
            os._exit(1)  # Locust would go on without any

    def _furnish(self) -> None:
        self._fleet = Fleet(self._url, self._profile, (), counts=_Counts(self.passed))
        self._look()

    def _look(self) -> None:
        assert self._fleet is not None
        self._fleet.look()
        asyncio.get_running_loop().call_later(TICK_S, self._look)

    def _add(self, number: int) -> None:
        assert self._fleet is not None
        self._fleet.add(number)

    def _remove(self, number: int) -> None:
        assert self._fleet is not None
        stop = asyncio.get_running_loop().create_task(self._fleet.remove(number))
        self._stops.add(stop)
        stop.add_done_callback(partial(self._removed, number))

    def _removed(self, number: int, stop: "asyncio.Task[None]") -> None:
        self._stops.discard(stop)
        if not stop.cancelled() and (error := stop.exception()) is not None:
            log.error("station %d did not stop in good order", number, exc_info=error)
        self._free.append(number)
        self._on -= 1
