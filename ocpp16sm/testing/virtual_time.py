"""Tests that are coroutines, in virtual time: what the fixtures ``csms`` and ``station`` of the pytest plugin are for.

::

    async def test_a_car_is_full_in_the_evening(csms, station):
        station.plug_in(1, Car(battery=Battery(capacity_wh=50_000)))
        station.present_token("TAG", [1])
        await csms.known("CP001").expect("StartTransaction")
        await asyncio.sleep(10 * 3600)
        assert station.status(1) == "SuspendedEV"

When everybody waits, time leaps to the next deadline. So the test takes as long as what happens, and always the same.
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
"""Virtual time that a station has to be accepted before its test begins; one that is kept Pending begins so."""
SEED: Final = 1
"""Of a station's chance. Every run is the same."""

SETTINGS: Final = Settings(charge_point_id="CP001", central_system_url="ws://central.system", connectors=2)
TIMINGS: Final = Timings(meter_read_s=10.0, idle_meter_read_s=600.0)
"""A meter that is read twice a second, as usual, costs a day of charging some seconds."""


def make_csms(clock: VirtualClock, policy: Policy) -> CentralSystem:
    """A Central System in memory."""
    return CentralSystem(policy, clock=clock)


def make_station(
    clock: VirtualClock, system: CentralSystem, settings: Settings, timings: Timings, files: MemoryFiles
) -> VirtualStation:
    """A station that is connected to it without a network, and has no power yet."""
    transport = LocalTransport(system)
    return VirtualStation(settings, timings=timings, clock=clock, transport=transport, files=files, seed=SEED)


def live(
    clock: VirtualClock, station: VirtualStation | None, test: Callable[[], Awaitable[Any]], longest_s: float
) -> None:
    """Run a test to its end in virtual time.

    A station gets power before, and is stopped in good order behind. What fails in a callback, where nobody is told,
    fails the test as well. Raises ``AssertionError`` if it waits longer than ``longest_s``.
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
                    f"the test still waits after {longest_s / DAY_S:g} days of virtual time"
                ) from error
            raise

    clock.run(life())
    if failed:
        raise AssertionError(f"while the test ran, this failed: {failed}") from failed[0].get("exception")
