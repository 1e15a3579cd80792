"""What a request costs without sockets: from a handler's call to a frame, and to its answer; from a CALL to its answer.

Run ``python -m tests.bench.bench_core``; exit code 1 if a bar is missed. All in one process and in turn, in CPU time.
What is done differs:

* ocpp16sm: everything: the arguments checked, charts, queue, timers, rollback, validation, the memory store;
* typed messages: structs of msgspec both ways, and no behaviour (:mod:`tests.bench.bare`);
* mobilityhouse/ocpp: its ``ChargePoint`` with its event loop and JSON schemas (without the thread that it validates in
  by default, which would cost it more), and no behaviour.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import ocpp.messages  # type: ignore[import-untyped]  # no stubs
from ocpp.routing import on  # type: ignore[import-untyped]  # no stubs
from ocpp.v16 import ChargePoint as OcppChargePoint  # type: ignore[import-untyped]  # no stubs
from ocpp.v16 import call_result

from ocpp16sm.base.instant import Instant
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import Persist, SendText
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.protocol import Core
from ocpp16sm.generated.handlers import HandlerCall, Handlers
from ocpp16sm.records import Identity
from ocpp16sm.store import MemoryStore, Store
from tests.bench.bare import TypedStation, mobilityhouse_session
from tests.bench.measuring import Bar, best_of, table, tell
from tests.bench.session import CALLS, CONFIGURATION, INTERVAL_S, NOON, answer, steps

ROUNDS, SESSIONS, QUESTIONS = 12, 250, 2000
QUESTION = '[2,"6ba7b810-9dad-11d1-80b4-00c04fd430c8","GetConfiguration",{"key":["HeartbeatInterval"]}]'

FASTER_THAN_MOBILITYHOUSE = 2.0


class Station(Handlers):
    """A core, its store, and nothing else."""

    def __init__(self, store: Store | None = None, *, converse: bool = True) -> None:
        identity = Identity(charge_point_vendor="Vendor", charge_point_model="Model")
        setup = Setup(identity=identity, connectors=2, configuration=CONFIGURATION)
        self._core = Core(setup, id_prefix="0123456789-")
        self._store = store or MemoryStore()
        self._mono = 0.0
        self.sent: list[str] = []
        self.feed(inputs.Started(stored=self._store.load()))
        self.feed(inputs.LinkOpened())
        if converse:
            self.converse()

    def feed(self, happened: inputs.Input | HandlerCall) -> Any:
        step = self._core.feed(happened, Instant(self._mono, NOON))
        for effect in step.effects:
            if isinstance(effect, SendText):
                self.sent.append(effect.text)
            elif isinstance(effect, Persist):
                self._store.apply(effect.operations)
        return step.result

    def _call(self, call: HandlerCall) -> Any:
        return self.feed(call)

    def converse(self) -> int:
        """Answer everything; gives how many requests that were."""
        answered = 0
        while self.sent:
            self.feed(inputs.TextReceived(answer(self.sent.pop())))
            answered += 1
        return answered

    def sample(self) -> None:
        """An interval passes."""
        self._mono += INTERVAL_S
        self.feed(inputs.DeadlineReached())

    def session(self) -> int:
        """A session; gives the number of its requests."""
        answered = 0
        for step in steps(self, self.sample):
            step()
            answered += self.converse()
        return answered


def _ours() -> tuple[Callable[[], None], Callable[[], None]]:
    station = Station()
    assert station.session() == CALLS

    def sessions() -> None:
        for _session in range(SESSIONS):
            station.session()

    def questions() -> None:
        for number in range(QUESTIONS):
            station.feed(inputs.TextReceived(QUESTION.replace("6ba7b810", f"{number:08}")))
        assert len(station.sent) == QUESTIONS, station.sent[:1]
        station.sent.clear()

    return sessions, questions


def _typed() -> tuple[Callable[[], None], Callable[[], None]]:
    station = TypedStation()

    def sessions() -> None:
        for _session in range(SESSIONS):
            for request in station.session():
                station.answered(request, answer(station.call(request)))

    def questions() -> None:
        for number in range(QUESTIONS):
            station.asked(QUESTION.replace("6ba7b810", f"{number:08}"))

    return sessions, questions


class _Line:
    """Answers at once."""

    def __init__(self) -> None:
        self.routed: list[str] = []
        self.sent = 0

    async def send(self, frame: str) -> None:
        self.sent += 1
        if frame.startswith("[2,"):
            await self.point.route_message(answer(frame.replace(", ", ","), 1))

    point: Any


class _Point(OcppChargePoint):  # type: ignore[misc]  # no stubs
    @on("GetConfiguration")  # type: ignore[untyped-decorator]  # no stubs
    def configuration(self, **_wanted: Any) -> Any:
        return call_result.GetConfiguration(
            configuration_key=[{"key": "HeartbeatInterval", "readonly": False, "value": "60"}]
        )


def _mobilityhouse() -> tuple[Callable[[], None], Callable[[], None]]:
    ocpp.messages.ASYNC_VALIDATION = False
    line = _Line()
    line.point = point = _Point("CP", line)
    transaction_id = [0]
    loop = asyncio.new_event_loop()

    async def converse() -> None:
        for _session in range(SESSIONS // 10):
            for request in mobilityhouse_session(transaction_id):
                response = await point.call(request)
                if isinstance(response, call_result.StartTransaction):
                    transaction_id[0] = response.transaction_id

    async def asked() -> None:
        for number in range(QUESTIONS // 10):
            await point.route_message(QUESTION.replace("6ba7b810", f"{number:08}"))

    return lambda: loop.run_until_complete(converse()), lambda: loop.run_until_complete(asked())


def main() -> int:
    """Print a table and the bars; returns the exit code."""
    rivals = {"ocpp16sm": (_ours(), 1), "typed messages": (_typed(), 1), "mobilityhouse/ocpp": (_mobilityhouse(), 10)}
    jobs = {
        f"{name} {what}": job
        for name, (both, _share) in rivals.items()
        for what, job in zip(("calls", "answers"), both, strict=True)
    }
    seconds = best_of(jobs, ROUNDS)
    cost = {
        name: (
            seconds[f"{name} calls"] * share / SESSIONS / CALLS * 1e6,
            seconds[f"{name} answers"] * share / QUESTIONS * 1e6,
        )
        for name, (_both, share) in rivals.items()
    }
    ours = cost["ocpp16sm"]
    rows = {
        name: [f"{one:.1f} us x{one / mine:.2f}" for one, mine in zip(costs, ours, strict=True)]
        for name, costs in cost.items()
    }
    lines = table(["a request, answered", "a CALL's answer"], rows)
    ratio = cost["mobilityhouse/ocpp"][0] / ours[0]
    bar = (
        f"a request with all behaviour costs {FASTER_THAN_MOBILITYHOUSE:g} times less than mobilityhouse/ocpp's without"
    )
    return tell(lines, [Bar(bar, ratio >= FASTER_THAN_MOBILITYHOUSE)])


if __name__ == "__main__":
    sys.exit(main())
