"""Contracts are checked as ISO 15118-2 (annex F) and RFC 5280 have it, with real chains."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ocpp16sm.certificates import Certificates, ContractValidity
from ocpp16sm.csms.authority import RESPONDER, ContractAuthority
from ocpp16sm.messages.plug_and_charge_types import InstallableCertificateUse
from ocpp16sm.pki import chains
from tests.support.authorities import NOON, Issued, issue
from tests.support.contract_chains import MO, V2G, Calendar, hashes, opened, parts, trusting

EMAID = "DE-8AA-1A2B3C4D5-9"
V = ContractValidity


@pytest.fixture(scope="module")
def authority() -> ContractAuthority:
    return ContractAuthority(NOON)


def test_a_good_contract_is_valid_and_says_who_knows_whether_it_was_revoked(
    authority: ContractAuthority, tmp_path: Path
) -> None:
    """The hash data are those by which its authority knows it, for the contract and the two above it."""
    contract = authority.contract(EMAID)
    found = trusting(tmp_path, authority).check_contract(contract.chain)
    assert (found.validity, found.emaid, found.reason) == (V.VALID, EMAID, "")
    assert [each.responder_url for each in found.ocsp] == [RESPONDER] * 3
    given = [*chains.parse("it", contract.chain), authority.mo_root.decoded]
    for data, certificate, issuer in zip(found.ocsp, given[:-1], given[1:], strict=True):
        assert hashes(data) == chains.hash_data(certificate, issuer, data.hash_algorithm)
        assert authority.status_of(data) == "Accepted"


def test_the_order_of_what_comes_with_it_does_not_matter(authority: ContractAuthority, tmp_path: Path) -> None:
    leaf, *above = parts(authority.contract(EMAID).chain)
    found = trusting(tmp_path, authority).check_contract(leaf + "".join(reversed(above)) + authority.mo_root.pem)
    assert found.validity is V.VALID
    assert len(found.ocsp) == 3


@pytest.mark.parametrize(("use", "is_good"), [(MO, True), (V2G, True), ("CSMS", False), ("Manufacturer", False)])
def test_roots_for_contracts_and_for_cars_count_and_no_others(
    use: InstallableCertificateUse | str, is_good: bool, authority: ContractAuthority, tmp_path: Path
) -> None:
    here = opened(tmp_path)
    use = use if isinstance(use, InstallableCertificateUse) else InstallableCertificateUse(f"{use}RootCertificate")
    here.install_contract_root(use, authority.mo_root.pem, 10, replace=False)
    expected = V.VALID if is_good else V.ISSUER_NOT_FOUND
    assert here.check_contract(authority.contract(EMAID).chain).validity is expected


def test_without_its_root_nobody_knows(authority: ContractAuthority, tmp_path: Path) -> None:
    found = opened(tmp_path).check_contract(authority.contract(EMAID).chain)
    assert (found.validity, found.emaid, found.ocsp) == (V.ISSUER_NOT_FOUND, EMAID, ())
    stranger = ContractAuthority(NOON).contract(EMAID)
    assert trusting(tmp_path, authority).check_contract(stranger.chain).validity is V.ISSUER_NOT_FOUND


def test_an_authority_that_is_missing_is_nobody_s_issuer(authority: ContractAuthority, tmp_path: Path) -> None:
    leaf, _, top = parts(authority.contract(EMAID).chain)
    assert trusting(tmp_path, authority).check_contract(leaf + top).validity is V.ISSUER_NOT_FOUND


def test_what_is_over_is_expired(authority: ContractAuthority, tmp_path: Path) -> None:
    calendar = Calendar()
    here = trusting(tmp_path, authority, calendar.utc)
    contract = authority.contract(EMAID, lasts=timedelta(days=30))
    calendar.passes(days=29)
    assert here.check_contract(contract.chain).validity is V.VALID
    calendar.passes(days=2)
    found = here.check_contract(contract.chain)
    assert found.validity is V.EXPIRED
    assert "expired at 2026-07-01" in found.reason


def test_what_has_not_begun_is_invalid(authority: ContractAuthority, tmp_path: Path) -> None:
    calendar = Calendar(NOON - timedelta(hours=23))
    here = trusting(tmp_path, authority, calendar.utc)
    contract = authority.contract(EMAID)
    assert here.check_contract(contract.chain).validity is V.VALID
    calendar.passes(hours=-2)
    assert here.check_contract(contract.chain).validity is V.INVALID


def test_what_is_over_and_false_is_not_only_over(authority: ContractAuthority, tmp_path: Path) -> None:
    """A chain that was never good is not called expired."""
    calendar = Calendar()
    here = trusting(tmp_path, authority, calendar.utc)
    mine = issue(None, EMAID, days=(-1, 1))
    calendar.passes(days=2)
    assert here.check_contract(mine.pem).validity is V.INVALID
    assert here.check_contract(mine.pem + authority.mo_root.pem).validity is not V.EXPIRED


def test_a_signature_that_does_not_hold_is_invalid(authority: ContractAuthority, tmp_path: Path) -> None:
    """Of the contract, or of the authority above it: names are not enough."""
    here = trusting(tmp_path, authority)
    other = ContractAuthority(NOON)
    leaf, *above = parts(authority.contract(EMAID).chain)
    strange_leaf, *strange_above = parts(other.contract(EMAID).chain)
    assert here.check_contract(strange_leaf + "".join(above)).validity is V.INVALID
    found = here.check_contract(leaf + above[0] + strange_above[1])
    assert found.validity is V.INVALID
    assert "signature" in found.reason


@pytest.mark.parametrize("text", ["", "no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_what_cannot_be_read_is_invalid(text: str, authority: ContractAuthority, tmp_path: Path) -> None:
    found = trusting(tmp_path, authority).check_contract(text)
    assert (found.validity, found.emaid) == (V.INVALID, None)


def test_a_chain_that_is_too_long_is_invalid(authority: ContractAuthority, tmp_path: Path) -> None:
    found = trusting(tmp_path, authority).check_contract(authority.contract(EMAID).chain * 10)
    assert found.validity is V.INVALID
    assert "at most 10000" in found.reason


def test_an_authority_that_may_not_sign_makes_it_invalid(authority: ContractAuthority, tmp_path: Path) -> None:
    """A contract signs another contract."""
    contract = authority.contract(EMAID)
    key = serialization.load_pem_private_key(contract.key.encode(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    by = Issued(x509.load_pem_x509_certificate(contract.chain.encode()), key)
    forged = issue(by, "DE-8AA-FORGED000-1")
    found = trusting(tmp_path, authority).check_contract(forged.pem + contract.chain)
    assert found.validity is V.INVALID
    assert "certification authority" in found.reason


def test_where_nobody_is_named_nobody_can_be_asked(tmp_path: Path) -> None:
    silent = ContractAuthority(NOON, responder=None)
    found = trusting(tmp_path, silent).check_contract(silent.contract(EMAID).chain)
    assert (found.validity, found.ocsp) == (V.VALID, ())


@pytest.mark.parametrize(("length", "count"), [(512, 3), (513, 0)])
def test_an_address_that_authorize_cannot_carry_is_none(length: int, count: int, tmp_path: Path) -> None:
    url = "http://ocsp.example/".ljust(length, "x")
    authority = ContractAuthority(NOON, responder=url)
    found = trusting(tmp_path, authority).check_contract(authority.contract(EMAID).chain)
    assert (found.validity, len(found.ocsp)) == (V.VALID, count)


def test_whoever_keeps_no_certificates_finds_no_issuer() -> None:
    assert Certificates().check_contract("PEM").validity is V.ISSUER_NOT_FOUND
