"""An event loop in virtual time, and connections without a network, for tests of everything around the core.

::

    async def story() -> None:
        lines = Lines()
        async with ChargePoint(settings(), transport=lines, clock=LoopClock()) as charge_point:
            await lines.peer.expect("BootNotification")

    run(story())

Where everybody waits, time leaps to the next deadline: an hour takes no time, and nothing depends on the machine.
"""

import asyncio
import selectors
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from typing import Any, TypeVar, cast

from websockets.asyncio.server import ServerConnection

from ocpp16sm import ChargePoint
from ocpp16sm.csms import CentralSystem, Peer, Policy
from ocpp16sm.errors import LinkError
from ocpp16sm.settings import Settings
from ocpp16sm.testing.virtual import BEGAN
from ocpp16sm.timestamp import Timestamp
from ocpp16sm.transport import Transport
from tests.support.scene import IDENTITY, QUIET

T = TypeVar("T")

LONGEST_S = 7 * 86400.0
"""Virtual time that no test needs: whoever still waits then waits for ever."""
PATIENCE_S = 30.0
"""Real time to wait for another thread, where nothing is due in this one."""


class _Jumping(selectors.DefaultSelector):
    """Instead of waiting, moves the time."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            ready = super().select(PATIENCE_S)
            assert ready, "everybody waits for ever"
        elif not ready and timeout is not None and timeout > 0:
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose time leaps to the next deadline."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Even time, s."""
        return self._jumping.now


class LoopClock:
    """The time of day goes with the loop's time."""

    def utc(self) -> Timestamp:
        """Now."""
        return Timestamp.of(BEGAN + timedelta(seconds=asyncio.get_running_loop().time()))


def run(story: Coroutine[Any, Any, T]) -> T:
    """Let a story happen in virtual time."""

    async def bounded() -> T:
        async with asyncio.timeout(LONGEST_S):
            return await story

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(bounded())


def settings(**given: Any) -> Settings:
    """A charge point that says nothing of its own accord but what a test turns on."""
    usual = {"charge_point_id": "CP001", "central_system_url": "ws://central.system/ocpp", "identity": IDENTITY}
    configuration = {**QUIET, **given.pop("configuration", {})}
    return Settings(**{**usual, **given}, configuration=configuration)


def charge_point(transport: Transport, made: Settings | None = None, **how: Any) -> ChargePoint:
    """A charge point in virtual time."""
    return ChargePoint(made or settings(), transport=transport, clock=LoopClock(), **how)


class _Line:
    """Both ends of a connection: towards the charge point a Connection, towards the Central System a socket."""

    def __init__(self) -> None:
        self.to_charge_point: asyncio.Queue[str | None] = asyncio.Queue()
        self.to_central_system: asyncio.Queue[str | None] = asyncio.Queue()
        self.ended_because = ""
        self.offence: str | None = None
        self.pings: list[tuple[float, float]] = []
        """(interval, pong timeout) as asked for."""

    def send(self, text: str) -> None:
        self.to_central_system.put_nowait(text)

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        self.pings.append((interval_s, pong_timeout_s))

    def close(self, code: int, reason: str) -> None:
        self.end(f"closed with code {code}")

    async def frames(self) -> AsyncIterator[str]:
        try:
            while (text := await self.to_charge_point.get()) is not None:
                yield text
        finally:
            self.end("connection reset")

    def end(self, reason: str) -> None:
        self.ended_because = self.ended_because or reason
        self.to_charge_point.put_nowait(None)
        self.to_central_system.put_nowait(None)


class _Socket:
    """What a :class:`Peer` needs of a websocket."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    async def send(self, text: str) -> None:
        self._line.to_charge_point.put_nowait(text)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self._line.end(f"closed with code {code}")

    async def __aiter__(self) -> AsyncIterator[str]:
        while (text := await self._line.to_central_system.get()) is not None:
            yield text


class Lines:
    """A transport to an embedded Central System without a network."""

    def __init__(self, policy: Policy | None = None, charge_point_id: str = "CP001") -> None:
        self.frames: list[tuple[str, str]] = []
        """Every frame: its direction and its text."""
        self.system = CentralSystem(
            policy, clock=LoopClock(), on_frame=lambda way, text: self.frames.append((way, text))
        )
        self.peer: Peer = self.system.known(charge_point_id)
        self.refusal: str | None = None
        """Why no connection can be opened, if so."""
        self.dialled: list[float] = []
        """When a connection was asked for."""
        self.line: _Line | None = None
        self._served: set[asyncio.Task[None]] = set()

    async def connect(self, url: str, timeout_s: float) -> _Line:
        """Open a connection."""
        self.dialled.append(asyncio.get_running_loop().time())
        if self.refusal is not None:
            raise LinkError(self.refusal)
        self.line = _Line()
        task = asyncio.create_task(self.peer.serve(cast("ServerConnection", _Socket(self.line))))
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        return self.line

    def drop(self, reason: str = "connection reset") -> None:
        """The connection breaks."""
        assert self.line is not None
        self.line.end(reason)

    def sent(self, action: str) -> list[str]:
        """The frames with a request of the charge point of this action."""
        return [text for way, text in self.frames if way == "cp>csms" and f'"{action}"' in text[:100]]


async def passes(seconds: float) -> None:
    """Time passes, and everything happens that falls due meanwhile."""
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(seconds, over.set_result, None)
    await over
