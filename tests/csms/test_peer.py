"""The embedded Central System on a port, and a charge point as it sees it."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Self

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from ocpp16sm import ChargePoint
from ocpp16sm.csms import CallRefusedError, CentralSystem, InjectedFault, Peer, Policy
from ocpp16sm.errors import LinkError, PayloadError
from ocpp16sm.messages import (
    ClearCacheRequest,
    ClearCacheResponse,
    ClearCacheStatus,
    HeartbeatRequest,
)
from ocpp16sm.network.transport import Endpoint
from tests.support.virtual_time import Lines, LoopClock, passes, settings
from tests.support.virtual_time import run as run_virtually


def run(story: Coroutine[Any, Any, None]) -> None:
    """Let a story happen over real sockets."""
    asyncio.run(asyncio.wait_for(story, 30))


async def dial(system: CentralSystem, id: str = "CP001") -> ClientConnection:
    """A websocket that is no charge point of ours."""
    return await connect(system.url_of(id), subprotocols=["ocpp1.6"])  # type: ignore[list-item]


# -- on a port --------------------------------------------------------------------------------------------------------


def test_only_charge_points_that_are_known_come_in() -> None:
    """OCPP-J 1.6, 3.2: HTTP 404."""

    async def story() -> None:
        async with CentralSystem(only=frozenset({"CP 1"})) as system:
            with pytest.raises(InvalidStatus, match="404"):
                await dial(system, "CP2")
            socket = await dial(system, "CP 1")
            assert (await system.peer("CP 1")).connected
            await socket.close()

    run(story())


def test_a_path_without_an_id_is_not_found() -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            with pytest.raises(InvalidStatus, match="404"):
                await connect(f"{system.url}/", subprotocols=["ocpp1.6"])  # type: ignore[list-item]

    run(story())


def test_a_port_in_use_is_told() -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            port = int(system.url.rpartition(":")[2])
            with pytest.raises(OSError, match="in use"):
                await CentralSystem(port=port).start()

    run(story())


def test_a_free_port_is_found_and_free_again_after_a_stop() -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            port = int(system.url.rpartition(":")[2])
            assert port > 0
        async with CentralSystem(port=port):
            pass

    run(story())


def test_an_ipv6_host_stands_in_brackets() -> None:
    assert CentralSystem(host="::1", port=9000).url_of("CP/1") == "ws://[::1]:9000/CP%2F1"


def test_a_newer_connection_takes_the_place_of_an_older_one() -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            older = await dial(system)
            peer = await system.peer("CP001")
            calling = asyncio.create_task(peer.call(ClearCacheRequest()))
            await older.recv()
            newer = await dial(system)
            await older.wait_closed()
            assert older.close_code == 1001
            with pytest.raises(LinkError, match="disconnected before it answered"):
                await calling
            assert peer.connected
            await newer.send('[2,"1","Heartbeat",{}]')
            assert await peer.expect("Heartbeat") == HeartbeatRequest()
            await newer.close()
            await peer.until_connected(False)

    run(story())


def test_text_that_is_no_frame_does_not_end_the_connection() -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            socket = await dial(system)
            for text in ("", "no JSON", b"\xff", "[]", '[3,"x",{}]', "[" * 10_000):
                await socket.send(text)
            await socket.send('[2,"1","Heartbeat",{}]')
            assert str(await socket.recv()).startswith('[3,"1",')
            await socket.close()

    run(story())


def test_a_central_system_that_stops_hangs_up() -> None:
    async def story() -> None:
        async with CentralSystem() as system:
            socket = await dial(system)
            await system.peer("CP001")
        with pytest.raises(ConnectionClosed):
            await socket.recv()

    run(story())


# -- as it sees a charge point, in virtual time -----------------------------------------------------------------------


class Story:
    """A charge point and the peer that it is to its Central System."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.lines = Lines(policy)
        self.station = ChargePoint(settings(), transport=self.lines, clock=LoopClock())

    @property
    def peer(self) -> Peer:
        """As said."""
        return self.lines.peer

    async def __aenter__(self) -> Self:
        """Until everything of the boot has been said."""
        await self.station.start()
        await self.station.wait_until_accepted()
        await self.station.wait_until_delivered()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Stop."""
        await self.station.stop()


def test_a_call_gives_the_response_or_raises() -> None:
    async def story() -> None:
        async with Story() as told:
            assert await told.peer.call(ClearCacheRequest()) == ClearCacheResponse(ClearCacheStatus.ACCEPTED)
            with pytest.raises(CallRefusedError, match="Heartbeat was refused with NotSupported"):
                await told.peer.call(HeartbeatRequest())

    run_virtually(story())


def test_a_call_without_a_connection_raises() -> None:
    async def story() -> None:
        peer = Lines().peer
        with pytest.raises(LinkError, match="CP001 is not connected"):
            await peer.call(ClearCacheRequest())
        with pytest.raises(LinkError, match="CP001 is not connected"):
            await peer.send_text("[]")

    run_virtually(story())


def test_a_call_whose_connection_is_lost_raises() -> None:
    async def story() -> None:
        lines = Lines()
        line = await lines.connect(Endpoint(url="ws://central.system/CP001", timeout_s=1))
        await lines.peer.until_connected()
        calling = asyncio.create_task(lines.peer.call(ClearCacheRequest()))
        await passes(1)
        line.end("connection reset")
        with pytest.raises(LinkError, match="CP001 disconnected before it answered"):
            await calling

    run_virtually(story())


def test_a_call_that_is_not_answered_in_time_raises_and_a_late_answer_is_ignored() -> None:
    async def story() -> None:
        lines = Lines()
        line = await lines.connect(Endpoint(url="ws://central.system/CP001", timeout_s=1))
        await lines.peer.until_connected()
        with pytest.raises(TimeoutError):
            await lines.peer.call(ClearCacheRequest(), timeout_s=5)
        line.send('[3,"csms-1",{"status":"Accepted"}]')
        calling = asyncio.create_task(lines.peer.call(ClearCacheRequest()))
        await passes(1)
        line.send('[3,"csms-2",{"status":"Rejected"}]')
        assert (await calling).status is ClearCacheStatus.REJECTED

    run_virtually(story())


def test_a_call_that_is_answered_wrongly_raises() -> None:
    async def story() -> None:
        lines = Lines()
        line = await lines.connect(Endpoint(url="ws://central.system/CP001", timeout_s=1))
        await lines.peer.until_connected()
        calling = asyncio.create_task(lines.peer.call(ClearCacheRequest()))
        await passes(1)
        line.send('[3,"csms-1",{"status":"Perhaps"}]')
        with pytest.raises(PayloadError, match=r"\$\.status"):
            await calling

    run_virtually(story())


def test_requests_are_expected_in_their_order_each_once() -> None:
    async def story() -> None:
        async with Story() as told:
            peer = told.peer
            assert (await peer.expect("StatusNotification")).connector_id == 0
            assert (await peer.expect("StatusNotification")).connector_id == 1
            with pytest.raises(TimeoutError, match="no StatusNotification from CP001 within 5 s; received: none"):
                await peer.expect("StatusNotification", timeout_s=5)
            told.station.on_session_started(1, "s1", "EVConnected")
            with pytest.raises(
                TimeoutError, match="no BootNotification from CP001 within 5 s; received: StatusNotification"
            ):
                await peer.expect("BootNotification", timeout_s=5)
            assert (await peer.expect("StatusNotification")).status == "Preparing"

    run_virtually(story())


def test_a_late_answer_comes_later_and_the_others_do_not_wait() -> None:
    async def story() -> None:
        async with Story(Policy(injected_faults=[InjectedFault(action="Authorize", delay_s=20)])) as told:
            loop = asyncio.get_running_loop()
            began = loop.time()
            await told.station.authorize("TAG")
            assert loop.time() - began == 20

    run_virtually(story())


def test_a_central_system_that_hangs_up_loses_the_charge_point_for_a_while() -> None:
    async def story() -> None:
        async with Story(
            Policy(injected_faults=[InjectedFault(action="StartTransaction", hang_up=True, times=1)])
        ) as told:
            told.station.on_transaction_started(1, "s1", "TAG", 0, None, LoopClock().utc())
            await told.station.wait_until(lambda: not told.station.connected)
            await told.station.wait_until_delivered()
            starts = [heard.message_id for heard in told.peer.heard if heard.action == "StartTransaction"]
            assert len(starts) == 2
            assert len(set(starts)) == 1, "a disconnect is no answer: the message id stays"
            assert len(told.lines.system.request_handler.transactions) == 1

    run_virtually(story())


def test_hanging_up_is_seen_by_both() -> None:
    async def story() -> None:
        async with Story() as told:
            await told.peer.hang_up()
            await told.station.wait_until(lambda: not told.station.connected)
            await told.peer.until_connected()
            assert len(told.lines.dialled) == 2

    run_virtually(story())


def test_every_frame_is_shown() -> None:
    async def story() -> None:
        async with Story() as told:
            await told.peer.call(ClearCacheRequest())
            ways = [way for way, text in told.lines.frames if '"csms-1"' in text]
            assert ways == ["csms>cp", "cp>csms"]
            assert len(told.lines.frames) == 2 * (len(told.peer.heard) + 1)

    run_virtually(story())


def test_a_central_system_that_is_told_so_remembers_transactions_only() -> None:
    async def story() -> None:
        async with CentralSystem(remembers=False) as system, await dial(system) as socket:
            for frame in (
                '[2,"1","Heartbeat",{}]',
                '[2,"2","StartTransaction",{"connectorId":1,"idTag":"T","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]',
            ):
                await socket.send(frame)
                await socket.recv()
            assert system.known("CP001").heard == []
            assert [one.start.id_tag for one in system.request_handler.transactions.values()] == ["T"]

    run(story())
