"""What a log has told of one charge point so far: its transactions, its registration, its open CALLs."""

from collections import OrderedDict
from datetime import timedelta
from typing import Any, Final

from attrs import define, field

from ocpp16sm.conform.exchange import Answer, Asked
from ocpp16sm.conform.transaction_ledger import TransactionLedger
from ocpp16sm.messages import BootNotificationResponse, ExtendedTriggerMessageRequest, TriggerMessageRequest

MOST_OPEN: Final = 1000
"""So many CALLs without an answer are remembered, of each side."""
MOST_IDS: Final = 10_000
"""So many message ids are remembered, of each side."""

BOOTING: Final = "Booting"
"""The registration between a BootNotification and its answer."""

# What a trigger may bring that does not have its name (whitepaper 5.5).
_TRIGGERS: Final = {
    "SignChargePointCertificate": "SignCertificate",
    "FirmwareStatusNotification": "SignedFirmwareStatusNotification",
}


@define
class Side:
    """The CALLs of one side."""

    open: OrderedDict[str, Asked] = field(factory=OrderedDict)
    """Not answered yet."""
    cut_off: OrderedDict[str, Asked] = field(factory=OrderedDict)
    """Not answered when the connection ended, or the answer may have been lost with it."""
    last_answered: Asked | None = None
    """Its last CALL, if it was answered."""
    used: OrderedDict[str, None] = field(factory=OrderedDict)
    """Message ids."""

    def remember(self, call: Asked) -> None:
        """Take note of a CALL."""
        self.open[call.message_id] = call
        self.cut_off.pop(call.message_id, None)
        self.last_answered = None
        self.used[call.message_id] = None
        if len(self.used) > MOST_IDS:
            self.used.popitem(last=False)

    def answered(self, call: Asked) -> None:
        """Take note of an answer."""
        del self.open[call.message_id]
        self.last_answered = call

    def cut(self) -> None:
        """The connection ends. Whoever sent an answer does not know whether it arrived."""
        self.cut_off.update(self.open)
        if self.last_answered is not None:
            self.cut_off[self.last_answered.message_id] = self.last_answered
        self.open.clear()
        self.last_answered = None
        while len(self.cut_off) > MOST_OPEN:
            self.cut_off.popitem(last=False)

    def lost_with(self, call: Asked, timeout: timedelta) -> Asked | None:
        """The CALL before this one, if it is the same, and its answer is long due: it did not arrive."""
        last = self.last_answered
        if last is None or last.message_id != call.message_id or last.at is None or call.at is None:
            return None
        return last if call.at - last.at >= timeout else None


class Known:
    """What is known of a charge point.

    :param station: identity of the charge point.
    :param timeout: how long a CALL waits for its answer.
    """

    def __init__(self, station: str, timeout: timedelta) -> None:
        self.station = station
        self.timeout = timeout
        self.transactions = TransactionLedger()
        self.registration: str | None = None
        """Of BootNotification.conf, or Booting; None before the first BootNotification."""
        self.whole: bool | None = None
        """Whether the log begins when the charge point did."""
        self.triggered: set[str] = set()
        """Actions that the Central System has triggered."""
        self.boot_triggered = False
        """Whether the last BootNotification was asked for, and nothing was rebooted."""
        self.last_call: Asked | None = None
        """The last CALL of the charge point."""
        self.connectors: set[int] = set()
        """Connectors that were named."""
        self.sides = {side: Side() for side in (True, False)}

    def waiting(self, from_station: bool, now: Any) -> Asked | None:
        """The CALL of that side which the next one would have to wait for.

        :param now: what has the time ``at``; a CALL that has waited longer than the time-out counts no more.
        """
        for call in self.sides[from_station].open.values():
            if call.at is None or now.at is None or now.at - call.at < self.timeout:
                return call
        return None

    def used(self, call: Asked) -> bool:
        """Whether its side has used that message id before."""
        return call.message_id in self.sides[call.from_station].used

    def note_call(self, call: Asked) -> None:
        """Take note of a CALL that passed for the first time."""
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

    def note_answer(self, call: Asked, answer: Answer) -> None:
        """Take note of the answer to a CALL."""
        self.transactions.answered(call, answer)
        if isinstance(answer.message, BootNotificationResponse):
            self.registration = answer.message.status
        asked_for = isinstance(call.message, TriggerMessageRequest | ExtendedTriggerMessageRequest)
        if asked_for and getattr(answer.message, "status", None) == "Accepted":
            name = str(getattr(call.message, "requested_message", ""))
            self.triggered |= {name, _TRIGGERS.get(name, name)}
