"""Time that stands still until it is told to pass."""

import asyncio
import time

from ocpp16sm.clock import ScaledClock, SystemClock
from ocpp16sm.control.stepped_time import SteppedClock, in_real_time
from ocpp16sm.testing.virtual_charge_point import BEGAN


def fails() -> None:
    raise AssertionError("it was called off")


def idle() -> bool:
    return False


def test_time_passes_from_deadline_to_deadline_and_not_by_itself() -> None:
    clock = SteppedClock(BEGAN)
    woken: list[tuple[int, float]] = []

    async def sleeps(seconds: int) -> None:
        await asyncio.sleep(seconds)
        woken.append((seconds, clock.even_time()))

    async def story() -> None:
        sleepers = [asyncio.create_task(sleeps(seconds)) for seconds in (30, 10, 20, 86400)]
        await asyncio.sleep(0)
        assert clock.even_time() == 0
        await clock.advance(20, busy=idle)
        assert woken == [(10, 10), (20, 20)], "what falls due at the end is done too"
        await clock.advance(0, busy=idle)
        assert clock.even_time() == 20
        await asyncio.gather(clock.advance(5, busy=idle), clock.advance(10, busy=idle))
        assert (woken[2:], clock.even_time()) == ([(30, 30)], 35), "one after the other"
        await clock.advance(366 * 86400, busy=idle)
        assert [seconds for seconds, _ in woken] == [10, 20, 30, 86400]
        await asyncio.gather(*sleepers)

    clock.run(story())


def test_what_follows_from_a_deadline_is_done_before_time_goes_on() -> None:
    clock = SteppedClock(BEGAN)
    seen: list[float] = []

    async def works() -> None:
        for _ in range(3):
            await asyncio.sleep(1)
            for _ in range(10):
                await asyncio.sleep(0)
            seen.append(clock.even_time())

    async def story() -> None:
        task = asyncio.create_task(works())
        await asyncio.sleep(0)
        await clock.advance(3, busy=idle)
        assert seen == [1, 2, 3]
        await task

    clock.run(story())


def test_time_waits_for_an_answer_of_the_network() -> None:
    clock = SteppedClock(BEGAN)

    async def story() -> None:
        owed = True

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal owed
            await reader.readline()
            owed = False
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        _reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"?\n")
        timed_out = asyncio.get_running_loop().call_later(5, lambda: None)
        await clock.advance(10, busy=lambda: owed, patience_s=30)
        assert not owed
        assert timed_out.when() <= clock.even_time()
        writer.close()
        server.close()

    clock.run(story())


def test_time_does_not_wait_for_ever() -> None:
    clock = SteppedClock(BEGAN)

    async def story() -> None:
        began = time.monotonic()
        await clock.advance(3600, busy=lambda: True, patience_s=0.05)
        assert time.monotonic() - began >= 0.05
        assert clock.even_time() == 3600

    clock.run(story())


def test_whoever_gives_up_a_journey_leaves_time_where_it_is() -> None:
    clock = SteppedClock(BEGAN)

    async def story() -> None:
        journey = asyncio.create_task(clock.advance(3600, busy=lambda: True, patience_s=600))
        await asyncio.sleep(0)
        journey.cancel()
        await asyncio.wait([journey])
        assert clock.even_time() == 0
        await clock.advance(1, busy=idle)
        assert clock.even_time() == 1

    clock.run(story())


def test_real_time_is_real_whatever_the_clock() -> None:
    for clock in (SystemClock(), ScaledClock(1000), SteppedClock()):

        async def story(clock: SystemClock | ScaledClock | SteppedClock = clock) -> float:
            rung = asyncio.get_running_loop().create_future()
            began = time.monotonic()
            called_off = in_real_time(clock, 0.01, fails)
            called_off()
            in_real_time(clock, 0.05, lambda: rung.set_result(None))
            await rung
            return time.monotonic() - began

        assert clock.run(story()) >= 0.049
