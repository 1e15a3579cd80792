"""How a charge point starts: what was on disk, how the station finds its connectors, what it says first (4.2)."""

from collections.abc import Iterable, Mapping

from attrs import frozen

from ocpp16sm.core.authorization.authorization import Authorization
from ocpp16sm.core.authorization.local_list import LocalList
from ocpp16sm.core.configuration.operations import ConfigurationOperations
from ocpp16sm.core.connection.link import Link
from ocpp16sm.core.connection.registration import Registration
from ocpp16sm.core.connectors.availability import Availability
from ocpp16sm.core.connectors.connectors import Places
from ocpp16sm.core.connectors.initial_configuration import STATION_FOUND_AS, configuration_of
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import SetAside
from ocpp16sm.core.engine.inputs import BootReason, Started
from ocpp16sm.core.engine.outgoing_calls import OutgoingCalls
from ocpp16sm.core.engine.wall_clock import WallClock
from ocpp16sm.core.firmware_and_logs.firmware import Firmware
from ocpp16sm.core.firmware_and_logs.log_uploads import LogUploads
from ocpp16sm.core.pricing.pricing import Pricing
from ocpp16sm.core.pricing.time_offset import TimeOffset
from ocpp16sm.core.recovery.mending import mend
from ocpp16sm.core.reservations.reservations import Reservations
from ocpp16sm.core.security.certificate_renewal import CertificateRenewal
from ocpp16sm.core.security.credentials import CredentialSwitch
from ocpp16sm.core.smart_charging.profiles import SmartCharging
from ocpp16sm.core.transactions.clock_aligned import ClockAlignedReadings
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.listener import StoreDamaged
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.records import DamagedRow, StoredState

_REBOOTED = "Charging Station rebooted due to"

BOOT_EVENTS: dict[BootReason, tuple[str, str]] = {
    BootReason.REMOTE_RESET: ("ResetOrReboot", f"{_REBOOTED} requested remote reset!"),
    BootReason.SCHEDULED_RESET: ("ResetOrReboot", f"{_REBOOTED} a scheduled reset!"),
    BootReason.FIRMWARE_UPDATE: ("FirmwareUpdated", f"{_REBOOTED} firmware update!"),
}
"""Reason of a start -> security event and techInfo, as the reference implementation puts them on the wire."""

USUAL_BOOT_EVENT = ("StartupOfTheDevice", "The Charge Point has booted")


@frozen
class Startup:
    """Everything that takes part in a start."""

    context: Context
    calls: OutgoingCalls
    places: Places
    local_list: LocalList
    authorization: Authorization
    availability: Availability
    reservations: Reservations
    transactions: Transactions
    smart_charging: SmartCharging
    readings: ClockAlignedReadings
    registration: Registration
    wall_clock: WallClock
    link: Link
    configuration: ConfigurationOperations
    firmware: Firmware
    log_uploads: LogUploads
    credentials: CredentialSwitch
    certificate_renewal: CertificateRenewal
    pricing: Pricing
    shown_time: TimeOffset

    def start(self, started: Started) -> None:
        """Take up where the charge point stopped; announce the boot; dial."""
        context = self.context
        found = self._checked(started.connector_status)
        context.touch()
        stored = self._mended(started.stored)
        context.seq = max([stored.next_seq, *(queued.seq + 1 for queued in stored.queue)])
        context.inventory = started.inventory
        self._set_aside(
            DamagedRow("configuration", (name,), "its value is not allowed; the configured one counts")
            for name in context.configuration.restore(stored.configuration)
        )
        self.credentials.restore(stored.credentials)
        self.certificate_renewal.restart()
        self.local_list.restore(stored.local_list)
        self.authorization.restore(stored.authorization_cache)
        self.availability.restore(dict(stored.availability))
        self.calls.restore(stored.queue)
        self.reservations.restore(stored.reservations, _reserved(found))
        self.transactions.restore(stored, started.resuming_sessions)
        self.wall_clock.start()
        self.smart_charging.restore(stored)
        self.pricing.restore(stored)
        self.shown_time.restart()
        for place in self.places.all:
            place.touch()
            status = ChargePointStatus.AVAILABLE if found is None else found[place.id]
            place.start_as(configuration_of(place, status, taken_out=self.availability.is_unwanted(place)))
        self.registration.start()
        updated = self.firmware.restart(stored.firmware, started.boot_reason)
        self.log_uploads.restart(stored.uploads)
        self.availability.apply_wanted(found is None or self.firmware.connectors_return)
        self.configuration.tell_hardware()
        event, words = BOOT_EVENTS.get(started.boot_reason, USUAL_BOOT_EVENT)
        context.notice(event, words)
        if updated and started.boot_reason is not BootReason.FIRMWARE_UPDATE:
            context.notice(*BOOT_EVENTS[BootReason.FIRMWARE_UPDATE])
        self.readings.arm_aligned()
        if started.connect:
            self.link.fire("connect_requested")

    def _mended(self, loaded: StoredState) -> StoredState:
        """What was loaded, as far as it can be used; what had to be done about the rest is done, and told."""
        mended = mend(loaded, len(self.places.connectors), self.context.new_message_id)
        self._set_aside(mended.set_aside)
        for operation in mended.operations:
            self.context.persist(operation)
        return mended.state

    def _set_aside(self, rows: Iterable[DamagedRow]) -> None:
        for row in rows:
            self.context.persist(SetAside(row, self.context.now.utc))
            self.context.tell(StoreDamaged(row.table, row.reason))

    def _checked(self, found: Mapping[int, ChargePointStatus] | None) -> Mapping[int, ChargePointStatus] | None:
        """All connectors or none, and connector 0 only in a status that it can have."""
        if found is None:
            return None
        expected = set(range(len(self.places.all)))
        if set(found) != expected:
            raise InvalidArgumentError("connector_status", sorted(found), f"a status for each connector of {expected}")
        if found[0] not in STATION_FOUND_AS:
            words = ", ".join(STATION_FOUND_AS)
            raise InvalidArgumentError("connector_status", f"{found[0]} for connector 0", f"one of {words} there")
        return found


def _reserved(found: Mapping[int, ChargePointStatus] | None) -> frozenset[int]:
    """The connectors that the station finds reserved."""
    statuses = (found or {}).items()
    return frozenset(number for number, status in statuses if status is ChargePointStatus.RESERVED)
