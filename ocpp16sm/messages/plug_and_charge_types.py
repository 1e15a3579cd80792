"""Enumerations and types of the Plug & Charge messages (OCPP 2.0.1, part 2, sections 2 and 3)."""

from enum import StrEnum
from typing import Annotated

from attrs import field, frozen
from msgspec import Meta

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import SECRET, CiString20, CiString40, CiString128, Location512
from ocpp16sm.messages.security_types import CertificateHashData, HashAlgorithm
from ocpp16sm.messages.vendor import WIRE

IdToken36 = Annotated[str, Meta(max_length=36), SECRET]
"""An identifier of a user, at most 36 characters. Not shown in error messages."""
Csr5500 = Annotated[str, Meta(max_length=5500), SECRET]
"""A certificate signing request in PEM, at most 5500 characters."""
Ocsp5500 = Annotated[str, Meta(max_length=5500)]
"""An OCSP response: DER in base64, at most 5500 characters."""
SchemaVersion = Annotated[str, Meta(max_length=50)]
"""Namespace of a version of ISO 15118, at most 50 characters."""
ExiRequest = Annotated[str, Meta(max_length=5600), SECRET]
"""An ISO 15118 request in EXI, base64, at most 5600 characters."""
ExiResponse = Annotated[str, Meta(max_length=7500), SECRET]
"""An ISO 15118 response in EXI, base64, at most 7500 characters."""
Info512 = Annotated[str, Meta(max_length=512)]
"""A string of at most 512 characters."""


class TokenType(StrEnum):
    """Type of an identifier (3.43)."""

    CENTRAL = "Central"
    """An identifier created by the Central System."""
    E_MAID = "eMAID"
    """The eMAID of a contract."""
    ISO14443 = "ISO14443"
    """UID of an RFID card (ISO 14443)."""
    ISO15693 = "ISO15693"
    """UID of an RFID card (ISO 15693)."""
    KEY_CODE = "KeyCode"
    """A PIN."""
    LOCAL = "Local"
    """An identifier created by the charge point."""
    MAC_ADDRESS = "MacAddress"
    """MAC address of an EV."""
    NO_AUTHORIZATION = "NoAuthorization"
    """No authorization is needed."""


class TokenStatus(StrEnum):
    """Authorization status of an identifier (3.6)."""

    ACCEPTED = "Accepted"
    """Authorized."""
    BLOCKED = "Blocked"
    """The contract is blocked."""
    CONCURRENT_TX = "ConcurrentTx"
    """Already in use for another transaction."""
    EXPIRED = "Expired"
    """The contract has expired."""
    INVALID = "Invalid"
    """The identifier is invalid or could not be verified."""
    NO_CREDIT = "NoCredit"
    """Not enough credit."""
    NOT_ALLOWED_TYPE_EVSE = "NotAllowedTypeEVSE"
    """Not allowed at this type of connector."""
    NOT_AT_THIS_LOCATION = "NotAtThisLocation"
    """Not allowed at this location."""
    NOT_AT_THIS_TIME = "NotAtThisTime"
    """Not allowed at this time."""
    UNKNOWN = "Unknown"
    """Unknown identifier."""


class ContractStatus(StrEnum):
    """Result of validating a contract certificate (3.2)."""

    ACCEPTED = "Accepted"
    """Valid."""
    SIGNATURE_ERROR = "SignatureError"
    """A signature is invalid."""
    CERTIFICATE_EXPIRED = "CertificateExpired"
    """A certificate in the chain has expired."""
    CERTIFICATE_REVOKED = "CertificateRevoked"
    """A certificate in the chain was revoked."""
    NO_CERTIFICATE_AVAILABLE = "NoCertificateAvailable"
    """No certificate was sent."""
    CERT_CHAIN_ERROR = "CertChainError"
    """The chain does not lead to a trusted root."""
    CONTRACT_CANCELLED = "ContractCancelled"
    """The contract was cancelled."""


class SignedCertificateUse(StrEnum):
    """Use of a charge point's own certificate (3.7)."""

    CHARGING_STATION_CERTIFICATE = "ChargingStationCertificate"
    """Client certificate for the Central System."""
    V2G_CERTIFICATE = "V2GCertificate"
    """Certificate that is presented to EVs."""


class InstallableCertificateUse(StrEnum):
    """Use of a root certificate to be installed (3.44)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    """Validates certificates presented to EVs."""
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    """Validates contract certificates."""
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    """Validates the Central System."""
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    """Validates firmware."""


class InstalledCertificateUse(StrEnum):
    """Use of an installed certificate (3.36)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    """Root of certificates presented to EVs."""
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    """Root of contract certificates."""
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    """Root of the Central System's certificate."""
    V2G_CERTIFICATE_CHAIN = "V2GCertificateChain"
    """Certificate presented to EVs, with its chain."""
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    """Root of certificates that sign firmware."""


class EVCertificateAction(StrEnum):
    """Purpose of a contract certificate request (3.8)."""

    INSTALL = "Install"
    """Install the first certificate."""
    UPDATE = "Update"
    """Replace an existing certificate."""


class EVCertificateStatus(StrEnum):
    """Outcome of a contract certificate request (3.47)."""

    ACCEPTED = "Accepted"
    """The certificate is in the response."""
    FAILED = "Failed"
    """No certificate was obtained; the response tells the EV so."""


class OcspStatus(StrEnum):
    """Outcome of a certificate status request (3.34)."""

    ACCEPTED = "Accepted"
    """The status is in the response."""
    FAILED = "Failed"
    """The status could not be obtained."""


@frozen
class StatusInfo:
    """Reason for a status (2.51)."""

    reason_code: CiString20
    """Code from OCPP 2.0.1 (appendix 5) or a vendor's own; at most 20 characters."""
    additional_info: Info512 | None = None
    """Description, at most 512 characters."""


@frozen
class OcspRequestData:
    """Identifies a certificate and its OCSP responder (2.37)."""

    hash_algorithm: HashAlgorithm
    """Algorithm of the two hashes."""
    issuer_name_hash: CiString128
    """Hash of the issuer's name in DER, hexadecimal, at most 128 characters."""
    issuer_key_hash: CiString128
    """Hash of the issuer's public key in DER, hexadecimal, at most 128 characters."""
    serial_number: CiString40
    """Serial number, hexadecimal without leading zeros, at most 40 characters."""
    responder_url: Location512 = field(metadata={WIRE: "responderURL"})
    """URL of the OCSP responder, at most 512 characters."""


@frozen
class CertificateHashDataChain:
    """An installed certificate with its chain (2.11)."""

    certificate_hash_data: CertificateHashData
    """Hash data of the certificate."""
    certificate_type: InstalledCertificateUse
    """Use of the certificate."""
    child_certificate_hash_data: Annotated[tuple[CertificateHashData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    """Hash data of the intermediate certificates, 1 to 4."""


@frozen
class IdToken15118:
    """An identifier of a user (2.29)."""

    id_token: IdToken36
    """The identifier; for a contract, its eMAID."""
    type: TokenType
    """Type of the identifier."""


@frozen
class IdTokenInfo:
    """Authorization of an identifier (2.28), without fields unused in OCPP 1.6: priority, languages, EVSEs."""

    status: TokenStatus
    """Authorization status."""
    cache_expiry_date_time: Timestamp | None = None
    """When the cached status expires."""
    group_id_token: IdToken15118 | None = None
    """The group of the identifier."""
