"""Servers on loopback that files are fetched from and taken to: FTP, FTPS, HTTP, HTTPS."""

import asyncio
import ssl
import threading
import warnings
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import aioftp
from trustme import CA

with warnings.catch_warnings():  # it is written with asyncore
    warnings.simplefilter("ignore", DeprecationWarning)
    from pyftpdlib.authorizers import DummyAuthorizer  # type: ignore[import-untyped]
    from pyftpdlib.filesystems import AbstractedFS  # type: ignore[import-untyped]
    from pyftpdlib.handlers import FTPHandler  # type: ignore[import-untyped]
    from pyftpdlib.servers import FTPServer  # type: ignore[import-untyped]

LOOPBACK = "127.0.0.1"
USER = "station"
PASSWORD = "p@ss/w:rd"
CREDENTIALS = "station:p%40ss%2Fw%3Ard"
"""USER and PASSWORD as they are written in a URL."""


# -- FTP -------------------------------------------------------------------------------------------------------------


class _BreakingFiles(AbstractedFS):  # type: ignore[misc]
    """The disk of the server fails in the middle of every file called broken.bin."""

    def open(self, filename: str, mode: str) -> Any:
        opened = super().open(filename, mode)
        if filename.endswith("broken.bin"):
            blocks = [b"x" * 1000]

            def read(_size: int) -> bytes:
                if blocks:
                    return blocks.pop()
                raise OSError("the disk is broken")

            opened.close()
            return _Readable(filename, read)
        return opened


class _Readable:
    closed = False

    def __init__(self, name: str, read: Any) -> None:
        self.name = name
        self.read = read

    def close(self) -> None:
        self.closed = True


@contextmanager
def ftp_server(home: Path, unknown: str = "") -> Iterator[int]:
    """An FTP server whose files are in ``home``, for everybody to read; gives its port.

    It does not know the command ``unknown``.
    """
    authorizer = DummyAuthorizer()
    authorizer.add_anonymous(str(home))
    authorizer.add_user(USER, PASSWORD, str(home), perm="elradfmw")

    class Handler(FTPHandler):  # type: ignore[misc]
        abstracted_fs = _BreakingFiles
        auth_failed_timeout = 0
        proto_cmds: ClassVar = {name: command for name, command in FTPHandler.proto_cmds.items() if name != unknown}

    Handler.authorizer = authorizer
    server = FTPServer((LOOPBACK, 0), Handler)
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            server.ioloop.loop(timeout=0.02, blocking=False)
        server.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.address[1]
    finally:
        over.set()
        thread.join()


# -- FTPS ------------------------------------------------------------------------------------------------------------


def tls_of_server(authority: CA) -> ssl.SSLContext:
    """For a server on loopback with a certificate of this authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", LOOPBACK).configure_cert(context)
    return context


@asynccontextmanager
async def ftps_server(home: Path, tls: ssl.SSLContext, *, explicit: bool) -> AsyncIterator[int]:
    """An FTP server with TLS from the beginning or, if ``explicit``, after AUTH TLS; gives its port."""
    user = aioftp.User(USER, PASSWORD, base_path=home)
    server = aioftp.Server([user], ssl=None if explicit else tls)
    await server.start(LOOPBACK)
    try:
        if not explicit:
            yield server.server_port
            return
        server.ssl = tls  # from now on: for connections that carry data
        async with _after_auth_tls(server.server_port, tls) as port:
            yield port
    finally:
        await server.close()


@asynccontextmanager
async def _after_auth_tls(behind: int, tls: ssl.SSLContext) -> AsyncIterator[int]:
    """Answers AUTH TLS and what belongs to it, before everything goes through to the server behind."""
    served: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        served.add(task)
        inner_reader, inner_writer = await asyncio.open_connection(LOOPBACK, behind)
        try:
            writer.write(await inner_reader.readline())
            if await reader.readline() == b"AUTH TLS\r\n":
                writer.write(b"234 go on\r\n")
                await writer.drain()
                await writer.start_tls(tls)  # type: ignore[attr-defined,unused-ignore]
                for _wish in ("PBSZ 0", "PROT P"):  # the server behind wants to know first who asks
                    await reader.readline()
                    writer.write(b"200 as you wish\r\n")
                await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))
        except (OSError, ValueError):
            pass  # a client that begins with TLS finds out here that it is not spoken yet
        finally:
            inner_writer.close()
            writer.close()

    async with await asyncio.start_server(serve, LOOPBACK, 0) as server:
        yield server.sockets[0].getsockname()[1]
        for task in served:
            task.cancel()
        await asyncio.gather(*served, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await reader.read(1 << 16):
            writer.write(block)
            await writer.drain()
    writer.close()


# -- HTTP ------------------------------------------------------------------------------------------------------------


class WebServer(ThreadingHTTPServer):
    """Serves ``files``, and keeps what is PUT or POSTed. What else it does depends on the path:

    * ``/cut``: half of what was promised;  * ``/loop``: for ever elsewhere;  * ``/to?URL``: elsewhere;
    * ``/see``: 303, once it is uploaded;  * ``/form``: takes no PUT;  * ``/guarded/...``: wants USER and PASSWORD;
    * ``/status/403``: this status;  * ``/babble``: what is no HTTP;
    * ``/silent``: no answer until the server ends;  * ``/endless``: a file without a length, and without an end.
    """

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _WebHandler)
        self.files: dict[str, bytes] = {}
        self.taken: dict[str, tuple[str, bytes]] = {}
        """Path with query -> method, content."""
        self.asked: list[tuple[str, str]] = []
        """(method, path), in order."""
        self.credentials: list[tuple[str, str | None]] = []
        """(path, user:password) of every request."""
        self.over = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _WebHandler(BaseHTTPRequestHandler):
    server: WebServer

    def log_message(self, format: str, *arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self._goes_elsewhere():
            return
        if self.path == "/cut":
            self._answer(200, b"half", length=8)
        elif self.path == "/silent":
            self.server.over.wait()
        elif self.path == "/endless":
            self._answer(200, length=None)
            with suppress(OSError):
                while not self.server.over.is_set():
                    self.wfile.write(b"x" * 65536)
        elif self.path in self.server.files:
            self._answer(200, self.server.files[self.path])
        else:
            self._answer(404)

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self._goes_elsewhere():
            return
        if self.path == "/form" and self.command == "PUT":
            self._answer(405)
        else:
            self.server.taken[self.path] = self.command, content
            self._answer(201)

    def do_POST(self) -> None:
        self.do_PUT()

    def _goes_elsewhere(self) -> bool:
        """Whether all has been said already."""
        given = self.headers.get("Authorization")
        credentials = None if given is None else b64decode(given.removeprefix("Basic ")).decode()
        self.server.asked.append((self.command, self.path))
        self.server.credentials.append((self.path, credentials))
        path, _, query = self.path.partition("?")
        if path.startswith("/guarded/") and credentials != f"{USER}:{PASSWORD}":
            self._answer(401)
        elif path == "/babble":
            self.wfile.write(b"220 welcome\r\n\r\n")
        elif path.startswith("/status/"):
            self._answer(int(path[len("/status/") :]))
        elif path == "/loop":
            self._answer(302, location="/loop")
        elif path == "/see":
            self._answer(303, location="/thanks")
        elif path == "/to":
            self._answer(307, location=query)
        else:
            return False
        return True

    def _answer(
        self, status: int, content: bytes = b"", *, length: int | None = -1, location: str | None = None
    ) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(len(content) if length < 0 else length))
        if location is not None:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def web_server(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """A web server, with TLS if wanted."""
    with WebServer() as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
