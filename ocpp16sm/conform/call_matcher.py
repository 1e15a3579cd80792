"""Matches CALLs of one charge point and its Central System with their responses, and applies the rules to both."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from attrs import AttrsInstance

from ocpp16sm.codec import Call, CallError, CallResult, Frame, decode, read_frame
from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.conform.log_state import MOST_OPEN, LogState, Side
from ocpp16sm.conform.reader import FROM_STATION, LogEntry
from ocpp16sm.conform.rule import Finding, Rule
from ocpp16sm.errors import FrameError, PayloadError
from ocpp16sm.messages import (
    ACTIONS,
    SentBy,
)


class CallMatcher:
    """One charge point and its Central System.

    :param station: identity of the charge point.
    :param rules: the rules to apply.
    :param found: called with each finding.
    :param timeout: how long a CALL waits for its response.
    """

    def __init__(
        self, station: str, rules: Sequence[type[Rule]], found: Callable[[Finding], None], timeout: timedelta
    ) -> None:
        self.known = LogState(station, timeout)
        self._rules = [rule(self.known, found) for rule in rules]

    def feed(self, entry: LogEntry) -> None:
        """Process the next entry of the log."""
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
        """Process the end of the log."""
        for side in self.known.sides.values():
            self._give_up(side, len(side.open))
        for rule in self._rules:
            rule.ended()

    def _call(self, entry: LogEntry, frame: Call) -> None:
        call = LoggedCall(
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
        side = self.known.sides[call.from_station]
        boots = call.action == "BootNotification" and "BootNotification" not in self.known.triggered
        if boots and call.from_station and self.known.registration == "Accepted":
            self._cut()  # a boot implies a new connection
        before = side.open.get(call.message_id) or side.cut_off.get(call.message_id)
        before = before or side.lost_with(call, self.known.timeout)
        if before is not None and call.same(before):
            if call.message_id in side.open:
                for rule in self._rules:
                    rule.repeated(call, before)
            side.remember(call)
            return
        for rule in self._rules:
            rule.asked(call)
        self.known.note_call(call)
        side.remember(call)
        self._give_up(side, len(side.open) - MOST_OPEN)

    def _answer(self, entry: LogEntry, frame: CallResult | CallError) -> None:
        call = self._asked_by(entry, frame.message_id)
        from_station = entry.direction == FROM_STATION if call is None else not call.from_station
        code = frame.code if isinstance(frame, CallError) else None
        if call is None and self._asked_before_the_log(entry, frame.message_id):
            return
        if call is None:
            known = any(frame.message_id in side.used for side in self.known.sides.values())
            for rule in self._rules:
                rule.stray(LoggedAnswer(entry.line, entry.at, from_station, frame.message_id, None, code), known)
            return
        message = None
        action = ACTIONS.get(call.action)
        if isinstance(frame, CallResult) and action is not None:
            message = self._decoded(action.response, frame.payload, call, entry)
        answer = LoggedAnswer(entry.line, entry.at, from_station, frame.message_id, message, code)
        for rule in self._rules:
            rule.answered(call, answer)
        self.known.sides[call.from_station].answered(call)
        self.known.note_answer(call, answer)

    def _asked_by(self, entry: LogEntry, message_id: str) -> LoggedCall | None:
        sides = (True, False) if entry.direction is None else (entry.direction != FROM_STATION,)
        open_calls = [
            self.known.sides[side].open[message_id] for side in sides if message_id in self.known.sides[side].open
        ]
        return max(open_calls, key=lambda call: call.line, default=None)

    def _asked_before_the_log(self, entry: LogEntry, message_id: str) -> bool:
        """Whether its CALL may be from before the log: once for each side, before its first CALL."""
        sides = [
            side
            for from_station, side in self.known.sides.items()
            if (entry.direction == FROM_STATION) is not from_station
        ]
        if self.known.whole or any(side.used for side in sides):
            return False
        for side in sides:
            side.used[message_id] = None
        return True

    def _decoded(self, cls: type[AttrsInstance], payload: Any, call: LoggedCall, place: Any) -> AttrsInstance | None:
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
        for side in self.known.sides.values():
            side.cut()


def _sent_by_station(entry: LogEntry, frame: Frame) -> bool:
    """Whether the charge point sent it; if the log does not say, decided by action (DataTransfer: the charge point)."""
    if entry.direction is not None:
        return entry.direction == FROM_STATION
    action = ACTIONS.get(frame.action) if isinstance(frame, Call) else None
    return action is None or action.sent_by is not SentBy.CENTRAL_SYSTEM
