"""Versions, suites, client certificates, and servers that cannot (whitepaper 2.4, 2.5; RFC 5246, RFC 8446)."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from trustme import CA

from ocpp16sm.errors import CertificateError, LinkError, LinkFault
from ocpp16sm.network import tls
from ocpp16sm.records import Verification
from tests.support.tls import HOST, STRICT, dial, leaf, named, pem, run, secured, self_signed

TLS_1_2 = ssl.TLSVersion.TLSv1_2
TLS_1_3 = ssl.TLSVersion.TLSv1_3


@pytest.fixture(scope="module")
def authority() -> CA:
    return CA()


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def trusting(authority: CA, client: tuple[Path, Path] | None = None) -> ssl.SSLContext:
    return tls.client_context([pem(authority)], client, STRICT)


def connect(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    async def story() -> None:
        async with secured(server) as url:
            await dial(url, client)

    run(story())


def fault(server: ssl.SSLContext, client: ssl.SSLContext, says: str) -> LinkFault | None:
    """What is wrong between these two."""
    with pytest.raises(LinkError, match=says) as error:
        connect(server, client)
    return error.value.fault


# -- versions and suites ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", tls.SUITES)
def test_every_suite_of_tls_1_2_can_be_used(
    suite: str, authority: CA, rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    """A00.FR.317, 318."""
    key = None if "ECDSA" in suite else rsa_key
    server = tls.server_context(*leaf(authority, HOST, key=key).files(tmp_path, "server"))
    server.maximum_version = TLS_1_2
    server.set_ciphers(suite)
    connect(server, trusting(authority))


def test_the_suites_are_those_of_the_whitepaper_and_those_with_forward_secrecy_for_rsa() -> None:
    """A00.FR.317; weaker ones are not offered (A00.FR.319)."""
    context = tls.client_context([], None, Verification())
    offered = {suite["name"] for suite in context.get_ciphers() if suite["protocol"] == "TLSv1.2"}
    assert offered == {
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
    }
    assert {suite["protocol"] for suite in context.get_ciphers()} == {"TLSv1.2", "TLSv1.3"}


@pytest.mark.parametrize("role", ["charge point", "Central System"])
def test_there_is_no_old_version_no_compression_and_no_renegotiation(role: str, authority: CA, tmp_path: Path) -> None:
    """A00.FR.312, 320."""
    if role == "charge point":
        context = trusting(authority)
        assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    else:
        context = tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"))
    assert context.minimum_version == TLS_1_2
    assert context.options & ssl.OP_NO_COMPRESSION
    assert context.options & ssl.OP_NO_RENEGOTIATION
    assert context.security_level == 2


def test_tls_1_3_is_used_where_both_can(authority: CA, tmp_path: Path) -> None:
    server = tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"))
    server.minimum_version = TLS_1_3
    connect(server, trusting(authority))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["TLS 1.0", "TLS 1.1"])
def test_a_central_system_with_old_versions_only_is_left(
    version: ssl.TLSVersion, authority: CA, rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    """A00.FR.315, 419."""
    server = tls.server_context(*leaf(authority, HOST, key=rsa_key).files(tmp_path, "server"))
    server.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        server.minimum_version = server.maximum_version = version
    assert fault(server, trusting(authority), "no TLS version that is accepted here") is LinkFault.TLS_VERSION


@pytest.mark.parametrize("suite", ["ECDHE-RSA-AES128-SHA256", "AES128-SHA", "ECDHE-RSA-CHACHA20-POLY1305"])
def test_a_central_system_with_other_suites_only_is_left(
    suite: str, authority: CA, rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    """A00.FR.318, 422."""
    server = tls.server_context(*leaf(authority, HOST, key=rsa_key).files(tmp_path, "server"))
    server.maximum_version = TLS_1_2
    server.set_ciphers(suite)
    assert fault(server, trusting(authority), "no cipher suite that is accepted here") is LinkFault.CIPHER_SUITE


# -- the certificate of the charge point ------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3], ids=["TLS 1.2", "TLS 1.3"])
@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_a_certificate_of_the_charge_point_is_accepted(
    kind: str, version: ssl.TLSVersion, authority: CA, rsa_key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    """Profile 3: A00.FR.401, 402."""
    key = rsa_key if kind == "RSA" else None
    own = leaf(authority, common_name="SERIAL-1", key=key).files(tmp_path, "client")
    connect(mutual(authority, tmp_path, version), trusting(authority, own))


@pytest.mark.parametrize("version", [TLS_1_2, TLS_1_3], ids=["TLS 1.2", "TLS 1.3"])
@pytest.mark.parametrize("shown", ["none", "of another authority", "expired", "self-signed"])
def test_a_certificate_that_the_central_system_refuses_is_told_as_that(
    shown: str, version: ssl.TLSVersion, authority: CA, tmp_path: Path
) -> None:
    """A00.FR.407; in TLS 1.3 the refusal comes after the handshake, in TLS 1.2 without a word of its own."""
    certificates = {
        "of another authority": leaf(CA(), common_name="SERIAL-1"),
        "expired": leaf(authority, common_name="SERIAL-1", valid_days=(-2, -1)),
        "self-signed": self_signed(CA()),
    }
    client = certificates[shown].files(tmp_path, "client") if shown in certificates else None
    server = mutual(authority, tmp_path, version)
    says = "^the Central System does not accept the charge point's certificate"
    assert fault(server, trusting(authority, client), says) is LinkFault.UNAUTHORIZED


def mutual(authority: CA, to: Path, version: ssl.TLSVersion) -> ssl.SSLContext:
    """A Central System that wants certificates of this authority."""
    roots = to / "roots.pem"
    roots.write_text(pem(authority))
    server = tls.server_context(*leaf(authority, HOST).files(to, "server"), roots)
    server.minimum_version = server.maximum_version = version
    return server


# -- servers that are something else ----------------------------------------------------------------------------------


@asynccontextmanager
async def raw(answer: bytes | None) -> AsyncIterator[str]:
    """A server that answers so to whatever comes, and hangs up; None: says nothing, and stays."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
            writer.write_eof()
            await reader.read()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as running:
        yield named(f"wss://127.0.0.1:{running.sockets[0].getsockname()[1]}/CP001")


def raw_fault(answer: bytes, authority: CA, says: str) -> LinkFault | None:
    async def story() -> LinkFault | None:
        async with raw(answer) as url:
            with pytest.raises(LinkError, match=says) as error:
                await dial(url, trusting(authority))
            return error.value.fault

    return run(story())


def server_hello(version: bytes, suite: bytes, compression: bytes = b"\x00") -> bytes:
    """A handshake record with a ServerHello (RFC 5246, 7.4.1.3)."""
    body = version + bytes(32) + b"\x00" + suite + compression
    hello = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16" + version + len(hello).to_bytes(2, "big") + hello


@pytest.mark.parametrize("version", [b"\x03\x00", b"\x03\x01", b"\x03\x02"], ids=["SSL 3.0", "TLS 1.0", "TLS 1.1"])
def test_an_old_version_is_not_agreed_to(version: bytes, authority: CA) -> None:
    """A00.FR.315: whoever chooses for us what we have not offered."""
    hello = server_hello(version, b"\x00\x2f")
    assert raw_fault(hello, authority, "no TLS version that is accepted here") is LinkFault.TLS_VERSION


def test_a_suite_that_was_not_offered_is_not_agreed_to(authority: CA) -> None:
    """A00.FR.318: TLS_RSA_WITH_AES_128_CBC_SHA."""
    hello = server_hello(b"\x03\x03", b"\x00\x2f")
    assert raw_fault(hello, authority, "no cipher suite that is accepted here") is LinkFault.CIPHER_SUITE


def test_compression_is_not_agreed_to(authority: CA) -> None:
    """A00.FR.322: DEFLATE."""
    hello = server_hello(b"\x03\x03", b"\xc0\x2b", b"\x01")
    assert raw_fault(hello, authority, "no cipher suite that is accepted here") is LinkFault.CIPHER_SUITE


ALERTS = {
    "handshake_failure": (40, LinkFault.CIPHER_SUITE),
    "no_certificate": (41, LinkFault.UNAUTHORIZED),
    "bad_certificate": (42, LinkFault.UNAUTHORIZED),
    "unsupported_certificate": (43, LinkFault.UNAUTHORIZED),
    "certificate_revoked": (44, LinkFault.UNAUTHORIZED),
    "certificate_expired": (45, LinkFault.UNAUTHORIZED),
    "certificate_unknown": (46, LinkFault.UNAUTHORIZED),
    "unknown_ca": (48, LinkFault.UNAUTHORIZED),
    "access_denied": (49, LinkFault.UNAUTHORIZED),
    "decrypt_error": (51, LinkFault.UNAUTHORIZED),
    "protocol_version": (70, LinkFault.TLS_VERSION),
    "insufficient_security": (71, LinkFault.CIPHER_SUITE),
    "internal_error": (80, None),
    "inappropriate_fallback": (86, LinkFault.TLS_VERSION),
    "unrecognized_name": (112, None),
    "certificate_required": (116, LinkFault.UNAUTHORIZED),
}
"""Number on the wire and meaning (RFC 8446, 6.2; RFC 5246, 7.2.2)."""


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_understood(alert: str, authority: CA) -> None:
    number, meaning = ALERTS[alert]
    assert raw_fault(b"\x15\x03\x03\x00\x02\x02" + bytes([number]), authority, ".") is meaning


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "^cannot connect: the Central System hung up during the TLS handshake$"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS at this port"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not speak TLS at this port"),
        (bytes(100), "does not speak TLS at this port"),
        (b"\x16\x03\x03\x00\x04\x02\xff\xff\xff", "^TLS failed: "),
    ],
    ids=["nothing", "HTTP", "SSH", "zeros", "a handshake cut short"],
)
def test_a_server_of_something_else_is_nobodys_fault(answer: bytes, says: str, authority: CA) -> None:
    assert raw_fault(answer, authority, says) is None


def test_a_handshake_that_never_ends_is_given_up_in_time(authority: CA) -> None:
    async def story() -> None:
        async with raw(None) as url:
            with pytest.raises(LinkError, match=r"^no connection within 0\.1 s$"):
                await dial(url, trusting(authority), timeout_s=0.1)

    run(story())


# -- files that cannot be used ----------------------------------------------------------------------------------------


def test_where_nobody_is_trusted_it_is_said_what_to_do() -> None:
    with pytest.raises(
        CertificateError, match=r"install one \(InstallCertificate\), or switch UseSslDefaultVerifyPaths"
    ):
        tls.client_context([], None, Verification(system_roots=False))


def test_roots_of_the_operating_system_are_trusted_only_where_that_is_wanted(
    authority: CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UseSslDefaultVerifyPaths."""
    bundle = tmp_path / "system.pem"
    bundle.write_text(pem(authority))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    server = tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"))
    connect(server, tls.client_context([pem(CA())], None, Verification(system_roots=True)))
    connect(server, tls.client_context([], None, Verification(system_roots=True)))
    private = tls.client_context([pem(CA())], None, Verification(system_roots=False))
    assert fault(server, private, "unable to get local issuer") is LinkFault.CENTRAL_SYSTEM_CERTIFICATE


@pytest.mark.parametrize("root", ["no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_root_that_is_none_is_told(root: str) -> None:
    with pytest.raises(CertificateError, match=r"^a root certificate of the Central System cannot be read: "):
        tls.client_context([root], None, STRICT)


def test_a_certificate_that_cannot_be_used_is_told(authority: CA, tmp_path: Path) -> None:
    certificate, key = leaf(authority, HOST).files(tmp_path, "one")
    _, other_key = leaf(authority, HOST).files(tmp_path, "other")
    empty, missing, encrypted = tmp_path / "empty", tmp_path / "missing", tmp_path / "encrypted"
    empty.touch()
    made = serialization.load_pem_private_key(key.read_bytes(), None)
    encrypted.write_bytes(
        made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    for bad in ((certificate, other_key), (certificate, empty), (empty, key), (missing, key), (certificate, missing)):
        with pytest.raises(CertificateError, match=r"^the certificate of the charge point in .* cannot be used: "):
            trusting(authority, bad)
        with pytest.raises(CertificateError, match=r"^the certificate of the Central System in .* cannot be used: "):
            tls.server_context(*bad)
    with pytest.raises(CertificateError, match="is encrypted; a key without a password is expected"):
        trusting(authority, (certificate, encrypted))
    for roots in (missing, empty):
        with pytest.raises(CertificateError, match=f"^the root certificates in {roots} cannot be read: "):
            tls.server_context(certificate, key, roots)
