# Generated from chart LogUpload by `python -m codegen`. Edit statecharts/ocpp16/log_upload.py instead.

"""The chart ``log_upload``, compiled: Uploads, one at a time; the
states are the statuses of LogStatusNotification, and Requested.
"""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

LogUploadLeaf = Literal[
    "Idle",
    "Requested",
    "Uploading",
    "Uploaded",
    "UploadFailure",
    "BadMessage",
    "PermissionDenied",
    "NotSupportedOperation",
]

_LOG_UPLOAD: tuple[LogUploadLeaf, ...] = (
    "Idle",
    "Requested",
    "Uploading",
    "Uploaded",
    "UploadFailure",
    "BadMessage",
    "PermissionDenied",
    "NotSupportedOperation",
)


class LogUploadHooks(Protocol):
    """The hooks and guards of the chart ``log_upload``."""

    def announce_upload(self) -> None:
        """Hook: entry to Uploading, Uploaded, UploadFailure,
        BadMessage, PermissionDenied, NotSupportedOperation.
        """


class LogUploadMachine(Machine):
    """Uploads, one at a time; the states are the statuses of LogStatusNotification, and Requested.

    Requested: the Central System has been told the name of the file, and the station has not begun. The station
    reports progress and may skip steps. A repeated status is not reported again until another attempt or another
    upload begins.
    """

    __slots__ = ("_log_upload",)

    name: ClassVar[str] = "log_upload"
    events: ClassVar[tuple[str, ...]] = (
        "upload_started",
        "uploaded",
        "upload_failed",
        "request_misread",
        "permission_denied",
        "operation_unsupported",
        "upload_accepted",
        "upload_requested",
        "idled",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_log_upload",)
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_LOG_UPLOAD,)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "upload_started": frozenset({"Uploading"}),
        "uploaded": frozenset({"Uploaded"}),
        "upload_failed": frozenset({"UploadFailure"}),
        "request_misread": frozenset({"BadMessage"}),
        "permission_denied": frozenset({"PermissionDenied"}),
        "operation_unsupported": frozenset({"NotSupportedOperation"}),
        "upload_accepted": frozenset(
            {
                "Requested",
                "Uploading",
                "Uploaded",
                "UploadFailure",
                "BadMessage",
                "PermissionDenied",
                "NotSupportedOperation",
            }
        ),
        "upload_requested": frozenset({"Idle"}),
        "idled": frozenset({"Idle"}),
    }
    _compounds: ClassVar[dict[str, frozenset[str]]] = {
        "pending": frozenset({"Idle", "Requested"}),
        "ended": frozenset({"Uploaded", "UploadFailure", "BadMessage", "PermissionDenied", "NotSupportedOperation"}),
    }

    _hooks: LogUploadHooks
    _log_upload: int

    def __init__(self, hooks: LogUploadHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._log_upload = 0  # Idle

    @property
    def log_upload(self) -> LogUploadLeaf:
        """The active leaf of region ``log_upload``."""
        return _LOG_UPLOAD[self._log_upload]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_LOG_UPLOAD[self._log_upload],)

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._log_upload,)

    def upload_started(self) -> bool:
        """Event ``upload_started``.

        * pending -> Uploading  (4.4, N01.FR.08)
        * ended -> Uploading  (6.25)

        Ignored in Uploading.
        """
        if self._busy:
            return self._later(LogUploadMachine.upload_started)
        hooks = self._hooks
        log_upload = self._log_upload
        if log_upload == 2:  # Uploading
            return False
        self._busy = True
        try:
            self._log_upload = 2  # Uploading
            hooks.announce_upload()
        except BaseException:
            self._failed(_log_upload=log_upload)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def uploaded(self) -> bool:
        """Event ``uploaded``.

        * pending -> Uploaded
        * Uploading -> Uploaded  (4.4, N01.FR.09)
        * ended -> Uploaded [not In('Uploaded')]

        Ignored in Uploaded.
        """
        if self._busy:
            return self._later(LogUploadMachine.uploaded)
        hooks = self._hooks
        log_upload = self._log_upload
        if log_upload == 3:  # Uploaded
            return False
        self._busy = True
        try:
            self._log_upload = 3  # Uploaded
            hooks.announce_upload()
        except BaseException:
            self._failed(_log_upload=log_upload)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def upload_failed(self) -> bool:
        """Event ``upload_failed``.

        * pending -> UploadFailure
        * Uploading -> UploadFailure  (4.4, N01.FR.10)
        * ended -> UploadFailure [not In('UploadFailure')]

        Ignored in UploadFailure.
        """
        if self._busy:
            return self._later(LogUploadMachine.upload_failed)
        hooks = self._hooks
        log_upload = self._log_upload
        if log_upload == 4:  # UploadFailure
            return False
        self._busy = True
        try:
            self._log_upload = 4  # UploadFailure
            hooks.announce_upload()
        except BaseException:
            self._failed(_log_upload=log_upload)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def request_misread(self) -> bool:
        """Event ``request_misread``.

        * pending -> BadMessage
        * Uploading -> BadMessage  (N01.FR.10)
        * ended -> BadMessage [not In('BadMessage')]

        Ignored in BadMessage.
        """
        if self._busy:
            return self._later(LogUploadMachine.request_misread)
        hooks = self._hooks
        log_upload = self._log_upload
        if log_upload == 5:  # BadMessage
            return False
        self._busy = True
        try:
            self._log_upload = 5  # BadMessage
            hooks.announce_upload()
        except BaseException:
            self._failed(_log_upload=log_upload)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def permission_denied(self) -> bool:
        """Event ``permission_denied``.

        * pending -> PermissionDenied
        * Uploading -> PermissionDenied  (N01.FR.10)
        * ended -> PermissionDenied [not In('PermissionDenied')]

        Ignored in PermissionDenied.
        """
        if self._busy:
            return self._later(LogUploadMachine.permission_denied)
        hooks = self._hooks
        log_upload = self._log_upload
        if log_upload == 6:  # PermissionDenied
            return False
        self._busy = True
        try:
            self._log_upload = 6  # PermissionDenied
            hooks.announce_upload()
        except BaseException:
            self._failed(_log_upload=log_upload)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def operation_unsupported(self) -> bool:
        """Event ``operation_unsupported``.

        * pending -> NotSupportedOperation
        * Uploading -> NotSupportedOperation  (N01.FR.10)
        * ended -> NotSupportedOperation [not In('NotSupportedOperation')]

        Ignored in NotSupportedOperation.
        """
        if self._busy:
            return self._later(LogUploadMachine.operation_unsupported)
        hooks = self._hooks
        log_upload = self._log_upload
        if log_upload == 7:  # NotSupportedOperation
            return False
        self._busy = True
        try:
            self._log_upload = 7  # NotSupportedOperation
            hooks.announce_upload()
        except BaseException:
            self._failed(_log_upload=log_upload)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def upload_accepted(self) -> bool:
        """Event ``upload_accepted``.

        * Idle -> Requested  (5.9, N01.FR.01)

        Ignored in Requested, Uploading, ended.
        """
        if self._busy:
            return self._later(LogUploadMachine.upload_accepted)
        log_upload = self._log_upload
        if log_upload in (
            1,
            2,
            3,
            4,
            5,
            6,
            7,
        ):  # Requested, Uploading, Uploaded, UploadFailure, BadMessage, PermissionDenied, NotSupportedOperation
            return False
        self._log_upload = 1  # Requested
        return True

    def upload_requested(self) -> bool:
        """Event ``upload_requested``.

        * Requested -> Idle  (N01.FR.11)
        * Uploading -> Idle  (N01.FR.11)
        * ended -> Idle

        Ignored in Idle.
        """
        if self._busy:
            return self._later(LogUploadMachine.upload_requested)
        log_upload = self._log_upload
        if log_upload == 0:  # Idle
            return False
        self._log_upload = 0  # Idle
        return True

    def idled(self) -> bool:
        """Event ``idled``.

        * Requested -> Idle  (N01.FR.11)
        * Uploading -> Idle  (N01.FR.11)
        * ended -> Idle

        Ignored in Idle.
        """
        if self._busy:
            return self._later(LogUploadMachine.idled)
        log_upload = self._log_upload
        if log_upload == 0:  # Idle
            return False
        self._log_upload = 0  # Idle
        return True
