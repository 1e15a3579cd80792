"""What a charge point does, one line each, for its operator: logger ``ocpp16sm.operator``, at INFO and above.

Every line matters to an operator; there is none for single messages. The lines follow from the effects of the core and
come before any other reaction to them. idTags are masked unless ``Settings.log_id_tags``.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.printable import printable
from ocpp16sm.base.redaction import mask, told
from ocpp16sm.base.secret import MASK, is_secret, words
from ocpp16sm.clock import Clock
from ocpp16sm.config import keys
from ocpp16sm.core.engine.effects import AskHardware, Tell
from ocpp16sm.core.protocol import Core
from ocpp16sm.hardware import (
    ProvideToken,
    Reset,
    StopTransaction,
    Unlock,
    UpdateFirmware,
    UpdateSignedFirmware,
    UploadDiagnostics,
    UploadLog,
)
from ocpp16sm.listener import (
    ConfigurationChanged,
    RegistrationAnswered,
    RequestAbandoned,
    ReservationBegan,
    ReservationOver,
    ResetFailed,
    SecurityEventOccurred,
    StatusChanged,
    TransactionBegan,
    TransactionEnded,
    TransactionUpdated,
)
from ocpp16sm.messages import ChargePointStatus, RegistrationStatus
from ocpp16sm.records import Credentials, StoredState, TransactionRecord
from ocpp16sm.settings import Settings

log = NamedLog("ocpp16sm.operator")

_MASKED = f"//{MASK}@"
"""How :func:`words` shows a user and password."""

LONGEST_VALUE = 200
"""Number of characters shown of the value of a configuration key."""


class OperatorLog:
    """The lines of one charge point, from a start to a stop."""

    def __init__(self, settings: Settings, core: Core, clock: Clock) -> None:
        self._settings = settings
        self._core = core
        self._clock = clock
        self._shown: dict[int, ChargePointStatus] = {}
        """The statuses shown last, by connector."""

    # -- what the shell does ----------------------------------------------------------------------------------------

    def starts(self, boot_reason: str, stored: StoredState) -> None:
        """The charge point is about to start."""
        kept = f"kept from before: requests {len(stored.queue)}, transactions {len(stored.transactions)}"
        log.info("starts (%s); connectors: %d; %s", boot_reason, self._settings.connectors, kept)

    def stops(self) -> None:
        """It is stopping."""
        log.info("stops")

    def stopped(self, undelivered: int) -> None:
        """It has stopped."""
        log.info("stopped; undelivered requests: %d", undelivered)

    def broke_off(self) -> None:
        """It was killed."""
        log.info("stopped at once, as by a power cut")

    def connects(self, credentials: Credentials) -> None:
        """It is connecting."""
        if log.isEnabledFor(logging.INFO):
            profile = credentials.security_profile
            log.info("connects to %s, security profile %d", self._settings.shown_url_for(profile), profile)

    def connected(self) -> None:
        """It is connected."""
        log.info("connected")

    def disconnected(self, reason: str, wait_s: float | None) -> None:
        """The connection was lost or could not be opened. The next attempt follows after this time, if there is one."""
        if wait_s is None:
            log.info("disconnected: %s", printable(reason))
        else:
            log.warning("%s; next attempt %s", printable(reason), self._later(wait_s))

    def _later(self, seconds: float) -> str:
        return f"in {seconds:.1f} s, at {self._clock.utc() + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"

    # -- what the core says -----------------------------------------------------------------------------------------

    def note(self, effect: Tell | AskHardware) -> None:
        """Log an effect of the step just taken, if it has a line."""
        if not log.isEnabledFor(logging.INFO):
            return
        said: Any = effect.event if isinstance(effect, Tell) else effect.call
        line = LINES.get(type(said))
        if line is not None:
            try:
                line(self, said)
            except Exception:  # what people read must not stop what they read about
                log.exception("%s: there is no line for it", type(said).__name__)

    def _registration(self, event: RegistrationAnswered) -> None:
        if event.status is RegistrationStatus.ACCEPTED:
            interval = self._core.features.configuration[keys.HEARTBEAT_INTERVAL]
            log.info("boot accepted; heartbeat interval %d s", interval)
            return
        level = logging.WARNING if event.status is RegistrationStatus.REJECTED else logging.INFO
        wait_s = self._core.features.registration.wait_s
        log.log(
            level, "boot %s; interval %d s, asks again %s", event.status.lower(), event.interval_s, self._later(wait_s)
        )

    def _status(self, event: StatusChanged) -> None:
        before = self._shown.get(event.connector)
        self._shown[event.connector] = event.status
        errors = self._core.features.all_connectors.all[event.connector].errors
        error = errors.newest_fault or errors.newest
        log.info(
            "%s: %s%s%s",
            f"connector {event.connector}" if event.connector else "charge point",
            "" if before is None else f"{before} -> ",
            event.status,
            "" if error is None else f" ({error.error_code})",
        )

    def _transaction_began(self, event: TransactionBegan) -> None:
        record = self._core.features.transactions.of_session(event.session_id).record
        log.info(
            "connector %d: transaction started, session %s, idTag %s, meter %d Wh",
            event.connector,
            printable(event.session_id),
            self._tag(record.id_tag),
            record.meter_start_wh,
        )

    def _transaction_updated(self, event: TransactionUpdated) -> None:
        log.info(
            "connector %d: transaction %d is that of session %s, idTag %s",
            event.connector,
            event.transaction_id,
            printable(event.session_id),
            event.info.status,
        )

    def _transaction_ended(self, event: TransactionEnded) -> None:
        transaction = self._core.features.transactions.of_session(event.session_id)
        record: TransactionRecord = transaction.record
        stop = transaction.stop
        assert stop is not None
        log.info(
            "connector %d: transaction %s stopped (%s), session %s, idTag %s, %.3f kWh (meter %d to %d Wh)",
            event.connector,
            "without an id" if event.transaction_id is None else event.transaction_id,
            stop.reason or "Local",
            printable(event.session_id),
            self._tag(record.id_tag),
            (stop.meter_stop_wh - record.meter_start_wh) / 1000,
            record.meter_start_wh,
            stop.meter_stop_wh,
        )

    def _configuration(self, event: ConfigurationChanged) -> None:
        value = MASK if is_secret(event.key) else printable(words(event.value))
        shown = value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}..."
        log.info("configuration %s = %s", printable(event.key), shown)

    def _reservation_began(self, event: ReservationBegan) -> None:
        made = event.reservation
        log.info(
            "reservation %d of %s for idTag %s until %s",
            made.reservation_id,
            f"connector {made.connector_id}" if made.connector_id else "any connector",
            self._tag(made.id_tag),
            made.expiry_date.text(),
        )

    def _reservation_over(self, event: ReservationOver) -> None:
        log.info("reservation %d is over: %s", event.reservation.reservation_id, event.how)

    def _security_event(self, event: SecurityEventOccurred) -> None:
        info = event.event.tech_info
        what = "" if info is None else told(info, id_tags=self._settings.log_id_tags)
        log.info("security event %s%s", printable(event.event.type), f" ({printable(what)})" if what else "")

    def _abandoned(self, event: RequestAbandoned) -> None:
        log.warning("%s is given up: %s", event.action, printable(event.reason))

    def _token(self, call: ProvideToken) -> None:
        connectors = ", ".join(map(str, call.connectors))
        log.info("remote start with idTag %s at connector %s", self._tag(call.id_tag), connectors)

    def _stop_asked(self, call: StopTransaction) -> None:
        log.info("connector %d: the transaction is to stop (%s)", call.connector, call.reason)

    def _unlock(self, call: Unlock) -> None:
        log.info("connector %d: is to be unlocked", call.connector)

    def _reset(self, call: Reset) -> None:
        log.info("%s reset", call.type)

    def _reset_failed(self, event: ResetFailed) -> None:
        log.warning("%s reset failed: %s", event.type, printable(event.reason))

    def _firmware(self, call: UpdateFirmware | UpdateSignedFirmware) -> None:
        at = call.retrieve_date.text()
        log.info("firmware is to be fetched from %s at %s", _place(call.location), at)

    def _upload(self, call: UploadDiagnostics | UploadLog) -> None:
        what = call.log_type if isinstance(call, UploadLog) else "diagnostics"
        log.info("%s are to be uploaded to %s", what, _place(call.location))

    def _tag(self, id_tag: str) -> str:
        return printable(id_tag if self._settings.log_id_tags else mask(id_tag))


def _place(location: str) -> str:
    """A file location without user, password and query."""
    shown = words(location).replace(_MASKED, "//")
    return printable(shown.partition("#")[0].partition("?")[0])


LINES: Mapping[type, Callable[[OperatorLog, Any], None]] = {
    RegistrationAnswered: OperatorLog._registration,
    StatusChanged: OperatorLog._status,
    TransactionBegan: OperatorLog._transaction_began,
    TransactionUpdated: OperatorLog._transaction_updated,
    TransactionEnded: OperatorLog._transaction_ended,
    ConfigurationChanged: OperatorLog._configuration,
    ReservationBegan: OperatorLog._reservation_began,
    ReservationOver: OperatorLog._reservation_over,
    SecurityEventOccurred: OperatorLog._security_event,
    RequestAbandoned: OperatorLog._abandoned,
    ResetFailed: OperatorLog._reset_failed,
    ProvideToken: OperatorLog._token,
    StopTransaction: OperatorLog._stop_asked,
    Unlock: OperatorLog._unlock,
    Reset: OperatorLog._reset,
    UpdateFirmware: OperatorLog._firmware,
    UpdateSignedFirmware: OperatorLog._firmware,
    UploadDiagnostics: OperatorLog._upload,
    UploadLog: OperatorLog._upload,
}
"""Event or hardware call -> its line; others have none."""
