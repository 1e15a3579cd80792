"""Uploads of a station: diagnostics and security log (5.9; whitepaper N01)."""

from pathlib import Path

from ocpp16sm.base.private_files import write_private
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import TransferFault
from ocpp16sm.messages import LogType, UploadLogStatus
from ocpp16sm.station import diagnostics
from ocpp16sm.station.file_job import FileJob, FileRequest

FAILURES = {
    TransferFault.FAILED: UploadLogStatus.UPLOAD_FAILURE,
    TransferFault.DENIED: UploadLogStatus.PERMISSION_DENIED,
    TransferFault.NOT_SUPPORTED: UploadLogStatus.NOT_SUPPORTED_OPERATION,
    TransferFault.BAD_MESSAGE: UploadLogStatus.BAD_MESSAGE,
}
"""Why an upload failed -> the status that is reported (N01.FR.10)."""


class Uploader(FileJob):
    """Writes a log or diagnostics to a file and uploads it. A new upload cancels an older one."""

    def begin(self, request: FileRequest, log_type: LogType, start: Timestamp | None, stop: Timestamp | None) -> str:
        """Upload the events from ``start`` to ``stop``; returns the name of the file."""
        self.halt()
        station, now = self._station, self._station.utc()
        settings = station.charge_point.settings
        if log_type is LogType.SECURITY_LOG:
            name = diagnostics.file_name("security", settings.charge_point_id, now, "jsonl")
            told = diagnostics.security_log(settings, station.logbook, start, stop)
        else:
            name = diagnostics.file_name("diagnostics", settings.charge_point_id, now, "json")
            told = diagnostics.report(
                station.charge_point, station.virtual_connectors, station.logbook, now, start, stop
            )
        self._begin(self._upload(request, name, told))
        return name

    async def _upload(self, request: FileRequest, name: str, told: str) -> None:
        with self._directory() as directory:
            file = Path(directory) / name
            write_private(file, told)
            if await self._try(
                request,
                lambda: self._files.upload(file, request.location),
                lambda: self._say(request, UploadLogStatus.UPLOADING),
                lambda fault: self._say(request, FAILURES[fault]),
            ):
                self._say(request, UploadLogStatus.UPLOADED)

    def _say(self, request: FileRequest, status: UploadLogStatus) -> None:
        self._station.charge_point.on_log_status_notification(request.request_id, status)
