"""Rules for the wrapper and the payloads (OCPP-J 1.6, section 4; the JSON schemas)."""

from typing import Any

from ocpp16sm.base.frame_bounds import shorten
from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.conform.rule import Rule
from ocpp16sm.errors import ErrorCode, FrameError, PayloadError, UnknownMessageTypeError
from ocpp16sm.messages import ACTIONS, SentBy

SIDES = {True: "the Charge Point", False: "the Central System"}


class Frames(Rule):
    """The text must be a frame."""

    name = "frame"
    clause = "OCPP-J 4.2"
    says = "A message is an array: [2, id, action, {...}], [3, id, {...}] or [4, id, code, description, {...}]."

    def unreadable(self, place: Any, error: FrameError) -> None:
        if not isinstance(error, UnknownMessageTypeError):
            self.find(place, f"a message that cannot be read: {error}", "a CALL, CALLRESULT or CALLERROR")


class MessageTypes(Rule):
    """The message type must exist."""

    name = "message-type"
    clause = "OCPP-J 4.1.3"
    says = "The message type is 2, 3 or 4."

    def unreadable(self, place: Any, error: FrameError) -> None:
        if isinstance(error, UnknownMessageTypeError):
            self.find(place, str(error), "2, 3 or 4")


class Payloads(Rule):
    """The payload must match its schema."""

    name = "payload"
    clause = "OCPP-J 4.2, 6; the JSON schemas"
    says = "A payload has the fields of its action: all that are required, each of its type and within its limits."

    def malformed(self, call: LoggedCall, place: Any, error: PayloadError) -> None:
        part = "request" if place is call else "response"
        self.find(place, f"{call.action}: {error}", f"a {part} that fits the schema of {call.action}")


class UnknownFields(Rule):
    """The payload must have no unknown fields."""

    name = "unknown-field"
    clause = "the JSON schemas"
    says = "A payload has no other fields than those of its action."

    def ignored(self, call: LoggedCall, place: Any, paths: tuple[str, ...]) -> None:
        self.find(place, f"{call.action} has {', '.join(paths)}", "no fields but those of the schema")


class Actions(Rule):
    """The action must exist in OCPP 1.6."""

    name = "unknown-action"
    clause = "OCPP-J 4.2.1; 4.3"
    says = "An action is one of OCPP 1.6 or of its security whitepaper; vendors use DataTransfer."

    def asked(self, call: LoggedCall) -> None:
        if call.action not in ACTIONS:
            alike = next((name for name in ACTIONS if name.lower() == call.action.lower()), "")
            self.find(call, f"{SIDES[call.from_station]} asks for {shorten(call.action)!r}", alike or "a known action")


class Senders(Rule):
    """A request must come from the right side."""

    name = "wrong-sender"
    clause = "4, 5"
    says = (
        "Each side sends its own requests: section 4 those of the Charge Point, section 5 those of the Central System."
    )

    def asked(self, call: LoggedCall) -> None:
        action = ACTIONS.get(call.action)
        own = SentBy.CHARGE_POINT if call.from_station else SentBy.CENTRAL_SYSTEM
        if action is not None and action.sent_by not in (own, SentBy.BOTH):
            other = SIDES[not call.from_station]
            self.find(call, f"{SIDES[call.from_station]} sends {call.action}", f"{call.action} from {other} only")


class OneAtATime(Rule):
    """A side must not send a CALL while another is open."""

    name = "call-while-waiting"
    clause = "OCPP-J 4.1.1"
    says = "A side sends no CALL until its previous one has been answered or has timed out."

    def asked(self, call: LoggedCall) -> None:
        open_call = self.seen.waiting(call.from_station, call)
        if open_call is not None:
            self.find(
                call,
                f"{SIDES[call.from_station]} sends {shorten(call.action)} while its {shorten(open_call.action)} "
                f"of line {open_call.line} is unanswered",
                "the response, a time-out or a new connection before it",
            )

    def repeated(self, call: LoggedCall, before: LoggedCall) -> None:
        """A time-out or a new connection permits repeating a CALL."""
        self.asked(call)


class MessageIds(Rule):
    """A message id must not be used twice."""

    name = "message-id-again"
    clause = "OCPP-J 4.1.4; errata 3.7"
    says = "Each CALL of a side has its own message id. An unanswered CALL may be repeated unchanged."

    def asked(self, call: LoggedCall) -> None:
        if self.seen.used(call):
            self.find(
                call,
                f"{SIDES[call.from_station]} uses the message id {call.message_id!r} again, for {shorten(call.action)}",
                "an id that it has not used before",
            )


class Questions(Rule):
    """A response must belong to an open CALL."""

    name = "answer-without-call"
    clause = "OCPP-J 4.1.4, 4.2.2"
    says = "A response has the message id of a CALL of the other side; each CALL has one response."

    def stray(self, answer: LoggedAnswer, known: bool) -> None:
        why = "which is no longer open" if known else "which was never sent"
        self.find(answer, f"an answer to {answer.message_id!r}, {why}", "the id of an open CALL")


class ErrorCodes(Rule):
    """The errorCode must exist in OCPP-J."""

    name = "error-word"
    clause = "OCPP-J 4.2.3; errata 5.1, 5.2"
    says = "The errorCode of a CALLERROR is one of those in the table."

    def answered(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        if answer.code is not None and answer.code not in set(ErrorCode):
            self.find(answer, f"the errorCode {shorten(answer.code)!r}", f"one of {', '.join(ErrorCode)}")


class Answers(Rule):
    """A CALL must be answered."""

    name = "unanswered"
    clause = "OCPP-J 4.1.1, 4.2"
    says = "Every CALL is answered, unless the connection is lost."

    def unanswered(self, call: LoggedCall) -> None:
        other = SIDES[not call.from_station]
        self.find(call, f"{shorten(call.action)} of {SIDES[call.from_station]} has no response", f"one from {other}")
