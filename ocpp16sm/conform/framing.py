"""Rules of the wrapper and of the payloads (OCPP-J 1.6, section 4; the JSON schemas)."""

from typing import Any

from ocpp16sm.codec.bounds import shorten
from ocpp16sm.conform.rule import Answer, Asked, Rule
from ocpp16sm.errors import ErrorCode, FrameError, PayloadError, UnknownMessageTypeError
from ocpp16sm.messages import ACTIONS, SentBy

SIDES = {True: "the Charge Point", False: "the Central System"}


class Frames(Rule):
    """A text that is no frame."""

    name = "frame"
    clause = "OCPP-J 4.2"
    says = "A message is an array: [2, id, action, {...}], [3, id, {...}] or [4, id, code, description, {...}]."

    def unreadable(self, place: Any, error: FrameError) -> None:
        """Report it."""
        if not isinstance(error, UnknownMessageTypeError):
            self.find(place, f"a message that cannot be read: {error}", "a CALL, CALLRESULT or CALLERROR")


class MessageTypes(Rule):
    """A message type that is none."""

    name = "message-type"
    clause = "OCPP-J 4.1.3"
    says = "The message type is 2, 3 or 4."

    def unreadable(self, place: Any, error: FrameError) -> None:
        """Report it."""
        if isinstance(error, UnknownMessageTypeError):
            self.find(place, str(error), "2, 3 or 4")


class Payloads(Rule):
    """A payload that its schema refuses."""

    name = "payload"
    clause = "OCPP-J 4.2, 6; the JSON schemas"
    says = "A payload has the fields of its action: all that are required, each of its type and within its limits."

    def malformed(self, call: Asked, place: Any, error: PayloadError) -> None:
        """Report it."""
        part = "request" if place is call else "response"
        self.find(place, f"{call.action}: {error}", f"a {part} that fits the schema of {call.action}")


class UnknownFields(Rule):
    """Fields that the schema does not have."""

    name = "unknown-field"
    clause = "the JSON schemas"
    says = "A payload has no other fields than those of its action."

    def ignored(self, call: Asked, place: Any, paths: tuple[str, ...]) -> None:
        """Report it."""
        self.find(place, f"{call.action} has {', '.join(paths)}", "no fields but those of the schema")


class Actions(Rule):
    """An action that OCPP 1.6 does not have."""

    name = "unknown-action"
    clause = "OCPP-J 4.2.1; 4.3"
    says = "An action is one of OCPP 1.6 or of its security whitepaper; what is a vendor's own is a DataTransfer."

    def asked(self, call: Asked) -> None:
        """Report it."""
        if call.action not in ACTIONS:
            alike = next((name for name in ACTIONS if name.lower() == call.action.lower()), "")
            self.find(call, f"{SIDES[call.from_station]} asks for {shorten(call.action)!r}", alike or "a known action")


class Senders(Rule):
    """A request that the other side should send."""

    name = "wrong-sender"
    clause = "4, 5"
    says = (
        "Each side sends its own requests: section 4 those of the Charge Point, section 5 those of the Central System."
    )

    def asked(self, call: Asked) -> None:
        """Report it."""
        action = ACTIONS.get(call.action)
        own = SentBy.CHARGE_POINT if call.from_station else SentBy.CENTRAL_SYSTEM
        if action is not None and action.sent_by not in (own, SentBy.BOTH):
            other = SIDES[not call.from_station]
            self.find(call, f"{SIDES[call.from_station]} sends {call.action}", f"{call.action} from {other} only")


class OneAtATime(Rule):
    """A second CALL before the first was answered."""

    name = "call-while-waiting"
    clause = "OCPP-J 4.1.1"
    says = "A side sends no CALL while one of its own is neither answered nor timed out."

    def asked(self, call: Asked) -> None:
        """Compare it with what is open."""
        open_call = self.seen.waiting(call.from_station, call)
        if open_call is not None:
            self.find(
                call,
                f"{SIDES[call.from_station]} sends {shorten(call.action)} while its {shorten(open_call.action)} "
                f"of line {open_call.line} is unanswered",
                "the answer, a time-out or a new connection before it",
            )

    def repeated(self, call: Asked, before: Asked) -> None:
        """It is a time-out that permits to send a CALL once more, or a new connection."""
        self.asked(call)


class MessageIds(Rule):
    """A message id that was used before."""

    name = "message-id-again"
    clause = "OCPP-J 4.1.4; errata 3.7"
    says = "No two CALLs of a side have one message id. A CALL that was not answered may be sent again as it was."

    def asked(self, call: Asked) -> None:
        """Compare it with the ids used."""
        if self.seen.used(call):
            self.find(
                call,
                f"{SIDES[call.from_station]} uses the message id {call.message_id!r} again, for {shorten(call.action)}",
                "an id that it has not used before",
            )


class Questions(Rule):
    """An answer that nobody waits for."""

    name = "answer-without-call"
    clause = "OCPP-J 4.1.4, 4.2.2"
    says = "An answer has the message id of a CALL of the other side, which it answers once."

    def stray(self, answer: Answer, known: bool) -> None:
        """Report it."""
        why = "which is not open any more" if known else "which nobody has asked"
        self.find(answer, f"an answer to {answer.message_id!r}, {why}", "the id of a CALL that waits for its answer")


class ErrorCodes(Rule):
    """An errorCode that OCPP-J does not have."""

    name = "error-word"
    clause = "OCPP-J 4.2.3; errata 5.1, 5.2"
    says = "The errorCode of a CALLERROR is one of the table."

    def answered(self, call: Asked, answer: Answer) -> None:
        """Look at the code."""
        if answer.code is not None and answer.code not in set(ErrorCode):
            self.find(answer, f"the errorCode {shorten(answer.code)!r}", f"one of {', '.join(ErrorCode)}")


class Answers(Rule):
    """A CALL without an answer."""

    name = "unanswered"
    clause = "OCPP-J 4.1.1, 4.2"
    says = "Every CALL is answered, unless the connection is lost."

    def unanswered(self, call: Asked) -> None:
        """Report it."""
        other = SIDES[not call.from_station]
        self.find(call, f"{shorten(call.action)} of {SIDES[call.from_station]} has no answer", f"one from {other}")
