# Generated from the table of handlers by `python -m codegen`. Edit statecharts/ocpp16/handlers.py instead.

"""The 22 handlers of a station.

Each checks its arguments, records the call as a value and passes it to the core.
"""

from abc import abstractmethod
from datetime import datetime
from typing import Any

from ocpp16sm.arguments import arguments, structs
from ocpp16sm.base import words
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.values import Value
from ocpp16sm.messages import (
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    DiagnosticsStatus,
    FirmwareUpdateStatus,
    Reason,
    UploadLogStatus,
)
from ocpp16sm.station_facts import ErrorInfo, Measurement, SessionStartedReason


class HandlerCall(Value, frozen=True):
    """A call of a handler, with checked arguments; each handler has its subclass."""


class MeterValuesTaken(HandlerCall, frozen=True):
    """A call of ``on_meter_values``."""

    connector: int
    measurement: Measurement


class CurrentOffered(HandlerCall, frozen=True):
    """A call of ``on_max_current_offered``."""

    connector: int
    max_current: float


class PowerOffered(HandlerCall, frozen=True):
    """A call of ``on_max_power_offered``."""

    connector: int
    max_power: float


class SessionStarted(HandlerCall, frozen=True):
    """A call of ``on_session_started``."""

    connector: int
    session_id: str
    reason: SessionStartedReason
    session_logging_path: str | None = None


class SessionStopped(HandlerCall, frozen=True):
    """A call of ``on_session_stopped``."""

    connector: int
    session_id: str


class TransactionStarted(HandlerCall, frozen=True):
    """A call of ``on_transaction_started``."""

    connector: int
    session_id: str
    id_token: str
    meter_start: float
    reservation_id: int | None
    timestamp: Timestamp
    signed_meter_value: str | None = None


class TransactionStopped(HandlerCall, frozen=True):
    """A call of ``on_transaction_stopped``."""

    connector: int
    session_id: str
    reason: Reason
    timestamp: Timestamp
    energy_wh_import: float
    id_tag_end: str | None = None
    signed_meter_value: str | None = None
    start_signed_meter_value: str | None = None


class EvSuspended(HandlerCall, frozen=True):
    """A call of ``on_suspend_charging_ev``."""

    connector: int
    info: str | None = None


class EvseSuspended(HandlerCall, frozen=True):
    """A call of ``on_suspend_charging_evse``."""

    connector: int
    info: str | None = None


class ChargingResumed(HandlerCall, frozen=True):
    """A call of ``on_resume_charging``."""

    connector: int


class ErrorRaised(HandlerCall, frozen=True):
    """A call of ``on_error``."""

    connector: int
    error_info: ErrorInfo


class ErrorCleared(HandlerCall, frozen=True):
    """A call of ``on_error_cleared``."""

    connector: int
    uuid: str


class AllErrorsCleared(HandlerCall, frozen=True):
    """A call of ``on_all_errors_cleared``."""

    connector: int


class LogStatusChanged(HandlerCall, frozen=True):
    """A call of ``on_log_status_notification``."""

    request_id: int
    log_status: UploadLogStatus


class FirmwareStatusChanged(HandlerCall, frozen=True):
    """A call of ``on_firmware_update_status_notification``."""

    request_id: int
    status: FirmwareUpdateStatus
    disable_connectors_during_install: bool = True


class ReservationStarted(HandlerCall, frozen=True):
    """A call of ``on_reservation_start``."""

    connector: int


class ReservationEnded(HandlerCall, frozen=True):
    """A call of ``on_reservation_end``."""

    connector: int


class Enabled(HandlerCall, frozen=True):
    """A call of ``on_enabled``."""

    connector: int


class Disabled(HandlerCall, frozen=True):
    """A call of ``on_disabled``."""

    connector: int


class PluginTimedOut(HandlerCall, frozen=True):
    """A call of ``on_plugin_timeout``."""

    connector: int


class SecurityEventOccurred(HandlerCall, frozen=True):
    """A call of ``on_security_event``."""

    event_type: str
    tech_info: str | None = None
    critical: bool | None = None
    timestamp: Timestamp | None = None


class AvailabilityChangeAsked(HandlerCall, frozen=True):
    """A call of ``on_change_availability``."""

    request: ChangeAvailabilityRequest


class Handlers:
    """The 22 handlers.

    Invalid arguments (:class:`~ocpp16sm.errors.InvalidArgumentError`) and connectors that the charge point
    does not have (:class:`~ocpp16sm.errors.UnknownConnectorError`) are refused before anything has changed.
    """

    __slots__ = ()

    @abstractmethod
    def _call(self, call: HandlerCall) -> Any:
        """Pass a checked call to the core and return its result."""
        raise NotImplementedError

    def on_meter_values(
        self,
        connector: int,
        measurement: Measurement,
    ) -> None:
        """Store the latest meter readings. Nothing is sent now; the next sample includes them.

        :param connector: connectorId, 0..N; 0 is the charge point itself.
        :param measurement: All readings of the meter, with their time.

        OCPP 1.6 4.7.
        """
        self._call(
            MeterValuesTaken(
                arguments.integer("connector", connector, 0),
                structs.checked("measurement", measurement, Measurement),
            )
        )

    def on_max_current_offered(
        self,
        connector: int,
        max_current: float,
    ) -> None:
        """The current offered to the EV has changed. It is reported as measurand Current.Offered.

        :param connector: connectorId, 0..N; 0 is the charge point itself.
        :param max_current: Current per phase. [A]

        OCPP 1.6 7.31.
        """
        self._call(
            CurrentOffered(
                arguments.integer("connector", connector, 0),
                arguments.quantity("max_current", max_current),
            )
        )

    def on_max_power_offered(
        self,
        connector: int,
        max_power: float,
    ) -> None:
        """The power offered to the EV has changed. It is reported as measurand Power.Offered.

        :param connector: connectorId, 0..N; 0 is the charge point itself.
        :param max_power: Power over all phases. [W]

        OCPP 1.6 7.31.
        """
        self._call(
            PowerOffered(
                arguments.integer("connector", connector, 0),
                arguments.quantity("max_power", max_power),
            )
        )

    def on_session_started(
        self,
        connector: int,
        session_id: str,
        reason: SessionStartedReason | words.SessionStartedReasonWord,
        session_logging_path: str | None = None,
    ) -> None:
        """A session has started: a plug was inserted or an idTag was presented.

        A repeated call for the same session only adds the reason. Another session starts after
        on_session_stopped or, if the cable stays plugged in, once the connector is Finishing (F2).

        :param connector: connectorId of the connector, 1..N.
        :param session_id: The station's identifier of the session.
        :param reason: What happened first.
        :param session_logging_path: Directory for a log of all messages of the session; by default none is written. Optional.
        :raises SessionMismatchError: the connector is in another session, which is not over.

        OCPP 1.6 4.9 A2 F2 G2.
        """
        self._call(
            SessionStarted(
                arguments.integer("connector", connector, 0),
                arguments.text("session_id", session_id, 255),
                arguments.word("reason", reason, SessionStartedReason),
                None
                if session_logging_path is None
                else arguments.text("session_logging_path", session_logging_path, 4096),
            )
        )

    def on_session_stopped(
        self,
        connector: int,
        session_id: str,
    ) -> None:
        """The connector is free again: nothing is plugged in and nobody is authorised.

        A running transaction goes on; its end then frees the connector.

        :param connector: connectorId of the connector, 1..N.
        :param session_id: The station's identifier of the session.
        :raises SessionMismatchError: the connector is in another session or, with none open, runs another's transaction.

        OCPP 1.6 4.9 B1 C1 D1 E1 F1.
        """
        self._call(
            SessionStopped(
                arguments.integer("connector", connector, 0),
                arguments.text("session_id", session_id, 255),
            )
        )

    def on_transaction_started(
        self,
        connector: int,
        session_id: str,
        id_token: str,
        meter_start: float,
        reservation_id: int | None,
        timestamp: datetime | str,
        signed_meter_value: str | None = None,
    ) -> None:
        """A transaction has started.

        StartTransaction is queued and stored on disk before this returns. Without an open session, one is
        opened that ends with the transaction.

        :param connector: connectorId of the connector, 1..N.
        :param session_id: The station's identifier of the session.
        :param id_token: The idTag that started it. [at most 20 characters]
        :param meter_start: Reading of the energy register. [Wh]
        :param reservation_id: The reservation that it uses. None: the one that the Central System made for this idTag or its group, if there is one. There is no default because the parameter precedes the timestamp, as in libocpp. Or None.
        :param timestamp: When it started, with time zone.
        :param signed_meter_value: The begin value signed by the meter, passed on verbatim. Optional.
        :raises TransactionRunningError: a transaction is already running on the connector (D13).

        OCPP 1.6 4.8.
        """
        self._call(
            TransactionStarted(
                arguments.integer("connector", connector, 0),
                arguments.text("session_id", session_id, 255),
                arguments.text("id_token", id_token, 20),
                arguments.quantity("meter_start", meter_start),
                None if reservation_id is None else arguments.integer("reservation_id", reservation_id),
                arguments.moment("timestamp", timestamp),
                None if signed_meter_value is None else arguments.text("signed_meter_value", signed_meter_value),
            )
        )

    def on_transaction_stopped(
        self,
        connector: int,
        session_id: str,
        reason: Reason | words.ReasonWord,
        timestamp: datetime | str,
        energy_wh_import: float,
        id_tag_end: str | None = None,
        signed_meter_value: str | None = None,
        start_signed_meter_value: str | None = None,
    ) -> bool:
        """A transaction has stopped. StopTransaction is queued and stored on disk before this returns.

        :param connector: connectorId of the connector, 1..N.
        :param session_id: The station's identifier of the session.
        :param reason: Why it stopped.
        :param timestamp: When it stopped, with time zone.
        :param energy_wh_import: Reading of the energy register. [Wh]
        :param id_tag_end: The idTag that stopped it. [at most 20 characters] Optional.
        :param signed_meter_value: The end value signed by the meter, verbatim. Optional.
        :param start_signed_meter_value: The signed begin value, if it was unknown at the start. Optional.
        :returns: Whether the transaction ended. False: the EV was disconnected and StopTransactionOnEVSideDisconnect is false, so the transaction goes on as SuspendedEV.
        :raises NoTransactionError: no transaction is running on the connector.
        :raises SessionMismatchError: the running transaction belongs to another session (D15).

        OCPP 1.6 4.10, 4.9 C6 D6 E6.
        """
        result: bool = self._call(
            TransactionStopped(
                arguments.integer("connector", connector, 0),
                arguments.text("session_id", session_id, 255),
                arguments.word("reason", reason, Reason),
                arguments.moment("timestamp", timestamp),
                arguments.quantity("energy_wh_import", energy_wh_import),
                None if id_tag_end is None else arguments.text("id_tag_end", id_tag_end, 20),
                None if signed_meter_value is None else arguments.text("signed_meter_value", signed_meter_value),
                None
                if start_signed_meter_value is None
                else arguments.text("start_signed_meter_value", start_signed_meter_value),
            )
        )
        return result

    def on_suspend_charging_ev(
        self,
        connector: int,
        info: str | None = None,
    ) -> None:
        """Energy is offered but the EV takes none.

        :param connector: connectorId of the connector, 1..N.
        :param info: The info of the status notification. [cut to 50 characters] Optional.

        OCPP 1.6 4.9 A4 B4 C4 E4.
        """
        self._call(
            EvSuspended(
                arguments.integer("connector", connector, 0),
                None if info is None else arguments.cut("info", info, 50),
            )
        )

    def on_suspend_charging_evse(
        self,
        connector: int,
        info: str | None = None,
    ) -> None:
        """The charge point offers no energy to the EV.

        :param connector: connectorId of the connector, 1..N.
        :param info: The info of the status notification. [cut to 50 characters] Optional.

        OCPP 1.6 4.9 A5 B5 C5 D5.
        """
        self._call(
            EvseSuspended(
                arguments.integer("connector", connector, 0),
                None if info is None else arguments.cut("info", info, 50),
            )
        )

    def on_resume_charging(
        self,
        connector: int,
    ) -> None:
        """Energy flows: charging has started or resumed.

        :param connector: connectorId of the connector, 1..N.

        OCPP 1.6 4.9 A3 B3 D3 E3.
        """
        self._call(
            ChargingResumed(
                arguments.integer("connector", connector, 0),
            )
        )

    def on_error(
        self,
        connector: int,
        error_info: ErrorInfo,
    ) -> None:
        """An error has occurred.

        A fault changes the status to Faulted; any other error is a warning. An error whose uuid is already
        active has no effect.

        :param connector: connectorId, 0..N; 0 is the charge point itself.
        :param error_info: The error.

        OCPP 1.6 4.9 A9 B9 C9 D9 E9 F9 G9 H9.
        """
        self._call(
            ErrorRaised(
                arguments.integer("connector", connector, 0),
                structs.checked("error_info", error_info, ErrorInfo),
            )
        )

    def on_error_cleared(
        self,
        connector: int,
        uuid: str,
    ) -> None:
        """An error is over.

        When the last fault is cleared, the status is again that of the connector's current usage. An unknown
        uuid has no effect.

        :param connector: connectorId, 0..N; 0 is the charge point itself.
        :param uuid: The error's uuid.

        OCPP 1.6 4.9 I1 I2 I3 I4 I5 I6 I7 I8.
        """
        self._call(
            ErrorCleared(
                arguments.integer("connector", connector, 0),
                arguments.text("uuid", uuid, 255),
            )
        )

    def on_all_errors_cleared(
        self,
        connector: int,
    ) -> None:
        """All errors are over. The status is reported even if there was no error.

        :param connector: connectorId, 0..N; 0 is the charge point itself.

        OCPP 1.6 4.9 I1 I2 I3 I4 I5 I6 I7 I8.
        """
        self._call(
            AllErrorsCleared(
                arguments.integer("connector", connector, 0),
            )
        )

    def on_log_status_notification(
        self,
        request_id: int,
        log_status: DiagnosticsStatus | UploadLogStatus | words.DiagnosticsStatusWord | words.UploadLogStatusWord,
    ) -> None:
        """The status of a log upload has changed.

        LogStatusNotification is sent for GetLog, DiagnosticsStatusNotification for GetDiagnostics. A repeated
        status is not sent again until another attempt begins (Uploading). Idle is never sent.

        :param request_id: requestId of GetLog; -1 for GetDiagnostics.
        :param log_status: The new status. For GetDiagnostics, a value of DiagnosticsStatus or UploadLogStatus (UploadFailed and UploadFailure are equivalent); for GetLog, a value of UploadLogStatus.

        OCPP 1.6 4.4; whitepaper N01.
        """
        self._call(
            LogStatusChanged(
                arguments.integer("request_id", request_id),
                arguments.log_status("log_status", log_status, request_id),
            )
        )

    def on_firmware_update_status_notification(
        self,
        request_id: int,
        status: FirmwareUpdateStatus | words.FirmwareUpdateStatusWord,
        disable_connectors_during_install: bool = True,
    ) -> None:
        """The status of a firmware update has changed.

        SignedFirmwareStatusNotification is sent for a signed update, FirmwareStatusNotification for
        UpdateFirmware (seven statuses do not exist there and are not sent). A step that has already been
        passed is not sent again. Idle, which is never sent, means that the update was abandoned. After
        Downloaded, or SignatureVerified for a signed update, connectors are taken out of service as they
        become free. Then Hardware.all_connectors_unavailable is called. They return to service when the
        update ends. After a reboot into the new firmware, Installed is sent without this call.

        :param request_id: requestId of SignedUpdateFirmware; -1 for UpdateFirmware.
        :param status: The new status.
        :param disable_connectors_during_install: Whether connectors must be out of service during the installation; if not, do not wait. Optional.

        OCPP 1.6 4.5; whitepaper L01.
        """
        self._call(
            FirmwareStatusChanged(
                arguments.integer("request_id", request_id),
                arguments.word("status", status, FirmwareUpdateStatus),
                arguments.boolean("disable_connectors_during_install", disable_connectors_during_install),
            )
        )

    def on_reservation_start(
        self,
        connector: int,
    ) -> None:
        """The station itself has reserved the connector.

        Reservations of the Central System need no call; the charge point manages them.

        :param connector: connectorId of the connector, 1..N.

        OCPP 1.6 4.9 A7.
        """
        self._call(
            ReservationStarted(
                arguments.integer("connector", connector, 0),
            )
        )

    def on_reservation_end(
        self,
        connector: int,
    ) -> None:
        """The station's own reservation has ended, whether used or not.

        If the Central System has reserved the connector, it remains reserved.

        :param connector: connectorId of the connector, 1..N.

        OCPP 1.6 4.9 G1.
        """
        self._call(
            ReservationEnded(
                arguments.integer("connector", connector, 0),
            )
        )

    def on_enabled(
        self,
        connector: int,
    ) -> None:
        """The connector or charge point is in service. Its status is that of its current usage (D08).

        :param connector: connectorId, 0..N; 0 is the charge point itself.

        OCPP 1.6 4.9 H1 H2 H3 H4 H5.
        """
        self._call(
            Enabled(
                arguments.integer("connector", connector, 0),
            )
        )

    def on_disabled(
        self,
        connector: int,
    ) -> None:
        """The connector or charge point is out of service;
        if a connector is in use, once the use ends (D09).

        :param connector: connectorId, 0..N; 0 is the charge point itself.

        OCPP 1.6 4.9 A8 C8 D8 E8 F8 G8.
        """
        self._call(
            Disabled(
                arguments.integer("connector", connector, 0),
            )
        )

    def on_plugin_timeout(
        self,
        connector: int,
    ) -> None:
        """A plug was inserted but no idTag presented in time.

        No effect while a transaction is running (D24).

        :param connector: connectorId of the connector, 1..N.

        OCPP 1.6 4.9 B6.
        """
        self._call(
            PluginTimedOut(
                arguments.integer("connector", connector, 0),
            )
        )

    def on_security_event(
        self,
        event_type: str,
        tech_info: str | None = None,
        critical: bool | None = None,
        timestamp: datetime | str | None = None,
    ) -> None:
        """A security event has occurred.

        It is always recorded; SecurityEventNotification is queued if it is critical.

        :param event_type: Name of the event. [at most 50 characters]
        :param tech_info: Details. [cut to 255 characters] Optional.
        :param critical: Whether it is critical; by default as listed in the whitepaper. Optional.
        :param timestamp: When it happened; by default now. Optional.

        OCPP 1.6 whitepaper A04.
        """
        self._call(
            SecurityEventOccurred(
                arguments.text("event_type", event_type, 50),
                None if tech_info is None else arguments.cut("tech_info", tech_info, 255),
                None if critical is None else arguments.boolean("critical", critical),
                None if timestamp is None else arguments.moment("timestamp", timestamp),
            )
        )

    def on_change_availability(
        self,
        request: ChangeAvailabilityRequest,
    ) -> ChangeAvailabilityResponse:
        """Change the availability as if the Central System had requested it: the
        change survives a restart and is scheduled while a connector is in use.

        :param request: The connector (0: all) and its new availability.
        :returns: The response that the Central System would have received.

        OCPP 1.6 5.2.
        """
        result: ChangeAvailabilityResponse = self._call(
            AvailabilityChangeAsked(
                structs.checked("request", request, ChangeAvailabilityRequest),
            )
        )
        return result


HANDLER_CALLS: tuple[type[HandlerCall], ...] = (
    MeterValuesTaken,
    CurrentOffered,
    PowerOffered,
    SessionStarted,
    SessionStopped,
    TransactionStarted,
    TransactionStopped,
    EvSuspended,
    EvseSuspended,
    ChargingResumed,
    ErrorRaised,
    ErrorCleared,
    AllErrorsCleared,
    LogStatusChanged,
    FirmwareStatusChanged,
    ReservationStarted,
    ReservationEnded,
    Enabled,
    Disabled,
    PluginTimedOut,
    SecurityEventOccurred,
    AvailabilityChangeAsked,
)
"""All classes of calls, in the order of the handlers."""
