"""Shows the progress and the results of a fleet's run."""

from collections.abc import Mapping
from typing import Self

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ocpp16sm.base.secret import words
from ocpp16sm.cli.console import SafeConsole, styled
from ocpp16sm.fleet.counts import Counts, Times
from ocpp16sm.fleet.record import Record
from ocpp16sm.fleet.run import RunListener

MOST_ERRORS = 8
"""Maximum number of kinds of errors shown; the report has all."""

LINE_EVERY_S = 10.0
"""Maximum seconds between two lines; they are more frequent at first."""


class FleetView(RunListener):
    """A table that is updated every second; without a terminal, occasional lines and a final table."""

    def __init__(self, console: SafeConsole, record: Record) -> None:
        self._console = console
        self._record = record
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._say_at = 1.0
        self.somebody_died = False
        """Whether a process of the fleet ended unexpectedly."""

    def __enter__(self) -> Self:
        """Start the display."""
        if self._live is not None:
            self._live.__enter__()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Show the final table."""
        if self._live is None:
            self._console.print(tables(self._record))
        else:
            self._live.update(tables(self._record), refresh=True)
            self._live.__exit__(None, None, None)

    def counted(self, part: int, counts: Counts) -> None:
        """:meth:`RunListener.counted`."""
        self._record.told(part, counts)

    def died(self, part: int, code: int | None) -> None:
        """:meth:`RunListener.died`."""
        self.somebody_died = True
        self._record.lost(part, code)

    def passed(self, at_s: float) -> None:
        """:meth:`RunListener.passed`."""
        self._record.sample(at_s)
        if self._live is not None:
            self._live.update(tables(self._record), refresh=True)
        elif self._record.at_s >= self._say_at:
            self._say_at += min(self._say_at, LINE_EVERY_S)
            self._console.say(line(self._record))


def line(record: Record) -> str:
    """The state of a run in one line."""
    total = record.total
    last = record.samples[-1] if record.samples else None
    return (
        f"{record.at_s:.0f} s: {total.connected} connected, {total.booted} booted, {total.in_session} in session, "
        f"{0 if last is None else last.calls_per_s:.0f} calls/s, p95 {_ms(None if last is None else last.p95_s)} ms, "
        f"{total.errors.total()} errors"
    )


def tables(record: Record) -> Group:
    """The state of a run in tables."""
    total = record.total
    last = record.samples[-1] if record.samples else None
    head = Table.grid(padding=(0, 3))
    for _column in range(6):
        head.add_column(justify="right")
    names = ("connected", "booted", "in session", "sessions", "calls/s", "CPU s")
    calls_per_s = 0.0 if last is None else last.calls_per_s
    figures = (
        f"{total.connected} of {record.stations}",
        str(total.booted),
        str(total.in_session),
        str(total.sessions),
        f"{calls_per_s:.0f}",
        f"{total.cpu_s:.1f}",
    )
    head.add_row(*(Text(name, style="dim") for name in names))
    head.add_row(*figures)
    parts: list[Text | Table] = [
        styled(f"{record.at_s:.0f} s  {words(record.url)}"),
        head,
        _times("answer", total.answers),
    ]
    if total.waits:
        parts.append(_times("wait", total.waits))
    if total.errors:
        parts.append(_errors(record))
    return Group(*parts)


def _times(what: str, times: Mapping[str, Times]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(what)
    for column in ("count", "p50 ms", "p95 ms", "p99 ms", "most ms"):
        table.add_column(column, justify="right")
    for name in sorted(times, key=lambda name: -times[name].count):
        one = times[name]
        shown = (_ms(one.percentile(percent)) for percent in (50, 95, 99))
        table.add_row(styled(name), str(one.count), *shown, _ms(one.most_s))
    return table


def _errors(record: Record) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("error")
    table.add_column("count", justify="right")
    kinds = record.total.errors.most_common()
    for kind, count in kinds[:MOST_ERRORS]:
        table.add_row(styled(kind), str(count))
    if len(kinds) > MOST_ERRORS:
        table.add_row(f"{len(kinds) - MOST_ERRORS} other kinds", str(sum(count for _, count in kinds[MOST_ERRORS:])))
    return table


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f}"
