"""Authorities, and what they sign, in PEM; valid about :data:`NOON` unless said otherwise."""

from datetime import UTC, datetime, timedelta

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@frozen
class Issued:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> str:
        """The certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


def issue(
    by: Issued | None,
    name: str,
    *,
    authority: bool = False,
    path_length: int | None = None,
    days: tuple[int, int] = (-1, 1),
    key: Key | None = None,
    public_key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | None = None,
    usage: x509.KeyUsage | None = None,
    purpose: ObjectIdentifier | None = None,
    also: x509.ExtensionType | None = None,
    digest: hashes.HashAlgorithm | None = None,
) -> Issued:
    """A certificate, signed by itself if ``by`` nobody. ``also``: an extension more, critical."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin, end = (NOON + timedelta(days=day) for day in days)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(public_key or key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if also is not None:
        builder = builder.add_extension(also, critical=True)
    made = builder.sign(by.key if by else key, digest or hashes.SHA256())  # type: ignore[arg-type]
    return Issued(made, key)


def root(name: str = "Root", **knobs: object) -> Issued:
    """A root."""
    return issue(None, name, authority=True, **knobs)  # type: ignore[arg-type]


def answer(by: Issued, request: str, **knobs: object) -> Issued:
    """What an authority makes of a certificate signing request."""
    asked = x509.load_pem_x509_csr(request.encode())
    return issue(by, "CP001", public_key=asked.public_key(), **knobs)  # type: ignore[arg-type]


def usage(*granted: str) -> x509.KeyUsage:
    """What a key may be used for, and for nothing else."""
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign "
        "encipher_only decipher_only"
    )
    return x509.KeyUsage(**{name: name in granted for name in names.split()})
