"""Compare the status changes that a specification permits with those that a chart makes.

The status of a chart is derived from its configuration, so no declaration lists its changes. They are found by firing
every event in every reachable configuration; the matrix is therefore complete.
"""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import chain

from attrs import frozen

from statecharts.draw.style import style
from statecharts.explore import explore
from statecharts.model import Chart

Change = tuple[str, str]
"""The status before and after."""


@frozen
class StatusMatrix:
    """Status changes that are permitted, and those that a chart makes."""

    chart: str
    statuses: tuple[str, ...]
    permitted: Mapping[Change, str]
    """Change -> id of its cell in the specification's table."""
    events: Mapping[Change, tuple[str, ...]]
    """Change -> the events that cause it, in the chart's order."""

    @property
    def unreached(self) -> tuple[str, ...]:
        """Permitted cells that no event of the chart produces."""
        return tuple(cell for change, cell in self.permitted.items() if change not in self.events)

    @property
    def forbidden(self) -> tuple[Change, ...]:
        """Changes that the chart makes but the specification does not permit."""
        return tuple(change for change in self.events if change not in self.permitted)


def status_matrix(chart: Chart, statuses: tuple[str, ...], permitted: Mapping[Change, str]) -> StatusMatrix:
    """Explore the chart and record each change of its status, microstep by microstep.

    Raises :class:`ValueError` if the chart or ``permitted`` has a status that is not in ``statuses``.
    """
    made: dict[Change, set[str]] = {}
    for move in explore(chart).moves:
        for step in move.steps:
            change = chart.status(chart.active(step.before)), chart.status(chart.active(step.after))
            if change[0] != change[1]:
                made.setdefault(change, set()).add(move.event)
    unknown = sorted(set(chain.from_iterable([*made, *permitted])) - set(statuses))
    if unknown:
        raise ValueError(f"chart {chart.name}: the status {unknown[0]!r} is not one of {', '.join(statuses)}")
    events = {
        (before, after): tuple(event for event in chart.events if event in made[before, after])
        for before in statuses
        for after in statuses
        if (before, after) in made
    }
    return StatusMatrix(chart.name, statuses, permitted, events)


def status_matrix_markdown(matrix: StatusMatrix) -> str:
    """A Markdown table: the status before in rows, after in columns; cells give the id and the events."""
    lines = [
        ["from \\ to", *(f"{n} {status}" for n, status in enumerate(matrix.statuses, 1))],
        ["---"] * (len(matrix.statuses) + 1),
    ]
    for letter, before in _lettered(matrix):
        lines.append([f"**{letter} {before}**", *(_markdown_cell(matrix, (before, s)) for s in matrix.statuses)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _markdown_cell(matrix: StatusMatrix, change: Change) -> str:
    events = matrix.events.get(change, ())
    if change not in matrix.permitted:
        return "<br>".join(["**not permitted**", *events]) if events else ""
    return "<br>".join([f"**{matrix.permitted[change]}**", *(events or ("*not reached*",))])


_HEAD = 122.0
_COLUMN = 108.0
_LINE = 11.5
_RULES = """
.panel{fill:@panel;stroke:@panel_edge}
.empty{fill:@region}
.cell>rect{fill:@composite;stroke:@region_edge;stroke-width:.6}
.cell>.id{font-size:12px;font-weight:bold;fill:@title}
.event{font-size:9.5px;fill:@event}
.note{font-size:10.5px;fill:@hook}
.head{font-size:11.5px;font-weight:bold;fill:@ink}
.mark{font-size:11.5px;font-weight:bold;fill:@hook}
.heading{font-size:15px;font-weight:bold;fill:@title}
.cell.unreached>rect{fill:none;stroke:@hook;stroke-dasharray:3 3}
.cell.forbidden>rect{fill:@bad}
.cell.forbidden>.id,.cell.forbidden>.event{fill:@bad_ink}
.cell.on>rect{fill:@on}
"""


def status_matrix_svg(matrix: StatusMatrix) -> str:
    """An SVG document: the status before in rows, after in columns; each cell is a group ``cell-<id>``."""
    top = 74.0
    heights = [_row_height(matrix, before) for before in matrix.statuses]
    width = 12 + _HEAD + _COLUMN * len(matrix.statuses) + 12
    height = top + sum(heights) + 34
    made = sum(change in matrix.events for change in matrix.permitted)
    note = f"{len(matrix.permitted)} changes are permitted; the chart makes {made} of them"
    note += f" and {len(matrix.forbidden)} others." if matrix.forbidden else ", and no other."
    names = f"{matrix.chart}-matrix-title {matrix.chart}-matrix-desc"
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    opening = '<svg xmlns="http://www.w3.org/2000/svg" class="status-matrix" role="img"'
    lines = [
        f'{opening} aria-labelledby="{names}" {size}>',
        f'<title id="{matrix.chart}-matrix-title">Status changes of the chart {escape(matrix.chart)}</title>',
        f'<desc id="{matrix.chart}-matrix-desc">Row: status before. Column: status after. {note}</desc>',
        style(_RULES),
        f'<rect class="panel" x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="10"/>',
        _text(16, 27, "heading", f"Status changes: {matrix.chart}"),
        _text(16, 64, "note", "from \N{RIGHTWARDS ARROW} to"),
    ]
    for index, status in enumerate(matrix.statuses):
        x = 12 + _HEAD + index * _COLUMN + 6
        lines += [_text(x, 48, "mark", str(index + 1)), _text(x, 64, "head", status)]
    y = top
    for (letter, before), tall in zip(_lettered(matrix), heights, strict=True):
        lines += [_text(16, y + 18, "mark", letter), _text(33, y + 18, "head", before)]
        for index, after in enumerate(matrix.statuses):
            lines += _cell(matrix, (before, after), 12 + _HEAD + index * _COLUMN, y, tall)
        y += tall
    lines.append(_text(16, y + 20, "note", note))
    return "\n".join([*lines, "</svg>", ""])


def _cell(matrix: StatusMatrix, change: Change, x: float, y: float, height: float) -> Iterator[str]:
    box = f'x="{x + 2:g}" y="{y + 2:g}" width="{_COLUMN - 4:g}" height="{height - 4:g}" rx="5"'
    events = matrix.events.get(change, ())
    cell = matrix.permitted.get(change)
    if cell is None and not events:
        yield f'<rect class="empty" {box}/>'
        return
    name = cell or f"{change[0]}-{change[1]}"
    look = "cell" if cell and events else "cell unreached" if cell else "cell forbidden"
    title = f"{cell or 'not permitted'}: {change[0]} to {change[1]}"
    yield f'<g id="cell-{name}" class="{look}"><title>{title}</title>'
    yield f"<rect {box}/>"
    yield _text(x + 8, y + 18, "id", cell or "not permitted")
    for index, event in enumerate(events):
        yield _text(x + 8, y + 31 + index * _LINE, "event", event)
    yield "</g>"


def _row_height(matrix: StatusMatrix, before: str) -> float:
    most = max(len(matrix.events.get((before, after), ())) for after in matrix.statuses)
    return 28 + max(most, 1) * _LINE


def _lettered(matrix: StatusMatrix) -> Iterator[tuple[str, str]]:
    return zip((chr(ord("A") + index) for index in range(len(matrix.statuses))), matrix.statuses, strict=True)


def _text(x: float, y: float, name: str, text: str) -> str:
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
