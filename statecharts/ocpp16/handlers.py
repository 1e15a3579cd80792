"""The 22 handlers of a station: what it tells its charge point, and what that sets going.

Names, parameters and their order are those of ``ocpp::v16::ChargePoint`` in EVerest libocpp, so that a station
written for it finds its way. Where that implementation has a defect (numbers D05 to D24), the steps here are right.
"""

from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Parameter, When

CONNECTOR = Parameter("connector", "int", "connectorId of the connector, 1..N.", check="integer 0")
PLACE = Parameter("connector", "int", "connectorId, 0..N; 0 is the charge point itself.", check="integer 0")
SESSION = Parameter("session_id", "str", "The station's own name for the session.", check="text 255")


def _simple(name: str, call: str, chart: str, event: str, doc: str, source: str) -> Handler:
    """A handler that only fires an event."""
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
        "The meter of a connector has been read. Nothing is sent now: the values wait for the next sample.",
        (
            PLACE,
            Parameter(
                "measurement", "Measurement", "Everything the meter said, with its time.", check="struct Measurement"
            ),
        ),
        (Do("note_measurement"),),
        "4.7",
    ),
    Handler(
        "on_max_current_offered",
        "CurrentOffered",
        "place",
        "The current that is offered to the EV from now on; reported as measurand Current.Offered.",
        (PLACE, Parameter("max_current", "float", "Current per phase.", "A", check="quantity")),
        (Do("note_current_offered"),),
        "7.31",
    ),
    Handler(
        "on_max_power_offered",
        "PowerOffered",
        "place",
        "The power that is offered to the EV from now on; reported as measurand Power.Offered.",
        (PLACE, Parameter("max_power", "float", "Power over all phases.", "W", check="quantity")),
        (Do("note_power_offered"),),
        "7.31",
    ),
    Handler(
        "on_session_started",
        "SessionStarted",
        "connector",
        "Somebody began to use the connector: a plug was inserted, or a tag presented. Said again of the same session "
        "it only adds the reason. Another session begins after on_session_stopped or, where the cable stays in, once "
        "the connector is Finishing (F2).",
        (
            CONNECTOR,
            SESSION,
            Parameter("reason", "SessionStartedReason", "What came first.", check="word SessionStartedReason"),
            Parameter(
                "session_logging_path",
                "str",
                "Directory for a log of all messages during the session; none is written without it.",
                check="text 4096",
                optional=True,
            ),
        ),
        (Do("open_session"), Fire("connector", "session_started", info="call.reason")),
        "4.9 A2 F2 G2",
        raises=("SessionMismatchError: the connector is in another session, which is not over.",),
    ),
    Handler(
        "on_session_stopped",
        "SessionStopped",
        "connector",
        "The connector is free again: nothing is plugged, nobody is authorised. A transaction that is still running "
        "goes on (its end then frees the connector).",
        (CONNECTOR, SESSION),
        (Do("close_session"), Fire("connector", "session_ended"), Do("use_ended")),
        "4.9 B1 C1 D1 E1 F1",
        raises=(
            "SessionMismatchError: the connector is in another session or, with none open, runs another's transaction.",
        ),
    ),
    Handler(
        "on_transaction_started",
        "TransactionStarted",
        "connector",
        "A transaction has started: StartTransaction is queued, and on disk before this returns. Without a session "
        "of its own it opens one that ends with it.",
        (
            CONNECTOR,
            SESSION,
            Parameter("id_token", "str", "The idTag it was started with.", "at most 20 characters", check="text 20"),
            Parameter("meter_start", "float", "Reading of the energy register.", "Wh", check="quantity"),
            Parameter(
                "reservation_id",
                "int",
                "The reservation that it uses. None: the one that the Central System has made for this idTag or its "
                "group, if there is one. It has no default, because it stands before the time, where the reference "
                "has it.",
                check="integer",
                nullable=True,
            ),
            Parameter("timestamp", "datetime", "When it started, with time zone.", check="moment"),
            Parameter(
                "signed_meter_value",
                "str",
                "The begin value as signed by the meter, passed on verbatim.",
                check="text",
                optional=True,
            ),
        ),
        (
            Do("open_transaction", gives="transaction"),
            Fire("connector", "transaction_started"),
            Fire("transaction", "started"),
        ),
        "4.8",
        raises=("TransactionRunningError: the connector runs a transaction already (D13).",),
    ),
    Handler(
        "on_transaction_stopped",
        "TransactionStopped",
        "connector",
        "A transaction has stopped: StopTransaction is queued, and on disk before this returns.",
        (
            CONNECTOR,
            SESSION,
            Parameter("reason", "Reason", "Why it stopped.", check="word Reason"),
            Parameter("timestamp", "datetime", "When it stopped, with time zone.", check="moment"),
            Parameter("energy_wh_import", "float", "Reading of the energy register.", "Wh", check="quantity"),
            Parameter(
                "id_tag_end", "str", "The idTag it was stopped with.", "at most 20 characters", "text 20", optional=True
            ),
            Parameter("signed_meter_value", "str", "The signed end value, verbatim.", check="text", optional=True),
            Parameter(
                "start_signed_meter_value",
                "str",
                "The signed begin value, if it was not known at the start.",
                check="text",
                optional=True,
            ),
        ),
        (
            Do("stopping_transaction", gives="transaction"),
            When(
                "cable_loss_is_tolerated",
                then=(
                    Fire("connector", "ev_side_disconnected", info="transaction.stop_info"),
                    Give("False"),
                ),
            ),
            Do("settle_transaction"),
            Fire("transaction", "stopped"),
            Fire("connector", "transaction_stopped", info="transaction.stop_info"),
            Do("release_connector"),
            Do("use_ended"),
            Give("True"),
        ),
        "4.10, 4.9 C6 D6 E6",
        returns="bool",
        returns_doc="Whether the transaction ended. False: the EV was disconnected and "
        "StopTransactionOnEVSideDisconnect is false, so it goes on as SuspendedEV.",
        raises=(
            "NoTransactionError: the connector runs none.",
            "SessionMismatchError: it runs the transaction of another session (D15).",
        ),
    ),
    Handler(
        "on_suspend_charging_ev",
        "EvSuspended",
        "connector",
        "The EV takes no energy although it is offered.",
        (
            CONNECTOR,
            Parameter(
                "info", "str", "Why, for the status notification.", "cut to 50 characters", "cut 50", optional=True
            ),
        ),
        (Fire("connector", "ev_suspended", info="call.info"),),
        "4.9 A4 B4 C4 E4",
    ),
    Handler(
        "on_suspend_charging_evse",
        "EvseSuspended",
        "connector",
        "The charge point offers no energy.",
        (
            CONNECTOR,
            Parameter(
                "info", "str", "Why, for the status notification.", "cut to 50 characters", "cut 50", optional=True
            ),
        ),
        (Do("note_suspension"), Fire("connector", "evse_suspended", info="call.info")),
        "4.9 A5 B5 C5 D5",
    ),
    _simple(
        "on_resume_charging",
        "ChargingResumed",
        "connector",
        "energy_flowed",
        "Energy flows: charging has begun, or goes on.",
        "4.9 A3 B3 D3 E3",
    ),
    Handler(
        "on_error",
        "ErrorRaised",
        "place",
        "An error has occurred. A fault makes the place Faulted; anything else is a warning. An error whose uuid is "
        "active already changes nothing.",
        (PLACE, Parameter("error_info", "ErrorInfo", "The error.", check="struct ErrorInfo")),
        (
            When(
                "is_new_error",
                then=(
                    Do("add_error"),
                    When("is_fault", then=(Fire("place", "fault_raised", info="call.error_info.info"),)),
                    Do("tell_error"),
                ),
            ),
        ),
        "4.9 A9 B9 C9 D9 E9 F9 G9 H9",
    ),
    Handler(
        "on_error_cleared",
        "ErrorCleared",
        "place",
        "An error has gone. With the last fault the place is what its usage made of it meanwhile. An unknown uuid "
        "changes nothing.",
        (PLACE, Parameter("uuid", "str", "The error's uuid.", check="text 255")),
        (
            When(
                "is_active_error",
                then=(
                    Do("remove_error"),
                    When("is_sound", then=(Fire("place", "fault_cleared", info="place.error_info"),)),
                    Do("tell_cleared"),
                ),
            ),
        ),
        "4.9 I1 I2 I3 I4 I5 I6 I7 I8",
    ),
    Handler(
        "on_all_errors_cleared",
        "AllErrorsCleared",
        "place",
        "No error is left at all. The status is reported, also if there was none.",
        (PLACE,),
        (Do("remove_all_errors"), Fire("place", "fault_cleared"), Do("tell_all_cleared")),
        "4.9 I1 I2 I3 I4 I5 I6 I7 I8",
    ),
    Handler(
        "on_log_status_notification",
        "LogStatusChanged",
        "none",
        "How the upload of a log goes. LogStatusNotification for a GetLog request, DiagnosticsStatusNotification for "
        "GetDiagnostics. What was said last is not said again, until another attempt begins (Uploading); Idle is told "
        "to nobody.",
        (
            Parameter("request_id", "int", "requestId of GetLog; -1 for GetDiagnostics.", check="integer"),
            Parameter(
                "log_status",
                "UploadLogStatus",
                "The status: for GetDiagnostics a word of DiagnosticsStatus or of UploadLogStatus (UploadFailed and "
                "UploadFailure are the same then), for GetLog one of UploadLogStatus.",
                check="log_status request_id",
                takes="DiagnosticsStatus | UploadLogStatus | words.DiagnosticsStatusWord | words.UploadLogStatusWord",
            ),
        ),
        (Do("note_log_status"),),
        "4.4; whitepaper N01",
    ),
    Handler(
        "on_firmware_update_status_notification",
        "FirmwareStatusChanged",
        "none",
        "How a firmware update goes. SignedFirmwareStatusNotification for a signed update, FirmwareStatusNotification "
        "for UpdateFirmware (which has no word for seven of the statuses: nothing is sent for those). A step that was "
        "passed already is not told again; Idle, which is told to nobody, says that the update has come to nothing. "
        "Downloaded, or SignatureVerified where it is signed: connectors are taken out of service as they become free, "
        "then Hardware.all_connectors_unavailable is called; they are restored at the end. After a reboot into new "
        "firmware Installed is told without this call.",
        (
            Parameter(
                "request_id", "int", "requestId of SignedUpdateFirmware; -1 for UpdateFirmware.", check="integer"
            ),
            Parameter("status", "FirmwareUpdateStatus", "The status.", check="word FirmwareUpdateStatus"),
            Parameter(
                "disable_connectors_during_install",
                "bool",
                "Whether connectors are to be out of service while installing; if not, do not wait for them.",
                check="boolean",
                optional=True,
                default="True",
            ),
        ),
        (Do("note_firmware_status"),),
        "4.5; whitepaper L01",
    ),
    Handler(
        "on_reservation_start",
        "ReservationStarted",
        "connector",
        "The connector is reserved from now on, by the station itself. Reservations of the Central System need no "
        "handler: the charge point keeps them.",
        (CONNECTOR,),
        (Do("note_reservation"), Fire("connector", "reservation_started")),
        "4.9 A7",
    ),
    Handler(
        "on_reservation_end",
        "ReservationEnded",
        "connector",
        "The station's own reservation is over, used or not. If the Central System has reserved the connector, it "
        "stays so.",
        (CONNECTOR,),
        (
            Do("forget_reservation"),
            When("is_free_again", then=(Fire("connector", "reservation_ended"), Do("take_up_session"))),
        ),
        "4.9 G1",
    ),
    _simple(
        "on_enabled",
        "Enabled",
        "place",
        "enabled",
        "The place is in service. Its status is then what its usage made of it (D08).",
        "4.9 H1 H2 H3 H4 H5",
    ),
    _simple(
        "on_disabled",
        "Disabled",
        "place",
        "disabled",
        "The place is out of service; a connector in use goes out of service in the step that ends the use (D09).",
        "4.9 A8 C8 D8 E8 F8 G8",
    ),
    Handler(
        "on_plugin_timeout",
        "PluginTimedOut",
        "connector",
        "A plug was inserted and no tag presented in time. Without effect once a transaction is running (D24).",
        (CONNECTOR,),
        (Fire("connector", "connection_timed_out", info="'ConnectionTimeout'"), Do("use_ended")),
        "4.9 B6",
    ),
    Handler(
        "on_security_event",
        "SecurityEventOccurred",
        "none",
        "Something happened that matters to security. It is always recorded; SecurityEventNotification is queued if "
        "it is critical.",
        (
            Parameter("event_type", "str", "Name of the event.", "at most 50 characters", "text 50"),
            Parameter("tech_info", "str", "Details.", "cut to 255 characters", "cut 255", optional=True),
            Parameter(
                "critical",
                "bool",
                "Whether it is critical; by default the whitepaper's list says.",
                check="boolean",
                optional=True,
            ),
            Parameter("timestamp", "datetime", "When; by default now.", check="moment", optional=True),
        ),
        (Do("note_security_event"),),
        "whitepaper A04",
    ),
    Handler(
        "on_change_availability",
        "AvailabilityChangeAsked",
        "none",
        "Change the availability as if the Central System had asked for it: remembered over a restart, scheduled "
        "while a connector is in use.",
        (
            Parameter(
                "request",
                "ChangeAvailabilityRequest",
                "Which connector (0: all), and to what.",
                check="struct ChangeAvailabilityRequest",
            ),
        ),
        (Give("change_availability"),),
        "5.2",
        returns="ChangeAvailabilityResponse",
        returns_doc="What the Central System would have been answered.",
    ),
)
"""All 22, in the order of the reference."""
