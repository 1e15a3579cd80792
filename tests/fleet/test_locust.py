"""A fleet under Locust: one master, two workers, each with its stations in a native thread."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.csms import CentralSystem

# Locust must not be imported here: gevent would take this process over.
pytestmark = pytest.mark.skipif(
    find_spec("locust") is None or find_spec("uvloop") is None, reason="needs pip install ocpp16sm[locust]"
)

PATIENCE_S = 120.0

STORM = """
from ocpp16sm.fleet import profile_of
from ocpp16sm.fleet.locust import ConnectionStorm, StationUser


class Station(StationUser):
    profile = profile_of({"sessions": {"arrivals_per_hour": 0}})


class Storm(ConnectionStorm):
    stations = 20
    per_s = 40
    at_s = 2
    blackout_s = 0.5
    duration_s = 5
"""

CROWD = """
from ocpp16sm.fleet import profile_of
from ocpp16sm.fleet.locust import Ramp, StationUser


class Station(StationUser):
    profile = profile_of({"sessions": {"arrivals_per_hour": 120, "leave_s": [1, 5], "mix": [{"duration_s": [5, 20]}]}})


class Crowd(Ramp):
    stations = 2000
    per_s = 100
    duration_s = 60
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def locust(*arguments: object) -> Process:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "locust", *map(str, arguments), stdout=PIPE, stderr=PIPE, env=environment
    )


async def swarm(url: str, file: Path, workers: int = 2) -> tuple[list[dict[str, Any]], str]:
    """Run a locustfile with a master and workers; gives the master's statistics, and what went wrong."""
    port = free_port()
    usual = ("-f", file, "--host", url, "--headless")
    master = await locust(
        *usual, "--master", "--master-bind-port", port, "--expect-workers", workers, "--json", "--skip-log-setup"
    )
    crew = [await locust(*usual[:4], "--worker", "--master-port", port) for _ in range(workers)]
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await master.communicate()
            said = [await worker.communicate() for worker in crew]
    finally:
        for process in (master, *crew):
            if process.returncode is None:
                process.kill()
                await process.wait()
    told = "\n".join(text.decode() for text in (err, *(err for _out, err in said)))
    return json.loads(out), told


@pytest.mark.long
def test_stations_of_two_workers_ride_out_a_connection_storm(tmp_path: Path) -> None:
    file = tmp_path / "storm.py"
    file.write_text(STORM)

    async def story() -> None:
        async with CentralSystem() as system:
            stats, told = await swarm(system.url, file)
            named = {(entry["method"], entry["name"]): entry for entry in stats}
            assert ("OCPP", "BootNotification") in named, told
            heard = Counter(one.action for peer in system.peers.values() for one in peer.heard)
            assert heard["BootNotification"] == 40  # all of them twice
            assert {name: entry["num_requests"] for (method, name), entry in named.items() if method == "OCPP"} == heard
            assert named["boot", "boot"]["num_requests"] == named["connect", "connect"]["num_requests"] == 40
            assert [entry for entry in stats if entry["num_failures"]] == []
            first, second = range(1, 11), range(100_001, 100_011)
            assert set(system.peers) == {f"FLEET-{number:06d}" for number in (*first, *second)}

    asyncio.run(story())


@pytest.mark.long
def test_two_thousand_stations_of_two_workers_charge(tmp_path: Path) -> None:
    file = tmp_path / "crowd.py"
    file.write_text(CROWD)

    async def story() -> None:
        async with CentralSystem() as system:
            stats, told = await swarm(system.url, file)
            named = {(entry["method"], entry["name"]): entry for entry in stats}
            assert ("boot", "boot") in named, told
            assert named["boot", "boot"]["num_requests"] == len(system.peers) == 2000
            assert [entry for entry in stats if entry["num_failures"]] == []
            heard = Counter(one.action for peer in system.peers.values() for one in peer.heard)
            assert {name: entry["num_requests"] for (method, name), entry in named.items() if method == "OCPP"} == heard
            book = system.request_handler.transactions
            assert len(book) == heard["StartTransaction"] > 1000
            assert all(transaction.stop is not None for transaction in book.values())

    asyncio.run(story())
