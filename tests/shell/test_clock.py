"""Clocks whose time of day and event loop keep step, at any pace."""

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from ocpp16sm import ChargePoint, Settings, clock
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.clock import PacedClock, ScaledClock, SystemClock, VirtualClock
from ocpp16sm.csms import CentralSystem, LocalTransport, Policy
from ocpp16sm.errors import InvalidArgumentError, NotStartedError
from ocpp16sm.station import VirtualStation

BEGAN = Timestamp.parse("2026-03-01T00:00:00Z")


def test_virtual_time_leaps_to_whatever_is_due_next() -> None:
    virtual = VirtualClock(BEGAN)
    seen: list[tuple[str, float]] = []

    async def wakes(name: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        seen.append((name, virtual.even_time()))

    async def story() -> None:
        await asyncio.gather(wakes("year", 366 * 86400), wakes("soon", 0.001), wakes("hour", 3600))

    began = time.perf_counter()
    virtual.run(story())
    assert time.perf_counter() - began < 5
    assert seen == [("soon", 0.001), ("hour", 3600), ("year", pytest.approx(366 * 86400))]
    assert virtual.utc() == BEGAN + timedelta(days=366)


def test_virtual_time_does_not_pass_while_there_is_something_to_do() -> None:
    virtual = VirtualClock(BEGAN)

    async def story() -> None:
        asyncio.get_running_loop().call_later(1, lambda: None)
        for _ in range(1000):
            await asyncio.sleep(0)

    virtual.run(story())
    assert virtual.even_time() == 0
    assert virtual.utc() == BEGAN


def test_virtual_time_that_stands_still_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "STANDSTILL_S", 0.01)

    async def story() -> None:
        await asyncio.Event().wait()

    with pytest.raises(RuntimeError, match="stands still"):
        VirtualClock().run(story())


def test_virtual_time_waits_for_another_thread_when_nothing_is_due() -> None:
    async def story() -> str:
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()
        threading.Thread(target=lambda: loop.call_soon_threadsafe(done.set_result, "done")).start()
        return await done

    assert VirtualClock().run(story()) == "done"


def test_work_on_another_thread_takes_no_virtual_time() -> None:
    """Certificates are read so; whoever ticks meanwhile, in virtual time, must not see the day go by."""
    virtual = VirtualClock()

    async def ticks() -> None:
        while True:
            await asyncio.sleep(1)

    async def story() -> None:
        loop = asyncio.get_running_loop()
        ticking = asyncio.create_task(ticks())

        def work() -> int:
            for _ in range(10):
                turned = threading.Event()
                loop.call_soon_threadsafe(turned.set)
                turned.wait()
            return 5

        assert tuple(await asyncio.gather(asyncio.to_thread(work), asyncio.to_thread(work))) == (5, 5)
        assert virtual.even_time() == 0
        await asyncio.sleep(10)
        assert virtual.even_time() == 10
        ticking.cancel()

    virtual.run(story())
    assert virtual.even_time() == 10


def test_scaled_time_passes_so_many_times_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    scaled = ScaledClock(60, BEGAN)
    now += 2
    assert scaled.even_time() == 120
    assert scaled.utc() == BEGAN + timedelta(minutes=2)
    waited: list[float | None] = []
    for timeout_s in (None, 0, 90):
        scaled.wait(waited.append, timeout_s)
    assert waited == [None, 0, 1.5]


def test_scaled_time_runs_a_coroutine() -> None:
    async def story() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(60)
        return loop.time() - began

    began = time.perf_counter()
    assert ScaledClock(10_000).run(story()) >= 60
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize("factor", [0, -1, float("nan"), 1e9])
def test_there_is_no_such_pace(factor: float) -> None:
    with pytest.raises(InvalidArgumentError, match="factor"):
        ScaledClock(factor)


def test_the_systems_clock_is_the_time_of_day() -> None:
    async def story() -> timedelta:
        return abs(SystemClock().utc() - Timestamp.of(datetime.now(UTC)))

    assert SystemClock().run(story()) < timedelta(seconds=5)


@pytest.mark.parametrize("other", [VirtualClock(), ScaledClock(2)])
def test_a_loop_that_keeps_another_time_is_refused(other: PacedClock) -> None:
    async def story() -> None:
        station = VirtualStation(Settings(charge_point_id="CP001"), clock=other)
        with pytest.raises(NotStartedError, match=r"clock\.run"):
            station.boot()

    SystemClock().run(story())
    VirtualClock().run(story())


def test_a_charge_point_lives_in_virtual_time_with_a_central_system_beside_it() -> None:
    virtual = VirtualClock(BEGAN)

    async def story() -> list[str]:
        system = CentralSystem(Policy(heartbeat_interval_s=3600), clock=virtual)
        settings = Settings(charge_point_id="CP001", central_system_url="ws://nowhere")
        async with ChargePoint(settings, transport=LocalTransport(system), clock=virtual):
            await asyncio.sleep(86_401)
            assert system.known("CP001").heard[-1].action == "Heartbeat"
            return [heard.action for heard in system.known("CP001").heard]

    assert virtual.run(story()).count("Heartbeat") == 24
    assert timedelta(days=1) <= virtual.utc() - BEGAN < timedelta(days=1, seconds=15)
