"""Draw a chart as SVG, from a stored layout.

Each state is a group ``state-<id>``. Each transition is a group ``transition-<source>-<event>``; the same name is a
class of its arrow. A page that follows a running station adds the class ``on`` to active elements.

If visits are given (:func:`svg`), each element also has the class ``seen`` or ``never``, or ``partly`` for an arrow
with both, and a title with the number of visits.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from math import hypot

from attrs import frozen

from statecharts.draw.labels import FONT_SIZE, LABEL_PADDING, ROW_HEIGHT, SPAN_GAP, Row, check_highlight
from statecharts.draw.layout import Box, Edge, Layout, LayoutError, Node, Point, fingerprint
from statecharts.draw.style import style
from statecharts.model import Chart

STATE_FONT = 13.0
TITLE_FONT = 12.0
TITLE_HEIGHT = 24.0
"""Of regions and compound states; the layout reserves this height above their contents."""
NAME_HEIGHT = 29.0
"""Height of the upper part of a leaf that has rows."""
CHART_FONT = 15.0
CORNER = 5.0
ARROW = 7.0

_RULES = f"""
.panel{{fill:@panel;stroke:@panel_edge}}
.region>rect{{fill:@region;stroke:@region_edge;stroke-dasharray:5 4}}
.composite>rect{{fill:@composite;stroke:@composite_edge}}
.leaf>rect{{fill:@leaf;stroke:@leaf_edge;stroke-width:1.4}}
.leaf>.inner{{fill:none;stroke-width:1}}
.rule{{stroke:@composite_edge;stroke-width:.6}}
.root>rect{{fill:none}}
.heading{{font-size:{CHART_FONT}px;font-weight:bold;fill:@title}}
.title{{font-size:{TITLE_FONT}px;font-weight:bold;fill:@title}}
.name{{font-size:{STATE_FONT}px;font-weight:600;fill:@ink;text-anchor:middle}}
.dot{{fill:@ink}}
.arrow>.line{{fill:none;stroke:@edge;stroke-width:1.3}}
.arrow>.head{{fill:@edge}}
.event{{font-size:{FONT_SIZE["event"]}px;fill:@event}}
.guard{{font-size:{FONT_SIZE["guard"]}px;fill:@guard}}
.hook{{font-size:{FONT_SIZE["hook"]}px;fill:@hook}}
.note{{font-size:{FONT_SIZE["note"]}px;fill:@hook}}
.pill{{fill:@pill}}
.clause{{font-size:{FONT_SIZE["clause"]}px;font-weight:bold;fill:@pill_ink;text-anchor:middle}}
.arrow:hover>.line,.arrow.on>.line{{stroke:@on_edge;stroke-width:2.2}}
.arrow:hover>.head,.arrow.on>.head{{fill:@on_edge}}
.region.on>rect{{stroke:@on_edge}}
.composite.on>rect{{fill:@on_soft;stroke:@on_edge}}
.leaf.on>rect{{fill:@on;stroke:@on_edge;stroke-width:2.2}}
.leaf.on>.name{{fill:@on_ink}}
"""
_VISIT_RULES = """
.leaf.seen>rect{fill:@seen}
.leaf.seen>rect,.composite.seen>rect{stroke:@seen_edge}
.leaf.never>rect{fill:@never}
.leaf.never>rect,.composite.never>rect{stroke:@never_edge;stroke-dasharray:6 3}
.arrow.seen>.line{stroke:@seen_edge}
.arrow.seen>.head{fill:@seen_edge}
.arrow.partly>.line{stroke:@partly_edge;stroke-dasharray:9 3}
.arrow.partly>.head{fill:@partly_edge}
.arrow.never>.line{stroke:@never_edge;stroke-dasharray:4 3}
.arrow.never>.head{fill:@never_edge}
.transition.seen>text{fill:@seen_edge}
.transition.never>text{fill:@never_edge}
"""


@frozen
class _Marks:
    """The highlighted states, and the visits of each element (None: not counted)."""

    lit: frozenset[str]
    visits: Mapping[str, int] | None

    def of(self, *elements: str) -> str:
        """Classes of a drawing that stands for these elements."""
        if self.visits is None or not elements:
            return ""
        seen = sum(1 for element in elements if self.visits.get(element, 0))
        return " seen" if seen == len(elements) else " partly" if seen else " never"

    def title(self, element: str) -> Iterator[str]:
        """The tooltip of an element."""
        if self.visits is not None:
            count = self.visits.get(element, 0)
            yield f"<title>{'never' if not count else 'once' if count == 1 else f'{count} times'}</title>"


def svg(chart: Chart, layout: Layout, highlight: Collection[str] = (), visits: Mapping[str, int] | None = None) -> str:
    """The chart as an SVG document, with the states in ``highlight`` emphasized.

    ``visits``: element id (:func:`statecharts.draw.labels.element_ids`) -> number of visits. Visited states and
    transitions are drawn green, all others red and dashed.

    Raises :class:`LayoutError` if the layout does not fit the chart, and :class:`ValueError` if the chart has no state
    of a name in ``highlight``.
    """
    if layout.fingerprint != fingerprint(chart):
        raise LayoutError(
            f"the layout of {layout.chart!r} ({layout.fingerprint}) does not fit chart "
            f"{chart.name!r} ({fingerprint(chart)}): run `python -m codegen --layout`"
        )
    marks = _Marks(check_highlight(chart, highlight), visits)
    inner = [node for node in layout.nodes if node.role not in _CONTAINERS]
    lines = [
        *_head(chart, layout, _RULES if visits is None else _RULES + _VISIT_RULES),
        *(line for node in layout.nodes if node.role in _CONTAINERS for line in _container(node, marks)),
        *(line for edge in layout.edges for line in _arrow(edge, marks)),
        *(line for node in inner for line in _leaf(node, marks)),
    ]
    if layout.legend is not None:
        lines += [
            '<g class="legend">',
            *_rows(marks, layout.legend.rows, layout.legend.box.x, layout.legend.box.y),
            "</g>",
        ]
    return "\n".join([*lines, "</svg>", ""])


_CONTAINERS = ("root", "region", "composite")


def _head(chart: Chart, layout: Layout, rules: str) -> Iterator[str]:
    width, height = _number(layout.width), _number(layout.height)
    names = f"{chart.name}-title {chart.name}-desc"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="statechart" role="img" aria-labelledby="{names}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    )
    yield f'<title id="{chart.name}-title">Statechart {escape(chart.title)}</title>'
    yield f'<desc id="{chart.name}-desc">{escape(_description(chart))}</desc>'
    yield style(rules)
    yield _rect(0.5, 0.5, layout.width - 1, layout.height - 1, 10, "panel")
    yield _text(16, 27, "heading", chart.title)


def _description(chart: Chart) -> str:
    sentence = " ".join(chart.doc.split("\n\n", maxsplit=1)[0].split())
    regions = [f"{region.id} ({', '.join(chart.leaves_of(region))})" for region in chart.regions]
    return f"{sentence} Regions: {'; '.join(regions)}.".strip()


def _container(node: Node, marks: _Marks) -> Iterator[str]:
    box = node.box
    yield f"<g {_state(node, marks)}>"
    yield from marks.title(f"state-{node.id}")
    yield _rect(box.x, box.y, box.width, box.height, 8)
    if node.title is not None:
        yield _text(node.title.x, node.title.y + 14, "title", node.id)
        yield from _rows(marks, node.rows, node.title.x, node.title.y + TITLE_HEIGHT - 3)
    yield "</g>"


def _leaf(node: Node, marks: _Marks) -> Iterator[str]:
    box = node.box
    centre = box.x + box.width / 2
    if node.role == "initial":
        middle = box.y + box.height / 2
        radius = _number(box.width / 2)
        yield f'<circle class="dot" cx="{_number(centre)}" cy="{_number(middle)}" r="{radius}"/>'
        return
    yield f"<g {_state(node, marks)}>"
    yield from marks.title(f"state-{node.id}")
    yield _rect(box.x, box.y, box.width, box.height, 8)
    if node.role == "final":
        yield _rect(box.x + 3, box.y + 3, box.width - 6, box.height - 6, 5.5, "inner")
    if not node.rows:
        yield _text(centre, box.y + box.height / 2 + STATE_FONT * 0.35, "name", node.id)
    else:
        yield _text(centre, box.y + 20, "name", node.id)
        rule = _number(box.y + 29)
        yield f'<path class="rule" d="M{_number(box.x)} {rule}H{_number(box.right)}"/>'
        yield from _rows(marks, node.rows, box.x + 10, box.y + 33)
    yield "</g>"


def _state(node: Node, marks: _Marks) -> str:
    role = "leaf final" if node.role == "final" else node.role
    on = marks.of(f"state-{node.id}") + (" on" if node.id in marks.lit else "")
    return f'id="state-{node.id}" class="state {role}{on}"'


def _arrow(edge: Edge, marks: _Marks) -> Iterator[str]:
    rows = edge.label.rows if edge.label else ()
    transitions = dict.fromkeys(row.transition for row in rows)
    names = "".join(f" {name}" for name in transitions)
    yield f'<g class="arrow{names}{marks.of(*transitions)}">'
    yield f'<path class="line" d="{"".join(map(_route, _visible(edge)))}"/>'
    yield f'<path class="head" d="{_head_of(edge.points)}"/>'
    if edge.label:
        yield from _rows(marks, rows, edge.label.box.x, edge.label.box.y + LABEL_PADDING / 2, edge.label.box.width)
    yield "</g>"


def _rows(marks: _Marks, rows: tuple[Row, ...], x: float, y: float, width: float = 0) -> Iterator[str]:
    """Rows of text, centred if a width is given; the rows of one transition form one group with its id."""
    for index, row in enumerate(rows):
        before = rows[index - 1].transition if index else ""
        after = rows[index + 1].transition if index + 1 < len(rows) else ""
        if row.transition and row.transition != before:
            yield f'<g id="{row.transition}" class="transition {row.transition}{marks.of(row.transition)}">'
            yield from marks.title(row.transition)
        indent = (width - row.width) / 2 if width else 0.0
        yield from _row(row, x + indent, y + index * ROW_HEIGHT + 11)
        if row.transition and row.transition != after:
            yield "</g>"


def _row(row: Row, x: float, base: float) -> Iterator[str]:
    for span in row.spans:
        if span.kind == "clause":
            yield _rect(x, base - 9, span.width, 12, 6, "pill")
            yield _text(x + span.width / 2, base, "clause", span.text)
        else:
            yield _text(x, base, span.kind, span.text)
        x += span.width + SPAN_GAP


def _visible(edge: Edge) -> list[list[Point]]:
    """The route up to the arrow head, without the parts hidden by the label."""
    line = [*edge.points[:-1], _before_end(edge.points, ARROW - 1)]
    if edge.label is None:
        return [line]
    box = edge.label.box
    pieces: list[list[Point]] = [[line[0]]]
    for start, end in pairwise(line):
        if box.crossed_by(start, end):
            pieces[-1].append(_clamped(end, start, box))
            pieces.append([_clamped(start, end, box)])
        pieces[-1].append(end)
    return [piece for piece in pieces if _distance(piece[0], piece[-1]) > 0.1 or len(piece) > 2]


def _clamped(inner: Point, outer: Point, box: Box) -> Point:
    """The point where the line from ``outer`` to ``inner`` enters the box; ``outer`` if it is inside."""
    x = min(max(outer[0], box.x), box.right) if outer[0] != inner[0] else outer[0]
    y = min(max(outer[1], box.y), box.bottom) if outer[1] != inner[1] else outer[1]
    return x, y


def _route(points: Sequence[Point]) -> str:
    """A path of straight lines with rounded corners."""
    path = f"M{_pair(points[0])}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        path += f"L{_pair(_towards(corner, before, reach))}"
        path += f"Q{_pair(corner)} {_pair(_towards(corner, after, reach))}"
    return f"{path}L{_pair(points[-1])}"


def _head_of(points: tuple[Point, ...]) -> str:
    tip, base = points[-1], _before_end(points, ARROW)
    across = ((tip[1] - base[1]) / ARROW * 3.6, (base[0] - tip[0]) / ARROW * 3.6)
    corners = ((base[0] + across[0], base[1] + across[1]), (base[0] - across[0], base[1] - across[1]))
    return f"M{_pair(tip)}L{_pair(corners[0])}L{_pair(corners[1])}Z"


def _before_end(points: tuple[Point, ...], by: float) -> Point:
    return _towards(points[-1], points[-2], by)


def _towards(start: Point, end: Point, by: float) -> Point:
    length = _distance(start, end) or 1.0
    return start[0] + (end[0] - start[0]) / length * by, start[1] + (end[1] - start[1]) / length * by


def _distance(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _rect(x: float, y: float, width: float, height: float, radius: float, name: str = "") -> str:
    shown = f'class="{name}" ' if name else ""
    places = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
    return f'<rect {shown}{places} rx="{_number(radius)}"/>'


def _text(x: float, y: float, name: str, text: str) -> str:
    return f'<text class="{name}" x="{_number(x)}" y="{_number(y)}">{escape(text)}</text>'


def _pair(point: Point) -> str:
    return f"{_number(point[0])} {_number(point[1])}"


def _number(value: float) -> str:
    return f"{round(value, 1):g}" if abs(value) < 100000 else f"{value:.1f}"
