"""Frames that a Central System should not get, and what it may say to them (OCPP-J 4.2)."""

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
"""Which of them it is, is read in several ways (errata 5.1, 5.2)."""
_UNKNOWN: Final = frozenset({"NotImplemented", "NotSupported"})
_SHORT: Final = frozenset({"FormationViolation", "ProtocolError", "RpcFrameworkError"})
_NOBODYS: Final = 2**31 - 2
"""A transaction that there is not."""
_THEN: Final = "2026-01-01T00:00:00Z"


@frozen
class BadCall:
    """A CALL that is wrong, or that comes at the wrong time."""

    what: str
    action: str
    payload: Mapping[str, Any] | None
    """None: it has none."""
    codes: frozenset[str] = _OF_SCHEMA
    """Good answers, if it is a CALLERROR."""
    is_open: bool = False
    """Whether some read it without its surplus, which is no mistake to speak of."""
    is_right: bool = False
    """Whether its schema has nothing against it: then it is answered with a CALLRESULT."""

    def text(self, message_id: str) -> str:
        """The frame."""
        frame: list[Any] = [2, message_id, self.action]
        return json.dumps(frame if self.payload is None else [*frame, self.payload])


BAD_CALLS: Final[Mapping[Hostile, BadCall]] = {
    Hostile.UNKNOWN_ACTION: BadCall("an action that OCPP does not have", "MakeCoffee", {}, _UNKNOWN),
    Hostile.MISSING_FIELD: BadCall("Authorize without an idTag", "Authorize", {}),
    Hostile.WRONG_TYPE: BadCall("Authorize with a number for an idTag", "Authorize", {"idTag": 7}),
    Hostile.TOO_LONG: BadCall("Authorize with 21 characters", "Authorize", {"idTag": "x" * 21}),
    Hostile.EXTRA_FIELD: BadCall("Heartbeat with a field", "Heartbeat", {"coffee": True}, is_open=True),
    Hostile.LARGE: BadCall("a CALL of 64 KiB", "Heartbeat", {"coffee": "x" * 2**16}, _OF_SCHEMA, is_open=True),
    Hostile.NO_PAYLOAD: BadCall("Heartbeat without a payload", "Heartbeat", None, _SHORT),
    Hostile.STOP_UNKNOWN: BadCall(
        "StopTransaction of a transaction that there is not",
        "StopTransaction",
        {"transactionId": _NOBODYS, "meterStop": 1, "timestamp": _THEN},
        is_right=True,
    ),
    Hostile.METER_UNKNOWN: BadCall(
        "MeterValues of a transaction that there is not",
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
    Hostile.NOT_JSON: "this is no JSON",
    Hostile.NO_ARRAY: '{"action": "Heartbeat"}',
    Hostile.DEEP: "[" * 200 + "]" * 200,
}
UNASKED: Final[Mapping[Hostile, str]] = {
    Hostile.ANSWER_TO_NOTHING: '[3, "nobody asked this", {}]',
    Hostile.ERROR_TO_NOTHING: '[4, "nobody asked this", "GenericError", "", {}]',
}
