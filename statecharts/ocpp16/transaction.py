"""One transaction, from its start to the last response about it (OCPP 1.6 edition 2, 3.7, 4.8, 4.10)."""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart

START = ["announce_start", "announce_signed_begin", "tell_started"]


class Transaction(OcppChart):
    """A transaction: its course, and its transactionId.

    The two are independent: offline, a transaction may stop long before the Central System has assigned its id.
    Messages therefore get the id when they are sent, not when they are queued. If StartTransaction can never be
    delivered, the id is -1 (errata 3.18).
    """

    class transaction(State.Parallel):
        class course(State.Compound):
            Authorized = State(initial=True)
            Running = State(enter="arm_sampling")
            Deauthorized = State(enter="withhold_energy")
            Stopping = State(enter="disarm_sampling")
            Closed = State(enter=["forget_transaction", "tell_closed"], final=True)

            Authorized.to(
                Running, event="started", on=["announce_start", "announce_signed_begin", "tell_started"]
            )  # 4.8
            Running.to(None, event="sample_due", on="take_sample")  # 4.7
            Running.to(Deauthorized, event="id_refused")  # 3.5.4, errata 3.17
            Deauthorized.to(None, event="sample_due", on="take_sample")  # 4.7
            Running.to(Stopping, event="stopped", on="announce_stop")  # 4.10
            Deauthorized.to(Stopping, event="stopped", on="announce_stop")  # 4.10
            Stopping.to(Closed, event="stop_delivered stop_abandoned")  # 3.7.1

        class identity(State.Compound):
            Unassigned = State(initial=True)
            Assigned = State()
            Undeliverable = State()

            Unassigned.to(Assigned, event="start_answered")  # 4.8
            Unassigned.to(Undeliverable, event="start_abandoned")  # errata 3.18

    timers = (Timer("sample_due", "arm_sampling", "disarm_sampling", "MeterValueSampleInterval, s"),)

    ignored = {  # noqa: RUF012 - declarations
        "sample_due": "Stopping Closed",
        "id_refused": "Deauthorized Stopping Closed",  # too late; it has stopped
    }
