"""Registration with the Central System: BootNotification and its answers (OCPP 1.6 edition 2, 4.2)."""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class Registration(OcppChart):
    """Whether the Central System has accepted this charge point since it started.

    Rejected: nothing is sent but BootNotification, and nothing is answered. Pending: requests of the Central System
    are answered, remote start and stop with a refusal; what a TriggerMessage asks for is sent. Unregistered: requests
    are answered as in Pending, and what a TriggerMessage asks for waits for the answer to BootNotification.
    Accepted: everything. A reconnect changes none of this; a restart begins anew.
    """

    Unregistered = State(initial=True)
    Pending = State(enter="arm_boot_retry", exit="disarm_boot_retry")
    Rejected = State(enter="arm_boot_retry", exit="disarm_boot_retry")
    Accepted = State(enter="begin_service", exit="end_service")

    Unregistered.to(None, event="started", on="announce_boot")  # 4.2
    Unregistered.to(Accepted, event="boot_accepted")  # 4.2
    Unregistered.to(Pending, event="boot_pending")  # 4.2
    Unregistered.to(Rejected, event="boot_rejected")  # 4.2
    Unregistered.to(None, event="boot_failed", on="arm_boot_retry")  # 4.2: no answer that could be read
    Unregistered.to(None, event="boot_retry_due boot_triggered", on="announce_boot")  # 4.2
    Pending.to(Accepted, event="boot_accepted")  # 4.2
    Pending.to(Pending, event="boot_pending")  # 4.2: wait once more
    Pending.to(Rejected, event="boot_rejected")  # 4.2
    Pending.to(None, event="boot_failed", on="arm_boot_retry")
    Pending.to(None, event="boot_retry_due boot_triggered", on="announce_boot")  # 4.2
    Rejected.to(Accepted, event="boot_accepted")  # 4.2
    Rejected.to(Pending, event="boot_pending")  # 4.2
    Rejected.to(Rejected, event="boot_rejected")  # 4.2
    Rejected.to(None, event="boot_failed", on="arm_boot_retry")
    Rejected.to(None, event="boot_retry_due", on="announce_boot")  # 4.2
    Accepted.to(None, event="boot_triggered", on="announce_boot")  # 5.17
    Accepted.to(Pending, event="boot_pending")
    Accepted.to(Rejected, event="boot_rejected")
    Accepted.to(None, event="heartbeat_due", on="announce_heartbeat")  # 4.6

    timers = (
        Timer("boot_retry_due", "arm_boot_retry", "disarm_boot_retry", "interval of BootNotification.conf, s"),
        Timer("heartbeat_due", "begin_service", "end_service", "HeartbeatInterval, s"),
    )

    ignored = {  # noqa: RUF012 - declarations
        "boot_accepted": "Accepted",  # asked for again, accepted again: nothing is news
        "boot_failed": "Accepted",  # a triggered one that was not answered: still accepted
        "boot_retry_due": "Accepted",
    }
