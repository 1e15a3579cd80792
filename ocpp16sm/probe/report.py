"""Findings of a search as text, JSON and JUnit XML."""

import json
from collections.abc import Callable
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from ocpp16sm.probe.central_system_rules import RULES, Severity
from ocpp16sm.probe.search import ProbeResult, ReportedFinding
from ocpp16sm.probe.steps import as_json


def as_text(found: ReportedFinding) -> str:
    """A finding as text: the violation, the walk that shows it, and the frames exchanged."""
    often = "" if found.repeats else " (not every time)"
    walk = "\n".join(f"    {number}. {step}" for number, step in enumerate(found.walk, 1))
    passed = "\n".join(f"    {row}" for row in found.transcript)
    return f"{found.finding.rule.severity}: {found.finding}{often}\n  walk:\n{walk}\n  frames:\n{passed}\n"


def summary(probed: ProbeResult, seed: int) -> str:
    """The last lines of a text report: counts of walks, frames, errors and warnings."""
    warnings = len(probed.found) - probed.errors
    ended = "" if probed.in_time else ", stopped by the time limit"
    counted = (
        f"{_count(probed.walks, 'walk')}, {_count(probed.frames, 'frame')}{ended}; --seed {seed} repeats the same walks"
    )
    return f"{counted}\n{_count(probed.errors, 'error')}, {_count(warnings, 'warning')}\n"


def as_rows(probed: ProbeResult, url: str, seed: int) -> dict[str, Any]:
    """The JSON report, which ``--replay`` reads."""
    return {
        "url": url,
        "seed": seed,
        "walks": probed.walks,
        "frames": probed.frames,
        "in_time": probed.in_time,
        "findings": [
            {
                "rule": found.finding.rule.name,
                "clause": found.finding.rule.clause,
                "severity": str(found.finding.rule.severity),
                "what": found.finding.what,
                "repeats": found.repeats,
                "walk": as_json(found.walk),
                "transcript": list(found.transcript),
            }
            for found in probed.found
        ],
    }


def _as_json(probed: ProbeResult, url: str, seed: int) -> str:
    return json.dumps(as_rows(probed, url, seed), indent=1) + "\n"


def _as_junit(probed: ProbeResult, url: str, seed: int) -> str:
    by_rule = {found.finding.rule.name: found for found in probed.found}
    cases = []
    for rule in RULES.values():
        case = f'<testcase classname="ocpp16sm.probe" name={quoteattr(f"{rule.name} ({rule.clause})")}>'
        found = by_rule.get(rule.name)
        if found is None:
            cases.append(f"{case}</testcase>")
        elif rule.severity is Severity.ERROR:
            cases.append(f"{case}<failure message={quoteattr(rule.says)}>{escape(as_text(found))}</failure></testcase>")
        else:
            cases.append(f"{case}<system-out>{escape(as_text(found))}</system-out></testcase>")
    head = f'name={quoteattr(f"{url} --seed {seed}")} tests="{len(RULES)}" failures="{probed.errors}" errors="0"'
    body = "\n".join(cases)
    suite = f"<testsuite {head}>\n{body}\n</testsuite>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>{suite}</testsuites>\n'


def _as_plain(probed: ProbeResult, _url: str, seed: int) -> str:
    return "".join(map(as_text, probed.found)) + summary(probed, seed)


FORMATS: Final[dict[str, Callable[[ProbeResult, str, int], str]]] = {
    "text": _as_plain,
    "json": _as_json,
    "junit": _as_junit,
}
"""Name of a format -> function that writes a complete report: (result of the search, URL, seed) -> text."""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
