"""Stations under Locust, which spreads them over processes and machines, shows them and adds them up.

A locustfile::

    from pathlib import Path
    from ocpp16sm.fleet.locust import Ramp, StationUser
    from ocpp16sm.fleet import read_profile

    class Station(StationUser):
        profile = read_profile(Path("fleet.toml"))

    class Shape(Ramp):
        stations = 2000

    locust -f fleet_locust.py --headless --host ws://127.0.0.1:9000 --master --expect-workers 2
    locust -f - --worker    # as often as there are cores, on as many machines

Locust runs its users as greenlets of gevent; a core runs on asyncio, and neither can wait for the other. So each worker
has one native thread with an event loop of its own, in which the stations live. A user only books a station there and
hands it back; what the stations measure crosses over in batches.

Request type ``OCPP`` has requests by their action; a CALLERROR, no answer, or an answer that breaks its schema is a
failure. ``connect``, ``boot`` and ``reconnect``: see :attr:`~ocpp16sm.fleet.counts.Counts.waits`. ``error``: what went
wrong besides. Needs ``pip install ocpp16sm[locust]``.
"""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, ClassVar, TypeAlias

import gevent
from attrs import define, field
from gevent import monkey
from gevent.lock import RLock
from locust import LoadTestShape, User, events, task
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from ocpp16sm.fleet.counts import Counts
from ocpp16sm.fleet.fleet import TICK_S, Fleet
from ocpp16sm.fleet.limits import FleetError, check_address
from ocpp16sm.fleet.profile import STOP_S, Blackout, Profile
from ocpp16sm.fleet.run import collect_seldom, quieten

log = logging.getLogger("ocpp16sm.fleet.locust")

STRIDE = 100_000
"""So many numbers of stations each worker has."""
BATCH_S = 0.2
"""How often measurements cross over to Locust."""
BLACKOUT = "ocpp16sm.blackout"
"""The message by which the master tells its workers of one."""
CLOSE, CLOSED = "ocpp16sm.close", "ocpp16sm.closed"
"""By the first one the master tells its workers that the run is over; by the second they say that all is counted.
Locust itself waits half a second."""
CLOSE_S = STOP_S + 5.0
"""How long that may take."""

Passed: TypeAlias = tuple[str, str, float, str | None]
"""Request type, name, seconds, and what failed."""


class StationError(Exception):
    """What Locust is told of a failure."""


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


class _Carrier(logging.Handler):
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


class Depot:
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
        self._loop.call_soon_threadsafe(act)

    # -- in the native thread ---------------------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            from uvloop import new_event_loop

            loop = new_event_loop()
            loop.set_default_executor(_AtOnce())
            loop.call_soon(self._furnish)
            self._loop = loop
            loop.run_forever()
        except Exception:
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


@define
class _Worker:
    """What a process of Locust has."""

    environment: Environment
    depots: dict[type["StationUser"], Depot] = field(factory=dict)
    """Each class of users has its own."""
    _opening: RLock = field(factory=RLock)
    records: "deque[logging.LogRecord]" = field(factory=deque)
    """What the stations' threads have logged."""

    def carry_logs(self) -> None:
        """From now on what stations log is kept until :meth:`ferry` fetches it."""
        for name in ("ocpp16sm", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers = [_Carrier(self.records)]
            logger.propagate = False
        quieten()
        collect_seldom()

    def depot(self, user: type["StationUser"]) -> Depot:
        """Where stations of this class live."""
        with self._opening:  # whoever comes meanwhile waits until there is one
            depot = self.depots.get(user)
            if depot is None:
                url = user.host or self.environment.host
                if not url:
                    raise FleetError("the URL of the Central System is missing: locust --host ws://host:port/path")
                check_address(url, public=user.public)
                runner = self.environment.runner
                index = getattr(runner, "worker_index", 0)
                depot = self.depots[user] = Depot(url, user.profile, 1 + index * STRIDE)
                depot.open()
            return depot

    def ferry(self) -> None:
        """Take over what has been measured, again and again."""
        fire = self.environment.events.request.fire
        while True:
            for depot in self.depots.values():
                passed = depot.passed
                for _ in range(len(passed)):
                    kind, name, seconds, failure = passed.popleft()
                    fire(
                        request_type=kind,
                        name=name,
                        response_time=seconds * 1000,
                        response_length=0,
                        exception=None if failure is None else StationError(failure),
                        context={},
                    )
            while self.records:
                logging.getLogger().handle(self.records.popleft())
            gevent.sleep(BATCH_S)

    def black_out(self, blackout: Blackout) -> None:
        """A network or power cut for many."""
        for depot in self.depots.values():
            depot.black_out(blackout)

    def close(self) -> None:
        """Stop all stations, and wait until what they have measured is with Locust."""
        for depot in self.depots.values():
            depot.hand_back_all()
        for depot in self.depots.values():
            depot.until_empty()
        while any(depot.passed for depot in self.depots.values()):
            gevent.sleep(BATCH_S)


_workers: dict[int, _Worker] = {}
"""By the id of their environment; a process has one, as a rule."""


_closed: set[str] = set()
"""The master's workers whose stations have all stopped."""


@events.init.add_listener
def _init(environment: Environment, **_rest: Any) -> None:
    runner = environment.runner
    if runner is None:
        return
    if isinstance(runner, MasterRunner):
        runner.register_message(CLOSED, lambda msg, **_more: _closed.add(msg.node_id))
        return
    worker = _workers[id(environment)] = _Worker(environment)
    worker.carry_logs()
    gevent.spawn(worker.ferry)
    if isinstance(runner, WorkerRunner):
        runner.register_message(BLACKOUT, lambda msg, **_more: worker.black_out(Blackout(**msg.data)))
        runner.register_message(CLOSE, lambda **_more: gevent.spawn(_close, runner, worker))


def _close(runner: WorkerRunner, worker: _Worker) -> None:
    worker.close()
    runner.send_message(CLOSED)


@events.test_stop.add_listener
def _test_stop(environment: Environment, **_rest: Any) -> None:
    runner = environment.runner
    if isinstance(runner, MasterRunner):
        _closed.clear()
        runner.send_message(CLOSE)
        with gevent.Timeout(CLOSE_S, False):
            while len(_closed) < runner.worker_count:
                gevent.sleep(0.05)
    elif (worker := _workers.get(id(environment))) is not None:
        worker.close()


class StationUser(User):
    """A user that books a station as long as it runs."""

    abstract = True

    profile: ClassVar[Profile] = Profile()
    """What the stations are like, and do. ``connect_per_s`` and blackouts do not count: Locust's shapes say that."""
    public: ClassVar[bool] = False
    """The Central System may be neither on this machine nor in a private network: ask first."""

    _number: int | None = None

    def on_start(self) -> None:
        """Switch a station on."""
        self._number = _workers[id(self.environment)].depot(type(self)).book()

    def on_stop(self) -> None:
        """Stop it in good order."""
        if self._number is not None:
            _workers[id(self.environment)].depot(type(self)).hand_back(self._number)
            self._number = None

    @task
    def live(self) -> None:
        """The station lives by itself."""
        gevent.sleep(3600)


# -- shapes ---------------------------------------------------------------------------------------------------------


class Ramp(LoadTestShape):
    """So many stations, switched on at an even rate, for so long."""

    abstract = True

    stations: ClassVar[int] = 1000
    per_s: ClassVar[float] = 50.0
    duration_s: ClassVar[float] = 600.0
    """Of the whole run."""

    def tick(self) -> tuple[int, float] | None:
        """How many there are to be."""
        passed_s = self.get_run_time()
        if passed_s >= self.duration_s:
            return None
        self.passed(passed_s)
        return self.stations, self.per_s

    def passed(self, passed_s: float) -> None:
        """So much time has passed; for what happens besides."""

    def black_out(self, blackout: Blackout) -> None:
        """Tell all workers of a network or power cut, which begins now."""
        runner = self.runner
        if isinstance(runner, MasterRunner):
            runner.send_message(BLACKOUT, blackout_message(blackout))
        elif runner is not None:
            _workers[id(runner.environment)].black_out(blackout)


def blackout_message(blackout: Blackout) -> dict[str, Any]:
    """A blackout as a message between processes."""
    return {name: getattr(blackout, name) for name in ("at_s", "duration_s", "share", "what")}


class BlackoutShape(Ramp):
    """A ramp; then the network of a share of the stations is cut for a while. Their back-off says when they return."""

    abstract = True

    at_s: ClassVar[float] = 120.0
    blackout_s: ClassVar[float] = 60.0
    share: ClassVar[float] = 1.0
    what: ClassVar[Any] = "network"
    _done = False

    def reset_time(self) -> None:
        """A new run."""
        self._done = False
        super().reset_time()

    def passed(self, passed_s: float) -> None:
        """When it is time, the lights go out, once."""
        if passed_s >= self.at_s and not self._done:
            self._done = True
            self.black_out(Blackout(at_s=self.at_s, duration_s=self.blackout_s, share=self.share, what=self.what))


class ConnectionStorm(BlackoutShape):
    """A ramp; then the power of all stations fails, and comes back: all of them boot in the same moment."""

    abstract = True

    what = "power"
    blackout_s = 10.0
