"""The websocket: opened with the right subprotocol, kept alive, read and written (OCPP-J 1.6, 3 and 5.3)."""

import asyncio
import logging
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Protocol, TypeAlias

from attrs import field, frozen
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.frames import CloseCode
from websockets.typing import Subprotocol

from ocpp16sm import codec, tls
from ocpp16sm.errors import LinkError, LinkFault

log = logging.getLogger("ocpp16sm.transport")

websockets_log = logging.getLogger("ocpp16sm.websockets")
"""What the package ``websockets`` logs; below INFO that is every frame and every password, as they are."""
websockets_log.setLevel(logging.INFO)

SUBPROTOCOL = Subprotocol("ocpp1.6")
WRITE_TIMEOUT_S = 10.0
"""A frame that cannot be written for this long ends the connection."""
LAST_WORDS_S = 2.0
"""How long a connection that is being closed waits for the frames before."""
CLOSE_TIMEOUT_S = 5.0
"""How long it then waits for the other end to close too; after that it is broken off."""

OFFENCES: Mapping[int, str] = {
    CloseCode.PROTOCOL_ERROR: "a frame that breaks the websocket protocol",
    CloseCode.INVALID_DATA: "a frame that is no UTF-8",
    CloseCode.MESSAGE_TOO_BIG: f"a message of more than {codec.MAX_FRAME_SIZE} bytes",
}
"""Close codes with which we end a connection because of what came (RFC 6455, 7.4.1)."""

_MEANING = {
    401: "; it does not accept the credentials",
    403: "; it does not accept the credentials",
    404: "; it does not know this charge point",
}

_REFUSED = frozenset({401, 403})
"""403 as well: a gateway in front of the Central System may have no other word for it."""

FrameSink: TypeAlias = Callable[[str, str], None]
"""Sees every frame: its direction, ``cp>csms`` or ``csms>cp``, and its text."""


class Connection(Protocol):
    """An open connection to the Central System."""

    def send(self, text: str) -> None:
        """Send a frame after those before it. What cannot be sent is lost with the connection."""

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        """From now on ping at this interval (0: not at all)."""

    def close(self, code: int, reason: str) -> None:
        """Close; :meth:`frames` then ends."""

    def frames(self) -> AsyncIterator[str]:
        """The frames that come in, until the connection ends. Whoever stops listening before breaks it off."""

    @property
    def ended_because(self) -> str:
        """Why it ended."""

    @property
    def offence(self) -> str | None:
        """What the Central System sent that no connection may carry, if that ended it."""


@frozen(kw_only=True)
class Endpoint:
    """Where to connect, and with what."""

    url: str
    """ws:// or wss://, the charge point's id percent-encoded as the last segment."""
    timeout_s: float
    user: str | None = None
    """For HTTP Basic, with the password; None: no such header."""
    password: bytes | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    """For wss://, and only for that."""

    def __attrs_post_init__(self) -> None:
        if self.url.lower().startswith("wss:") is not (self.tls is not None):
            raise ValueError("a URL with wss:// needs a TLS context, and no other URL takes one")

    def authorization(self) -> str | None:
        """Header Authorization for HTTP Basic (RFC 7617): the password may be any bytes (OCPP-J 1.6, 6.2).

        Raises :class:`LinkError` for a user with a colon.
        """
        if self.user is None or self.password is None:
            return None
        if ":" in self.user:
            raise LinkError(f"HTTP Basic cannot carry the name {self.user!r}: there is a colon in it (RFC 7617, 2)")
        pair = self.user.encode() + b":" + self.password
        return f"Basic {b64encode(pair).decode('ascii')}"


class Transport(Protocol):
    """Opens connections."""

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open a connection. Raises :class:`LinkError` saying why it cannot be opened."""


class WebSocketTransport:
    """Connections over the ``websockets`` package.

    :param source: the address of this machine that they are opened from; None: any.
    """

    def __init__(self, source: str | None = None) -> None:
        self._source: dict[str, Any] = {} if source is None else {"local_addr": (source, 0)}

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open a websocket that speaks ocpp1.6."""
        broken: list[BaseException] = []
        authorization = endpoint.authorization()

        class Opening(ClientConnection):
            """Remembers why it broke off: in TLS 1.3 a client certificate is refused after the handshake."""

            def connection_lost(self, exc: Exception | None) -> None:
                broken.extend([exc] if exc is not None else [])
                super().connection_lost(exc)

        try:
            socket = await connect(
                endpoint.url,
                create_connection=Opening,
                subprotocols=[SUBPROTOCOL],
                additional_headers={} if authorization is None else {"Authorization": authorization},
                open_timeout=endpoint.timeout_s,
                ping_interval=None,
                compression=None,
                max_size=codec.MAX_FRAME_SIZE,
                proxy=None,
                close_timeout=CLOSE_TIMEOUT_S,
                logger=websockets_log,
                ssl=endpoint.tls,
                ssl_handshake_timeout=None if endpoint.tls is None else endpoint.timeout_s,
                **self._source,
            )
        except InvalidStatus as error:
            status = error.response.status_code
            raise LinkError(
                f"the Central System answered HTTP {status}{_MEANING.get(status, '')}",
                LinkFault.UNAUTHORIZED if status in _REFUSED else None,
            ) from error
        except InvalidHandshake as error:
            for cause in broken:
                if isinstance(cause, ssl.SSLError):
                    raise tls.explained(cause) from error
            raise LinkError(f"the websocket handshake failed: {error}") from error
        except InvalidURI as error:
            raise LinkError(f"the websocket handshake failed: {error}") from error
        except TimeoutError as error:
            raise LinkError(f"no connection within {endpoint.timeout_s:g} s") from error
        except ssl.SSLError as error:
            raise tls.explained(error) from error
        except ConnectionError as error:
            why = str(error) or "the Central System hung up" + (" during the TLS handshake" if endpoint.tls else "")
            raise LinkError(f"cannot connect: {why}") from error
        except (OSError, EOFError, ValueError) as error:
            raise LinkError(f"cannot connect: {error}") from error
        if socket.subprotocol != SUBPROTOCOL:
            await socket.close(1002, "subprotocol ocpp1.6 is required")
            raise LinkError(
                f"the Central System did not select the subprotocol {SUBPROTOCOL} (it selected "
                f"{socket.subprotocol or 'none'}); it does not speak OCPP 1.6J at this URL"
            )
        return _WebSocket(socket)


class _WebSocket:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue()
        """Texts, and None where nothing more comes."""
        self._writer = asyncio.create_task(self._write())
        self._pinger: asyncio.Task[None] | None = None
        self._closer: asyncio.Task[None] | None = None
        self.ended_because = ""
        self.offence: str | None = None

    def send(self, text: str) -> None:
        self._outgoing.put_nowait(text)

    async def _write(self) -> None:
        while (text := await self._outgoing.get()) is not None:
            try:
                await asyncio.wait_for(self._socket.send(text), WRITE_TIMEOUT_S)
            except ConnectionClosed:
                return
            except TimeoutError:
                self.close(1011, "the connection does not take any more")
                return

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        if self._pinger is not None:
            self._pinger.cancel()
            self._pinger = None
        if interval_s > 0:
            self._pinger = asyncio.create_task(self._ping(interval_s, pong_timeout_s))

    async def _ping(self, interval_s: float, pong_timeout_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            try:
                pong = await self._socket.ping()
                await asyncio.wait_for(pong, pong_timeout_s)
            except ConnectionClosed:
                return
            except TimeoutError:
                self.ended_because = f"no pong within {pong_timeout_s:g} s"
                self.close(1011, "no pong")
                return

    def close(self, code: int, reason: str) -> None:
        if self._closer is None:
            self._outgoing.put_nowait(None)
            self._closer = asyncio.create_task(self._finish(code, reason))

    async def _finish(self, code: int, reason: str) -> None:
        """What was to be sent goes first, unless that takes long."""
        await asyncio.wait([self._writer], timeout=LAST_WORDS_S)
        try:
            # who does not read takes no close frame either: websockets would wait for that without an end
            await asyncio.wait_for(self._socket.close(code, reason), CLOSE_TIMEOUT_S)
        except TimeoutError:
            self._socket.transport.abort()

    async def frames(self) -> AsyncIterator[str]:
        try:
            async for message in self._socket:
                yield message if isinstance(message, str) else message.decode(errors="replace")
            self._explain()
        except ConnectionClosed as error:
            self._explain(error)
        except (asyncio.CancelledError, GeneratorExit):
            self._socket.transport.abort()
            raise
        finally:
            self._writer.cancel()
            if self._pinger is not None:
                self._pinger.cancel()
            if self._closer is not None:
                await self._closer

    def _explain(self, error: ConnectionClosed | None = None) -> None:
        if not self.ended_because:
            code, reason = self._socket.close_code, self._socket.close_reason
            if error is not None and error.rcvd is None and error.sent is not None:
                code, reason = error.sent.code, error.sent.reason
                if code in OFFENCES:
                    self.offence = OFFENCES[code]
            self.ended_because = f"closed with code {code}" + (f" ({reason})" if reason else "")


class TappedTransport:
    """Another transport, with somebody who sees every frame."""

    def __init__(self, inner: Transport, sink: FrameSink) -> None:
        self._inner = inner
        self._sink = sink

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open a connection of the other transport."""
        return _Tapped(await self._inner.connect(endpoint), self._sink)


class _Tapped:
    def __init__(self, inner: Connection, sink: FrameSink) -> None:
        self._inner = inner
        self._sink = sink
        self.keep_alive = inner.keep_alive
        self.close = inner.close

    def send(self, text: str) -> None:
        self._sink("cp>csms", text)
        self._inner.send(text)

    async def frames(self) -> AsyncIterator[str]:
        async for text in self._inner.frames():
            self._sink("csms>cp", text)
            yield text

    @property
    def ended_because(self) -> str:
        return self._inner.ended_because

    @property
    def offence(self) -> str | None:
        return self._inner.offence
