"""Rules of registration: what may pass before the Central System has accepted the charge point (4.2)."""

from ocpp16sm.conform.conversation import BOOTING
from ocpp16sm.conform.rule import Answer, Asked, Rule


class BootFirst(Rule):
    """A request of a charge point that is not accepted."""

    name = "before-accepted"
    clause = "4.2"
    says = (
        "From its boot until BootNotification.conf says Accepted, a Charge Point sends BootNotification and nothing "
        "else; while Pending, also what a TriggerMessage asks for."
    )

    def asked(self, call: Asked) -> None:
        """Look at the registration."""
        if not call.from_station or call.action == "BootNotification":
            return
        status = self.seen.registration
        if status == BOOTING:
            self.find(call, f"{call.action} before BootNotification is answered", "nothing but BootNotification")
        elif status == "Rejected":
            self.find(call, f"{call.action} from a Charge Point that is Rejected", "nothing but BootNotification")
        elif status == "Pending" and call.action not in self.seen.triggered:
            self.find(
                call, f"{call.action} from a Charge Point that is Pending", "BootNotification, or what was triggered"
            )


class SilentWhenRejected(Rule):
    """An answer of a charge point that is rejected."""

    name = "answer-while-rejected"
    clause = "4.2"
    says = "While Rejected, a Charge Point does not answer the Central System."

    def answered(self, call: Asked, answer: Answer) -> None:
        """Look at the registration."""
        if answer.from_station and self.seen.registration == "Rejected":
            self.find(answer, f"an answer to {call.action} from a Charge Point that is Rejected", "no answer")


class NothingRemoteWhenPending(Rule):
    """A remote start or stop for a charge point that is pending."""

    name = "remote-while-pending"
    clause = "4.2"
    says = "While Pending, the Central System sends no RemoteStartTransaction and no RemoteStopTransaction."

    def asked(self, call: Asked) -> None:
        """Look at the registration."""
        remote = call.action in ("RemoteStartTransaction", "RemoteStopTransaction")
        if remote and not call.from_station and self.seen.registration == "Pending":
            self.find(call, f"{call.action} for a Charge Point that is Pending", "to wait until it is Accepted")
