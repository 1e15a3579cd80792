"""Names, certificates and connections for tests of TLS on loopback."""

import asyncio
import ssl
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from trustme import CA, LeafCert

from ocpp16sm import tls
from ocpp16sm.certificates import Certificates
from ocpp16sm.records import Verification
from tests.support.wire import MovableLoop

T = TypeVar("T")

HOST = "central.ocpp.test"
"""A name of this machine; the tests' loop knows every name under ``ocpp.test``."""


class NamedLoop(MovableLoop):
    """A loop that finds this machine under names of the tests' own."""

    async def getaddrinfo(self, host: Any, port: Any, **how: Any) -> Any:
        """Addresses of a name."""
        if isinstance(host, str) and host.endswith("ocpp.test"):
            host = "127.0.0.1"
        return await super().getaddrinfo(host, port, **how)


def run(story: Coroutine[Any, Any, T]) -> T:
    """Let a story happen over real sockets, on a loop that knows our names."""
    with asyncio.Runner(loop_factory=NamedLoop) as runner:
        return runner.run(asyncio.wait_for(story, 30))


def named(url: str, host: str = HOST) -> str:
    """The same URL under another name of this machine."""
    return url.replace("127.0.0.1", host)


class GivenCertificates(Certificates):
    """Roots in PEM and files of client certificates, by name."""

    def __init__(self, *roots: str, **clients: tuple[Path, Path]) -> None:
        self.roots = roots
        self.clients = clients

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """How to connect."""
        return tls.client_context(self.roots, None if client is None else self.clients[client], verification)


def pem(authority: CA) -> str:
    """The root."""
    return authority.cert_pem.bytes().decode()


def files(leaf: LeafCert, to: Path, name: str) -> tuple[Path, Path]:
    """A certificate with its chain, and its key, as files."""
    chain, key = to / f"{name}.pem", to / f"{name}.key"
    chain.write_bytes(b"".join(part.bytes() for part in leaf.cert_chain_pems))
    key.write_bytes(leaf.private_key_pem.bytes())
    return chain, key
