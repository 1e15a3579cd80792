"""The record of a run as a self-contained HTML page with plots and tables."""

from collections.abc import Mapping, Sequence
from html import escape

from ocpp16sm.fleet.counts import Times
from ocpp16sm.fleet.plot import Series, plot
from ocpp16sm.fleet.record import Record

_STYLE = """
:root { color-scheme: light dark; --one: #1f6fb4; --two: #c2571a; --three: #2a8a4a; --grid: #8884; }
@media (prefers-color-scheme: dark) { :root { --one: #6cb2f2; --two: #f2a06c; --three: #7fd69b; } }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
figure { margin: 1.5rem 0; } figcaption b { margin-left: 1em; font-weight: 600; }
svg { width: 100%; } svg text { font-size: 11px; fill: currentColor; } polyline { fill: none; stroke-width: 1.6; }
.grid { stroke: var(--grid); } table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .15rem .8rem .15rem 0; text-align: right; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; } th { font-weight: 600; border-bottom: 1px solid var(--grid); }
"""


def page(record: Record) -> str:
    """The page as HTML."""
    total, samples = record.total, record.samples
    at = [sample.at_s for sample in samples]
    plots = (
        plot(
            "stations",
            at,
            [
                Series("connected", [sample.connected for sample in samples]),
                Series("booted", [sample.booted for sample in samples]),
                Series("in session", [sample.in_session for sample in samples]),
            ],
        ),
        plot("requests per second", at, [Series("calls", [sample.calls_per_s for sample in samples])]),
        plot(
            "answer times, ms",
            at,
            [
                Series("p50", [_ms(sample.p50_s) for sample in samples]),
                Series("p95", [_ms(sample.p95_s) for sample in samples]),
                Series("p99", [_ms(sample.p99_s) for sample in samples]),
            ],
        ),
        plot("errors", at, [Series("errors", [sample.errors for sample in samples])]),
    )
    booted = "never all of them" if record.all_booted_s is None else f"all after {record.all_booted_s:.1f} s"
    facts = [
        ("Central System", record.url),
        ("began", record.began),
        ("lasted", f"{record.at_s:.1f} s"),
        ("stations", f"{record.stations} on {record.processes} process{'es' if record.processes > 1 else ''}"),
        ("maximum connected", str(record.most_connected)),
        ("booted", booted),
        ("requests", f"{total.calls} ({record.calls_per_s:.0f} per second)"),
        ("requests of the Central System", str(total.served)),
        ("transactions", str(total.sessions)),
        ("CPU time", f"{total.cpu_s:.1f} s"),
        ("errors", str(total.errors.total())),
    ]
    return "\n".join(
        (
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>ocpp16sm fleet</title>',
            f"<style>{_STYLE}</style></head><body><h1>{record.stations} stations</h1>",
            _table(("run", ""), facts),
            *plots,
            _times("answers", {"all": total.all_answers, **total.answers}),
            _times("waits", total.waits),
            _table(("error", "count"), [(kind, str(count)) for kind, count in total.errors.most_common()]),
            "</body></html>\n",
        )
    )


def _times(title: str, times: Mapping[str, Times]) -> str:
    rows = [
        (name, str(one.count), *(_shown(one.percentile(percent)) for percent in (50, 95, 99)), _shown(one.most_s))
        for name, one in times.items()
    ]
    return _table((title, "count", "p50 ms", "p95 ms", "p99 ms", "maximum ms"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>{lines}</table>"


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _shown(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds * 1000:.1f}"
