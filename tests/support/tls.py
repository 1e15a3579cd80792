"""Names, certificates and connections for tests of TLS on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, TypeVar

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from trustme import CA

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates, ClientCertificate, Inventory
from ocpp16sm.network import tls
from ocpp16sm.network.transport import Endpoint, WebSocketTransport
from ocpp16sm.records import Verification
from tests.support.sockets import listen, server
from tests.support.wire import MovableLoop

T = TypeVar("T")

HOST = "central.ocpp.test"
"""A name of this machine; the tests' loop knows every name under ``ocpp.test``."""

LENIENT = Verification(common_name=False, system_roots=False)
STRICT = Verification(system_roots=False)
WILDCARDS = Verification(wildcards=True, system_roots=False)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class NamedLoop(MovableLoop):
    """A loop that finds this machine under names of the tests' own."""

    async def getaddrinfo(self, host: Any, port: Any, **how: Any) -> Any:
        """Addresses of a name."""
        if isinstance(host, str) and host.lower().endswith("ocpp.test"):
            host = "127.0.0.1"
        return await super().getaddrinfo(host, port, **how)


def run(story: Coroutine[Any, Any, T]) -> T:
    """Let a story happen over real sockets, on a loop that knows our names."""
    with asyncio.Runner(loop_factory=NamedLoop) as runner:
        return runner.run(asyncio.wait_for(story, 30))


def named(url: str, host: str = HOST) -> str:
    """The same URL under another name of this machine."""
    return url.replace("127.0.0.1", host)


@frozen
class Leaf:
    """A certificate and its key, in PEM."""

    chain: bytes
    key: bytes

    def above(self, issuer: "Leaf") -> "Leaf":
        """With the chain of its issuer."""
        return Leaf(self.chain + issuer.chain, self.key)

    def files(self, to: Path, name: str) -> tuple[Path, Path]:
        """The same as files: the certificate with its chain, and the key."""
        chain, key = to / f"{name}.pem", to / f"{name}.key"
        chain.write_bytes(self.chain)
        key.write_bytes(self.key)
        return chain, key


def leaf(
    authority: "CA | Leaf",
    *names: str,
    common_name: str | None = None,
    addresses: Iterable[str] = (),
    valid_days: tuple[int, int] = (-1, 1),
    key: Key | None = None,
) -> Leaf:
    """A certificate with exactly these DNS names and addresses, and with exactly this commonName."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    by = authority if isinstance(authority, Leaf) else self_signed(authority)
    issuer = x509.load_pem_x509_certificate(by.chain)
    issuer_key = serialization.load_pem_private_key(by.key, None)
    assert isinstance(issuer_key, Key)
    begin, end = (datetime.now(UTC) + timedelta(days=days) for days in valid_days)
    subject = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Operator")]
    if common_name is not None:
        subject.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    also: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    also += [x509.IPAddress(IPv4Address(address)) for address in addresses]
    if also:
        builder = builder.add_extension(x509.SubjectAlternativeName(also), critical=False)
    signed = builder.sign(issuer_key, hashes.SHA256())
    return Leaf(signed.public_bytes(serialization.Encoding.PEM), pem_of_key(key))


def self_signed(authority: CA) -> Leaf:
    """A root that is used as if it were a leaf."""
    return Leaf(authority.cert_pem.bytes(), authority.private_key_pem.bytes())


def pem_of_key(key: Key) -> bytes:
    """A key in PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


class GivenCertificates(Certificates):
    """Roots in PEM and files of client certificates, by name."""

    def __init__(self, *roots: str, **clients: tuple[Path, Path]) -> None:
        self.roots = roots
        self.clients = clients

    def inventory(self) -> Inventory:
        """What there is, the newest first."""
        clients = []
        for name, (chain, _key) in self.clients.items():
            certificate = x509.load_pem_x509_certificate(chain.read_bytes())
            begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
            clients.append(ClientCertificate(name, Timestamp.of(begin), Timestamp.of(end)))
        clients.sort(key=lambda client: client.not_before, reverse=True)
        return Inventory(tuple(clients), central_system_roots=len(self.roots))

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """How to connect."""
        return tls.client_context(self.roots, None if client is None else self.clients[client], verification)


def pem(authority: CA) -> str:
    """The root."""
    return authority.cert_pem.bytes().decode()


@asynccontextmanager
async def secured(context: ssl.SSLContext, host: str = HOST) -> AsyncIterator[str]:
    """A websocket server with TLS; gives the URL of a charge point."""
    async with server(listen, ssl=context) as url:
        yield f"{named(url, host).replace('ws:', 'wss:')}/CP001"


async def dial(url: str, context: ssl.SSLContext, password: bytes | None = None, timeout_s: float = 10) -> None:
    """Open a connection, and close it."""
    endpoint = Endpoint(url=url, timeout_s=timeout_s, user="CP001", password=password, tls=context)
    connection = await WebSocketTransport().connect(endpoint)
    connection.close(1000, "")
    async for _text in connection.frames():
        pass
