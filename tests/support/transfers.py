"""How tests move files to and from the servers of :mod:`tests.support.file_servers`."""

import asyncio
import ssl
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.errors import TransferError
from ocpp16sm.station.files import Limits, download, upload

CONTENT = bytes(range(256)) * 1000
"""More than a block, and every byte: what is moved as text arrives otherwise."""
PATIENCE_S = 30


def run(story: Coroutine[Any, Any, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await story

    asyncio.run(bounded())


def fetch(url: str, to: Path, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> None:
    run(download(url, to, limits=limits, tls=tls))


def take(path: Path, url: str, tls: ssl.SSLContext | None = None) -> None:
    run(upload(path, url, tls=tls))


def refused(to: Path, url: str, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> str:
    """Why a download fails; of which nothing is left."""
    with pytest.raises(TransferError) as caught:
        fetch(url, to, limits, tls)
    assert list(to.parent.iterdir()) == []
    return caught.value.reason
