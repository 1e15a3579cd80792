"""A connection with what is kept in a directory, over a real socket."""

from pathlib import Path

import pytest
from cryptography import x509

from ocpp16sm.certificates import Subject
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.messages import CertificateUse, DeleteCertificateStatus
from ocpp16sm.network import tls
from ocpp16sm.network.transport import WebSocketTransport
from ocpp16sm.pki import FileCertificates
from ocpp16sm.records import Credentials
from ocpp16sm.settings import Settings
from ocpp16sm.shell import endpoints
from ocpp16sm.shell.certificate_worker import CertificateWorker
from tests.support.authorities import Issued, answer, issue, root
from tests.support.tls import HOST, STRICT, Leaf, dial, pem_of_key, run, secured

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


def replaced(to: Path) -> tuple[FileCertificates, Issued, Issued]:
    """Certificates of which one root has replaced another, and the two."""
    first = root("First", days=LONG)
    second = issue(first, "Second", authority=True, days=LONG)
    here = FileCertificates(to / "pki")
    for one in (first, second):
        here.install_root(CENTRAL, one.pem, 10, replace=True)
    return here, first, second


def connect(here: FileCertificates, central: tuple[Path, Path]) -> None:
    """A connection of profile 2, as a charge point opens it. Raises LinkError."""

    async def story() -> None:
        async with secured(tls.server_context(*central)) as url:
            made = Settings(
                charge_point_id="CP001",
                central_system_url=url.rpartition("/")[0],
                configuration={"SecurityProfile": "2", "AuthorizationKey": "a password of 20 lett"},
            )
            credentials = Credentials(
                security_profile=2, authorization_key="a password of 20 lett", verification=STRICT
            )
            connection = await endpoints.connect(CertificateWorker(here), WebSocketTransport(), made, credentials)
            connection.close(1000, "")
            async for _text in connection.frames():
                pass

    run(story())


def serials(here: FileCertificates) -> list[str]:
    return [one.serial_number for one in here.installed_roots(CENTRAL)]


def serial(one: Issued) -> str:
    return f"{one.certificate.serial_number:X}"


def test_a_root_that_was_replaced_goes_when_the_new_one_has_connected(tmp_path: Path) -> None:
    """M05.FR.12."""
    here, first, second = replaced(tmp_path)
    assert serials(here) == [serial(second), serial(first)]
    connect(here, central_system(tmp_path, second))
    assert serials(here) == [serial(second)]
    assert serials(FileCertificates(tmp_path / "pki")) == [serial(second)]


def test_a_root_that_was_replaced_is_used_where_the_new_one_does_not_do(tmp_path: Path) -> None:
    """M05.FR.13: and stays until then."""
    here, first, second = replaced(tmp_path)
    connect(here, central_system(tmp_path, first))
    assert serials(here) == [serial(second), serial(first)]
    connect(here, central_system(tmp_path, second))
    with pytest.raises(LinkError):
        connect(here, central_system(tmp_path, first))


def test_neither_root_makes_a_stranger_trusted(tmp_path: Path) -> None:
    here, first, second = replaced(tmp_path)
    with pytest.raises(LinkError) as refused:
        connect(here, central_system(tmp_path, root("Stranger", days=LONG)))
    assert refused.value.fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE
    assert serials(here) == [serial(second), serial(first)]
