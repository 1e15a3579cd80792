"""What the handlers do, as the table of handlers names it: each step belongs to the feature that performs it."""

from ocpp16sm.core.connectors.connectors import Connector
from ocpp16sm.core.engine.effects import CloseSessionLog, OpenSessionLog
from ocpp16sm.core.engine.security_events import is_critical
from ocpp16sm.core.features import Features
from ocpp16sm.core.transactions.transaction import Transaction
from ocpp16sm.errors import SessionMismatchError
from ocpp16sm.generated.handlers import (
    AvailabilityChangeAsked,
    EvseSuspended,
    SecurityEventOccurred,
    SessionStarted,
    SessionStopped,
    TransactionStarted,
)
from ocpp16sm.messages import ChangeAvailabilityResponse
from ocpp16sm.records import SecurityEvent
from ocpp16sm.station_facts import SessionStartedReason


class HandlerSteps:
    """Implements :class:`ocpp16sm.generated.triggers.Acts`."""

    __slots__ = (
        "_availability",
        "_context",
        "_pricing",
        "_smart_charging",
        "_transactions",
        "add_error",
        "cable_loss_is_tolerated",
        "collect_last_readings",
        "connector",
        "forget_reservation",
        "is_active_error",
        "is_fault",
        "is_free_again",
        "is_new_error",
        "is_sound",
        "note_current_offered",
        "note_firmware_status",
        "note_log_status",
        "note_measurement",
        "note_power_offered",
        "note_reservation",
        "place",
        "release_connector",
        "remove_all_errors",
        "remove_error",
        "stopping_transaction",
        "take_up_session",
        "tell_all_cleared",
        "tell_cleared",
        "tell_error",
    )

    def __init__(self, features: Features) -> None:
        self._context = features.context
        self._smart_charging = features.smart_charging
        self._pricing = features.pricing
        self._availability = features.availability
        self._transactions = features.transactions
        places, readings, errors = features.places, features.readings, features.error_reports
        transactions, reservations = features.transactions, features.reservations
        log_uploads, firmware = features.log_uploads, features.firmware
        self.connector = places.connector
        self.place = places.place
        self.note_measurement = readings.note_measurement
        self.note_current_offered = readings.note_current_offered
        self.note_power_offered = readings.note_power_offered
        self.stopping_transaction = transactions.stopping
        self.cable_loss_is_tolerated = transactions.cable_loss_is_tolerated
        self.collect_last_readings = transactions.collect_last_readings
        self.release_connector = transactions.release
        self.note_reservation = reservations.note_application
        self.forget_reservation = reservations.forget_application
        self.is_free_again = reservations.is_free_again
        self.take_up_session = reservations.take_up_session
        self.is_new_error = errors.is_new_error
        self.is_fault = errors.is_fault
        self.add_error = errors.add_error
        self.tell_error = errors.tell_error
        self.is_active_error = errors.is_active_error
        self.is_sound = errors.is_sound
        self.remove_error = errors.remove_error
        self.tell_cleared = errors.tell_cleared
        self.remove_all_errors = errors.remove_all_errors
        self.tell_all_cleared = errors.tell_all_cleared
        self.note_log_status = log_uploads.note_log_status
        self.note_firmware_status = firmware.note_firmware_status

    def open_session(self, connector: Connector, call: SessionStarted) -> None:
        """A session begins, or is said to have begun once more.

        Another one begins only where the use of the one before is over and nobody has unplugged (F2). Raises
        :class:`SessionMismatchError`.
        """
        before = connector.session_id
        if before not in (None, call.session_id) and not connector.awaits_unplugging:
            raise SessionMismatchError(connector.id, before, call.session_id)
        connector.session_id = call.session_id
        connector.identified_now = call.reason is SessionStartedReason.AUTHORIZED
        if connector.session_logged not in (None, call.session_id):
            self._close_log(connector)
        if call.session_logging_path is not None:
            connector.session_logged = call.session_id
            self._context.do(OpenSessionLog(call.session_id, call.session_logging_path))

    def open_transaction(self, connector: Connector, call: TransactionStarted) -> Transaction:
        """A transaction starts. Where the cable of the session before is still in, it is a session of its own (F2)."""
        if connector.session_id not in (None, call.session_id) and connector.awaits_unplugging:
            connector.session_id = call.session_id
            if connector.session_logged != call.session_id:
                self._close_log(connector)
        return self._transactions.open(connector, call)

    def close_session(self, connector: Connector, call: SessionStopped) -> None:
        """The session is over, even if its transaction is not. Raises :class:`SessionMismatchError`."""
        running = connector.session_id or self._session_of_transaction(connector)
        if running not in (None, call.session_id):
            raise SessionMismatchError(connector.id, running, call.session_id)
        connector.session_id = None
        self._pricing.session_ended(connector.id)
        if connector.identified_now:
            self._smart_charging.session_ended(connector.id)
        self._close_log(connector)

    def _session_of_transaction(self, connector: Connector) -> str | None:
        transaction = self._transactions.of(connector)
        return None if transaction is None else transaction.record.session_id

    def _close_log(self, connector: Connector) -> None:
        if connector.session_logged is not None:
            self._context.do(CloseSessionLog(connector.session_logged))
            connector.session_logged = None

    def use_ended(self, connector: Connector, _call: object) -> None:
        """A change of availability that waited for this is due."""
        self._availability.use_ended(connector)

    @staticmethod
    def note_suspension(connector: Connector, call: EvseSuspended) -> None:
        """Why no energy is offered from now on."""
        connector.suspension = call.info

    def note_security_event(self, call: SecurityEventOccurred) -> None:
        """The station noticed something."""
        critical = is_critical(call.event_type) if call.critical is None else call.critical
        when = call.timestamp or self._context.now.utc
        self._context.security_event(SecurityEvent(call.event_type, when, call.tech_info, critical), own=False)

    def change_availability(self, call: AvailabilityChangeAsked) -> ChangeAvailabilityResponse:
        """As the Central System could ask."""
        return self._availability.change(call.request)
