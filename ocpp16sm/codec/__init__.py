"""Encode messages as JSON text and decode them (OCPP-J 1.6, section 4).

================  =====================================================================================
:mod:`.frame_bounds`    limits on size and nesting of a frame
:mod:`.frames`    the wrapper: CALL, CALLRESULT, CALLERROR
:mod:`.payloads`  the payload: attrs classes to JSON and back, with msgspec
:mod:`.msgspec_mirror`     the msgspec structs for these classes
:mod:`.explain`   the faults of a refused payload, found with cattrs
================  =====================================================================================

Whatever a peer sends, this package raises only :class:`~ocpp16sm.errors.RemoteProtocolError`. Whatever it encodes
respects the limits of its class.
"""

from ocpp16sm.base.frame_bounds import MAX_DEPTH, MAX_ELEMENTS, MAX_FRAME_SIZE
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
