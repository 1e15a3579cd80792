"""What passes between one charge point and its Central System: questions and their answers, and what follows."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from attrs import AttrsInstance, define, field

from ocpp16sm.codec import Call, CallError, CallResult, Frame, decode, read_frame
from ocpp16sm.conform.reader import FROM_STATION, Entry
from ocpp16sm.conform.rule import Answer, Asked, Finding, Rule
from ocpp16sm.conform.transaction_ledger import TransactionLedger
from ocpp16sm.errors import FrameError, PayloadError
from ocpp16sm.messages import (
    ACTIONS,
    BootNotificationResponse,
    ExtendedTriggerMessageRequest,
    SentBy,
    TriggerMessageRequest,
)

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


class Conversation:
    """One charge point and its Central System.

    :param station: identity of the charge point.
    :param rules: what to hold it against.
    :param found: called with each finding.
    :param timeout: how long a CALL waits for its answer.
    """

    def __init__(
        self, station: str, rules: Sequence[type[Rule]], found: Callable[[Finding], None], timeout: timedelta
    ) -> None:
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
        self._sides = {side: Side() for side in (True, False)}
        self._rules = [rule(self, found) for rule in rules]

    def feed(self, entry: Entry) -> None:
        """Take the next entry of the log."""
        if entry.text is None:
            self._reconnect()
            return
        try:
            frame = read_frame(entry.text)
        except FrameError as error:
            for rule in self._rules:
                rule.unreadable(entry, error)
            return
        if isinstance(frame, Call):
            self._call(entry, frame)
        else:
            self._answer(entry, frame)

    def end(self) -> None:
        """There is no more of the log."""
        for side in self._sides.values():
            self._give_up(side, len(side.open))
        for rule in self._rules:
            rule.ended()

    def waiting(self, from_station: bool, now: Any) -> Asked | None:
        """The CALL of that side which the next one would have to wait for.

        :param now: what has the time ``at``; a CALL that has waited longer than the time-out counts no more.
        """
        for call in self._sides[from_station].open.values():
            if call.at is None or now.at is None or now.at - call.at < self.timeout:
                return call
        return None

    def used(self, call: Asked) -> bool:
        """Whether its side has used that message id before."""
        return call.message_id in self._sides[call.from_station].used

    def _call(self, entry: Entry, frame: Call) -> None:
        call = Asked(
            entry.line,
            entry.at,
            _sent_by_station(entry, frame),
            frame.message_id,
            frame.action,
            bytes(frame.payload),
            None,
        )
        action = ACTIONS.get(frame.action)
        if action is not None:
            call.message = self._decoded(action.request, frame.payload, call, call)
        side = self._sides[call.from_station]
        boots = call.action == "BootNotification" and "BootNotification" not in self.triggered
        if boots and call.from_station and self.registration == "Accepted":
            self._cut()  # who boots has a new connection
        before = side.open.get(call.message_id) or side.cut_off.get(call.message_id)
        before = before or side.lost_with(call, self.timeout)
        if before is not None and call.same(before):
            if call.message_id in side.open:
                for rule in self._rules:
                    rule.repeated(call, before)
            side.remember(call)
            return
        for rule in self._rules:
            rule.asked(call)
        self._note_call(call)
        side.remember(call)
        self._give_up(side, len(side.open) - MOST_OPEN)

    def _note_call(self, call: Asked) -> None:
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

    def _answer(self, entry: Entry, frame: CallResult | CallError) -> None:
        call = self._asked_by(entry, frame.message_id)
        from_station = entry.direction == FROM_STATION if call is None else not call.from_station
        code = frame.code if isinstance(frame, CallError) else None
        if call is None and self._asked_before_the_log(entry, frame.message_id):
            return
        if call is None:
            known = any(frame.message_id in side.used for side in self._sides.values())
            for rule in self._rules:
                rule.stray(Answer(entry.line, entry.at, from_station, frame.message_id, None, code), known)
            return
        message = None
        action = ACTIONS.get(call.action)
        if isinstance(frame, CallResult) and action is not None:
            message = self._decoded(action.response, frame.payload, call, entry)
        answer = Answer(entry.line, entry.at, from_station, frame.message_id, message, code)
        for rule in self._rules:
            rule.answered(call, answer)
        self._sides[call.from_station].answered(call)
        self._note_answer(call, answer)

    def _note_answer(self, call: Asked, answer: Answer) -> None:
        self.transactions.answered(call, answer)
        if isinstance(answer.message, BootNotificationResponse):
            self.registration = answer.message.status
        asked_for = isinstance(call.message, TriggerMessageRequest | ExtendedTriggerMessageRequest)
        if asked_for and getattr(answer.message, "status", None) == "Accepted":
            name = str(getattr(call.message, "requested_message", ""))
            self.triggered |= {name, _TRIGGERS.get(name, name)}

    def _asked_by(self, entry: Entry, message_id: str) -> Asked | None:
        sides = (True, False) if entry.direction is None else (entry.direction != FROM_STATION,)
        open_calls = [self._sides[side].open[message_id] for side in sides if message_id in self._sides[side].open]
        return max(open_calls, key=lambda call: call.line, default=None)

    def _asked_before_the_log(self, entry: Entry, message_id: str) -> bool:
        """A log may begin between a CALL and its answer: once of each side, before anything that it asks."""
        sides = [
            side for from_station, side in self._sides.items() if (entry.direction == FROM_STATION) is not from_station
        ]
        if self.whole or any(side.used for side in sides):
            return False
        for side in sides:
            side.used[message_id] = None
        return True

    def _decoded(self, cls: type[AttrsInstance], payload: Any, call: Asked, place: Any) -> AttrsInstance | None:
        try:
            message, ignored = decode(cls, payload)
        except PayloadError as error:
            for rule in self._rules:
                rule.malformed(call, place, error)
            return None
        if ignored:
            for rule in self._rules:
                rule.ignored(call, place, ignored)
        return message

    def _give_up(self, side: Side, count: int) -> None:
        for _ in range(count):
            _, call = side.open.popitem(last=False)
            for rule in self._rules:
                rule.unanswered(call)

    def _reconnect(self) -> None:
        self._cut()
        for rule in self._rules:
            rule.reconnected()

    def _cut(self) -> None:
        for side in self._sides.values():
            side.cut()


def _sent_by_station(entry: Entry, frame: Frame) -> bool:
    """Where the log does not say who sent it, the action does; DataTransfer is mostly the charge point's."""
    if entry.direction is not None:
        return entry.direction == FROM_STATION
    action = ACTIONS.get(frame.action) if isinstance(frame, Call) else None
    return action is None or action.sent_by is not SentBy.CENTRAL_SYSTEM
