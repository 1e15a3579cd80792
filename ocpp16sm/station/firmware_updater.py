"""Firmware updates of a station (5.19; whitepaper L01)."""

import asyncio
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urldefrag

from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import FirmwareUpdateStatus, Reason
from ocpp16sm.shell.cancelled import in_thread
from ocpp16sm.station.file_job import FileJob, FileRequest, JobStation, log
from ocpp16sm.station.files import FileMover, local_name, show

KEEP_CONNECTORS = "disable_connectors_during_install=false"
"""Fragment of a firmware URL; with it the connectors stay in service during the installation."""

KEEP_CONNECTORS_LINE = KEEP_CONNECTORS.encode()
"""The same setting in the metadata of a signed image."""
METADATA_WITHIN = 4096
"""Number of bytes at the beginning and at the end of an image that are searched for metadata."""
_METADATA = re.compile(rb"^=+ BEGIN METADATA =+\r?\n(.*?)^=+ END METADATA =+", re.DOTALL | re.MULTILINE)

LONGEST_VERSION = 50
_VERSION = re.compile(rb"firmware-version:[ \t]*([\x21-\x7e]+)[ \t]*\r?(?:\n|\Z)", re.IGNORECASE)

ImageReader = Callable[[Path], str | None]
"""Reads a firmware image and returns its version, or None if it has none.

Raises ValueError with the reason if the image cannot be installed.
"""


def read_image(image: Path) -> str | None:
    """Read an image: any file that is not empty is accepted.

    Its version is in its first line, if that is ``firmware-version: <version>``, at most 50 characters without blanks.
    Raises ValueError.
    """
    with image.open("rb") as file:
        head = file.read(200)
    if not head:
        raise ValueError("the image is empty")
    found = _VERSION.match(head)
    if found is None:
        return None
    version = found[1].decode("ascii")
    if len(version) > LONGEST_VERSION:
        raise ValueError(f"the image's version has more than {LONGEST_VERSION} characters")
    return version


def keeps_connectors(image: Path) -> bool:
    """Whether an image's metadata say that connectors can stay in service (a format of EVerest)."""
    with image.open("rb") as file:
        parts = [file.read(METADATA_WITHIN)]
        file.seek(max(0, image.stat().st_size - METADATA_WITHIN))
        parts.append(file.read())
    blocks = (block for part in parts for block in _METADATA.findall(part))
    return any(KEEP_CONNECTORS_LINE in block.split() for block in blocks)


SignatureCheck = Callable[[Path, str, str], None]
"""Checks the signature of a file: (file, signature in base64, the signer's certificate in PEM).

Raises :class:`~ocpp16sm.errors.CertificateError` if the signature is wrong.
"""


def check_signature(image: Path, signature: str, signing_certificate: str) -> None:
    """Check firmware as the whitepaper requires (L01.FR.04); also accepts ECDSA. Raises CertificateError."""
    from ocpp16sm.pki.signatures import verify_firmware  # only who needs cryptography imports it

    verify_firmware(image, signature, signing_certificate)


class FirmwareUpdater(FileJob):
    """Downloads firmware, checks its signature, waits for the connectors, installs, restarts."""

    def __init__(
        self,
        station: JobStation,
        files: FileMover,
        directory: Path | None,
        read: ImageReader,
        check: SignatureCheck,
        *,
        restarts: bool,
    ) -> None:
        super().__init__(station, files, directory)
        self._read = read
        self._check = check
        self._restarts = restarts
        self._is_new = False
        """Whether new firmware is installed that has not been started yet."""
        self._cleared = asyncio.Event()
        self._installing = False
        """The installation has begun, so the update can no longer be cancelled."""
        self._installed: FileRequest | None = None
        """The update whose firmware is installed but has not yet booted successfully."""

    def begin(self, request: FileRequest, retrieve_date: Timestamp) -> None:
        """Start an update, not before ``retrieve_date``. No effect while another update is running."""
        if self._installed is not None:  # the charge point asks for the next only after Installed
            self._installed = None
            self.halt()
        if self.busy:
            log.warning("an update is running: %s is not downloaded", show(request.location))
            return
        self._installing = False
        self._begin(self._update(request, retrieve_date))

    def cancel(self) -> bool:
        """Cancel the running update; returns whether that was possible, which it is until the installation begins."""
        if self._installed is not None or (self.busy and self._installing):
            return False
        self.halt()
        return True

    def connectors_cleared(self) -> None:
        """Continue, because every connector is out of service."""
        self._cleared.set()

    def boot_reason(self, usual: BootReason) -> BootReason:
        """The boot reason to report: ``usual``, unless new firmware starts."""
        return BootReason.FIRMWARE_UPDATE if self._is_new else usual

    def booted(self) -> None:
        """Report that new firmware has booted, if that is outstanding."""
        self._is_new = False
        if self._installed is not None:
            self._begin(self._prove(self._installed))

    async def _update(self, request: FileRequest, retrieve_date: Timestamp) -> None:
        await self._pause(max((retrieve_date - self._station.utc()).total_seconds(), 0))
        url, fragment = urldefrag(request.location)
        clears = fragment != KEEP_CONNECTORS
        with self._directory() as directory:
            image = Path(directory) / local_name(url, "firmware.bin")
            if not await self._try(
                request,
                lambda: self._files.download(url, image),
                lambda: self._say(request, FirmwareUpdateStatus.DOWNLOADING),
                lambda _fault: self._say(request, FirmwareUpdateStatus.DOWNLOAD_FAILED),
            ):
                return
            if request.firmware_signature is not None:  # the signature is checked below, before this has an effect
                clears = clears and not keeps_connectors(image)
            self._cleared.clear()
            self._say(request, FirmwareUpdateStatus.DOWNLOADED, clears)
            await self._pause(self._station.timings.file_step_s)
            if not await self._may_be_installed(request, image, clears):
                return
            if clears:
                await self._cleared.wait()
            self._installing = True
            self._say(request, FirmwareUpdateStatus.INSTALLING, clears)
            await self._pause(self._station.timings.file_step_s)
            self._install(request, image)

    async def _may_be_installed(self, request: FileRequest, image: Path, clears: bool) -> bool:
        """Check the signature of a signed update, and wait for its install date (L01.FR.04, L01.FR.16)."""
        if request.firmware_signature is None:
            return True
        try:
            await in_thread(
                partial(
                    self._check,
                    image,
                    request.firmware_signature.signature,
                    request.firmware_signature.signing_certificate,
                )
            )
        except CertificateError as error:
            self._note(f"the firmware is not genuine: {error}")
            self._say(request, FirmwareUpdateStatus.INVALID_SIGNATURE)
            return False
        except Exception as error:  # from the application
            log.exception("checking the signature of the firmware failed")
            self._note(f"checking the signature of the firmware failed: {error}")
            self._say(request, FirmwareUpdateStatus.INVALID_SIGNATURE)
            return False
        self._say(request, FirmwareUpdateStatus.SIGNATURE_VERIFIED, clears)
        left = 0.0 if request.install_date is None else (request.install_date - self._station.utc()).total_seconds()
        if left > 0:
            self._say(request, FirmwareUpdateStatus.INSTALL_SCHEDULED, clears)
        await self._pause(max(left, self._station.timings.file_step_s))
        return True

    def _install(self, request: FileRequest, image: Path) -> None:
        """Read the image's version and install it; restart if the station is built to."""
        try:
            version = self._read(image)
        except (Exception, asyncio.CancelledError) as error:  # from the application
            if not isinstance(error, ValueError):
                log.exception("reading the firmware failed")
            self._note(f"the firmware cannot be installed: {error}")
            self._say(request, FirmwareUpdateStatus.INSTALLATION_FAILED)
            return
        charge_point = self._station.charge_point
        if version is not None:
            identity = evolve(charge_point.settings.identity, firmware_version=version)
            charge_point.settings = evolve(charge_point.settings, identity=identity)
        self._is_new = True
        if not self._restarts:
            self._say(request, FirmwareUpdateStatus.INSTALLED)
            return
        self._say(request, FirmwareUpdateStatus.INSTALL_REBOOTING)
        for virtual_connector in self._station.virtual_connectors:
            if virtual_connector.owner is not None:
                virtual_connector.stop(Reason.REBOOT)
        self._installed = request
        self._station.reset(BootReason.FIRMWARE_UPDATE)

    async def _prove(self, request: FileRequest) -> None:
        await self._station.charge_point.wait_until_accepted()
        self._installed = None
        self._say(request, FirmwareUpdateStatus.INSTALLED)

    def _say(self, request: FileRequest, status: FirmwareUpdateStatus, clears: bool = True) -> None:
        self._station.charge_point.on_firmware_update_status_notification(request.request_id, status, clears)
