"""A whole charge point and the embedded Central System in each security profile (whitepaper 2)."""

import ssl
from pathlib import Path

import pytest
from trustme import CA

from ocpp16sm import ChargePoint
from ocpp16sm.certificates import Certificates
from ocpp16sm.clock import VirtualClock
from ocpp16sm.core.connection import link
from ocpp16sm.core.engine.inputs import LinkLost
from ocpp16sm.csms import CentralSystem, LocalTransport, Policy
from ocpp16sm.errors import LinkFault
from ocpp16sm.messages import ChangeConfigurationRequest, GetConfigurationRequest
from ocpp16sm.network import tls
from tests.support.tls import HOST, GivenCertificates, leaf, named, pem, run
from tests.support.virtual_time import settings

KEY = "0123456789ABCDEF0123456789ABCDEF01234567"
PASSWORDS = {"CP001": bytes.fromhex(KEY)}
PRIVATE_ROOTS = {"UseSslDefaultVerifyPaths": "false"}


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
    (tmp_path / "roots.pem").write_text(pem(authority))
    return tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"))


@pytest.fixture
def mutual(server: ssl.SSLContext, authority: CA, tmp_path: Path) -> ssl.SSLContext:
    """The same, and it wants certificates."""
    return tls.server_context(*leaf(authority, HOST).files(tmp_path, "server"), tmp_path / "roots.pem")


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


def charge_point(system: CentralSystem, certificates: Certificates, profile: int, **keys: str) -> ChargePoint:
    """A charge point of this security profile whose configuration has these keys."""
    configuration = {"SecurityProfile": str(profile), **PRIVATE_ROOTS, **keys}
    made = settings(central_system_url=named(system.url), configuration=configuration)
    return ChargePoint(made, certificates=certificates)


def boots(system: CentralSystem, certificates: Certificates, profile: int, **keys: str) -> None:
    """A charge point connects and is registered."""

    async def story() -> None:
        async with system, charge_point(system, certificates, profile, **keys) as station:
            await (await system.peer("CP001")).expect("BootNotification")
            await station.wait_until_accepted()

    run(story())


def stays_out(
    system: CentralSystem, certificates: Certificates, losses: list[LinkLost], profile: int, **keys: str
) -> LinkLost:
    """A charge point cannot connect: what its core hears of that."""
    losses.clear()

    async def story() -> None:
        async with system, charge_point(system, certificates, profile, **keys) as station:
            await station.wait_until(lambda: bool(losses))
            assert not system.peers

    run(story())
    return losses[0]


def test_profile_1_is_a_name_and_a_password(certificates: GivenCertificates, losses: list[LinkLost]) -> None:
    """A00.FR.202-205."""
    boots(CentralSystem(Policy(passwords=PASSWORDS)), certificates, 1, AuthorizationKey=KEY)
    other = CentralSystem(Policy(passwords={"CP001": b"another password"}))
    assert stays_out(other, certificates, losses, 1, AuthorizationKey=KEY).fault is LinkFault.UNAUTHORIZED


def test_profile_2_is_tls_and_a_password(
    certificates: GivenCertificates, server: ssl.SSLContext, losses: list[LinkLost]
) -> None:
    """A00.FR.301-311."""
    boots(CentralSystem(Policy(passwords=PASSWORDS), tls=server), certificates, 2, AuthorizationKey=KEY)
    other = CentralSystem(Policy(passwords={"CP001": b"another password"}), tls=server)
    assert stays_out(other, certificates, losses, 2, AuthorizationKey=KEY).fault is LinkFault.UNAUTHORIZED


@pytest.mark.parametrize("profile", [2, 3])
def test_profiles_with_tls_need_a_central_system_that_can_be_verified(
    profile: int, certificates: GivenCertificates, server: ssl.SSLContext, stranger: CA, losses: list[LinkLost]
) -> None:
    """A00.FR.309, 310, 413, 414."""
    certificates.roots = (pem(stranger),)
    lost = stays_out(CentralSystem(tls=server), certificates, losses, profile, AuthorizationKey=KEY)
    assert lost.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE
    assert "unable to get local issuer certificate" in lost.reason


def test_a_wildcard_is_accepted_where_it_is_allowed(
    certificates: GivenCertificates, authority: CA, tmp_path: Path, losses: list[LinkLost]
) -> None:
    """VerifyCsmsAllowWildcards."""
    server = tls.server_context(*leaf(authority, "*.ocpp.test").files(tmp_path, "wildcard"))
    keys = {"AuthorizationKey": KEY}
    system = CentralSystem(Policy(passwords=PASSWORDS), tls=server)
    boots(system, certificates, 2, VerifyCsmsAllowWildcards="true", **keys)
    lost = stays_out(CentralSystem(Policy(passwords=PASSWORDS), tls=server), certificates, losses, 2, **keys)
    assert lost.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE


def test_profile_3_is_tls_with_a_certificate_each(
    certificates: GivenCertificates, mutual: ssl.SSLContext, losses: list[LinkLost]
) -> None:
    """A00.FR.401-411; and no password."""
    strange = certificates.clients.pop("strange")
    boots(CentralSystem(Policy(serial_numbers={"CP001": "SN-1"}), tls=mutual), certificates, 3)
    certificates.clients = {"strange": strange}
    lost = stays_out(CentralSystem(tls=mutual), certificates, losses, 3)
    assert lost.fault is LinkFault.UNAUTHORIZED
    assert "does not accept the charge point's certificate (unknown ca)" in lost.reason


def test_profile_2_is_not_enough_for_a_central_system_of_profile_3(
    certificates: GivenCertificates, mutual: ssl.SSLContext, losses: list[LinkLost]
) -> None:
    """A00.FR.002."""
    lost = stays_out(CentralSystem(tls=mutual), certificates, losses, 2, AuthorizationKey=KEY)
    assert lost.fault is LinkFault.UNAUTHORIZED


def test_a_central_system_raises_the_profile(
    certificates: GivenCertificates, server: ssl.SSLContext, tmp_path: Path
) -> None:
    """A05: the charge point comes back at once, with a certificate instead of a password, and is still registered."""
    del certificates.clients["strange"]
    server.load_verify_locations(tmp_path / "roots.pem")
    server.verify_mode = ssl.CERT_OPTIONAL
    policy = Policy(passwords=PASSWORDS)

    async def story() -> None:
        system = CentralSystem(policy, tls=server)
        async with system, charge_point(system, certificates, 2, AuthorizationKey=KEY) as station:
            peer = await system.peer("CP001")
            await station.wait_until_accepted()
            refused = await peer.call(ChangeConfigurationRequest(key="SecurityProfile", value="1"))
            assert refused.status == "Rejected"
            accepted = await peer.call(ChangeConfigurationRequest(key="SecurityProfile", value="3"))
            policy.passwords, policy.serial_numbers = None, {"CP001": "SN-1"}
            assert accepted.status == "Accepted"
            credentials = station._life.running().core.features.credentials
            await station.wait_until(lambda: credentials.state.previous is None and station.connected)
            assert credentials.state.present.security_profile == 3
            shown = (await peer.call(GetConfigurationRequest(key=("SecurityProfile",)))).configuration_key
            assert shown is not None
            assert [one.value for one in shown] == ["3"]

    run(story())


def test_what_is_missing_keeps_a_charge_point_out_and_dialling(
    certificates: GivenCertificates, server: ssl.SSLContext, losses: list[LinkLost]
) -> None:
    lost = stays_out(CentralSystem(tls=server), certificates, losses, 2)
    assert (lost.reason, lost.fault) == ("security profile 2 needs a password: there is no AuthorizationKey", None)


def test_a_profile_with_tls_takes_no_virtual_time() -> None:
    """Certificates are read on another thread; no time-out may come due meanwhile."""
    clock = VirtualClock()

    async def story() -> None:
        transport = LocalTransport(CentralSystem(Policy(passwords=PASSWORDS), clock=clock))
        keys = {"SecurityProfile": "2", "AuthorizationKey": KEY}
        made = settings(central_system_url="wss://central.system/ocpp", configuration=keys)
        async with ChargePoint(made, transport=transport, clock=clock) as station:
            await station.wait_until_accepted()
            assert transport.dialled == [0]
            assert clock.even_time() == 0

    clock.run(story())
