"""The certificate that cars are shown, on disk: requested, accepted, listed, deleted, with its OCSP responses."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes as digests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates, ContractValidity, Subject
from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateUse, DeleteCertificateStatus, HashAlgorithm
from ocpp16sm.messages.plug_and_charge_types import InstallableCertificateUse, InstalledCertificateUse
from ocpp16sm.pki import FileCertificates, chains
from tests.support.authorities import NOON, Issued, issue
from tests.support.contract_chains import MO, V2G, Calendar, hashes, opened, parts, trusting

SUBJECT = Subject(common_name="DEPNX100001", organization="Operator", country="DE")
LEAF = InstalledCertificateUse.V2G_CERTIFICATE_CHAIN


@pytest.fixture(scope="module")
def authority() -> ContractAuthority:
    return ContractAuthority(NOON)


def shows(here: FileCertificates, authority: ContractAuthority, **lasts: Any) -> str:
    """A certificate is asked for, signed and kept; its name."""
    return here.accept_v2g_signed(authority.sign_v2g(here.request_v2g_signature(SUBJECT), **lasts))


def test_one_is_there_after_a_restart_with_its_key(authority: ContractAuthority, tmp_path: Path) -> None:
    name = shows(trusting(tmp_path, authority), authority)
    again = opened(tmp_path)
    (held,) = again.inventory().v2g_certificates
    assert (held.name, held.not_after) == (name, Timestamp.of(NOON + timedelta(days=90)))
    assert again.inventory().client_certificates == (), "connections have others"
    found = again.v2g_files()
    assert found is not None
    leaf = x509.load_pem_x509_certificates(found.chain.read_bytes())[0]
    key = serialization.load_pem_private_key(found.key.read_bytes(), None)
    assert leaf.public_key() == key.public_key()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert found.key.stat().st_mode & 0o777 == 0o600
    assert len(parts(found.chain.read_text())) == 3
    assert [root.read_text() for root in found.roots] == [authority.v2g_root.pem]
    assert found.ocsp == (None, None, None)


def test_its_key_is_ec_whatever_those_for_connections_are(authority: ContractAuthority, tmp_path: Path) -> None:
    """ISO 15118-2, annex F."""
    here = FileCertificates(tmp_path, key="RSA-2048", utc=lambda: NOON)
    request = x509.load_pem_x509_csr(here.request_v2g_signature(SUBJECT).encode())
    assert isinstance(request.public_key(), ec.EllipticCurvePublicKey)
    assert request.subject.rfc4514_string() == "CN=DEPNX100001,O=Operator,C=DE"


def wrong_root(here: FileCertificates, authority: ContractAuthority) -> str:
    return ContractAuthority(NOON).sign_v2g(here.request_v2g_signature(SUBJECT))


def wrong_key(here: FileCertificates, authority: ContractAuthority) -> str:
    return authority.sign_v2g(opened(here._directory / "other").request_v2g_signature(SUBJECT))


def for_connections(here: FileCertificates, authority: ContractAuthority) -> str:
    return authority.sign_v2g(here.request_signature(SUBJECT))


def a_contract(here: FileCertificates, authority: ContractAuthority) -> str:
    return authority.contract("DE-8AA-1A2B3C4D5-9").chain


def over(here: FileCertificates, authority: ContractAuthority) -> str:
    return authority.sign_v2g(here.request_v2g_signature(SUBJECT), lasts=timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (wrong_root, "does not lead to a root"),
        (wrong_key, "belongs to no key"),
        (for_connections, "belongs to no key"),
        (a_contract, "does not lead to a root"),
        (over, "expired"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    make: Callable[[FileCertificates, ContractAuthority], str],
    reason: str,
    authority: ContractAuthority,
    tmp_path: Path,
) -> None:
    here = trusting(tmp_path, authority)
    with pytest.raises(CertificateError, match=reason):
        here.accept_v2g_signed(make(here, authority))
    assert opened(tmp_path).inventory().v2g_certificates == ()


def test_the_newest_that_is_valid_is_shown(authority: ContractAuthority, tmp_path: Path) -> None:
    calendar = Calendar()
    here = trusting(tmp_path, authority, calendar.utc)
    long = shows(here, authority)
    shown = here.v2g_files()
    assert shown is not None
    assert shown.chain.parent.name == long
    calendar.passes(days=91)
    assert here.v2g_files() is None
    assert len(here.inventory().v2g_certificates) == 1, "it is there until it is retired"
    here.retire_v2g(long)
    here.retire_v2g(long)
    assert opened(tmp_path).inventory().v2g_certificates == ()


# -- listed and deleted ------------------------------------------------------------------------------------------------


def test_it_is_listed_with_those_above_it(authority: ContractAuthority, tmp_path: Path) -> None:
    here = trusting(tmp_path, authority)
    shows(here, authority)
    (listed,) = here.installed_chains((LEAF,))
    found = here.v2g_files()
    assert found is not None
    way = [*chains.parse("it", found.chain.read_text()), authority.v2g_root.decoded]
    expected = [chains.hash_data(*step, HashAlgorithm.SHA256) for step in pairwise(way)]
    assert listed.certificate_type is LEAF
    assert [listed.certificate_hash_data, *(listed.child_certificate_hash_data or ())] == expected


def test_roots_are_listed_by_their_use(authority: ContractAuthority, tmp_path: Path) -> None:
    here = trusting(tmp_path, authority)
    uses = tuple(InstalledCertificateUse)
    assert [str(each.certificate_type) for each in here.installed_chains(uses)] == [V2G.value, MO.value]
    csms = InstallableCertificateUse.CSMS_ROOT_CERTIFICATE
    here.install_contract_root(csms, authority.mo_root.pem, 10, replace=False)
    assert len(here.installed_roots(CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE)) == 1, "one store for both ways"
    assert [str(each.certificate_type) for each in here.installed_chains(uses[2:3])] == [csms.value]


def test_a_root_for_several_uses_is_deleted_from_all(authority: ContractAuthority, tmp_path: Path) -> None:
    here = trusting(tmp_path, authority)
    here.install_contract_root(MO, authority.v2g_root.pem, 10, replace=False)
    identified = here.installed_chains((InstalledCertificateUse.V2G_ROOT_CERTIFICATE,))[0].certificate_hash_data
    assert here.delete(identified) is DeleteCertificateStatus.ACCEPTED
    left = opened(tmp_path).installed_chains(tuple(InstalledCertificateUse))
    assert [str(each.certificate_type) for each in left] == [MO.value]


def test_what_cars_are_shown_can_be_deleted_and_what_connects_cannot(
    authority: ContractAuthority, tmp_path: Path
) -> None:
    """2.0.1 M04: with its key, and what was heard of it."""
    here = trusting(tmp_path, authority)
    shows(here, authority)
    heard(here, authority)
    identified = here.installed_chains((LEAF,))[0].certificate_hash_data
    assert here.delete(identified) is DeleteCertificateStatus.ACCEPTED
    assert opened(tmp_path).inventory().v2g_certificates == ()
    assert list((tmp_path / "pki" / "ocsp").iterdir()) == []
    assert here.delete(identified) is DeleteCertificateStatus.NOT_FOUND


def test_a_full_store_takes_no_more_roots(authority: ContractAuthority, tmp_path: Path) -> None:
    here = trusting(tmp_path, authority)
    with pytest.raises(CertificateError, match="2 are installed, and there is room for 2"):
        here.install_contract_root(V2G, ContractAuthority(NOON).v2g_root.pem, 2, replace=False)


def test_several_roots_of_cars_are_trusted_whatever_holds_for_connections(
    authority: ContractAuthority, tmp_path: Path
) -> None:
    """AdditionalRootCertificateCheck is about the root of the Central System."""
    here = trusting(tmp_path, authority)
    other = ContractAuthority(NOON)
    here.install_contract_root(V2G, other.v2g_root.pem, 10, replace=True)
    assert len(here.installed_chains((InstalledCertificateUse.V2G_ROOT_CERTIFICATE,))) == 2


# -- OCSP --------------------------------------------------------------------------------------------------------------


def heard(here: FileCertificates, authority: ContractAuthority) -> None:
    """Its responder is asked about each, and believed."""
    for entry in here.inventory().ocsp:
        result = authority.ocsp(entry.data, here._utc())
        assert result is not None
        here.keep_ocsp(entry.data, result)


def test_each_of_the_chain_is_to_be_asked_about_and_what_was_heard_is_kept(
    authority: ContractAuthority, tmp_path: Path
) -> None:
    calendar = Calendar()
    here = trusting(tmp_path, authority, calendar.utc)
    shows(here, authority)
    assert [(entry.heard, entry.next_update) for entry in here.inventory().ocsp] == [(None, None)] * 3
    heard(here, authority)
    again = opened(tmp_path, calendar.utc)
    times = Timestamp.of(NOON), Timestamp.of(NOON + timedelta(days=7))
    assert [(entry.heard, entry.next_update) for entry in again.inventory().ocsp] == [times] * 3
    found = again.v2g_files()
    assert found is not None
    for file in found.ocsp:
        assert file is not None
        response = ocsp.load_der_ocsp_response(file.read_bytes())
        assert response.certificate_status is ocsp.OCSPCertStatus.GOOD


def test_the_newer_response_takes_the_older_one_s_place(authority: ContractAuthority, tmp_path: Path) -> None:
    calendar = Calendar()
    here = trusting(tmp_path, authority, calendar.utc)
    shows(here, authority)
    heard(here, authority)
    calendar.passes(days=3)
    heard(here, authority)
    assert {entry.heard for entry in here.inventory().ocsp} == {Timestamp.of(NOON + timedelta(days=3))}
    assert len(list((tmp_path / "pki" / "ocsp").iterdir())) == 3


def test_nobody_is_asked_about_what_names_nobody(tmp_path: Path) -> None:
    silent = ContractAuthority(NOON, responder=None)
    here = trusting(tmp_path, silent)
    shows(here, silent)
    assert here.inventory().ocsp == ()


def answered(
    authority: ContractAuthority,
    here: FileCertificates,
    signer: Issued | None = None,
    *,
    begin: timedelta = timedelta(0),
    end: timedelta = timedelta(days=1),
    delegate: x509.Certificate | None = None,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
) -> str:
    """A response about the certificate that is shown, by hand."""
    found = here.v2g_files()
    assert found is not None
    leaf = x509.load_pem_x509_certificate(found.chain.read_bytes())
    by = signer or Issued(authority.cpo.certificate, authority.cpo.key)  # type: ignore[arg-type]
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            leaf, authority.cpo.certificate, digests.SHA1(), status, NOON + begin, NOON + end, None, None
        )  # RFC 5019: SHA-1 is what most responders use for names
        .responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    )
    if delegate is not None:
        builder = builder.certificates([delegate])
    made = builder.sign(by.key, digests.SHA256())
    return b64encode(made.public_bytes(serialization.Encoding.DER)).decode()


def test_a_responder_may_have_a_certificate_of_its_own(authority: ContractAuthority, tmp_path: Path) -> None:
    """RFC 6960, 4.2.2.2: signed by the issuer, for that purpose."""
    here = trusting(tmp_path, authority)
    shows(here, authority)
    cpo = Issued(authority.cpo.certificate, authority.cpo.key)  # type: ignore[arg-type]
    data = here.inventory().ocsp[0].data
    speaker = issue(cpo, "OCSP responder", purpose=ExtendedKeyUsageOID.OCSP_SIGNING)
    here.keep_ocsp(data, answered(authority, here, speaker, delegate=speaker.certificate))
    nobody = issue(cpo, "Somebody")
    over = issue(cpo, "OCSP responder", purpose=ExtendedKeyUsageOID.OCSP_SIGNING, days=(-9, -1))
    stranger = issue(None, "OCSP responder", purpose=ExtendedKeyUsageOID.OCSP_SIGNING)
    for each in (nobody, over, stranger):
        with pytest.raises(CertificateError, match="not signed by who issued"):
            here.keep_ocsp(data, answered(authority, here, each, delegate=each.certificate))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"begin": timedelta(hours=1)}, "holds only from"),
        ({"begin": timedelta(days=-2), "end": timedelta(seconds=-1)}, "was over"),
        ({"status": ocsp.OCSPCertStatus.UNKNOWN}, "does not know"),
    ],
)
def test_a_response_that_does_not_hold_is_refused(
    how: dict[str, Any], reason: str, authority: ContractAuthority, tmp_path: Path
) -> None:
    here = trusting(tmp_path, authority)
    shows(here, authority)
    with pytest.raises(CertificateError, match=reason):
        here.keep_ocsp(here.inventory().ocsp[0].data, answered(authority, here, **how))
    assert here.inventory().ocsp[0].heard is None


def test_a_clock_may_be_a_little_ahead(authority: ContractAuthority, tmp_path: Path) -> None:
    here = trusting(tmp_path, authority)
    shows(here, authority)
    here.keep_ocsp(here.inventory().ocsp[0].data, answered(authority, here, begin=timedelta(minutes=4)))


def test_a_response_about_something_else_is_refused(authority: ContractAuthority, tmp_path: Path) -> None:
    here = trusting(tmp_path, authority)
    shows(here, authority)
    leaf, sub, _ = (entry.data for entry in here.inventory().ocsp)
    about_sub = authority.ocsp(sub, NOON)
    assert about_sub is not None
    with pytest.raises(CertificateError, match="about another certificate"):
        here.keep_ocsp(leaf, about_sub)
    with pytest.raises(CertificateError, match="that cars are not shown"):
        here.keep_ocsp(evolve(leaf, serial_number="1"), about_sub)


@pytest.mark.parametrize(
    "result", ["", "no base64!", b64encode(b"no DER").decode(), b64encode(b"0\x03\n\x01\x06").decode()]
)
def test_what_is_no_response_is_refused(result: str, authority: ContractAuthority, tmp_path: Path) -> None:
    """The last one is: unauthorized."""
    here = trusting(tmp_path, authority)
    shows(here, authority)
    with pytest.raises(CertificateError, match=r"in DER|DER in base64|could not say: UNAUTHORIZED"):
        here.keep_ocsp(here.inventory().ocsp[0].data, result)


def test_what_was_heard_to_be_revoked_proves_no_contract(tmp_path: Path) -> None:
    """An operator's authority signs what cars are shown, and contracts as well."""
    authority = ContractAuthority(NOON)
    here = trusting(tmp_path, authority)
    shows(here, authority)
    cpo = Issued(authority.cpo.certificate, authority.cpo.key)  # type: ignore[arg-type]
    contract = issue(cpo, "DE-8AA-1A2B3C4D5-9")
    chain = contract.pem + authority.cpo.chain
    heard(here, authority)
    assert here.check_contract(chain).validity is ContractValidity.VALID
    authority._revoked[authority.cpo.certificate.serial_number] = NOON
    heard(here, authority)
    assert here.check_contract(chain).validity is ContractValidity.REVOKED


def test_a_broken_file_is_as_if_nothing_was_heard(
    authority: ContractAuthority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here = trusting(tmp_path, authority)
    shows(here, authority)
    heard(here, authority)
    found = here.v2g_files()
    assert found is not None
    assert found.ocsp[0] is not None
    found.ocsp[0].write_bytes(b64decode("MAMK"))
    assert [entry.heard is None for entry in here.inventory().ocsp] == [True, False, False]
    assert "is left out" in caplog.text


def test_hash_data_are_those_that_were_asked_for(authority: ContractAuthority, tmp_path: Path) -> None:
    here = trusting(tmp_path, authority)
    shows(here, authority)
    listed = here.installed_chains((LEAF,))[0]
    assert hashes(here.inventory().ocsp[0].data) == listed.certificate_hash_data


# -- nothing is kept ---------------------------------------------------------------------------------------------------


def test_whoever_keeps_no_certificates_says_so() -> None:
    none = Certificates()
    assert none.installed_chains(tuple(InstalledCertificateUse)) == ()
    calls: tuple[Callable[[], object], ...] = (
        lambda: none.request_v2g_signature(SUBJECT),
        lambda: none.accept_v2g_signed("PEM"),
        lambda: none.install_contract_root(V2G, "PEM", 1, replace=False),
    )
    for call in calls:
        with pytest.raises(NotImplementedError, match=r"settings\.certificates"):
            call()
