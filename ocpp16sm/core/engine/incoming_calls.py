"""Requests of the Central System: which are allowed when, and that each is answered exactly once."""

from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from ocpp16sm import codec
from ocpp16sm.base.redaction import redact
from ocpp16sm.base.values import Value
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import SendText
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.errors import ErrorCode, FrameError, PayloadError, RefusedRequestError, RemoteProtocolError
from ocpp16sm.messages import ACTIONS, Action, SentBy

REMEMBERED_ANSWERS = 16
"""How many answers are kept, to be repeated if the same CALL comes again."""
MOST_UNANSWERED = 1000
"""How many CALLs may be unanswered: one by OCPP-J 4.1.1, and those that the Central System has given up on."""
MOST_UNANSWERED_TEXT = 4 * codec.MAX_FRAME_SIZE
"""How many characters these CALLs may have together."""

_EVEN_UNSUPPORTED = frozenset({"GetLocalListVersion", "ReserveNow", "SendLocalList"})
"""Actions whose response itself can say that their feature profile is not supported, so that no CALLERROR need do."""


class AnsweredLater(Value, frozen=True):
    """What an operation returns if its answer comes later."""


ANSWERED_LATER = AnsweredLater()

Operation = Callable[[Any, codec.Call], Any]
"""(request, its CALL) -> response, or ANSWERED_LATER: then :meth:`IncomingCalls.answer` is called with the CALL."""


class _Asked(Value, frozen=True):
    """A CALL and its answer. A different CALL with the same message id is another one."""

    call: codec.Call
    text: str
    answer: str | None = None
    """Text of the answer; None while there is none."""


class IncomingCalls(Component):
    """Receives CALLs and answers them."""

    __slots__ = ("_answers", "_context", "_due", "instead", "unknown_fields")
    STATE = ("_answers", "_due", "unknown_fields")
    IN_PLACE = ("_answers",)

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context
        self._answers: dict[str, _Asked] = {}
        """message id -> the CALL with it on this connection."""
        self._due = 0
        """How many of them are unanswered."""
        self.instead: dict[str, Callable[[PayloadError], Any]] = {}
        """action -> function that answers an invalid payload more precisely than a CALLERROR can, or returns None."""
        self.unknown_fields = 0
        """How many fields unknown to OCPP have been ignored."""

    def call(self, frame: codec.Call, text: str, operation: Operation | None) -> None:
        """Deal with a CALL. While the registration is Rejected it is not answered (4.2).

        ``operation``: the feature's method that answers the action; None if no feature does.
        """
        if self._context.rejected:
            return
        known = self._answers.get(frame.message_id)
        if known is not None and known.text == text:
            if known.answer is not None:
                self._context.do(SendText(known.answer))
            return
        if self._is_busy():
            busy = "too many requests wait for their answer already"
            self._context.do(SendText(codec.encode_error(frame.message_id, ErrorCode.GENERIC_ERROR, busy)))
            return
        self._note(frame, text)
        try:
            response = self._operate(frame, operation)
        except RemoteProtocolError as error:
            if isinstance(error, PayloadError):
                self._context.notice("InvalidMessages", partial(redact, text))
            self.refuse(frame, error.code or ErrorCode.GENERIC_ERROR, str(error))
            return
        if response is not ANSWERED_LATER:
            self.answer(frame, response)

    def _note(self, frame: codec.Call, text: str) -> None:
        """Note that a CALL is to be answered; it replaces an earlier one with the same message id."""
        self.touch()
        before = self._answers.get(frame.message_id)
        if before is None or before.answer is not None:
            self._due += 1
        self._answers[frame.message_id] = _Asked(frame, text)

    def _is_busy(self) -> bool:
        if len(self._answers) <= REMEMBERED_ANSWERS:
            return False
        due = [len(asked.text) for asked in self._answers.values() if asked.answer is None]
        return len(due) >= MOST_UNANSWERED or sum(due) > MOST_UNANSWERED_TEXT

    def _operate(self, frame: codec.Call, operation: Operation | None) -> Any:
        action = ACTIONS.get(frame.action)
        if action is None:
            raise RefusedRequestError(ErrorCode.NOT_IMPLEMENTED, f"there is no action {frame.action[:50]!r}")
        if operation is None or action.sent_by is SentBy.CHARGE_POINT or not self._supported(action):
            raise RefusedRequestError(ErrorCode.NOT_SUPPORTED, f"{frame.action} is not supported here")
        try:
            request, ignored = codec.decode(action.request, frame.payload)
        except PayloadError as error:
            response = self.instead[frame.action](error) if frame.action in self.instead else None
            if response is None:
                raise
            return response
        if ignored:
            self.unknown_fields += len(ignored)
        return operation(request, frame)

    def _supported(self, action: Action) -> bool:
        return self._context.configuration.supports(action.feature_profile) or action.name in _EVEN_UNSUPPORTED

    def failed(self, frame: codec.Call, text: str) -> None:
        """Answer a CALL at which an internal error happened, unless the registration is Rejected."""
        if not self._context.rejected:
            self._note(frame, text)
            self.give_up(frame)

    def give_up(self, call: codec.Call) -> None:
        """Answer a CALL with InternalError, perhaps long after it came."""
        self.refuse(call, ErrorCode.INTERNAL_ERROR, "the request could not be processed")

    def malformed(self, error: FrameError, text: str) -> None:
        """Deal with text that is not a valid frame. It is answered only if its message id is known."""
        self._context.notice("InvalidMessages", partial(redact, text))
        if error.message_id is not None and error.code is not None and not self._context.rejected:
            self._context.do(SendText(codec.encode_error(error.message_id, error.code, str(error))))

    def answer(self, call: codec.Call, response: Any) -> None:
        """Send the response to a CALL, unless its connection has been lost meanwhile."""
        self._send(call, codec.encode_result(call.message_id, response))

    def refuse(self, call: codec.Call, code: ErrorCode, description: str) -> None:
        """Send a CALLERROR."""
        self._send(call, codec.encode_error(call.message_id, code, description))

    def _send(self, call: codec.Call, text: str) -> None:
        asked = self._answers.get(call.message_id)
        if asked is not None and asked.call is call and asked.answer is None:
            self.touch()
            del self._answers[call.message_id]
            self._answers[call.message_id] = replace(asked, answer=text)
            self._due -= 1
            self._context.do(SendText(text))
            self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        """Drop the oldest answer beyond the limit. CALLs that are still unanswered stay."""
        if len(self._answers) - self._due > REMEMBERED_ANSWERS:
            del self._answers[next(known for known, asked in self._answers.items() if asked.answer is not None)]

    def link_lost(self) -> None:
        """Forget all CALLs: answers that are still due cannot be sent any more."""
        self.touch()
        self._due = 0
        self._answers = {}
