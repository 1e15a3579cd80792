"""A transport to the embedded Central System without a network."""

import asyncio

import pytest

from ocpp16sm.csms import CentralSystem, LocalTransport, Policy
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network.transport import Endpoint
from tests.support.virtual_time import LoopClock, charge_point, passes, run, settings


def test_it_leads_each_charge_point_to_its_own_peer() -> None:
    async def story() -> None:
        system = CentralSystem(clock=LoopClock())
        transport = LocalTransport(system)
        async with (
            charge_point(transport, settings(charge_point_id="CP 1")) as one,
            charge_point(transport, settings(charge_point_id="CP2")) as other,
        ):
            for station in (one, other):
                await station.wait_until_accepted()
                await station.wait_until_delivered()
            assert {name: peer.connected for name, peer in system.peers.items()} == {"CP 1": True, "CP2": True}
        await passes(1)
        assert not any(peer.connected for peer in system.peers.values())

    run(story())


def test_it_refuses_whom_the_central_system_does_not_know() -> None:
    async def story() -> None:
        transport = LocalTransport(CentralSystem(only=frozenset({"CP001"}), clock=LoopClock()))
        with pytest.raises(LinkError, match="does not know CP002"):
            await transport.connect(Endpoint(url="ws://central.system/CP002", timeout_s=1))
        transport.refusal = "no route to host"
        with pytest.raises(LinkError, match="no route"):
            await transport.connect(Endpoint(url="ws://central.system/CP001", timeout_s=1))
        assert len(transport.dialled) == 2

    run(story())


def test_it_asks_for_passwords() -> None:
    async def story() -> None:
        policy = Policy(passwords={"CP001": b"secret"})
        transport = LocalTransport(CentralSystem(policy, clock=LoopClock()))
        for password in (None, b"wrong"):
            with pytest.raises(LinkError, match="does not accept the credentials") as error:
                await transport.connect(
                    Endpoint(url="ws://central.system/CP001", timeout_s=1, user="CP001", password=password)
                )
            assert error.value.fault is LinkFault.UNAUTHORIZED
        line = await transport.connect(
            Endpoint(url="ws://central.system/CP001", timeout_s=1, user="CP001", password=b"secret")
        )
        line.close(1000, "")
        await passes(1)

    run(story())


def test_a_line_that_breaks_is_dialled_again() -> None:
    async def story() -> None:
        transport = LocalTransport(CentralSystem(clock=LoopClock()))
        transport.drop()  # there is none yet
        async with charge_point(transport) as station:
            await station.wait_until_accepted()
            transport.drop("cable cut")
            await station.wait_until(lambda: not station.connected)
            assert transport.connection is not None
            assert transport.connection.ended_because == "cable cut"
            await station.wait_until(lambda: station.connected)
            assert len(transport.dialled) == 2

    run(story())


def test_whoever_stops_listening_breaks_the_line_off() -> None:
    async def story() -> None:
        system = CentralSystem(clock=LoopClock())
        line = await LocalTransport(system).connect(Endpoint(url="ws://central.system/CP001", timeout_s=1))

        async def listen() -> None:
            async for _text in line.frames():
                pass

        listening = asyncio.create_task(listen())
        await passes(1)
        assert system.known("CP001").connected
        listening.cancel()
        await passes(1)
        assert not system.known("CP001").connected
        assert line.ended_because == "connection reset"

    run(story())
