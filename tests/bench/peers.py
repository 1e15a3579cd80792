"""Charge points as processes, to be measured: ``python -m tests.bench.peers PEER LOOP URL STATIONS SESSIONS``.

All stations connect and boot; then each plays its sessions, one request outstanding, the next when the one before has
been answered. Prints JSON: the CPU seconds of the process so far, for the boots, and for the sessions, and how many
requests those were. See :mod:`tests.bench.session` for what a session is.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

PEERS = ("ocpp16sm", "typed", "mobilityhouse")


class Ours:
    """A whole charge point with two connectors."""

    __slots__ = ("_time", "charge_point")

    def __init__(self, number: int, url: str) -> None:
        from ocpp16sm import ChargePoint, Settings
        from tests.bench.session import CONFIGURATION

        settings = Settings(
            charge_point_id=f"CP{number}", central_system_url=url, connectors=2, configuration=CONFIGURATION
        )
        self.charge_point = ChargePoint(settings)

    async def boot(self) -> None:
        self.charge_point.launch()
        shell = self.charge_point._life.running()
        self._time = OwnTime(shell._loop)
        shell._loop = self._time  # type: ignore[assignment]  # it is one as far as the shell goes
        await self.charge_point.wait_until_delivered()

    async def session(self) -> int:
        from tests.bench.session import CALLS, steps

        for step in steps(self.charge_point, self._sample):
            step()
            await self.charge_point.wait_until_delivered()
        return CALLS

    def _sample(self) -> None:
        from tests.bench.session import INTERVAL_S

        self._time.ahead += INTERVAL_S
        self.charge_point._life.running()._reached()

    async def close(self) -> None:
        self.charge_point.kill()


class OwnTime:
    """The event loop as one station sees it, whose time runs ahead: it need not wait for its samples."""

    __slots__ = ("_loop", "ahead")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.ahead = 0.0

    def time(self) -> float:
        return self._loop.time() + self.ahead

    def call_at(self, when: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_at(when - self.ahead, callback)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop, name)


@asynccontextmanager
async def _connected(url: str, number: int) -> AsyncIterator[Any]:
    from websockets.asyncio.client import connect
    from websockets.typing import Subprotocol

    protocols = [Subprotocol("ocpp1.6")]
    async with connect(
        f"{url}/CP{number}", subprotocols=protocols, compression=None, ping_interval=None, proxy=None
    ) as socket:
        yield socket


class Typed:
    """Typed messages and no behaviour."""

    def __init__(self, number: int, url: str) -> None:
        from tests.bench.bare import TypedStation

        self._station = TypedStation()
        self._connected = _connected(url, number)

    async def boot(self) -> None:
        self._socket = await self._connected.__aenter__()
        await self._socket.send('[2,"0","BootNotification",{"chargePointVendor":"Vendor","chargePointModel":"Model"}]')
        await self._socket.recv()

    async def session(self) -> int:
        calls = 0
        for request in self._station.session():
            await self._socket.send(self._station.call(request))
            self._station.answered(request, await self._socket.recv())
            calls += 1
        return calls

    async def close(self) -> None:
        self._socket.transport.abort()


class Mobilityhouse:
    """mobilityhouse/ocpp's client as it is shipped, and no behaviour."""

    def __init__(self, number: int, url: str) -> None:
        self._number = number
        self._connected = _connected(url, number)

    async def boot(self) -> None:
        from ocpp.v16 import ChargePoint, call  # type: ignore[import-untyped]  # no stubs

        self._socket = await self._connected.__aenter__()
        self._point = ChargePoint(f"CP{self._number}", self._socket)
        self._reader = asyncio.create_task(self._read())
        await self._point.call(call.BootNotification(charge_point_vendor="Vendor", charge_point_model="Model"))

    async def _read(self) -> None:
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):
            await self._point.start()

    async def session(self) -> int:
        from ocpp.v16 import call_result

        from tests.bench.bare import mobilityhouse_session

        transaction_id, calls = [0], 0
        for request in mobilityhouse_session(transaction_id):
            response = await self._point.call(request)
            if isinstance(response, call_result.StartTransaction):
                transaction_id[0] = response.transaction_id
            calls += 1
        return calls

    async def close(self) -> None:
        self._socket.transport.abort()
        await self._reader


async def _measured(peer: type[Any], url: str, stations: int, sessions: int) -> dict[str, float]:
    gc.set_threshold(50_000, 20, 50)  # for all peers alike, as ``ocpp16sm fleet`` does
    points = [peer(number, url) for number in range(stations)]
    await asyncio.gather(*(point.boot() for point in points))
    booted, since = time.process_time(), time.time() - _started_at()
    gc.collect()
    gc.freeze()

    async def play(point: Any) -> int:
        return sum([await point.session() for _session in range(sessions)])

    await asyncio.gather(*(play(point) for point in points))  # warm
    warm = time.process_time()
    calls = sum(await asyncio.gather(*(play(point) for point in points)))
    played = time.process_time()
    memory = _memory()
    await asyncio.gather(*(point.close() for point in points))
    return {"booted_cpu_s": booted, "booted_s": since, "played_cpu_s": played - warm, "calls": calls, "bytes": memory}


def _memory() -> int:
    """What this process alone holds, bytes: its private pages, and its share of the others (PSS)."""
    rollup = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    return int(rollup.split("Pss:")[1].split()[0]) * 1024


def _started_at() -> float:
    """When this process was made, on the wall clock."""
    after_boot = int(Path("/proc/self/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[19])
    uptime = float(Path("/proc/uptime").read_text(encoding="ascii").split()[0])
    return time.time() - uptime + after_boot / os.sysconf("SC_CLK_TCK")


def run(story: Coroutine[Any, Any, Any], loop: str) -> Any:
    """Run on an event loop of asyncio's, or of uvloop."""
    if loop == "uvloop":
        import uvloop

        return uvloop.run(story)
    return asyncio.run(story)


def main(peer: str, loop: str, url: str, stations: int, sessions: int) -> None:
    """Measure, and print."""
    kinds = dict(zip(PEERS, (Ours, Typed, Mobilityhouse), strict=True))
    measured = run(_measured(kinds[peer], url, stations, sessions), loop)
    sys.stdout.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    peer, loop, url, stations, sessions = sys.argv[1:]
    main(peer, loop, url, int(stations), int(sessions))
