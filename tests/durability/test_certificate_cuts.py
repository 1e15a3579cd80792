"""``kill -9`` between CertificateSigned and the next connection: there is always a certificate that connects (A02)."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import Process
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509

from ocpp16sm.certificates import Subject
from ocpp16sm.csms import CentralSystem, Peer, Policy
from ocpp16sm.messages import (
    CertificateUse,
    ExtendedMessageTrigger,
    ExtendedTriggerMessageRequest,
    GenericStatus,
)
from ocpp16sm.network import tls
from ocpp16sm.pki import FileCertificates
from tests.durability import renewing
from tests.durability.killer import PATIENCE_S, ROOT
from tests.support.authorities import Issued, answer, issue, root
from tests.support.tls import Leaf, pem_of_key

LONG = (-7300, 36500)
"""Days of validity: OpenSSL has a clock of its own."""
CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE
DELAYS_S = (0.0, 0.001, 0.002, 0.004, 0.006, 0.009, 0.013, 0.02, 0.03, 0.045, 0.07, 0.1)
"""From CertificateSigned to the kill: from before it is read to after the new connection is open."""


def central_system(authority: Issued, to: Path) -> CentralSystem:
    """It wants certificates of this authority."""
    here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    shown = issue(authority, "Central System", days=LONG, also=here)
    roots = to / "roots.pem"
    roots.write_text(authority.pem)
    files = Leaf(shown.pem.encode(), pem_of_key(shown.key)).files(to, "server")
    policy = Policy(certificate_signing=GenericStatus.ACCEPTED, serial_numbers={"CP001": "CP001"})
    return CentralSystem(policy, tls=tls.server_context(*files, roots))


async def signed(peer: Peer, authority: Issued) -> str:
    """The frame that brings the next certificate, which the charge point was asked to ask for."""
    asked = await peer.call(ExtendedTriggerMessageRequest(ExtendedMessageTrigger.SIGN_CHARGE_POINT_CERTIFICATE))
    assert asked.status == "Accepted"
    request = await peer.expect("SignCertificate")
    chain = answer(authority, request.csr, days=LONG).pem
    return json.dumps([2, "certificate", "CertificateSigned", {"certificateChain": chain}])


async def started(url: str, directory: Path) -> Process:
    given = json.dumps({"url": url, "directory": str(directory)})
    return await asyncio.create_subprocess_exec(sys.executable, "-m", renewing.__name__, given, cwd=ROOT)


@pytest.mark.parametrize(
    "delays", [DELAYS_S[1::3], pytest.param(DELAYS_S, marks=pytest.mark.long)], ids=["some", "all"]
)
def test_a_kill_at_any_moment_of_a_renewal_leaves_a_certificate_that_connects(
    tmp_path: Path, delays: tuple[float, ...]
) -> None:
    authority = root(days=LONG)
    kept = FileCertificates(tmp_path / "pki")
    kept.install_root(CENTRAL, authority.pem, 10, replace=False)
    first = answer(authority, kept.request_signature(Subject(common_name="CP001", organization="O")), days=LONG)
    names = {kept.accept_signed(first.pem)}

    async def story() -> None:
        async with central_system(authority, tmp_path) as system, asyncio.timeout(PATIENCE_S * 2):
            loop = asyncio.get_running_loop()
            for delay in delays:
                process = await started(system.url, tmp_path)
                peer = await system.peer("CP001", PATIENCE_S)
                await peer.until_connected(timeout_s=PATIENCE_S)
                await peer.expect("BootNotification", timeout_s=PATIENCE_S)
                frame = await signed(peer, authority)
                await peer.send_text(frame)
                loop.call_later(delay, process.kill)
                assert await process.wait() == -signal.SIGKILL
                await peer.until_connected(connected=False, timeout_s=PATIENCE_S)
                here = {each.name for each in FileCertificates(tmp_path / "pki").inventory().client_certificates}
                assert here
                assert len(names | here) <= len(names) + 1, "out of one request comes one certificate at most"
                names.update(here)
            process = await started(system.url, tmp_path)
            peer = await system.peer("CP001", PATIENCE_S)
            await peer.until_connected(timeout_s=PATIENCE_S)
            await peer.expect("BootNotification", timeout_s=PATIENCE_S)
            await peer.send_text(await signed(peer, authority))
            await peer.until_connected(connected=False, timeout_s=PATIENCE_S)
            await peer.until_connected(timeout_s=PATIENCE_S)
            await peer.expect("StatusNotification", timeout_s=PATIENCE_S)
            process.terminate()
            assert await process.wait() == 0
        (left,) = FileCertificates(tmp_path / "pki").inventory().client_certificates
        assert left.name not in names
        assert len(names) > 1, "no kill came after a certificate was accepted"

    asyncio.run(story())
