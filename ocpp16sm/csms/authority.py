"""Certificate authorities of ISO 15118 for demos and tests, for charge points (V2G) and contracts (MO).

::

    authority = ContractAuthority(clock.utc())
    contract = authority.contract("DE-8AA-1A2B3C4D5-9")     # contract.chain, contract.key: PEM
    authority.revoke(contract.emaid)

Its certificates are real; its keys are generated for each instance and exist only in memory.
"""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from attrs import field, frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPublicKeyTypes
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from ocpp16sm.errors import CertificateError
from ocpp16sm.messages.plug_and_charge_types import ContractStatus, OcspRequestData
from ocpp16sm.pki import chains
from ocpp16sm.pki.decoded import Certificate, decoding

__all__ = ["Contract", "ContractAuthority"]

RESPONDER = "http://ocsp.example/"
"""Default URL of the OCSP responder named in certificates."""
OCSP_LASTS = timedelta(days=7)
"""Validity of an OCSP response (time until nextUpdate)."""

_YEARS = timedelta(days=3650)
_DAY = timedelta(days=1)


@frozen
class Issued:
    """A certificate, with its private key if the authority generated it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | None
    issuer: "Issued | None"
    """None for a root."""

    @property
    def decoded(self) -> Certificate:
        """The certificate as decoded by charge points."""
        return Certificate.of("it", self.certificate)

    @property
    def pem(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def chain(self) -> str:
        """The certificate and its issuers without the root, in PEM."""
        return self.pem + (self.issuer.chain if self.issuer is not None and self.issuer.issuer is not None else "")


@frozen
class Contract:
    """A contract with a mobility operator."""

    emaid: str
    chain: str
    """The contract certificate and its issuers without the root, in PEM."""
    key: str = field(repr=False)
    """The private key of the certificate, in PEM (unencrypted PKCS #8)."""


class ContractAuthority:
    """Two roots (V2G and MO) with two subordinate authorities each, and the certificates they have signed.

    :param now: the current time; certificates are valid from one day earlier.
    :param responder: URL of the OCSP responder named in certificates; None: none.
    """

    def __init__(self, now: datetime, *, responder: str | None = RESPONDER) -> None:
        self._begin = _plain(now) - _DAY
        self._responder = responder
        self._issued: dict[int, Issued] = {}
        """By serial number."""
        self._contracts: dict[str, Issued] = {}
        """By eMAID."""
        self._revoked: dict[int, datetime] = {}
        """Serial number -> time of revocation."""
        self.v2g_root = self._authority("V2G Root", None, 2)
        self.mo_root = self._authority("MO Root", None, 2)
        self.cpo = self._authority("CPO Sub 2", self._authority("CPO Sub 1", self.v2g_root, 1), 0)
        """Signs the certificates that charge points present to cars."""
        self.mobility_operator = self._authority("MO Sub 2", self._authority("MO Sub 1", self.mo_root, 1), 0)
        """Signs contract certificates."""

    def _authority(self, name: str, by: Issued | None, below: int) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        return self._sign([(NameOID.COMMON_NAME, name)], key.public_key(), by, key, self._begin + _YEARS, below)

    def _sign(
        self,
        subject: list[tuple[x509.ObjectIdentifier, str]],
        public_key: CertificateIssuerPublicKeyTypes,
        by: Issued | None,
        key: ec.EllipticCurvePrivateKey | None,
        end: datetime,
        authorities_below: int | None = None,
    ) -> Issued:
        """Sign a certificate with the profile of ISO 15118-2 (annex F): EC P-256, and a URL for OCSP."""
        is_authority = authorities_below is not None
        name = x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(by.certificate.subject if by is not None else name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=authorities_below), critical=True)
            .add_extension(_usage(is_authority=is_authority), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        )
        if by is not None:
            signed_with = x509.AuthorityKeyIdentifier.from_issuer_public_key(_issuing_key(by))
            builder = builder.add_extension(signed_with, critical=False)
        if by is not None and self._responder is not None:
            where = x509.UniformResourceIdentifier(self._responder)
            access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, where)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        signer = by.key if by is not None else key
        assert signer is not None, "only authorities sign, and their keys are ours"
        issued = Issued(builder.sign(signer, hashes.SHA256()), key, by)
        self._issued[issued.certificate.serial_number] = issued
        return issued

    # -- signing ------------------------------------------------------------------------------------------------------

    def sign_v2g(self, csr: str, lasts: timedelta = timedelta(days=90)) -> str:
        """Sign the request of a charge point (PEM) and return the chain without the root (PEM).

        Raises :class:`~ocpp16sm.errors.CertificateError` if the request cannot be read, is not signed with its own key,
        or is not for an EC key.
        """
        with decoding("the signing request", "one in PEM was"):
            request = x509.load_pem_x509_csr(csr.encode())
            if not request.is_signature_valid:
                raise CertificateError("the signing request is not signed with its own key")
            names = [(each.oid, str(each.value)) for each in request.subject]
            public_key = request.public_key()
        if not isinstance(public_key, ec.EllipticCurvePublicKey):
            raise CertificateError("the signing request is for an RSA key; EC P-256 was expected (ISO 15118-2)")
        subject = [*names, (NameOID.DOMAIN_COMPONENT, "CPO")]
        return self._sign(subject, public_key, self.cpo, None, self._begin + _DAY + lasts).chain

    def contract(self, emaid: str, lasts: timedelta = timedelta(days=365)) -> Contract:
        """Issue a new contract. An earlier one with the same eMAID stays valid until it is revoked."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = [(NameOID.COMMON_NAME, emaid)]
        issued = self._sign(subject, key.public_key(), self.mobility_operator, key, self._begin + _DAY + lasts)
        self._contracts[emaid] = issued
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Contract(emaid, issued.chain, pem.decode())

    def revoke(self, emaid: str, at: datetime | None = None) -> None:
        """Revoke the newest contract of an eMAID. Raises ``KeyError`` if there is none."""
        when = self._begin + _DAY if at is None else _plain(at)
        self._revoked[self._contracts[emaid].certificate.serial_number] = when

    # -- status of certificates ---------------------------------------------------------------------------------------

    def _find(self, data: OcspRequestData) -> Issued | None:
        try:
            issued = self._issued.get(int(data.serial_number, 16))
        except ValueError:
            return None
        if issued is None or issued.issuer is None:
            return None
        ours = chains.hash_data(issued.decoded, issued.issuer.decoded, data.hash_algorithm)
        same = (ours.issuer_name_hash, ours.issuer_key_hash) == (
            data.issuer_name_hash.upper(),
            data.issuer_key_hash.upper(),
        )
        return issued if same else None

    def ocsp(self, data: OcspRequestData, now: datetime) -> str | None:
        """The OCSP response for a certificate (DER in base64); None if this authority has not issued it."""
        issued = self._find(data)
        if issued is None or issued.issuer is None or issued.issuer.key is None:
            return None
        revoked = self._revoked.get(issued.certificate.serial_number)
        now = _plain(now)
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                issued.certificate,
                issued.issuer.certificate,
                hashes.SHA256(),
                ocsp.OCSPCertStatus.GOOD if revoked is None else ocsp.OCSPCertStatus.REVOKED,
                now,
                now + OCSP_LASTS,
                revoked,
                None if revoked is None else x509.ReasonFlags.unspecified,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, issued.issuer.certificate)
        )
        signed = builder.sign(issued.issuer.key, hashes.SHA256())
        return b64encode(signed.public_bytes(serialization.Encoding.DER)).decode()

    def status_of(self, data: OcspRequestData) -> ContractStatus:
        """The status of a certificate identified by its hash data."""
        issued = self._find(data)
        if issued is None:
            return ContractStatus.NO_CERTIFICATE_AVAILABLE
        if issued.certificate.serial_number in self._revoked:
            return ContractStatus.CERTIFICATE_REVOKED
        return ContractStatus.ACCEPTED

    def check(self, chain: str, now: datetime) -> ContractStatus:
        """Verify the chain of a contract (PEM) at the time ``now`` and return its status."""
        try:
            given = chains.parse("the contract", chain)
        except CertificateError:
            return ContractStatus.CERT_CHAIN_ERROR
        if any(each.serial_number in self._revoked for each in given):
            return ContractStatus.CERTIFICATE_REVOKED
        if any(now > each.not_after for each in given):
            return ContractStatus.CERTIFICATE_EXPIRED
        way = [*given, self.mo_root.decoded]
        linked = all(lower.signed_by(upper) for lower, upper in pairwise(way))
        return ContractStatus.ACCEPTED if linked else ContractStatus.CERT_CHAIN_ERROR


def _issuing_key(by: Issued) -> ec.EllipticCurvePublicKey:
    assert by.key is not None, "only authorities sign, and their keys are ours"
    return by.key.public_key()


def _plain(at: datetime) -> datetime:
    """A plain datetime: ``cryptography`` removes the time zone, which a Timestamp does not allow."""
    return datetime.fromtimestamp(at.timestamp(), UTC)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
