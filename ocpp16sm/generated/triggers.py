# Generated from the table of handlers by `python -m codegen`. Edit statecharts/ocpp16/handlers.py instead.

"""The steps that each handler triggers: steps of the core's features and events of the charts.

Nothing else decides what a handler does.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from ocpp16sm.generated.handlers import (
    AllErrorsCleared,
    AvailabilityChangeAsked,
    ChargingResumed,
    CurrentOffered,
    Disabled,
    Enabled,
    ErrorCleared,
    ErrorRaised,
    EvseSuspended,
    EvSuspended,
    FirmwareStatusChanged,
    HandlerCall,
    LogStatusChanged,
    MeterValuesTaken,
    PluginTimedOut,
    PowerOffered,
    ReservationEnded,
    ReservationStarted,
    SecurityEventOccurred,
    SessionStarted,
    SessionStopped,
    TransactionStarted,
    TransactionStopped,
)
from ocpp16sm.messages import ChangeAvailabilityResponse


class ConnectorEvents(Protocol):
    """The events of a connector's chart that handlers fire."""

    def session_started(self, info: str | None = None) -> bool: ...

    def session_ended(self, info: str | None = None) -> bool: ...

    def transaction_started(self, info: str | None = None) -> bool: ...

    def ev_side_disconnected(self, info: str | None = None) -> bool: ...

    def transaction_stopped(self, info: str | None = None) -> bool: ...

    def ev_suspended(self, info: str | None = None) -> bool: ...

    def evse_suspended(self, info: str | None = None) -> bool: ...

    def energy_flowed(self, info: str | None = None) -> bool: ...

    def reservation_started(self, info: str | None = None) -> bool: ...

    def reservation_ended(self, info: str | None = None) -> bool: ...

    def connection_timed_out(self, info: str | None = None) -> bool: ...


class AnyConnectorEvents(Protocol):
    """The events that handlers fire on the chart of either a connector or the charge point."""

    def fault_raised(self, info: str | None = None) -> bool: ...

    def fault_cleared(self, info: str | None = None) -> bool: ...

    def enabled(self, info: str | None = None) -> bool: ...

    def disabled(self, info: str | None = None) -> bool: ...


class TransactionEvents(Protocol):
    """The events of a transaction's chart that handlers fire."""

    def started(self) -> bool: ...

    def stopped(self) -> bool: ...


class AnyConnectorActor(Protocol):
    """A connector, or the charge point itself."""

    @property
    def machine(self) -> AnyConnectorEvents: ...

    @property
    def error_info(self) -> str | None:
        """The info of the error that is reported."""


class ConnectorActor(Protocol):
    """A connector, never the charge point itself."""

    @property
    def machine(self) -> ConnectorEvents: ...


class TransactionActor(Protocol):
    @property
    def machine(self) -> TransactionEvents: ...

    @property
    def stop_info(self) -> str | None:
        """The info of the status notification about the stop."""


class AllConnectorsSteps(Protocol):
    """Where a handler finds its connector."""

    def connector(self, connector: int, /) -> ConnectorActor:
        """Connector 1..N; raises UnknownConnectorError."""

    def any_connector(self, connector: int, /) -> AnyConnectorActor:
        """Connector 0..N; raises UnknownConnectorError."""


class ReadingsSteps(Protocol):
    """What the handlers ask of the feature ``readings``."""

    def note_measurement(self, any_connector: Any, call: MeterValuesTaken, /) -> None:
        """Step of ``on_meter_values``."""

    def note_current_offered(self, any_connector: Any, call: CurrentOffered, /) -> None:
        """Step of ``on_max_current_offered``."""

    def note_power_offered(self, any_connector: Any, call: PowerOffered, /) -> None:
        """Step of ``on_max_power_offered``."""


class SessionsSteps(Protocol):
    """What the handlers ask of the feature ``sessions``."""

    def open(self, connector: Any, call: SessionStarted, /) -> None:
        """Step of ``on_session_started``."""

    def close(self, connector: Any, call: SessionStopped, /) -> None:
        """Step of ``on_session_stopped``."""

    def replace_finished(self, connector: Any, call: TransactionStarted, /) -> None:
        """Step of ``on_transaction_started``."""

    def note_suspension(self, connector: Any, call: EvseSuspended, /) -> None:
        """Step of ``on_suspend_charging_evse``."""


class AvailabilitySteps(Protocol):
    """What the handlers ask of the feature ``availability``."""

    def use_ended(self, connector: Any, call: SessionStopped | TransactionStopped | PluginTimedOut, /) -> None:
        """Step of ``on_session_stopped``, ``on_transaction_stopped``, ``on_plugin_timeout``."""

    def change_by_station(self, call: AvailabilityChangeAsked, /) -> ChangeAvailabilityResponse:
        """Step of ``on_change_availability``."""


class TransactionsSteps(Protocol):
    """What the handlers ask of the feature ``transactions``."""

    def open(self, connector: Any, call: TransactionStarted, /) -> TransactionActor:
        """Step of ``on_transaction_started``."""

    def stopping(self, connector: Any, call: TransactionStopped, /) -> TransactionActor:
        """Step of ``on_transaction_stopped``."""

    def cable_loss_is_tolerated(self, connector: Any, call: TransactionStopped, /) -> bool:
        """Step of ``on_transaction_stopped``."""

    def collect_last_readings(self, connector: Any, call: TransactionStopped, /) -> None:
        """Step of ``on_transaction_stopped``."""

    def release(self, connector: Any, call: TransactionStopped, /) -> None:
        """Step of ``on_transaction_stopped``."""


class ErrorReportsSteps(Protocol):
    """What the handlers ask of the feature ``error_reports``."""

    def is_new_error(self, any_connector: Any, call: ErrorRaised, /) -> bool:
        """Step of ``on_error``."""

    def add_error(self, any_connector: Any, call: ErrorRaised, /) -> None:
        """Step of ``on_error``."""

    def is_fault(self, any_connector: Any, call: ErrorRaised, /) -> bool:
        """Step of ``on_error``."""

    def tell_error(self, any_connector: Any, call: ErrorRaised, /) -> None:
        """Step of ``on_error``."""

    def is_active_error(self, any_connector: Any, call: ErrorCleared, /) -> bool:
        """Step of ``on_error_cleared``."""

    def remove_error(self, any_connector: Any, call: ErrorCleared, /) -> None:
        """Step of ``on_error_cleared``."""

    def is_sound(self, any_connector: Any, call: ErrorCleared, /) -> bool:
        """Step of ``on_error_cleared``."""

    def tell_cleared(self, any_connector: Any, call: ErrorCleared, /) -> None:
        """Step of ``on_error_cleared``."""

    def remove_all_errors(self, any_connector: Any, call: AllErrorsCleared, /) -> None:
        """Step of ``on_all_errors_cleared``."""

    def tell_all_cleared(self, any_connector: Any, call: AllErrorsCleared, /) -> None:
        """Step of ``on_all_errors_cleared``."""


class LogUploadsSteps(Protocol):
    """What the handlers ask of the feature ``log_uploads``."""

    def note_log_status(self, call: LogStatusChanged, /) -> None:
        """Step of ``on_log_status_notification``."""


class FirmwareSteps(Protocol):
    """What the handlers ask of the feature ``firmware``."""

    def note_firmware_status(self, call: FirmwareStatusChanged, /) -> None:
        """Step of ``on_firmware_update_status_notification``."""


class ReservationsSteps(Protocol):
    """What the handlers ask of the feature ``reservations``."""

    def note_application(self, connector: Any, call: ReservationStarted, /) -> None:
        """Step of ``on_reservation_start``."""

    def forget_application(self, connector: Any, call: ReservationEnded, /) -> None:
        """Step of ``on_reservation_end``."""

    def is_free_again(self, connector: Any, call: ReservationEnded, /) -> bool:
        """Step of ``on_reservation_end``."""

    def take_up_session(self, connector: Any, call: ReservationEnded, /) -> None:
        """Step of ``on_reservation_end``."""


class SecurityReportsSteps(Protocol):
    """What the handlers ask of the feature ``security_reports``."""

    def note(self, call: SecurityEventOccurred, /) -> None:
        """Step of ``on_security_event``."""


class Steps(Protocol):
    """The features of the core, as the handlers see them."""

    @property
    def all_connectors(self) -> AllConnectorsSteps:
        """The feature ``all_connectors``."""

    @property
    def readings(self) -> ReadingsSteps:
        """The feature ``readings``."""

    @property
    def sessions(self) -> SessionsSteps:
        """The feature ``sessions``."""

    @property
    def availability(self) -> AvailabilitySteps:
        """The feature ``availability``."""

    @property
    def transactions(self) -> TransactionsSteps:
        """The feature ``transactions``."""

    @property
    def error_reports(self) -> ErrorReportsSteps:
        """The feature ``error_reports``."""

    @property
    def log_uploads(self) -> LogUploadsSteps:
        """The feature ``log_uploads``."""

    @property
    def firmware(self) -> FirmwareSteps:
        """The feature ``firmware``."""

    @property
    def reservations(self) -> ReservationsSteps:
        """The feature ``reservations``."""

    @property
    def security_reports(self) -> SecurityReportsSteps:
        """The feature ``security_reports``."""


def on_meter_values(features: Steps, call: MeterValuesTaken) -> None:
    """Steps of ``on_meter_values`` (OCPP 1.6 4.7)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    features.readings.note_measurement(any_connector, call)


def on_max_current_offered(features: Steps, call: CurrentOffered) -> None:
    """Steps of ``on_max_current_offered`` (OCPP 1.6 7.31)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    features.readings.note_current_offered(any_connector, call)


def on_max_power_offered(features: Steps, call: PowerOffered) -> None:
    """Steps of ``on_max_power_offered`` (OCPP 1.6 7.31)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    features.readings.note_power_offered(any_connector, call)


def on_session_started(features: Steps, call: SessionStarted) -> None:
    """Steps of ``on_session_started`` (OCPP 1.6 4.9 A2 F2 G2)."""
    connector = features.all_connectors.connector(call.connector)
    features.sessions.open(connector, call)
    connector.machine.session_started(info=call.reason)


def on_session_stopped(features: Steps, call: SessionStopped) -> None:
    """Steps of ``on_session_stopped`` (OCPP 1.6 4.9 B1 C1 D1 E1 F1)."""
    connector = features.all_connectors.connector(call.connector)
    features.sessions.close(connector, call)
    connector.machine.session_ended()
    features.availability.use_ended(connector, call)


def on_transaction_started(features: Steps, call: TransactionStarted) -> None:
    """Steps of ``on_transaction_started`` (OCPP 1.6 4.8)."""
    connector = features.all_connectors.connector(call.connector)
    features.sessions.replace_finished(connector, call)
    transaction = features.transactions.open(connector, call)
    connector.machine.transaction_started()
    transaction.machine.started()


def on_transaction_stopped(features: Steps, call: TransactionStopped) -> bool:
    """Steps of ``on_transaction_stopped`` (OCPP 1.6 4.10, 4.9 C6 D6 E6)."""
    connector = features.all_connectors.connector(call.connector)
    transaction = features.transactions.stopping(connector, call)
    if features.transactions.cable_loss_is_tolerated(connector, call):
        connector.machine.ev_side_disconnected(info=transaction.stop_info)
        return False
    features.transactions.collect_last_readings(connector, call)
    transaction.machine.stopped()
    connector.machine.transaction_stopped(info=transaction.stop_info)
    features.transactions.release(connector, call)
    features.availability.use_ended(connector, call)
    return True


def on_suspend_charging_ev(features: Steps, call: EvSuspended) -> None:
    """Steps of ``on_suspend_charging_ev`` (OCPP 1.6 4.9 A4 B4 C4 E4)."""
    connector = features.all_connectors.connector(call.connector)
    connector.machine.ev_suspended(info=call.info)


def on_suspend_charging_evse(features: Steps, call: EvseSuspended) -> None:
    """Steps of ``on_suspend_charging_evse`` (OCPP 1.6 4.9 A5 B5 C5 D5)."""
    connector = features.all_connectors.connector(call.connector)
    features.sessions.note_suspension(connector, call)
    connector.machine.evse_suspended(info=call.info)


def on_resume_charging(features: Steps, call: ChargingResumed) -> None:
    """Steps of ``on_resume_charging`` (OCPP 1.6 4.9 A3 B3 D3 E3)."""
    connector = features.all_connectors.connector(call.connector)
    connector.machine.energy_flowed()


def on_error(features: Steps, call: ErrorRaised) -> None:
    """Steps of ``on_error`` (OCPP 1.6 4.9 A9 B9 C9 D9 E9 F9 G9 H9)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    if features.error_reports.is_new_error(any_connector, call):
        features.error_reports.add_error(any_connector, call)
        if features.error_reports.is_fault(any_connector, call):
            any_connector.machine.fault_raised(info=call.error_info.info)
        features.error_reports.tell_error(any_connector, call)


def on_error_cleared(features: Steps, call: ErrorCleared) -> None:
    """Steps of ``on_error_cleared`` (OCPP 1.6 4.9 I1 I2 I3 I4 I5 I6 I7 I8)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    if features.error_reports.is_active_error(any_connector, call):
        features.error_reports.remove_error(any_connector, call)
        if features.error_reports.is_sound(any_connector, call):
            any_connector.machine.fault_cleared(info=any_connector.error_info)
        features.error_reports.tell_cleared(any_connector, call)


def on_all_errors_cleared(features: Steps, call: AllErrorsCleared) -> None:
    """Steps of ``on_all_errors_cleared`` (OCPP 1.6 4.9 I1 I2 I3 I4 I5 I6 I7 I8)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    features.error_reports.remove_all_errors(any_connector, call)
    any_connector.machine.fault_cleared()
    features.error_reports.tell_all_cleared(any_connector, call)


def on_log_status_notification(features: Steps, call: LogStatusChanged) -> None:
    """Steps of ``on_log_status_notification`` (OCPP 1.6 4.4; whitepaper N01)."""
    features.log_uploads.note_log_status(call)


def on_firmware_update_status_notification(features: Steps, call: FirmwareStatusChanged) -> None:
    """Steps of ``on_firmware_update_status_notification`` (OCPP 1.6 4.5; whitepaper L01)."""
    features.firmware.note_firmware_status(call)


def on_reservation_start(features: Steps, call: ReservationStarted) -> None:
    """Steps of ``on_reservation_start`` (OCPP 1.6 4.9 A7)."""
    connector = features.all_connectors.connector(call.connector)
    features.reservations.note_application(connector, call)
    connector.machine.reservation_started()


def on_reservation_end(features: Steps, call: ReservationEnded) -> None:
    """Steps of ``on_reservation_end`` (OCPP 1.6 4.9 G1)."""
    connector = features.all_connectors.connector(call.connector)
    features.reservations.forget_application(connector, call)
    if features.reservations.is_free_again(connector, call):
        connector.machine.reservation_ended()
        features.reservations.take_up_session(connector, call)


def on_enabled(features: Steps, call: Enabled) -> None:
    """Steps of ``on_enabled`` (OCPP 1.6 4.9 H1 H2 H3 H4 H5)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    any_connector.machine.enabled()


def on_disabled(features: Steps, call: Disabled) -> None:
    """Steps of ``on_disabled`` (OCPP 1.6 4.9 A8 C8 D8 E8 F8 G8)."""
    any_connector = features.all_connectors.any_connector(call.connector)
    any_connector.machine.disabled()


def on_plugin_timeout(features: Steps, call: PluginTimedOut) -> None:
    """Steps of ``on_plugin_timeout`` (OCPP 1.6 4.9 B6)."""
    connector = features.all_connectors.connector(call.connector)
    connector.machine.connection_timed_out(info="ConnectionTimeout")
    features.availability.use_ended(connector, call)


def on_security_event(features: Steps, call: SecurityEventOccurred) -> None:
    """Steps of ``on_security_event`` (OCPP 1.6 whitepaper A04)."""
    features.security_reports.note(call)


def on_change_availability(features: Steps, call: AvailabilityChangeAsked) -> ChangeAvailabilityResponse:
    """Steps of ``on_change_availability`` (OCPP 1.6 5.2)."""
    return features.availability.change_by_station(call)


TRIGGERS: Mapping[type[HandlerCall], Callable[[Steps, Any], Any]] = {
    MeterValuesTaken: on_meter_values,
    CurrentOffered: on_max_current_offered,
    PowerOffered: on_max_power_offered,
    SessionStarted: on_session_started,
    SessionStopped: on_session_stopped,
    TransactionStarted: on_transaction_started,
    TransactionStopped: on_transaction_stopped,
    EvSuspended: on_suspend_charging_ev,
    EvseSuspended: on_suspend_charging_evse,
    ChargingResumed: on_resume_charging,
    ErrorRaised: on_error,
    ErrorCleared: on_error_cleared,
    AllErrorsCleared: on_all_errors_cleared,
    LogStatusChanged: on_log_status_notification,
    FirmwareStatusChanged: on_firmware_update_status_notification,
    ReservationStarted: on_reservation_start,
    ReservationEnded: on_reservation_end,
    Enabled: on_enabled,
    Disabled: on_disabled,
    PluginTimedOut: on_plugin_timeout,
    SecurityEventOccurred: on_security_event,
    AvailabilityChangeAsked: on_change_availability,
}
"""Class of a call -> the function that handles it."""
