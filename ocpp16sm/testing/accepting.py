"""A Central System for tests. It accepts everything and checks that requests arrive once, one at a time, in order."""

from collections import deque
from typing import Any

from ocpp16sm.base.instant import Instant
from ocpp16sm.core.engine.outgoing_calls import CALL_TIMEOUT_S


class AcceptingCentralSystem:
    """Accepts every request and asserts that the charge point sends them correctly."""

    def __init__(self) -> None:
        self.waiting: deque[list[Any]] = deque()
        self.starts = 0
        self.stops = 0
        self._heard_at = -CALL_TIMEOUT_S
        self._answers: dict[str, dict[str, Any]] = {}
        self._stopped: set[int] = set()

    def hear(self, frame: list[Any], now: Instant) -> None:
        """Handle a frame from the charge point. Raises ``AssertionError`` if it breaks the order of OCPP-J 4.1.1."""
        if frame[0] != 2:
            return
        given_up = now.mono - self._heard_at >= CALL_TIMEOUT_S
        assert given_up or not self.waiting, "a request was sent while another one is unanswered (OCPP-J 4.1.1)"
        self._heard_at = now.mono
        message_id, action, payload = frame[1], frame[2], frame[3]
        if message_id not in self._answers:
            self._answers[message_id] = self._answer(action, payload, now.utc.text())
        self.waiting.append([3, message_id, self._answers[message_id]])

    def _answer(self, action: str, payload: dict[str, Any], now: str) -> dict[str, Any]:
        accepted = {"idTagInfo": {"status": "Accepted"}}
        match action:
            case "BootNotification":
                return {"status": "Accepted", "currentTime": now, "interval": 600}
            case "Heartbeat":
                return {"currentTime": now}
            case "Authorize":
                return accepted
            case "StartTransaction":
                self.starts += 1
                return {**accepted, "transactionId": self.starts}
            case "MeterValues" if "transactionId" in payload:
                self._check(payload["transactionId"])
            case "StopTransaction":
                self._check(payload["transactionId"])
                self._stopped.add(payload["transactionId"])
                self.stops += 1
                return accepted
            case "DataTransfer":
                return {"status": "Accepted"}
        return {}

    def _check(self, transaction: int) -> None:
        assert 1 <= transaction <= self.starts, f"transaction {transaction} has not started"
        assert transaction not in self._stopped, f"transaction {transaction} has already stopped"
