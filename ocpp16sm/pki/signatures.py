"""The signature of a firmware image (whitepaper L01.FR.04, L01.FR.12).

Where the whitepaper says ECSchnorr, manufacturers and their libraries use ECDSA.
"""

import binascii
import hashlib
from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256

from ocpp16sm.errors import CertificateError
from ocpp16sm.pki import decoded

_HASHED = utils.Prehashed(SHA256())
_PADDINGS = (padding.PSS(padding.MGF1(SHA256()), padding.PSS.AUTO), padding.PKCS1v15())
"""RSA-PSS is required by the whitepaper; PKCS #1 v1.5 is the default of ``openssl dgst -sign``."""


def verify_firmware(path: Path, signature: str, signing_certificate: str) -> None:
    """Verify the signature of a file, over the SHA-256 of its whole content.

    :param signature: base64; whitespace in it is ignored.
    :param signing_certificate: PEM, with an RSA key (PSS with MGF1 of SHA-256 and any salt length, or PKCS #1 v1.5) or
    an EC key (ECDSA, DER). Its trust is checked elsewhere; of several certificates the first counts.
    :raises CertificateError: the signature is wrong, or it or the certificate cannot be read.
    :raises OSError: the file cannot be read.
    """
    key = _key_of(signing_certificate)
    try:
        given = b64decode("".join(signature.split()), validate=True)
    except (binascii.Error, ValueError):
        raise CertificateError("the signature is no base64") from None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    if not _holds(key, given, digest):
        raise CertificateError("the signature is not that of the signing certificate over this file")


def _key_of(certificate: str) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    key = decoded.certificates("the signing certificate", certificate)[0].key
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise CertificateError(f"firmware is signed with RSA or ECDSA, not with a {type(key).__name__}")
    return key


def _holds(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, signature: bytes, digest: bytes) -> bool:
    return any(decoded.verifies(key, signature, digest, _HASHED, way) for way in _PADDINGS)
