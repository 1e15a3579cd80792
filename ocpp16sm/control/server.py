"""The control channel on a Unix socket or on TCP."""

import asyncio
import ipaddress
import os
import re
import socket
import stat
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

from attrs import frozen

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.control.client_session import LONGEST_LINE, MOST_CLIENTS, MOST_UNREAD, TOO_MANY, Session, refusal
from ocpp16sm.control.line_splitter import LineSplitter
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.stepped_time import in_real_time
from ocpp16sm.errors import LocalError

log = NamedLog("ocpp16sm.control")

LAST_WORDS_S = 2.0
"""Seconds that clients have to read the last lines when the server closes."""

_HTTP = re.compile(rb"\s*[A-Z]+ ")
"""The beginning of an HTTP request, which cannot begin a JSON text. The rest of the line may have any length."""

_TCP = re.compile(r"(?P<host>\[[^\[\]/]*\]|[^:/\\\[\]]*):(?P<port>\d+)")


class AddressError(LocalError):
    """The control channel cannot listen at the given address."""


@frozen
class UnixAddress:
    """A Unix socket."""

    path: Path

    def __str__(self) -> str:
        return f"unix:{self.path}"


@frozen
class TcpAddress:
    """A TCP address. Port 0 selects any free port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"tcp:{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def address(text: str, *, anywhere: bool = False) -> UnixAddress | TcpAddress:
    """Parse ``HOST:PORT`` or the path of a Unix socket. Raises :class:`AddressError`.

    :param anywhere: permits hosts other than loopback.
    """
    found = _TCP.fullmatch(text)
    if found is None:
        if not hasattr(socket, "AF_UNIX"):
            raise AddressError(f"{text}: this system has no Unix sockets; expected HOST:PORT, such as 127.0.0.1:0")
        return UnixAddress(Path(text))
    host, port = found["host"].strip("[]"), int(found["port"])
    host = {"localhost": "127.0.0.1", "": "127.0.0.1"}.get(host.lower(), host)
    if port > 65535:
        raise AddressError(f"{text}: invalid port {port}; expected 0 to 65535")
    if not anywhere and not _is_loopback(host):
        raise AddressError(
            f"{text}: anyone who can reach this address could control the station; expected a loopback address, "
            "such as 127.0.0.1 (use --control-anywhere to permit other addresses)"
        )
    return TcpAddress(host, port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class ControlServer:
    """Serves clients at one address.

    ::

        async with ControlServer(panel, address("127.0.0.1:0")) as server:
            print(server.address)
    """

    def __init__(self, panel: Panel, at: UnixAddress | TcpAddress) -> None:
        self.panel = panel
        self.address = at
        """The address; after the start, port 0 is replaced by the actual port."""
        self._server: asyncio.Server | None = None
        self._clients: set[_Client] = set()
        self._served = 0
        self._node: tuple[int, int] | None = None

    async def __aenter__(self) -> Self:
        """Start listening. Raises :class:`AddressError`."""
        loop = asyncio.get_running_loop()
        at = self.address
        try:
            if isinstance(at, UnixAddress):
                _make_room(at.path)
                before = os.umask(0o177)  # only this user may connect
                try:
                    self._server = await loop.create_unix_server(lambda: _Client(self), at.path)
                finally:
                    os.umask(before)
                self._node = _node(at.path)
            else:
                self._server = await loop.create_server(lambda: _Client(self), at.host, at.port)
                self.address = TcpAddress(at.host, self._server.sockets[0].getsockname()[1])
        except OSError as error:
            raise AddressError(f"{at}: cannot listen there ({error.strerror or error})") from None
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Tell the clients that the station has stopped, and close."""
        assert self._server is not None
        self._server.close()
        for client in tuple(self._clients):
            client.dismiss()
        clients = tuple(self._clients)
        call_off = in_real_time(self.panel.clock, LAST_WORDS_S, partial(_abort, clients))
        for client in clients:
            await client.gone
        call_off()
        if isinstance(self.address, UnixAddress) and _node(self.address.path) == self._node:
            with suppress(OSError):  # remove only our own socket
                self.address.path.unlink()

    def admit(self, client: "_Client") -> str | None:
        """Register a client and return its name; None if there are too many clients."""
        if len(self._clients) >= MOST_CLIENTS:
            return None
        self._clients.add(client)
        self._served += 1
        return f"client {self._served}"

    def forget(self, client: "_Client") -> None:
        """Remove a client that has disconnected."""
        self._clients.discard(client)


def _abort(clients: "tuple[_Client, ...]") -> None:
    for client in clients:
        client.abort()


def _make_room(path: Path) -> None:
    """Remove the stale socket of an earlier station. Raises :class:`AddressError` if the path is in use."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if not stat.S_ISSOCK(mode):
        raise AddressError(f"{path}: already exists and is not a socket; it is left unchanged")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise AddressError(f"{path}: another process is already listening there")


def _node(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class _Client(asyncio.Protocol):
    def __init__(self, server: ControlServer) -> None:
        self._server = server
        self._lines = LineSplitter(LONGEST_LINE)
        self._session: Session | None = None
        self._transport: Any = None
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # -- what asyncio calls -----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._transport.set_write_buffer_limits(high=MOST_UNREAD)
        name = self._server.admit(self)
        if name is None:
            self._write(refusal(TOO_MANY, f"{MOST_CLIENTS} clients are connected already"))
            self._transport.close()
            return
        self._session = Session(
            self._server.panel,
            name,
            write=self._write,
            unread=self._transport.get_write_buffer_size,
            hang_up=self._transport.close,
        )

    def data_received(self, data: bytes) -> None:
        for line in self._lines.feed(data):
            self._take(line)
        if _HTTP.match(self._lines.unfinished):
            self._refuse_http()

    def eof_received(self) -> bool:
        for line in self._lines.end():
            self._take(line)
        if self._session is not None:
            self._session.finish()
        return True  # keep the connection open: the client may still read answers

    def pause_writing(self) -> None:
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def connection_lost(self, _error: Exception | None) -> None:
        self._server.forget(self)
        if self._session is not None:
            self._session.close()
        if not self.gone.done():
            self.gone.set_result(None)

    # -- what the session and the server call -----------------------------------------------------------------------

    def _take(self, line: bytes) -> None:
        if self._session is None or self._transport.is_closing():
            return
        if _HTTP.match(line):
            self._refuse_http()
        else:
            self._session.receive(line)

    def _refuse_http(self) -> None:
        """Close the connection of a browser before a line of its request is parsed as an act."""
        if self._session is not None and not self._transport.is_closing():
            self._session.refuse_http()
            self._transport.close()

    def _write(self, line: str) -> None:
        if not self._transport.is_closing():
            self._transport.write(line.encode("ascii") + b"\n")

    def dismiss(self) -> None:
        if self._session is not None:
            self._session.farewell()
        self._transport.close()

    def abort(self) -> None:
        self._transport.abort()
