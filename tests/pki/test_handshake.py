"""A connection with what is kept in a directory, over a real socket."""

from pathlib import Path

import pytest
from cryptography import x509

from ocpp16sm import tls
from ocpp16sm.certificates import Subject
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.messages import CertificateUse, DeleteCertificateStatus
from ocpp16sm.pki import FileCertificates
from tests.support.authorities import Issued, answer, issue, root
from tests.support.secured import HOST, STRICT, Leaf, dial, pem_of_key, run, secured

CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE
LONG = (-7300, 36500)
"""Days of validity: OpenSSL has a clock of its own."""


def central_system(to: Path, by: Issued) -> tuple[Path, Path]:
    """Files of its certificate and key."""
    names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    shown = issue(by, "Central System", days=LONG, also=names)
    return Leaf(shown.pem.encode(), pem_of_key(shown.key)).files(to, "server")


def test_both_sides_show_certificates_and_a_root_that_replaced_another_stands_alone(tmp_path: Path) -> None:
    """Whitepaper 7.1: the chain ends at the new root, also when the old one that signed it is gone."""
    first = root("First", days=LONG)
    second = issue(first, "Second", authority=True, days=LONG)
    middle = issue(second, "Sub CA", authority=True, path_length=0, days=LONG)
    here = FileCertificates(tmp_path / "pki")
    for one in (first, second):
        here.install_root(CENTRAL, one.pem, 10, replace=True)
    request = here.request_signature(Subject(common_name="SN-1", organization="Operator"))
    name = here.accept_signed(answer(middle, request, days=LONG).pem + middle.pem)
    assert here.delete(here.installed_roots(CENTRAL)[1]) is DeleteCertificateStatus.ACCEPTED
    roots = tmp_path / "roots.pem"
    roots.write_text(second.pem + first.pem)
    server = tls.server_context(*central_system(tmp_path, second), roots)

    async def story() -> None:
        async with secured(server) as url:
            await dial(url, here.tls(STRICT, name))
            with pytest.raises(LinkError) as refused:
                await dial(url, here.tls(STRICT, None))
        assert refused.value.fault is LinkFault.UNAUTHORIZED

    run(story())


def test_a_central_system_of_another_root_is_not_trusted(tmp_path: Path) -> None:
    here = FileCertificates(tmp_path / "pki")
    here.install_root(CENTRAL, root("Root", days=LONG).pem, 10, replace=False)
    server = tls.server_context(*central_system(tmp_path, root("Root", days=LONG)))

    async def story() -> None:
        async with secured(server) as url:
            with pytest.raises(LinkError) as refused:
                await dial(url, here.tls(STRICT, None))
        assert refused.value.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE

    run(story())
