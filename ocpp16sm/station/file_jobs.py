"""Where a station works on files: it updates its firmware, and uploads its diagnostics and its logs."""

from pathlib import Path

from ocpp16sm.station.file_job import Surroundings
from ocpp16sm.station.files import FileMover
from ocpp16sm.station.firmware_updater import FirmwareUpdater, ImageReader, SignatureCheck
from ocpp16sm.station.log_uploader import Uploader


class FileJobs:
    """Each job is done in a directory of its own, inside ``directory`` or the system's usual one.

    GetDiagnostics and GetLog are two uploads: neither is dropped for the other.
    """

    def __init__(
        self,
        station: Surroundings,
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
        """The station goes down: drop everything that is being done."""
        self.firmware.halt()
        self.diagnostics.halt()
        self.logs.halt()
