"""Certificates in a directory: what is accepted, what is refused and why, and what is still there afterwards."""

import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ocpp16sm import ChargePoint, Settings
from ocpp16sm.certificates import Subject
from ocpp16sm.errors import CertificateError, ConfigurationError
from ocpp16sm.messages import (
    CertificateStatus,
    CertificateUse,
    DeleteCertificateStatus,
)
from ocpp16sm.pki import FileCertificates
from ocpp16sm.records import Verification
from tests.support.authorities import NOON, Issued, answer, issue, root, usage

CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE
MANUFACTURER = CertificateUse.MANUFACTURER_ROOT_CERTIFICATE
SUBJECT = Subject(common_name="SN-1", organization="Operator", country="NL")
OURS_ONLY = Verification(system_roots=False)


def opened(to: Path, key: str = "P-256") -> FileCertificates:
    """As after a restart: nothing is remembered but what is on disk."""
    return FileCertificates(to / "pki", key=key, utc=lambda: NOON)


def trusting(to: Path, *roots: Issued, use: CertificateUse = CENTRAL) -> FileCertificates:
    """With these roots."""
    made = opened(to)
    for one in roots:
        assert made.install_root(use, one.pem, 10, replace=False) is CertificateStatus.ACCEPTED
    return made


# -- certificates of the charge point ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "size"), [("P-256", 256), ("RSA-2048", 2048), ("RSA-3072", 3072)])
def test_a_request_names_operator_and_station_and_is_signed_by_its_key(tmp_path: Path, kind: str, size: int) -> None:
    text = opened(tmp_path, kind).request_signature(SUBJECT)
    request = x509.load_pem_x509_csr(text.encode())
    key = request.public_key()
    assert len(text) <= 5500
    assert request.is_signature_valid
    assert isinstance(key, rsa.RSAPublicKey if kind.startswith("RSA") else ec.EllipticCurvePublicKey)
    assert key.key_size == size
    named = {attribute.oid: attribute.value for attribute in request.subject}
    assert named == {
        NameOID.COUNTRY_NAME: "NL",
        NameOID.ORGANIZATION_NAME: "Operator",
        NameOID.COMMON_NAME: "SN-1",
    }


def test_what_cannot_be_a_subject_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="no request can be made"):
        opened(tmp_path).request_signature(evolve(SUBJECT, country="Netherlands"))


def test_a_certificate_with_its_authority_is_there_after_a_restart_and_connects(tmp_path: Path) -> None:
    trusted = root()
    middle = issue(trusted, "Sub CA", authority=True, path_length=0)
    request = trusting(tmp_path, trusted).request_signature(SUBJECT)
    signed = answer(middle, request)
    name = opened(tmp_path).accept_signed(signed.pem + middle.pem + trusted.pem)

    again = opened(tmp_path)
    (only,) = again.inventory().client_certificates
    assert (only.name, only.not_before, only.not_after) == (name, NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert again.inventory().central_system_roots == 1
    assert isinstance(again.tls(OURS_ONLY, name), ssl.SSLContext)
    assert again.accept_signed(signed.pem + middle.pem) == name, "the answer to it was lost; it comes once more"


def test_a_renewal_leaves_what_was_before_until_it_is_retired(tmp_path: Path) -> None:
    trusted = root()
    here = trusting(tmp_path, trusted)
    old = here.accept_signed(answer(trusted, here.request_signature(SUBJECT)).pem)
    new = here.accept_signed(answer(trusted, here.request_signature(SUBJECT)).pem)
    assert [one.name for one in here.inventory().client_certificates] == [new, old]
    here.retire(old)
    here.retire(old)
    assert [one.name for one in opened(tmp_path).inventory().client_certificates] == [new]
    with pytest.raises(CertificateError, match="no certificate"):
        here.tls(OURS_ONLY, old)


def test_a_certificate_needs_a_key_that_waits_for_it(tmp_path: Path) -> None:
    trusted = root()
    here = trusting(tmp_path, trusted)
    here.request_signature(SUBJECT)
    with pytest.raises(CertificateError, match="no key that waits"):
        here.accept_signed(issue(trusted, "CP001").pem)


Answer = Callable[[Issued, str], str]


@pytest.mark.parametrize(
    ("chain", "why"),
    [
        (lambda by, request: answer(by, request, days=(-9, -1)).pem, "expired at 2026-05-31T12:00:00Z"),
        (lambda _by, request: answer(root("Root"), request).pem, "does not lead to a root"),
        (lambda by, request: answer(issue(by, "Sub", authority=True), request).pem, "does not lead to a root"),
        (
            lambda by, request: answer(sub := issue(by, "Sub"), request).pem + sub.pem,
            "not of a certification authority",
        ),
        (
            lambda by, request: answer(sub := issue(by, "Sub", authority=True, days=(-9, -1)), request).pem + sub.pem,
            "expired",
        ),
        (
            lambda by, request: (
                answer(
                    sub := issue(by, "Sub", authority=True, usage=usage("digital_signature")),
                    request,
                ).pem
                + sub.pem
            ),
            "may not sign certificates",
        ),
        (
            lambda by, request: (
                answer(
                    low := issue(
                        high := issue(by, "High", authority=True, path_length=0),
                        "Low",
                        authority=True,
                    ),
                    request,
                ).pem
                + low.pem
                + high.pem
            ),
            "pathLenConstraint",
        ),
        (lambda by, request: answer(by, request, usage=usage("key_agreement")).pem, "keyUsage"),
        (lambda by, request: answer(by, request, purpose=ExtendedKeyUsageOID.SERVER_AUTH).pem, "extendedKeyUsage"),
        (lambda by, request: answer(by, request, also=x509.OCSPNoCheck()).pem, "critical extension"),
        (lambda by, request: answer(by, request).pem + "x" * 10_000, "at most 10000"),
        (lambda _by, _request: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
        (lambda _by, _request: "", "cannot be read"),
    ],
)
def test_a_chain_that_is_not_good_is_refused_and_its_key_goes_on_waiting(
    tmp_path: Path, chain: Answer, why: str
) -> None:
    trusted = root()
    here = trusting(tmp_path, trusted)
    request = here.request_signature(SUBJECT)
    with pytest.raises(CertificateError, match=why):
        here.accept_signed(chain(trusted, request))
    assert here.inventory().client_certificates == ()
    assert here.accept_signed(answer(trusted, request).pem)


# -- roots ------------------------------------------------------------------------------------------------------------


def test_a_root_is_installed_once_listed_and_deleted(tmp_path: Path) -> None:
    first, second = root("First"), root("Second")
    here = trusting(tmp_path, first, second, first)
    assert opened(tmp_path).inventory().central_system_roots == 2
    of_second, of_first = here.installed_roots(CENTRAL)
    assert of_first.serial_number == f"{first.certificate.serial_number:X}"
    assert here.installed_roots(MANUFACTURER) == ()
    otherwise = evolve(
        of_first,
        issuer_name_hash=of_first.issuer_name_hash.lower(),
        issuer_key_hash=of_first.issuer_key_hash.lower(),
        serial_number="0" + of_first.serial_number.lower(),
    )
    assert here.delete(otherwise) is DeleteCertificateStatus.ACCEPTED
    assert here.delete(of_first) is DeleteCertificateStatus.NOT_FOUND
    assert opened(tmp_path).installed_roots(CENTRAL) == (of_second,)


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (lambda: root(days=(-9, -1)).pem, "expired"),
        (lambda: root(days=(1, 9)).pem, "not valid before"),
        (lambda: issue(None, "Leaf").pem, "not of a certification authority"),
        (lambda: issue(root(), "Sub", authority=True).pem, "not signed by itself"),
        (lambda: root(key=rsa.generate_private_key(65537, 1024)).pem, "at least 2048"),
        (lambda: root("A").pem + root("B").pem, "one certificate was expected, and 2 came"),
        (lambda: "no certificate", "cannot be read"),
        (lambda: root().pem + "\n" * 5500, "at most 5500"),
    ],
)
def test_what_is_no_root_is_refused(tmp_path: Path, bad: Callable[[], str], why: str) -> None:
    here = opened(tmp_path)
    with pytest.raises(CertificateError, match=why):
        here.install_root(CENTRAL, bad(), 10, replace=False)
    assert here.inventory().central_system_roots == 0


def test_there_is_room_for_so_many_roots_of_both_uses_and_a_known_one_needs_none(tmp_path: Path) -> None:
    one, other = root("One"), root("Other")
    here = trusting(tmp_path, one)
    trusting(tmp_path, other, use=MANUFACTURER)
    with pytest.raises(CertificateError, match="2 are installed, and there is room for 2"):
        here.install_root(CENTRAL, root("Third").pem, 2, replace=False)
    assert here.install_root(CENTRAL, one.pem, 2, replace=False) is CertificateStatus.ACCEPTED


def test_a_certificate_that_is_not_valid_yet_is_kept_for_its_time(tmp_path: Path) -> None:
    """A02.FR.08."""
    trusted = root()
    here = trusting(tmp_path, trusted)
    name = here.accept_signed(answer(trusted, here.request_signature(SUBJECT), days=(1, 9)).pem)
    (kept,) = here.inventory().client_certificates
    assert (kept.name, kept.not_before.text()) == (name, "2026-06-02T12:00:00.000Z")


def test_with_the_additional_check_a_root_is_replaced_by_one_that_it_has_signed(tmp_path: Path) -> None:
    """M05.FR.08 to FR.11."""
    first = root("First")
    second = issue(first, "Second", authority=True)
    third = issue(second, "Third", authority=True)
    here = opened(tmp_path)
    assert here.install_root(CENTRAL, first.pem, 2, replace=True) is CertificateStatus.ACCEPTED
    with pytest.raises(CertificateError, match="not signed by the one it replaces"):
        here.install_root(CENTRAL, root("Stranger").pem, 2, replace=True)
    for one in (second, third):
        assert here.install_root(CENTRAL, one.pem, 2, replace=True) is CertificateStatus.ACCEPTED
    kept = [one.serial_number for one in opened(tmp_path).installed_roots(CENTRAL)]
    assert kept == [f"{one.certificate.serial_number:X}" for one in (third, second)]
    with pytest.raises(CertificateError, match="not signed by the one it replaces"):
        here.install_root(CENTRAL, issue(second, "Fourth", authority=True).pem, 2, replace=True)


def test_the_last_root_that_connections_rely_on_stays_and_so_does_the_own_certificate(tmp_path: Path) -> None:
    """M04.FR.05 and FR.06."""
    trusted = root()
    here = trusting(tmp_path, trusted)
    signed = answer(trusted, here.request_signature(SUBJECT))
    here.accept_signed(signed.pem)
    (of_root,) = here.installed_roots(CENTRAL)
    own = evolve(of_root, serial_number=f"{signed.certificate.serial_number:X}")
    assert here.delete(own) is DeleteCertificateStatus.FAILED
    here.tls(OURS_ONLY, None)
    assert here.delete(of_root) is DeleteCertificateStatus.FAILED
    assert here.installed_roots(CENTRAL) == (of_root,)


def test_whoever_signs_firmware_leads_to_a_root_of_the_manufacturer(tmp_path: Path) -> None:
    maker, operator = root("Maker"), root("Operator")
    here = trusting(tmp_path, maker, use=MANUFACTURER)
    trusting(tmp_path, operator)
    assert here.check_firmware_signer(issue(maker, "Signer", purpose=ExtendedKeyUsageOID.CODE_SIGNING).pem)
    with pytest.raises(CertificateError, match="does not lead to a root"):
        here.check_firmware_signer(issue(operator, "Signer").pem)
    with pytest.raises(CertificateError, match="expired"):
        here.check_firmware_signer(issue(maker, "Signer", days=(-9, -1)).pem)


# -- files and settings -----------------------------------------------------------------------------------------------


def test_only_the_owner_may_read_keys(tmp_path: Path) -> None:
    trusted = root()
    here = trusting(tmp_path, trusted)
    here.request_signature(SUBJECT)
    here.accept_signed(answer(trusted, here.request_signature(SUBJECT)).pem)
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in (tmp_path / "pki").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}


def test_what_is_broken_on_disk_is_left_out(tmp_path: Path) -> None:
    trusted = root()
    here = trusting(tmp_path, trusted)
    here.accept_signed(answer(trusted, here.request_signature(SUBJECT)).pem)
    for file in (tmp_path / "pki").rglob("*.pem"):
        file.write_bytes(b"\xff broken")
    found = opened(tmp_path).inventory()
    assert (found.client_certificates, found.central_system_roots) == ((), 0)


def test_a_charge_point_keeps_its_certificates_where_its_settings_say(tmp_path: Path) -> None:
    settings = Settings.of({"charge_point_id": "CP001", "certificates": str(tmp_path / "pki")})
    assert isinstance(ChargePoint(settings)._life._certificates, FileCertificates)
    assert not isinstance(ChargePoint(Settings(charge_point_id="CP001"))._life._certificates, FileCertificates)
    with pytest.raises(ConfigurationError, match="RSA-3072"):
        Settings(charge_point_id="CP001", certificate_key="RSA-1024")
