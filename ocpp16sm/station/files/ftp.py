"""Files over FTP and FTPS, with aioftp: passive mode, binary."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import aioftp

from ocpp16sm.errors import TransferFault
from ocpp16sm.station.files.address import Address, Limits

PORT = 21
IMPLICIT_PORT = 990
BLOCK_BYTES = 64 * 1024
FIRST_OF_ARGUMENT = 5
"""Index in ``USER name`` and ``PASS word`` from which aioftp's log shows asterisks."""

FAULTS = {
    "501": TransferFault.BAD_MESSAGE,
    "530": TransferFault.DENIED,
    "532": TransferFault.DENIED,
    **dict.fromkeys(("202", "500", "502", "504"), TransferFault.NOT_SUPPORTED),
}
"""Reply code of an FTP server -> fault (RFC 959, 4.2). 550 is not listed: it may mean no permission or no such file."""


async def fetch(address: Address, take: Callable[[bytes], None], limits: Limits, tls: ssl.SSLContext) -> None:
    """Download a file (RETR); each block is passed to ``take``."""
    path = _path(address)
    if not path or path.endswith("/"):
        raise address.failed("it names no file")
    with _explained(address, limits):
        async with _session(address, limits, tls) as client, client.download_stream(path) as stream:
            async for block in stream.iter_by_block(BLOCK_BYTES):
                take(block)


async def store(address: Address, file: Path, limits: Limits, tls: ssl.SSLContext) -> None:
    """Upload a file (STOR), under its own name if the URL names a directory of the server."""
    with _explained(address, limits):
        async with _session(address, limits, tls) as client:
            name = await _enter(client, address) or file.name
            async with client.upload_stream(name) as stream:
                with file.open("rb") as source:
                    while block := source.read(BLOCK_BYTES):
                        await stream.write(block)


def _path(address: Address) -> str:
    """The path relative to the login directory; ``%2F`` at its beginning is the server's root (RFC 1738, 3.2.2)."""
    return unquote(address.path.removeprefix("/"))


async def _enter(client: aioftp.Client, address: Address) -> str:
    """Change to the directory of the URL; returns the name of the file if the URL ends with one."""
    path = _path(address)
    if not path:
        return ""
    try:
        await client.change_directory(path)
    except aioftp.StatusCodeError:
        if path.endswith("/"):
            raise
        return path
    return ""


class _Client(aioftp.Client):
    """A client that closes its data connections even if the server refuses the transfer."""

    def __init__(self, limits: Limits, tls: ssl.SSLContext | None) -> None:
        super().__init__(connection_timeout=limits.connect_s, socket_timeout=limits.silence_s, ssl=tls)
        self._data: list[asyncio.StreamWriter] = []

    async def get_passive_connection(self, *how: Any, **also: Any) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await super().get_passive_connection(*how, **also)
        self._data.append(writer)
        return reader, writer

    def close(self) -> None:
        for writer in self._data:
            writer.close()
        super().close()


@asynccontextmanager
async def _session(address: Address, limits: Limits, tls: ssl.SSLContext) -> AsyncIterator[aioftp.Client]:
    client = await _connected(address, limits, tls)
    try:
        await _log_in(client, address)
        yield client
        await client.command("QUIT")
    finally:
        client.close()


async def _log_in(client: aioftp.Client, address: Address) -> None:
    user = aioftp.DEFAULT_USER if address.user is None else address.user
    password = aioftp.DEFAULT_PASSWORD if address.user is None else address.password
    code, _ = await client.command(f"USER {user}", ("230", "331"), censor_after=FIRST_OF_ARGUMENT)
    if code == "331":
        await client.command(f"PASS {password}", ("230", "202"), censor_after=FIRST_OF_ARGUMENT)


async def _connected(address: Address, limits: Limits, tls: ssl.SSLContext) -> aioftp.Client:
    """Open a connection; for ``ftps`` with TLS, either from the beginning (implicit) or by AUTH TLS (explicit).

    A server that begins in plain text needs AUTH TLS. With ``ftps`` neither credentials nor files are sent without TLS.
    """
    if address.scheme == "ftp":
        return await _open(address.host, address.port or PORT, limits)
    port = address.port or IMPLICIT_PORT
    try:
        return await _open(address.host, port, limits, tls)
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError:
        pass
    except (ConnectionRefusedError, TimeoutError):
        if address.port is not None:
            raise
        port = PORT
    client = await _open(address.host, port, limits)
    try:
        async with asyncio.timeout(limits.connect_s):
            await client.upgrade_to_tls(tls)
    except BaseException:
        client.close()
        raise
    return client


async def _open(host: str, port: int, limits: Limits, tls: ssl.SSLContext | None = None) -> aioftp.Client:
    client = _Client(limits, tls)
    try:
        await client.connect(host, port)
    except BaseException:
        client.close()
        raise
    return client


@contextmanager
def _explained(address: Address, limits: Limits) -> Iterator[None]:
    """Convert errors of aioftp into TransferError."""
    try:
        yield
    except aioftp.StatusCodeError as error:
        said = " ".join(line.strip(" -") for line in error.info)
        code = str(error.received_codes[-1])
        fault = FAULTS.get(code, TransferFault.FAILED)
        raise address.failed(f"the server answered {code} {said}".rstrip(), fault) from error
    except TimeoutError as error:
        reason = f"no connection within {limits.connect_s:g} s, or no data for {limits.silence_s:g} s"
        raise address.failed(reason) from error
    except ConnectionResetError as error:
        raise address.failed("the server closed the connection") from error
    except (aioftp.AIOFTPException, OSError, EOFError, ValueError, LookupError) as error:
        raise address.failed(str(error) or type(error).__name__) from error
