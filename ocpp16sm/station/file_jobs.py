"""The file jobs of a station: firmware update, uploads of diagnostics and of logs."""

from pathlib import Path

from ocpp16sm.station.file_job import JobStation
from ocpp16sm.station.files import FileMover
from ocpp16sm.station.firmware_updater import FirmwareUpdater, ImageReader, SignatureCheck
from ocpp16sm.station.log_uploader import Uploader


class FileJobs:
    """The file jobs of one station. Each has its own directory inside ``directory`` or the system's temporary one.

    GetDiagnostics and GetLog are separate uploads: neither cancels the other.
    """

    def __init__(
        self,
        station: JobStation,
        files: FileMover,
        directory: Path | None,
        read_image: ImageReader,
        check_signature: SignatureCheck,
        *,
        update_restarts: bool,
    ) -> None:
        self.firmware = FirmwareUpdater(
            station, files, directory, read_image, check_signature, restarts=update_restarts
        )
        self.diagnostics = Uploader(station, files, directory)
        self.logs = Uploader(station, files, directory)

    def halt(self) -> None:
        """Cancel all jobs, because the station goes down."""
        self.firmware.halt()
        self.diagnostics.halt()
        self.logs.halt()
