"""Websocket servers of the tests' own, and connections to them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from ocpp16sm.network.transport import Endpoint, WebSocketTransport
from tests.support.wire import MovableLoop

Serve = Callable[[ServerConnection], Awaitable[None]]


def run(story: Coroutine[Any, Any, None]) -> None:
    """Let a story happen over real sockets."""
    with asyncio.Runner(loop_factory=MovableLoop) as runner:
        runner.run(asyncio.wait_for(story, 30))


@asynccontextmanager
async def server(handle: Serve, **how: Any) -> AsyncIterator[str]:
    """A websocket server; gives its endpoint."""
    options = {"subprotocols": ["ocpp1.6"], "compression": None, "ping_interval": None, **how}
    async with serve(handle, "127.0.0.1", 0, **options) as running:
        yield f"ws://127.0.0.1:{next(iter(running.sockets)).getsockname()[1]}"


async def listen(socket: ServerConnection) -> None:
    """Hear everything, say nothing."""
    with suppress(ConnectionClosed):
        async for _text in socket:
            pass


async def dial(url: str, timeout_s: float = 10) -> Any:
    """Open a connection."""
    return await WebSocketTransport().connect(Endpoint(url=url, timeout_s=timeout_s))
