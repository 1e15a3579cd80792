"""Whether a certificate leads to a trusted root (RFC 5280, 6.1; whitepaper 2.6).

The checks are explicit instead of the policy for web servers: certificates of charge points have no DNS names, and
roots of operators often lack what the web requires.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import MD5, SHA1, SHA256, SHA384, SHA512
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, ObjectIdentifier

from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateHashData, HashAlgorithm
from ocpp16sm.pki import decoded
from ocpp16sm.pki.decoded import Certificate

Step = tuple[Certificate, Certificate]
"""A certificate and its issuer."""


class NoRootError(CertificateError):
    """The chain leads to no installed root."""


LONGEST = 10_000
"""Maximum length of a chain, in characters (CertificateSigned)."""
_HASHES = {HashAlgorithm.SHA256: SHA256(), HashAlgorithm.SHA384: SHA384(), HashAlgorithm.SHA512: SHA512()}
_KNOWN = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)
"""Critical extensions that are understood; others may forbid anything."""


def parse(what: str, text: str, most: int = LONGEST) -> list[Certificate]:
    """The certificates in a PEM text, at least one. ``what`` names it in errors."""
    if len(text) > most:
        raise CertificateError(f"{what} has {len(text)} characters; at most {most} are expected")
    return decoded.certificates(what, text)


def check_time(what: str, certificate: Certificate, now: datetime) -> None:
    """Refuse a certificate that is not valid now."""
    if now < certificate.not_before:
        raise CertificateError(f"{what} is not valid before {certificate.not_before:%Y-%m-%dT%H:%M:%SZ}")
    if now > certificate.not_after:
        raise CertificateError(f"{what} expired at {certificate.not_after:%Y-%m-%dT%H:%M:%SZ}")


def check_key(what: str, certificate: Certificate) -> None:
    """Require at least 112 bits of security (A00.FR.501-503)."""
    key = certificate.key
    if isinstance(key, rsa.RSAPublicKey):
        least, kind = 2048, "RSA"
    elif isinstance(key, ec.EllipticCurvePublicKey):
        least, kind = 224, "EC"
    else:
        raise CertificateError(f"{what} has a {type(key).__name__}; an RSA or EC key was expected")
    if key.key_size < least:
        raise CertificateError(f"{what} has an {kind} key of {key.key_size} bits; at least {least} are expected")


def check_authority(what: str, certificate: Certificate, below: int = 0) -> None:
    """Refuse a certificate that may not sign others, or not with ``below`` further authorities below it."""
    constraints = certificate.extension(x509.BasicConstraints)
    if constraints is None or not constraints.ca:
        raise CertificateError(f"{what} is not of a certification authority (basicConstraints)")
    usage = certificate.extension(x509.KeyUsage)
    if usage is not None and not usage.key_cert_sign:
        raise CertificateError(f"{what} may not sign certificates (keyUsage)")
    if constraints.path_length is not None and below > constraints.path_length:
        raise CertificateError(
            f"{what} allows {constraints.path_length} authorities below it, and there are {below} (pathLenConstraint)"
        )
    _check_extensions(what, certificate)


def check_leaf(what: str, certificate: Certificate, purpose: ObjectIdentifier) -> None:
    """Refuse a certificate that may not be used for this purpose. Without stated purposes all are allowed."""
    _check_extensions(what, certificate)
    usage = certificate.extension(x509.KeyUsage)
    if usage is not None and not usage.digital_signature:
        raise CertificateError(f"{what} may not be used for signatures (keyUsage)")
    extended = certificate.extension(x509.ExtendedKeyUsage)
    if extended is not None and not {purpose, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(extended):
        raise CertificateError(f"{what} is not meant for this purpose (extendedKeyUsage)")


def _check_extensions(what: str, certificate: Certificate) -> None:
    for one in certificate.extensions.values():
        if one.critical and one.oid not in _KNOWN:
            raise CertificateError(f"{what} has a critical extension that is not understood ({one.oid.dotted_string})")


def path(
    what: str, given: Sequence[Certificate], roots: Iterable[Certificate], now: datetime, purpose: ObjectIdentifier
) -> list[Certificate]:
    """The path from the first certificate to a root, without the root. Each step is checked, and the root's validity.

    Raises :class:`~ocpp16sm.errors.CertificateError` with the objection to the first path found.
    """
    leaf, *others = given
    check_time(what, leaf, now)
    check_key(what, leaf)
    check_leaf(what, leaf, purpose)
    trusted = list(roots)
    objection = None
    # breadth first: whoever is reached has the fewest authorities below it, and need not be looked at again
    ways, unused = [[leaf]], others
    while ways:
        further = []
        for way in ways:
            for root in trusted:
                try:
                    if _steps(way[-1], root, now, len(way) - 1, "its root"):
                        return way
                except CertificateError as error:
                    objection = objection or error
            for issuer in list(unused):
                try:
                    if _steps(way[-1], issuer, now, len(way) - 1, "an authority in its chain"):
                        unused.remove(issuer)
                        further.append([*way, issuer])
                except CertificateError as error:
                    unused.remove(issuer)
                    objection = objection or error
        ways = further
    if objection is not None:
        raise CertificateError(f"{what} is refused: {objection}")
    raise NoRootError(f"{what} does not lead to a root that is installed ({len(trusted)} are)")


def _steps(certificate: Certificate, issuer: Certificate, now: datetime, below: int, what: str) -> bool:
    """Whether this certificate has signed that one; refuses it if it was not allowed to."""
    if certificate.issuer != issuer.subject or not certificate.signed_by(issuer):
        return False
    if isinstance(certificate.signed_with, SHA1 | MD5):
        raise CertificateError(f"a certificate is signed with {certificate.signed_with.name}")
    check_time(what, issuer, now)
    check_key(what, issuer)
    check_authority(what, issuer, below)
    return True


def hash_data(certificate: Certificate, issuer: Certificate, algorithm: HashAlgorithm) -> CertificateHashData:
    """The hash data of a certificate (whitepaper 6.1, RFC 6960 4.1.1), in upper-case hexadecimal like OpenSSL."""
    name, key = certificate.hashes(issuer, _HASHES[algorithm])
    return CertificateHashData(
        hash_algorithm=algorithm,
        issuer_name_hash=name.hex().upper(),
        issuer_key_hash=key.hex().upper(),
        serial_number=f"{certificate.serial_number:X}",
    )


def same(ours: CertificateHashData, asked: CertificateHashData) -> bool:
    """Whether both identify the same certificate; case and leading zeros of hexadecimal digits do not matter."""
    return (
        ours.issuer_name_hash.lower() == asked.issuer_name_hash.lower()
        and ours.issuer_key_hash.lower() == asked.issuer_key_hash.lower()
        and ours.serial_number.lower() == (asked.serial_number.lstrip("0").lower() or "0")
    )
