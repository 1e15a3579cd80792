"""Whom a certificate is made out to, and by whom (A00.FR.307-310, 411-414; RFC 6125)."""

import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from trustme import CA
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request

from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network import tls
from ocpp16sm.records import Verification
from tests.support.sockets import listen, server
from tests.support.tls import (
    HOST,
    LENIENT,
    STRICT,
    WILDCARDS,
    Leaf,
    dial,
    leaf,
    named,
    pem,
    run,
    secured,
    self_signed,
)

ANY = "*.ocpp.test"


@pytest.fixture(scope="module")
def authority() -> CA:
    return CA()


def served(shown: Leaf, to: Path, roots: str, verification: Verification, host: str = HOST) -> None:
    """Connect to a Central System that shows this."""

    async def story() -> None:
        async with secured(tls.server_context(*shown.files(to, "server")), host) as url:
            await dial(url, tls.client_context([roots], None, verification))

    run(story())


def refused(shown: Leaf, to: Path, roots: str, verification: Verification, host: str = HOST) -> str:
    """The same, and the certificate is not accepted: why."""
    with pytest.raises(LinkError, match=r"^the certificate of the Central System is refused: ") as error:
        served(shown, to, roots, verification, host)
    assert error.value.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE
    return str(error.value)


@pytest.mark.parametrize(
    ("names", "common_name", "addresses", "host", "verification"),
    [
        ([HOST], None, [], HOST, STRICT),
        (["other.ocpp.test", HOST.upper()], None, [], HOST, STRICT),
        ([HOST], "other.ocpp.test", [], HOST, STRICT),
        ([], HOST, [], HOST, STRICT),
        ([], HOST, ["10.0.0.1"], HOST, STRICT),
        ([], None, ["127.0.0.1"], "127.0.0.1", STRICT),
        ([ANY, HOST], None, [], HOST, STRICT),
        ([ANY], None, [], HOST, WILDCARDS),
        ([], ANY, [], HOST, WILDCARDS),
        (["other.ocpp.test"], None, [], HOST, LENIENT),
        ([ANY], None, [], HOST, LENIENT),
        ([], None, [], "127.0.0.1", LENIENT),
    ],
)
def test_a_certificate_made_out_to_the_host_is_accepted(
    names: list[str],
    common_name: str | None,
    addresses: list[str],
    host: str,
    verification: Verification,
    authority: CA,
    tmp_path: Path,
) -> None:
    shown = leaf(authority, *names, common_name=common_name, addresses=addresses)
    served(shown, tmp_path, pem(authority), verification, host)


@pytest.mark.parametrize(
    ("names", "common_name", "host", "verification", "why"),
    [
        (["other.ocpp.test"], None, HOST, STRICT, "Hostname mismatch"),
        (["other.ocpp.test"], HOST, HOST, STRICT, "Hostname mismatch"),
        ([], "other.ocpp.test", HOST, STRICT, "Hostname mismatch"),
        ([], None, HOST, STRICT, "Hostname mismatch"),
        ([], "127.0.0.1", "127.0.0.1", STRICT, "IP address mismatch"),
        ([ANY], None, HOST, STRICT, f"only a wildcard in it fits '{HOST}'"),
        ([], ANY, HOST, STRICT, f"only a wildcard in it fits '{HOST}'"),
        (["c*.ocpp.test"], None, HOST, WILDCARDS, "Hostname mismatch"),
        (["*l.ocpp.test"], None, HOST, WILDCARDS, "Hostname mismatch"),
        ([ANY], None, "a.b.ocpp.test", WILDCARDS, "Hostname mismatch"),
        (["central.*.test"], None, HOST, WILDCARDS, "Hostname mismatch"),
    ],
)
def test_a_certificate_made_out_to_somebody_else_is_refused(
    names: list[str],
    common_name: str | None,
    host: str,
    verification: Verification,
    why: str,
    authority: CA,
    tmp_path: Path,
) -> None:
    """VerifyCsmsAllowWildcards: the whole first label, and nothing else."""
    said = refused(leaf(authority, *names, common_name=common_name), tmp_path, pem(authority), verification, host)
    assert why in said


@pytest.mark.parametrize("verification", [STRICT, LENIENT], ids=["with the name", "without the name"])
@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("of another authority", "unable to get local issuer certificate"),
        ("self-signed", "self-signed certificate"),
        ("expired", "certificate has expired"),
        ("not yet valid", "certificate is not yet valid"),
        ("without its intermediate", "unable to get local issuer certificate"),
        ("by a leaf", "invalid CA certificate"),
    ],
)
def test_a_certificate_that_leads_to_no_root_of_ours_is_refused(
    case: str, why: str, verification: Verification, authority: CA, tmp_path: Path
) -> None:
    """The chain counts, whatever VerifyCsmsCommonName says."""
    between = authority.create_child_ca()
    by_leaf = leaf(authority, "other.ocpp.test", common_name="Somebody")
    cases = {
        "of another authority": leaf(CA(), HOST),
        "self-signed": self_signed(CA()),
        "expired": leaf(authority, HOST, valid_days=(-2, -1)),
        "not yet valid": leaf(authority, HOST, valid_days=(1, 2)),
        "without its intermediate": leaf(between, HOST),
        "by a leaf": leaf(by_leaf, HOST).above(by_leaf),
    }
    assert why in refused(cases[case], tmp_path, pem(authority), verification)


def test_a_chain_with_its_intermediate_is_accepted(authority: CA, tmp_path: Path) -> None:
    between = authority.create_child_ca()
    shown = leaf(between, HOST).above(self_signed(between))
    served(shown, tmp_path, pem(authority), STRICT)


def test_a_key_that_is_too_short_is_refused(authority: CA, tmp_path: Path) -> None:
    """A00.FR.502: 2048 bits of RSA."""
    key = rsa.generate_private_key(65537, 1024)
    certificate, file = leaf(authority, HOST, key=key).files(tmp_path, "server")

    async def story() -> None:
        lax = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        lax.set_ciphers("ALL:@SECLEVEL=0")
        lax.load_cert_chain(certificate, file)
        async with secured(lax) as url:
            with pytest.raises(LinkError, match="refused: EE certificate key too weak") as error:
                await dial(url, tls.client_context([pem(authority)], None, STRICT))
            assert error.value.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE

    run(story())


def test_no_password_reaches_whoever_is_refused_for_a_wildcard(authority: CA, tmp_path: Path) -> None:
    """OpenSSL accepts such a certificate; it is looked at once more before anything is sent."""
    asked: list[Request] = []

    async def story() -> None:
        def note(_connection: ServerConnection, request: Request) -> None:
            asked.append(request)

        context = tls.server_context(*leaf(authority, ANY).files(tmp_path, "server"))
        async with server(listen, ssl=context, process_request=note) as url:
            url = f"{named(url).replace('ws:', 'wss:')}/CP001"
            with pytest.raises(LinkError, match="only a wildcard in it fits"):
                await dial(url, tls.client_context([pem(authority)], None, STRICT), b"password")
            assert asked == []
            await dial(url, tls.client_context([pem(authority)], None, WILDCARDS), b"password")
            assert len(asked) == 1

    run(story())
