"""The websocket: opened with the right subprotocol, kept alive, read and written (OCPP-J 1.6, 3 and 5.3)."""

import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from typing import Any, Protocol, TypeAlias, runtime_checkable
from urllib.parse import urljoin, urlsplit

from attrs import field, frozen
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from ocpp16sm import codec
from ocpp16sm.base.named_log import DiscreetLog, NamedLog
from ocpp16sm.base.secret import words
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network import tls
from ocpp16sm.network.websocket import CLOSE_TIMEOUT_S, Client, WebSocket

log = NamedLog("ocpp16sm.transport")

websockets_log = DiscreetLog("ocpp16sm.websockets")
"""What the package ``websockets`` logs; below INFO that is every frame and every password, as they are."""

SUBPROTOCOL = Subprotocol("ocpp1.6")
_MEANING = {
    401: "; it does not accept the credentials",
    403: "; it does not accept the credentials",
    404: "; it does not know this charge point",
}

_LONGEST_PLACE = 200
_REFUSED = frozenset({401, 403})
"""403 as well: a gateway in front of the Central System may have no other word for it."""

FrameSink: TypeAlias = Callable[[str, str], None]
"""Sees every frame: its direction, ``cp>csms`` or ``csms>cp``, and its text."""


class Connection(Protocol):
    """An open connection to the Central System."""

    def send(self, text: str) -> None:
        """Queue a frame behind those queued before. Frames that are not written are lost with the connection."""

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        """Send pings at this interval from now on; 0: none."""

    def close(self, code: int, reason: str) -> None:
        """Close the connection; :meth:`frames` then ends."""

    def frames(self) -> AsyncIterator[str]:
        """Incoming frames, until the connection ends. Leaving the loop early drops the connection."""

    @property
    def ended_because(self) -> str:
        """Why the connection ended."""

    @property
    def offence(self) -> str | None:
        """What the Central System sent that is not allowed on a connection, if that ended it."""


@frozen(kw_only=True)
class Endpoint:
    """Where to connect, and with which credentials."""

    url: str = field(repr=lambda url: repr(words(url)))
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
        """The header Authorization for HTTP Basic (RFC 7617). The password may be any bytes (OCPP-J 1.6, 6.2).

        Raises :class:`LinkError` for a user name with a colon.
        """
        if self.user is None or self.password is None:
            return None
        if ":" in self.user:
            raise LinkError(f"HTTP Basic cannot carry the name {self.user!r}: there is a colon in it (RFC 7617, 2)")
        pair = self.user.encode() + b":" + self.password
        return f"Basic {b64encode(pair).decode('ascii')}"


@runtime_checkable
class Pushing(Protocol):
    """A connection that passes on each frame in a call, without waking a task."""

    async def listen(self, hear: Callable[[str], None]) -> None:
        """Instead of :meth:`Connection.frames`: call ``hear`` with each frame; return when the connection ends."""


async def listen(connection: Connection, hear: Callable[[str], None]) -> None:
    """Call ``hear`` with every incoming frame; return when the connection ends."""
    if isinstance(connection, Pushing):
        await connection.listen(hear)
    else:
        async for text in connection.frames():
            hear(text)


REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})
"""HTTP answers that name another URL (RFC 9110, 15.4)."""


def refusal(url: str, status: int, location: str | None) -> LinkError:
    """The meaning of an HTTP status that answered the handshake. ``url``: the URL that was requested."""
    fault = LinkFault.UNAUTHORIZED if status in _REFUSED else None
    where = ""
    if status in REDIRECTS and location is not None:
        where = f" and redirects to {_place(url, location)}; redirects are not followed, set the URL that is meant"
    return LinkError(f"the Central System answered HTTP {status}{_MEANING.get(status, where)}", fault)


def _place(url: str, location: str) -> str:
    """A URL for logs: without credentials, query, fragment and control characters."""
    try:
        parts = urlsplit(urljoin(url, location))
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        shown = f"{parts.scheme}://{host}{'' if parts.port is None else f':{parts.port}'}{parts.path}"
    except ValueError:
        return "what is no URL"
    return "".join(each if " " < each < "\x7f" else "?" for each in shown)[:_LONGEST_PLACE]


class _Dial(connect):
    """``websockets`` follows redirects, also to other hosts, which could then set AuthorizationKey. This does not."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Never follow the redirect: return it as the error."""
        return exc


class Transport(Protocol):
    """Opens connections to the Central System."""

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open a connection. Raises :class:`LinkError` with the reason if that fails."""


class WebSocketTransport:
    """Opens connections with the ``websockets`` package.

    :param source: the local address to connect from; None: any.
    """

    def __init__(self, source: str | None = None) -> None:
        self._source: dict[str, Any] = {} if source is None else {"local_addr": (source, 0)}

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open a websocket with the subprotocol ocpp1.6."""
        opening: list[WebSocket] = []

        def client(*how: Any, **given: Any) -> Client:
            opening.append(WebSocket(*how, **given))
            return opening[-1].client

        authorization = endpoint.authorization()
        try:
            socket = await _Dial(
                endpoint.url,
                create_connection=client,  # type: ignore[arg-type]  # it calls what it is given
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
            answered = error.response
            raise refusal(endpoint.url, answered.status_code, answered.headers.get("Location")) from error
        except InvalidHandshake as error:
            for each in opening:
                if isinstance(each.client.broke, ssl.SSLError):
                    raise tls.explained(each.client.broke) from error
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
        for message in (socket.request, socket.response):
            if message is not None:
                message.headers.clear()  # kilobytes, and a password, that nobody asks for any more
        return opening[-1]


class TappedTransport:
    """Wraps a transport and passes every frame to an observer."""

    def __init__(self, inner: Transport, sink: FrameSink) -> None:
        self._inner = inner
        self._sink = sink

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open a connection of the wrapped transport."""
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

    async def listen(self, hear: Callable[[str], None]) -> None:
        def tapped(text: str) -> None:
            self._sink("csms>cp", text)
            hear(text)

        await listen(self._inner, tapped)

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
