"""The virtual station: its bays, its card reader, its hardware, and the charge point in the middle."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from random import Random
from typing import Any, Self, TypeVar

from ocpp16sm import arguments
from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.clock import Clock, SystemClock
from ocpp16sm.core.inputs import BootReason
from ocpp16sm.errors import UnknownConnectorError
from ocpp16sm.hardware import Hardware
from ocpp16sm.listener import Listener
from ocpp16sm.messages import (
    AuthorizationStatus,
    AvailabilityStatus,
    AvailabilityType,
    ChangeAvailabilityRequest,
    ChargePointErrorCode,
    ChargePointStatus,
    ConfigurationStatus,
    DataTransferResponse,
    IdTagInfo,
    Reason,
    ResetType,
    UnlockStatus,
)
from ocpp16sm.settings import Settings
from ocpp16sm.station.bay import Bay, Token
from ocpp16sm.station.car import Car, PowerMeter
from ocpp16sm.station.files import FileMover, NetworkFiles
from ocpp16sm.station.logbook import Logbook, Overheard
from ocpp16sm.station.timings import Timings
from ocpp16sm.station.workshop import ImageReader, Order, Workshop, read_image
from ocpp16sm.store import MemoryStore, Store
from ocpp16sm.timestamp import Timestamp
from ocpp16sm.transport import Transport, WebSocketTransport

log = logging.getLogger("ocpp16sm.station")

T = TypeVar("T")


class VirtualStation:
    """A station whose hardware is simulated, around a real :class:`~ocpp16sm.ChargePoint`.

    :param settings: of the charge point.
    :param timings: how long things take.
    :param seed: of the meters' noise; the same seed gives the same readings.
    :param listener: who is told what happens at the charge point.
    :param display: who is shown what the station's display says to the people in front of it.
    :param store: where the charge point keeps its state over resets; by default what ``settings.store`` names.
    :param transport: how connections are opened; by default websockets.
    :param clock: where the time of day comes from.
    :param files: who moves firmware and diagnostics; by default the network. In virtual time:
        :class:`~ocpp16sm.station.files.MemoryFiles`.
    :param directory: where files lie while the station works on them; by default the system's for such files.
    :param read_image: looks at downloaded firmware, see :data:`~ocpp16sm.station.workshop.ImageReader`.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        timings: Timings | None = None,
        seed: int = 0,
        listener: Listener | None = None,
        display: Callable[[str], None] | None = None,
        store: Store | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
        files: FileMover | None = None,
        directory: Path | None = None,
        read_image: ImageReader = read_image,
    ) -> None:
        self.timings = timings or Timings()
        self.connection_timeout_s = 0
        """ConnectionTimeOut, as the charge point says."""
        self._display = display
        self._clock = clock or SystemClock()
        # Without a file, memory stands for the disk: a reset must not lose what is on it.
        kept = store if store is not None or settings.store else MemoryStore()
        self.logbook = Logbook(self.utc)
        overheard = Overheard(transport or WebSocketTransport(), self.logbook)
        self.charge_point = ChargePoint(
            settings, hardware=_Works(self), listener=listener, store=kept, transport=overheard, clock=self._clock
        )
        self.charge_point.add_listener(_Ears(self))
        self.charge_point.add_listener(self.logbook)
        self.workshop = Workshop(self, files or NetworkFiles(), directory, read_image)
        noise = Random(seed)
        self.bays = tuple(
            Bay(number, self, PowerMeter(Random(noise.random()))) for number in range(1, settings.connectors + 1)
        )
        self._handles: set[asyncio.TimerHandle] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sessions = 0

    # -- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """:meth:`boot`, for coroutines."""
        self.boot()

    def boot(self) -> None:
        """Switch the power on: the charge point starts on what its store holds, and connects.

        Nothing is plugged in: what was, has to be plugged in again. Raises
        :class:`~ocpp16sm.errors.NotStartedError` if the power is on.
        """
        self.charge_point.launch(self.workshop.firmware.boot_reason)
        self._look()

    def power_off(self) -> None:
        """The power fails: everything stops without a word, and nothing is left but what is in the store.

        Plugs do not survive it. Without effect if the power is off.
        """
        for task in tuple(self._tasks):
            task.cancel()
        self._forget()
        self.charge_point.kill()
        for bay in self.bays:
            bay.car = None

    async def stop(self) -> None:
        """Stop in good order; transactions end."""
        self.workshop.halt()
        for task in tuple(self._tasks):
            task.cancel()
        await self.charge_point.stop()
        self._forget()

    async def __aenter__(self) -> Self:
        """Power up."""
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Stop."""
        await self.stop()

    async def _restart(self, boot_reason: BootReason) -> None:
        self._forget()
        await self.charge_point.stop()
        await asyncio.sleep(self.timings.restart_s)
        await self.charge_point.start(boot_reason)
        self._look()

    def _look(self) -> None:
        """See what is plugged in where, and what the meters show."""
        for bay in self.bays:
            bay.redetect()
            bay.read_meter()
        self.workshop.firmware.booted()

    def _forget(self) -> None:
        self.workshop.halt()
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()

    # -- what people and cars do ------------------------------------------------------------------------------------

    def plug_in(self, connector: int, car: Car | None = None) -> None:
        """Plug a car in; a second plug does not fit."""
        self.bay(connector).plug_in(car or Car())

    def plug_out(self, connector: int) -> None:
        """Unplug; without a plug nothing happens."""
        self.bay(connector).plug_out()

    def ev_pause(self, connector: int) -> None:
        """The car stops drawing power."""
        self.bay(connector).pause_by_car()

    def ev_resume(self, connector: int) -> None:
        """The car wants power again."""
        self.bay(connector).resume_by_car()

    def present_token(self, id_tag: str, connectors: Iterable[int] | None = None) -> None:
        """Show a card to the reader of these connectors (None: of all)."""
        self._spawn(self._present(id_tag, self._named(connectors)))

    def raise_error(
        self,
        connector: int,
        error: ChargePointErrorCode | str | int = ChargePointErrorCode.OTHER_ERROR,
        info: str | None = None,
        *,
        is_fault: bool | None = None,
    ) -> str:
        """Something breaks at connector 1..N. Gives the uuid for :meth:`clear_error`.

        :param error: a ChargePointErrorCode, or a number of the Minimum Required Error Codes (MREC), 1 to 26.
        :param info: free text, 50 characters.
        :param is_fault: whether it prevents charging; by default as errors of its kind do.
        """
        return self.bay(connector).raise_error(_error_code(error), info, is_fault=is_fault is not False)

    def clear_error(self, connector: int, uuid: str | None = None) -> None:
        """It is mended (None: everything there)."""
        self.bay(connector).clear_error(uuid)

    def diode_fault(self, connector: int) -> None:
        """The control pilot's diode fails in the car, once it has charged for 5 s; unplugging mends it."""
        self.bay(connector).raise_error(ChargePointErrorCode.OTHER_ERROR, "DiodeFault", is_fault=True)

    def disconnect_link(self) -> None:
        """Lose the connection to the Central System, until :meth:`connect_link`."""
        self.charge_point.disconnect()

    def connect_link(self) -> None:
        """Have it back."""
        self.charge_point.connect()

    # -- what the operator does -------------------------------------------------------------------------------------

    def change_availability(self, connector: int, type: AvailabilityType | str) -> AvailabilityStatus:
        """Take connector 1..N (0: all of it) out of service (Inoperative), or back into it (Operative).

        Accepted: done, or as good as; Scheduled: when its use has ended; Rejected: there is no such connector.
        """
        wanted = arguments.word("type", type, AvailabilityType)
        return self.charge_point.on_change_availability(ChangeAvailabilityRequest(connector, wanted)).status

    def data_transfer(
        self, vendor_id: str, message_id: str | None = None, data: str | None = None
    ) -> asyncio.Task[DataTransferResponse | None]:
        """Send vendor-specific data. The task need not be awaited; it gives the answer, None without one."""
        return self._spawn(self.charge_point.data_transfer(vendor_id, message_id, data))

    def security_event(self, type: str, tech_info: str | None = None) -> None:
        """Something happened that matters to security; the Central System hears of what the whitepaper calls critical.

        :param type: its name, 50 characters.
        :param tech_info: details, 255 characters.
        """
        self.charge_point.on_security_event(type, tech_info)

    def get_configuration(self, keys: Iterable[str] | None = None) -> dict[str, str]:
        """Values of configuration keys, as texts; None: of all. Unknown names are left out."""
        if keys is None:
            return self.charge_point.get_configuration()
        wanted = tuple(keys)
        return self.charge_point.get_configuration(*wanted) if wanted else {}

    def set_configuration(self, key: str, value: str) -> ConfigurationStatus:
        """Change a configuration key: Accepted or RebootRequired; otherwise raises ConfigurationError, saying why."""
        return self.charge_point.set_configuration(key, value)

    def status(self, connector: int) -> ChargePointStatus:
        """The status of connector 0..N, as it would be reported."""
        return self.charge_point.status(connector)

    def bay(self, connector: int) -> Bay:
        """Connector 1..N. Raises UnknownConnectorError."""
        if not 1 <= connector <= len(self.bays):
            raise UnknownConnectorError(connector, len(self.bays))
        return self.bays[connector - 1]

    # -- cards ------------------------------------------------------------------------------------------------------

    def _named(self, connectors: Iterable[int] | None) -> list[Bay]:
        return list(self.bays) if connectors is None else [self.bay(number) for number in connectors]

    async def _present(self, id_tag: str, bays: list[Bay]) -> None:
        """A card at a reader: stop what it started, else find it a connector (4.1, 4.10)."""
        owned = next((bay for bay in bays if bay.owner is not None and _same(bay.owner.id_tag, id_tag)), None)
        if owned is not None:
            owned.stop(Reason.LOCAL, id_tag)
            return
        if any(bay.token is not None and _same(bay.token.id_tag, id_tag) for bay in bays):
            return
        parents = [bay for bay in bays if bay.owner is not None and bay.owner.parent_id_tag is not None]
        if not parents and not self._usable(bays):
            self._show("no connector is free")
            return
        info = await self.charge_point.authorize(id_tag)
        if info.status is AuthorizationStatus.ACCEPTED:
            self._admit(Token(id_tag, info.parent_id_tag), bays)
        else:
            self._show(f"the card is refused: {info.status}")

    def _admit(self, token: Token, bays: list[Bay]) -> None:
        usable = self._usable(bays)
        if usable:
            _best(usable).accept(token)
            return
        for bay in bays:
            if bay.owner is not None and _same(bay.owner.parent_id_tag, token.parent_id_tag):
                bay.stop(Reason.LOCAL, token.id_tag)
                return

    def _show(self, text: str) -> None:
        if self._display is not None:
            self._display(text)

    def _usable(self, bays: list[Bay]) -> list[Bay]:
        closed = (ChargePointStatus.UNAVAILABLE, ChargePointStatus.FAULTED, ChargePointStatus.RESERVED)
        return [bay for bay in bays if bay.waits_for_token and self.status(bay.number) not in closed]

    # -- what the bays and the hardware need ------------------------------------------------------------------------

    def even_time(self) -> float:
        """Even time, s: that of the event loop."""
        return asyncio.get_running_loop().time()

    def utc(self) -> Timestamp:
        """The time of day."""
        return self._clock.utc()

    def session_name(self) -> str:
        """A new name for a session."""
        self._sessions += 1
        return f"session-{self._sessions}"

    def later(self, delay_s: float, act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
        """Have something done later, unless the station stops before; gives what cancels it."""

        def run() -> None:
            self._handles.discard(handle)
            act(*arguments)

        handle = asyncio.get_running_loop().call_later(delay_s, run)
        self._handles.add(handle)

        def cancel() -> None:
            handle.cancel()
            self._handles.discard(handle)

        return cancel

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("an act of the virtual station failed", exc_info=task.exception())

    def remote_start(self, id_tag: str, connectors: tuple[int, ...], *, authorized: bool) -> None:
        """A token that the Central System presents: it starts a transaction, and never stops one."""
        bays = self._named(connectors)
        if authorized:
            self._admit_remotely(Token(id_tag), bays)
        else:
            self._spawn(self._authorize_remotely(id_tag, bays))

    async def _authorize_remotely(self, id_tag: str, bays: list[Bay]) -> None:
        info = await self.charge_point.authorize(id_tag)
        if info.status is AuthorizationStatus.ACCEPTED:
            self._admit_remotely(Token(id_tag, info.parent_id_tag), bays)

    def _admit_remotely(self, token: Token, bays: list[Bay]) -> None:
        usable = [bay for bay in bays if bay.waits_for_token]
        if usable:
            _best(usable).accept(token)

    def reset(self, boot_reason: BootReason = BootReason.REMOTE_RESET) -> None:
        """Start the charge point anew on the same store; plugs stay where they are."""
        self._spawn(self._restart(boot_reason))


class _Works(Hardware):
    """What the charge point asks of the station."""

    def __init__(self, station: VirtualStation) -> None:
        self._station = station

    def enable(self, connector: int) -> None:
        self._station.charge_point.on_enabled(connector)

    def disable(self, connector: int) -> None:
        self._station.charge_point.on_disabled(connector)

    def provide_token(self, id_tag: str, connectors: tuple[int, ...], authorized: bool) -> None:
        self._station.remote_start(id_tag, connectors, authorized=authorized)

    def stop_transaction(self, connector: int, reason: Reason) -> None:
        self._station.bay(connector).stop(reason)

    def pause_charging(self, connector: int) -> None:
        self._station.bay(connector).pause_by_station()

    def unlock(self, connector: int) -> UnlockStatus:
        return self._station.bay(connector).unlock()

    def is_reset_allowed(self, type: ResetType) -> bool:
        return True

    def reset(self, type: ResetType) -> bool:
        self._station.reset()
        return True

    def set_connection_timeout(self, seconds: int) -> None:
        self._station.connection_timeout_s = seconds

    def update_firmware(
        self, location: str, retrieve_date: Timestamp, retries: int | None, retry_interval_s: int | None
    ) -> None:
        self._station.workshop.firmware.begin(Order(location, retries, retry_interval_s), retrieve_date)

    def all_connectors_unavailable(self) -> None:
        self._station.workshop.firmware.connectors_cleared()

    def upload_diagnostics(
        self,
        location: str,
        start_time: Timestamp | None,
        stop_time: Timestamp | None,
        retries: int | None,
        retry_interval_s: int | None,
    ) -> str:
        return self._station.workshop.diagnostics.begin(
            Order(location, retries, retry_interval_s), start_time, stop_time
        )


class _Ears(Listener):
    """What the station learns from its charge point."""

    def __init__(self, station: VirtualStation) -> None:
        self._station = station

    def transaction_updated(self, connector: int, session_id: str, transaction_id: int, info: IdTagInfo) -> None:
        owner = self._station.bay(connector).owner
        if owner is not None and info.parent_id_tag is not None:
            owner.parent_id_tag = info.parent_id_tag


MREC = {
    1: ChargePointErrorCode.CONNECTOR_LOCK_FAILURE,
    2: ChargePointErrorCode.GROUND_FAILURE,
    3: ChargePointErrorCode.HIGH_TEMPERATURE,
    4: ChargePointErrorCode.OVER_CURRENT_FAILURE,
    5: ChargePointErrorCode.OVER_VOLTAGE,
    6: ChargePointErrorCode.UNDER_VOLTAGE,
}
"""Minimum Required Error Codes that OCPP 1.6 has a word for."""


def _error_code(error: ChargePointErrorCode | str | int) -> ChargePointErrorCode:
    if isinstance(error, int):
        return MREC.get(error, ChargePointErrorCode.OTHER_ERROR)
    return arguments.word("error", error, ChargePointErrorCode)


def _best(usable: list[Bay]) -> Bay:
    """A plugged connector if there is one (somebody is waiting there), else the lowest."""
    return min(usable, key=lambda bay: (not bay.seen, bay.number))


def _same(one: str | None, other: str | None) -> bool:
    """idTags are compared without regard to case (7.28); one that is not known is like no other."""
    return one is not None and other is not None and one.casefold() == other.casefold()
