"""A whole charge point and the embedded Central System in each security profile (whitepaper 2)."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from trustme import CA

from ocpp16sm import ChargePoint, tls
from ocpp16sm.clock import VirtualClock
from ocpp16sm.core import link
from ocpp16sm.core.effects import Dial
from ocpp16sm.core.inputs import LinkLost
from ocpp16sm.csms import CentralSystem, LocalTransport, Policy
from ocpp16sm.errors import LinkFault
from ocpp16sm.records import Credentials, Verification
from tests.support.jumping import settings
from tests.support.secured import HOST, STRICT, WILDCARDS, GivenCertificates, leaf, named, pem, run

KEY = "0123456789ABCDEF0123456789ABCDEF01234567"
PASSWORDS = {"CP001": bytes.fromhex(KEY)}


@pytest.fixture(scope="module")
def authority() -> CA:
    return CA()


@pytest.fixture(scope="module")
def stranger() -> CA:
    return CA()


@pytest.fixture
def certificates(authority: CA, stranger: CA, tmp_path: Path) -> GivenCertificates:
    """Of the charge point: its own, and one that nobody knows."""
    own = leaf(authority, common_name="SN-1").files(tmp_path, "own")
    strange = leaf(stranger, common_name="SN-1").files(tmp_path, "strange")
    return GivenCertificates(pem(authority), own=own, strange=strange)


@pytest.fixture
def server(authority: CA, tmp_path: Path) -> ssl.SSLContext:
    """TLS of the Central System."""
    return tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"))


@pytest.fixture
def mutual(authority: CA, tmp_path: Path) -> ssl.SSLContext:
    """The same, and it wants certificates."""
    (tmp_path / "roots.pem").write_text(pem(authority))
    return tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"), tmp_path / "roots.pem")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the charge point dials with."""
    made: dict[str, Any] = {"verification": STRICT}
    monkeypatch.setattr(link, "Dial", lambda *_: Dial(Credentials(**made)))
    return made


@pytest.fixture
def losses(monkeypatch: pytest.MonkeyPatch) -> list[LinkLost]:
    """What the core hears of connections that end."""
    heard: list[LinkLost] = []
    lost = link.Link.lost

    def note(self: link.Link, happened: LinkLost) -> None:
        heard.append(happened)
        lost(self, happened)

    monkeypatch.setattr(link.Link, "lost", note)
    return heard


def boots(system: CentralSystem, certificates: GivenCertificates) -> None:
    """A charge point connects and is registered."""

    async def story() -> None:
        async with system:
            made = settings(central_system_url=named(system.url))
            async with ChargePoint(made, certificates=certificates) as station:
                await (await system.peer("CP001")).expect("BootNotification")
                await station.wait_until_accepted()

    run(story())


def stays_out(system: CentralSystem, certificates: GivenCertificates, losses: list[LinkLost]) -> LinkLost:
    """A charge point cannot connect: what its core hears of that."""

    async def story() -> None:
        async with system:
            made = settings(central_system_url=named(system.url))
            async with ChargePoint(made, certificates=certificates) as station:
                await station.wait_until(lambda: bool(losses))
            assert not system.peers

    run(story())
    return losses[0]


def test_profile_1_is_a_name_and_a_password(
    credentials: dict[str, Any], certificates: GivenCertificates, losses: list[LinkLost]
) -> None:
    """A00.FR.202-205."""
    credentials |= {"security_profile": 1, "authorization_key": KEY}
    boots(CentralSystem(Policy(passwords=PASSWORDS)), certificates)
    losses.clear()
    other = CentralSystem(Policy(passwords={"CP001": b"another password"}))
    assert stays_out(other, certificates, losses).fault is LinkFault.UNAUTHORIZED


def test_profile_2_is_tls_and_a_password(
    credentials: dict[str, Any],
    certificates: GivenCertificates,
    server: ssl.SSLContext,
    losses: list[LinkLost],
) -> None:
    """A00.FR.301-311."""
    credentials |= {"security_profile": 2, "authorization_key": KEY}
    boots(CentralSystem(Policy(passwords=PASSWORDS), tls=server), certificates)
    losses.clear()
    other = CentralSystem(Policy(passwords={"CP001": b"another password"}), tls=server)
    assert stays_out(other, certificates, losses).fault is LinkFault.UNAUTHORIZED


@pytest.mark.parametrize("profile", [2, 3])
def test_profiles_with_tls_need_a_central_system_that_can_be_verified(
    profile: int,
    credentials: dict[str, Any],
    certificates: GivenCertificates,
    server: ssl.SSLContext,
    stranger: CA,
    losses: list[LinkLost],
) -> None:
    """A00.FR.309, 310, 413, 414."""
    credentials |= {"security_profile": profile, "authorization_key": KEY, "client_certificate": "own"}
    certificates.roots = (pem(stranger),)
    lost = stays_out(CentralSystem(tls=server), certificates, losses)
    assert lost.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE
    assert "unable to get local issuer certificate" in lost.reason


def test_a_wildcard_is_accepted_where_it_is_allowed(
    credentials: dict[str, Any], certificates: GivenCertificates, authority: CA, tmp_path: Path, losses: list[LinkLost]
) -> None:
    """VerifyCsmsAllowWildcards."""
    server = tls.server_context(*leaf(authority, "*.ocpp.test").files(tmp_path, "wildcard"))
    credentials |= {"security_profile": 2, "authorization_key": KEY, "verification": WILDCARDS}
    boots(CentralSystem(Policy(passwords=PASSWORDS), tls=server), certificates)
    losses.clear()
    credentials |= {"verification": STRICT}
    lost = stays_out(CentralSystem(Policy(passwords=PASSWORDS), tls=server), certificates, losses)
    assert lost.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE


def test_profile_3_is_tls_with_a_certificate_each(
    credentials: dict[str, Any], certificates: GivenCertificates, mutual: ssl.SSLContext, losses: list[LinkLost]
) -> None:
    """A00.FR.401-411; and no password."""
    credentials |= {"security_profile": 3, "client_certificate": "own", "authorization_key": KEY}
    boots(CentralSystem(Policy(serial_numbers={"CP001": "SN-1"}), tls=mutual), certificates)
    losses.clear()
    credentials |= {"client_certificate": "strange"}
    lost = stays_out(CentralSystem(tls=mutual), certificates, losses)
    assert lost.fault is LinkFault.UNAUTHORIZED
    assert "does not accept the charge point's certificate (unknown ca)" in lost.reason


def test_profile_2_is_not_enough_for_a_central_system_of_profile_3(
    credentials: dict[str, Any], certificates: GivenCertificates, mutual: ssl.SSLContext, losses: list[LinkLost]
) -> None:
    """A00.FR.002."""
    credentials |= {"security_profile": 2, "authorization_key": KEY}
    assert stays_out(CentralSystem(tls=mutual), certificates, losses).fault is LinkFault.UNAUTHORIZED


def test_what_is_missing_keeps_a_charge_point_out_and_dialling(
    credentials: dict[str, Any], certificates: GivenCertificates, server: ssl.SSLContext, losses: list[LinkLost]
) -> None:
    credentials |= {"security_profile": 2}
    lost = stays_out(CentralSystem(tls=server), certificates, losses)
    assert (lost.reason, lost.fault) == ("security profile 2 needs a password: there is no AuthorizationKey", None)


def test_a_profile_with_tls_takes_no_virtual_time(credentials: dict[str, Any]) -> None:
    """Certificates are read on another thread; no time-out may come due meanwhile."""
    credentials |= {"security_profile": 2, "authorization_key": KEY, "verification": Verification()}
    clock = VirtualClock()

    async def story() -> None:
        transport = LocalTransport(CentralSystem(Policy(passwords=PASSWORDS), clock=clock))
        async with ChargePoint(settings(), transport=transport, clock=clock) as station:
            await station.wait_until_accepted()
            assert transport.dialled == [0]
            assert clock.even_time() == 0

    clock.run(story())
