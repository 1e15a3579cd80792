"""The state of one charge point, as far as its log has shown it: transactions, registration, open CALLs."""

from collections import OrderedDict
from datetime import timedelta
from typing import Any, Final

from attrs import define, field

from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.conform.transaction_ledger import TransactionLedger
from ocpp16sm.messages import BootNotificationResponse, ExtendedTriggerMessageRequest, TriggerMessageRequest

MOST_OPEN: Final = 1000
"""Maximum number of unanswered CALLs kept for each side."""
MOST_IDS: Final = 10_000
"""Maximum number of message ids kept for each side."""

BOOTING: Final = "Booting"
"""Value of :attr:`LogState.registration` between a BootNotification and its response."""

# Triggers that cause a message with another name (whitepaper 5.5).
_TRIGGERS: Final = {
    "SignChargePointCertificate": "SignCertificate",
    "FirmwareStatusNotification": "SignedFirmwareStatusNotification",
}


@define
class Side:
    """The CALLs of one side, by message id."""

    open: OrderedDict[str, LoggedCall] = field(factory=OrderedDict)
    """CALLs without a response so far."""
    cut_off: OrderedDict[str, LoggedCall] = field(factory=OrderedDict)
    """CALLs whose response was missing when the connection ended, or may have been lost with it."""
    last_answered: LoggedCall | None = None
    """The last CALL, if it was answered."""
    used: OrderedDict[str, None] = field(factory=OrderedDict)
    """Message ids that were used, oldest first."""

    def remember(self, call: LoggedCall) -> None:
        """Record a CALL."""
        self.open[call.message_id] = call
        self.cut_off.pop(call.message_id, None)
        self.last_answered = None
        self.used[call.message_id] = None
        if len(self.used) > MOST_IDS:
            self.used.popitem(last=False)

    def answered(self, call: LoggedCall) -> None:
        """Record that a CALL was answered."""
        del self.open[call.message_id]
        self.last_answered = call

    def cut(self) -> None:
        """Record the end of the connection. The last response may have been lost with it."""
        self.cut_off.update(self.open)
        if self.last_answered is not None:
            self.cut_off[self.last_answered.message_id] = self.last_answered
        self.open.clear()
        self.last_answered = None
        while len(self.cut_off) > MOST_OPEN:
            self.cut_off.popitem(last=False)

    def lost_with(self, call: LoggedCall, timeout: timedelta) -> LoggedCall | None:
        """The last CALL, if its response has evidently been lost.

        That is so if ``call`` has its message id and comes at least a time-out later; otherwise None.
        """
        last = self.last_answered
        if last is None or last.message_id != call.message_id or last.at is None or call.at is None:
            return None
        return last if call.at - last.at >= timeout else None


class LogState:
    """The known state of a charge point.

    :param station: identity of the charge point.
    :param timeout: how long a CALL waits for its response.
    """

    def __init__(self, station: str, timeout: timedelta) -> None:
        self.station = station
        self.timeout = timeout
        self.transactions = TransactionLedger()
        self.registration: str | None = None
        """Status of the last BootNotification.conf, or Booting; None before the first BootNotification."""
        self.whole: bool | None = None
        """Whether the log begins with the boot of the charge point; None: no message yet."""
        self.triggered: set[str] = set()
        """Actions that the Central System has requested with TriggerMessage."""
        self.boot_triggered = False
        """Whether the last BootNotification was triggered, so that no reboot took place."""
        self.last_call: LoggedCall | None = None
        """The last CALL of the charge point."""
        self.connectors: set[int] = set()
        """All connectors mentioned so far."""
        self.sides = {side: Side() for side in (True, False)}
        """True: the CALLs of the charge point; False: those of the Central System."""

    def waiting(self, from_station: bool, now: Any) -> LoggedCall | None:
        """The open CALL for which the next CALL of that side has to wait, if any.

        :param now: an object with the present time ``at``; CALLs that have timed out by then do not count.
        """
        for call in self.sides[from_station].open.values():
            if call.at is None or now.at is None or now.at - call.at < self.timeout:
                return call
        return None

    def used(self, call: LoggedCall) -> bool:
        """Whether the same side has used this message id before."""
        return call.message_id in self.sides[call.from_station].used

    def note_call(self, call: LoggedCall) -> None:
        """Record a CALL that is not a repetition."""
        connector = getattr(call.message, "connector_id", None)
        if not call.from_station:
            return
        if isinstance(connector, int):
            self.connectors.add(connector)
        if self.whole is None:
            self.whole = call.action == "BootNotification"
        self.last_call = call
        if call.action == "BootNotification":
            self.boot_triggered = "BootNotification" in self.triggered
            self.triggered.discard("BootNotification")
            if not self.boot_triggered:
                self.registration = BOOTING
        self.transactions.asked(call)

    def note_answer(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        """Record the response to a CALL."""
        self.transactions.answered(call, answer)
        if isinstance(answer.message, BootNotificationResponse):
            self.registration = answer.message.status
        asked_for = isinstance(call.message, TriggerMessageRequest | ExtendedTriggerMessageRequest)
        if asked_for and getattr(answer.message, "status", None) == "Accepted":
            name = str(getattr(call.message, "requested_message", ""))
            self.triggered |= {name, _TRIGGERS.get(name, name)}
