"""Write findings as text, JSON or JUnit XML."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, Final, Protocol
from xml.sax.saxutils import escape, quoteattr

from ocpp16sm.base.printable import printable
from ocpp16sm.conform.examination import RULES, Summary
from ocpp16sm.conform.rule import Finding

MOST_OF_A_RULE: Final = 100
"""Maximum number of findings per rule in a JUnit report; further ones are only counted."""

Write = Callable[[str], Any]


class Report(Protocol):
    """Writes findings while the log is read, and a summary at its end."""

    def found(self, finding: Finding) -> None:
        """Write or keep a finding."""

    def end(self, summary: Summary) -> None:
        """Write the rest of the report."""


class TextReport:
    """One line per finding, for people and editors.

    :param log: the log's name.
    :param write: called with each piece of the report.
    """

    def __init__(self, log: str, write: Write) -> None:
        self._log = log
        self._write = write

    def found(self, finding: Finding) -> None:
        self._write(f"{self._log}:{printable(str(finding))}\n")

    def end(self, summary: Summary) -> None:
        named = [printable(station) for station in summary.stations if station]
        names = f" ({', '.join(named[:10])}{', ...' if len(named) > 10 else ''})" if named else ""
        stations = _count(len(summary.stations), "charge point") + names
        connectors, transactions = _count(summary.connectors, "connector"), _count(summary.transactions, "transaction")
        lines = [f"{_count(summary.messages, 'message')}, {stations}, {connectors}, {transactions}"]
        if summary.unknown:
            first = ", ".join(map(str, summary.first_unknown))
            more = ", ..." if summary.unknown > len(summary.first_unknown) else ""
            lines.append(f"not understood: {_count(summary.unknown, 'line')} ({first}{more})")
        total = summary.findings.total()
        by_rule = ", ".join(f"{rule} {count}" for rule, count in summary.findings.most_common())
        lines.append(f"{_count(total, 'finding')}: {by_rule}" if total else "no findings")
        self._write("\n".join(lines) + "\n")


class JsonReport:
    """One JSON object: ``{"log": ..., "findings": [...], "summary": {...}}``. Parameters as those of TextReport."""

    def __init__(self, log: str, write: Write) -> None:
        self._write = write
        self._separator = ""
        write(f'{{"log": {json.dumps(log)}, "findings": [')

    def found(self, finding: Finding) -> None:
        row = {
            "rule": finding.rule,
            "clause": finding.clause,
            "line": finding.line,
            "at": finding.at.text() if finding.at else None,
            "station": finding.station,
            "what": finding.what,
            "expected": finding.expected,
        }
        self._write(f"{self._separator}\n{json.dumps(row)}")
        self._separator = ","

    def end(self, summary: Summary) -> None:
        row = {
            "lines": summary.lines,
            "messages": summary.messages,
            "stations": list(summary.stations),
            "connectors": summary.connectors,
            "transactions": summary.transactions,
            "unknown_lines": summary.unknown,
            "findings": dict(summary.findings.most_common()),
        }
        self._write(f'\n], "summary": {json.dumps(row)}}}\n')


class JUnitReport:
    """JUnit XML: one test case per rule, failed if the rule is violated. Parameters like those of TextReport."""

    def __init__(self, log: str, write: Write) -> None:
        self._log = log
        self._write = write
        self._findings: defaultdict[str, list[Finding]] = defaultdict(list)

    def found(self, finding: Finding) -> None:
        kept = self._findings[finding.rule]
        if len(kept) < MOST_OF_A_RULE:
            kept.append(finding)

    def end(self, summary: Summary) -> None:
        name = quoteattr(_xml(self._log))
        head = f'name={name} tests="{len(RULES)}" failures="{len(self._findings)}" errors="0"'
        self._write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites><testsuite {head}>\n')
        for rule in RULES:
            case = f'<testcase classname="ocpp16sm.conform" name={quoteattr(f"{rule.name} ({rule.clause})")}'
            self._write(f"{case}>{self._failure(rule.name, rule.says, summary.findings)}</testcase>\n")
        self._write("</testsuite></testsuites>\n")

    def _failure(self, rule: str, says: str, counts: Counter[str]) -> str:
        found = self._findings.get(rule, [])
        if not found:
            return ""
        lines = [f"{self._log}:{finding}" for finding in found]
        if counts[rule] > len(found):
            lines.append(f"and {counts[rule] - len(found)} more")
        return f"<failure message={quoteattr(_xml(says))}>{escape(_xml(chr(10).join(lines)))}</failure>"


FORMATS: Final[dict[str, Callable[[str, Write], Report]]] = {
    "text": TextReport,
    "json": JsonReport,
    "junit": JUnitReport,
}
"""Name of a format -> its report class."""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _xml(text: str) -> str:
    """Escape everything that XML does not permit."""
    return "\n".join(map(printable, text.split("\n")))
