"""A charge point that is killed stops without a word; what is on disk is all that is left of it."""

import asyncio
import json
from random import Random

import pytest
from websockets.asyncio.server import ServerConnection

from ocpp16sm import ChargePoint, Settings
from ocpp16sm.csms import InjectedFault, Policy
from ocpp16sm.errors import AlreadyRunningError, NotStartedError
from ocpp16sm.messages import Reason
from ocpp16sm.store import MemoryStore, SqliteStore
from tests.support import sockets
from tests.support.virtual_time import Lines, LoopClock, charge_point, passes, run, settings


def test_nothing_more_is_said_and_the_next_start_ends_the_transaction() -> None:
    async def story() -> None:
        lines, store = Lines(), MemoryStore()
        killed = charge_point(lines, store=store)
        await killed.start()
        await killed.wait_until_accepted()
        killed.on_transaction_started(1, "s1", "TAG", 100, None, LoopClock().utc())
        await killed.wait_until_delivered()
        said = len(lines.frames)
        killed.kill()
        await passes(3600)
        assert len(lines.frames) == said
        assert not lines.peer.connected
        async with charge_point(lines, store=store) as again:
            await again.wait_until_accepted()
            await again.wait_until_delivered()
        stop = lines.system.request_handler.transactions[1].stop
        assert stop is not None
        assert stop.reason is Reason.POWER_LOSS

    run(story())


def test_whoever_waits_hears_that_it_has_stopped_and_it_can_be_started_again() -> None:
    async def story() -> None:
        lines = Lines(Policy(injected_faults=[InjectedFault(action="Authorize", silent=True)]))
        killed = charge_point(lines)
        await killed.start()
        await killed.wait_until_accepted()
        await killed.wait_until_delivered()
        asked = asyncio.create_task(killed.authorize("TAG"))
        await passes(1)
        killed.kill()
        with pytest.raises(NotStartedError):
            await asked
        with pytest.raises(NotStartedError):
            killed.on_resume_charging(1)
        killed.kill()  # once is enough
        killed.launch()
        with pytest.raises(AlreadyRunningError, match="running already"):
            killed.launch()
        await killed.wait_until_accepted()
        await killed.stop()

    run(story())


def test_a_file_is_let_go_at_once(tmp_path: object) -> None:
    async def story() -> None:
        killed = charge_point(Lines(), settings(store=f"{tmp_path}/state.db"))
        await killed.start()
        killed.set_configuration("ResetRetries", "7")
        killed.kill()
        store = SqliteStore(f"{tmp_path}/state.db")
        assert store.load().configuration == {"ResetRetries": "7"}
        store.close()

    run(story())


def test_a_websocket_breaks_off_without_a_closing_handshake() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        begun: asyncio.Future[None] = loop.create_future()
        ended: asyncio.Future[ServerConnection] = loop.create_future()

        async def serve(socket: ServerConnection) -> None:
            async for text in socket:
                assert isinstance(text, str)
                begun.set_result(None)
                break
            await socket.wait_closed()
            ended.set_result(socket)

        async with sockets.server(serve) as url:
            killed = ChargePoint(Settings(charge_point_id="CP001", central_system_url=url))
            await killed.start()
            async with asyncio.timeout(30):
                await begun
                killed.kill()
                socket = await ended
        assert socket.close_code == 1006

    sockets.run(story())


def first_ids(random: Random | None, store: MemoryStore | None = None) -> list[str]:
    """The message ids of what a charge point says first."""

    async def story() -> list[str]:
        lines = Lines()
        async with charge_point(lines, random=random, store=store) as said:
            await said.wait_until_accepted()
            await said.wait_until_delivered()
        return [json.loads(text)[1] for way, text in lines.frames if way == "cp>csms"]

    return run(story())


def test_chance_can_be_given_and_then_repeats_itself() -> None:
    assert first_ids(Random(1)) == first_ids(Random(1)) != first_ids(Random(2))
    assert first_ids(None) != first_ids(None)


def test_the_same_chance_makes_no_message_id_twice_on_one_store() -> None:
    store = MemoryStore()
    assert not set(first_ids(Random(1), store)) & set(first_ids(Random(1), store))
