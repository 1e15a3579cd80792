"""Stations under Locust, which distributes them over processes and machines and shows their statistics.

A locustfile::

    from pathlib import Path
    from ocpp16sm.fleet.locust import Ramp, StationUser
    from ocpp16sm.fleet import read_profile

    class Station(StationUser):
        profile = read_profile(Path("fleet.toml"))

    class Shape(Ramp):
        stations = 2000

    locust -f fleet_locust.py --headless --host ws://127.0.0.1:9000 --master --expect-workers 2
    locust -f - --worker    # one for each core, on any number of machines

Locust runs its users as greenlets of gevent, and stations run on asyncio; neither can wait for the other. Each worker
therefore has a native thread with its own event loop, in which its stations run. A user only books a station there and
hands it back. Measurements are passed to Locust in batches.

Request type ``OCPP`` contains the requests by action; a CALLERROR, a missing response, or a response that violates its
schema is a failure. For ``connect``, ``boot`` and ``reconnect`` see :attr:`~ocpp16sm.fleet.counts.Counts.waits`. Type
``error`` contains all other errors. Needs ``pip install ocpp16sm[locust]``.
"""

import logging
from collections import deque
from typing import Any, ClassVar

import gevent
from attrs import define, field
from gevent.lock import RLock
from locust import LoadTestShape, User, events, task
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from ocpp16sm.fleet.locust_worker import CLOSE_S, STRIDE, LocustWorker, LogForwarder
from ocpp16sm.fleet.preconditions import FleetError, check_address
from ocpp16sm.fleet.profile import Blackout, Profile
from ocpp16sm.fleet.run import collect_seldom

BATCH_S = 0.2
"""Seconds between two batches of measurements."""
BLACKOUT = "ocpp16sm.blackout"
"""The message by which the master tells its workers to begin a blackout."""
CLOSE, CLOSED = "ocpp16sm.close", "ocpp16sm.closed"
"""Messages by which the master tells its workers that the run is over, and they answer that all is counted. Locust
itself waits only half a second."""


class StationError(Exception):
    """A failure, as reported to Locust."""


@define
class _Worker:
    """The stations of one Locust process."""

    environment: Environment
    locust_workers: dict[type["StationUser"], LocustWorker] = field(factory=dict)
    """One for each class of users."""
    _opening: RLock = field(factory=RLock)
    records: "deque[logging.LogRecord]" = field(factory=deque)
    """Log records of the stations' threads."""

    def forward_logs(self) -> None:
        """Collect the stations' log records until :meth:`fire_requests` fetches them."""
        for name in ("ocpp16sm", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers = [LogForwarder(self.records)]
            logger.propagate = False
        collect_seldom()

    def locust_worker(self, user: type["StationUser"]) -> LocustWorker:
        """The worker for this class of users; it is started if necessary. Raises FleetError."""
        with self._opening:  # other users wait until the worker exists
            locust_worker = self.locust_workers.get(user)
            if locust_worker is None:
                url = user.host or self.environment.host
                if not url:
                    raise FleetError("the URL of the Central System is missing: locust --host ws://host:port/path")
                check_address(url, public=user.public)
                runner = self.environment.runner
                index = getattr(runner, "worker_index", 0)
                locust_worker = self.locust_workers[user] = LocustWorker(url, user.profile, 1 + index * STRIDE)
                locust_worker.open()
            return locust_worker

    def fire_requests(self) -> None:
        """Pass measurements and log records to Locust, forever."""
        fire = self.environment.events.request.fire
        while True:
            for locust_worker in self.locust_workers.values():
                passed = locust_worker.passed
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
        """Cut the network or the power of many stations."""
        for locust_worker in self.locust_workers.values():
            locust_worker.black_out(blackout)

    def close(self) -> None:
        """Stop all stations, and wait until all measurements have been passed to Locust."""
        for locust_worker in self.locust_workers.values():
            locust_worker.remove_all_stations()
        for locust_worker in self.locust_workers.values():
            locust_worker.until_empty()
        while any(locust_worker.passed for locust_worker in self.locust_workers.values()):
            gevent.sleep(BATCH_S)


_workers: dict[int, _Worker] = {}
"""Workers by the id of their environment; a process usually has one."""


_closed: set[str] = set()
"""On the master: ids of the workers whose stations have all stopped."""


@events.init.add_listener
def _init(environment: Environment, **_rest: Any) -> None:
    runner = environment.runner
    if runner is None:
        return
    if isinstance(runner, MasterRunner):
        runner.register_message(CLOSED, lambda msg, **_more: _closed.add(msg.node_id))
        return
    worker = _workers[id(environment)] = _Worker(environment)
    worker.forward_logs()
    gevent.spawn(worker.fire_requests)
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
    """A user that stands for one running station."""

    abstract = True

    profile: ClassVar[Profile] = Profile()
    """The stations and their behaviour. ``connect_per_s`` and blackouts are ignored: Locust's shapes determine them."""
    public: ClassVar[bool] = False
    """Permit a Central System outside this machine and private networks; ask its operator first."""

    _number: int | None = None

    def on_start(self) -> None:
        """Start a station."""
        self._number = _workers[id(self.environment)].locust_worker(type(self)).add_station()

    def on_stop(self) -> None:
        """Begin to shut the station down cleanly."""
        if self._number is not None:
            _workers[id(self.environment)].locust_worker(type(self)).remove_station(self._number)
            self._number = None

    @task
    def live(self) -> None:
        """Do nothing: the station runs by itself."""
        gevent.sleep(3600)


# -- shapes ---------------------------------------------------------------------------------------------------------


class Ramp(LoadTestShape):
    """A shape: ``stations`` stations, started at the rate ``per_s``, for ``duration_s`` seconds."""

    abstract = True

    stations: ClassVar[int] = 1000
    per_s: ClassVar[float] = 50.0
    duration_s: ClassVar[float] = 600.0
    """Seconds of the whole run."""

    def tick(self) -> tuple[int, float] | None:
        """The number of users and their rate, as Locust expects it; None ends the run."""
        passed_s = self.get_run_time()
        if passed_s >= self.duration_s:
            return None
        self.passed(passed_s)
        return self.stations, self.per_s

    def passed(self, passed_s: float) -> None:
        """Called with the seconds since the start; for subclasses."""

    def black_out(self, blackout: Blackout) -> None:
        """Begin a network or power cut on all workers."""
        runner = self.runner
        if isinstance(runner, MasterRunner):
            runner.send_message(BLACKOUT, blackout_message(blackout))
        elif runner is not None:
            _workers[id(runner.environment)].black_out(blackout)


def blackout_message(blackout: Blackout) -> dict[str, Any]:
    """The fields of a blackout, as a message between processes."""
    return {name: getattr(blackout, name) for name in ("at_s", "duration_s", "share", "what")}


class BlackoutShape(Ramp):
    """A ramp; then the network of a share of the stations is cut for a while. They reconnect after their back-off."""

    abstract = True

    at_s: ClassVar[float] = 120.0
    blackout_s: ClassVar[float] = 60.0
    share: ClassVar[float] = 1.0
    what: ClassVar[Any] = "network"
    _done = False

    def reset_time(self) -> None:
        """Prepare a new run."""
        self._done = False
        super().reset_time()

    def passed(self, passed_s: float) -> None:
        """Begin the blackout once, when it is due."""
        if passed_s >= self.at_s and not self._done:
            self._done = True
            self.black_out(Blackout(at_s=self.at_s, duration_s=self.blackout_s, share=self.share, what=self.what))


class ConnectionStorm(BlackoutShape):
    """A ramp; then a power cut of all stations, after which all of them boot at the same moment."""

    abstract = True

    what = "power"
    blackout_s = 10.0
