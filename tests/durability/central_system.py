"""A Central System on a port that does to its charge point what networks and servers do, by seed.

It shares nothing with :mod:`ocpp16sm.csms`; its books are a :class:`~tests.durability.ledger.Ledger`.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from random import Random
from typing import Self

from attrs import define, field
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from ocpp16sm.clock import SystemClock
from tests.durability.ledger import Ledger

LATE_S = 0.02
START = "StartTransaction"


@define
class RoughCentralSystem:
    """Mostly answers; sometimes late, sometimes by hanging up, before or after it took the request down.

    To the first StartTransaction of all it hangs up, so that whatever the seed something is sent again.
    """

    chance: Random
    on_frame: Callable[[], None] = field(default=lambda: None)
    ledger: Ledger = field(factory=Ledger)
    gentle: bool = False
    """From now on everything is answered."""
    closed: bool = False
    """Whether every connection is refused."""
    _server: Server = field(init=False)

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], process_request=self._admit
        )
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    def _admit(self, connection: ServerConnection, _request: Request) -> Response | None:
        return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "closed\n") if self.closed else None

    async def _serve(self, socket: ServerConnection) -> None:
        try:
            async for text in socket:
                assert isinstance(text, str)
                await self._hear(socket, text)
        except ConnectionClosed:
            return

    async def _hear(self, socket: ServerConnection, text: str) -> None:
        fate = 1.0 if self.gentle else self.chance.random()
        if fate < 0.03:
            await socket.close(1011, "lost before it was taken down")
            return
        nothing_started = self.ledger.count(START) == 0
        answer = self.ledger.answer(text, SystemClock().utc())
        self.on_frame()
        if fate < 0.06 or (nothing_started and self.ledger.count(START) and not self.gentle):
            await socket.close(1011, "taken down, and not answered")
        elif answer is not None:
            if fate < 0.3:
                await self._pass_by(self.chance.uniform(0, LATE_S))
            await socket.send(answer)

    async def _pass_by(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        loop.call_later(seconds, over.set_result, None)
        await over
