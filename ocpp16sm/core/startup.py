"""The start of a charge point: stored state is restored, connectors take their initial state, the boot is announced
(4.2).
"""

from collections.abc import Iterable, Mapping

from ocpp16sm.core.connectors.connectors import Connectors
from ocpp16sm.core.connectors.initial_configuration import STATION_FOUND_AS, configuration_of
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import SetAside
from ocpp16sm.core.engine.inputs import BootReason, Started
from ocpp16sm.core.features import Features
from ocpp16sm.core.recovery.mending import mend
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
"""Reason of a start -> security event and its techInfo, with the same words as the reference implementation."""

USUAL_BOOT_EVENT = ("StartupOfTheDevice", "The Charge Point has booted")


def start(features: Features, started: Started) -> None:
    """Restore the stored state, put every connector into its initial state, announce the boot, and connect if asked to.

    Raises :class:`~ocpp16sm.errors.InvalidArgumentError` if ``started.connector_status`` does not fit the charge point.
    """
    context = features.context
    found = _checked(features.all_connectors, started.connector_status)
    context.touch()
    stored = _repaired(features, started.stored)
    context.seq = max([stored.next_seq, *(queued.seq + 1 for queued in stored.queue)])
    context.inventory = started.inventory
    _set_aside(
        context,
        (
            DamagedRow("configuration", (name,), "its value is not allowed; the configured one is used")
            for name in context.configuration.restore(stored.configuration)
        ),
    )
    features.credentials.restore(stored.credentials)
    features.certificate_renewal.restart()
    features.local_list.restore(stored.local_list)
    features.authorization.restore(stored.authorization_cache)
    features.availability.restore(dict(stored.availability))
    features.outgoing_calls.restore(stored.queue)
    features.reservations.restore(stored.reservations, _reserved(found))
    features.transactions.restore(stored, started.resuming_sessions)
    features.wall_clock.start()
    features.smart_charging.restore(stored)
    features.pricing.restore(stored)
    features.time_offset.restart()
    for connector in features.all_connectors.all:
        connector.touch()
        status = ChargePointStatus.AVAILABLE if found is None else found[connector.id]
        connector.start_as(configuration_of(connector, status, taken_out=features.availability.is_unwanted(connector)))
    features.registration.start()
    updated = features.firmware.restart(stored.firmware, started.boot_reason)
    features.log_uploads.restart(stored.uploads)
    features.availability.apply_wanted(found is None or features.firmware.connectors_return)
    features.configuration_operations.tell_hardware()
    event, words = BOOT_EVENTS.get(started.boot_reason, USUAL_BOOT_EVENT)
    context.notice(event, words)
    if updated and started.boot_reason is not BootReason.FIRMWARE_UPDATE:
        context.notice(*BOOT_EVENTS[BootReason.FIRMWARE_UPDATE])
    features.readings.arm_aligned()
    if started.connect:
        features.link.fire("connect_requested")


def _repaired(features: Features, loaded: StoredState) -> StoredState:
    """Repair the stored state. Rows that had to be set aside are recorded and reported."""
    context = features.context
    mended = mend(loaded, len(features.all_connectors.connectors), context.new_message_id)
    _set_aside(context, mended.set_aside)
    for operation in mended.operations:
        context.persist(operation)
    return mended.state


def _set_aside(context: Context, rows: Iterable[DamagedRow]) -> None:
    for row in rows:
        context.persist(SetAside(row, context.now.utc))
        context.tell(StoreDamaged(row.table, row.reason))


def _checked(
    all_connectors: Connectors, found: Mapping[int, ChargePointStatus] | None
) -> Mapping[int, ChargePointStatus] | None:
    """Require a status for every connector, or none at all; connector 0 can have only some statuses."""
    if found is None:
        return None
    expected = set(range(len(all_connectors.all)))
    if set(found) != expected:
        raise InvalidArgumentError("connector_status", sorted(found), f"a status for each connector in {expected}")
    if found[0] not in STATION_FOUND_AS:
        words = ", ".join(STATION_FOUND_AS)
        raise InvalidArgumentError("connector_status", f"{found[0]} for connector 0", f"one of {words}")
    return found


def _reserved(found: Mapping[int, ChargePointStatus] | None) -> frozenset[int]:
    statuses = (found or {}).items()
    return frozenset(number for number, status in statuses if status is ChargePointStatus.RESERVED)
