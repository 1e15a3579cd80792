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
    """Deliver a signed certificate. Sent by the Central System (whitepaper A02, A03, 5.1)."""

    certificate_chain: Pem10000
    """The certificate followed by its chain, PEM; at most 10000 characters and CertificateSignedMaxChainSize."""


@frozen
class CertificateSignedResponse:
    """Response to CertificateSigned (whitepaper 5.2)."""

    status: CertificateSignedStatus
    """Whether the certificate is valid."""


@frozen
class DeleteCertificateRequest:
    """Delete an installed certificate. Sent by the Central System (whitepaper M04, 5.3)."""

    certificate_hash_data: CertificateHashData
    """Hash data of the certificate."""


@frozen
class DeleteCertificateResponse:
    """Response to DeleteCertificate (whitepaper 5.4)."""

    status: DeleteCertificateStatus
    """Whether the certificate was deleted."""


@frozen
class ExtendedTriggerMessageRequest:
    """Ask the Charge Point to send one of its requests now. Sent by the Central System (whitepaper 5.5)."""

    requested_message: ExtendedMessageTrigger
    """The requested message."""
    connector_id: Integer | None = None
    """The connector that the message is about, from 1; all if absent."""


@frozen
class ExtendedTriggerMessageResponse:
    """Response to ExtendedTriggerMessage (whitepaper 5.6)."""

    status: TriggerMessageStatus
    """Whether the message will be sent."""


@frozen
class GetInstalledCertificateIdsRequest:
    """Ask for the installed root certificates. Sent by the Central System (whitepaper M03, 5.7)."""

    certificate_type: CertificateUse
    """Type of the requested certificates."""


@frozen
class GetInstalledCertificateIdsResponse:
    """Response to GetInstalledCertificateIds (whitepaper 5.8)."""

    status: GetInstalledCertificateStatus
    """Whether any certificate of the type is installed."""
    certificate_hash_data: Annotated[tuple[CertificateHashData, ...], Meta(min_length=1)] | None = None
    """Hash data of the certificates, one or more; absent if there are none."""


@frozen
class GetLogRequest:
    """Ask the Charge Point to upload a log. Sent by the Central System (whitepaper N01, 5.9)."""

    log: LogParameters
    """Period of the log, and where to upload it."""
    log_type: LogType
    """The requested log."""
    request_id: Integer
    """Identifies the request in the LogStatusNotifications that follow."""
    retries: Integer | None = None
    """How often to try the upload; if absent, the Charge Point decides."""
    retry_interval: Integer | None = None
    """Wait between two attempts, s; if absent, the Charge Point decides."""


@frozen
class GetLogResponse:
    """Response to GetLog (whitepaper 5.10)."""

    status: LogStatus
    """Whether the log will be uploaded."""
    filename: String255 | None = None
    """Name of the file that will be uploaded, at most 255 characters; absent if there is nothing to upload."""


@frozen
class InstallCertificateRequest:
    """Install a root certificate. Sent by the Central System (whitepaper M05, 5.11)."""

    certificate_type: CertificateUse
    """Type of the certificate."""
    certificate: Pem5500
    """The certificate, PEM, at most 5500 characters."""


@frozen
class InstallCertificateResponse:
    """Response to InstallCertificate (whitepaper 5.12)."""

    status: CertificateStatus
    """Whether the certificate was installed."""


@frozen
class LogStatusNotificationRequest:
    """Report the state of a log upload. Sent by the Charge Point (whitepaper N01, 5.13)."""

    status: UploadLogStatus
    """State of the upload."""
    request_id: Integer | None = None
    """requestId of the GetLog; absent if triggered while no upload is in progress."""


@frozen
class LogStatusNotificationResponse:
    """Response to LogStatusNotification (whitepaper 5.14). No fields."""


@frozen
class SecurityEventNotificationRequest:
    """Report a security event. Sent by the Charge Point (whitepaper A04, 5.15)."""

    type: String50
    """Name of the event, from whitepaper 8 or the vendor's own, at most 50 characters."""
    timestamp: Timestamp
    """Time of the event."""
    tech_info: String255 | None = None
    """Technical details, at most 255 characters."""


@frozen
class SecurityEventNotificationResponse:
    """Response to SecurityEventNotification (whitepaper 5.16). No fields."""


@frozen
class SignCertificateRequest:
    """Ask the Central System to have a certificate signed. Sent by the Charge Point (whitepaper A02, A03, 5.17)."""

    csr: Pem5500
    """The certificate signing request (RFC 2986), PEM, at most 5500 characters."""


@frozen
class SignCertificateResponse:
    """Response to SignCertificate (whitepaper 5.18)."""

    status: GenericStatus
    """Whether the certificate will be signed."""


@frozen
class SignedFirmwareStatusNotificationRequest:
    """Report the state of a signed firmware update. Sent by the Charge Point (whitepaper L01, 5.19)."""

    status: FirmwareUpdateStatus
    """State of the update."""
    request_id: Integer | None = None
    """requestId of the SignedUpdateFirmware; absent only if triggered while no update is in progress."""


@frozen
class SignedFirmwareStatusNotificationResponse:
    """Response to SignedFirmwareStatusNotification (whitepaper 5.20). No fields."""


@frozen
class SignedUpdateFirmwareRequest:
    """Ask the Charge Point to install signed firmware. Sent by the Central System (whitepaper L01, 5.21)."""

    request_id: Integer
    """Identifies the request in the SignedFirmwareStatusNotifications that follow."""
    firmware: Firmware
    """Location and signature of the firmware."""
    retries: Integer | None = None
    """How often to try the download; if absent, the Charge Point decides."""
    retry_interval: Integer | None = None
    """Wait between two attempts, s; if absent, the Charge Point decides."""


@frozen
class SignedUpdateFirmwareResponse:
    """Response to SignedUpdateFirmware (whitepaper 5.22)."""

    status: UpdateFirmwareStatus
    """Whether the update will be made."""
