# Generated from chart FirmwareUpdate by `python -m codegen`. Edit statecharts/ocpp16/firmware_update.py instead.

"""The chart ``firmware_update``, compiled: Firmware updates, one at a time:
the progress of the update, and the availability of the connectors.
"""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

ProgressLeaf = Literal[
    "Idle",
    "Installed",
    "InstallationFailed",
    "InstallVerificationFailed",
    "InvalidSignature",
    "DownloadScheduled",
    "Requested",
    "Downloading",
    "DownloadPaused",
    "DownloadFailed",
    "Downloaded",
    "SignatureVerified",
    "InstallScheduled",
    "Installing",
    "InstallRebooting",
]
ConnectorsLeaf = Literal["InService", "Awaiting", "Returning", "Leaving", "OutOfService", "Spared"]

_PROGRESS: tuple[ProgressLeaf, ...] = (
    "Idle",
    "Installed",
    "InstallationFailed",
    "InstallVerificationFailed",
    "InvalidSignature",
    "DownloadScheduled",
    "Requested",
    "Downloading",
    "DownloadPaused",
    "DownloadFailed",
    "Downloaded",
    "SignatureVerified",
    "InstallScheduled",
    "Installing",
    "InstallRebooting",
)
_CONNECTORS: tuple[ConnectorsLeaf, ...] = ("InService", "Awaiting", "Returning", "Leaving", "OutOfService", "Spared")


class FirmwareUpdateHooks(Protocol):
    """The hooks and guards of the chart ``firmware_update``."""

    def announce_progress(self) -> None:
        """Hook: entry to Installed, InstallationFailed, InstallVerificationFailed,
        InvalidSignature, DownloadScheduled, Downloading, DownloadPaused, DownloadFailed,
        Downloaded, SignatureVerified, InstallScheduled, Installing, InstallRebooting.
        """

    def notice_invalid_signature(self) -> None:
        """Hook: entry to InvalidSignature."""

    def disarm_retrieval(self) -> None:
        """Hook: exit from DownloadScheduled."""

    def request_download(self) -> None:
        """Hook: entry to Requested."""

    def count_attempt(self) -> None:
        """Hook: entry to DownloadFailed."""

    def disarm_installation(self) -> None:
        """Hook: exit from Awaiting."""

    def restore_connectors(self) -> None:
        """Hook: entry to Returning."""

    def take_request(self) -> None:
        """Hook: event update_requested."""

    def arm_retrieval(self) -> None:
        """Hook: event update_requested."""

    def announce_reboot(self) -> None:
        """Hook: event reboot_announced."""

    def withdraw_connectors(self) -> None:
        """Hook: event downloaded, signature_verified, installation_scheduled,
        installation_started, reboot_announced, installation_due.
        """

    def permit_installation(self) -> None:
        """Hook: event downloaded, signature_verified,
        installation_scheduled, installation_due, connectors_left.
        """

    def arm_installation(self) -> None:
        """Hook: event signature_verified, installation_scheduled."""

    def attempts_left(self) -> bool:
        """Guard (must not change anything): event update_requested."""

    def connectors_concerned(self) -> bool:
        """Guard (must not change anything): event downloaded, signature_verified,
        installation_scheduled, installation_started, reboot_announced, installation_due.
        """

    def signed(self) -> bool:
        """Guard (must not change anything): event downloaded."""

    def time_to_install(self) -> bool:
        """Guard (must not change anything): event signature_verified, installation_scheduled."""


class FirmwareUpdateMachine(Machine):
    """Firmware updates, one at a time: the progress of the update, and the availability of the connectors.

    The station reports progress and may skip steps. A step that has already been passed and a repeated step are not
    reported again. An end is always reported, and any step may follow it. A request that arrives during an update waits
    until the update has ended.

    Connectors are taken out of service as they become free, once the firmware is downloaded and, if it is signed, its
    signature is verified and its installation time has come. When all are out of service the installation is permitted.
    They return to service when the update ends.
    """

    __slots__ = ("_connectors", "_progress")

    name: ClassVar[str] = "firmware_update"
    events: ClassVar[tuple[str, ...]] = (
        "download_lost",
        "download_failed",
        "installed",
        "installation_failed",
        "verification_failed",
        "signature_refused",
        "superseded",
        "idled",
        "download_scheduled",
        "download_started",
        "download_paused",
        "downloaded",
        "signature_verified",
        "installation_scheduled",
        "installation_started",
        "reboot_announced",
        "update_requested",
        "retrieval_due",
        "installation_due",
        "connectors_returned",
        "connectors_left",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_progress", "_connectors")
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_PROGRESS, _CONNECTORS)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "download_failed": frozenset({"DownloadFailed"}),
        "installed": frozenset({"Installed"}),
        "installation_failed": frozenset({"InstallationFailed"}),
        "verification_failed": frozenset({"InstallVerificationFailed"}),
        "signature_refused": frozenset({"InvalidSignature"}),
        "superseded": frozenset({"Idle"}),
        "idled": frozenset({"Idle", "DownloadScheduled", "Requested"}),
        "download_scheduled": frozenset(
            {
                "DownloadScheduled",
                "Downloaded",
                "SignatureVerified",
                "InstallScheduled",
                "Installing",
                "InstallRebooting",
            }
        ),
        "download_started": frozenset(
            {"Downloading", "Downloaded", "SignatureVerified", "InstallScheduled", "Installing", "InstallRebooting"}
        ),
        "download_paused": frozenset(
            {"DownloadPaused", "Downloaded", "SignatureVerified", "InstallScheduled", "Installing", "InstallRebooting"}
        ),
        "downloaded": frozenset(
            {"Downloaded", "SignatureVerified", "InstallScheduled", "Installing", "InstallRebooting"}
        ),
        "signature_verified": frozenset({"SignatureVerified", "InstallScheduled", "Installing", "InstallRebooting"}),
        "installation_scheduled": frozenset({"InstallScheduled", "Installing", "InstallRebooting"}),
        "installation_started": frozenset({"Installing"}),
        "reboot_announced": frozenset({"InstallRebooting"}),
        "update_requested": frozenset(
            {
                "Requested",
                "Downloading",
                "DownloadPaused",
                "DownloadFailed",
                "Downloaded",
                "SignatureVerified",
                "InstallScheduled",
                "Installing",
                "InstallRebooting",
            }
        ),
        "retrieval_due": frozenset(
            {
                "Idle",
                "Installed",
                "InstallationFailed",
                "InstallVerificationFailed",
                "InvalidSignature",
                "Requested",
                "Downloading",
                "DownloadPaused",
                "DownloadFailed",
                "Downloaded",
                "SignatureVerified",
                "InstallScheduled",
                "Installing",
                "InstallRebooting",
            }
        ),
        "installation_due": frozenset({"InService", "Returning", "Leaving", "OutOfService", "Spared"}),
        "connectors_returned": frozenset({"InService", "Awaiting", "Leaving", "OutOfService", "Spared"}),
        "connectors_left": frozenset({"InService", "Awaiting", "Returning", "OutOfService", "Spared"}),
    }
    _compounds: ClassVar[dict[str, frozenset[str]]] = {
        "update": frozenset(
            {
                "Idle",
                "Installed",
                "InstallationFailed",
                "InstallVerificationFailed",
                "InvalidSignature",
                "DownloadScheduled",
                "Requested",
                "Downloading",
                "DownloadPaused",
                "DownloadFailed",
                "Downloaded",
                "SignatureVerified",
                "InstallScheduled",
                "Installing",
                "InstallRebooting",
            }
        ),
        "unready": frozenset(
            {
                "Idle",
                "Installed",
                "InstallationFailed",
                "InstallVerificationFailed",
                "InvalidSignature",
                "DownloadScheduled",
                "Requested",
                "Downloading",
                "DownloadPaused",
                "DownloadFailed",
            }
        ),
        "resting": frozenset(
            {"Idle", "Installed", "InstallationFailed", "InstallVerificationFailed", "InvalidSignature"}
        ),
        "retrieval": frozenset({"DownloadScheduled", "Requested", "Downloading", "DownloadPaused", "DownloadFailed"}),
        "pending": frozenset({"Downloaded", "SignatureVerified", "InstallScheduled", "Installing", "InstallRebooting"}),
        "ready": frozenset({"Downloaded", "SignatureVerified", "InstallScheduled"}),
        "installation": frozenset({"Installing", "InstallRebooting"}),
        "in_service": frozenset({"InService", "Awaiting", "Returning"}),
    }

    _hooks: FirmwareUpdateHooks
    _progress: int
    _connectors: int

    def __init__(self, hooks: FirmwareUpdateHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._progress = 0  # Idle
        self._connectors = 0  # InService

    @property
    def progress(self) -> ProgressLeaf:
        """The active leaf of region ``progress``."""
        return _PROGRESS[self._progress]

    @property
    def connectors(self) -> ConnectorsLeaf:
        """The active leaf of region ``connectors``."""
        return _CONNECTORS[self._connectors]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_PROGRESS[self._progress], _CONNECTORS[self._connectors])

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._progress, self._connectors)

    def _take_eventless(self) -> bool:
        """Take one eventless step if any is enabled. The generator has proven that these steps end."""
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if connectors in (1, 5) and progress not in (10, 11, 12, 13, 14):  # Awaiting, Spared
            connectors_to = 0  # InService
        elif connectors in (3, 4) and progress not in (10, 11, 12, 13, 14):  # Leaving, OutOfService
            connectors_to = 2  # Returning
        else:
            return False
        if connectors == 1:
            hooks.disarm_installation()
        self._connectors = connectors_to
        if connectors in (3, 4):
            hooks.restore_connectors()
        return True

    def download_lost(self) -> bool:
        """Event ``download_lost``.

        * update -> Requested  (5.19)
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.download_lost)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 6  # Requested
            hooks.request_download()
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def download_failed(self) -> bool:
        """Event ``download_failed``.

        * update -> DownloadFailed [not In('DownloadFailed')]  (4.5)

        Ignored in DownloadFailed.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.download_failed)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if progress == 9:  # DownloadFailed
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 9  # DownloadFailed
            hooks.count_attempt()
            hooks.announce_progress()
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def installed(self) -> bool:
        """Event ``installed``.

        * update -> Installed [not In('Installed')]  (4.5)

        Ignored in Installed.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.installed)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if progress == 1:  # Installed
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 1  # Installed
            hooks.announce_progress()
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def installation_failed(self) -> bool:
        """Event ``installation_failed``.

        * update -> InstallationFailed [not In('InstallationFailed')]  (4.5)

        Ignored in InstallationFailed.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.installation_failed)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if progress == 2:  # InstallationFailed
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 2  # InstallationFailed
            hooks.announce_progress()
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def verification_failed(self) -> bool:
        """Event ``verification_failed``.

        * update -> InstallVerificationFailed [not In('InstallVerificationFailed')]  (whitepaper 6.8)

        Ignored in InstallVerificationFailed.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.verification_failed)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if progress == 3:  # InstallVerificationFailed
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 3  # InstallVerificationFailed
            hooks.announce_progress()
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def signature_refused(self) -> bool:
        """Event ``signature_refused``.

        * update -> InvalidSignature [not In('InvalidSignature')]  (L01.FR.03)

        Ignored in InvalidSignature.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.signature_refused)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if progress == 4:  # InvalidSignature
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 4  # InvalidSignature
            hooks.announce_progress()
            hooks.notice_invalid_signature()
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def superseded(self) -> bool:
        """Event ``superseded``.

        * update -> Idle [not In('Idle')]  (L01.FR.26)

        Ignored in Idle.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.superseded)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if progress == 0:  # Idle
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 0  # Idle
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def idled(self) -> bool:
        """Event ``idled``.

        * update -> Idle [not In('Idle') and not In('DownloadScheduled') and not In('Requested')]

        Ignored in Idle, DownloadScheduled, Requested.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.idled)
        progress = self._progress
        connectors = self._connectors
        if progress in (0, 5, 6):  # Idle, DownloadScheduled, Requested
            return False
        self._busy = True
        try:
            self._progress = 0  # Idle
            while self._take_eventless():
                continue
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def download_scheduled(self) -> bool:
        """Event ``download_scheduled``.

        * unready -> DownloadScheduled [not In('DownloadScheduled')]  (L01.FR.13)

        Ignored in DownloadScheduled, pending.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.download_scheduled)
        hooks = self._hooks
        progress = self._progress
        if progress in (
            5,
            10,
            11,
            12,
            13,
            14,
        ):  # DownloadScheduled, Downloaded, SignatureVerified, InstallScheduled, Installing, InstallRebooting
            return False
        self._busy = True
        try:
            self._progress = 5  # DownloadScheduled
            hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def download_started(self) -> bool:
        """Event ``download_started``.

        * unready -> Downloading [not In('Downloading')]  (4.5)

        Ignored in Downloading, pending.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.download_started)
        hooks = self._hooks
        progress = self._progress
        if progress in (
            7,
            10,
            11,
            12,
            13,
            14,
        ):  # Downloading, Downloaded, SignatureVerified, InstallScheduled, Installing, InstallRebooting
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 7  # Downloading
            hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def download_paused(self) -> bool:
        """Event ``download_paused``.

        * unready -> DownloadPaused [not In('DownloadPaused')]  (L01.FR.14)

        Ignored in DownloadPaused, pending.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.download_paused)
        hooks = self._hooks
        progress = self._progress
        if progress in (
            8,
            10,
            11,
            12,
            13,
            14,
        ):  # DownloadPaused, Downloaded, SignatureVerified, InstallScheduled, Installing, InstallRebooting
            return False
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            self._progress = 8  # DownloadPaused
            hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def downloaded(self) -> bool:
        """Event ``downloaded``.

        * unready -> Downloaded  (4.5)
        * in_service -> Leaving [connectors_concerned and not signed and not In('pending')]  (5.19, errata 3.49)
        * in_service -> Spared [not signed and not In('pending')]

        Ignored in pending.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.downloaded)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        signed = hooks.signed()
        progress_to = -1
        if (
            progress in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
        ):  # Idle, Installed, InstallationFailed, InstallVerificationFailed, InvalidSignature, DownloadScheduled, Requested, Downloading, DownloadPaused, DownloadFailed
            progress_to = 10  # Downloaded
        connectors_to = -1
        connectors_by = -1
        if connectors in (0, 2):  # InService, Returning
            if hooks.connectors_concerned() and not signed and progress not in (10, 11, 12, 13, 14):
                connectors_to = 3  # Leaving
                connectors_by = 0
            elif not signed and progress not in (10, 11, 12, 13, 14):
                connectors_to = 5  # Spared
                connectors_by = 1
        elif connectors == 1:  # Awaiting
            if hooks.connectors_concerned() and not signed and progress not in (10, 11, 12, 13, 14):
                connectors_to = 3  # Leaving
                connectors_by = 2
            elif not signed and progress not in (10, 11, 12, 13, 14):
                connectors_to = 5  # Spared
                connectors_by = 3
        if progress_to < 0 and connectors_to < 0:
            return self._refused("downloaded")
        self._busy = True
        try:
            if connectors_by in (2, 3):
                hooks.disarm_installation()
            if progress_to >= 0 and progress == 5:
                hooks.disarm_retrieval()
            if connectors_by in (0, 2):
                hooks.withdraw_connectors()
            if connectors_by in (1, 3):
                hooks.permit_installation()
            if progress_to >= 0:
                self._progress = progress_to
            if connectors_to >= 0:
                self._connectors = connectors_to
            if progress_to >= 0:
                hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def signature_verified(self) -> bool:
        """Event ``signature_verified``.

        * unready -> SignatureVerified
        * Downloaded -> SignatureVerified  (L01.FR.04)
        * in_service -> Awaiting [not time_to_install and not In('Awaiting')]  (L01.FR.16)
        * in_service -> Leaving [connectors_concerned and time_to_install]  (L01.FR.07)
        * in_service -> Spared [time_to_install]

        Ignored in SignatureVerified, InstallScheduled, installation.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.signature_verified)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        time_to_install = hooks.time_to_install()
        progress_to = -1
        if (
            progress in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
        ):  # Idle, Installed, InstallationFailed, InstallVerificationFailed, InvalidSignature, DownloadScheduled, Requested, Downloading, DownloadPaused, DownloadFailed, Downloaded
            progress_to = 11  # SignatureVerified
        connectors_to = -1
        connectors_by = -1
        if connectors in (0, 2):  # InService, Returning
            if not time_to_install:
                connectors_to = 1  # Awaiting
                connectors_by = 0
            elif hooks.connectors_concerned() and time_to_install:
                connectors_to = 3  # Leaving
                connectors_by = 1
            elif time_to_install:
                connectors_to = 5  # Spared
                connectors_by = 2
        elif connectors == 1:  # Awaiting
            if not time_to_install and connectors != 1:
                connectors_to = 1  # Awaiting
                connectors_by = 3
            elif hooks.connectors_concerned() and time_to_install:
                connectors_to = 3  # Leaving
                connectors_by = 4
            elif time_to_install:
                connectors_to = 5  # Spared
                connectors_by = 5
        if progress_to < 0 and connectors_to < 0:
            return self._refused("signature_verified")
        self._busy = True
        try:
            if connectors_by in (3, 4, 5):
                hooks.disarm_installation()
            if progress_to >= 0 and progress == 5:
                hooks.disarm_retrieval()
            if connectors_by in (0, 3):
                hooks.arm_installation()
            if connectors_by in (1, 4):
                hooks.withdraw_connectors()
            if connectors_by in (2, 5):
                hooks.permit_installation()
            if progress_to >= 0:
                self._progress = progress_to
            if connectors_to >= 0:
                self._connectors = connectors_to
            if progress_to >= 0:
                hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def installation_scheduled(self) -> bool:
        """Event ``installation_scheduled``.

        * unready -> InstallScheduled
        * Downloaded -> InstallScheduled
        * SignatureVerified -> InstallScheduled  (L01.FR.16)
        * in_service -> Awaiting [not time_to_install and not In('Awaiting')]  (L01.FR.16)
        * in_service -> Leaving [connectors_concerned and time_to_install]  (L01.FR.07)
        * in_service -> Spared [time_to_install]

        Ignored in InstallScheduled, installation.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.installation_scheduled)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        time_to_install = hooks.time_to_install()
        progress_to = -1
        if (
            progress in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
        ):  # Idle, Installed, InstallationFailed, InstallVerificationFailed, InvalidSignature, DownloadScheduled, Requested, Downloading, DownloadPaused, DownloadFailed, Downloaded, SignatureVerified
            progress_to = 12  # InstallScheduled
        connectors_to = -1
        connectors_by = -1
        if connectors in (0, 2):  # InService, Returning
            if not time_to_install:
                connectors_to = 1  # Awaiting
                connectors_by = 0
            elif hooks.connectors_concerned() and time_to_install:
                connectors_to = 3  # Leaving
                connectors_by = 1
            elif time_to_install:
                connectors_to = 5  # Spared
                connectors_by = 2
        elif connectors == 1:  # Awaiting
            if not time_to_install and connectors != 1:
                connectors_to = 1  # Awaiting
                connectors_by = 3
            elif hooks.connectors_concerned() and time_to_install:
                connectors_to = 3  # Leaving
                connectors_by = 4
            elif time_to_install:
                connectors_to = 5  # Spared
                connectors_by = 5
        if progress_to < 0 and connectors_to < 0:
            return self._refused("installation_scheduled")
        self._busy = True
        try:
            if connectors_by in (3, 4, 5):
                hooks.disarm_installation()
            if progress_to >= 0 and progress == 5:
                hooks.disarm_retrieval()
            if connectors_by in (0, 3):
                hooks.arm_installation()
            if connectors_by in (1, 4):
                hooks.withdraw_connectors()
            if connectors_by in (2, 5):
                hooks.permit_installation()
            if progress_to >= 0:
                self._progress = progress_to
            if connectors_to >= 0:
                self._connectors = connectors_to
            if progress_to >= 0:
                hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def installation_started(self) -> bool:
        """Event ``installation_started``.

        * unready -> Installing
        * ready -> Installing  (4.5, L01.FR.05, L01.FR.17)
        * InstallRebooting -> Installing  (L01.FR.15)
        * in_service -> Leaving [connectors_concerned]  (L01.FR.07)
        * in_service -> Spared

        Ignored in Installing.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.installation_started)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        progress_to = -1
        if (
            progress in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14)
        ):  # Idle, Installed, InstallationFailed, InstallVerificationFailed, InvalidSignature, DownloadScheduled, Requested, Downloading, DownloadPaused, DownloadFailed, Downloaded, SignatureVerified, InstallScheduled, InstallRebooting
            progress_to = 13  # Installing
        connectors_to = -1
        connectors_by = -1
        if connectors in (0, 2):  # InService, Returning
            if hooks.connectors_concerned():
                connectors_to = 3  # Leaving
                connectors_by = 0
            else:
                connectors_to = 5  # Spared
                connectors_by = 1
        elif connectors == 1:  # Awaiting
            if hooks.connectors_concerned():
                connectors_to = 3  # Leaving
                connectors_by = 2
            else:
                connectors_to = 5  # Spared
                connectors_by = 3
        if progress_to < 0 and connectors_to < 0:
            return self._refused("installation_started")
        self._busy = True
        try:
            if connectors_by in (2, 3):
                hooks.disarm_installation()
            if progress_to >= 0 and progress == 5:
                hooks.disarm_retrieval()
            if connectors_by in (0, 2):
                hooks.withdraw_connectors()
            if progress_to >= 0:
                self._progress = progress_to
            if connectors_to >= 0:
                self._connectors = connectors_to
            if progress_to >= 0:
                hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def reboot_announced(self) -> bool:
        """Event ``reboot_announced``.

        * unready -> InstallRebooting
        * Installed -> (stays)  (L01.FR.15)
        * ready -> InstallRebooting  (L01.FR.22)
        * Installing -> InstallRebooting  (L01.FR.15)
        * in_service -> Leaving [connectors_concerned and not In('Installed')]
        * in_service -> Spared [not In('Installed')]

        Ignored in InstallRebooting.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.reboot_announced)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        progress_to = -1
        if (
            progress in (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
        ):  # Idle, InstallationFailed, InstallVerificationFailed, InvalidSignature, DownloadScheduled, Requested, Downloading, DownloadPaused, DownloadFailed, Downloaded, SignatureVerified, InstallScheduled, Installing
            progress_to = 14  # InstallRebooting
        elif progress == 1:  # Installed
            progress_to = 1  # stays
        connectors_to = -1
        connectors_by = -1
        if connectors in (0, 2):  # InService, Returning
            if hooks.connectors_concerned() and progress != 1:
                connectors_to = 3  # Leaving
                connectors_by = 0
            elif progress != 1:
                connectors_to = 5  # Spared
                connectors_by = 1
        elif connectors == 1:  # Awaiting
            if hooks.connectors_concerned() and progress != 1:
                connectors_to = 3  # Leaving
                connectors_by = 2
            elif progress != 1:
                connectors_to = 5  # Spared
                connectors_by = 3
        if progress_to < 0 and connectors_to < 0:
            return self._refused("reboot_announced")
        self._busy = True
        try:
            if connectors_by in (2, 3):
                hooks.disarm_installation()
            if progress_to >= 0 and progress == 5:
                hooks.disarm_retrieval()
            if progress_to >= 0 and progress == 1:
                hooks.announce_reboot()
            if connectors_by in (0, 2):
                hooks.withdraw_connectors()
            if progress_to >= 0:
                self._progress = progress_to
            if connectors_to >= 0:
                self._connectors = connectors_to
            if progress_to >= 0 and progress in (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13):
                hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress, _connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def update_requested(self) -> bool:
        """Event ``update_requested``.

        * resting -> DownloadScheduled  (5.19)
        * DownloadScheduled -> DownloadScheduled  (5.19)
        * DownloadFailed -> DownloadScheduled [not attempts_left]  (5.19)

        Ignored in Requested, Downloading, DownloadPaused, DownloadFailed, pending.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.update_requested)
        hooks = self._hooks
        progress = self._progress
        if progress in (
            0,
            1,
            2,
            3,
            4,
            5,
        ):  # Idle, Installed, InstallationFailed, InstallVerificationFailed, InvalidSignature, DownloadScheduled
            progress_to = 5  # DownloadScheduled
        elif progress == 9 and not hooks.attempts_left():  # DownloadFailed
            progress_to = 5  # DownloadScheduled
        elif (
            progress in (6, 7, 8, 10, 11, 12, 13, 14)
        ):  # Requested, Downloading, DownloadPaused, Downloaded, SignatureVerified, InstallScheduled, Installing, InstallRebooting
            return False
        else:
            return self._refused("update_requested")
        self._busy = True
        try:
            if progress == 5:
                hooks.disarm_retrieval()
            hooks.take_request()
            hooks.arm_retrieval()
            self._progress = progress_to
            hooks.announce_progress()
        except BaseException:
            self._failed(_progress=progress)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def retrieval_due(self) -> bool:
        """Event ``retrieval_due``.

        * DownloadScheduled -> Requested  (5.19, errata 3.63)

        Ignored in resting, Requested, Downloading, DownloadPaused, DownloadFailed, pending.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.retrieval_due)
        hooks = self._hooks
        progress = self._progress
        if (
            progress in (0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14)
        ):  # Idle, Installed, InstallationFailed, InstallVerificationFailed, InvalidSignature, Requested, Downloading, DownloadPaused, DownloadFailed, Downloaded, SignatureVerified, InstallScheduled, Installing, InstallRebooting
            return False
        self._busy = True
        try:
            hooks.disarm_retrieval()
            self._progress = 6  # Requested
            hooks.request_download()
        except BaseException:
            self._failed(_progress=progress)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def installation_due(self) -> bool:
        """Event ``installation_due``.

        * Awaiting -> Leaving [connectors_concerned]  (L01.FR.19)
        * Awaiting -> Spared  (L01.FR.17)

        Ignored in InService, Returning, Leaving, OutOfService, Spared.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.installation_due)
        hooks = self._hooks
        connectors = self._connectors
        if connectors == 1:  # Awaiting
            if hooks.connectors_concerned():
                connectors_to = 3  # Leaving
            else:
                connectors_to = 5  # Spared
        else:  # InService, Returning, Leaving, OutOfService, Spared
            return False
        self._busy = True
        try:
            hooks.disarm_installation()
            if connectors_to == 3:
                hooks.withdraw_connectors()
            if connectors_to == 5:
                hooks.permit_installation()
            self._connectors = connectors_to
        except BaseException:
            self._failed(_connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def connectors_returned(self) -> bool:
        """Event ``connectors_returned``.

        * Returning -> InService

        Ignored in InService, Awaiting, Leaving, OutOfService, Spared.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.connectors_returned)
        connectors = self._connectors
        if connectors in (0, 1, 3, 4, 5):  # InService, Awaiting, Leaving, OutOfService, Spared
            return False
        self._connectors = 0  # InService
        return True

    def connectors_left(self) -> bool:
        """Event ``connectors_left``.

        * Leaving -> OutOfService [not In('installation')]  (L01.FR.06 L01.FR.18)
        * Leaving -> OutOfService

        Ignored in in_service, OutOfService, Spared.
        """
        if self._busy:
            return self._later(FirmwareUpdateMachine.connectors_left)
        hooks = self._hooks
        progress = self._progress
        connectors = self._connectors
        if connectors == 3:  # Leaving
            if progress not in (13, 14):
                connectors_to = 4  # OutOfService
                connectors_by = 0
            else:
                connectors_to = 4  # OutOfService
                connectors_by = 1
        else:  # InService, Awaiting, Returning, OutOfService, Spared
            return False
        self._busy = True
        try:
            if connectors_by == 0:
                hooks.permit_installation()
            self._connectors = connectors_to
        except BaseException:
            self._failed(_connectors=connectors)
            raise
        self._busy = False
        return self._queue is None or self._drain()
