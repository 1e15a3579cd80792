"""Messages to JSON text and back (OCPP-J 1.6, section 4).

================  =====================================================================================
:mod:`.bounds`    how much a frame may be
:mod:`.frames`    the wrapper: CALL, CALLRESULT, CALLERROR
:mod:`.payloads`  the payload: attrs classes to JSON and back, through msgspec
:mod:`.twins`     the structs that msgspec needs for that
:mod:`.explain`   what is wrong with a payload that was refused, through cattrs
================  =====================================================================================

Nothing a peer sends makes this package raise anything but a :class:`~ocpp16sm.errors.RemoteProtocolError`;
nothing it encodes breaks the limits of its own class.
"""

from ocpp16sm.codec.bounds import MAX_DEPTH, MAX_ELEMENTS, MAX_FRAME_SIZE
from ocpp16sm.codec.frames import (
    MAX_MESSAGE_ID_LENGTH,
    Call,
    CallError,
    CallResult,
    Frame,
    encode_call,
    encode_error,
    encode_result,
    read_frame,
    wrap_call,
)
from ocpp16sm.codec.payloads import decode, decode_payload, encode_payload

__all__ = [
    "MAX_DEPTH",
    "MAX_ELEMENTS",
    "MAX_FRAME_SIZE",
    "MAX_MESSAGE_ID_LENGTH",
    "Call",
    "CallError",
    "CallResult",
    "Frame",
    "decode",
    "decode_payload",
    "encode_call",
    "encode_error",
    "encode_payload",
    "encode_result",
    "read_frame",
    "wrap_call",
]
