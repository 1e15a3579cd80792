"""Messages of the FirmwareManagement profile: unsigned firmware, diagnostics (OCPP 1.6, 4 to 6, 8)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import AnyUri, CiString255, Integer


class DiagnosticsStatus(StrEnum):
    """State of a diagnostics upload (7.24)."""

    IDLE = "Idle"
    """No upload is in progress; sent only when triggered."""
    UPLOADED = "Uploaded"
    """The file has been uploaded."""
    UPLOAD_FAILED = "UploadFailed"
    """The upload failed."""
    UPLOADING = "Uploading"
    """The upload is in progress."""


class FirmwareStatus(StrEnum):
    """State of a firmware update (7.25)."""

    DOWNLOADED = "Downloaded"
    """The firmware has been downloaded."""
    DOWNLOAD_FAILED = "DownloadFailed"
    """The download failed."""
    DOWNLOADING = "Downloading"
    """The download is in progress."""
    IDLE = "Idle"
    """No update is in progress; sent only when triggered."""
    INSTALLATION_FAILED = "InstallationFailed"
    """The installation failed."""
    INSTALLING = "Installing"
    """The installation is in progress."""
    INSTALLED = "Installed"
    """The firmware has been installed."""


@frozen
class GetDiagnosticsRequest:
    """Ask the Charge Point to upload a diagnostics file. Sent by the Central System (5.9, 6.25)."""

    location: AnyUri
    """URI of the directory to upload to."""
    retries: Integer | None = None
    """Number of further attempts if the upload fails (errata 3.50); if absent, the Charge Point decides."""
    retry_interval: Integer | None = None
    """Wait between two attempts, s; if absent, the Charge Point decides."""
    start_time: Timestamp | None = None
    """Start of the period that the diagnostics cover; if absent, unlimited."""
    stop_time: Timestamp | None = None
    """End of the period that the diagnostics cover; if absent, unlimited."""


@frozen
class GetDiagnosticsResponse:
    """Response to GetDiagnostics (6.26)."""

    file_name: CiString255 | None = None
    """Name of the file that will be uploaded, at most 255 characters; absent if there is nothing to upload."""


@frozen
class DiagnosticsStatusNotificationRequest:
    """Report the state of a diagnostics upload. Sent by the Charge Point (4.4, 6.17)."""

    status: DiagnosticsStatus
    """State of the upload."""


@frozen
class DiagnosticsStatusNotificationResponse:
    """Response to DiagnosticsStatusNotification (6.18). No fields."""


@frozen
class FirmwareStatusNotificationRequest:
    """Report the state of a firmware update. Sent by the Charge Point (4.5, 6.19)."""

    status: FirmwareStatus
    """State of the update."""


@frozen
class FirmwareStatusNotificationResponse:
    """Response to FirmwareStatusNotification (6.20). No fields."""


@frozen
class UpdateFirmwareRequest:
    """Ask the Charge Point to update its firmware. Sent by the Central System (5.19, 6.55; OCPP-J errata 2.5)."""

    location: AnyUri
    """URI of the firmware."""
    retrieve_date: Timestamp
    """Earliest time at which the download may start (errata 3.63)."""
    retries: Integer | None = None
    """How often to try the download; if absent, the Charge Point decides."""
    retry_interval: Integer | None = None
    """Wait between two attempts, s; if absent, the Charge Point decides."""


@frozen
class UpdateFirmwareResponse:
    """Response to UpdateFirmware (6.56). No fields."""
