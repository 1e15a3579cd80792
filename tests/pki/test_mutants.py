"""Whatever is made of a good certificate or OCSP response, each method has a verdict about it and nothing breaks.

``cryptography`` raises a dozen kinds of errors, many of them only when a field is read. ``CertificateError`` is what
becomes Rejected with a security event; anything else would be an error of ours.
"""

import base64
import logging
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from ocpp16sm.certificates import ContractVerdict, Inventory, Subject
from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateStatus, CertificateUse
from ocpp16sm.messages.plug_and_charge_types import InstallableCertificateUse, InstalledCertificateUse
from ocpp16sm.pki import FileCertificates
from ocpp16sm.pki.signatures import verify_firmware
from tests.pki.test_shown_to_cars import shows
from tests.support.authorities import NOON, Issued, issue, root
from tests.support.contract_chains import trusting

CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE
SUBJECT = Subject(common_name="SN-1", organization="Operator", country="NL")
EMAID = "DE-8AA-1A2B3C4D5-9"
VERSION_3 = bytes.fromhex("a003020102")


def pem(*ders: bytes) -> str:
    """Certificates in PEM."""
    return "".join(
        f"-----BEGIN CERTIFICATE-----\n{base64.encodebytes(der).decode()}-----END CERTIFICATE-----\n" for der in ders
    )


def der(issued: Issued) -> bytes:
    """A certificate in DER."""
    return issued.certificate.public_bytes(Encoding.DER)


def signed_anew(found: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The body of a certificate with a signature that holds: what is wrong with it is looked at."""
    try:
        certificate = x509.load_der_x509_certificate(found)
        body = certificate.tbs_certificate_bytes
    except Exception:
        return found
    signature = key.sign(body, ec.ECDSA(hashes.SHA256()))
    bits = b"\x03" + bytes([len(signature) + 1]) + b"\x00" + signature
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    whole = body + algorithm + bits
    return b"\x30\x82" + len(whole).to_bytes(2, "big") + whole


def mutants(seed: int, good: list[bytes]) -> Iterator[bytes]:
    """Of bits, of lengths, of versions and object identifiers; cut short, and spliced with another."""
    chance = random.Random(seed)
    oids = [bytes.fromhex(text) for text in ("2a8648ce3d040302", "2a8648ce3d0201", "2a8648ce3d030107")]
    oids += [bytes.fromhex(text) for text in ("551d13", "551d0f", "550403", "2b06010505070101")]
    while True:
        made = bytearray(chance.choice(good))
        match chance.randrange(7):
            case 0:
                for _ in range(chance.choice((1, 1, 2, 5))):
                    made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
            case 1:
                made[chance.randrange(min(len(made), 80))] = chance.choice((0, 1, 0x7F, 0x80, 0x84, 0xFF))
            case 2:
                del made[chance.randrange(len(made)) :]
            case 3:
                other, at, length = chance.choice(good), chance.randrange(len(made)), chance.randrange(1, 60)
                made[at : at + length] = other[at : at + length]
            case 4:
                at = made.find(VERSION_3)
                if at >= 0:
                    made[at + 4] = chance.choice((0, 1, 3, 9, 0xFF))
            case 5:
                place = made.find(chance.choice(oids))
                if place >= 0:
                    made[place + chance.randrange(3)] ^= chance.randrange(1, 256)
            case 6:
                at = chance.randrange(len(made))
                made[at] = chance.randrange(256)
        yield bytes(made)


def unlike_any_other() -> list[bytes]:
    """Certificates that hand-made DER gives, each with a signature that holds."""
    issued = issue(None, "x", authority=True)
    assert isinstance(issued.key, ec.EllipticCurvePrivateKey)
    body = bytearray(der(issued))
    at = body.index(VERSION_3)
    version_4 = body[: at + 4] + b"\x03" + body[at + 5 :]
    unknown = issue(None, "x", authority=True, also=x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"no"))
    policy = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.32"), b"\x30\x03\x02\x01\x05")
    broken = issue(None, "x", authority=True, also=policy)
    return [bytes(version_4), signed_anew(bytes(version_4), issued.key), der(unknown), der(broken)]


class Trial:
    """A store with roots and a certificate that cars are shown, and every method that reads what others wrote."""

    def __init__(self, to: Path) -> None:
        self.authority = ContractAuthority(NOON)
        self.here = trusting(to, self.authority)
        shows(self.here, self.authority)
        self.file = to / "image.bin"
        self.file.write_bytes(b"image")
        self.data = self.here.inventory().ocsp[0].data
        answer = self.authority.ocsp(self.data, NOON)
        assert answer is not None
        contract = x509.load_pem_x509_certificates(self.authority.contract(EMAID).chain.encode())
        self.contract = [each.public_bytes(Encoding.DER) for each in contract]
        self.answer = base64.b64decode(answer)
        asked = x509.load_pem_x509_csr(self.here.request_v2g_signature(SUBJECT).encode())
        self.request = asked.public_bytes(Encoding.DER)

    def verdicts(self, mutant: bytes) -> None:
        """Every method has one."""
        here, text = self.here, pem(mutant)
        for call in (
            lambda: here.install_root(CENTRAL, text, 50, replace=False),
            lambda: here.install_contract_root(InstallableCertificateUse.MO_ROOT_CERTIFICATE, text, 50, replace=False),
            lambda: here.accept_signed(text),
            lambda: here.accept_v2g_signed(text),
            lambda: here.check_firmware_signer(text),
            lambda: verify_firmware(self.file, "AA==", text),
            lambda: self.authority.check(text, NOON),
            lambda: self.authority.sign_v2g(text.replace("CERTIFICATE", "CERTIFICATE REQUEST")),
            lambda: here.keep_ocsp(self.data, base64.b64encode(mutant).decode()),
        ):
            try:
                call()
            except CertificateError:
                continue
        for chain in (text, pem(mutant, *self.contract[1:]), pem(self.contract[0], mutant, self.contract[2])):
            assert isinstance(here.check_contract(chain), ContractVerdict)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    return Trial(tmp_path_factory.mktemp("mutants"))


def judge(trial: Trial, count: int, seed: int) -> None:
    good = [*trial.contract, der(root()), trial.answer, trial.request]
    for mutant in islice(mutants(seed, good), count):
        trial.verdicts(mutant)
    assert isinstance(trial.here.inventory(), Inventory)
    trial.here.installed_roots(CENTRAL)
    trial.here.installed_chains(tuple(InstalledCertificateUse))


def test_a_part_of_the_mutants(trial: Trial) -> None:
    judge(trial, 100, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_ten_thousand_mutants(trial: Trial, seed: int) -> None:
    judge(trial, 1000, seed)


@pytest.mark.parametrize("index", range(4))
def test_what_is_decoded_late_is_refused_as_a_certificate(trial: Trial, index: int) -> None:
    odd = unlike_any_other()[index]
    trial.verdicts(odd)
    with pytest.raises(CertificateError):
        trial.here.install_root(CENTRAL, pem(odd), 50, replace=False)


def test_a_serial_number_has_room_in_ocpp(tmp_path: Path) -> None:
    """At most 20 octets (RFC 5280, 4.1.2.2), which are the 40 digits of CertificateHashData (whitepaper 6.1)."""
    issued = issue(None, "x", authority=True)
    assert isinstance(issued.key, ec.EllipticCurvePrivateKey)
    body = der(issued)
    at = body.index(VERSION_3) + len(VERSION_3)
    length = body[at + 1]
    negative = signed_anew(body[: at + 2] + b"\xff" + body[at + 3 :], issued.key)
    assert length < 128
    here = FileCertificates(tmp_path, utc=lambda: NOON)
    with pytest.raises(CertificateError, match=r"serial number|cannot be read"):
        here.install_root(CENTRAL, pem(negative), 10, replace=False)


def test_a_warning_of_the_library_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    import warnings

    from cryptography.utils import CryptographyDeprecationWarning

    load = x509.load_pem_x509_certificates

    def warns(data: bytes) -> list[x509.Certificate]:
        warnings.warn("some day", CryptographyDeprecationWarning, stacklevel=1)
        return load(data)

    monkeypatch.setattr(x509, "load_pem_x509_certificates", warns)
    here = FileCertificates(tmp_path, utc=lambda: NOON)
    assert here.install_root(CENTRAL, root().pem, 10, replace=False) is CertificateStatus.ACCEPTED
    assert not recwarn.list


def test_files_that_cannot_be_read_are_named_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Ours and those that somebody has put there."""
    here = FileCertificates(tmp_path / "pki", utc=lambda: NOON)
    here.install_root(CENTRAL, root().pem, 10, replace=False)
    folder = tmp_path / "pki" / "central-system"
    for number, content in enumerate([b"\xff", b"", *(pem(odd).encode() for odd in unlike_any_other()[:2])], start=2):
        (folder / f"{number:06d}-ab.pem").write_bytes(content)
    (folder / "my-root.pem").write_text(root().pem)
    (tmp_path / "pki" / "waiting" / "000001-ab.pem").write_bytes(b"no key")
    again = FileCertificates(tmp_path / "pki", utc=lambda: NOON)
    with caplog.at_level(logging.WARNING):
        assert again.inventory().central_system_roots == 1
        with pytest.raises(CertificateError):
            again.accept_signed(issue(root(), "CP001").pem)
    for name in ("000002-ab.pem", "000003-ab.pem", "000004-ab.pem", "000005-ab.pem", "my-root.pem"):
        assert any(name in record.getMessage() for record in caplog.records), name
