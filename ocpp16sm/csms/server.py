"""The embedded Central System as a websocket server (subprotocol ocpp1.6), with one :class:`Peer` per charge point."""

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
from ocpp16sm.csms.policy import Policy, RequestHandler
from ocpp16sm.errors import LinkError, PayloadError
from ocpp16sm.network.transport import SUBPROTOCOL, FrameSink, websockets_log

log = NamedLog("ocpp16sm.csms")

T = TypeVar("T")

TIMEOUT_S = 30.0
"""Default timeout for a connection, an answer or a request, in seconds."""


class Socket(Protocol):
    """The interface of a connection that a Central System requires."""

    async def send(self, text: str, /) -> None:
        """Send a frame to the charge point."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection."""

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Iterate over the frames of the charge point."""


class Witness(Protocol):
    """Observes all frames and connections of a Central System."""

    def passed(self, charge_point_id: str, direction: str, text: str) -> None:
        """A frame was received or sent; the direction is ``cp>csms`` or ``csms>cp``."""

    def came_or_went(self, charge_point_id: str, connected: bool) -> None:
        """A charge point has connected, possibly replacing an older connection, or has disconnected."""


class Peer:
    """A charge point as seen by the Central System, across all its connections."""

    def __init__(
        self,
        charge_point_id: str,
        request_handler: RequestHandler,
        on_frame: FrameSink | None,
        clock: Clock,
        witness: Witness | None = None,
        remembers: bool = True,
    ) -> None:
        self.charge_point_id = charge_point_id
        self.heard: list[Heard] = []
        """All requests received, oldest first; empty if the Central System does not keep them."""
        self._remembers = remembers
        self._expected = 0
        self._conversation = Conversation(charge_point_id, request_handler)
        self._on_frame = on_frame
        self._clock = clock
        self._witness = witness
        self._socket: Socket | None = None
        self._news = asyncio.Condition()
        self._outcomes: dict[str, asyncio.Future[Any]] = {}
        self._turn = asyncio.Lock()
        """Ensures that only one request is pending."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether the charge point is connected."""
        return self._socket is not None

    async def call(self, request: AttrsInstance, timeout_s: float = TIMEOUT_S) -> Any:
        """Send a request after earlier ones have been answered (OCPP-J 4.1.1), and return the response.

        :param timeout_s: seconds to wait for the response once the request has been sent.

        Raises :class:`CallRefusedError` (a CALLERROR), :class:`~ocpp16sm.errors.PayloadError` (an invalid response),
        :class:`~ocpp16sm.errors.LinkError` (no connection) or ``TimeoutError``.
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
        """Send a text unchanged, well-formed or not. Raises :class:`~ocpp16sm.errors.LinkError` if not connected."""
        if self._socket is None:
            raise LinkError(f"{self.charge_point_id} is not connected")
        self._show("csms>cp", text)
        await self._socket.send(text)

    async def expect(
        self, action: str, where: Callable[[Any], bool] = lambda _request: True, timeout_s: float = TIMEOUT_S
    ) -> Any:
        """Wait for the next request of an action for which ``where`` returns True, and return it.

        The search starts after the request returned last; requests before the match are skipped. Raises
        ``TimeoutError``, listing the requests received instead, after ``timeout_s`` seconds.
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
            came = ", ".join(heard.action for heard in self.heard[self._expected :]) or "none"
            raise TimeoutError(
                f"no {action} from {self.charge_point_id} within {timeout_s:g} s; received: {came}"
            ) from None
        return heard.request

    async def until_connected(self, connected: bool = True, timeout_s: float = TIMEOUT_S) -> None:
        """Wait until it is connected (or disconnected). Raises ``TimeoutError`` after ``timeout_s`` seconds."""
        await self._until(lambda: True if self.connected is connected else None, timeout_s)

    async def hang_up(self, code: int = 1001, reason: str = "") -> None:
        """Close the connection, if there is one."""
        if self._socket is not None:
            await self._socket.close(code, reason)

    # -- serving ----------------------------------------------------------------------------------------------------

    async def serve(self, socket: Socket) -> None:
        """Serve one connection until it ends. A newer connection replaces an older one."""
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
        """Fail all pending requests, because their connection is gone."""
        for future in self._outcomes.values():
            if not future.done():
                future.set_exception(LinkError(f"{self.charge_point_id} disconnected before it answered"))

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
            await socket.close(1001, "closed by the policy")

    async def _say(self, requests: Iterable[AttrsInstance]) -> None:
        """Send follow-up requests; failures are only logged."""
        for request in requests:
            try:
                await self.call(request)
            except (CallRefusedError, LinkError, PayloadError, TimeoutError, ConnectionClosed) as error:
                log.info("%s: a follow-up request failed: %s", self.charge_point_id, error)

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

    :param policy: how it answers; by default it accepts everything.
    :param host: address to listen on.
    :param port: port to listen on; 0: any free port.
    :param only: known charge point ids; others get HTTP 404 (OCPP-J 3.2). None: all ids are known.
    :param tls: TLS context, see :func:`ocpp16sm.network.tls.server_context`; None: listen without TLS.
    :param remembers: whether to keep requests for :meth:`Peer.expect`; otherwise only transactions are kept.
    :param on_frame: called for every frame, with its direction (``cp>csms`` or ``csms>cp``) and its text.
    :param witness: observes every frame and connection, with the charge point id.
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
        self.request_handler = RequestHandler(policy or Policy())
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
        """The policy in use."""
        return self.request_handler.policy

    @property
    def url(self) -> str:
        """The endpoint URL, to which a charge point appends its id."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'ws' if self._tls is None else 'wss'}://{host}:{self._port}"

    def url_of(self, charge_point_id: str) -> str:
        """The URL that a charge point with this id connects to."""
        return f"{self.url}/{quote(charge_point_id, safe='')}"

    async def start(self) -> None:
        """Start listening. Raises ``OSError`` if the port is in use."""
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
        """Close all connections and stop listening."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.stop()

    def admits(self, charge_point_id: str) -> bool:
        """Whether a charge point id is not empty and known."""
        return bool(charge_point_id) and (self._only is None or charge_point_id in self._only)

    def known(self, charge_point_id: str) -> Peer:
        """The peer for a charge point id, connected or not; created if needed."""
        if charge_point_id not in self.peers:
            self.peers[charge_point_id] = Peer(
                charge_point_id, self.request_handler, self._on_frame, self._clock, self._witness, self._remembers
            )
        return self.peers[charge_point_id]

    async def peer(self, charge_point_id: str, timeout_s: float = TIMEOUT_S) -> Peer:
        """Wait for a charge point to connect. Raises ``TimeoutError`` after ``timeout_s`` seconds."""
        peer = self.known(charge_point_id)
        await peer.until_connected(timeout_s=timeout_s)
        return peer

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        charge_point_id = _charge_point_id(request)
        if not self.admits(charge_point_id):
            return connection.respond(404, "no such charge point\n")
        authorizations = request.headers.get_all("Authorization")
        if not self.policy.lets_in(charge_point_id, authorizations, _common_name(connection)):
            refusal = connection.respond(401, "wrong user, password or certificate\n")
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
