"""Rules of registration: what is allowed before the Central System has accepted the charge point (4.2)."""

from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.conform.log_state import BOOTING
from ocpp16sm.conform.rule import Rule


class BootFirst(Rule):
    """A charge point must not send requests before it is accepted."""

    name = "before-accepted"
    clause = "4.2"
    says = (
        "From its boot until BootNotification.conf says Accepted, a Charge Point sends only BootNotification; while "
        "Pending, also messages requested by TriggerMessage."
    )

    def asked(self, call: LoggedCall) -> None:
        if not call.from_station or call.action == "BootNotification":
            return
        status = self.seen.registration
        if status == BOOTING:
            self.find(call, f"{call.action} before BootNotification is answered", "nothing but BootNotification")
        elif status == "Rejected":
            self.find(call, f"{call.action} from a Charge Point that is Rejected", "nothing but BootNotification")
        elif status == "Pending" and call.action not in self.seen.triggered:
            self.find(
                call, f"{call.action} from a Charge Point that is Pending", "BootNotification or a triggered message"
            )


class SilentWhenRejected(Rule):
    """A rejected charge point must not respond."""

    name = "answer-while-rejected"
    clause = "4.2"
    says = "While Rejected, a Charge Point does not answer the Central System."

    def answered(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        if answer.from_station and self.seen.registration == "Rejected":
            self.find(answer, f"an answer to {call.action} from a Charge Point that is Rejected", "no answer")


class NothingRemoteWhenPending(Rule):
    """A pending charge point must not be started or stopped remotely."""

    name = "remote-while-pending"
    clause = "4.2"
    says = "While Pending, the Central System sends no RemoteStartTransaction and no RemoteStopTransaction."

    def asked(self, call: LoggedCall) -> None:
        remote = call.action in ("RemoteStartTransaction", "RemoteStopTransaction")
        if remote and not call.from_station and self.seen.registration == "Pending":
            self.find(call, f"{call.action} for a Charge Point that is Pending", "to wait until it is Accepted")
