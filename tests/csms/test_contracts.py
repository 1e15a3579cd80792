"""The embedded Central System's side of Plug & Charge, its certificates held against OpenSSL's opinion."""

import json
import subprocess
from base64 import b64decode
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import Contracts, Policy, RequestHandler
from ocpp16sm.csms.authority import RESPONDER, ContractAuthority
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import (
    BootNotificationRequest,
    DataTransferRequest,
    DataTransferResponse,
    HashAlgorithm,
    RegistrationStatus,
)
from ocpp16sm.messages.plug_and_charge import VENDOR
from ocpp16sm.messages.plug_and_charge_types import (
    ContractStatus,
    InstallableCertificateUse,
    OcspRequestData,
    TokenStatus,
)
from ocpp16sm.pki import chains

NOW = Timestamp(2026, 6, 1, 12, tzinfo=UTC)
END = "-----END CERTIFICATE-----\n"
EMAID = "DE-8AA-1A2B3C4D5-9"


@pytest.fixture(scope="module")
def authority() -> ContractAuthority:
    return ContractAuthority(NOW)


def data_of(
    chain: str, authority: ContractAuthority, algorithm: HashAlgorithm = HashAlgorithm.SHA256
) -> OcspRequestData:
    """What identifies the first of a chain."""
    leaf, issuer, *_ = [*chains.parse("it", chain), authority.mo_root.decoded]
    found = chains.hash_data(leaf, issuer, algorithm)
    return OcspRequestData(algorithm, found.issuer_name_hash, found.issuer_key_hash, found.serial_number, RESPONDER)


def csr(key: Any = None) -> str:
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DEPNX100001")])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def files(folder: Path, **texts: str) -> dict[str, Path]:
    made = {name: folder / f"{name}.pem" for name in texts}
    for name, text in texts.items():
        made[name].write_text(text)
    return made


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["contract", "v2g"])
def test_openssl_finds_the_chains_valid(kind: str, authority: ContractAuthority, tmp_path: Path) -> None:
    chain = authority.contract(EMAID).chain if kind == "contract" else authority.sign_v2g(csr())
    root = authority.mo_root if kind == "contract" else authority.v2g_root
    made = files(tmp_path, chain=chain, root=root.pem)
    how = ("-x509_strict", "-CAfile", made["root"], "-untrusted", made["chain"], made["chain"])
    said = openssl("verify", "-attime", str(int(NOW.timestamp())), *how)
    assert said.strip().endswith("OK"), said
    assert len(chains.parse("it", chain)) == 3


def test_they_are_what_iso_15118_asks_for(authority: ContractAuthority) -> None:
    """15118-2, annex F: EC P-256, the eMAID as common name, CPO as domain component."""
    contract = chains.parse("it", authority.contract(EMAID).chain)[0]
    shown = chains.parse("it", authority.sign_v2g(csr()))[0]
    for each in (contract, shown):
        key = each.key
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert isinstance(key.curve, ec.SECP256R1)
    assert contract.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == EMAID
    assert shown.subject.get_attributes_for_oid(NameOID.DOMAIN_COMPONENT)[0].value == "CPO"
    assert shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "DEPNX100001"


@pytest.mark.parametrize("revoked", [False, True])
def test_openssl_understands_its_ocsp_responses(revoked: bool, tmp_path: Path) -> None:
    authority = ContractAuthority(NOW)
    contract = authority.contract(EMAID)
    if revoked:
        authority.revoke(EMAID)
    result = authority.ocsp(data_of(contract.chain, authority), NOW)
    assert result is not None
    (tmp_path / "response.der").write_bytes(b64decode(result))
    leaf, issuer, *_ = contract.chain.replace(END, END + "|").split("|")
    made = files(tmp_path, leaf=leaf, issuer=issuer, roots=authority.mo_root.pem + contract.chain)
    said = openssl(
        "ocsp", "-respin", tmp_path / "response.der", "-issuer", made["issuer"], "-sha256", "-cert", made["leaf"],
        "-CAfile", made["roots"], "-verify_other", made["issuer"], "-trust_other", "-attime", str(int(NOW.timestamp())),
        "-validity_period", "3000000000",
    )  # fmt: skip
    assert "Response verify OK" in said, said
    assert f"{made['leaf']}: {'revoked' if revoked else 'good'}" in said


def test_it_says_nothing_of_what_is_not_its_own(authority: ContractAuthority) -> None:
    data = data_of(ContractAuthority(NOW).contract(EMAID).chain, authority)
    ours = data_of(authority.contract(EMAID).chain, authority)
    for strange in (data, evolve(ours, issuer_key_hash="00"), evolve(ours, serial_number="XYZ")):
        assert authority.ocsp(strange, NOW) is None
        assert authority.status_of(strange) is ContractStatus.NO_CERTIFICATE_AVAILABLE


@pytest.mark.parametrize("algorithm", HashAlgorithm)
def test_a_certificate_is_known_by_hashes_of_each_kind(algorithm: HashAlgorithm, authority: ContractAuthority) -> None:
    data = data_of(authority.contract(EMAID).chain, authority, algorithm)
    assert authority.status_of(data) is ContractStatus.ACCEPTED


@pytest.mark.parametrize("request_", ["no PEM", csr(rsa.generate_private_key(65537, 2048))])
def test_it_signs_no_nonsense(request_: str, authority: ContractAuthority) -> None:
    with pytest.raises(CertificateError, match=r"PEM|P-256"):
        authority.sign_v2g(request_)


def test_it_checks_contracts(authority: ContractAuthority) -> None:
    good = authority.contract(EMAID)
    assert authority.check(good.chain, NOW) is ContractStatus.ACCEPTED
    assert authority.check(good.chain, NOW + timedelta(days=366)) is ContractStatus.CERTIFICATE_EXPIRED
    assert authority.check("no PEM", NOW) is ContractStatus.CERT_CHAIN_ERROR
    assert authority.check(ContractAuthority(NOW).contract(EMAID).chain, NOW) is ContractStatus.CERT_CHAIN_ERROR
    leaf_alone = good.chain.partition(END)[0] + END
    assert authority.check(leaf_alone, NOW) is ContractStatus.CERT_CHAIN_ERROR
    authority.revoke(EMAID)
    assert authority.check(good.chain, NOW) is ContractStatus.CERTIFICATE_REVOKED


def test_a_key_is_in_no_text(authority: ContractAuthority) -> None:
    assert "PRIVATE" not in repr(authority.contract(EMAID))


# -- what the Central System says --------------------------------------------------------------------------------------


@pytest.fixture
def request_handler() -> RequestHandler:
    authority = ContractAuthority(NOW)
    return RequestHandler(Policy(contracts=Contracts(authority=authority)))


def contracts_of(request_handler: RequestHandler) -> tuple[Contracts, ContractAuthority]:
    contracts = request_handler.policy.contracts
    assert contracts is not None
    assert isinstance(contracts.authority, ContractAuthority)
    return contracts, contracts.authority


def says(request_handler: RequestHandler, message_id: str, data: Any) -> dict[str, Any]:
    response = transfers(request_handler, message_id, data)
    assert response.status == "Accepted", response
    found: dict[str, Any] = json.loads(response.data or "")
    return found


def transfers(request_handler: RequestHandler, message_id: str, data: Any) -> DataTransferResponse:
    text = data if isinstance(data, str) else json.dumps(data)
    response = request_handler.answer("CP001", "m", "DataTransfer", DataTransferRequest(VENDOR, message_id, text), NOW)
    assert isinstance(response, DataTransferResponse)
    return response


def identified(data: OcspRequestData) -> dict[str, str]:
    return {
        "hashAlgorithm": data.hash_algorithm,
        "issuerNameHash": data.issuer_name_hash,
        "issuerKeyHash": data.issuer_key_hash,
        "serialNumber": data.serial_number,
        "responderURL": data.responder_url,
    }


def authorize(emaid: str = EMAID, **how: Any) -> dict[str, Any]:
    return {"idToken": {"idToken": emaid, "type": "eMAID"}, **how}


@pytest.mark.parametrize("way", ["hash data", "certificate"])
def test_a_contract_is_good_until_it_is_revoked(way: str, request_handler: RequestHandler) -> None:
    _, authority = contracts_of(request_handler)
    chain = authority.contract(EMAID).chain
    hashes_ = {"iso15118CertificateHashData": [identified(data_of(chain, authority))]}
    how = {"certificate": chain} if way == "certificate" else hashes_
    good = {"idTokenInfo": {"status": "Accepted"}, "certificateStatus": "Accepted"}
    assert says(request_handler, "Authorize", authorize(**how)) == good
    authority.revoke(EMAID)
    revoked = {"idTokenInfo": {"status": "Invalid"}, "certificateStatus": "CertificateRevoked"}
    assert says(request_handler, "Authorize", authorize(**how)) == revoked


def test_a_good_certificate_is_not_all(request_handler: RequestHandler) -> None:
    contracts, authority = contracts_of(request_handler)
    contracts.statuses = {EMAID: TokenStatus.NO_CREDIT}
    chain = authority.contract(EMAID).chain
    assert says(request_handler, "Authorize", authorize(certificate=chain))["idTokenInfo"] == {"status": "NoCredit"}
    none = says(request_handler, "Authorize", authorize())
    assert none == {"idTokenInfo": {"status": "Invalid"}, "certificateStatus": "NoCertificateAvailable"}


def test_a_certificate_is_signed_and_brought(request_handler: RequestHandler) -> None:
    data = {"csr": csr(), "certificateType": "V2GCertificate"}
    asked = DataTransferRequest(VENDOR, "SignCertificate", json.dumps(data))
    response = request_handler.answer("CP001", "m", "DataTransfer", asked, NOW)
    assert response == DataTransferResponse("Accepted", '{"status":"Accepted"}')  # type: ignore[arg-type]
    (brought,) = request_handler.afterwards("CP001", asked, response, NOW)
    assert (brought.vendor_id, brought.message_id) == (VENDOR, "CertificateSigned")
    signed = json.loads(brought.data or "")
    assert signed["certificateType"] == "V2GCertificate"
    assert len(chains.parse("it", signed["certificateChain"])) == 3
    assert request_handler.afterwards("CP001", asked, response, NOW) == [], "once"


def test_a_request_that_cannot_be_signed_is_rejected_and_nothing_is_brought(request_handler: RequestHandler) -> None:
    asked = DataTransferRequest(VENDOR, "SignCertificate", '{"csr":"x"}')
    response = request_handler.answer("CP001", "m", "DataTransfer", asked, NOW)
    assert isinstance(response, DataTransferResponse)
    assert json.loads(response.data or "")["statusInfo"]["reasonCode"] == "InvalidCSR"
    assert request_handler.afterwards("CP001", asked, response, NOW) == []


def test_the_status_of_a_certificate_can_be_asked(request_handler: RequestHandler) -> None:
    _, authority = contracts_of(request_handler)
    data = data_of(authority.contract(EMAID).chain, authority)
    found = says(request_handler, "GetCertificateStatus", {"ocspRequestData": identified(data)})
    assert found == {"status": "Accepted", "ocspResult": found["ocspResult"]}
    strange = identified(evolve(data, serial_number="1"))
    assert says(request_handler, "GetCertificateStatus", {"ocspRequestData": strange}) == {"status": "Failed"}


def test_a_car_gets_what_the_user_says(request_handler: RequestHandler) -> None:
    contracts, _ = contracts_of(request_handler)
    asked = {"iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef", "action": "Install", "exiRequest": "gA=="}
    assert says(request_handler, "Get15118EVCertificate", asked) == {"status": "Failed", "exiResponse": ""}
    contracts.ev_certificate = lambda request: request.exi_request[::-1]
    assert says(request_handler, "Get15118EVCertificate", asked) == {"status": "Accepted", "exiResponse": "==Ag"}


def test_roots_are_installed_after_the_boot(request_handler: RequestHandler) -> None:
    contracts, authority = contracts_of(request_handler)
    use = InstallableCertificateUse.V2G_ROOT_CERTIFICATE
    contracts.roots = {use: authority.v2g_root.pem}
    boot = BootNotificationRequest("Vendor", "Model")
    (install,) = request_handler.afterwards(
        "CP001", boot, request_handler.answer("CP001", "m", "BootNotification", boot, NOW), NOW
    )
    assert install.message_id == "InstallCertificate"
    assert json.loads(install.data or "") == {"certificateType": use, "certificate": authority.v2g_root.pem}
    request_handler.policy.registrations = [RegistrationStatus.PENDING]
    assert (
        request_handler.afterwards(
            "CP002", boot, request_handler.answer("CP002", "m", "BootNotification", boot, NOW), NOW
        )
        == []
    )


def test_what_it_does_not_know_it_says(request_handler: RequestHandler) -> None:
    assert transfers(request_handler, "InstallCertificate", {}).status == "UnknownMessageId"
    assert transfers(request_handler, "Authorize", "no JSON").status == "Rejected"
    other = request_handler.answer("CP001", "m", "DataTransfer", DataTransferRequest("com.x", "Authorize"), NOW)
    assert other == DataTransferResponse("UnknownVendorId")  # type: ignore[arg-type]


def test_an_authority_without_a_responder_names_none() -> None:
    chain = ContractAuthority(NOW, responder=None).contract(EMAID).chain
    assert all(each.extension(x509.AuthorityInformationAccess) is None for each in chains.parse("it", chain))
