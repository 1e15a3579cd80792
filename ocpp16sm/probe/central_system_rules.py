"""What must be so of a Central System, and what was found. Rules for whole logs are from :mod:`ocpp16sm.conform`."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from attrs import frozen

from ocpp16sm import conform
from ocpp16sm.probe.wire import THEIRS, Row


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """The specification forbids it."""
    WARNING = "warning"
    """Charge points in the field suffer from it, or it hides their mistakes."""


@frozen
class Rule:
    """Something that must be so."""

    name: str
    clause: str
    """Of OCPP 1.6 edition 2, unless another document is named."""
    says: str
    severity: Severity = Severity.ERROR


_OWN: Final = (
    Rule("no-answer", "OCPP-J 4.1.1, 4.2", "Every CALL is answered in time, whatever it holds."),
    Rule("closes", "OCPP-J 4.2.3", "A bad frame is answered or passed over; it ends no connection.", Severity.WARNING),
    Rule("lets-nobody-back", "OCPP-J 3.2", "A charge point whose connection was lost may connect again."),
    Rule(
        "accepts-anything",
        "OCPP-J 4.2.3",
        "A CALL that breaks its schema is answered with a CALLERROR.",
        Severity.WARNING,
    ),
    Rule("other-error", "OCPP-J 4.2.3", "The errorCode says what is wrong.", Severity.WARNING),
    Rule("refuses", "4.1-4.10", "A request that is right is answered with a CALLRESULT."),
    Rule("id-tag", "4.1, 4.8", "An idTag that is Accepted by Authorize is not refused by StartTransaction."),
    Rule("clock", "4.2, 4.6", "currentTime is the time: within a day of ours."),
    Rule("interval", "4.2", "The interval of BootNotification.conf is not negative."),
    Rule("subprotocol", "OCPP-J 3.3", "A version that it does not speak is not agreed on, and nothing is answered."),
    Rule("transaction-for-two", "6.46", "No two charge points, connectors or walks have the same transactionId."),
)
_OF_LOGS: Final = frozenset(
    {
        "frame",
        "message-type",
        "payload",
        "unknown-field",
        "unknown-action",
        "wrong-sender",
        "call-while-waiting",
        "message-id-again",
        "answer-without-call",
        "error-word",
        "remote-while-pending",
        "transaction-id-again",
    }
)
"""Those of a log that are about what the Central System says."""

RULES: Final[dict[str, Rule]] = {
    rule.name: rule
    for rule in (*_OWN, *(Rule(rule.name, rule.clause, rule.says) for rule in conform.RULES if rule.name in _OF_LOGS))
}
"""Every rule, by name."""


@frozen
class Finding:
    """A rule that was broken."""

    rule: Rule
    what: str

    def __str__(self) -> str:
        return f"{self.rule.name}: {self.what} ({self.rule.clause})"


Found = Callable[[Finding], None]


def of_log(rows: Iterable[Row], station: str, timeout_s: float) -> list[Finding]:
    """What the log of a walk shows of the Central System."""
    log = [row for row in rows if not row.aside]
    lines = [json.dumps(row.as_log(station)) for row in log]
    found: list[Finding] = []

    def note(finding: conform.Finding) -> None:
        theirs = log[finding.line - 1].direction == THEIRS
        if finding.rule in RULES and theirs:
            found.append(Finding(RULES[finding.rule], f"{finding.what}; expected {finding.expected}"))

    conform.examine(lines, note, timedelta(seconds=timeout_s))
    return found
