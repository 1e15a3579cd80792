"""Messages of the FirmwareManagement profile: unsigned firmware, diagnostics (OCPP 1.6, 4 to 6, 8)."""

from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import AnyUri, CiString255, Integer


class DiagnosticsStatus(StrEnum):
    """State of a diagnostics upload (7.24)."""

    IDLE = "Idle"
    """No upload; only as the answer to a trigger."""
    UPLOADED = "Uploaded"
    """The file has been uploaded."""
    UPLOAD_FAILED = "UploadFailed"
    """The upload failed."""
    UPLOADING = "Uploading"
    """The upload runs."""


class FirmwareStatus(StrEnum):
    """State of a firmware update (7.25)."""

    DOWNLOADED = "Downloaded"
    """The firmware has been downloaded."""
    DOWNLOAD_FAILED = "DownloadFailed"
    """The download failed."""
    DOWNLOADING = "Downloading"
    """The download runs."""
    IDLE = "Idle"
    """No update; only as the answer to a trigger."""
    INSTALLATION_FAILED = "InstallationFailed"
    """The installation failed."""
    INSTALLING = "Installing"
    """The installation runs."""
    INSTALLED = "Installed"
    """The firmware has been installed."""


@frozen
class GetDiagnosticsRequest:
    """Ask for an upload of diagnostics (5.9, 6.25)."""

    location: AnyUri
    """URI of the directory to upload to."""
    retries: Integer | None = None
    """How often to try again (errata 3.50); the Charge Point decides when absent."""
    retry_interval: Integer | None = None
    """Wait between two tries, s; the Charge Point decides when absent."""
    start_time: Timestamp | None = None
    """Nothing older is wanted."""
    stop_time: Timestamp | None = None
    """Nothing later is wanted."""


@frozen
class GetDiagnosticsResponse:
    """Name the diagnostics file (6.26)."""

    file_name: CiString255 | None = None
    """The file that will be uploaded, at most 255 characters; absent when there is nothing to upload."""


@frozen
class DiagnosticsStatusNotificationRequest:
    """Report the state of a diagnostics upload (4.4, 6.17)."""

    status: DiagnosticsStatus
    """The state."""


@frozen
class DiagnosticsStatusNotificationResponse:
    """Confirm the state of a diagnostics upload (6.18). No fields."""


@frozen
class FirmwareStatusNotificationRequest:
    """Report the state of a firmware update (4.5, 6.19)."""

    status: FirmwareStatus
    """The state."""


@frozen
class FirmwareStatusNotificationResponse:
    """Confirm the state of a firmware update (6.20). No fields."""


@frozen
class UpdateFirmwareRequest:
    """Ask for a firmware update (5.19, 6.55; OCPP-J errata 2.5)."""

    location: AnyUri
    """URI of the firmware."""
    retrieve_date: Timestamp
    """The download may begin then, not earlier (errata 3.63)."""
    retries: Integer | None = None
    """How often to try; the Charge Point decides when absent."""
    retry_interval: Integer | None = None
    """Wait between two tries, s; the Charge Point decides when absent."""


@frozen
class UpdateFirmwareResponse:
    """Confirm that a firmware update was asked for (6.56). No fields."""
