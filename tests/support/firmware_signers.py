"""Firmware signers, made by the tests; their certificates lead to nobody."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal, TypeAlias

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

Kind: TypeAlias = Literal["ecdsa", "rsa-pss", "rsa-pkcs1", "ed25519"]
KINDS: tuple[Kind, ...] = ("ecdsa", "rsa-pss", "rsa-pkcs1")
"""With which firmware may be signed."""


@frozen
class Signer:
    """A key with its certificate."""

    kind: Kind
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    certificate: str
    """PEM."""

    def sign(self, content: bytes) -> str:
        """The signature in base64."""
        match self.key:
            case rsa.RSAPrivateKey():
                pss = padding.PSS(padding.MGF1(SHA256()), padding.PSS.DIGEST_LENGTH)
                made = self.key.sign(content, pss if self.kind == "rsa-pss" else padding.PKCS1v15(), SHA256())
            case ec.EllipticCurvePrivateKey():
                made = self.key.sign(content, ec.ECDSA(SHA256()))
            case _:
                made = self.key.sign(content)
        return b64encode(made).decode()


@cache
def signer(kind: Kind) -> Signer:
    """One of a kind."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
    if kind == "ecdsa":
        key = ec.generate_private_key(ec.SECP256R1())
    elif kind == "ed25519":
        key = ed25519.Ed25519PrivateKey.generate()
    else:
        key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"signer {kind}")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = builder.sign(key, None if kind == "ed25519" else SHA256())
    return Signer(kind, key, made.public_bytes(Encoding.PEM).decode())
