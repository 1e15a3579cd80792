"""The virtual station: what can be done to it. What follows from it happens in its parts."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Self, TypeVar

from ocpp16sm.arguments import arguments
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.words import AvailabilityTypeWord, ChargePointErrorCodeWord
from ocpp16sm.certificates import Certificates
from ocpp16sm.charge_point import ChargePoint
from ocpp16sm.clock import Clock, PacedClock, SystemClock
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.errors import AlreadyRunningError, NotStartedError, StoreError, UnknownConnectorError
from ocpp16sm.listener import Listener
from ocpp16sm.messages import (
    AvailabilityStatus,
    AvailabilityType,
    ChangeAvailabilityRequest,
    ChargePointErrorCode,
    ChargePointStatus,
    ConfigurationStatus,
    DataTransferResponse,
)
from ocpp16sm.network.transport import Transport, WebSocketTransport
from ocpp16sm.settings import Settings
from ocpp16sm.station.car import Car, Vehicle
from ocpp16sm.station.card_reader import CardReader
from ocpp16sm.station.charging_limits import Limits
from ocpp16sm.station.connector_build import Outlet
from ocpp16sm.station.connector_view import ConnectorView
from ocpp16sm.station.faults import Faults, kind_of
from ocpp16sm.station.file_jobs import FileJobs
from ocpp16sm.station.files import FileMover, NetworkFiles
from ocpp16sm.station.firmware_updater import ImageReader, SignatureCheck, check_signature, read_image
from ocpp16sm.station.logbook import LENGTH, Logbook
from ocpp16sm.station.meter import PowerMeter
from ocpp16sm.station.shared import SharedParts
from ocpp16sm.station.simulated_hardware import SimulatedHardware, StationListener
from ocpp16sm.station.timings import Timings
from ocpp16sm.station.virtual_connector import VirtualConnector
from ocpp16sm.store import MemoryStore, Store

log = NamedLog("ocpp16sm.station")

T = TypeVar("T")

LAST_WORDS_S = 2.0
"""A reset waits no longer for what has to be said besides the transactions, for which the charge point has waited."""


class VirtualStation:
    """A station whose hardware is simulated, around a real :class:`~ocpp16sm.ChargePoint`.

    Everything that can be done to it is done at once, without waiting for the Central System, on the event loop's
    thread. Connectors are numbered 1..N; one that is not there raises
    :class:`~ocpp16sm.errors.UnknownConnectorError`. Without power nothing can be done
    (:class:`~ocpp16sm.errors.NotStartedError`).

    :param settings: of the charge point.
    :param outlets: how connectors are built, by number; by default all alike, with a lock and 32 A.
    :param timings: how long things take.
    :param seed: of everything that is left to chance, message ids included: with the same one, and a
        :class:`~ocpp16sm.clock.VirtualClock`, a run repeats itself byte for byte. By default every run is another.
    :param listener: who is told what happens at the charge point.
    :param display: who is shown what the station's display says to the people in front of it.
    :param store: where the charge point keeps its state over resets; by default what ``settings.store`` names.
    :param transport: how connections are opened; by default websockets.
    :param clock: the time of day, and with a :class:`~ocpp16sm.clock.PacedClock` all other time as well; then the
        station has to run in one of its event loops.
    :param certificates: where certificates and keys are kept, as for :class:`~ocpp16sm.charge_point.ChargePoint`.
    :param files: who moves firmware and diagnostics; by default the network. In virtual time:
        :class:`~ocpp16sm.station.files.MemoryFiles`.
    :param directory: where files lie while the station works on them; by default the system's for such files.
    :param read_image: looks at downloaded firmware, see :data:`~ocpp16sm.station.firmware_updater.ImageReader`.
    :param check_signature: looks whether downloaded firmware is genuine, see
        :data:`~ocpp16sm.station.firmware_updater.SignatureCheck`.
    :param update_restarts: whether a firmware update restarts the station, and Installed is told when it is up again.
        By default Installed is told at once, connectors go back into service, and the next start is the new firmware's.
    :param random: where chance comes from, instead of a seed; stations may share one, which saves memory.
    :param entries_kept: how much the logbook keeps, from which diagnostics are made; 0: it does not listen.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        outlets: Mapping[int, Outlet] | None = None,
        timings: Timings | None = None,
        seed: int | None = None,
        listener: Listener | None = None,
        display: Callable[[str], None] | None = None,
        store: Store | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
        certificates: Certificates | None = None,
        files: FileMover | None = None,
        directory: Path | None = None,
        read_image: ImageReader = read_image,
        check_signature: SignatureCheck = check_signature,
        update_restarts: bool = False,
        random: Random | None = None,
        entries_kept: int = LENGTH,
    ) -> None:
        self._count = settings.connectors
        self._outlets = dict(outlets or {})
        for connector in self._outlets:
            self._check(connector)
        self._clock = clock or SystemClock()
        self._shared, self._chance, self._display = random, random or Random(seed), display
        self.logbook = Logbook(self._clock.utc, entries_kept)
        self.charge_point = ChargePoint(
            settings,
            listener=listener,
            # Without a file, memory stands for the disk: a reset must not lose what is on it.
            store=store if store is not None or settings.store else MemoryStore(),
            transport=self.logbook.overhear(transport or WebSocketTransport()),
            clock=self._clock,
            certificates=certificates,
            random=random or Random(self._chance.getrandbits(64)),
        )
        self._site = SharedParts(
            self.charge_point,
            self._clock,
            timings or Timings(),
            lambda: self.faults.prevent_charging,
            lambda number: self._spawn(self._reader.hear_car(self.virtual_connectors[number - 1])),
        )
        self._reader = CardReader(self.charge_point, self._show)
        self._build()
        self.workshop = FileJobs(
            self, files or NetworkFiles(), directory, read_image, check_signature, update_restarts=update_restarts
        )
        self.charge_point.hardware = SimulatedHardware(
            self._site, self._reader, self.workshop, lambda: self.virtual_connectors, self.reset
        )
        self._limits = Limits(self.charge_point, self._site, lambda: self.virtual_connectors)
        self.charge_point.add_listener(
            StationListener(lambda: self.virtual_connectors, self._limits, self._show, self._failed)
        )
        if entries_kept:
            self.charge_point.add_listener(self.logbook)
        self.out_of_order: Callable[[str], None] = lambda _reason: None
        """Told why, when the charge point has stopped by itself and the power is off."""
        self._powered = False
        self._tasks: dict[asyncio.Task[Any], None] = {}
        """In the order in which they began."""

    def _build(self) -> None:
        """The hardware as it is when it has just got power: nothing plugged in, nothing broken."""
        self.faults = Faults(0, self._site, self._update_flow)
        chances = (self._shared or Random(self._chance.random()) for _ in range(self._count))
        self.virtual_connectors = tuple(
            VirtualConnector(number, self._site, self._outlets.get(number, Outlet()), PowerMeter(chance))
            for number, chance in enumerate(chances, 1)
        )

    def _update_flow(self) -> None:
        for virtual_connector in self.virtual_connectors:
            virtual_connector.update_flow()

    # -- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """:meth:`boot`, for coroutines."""
        self.boot()

    async def stop(self) -> None:
        """Stop in good order: transactions are ended (reason Other) and delivered. Then there is no power."""
        self._powered = False
        self.workshop.halt()
        self._cancel_tasks()
        await self.charge_point.stop()
        self._site.forget()
        self._build()

    async def __aenter__(self) -> Self:
        """Boot."""
        self.boot()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Stop."""
        await self.stop()

    def boot(self) -> None:
        """Switch the power on: the charge point starts on what its store holds, and connects.

        Nothing is plugged in, and nothing broken. Raises :class:`~ocpp16sm.errors.AlreadyRunningError` if the power is
        on, :class:`~ocpp16sm.errors.NotStartedError` if the event loop keeps another time than the clock,
        :class:`~ocpp16sm.errors.StoreError` if the store cannot be used.
        """
        if self._powered:
            raise AlreadyRunningError("the station has power already")
        if isinstance(self._clock, PacedClock):
            self._clock.check_loop()
        self._start(BootReason.POWER_UP)
        self._powered = True

    def power_off(self) -> None:
        """The power fails: everything stops without a word, and nothing is left but what is in the store.

        Plugs do not survive it, nor does what is broken. Without effect if there is no power.
        """
        self._powered = False
        self.workshop.halt()
        self._cancel_tasks()
        self.charge_point.kill()
        self._site.forget()
        self._build()

    def _start(self, boot_reason: BootReason) -> None:
        self.charge_point.launch(self.workshop.firmware.boot_reason(boot_reason))
        self._reader.closed = False
        self.faults.tell_again()
        for virtual_connector in self.virtual_connectors:
            virtual_connector.start()
        self._limits.look()
        self.workshop.firmware.booted()

    def reset(self, boot_reason: BootReason = BootReason.LOCAL_RESET) -> None:
        """Start the charge point anew on the same store. The rest has power all the time: plugs stay where they are."""
        self._check_power()
        self._spawn(self._restart(boot_reason))

    async def _restart(self, boot_reason: BootReason) -> None:
        self.workshop.halt()
        await self.charge_point.stop(LAST_WORDS_S)
        self._site.forget()
        await asyncio.sleep(self.timings.restart_s)
        try:
            self._start(boot_reason)
        except StoreError as error:
            self._failed(str(error))

    def _failed(self, reason: str) -> None:
        """The charge point cannot go on: to whoever stands in front of it, the station is out of order."""
        log.error("%s: the station is out of order: %s", self.charge_point.settings.charge_point_id, reason)
        # not at once: whatever part of the station has brought it about is still busy with it
        asyncio.get_running_loop().call_soon(self._go_out_of_order, reason)

    def _go_out_of_order(self, reason: str) -> None:
        if self._powered:
            self.power_off()
        self.out_of_order(reason)

    # -- what people and cars do ------------------------------------------------------------------------------------

    def plug_in(self, connector: int, car: Vehicle | None = None) -> None:
        """Plug a car in (None: one phase, 32 A, never full); a second plug does not fit, and is ignored."""
        self.virtual_connector(connector).plug_in(car or Car())

    def plug_out(self, connector: int) -> None:
        """Unplug; without a plug nothing happens."""
        self.virtual_connector(connector).plug_out()

    def ev_pause(self, connector: int) -> None:
        """The car takes no energy until :meth:`ev_resume`; without a car nothing happens."""
        self.virtual_connector(connector).pause_by_car()

    def ev_resume(self, connector: int) -> None:
        """The car takes energy again."""
        self.virtual_connector(connector).resume_by_car()

    def present_token(self, token: str, connectors: Iterable[int] | None = None) -> None:
        """Show a card to the reader of these connectors (None: of all).

        :param token: its idTag, 20 characters.
        """
        id_tag = arguments.text("token", token, 20)
        virtual_connectors = [self.virtual_connector(number) for number in self._numbers(connectors)]
        self._spawn(self._reader.present(id_tag, virtual_connectors))

    def _numbers(self, connectors: Iterable[int] | None) -> Iterable[int]:
        return range(1, self._count + 1) if connectors is None else connectors

    # -- what breaks ------------------------------------------------------------------------------------------------

    def raise_error(
        self,
        connector: int,
        error: ChargePointErrorCode | ChargePointErrorCodeWord | int = ChargePointErrorCode.OTHER_ERROR,
        info: str | None = None,
        *,
        is_fault: bool | None = None,
    ) -> str:
        """Something breaks at connector 1..N, or (0) for all of them. Gives the uuid for :meth:`clear_error`.

        :param error: a ChargePointErrorCode, or a number of the Minimum Required Error Codes (MREC), 1 to 26.
        :param info: free text, 50 characters.
        :param is_fault: whether it prevents charging; by default as errors of its kind do. What does is told twice:
            first the error, then the status Faulted.
        """
        return self._faults(connector).add(kind_of(error), info, is_fault=is_fault)

    def clear_error(self, connector: int, uuid: str | None = None) -> None:
        """It is mended (None: everything there); an unknown uuid changes nothing."""
        self._faults(connector).mend(uuid)

    def diode_fault(self, connector: int) -> None:
        """The diode in the car's control pilot circuit breaks once it has charged for 5 s; unplugging mends it.

        Without a car, one with such a diode is plugged in.
        """
        self.virtual_connector(connector).break_diode()

    def _faults(self, connector: int) -> Faults:
        if connector != 0:
            return self.virtual_connector(connector).faults
        self._check_power()
        return self.faults

    # -- the connection ---------------------------------------------------------------------------------------------

    def connect_link(self) -> None:
        """Have the connection back, and keep it."""
        self.charge_point.connect()

    def disconnect_link(self) -> None:
        """Lose the connection to the Central System, until :meth:`connect_link`."""
        self.charge_point.disconnect()

    # -- what the operator does -------------------------------------------------------------------------------------

    def change_availability(self, connector: int, type: AvailabilityType | AvailabilityTypeWord) -> AvailabilityStatus:
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
        self.logbook.note_security_event(type, tech_info)

    def get_configuration(self, keys: Iterable[str] | None = None) -> dict[str, str]:
        """Values of configuration keys, as texts; None: of all. Unknown names are left out."""
        if keys is None:
            return self.charge_point.get_configuration()
        wanted = tuple(keys)
        return self.charge_point.get_configuration(*wanted) if wanted else {}

    def set_configuration(self, key: str, value: str) -> ConfigurationStatus:
        """Change a configuration key: Accepted or RebootRequired; otherwise raises ConfigurationError, saying why."""
        return self.charge_point.set_configuration(key, value)

    # -- what can be seen -------------------------------------------------------------------------------------------

    def status(self, connector: int) -> ChargePointStatus:
        """The status of connector 0..N, as it would be reported."""
        return self.charge_point.status(connector)

    def look(self, connector: int) -> ConnectorView:
        """Connector 1..N as it is now."""
        return ConnectorView.of(self.virtual_connector(connector), self.status(connector))

    def virtual_connector(self, connector: int) -> VirtualConnector:
        """The hardware of connector 1..N."""
        self._check(connector)
        self._check_power()
        return self.virtual_connectors[connector - 1]

    def _check(self, connector: int) -> None:
        if not 1 <= connector <= self._count:
            raise UnknownConnectorError(connector, self._count)

    def _check_power(self) -> None:
        if not self._powered:
            raise NotStartedError("the station has no power; boot it first")

    def _show(self, text: str) -> None:
        if self._display is not None:
            self._display(text)

    # -- time -------------------------------------------------------------------------------------------------------

    @property
    def timings(self) -> Timings:
        """How long things take."""
        return self._site.timings

    def utc(self) -> Timestamp:
        """The time of day."""
        return self._site.utc()

    def later(self, delay_s: float, act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
        """Have something done in so many seconds, if the charge point runs until then; gives what cancels it."""
        return self._site.later(delay_s, partial(act, *arguments))

    # -- tasks ------------------------------------------------------------------------------------------------------

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = None
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        if task.cancelled():
            return
        failure = task.exception()
        if isinstance(failure, NotStartedError):
            log.info("the charge point stopped before an act was done: %s", failure)
        elif failure is not None:
            log.error("an act of the virtual station failed", exc_info=failure)

    def _cancel_tasks(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
