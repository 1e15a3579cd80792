"""The same scenes over a real websocket: a whole ChargePoint, and a server that is nothing but a socket.

Time is the event loop's, and that is a number here: :meth:`WireScene.passes` moves it from deadline to deadline.
Whether something has been sent is known without waiting: pings overtake nothing.
"""

import asyncio
import json
import time
from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from websockets.asyncio.server import Server, ServerConnection, serve

from ocpp16sm import ChargePoint, Hardware, MemoryStore, Settings, Timestamp
from ocpp16sm.core.protocol import Core
from ocpp16sm.generated.handlers import HandlerCall, Handlers
from ocpp16sm.store import Store
from tests.support.scene import IDENTITY, QUIET, Scene
from tests.support.virtual_core import BEGAN

T = TypeVar("T")
PATIENCE_S = 30.0
PINGS = 3
"""So many that both ends, which share one loop, have dealt with what came before the last."""


class MovableLoop(asyncio.SelectorEventLoop):
    """An event loop whose time can be moved on."""

    ahead = 0.0

    def time(self) -> float:
        """Even time, s."""
        return super().time() + self.ahead


class _Clock:
    """The time of day goes with the loop's time."""

    def __init__(self, loop: MovableLoop) -> None:
        self._loop = loop
        self._began = loop.time()

    def utc(self) -> Timestamp:
        """Now."""
        return Timestamp.of(BEGAN + timedelta(seconds=self._loop.time() - self._began))


class _Station(Handlers):
    """Handlers are called on the loop's thread while it runs."""

    def __init__(self, scene: "WireScene") -> None:
        self._scene = scene

    def _call(self, call: HandlerCall) -> Any:
        return self._scene.run(self._later(call))

    async def _later(self, call: HandlerCall) -> Any:
        return self._scene.charge_point._call(call)


class WireScene(Scene):
    """A scene over a websocket on loopback."""

    def __init__(
        self, connectors: int = 1, *, hardware: Hardware | None = None, store: Store | None = None, **configuration: str
    ) -> None:
        self._runner = asyncio.Runner(loop_factory=MovableLoop)
        self._socket: ServerConnection | None = None
        self._server = self.run(self._listen())
        port = next(iter(self._server.sockets)).getsockname()[1]
        settings = Settings(
            charge_point_id="CP001",
            central_system_url=f"ws://127.0.0.1:{port}",
            connectors=connectors,
            identity=IDENTITY,
            configuration={**QUIET, **configuration},
            stop_timeout_s=0,  # what the scene leaves undelivered stays so
        )
        super().__init__(settings.setup())
        loop = self._runner.get_loop()
        assert isinstance(loop, MovableLoop)
        self._loop = loop
        self._clock = _Clock(loop)
        self.charge_point = ChargePoint(settings, hardware=hardware, store=store or MemoryStore(), clock=self._clock)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Let the loop run until this is done."""

        async def patiently() -> T:
            began = time.monotonic()
            task = asyncio.ensure_future(work)
            # The loop's own time is moved about, so it is no measure of patience.
            while not task.done():
                await asyncio.wait([task], timeout=0.5)
                assert time.monotonic() - began < PATIENCE_S, "nothing came"
            return task.result()

        return self._runner.run(patiently())

    async def _listen(self) -> Server:
        return await serve(self._serve, "127.0.0.1", 0, subprotocols=["ocpp1.6"], ping_interval=None)  # type: ignore[list-item]

    async def _serve(self, socket: ServerConnection) -> None:
        self._socket = socket
        async for text in socket:
            self._frames.append(json.loads(text))
        if self._socket is socket:
            self._socket = None

    def close(self) -> None:
        """Stop everything."""
        self.run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        await self.charge_point.stop()
        self._server.close()
        await self._server.wait_closed()

    # -- Scene --------------------------------------------------------------------------------------------------------

    @property
    def station(self) -> Handlers:
        """Whose handlers the station calls."""
        return _Station(self)

    def starts(self, **how: Any) -> None:
        """The charge point starts and connects."""
        self.run(self._start(how))

    async def _start(self, how: Mapping[str, Any]) -> None:
        await self.charge_point.start(**how)
        await self.charge_point.wait_until(lambda: self.charge_point.connected)

    def passes(self, seconds: float) -> None:
        """Time passes, deadline by deadline."""
        end = self._loop.time() + seconds
        while (due := self._deadline()) is not None and due <= end:
            self._loop.ahead += max(0.0, due - self._loop.time())
            self.run(self._reached(due))
            self._arrive()
        self._loop.ahead += max(0.0, end - self._loop.time())
        self._arrive()

    def loses_link(self) -> None:
        """The connection breaks; the next dial (RetryBackoffWaitMinimum later) succeeds."""
        self.run(self._break())

    async def _break(self) -> None:
        assert self._socket is not None
        self._socket.transport.abort()
        await self.charge_point.wait_until(lambda: not self.charge_point.connected)

    async def _reached(self, due: float) -> None:
        """Let the charge point deal with a deadline; if it dials, let it get through."""
        await self.charge_point.wait_until(lambda: self._deadline() != due)
        await self.charge_point.wait_until(lambda: self._core().features.link.machine.configuration != ("Connecting",))

    def _deadline(self) -> float | None:
        return self._core().next_deadline

    def _core(self) -> Core:
        shell = self.charge_point._life.shell
        assert shell is not None
        return shell.core

    def _send(self, text: str) -> None:
        assert self._socket is not None, "there is no connection"
        self.run(self._socket.send(text))

    def _arrive(self) -> None:
        """Pings go there and back behind everything that was sent, and everything else has its turn meanwhile."""
        if self._socket is not None:
            self.run(self._ping(self._socket))

    @staticmethod
    async def _ping(socket: ServerConnection) -> None:
        for _ in range(PINGS):
            await (await socket.ping())

    def _now(self) -> Timestamp:
        return self._clock.utc()
