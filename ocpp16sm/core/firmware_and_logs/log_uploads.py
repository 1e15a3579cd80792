"""GetDiagnostics and GetLog, and how uploads go: of diagnostics, and of logs (4.4, 5.9; whitepaper N01)."""

from attrs import evolve

from ocpp16sm.arguments.arguments import UNSIGNED
from ocpp16sm.codec import Call
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import LogRefusal, PutUpload
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater, IncomingCalls
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.core.firmware_and_logs.file_locations import objection
from ocpp16sm.core.firmware_and_logs.notified_progress import NotifiedProgress, request_id_of
from ocpp16sm.errors import ErrorCode, RefusedRequestError
from ocpp16sm.generated import hooks
from ocpp16sm.generated.handlers import LogStatusChanged
from ocpp16sm.generated.log_upload import LogUploadMachine
from ocpp16sm.hardware import UploadDiagnostics, UploadLog
from ocpp16sm.messages import (
    DiagnosticsStatus,
    GetDiagnosticsRequest,
    GetDiagnosticsResponse,
    GetLogRequest,
    GetLogResponse,
    LogStatus,
    UploadLogStatus,
)
from ocpp16sm.records import Draft, Upload, UploadState

FILE_NAME_LENGTH = 255
"""fileName is a CiString255 (6.26)."""

DIAGNOSTICS_WORDS = {
    UploadLogStatus.IDLE: DiagnosticsStatus.IDLE,
    UploadLogStatus.UPLOADED: DiagnosticsStatus.UPLOADED,
    UploadLogStatus.UPLOADING: DiagnosticsStatus.UPLOADING,
    UploadLogStatus.UPLOAD_FAILURE: DiagnosticsStatus.UPLOAD_FAILED,
}
"""The words of the older message. It has none for why an upload failed."""

EVENTS = {
    UploadLogStatus.IDLE: "idled",
    UploadLogStatus.UPLOADING: "upload_started",
    UploadLogStatus.UPLOADED: "uploaded",
    UploadLogStatus.UPLOAD_FAILURE: "upload_failed",
    UploadLogStatus.BAD_MESSAGE: "request_misread",
    UploadLogStatus.PERMISSION_DENIED: "permission_denied",
    UploadLogStatus.NOT_SUPPORTED_OPERATION: "operation_unsupported",
}
"""What the station says -> event of the chart."""


class LogUpload(NotifiedProgress):
    """The uploads for one kind of request, one after the other."""

    __slots__ = ("action",)

    record: UploadState
    machine: LogUploadMachine

    def __init__(self, journal: Journal, context: Context, action: str) -> None:
        super().__init__(journal, context)
        self.action = action
        self.record = UploadState()
        self.machine = LogUploadMachine(self)

    @property
    def label(self) -> str:
        """What asks for it."""
        return self.action

    @property
    def status(self) -> Upload:
        """The status that a trigger reports: Uploading, or Idle before and after an upload (4.4)."""
        status = UploadLogStatus.UPLOADING if self.machine.in_state("Uploading") else UploadLogStatus.IDLE
        return Upload(status, self.record.request_id)

    @property
    def is_under_way(self) -> bool:
        """Whether the Central System waits for the end of an upload that it has been told of."""
        return self.machine.in_state("Requested") or self.machine.in_state("Uploading")

    @property
    def look(self) -> tuple[int | None, tuple[str, ...]]:
        """Which upload this is, and how far it has come."""
        return self.record.request_id, self.machine.configuration

    def draft(self, upload: Upload) -> Draft:
        """The message that tells a status."""
        if self.action == "GetLog":
            return hooks.announce_log_status(upload)
        return hooks.announce_diagnostics_status(DIAGNOSTICS_WORDS[upload.status])

    @property
    def news(self) -> Draft | None:
        """What the Central System has not heard yet."""
        return None if self.record.unheard is None else self.draft(self.record.unheard)

    def keep(self) -> None:
        """Put the record on disk."""
        self._context.persist(PutUpload(self.action, self.record))

    def requested(self, request_id: int | None = None) -> None:
        """Abandon this upload for another one."""
        self.touch()
        self.machine.upload_requested()
        self.record = evolve(self.record, request_id=request_id)

    def note(self, request_id: int | None, status: UploadLogStatus) -> None:
        """Handle the progress that the station reports."""
        self.touch()
        if request_id != self.record.request_id:
            self.requested(request_id)
        if self.action == "GetDiagnostics" and status not in DIAGNOSTICS_WORDS:
            status = UploadLogStatus.UPLOAD_FAILURE
        self.machine.fire(EVENTS[status])

    def restart(self, stored: UploadState) -> None:
        """Restore the stored upload. One that the restart has interrupted, or that has not begun, has failed."""
        self.touch()
        self.record = stored
        self.machine.restore(stored.configuration)
        if self.is_under_way:
            self.machine.upload_failed()

    # -- hook of the chart ------------------------------------------------------------------------------------------

    def announce_upload(self) -> None:
        """Report the state to the Central System."""
        self.say(Upload(UploadLogStatus(self.machine.log_upload), self.record.request_id))


class LogUploads:
    """Uploads of diagnostics and of logs; the two may go on at the same time."""

    def __init__(self, journal: Journal, context: Context, incoming_calls: IncomingCalls) -> None:
        self._context = context
        self._incoming_calls = incoming_calls
        self.diagnostics = LogUpload(journal, context, "GetDiagnostics")
        self.log = LogUpload(journal, context, "GetLog")
        context.answer_later["diagnostics"] = self._begun
        context.answer_later["log"] = self._log_begun

    def restart(self, stored: dict[str, UploadState]) -> None:
        """Take up what was on disk."""
        for upload in (self.diagnostics, self.log):
            if upload.action in stored:
                upload.restart(stored[upload.action])

    def asked(self, request: GetDiagnosticsRequest, call: Call) -> AnsweredLater:
        """Answer GetDiagnostics.req once the station has named the file (5.9); it may report progress before that."""
        problem = objection(self._context.configuration, request.location)
        if problem is not None:
            raise RefusedRequestError(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, problem)
        self.diagnostics.requested()
        upload = UploadDiagnostics(
            request.location, request.start_time, request.stop_time, request.retries, request.retry_interval
        )
        self._context.ask(upload, "diagnostics", call)
        return ANSWERED_LATER

    def _begun(self, waiting: Waiting, name: str | None, failure: str | None) -> None:
        """Without a name there is nothing to upload (5.9)."""
        file_name = None if failure is not None or name is None else name[:FILE_NAME_LENGTH]
        if file_name is not None:
            self.diagnostics.fire("upload_accepted")
        self._incoming_calls.answer(waiting.call, GetDiagnosticsResponse(file_name=file_name))

    def log_asked(self, request: GetLogRequest, call: Call) -> AnsweredLater | GetLogResponse:
        """Answer GetLog.req once the station has named the file (N01); it may report progress before that."""
        problem = objection(self._context.configuration, request.log.remote_location)
        if problem is not None:
            self._context.do(LogRefusal(f"GetLog: {problem}"))
        if problem is not None or request.request_id == UNSIGNED:
            return GetLogResponse(status=LogStatus.REJECTED)
        upload = UploadLog(
            request.log_type,
            request.request_id,
            request.log.remote_location,
            request.log.oldest_timestamp,
            request.log.latest_timestamp,
            request.retries,
            request.retry_interval,
        )
        self._context.ask(upload, "log", call, data=(request.request_id, self.log.look, self.log.is_under_way))
        return ANSWERED_LATER

    def _log_begun(self, waiting: Waiting, name: str | None, failure: str | None) -> None:
        """Accept the request if there is something to upload; otherwise another upload simply goes on (N01.FR.11)."""
        if failure is not None or name is None:
            self._incoming_calls.answer(waiting.call, GetLogResponse(status=LogStatus.REJECTED))
            return
        request_id, look, cancels = waiting.data
        has_begun = self.log.record.request_id == request_id and self.log.look != look
        if not has_begun:
            cancels = self.log.is_under_way
            self.log.requested(request_id)
        self.log.fire("upload_accepted")
        accepted = LogStatus.ACCEPTED_CANCELED if cancels else LogStatus.ACCEPTED
        self._incoming_calls.answer(waiting.call, GetLogResponse(status=accepted, filename=name[:FILE_NAME_LENGTH]))

    def note_log_status(self, call: LogStatusChanged) -> None:
        """Handle the progress that the station reports of an upload (4.4, N01)."""
        request_id = request_id_of(call.request_id)
        upload = self.diagnostics if request_id is None else self.log
        upload.note(request_id, call.log_status)

    def progress(self) -> None:
        """After every step: can be told now what could not be?"""
        self.diagnostics.progress()
        self.log.progress()
