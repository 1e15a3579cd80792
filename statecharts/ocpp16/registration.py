"""Registration with the Central System: BootNotification and its responses (OCPP 1.6 edition 2, 4.2)."""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart


class Registration(OcppChart):
    """Whether the Central System has accepted this charge point since it started.

    Rejected: only BootNotification is sent, and no request is answered. Pending: requests of the Central System are
    answered, remote start and stop with a refusal; messages requested by TriggerMessage are sent. Unregistered:
    requests are answered as in Pending, and triggered messages wait for the response to BootNotification. Accepted:
    no restrictions. A reconnect keeps the state; a restart begins as Unregistered.
    """

    Unregistered = State(initial=True)
    Pending = State(enter="arm_boot_retry", exit="disarm_boot_retry")
    Rejected = State(enter="arm_boot_retry", exit="disarm_boot_retry")
    Accepted = State(enter="begin_service", exit="end_service")

    Unregistered.to(None, event="started", on="announce_boot")  # 4.2
    Unregistered.to(Accepted, event="boot_accepted")  # 4.2
    Unregistered.to(Pending, event="boot_pending")  # 4.2
    Unregistered.to(Rejected, event="boot_rejected")  # 4.2
    Unregistered.to(None, event="boot_failed", on="arm_boot_retry")  # 4.2: no valid response
    Unregistered.to(None, event="boot_retry_due boot_triggered", on="announce_boot")  # 4.2
    Pending.to(Accepted, event="boot_accepted")  # 4.2
    Pending.to(Pending, event="boot_pending")  # 4.2: restart the timer
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
        "boot_accepted": "Accepted",  # accepted once more; nothing changes
        "boot_failed": "Accepted",  # a triggered BootNotification was not answered; still accepted
        "boot_retry_due": "Accepted",
    }
