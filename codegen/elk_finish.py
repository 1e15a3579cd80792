"""Complete a sketch with initial dots and names, clear of all edges, and rate it with a cost."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from math import dist, inf

from attrs import evolve

from codegen.elk_graph import DOT, Sketch, containers, head_height, head_width
from statecharts.draw.labels import arrows
from statecharts.draw.layout import Box, Edge, Node, Point
from statecharts.model import Chart, State

DOT_ARROW = 17.0
"""Length of the arrow from a dot to its state."""
CLEAR = 5.0
JOG = 6.0
"""Steps in a line that are smaller than this look like mistakes."""
_STEP = 4.0


def finish(chart: Chart, region: State, rough: Sketch) -> Sketch | None:
    """The sketch with its initial dots and names; None if there is no free place for one of them."""
    for state in containers(chart, region):
        if any(node.role == "initial" and node.id == state.id for node in rough.nodes):
            continue
        placed = _dot(chart, state, rough)
        if placed is None:
            return None
        rough = evolve(rough, nodes=(*rough.nodes, placed[0]), edges=(*rough.edges, placed[1]))
    nodes: list[Node] = []
    for node in rough.nodes:
        framed = node.role in {"composite", "region"}
        title = head_place(chart, chart.by_id[node.id], node.box, rough) if framed else None
        if framed and title is None:
            return None
        nodes.append(evolve(node, title=title))
    return evolve(rough, nodes=tuple(nodes))


def head_place(chart: Chart, state: State, box: Box, around: Sketch) -> Box | None:
    """The leftmost place for the name in the head of a region or compound state, clear of edges and dots."""
    width, height = head_width(chart, state), head_height(chart, state)
    x = box.x + 12
    while x + width <= box.right - 8:
        place = Box(x, box.y + 3, width, height - 3)
        if not _taken(place.grown(3), around):
            return place
        x += _STEP
    return None


def _taken(place: Box, around: Sketch) -> bool:
    """Whether an edge crosses a place, or a label or dot overlaps it."""
    return any(
        any(place.crossed_by(*ends) for ends in pairwise(edge.points))
        or (edge.label is not None and edge.label.box.overlaps(place))
        for edge in around.edges
    ) or any(node.role == "initial" and node.box.overlaps(place) for node in around.nodes)


def _dot(chart: Chart, state: State, around: Sketch) -> tuple[Node, Edge] | None:
    """A dot and its arrow in the first free place beside the initial state of ``state``."""
    assert state.initial is not None
    boxes = {node.id: node.box for node in around.nodes if node.role != "initial"}
    outer = boxes.get(state.id, Box(0, 0, around.width, around.height))
    head = head_height(chart, state)
    room = Box(outer.x, outer.y + head, outer.width, outer.height - head)
    target = boxes[state.initial]
    passable = set(chart.ancestors(state.initial))
    for start, end in _approaches(target):
        dot = Box(start[0] - DOT / 2, start[1] - DOT / 2, DOT, DOT)
        way = _span(dot, end).grown(CLEAR)
        others = (box for name, box in boxes.items() if name != state.initial and name not in passable)
        if room.holds(dot.grown(CLEAR)) and not _taken(way, around) and not any(way.overlaps(b) for b in others):
            return Node(state.id, "initial", dot), Edge(state.id, state.initial, (), (start, end))
    return None


def _approaches(target: Box) -> Iterator[tuple[Point, Point]]:
    """Candidates for a dot and the tip of its arrow: left, above, right, below; middle of each side first."""
    away = DOT_ARROW + DOT / 2
    upright = list(_from_middle(target.y, target.bottom))
    flat = list(_from_middle(target.x, target.right))
    yield from (((target.x - away, y), (target.x, y)) for y in upright)
    yield from (((x, target.y - away), (x, target.y)) for x in flat)
    yield from (((target.right + away, y), (target.right, y)) for y in upright)
    yield from (((x, target.bottom + away), (x, target.bottom)) for x in flat)


def _from_middle(low: float, high: float) -> Iterator[float]:
    middle, reach = (low + high) / 2, 0.0
    while reach <= (high - low) / 2 - 8:
        yield from {middle - reach, middle + reach} if reach else (middle,)
        reach += _STEP


def _span(dot: Box, tip: Point) -> Box:
    left, top = min(dot.x, tip[0]), min(dot.y, tip[1])
    return Box(left, top, max(dot.right, tip[0]) - left, max(dot.bottom, tip[1]) - top)


def cost(chart: Chart, region: State, done: Sketch, width: float) -> float:
    """The cost of a sketch; low if it is small, leads away from its initial state, and has few crossings.

    A sketch wider than ``width`` will be scaled down, which reduces both its area and its legibility.
    """
    if _collides(done):
        return inf
    scale = max(done.width / width, 1.0)
    bends = sum(len(edge.points) - 2 for edge in done.edges)
    length = sum(dist(*ends) for edge in done.edges for ends in pairwise(edge.points))
    area = done.width * done.height / 1000 * scale**2
    jogs = sum(dist(*ends) < JOG for edge in done.edges for ends in pairwise(edge.points[1:-1]))
    return (
        area
        + 50 * _crossings(done)
        + 4 * (bends + jogs)
        + length / 40
        + 40 * _backward(chart, region, done)
        + _late(chart, region, done)
    )


def _backward(chart: Chart, region: State, done: Sketch) -> int:
    """Number of arrows that lead away from the initial state but are drawn upward or to the left."""
    depth = _depths(chart, region)
    down = done.height > done.width
    axis = 1 if down else 0
    onward = [edge for edge in done.edges if edge.events and depth[edge.target] > depth[edge.source]]
    return sum(edge.points[-1][axis] < edge.points[0][axis] for edge in onward)


def _depths(chart: Chart, region: State) -> dict[str, float]:
    """State -> number of arrows from the region's initial state."""
    depth: dict[str, float] = {}
    level = {region.initial} - {None}
    while level:
        reached = {name for state in level if state for name in (*chart.path(state), *_defaults(chart, state))}
        new = reached - depth.keys()
        depth |= dict.fromkeys(new, len(depth) and max(depth.values()) + 1)
        level = {arrow.target for arrow in arrows(chart) if arrow.source in new}
        level -= depth.keys()
    return {state.id: depth.get(state.id, inf) for state in chart.states}


def _defaults(chart: Chart, state: str) -> Iterator[str]:
    """The states entered by default along with ``state``."""
    inside = chart.by_id[state].initial
    while inside is not None:
        yield inside
        inside = chart.by_id[inside].initial


def _late(chart: Chart, region: State, done: Sketch) -> float:
    """Distance of the initial states from the top or left edge of their parents, where reading starts."""
    boxes = {node.id: node.box for node in done.nodes if node.role != "initial"}
    down = done.height > done.width
    total = 0.0
    for state in containers(chart, region):
        assert state.initial is not None
        first, around = boxes[state.initial], boxes.get(state.id, Box(0, 0, done.width, done.height))
        total += first.y - around.y if down else first.x - around.x
    return total / 5


def _collides(done: Sketch) -> bool:
    """Whether a label is off its edge, or overlaps another label, a leaf, another edge or a border."""
    labels = [(edge, edge.label.box) for edge in done.edges if edge.label]
    leaves = [node.box for node in done.nodes if node.role in {"leaf", "final"}]
    frames = [node.box for node in done.nodes if node.role in {"composite", "region"}]
    whole = Box(0, 0, done.width, done.height)
    if any(one.overlaps(other) for (_, one), (_, other) in combinations(labels, 2)):
        return True
    for own, box in labels:
        if not whole.grown(-4).holds(box) or not any(box.grown(6).crossed_by(*ends) for ends in pairwise(own.points)):
            return True
        if any(box.overlaps(leaf) for leaf in leaves):
            return True
        if any(box.overlaps(frame) and not frame.holds(box) for frame in frames):
            return True
        for edge in done.edges:
            if edge is not own and any(box.crossed_by(*ends) for ends in pairwise(edge.points)):
                return True
    return any(leaf.crossed_by(*ends) for leaf in leaves for edge in done.edges for ends in pairwise(edge.points))


def _crossings(done: Sketch) -> int:
    lines = [(index, start, end) for index, edge in enumerate(done.edges) for start, end in pairwise(edge.points)]
    return sum(
        one[0] != other[0] and (_cross(one[1:], other[1:]) or _cross(other[1:], one[1:]))
        for one, other in combinations(lines, 2)
    )


def _cross(flat: tuple[Point, Point], upright: tuple[Point, Point]) -> bool:
    """Whether a horizontal line and a vertical line cross."""
    (left, y), (right, level) = sorted(flat)
    (x, top), (column, bottom) = sorted(upright)
    return y == level and x == column and left < x < right and top < y < bottom
