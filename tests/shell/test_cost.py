"""What a charge point costs, in counts: tasks and timers at rest, commits, modules, and requests on their way."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection

from ocpp16sm import ChargePoint, SqliteStore, Timestamp
from tests.support.scene import usual_answer
from tests.support.sockets import run, server
from tests.support.virtual_time import settings

NOON = Timestamp(2026, 6, 1, 12)


async def answer(socket: ServerConnection) -> None:
    """A Central System that accepts everything."""
    async for text in socket:
        _, message_id, action, _ = json.loads(text)
        await socket.send(json.dumps([3, message_id, usual_answer(action, NOON, 1)]))


def test_at_rest_there_is_one_task_and_a_timer_for_the_deadlines_and_one_for_the_ping() -> None:
    async def story() -> None:
        async with server(answer) as url:
            servers_own = {"Server.conn_handler", "serve.<locals>.protocol_handler"}
            before = asyncio.all_tasks()
            pinging = settings(central_system_url=url, configuration={"WebSocketPingInterval": "60"})
            async with ChargePoint(pinging) as station:
                await station.wait_until_delivered()
                tasks = [task.get_coro().__qualname__ for task in asyncio.all_tasks() - before]  # type: ignore[union-attr]  # they are coroutines
                assert [name for name in tasks if name not in servers_own] == ["Shell._run_link"]
                assert sorted(_timers()) == ["Shell._reached", "WebSocket._ping"]

    run(story())


def _timers() -> list[str]:
    """The callbacks of the loop's timers that are ours."""
    scheduled: list[Any] = asyncio.get_running_loop()._scheduled  # type: ignore[attr-defined]  # there is no other way to count
    callbacks = [handle._callback for handle in scheduled if not handle.cancelled()]
    return [call.__qualname__ for call in callbacks if getattr(call, "__module__", "").startswith("ocpp16sm.")]


def test_a_handler_call_that_must_be_durable_is_one_commit(tmp_path: Path) -> None:
    async def story() -> None:
        store = SqliteStore(tmp_path / "station.db")
        commits = []
        async with server(answer) as url, ChargePoint(settings(central_system_url=url), store=store) as station:
            await station.wait_until_delivered()
            store._connection.set_trace_callback(lambda said: commits.append(said) if said == "COMMIT" else None)
            station.on_transaction_started(1, "s1", "TAG", 0, None, NOON)
            assert len(commits) == 1
            await station.wait_until_delivered()
            commits.clear()
            station.on_transaction_stopped(1, "s1", "Local", NOON, 100)
            assert len(commits) == 1
            await station.wait_until_delivered()
            store._connection.set_trace_callback(None)
        store.close()

    run(story())


def test_a_central_system_that_takes_its_time_never_gets_a_second_request_meanwhile() -> None:
    """OCPP-J 1.6, 4.1.1, over a socket: what is reported meanwhile waits, and goes in its order."""

    async def story() -> None:
        came: asyncio.Queue[tuple[ServerConnection, list[Any]]] = asyncio.Queue()

        async def take(socket: ServerConnection) -> None:
            async for text in socket:
                came.put_nowait((socket, json.loads(text)))

        async with server(take) as url:
            station = ChargePoint(settings(central_system_url=url, configuration={"MinimumStatusDuration": "0"}))
            await station.start()
            heard: list[str] = []
            while len(heard) < 40:
                socket, (_, message_id, action, payload) = await came.get()
                heard.append(payload.get("status", action))
                if station.accepted:
                    _go_through_a_session(station, len(heard))
                await (await socket.ping())  # the pong comes after everything that was written before it
                assert came.empty(), "a second request came before the first was answered"
                await socket.send(json.dumps([3, message_id, usual_answer(action, NOON, 1)]))
            transactions = [word for word in heard if word.endswith("Transaction")]
            assert len(transactions) > 10
            assert transactions == (["StartTransaction", "StopTransaction"] * len(transactions))[: len(transactions)]
            station.kill()

    run(story())


def _go_through_a_session(station: ChargePoint, number: int) -> None:
    session = f"s{number}"
    station.on_session_started(1, session, "EVConnected")
    station.on_transaction_started(1, session, "TAG", 0, None, NOON)
    station.on_transaction_stopped(1, session, "Local", NOON, 100)
    station.on_session_stopped(1, session)


def _modules(code: str) -> set[str]:
    """Packages that are loaded after a program."""
    shown = f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_what_is_not_used_is_not_imported() -> None:
    heavy = {
        "aioftp",
        "cattrs",
        "cryptography",
        "httpx",
        "hypothesis",
        "pytest",
        "rich",
        "statecharts",
        "statemachine",
        "typer",
    }
    assert _modules("from ocpp16sm import ChargePoint, Settings") & heavy == set()
    station = "from ocpp16sm.cli.app import app\napp(['station', '--example'], standalone_mode=False)"
    assert _modules(station) & heavy == {"cattrs", "rich", "typer"}  # no file was moved, no certificate read
    assert "attr" not in _modules("import ocpp16sm.cli")  # which command it is to be nobody has said
    assert _modules("import ocpp16sm") & {*heavy, "attr", "msgspec", "websockets"} == set()
