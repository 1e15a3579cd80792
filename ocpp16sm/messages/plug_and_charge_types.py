"""Words and parts of the messages of Plug & Charge: those of OCPP 2.0.1, part 2, sections 2 and 3."""

from enum import StrEnum
from typing import Annotated

from attrs import field, frozen
from msgspec import Meta

from ocpp16sm.messages.primitives import SECRET, CiString20, CiString40, CiString128, Location512
from ocpp16sm.messages.security_types import CertificateHashData, HashAlgorithm
from ocpp16sm.messages.vendor import WIRE
from ocpp16sm.timestamp import Timestamp

IdToken36 = Annotated[str, Meta(max_length=36), SECRET]
"""What somebody identifies with: at most 36 characters. Kept out of error texts."""
Csr5500 = Annotated[str, Meta(max_length=5500), SECRET]
"""A certificate signing request in PEM, at most 5500 characters."""
Ocsp5500 = Annotated[str, Meta(max_length=5500)]
"""An OCSP response: DER in base64, at most 5500 characters."""
SchemaVersion = Annotated[str, Meta(max_length=50)]
"""Namespace of a version of ISO 15118, at most 50 characters."""
ExiRequest = Annotated[str, Meta(max_length=5600), SECRET]
"""A message of ISO 15118 in EXI, base64, at most 5600 characters."""
ExiResponse = Annotated[str, Meta(max_length=7500), SECRET]
"""A message of ISO 15118 in EXI, base64, at most 7500 characters."""
Info512 = Annotated[str, Meta(max_length=512)]
"""A text of at most 512 characters."""


class TokenType(StrEnum):
    """What kind of thing somebody identifies with (3.43)."""

    CENTRAL = "Central"
    """The Central System has started it."""
    E_MAID = "eMAID"
    """The eMAID of a contract."""
    ISO14443 = "ISO14443"
    """The number of an RFID card."""
    ISO15693 = "ISO15693"
    """The number of an RFID card of the other kind."""
    KEY_CODE = "KeyCode"
    """A PIN."""
    LOCAL = "Local"
    """The charge point knows it."""
    MAC_ADDRESS = "MacAddress"
    """The address of a car's network card."""
    NO_AUTHORIZATION = "NoAuthorization"
    """Nobody has to identify."""


class TokenStatus(StrEnum):
    """May somebody charge (3.6)?"""

    ACCEPTED = "Accepted"
    """Yes."""
    BLOCKED = "Blocked"
    """The contract is blocked."""
    CONCURRENT_TX = "ConcurrentTx"
    """It is charging elsewhere."""
    EXPIRED = "Expired"
    """The contract has expired."""
    INVALID = "Invalid"
    """It is none that is known, or not proven."""
    NO_CREDIT = "NoCredit"
    """There is no money left."""
    NOT_ALLOWED_TYPE_EVSE = "NotAllowedTypeEVSE"
    """Not at a connector of this type."""
    NOT_AT_THIS_LOCATION = "NotAtThisLocation"
    """Not here."""
    NOT_AT_THIS_TIME = "NotAtThisTime"
    """Not now."""
    UNKNOWN = "Unknown"
    """Nobody knows."""


class ContractStatus(StrEnum):
    """What is to be thought of a contract certificate (3.2)."""

    ACCEPTED = "Accepted"
    """It is valid."""
    SIGNATURE_ERROR = "SignatureError"
    """A signature does not hold."""
    CERTIFICATE_EXPIRED = "CertificateExpired"
    """It, or one above it, has expired."""
    CERTIFICATE_REVOKED = "CertificateRevoked"
    """It, or one above it, was revoked."""
    NO_CERTIFICATE_AVAILABLE = "NoCertificateAvailable"
    """There is none."""
    CERT_CHAIN_ERROR = "CertChainError"
    """It does not lead to a root that is trusted."""
    CONTRACT_CANCELLED = "ContractCancelled"
    """The contract was cancelled."""


class SignedCertificateUse(StrEnum):
    """Which of a charge point's certificates (3.7)."""

    CHARGING_STATION_CERTIFICATE = "ChargingStationCertificate"
    """The one it shows to the Central System."""
    V2G_CERTIFICATE = "V2GCertificate"
    """The one it shows to cars."""


class InstallableCertificateUse(StrEnum):
    """What a root that is installed is for (3.44)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    """Certificates that are shown to cars."""
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    """Contracts."""
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    """The Central System."""
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    """Firmware."""


class InstalledCertificateUse(StrEnum):
    """What a certificate that is installed is for (3.36)."""

    V2G_ROOT_CERTIFICATE = "V2GRootCertificate"
    """Roots of certificates that are shown to cars."""
    MO_ROOT_CERTIFICATE = "MORootCertificate"
    """Roots of contracts."""
    CSMS_ROOT_CERTIFICATE = "CSMSRootCertificate"
    """Roots of the Central System."""
    V2G_CERTIFICATE_CHAIN = "V2GCertificateChain"
    """The certificates that are shown to cars, with those above them."""
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    """Roots of signers of firmware."""


class EVCertificateAction(StrEnum):
    """What a car wants of its contract certificate (3.8)."""

    INSTALL = "Install"
    """Its first."""
    UPDATE = "Update"
    """A newer one."""


class EVCertificateStatus(StrEnum):
    """Whether a car gets it (3.47)."""

    ACCEPTED = "Accepted"
    """It is in the response."""
    FAILED = "Failed"
    """It could not be had; the response says so to the car."""


class OcspStatus(StrEnum):
    """Whether the status of a certificate could be had (3.34)."""

    ACCEPTED = "Accepted"
    """It is in the response."""
    FAILED = "Failed"
    """It could not be had."""


@frozen
class StatusInfo:
    """Why (2.51)."""

    reason_code: CiString20
    """A word, one of OCPP 2.0.1 (appendix 5) or one's own; at most 20 characters."""
    additional_info: Info512 | None = None
    """In words, at most 512 characters."""


@frozen
class OcspRequestData:
    """What identifies a certificate, and who says whether it was revoked (2.37)."""

    hash_algorithm: HashAlgorithm
    """How the two hashes were made."""
    issuer_name_hash: CiString128
    """Hash of the issuer's name in DER, hexadecimal, at most 128 characters."""
    issuer_key_hash: CiString128
    """Hash of the issuer's public key in DER, hexadecimal, at most 128 characters."""
    serial_number: CiString40
    """Serial number, hexadecimal without leading zeros, at most 40 characters."""
    responder_url: Location512 = field(metadata={WIRE: "responderURL"})
    """The responder of OCSP, at most 512 characters."""


@frozen
class CertificateHashDataChain:
    """A certificate that is installed, and those above it that came with it (2.11)."""

    certificate_hash_data: CertificateHashData
    """What identifies it."""
    certificate_type: InstalledCertificateUse
    """What it is for."""
    child_certificate_hash_data: Annotated[tuple[CertificateHashData, ...], Meta(min_length=1, max_length=4)] | None = (
        None
    )
    """What identifies the authorities between it and its root, 1 to 4."""


@frozen
class IdToken15118:
    """What somebody identifies with (2.29)."""

    id_token: IdToken36
    """For a contract its eMAID."""
    type: TokenType
    """What kind of thing that is."""


@frozen
class IdTokenInfo:
    """What is known of it (2.28). What OCPP 1.6 has no use for is left out: priority, languages, EVSEs."""

    status: TokenStatus
    """May it charge?"""
    cache_expiry_date_time: Timestamp | None = None
    """Until when that may be remembered."""
    group_id_token: IdToken15118 | None = None
    """Its group."""
