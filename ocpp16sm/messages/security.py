"""Messages of the security whitepaper: "Improved security for OCPP 1.6-J", edition 3, section 5."""

from typing import Annotated

from attrs import frozen
from msgspec import Meta

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import Integer, Pem5500, Pem10000, String50, String255
from ocpp16sm.messages.security_types import (
    CertificateHashData,
    CertificateSignedStatus,
    CertificateStatus,
    CertificateUse,
    DeleteCertificateStatus,
    ExtendedMessageTrigger,
    Firmware,
    FirmwareUpdateStatus,
    GenericStatus,
    GetInstalledCertificateStatus,
    LogParameters,
    LogStatus,
    LogType,
    UpdateFirmwareStatus,
    UploadLogStatus,
)
from ocpp16sm.messages.types import TriggerMessageStatus


@frozen
class CertificateSignedRequest:
    """Deliver a signed certificate (whitepaper A02, A03, 5.1)."""

    certificate_chain: Pem10000
    """The certificate and those above it, PEM, at most 10000 characters and CertificateSignedMaxChainSize."""


@frozen
class CertificateSignedResponse:
    """Response to CertificateSigned (whitepaper 5.2)."""

    status: CertificateSignedStatus
    """Whether the certificate is valid."""


@frozen
class DeleteCertificateRequest:
    """Delete an installed certificate (whitepaper M04, 5.3)."""

    certificate_hash_data: CertificateHashData
    """Hash data of the certificate."""


@frozen
class DeleteCertificateResponse:
    """Response to DeleteCertificate (whitepaper 5.4)."""

    status: DeleteCertificateStatus
    """Whether the certificate was deleted."""


@frozen
class ExtendedTriggerMessageRequest:
    """Ask for a message that the Charge Point sends of its own accord (whitepaper 5.5)."""

    requested_message: ExtendedMessageTrigger
    """Which message."""
    connector_id: Integer | None = None
    """The connector it is about, 1 and up; all when absent."""


@frozen
class ExtendedTriggerMessageResponse:
    """Response to ExtendedTriggerMessage (whitepaper 5.6)."""

    status: TriggerMessageStatus
    """Whether the message will be sent."""


@frozen
class GetInstalledCertificateIdsRequest:
    """Ask for the installed root certificates (whitepaper M03, 5.7)."""

    certificate_type: CertificateUse
    """Use of the certificates."""


@frozen
class GetInstalledCertificateIdsResponse:
    """Response to GetInstalledCertificateIds (whitepaper 5.8)."""

    status: GetInstalledCertificateStatus
    """Whether there are any."""
    certificate_hash_data: Annotated[tuple[CertificateHashData, ...], Meta(min_length=1)] | None = None
    """The certificates, one or more; absent when there are none."""


@frozen
class GetLogRequest:
    """Ask for the upload of a log (whitepaper N01, 5.9)."""

    log: LogParameters
    """What to upload, and to where."""
    log_type: LogType
    """Which log."""
    request_id: Integer
    """Identifies the request in the LogStatusNotifications that follow."""
    retries: Integer | None = None
    """How often to try; the Charge Point decides when absent."""
    retry_interval: Integer | None = None
    """Wait between two tries, s; the Charge Point decides when absent."""


@frozen
class GetLogResponse:
    """Response to GetLog (whitepaper 5.10)."""

    status: LogStatus
    """Whether the log will be uploaded."""
    filename: String255 | None = None
    """The file that will be uploaded, at most 255 characters; absent when there is nothing to upload."""


@frozen
class InstallCertificateRequest:
    """Install a root certificate (whitepaper M05, 5.11)."""

    certificate_type: CertificateUse
    """Use of the certificate."""
    certificate: Pem5500
    """The certificate, PEM, at most 5500 characters."""


@frozen
class InstallCertificateResponse:
    """Response to InstallCertificate (whitepaper 5.12)."""

    status: CertificateStatus
    """Whether the certificate was installed."""


@frozen
class LogStatusNotificationRequest:
    """Report the state of a log upload (whitepaper N01, 5.13)."""

    status: UploadLogStatus
    """The state."""
    request_id: Integer | None = None
    """The GetLog it is about; absent when triggered without an upload."""


@frozen
class LogStatusNotificationResponse:
    """Confirm the state of a log upload (whitepaper 5.14). No fields."""


@frozen
class SecurityEventNotificationRequest:
    """Report a security event (whitepaper A04, 5.15)."""

    type: String50
    """Name of the event, from whitepaper 8 or the vendor's own, at most 50 characters."""
    timestamp: Timestamp
    """When it happened."""
    tech_info: String255 | None = None
    """Details, at most 255 characters."""


@frozen
class SecurityEventNotificationResponse:
    """Confirm a security event (whitepaper 5.16). No fields."""


@frozen
class SignCertificateRequest:
    """Ask for the signature of a certificate (whitepaper A02, A03, 5.17)."""

    csr: Pem5500
    """The certificate signing request (RFC 2986), PEM, at most 5500 characters."""


@frozen
class SignCertificateResponse:
    """Response to SignCertificate (whitepaper 5.18)."""

    status: GenericStatus
    """Whether the certificate will be signed."""


@frozen
class SignedFirmwareStatusNotificationRequest:
    """Report the state of a signed firmware update (whitepaper L01, 5.19)."""

    status: FirmwareUpdateStatus
    """The state."""
    request_id: Integer | None = None
    """The SignedUpdateFirmware it is about; absent only when triggered without an update."""


@frozen
class SignedFirmwareStatusNotificationResponse:
    """Confirm the state of a signed firmware update (whitepaper 5.20). No fields."""


@frozen
class SignedUpdateFirmwareRequest:
    """Ask for a signed firmware update (whitepaper L01, 5.21)."""

    request_id: Integer
    """Identifies the request in the SignedFirmwareStatusNotifications that follow."""
    firmware: Firmware
    """The firmware and its signature."""
    retries: Integer | None = None
    """How often to try the download; the Charge Point decides when absent."""
    retry_interval: Integer | None = None
    """Wait between two tries, s; the Charge Point decides when absent."""


@frozen
class SignedUpdateFirmwareResponse:
    """Response to SignedUpdateFirmware (whitepaper 5.22)."""

    status: UpdateFirmwareStatus
    """Whether the update begins."""
