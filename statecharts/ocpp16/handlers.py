"""The 22 handlers by which a station reports events to its charge point, and what each of them triggers.

Names, parameters and their order match ``ocpp::v16::ChargePoint`` of EVerest libocpp, so that a station written for it
can be ported. Where that implementation has a defect (numbered D05 to D24), the steps here are correct.
"""

from statecharts.ocpp16.session_handlers import CONNECTOR, SESSION_HANDLERS
from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Parameter, When

ANY_CONNECTOR = Parameter("connector", "int", "connectorId, 0..N; 0 is the charge point itself.", check="integer 0")


def _simple(name: str, call: str, event: str, doc: str, source: str) -> Handler:
    return Handler(name, call, "any_connector", doc, (ANY_CONNECTOR,), (Fire("any_connector", event),), source)


HANDLERS: tuple[Handler, ...] = (
    Handler(
        "on_meter_values",
        "MeterValuesTaken",
        "any_connector",
        "Store the latest meter readings. Nothing is sent now; the next sample includes them.",
        (
            ANY_CONNECTOR,
            Parameter(
                "measurement",
                "Measurement",
                "All readings of the meter, with their time.",
                check="struct Measurement",
            ),
        ),
        (Do("readings.note_measurement"),),
        "4.7",
    ),
    Handler(
        "on_max_current_offered",
        "CurrentOffered",
        "any_connector",
        "The current offered to the EV has changed. It is reported as measurand Current.Offered.",
        (ANY_CONNECTOR, Parameter("max_current", "float", "Current per phase.", "A", check="quantity")),
        (Do("readings.note_current_offered"),),
        "7.31",
    ),
    Handler(
        "on_max_power_offered",
        "PowerOffered",
        "any_connector",
        "The power offered to the EV has changed. It is reported as measurand Power.Offered.",
        (ANY_CONNECTOR, Parameter("max_power", "float", "Power over all phases.", "W", check="quantity")),
        (Do("readings.note_power_offered"),),
        "7.31",
    ),
    *SESSION_HANDLERS,
    Handler(
        "on_error",
        "ErrorRaised",
        "any_connector",
        "An error has occurred. A fault changes the status to Faulted; any other error is a warning. An error whose "
        "uuid is already active has no effect.",
        (ANY_CONNECTOR, Parameter("error_info", "ErrorInfo", "The error.", check="struct ErrorInfo")),
        (
            When(
                "error_reports.is_new_error",
                then=(
                    Do("error_reports.add_error"),
                    When(
                        "error_reports.is_fault",
                        then=(Fire("any_connector", "fault_raised", info="call.error_info.info"),),
                    ),
                    Do("error_reports.tell_error"),
                ),
            ),
        ),
        "4.9 A9 B9 C9 D9 E9 F9 G9 H9",
    ),
    Handler(
        "on_error_cleared",
        "ErrorCleared",
        "any_connector",
        "An error is over. When the last fault is cleared, the status is again that of the connector's current usage. "
        "An unknown uuid has no effect.",
        (ANY_CONNECTOR, Parameter("uuid", "str", "The error's uuid.", check="text 255")),
        (
            When(
                "error_reports.is_active_error",
                then=(
                    Do("error_reports.remove_error"),
                    When(
                        "error_reports.is_sound",
                        then=(Fire("any_connector", "fault_cleared", info="any_connector.error_info"),),
                    ),
                    Do("error_reports.tell_cleared"),
                ),
            ),
        ),
        "4.9 I1 I2 I3 I4 I5 I6 I7 I8",
    ),
    Handler(
        "on_all_errors_cleared",
        "AllErrorsCleared",
        "any_connector",
        "All errors are over. The status is reported even if there was no error.",
        (ANY_CONNECTOR,),
        (
            Do("error_reports.remove_all_errors"),
            Fire("any_connector", "fault_cleared"),
            Do("error_reports.tell_all_cleared"),
        ),
        "4.9 I1 I2 I3 I4 I5 I6 I7 I8",
    ),
    Handler(
        "on_log_status_notification",
        "LogStatusChanged",
        "none",
        "The status of a log upload has changed. LogStatusNotification is sent for GetLog, "
        "DiagnosticsStatusNotification for GetDiagnostics. A repeated status is not sent again until another attempt "
        "begins (Uploading). Idle is never sent.",
        (
            Parameter("request_id", "int", "requestId of GetLog; -1 for GetDiagnostics.", check="integer"),
            Parameter(
                "log_status",
                "UploadLogStatus",
                "The new status. For GetDiagnostics, a value of DiagnosticsStatus or UploadLogStatus (UploadFailed and "
                "UploadFailure are equivalent); for GetLog, a value of UploadLogStatus.",
                check="log_status request_id",
                takes="DiagnosticsStatus | UploadLogStatus | words.DiagnosticsStatusWord | words.UploadLogStatusWord",
            ),
        ),
        (Do("log_uploads.note_log_status"),),
        "4.4; whitepaper N01",
    ),
    Handler(
        "on_firmware_update_status_notification",
        "FirmwareStatusChanged",
        "none",
        "The status of a firmware update has changed. SignedFirmwareStatusNotification is sent for a signed update, "
        "FirmwareStatusNotification for UpdateFirmware (seven statuses do not exist there and are not sent). A step "
        "that has already been passed is not sent again. Idle, which is never sent, means that the update was "
        "abandoned. After Downloaded, or SignatureVerified for a signed update, connectors are taken out of service as "
        "they become free. Then Hardware.all_connectors_unavailable is called. They return to service when the update "
        "ends. After a reboot into the new firmware, Installed is sent without this call.",
        (
            Parameter(
                "request_id", "int", "requestId of SignedUpdateFirmware; -1 for UpdateFirmware.", check="integer"
            ),
            Parameter("status", "FirmwareUpdateStatus", "The new status.", check="word FirmwareUpdateStatus"),
            Parameter(
                "disable_connectors_during_install",
                "bool",
                "Whether connectors must be out of service during the installation; if not, do not wait.",
                check="boolean",
                optional=True,
                default="True",
            ),
        ),
        (Do("firmware.note_firmware_status"),),
        "4.5; whitepaper L01",
    ),
    Handler(
        "on_reservation_start",
        "ReservationStarted",
        "connector",
        "The station itself has reserved the connector. Reservations of the Central System need no call; the charge "
        "point manages them.",
        (CONNECTOR,),
        (Do("reservations.note_application"), Fire("connector", "reservation_started")),
        "4.9 A7",
    ),
    Handler(
        "on_reservation_end",
        "ReservationEnded",
        "connector",
        "The station's own reservation has ended, whether used or not. If the Central System has reserved the "
        "connector, it remains reserved.",
        (CONNECTOR,),
        (
            Do("reservations.forget_application"),
            When(
                "reservations.is_free_again",
                then=(Fire("connector", "reservation_ended"), Do("reservations.take_up_session")),
            ),
        ),
        "4.9 G1",
    ),
    _simple(
        "on_enabled",
        "Enabled",
        "enabled",
        "The connector or charge point is in service. Its status is that of its current usage (D08).",
        "4.9 H1 H2 H3 H4 H5",
    ),
    _simple(
        "on_disabled",
        "Disabled",
        "disabled",
        "The connector or charge point is out of service; if a connector is in use, once the use ends (D09).",
        "4.9 A8 C8 D8 E8 F8 G8",
    ),
    Handler(
        "on_plugin_timeout",
        "PluginTimedOut",
        "connector",
        "A plug was inserted but no idTag presented in time. No effect while a transaction is running (D24).",
        (CONNECTOR,),
        (Fire("connector", "connection_timed_out", info="'ConnectionTimeout'"), Do("availability.use_ended")),
        "4.9 B6",
    ),
    Handler(
        "on_security_event",
        "SecurityEventOccurred",
        "none",
        "A security event has occurred. It is always recorded; SecurityEventNotification is queued if it is critical.",
        (
            Parameter("event_type", "str", "Name of the event.", "at most 50 characters", "text 50"),
            Parameter("tech_info", "str", "Details.", "cut to 255 characters", "cut 255", optional=True),
            Parameter(
                "critical",
                "bool",
                "Whether it is critical; by default as listed in the whitepaper.",
                check="boolean",
                optional=True,
            ),
            Parameter("timestamp", "datetime", "When it happened; by default now.", check="moment", optional=True),
        ),
        (Do("security_reports.note"),),
        "whitepaper A04",
    ),
    Handler(
        "on_change_availability",
        "AvailabilityChangeAsked",
        "none",
        "Change the availability as if the Central System had requested it: the change survives a restart and is "
        "scheduled while a connector is in use.",
        (
            Parameter(
                "request",
                "ChangeAvailabilityRequest",
                "The connector (0: all) and its new availability.",
                check="struct ChangeAvailabilityRequest",
            ),
        ),
        (Give("availability.change_by_station"),),
        "5.2",
        returns="ChangeAvailabilityResponse",
        returns_doc="The response that the Central System would have received.",
    ),
)
"""All 22 handlers, in the order of libocpp."""
