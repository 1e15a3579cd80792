"""Fleets in virtual time, with an embedded Central System and no network between."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ocpp16sm.clock import VirtualClock
from ocpp16sm.csms import CentralSystem, LocalTransport, Policy
from ocpp16sm.fleet import Fleet, profile_of
from tests.cli.conftest import PATIENCE_S, start

URL = "ws://127.0.0.1"

QUICK: Mapping[str, Any] = {
    "sessions": {
        "arrivals_per_hour": 60,
        "leave_s": [5, 30],
        "mix": [
            {"duration_s": [60, 300]},
            {"first": "card", "stop": "unplug", "duration_s": [30, 120], "dc_power_w": 50_000},
            {"card": False, "duration_s": [20, 60]},
            {"pauses": 1, "pause_s": [10, 20], "duration_s": [100, 200]},
        ],
    },
}
"""Much happens in little time."""


class FleetScene:
    """A fleet and its Central System."""

    def __init__(self, clock: VirtualClock, values: Mapping[str, Any], numbers: range, policy: Policy | None) -> None:
        self.frames: list[tuple[str, str]] = []
        """Direction and text, in order."""
        self.system = CentralSystem(policy, clock=clock, on_frame=self._note)
        self.roads: dict[int, LocalTransport] = {}
        self.fleet = Fleet(URL, profile_of(values), numbers, transport=self._road, clock=clock)

    def _note(self, direction: str, text: str) -> None:
        self.frames.append((direction, text))

    def _road(self, number: int) -> LocalTransport:
        return self.roads.setdefault(number, LocalTransport(self.system))

    async def pass_time(self, seconds: float) -> None:
        """Let virtual time pass, looking at the fleet every second as a run does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            await asyncio.sleep(min(1.0, end - loop.time()))
            self.fleet.look()


def live(
    story: Callable[[FleetScene], Awaitable[None]],
    values: Mapping[str, Any] = QUICK,
    numbers: range = range(1, 6),
    policy: Policy | None = None,
) -> FleetScene:
    """Have a fleet live through a story in virtual time."""
    clock = VirtualClock()
    towns: list[FleetScene] = []

    async def begin() -> None:
        scene = FleetScene(clock, values, numbers, policy)
        towns.append(scene)
        scene.fleet.start()
        try:
            await story(scene)
        finally:
            scene.fleet.kill()

    clock.run(begin())
    return towns[0]


@contextmanager
def central_system() -> Iterator[str]:
    """A Central System in another process; gives its URL."""
    with start("csms", "--port", 0, "--quiet") as program:
        assert program.stdout is not None
        yield program.stdout.readline().partition("connect to ")[2].partition("/<")[0]
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=PATIENCE_S)
