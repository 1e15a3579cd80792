"""Connections of a charge point: opened, lost, given up, replaced; and transports that fail."""

import asyncio
from typing import Any

import pytest

from ocpp16sm.errors import LinkError
from ocpp16sm.network.transport import Endpoint
from tests.support.virtual_time import Lines, charge_point, passes, run, settings


def test_an_endpoint_is_dialled_again_after_growing_pauses() -> None:
    """OCPP-J errata 3.4: the pause doubles so often, from a minimum."""

    async def story() -> list[float]:
        lines = Lines()
        lines.refusal = "cannot connect"
        keys = {"RetryBackoffWaitMinimum": "3", "RetryBackoffRepeatTimes": "2", "RetryBackoffRandomRange": "0"}
        async with charge_point(lines, settings(configuration=keys)) as station:
            await passes(48)
            lines.refusal = None
            await station.wait_until_accepted()
        return lines.dialled

    assert run(story()) == [0, 3, 9, 21, 33, 45, 57]


def test_a_lost_connection_is_opened_again_without_another_boot() -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            lines.drop()
            await station.wait_until(lambda: not station.connected)
            await station.wait_until_accepted()
            await station.wait_until_delivered()
        assert len(lines.dialled) == 2
        assert len(lines.sent("BootNotification")) == 1

    run(story())


def test_a_charge_point_that_was_disconnected_dials_no_more_until_it_is_told_to() -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            station.disconnect()
            await passes(86400)
            assert len(lines.dialled) == 1
            assert not lines.peer.connected
            station.connect()
            await station.wait_until_accepted()
            assert len(lines.dialled) == 2

    run(story())


def test_a_connection_may_be_replaced_in_one_breath() -> None:
    """The end of the old connection is not taken for the end of the new one."""

    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            station.disconnect()
            station.connect()
            await passes(60)
            assert station.connected
            assert lines.peer.connected
            assert len(lines.dialled) == 2
            heard = len(lines.peer.heard)
            station.on_session_started(1, "s1", "EVConnected")
            await station.wait_until_delivered()
            assert len(lines.peer.heard) == heard + 1

    run(story())


class Slow:
    """A transport that takes its time, and then fails."""

    def __init__(self) -> None:
        self.given_up = 0

    async def connect(self, _endpoint: Endpoint) -> Any:
        """As said."""
        try:
            await passes(20)
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        raise LinkError("no connection within 20 s")


def test_a_dial_is_given_up_when_nobody_wants_it_any_more() -> None:
    async def story() -> None:
        slow = Slow()
        async with charge_point(slow) as station:
            await passes(1)
            station.disconnect()
            await passes(1)
            assert slow.given_up == 1
            station.connect()
            await passes(1)
        assert slow.given_up == 2

    run(story())


class Broken:
    """A transport with a defect."""

    def __init__(self) -> None:
        self.dialled = 0

    async def connect(self, _endpoint: Endpoint) -> Any:
        """As said."""
        self.dialled += 1
        raise ZeroDivisionError("a defect")


def test_a_transport_with_a_defect_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> int:
        broken = Broken()
        async with charge_point(broken):
            await passes(3600)
        return broken.dialled

    assert run(story()) > 2
    assert "the transport failed" in caplog.text
    assert "ZeroDivisionError: a defect" in caplog.text


def test_pings_are_asked_for_as_the_keys_say_and_change_with_them() -> None:
    """WebSocketPingInterval (9.1): 0 turns them off."""

    async def story() -> list[tuple[float, float]]:
        lines = Lines()
        async with charge_point(
            lines, settings(configuration={"WebSocketPingInterval": "54", "WebsocketPongTimeout": "7"})
        ) as station:
            await station.wait_until_accepted()
            station.set_configuration("WebSocketPingInterval", "10")
            station.set_configuration("WebSocketPingInterval", "0")
            assert lines.connection is not None
            return lines.connection.pings

    assert run(story()) == [(54, 7), (10, 7), (0, 7)]
