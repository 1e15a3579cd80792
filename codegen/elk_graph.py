"""Convert a region of a chart to an ELK graph, and ELK's result to boxes and edges."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from attrs import evolve, field, frozen

from statecharts.draw.labels import (
    LABEL_PADDING,
    ROW_HEIGHT,
    WRAP_AT,
    Arrow,
    arrows,
    compartment_rows,
    rows_of,
)
from statecharts.draw.layout import Box, Edge, Label, Node, Point, Role
from statecharts.draw.svg import NAME_HEIGHT, STATE_FONT, TITLE_FONT, TITLE_HEIGHT
from statecharts.draw.text import text_width
from statecharts.model import Chart, State

Json = dict[str, Any]
Direction = Literal["RIGHT", "DOWN"]

DOT = 11.0
LEAF_HEIGHT = 34.0
LEAF_WIDTH = 80.0
PADDING = 14.0

SPACING = {
    "elk.spacing.nodeNode": "20",
    "elk.spacing.edgeNode": "14",
    "elk.spacing.edgeEdge": "10",
    "elk.spacing.portPort": "13",
    "elk.layered.spacing.nodeNodeBetweenLayers": "16",
    "elk.layered.spacing.edgeNodeBetweenLayers": "12",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "9",
}


@frozen
class Options:
    """One way to lay out a region; the search tries many."""

    direction: Direction
    order: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """Order of the children of regions and compound states; edges against this order are drawn backwards."""
    wrap_at: float = WRAP_AT
    dots: bool = False
    """Whether ELK also places the initial dots; otherwise they are placed beside their states afterwards."""
    settings: Mapping[str, str] = field(factory=dict)


@frozen
class Sketch:
    """The layout of a single region, with its top left corner at the origin."""

    region: str
    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def moved(self, dx: float, dy: float) -> "Sketch":
        nodes = tuple(evolve(n, box=n.box.moved(dx, dy), title=n.title and n.title.moved(dx, dy)) for n in self.nodes)
        edges = tuple(
            evolve(
                edge,
                points=tuple((x + dx, y + dy) for x, y in edge.points),
                label=edge.label and evolve(edge.label, box=edge.label.box.moved(dx, dy)),
            )
            for edge in self.edges
        )
        return evolve(self, nodes=nodes, edges=edges)


def below(chart: Chart, state: State) -> Iterator[State]:
    """All states inside ``state``, outer before inner."""
    for child in state.children:
        yield chart.by_id[child]
        yield from below(chart, chart.by_id[child])


def containers(chart: Chart, region: State) -> tuple[State, ...]:
    """The region and the compound states in it."""
    return (region, *(state for state in below(chart, region) if state.children))


def head_height(chart: Chart, state: State) -> float:
    """Height needed above the contents of a region or compound state for its name and rows.

    It is 0 for a flat chart, whose name is the heading of the picture.
    """
    if state.id not in chart.by_id:
        return 0.0
    return TITLE_HEIGHT + len(compartment_rows(chart, state)) * ROW_HEIGHT


def head_width(chart: Chart, state: State) -> float:
    """Width of the name and rows of a region or compound state."""
    rows = compartment_rows(chart, state)
    return max([text_width(state.id, TITLE_FONT, bold=True), *(row.width for row in rows)])


def region_graph(chart: Chart, region: State, options: Options) -> Json:
    """The ELK graph of a region. The region is a node of the graph only if an arrow begins or ends at it."""
    inside = {state.id for state in (region, *below(chart, region))}
    own = [(index, arrow) for index, arrow in enumerate(arrows(chart)) if arrow.source in inside]
    edges = [_edge(chart, index, arrow, options) for index, arrow in own]
    if options.dots:
        edges += [
            {
                "id": f"start:{state.id}",
                "sources": [f"initial:{state.id}"],
                "targets": [f"state:{state.initial}"],
            }
            for state in containers(chart, region)
        ]
    boxed = any(region.id in {arrow.source, arrow.target} for _, arrow in own)
    children = [_composite(chart, region, options)] if boxed else _children(chart, region, options)
    settings = {
        "elk.algorithm": "layered",
        "elk.direction": options.direction,
        "elk.hierarchyHandling": "INCLUDE_CHILDREN",
        "elk.edgeRouting": "ORTHOGONAL",
        "elk.json.shapeCoords": "ROOT",
        "elk.json.edgeCoords": "ROOT",
        "elk.padding": "[top=0,left=0,bottom=0,right=0]" if boxed else _padding(head_height(chart, region)),
        "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
        "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
        "elk.layered.thoroughness": "20",
        **SPACING,
        **options.settings,
    }
    return {"id": "root", "layoutOptions": settings, "children": children, "edges": edges}


def _padding(top: float) -> str:
    return f"[top={top + PADDING / 2},left={PADDING},bottom={PADDING},right={PADDING}]"


def _children(chart: Chart, parent: State, options: Options) -> list[Json]:
    nodes: list[Json] = []
    if options.dots:
        nodes.append({"id": f"initial:{parent.id}", "width": DOT, "height": DOT})
    for child in options.order.get(parent.id, parent.children):
        state = chart.by_id[child]
        nodes.append(_composite(chart, state, options) if state.children else _leaf(chart, state))
    return nodes


def _composite(chart: Chart, state: State, options: Options) -> Json:
    top = head_height(chart, state)
    settings = {
        "elk.padding": _padding(top),
        "elk.nodeSize.constraints": "MINIMUM_SIZE",
        "elk.nodeSize.minimum": f"({head_width(chart, state) + 2 * PADDING},{top + PADDING})",
    }
    return {
        "id": f"state:{state.id}",
        "children": _children(chart, state, options),
        "layoutOptions": settings,
    }


def _leaf(chart: Chart, state: State) -> Json:
    rows = compartment_rows(chart, state)
    width = max([LEAF_WIDTH, text_width(state.id, STATE_FONT, bold=True) + 26, *(row.width + 20 for row in rows)])
    height = NAME_HEIGHT + len(rows) * ROW_HEIGHT + 7 if rows else LEAF_HEIGHT
    height += 3 if rows and state.kind == "final" else 0
    settings = {
        "elk.nodeSize.constraints": "PORTS MINIMUM_SIZE",
        "elk.nodeSize.minimum": f"({width},{height})",
    }
    return {"id": f"state:{state.id}", "width": width, "height": height, "layoutOptions": settings}


def _edge(chart: Chart, index: int, arrow: Arrow, options: Options) -> Json:
    rows = rows_of(chart, arrow.transitions, options.wrap_at)
    label = {
        "id": f"label:{index}",
        "text": arrow.transitions[0].event or "eventless",  # ELK places no label that is empty
        "width": max(row.width for row in rows) + 2 * LABEL_PADDING,
        "height": len(rows) * ROW_HEIGHT + LABEL_PADDING,
        "layoutOptions": {"elk.edgeLabels.inline": "true"},
    }
    ends = {"sources": [f"state:{arrow.source}"], "targets": [f"state:{arrow.target}"]}
    return {"id": f"edge:{index}", **ends, "labels": [label]}


def sketch(chart: Chart, region: State, result: Json, options: Options) -> Sketch:
    """Convert ELK's result to a sketch."""
    every = arrows(chart)
    edges: list[Edge] = []
    for found in result["edges"]:
        points = straightened([point for section in found["sections"] for point in _points(section)])
        kind, _, name = found["id"].partition(":")
        if kind == "start":
            target = found["targets"][0].removeprefix("state:")
            edges.append(Edge(name, target, (), points))
            continue
        arrow = every[int(name)]
        box = found["labels"][0]
        rows = rows_of(chart, arrow.transitions, options.wrap_at)
        label = Label(Box(box["x"], box["y"], box["width"], box["height"]), rows)
        events = tuple(t.event or "" for t in arrow.transitions)
        edges.append(Edge(arrow.source, arrow.target, events, points, label))
    nodes = tuple(_nodes(chart, region, result))
    return Sketch(region.id, result["width"], result["height"], nodes, tuple(edges))


def _points(section: Json) -> Iterator[Point]:
    ends = [section["startPoint"], *section.get("bendPoints", ()), section["endPoint"]]
    yield from ((p["x"], p["y"]) for p in ends)


def straightened(points: list[Point]) -> list[Point]:
    """The route without steps of less than a pixel, which ELK leaves where an edge enters a compound state."""
    line = points[:1]
    for x, y in points[1:]:
        before = line[-1]
        point = (before[0] if abs(x - before[0]) < 1 else x, before[1] if abs(y - before[1]) < 1 else y)
        if point == before:
            continue
        if len(line) > 1 and any(line[-2][axis] == before[axis] == point[axis] for axis in (0, 1)):
            line.pop()
        line.append(point)
    return line


def _nodes(chart: Chart, region: State, found: Json) -> Iterator[Node]:
    for child in found.get("children", ()):
        kind, _, name = child["id"].partition(":")
        box = Box(child["x"], child["y"], child["width"], child["height"])
        if kind == "initial":
            yield Node(name, "initial", box)
            continue
        state = chart.by_id[name]
        role: Role = "region" if name == region.id else "composite" if state.children else "leaf"
        yield Node(name, "final" if state.kind == "final" else role, box, compartment_rows(chart, state))
        yield from _nodes(chart, region, child)
