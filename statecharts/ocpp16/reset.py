"""Reset by the Central System (OCPP 1.6 edition 2, 5.14, 9.1.22; errata 3.36, 3.82).

Guards: ``no_transactions`` - every transaction has stopped and its StopTransaction.req has been answered or given up;
``retries_left`` - ResetRetries is not exhausted.

Hooks: ``ask_station`` - ask the station whether it can reset; ``begin_reset`` - note the type, begin to count retries;
``harden`` - a Hard reset replaces a Soft one; ``stop_transactions`` - have the station stop those that have not been
asked to; ``reset_station`` - have it done; ``report_failure`` - tell the application that it was given up.
"""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class Reset(OcppChart):
    """One reset, from the request to the last attempt.

    The station is asked about every Reset.req, whatever the state. Once it has agreed, no remote start is accepted, and
    a transaction that starts nevertheless is stopped. Another Reset.req never makes the charge point wait any longer.
    """

    Idle = State(initial=True)
    Asking = State()

    class closing(State.Compound):
        Draining = State(enter=["stop_transactions", "arm_drain"], exit="disarm_drain", initial=True)
        Resetting = State(enter="reset_station")
        Waiting = State(enter="arm_retry", exit="disarm_retry")

        Draining.to(None, event="transaction_started", on="stop_transactions")  # 5.14
        Draining.to(Resetting, event="transaction_closed", cond="no_transactions")  # 5.14
        Draining.to(Resetting, event="drain_over")  # 5.14: the rest is sent after the restart
        Draining.to(None, event="reset_requested", on="ask_station")
        Draining.to(None, event="agreed", on="harden")  # 5.14
        Resetting.to(None, event="reset_requested", on="ask_station")
        Resetting.to(None, event="agreed", on="harden")
        Resetting.to(Waiting, event="reset_failed", cond="retries_left")  # 9.1.22
        Waiting.to(None, event="reset_requested", on="ask_station")
        Waiting.to(Resetting, event="retry_due")  # 9.1.22
        Waiting.to(Resetting, event="agreed", on="harden")  # 5.14: requested again

    Idle.to(Asking, event="reset_requested", on="ask_station")  # 5.14
    Idle.to(closing.Resetting, event="agreed", on="begin_reset", cond="no_transactions")  # 5.14: asked before the last
    Idle.to(closing.Draining, event="agreed", on="begin_reset")  # 5.14
    Asking.to(None, event="reset_requested", on="ask_station")
    Asking.to(Idle, event="refused")  # 5.14: Rejected
    Asking.to(closing.Resetting, event="agreed", on="begin_reset", cond="no_transactions")  # 5.14: Accepted
    Asking.to(closing.Draining, event="agreed", on="begin_reset")  # 5.14: Accepted
    closing.Resetting.to(Idle, event="reset_done")  # 5.14
    closing.Resetting.to(Idle, event="reset_failed", on="report_failure")  # 9.1.22: given up

    data = {  # noqa: RUF012 - declarations
        "type": "ocpp16sm.messages.ResetType | None",  # of reset_requested and agreed
        "call": "ocpp16sm.codec.Call | None",  # of reset_requested
        "failure": "str | None",  # of reset_failed
    }
    takes = {  # noqa: RUF012 - declarations
        "ask_station": "type call",
        "begin_reset": "type",
        "harden": "type",
        "report_failure": "failure",
    }
    timers = (
        Timer("drain_over", "arm_drain", "disarm_drain", "WaitForStopTransactionsOnResetTimeout, s"),
        Timer("retry_due", "arm_retry", "disarm_retry", "10 s"),
    )

    ignored = {  # noqa: RUF012 - declarations
        "transaction_started": "Idle Asking Resetting Waiting",
        "transaction_closed": "Idle Asking closing",
        "refused": "Idle closing",  # one of several requests; the reset that was agreed to goes on
    }
