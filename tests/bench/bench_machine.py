"""What an event of the connector costs: our compiled machine, python-statemachine's interpreter, ``transitions``.

Run ``python tests/bench/bench_machine.py``; exit code 1 if a bar is missed. All walk the same ten events (a charging
session with a pause and a fault in the middle), in one process and in turn, so that the ratios hold even where the
nanoseconds do not. What each does differs:

* ours: the committed connector, three regions, queue and rollback;
* python-statemachine: the same chart class, interpreted behind the same interface (``ocpp16sm.charts.interpreter``);
* transitions: it has no regions, so it gets a flat machine of the nine statuses, with less to do: the walk's own
  transitions, no guards, the fault remembered by one trigger for each status to return to.

The hook of all three does the same, next to nothing: it counts its calls.
"""

import gc
import sys
import timeit
import tracemalloc
from collections.abc import Callable
from typing import Any, NamedTuple

from transitions import Machine as FlatMachine

from ocpp16sm.charts.interpreter import InterpretedMachine
from ocpp16sm.generated.connector import ConnectorMachine
from statecharts.ocpp16 import Connector

ROUNDS = 15
WALK = (
    "session_started",
    "transaction_started",
    "energy_flowed",
    "ev_suspended",
    "energy_flowed",
    "fault_raised",
    "evse_suspended",
    "fault_cleared",
    "transaction_stopped",
    "session_ended",
)
END = ("Available", "Operative", "Sound")

FASTER_THAN_STATEMACHINE = 300
FASTER_THAN_TRANSITIONS = 30
BYTES_AN_INSTANCE = 1536


class Hooks:
    """The least that a connector's chart can call."""

    __slots__ = ("reports",)

    def __init__(self) -> None:
        self.reports = 0

    def report_status(self, info: str | None = None) -> None:
        self.reports += 1

    report_again = report_suspension = report_status

    def identified(self) -> bool:
        return True

    def transaction_running(self) -> bool:
        return False

    def user_action_required(self) -> bool:
        return True


class FlatHooks:
    """The model of a machine of ``transitions``: it gets a method for each trigger."""

    def __init__(self) -> None:
        self.reports = 0

    def report_status(self, info: str | None = None) -> None:
        self.reports += 1


FLAT = [
    {"trigger": trigger, "source": source, "dest": target}
    for trigger, source, target in (
        ("session_started", "Available", "Preparing"),
        ("session_started", "Finishing", "Preparing"),
        ("transaction_started", "Available", "Preparing"),
        ("transaction_started", "Finishing", "Preparing"),
        ("transaction_started", "Preparing", None),
        *(("energy_flowed", source, "Charging") for source in ("Preparing", "SuspendedEV", "SuspendedEVSE")),
        *(("ev_suspended", source, "SuspendedEV") for source in ("Preparing", "Charging", "SuspendedEVSE")),
        *(("evse_suspended", source, "SuspendedEVSE") for source in ("Preparing", "Charging", "SuspendedEV")),
        ("evse_suspended", "Faulted", None),
        *(("fault_raised", source, "Faulted") for source in ("Available", "Charging", "SuspendedEV", "SuspendedEVSE")),
        ("fault_cleared", "Faulted", "SuspendedEVSE"),
        *(("transaction_stopped", source, "Finishing") for source in ("Charging", "SuspendedEV", "SuspendedEVSE")),
        ("session_ended", "Finishing", "Available"),
    )
]
STATUSES = ["Available", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing", "Reserved"]


class Rival(NamedTuple):
    """An engine under test."""

    name: str
    make: Callable[[], Any]
    """A new instance with hooks of its own, ready for its first event."""
    loops: int
    """Walks in a round."""
    population: int
    """Instances to weigh."""


def _ours() -> Any:
    return ConnectorMachine(Hooks())


def _interpreted() -> Any:
    return InterpretedMachine(Connector, Hooks())


def _flat() -> Any:
    model = FlatHooks()
    states = [{"name": status, "on_enter": "report_status"} for status in (*STATUSES, "Unavailable", "Faulted")]
    FlatMachine(model, states=states, transitions=FLAT, initial="Available", auto_transitions=False)
    return model


OURS = Rival("ocpp16sm", _ours, 2000, 5000)
STATEMACHINE = Rival("python-statemachine", _interpreted, 10, 50)
TRANSITIONS = Rival("transitions, flat", _flat, 100, 100)


class Cost(NamedTuple):
    """The best of all rounds."""

    nanoseconds: float
    """An event."""
    microseconds: float
    """Making an instance."""
    bytes: float
    """A living instance, its hooks included."""


def _walker(instance: Any) -> Callable[[], None]:
    """The walk as straight calls of bound methods, and proof that it ends where it began."""
    events = [getattr(instance, event) for event in WALK]

    def walk() -> None:
        for event in events:
            event()

    walk()
    assert getattr(instance, "configuration", END) == END
    assert getattr(instance, "state", "Available") == "Available"
    return walk


def _weigh(rival: Rival) -> float:
    rival.make()
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    population = [rival.make() for _ in range(rival.population)]
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / len(population)


def _measure(rivals: tuple[Rival, ...]) -> dict[str, Cost]:
    walks = {rival.name: _walker(rival.make()) for rival in rivals}
    event = dict.fromkeys(walks, float("inf"))
    instance = dict.fromkeys(walks, float("inf"))
    for _ in range(ROUNDS):
        for rival in rivals:
            seconds = timeit.timeit(walks[rival.name], number=rival.loops)
            event[rival.name] = min(event[rival.name], seconds / rival.loops / len(WALK) * 1e9)
            number = max(1, rival.loops // 10)
            seconds = timeit.timeit(rival.make, number=number)
            instance[rival.name] = min(instance[rival.name], seconds / number * 1e6)
    return {r.name: Cost(event[r.name], instance[r.name], _weigh(r)) for r in rivals}


def main() -> int:
    """Print a table and the bars; returns the exit code."""
    rivals = (OURS, STATEMACHINE, TRANSITIONS)
    costs = _measure(rivals)
    ours = costs[OURS.name]
    out = [f"{'':20}{'ns/event':>20}{'us/instance':>20}{'bytes/instance':>20}"]
    for rival in rivals:
        pairs = zip(costs[rival.name], ours, strict=True)
        out.append(f"{rival.name:20}" + "".join(f"{cost:11.1f} x{cost / one:<7.1f}" for cost, one in pairs))
    bars = [
        (
            f"an event at least {FASTER_THAN_STATEMACHINE} times faster than python-statemachine",
            costs[STATEMACHINE.name].nanoseconds / ours.nanoseconds >= FASTER_THAN_STATEMACHINE,
        ),
        (
            f"an event at least {FASTER_THAN_TRANSITIONS} times faster than transitions",
            costs[TRANSITIONS.name].nanoseconds / ours.nanoseconds >= FASTER_THAN_TRANSITIONS,
        ),
        (f"an instance of at most {BYTES_AN_INSTANCE} bytes", ours.bytes <= BYTES_AN_INSTANCE),
    ]
    out += [f"{'met' if met else 'MISSED':8}{bar}" for bar, met in bars]
    sys.stdout.write("\n".join(out) + "\n")
    return 0 if all(met for _, met in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
