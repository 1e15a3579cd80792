"""Charts that nobody thought of, inside the profile, as classes of python-statemachine.

A chart is drawn as a tree of states and a list of arrows, then written as the text of a class, the way a person
would, so that extraction is tried along with everything behind it.
"""

from typing import Any

from attrs import define, field, frozen
from hypothesis import strategies as st
from statemachine import State, StateChart

from statecharts.ocpp16.base import OcppChart

EVENTS = ("alarmed", "began", "ceased")
GUARDS = ("p", "q")


@define
class Node:
    """A state and what is inside it."""

    id: str
    path: str
    """How the class body names it."""
    region: int
    children: list["Node"] = field(factory=list)
    parallel: bool = False
    whole_region: bool = False
    """It is a region of a parallel state: no arrow leads to it, or out of it."""
    final: bool = False
    initial: bool = False
    enter: str = ""
    exit: str = ""

    def everything(self) -> list["Node"]:
        """Itself and all below, in document order."""
        return [self, *(node for child in self.children for node in child.everything())]


@frozen
class Arrow:
    """A transition as it will be written."""

    source: str
    target: str
    options: str

    def text(self) -> str:
        """Its line."""
        return f"{self.source}.to({self.target}, {self.options})"


@define
class Drawing:
    """A chart that was drawn; ``text`` is its class."""

    tops: list[Node]
    arrows: list[Arrow]

    @property
    def text(self) -> str:
        """Source of the class ``Drawn``."""
        lines = ["class Drawn(OcppChart):", '    """Drawn."""', *_LENIENT]
        for top in self.tops:
            lines += _node(top, "    ")
        lines += [f"    {arrow.text()}" for arrow in self.arrows]
        return "\n".join(lines)

    def declared(self) -> type[StateChart[Any]]:
        """The class itself."""
        namespace: dict[str, Any] = {"OcppChart": OcppChart, "State": State, "__name__": "drawn"}
        exec(self.text, namespace)
        chart: type[StateChart[Any]] = namespace["Drawn"]
        return chart


_LENIENT = (  # a drawn chart may have corners that nothing leads to, or out of
    "    validate_disconnected_states = False",
    "    validate_trap_states = False",
    "    validate_final_reachability = False",
)


def _node(node: Node, pad: str) -> list[str]:
    options = [f"enter={node.enter!r}"] * bool(node.enter) + [f"exit={node.exit!r}"] * bool(node.exit)
    if node.children:
        kind = "Parallel" if node.parallel else "Compound"
        keywords = ["initial=True"] * node.initial + options
        head = f"{pad}class {node.id}(State.{kind}{''.join(f', {word}' for word in keywords)}):"
        return [head, *(line for child in node.children for line in _node(child, pad + "    "))]
    options += ["initial=True"] * node.initial + ["final=True"] * node.final
    return [f"{pad}{node.id} = State({', '.join(options)})"]


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """A chart: flat, under one compound state, or of two or three regions."""
    shape = draw(st.sampled_from(["flat", "compound", "parallel", "parallel"]))
    names = iter(f"S{number}" for number in range(1000))
    if shape == "flat":
        tops = [_state(draw, names, "", 0, depth=2) for _ in range(draw(st.integers(2, 3)))]
        tops[0].initial = True
        regions = [tops]
    else:
        root = Node(next(names), "", 0)
        root.path = root.id
        root.parallel = shape == "parallel"
        count = draw(st.integers(2, 3)) if root.parallel else 1
        for number in range(count):
            if root.parallel:
                region = Node(next(names), "", number, whole_region=True)
                region.path = f"{root.path}.{region.id}"
                root.children.append(region)
            else:
                region = root
            region.children = [
                _state(draw, names, region.path, number, depth=2) for _ in range(draw(st.integers(2, 3)))
            ]
            _begin(draw, region.children)
        tops = [root]
        regions = [[region] for region in root.children] if root.parallel else [[root]]
    nodes = [[node for top in region for node in top.everything()] for region in regions]
    speaking = draw(st.integers(0, len(nodes) - 1))
    _hooks(draw, nodes, speaking)
    everywhere = [node.id for region in nodes for node in region]
    arrows = [
        arrow for number, those in enumerate(nodes) for arrow in _arrows(draw, those, number == speaking, everywhere)
    ]
    return Drawing(tops, arrows)


def _state(draw: st.DrawFn, names: Any, parent: str, region: int, depth: int) -> Node:
    node = Node(next(names), "", region)
    node.path = f"{parent}.{node.id}" if parent else node.id
    if depth and draw(st.integers(0, 3)) == 3:
        node.children = [_state(draw, names, node.path, region, depth - 1) for _ in range(draw(st.integers(1, 3)))]
        _begin(draw, node.children)
    return node


def _begin(draw: st.DrawFn, children: list[Node]) -> None:
    """One child is the initial one; another, with nothing inside, may be final."""
    children[draw(st.integers(0, len(children) - 1))].initial = True
    last = children[-1]
    last.final = not last.initial and not last.children and draw(st.integers(0, 3)) == 3


def _hooks(draw: st.DrawFn, regions: list[list[Node]], speaking: int) -> None:
    """Entry and exit hooks: one name for all, or any names in one region (then SCXML's order is the engine's)."""
    shared = draw(st.booleans())
    for number, nodes in enumerate(regions):
        for node in nodes:
            if node.parallel or not (shared or number == speaking):
                continue
            if draw(st.booleans()):
                node.enter = "show" if shared else f"enter_{node.id.lower()}"
            if draw(st.booleans()):
                node.exit = "hide" if shared else f"leave_{node.id.lower()}"


def _arrows(draw: st.DrawFn, nodes: list[Node], speaking: bool, everywhere: list[str]) -> list[Arrow]:
    arrows = _spine(draw, nodes)
    sources = [node for node in nodes if not node.final]
    targets = [node.path for node in nodes if not node.whole_region]
    for number in range(draw(st.integers(1, 6))):
        source = draw(st.sampled_from(sources))
        eventless = draw(st.integers(0, 9)) == 9 and not source.whole_region
        target = draw(st.sampled_from(targets + ["None"] * (not eventless)))
        if source.whole_region:
            target = "None"
        options = []
        if not eventless:
            events = draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=2, unique=True))
            options.append(f'event="{" ".join(events)}"')
        guard = draw(_guards(everywhere, named=not eventless))
        if eventless and not guard:
            guard = f"In('{draw(st.sampled_from(everywhere))}')"
        if guard:
            options.append(f'{draw(st.sampled_from(["cond", "cond", "unless"]))}="{guard}"')
        if speaking:
            phases = draw(st.sets(st.sampled_from(["before", "on", "after"]), max_size=2))
            options += [f'{phase}="{phase}_{number}"' for phase in sorted(phases)]
        arrows.append(Arrow(source.path, target, ", ".join(options)))
    return arrows


def _spine(draw: st.DrawFn, nodes: list[Node]) -> list[Arrow]:
    """A way from each leaf to the next, so that most of the chart can be reached."""
    leaves = [node for node in nodes if not node.children]
    return [
        Arrow(one.path, other.path, f'event="{draw(st.sampled_from(EVENTS))}"')
        for one, other in zip(leaves, leaves[1:] + leaves[:1], strict=True)
        if not one.final and draw(st.integers(0, 5))
    ]


def _guards(states: list[str], *, named: bool) -> st.SearchStrategy[str]:
    inside = st.sampled_from(states).map(lambda state: f"In('{state}')")
    leaf = st.one_of(st.sampled_from(GUARDS), inside) if named else inside
    deeper = st.recursive(
        leaf,
        lambda inner: st.one_of(
            inner.map(lambda one: f"not ({one})"),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda three: f"({' '.join(three)})"),
        ),
        max_leaves=3,
    )
    return st.one_of(st.just(""), leaf, deeper)
