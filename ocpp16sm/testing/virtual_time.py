"""Runs coroutine tests in virtual time, for the fixtures ``csms`` and ``station`` of the pytest plugin.

::

    async def test_a_car_is_full_in_the_evening(csms, station):
        station.plug_in(1, Car(battery=Battery(capacity_wh=50_000)))
        station.present_token("TAG", [1])
        await csms.known("CP001").expect("StartTransaction")
        await asyncio.sleep(10 * 3600)
        assert station.status(1) == "SuspendedEV"

When all tasks wait, time jumps to the next deadline. So tests are fast and deterministic.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any, Final

from ocpp16sm.clock import VirtualClock
from ocpp16sm.csms import CentralSystem, LocalTransport, Policy
from ocpp16sm.settings import Settings
from ocpp16sm.station import Timings, VirtualStation
from ocpp16sm.station.files import MemoryFiles

DAY_S: Final = 86_400.0
BOOT_S: Final = 60.0
"""Virtual seconds to wait for a station to be accepted; a station kept Pending starts its test unaccepted."""
SEED: Final = 1
"""Random seed of a station, fixed so that every run is the same."""

SETTINGS: Final = Settings(charge_point_id="CP001", central_system_url="ws://central.system", connectors=2)
TIMINGS: Final = Timings(meter_read_s=10.0, idle_meter_read_s=600.0)
"""Slower than the default of two meter readings a second, with which a day of charging takes some seconds to run."""


def make_csms(clock: VirtualClock, policy: Policy) -> CentralSystem:
    return CentralSystem(policy, clock=clock)


def make_station(
    clock: VirtualClock, system: CentralSystem, settings: Settings, timings: Timings, files: MemoryFiles
) -> VirtualStation:
    """A station that connects to ``system`` in memory once it is powered on."""
    transport = LocalTransport(system)
    return VirtualStation(settings, timings=timings, clock=clock, transport=transport, files=files, seed=SEED)


def live(
    clock: VirtualClock, station: VirtualStation | None, test: Callable[[], Awaitable[Any]], longest_s: float
) -> None:
    """Run a test to its end in virtual time.

    The station is powered on before the test and shut down cleanly afterwards. Raises ``AssertionError`` if the test
    takes longer than ``longest_s`` (virtual seconds), or if a callback of the event loop fails.
    """
    failed: list[dict[str, Any]] = []

    async def life() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failed.append(context))
        try:
            async with asyncio.timeout(longest_s) as bound, AsyncExitStack() as stack:
                if station is not None:
                    await stack.enter_async_context(station)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(BOOT_S):
                            await station.charge_point.wait_until_accepted()
                await test()
        except TimeoutError as error:
            if bound.expired():
                raise AssertionError(
                    f"the test is still waiting after {longest_s / DAY_S:g} days of virtual time"
                ) from error
            raise

    clock.run(life())
    if failed:
        raise AssertionError(f"a callback failed during the test: {failed}") from failed[0].get("exception")
