"""OCSP: which responder to ask about a certificate, and the stored responses (RFC 6960)."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import OcspEntry
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import HashAlgorithm
from ocpp16sm.messages.plug_and_charge_types import OcspRequestData
from ocpp16sm.pki import chains
from ocpp16sm.pki.atomic_directory import AtomicDirectory
from ocpp16sm.pki.decoded import Certificate, OcspResponse

log = NamedLog("ocpp16sm.pki")

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far a responder's clock may be ahead of ours."""

_LONGEST_URL = 512
_RESPONSE, _HEARD = "response.der", "heard"


def request_data(certificate: Certificate, issuer: Certificate) -> OcspRequestData | None:
    """The OCSP request data of a certificate; None if it names no responder."""
    access = certificate.extension(x509.AuthorityInformationAccess)
    urls = [
        str(each.access_location.value)
        for each in access or ()
        if each.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(each.access_location, x509.UniformResourceIdentifier)
    ]
    url = next((url for url in urls if len(url) <= _LONGEST_URL), None)
    if url is None:
        return None
    found = chains.hash_data(certificate, issuer, HashAlgorithm.SHA256)
    return OcspRequestData(
        found.hash_algorithm, found.issuer_name_hash, found.issuer_key_hash, found.serial_number, url
    )


def steps(way: Sequence[Certificate], roots: Iterable[Certificate]) -> list[chains.Step]:
    """Each certificate of a path with its issuer; the last one only if its issuer is among the roots."""
    root = next((each for each in roots if way[-1].signed_by(each)), None)
    above = [*way[1:], *([] if root is None else [root])]
    return list(zip(way, above, strict=False))


class OcspResponses:
    """The stored OCSP responses."""

    def __init__(self, directory: Path) -> None:
        self._folder = AtomicDirectory(directory)

    def prepare(self) -> None:
        """Prepare the directory before the first use."""
        self._folder.prepare()

    def of(self, certificate: Certificate) -> Path | None:
        """The file (DER) with the last response about a certificate."""
        entry = self._entry(certificate)
        return None if entry is None else entry / _RESPONSE

    def _entry(self, certificate: Certificate) -> Path | None:
        mark = certificate.fingerprint
        return next((entry for entry in self._folder if entry.name.endswith(mark)), None)

    def entry(self, certificate: Certificate, issuer: Certificate) -> OcspEntry | None:
        """The request data and the stored response of a certificate; None if it names no responder."""
        data = request_data(certificate, issuer)
        if data is None:
            return None
        kept = self._entry(certificate)
        if kept is None:
            return OcspEntry(data)
        try:
            ends = OcspResponse.read((kept / _RESPONSE).read_bytes()).next_update
            heard = Timestamp.parse((kept / _HEARD).read_text())
        except (OSError, ValueError, CertificateError) as error:
            log.warning("the OCSP response in %s is left out: %s", kept, error)
            return OcspEntry(data)
        return OcspEntry(data, heard, None if ends is None else Timestamp.of(ends))

    def keep(self, certificate: Certificate, issuer: Certificate, result: str, now: datetime) -> None:
        """Store a response (DER in base64) in place of the previous one.

        Raises :class:`~ocpp16sm.errors.CertificateError` unless it is about this certificate, from an authorized
        responder, and valid now.
        """
        try:
            der = b64decode(result, validate=True)
        except (Base64Error, ValueError) as error:
            raise CertificateError(f"an OCSP response, DER in base64, was expected ({error})") from None
        check(OcspResponse.read(der), certificate, issuer, now)
        mark = certificate.fingerprint
        before = [entry for entry in self._folder if entry.name.endswith(mark)]
        heard = Timestamp.of(now).text().encode()
        self._folder.add_directory(mark, {_RESPONSE: der, _HEARD: heard})
        for entry in before:
            self._folder.remove(entry)

    def forget_all_but(self, certificates: Iterable[Certificate]) -> None:
        """Delete responses about other certificates."""
        marks = tuple(each.fingerprint for each in certificates)
        for entry in list(self._folder):
            if not entry.name.endswith(marks):
                self._folder.remove(entry)

    def says_revoked(self, certificate: Certificate) -> bool:
        """Whether the stored response says that it is revoked."""
        file = self.of(certificate)
        if file is None:
            return False
        try:
            return OcspResponse.read(file.read_bytes()).status is ocsp.OCSPCertStatus.REVOKED
        except (OSError, CertificateError) as error:
            log.warning("the OCSP response in %s is left out: %s", file, error)
            return False


def check(response: OcspResponse, certificate: Certificate, issuer: Certificate, now: datetime) -> None:
    """Refuse a response that is not trustworthy (RFC 6960, 3.2)."""
    ours = (certificate.serial_number, *certificate.hashes(issuer, response.digest))
    if (response.serial_number, response.name_hash, response.key_hash) != ours:
        raise CertificateError("the OCSP response is about another certificate")
    if response.status is ocsp.OCSPCertStatus.UNKNOWN:
        raise CertificateError("the responder does not know the certificate")
    if response.this_update > now + CLOCKS_DIFFER_BY:
        raise CertificateError(f"the OCSP response holds only from {response.this_update:%Y-%m-%dT%H:%M:%SZ} on")
    ends = response.next_update
    if ends is not None and ends <= now:
        raise CertificateError(f"the OCSP response was over at {ends:%Y-%m-%dT%H:%M:%SZ}")
    if not any(response.signed_by(signer) for signer in _signers(response, issuer, now)):
        raise CertificateError("the OCSP response is not signed by who issued the certificate, or whom that names")


def _signers(response: OcspResponse, issuer: Certificate, now: datetime) -> list[Certificate]:
    """The issuer, and the responders that it has authorized (RFC 6960, 4.2.2.2)."""
    delegates = []
    for each in response.certificates:
        usage = each.extension(x509.ExtendedKeyUsage)
        may = usage is not None and ExtendedKeyUsageOID.OCSP_SIGNING in usage
        in_time = each.not_before <= now <= each.not_after
        if may and in_time and each.signed_by(issuer):
            delegates.append(each)
    return [issuer, *delegates]
