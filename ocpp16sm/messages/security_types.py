"""Types of the security whitepaper: "Improved security for OCPP 1.6-J", edition 3, section 6.

The names are those of the whitepaper without EnumType or Type. Two would clash with types of OCPP 1.6 and have other
names: FirmwareUpdateStatus is the whitepaper's FirmwareStatusEnumType, ExtendedMessageTrigger its
MessageTriggerEnumType. For TriggerMessageStatusEnumType the type of OCPP 1.6 is used, which has the same values.
"""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import CiString40, CiString128, Location512, Pem5500, Signature


class GenericStatus(StrEnum):
    """Status in the response to SignCertificate (whitepaper 6.10)."""

    ACCEPTED = "Accepted"
    """The certificate will be signed."""
    REJECTED = "Rejected"
    """The certificate will not be signed."""


class CertificateSignedStatus(StrEnum):
    """Status in the response to CertificateSigned (whitepaper 6.2)."""

    ACCEPTED = "Accepted"
    """The certificate is valid."""
    REJECTED = "Rejected"
    """The certificate is not valid."""


class CertificateStatus(StrEnum):
    """Status in the response to InstallCertificate (whitepaper 6.3)."""

    ACCEPTED = "Accepted"
    """The certificate is installed."""
    FAILED = "Failed"
    """The certificate is valid, but installing it failed."""
    REJECTED = "Rejected"
    """The certificate is not valid, or too many certificates are installed."""


class CertificateUse(StrEnum):
    """Type of a root certificate (whitepaper 6.4)."""

    CENTRAL_SYSTEM_ROOT_CERTIFICATE = "CentralSystemRootCertificate"
    """Root of the certificates of the Central System and the Charge Point."""
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    """Root of the certificates that sign firmware."""


class DeleteCertificateStatus(StrEnum):
    """Status in the response to DeleteCertificate (whitepaper 6.7)."""

    ACCEPTED = "Accepted"
    """The certificate was deleted."""
    FAILED = "Failed"
    """The certificate could not be deleted."""
    NOT_FOUND = "NotFound"
    """There is no such certificate."""


class FirmwareUpdateStatus(StrEnum):
    """State of a signed firmware update; a final state ends the update (whitepaper 6.8)."""

    DOWNLOADED = "Downloaded"
    """The firmware has been downloaded."""
    DOWNLOAD_FAILED = "DownloadFailed"
    """The download failed. Final."""
    DOWNLOADING = "Downloading"
    """The download is in progress."""
    DOWNLOAD_SCHEDULED = "DownloadScheduled"
    """The download will start later."""
    DOWNLOAD_PAUSED = "DownloadPaused"
    """The download is paused."""
    IDLE = "Idle"
    """No update is in progress; sent only when triggered."""
    INSTALLATION_FAILED = "InstallationFailed"
    """The installation failed. Final."""
    INSTALLING = "Installing"
    """The installation is in progress."""
    INSTALLED = "Installed"
    """The firmware has been installed. Final."""
    INSTALL_REBOOTING = "InstallRebooting"
    """The Charge Point is about to restart to activate the firmware."""
    INSTALL_SCHEDULED = "InstallScheduled"
    """The installation will start at installDateTime."""
    INSTALL_VERIFICATION_FAILED = "InstallVerificationFailed"
    """Verification of the firmware failed, for example its checksum. Final."""
    INVALID_SIGNATURE = "InvalidSignature"
    """The signature is not valid. Final."""
    SIGNATURE_VERIFIED = "SignatureVerified"
    """The signature is valid."""


class GetInstalledCertificateStatus(StrEnum):
    """Status in the response to GetInstalledCertificateIds (whitepaper 6.11)."""

    ACCEPTED = "Accepted"
    """The certificates are in the response."""
    NOT_FOUND = "NotFound"
    """No such certificate is installed."""


class HashAlgorithm(StrEnum):
    """Hash algorithm (whitepaper 6.12)."""

    SHA256 = "SHA256"
    """SHA-256."""
    SHA384 = "SHA384"
    """SHA-384."""
    SHA512 = "SHA512"
    """SHA-512."""


class LogType(StrEnum):
    """Type of a log (whitepaper 6.13, LogEnumType)."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    """Diagnostics."""
    SECURITY_LOG = "SecurityLog"
    """Security events."""


class LogStatus(StrEnum):
    """Status in the response to GetLog (whitepaper 6.15)."""

    ACCEPTED = "Accepted"
    """The log will be uploaded."""
    REJECTED = "Rejected"
    """The log will not be uploaded."""
    ACCEPTED_CANCELED = "AcceptedCanceled"
    """The log will be uploaded; an upload that was in progress is cancelled."""


class ExtendedMessageTrigger(StrEnum):
    """A request that ExtendedTriggerMessage can ask for (whitepaper 6.16)."""

    BOOT_NOTIFICATION = "BootNotification"
    """BootNotification."""
    LOG_STATUS_NOTIFICATION = "LogStatusNotification"
    """LogStatusNotification."""
    FIRMWARE_STATUS_NOTIFICATION = "FirmwareStatusNotification"
    """SignedFirmwareStatusNotification."""
    HEARTBEAT = "Heartbeat"
    """Heartbeat."""
    METER_VALUES = "MeterValues"
    """MeterValues."""
    SIGN_CHARGE_POINT_CERTIFICATE = "SignChargePointCertificate"
    """SignCertificate."""
    STATUS_NOTIFICATION = "StatusNotification"
    """StatusNotification."""


class UpdateFirmwareStatus(StrEnum):
    """Status in the response to SignedUpdateFirmware (whitepaper 6.18)."""

    ACCEPTED = "Accepted"
    """The update will be made."""
    REJECTED = "Rejected"
    """The update will not be made."""
    ACCEPTED_CANCELED = "AcceptedCanceled"
    """The update will be made; an update that was in progress is cancelled."""
    INVALID_CERTIFICATE = "InvalidCertificate"
    """The signing certificate is not valid."""
    REVOKED_CERTIFICATE = "RevokedCertificate"
    """The signing certificate was revoked."""


class UploadLogStatus(StrEnum):
    """State of a log upload (whitepaper 6.19)."""

    BAD_MESSAGE = "BadMessage"
    """The server did not understand a packet."""
    IDLE = "Idle"
    """No upload is in progress; sent only when triggered."""
    NOT_SUPPORTED_OPERATION = "NotSupportedOperation"
    """The server does not support the operation."""
    PERMISSION_DENIED = "PermissionDenied"
    """The server does not permit the operation."""
    UPLOADED = "Uploaded"
    """The file has been uploaded."""
    UPLOAD_FAILURE = "UploadFailure"
    """The upload failed."""
    UPLOADING = "Uploading"
    """The upload is in progress."""


@frozen
class CertificateHashData:
    """Identifies a certificate, as in OCSP (whitepaper 6.1, RFC 6960)."""

    hash_algorithm: HashAlgorithm
    """Algorithm of the two hashes."""
    issuer_name_hash: CiString128
    """Hash of the issuer's name in DER, hexadecimal, at most 128 characters."""
    issuer_key_hash: CiString128
    """Hash of the issuer's public key in DER, hexadecimal, at most 128 characters."""
    serial_number: CiString40
    """Serial number, hexadecimal without leading zeros, at most 40 characters."""


@frozen
class LogParameters:
    """Period of a log, and where to upload it (whitepaper 6.14)."""

    remote_location: Location512
    """URL to upload to, at most 512 characters."""
    oldest_timestamp: Timestamp | None = None
    """Start of the period; if absent, unlimited."""
    latest_timestamp: Timestamp | None = None
    """End of the period; if absent, unlimited."""


@frozen
class Firmware:
    """Location, schedule and signature of a firmware image (whitepaper 6.9)."""

    location: Location512
    """URI to download from, at most 512 characters."""
    retrieve_date_time: Timestamp
    """Time at which to download the firmware."""
    signing_certificate: Pem5500
    """Certificate of the signer, PEM, at most 5500 characters."""
    signature: Signature
    """Signature, base64, at most 800 characters."""
    install_date_time: Timestamp | None = None
    """Time at which to install the firmware; if absent, after the download."""
