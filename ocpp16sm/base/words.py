"""Literal types of the words that may be passed for a member of an enumeration, so that type checkers find wrong ones.

``on_session_started(1, "s1", "Plugged")`` is an error for mypy. Convert a string that is only known at run time with
the enumeration: ``SessionStartedReason(text)``. Each type has the words of the enumeration with its name.
"""

from typing import Literal

AvailabilityTypeWord = Literal["Inoperative", "Operative"]
BootReasonWord = Literal[
    "ApplicationReset",
    "FirmwareUpdate",
    "LocalReset",
    "PowerUp",
    "RemoteReset",
    "ScheduledReset",
    "Triggered",
    "Unknown",
    "Watchdog",
]
ChargePointErrorCodeWord = Literal[
    "ConnectorLockFailure",
    "EVCommunicationError",
    "GroundFailure",
    "HighTemperature",
    "InternalError",
    "LocalListConflict",
    "NoError",
    "OtherError",
    "OverCurrentFailure",
    "OverVoltage",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "WeakSignal",
]
ChargePointStatusWord = Literal[
    "Available",
    "Preparing",
    "Charging",
    "SuspendedEVSE",
    "SuspendedEV",
    "Finishing",
    "Reserved",
    "Unavailable",
    "Faulted",
]
ChargingRateUnitTypeWord = Literal["W", "A"]
DiagnosticsStatusWord = Literal["Idle", "Uploaded", "UploadFailed", "Uploading"]
EVCertificateActionWord = Literal["Install", "Update"]
FirmwareUpdateStatusWord = Literal[
    "Downloaded",
    "DownloadFailed",
    "Downloading",
    "DownloadScheduled",
    "DownloadPaused",
    "Idle",
    "InstallationFailed",
    "Installing",
    "Installed",
    "InstallRebooting",
    "InstallScheduled",
    "InstallVerificationFailed",
    "InvalidSignature",
    "SignatureVerified",
]
LocationWord = Literal["Body", "Cable", "EV", "Inlet", "Outlet"]
ReasonWord = Literal[
    "DeAuthorized",
    "EmergencyStop",
    "EVDisconnected",
    "HardReset",
    "Local",
    "Other",
    "PowerLoss",
    "Reboot",
    "Remote",
    "SoftReset",
    "UnlockCommand",
]
SessionStartedReasonWord = Literal["EVConnected", "Authorized"]
UploadLogStatusWord = Literal[
    "BadMessage",
    "Idle",
    "NotSupportedOperation",
    "PermissionDenied",
    "Uploaded",
    "UploadFailure",
    "Uploading",
]
