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

import logging
from collections import deque
from typing import Any, ClassVar

import gevent
from attrs import define, field
from gevent.lock import RLock
from locust import LoadTestShape, User, events, task
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from ocpp16sm.fleet.locust_worker import CLOSE_S, STRIDE, Carrier, LocustWorker
from ocpp16sm.fleet.preconditions import FleetError, check_address
from ocpp16sm.fleet.profile import Blackout, Profile
from ocpp16sm.fleet.run import collect_seldom

BATCH_S = 0.2
"""How often measurements cross over to Locust."""
BLACKOUT = "ocpp16sm.blackout"
"""The message by which the master tells its workers of one."""
CLOSE, CLOSED = "ocpp16sm.close", "ocpp16sm.closed"
"""By the first one the master tells its workers that the run is over; by the second they say that all is counted.
Locust itself waits half a second."""


class StationError(Exception):
    """What Locust is told of a failure."""


@define
class _Worker:
    """What a process of Locust has."""

    environment: Environment
    depots: dict[type["StationUser"], LocustWorker] = field(factory=dict)
    """Each class of users has its own."""
    _opening: RLock = field(factory=RLock)
    records: "deque[logging.LogRecord]" = field(factory=deque)
    """What the stations' threads have logged."""

    def carry_logs(self) -> None:
        """From now on what stations log is kept until :meth:`ferry` fetches it."""
        for name in ("ocpp16sm", "asyncio"):
            logger = logging.getLogger(name)
            logger.handlers = [Carrier(self.records)]
            logger.propagate = False
        collect_seldom()

    def depot(self, user: type["StationUser"]) -> LocustWorker:
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
                depot = self.depots[user] = LocustWorker(url, user.profile, 1 + index * STRIDE)
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
