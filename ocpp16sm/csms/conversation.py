"""The protocol between one charge point and the embedded Central System, without a network: text in, text out."""

from typing import Any

from attrs import AttrsInstance, define, field, frozen

from ocpp16sm import codec
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms.policy import RequestHandler
from ocpp16sm.errors import ErrorCode, FrameError, Ocpp16Error, PayloadError
from ocpp16sm.messages import ACTIONS, SentBy, action_of


class CallRefusedError(Ocpp16Error):
    """The charge point answered a request with a CALLERROR."""

    def __init__(self, action: str, code: str, description: str) -> None:
        super().__init__(f"{action} was refused with {code}" + (f": {description}" if description else ""))
        self.code = code
        self.description = description


@frozen
class Heard:
    """A request received from the charge point."""

    message_id: str
    action: str
    request: Any


@frozen
class Reply:
    """How to reply to a request of the charge point."""

    heard: Heard | None
    """The request; None if it could not be decoded."""
    text: str | None
    """The frame to send; None: do not answer."""
    delay_s: float = 0.0
    hang_up: bool = False
    then: tuple[AttrsInstance, ...] = ()
    """Requests to send after the reply."""


@frozen
class Outcome:
    """The result of a request of the Central System: a response or an error."""

    message_id: str
    response: Any = None
    error: Ocpp16Error | None = None


@define
class Conversation:
    """Handles the frames of one charge point."""

    charge_point_id: str
    request_handler: RequestHandler
    _asked: dict[str, str] = field(factory=dict)
    _count: int = 0

    def ask(self, request: AttrsInstance) -> tuple[str, str]:
        """Encode a request: returns its message id and its frame. :meth:`received` returns its outcome later."""
        self._count += 1
        message_id = f"csms-{self._count}"
        action = action_of(request)
        text = codec.encode_call(message_id, action, request)
        self._asked[message_id] = action
        return message_id, text

    def received(self, text: str, now: Timestamp) -> Reply | Outcome | None:
        """Handle a frame of the charge point.

        Returns the reply to a request, the outcome of an own request, or None for an unreadable frame or an answer
        that matches no request.
        """
        try:
            frame = codec.read_frame(text)
        except FrameError as error:
            if error.code is None or error.message_id is None:
                return None
            return Reply(None, codec.encode_error(error.message_id, error.code, str(error)))
        if isinstance(frame, codec.Call):
            return self._reply(frame, now)
        action = self._asked.pop(frame.message_id, None)
        if action is None:
            return None
        if isinstance(frame, codec.CallError):
            return Outcome(frame.message_id, error=CallRefusedError(action, frame.code, frame.description))
        try:
            return Outcome(frame.message_id, codec.decode_payload(ACTIONS[action].response, frame.payload))
        except PayloadError as error:
            return Outcome(frame.message_id, error=error)

    def _reply(self, call: codec.Call, now: Timestamp) -> Reply:
        action = ACTIONS.get(call.action)
        if action is None or action.sent_by is SentBy.CENTRAL_SYSTEM:
            code = ErrorCode.NOT_IMPLEMENTED if action is None else ErrorCode.NOT_SUPPORTED
            return Reply(None, codec.encode_error(call.message_id, code, "this is a Central System"))
        try:
            request = codec.decode_payload(action.request, call.payload)
        except PayloadError as error:
            return Reply(None, codec.encode_error(call.message_id, error.code, str(error)))
        heard = Heard(call.message_id, call.action, request)
        fault = self.request_handler.policy.fault_for(call.action)
        then: tuple[AttrsInstance, ...] = ()
        if fault is not None and (fault.silent or fault.hang_up):
            return Reply(heard, None, hang_up=fault.hang_up)
        if fault is not None and fault.error is not None:
            text = codec.encode_error(call.message_id, fault.error, "refused by the policy")
        else:
            response = self.request_handler.answer(self.charge_point_id, call.message_id, call.action, request, now)
            text = codec.encode_result(call.message_id, response)
            then = tuple(self.request_handler.afterwards(self.charge_point_id, request, response, now))
        return Reply(heard, text, fault.delay_s if fault is not None else 0.0, then=then)
