"""The native thread in which the stations of a Locust worker run.

Locust runs its users as greenlets of gevent, and stations run on asyncio; neither can wait for the other.
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
"""Number of station numbers reserved for each worker."""
CLOSE_S = STOP_S + 5.0
"""Maximum seconds until all stations have stopped."""

Passed: TypeAlias = tuple[str, str, float, str | None]
"""Request type, name, seconds, and the failure, if any."""


class _Counts(Counts):
    """Counts that are passed on to Locust's side."""

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


class _InlineExecutor(ThreadPoolExecutor):
    """Runs everything at once on the loop's thread, because gevent replaces threads by greenlets."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Run the function now."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class LogForwarder(logging.Handler):
    """Passes log records to Locust's side: no native thread may wait for logging's locks, which are gevent's."""

    def __init__(self, records: "deque[logging.LogRecord]") -> None:
        super().__init__()
        self._records = records

    def createLock(self) -> None:  # noqa: N802  # logging's name
        """Make no lock."""
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        """Keep the record until Locust's side fetches it."""
        self._records.append(record)
        return True


class LocustWorker:
    """The native thread with the stations of a worker.

    :param url: Central System URL.
    :param profile: the stations and their behaviour.
    :param first: number of its first station.
    """

    def __init__(self, url: str, profile: Profile, first: int) -> None:
        self.passed: deque[Passed] = deque()
        self._url = url
        self._profile = profile
        self._first = first
        self._next = first
        self._free: deque[int] = deque()
        """Numbers of stopped stations, for reuse."""
        self._in_use: set[int] = set()
        self._on = 0
        """Number of stations that have not stopped yet."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fleet: Fleet | None = None
        self._context = mistakes_only()
        """Limits the log to internal errors: problems of a thousand connections are counted instead."""
        self._stops: set[asyncio.Task[None]] = set()

    # -- on Locust's side -------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Start the thread, and wait until it is ready."""
        monkey.get_original("_thread", "start_new_thread")(self._live, ())
        while self._fleet is None:
            gevent.sleep(0.01)

    def add_station(self) -> int:
        """Start a station; returns its number.

        Raises :class:`~ocpp16sm.fleet.preconditions.FleetError` if the worker has no numbers left.
        """
        if self._free:
            number = self._free.popleft()
        else:
            number = self._next
            self._next += 1
        if number >= self._first + STRIDE:
            raise FleetError(f"a worker runs at most {STRIDE} stations; start more workers")
        self._on += 1
        self._in_use.add(number)
        self._run_there(partial(self._add, number))
        return number

    def remove_station(self, number: int) -> None:
        """Begin to shut a station down cleanly; no effect if that has begun already."""
        if number in self._in_use:
            self._in_use.discard(number)
            self._run_there(partial(self._remove, number))

    def remove_all_stations(self) -> None:
        """Begin to shut all stations down; see :meth:`remove_station`."""
        for number in tuple(self._in_use):
            self.remove_station(number)

    def black_out(self, blackout: Blackout) -> None:
        """See :meth:`Fleet.black_out`."""
        assert self._fleet is not None
        self._run_there(partial(self._fleet.black_out, blackout))

    def until_empty(self) -> None:
        """Wait until all stations have stopped, so that their last messages are counted."""
        with gevent.Timeout(CLOSE_S, False):
            while self._on:
                gevent.sleep(0.05)

    def _run_there(self, act: Callable[[], None]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(act, context=self._context)

    # -- in the native thread ---------------------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            from uvloop import new_event_loop

            loop = new_event_loop()
            loop.set_default_executor(_InlineExecutor())
            loop.call_soon(self._create_fleet, context=self._context)
            self._loop = loop
            loop.run_forever()
        except BaseException:
            log.exception("the thread of the stations has ended")
            os._exit(1)  # otherwise Locust would continue without stations

    def _create_fleet(self) -> None:
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
            log.error("station %d did not stop cleanly", number, exc_info=error)
        self._free.append(number)
        self._on -= 1
