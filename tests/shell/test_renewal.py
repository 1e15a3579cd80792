"""A charge point gets its certificate from a real authority, connects with it, and renews it (whitepaper A02, A05)."""

import ssl
from pathlib import Path

import pytest
from attrs import evolve
from cryptography import x509

from ocpp16sm import ChargePoint
from ocpp16sm.csms import CentralSystem, Peer, Policy
from ocpp16sm.messages import (
    CertificateSignedRequest,
    CertificateUse,
    ChangeConfigurationRequest,
    ExtendedMessageTrigger,
    ExtendedTriggerMessageRequest,
    GenericStatus,
    InstallCertificateRequest,
)
from ocpp16sm.network import tls
from ocpp16sm.pki import FileCertificates
from tests.support.authorities import Issued, answer, issue, root
from tests.support.scene import IDENTITY
from tests.support.tls import HOST, Leaf, named, pem_of_key, run
from tests.support.virtual_time import settings

KEY = "0123456789ABCDEF0123456789ABCDEF01234567"
LONG = (-7300, 36500)
"""Days of validity: OpenSSL has a clock of its own."""
CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE


@pytest.fixture(scope="module")
def authority() -> Issued:
    return root(days=LONG)


@pytest.fixture
def server(authority: Issued, tmp_path: Path) -> ssl.SSLContext:
    """TLS of the Central System, which looks at certificates where it gets one."""
    shown = issue(authority, "Central System", days=LONG, also=x509.SubjectAlternativeName([x509.DNSName(HOST)]))
    roots = tmp_path / "roots.pem"
    roots.write_text(authority.pem)
    files = Leaf(shown.pem.encode(), pem_of_key(shown.key)).files(tmp_path, "server")
    context = tls.server_context(*files, roots)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


async def gets_certificate(peer: Peer, authority: Issued) -> str:
    """The Central System triggers, signs and delivers; gives the request it was asked to sign."""
    trigger = ExtendedTriggerMessageRequest(ExtendedMessageTrigger.SIGN_CHARGE_POINT_CERTIFICATE)
    assert (await peer.call(trigger)).status == "Accepted"
    request = await peer.expect("SignCertificate")
    chain = answer(authority, request.csr, days=LONG).pem
    assert (await peer.call(CertificateSignedRequest(chain))).status == "Accepted"
    return str(request.csr)


def test_a_charge_point_gets_its_certificate_and_renews_it(
    authority: Issued, server: ssl.SSLContext, tmp_path: Path
) -> None:
    """From a password to a certificate, and to the next one; the old one goes, and no BootNotification comes of it."""
    policy = Policy(passwords={"CP001": bytes.fromhex(KEY)}, certificate_signing=GenericStatus.ACCEPTED)
    certificates = FileCertificates(tmp_path / "pki")
    certificates.install_root(CENTRAL, authority.pem, 10, replace=False)
    keys = {
        "SecurityProfile": "2",
        "AuthorizationKey": KEY,
        "CpoName": "Operator",
        "RetryBackOffWaitMinimum": "1",
        "UseSslDefaultVerifyPaths": "false",
    }

    async def story() -> None:
        async with CentralSystem(policy, tls=server) as system:
            made = settings(
                central_system_url=named(system.url),
                identity=evolve(IDENTITY, charge_box_serial_number="SN-1"),
                configuration=keys,
            )
            async with ChargePoint(made, certificates=certificates) as station:
                peer = await system.peer("CP001")
                await station.wait_until_accepted()
                csr = x509.load_pem_x509_csr((await gets_certificate(peer, authority)).encode())
                assert csr.is_signature_valid
                assert csr.subject.rfc4514_string() == "CN=SN-1,O=Operator"
                raised = await peer.call(ChangeConfigurationRequest("SecurityProfile", "3"))
                policy.passwords, policy.serial_numbers = None, {"CP001": "CP001"}
                assert raised.status == "Accepted"
                credentials = station._life.running().core.features.credentials
                await station.wait_until(lambda: credentials.state.previous is None and station.connected)
                first = credentials.used
                await gets_certificate(await system.peer("CP001"), authority)
                renewal = station._life.running().core.features.certificate_renewal.machine
                await station.wait_until(
                    lambda: credentials.used != first and station.connected and renewal.configuration == ("Idle",)
                )
                await station.wait_until(lambda: len(certificates.inventory().client_certificates) == 1)
                assert certificates.inventory().client_certificates[0].name == credentials.used

    run(story())


def test_a_certificate_of_a_stranger_is_not_used(authority: Issued, server: ssl.SSLContext, tmp_path: Path) -> None:
    """A02.FR.06, A02.FR.07; roots are installed over OCPP too (M05)."""
    certificates = FileCertificates(tmp_path / "pki")
    keys = {"CpoName": "Operator"}
    policy = Policy(certificate_signing=GenericStatus.ACCEPTED)

    async def story() -> None:
        async with CentralSystem(policy) as system:
            made = settings(
                central_system_url=system.url,
                identity=evolve(IDENTITY, charge_box_serial_number="SN-1"),
                configuration=keys,
            )
            async with ChargePoint(made, certificates=certificates) as station:
                peer = await system.peer("CP001")
                await station.wait_until_accepted()
                assert (await peer.call(InstallCertificateRequest(CENTRAL, authority.pem))).status == "Accepted"
                await peer.call(ExtendedTriggerMessageRequest(ExtendedMessageTrigger.SIGN_CHARGE_POINT_CERTIFICATE))
                request = await peer.expect("SignCertificate")
                forged = answer(root("Stranger", days=LONG), request.csr, days=LONG).pem
                assert (await peer.call(CertificateSignedRequest(forged))).status == "Rejected"
                event = await peer.expect(
                    "SecurityEventNotification", lambda sent: sent.type == "InvalidChargePointCertificate"
                )
                assert "does not lead to a root" in event.tech_info
        assert certificates.inventory().client_certificates == ()

    run(story())
