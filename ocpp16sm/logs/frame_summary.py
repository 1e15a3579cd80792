"""Describes frames as they pass, including the action that an answer belongs to."""

from collections import OrderedDict
from typing import Any, Final

from ocpp16sm.base.strict_json import from_json

KINDS: Final = {2: "call", 3: "result", 4: "error"}
OTHER_WAY: Final = {"cp>csms": "csms>cp", "csms>cp": "cp>csms"}
MOST_OPEN = 1000
"""Number of unanswered calls remembered in each direction."""
LONGEST_NAME = 50
"""Longer message ids and actions are not remembered; no valid one is (OCPP-J 4.1.4)."""
MOST_UNREADABLE = 4096
"""Number of characters shown of a text that is not a frame."""


class FrameReader:
    """Describes each frame. It must see all of them, in both directions."""

    def __init__(self) -> None:
        self._asked: dict[str, OrderedDict[str, str]] = {way: OrderedDict() for way in OTHER_WAY}

    def read(self, direction: str, text: str) -> dict[str, Any]:
        """The parts of a frame: ``kind`` (call, result, error or unreadable), and the fields of that kind.

        :param direction: ``cp>csms`` or ``csms>cp``.
        """
        try:
            return self._parts(direction, from_json(text))
        except (ValueError, LookupError, TypeError):
            return {"kind": "unreadable", "text": text[:MOST_UNREADABLE]}

    def _parts(self, direction: str, frame: Any) -> dict[str, Any]:
        kind, message_id = KINDS[frame[0]], frame[1]
        if kind == "call":
            asked = self._asked[direction]
            if all(type(name) is str and len(name) <= LONGEST_NAME for name in frame[1:3]):
                asked[message_id] = frame[2]
            if len(asked) > MOST_OPEN:
                asked.popitem(last=False)
            return {"kind": kind, "message_id": message_id, "action": frame[2], "payload": frame[3]}
        action = self._asked[OTHER_WAY[direction]].pop(message_id, None)
        if kind == "result":
            return {"kind": kind, "message_id": message_id, "action": action, "payload": frame[2]}
        parts = {"kind": kind, "message_id": message_id, "action": action, "code": frame[2]}
        return {**parts, "description": frame[3], "details": frame[4] if len(frame) > 4 else {}}
