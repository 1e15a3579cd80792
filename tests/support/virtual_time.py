"""Charge points in virtual time, and connections without a network, for tests of everything around the core.

::

    async def story() -> None:
        lines = Lines()
        async with ChargePoint(settings(), transport=lines, clock=LoopClock()) as charge_point:
            await lines.peer.expect("BootNotification")

    run(story())

Where everybody waits, time leaps to the next deadline: an hour takes no time, and nothing depends on the machine.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from ocpp16sm import ChargePoint
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.clock import VirtualClock
from ocpp16sm.csms import CentralSystem, LocalTransport, Peer, Policy
from ocpp16sm.network.transport import Transport
from ocpp16sm.settings import Settings
from ocpp16sm.testing.virtual_charge_point import BEGAN
from tests.support.scene import IDENTITY, QUIET

T = TypeVar("T")

LONGEST_S = 7 * 86400.0
"""Virtual time that no test needs: whoever still waits then waits for ever."""


class LoopClock:
    """The time of day goes with the running loop's time."""

    def utc(self) -> Timestamp:
        """Now."""
        return Timestamp.of(BEGAN + timedelta(seconds=asyncio.get_running_loop().time()))


def run(story: Coroutine[Any, Any, T]) -> T:
    """Let a story happen in virtual time. What fails in a callback, where nobody is told, fails the story."""
    failed: list[dict[str, Any]] = []

    async def bounded() -> T:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failed.append(context))
        async with asyncio.timeout(LONGEST_S):
            return await story

    told = VirtualClock().run(bounded())
    assert not failed, failed
    return told


def settings(**given: Any) -> Settings:
    """A charge point that says nothing of its own accord but what a test turns on."""
    usual = {"charge_point_id": "CP001", "central_system_url": "ws://central.system/ocpp", "identity": IDENTITY}
    configuration = {**QUIET, **given.pop("configuration", {})}
    return Settings(**{**usual, **given}, configuration=configuration)


def charge_point(transport: Transport, made: Settings | None = None, **how: Any) -> ChargePoint:
    """A charge point in virtual time."""
    return ChargePoint(made or settings(), transport=transport, clock=LoopClock(), **how)


class Lines(LocalTransport):
    """A transport to an embedded Central System without a network, and every frame that went over it."""

    def __init__(self, policy: Policy | None = None, charge_point_id: str = "CP001") -> None:
        self.frames: list[tuple[str, str]] = []
        """Every frame: its direction and its text."""
        system = CentralSystem(policy, clock=LoopClock(), on_frame=lambda way, text: self.frames.append((way, text)))
        super().__init__(system)
        self.peer: Peer = system.known(charge_point_id)

    def sent(self, action: str) -> list[str]:
        """The frames with a request of the charge point of this action."""
        return [text for way, text in self.frames if way == "cp>csms" and f'"{action}"' in text[:100]]


async def passes(seconds: float) -> None:
    """Time passes, and everything happens that falls due meanwhile."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over
