"""The handlers by which a station reports a session: start, transaction, pauses in charging, end."""

from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Parameter, When

CONNECTOR = Parameter("connector", "int", "connectorId of the connector, 1..N.", check="integer 0")
SESSION = Parameter("session_id", "str", "The station's identifier of the session.", check="text 255")

SESSION_HANDLERS: tuple[Handler, ...] = (
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
    Handler(
        "on_resume_charging",
        "ChargingResumed",
        "connector",
        "Energy flows: charging has started or resumed.",
        (CONNECTOR,),
        (Fire("connector", "energy_flowed"),),
        "4.9 A3 B3 D3 E3",
    ),
)
"""The rows of the table of handlers from on_session_started to on_resume_charging, in the order of libocpp."""
