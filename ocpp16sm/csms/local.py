"""Connections to the embedded Central System without a network: for runs in virtual time, and for none to listen in."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import unquote

from ocpp16sm.csms.server import CentralSystem
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network.transport import Endpoint


class LocalTransport:
    """A transport that leads to a Central System in the same event loop.

    ::

        system = CentralSystem(clock=clock)
        station = VirtualStation(settings, clock=clock, transport=LocalTransport(system))

    The Central System need not be started: it listens to nobody else. It asks for passwords, as its policy says, and
    for no certificates.
    """

    def __init__(self, system: CentralSystem) -> None:
        self.system = system
        self.refusal: str | None = None
        """Why no connection can be opened, if so."""
        self.dialled: list[float] = []
        """When a connection was asked for, even time, s."""
        self.line: Line | None = None
        """The connection that was opened last."""
        self._served: set[asyncio.Task[None]] = set()

    async def connect(self, endpoint: Endpoint) -> "Line":
        """Open a connection. Raises :class:`LinkError` if it is refused, or the Central System knows no such id."""
        self.dialled.append(asyncio.get_running_loop().time())
        charge_point_id = unquote(endpoint.url.rpartition("/")[2])
        if self.refusal is not None:
            raise LinkError(self.refusal)
        if not self.system.admits(charge_point_id):
            raise LinkError(f"the Central System does not know {charge_point_id}")
        shown = endpoint.authorization()
        if not self.system.policy.accepts_password(charge_point_id, [] if shown is None else [shown]):
            raise LinkError("the Central System does not accept the credentials", LinkFault.UNAUTHORIZED)
        self.line = Line()
        task = asyncio.get_running_loop().create_task(self.system.known(charge_point_id).serve(_Socket(self.line)))
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        return self.line

    def drop(self, reason: str = "connection reset") -> None:
        """The connection breaks."""
        if self.line is not None:
            self.line.end(reason)


class Line:
    """A connection, as the charge point has it (:class:`~ocpp16sm.network.transport.Connection`)."""

    def __init__(self) -> None:
        self.to_charge_point: asyncio.Queue[str | None] = asyncio.Queue()
        self.to_central_system: asyncio.Queue[str | None] = asyncio.Queue()
        self.ended_because = ""
        self.offence: str | None = None
        """A test may say here what the Central System did that no connection may carry."""
        self.pings: list[tuple[float, float]] = []
        """(interval, pong timeout) as asked for, s; nobody needs to ping here."""

    def send(self, text: str) -> None:
        """Send a frame to the Central System."""
        self.to_central_system.put_nowait(text)

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        """Note what is asked for."""
        self.pings.append((interval_s, pong_timeout_s))

    def close(self, code: int, reason: str) -> None:
        """Close, from the charge point's side."""
        self.end(f"closed with code {code}")

    async def frames(self) -> AsyncIterator[str]:
        """The frames of the Central System."""
        try:
            while (text := await self.to_charge_point.get()) is not None:
                yield text
        finally:
            self.end("connection reset")

    def end(self, reason: str) -> None:
        """It ends, for this reason unless it has ended before; what was sent before still arrives."""
        self.ended_because = self.ended_because or reason
        self.to_charge_point.put_nowait(None)
        self.to_central_system.put_nowait(None)


class _Socket:
    """The same connection, as the Central System has it."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def send(self, text: str) -> None:
        self._line.to_charge_point.put_nowait(text)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self._line.end(f"closed with code {code}")

    async def __aiter__(self) -> AsyncIterator[str]:
        while (text := await self._line.to_central_system.get()) is not None:
            yield text
