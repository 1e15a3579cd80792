"""Connections to the embedded Central System without a network, for runs in virtual time or without a socket."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import unquote

from ocpp16sm.csms.server import CentralSystem
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network.transport import Endpoint


class LocalTransport:
    """A transport that connects to a Central System in the same event loop.

    ::

        system = CentralSystem(clock=clock)
        station = VirtualStation(settings, clock=clock, transport=LocalTransport(system))

    The Central System need not be started. Passwords are checked according to its policy; certificates are not.
    """

    def __init__(self, system: CentralSystem) -> None:
        self.system = system
        self.refusal: str | None = None
        """If set, connections are refused for this reason."""
        self.dialled: list[float] = []
        """Times of all connection attempts, in seconds of the event loop's clock."""
        self.connection: LocalConnection | None = None
        """The most recent connection."""
        self._served: set[asyncio.Task[None]] = set()

    async def connect(self, endpoint: Endpoint) -> "LocalConnection":
        """Open a connection.

        Raises :class:`LinkError` if the connection is refused, the id is unknown, or the credentials are wrong.
        """
        self.dialled.append(asyncio.get_running_loop().time())
        charge_point_id = unquote(endpoint.url.rpartition("/")[2])
        if self.refusal is not None:
            raise LinkError(self.refusal)
        if not self.system.admits(charge_point_id):
            raise LinkError(f"the Central System does not know {charge_point_id}")
        shown = endpoint.authorization()
        if not self.system.policy.accepts_password(charge_point_id, [] if shown is None else [shown]):
            raise LinkError("the Central System does not accept the credentials", LinkFault.UNAUTHORIZED)
        self.connection = LocalConnection()
        task = asyncio.get_running_loop().create_task(
            self.system.known(charge_point_id).serve(_Socket(self.connection))
        )
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        return self.connection

    def drop(self, reason: str = "connection reset") -> None:
        """Break the connection."""
        if self.connection is not None:
            self.connection.end(reason)


class LocalConnection:
    """The charge point's end of a connection (:class:`~ocpp16sm.network.transport.Connection`)."""

    def __init__(self) -> None:
        self.to_charge_point: asyncio.Queue[str | None] = asyncio.Queue()
        self.to_central_system: asyncio.Queue[str | None] = asyncio.Queue()
        self.ended_because = ""
        self.offence: str | None = None
        """Tests may set this to a violation of the websocket protocol by the Central System."""
        self.pings: list[tuple[float, float]] = []
        """(interval, pong timeout) of each :meth:`keep_alive`, in seconds; no pings are sent."""

    def send(self, text: str) -> None:
        """Send a frame to the Central System."""
        self.to_central_system.put_nowait(text)

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        """Record the parameters in :attr:`pings`."""
        self.pings.append((interval_s, pong_timeout_s))

    def close(self, code: int, reason: str) -> None:
        """Close the connection from the charge point's side."""
        self.end(f"closed with code {code}")

    async def frames(self) -> AsyncIterator[str]:
        """Yield the frames of the Central System until the connection ends."""
        try:
            while (text := await self.to_charge_point.get()) is not None:
                yield text
        finally:
            self.end("connection reset")

    def end(self, reason: str) -> None:
        """End the connection; the first reason is kept. Frames sent before still arrive."""
        self.ended_because = self.ended_because or reason
        self.to_charge_point.put_nowait(None)
        self.to_central_system.put_nowait(None)


class _Socket:
    """The Central System's end of a connection."""

    def __init__(self, connection: LocalConnection) -> None:
        self._connection = connection

    async def send(self, text: str) -> None:
        self._connection.to_charge_point.put_nowait(text)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self._connection.end(f"closed with code {code}")

    async def __aiter__(self) -> AsyncIterator[str]:
        while (text := await self._connection.to_central_system.get()) is not None:
            yield text
