"""The words for the progress of a firmware update: of the station, the messages and the chart (4.5, whitepaper 6.8)."""

from ocpp16sm.messages import FirmwareStatus, FirmwareUpdateStatus

FIRMWARE_WORDS = {FirmwareUpdateStatus(status): status for status in FirmwareStatus}
"""The seven statuses of FirmwareStatusNotification."""

BUSY_WORDS = {
    "Downloading": FirmwareStatus.DOWNLOADING,
    "DownloadPaused": FirmwareStatus.DOWNLOADING,
    "Downloaded": FirmwareStatus.DOWNLOADED,
    "SignatureVerified": FirmwareStatus.DOWNLOADED,
    "InstallScheduled": FirmwareStatus.DOWNLOADED,
    "Installing": FirmwareStatus.INSTALLING,
    "InstallRebooting": FirmwareStatus.INSTALLING,
}
"""State of the chart -> status in a triggered FirmwareStatusNotification; otherwise Idle (4.5)."""

EVENTS = {
    FirmwareUpdateStatus.IDLE: "idled",
    FirmwareUpdateStatus.DOWNLOAD_SCHEDULED: "download_scheduled",
    FirmwareUpdateStatus.DOWNLOADING: "download_started",
    FirmwareUpdateStatus.DOWNLOAD_PAUSED: "download_paused",
    FirmwareUpdateStatus.DOWNLOAD_FAILED: "download_failed",
    FirmwareUpdateStatus.DOWNLOADED: "downloaded",
    FirmwareUpdateStatus.SIGNATURE_VERIFIED: "signature_verified",
    FirmwareUpdateStatus.INVALID_SIGNATURE: "signature_refused",
    FirmwareUpdateStatus.INSTALL_SCHEDULED: "installation_scheduled",
    FirmwareUpdateStatus.INSTALLING: "installation_started",
    FirmwareUpdateStatus.INSTALL_REBOOTING: "reboot_announced",
    FirmwareUpdateStatus.INSTALL_VERIFICATION_FAILED: "verification_failed",
    FirmwareUpdateStatus.INSTALLATION_FAILED: "installation_failed",
    FirmwareUpdateStatus.INSTALLED: "installed",
}
"""Status from the station -> event of the chart."""

IN_SERVICE = frozenset({"InService", "Awaiting", "Spared"})
"""States in which a restart finds the connectors in service."""
