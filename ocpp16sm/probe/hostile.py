"""Frames that a charge point should not send, and acceptable answers to them (OCPP-J 4.2)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen

from ocpp16sm.probe.steps import Hostile

_OF_SCHEMA: Final = frozenset(
    {
        "FormationViolation",
        "FormatViolation",
        "OccurenceConstraintViolation",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "TypeConstraintViolation",
    }
)
"""Error codes for a violated schema. Implementations differ in the choice among them (errata 5.1, 5.2)."""
_UNKNOWN: Final = frozenset({"NotImplemented", "NotSupported"})
_SHORT: Final = frozenset({"FormationViolation", "ProtocolError", "RpcFrameworkError"})
_NOBODYS: Final = 2**31 - 2
"""The id of a transaction that does not exist."""
_THEN: Final = "2026-01-01T00:00:00Z"


@frozen
class BadCall:
    """A CALL with a mistake, or at the wrong time."""

    what: str
    """Description, for findings."""
    action: str
    payload: Mapping[str, Any] | None
    """None: the frame has no payload."""
    codes: frozenset[str] = _OF_SCHEMA
    """Error codes that are acceptable in a CALLERROR."""
    is_open: bool = False
    """Whether a CALLRESULT is acceptable too, because many implementations ignore unknown fields."""
    is_right: bool = False
    """Whether it is valid by its schema, so that only a CALLRESULT is acceptable."""

    def text(self, message_id: str) -> str:
        """The frame with this message id."""
        frame: list[Any] = [2, message_id, self.action]
        return json.dumps(frame if self.payload is None else [*frame, self.payload])


BAD_CALLS: Final[Mapping[Hostile, BadCall]] = {
    Hostile.UNKNOWN_ACTION: BadCall("an action that OCPP does not have", "MakeCoffee", {}, _UNKNOWN),
    Hostile.MISSING_FIELD: BadCall("Authorize without an idTag", "Authorize", {}),
    Hostile.WRONG_TYPE: BadCall("Authorize with a number for an idTag", "Authorize", {"idTag": 7}),
    Hostile.TOO_LONG: BadCall("Authorize with an idTag of 21 characters", "Authorize", {"idTag": "x" * 21}),
    Hostile.EXTRA_FIELD: BadCall("Heartbeat with an unknown field", "Heartbeat", {"coffee": True}, is_open=True),
    Hostile.LARGE: BadCall("a CALL of 64 KiB", "Heartbeat", {"coffee": "x" * 2**16}, _OF_SCHEMA, is_open=True),
    Hostile.NO_PAYLOAD: BadCall("Heartbeat without a payload", "Heartbeat", None, _SHORT),
    Hostile.STOP_UNKNOWN: BadCall(
        "StopTransaction of an unknown transaction",
        "StopTransaction",
        {"transactionId": _NOBODYS, "meterStop": 1, "timestamp": _THEN},
        is_right=True,
    ),
    Hostile.METER_UNKNOWN: BadCall(
        "MeterValues of an unknown transaction",
        "MeterValues",
        {
            "connectorId": 1,
            "transactionId": _NOBODYS,
            "meterValue": [{"timestamp": _THEN, "sampledValue": [{"value": "1"}]}],
        },
        is_right=True,
    ),
}
BAD_TEXTS: Final[Mapping[Hostile, str]] = {
    Hostile.NOT_JSON: "this is not JSON",
    Hostile.NO_ARRAY: '{"action": "Heartbeat"}',
    Hostile.DEEP: "[" * 200 + "]" * 200,
}
UNASKED: Final[Mapping[Hostile, str]] = {
    Hostile.ANSWER_TO_NOTHING: '[3, "nobody asked this", {}]',
    Hostile.ERROR_TO_NOTHING: '[4, "nobody asked this", "GenericError", "", {}]',
}
