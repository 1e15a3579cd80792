"""Base class of file jobs: one job at a time, in its own directory, repeated as often as the order allows."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from attrs import frozen

from ocpp16sm.arguments.arguments import UNSIGNED
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.errors import TransferError, TransferFault
from ocpp16sm.shell.cancelled import is_cancelled
from ocpp16sm.station.files import FileMover
from ocpp16sm.station.logbook import Logbook
from ocpp16sm.station.timings import Timings
from ocpp16sm.station.virtual_connector import VirtualConnector

log = NamedLog("ocpp16sm.station.workshop")

USUAL_INTERVAL_S = 1
"""Seconds between two attempts if the Central System names none."""


class JobStation(Protocol):
    """What a file job needs from its station."""

    charge_point: ChargePoint
    logbook: Logbook
    virtual_connectors: tuple[VirtualConnector, ...]

    @property
    def timings(self) -> Timings:
        """Durations."""

    def utc(self) -> Timestamp:
        """The time of day."""

    def later(self, delay_s: float, act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
        """Call ``act`` after ``delay_s`` seconds; returns a function that cancels it."""

    def reset(self, boot_reason: BootReason) -> None:
        """Restart the charge point."""


@frozen
class FirmwareSignature:
    """The signature of firmware (whitepaper L01)."""

    signing_certificate: str
    """The signer's certificate, PEM."""
    signature: str
    """The signature, base64."""


@frozen
class FileRequest:
    """A request of the Central System that concerns a file."""

    location: str
    retries: int | None
    """How often to repeat a failed attempt; None: not at all."""
    retry_interval_s: int | None
    request_id: int = UNSIGNED
    firmware_signature: FirmwareSignature | None = None
    """The signature; None: the update is not signed."""
    install_date: Timestamp | None = None
    """Earliest time of installation; None: at once."""

    @property
    def attempts(self) -> int:
        """Maximum number of attempts."""
        return 1 + max(self.retries or 0, 0)

    @property
    def interval_s(self) -> int:
        """Seconds between two attempts."""
        return USUAL_INTERVAL_S if self.retry_interval_s is None else max(self.retry_interval_s, 0)


class FileJob:
    """Runs one job at a time, until it is done or the station goes down."""

    def __init__(self, station: JobStation, files: FileMover, directory: Path | None) -> None:
        self._station = station
        self._files = files
        self._given = directory
        self._task: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._task is not None and not self._task.done()

    def halt(self) -> None:
        """Cancel the job without a report."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.get_running_loop().create_task(work)
        self._task.add_done_callback(_look_after)

    def _directory(self) -> TemporaryDirectory[str]:
        """A directory for one job, deleted afterwards."""
        if self._given is not None:
            self._given.mkdir(parents=True, exist_ok=True)
        return TemporaryDirectory(prefix="ocpp16sm-", dir=self._given, ignore_cleanup_errors=True)

    async def _pause(self, seconds: float) -> None:
        over = asyncio.Event()
        cancel = self._station.later(seconds, over.set)  # harmless if it is called during a halt
        try:
            await over.wait()
        finally:
            cancel()

    async def _try(
        self,
        request: FileRequest,
        move: Callable[[], Awaitable[None]],
        begun: Callable[[], None],
        failed: Callable[[TransferFault], None],
    ) -> bool:
        """Move a file, with as many attempts as the order allows; returns whether one succeeded.

        ``begun`` and ``failed`` are called for each attempt.
        """
        for attempt in range(request.attempts):
            if attempt:
                await self._pause(request.interval_s)
            begun()
            await self._pause(self._station.timings.file_step_s)
            try:
                await move()
            except TransferError as error:
                fault = error.fault
                self._note(str(error))
            except (Exception, asyncio.CancelledError) as error:
                if is_cancelled(error):
                    raise
                fault = TransferFault.FAILED
                log.exception("%s failed to move a file", type(self._files).__name__)
            else:
                return True
            failed(fault)
        return False

    def _note(self, trouble: str) -> None:
        log.warning("%s", trouble)
        self._station.logbook.note("file", trouble)


def _look_after(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a file job of the virtual station failed", exc_info=task.exception())
