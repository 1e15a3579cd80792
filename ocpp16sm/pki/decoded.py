"""Certificates and OCSP responses, decoded completely when they arrive.

``cryptography`` decodes most fields on access and may then raise anything. Nothing else in this package uses its lazy
objects: faults are reported here, as one :class:`~ocpp16sm.errors.CertificateError`, and the fields of a
:class:`Certificate` or :class:`OcspResponse` are safe to read.
"""

import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from attrs import evolve, field, frozen
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import ocsp

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import CertificateError

__all__ = ["Certificate", "OcspResponse", "certificates", "decoding", "public_key_of_private", "verifies"]

E = TypeVar("E", bound=x509.ExtensionType)

_SERIAL_BITS = 160
"""20 octets (RFC 5280, 4.1.2.2); OCPP has room for 40 hexadecimal digits."""
_PKCS1 = padding.PKCS1v15()
_quiet = threading.RLock()


@contextmanager
def decoding(what: str, expected: str) -> Iterator[None]:
    """Convert whatever ``cryptography`` raises inside to an error: ``what`` cannot be read, ``expected`` was expected.

    A :class:`~ocpp16sm.errors.CertificateError` passes unchanged.
    """
    # Warnings are for developers; one about a stranger's certificate is no news to them, and with -W error it would
    # change the verdict. Filters are the process's, hence the lock.
    try:
        with _quiet, warnings.catch_warnings():
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            yield
    except CertificateError:
        raise
    except Exception as error:
        raise _unreadable(what, expected, error) from None
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":  # a panic in its Rust part is no Exception
            raise
        raise _unreadable(what, expected, error) from None


def _unreadable(what: str, expected: str, error: BaseException) -> CertificateError:
    return CertificateError(f"{what} cannot be read; {expected} expected ({type(error).__name__})")


def _der(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@frozen(kw_only=True, eq=False)
class Certificate:
    """An X.509 certificate. Two are equal if their DER is."""

    der: bytes = field(repr=False)
    subject: x509.Name
    issuer: x509.Name
    serial_number: int
    not_before: datetime
    not_after: datetime
    key: CertificatePublicKeyTypes = field(repr=False)
    key_der: bytes = field(repr=False)
    """The key as SubjectPublicKeyInfo."""
    signed_with: HashAlgorithm | None = field(repr=False)
    """The digest of its signature; None if the signature has none."""
    extensions: Mapping[x509.ObjectIdentifier, x509.Extension[x509.ExtensionType]] = field(repr=False)
    fingerprint: str
    """SHA-256 of its DER, hexadecimal."""
    _lazy: x509.Certificate = field(repr=False)

    @classmethod
    def of(cls, what: str, lazy: x509.Certificate) -> "Certificate":
        """Decode all of it. ``what`` names it in errors."""
        with decoding(what, "an X.509 certificate of version 3 was"):
            made = cls(
                der=lazy.public_bytes(serialization.Encoding.DER),
                subject=lazy.subject,
                issuer=lazy.issuer,
                serial_number=lazy.serial_number,
                not_before=lazy.not_valid_before_utc,
                not_after=lazy.not_valid_after_utc,
                key=lazy.public_key(),
                key_der=_der(lazy.public_key()),
                signed_with=lazy.signature_hash_algorithm,
                extensions={each.oid: each for each in lazy.extensions},
                fingerprint=lazy.fingerprint(SHA256()).hex(),
                lazy=lazy,
            )
            Timestamp.of(made.not_before), Timestamp.of(made.not_after)
            hash(made.subject), hash(made.issuer), lazy.version
            _request(lazy, lazy, SHA256())
        if not 0 <= made.serial_number < 1 << _SERIAL_BITS:
            raise CertificateError(f"{what} has a serial number that is negative or longer than 20 octets")
        return made

    def __eq__(self, other: object) -> bool:
        return self.der == other.der if isinstance(other, Certificate) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.der)

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self._lazy.public_bytes(serialization.Encoding.PEM)

    def extension(self, kind: type[E]) -> E | None:
        """The value of an extension; None if it has none of this type."""
        found = self.extensions.get(kind.oid)
        return found.value if found is not None and isinstance(found.value, kind) else None

    def signed_by(self, issuer: "Certificate") -> bool:
        """Whether the issuer matches by name and its signature is valid."""
        try:
            with decoding("the certificate", "a signature was"):
                self._lazy.verify_directly_issued_by(issuer._lazy)
        except CertificateError:
            return False
        return True

    def hashes(self, issuer: "Certificate", digest: HashAlgorithm) -> tuple[bytes, bytes]:
        """The hashes of the issuer's name and key that identify this certificate (RFC 6960, 4.1.1)."""
        with decoding("the certificate", "one that OCSP can identify was"):
            asked = _request(self._lazy, issuer._lazy, digest)
            return asked.issuer_name_hash, asked.issuer_key_hash


def _request(lazy: x509.Certificate, issuer: x509.Certificate, digest: HashAlgorithm) -> ocsp.OCSPRequest:
    return ocsp.OCSPRequestBuilder().add_certificate(lazy, issuer, digest).build()


def certificates(what: str, text: str) -> list[Certificate]:
    """The certificates in a PEM text, at least one. ``what`` names it in errors."""
    with decoding(what, "certificates in PEM were"):
        found = x509.load_pem_x509_certificates(text.encode())
    return [Certificate.of(what, each) for each in found]


def public_key_of_private(what: str, pem: bytes) -> bytes:
    """The public part, as SubjectPublicKeyInfo, of an unencrypted PEM private key."""
    with decoding(what, "a private key in PEM was"):
        return _der(serialization.load_pem_private_key(pem, None).public_key())  # type: ignore[arg-type]


@frozen(kw_only=True, eq=False)
class OcspResponse:
    """A successful OCSP response about one certificate."""

    serial_number: int
    name_hash: bytes
    key_hash: bytes
    digest: HashAlgorithm
    """The digest of ``name_hash`` and ``key_hash``."""
    status: ocsp.OCSPCertStatus
    this_update: datetime
    next_update: datetime | None
    certificates: tuple[Certificate, ...]
    """Certificates in the response."""
    _signature: bytes = field(repr=False)
    _signed: bytes = field(repr=False)
    _signed_with: HashAlgorithm | None = field(repr=False)

    @classmethod
    def read(cls, der: bytes) -> "OcspResponse":
        """Decode all of it. Raises :class:`~ocpp16sm.errors.CertificateError`, also for an unsuccessful response."""
        what = "the OCSP response"
        with decoding(what, "one in DER, about one certificate, was"):
            lazy = ocsp.load_der_ocsp_response(der)
            if lazy.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
                raise CertificateError(f"the responder could not say: {lazy.response_status.name}")
            came = list(lazy.certificates)
            made = cls(
                serial_number=lazy.serial_number,
                name_hash=lazy.issuer_name_hash,
                key_hash=lazy.issuer_key_hash,
                digest=lazy.hash_algorithm,
                status=lazy.certificate_status,
                this_update=lazy.this_update_utc,
                next_update=lazy.next_update_utc,
                certificates=(),
                signature=lazy.signature,
                signed=lazy.tbs_response_bytes,
                signed_with=lazy.signature_hash_algorithm,
            )
            if made.next_update is not None:
                Timestamp.of(made.next_update)
        return evolve(made, certificates=tuple(Certificate.of("a certificate in the OCSP response", c) for c in came))

    def signed_by(self, signer: Certificate) -> bool:
        """Whether its signature is valid for this certificate's key."""
        return verifies(signer.key, self._signature, self._signed, self._signed_with)


def verifies(
    key: CertificatePublicKeyTypes,
    signature: bytes,
    data: bytes,
    digest: HashAlgorithm | utils.Prehashed | None,
    way: AsymmetricPadding = _PKCS1,
) -> bool:
    """Whether a signature is valid for an RSA or EC key. ``way`` is the RSA padding, by default PKCS #1 v1.5."""
    if digest is None:
        return False
    try:
        with decoding("the signature", "that of the key was"):
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, data, ec.ECDSA(digest))
            elif isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, data, way, digest)
            else:
                return False
    except CertificateError:
        return False
    return True
