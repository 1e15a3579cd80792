"""Pack regions on a page: no edge connects two regions, so each is laid out alone and placed in a row."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from attrs import frozen

from codegen.elk_finish import head_place
from codegen.elk_graph import Sketch
from statecharts.draw.labels import FONT_SIZE, ROW_HEIGHT, Row, Span, compartment_rows, legend, wrap
from statecharts.draw.layout import Box, Edge, Label, Layout, LayoutError, Node, fingerprint
from statecharts.draw.text import text_width
from statecharts.model import Chart

PAGE_WIDTH = 1100.0
"""A README shows pictures up to this width almost unscaled."""
MARGIN = 12.0
GAP = 10.0
HEAD = 26.0


@frozen
class _Page:
    rows: tuple[tuple[Sketch, ...], ...]
    width: float
    height: float


def pack(chart: Chart, choices: Mapping[str, Sequence[tuple[float, Sketch]]]) -> Layout:
    """The best page with one sketch (each with its cost) for each region, in rows in document order.

    Raises :class:`LayoutError` if a region has no sketch.
    """
    pages: list[tuple[float, _Page]] = []
    for picked in product(*(choices[region.id] for region in chart.regions)):
        quality = sum(value for value, _ in picked)
        for page in _pages([sketch for _, sketch in picked]):
            scale = max(page.width / (PAGE_WIDTH - 2 * MARGIN), 1.0)
            used = sum(sketch.width * sketch.height for _, sketch in picked)
            waste = (page.width * page.height - used) / 1000
            pages.append((quality + waste + max(page.height - page.width, 0) / 2 + 20000 * (scale - 1), page))
    if not pages:
        raise LayoutError(f"chart {chart.name}: found no layout for one of its regions")
    return _layout(chart, min(pages, key=lambda pair: pair[0])[1])


def _pages(sketches: list[Sketch]) -> Iterator[_Page]:
    """All ways to break the regions into rows."""
    for breaks in product((False, True), repeat=len(sketches) - 1):
        rows: list[list[Sketch]] = [[sketches[0]]]
        for sketch, new in zip(sketches[1:], breaks, strict=True):
            if new:
                rows.append([sketch])
            else:
                rows[-1].append(sketch)
        width = max(sum(s.width for s in row) + GAP * (len(row) - 1) for row in rows)
        height = sum(max(s.height for s in row) for row in rows) + GAP * (len(rows) - 1)
        yield _Page(tuple(map(tuple, rows)), width, height)


def _layout(chart: Chart, page: _Page) -> Layout:
    words = max((text_width(line, FONT_SIZE["note"]) for line in legend(chart)), default=0.0)
    title = text_width(chart.title, 15, bold=True)
    width = max(page.width, min(words, 420.0), title)
    nodes: list[Node] = []
    edges: list[Edge] = []
    y = MARGIN + HEAD
    for row in page.rows:
        height = max(sketch.height for sketch in row)
        spare = (width - sum(s.width for s in row) - GAP * (len(row) - 1)) / len(row)
        x = MARGIN
        for sketch in row:
            box = Box(x, y, sketch.width + spare, height)
            inner = sketch.moved(x + spare / 2, y + (height - sketch.height) / 2)
            nodes += [*_frame(chart, sketch, box, inner), *inner.nodes]
            edges += inner.edges
            x += box.width + GAP
        y += height + GAP
    notes = _notes(chart, width, y)
    root = [Node(state.id, "root", Box(MARGIN, MARGIN - 6, width, y - MARGIN + 6)) for state in chart.roots[:1]]
    bottom = notes.box.bottom if notes else y - GAP
    return Layout(
        chart.name,
        fingerprint(chart),
        width + 2 * MARGIN,
        bottom + MARGIN,
        (*(root if chart.roots[0].kind == "parallel" else ()), *nodes),
        tuple(edges),
        notes,
    )


def _frame(chart: Chart, sketch: Sketch, box: Box, inner: Sketch) -> list[Node]:
    """The box of a region, stretched to fill its row unless one of its own arrows ends at its border.

    A flat chart has none: the panel of the picture is its frame.
    """
    region = chart.by_id.get(sketch.region)
    if region is None or any(node.id == sketch.region and node.role == "region" for node in sketch.nodes):
        return []
    title = head_place(chart, region, box, inner)
    if title is None:
        raise LayoutError(f"chart {chart.name}: no room for the name of region {region.id}")
    return [Node(region.id, "region", box, compartment_rows(chart, region), title)]


def _notes(chart: Chart, width: float, y: float) -> Label | None:
    rows: list[Row] = []
    for line in legend(chart):
        rows += wrap([Span("note", line)], width)
    if not rows:
        return None
    return Label(Box(MARGIN, y, max(row.width for row in rows), len(rows) * ROW_HEIGHT), tuple(rows))
