"""``ocpp16sm conform``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer

from ocpp16sm.cli.console import show, show_line
from ocpp16sm.errors import DefinitionError


class Format(StrEnum):
    """Output format of findings."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


def _show_rules(wanted: bool) -> None:
    if wanted:
        from ocpp16sm.conform import RULES

        for rule in RULES:
            show_line(f"{rule.name} ({rule.clause})\n    {rule.says}")
        raise typer.Exit


def conform(
    log: Annotated[
        Path,
        typer.Argument(
            help="Log file: JSON lines, plain text with one frame per line, a libocpp log, or an HTML session log; "
            "`-` for standard input.",
            show_default=False,
        ),
    ],
    style: Annotated[Format, typer.Option("--format", "-f", help="Output format of the findings.")] = Format.TEXT,
    timeout: Annotated[
        float,
        typer.Option(
            min=0,
            help="Seconds after which a request counts as timed out, so that another may be sent. Applies only if the "
            "log has times.",
        ),
    ] = 30.0,
    _rules: Annotated[
        bool,
        typer.Option(
            "--rules", callback=_show_rules, is_eager=True, help="Show all rules with their clauses and exit."
        ),
    ] = False,
) -> None:
    """Check the log of any OCPP 1.6J station and report what violates the specification.

    Reports illegal status transitions, messages out of order, violations of the transaction and framing rules, and
    payloads that do not match their schema, each with its line, what was expected, and the clause. The exit code is 1
    if there are any findings.
    """
    from ocpp16sm.conform import examine
    from ocpp16sm.conform.reader import lines_of
    from ocpp16sm.conform.report import FORMATS

    with _opened(log) as file:
        report = FORMATS[style](str(log), show)
        summary = examine(lines_of(file), report.found, timedelta(seconds=timeout))
    report.end(summary)
    if summary.messages == 0:
        raise DefinitionError(
            f"{log}: no OCPP-J message in {summary.lines} lines; expected JSON lines, or text with a frame such as "
            '[2,"1","Heartbeat",{}] in a line'
        )
    if summary.findings:
        raise typer.Exit(1)


@contextmanager
def _opened(log: Path) -> Iterator[TextIO]:
    if str(log) == "-":
        yield sys.stdin
        return
    try:
        file = log.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DefinitionError(f"{log}: cannot be read ({error.strerror})") from None
    with file:
        yield file
