"""The virtual station: its acts. Their effects are in the other modules of this package."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Self

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
from ocpp16sm.station.background_tasks import BackgroundTasks
from ocpp16sm.station.car import Car, Vehicle
from ocpp16sm.station.card_reader import CardReader
from ocpp16sm.station.charging_limits import LimitFollower
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

LAST_WORDS_S = 2.0
"""Maximum seconds that a reset waits for the delivery of messages."""


class VirtualStation:
    """A station with simulated hardware around a real :class:`~ocpp16sm.ChargePoint`.

    Its methods act at once and do not wait for the Central System. Call them on the event loop's thread. Connectors are
    numbered 1..N; other numbers raise :class:`~ocpp16sm.errors.UnknownConnectorError`. Without power, acts raise
    :class:`~ocpp16sm.errors.NotStartedError`.

    :param settings: settings of the charge point.
    :param outlets: hardware of connectors, by number; by default each has a lock, three phases and 32 A.
    :param timings: durations, such as from plugging in until the car is detected.
    :param seed: seed of all randomness, message ids included: with the same seed and a
        :class:`~ocpp16sm.clock.VirtualClock` a run repeats byte for byte. By default every run differs.
    :param listener: receives the events of the charge point.
    :param display: receives the texts that the station's display shows.
    :param store: keeps the state of the charge point over resets; by default what ``settings.store`` names.
    :param transport: opens connections; by default websockets.
    :param clock: the time of day. A :class:`~ocpp16sm.clock.PacedClock` also determines all other time; the station
        must then run in an event loop of that clock.
    :param certificates: certificates and keys, as for :class:`~ocpp16sm.charge_point.ChargePoint`.
    :param files: transfers firmware and logs; by default over the network. In virtual time use
        :class:`~ocpp16sm.station.files.MemoryFiles`.
    :param directory: directory for files in progress; by default the system's temporary directory.
    :param read_image: reads downloaded firmware; see :data:`~ocpp16sm.station.firmware_updater.ImageReader`.
    :param check_signature: verifies downloaded firmware; see :data:`~ocpp16sm.station.firmware_updater.SignatureCheck`.
    :param update_restarts: whether a firmware update restarts the station, which then reports Installed after the boot.
        By default it reports Installed at once, and the connectors return to service without a restart.
    :param random: source of randomness, instead of ``seed``; several stations may share one to save memory.
    :param entries_kept: maximum number of entries in the logbook, from which diagnostics are made; 0: no logbook.
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
        self._shared, self._own_random = random, random or Random(seed)
        self._show: Callable[[str], None] = display or (lambda _text: None)
        self.logbook = Logbook(self._clock.utc, entries_kept)
        self.charge_point = ChargePoint(
            settings,
            listener=listener,
            # Without a file, a memory store takes its place, so that a reset does not lose the state.
            store=store if store is not None or settings.store else MemoryStore(),
            transport=self.logbook.note_frames(transport or WebSocketTransport()),
            clock=self._clock,
            certificates=certificates,
            random=random or Random(self._own_random.getrandbits(64)),
        )
        self._tasks = BackgroundTasks()
        self._shared_parts = SharedParts(
            self.charge_point,
            self._clock,
            timings or Timings(),
            lambda: self.faults.prevent_charging,
            lambda number: self._tasks.start(self._reader.hear_car(self.virtual_connectors[number - 1])),
        )
        self._reader = CardReader(self.charge_point, self._show)
        self._build()
        self.file_jobs = FileJobs(
            self, files or NetworkFiles(), directory, read_image, check_signature, update_restarts=update_restarts
        )
        self.charge_point.hardware = SimulatedHardware(
            self._shared_parts, self._reader, self.file_jobs, lambda: self.virtual_connectors, self.reset
        )
        self._limits = LimitFollower(self.charge_point, self._shared_parts, lambda: self.virtual_connectors)
        self.charge_point.add_listener(
            StationListener(lambda: self.virtual_connectors, self._limits, self._show, self._failed)
        )
        if entries_kept:
            self.charge_point.add_listener(self.logbook)
        self.out_of_order: Callable[[str], None] = lambda _reason: None
        """Called with the reason when the charge point has stopped by itself; the power is then off."""
        self._powered = False

    def _build(self) -> None:
        """Make the hardware as it is at power-up: nothing plugged in, no errors."""
        self.faults = Faults(0, self._shared_parts, self._update_flow)
        randoms = (self._shared or Random(self._own_random.random()) for _ in range(self._count))
        self.virtual_connectors = tuple(
            VirtualConnector(number, self._shared_parts, self._outlets.get(number, Outlet()), PowerMeter(own_random))
            for number, own_random in enumerate(randoms, 1)
        )

    def _update_flow(self) -> None:
        for virtual_connector in self.virtual_connectors:
            virtual_connector.update_flow()

    # -- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """:meth:`boot`, for coroutines."""
        self.boot()

    async def stop(self) -> None:
        """Shut down cleanly: stop transactions (reason Other), deliver them, and switch the power off."""
        self._powered = False
        self.file_jobs.halt()
        self._tasks.cancel()
        await self.charge_point.stop()
        self._shared_parts.forget()
        self._build()

    async def __aenter__(self) -> Self:
        """Boot."""
        self.boot()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Stop."""
        await self.stop()

    def boot(self) -> None:
        """Switch the power on: the charge point starts with the contents of its store, and connects.

        Nothing is plugged in, and there are no errors. Raises :class:`~ocpp16sm.errors.AlreadyRunningError` if the
        power is on, :class:`~ocpp16sm.errors.NotStartedError` if the event loop is not one of the clock's, and
        :class:`~ocpp16sm.errors.StoreError` if the store cannot be used.
        """
        if self._powered:
            raise AlreadyRunningError("the station already has power")
        if isinstance(self._clock, PacedClock):
            self._clock.check_loop()
        self._start(BootReason.POWER_UP)
        self._powered = True

    def power_off(self) -> None:
        """Cut the power: everything stops without a message, and only the contents of the store remain.

        Cars are unplugged and errors are cleared. No effect if there is no power.
        """
        self._powered = False
        self.file_jobs.halt()
        self._tasks.cancel()
        self.charge_point.kill()
        self._shared_parts.forget()
        self._build()

    def _start(self, boot_reason: BootReason) -> None:
        self.charge_point.launch(self.file_jobs.firmware.boot_reason(boot_reason))
        self._reader.closed = False
        self.faults.tell_again()
        for virtual_connector in self.virtual_connectors:
            virtual_connector.start()
        self._limits.look()
        self.file_jobs.firmware.booted()

    def reset(self, boot_reason: BootReason = BootReason.LOCAL_RESET) -> None:
        """Restart the charge point with the same store. The other hardware keeps its power; cars stay plugged in."""
        self._check_power()
        self._tasks.start(self._restart(boot_reason))

    async def _restart(self, boot_reason: BootReason) -> None:
        self.file_jobs.halt()
        await self.charge_point.stop(LAST_WORDS_S)
        self._shared_parts.forget()
        await asyncio.sleep(self.timings.restart_s)
        try:
            self._start(boot_reason)
        except StoreError as error:
            self._failed(str(error))

    def _failed(self, reason: str) -> None:
        """Put the station out of order, because the charge point has stopped by itself."""
        log.error("%s: the station is out of order: %s", self.charge_point.settings.charge_point_id, reason)
        # later, because the part of the station that caused the failure is still running
        asyncio.get_running_loop().call_soon(self._go_out_of_order, reason)

    def _go_out_of_order(self, reason: str) -> None:
        if self._powered:
            self.power_off()
        self.out_of_order(reason)

    # -- people and cars --------------------------------------------------------------------------------------------

    def plug_in(self, connector: int, car: Vehicle | None = None) -> None:
        """Plug a car in (None: one phase, 32 A, never full); no effect if one is plugged in."""
        self.virtual_connector(connector).plug_in(car or Car())

    def plug_out(self, connector: int) -> None:
        """Unplug the car; no effect if none is plugged in."""
        self.virtual_connector(connector).plug_out()

    def ev_pause(self, connector: int) -> None:
        """Have the car suspend charging until :meth:`ev_resume`; no effect without a car."""
        self.virtual_connector(connector).pause_by_car()

    def ev_resume(self, connector: int) -> None:
        """Have the car resume charging."""
        self.virtual_connector(connector).resume_by_car()

    def present_token(self, token: str, connectors: Iterable[int] | None = None) -> None:
        """Present a card at the reader of these connectors (None: all).

        :param token: idTag of the card, 1 to 20 characters.
        """
        id_tag = arguments.text("token", token, 20)
        virtual_connectors = [self.virtual_connector(number) for number in self._numbers(connectors)]
        self._tasks.start(self._reader.present(id_tag, virtual_connectors))

    def _numbers(self, connectors: Iterable[int] | None) -> Iterable[int]:
        return range(1, self._count + 1) if connectors is None else connectors

    # -- errors -----------------------------------------------------------------------------------------------------

    def raise_error(
        self,
        connector: int,
        error: ChargePointErrorCode | ChargePointErrorCodeWord | int = ChargePointErrorCode.OTHER_ERROR,
        info: str | None = None,
        *,
        is_fault: bool | None = None,
    ) -> str:
        """Raise an error at connector 1..N, or at the whole station (0). Returns the uuid for :meth:`clear_error`.

        :param error: a ChargePointErrorCode, or a number of the Minimum Required Error Codes (MREC), 1 to 26.
        :param info: free text, at most 50 characters.
        :param is_fault: whether it prevents charging; by default as for its kind. An error that prevents charging is
            reported twice: first the error, then the status Faulted.
        """
        return self._faults(connector).add(kind_of(error), info, is_fault=is_fault)

    def clear_error(self, connector: int, uuid: str | None = None) -> None:
        """Clear the error with this uuid (None: all errors there); an unknown uuid has no effect."""
        self._faults(connector).mend(uuid)

    def diode_fault(self, connector: int) -> None:
        """Break the diode in the car's control pilot circuit once it has charged for ``timings.diode_fails_s``.

        Unplugging clears that error. If no car is plugged in, one with such a diode is.
        """
        self.virtual_connector(connector).break_diode()

    def _faults(self, connector: int) -> Faults:
        if connector != 0:
            return self.virtual_connector(connector).faults
        self._check_power()
        return self.faults

    # -- the connection ---------------------------------------------------------------------------------------------

    def connect_link(self) -> None:
        """Reconnect to the Central System, at once even if a retry is pending."""
        self.charge_point.connect()

    def disconnect_link(self) -> None:
        """Cut the connection to the Central System until :meth:`connect_link`."""
        self.charge_point.disconnect()

    # -- the operator -----------------------------------------------------------------------------------------------

    def change_availability(self, connector: int, type: AvailabilityType | AvailabilityTypeWord) -> AvailabilityStatus:
        """Take connector 1..N (0: all) out of service (Inoperative), or return it to service (Operative).

        Returns Accepted, Scheduled (for the end of its present use), or Rejected (no such connector).
        """
        wanted = arguments.word("type", type, AvailabilityType)
        return self.charge_point.on_change_availability(ChangeAvailabilityRequest(connector, wanted)).status

    def data_transfer(
        self, vendor_id: str, message_id: str | None = None, data: str | None = None
    ) -> asyncio.Task[DataTransferResponse | None]:
        """Send vendor-specific data. The task returns the response, or None without one; it need not be awaited."""
        return self._tasks.start(self.charge_point.data_transfer(vendor_id, message_id, data))

    def security_event(self, type: str, tech_info: str | None = None) -> None:
        """Report a security event; critical ones are sent to the Central System (whitepaper A04).

        :param type: name of the event, at most 50 characters.
        :param tech_info: details, at most 255 characters.
        """
        self.charge_point.on_security_event(type, tech_info)
        self.logbook.note_security_event(type, tech_info)

    def get_configuration(self, keys: Iterable[str] | None = None) -> dict[str, str]:
        """Values of configuration keys as strings; None: of all. Unknown names are left out."""
        if keys is None:
            return self.charge_point.get_configuration()
        wanted = tuple(keys)
        return self.charge_point.get_configuration(*wanted) if wanted else {}

    def set_configuration(self, key: str, value: str) -> ConfigurationStatus:
        """Change a configuration key; returns Accepted or RebootRequired.

        Raises :class:`~ocpp16sm.errors.ConfigurationError` with the reason if the change is refused.
        """
        return self.charge_point.set_configuration(key, value)

    # -- the state --------------------------------------------------------------------------------------------------

    def status(self, connector: int) -> ChargePointStatus:
        """The status that would be reported for connector 0..N."""
        return self.charge_point.status(connector)

    def look(self, connector: int) -> ConnectorView:
        """The present state of connector 1..N."""
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

    # -- time -------------------------------------------------------------------------------------------------------

    @property
    def timings(self) -> Timings:
        """Durations."""
        return self._shared_parts.timings

    def utc(self) -> Timestamp:
        """The time of day."""
        return self._shared_parts.utc()

    def later(self, delay_s: float, act: Callable[..., None], *arguments: Any) -> Callable[[], None]:
        """Call ``act`` after ``delay_s`` seconds if the charge point still runs; returns a function that cancels it."""
        return self._shared_parts.later(delay_s, partial(act, *arguments))
