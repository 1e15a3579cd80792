"""The positions of everything in a picture of a chart, stored as JSON.

Computing a layout takes an engine (ELK, under Node); drawing a stored one does not. Layouts are therefore computed
once and committed, and every user can draw the charts of OCPP 1.6 with any states highlighted.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Literal

from attrs import field, frozen

from statecharts.draw.labels import Row, Span
from statecharts.guards import show
from statecharts.model import Chart

Role = Literal["root", "region", "composite", "leaf", "final", "initial"]
Point = tuple[float, float]


class LayoutError(ValueError):
    """A layout is missing, unreadable, or belongs to another chart or an earlier version of it."""


def _rounded(value: float) -> float:
    return round(float(value), 1)


def _rounded_points(points: Iterable[Iterable[float]]) -> tuple[Point, ...]:
    return tuple((_rounded(x), _rounded(y)) for x, y in points)


@frozen
class Box:
    """A rectangle in pixels, measured from the top left corner of the picture and rounded to 0.1."""

    x: float = field(converter=_rounded)
    y: float = field(converter=_rounded)
    width: float = field(converter=_rounded)
    height: float = field(converter=_rounded)

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def holds(self, other: "Box") -> bool:
        """Whether ``other`` lies inside this box."""
        inside = self.x <= other.x + 0.05 and self.y <= other.y + 0.05
        return inside and other.right <= self.right + 0.05 and other.bottom <= self.bottom + 0.05

    def overlaps(self, other: "Box") -> bool:
        """Whether the boxes share more than a border."""
        aside = self.right <= other.x + 0.05 or other.right <= self.x + 0.05
        return not (aside or self.bottom <= other.y + 0.05 or other.bottom <= self.y + 0.05)

    def crossed_by(self, start: Point, end: Point) -> bool:
        """Whether the horizontal or vertical line from ``start`` to ``end`` runs through the interior."""
        left, right = sorted((start[0], end[0]))
        top, bottom = sorted((start[1], end[1]))
        across = left < self.right - 0.05 and right > self.x + 0.05
        return across and top < self.bottom - 0.05 and bottom > self.y + 0.05

    def grown(self, by: float) -> "Box":
        """The box with a margin of ``by`` pixels on all sides."""
        return Box(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, dx: float, dy: float) -> "Box":
        return Box(self.x + dx, self.y + dy, self.width, self.height)


@frozen
class Node:
    """A state's box, or the dot that marks an initial state; the dot has the id of the enclosing state."""

    id: str
    role: Role
    box: Box
    rows: tuple[Row, ...] = ()
    """Text below the state's name."""
    title: Box | None = None
    """Free space for the name and rows of a region or compound state."""


@frozen
class Label:
    box: Box
    rows: tuple[Row, ...]


@frozen
class Edge:
    """An arrow along an orthogonal route. An edge without events starts at an initial dot."""

    source: str
    target: str
    events: tuple[str, ...] = ()
    points: tuple[Point, ...] = field(default=(), converter=_rounded_points)
    label: Label | None = None


@frozen
class Layout:
    """A complete picture: its size, boxes (outer before inner), edges and legend."""

    chart: str
    fingerprint: str
    width: float = field(converter=_rounded)
    height: float = field(converter=_rounded)
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    legend: Label | None = None


def fingerprint(chart: Chart) -> str:
    """A digest of everything that a picture of the chart shows; it changes when the picture would."""
    shown = [
        [chart.name, chart.initial],
        [[s.id, s.kind, s.parent, s.children, s.initial, s.enter, s.exit] for s in chart.states],
        [[t.source, t.target, t.event, t.guard and show(t.guard), t.hooks, t.clause] for t in chart.transitions],
        [[t.event, t.armed_by, t.disarmed_by, t.duration] for t in chart.timers],
        [[o.state, o.status] for o in chart.overlays],
    ]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:16]


def load_layout(name: str) -> Layout:
    """Load the layout of a chart of OCPP 1.6, e.g. ``connector``; :class:`LayoutError` lists the known names."""
    folder = resources.files("statecharts.draw") / "layouts"
    known = sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))
    if name not in known:
        raise LayoutError(f"no layout is stored for a chart {name!r}; there are {', '.join(known) or 'none'}")
    return load((folder / f"{name}.json").read_text(encoding="utf-8"))


def dump(layout: Layout) -> str:
    """The layout as JSON with sorted keys, one line for each node and edge, and a final newline."""
    plain: dict[str, Any] = {
        "chart": layout.chart,
        "edges": [_plain_edge(edge) for edge in layout.edges],
        "fingerprint": layout.fingerprint,
        "legend": _plain_label(layout.legend),
        "nodes": [_plain_node(node) for node in layout.nodes],
        "size": [layout.width, layout.height],
    }
    lines = []
    for key, value in sorted(plain.items()):
        if key in {"edges", "nodes"}:
            items = ",\n".join(f"    {_json(item)}" for item in value)
            lines.append(f"  {_json(key)}: [\n{items}\n  ]" if value else f"  {_json(key)}: []")
        else:
            lines.append(f"  {_json(key)}: {_json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def load(text: str) -> Layout:
    """Read the output of :func:`dump`; raises :class:`LayoutError` for anything else."""
    try:
        plain = json.loads(text)
        width, height = plain["size"]
        return Layout(
            chart=plain["chart"],
            fingerprint=plain["fingerprint"],
            width=width,
            height=height,
            nodes=tuple(
                Node(
                    node["id"],
                    node["role"],
                    Box(*node["box"]),
                    _rows(node.get("rows", ())),
                    _box(node.get("title")),
                )
                for node in plain["nodes"]
            ),
            edges=tuple(
                Edge(
                    edge["source"],
                    edge["target"],
                    tuple(edge["events"]),
                    edge["points"],
                    _label(edge.get("label")),
                )
                for edge in plain["edges"]
            ),
            legend=_label(plain["legend"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LayoutError(f"not a stored layout: {error!r}") from error


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _plain_box(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]


def _plain_rows(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    return [
        {"spans": [[span.kind, span.text] for span in row.spans]}
        | ({"transition": row.transition} if row.transition else {})
        for row in rows
    ]


def _plain_label(label: Label | None) -> dict[str, Any] | None:
    return None if label is None else {"box": _plain_box(label.box), "rows": _plain_rows(label.rows)}


def _plain_node(node: Node) -> dict[str, Any]:
    plain: dict[str, Any] = {"box": _plain_box(node.box), "id": node.id, "role": node.role}
    rows = {"rows": _plain_rows(node.rows)} if node.rows else {}
    title = {"title": _plain_box(node.title)} if node.title else {}
    return plain | rows | title


def _plain_edge(edge: Edge) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "events": list(edge.events),
        "points": [list(point) for point in edge.points],
        "source": edge.source,
        "target": edge.target,
    }
    return plain | ({"label": _plain_label(edge.label)} if edge.label else {})


def _box(plain: list[float] | None) -> Box | None:
    return None if plain is None else Box(*plain)


def _rows(plain: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    return tuple(
        Row(tuple(Span(kind, text) for kind, text in row["spans"]), row.get("transition", "")) for row in plain
    )


def _label(plain: Mapping[str, Any] | None) -> Label | None:
    return None if plain is None else Label(Box(*plain["box"]), _rows(plain["rows"]))
