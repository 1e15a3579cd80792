"""A process with a charge point that is forked: the child has no charge point, and does nothing to its parent's."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm import ChargePoint, Settings
from ocpp16sm.csms import CentralSystem
from ocpp16sm.errors import NotStartedError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="only POSIX forks")


async def in_a_child(act: Callable[[], Any]) -> str:
    """Do something in a fork of this process; gives what came of it. It ends as a child of multiprocessing does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            came = repr(act())
        except BaseException as error:
            came = f"{type(error).__name__}: {error}"
        os.write(writing, came.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = await asyncio.to_thread(pipe.read)
    await asyncio.to_thread(os.waitpid, child, 0)
    return said


def finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that has nothing to wait for, to its end."""
    try:
        coroutine.send(None)
    except StopIteration as ended:
        return ended.value
    raise AssertionError("it waits")


REFUSED: dict[str, Callable[[ChargePoint], Any]] = {
    "a handler": lambda station: station.on_session_started(1, "s1", "EVConnected"),
    "a key": lambda station: station.set_configuration("HeartbeatInterval", "1"),
    "a question": lambda station: station.composite_schedule(1, 60),
    "authorize": lambda station: finish(station.authorize("TAG")),
    "a status": lambda station: station.status(1),
    "connect": ChargePoint.connect,
    "disconnect": ChargePoint.disconnect,
}
HARMLESS: dict[str, Callable[[ChargePoint], Any]] = {
    "kill": ChargePoint.kill,
    "stop": lambda station: finish(station.stop()),
    "leave": lambda station: finish(station.__aexit__()),
}


def live(tmp_path: Path, act: Callable[[ChargePoint], Any]) -> str:
    """What comes of this in a child; its parent has a connection, and goes on afterwards with it and its files."""
    said: list[str] = []

    async def story() -> None:
        async with CentralSystem() as system:
            settings = Settings(
                charge_point_id="CP001",
                central_system_url=system.url,
                store=str(tmp_path / "station.db"),
                flight_recorder=str(tmp_path / "recording.jsonl"),
                message_log=str(tmp_path / "messages.jsonl"),
            )
            async with ChargePoint(settings) as station:
                await station.wait_until_accepted()
                await station.wait_until_delivered()
                peer = await system.peer("CP001")
                heard = len(peer.heard)
                files = {path: path.read_bytes() for path in tmp_path.iterdir()}
                said.append(await in_a_child(lambda: act(station)))
                assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files
                assert len(peer.heard) == heard
                station.on_session_started(1, "s1", "EVConnected")
                await station.wait_until_delivered()
                assert peer.heard[heard].request.status == "Preparing"
                assert station.connected

    asyncio.run(asyncio.wait_for(story(), 60))
    return said[0]


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_the_child_is_told_that_it_has_no_charge_point(tmp_path: Path, act: Callable[[ChargePoint], Any]) -> None:
    said = live(tmp_path, act)
    assert said.startswith(f"{NotStartedError.__name__}: "), said
    assert f"process {os.getpid()}" in said


@pytest.mark.parametrize("act", HARMLESS.values(), ids=HARMLESS)
def test_the_child_may_let_go_of_it(tmp_path: Path, act: Callable[[ChargePoint], Any]) -> None:
    assert live(tmp_path, lambda station: (act(station), station.running)) == "(None, False)"


def test_it_shows_no_connection_in_the_child(tmp_path: Path) -> None:
    shown = live(tmp_path, lambda station: (station.running, station.connected, station.accepted, station.link))
    assert shown == "(False, False, False, 'Offline')"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_the_sockets_of_the_parent_are_out_of_reach() -> None:
    """Whatever a child writes or closes: the connection's descriptor is the null device there."""

    async def story() -> None:
        async with CentralSystem() as system:
            port = int(system.url.rpartition(":")[2])
            async with ChargePoint(Settings(charge_point_id="CP001", central_system_url=system.url)) as station:
                await station.wait_until_accepted()
                assert connections_to(port) == 1
                assert await in_a_child(lambda: connections_to(port)) == "0"

    asyncio.run(story())


def connections_to(port: int) -> int:
    """How many open descriptors of this process are connections to a port."""
    rows = [row.split() for row in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if int(row[2].rpartition(":")[2], 16) == port}
    opened = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    return len(sockets.intersection(opened))
