"""Rules for Central Systems, and findings. Rules that a log alone can show are those of :mod:`ocpp16sm.conform`."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

from attrs import frozen

from ocpp16sm import conform
from ocpp16sm.probe.wire import THEIRS, Row


class Severity(StrEnum):
    """Severity of a finding."""

    ERROR = "error"
    """A violation of the specification."""
    WARNING = "warning"
    """No violation, but charge points in the field suffer from it, or it hides their mistakes."""


@frozen
class Rule:
    """A rule that a Central System must follow."""

    name: str
    clause: str
    """Clause of OCPP 1.6 edition 2, unless another document is named."""
    says: str
    severity: Severity = Severity.ERROR


_OWN: Final = (
    Rule("no-answer", "OCPP-J 4.1.1, 4.2", "Every CALL is answered in time, whatever it contains."),
    Rule("closes", "OCPP-J 4.2.3", "A bad frame is answered or ignored; the connection stays open.", Severity.WARNING),
    Rule("lets-nobody-back", "OCPP-J 3.2", "A charge point whose connection was lost may connect again."),
    Rule(
        "accepts-anything",
        "OCPP-J 4.2.3",
        "A CALL that violates its schema is answered with a CALLERROR.",
        Severity.WARNING,
    ),
    Rule("other-error", "OCPP-J 4.2.3", "The errorCode of a CALLERROR fits the mistake.", Severity.WARNING),
    Rule("refuses", "4.1-4.10", "A valid request is answered with a CALLRESULT."),
    Rule("id-tag", "4.1, 4.8", "An idTag that Authorize.conf accepts is not refused by StartTransaction.conf."),
    Rule("clock", "4.2, 4.6", "currentTime differs from the time of this machine by less than a day."),
    Rule("interval", "4.2", "The interval of BootNotification.conf is not negative."),
    Rule("subprotocol", "OCPP-J 3.3", "A subprotocol that it does not support is neither agreed on nor answered."),
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
"""Rules for logs that apply to messages of the Central System."""

RULES: Final[dict[str, Rule]] = {
    rule.name: rule
    for rule in (*_OWN, *(Rule(rule.name, rule.clause, rule.says) for rule in conform.RULES if rule.name in _OF_LOGS))
}
"""All rules by name, in order of precedence: if a walk breaks several, the first is reported."""


@frozen
class Finding:
    """A violation of a rule."""

    rule: Rule
    what: str

    def __str__(self) -> str:
        return f"{self.rule.name}: {self.what} ({self.rule.clause})"


Found = Callable[[Finding], None]


def of_log(rows: Iterable[Row], station: str, timeout_s: float) -> list[Finding]:
    """Check the log of a walk against the rules for logs; returns the violations by the Central System.

    ``timeout_s``: seconds within which a CALL must be answered.
    """
    log = [row for row in rows if not row.aside]
    lines = [json.dumps(row.as_log(station)) for row in log]
    found: list[Finding] = []

    def note(finding: conform.Finding) -> None:
        theirs = log[finding.line - 1].direction == THEIRS
        if finding.rule in RULES and theirs:
            found.append(Finding(RULES[finding.rule], f"{finding.what}; expected {finding.expected}"))

    conform.examine(lines, note, timedelta(seconds=timeout_s))
    return found
