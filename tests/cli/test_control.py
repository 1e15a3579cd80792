"""``ocpp16sm station --control``: steered from another process, over each kind of channel."""

import asyncio
import json
import os
import signal
import stat
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import CentralSystem
from tests.cli.conftest import PROGRAM, environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets, signals")

PATIENCE_S = 60
CHANNELS = ["unix", "tcp", "stdio"]


def run(story: Coroutine[Any, Any, None]) -> None:
    """Let a story happen, and not for ever."""

    async def patiently() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await story

    asyncio.run(patiently())


class Channel:
    """The other end of a control channel."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.events: list[dict[str, Any]] = []
        self._ids = 0

    async def row(self) -> dict[str, Any] | None:
        """The next line; None: there are no more."""
        line = await self.reader.readline()
        return json.loads(line) if line else None

    async def does(self, act: str, **parameters: Any) -> Any:
        """Have something done; gives its result."""
        self._ids += 1
        self.writer.write(json.dumps({"id": self._ids, "act": act, **parameters}).encode() + b"\n")
        while (row := await self.row()) is not None:
            if "event" in row:
                self.events.append(row)
            else:
                assert row["id"] == self._ids
                assert "error" not in row, row
                return row["result"]
        raise AssertionError("the channel has ended")

    async def close(self) -> None:
        """Hang up."""
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()

    async def to_the_end(self) -> list[str]:
        """Names of the events that still come."""
        names = []
        while (row := await self.row()) is not None:
            if "event" in row:
                names.append(row["event"])
        return names


class Program:
    """A station in a process of its own."""

    def __init__(self, process: Process, ready: dict[str, Any], path: Path) -> None:
        self.process = process
        self.ready = ready
        self.path = path
        self.dialled: list[Channel] = []

    async def dial(self) -> Channel:
        """Connect to its control channel."""
        (where,) = self.ready["control"]
        kind, _, rest = where.partition(":")
        if kind == "unix":
            channel = Channel(*await asyncio.open_unix_connection(rest, limit=2**24))
        else:
            host, _, port = rest.rpartition(":")
            channel = Channel(*await asyncio.open_connection(host, int(port), limit=2**24))
        self.dialled.append(channel)
        return channel

    async def ends(self) -> tuple[int | None, str]:
        """Wait for its end; gives its exit code and what it complained about."""
        assert self.process.stderr is not None
        err = await self.process.stderr.read()
        return await self.process.wait(), err.decode()


@asynccontextmanager
async def station(kind: str, tmp_path: Path, *arguments: object) -> AsyncIterator[tuple[Program, Channel]]:
    """A station with a control channel, and a connection to that."""
    path = tmp_path / "control.sock"
    where = {"unix": str(path), "tcp": "127.0.0.1:0", "stdio": "-"}[kind]
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "station", *map(str, arguments), "--control", where,
        stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment(), limit=2**24,
    )  # fmt: skip
    program = None
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        own = Channel(process.stdout, process.stdin)
        ready = await own.row()
        assert ready is not None, (await process.communicate())[1]
        assert ready["event"] == "ready"
        program = Program(process, ready, path)
        yield program, own if kind == "stdio" else await program.dial()
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
        for channel in program.dialled if program is not None else ():
            await channel.close()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_session_is_steered_from_another_process(channel: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            arguments = [system.url, "--faster", 50, "--connectors", 2]
            async with station(channel, tmp_path, *arguments) as (program, client):
                await client.does("wait_for", registration="Accepted")
                await client.does("subscribe", events=["status_changed", "transaction_stopped"])
                await client.does("plug_in", connector=2)
                await client.does("present_token", token="TAG", connectors=[2])
                seen = await client.does("wait_for", connector=2, status="Charging", transaction="known")
                peer = await system.peer("CP001")
                started = await peer.expect("StartTransaction")
                assert (started.id_tag, started.connector_id) == ("TAG", 2)
                assert seen["transaction"]["transaction_id"] in system.request_handler.transactions
                await client.does(
                    "wait_for", event="message", where={"direction": "received", "kind": "result"}, after=0
                )
                await client.does("quit")
                told = await client.to_the_end()
                assert told[-1] == "stopped"
                assert "transaction_stopped" in told, "transactions end in good order"
                assert await program.ends() == (0, "")
                assert (await peer.expect("StopTransaction")).transaction_id == seen["transaction"]["transaction_id"]
                assert not program.path.exists()

    run(story())


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_stops_it_in_good_order_and_clients_are_told(
    channel: str, end: signal.Signals, tmp_path: Path
) -> None:
    async def story() -> None:
        async with (
            CentralSystem() as system,
            station(channel, tmp_path, system.url, "--faster", 50) as (program, client),
        ):
            await client.does("wait_for", registration="Accepted")
            await client.does("plug_in", connector=1)
            await client.does("present_token", token="TAG")
            await client.does("wait_for", connector=1, status="Charging")
            program.process.send_signal(end)
            assert (await client.to_the_end())[-1] == "stopped"
            assert await program.ends() == (0, "")
            (transaction,) = system.request_handler.transactions.values()
            assert transaction.stop is not None
            assert transaction.stop.reason == "Other"

    run(story())


@pytest.mark.parametrize("channel", CHANNELS)
def test_garbage_gets_errors_and_stops_nothing(channel: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with station(channel, tmp_path, "ws://127.0.0.1:9", "--no-boot") as (program, client):
            await client.does("subscribe", events=[])
            lines = [b"", b"{}", b"\xff\xfe", b"[" * 100_000, b"x" * 1_048_577, b'{"act": "fly"}', os.urandom(1000)]
            client.writer.write(b"\n".join(line.replace(b"\n", b"") for line in lines) + b"\n")
            errors = [await client.row() for _line in lines[1:]]
            codes = [row and row["error"]["code"] for row in errors]
            assert codes == ["unknown_act", "bad_line", "bad_line", "bad_line", "unknown_act", "bad_line"]
            assert (await client.does("state"))["running"] is False
            await client.does("quit")
            assert await program.ends() == (0, "")

    run(story())


WEB_REQUESTS: dict[str, bytes] = {
    "a form": b"POST /x HTTP/1.1\r\nOrigin: https://evil.example\r\n\r\n",
    "a long path": b"POST /" + b"a" * 1_100_000 + b" HTTP/1.1\r\n\r\n",
    "an endless path": b"GET /" + b"a" * 1_100_000,
    "a proxy's": b"GET http://127.0.0.1:7/ HTTP/1.0\r\n\r\n",
    "a preflight": b"OPTIONS * HTTP/1.1\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "another method": b"BREW /pot HTTP/1.1\r\n\r\n",
    "an empty line first": b"\r\nPOST / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("request_line", WEB_REQUESTS.values(), ids=WEB_REQUESTS)
def test_what_begins_like_http_is_hung_up_on_and_nothing_in_it_is_done(request_line: bytes, tmp_path: Path) -> None:
    """A web page chooses path and body of its request freely, so none of it may be taken for an act."""

    async def story() -> None:
        async with station("tcp", tmp_path, "ws://127.0.0.1:9") as (program, client):
            page = await program.dial()
            with suppress(ConnectionError):  # it may be closed while this is written
                for chunk in (request_line, b'{"act": "power_off"}\n', b'\n{"act": "quit"}\n'):
                    page.writer.write(chunk)
                    await page.writer.drain()
            with suppress(ConnectionError):
                while await page.row() is not None:
                    pass
            assert (await client.does("state"))["running"] is True

    run(story())


@pytest.mark.parametrize("size", [1, 7])
def test_http_is_recognised_in_any_pieces(size: int, tmp_path: Path) -> None:
    async def story() -> None:
        async with station("tcp", tmp_path, "ws://127.0.0.1:9") as (program, client):
            page = await program.dial()
            whole = b"POST / HTTP/1.1\r\n\r\n" + b'{"act": "power_off"}\n'
            with suppress(ConnectionError):
                for start in range(0, len(whole), size):
                    page.writer.write(whole[start : start + size])
                    await page.writer.drain()
            with suppress(ConnectionError):
                while await page.row() is not None:
                    pass
            assert (await client.does("state"))["running"] is True

    run(story())


def test_standard_input_cannot_be_reached_by_a_web_page_and_no_line_on_it_stops_the_station(tmp_path: Path) -> None:
    async def story() -> None:
        async with station("stdio", tmp_path, "ws://127.0.0.1:9", "--no-boot") as (program, client):
            await client.does("subscribe", events=[])
            client.writer.write(b"GET / HTTP/1.1\r\n")
            refused = await client.row()
            assert refused is not None
            assert refused["error"]["code"] == "bad_line"
            await client.does("quit")
            assert await program.ends() == (0, "")

    run(story())


@pytest.mark.parametrize("channel", ["unix", "tcp"])
def test_many_clients_steer_one_station_and_one_that_goes_is_not_missed(channel: str, tmp_path: Path) -> None:
    async def story() -> None:
        async with station(channel, tmp_path, "ws://127.0.0.1:9", "--faster", 50) as (program, first):
            for _ in range(40):  # one after the other: more than there may be at once
                passer_by = await program.dial()
                await passer_by.does("state")
                await passer_by.close()
            second = await program.dial()
            await second.does("subscribe", events=["act_performed"])
            await first.does("plug_in", connector=1)
            told = await second.does("wait_for", event="act_performed")
            assert told["parameters"] == {"connector": 1}
            assert told["by"].startswith("client ")
            half = await program.dial()
            half.writer.write(b'{"id": 1, "act": "wait_for", "connector": 1, "status": "Preparing"}\n')
            half.writer.write_eof()
            rows = [row async for row in rows_of(half)]
            assert [row["result"]["status"] for row in rows if "result" in row] == ["Preparing"], "then it is over"

    run(story())


async def rows_of(channel: Channel) -> AsyncIterator[dict[str, Any]]:
    while (row := await channel.row()) is not None:
        yield row


def test_too_many_clients_at_once_are_turned_away(tmp_path: Path) -> None:
    async def story() -> None:
        async with station("tcp", tmp_path, "ws://127.0.0.1:9", "--no-boot") as (program, first):
            await first.does("state")
            others = [await program.dial() for _ in range(31)]
            for other in others:
                await other.does("state")
            refused = await (await program.dial()).row()
            assert refused is not None
            assert refused["error"]["code"] == "too_many"
            await first.does("state")

    run(story())


def test_only_its_user_may_use_a_unix_socket(tmp_path: Path) -> None:
    async def story() -> None:
        async with station("unix", tmp_path, "ws://127.0.0.1:9", "--no-boot") as (program, _client):
            assert stat.S_IMODE(program.path.stat().st_mode) == 0o600

    run(story())


def test_a_socket_that_was_left_behind_is_replaced_and_one_in_use_is_not(tmp_path: Path) -> None:
    async def story() -> None:
        async with station("unix", tmp_path, "ws://127.0.0.1:9", "--no-boot") as (program, client):
            second = await asyncio.create_subprocess_exec(
                *PROGRAM, "station", "ws://127.0.0.1:9", "--control", str(program.path), stderr=PIPE, stdout=PIPE
            )
            out, err = await second.communicate()
            assert (second.returncode, out) == (1, b"")
            assert err.decode() == f"ocpp16sm: {program.path}: another process is already listening there\n"
            assert await client.does("state")
            program.process.kill()
            await program.process.wait()
            assert program.path.exists()
        async with station("unix", tmp_path, "ws://127.0.0.1:9", "--no-boot") as (_program, client):
            assert await client.does("state")

    run(story())


def test_the_end_of_standard_input_stops_it_once_everything_is_answered(tmp_path: Path) -> None:
    async def story() -> None:
        async with station("stdio", tmp_path, "ws://127.0.0.1:9", "--faster", 50) as (program, client):
            client.writer.write(b'{"id": 1, "act": "plug_in", "connector": 1}\n')
            client.writer.write(b'{"id": 2, "act": "wait_for", "connector": 1, "status": "Preparing"}')
            client.writer.write_eof()
            rows = [row async for row in rows_of(client)]
            assert [row["id"] for row in rows if "result" in row] == [1, 2]
            assert rows[-1]["event"] == "stopped"
            assert (await program.ends())[0] == 0

    run(story())


def test_when_nobody_reads_its_standard_output_any_more_it_stops(tmp_path: Path) -> None:
    async def story() -> None:
        ours, theirs = os.pipe()
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, "station", "ws://127.0.0.1:9", "--control", "-", "--no-boot", stdin=PIPE, stdout=theirs
        )
        os.close(theirs)
        os.read(ours, 1)
        os.close(ours)
        assert process.stdin is not None
        process.stdin.write(b'{"act": "state"}\n' * 3)
        assert await process.wait() == 0

    run(story())


def test_time_stands_still_until_it_is_advanced(tmp_path: Path) -> None:
    """Against a Central System on a real socket: a day with its heartbeats takes moments."""

    async def story() -> None:
        frames: list[str] = []
        async with (
            CentralSystem(on_frame=lambda _way, text: frames.append(text)) as system,
            station("tcp", tmp_path, system.url, "--pace", 0) as (program, client),
        ):
            await client.does("wait_for", registration="Accepted", delivered=True)
            await client.does("set_configuration", key="HeartbeatInterval", value="3600")
            await client.does("plug_in", connector=1)
            began = (await client.does("state"))["time"]
            await client.does("advance", seconds=0.5)
            assert (await client.does("state"))["connectors"][0]["status"] == "Available"
            await client.does("advance", seconds=1)
            assert (await client.does("state"))["connectors"][0]["status"] == "Preparing"
            ended = await client.does("advance", seconds=86400 - 1.5)
            passed = Timestamp.parse(ended) - Timestamp.parse(began)
            assert passed == timedelta(days=1)
            assert len([text for text in frames if '"Heartbeat"' in text]) == 23, "the first hour has other requests"
            await client.does("quit")
            assert await program.ends() == (0, "")

    run(story())
