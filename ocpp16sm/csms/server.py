"""The embedded Central System on a port: websockets with subprotocol ocpp1.6, one :class:`Peer` a charge point."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import quote, unquote

from attrs import AttrsInstance
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.clock import Clock, SystemClock
from ocpp16sm.codec import MAX_FRAME_SIZE
from ocpp16sm.csms.conversation import CallRefusedError, Conversation, Heard, Outcome, Reply
from ocpp16sm.csms.policy import BackOffice, Policy
from ocpp16sm.errors import LinkError, PayloadError
from ocpp16sm.network.transport import SUBPROTOCOL, FrameSink, websockets_log

log = NamedLog("ocpp16sm.csms")

T = TypeVar("T")

TIMEOUT_S = 30.0
"""How long to wait for a charge point, an answer or a request, unless told otherwise."""


class Socket(Protocol):
    """What a Central System needs of a connection."""

    async def send(self, text: str, /) -> None:
        """Send a frame."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close it."""

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """The frames that come in."""


class Witness(Protocol):
    """Who sees all that passes at a Central System, and at which charge point."""

    def passed(self, charge_point_id: str, direction: str, text: str) -> None:
        """A frame passed, in the direction ``cp>csms`` or ``csms>cp``."""

    def came_or_went(self, charge_point_id: str, connected: bool) -> None:
        """A charge point has connected, perhaps instead of a connection that it had, or is connected no more."""


class Peer:
    """A charge point as the Central System sees it, over all its connections."""

    def __init__(
        self,
        charge_point_id: str,
        office: BackOffice,
        on_frame: FrameSink | None,
        clock: Clock,
        witness: Witness | None = None,
        remembers: bool = True,
    ) -> None:
        self.charge_point_id = charge_point_id
        self.heard: list[Heard] = []
        """All requests that came in, oldest first."""
        self._remembers = remembers
        self._expected = 0
        self._conversation = Conversation(charge_point_id, office)
        self._on_frame = on_frame
        self._clock = clock
        self._witness = witness
        self._socket: Socket | None = None
        self._news = asyncio.Condition()
        self._outcomes: dict[str, asyncio.Future[Any]] = {}
        self._turn = asyncio.Lock()
        """One request at a time."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether it is connected now."""
        return self._socket is not None

    async def call(self, request: AttrsInstance, timeout_s: float = TIMEOUT_S) -> Any:
        """Send a request when those before it have been answered (OCPP-J 4.1.1), and give the response.

        Raises :class:`CallRefusedError` (a CALLERROR), :class:`~ocpp16sm.errors.PayloadError` (a response that does
        not fit), :class:`~ocpp16sm.errors.LinkError` (no connection) or ``TimeoutError``.
        """
        async with self._turn:
            message_id, text = self._conversation.ask(request)
            future = self._outcomes[message_id] = asyncio.get_running_loop().create_future()
            try:
                await self.send_text(text)
                async with asyncio.timeout(timeout_s):
                    return await future
            finally:
                self._outcomes.pop(message_id)

    async def send_text(self, text: str) -> None:
        """Send a text as it is, well-formed or not. Raises LinkError if there is no connection."""
        if self._socket is None:
            raise LinkError(f"{self.charge_point_id} is not connected")
        self._show("csms>cp", text)
        await self._socket.send(text)

    async def expect(
        self, action: str, where: Callable[[Any], bool] = lambda _request: True, timeout_s: float = TIMEOUT_S
    ) -> Any:
        """Wait for the next request of an action (for which ``where`` holds), among those not looked at yet.

        Requests before it are passed over. Raises ``TimeoutError`` with what did come.
        """

        def found() -> Heard | None:
            for index in range(self._expected, len(self.heard)):
                heard = self.heard[index]
                if heard.action == action and where(heard.request):
                    self._expected = index + 1
                    return heard
            return None

        try:
            heard = await self._until(found, timeout_s)
        except TimeoutError:
            came = ", ".join(heard.action for heard in self.heard[self._expected :]) or "nothing"
            raise TimeoutError(f"no {action} of {self.charge_point_id} within {timeout_s:g} s; came: {came}") from None
        return heard.request

    async def until_connected(self, connected: bool = True, timeout_s: float = TIMEOUT_S) -> None:
        """Wait until it is connected (or not)."""
        await self._until(lambda: True if self.connected is connected else None, timeout_s)

    async def hang_up(self, code: int = 1001, reason: str = "") -> None:
        """Close its connection, if there is one."""
        if self._socket is not None:
            await self._socket.close(code, reason)

    # -- what the server does ---------------------------------------------------------------------------------------

    async def serve(self, socket: Socket) -> None:
        """One connection, from its beginning to its end. A newer connection takes the place of an older one."""
        older, self._socket = self._socket, socket
        if older is not None:
            self._give_up()
            await older.close(1001, "connected again")
        self._came_or_went(True)
        await self._tell()
        try:
            async for message in socket:
                text = message if isinstance(message, str) else message.decode(errors="replace")
                self._show("cp>csms", text)
                result = self._conversation.received(text, self._clock.utc())
                if isinstance(result, Reply):
                    await self._reply(socket, result)
                elif isinstance(result, Outcome):
                    self._set_outcome(result)
        except ConnectionClosed:
            log.debug("%s: connection lost", self.charge_point_id)
        finally:
            if self._socket is socket:
                self._socket = None
                self._came_or_went(False)
                self._give_up()
            await self._tell()

    def _give_up(self) -> None:
        """What was asked over a connection that is gone will not be answered."""
        for future in self._outcomes.values():
            if not future.done():
                future.set_exception(LinkError(f"{self.charge_point_id} hung up before it answered"))

    async def _reply(self, socket: Socket, reply: Reply) -> None:
        if reply.text is not None and not reply.delay_s:
            self._show("csms>cp", reply.text)
            await socket.send(reply.text)
        elif reply.text is not None:
            task = asyncio.create_task(self._reply_later(socket, reply.text, reply.delay_s))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if reply.heard is not None and self._remembers:
            self.heard.append(reply.heard)
            await self._tell()
        if reply.then:
            task = asyncio.create_task(self._say(reply.then))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if reply.hang_up:
            await socket.close(1001, "told to hang up")

    async def _say(self, requests: Iterable[AttrsInstance]) -> None:
        """What follows from a request; a charge point that does not want to know is left in peace."""
        for request in requests:
            try:
                await self.call(request)
            except (CallRefusedError, LinkError, PayloadError, TimeoutError, ConnectionClosed) as error:
                log.info("%s was not told: %s", self.charge_point_id, error)

    async def _reply_later(self, socket: Socket, text: str, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        try:
            await socket.send(text)
        except ConnectionClosed:
            return
        self._show("csms>cp", text)

    def _set_outcome(self, outcome: Outcome) -> None:
        future = self._outcomes.get(outcome.message_id)
        if future is None or future.done():
            return
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.response)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _until(self, condition: Callable[[], T | None], timeout_s: float) -> T:
        async with asyncio.timeout(timeout_s), self._news:
            while (found := condition()) is None:
                await self._news.wait()
            return found

    def _show(self, direction: str, text: str) -> None:
        if self._on_frame is not None:
            self._on_frame(direction, text)
        if self._witness is not None:
            self._witness.passed(self.charge_point_id, direction, text)

    def _came_or_went(self, connected: bool) -> None:
        if self._witness is not None:
            self._witness.came_or_went(self.charge_point_id, connected)


class CentralSystem:
    """A Central System for demos and tests.

    :param policy: what it says; by default everything is accepted.
    :param host: address to listen on.
    :param port: port to listen on; 0: any free one.
    :param only: charge point ids that are known; others get HTTP 404 (OCPP-J 3.2). None: all.
    :param tls: listen with TLS, as :func:`ocpp16sm.network.tls.server_context` says; None: without.
    :param remembers: whether requests are kept, for :meth:`Peer.expect`; without, only transactions are.
    :param on_frame: called with the direction (``cp>csms`` or ``csms>cp``) and the text of every frame.
    :param witness: is told of every frame, too, and of connections, and which charge point it was.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        only: frozenset[str] | None = None,
        on_frame: FrameSink | None = None,
        witness: Witness | None = None,
        clock: Clock | None = None,
        tls: ssl.SSLContext | None = None,
        remembers: bool = True,
    ) -> None:
        self.office = BackOffice(policy or Policy())
        self.peers: dict[str, Peer] = {}
        self._host = host
        self._port = port
        self._only = only
        self._on_frame = on_frame
        self._witness = witness
        self._clock = clock or SystemClock()
        self._tls = tls
        self._remembers = remembers
        self._server: Server | None = None

    @property
    def policy(self) -> Policy:
        """What it says."""
        return self.office.policy

    @property
    def url(self) -> str:
        """The endpoint, to which a charge point adds its id."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'ws' if self._tls is None else 'wss'}://{host}:{self._port}"

    def url_of(self, charge_point_id: str) -> str:
        """The URL that a charge point connects to."""
        return f"{self.url}/{quote(charge_point_id, safe='')}"

    async def start(self) -> None:
        """Listen. Raises ``OSError`` if the port is taken."""
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            subprotocols=[SUBPROTOCOL],
            ssl=self._tls,
            process_request=self._admit,
            compression=None,
            max_size=MAX_FRAME_SIZE,
            ping_interval=None,
            logger=websockets_log,
        )
        self._port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close all connections, and listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        """Listen."""
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Stop."""
        await self.stop()

    def admits(self, charge_point_id: str) -> bool:
        """Whether a charge point of this id may connect."""
        return bool(charge_point_id) and (self._only is None or charge_point_id in self._only)

    def known(self, charge_point_id: str) -> Peer:
        """What is known of a charge point, connected or not."""
        if charge_point_id not in self.peers:
            self.peers[charge_point_id] = Peer(
                charge_point_id, self.office, self._on_frame, self._clock, self._witness, self._remembers
            )
        return self.peers[charge_point_id]

    async def peer(self, charge_point_id: str, timeout_s: float = TIMEOUT_S) -> Peer:
        """Wait for a charge point to connect."""
        peer = self.known(charge_point_id)
        await peer.until_connected(timeout_s=timeout_s)
        return peer

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        charge_point_id = _charge_point_id(request)
        if not self.admits(charge_point_id):
            return connection.respond(404, "no such charge point\n")
        authorizations = request.headers.get_all("Authorization")
        if not self.policy.lets_in(charge_point_id, authorizations, _common_name(connection)):
            refusal = connection.respond(401, "user, password or certificate is wrong\n")
            refusal.headers["WWW-Authenticate"] = 'Basic realm="OCPP"'
            return refusal
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        await self.known(_charge_point_id(socket.request)).serve(socket)


def _common_name(connection: ServerConnection) -> str | None:
    shown = connection.transport.get_extra_info("peercert") or {}
    names = [value for relative in shown.get("subject", ()) for kind, value in relative if kind == "commonName"]
    return names[0] if len(names) == 1 else None


def _charge_point_id(request: Request) -> str:
    return unquote(request.path.partition("?")[0].rpartition("/")[2])
