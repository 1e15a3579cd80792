# Generated from the table of handlers by `python -m codegen`. Edit statecharts/ocpp16/handlers.py instead.

"""The steps that each handler triggers: methods of the core and events of the charts.

The core implements :class:`Acts`; nothing else decides what a handler does.
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

    def session_started(self) -> bool: ...

    def session_ended(self) -> bool: ...

    def transaction_started(self) -> bool: ...

    def ev_side_disconnected(self) -> bool: ...

    def transaction_stopped(self) -> bool: ...

    def ev_suspended(self) -> bool: ...

    def evse_suspended(self) -> bool: ...

    def energy_flowed(self) -> bool: ...

    def reservation_started(self) -> bool: ...

    def reservation_ended(self) -> bool: ...

    def connection_timed_out(self) -> bool: ...


class PlaceEvents(Protocol):
    """The events that handlers fire on the chart of either a connector or the charge point."""

    def fault_raised(self) -> bool: ...

    def fault_cleared(self) -> bool: ...

    def enabled(self) -> bool: ...

    def disabled(self) -> bool: ...


class TransactionEvents(Protocol):
    """The events of a transaction's chart that handlers fire."""

    def started(self) -> bool: ...

    def stopped(self) -> bool: ...


class PlaceActor(Protocol):
    """A connector, or the charge point itself."""

    info: str | None
    """The info of the next status notification."""

    @property
    def machine(self) -> PlaceEvents: ...

    @property
    def error_info(self) -> str | None:
        """The info of the error that is reported."""


class ConnectorActor(Protocol):
    """A connector, never the charge point itself."""

    info: str | None
    """The info of the next status notification."""

    @property
    def machine(self) -> ConnectorEvents: ...


class TransactionActor(Protocol):
    @property
    def machine(self) -> TransactionEvents: ...

    @property
    def stop_info(self) -> str | None:
        """The info of the status notification about the stop."""


class Acts(Protocol):
    """The steps and look-ups that the core provides for handlers."""

    def connector(self, connector: int) -> ConnectorActor:
        """The connector 1..N; raises UnknownConnectorError if there is none."""

    def place(self, connector: int) -> PlaceActor:
        """The connector 1..N, or the charge point for 0; raises UnknownConnectorError."""

    def note_measurement(self, place: Any, call: MeterValuesTaken) -> None:
        """Step of ``on_meter_values``."""

    def note_current_offered(self, place: Any, call: CurrentOffered) -> None:
        """Step of ``on_max_current_offered``."""

    def note_power_offered(self, place: Any, call: PowerOffered) -> None:
        """Step of ``on_max_power_offered``."""

    def open_session(self, connector: Any, call: SessionStarted) -> None:
        """Step of ``on_session_started``."""

    def close_session(self, connector: Any, call: SessionStopped) -> None:
        """Step of ``on_session_stopped``."""

    def use_ended(self, connector: Any, call: SessionStopped | TransactionStopped | PluginTimedOut) -> None:
        """Step of ``on_session_stopped``, ``on_transaction_stopped``, ``on_plugin_timeout``."""

    def open_transaction(self, connector: Any, call: TransactionStarted) -> TransactionActor:
        """Step of ``on_transaction_started``."""

    def stopping_transaction(self, connector: Any, call: TransactionStopped) -> TransactionActor:
        """Step of ``on_transaction_stopped``."""

    def cable_loss_is_tolerated(self, connector: Any, call: TransactionStopped) -> bool:
        """Step of ``on_transaction_stopped``."""

    def collect_last_readings(self, connector: Any, call: TransactionStopped) -> None:
        """Step of ``on_transaction_stopped``."""

    def release_connector(self, connector: Any, call: TransactionStopped) -> None:
        """Step of ``on_transaction_stopped``."""

    def note_suspension(self, connector: Any, call: EvseSuspended) -> None:
        """Step of ``on_suspend_charging_evse``."""

    def is_new_error(self, place: Any, call: ErrorRaised) -> bool:
        """Step of ``on_error``."""

    def add_error(self, place: Any, call: ErrorRaised) -> None:
        """Step of ``on_error``."""

    def is_fault(self, place: Any, call: ErrorRaised) -> bool:
        """Step of ``on_error``."""

    def tell_error(self, place: Any, call: ErrorRaised) -> None:
        """Step of ``on_error``."""

    def is_active_error(self, place: Any, call: ErrorCleared) -> bool:
        """Step of ``on_error_cleared``."""

    def remove_error(self, place: Any, call: ErrorCleared) -> None:
        """Step of ``on_error_cleared``."""

    def is_sound(self, place: Any, call: ErrorCleared) -> bool:
        """Step of ``on_error_cleared``."""

    def tell_cleared(self, place: Any, call: ErrorCleared) -> None:
        """Step of ``on_error_cleared``."""

    def remove_all_errors(self, place: Any, call: AllErrorsCleared) -> None:
        """Step of ``on_all_errors_cleared``."""

    def tell_all_cleared(self, place: Any, call: AllErrorsCleared) -> None:
        """Step of ``on_all_errors_cleared``."""

    def note_log_status(self, call: LogStatusChanged) -> None:
        """Step of ``on_log_status_notification``."""

    def note_firmware_status(self, call: FirmwareStatusChanged) -> None:
        """Step of ``on_firmware_update_status_notification``."""

    def note_reservation(self, connector: Any, call: ReservationStarted) -> None:
        """Step of ``on_reservation_start``."""

    def forget_reservation(self, connector: Any, call: ReservationEnded) -> None:
        """Step of ``on_reservation_end``."""

    def is_free_again(self, connector: Any, call: ReservationEnded) -> bool:
        """Step of ``on_reservation_end``."""

    def take_up_session(self, connector: Any, call: ReservationEnded) -> None:
        """Step of ``on_reservation_end``."""

    def note_security_event(self, call: SecurityEventOccurred) -> None:
        """Step of ``on_security_event``."""

    def change_availability(self, call: AvailabilityChangeAsked) -> ChangeAvailabilityResponse:
        """Step of ``on_change_availability``."""


def on_meter_values(core: Acts, call: MeterValuesTaken) -> None:
    """Steps of ``on_meter_values`` (OCPP 1.6 4.7)."""
    place = core.place(call.connector)
    core.note_measurement(place, call)


def on_max_current_offered(core: Acts, call: CurrentOffered) -> None:
    """Steps of ``on_max_current_offered`` (OCPP 1.6 7.31)."""
    place = core.place(call.connector)
    core.note_current_offered(place, call)


def on_max_power_offered(core: Acts, call: PowerOffered) -> None:
    """Steps of ``on_max_power_offered`` (OCPP 1.6 7.31)."""
    place = core.place(call.connector)
    core.note_power_offered(place, call)


def on_session_started(core: Acts, call: SessionStarted) -> None:
    """Steps of ``on_session_started`` (OCPP 1.6 4.9 A2 F2 G2)."""
    connector = core.connector(call.connector)
    core.open_session(connector, call)
    connector.info = call.reason
    connector.machine.session_started()


def on_session_stopped(core: Acts, call: SessionStopped) -> None:
    """Steps of ``on_session_stopped`` (OCPP 1.6 4.9 B1 C1 D1 E1 F1)."""
    connector = core.connector(call.connector)
    core.close_session(connector, call)
    connector.info = None
    connector.machine.session_ended()
    core.use_ended(connector, call)


def on_transaction_started(core: Acts, call: TransactionStarted) -> None:
    """Steps of ``on_transaction_started`` (OCPP 1.6 4.8)."""
    connector = core.connector(call.connector)
    transaction = core.open_transaction(connector, call)
    connector.info = None
    connector.machine.transaction_started()
    transaction.machine.started()


def on_transaction_stopped(core: Acts, call: TransactionStopped) -> bool:
    """Steps of ``on_transaction_stopped`` (OCPP 1.6 4.10, 4.9 C6 D6 E6)."""
    connector = core.connector(call.connector)
    transaction = core.stopping_transaction(connector, call)
    if core.cable_loss_is_tolerated(connector, call):
        connector.info = transaction.stop_info
        connector.machine.ev_side_disconnected()
        return False
    core.collect_last_readings(connector, call)
    transaction.machine.stopped()
    connector.info = transaction.stop_info
    connector.machine.transaction_stopped()
    core.release_connector(connector, call)
    core.use_ended(connector, call)
    return True


def on_suspend_charging_ev(core: Acts, call: EvSuspended) -> None:
    """Steps of ``on_suspend_charging_ev`` (OCPP 1.6 4.9 A4 B4 C4 E4)."""
    connector = core.connector(call.connector)
    connector.info = call.info
    connector.machine.ev_suspended()


def on_suspend_charging_evse(core: Acts, call: EvseSuspended) -> None:
    """Steps of ``on_suspend_charging_evse`` (OCPP 1.6 4.9 A5 B5 C5 D5)."""
    connector = core.connector(call.connector)
    core.note_suspension(connector, call)
    connector.info = call.info
    connector.machine.evse_suspended()


def on_resume_charging(core: Acts, call: ChargingResumed) -> None:
    """Steps of ``on_resume_charging`` (OCPP 1.6 4.9 A3 B3 D3 E3)."""
    connector = core.connector(call.connector)
    connector.info = None
    connector.machine.energy_flowed()


def on_error(core: Acts, call: ErrorRaised) -> None:
    """Steps of ``on_error`` (OCPP 1.6 4.9 A9 B9 C9 D9 E9 F9 G9 H9)."""
    place = core.place(call.connector)
    if core.is_new_error(place, call):
        core.add_error(place, call)
        if core.is_fault(place, call):
            place.info = call.error_info.info
            place.machine.fault_raised()
        core.tell_error(place, call)


def on_error_cleared(core: Acts, call: ErrorCleared) -> None:
    """Steps of ``on_error_cleared`` (OCPP 1.6 4.9 I1 I2 I3 I4 I5 I6 I7 I8)."""
    place = core.place(call.connector)
    if core.is_active_error(place, call):
        core.remove_error(place, call)
        if core.is_sound(place, call):
            place.info = place.error_info
            place.machine.fault_cleared()
        core.tell_cleared(place, call)


def on_all_errors_cleared(core: Acts, call: AllErrorsCleared) -> None:
    """Steps of ``on_all_errors_cleared`` (OCPP 1.6 4.9 I1 I2 I3 I4 I5 I6 I7 I8)."""
    place = core.place(call.connector)
    core.remove_all_errors(place, call)
    place.info = None
    place.machine.fault_cleared()
    core.tell_all_cleared(place, call)


def on_log_status_notification(core: Acts, call: LogStatusChanged) -> None:
    """Steps of ``on_log_status_notification`` (OCPP 1.6 4.4; whitepaper N01)."""
    core.note_log_status(call)


def on_firmware_update_status_notification(core: Acts, call: FirmwareStatusChanged) -> None:
    """Steps of ``on_firmware_update_status_notification`` (OCPP 1.6 4.5; whitepaper L01)."""
    core.note_firmware_status(call)


def on_reservation_start(core: Acts, call: ReservationStarted) -> None:
    """Steps of ``on_reservation_start`` (OCPP 1.6 4.9 A7)."""
    connector = core.connector(call.connector)
    core.note_reservation(connector, call)
    connector.info = None
    connector.machine.reservation_started()


def on_reservation_end(core: Acts, call: ReservationEnded) -> None:
    """Steps of ``on_reservation_end`` (OCPP 1.6 4.9 G1)."""
    connector = core.connector(call.connector)
    core.forget_reservation(connector, call)
    if core.is_free_again(connector, call):
        connector.info = None
        connector.machine.reservation_ended()
        core.take_up_session(connector, call)


def on_enabled(core: Acts, call: Enabled) -> None:
    """Steps of ``on_enabled`` (OCPP 1.6 4.9 H1 H2 H3 H4 H5)."""
    place = core.place(call.connector)
    place.info = None
    place.machine.enabled()


def on_disabled(core: Acts, call: Disabled) -> None:
    """Steps of ``on_disabled`` (OCPP 1.6 4.9 A8 C8 D8 E8 F8 G8)."""
    place = core.place(call.connector)
    place.info = None
    place.machine.disabled()


def on_plugin_timeout(core: Acts, call: PluginTimedOut) -> None:
    """Steps of ``on_plugin_timeout`` (OCPP 1.6 4.9 B6)."""
    connector = core.connector(call.connector)
    connector.info = "ConnectionTimeout"
    connector.machine.connection_timed_out()
    core.use_ended(connector, call)


def on_security_event(core: Acts, call: SecurityEventOccurred) -> None:
    """Steps of ``on_security_event`` (OCPP 1.6 whitepaper A04)."""
    core.note_security_event(call)


def on_change_availability(core: Acts, call: AvailabilityChangeAsked) -> ChangeAvailabilityResponse:
    """Steps of ``on_change_availability`` (OCPP 1.6 5.2)."""
    return core.change_availability(call)


TRIGGERS: Mapping[type[HandlerCall], Callable[[Acts, Any], Any]] = {
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
