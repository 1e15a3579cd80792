"""Transfers of files for a station: the interface, and the implementation for networks."""

import asyncio
import ssl
from collections.abc import Awaitable
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from attrs import define, field

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.station.files.address import Address, Limits

log = NamedLog("ocpp16sm.station.files")


class FileMover(Protocol):
    """Transfers files. Both methods raise :class:`~ocpp16sm.errors.TransferError` if a transfer fails."""

    async def download(self, url: str, to: Path) -> None:
        """Download a file to ``to``; if that fails, ``to`` does not exist."""

    async def upload(self, path: Path, url: str) -> None:
        """Upload a file to a URL."""


@define
class NetworkFiles:
    """Transfers files over the network.

    :param limits: of time and size.
    :param tls: for checking servers' certificates; by default with the system's certification authorities.
    """

    limits: Limits = field(factory=Limits)
    tls: ssl.SSLContext | None = None

    async def download(self, url: str, to: Path) -> None:
        """Download a file; see :func:`download`."""
        await download(url, to, limits=self.limits, tls=self.tls)

    async def upload(self, path: Path, url: str) -> None:
        """Upload a file; see :func:`upload`."""
        await upload(path, url, limits=self.limits, tls=self.tls)


async def download(url: str, to: Path, *, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> None:
    """Download a file from ``url``. If that fails, ``to`` does not exist, or is what it was before.

    ``limits`` and ``tls``: see :class:`NetworkFiles`. Raises :class:`~ocpp16sm.errors.TransferError`.
    """
    address, within = Address.of(url), limits or Limits()
    if address.by_ftp:  # imported when first used, because few stations transfer files
        from ocpp16sm.station.files.ftp import fetch
    else:
        from ocpp16sm.station.files.http import fetch
    part = to.with_name(f"{to.name}.part")
    try:
        with part.open("wb") as file:
            taken = _Taken(address, file, within.largest_bytes)
            await _in_time(address, within, fetch(address, taken.take, within, tls or _usual_tls()))
        part.replace(to)
    except OSError as error:
        raise address.failed(f"{to.name} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    log.info("downloaded %d bytes from %s", taken.bytes, address.shown)


async def upload(path: Path, url: str, *, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> None:
    """Upload a file to ``url``, under its own name if the URL names a directory.

    ``limits`` and ``tls``: see :class:`NetworkFiles`. Raises :class:`~ocpp16sm.errors.TransferError`.
    """
    address, within = Address.of(url), limits or Limits()
    if address.by_ftp:
        from ocpp16sm.station.files.ftp import store
    else:
        from ocpp16sm.station.files.http import store
    await _in_time(address, within, store(address, path, within, tls or _usual_tls()))
    log.info("uploaded %s to %s", path.name, address.shown)


async def _in_time(address: Address, limits: Limits, moved: Awaitable[None]) -> None:
    try:
        async with asyncio.timeout(limits.whole_s):
            await moved
    except TimeoutError as error:
        raise address.failed(f"not done within {limits.whole_s:g} s") from error


@cache
def _usual_tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Taken:
    """The received part of a file."""

    def __init__(self, address: Address, file: BinaryIO, largest_bytes: int) -> None:
        self.bytes = 0
        self._address = address
        self._file = file
        self._largest_bytes = largest_bytes

    def take(self, block: bytes) -> None:
        self.bytes += len(block)
        if self.bytes > self._largest_bytes:
            raise self._address.failed(f"longer than {self._largest_bytes} bytes")
        self._file.write(block)
