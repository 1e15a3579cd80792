"""What a station does with files: it updates its firmware (5.19), and uploads its diagnostics (5.9).

A signed update (whitepaper L01) is one with a request id and a check between download and installation; a log (N01)
one with a request id and another content.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from urllib.parse import urldefrag

from attrs import evolve, frozen

from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.core.inputs import BootReason
from ocpp16sm.core.job import UNSIGNED
from ocpp16sm.errors import TransferError
from ocpp16sm.messages import FirmwareUpdateStatus, Reason, UploadLogStatus
from ocpp16sm.station import diagnostics
from ocpp16sm.station.bay import Bay
from ocpp16sm.station.files import FileMover, local_name, show
from ocpp16sm.station.logbook import Logbook
from ocpp16sm.station.timings import Timings
from ocpp16sm.timestamp import Timestamp

log = logging.getLogger("ocpp16sm.station.workshop")

USUAL_INTERVAL_S = 1
"""Between two attempts, if the Central System does not say."""
KEEP_CONNECTORS = "disable_connectors_during_install=false"
"""As the fragment of the firmware's URL: the connectors stay in service while it is installed."""

LONGEST_VERSION = 50
_VERSION = re.compile(rb"firmware-version:[ \t]*([\x21-\x7e]+)[ \t]*\r?(?:\n|\Z)", re.IGNORECASE)


class Surroundings(Protocol):
    """What a workshop needs of its station."""

    charge_point: ChargePoint
    logbook: Logbook
    bays: tuple[Bay, ...]

    @property
    def timings(self) -> Timings:
        """How long things take."""

    def utc(self) -> Timestamp:
        """The time of day."""

    def later(self, delay_s: float, act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
        """Have something done later; gives what cancels it."""

    def reset(self, boot_reason: BootReason) -> None:
        """Start the charge point anew."""


@frozen
class Order:
    """What the Central System wants to be done with a file."""

    location: str
    retries: int | None
    """How often to try again; None: not at all."""
    retry_interval_s: int | None
    request_id: int = UNSIGNED

    @property
    def attempts(self) -> int:
        """How often it is tried altogether."""
        return 1 + max(self.retries or 0, 0)

    @property
    def interval_s(self) -> int:
        """Between two attempts."""
        return USUAL_INTERVAL_S if self.retry_interval_s is None else max(self.retry_interval_s, 0)


ImageReader = Callable[[Path], str | None]
"""Looks at a firmware image, and gives its version; None: it does not say. ValueError: why it cannot be installed."""


def read_image(image: Path) -> str | None:
    """How a virtual station reads an image: any file will do that is not empty.

    Its version is what its first line says, if that is ``firmware-version: <version>``, 50 characters without blanks.
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


class _Bench:
    """Where one thing is done at a time, until it is done or the station goes down."""

    def __init__(self, station: Surroundings, files: FileMover, directory: Path | None) -> None:
        self._station = station
        self._files = files
        self._given = directory
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Something is being done."""
        return self._task is not None and not self._task.done()

    def halt(self) -> None:
        """Drop what is being done, without a word."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.get_running_loop().create_task(work)
        self._task.add_done_callback(_look_after)

    def _directory(self) -> TemporaryDirectory[str]:
        """A directory for one job, which goes with it."""
        if self._given is not None:
            self._given.mkdir(parents=True, exist_ok=True)
        return TemporaryDirectory(prefix="ocpp16sm-", dir=self._given, ignore_cleanup_errors=True)

    async def _pause(self, seconds: float) -> None:
        over = asyncio.get_running_loop().create_future()
        cancel = self._station.later(seconds, over.set_result, None)
        try:
            await over
        finally:
            cancel()

    async def _try(
        self,
        order: Order,
        move: Callable[[], Awaitable[None]],
        begun: Callable[[], None],
        failed: Callable[[], None],
    ) -> bool:
        """Move a file, as often as the order allows; every attempt is told."""
        for attempt in range(order.attempts):
            if attempt:
                await self._pause(order.interval_s)
            begun()
            await self._pause(self._station.timings.file_step_s)
            try:
                await move()
            except TransferError as error:
                self._note(str(error))
            except Exception:
                log.exception("%s could not move a file", type(self._files).__name__)
            else:
                return True
            failed()
        return False

    def _note(self, trouble: str) -> None:
        log.warning("%s", trouble)
        self._station.logbook.note("file", trouble)


class FirmwareUpdater(_Bench):
    """Downloads firmware, waits for the connectors, installs, restarts."""

    def __init__(
        self, station: Surroundings, files: FileMover, directory: Path | None, read: ImageReader, *, restarts: bool
    ) -> None:
        super().__init__(station, files, directory)
        self._read = read
        self._restarts = restarts
        self._is_new = False
        """Whether there is firmware that has not been started yet."""
        self._cleared = asyncio.Event()
        self._installed: Order | None = None
        """The update whose firmware is in place, and has yet to prove that it comes up."""

    def begin(self, order: Order, retrieve_date: Timestamp) -> None:
        """Update, not before ``retrieve_date``. Without effect while another update is going on."""
        if self._installed is not None:  # the charge point, which asks for one at a time, has heard that it came up
            self._installed = None
            self.halt()
        if self.busy:
            log.warning("an update is going on: %s is not fetched", show(order.location))
            return
        self._begin(self._update(order, retrieve_date))

    def connectors_cleared(self) -> None:
        """Every connector is out of service: go on."""
        self._cleared.set()

    def boot_reason(self, usual: BootReason) -> BootReason:
        """Why the station comes up: with new firmware for that, whatever else has brought it down."""
        return BootReason.FIRMWARE_UPDATE if self._is_new else usual

    def booted(self) -> None:
        """The station is up again."""
        self._is_new = False
        if self._installed is not None:
            self._begin(self._prove(self._installed))

    async def _update(self, order: Order, retrieve_date: Timestamp) -> None:
        await self._pause(max((retrieve_date - self._station.utc()).total_seconds(), 0))
        url, fragment = urldefrag(order.location)
        clears = fragment != KEEP_CONNECTORS
        with self._directory() as directory:
            image = Path(directory) / local_name(url, "firmware.bin")
            if not await self._try(
                order,
                lambda: self._files.download(url, image),
                lambda: self._say(order, FirmwareUpdateStatus.DOWNLOADING),
                lambda: self._say(order, FirmwareUpdateStatus.DOWNLOAD_FAILED),
            ):
                return
            self._cleared.clear()
            self._say(order, FirmwareUpdateStatus.DOWNLOADED, clears)
            await self._pause(self._station.timings.file_step_s)
            if clears:
                await self._cleared.wait()
            self._say(order, FirmwareUpdateStatus.INSTALLING, clears)
            await self._pause(self._station.timings.file_step_s)
            self._install(order, image)

    def _install(self, order: Order, image: Path) -> None:
        """What the image says it is; then it has to come up."""
        try:
            version = self._read(image)
        except Exception as error:  # it is the application's
            if not isinstance(error, ValueError):
                log.exception("the firmware could not be looked at")
            self._note(f"the firmware cannot be installed: {error}")
            self._say(order, FirmwareUpdateStatus.INSTALLATION_FAILED)
            return
        charge_point = self._station.charge_point
        if version is not None:
            identity = evolve(charge_point.settings.identity, firmware_version=version)
            charge_point.settings = evolve(charge_point.settings, identity=identity)
        self._is_new = True
        if not self._restarts:
            self._say(order, FirmwareUpdateStatus.INSTALLED)
            return
        for bay in self._station.bays:
            if bay.owner is not None:
                bay.stop(Reason.REBOOT)
        self._installed = order
        self._station.reset(BootReason.FIRMWARE_UPDATE)

    async def _prove(self, order: Order) -> None:
        await self._station.charge_point.wait_until_accepted()
        self._installed = None
        self._say(order, FirmwareUpdateStatus.INSTALLED)

    def _say(self, order: Order, status: FirmwareUpdateStatus, clears: bool = True) -> None:
        self._station.charge_point.on_firmware_update_status_notification(order.request_id, status, clears)


class DiagnosticsUploader(_Bench):
    """Writes down what the station knows, and uploads it."""

    def begin(self, order: Order, start: Timestamp | None, stop: Timestamp | None) -> str:
        """Upload what happened from ``start`` to ``stop``; gives the name of the file. An older upload is dropped."""
        self.halt()
        station, now = self._station, self._station.utc()
        name = diagnostics.file_name(station.charge_point.settings.charge_point_id, now)
        told = diagnostics.report(station.charge_point, station.bays, station.logbook, now, start, stop)
        self._begin(self._upload(order, name, told))
        return name

    async def _upload(self, order: Order, name: str, told: str) -> None:
        with self._directory() as directory:
            file = Path(directory) / name
            file.write_text(told, encoding="utf-8")
            if await self._try(
                order,
                lambda: self._files.upload(file, order.location),
                lambda: self._say(order, UploadLogStatus.UPLOADING),
                lambda: self._say(order, UploadLogStatus.UPLOAD_FAILURE),
            ):
                self._say(order, UploadLogStatus.UPLOADED)

    def _say(self, order: Order, status: UploadLogStatus) -> None:
        self._station.charge_point.on_log_status_notification(order.request_id, status)


class Workshop:
    """Where files are worked on: each job in a directory of its own, inside ``directory`` or the system's usual one."""

    def __init__(
        self,
        station: Surroundings,
        files: FileMover,
        directory: Path | None,
        read_image: ImageReader,
        *,
        update_restarts: bool,
    ) -> None:
        self.firmware = FirmwareUpdater(station, files, directory, read_image, restarts=update_restarts)
        self.diagnostics = DiagnosticsUploader(station, files, directory)

    def halt(self) -> None:
        """The station goes down: drop everything that is being done."""
        self.firmware.halt()
        self.diagnostics.halt()


def _look_after(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("the workshop of the virtual station failed", exc_info=task.exception())
