"""Types of the security whitepaper: "Improved security for OCPP 1.6-J", edition 3, section 6.

They came from OCPP 2.0.1. Where 1.6 has a word of the same name, the type has another one here:
FirmwareUpdateStatus is the whitepaper's FirmwareStatusEnumType, ExtendedMessageTrigger its
MessageTriggerEnumType. The rest are the whitepaper's names without EnumType and Type; TriggerMessageStatus
is the one of 1.6, its words being the same.
"""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import CiString40, CiString128, Location512, Pem5500, Signature


class GenericStatus(StrEnum):
    """Answer to SignCertificate (whitepaper 6.10)."""

    ACCEPTED = "Accepted"
    """It will be signed."""
    REJECTED = "Rejected"
    """It will not."""


class CertificateSignedStatus(StrEnum):
    """Answer to CertificateSigned (whitepaper 6.2)."""

    ACCEPTED = "Accepted"
    """The certificate is valid."""
    REJECTED = "Rejected"
    """The certificate is not valid."""


class CertificateStatus(StrEnum):
    """Answer to InstallCertificate (whitepaper 6.3)."""

    ACCEPTED = "Accepted"
    """The certificate is installed."""
    FAILED = "Failed"
    """The certificate is valid, installing it failed."""
    REJECTED = "Rejected"
    """The certificate is not valid, or there are too many."""


class CertificateUse(StrEnum):
    """What a root certificate is for (whitepaper 6.4)."""

    CENTRAL_SYSTEM_ROOT_CERTIFICATE = "CentralSystemRootCertificate"
    """It signs those of the Central System and the Charge Point."""
    MANUFACTURER_ROOT_CERTIFICATE = "ManufacturerRootCertificate"
    """It signs those that sign firmware."""


class DeleteCertificateStatus(StrEnum):
    """Answer to DeleteCertificate (whitepaper 6.7)."""

    ACCEPTED = "Accepted"
    """The certificate is gone."""
    FAILED = "Failed"
    """The certificate could not be deleted."""
    NOT_FOUND = "NotFound"
    """There is no such certificate."""


class FirmwareUpdateStatus(StrEnum):
    """State of a signed firmware update (whitepaper 6.8)."""

    DOWNLOADED = "Downloaded"
    """The firmware has been downloaded; goes on."""
    DOWNLOAD_FAILED = "DownloadFailed"
    """The download failed; the end."""
    DOWNLOADING = "Downloading"
    """The download runs; goes on."""
    DOWNLOAD_SCHEDULED = "DownloadScheduled"
    """The download will begin later; goes on."""
    DOWNLOAD_PAUSED = "DownloadPaused"
    """The download pauses; goes on."""
    IDLE = "Idle"
    """No update; only as the answer to a trigger."""
    INSTALLATION_FAILED = "InstallationFailed"
    """The installation failed; the end."""
    INSTALLING = "Installing"
    """The installation runs; goes on."""
    INSTALLED = "Installed"
    """The firmware has been installed; the end."""
    INSTALL_REBOOTING = "InstallRebooting"
    """A restart will activate the firmware; goes on."""
    INSTALL_SCHEDULED = "InstallScheduled"
    """The installation will begin at installDateTime; goes on."""
    INSTALL_VERIFICATION_FAILED = "InstallVerificationFailed"
    """The firmware failed its check (a checksum, say); the end."""
    INVALID_SIGNATURE = "InvalidSignature"
    """The signature is not valid; the end."""
    SIGNATURE_VERIFIED = "SignatureVerified"
    """The signature is valid; goes on."""


class GetInstalledCertificateStatus(StrEnum):
    """Answer to GetInstalledCertificateIds (whitepaper 6.11)."""

    ACCEPTED = "Accepted"
    """The certificates are in the answer."""
    NOT_FOUND = "NotFound"
    """There are none."""


class HashAlgorithm(StrEnum):
    """How hashes were made (whitepaper 6.12)."""

    SHA256 = "SHA256"
    """SHA-256."""
    SHA384 = "SHA384"
    """SHA-384."""
    SHA512 = "SHA512"
    """SHA-512."""


class LogType(StrEnum):
    """Which log (whitepaper 6.13, LogEnumType)."""

    DIAGNOSTICS_LOG = "DiagnosticsLog"
    """Diagnostics."""
    SECURITY_LOG = "SecurityLog"
    """Security events."""


class LogStatus(StrEnum):
    """Answer to GetLog (whitepaper 6.15)."""

    ACCEPTED = "Accepted"
    """The upload begins."""
    REJECTED = "Rejected"
    """There will be no upload."""
    ACCEPTED_CANCELED = "AcceptedCanceled"
    """The upload begins, and ends one that was running."""


class ExtendedMessageTrigger(StrEnum):
    """A request that can be triggered (whitepaper 6.16)."""

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
    """Answer to SignedUpdateFirmware (whitepaper 6.18)."""

    ACCEPTED = "Accepted"
    """The update begins."""
    REJECTED = "Rejected"
    """There will be no update."""
    ACCEPTED_CANCELED = "AcceptedCanceled"
    """The update begins, and ends one that was running."""
    INVALID_CERTIFICATE = "InvalidCertificate"
    """The signing certificate is not valid."""
    REVOKED_CERTIFICATE = "RevokedCertificate"
    """The signing certificate was revoked."""


class UploadLogStatus(StrEnum):
    """State of a log upload (whitepaper 6.19)."""

    BAD_MESSAGE = "BadMessage"
    """The server did not understand a packet."""
    IDLE = "Idle"
    """No upload; only as the answer to a trigger."""
    NOT_SUPPORTED_OPERATION = "NotSupportedOperation"
    """The server does not support the operation."""
    PERMISSION_DENIED = "PermissionDenied"
    """The server does not permit the operation."""
    UPLOADED = "Uploaded"
    """The file has been uploaded."""
    UPLOAD_FAILURE = "UploadFailure"
    """The upload failed."""
    UPLOADING = "Uploading"
    """The upload runs."""


@frozen
class CertificateHashData:
    """What identifies a certificate, as in OCSP (whitepaper 6.1, RFC 6960)."""

    hash_algorithm: HashAlgorithm
    """How the two hashes were made."""
    issuer_name_hash: CiString128
    """Hash of the issuer's name in DER, hexadecimal, at most 128 characters."""
    issuer_key_hash: CiString128
    """Hash of the issuer's public key in DER, hexadecimal, at most 128 characters."""
    serial_number: CiString40
    """Serial number, hexadecimal without leading zeros, at most 40 characters."""


@frozen
class LogParameters:
    """What to upload, and to where (whitepaper 6.14)."""

    remote_location: Location512
    """URL to upload to, at most 512 characters."""
    oldest_timestamp: Timestamp | None = None
    """Nothing older is wanted."""
    latest_timestamp: Timestamp | None = None
    """Nothing later is wanted."""


@frozen
class Firmware:
    """A firmware and its signature (whitepaper 6.9)."""

    location: Location512
    """URI to download from, at most 512 characters."""
    retrieve_date_time: Timestamp
    """When to download it."""
    signing_certificate: Pem5500
    """Certificate of the signer, PEM, at most 5500 characters."""
    signature: Signature
    """Signature, base64, at most 800 characters."""
    install_date_time: Timestamp | None = None
    """When to install it."""
