"""The 22 handlers by which a station reports events to its charge point, and what each of them triggers.

Names, parameters and their order match ``ocpp::v16::ChargePoint`` of EVerest libocpp, so that a station written for it
can be ported. Where that implementation has a defect (numbered D05 to D24), the steps here are correct.
"""

from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Parameter, When

CONNECTOR = Parameter("connector", "int", "connectorId of the connector, 1..N.", check="integer 0")
PLACE = Parameter("connector", "int", "connectorId, 0..N; 0 is the charge point itself.", check="integer 0")
SESSION = Parameter("session_id", "str", "The station's identifier of the session.", check="text 255")


def _simple(name: str, call: str, chart: str, event: str, doc: str, source: str) -> Handler:
    place = chart == "place"
    return Handler(
        name,
        call,
        "place" if place else "connector",
        doc,
        (PLACE if place else CONNECTOR,),
        (Fire("place" if place else "connector", event),),
        source,
    )


HANDLERS: tuple[Handler, ...] = (
    Handler(
        "on_meter_values",
        "MeterValuesTaken",
        "place",
        "Store the latest meter readings. Nothing is sent now; the next sample includes them.",
        (
            PLACE,
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
        "place",
        "The current offered to the EV has changed. It is reported as measurand Current.Offered.",
        (PLACE, Parameter("max_current", "float", "Current per phase.", "A", check="quantity")),
        (Do("readings.note_current_offered"),),
        "7.31",
    ),
    Handler(
        "on_max_power_offered",
        "PowerOffered",
        "place",
        "The power offered to the EV has changed. It is reported as measurand Power.Offered.",
        (PLACE, Parameter("max_power", "float", "Power over all phases.", "W", check="quantity")),
        (Do("readings.note_power_offered"),),
        "7.31",
    ),
    Handler(
        "on_session_started",
        "SessionStarted",
        "connector",
        "A session has started: a plug was inserted or an idTag was presented. A repeated call for the same session "
        "only adds the reason. Another session starts after on_session_stopped or, if the cable stays plugged in, "
        "once the connector is Finishing (F2).",
        (
            CONNECTOR,
            SESSION,
            Parameter("reason", "SessionStartedReason", "What happened first.", check="word SessionStartedReason"),
            Parameter(
                "session_logging_path",
                "str",
                "Directory for a log of all messages of the session; by default none is written.",
                check="text 4096",
                optional=True,
            ),
        ),
        (Do("sessions.open"), Fire("connector", "session_started", info="call.reason")),
        "4.9 A2 F2 G2",
        raises=("SessionMismatchError: the connector is in another session, which is not over.",),
    ),
    Handler(
        "on_session_stopped",
        "SessionStopped",
        "connector",
        "The connector is free again: nothing is plugged in and nobody is authorised. A running transaction goes on; "
        "its end then frees the connector.",
        (CONNECTOR, SESSION),
        (Do("sessions.close"), Fire("connector", "session_ended"), Do("availability.use_ended")),
        "4.9 B1 C1 D1 E1 F1",
        raises=(
            "SessionMismatchError: the connector is in another session or, with none open, runs another's transaction.",
        ),
    ),
    Handler(
        "on_transaction_started",
        "TransactionStarted",
        "connector",
        "A transaction has started. StartTransaction is queued and stored on disk before this returns. Without an open "
        "session, one is opened that ends with the transaction.",
        (
            CONNECTOR,
            SESSION,
            Parameter("id_token", "str", "The idTag that started it.", "at most 20 characters", check="text 20"),
            Parameter("meter_start", "float", "Reading of the energy register.", "Wh", check="quantity"),
            Parameter(
                "reservation_id",
                "int",
                "The reservation that it uses. None: the one that the Central System made for this idTag or its group, "
                "if there is one. There is no default because the parameter precedes the timestamp, as in libocpp.",
                check="integer",
                nullable=True,
            ),
            Parameter("timestamp", "datetime", "When it started, with time zone.", check="moment"),
            Parameter(
                "signed_meter_value",
                "str",
                "The begin value signed by the meter, passed on verbatim.",
                check="text",
                optional=True,
            ),
        ),
        (
            Do("sessions.replace_finished"),
            Do("transactions.open", gives="transaction"),
            Fire("connector", "transaction_started"),
            Fire("transaction", "started"),
        ),
        "4.8",
        raises=("TransactionRunningError: a transaction is already running on the connector (D13).",),
    ),
    Handler(
        "on_transaction_stopped",
        "TransactionStopped",
        "connector",
        "A transaction has stopped. StopTransaction is queued and stored on disk before this returns.",
        (
            CONNECTOR,
            SESSION,
            Parameter("reason", "Reason", "Why it stopped.", check="word Reason"),
            Parameter("timestamp", "datetime", "When it stopped, with time zone.", check="moment"),
            Parameter("energy_wh_import", "float", "Reading of the energy register.", "Wh", check="quantity"),
            Parameter(
                "id_tag_end", "str", "The idTag that stopped it.", "at most 20 characters", "text 20", optional=True
            ),
            Parameter(
                "signed_meter_value", "str", "The end value signed by the meter, verbatim.", check="text", optional=True
            ),
            Parameter(
                "start_signed_meter_value",
                "str",
                "The signed begin value, if it was unknown at the start.",
                check="text",
                optional=True,
            ),
        ),
        (
            Do("transactions.stopping", gives="transaction"),
            When(
                "transactions.cable_loss_is_tolerated",
                then=(
                    Fire("connector", "ev_side_disconnected", info="transaction.stop_info"),
                    Give("False"),
                ),
            ),
            Do("transactions.collect_last_readings"),
            Fire("transaction", "stopped"),
            Fire("connector", "transaction_stopped", info="transaction.stop_info"),
            Do("transactions.release"),
            Do("availability.use_ended"),
            Give("True"),
        ),
        "4.10, 4.9 C6 D6 E6",
        returns="bool",
        returns_doc="Whether the transaction ended. False: the EV was disconnected and "
        "StopTransactionOnEVSideDisconnect is false, so the transaction goes on as SuspendedEV.",
        raises=(
            "NoTransactionError: no transaction is running on the connector.",
            "SessionMismatchError: the running transaction belongs to another session (D15).",
        ),
    ),
    Handler(
        "on_suspend_charging_ev",
        "EvSuspended",
        "connector",
        "Energy is offered but the EV takes none.",
        (
            CONNECTOR,
            Parameter(
                "info", "str", "The info of the status notification.", "cut to 50 characters", "cut 50", optional=True
            ),
        ),
        (Fire("connector", "ev_suspended", info="call.info"),),
        "4.9 A4 B4 C4 E4",
    ),
    Handler(
        "on_suspend_charging_evse",
        "EvseSuspended",
        "connector",
        "The charge point offers no energy to the EV.",
        (
            CONNECTOR,
            Parameter(
                "info", "str", "The info of the status notification.", "cut to 50 characters", "cut 50", optional=True
            ),
        ),
        (Do("sessions.note_suspension"), Fire("connector", "evse_suspended", info="call.info")),
        "4.9 A5 B5 C5 D5",
    ),
    _simple(
        "on_resume_charging",
        "ChargingResumed",
        "connector",
        "energy_flowed",
        "Energy flows: charging has started or resumed.",
        "4.9 A3 B3 D3 E3",
    ),
    Handler(
        "on_error",
        "ErrorRaised",
        "place",
        "An error has occurred. A fault changes the status to Faulted; any other error is a warning. An error whose "
        "uuid is already active has no effect.",
        (PLACE, Parameter("error_info", "ErrorInfo", "The error.", check="struct ErrorInfo")),
        (
            When(
                "error_reports.is_new_error",
                then=(
                    Do("error_reports.add_error"),
                    When("error_reports.is_fault", then=(Fire("place", "fault_raised", info="call.error_info.info"),)),
                    Do("error_reports.tell_error"),
                ),
            ),
        ),
        "4.9 A9 B9 C9 D9 E9 F9 G9 H9",
    ),
    Handler(
        "on_error_cleared",
        "ErrorCleared",
        "place",
        "An error is over. When the last fault is cleared, the status is again that of the connector's current usage. "
        "An unknown uuid has no effect.",
        (PLACE, Parameter("uuid", "str", "The error's uuid.", check="text 255")),
        (
            When(
                "error_reports.is_active_error",
                then=(
                    Do("error_reports.remove_error"),
                    When("error_reports.is_sound", then=(Fire("place", "fault_cleared", info="place.error_info"),)),
                    Do("error_reports.tell_cleared"),
                ),
            ),
        ),
        "4.9 I1 I2 I3 I4 I5 I6 I7 I8",
    ),
    Handler(
        "on_all_errors_cleared",
        "AllErrorsCleared",
        "place",
        "All errors are over. The status is reported even if there was no error.",
        (PLACE,),
        (Do("error_reports.remove_all_errors"), Fire("place", "fault_cleared"), Do("error_reports.tell_all_cleared")),
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
        "place",
        "enabled",
        "The connector or charge point is in service. Its status is that of its current usage (D08).",
        "4.9 H1 H2 H3 H4 H5",
    ),
    _simple(
        "on_disabled",
        "Disabled",
        "place",
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
