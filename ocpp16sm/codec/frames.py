"""The wrapper around payloads: CALL, CALLRESULT and CALLERROR (OCPP-J 1.6, 4.2).

The result of :func:`read_frame` for a text that is not a proper frame (reference/queue.md 3, last column):

==============================================================================  ==========================
not JSON, not an array, fewer than two elements                                 FrameError, nobody to answer
CALL with half a surrogate pair                                                 FrameError, FormationViolation
CALL that is too much (:mod:`~ocpp16sm.base.frame_bounds`): it is read no further    FrameError, FormationViolation
message type none of 2, 3, 4                                                    UnknownMessageTypeError
message id not a text, empty, longer than 36 characters                         FrameError, nobody to answer
CALL without action or payload, action not a text, payload not an object        FrameError, FormationViolation
CALLRESULT without payload, or with one that is not an object                   FrameError, nobody to answer
CALLERROR without a code, or with one that is not a text                        FrameError, nobody to answer
==============================================================================  ==========================

A payload of null is an empty object (4.2.1). A CALLERROR may lack description and details, or have them with the wrong
type; it still ends the request. Extra elements are ignored: they cast no doubt on those before them, and answering a
CALL is better than refusing it.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from attrs import AttrsInstance
from msgspec import Meta, Raw
from msgspec.structs import replace

from ocpp16sm.base.frame_bounds import excess
from ocpp16sm.base.values import Value
from ocpp16sm.codec.payloads import ENCODER, explained, mirror_of
from ocpp16sm.errors import ErrorCode, FrameError, InvalidMessageError, UnknownMessageTypeError

MAX_MESSAGE_ID_LENGTH: Final = 36
"""Maximum length of a message id (OCPP-J 1.6, 4.1.4)."""
MAX_DESCRIPTION_LENGTH: Final = 255
"""Maximum length of an errorDescription; longer ones are truncated."""

CALL, CALLRESULT, CALLERROR = 2, 3, 4

_HEAD: Final = re.compile(
    rf"[ \t\r\n]*\[[ \t\r\n]*([{CALL}{CALLRESULT}{CALLERROR}])[ \t\r\n]*,"
    rf'[ \t\r\n]*"([^"\\\ud800-\udfff]{{1,{MAX_MESSAGE_ID_LENGTH}}})"[ \t\r\n]*,'
)
"""The beginning of a frame, up to its message id."""

_BRACE: Final = ord("{")
_EMPTY: Final = Raw(b"{}")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


_MessageId = Annotated[str, Meta(min_length=1, max_length=MAX_MESSAGE_ID_LENGTH)]


class Call(Value, frozen=True, array_like=True, tag=CALL):
    """A request (4.2.1)."""

    message_id: _MessageId
    """Identifies the request; 1 to 36 characters."""
    action: str
    """Name of the action; any text, known or not."""
    payload: Raw
    """JSON text of an object."""


class CallResult(Value, frozen=True, array_like=True, tag=CALLRESULT):
    """The response to a request (4.2.2)."""

    message_id: _MessageId
    """Id of the request."""
    payload: Raw
    """JSON text of an object."""


class CallError(Value, frozen=True, array_like=True, tag=CALLERROR):
    """The error response to a request (4.2.3)."""

    message_id: _MessageId
    """Id of the request."""
    code: str
    """The errorCode; any text, an :class:`ErrorCode` or not."""
    description: str = ""
    """The errorDescription; empty if there is none."""
    details: Raw = _EMPTY
    """JSON text of an object; ``{}`` if there are none."""


Frame: TypeAlias = Call | CallResult | CallError


_decode_frame = msgspec.json.Decoder(Call | CallResult | CallError).decode
_decode_elements = msgspec.json.Decoder(list[Raw]).decode
# No element of a frame is a fraction: 2.0 is not 2, and 1e999999 does no harm.
_decode_any = msgspec.json.Decoder(float_hook=lambda _text: None).decode


def read_frame(text: str) -> Frame:
    """Parse the wrapper of a received text; the payload stays JSON text for :func:`~ocpp16sm.codec.decode`.

    Raises only :class:`FrameError`, in the cases of the table above. Its ``code`` is the errorCode of the response
    (None: no response), its ``message_id`` the id of the message, if known. :class:`UnknownMessageTypeError` calls for
    neither a response nor a security event.
    """
    too_much = excess(text)
    if too_much is not None:
        raise FrameError(too_much, *_head_of(text))
    try:
        frame = _decode_frame(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _read_slowly(text)
    if type(frame) is CallError:
        return frame if _is_object(frame.details) else replace(frame, details=_EMPTY)
    return frame if _is_object(frame.payload) else _read_slowly(text)


def _is_object(raw: Raw) -> bool:
    return raw == _EMPTY or memoryview(raw)[0] == _BRACE


def _read_slowly(text: str) -> Frame:
    """Parse element by element, to tolerate what is tolerable and to find the exact error."""
    try:
        elements = _decode_elements(text)
    except msgspec.ValidationError:
        raise FrameError("not a JSON array") from None
    except (msgspec.DecodeError, UnicodeError):
        raise FrameError("not valid JSON", *_asked_by(text)) from None
    except RecursionError:
        raise FrameError("nested too deeply", *_asked_by(text)) from None
    if len(elements) < 2:
        raise FrameError(f"an array of {len(elements)}: no message type, or no message id")
    kind, message_id, *rest = elements
    message_type = _value(kind)
    if message_type not in (CALL, CALLRESULT, CALLERROR):
        raise UnknownMessageTypeError("the message type is not 2, 3 or 4")
    identifier = _value(message_id)
    if type(identifier) is not str or not 0 < len(identifier) <= MAX_MESSAGE_ID_LENGTH:
        raise FrameError(f"the message id is not a text of 1 to {MAX_MESSAGE_ID_LENGTH} characters")
    if message_type == CALL:
        return _read_call(identifier, rest)
    if message_type == CALLRESULT:
        return CallResult(identifier, _payload(rest, identifier, None))
    return _read_call_error(identifier, rest)


def _head_of(text: str) -> tuple[str, ErrorCode | None] | tuple[()]:
    """The message id and the errorCode of the response, as far as the beginning of the text shows them."""
    head = _HEAD.match(text)
    if head is None:
        return ()
    return head[2], ErrorCode.FORMATION_VIOLATION if head[1] == str(CALL) else None


def _asked_by(text: str) -> tuple[str, ErrorCode | None] | tuple[()]:
    """The same for text that is grammatical JSON but cannot be decoded, because of half a surrogate pair.

    Empty for text that is not JSON.
    """
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        pass  # too many open brackets to check the grammar
    except ValueError:
        return ()
    return _head_of(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _read_call(message_id: str, rest: list[Raw]) -> Call:
    code = ErrorCode.FORMATION_VIOLATION
    action = _value(rest[0]) if rest else None
    if type(action) is not str:
        raise FrameError("no action, or one that is not a text", message_id, code)
    return Call(message_id, action, _payload(rest[1:], message_id, code))


def _read_call_error(message_id: str, rest: list[Raw]) -> CallError:
    code, description = [*map(_value, rest[:2]), None, None][:2]
    if type(code) is not str:
        raise FrameError("no errorCode, or one that is not a text", message_id)
    details = rest[2] if len(rest) > 2 and _is_object(rest[2]) else _EMPTY
    return CallError(message_id, code, description if type(description) is str else "", details)


def _payload(rest: list[Raw], message_id: str, code: ErrorCode | None) -> Raw:
    if not rest:
        raise FrameError("no payload", message_id, code)
    if bytes(rest[0]) == b"null":
        return _EMPTY
    if not _is_object(rest[0]):
        raise FrameError("the payload is not an object", message_id, code)
    return rest[0]


def _value(raw: Raw) -> Any:
    """Decode one element; None if that fails."""
    try:
        return _decode_any(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def encode_call(message_id: str, action: str, request: AttrsInstance) -> str:
    """Encode a CALL.

    The caller must pass the action of the request (:func:`~ocpp16sm.messages.action_of`). Raises
    :class:`InvalidMessageError` if the message id is not 1 to 36 characters or a value exceeds a limit of its class;
    the message says which.
    """
    return _encode((CALL, _checked(message_id), action, mirror_of(request)), request)


def wrap_call(message_id: str, action: str, payload: bytes) -> str:
    """Encode a CALL with a payload from :func:`~ocpp16sm.codec.encode_payload`.

    Raises :class:`InvalidMessageError` if the message id is not 1 to 36 characters.
    """
    return ENCODER.encode((CALL, _checked(message_id), action, Raw(payload))).decode()


def encode_result(message_id: str, response: AttrsInstance) -> str:
    """Encode a CALLRESULT. Raises :class:`InvalidMessageError` like :func:`encode_call`."""
    return _encode((CALLRESULT, _checked(message_id), mirror_of(response)), response)


def encode_error(message_id: str, code: ErrorCode, description: str, details: Mapping[str, Any] = _NOTHING) -> str:
    """Encode a CALLERROR: always five elements, with the description truncated to 255 characters.

    Raises :class:`InvalidMessageError` if the message id is not 1 to 36 characters, or the details cannot be encoded.
    """
    # Half a surrogate pair in the description must not prevent the error from being sent.
    readable = description[:MAX_DESCRIPTION_LENGTH].encode(errors="replace").decode()
    try:
        return ENCODER.encode((CALLERROR, _checked(message_id), code, readable, dict(details))).decode()
    except (TypeError, ValueError, RecursionError):
        raise InvalidMessageError("CALLERROR", "$", "has details that have no JSON form") from None


def _encode(frame: tuple[Any, ...], message: AttrsInstance) -> str:
    try:
        return ENCODER.encode(frame).decode()
    except UnicodeEncodeError:
        raise explained(message) from None


def _checked(message_id: str) -> str:
    if type(message_id) is not str or not 0 < len(message_id) <= MAX_MESSAGE_ID_LENGTH:
        raise InvalidMessageError("message id", "$", f"is not a text of 1 to {MAX_MESSAGE_ID_LENGTH} characters")
    return message_id
