"""Small logs, written down as what passes."""

import json
from collections.abc import Sequence
from typing import Any

from ocpp16sm.conform import Finding, examine

Row = str
Log = list[Row]

BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
ACCEPTED = {"status": "Accepted"}


def row(direction: str, frame: Any, at: int | None = None, **more: Any) -> Row:
    """A line; ``at``: seconds after midnight."""
    when = {} if at is None else {"at": moment(at)}
    return json.dumps({**when, "direction": direction, **more, "frame": frame})


def moment(seconds: float) -> str:
    """A time of the day on which all of this happens."""
    return f"2026-05-01T{int(seconds) // 3600:02}:{int(seconds) // 60 % 60:02}:{seconds % 60:06.3f}Z"


def ask(message_id: str, action: str, payload: Any, at: int | None = None, **more: Any) -> Row:
    """A CALL of the charge point."""
    return row("cp>csms", [2, message_id, action, payload], at, **more)


def reply(message_id: str, payload: Any, at: int | None = None, **more: Any) -> Row:
    """An answer of the Central System."""
    return row("csms>cp", [3, message_id, payload], at, **more)


def asked(message_id: str, action: str, payload: Any, answer: Any = None, **more: Any) -> Log:
    """A CALL of the charge point, and its answer."""
    return [ask(message_id, action, payload, **more), reply(message_id, answer or {}, **more)]


def told(message_id: str, action: str, payload: Any, answer: Any = None) -> Log:
    """A CALL of the Central System, and its answer."""
    return [
        row("csms>cp", [2, message_id, action, payload]),
        row("cp>csms", [3, message_id, {} if answer is None else answer]),
    ]


def boot(status: str = "Accepted", message_id: str = "boot", now: int = 0) -> Log:
    """A BootNotification and its answer."""
    answer = {"status": status, "currentTime": moment(now), "interval": 300}
    return asked(message_id, "BootNotification", BOOT, answer)


def status(message_id: str, name: str, connector: int = 1, error: str = "NoError", at: int | None = None) -> Log:
    """A StatusNotification and its answer; ``at``: its timestamp."""
    when = {} if at is None else {"timestamp": moment(at)}
    return asked(
        message_id, "StatusNotification", {"connectorId": connector, "errorCode": error, "status": name, **when}
    )


def start(message_id: str, transaction: int, connector: int = 1, at: int = 100, meter: int = 0) -> Log:
    """A StartTransaction and its answer."""
    request = {"connectorId": connector, "idTag": "TAG", "meterStart": meter, "timestamp": moment(at)}
    return asked(message_id, "StartTransaction", request, {"idTagInfo": ACCEPTED, "transactionId": transaction})


def stop(message_id: str, transaction: int, at: int = 200, meter: int = 10, **more: Any) -> Log:
    """A StopTransaction and its answer."""
    return asked(message_id, "StopTransaction", stopping(transaction, at, meter, **more))


def stopping(transaction: int, at: int = 200, meter: int = 10, **more: Any) -> dict[str, Any]:
    """The payload of a StopTransaction."""
    return {"transactionId": transaction, "meterStop": meter, "timestamp": moment(at), **more}


def readings(message_id: str, transaction: int | None, at: int = 150, connector: int = 1, context: str = "") -> Log:
    """MeterValues and their answer."""
    sample = {"value": "5", **({"context": context} if context else {})}
    payload: dict[str, Any] = {
        "connectorId": connector,
        "meterValue": [{"timestamp": moment(at), "sampledValue": [sample]}],
    }
    if transaction is not None:
        payload["transactionId"] = transaction
    return asked(message_id, "MeterValues", payload)


def findings(log: Sequence[Row]) -> list[Finding]:
    """All that is found in a log."""
    found: list[Finding] = []
    examine(log, found.append)
    return found


def broken(log: Sequence[Row]) -> list[tuple[str, int]]:
    """The rules that a log breaks, and in which line."""
    return [(finding.rule, finding.line) for finding in findings(log)]
