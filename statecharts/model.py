"""The chart model: the one hand-over format between a chart and everything derived from it.

Frozen values without behaviour beyond look-ups. Machines, handlers, diagrams, tours and checks read this, never
python-statemachine; so a chart that comes from elsewhere (SCXML, say) has the same road through the house.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from attrs import field, frozen

from statecharts.guards import Ask, Guard, In, leaves

Kind = Literal["atomic", "compound", "parallel", "final", "history"]


@frozen
class State:
    """One state. Its id is unique in the chart and, where the protocol has a word for it, that word."""

    id: str
    kind: Kind
    parent: str | None
    children: tuple[str, ...] = ()
    initial: str | None = None
    """The child entered by default; compound states only."""
    enter: tuple[str, ...] = ()
    """Hooks called on entry, in order."""
    exit: tuple[str, ...] = ()
    """Hooks called on exit, in order."""
    line: int = field(default=0, eq=False)
    """Line of the declaration in the chart's source file; 0 when the source is not at hand."""
    engine_order: int = field(default=0, eq=False)
    """What python-statemachine's interpreter sorts exits and entries by. It restarts in nested states, so it is
    not document order; the linter compares the two."""


@frozen
class Transition:
    """One arrow for one event. An arrow declared for several events is several transitions."""

    source: str
    target: str | None
    """None: targetless, the hooks run and the configuration stays."""
    event: str | None
    """None: eventless, taken as soon as its guard holds."""
    guard: Guard | None = None
    before: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    clause: str = ""
    """Where the specification says so, as written beside the line (e.g. ``C6 D6 E6``)."""
    internal: bool = False
    line: int = field(default=0, eq=False)

    @property
    def hooks(self) -> tuple[str, ...]:
        """The transition's own hooks in calling order."""
        return self.before + self.on + self.after


@frozen
class Timer:
    """A deadline that the chart asks for: started by one hook, stopped by another, reported as an event."""

    event: str
    armed_by: str
    disarmed_by: str
    duration: str
    """Where the duration comes from: a configuration key or a description, with its unit."""


@frozen
class Overlay:
    """While ``state`` is active the chart's status reads ``status``, whatever the other regions say."""

    state: str
    status: str


@frozen
class Chart:
    """A statechart: states in document order, transitions in document order, and what is said about both."""

    name: str
    """snake_case name, e.g. ``connector``."""
    title: str
    """Name of the class it was read from."""
    doc: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    ignored: tuple[tuple[str, str], ...] = ()
    """(event, state): the event is legal and does nothing while that state is active."""
    timers: tuple[Timer, ...] = ()
    initial: str | None = None
    """Initial state of a flat top level; None where the top level is one parallel or compound state."""
    overlays: tuple[Overlay, ...] = ()
    """Status derivation, first match wins; then the first active leaf in document order names the status."""
    source_file: str = field(default="", eq=False)
    module: str = field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        self.by_id  # noqa: B018 - fails here, with the chart at hand, when two states share an id

    @cached_property
    def by_id(self) -> dict[str, State]:
        """State by id."""
        index: dict[str, State] = {}
        for state in self.states:
            if state.id in index:
                raise ValueError(
                    f"chart {self.name}: two states are called {state.id!r} (lines {index[state.id].line} and "
                    f"{state.line}); ids must be unique in a chart"
                )
            index[state.id] = state
        return index

    @cached_property
    def roots(self) -> tuple[State, ...]:
        """States without a parent, in document order."""
        return tuple(state for state in self.states if state.parent is None)

    @cached_property
    def events(self) -> tuple[str, ...]:
        """Every event named by a transition or ignored, in order of first mention."""
        named = [t.event for t in self.transitions if t.event is not None]
        return tuple(dict.fromkeys(named + [event for event, _ in self.ignored]))

    @cached_property
    def hooks(self) -> tuple[str, ...]:
        """Every hook, in order of first mention."""
        named: list[str] = []
        for state in self.states:
            named += [*state.enter, *state.exit]
        for transition in self.transitions:
            named += transition.hooks
        return tuple(dict.fromkeys(named))

    @cached_property
    def guards(self) -> tuple[str, ...]:
        """Every named guard, in order of first mention."""
        return tuple(
            dict.fromkeys(leaf.name for t in self.transitions for leaf in leaves(t.guard) if isinstance(leaf, Ask))
        )

    @cached_property
    def regions(self) -> tuple[State, ...]:
        """The orthogonal regions: children of the root parallel state, else the chart is one region.

        A chart whose top level is several plain states is one region without a state of its own; it is
        represented by a compound state named after the chart.
        """
        if len(self.roots) == 1 and self.roots[0].kind == "parallel":
            return tuple(self.by_id[child] for child in self.roots[0].children)
        if len(self.roots) == 1 and self.roots[0].kind == "compound":
            return self.roots
        return (State(self.name, "compound", None, tuple(s.id for s in self.roots), self.initial),)

    def leaves_of(self, state: State) -> tuple[str, ...]:
        """Ids of the atomic and final states below ``state`` (or itself), in document order."""
        if not state.children:
            return (state.id,)
        return tuple(leaf for child in state.children for leaf in self.leaves_of(self.by_id[child]))

    def ancestors(self, state: str) -> Iterator[str]:
        """Ids from the parent of ``state`` outward."""
        parent = self.by_id[state].parent
        while parent is not None:
            yield parent
            parent = self.by_id[parent].parent

    def path(self, state: str) -> tuple[str, ...]:
        """The state and its ancestors, outermost first."""
        return (*reversed(tuple(self.ancestors(state))), state)

    def initial_leaf(self, state: State) -> str:
        """The leaf entered when ``state`` is entered by default; ``state`` may not contain a parallel."""
        while state.initial is not None:
            state = self.by_id[state.initial]
        return state.id

    @cached_property
    def initial_configuration(self) -> tuple[str, ...]:
        """The initial leaf of each region."""
        return tuple(self.initial_leaf(region) for region in self.regions)

    def active(self, configuration: tuple[str, ...]) -> frozenset[str]:
        """All active ids of a configuration (one leaf a region): the leaves and their ancestors."""
        return frozenset(state for leaf in configuration for state in self.path(leaf))

    def region_of(self, state: str) -> int:
        """Index into :attr:`regions` of the region that holds ``state``; -1 for the root parallel itself."""
        chain = {state, *self.ancestors(state)}
        for index, region in enumerate(self.regions):
            if region.id in chain or (region.parent is None and region.id not in self.by_id):
                return index
        return -1

    def is_region(self, *states: str) -> bool:
        """Whether one of the states is an orthogonal region of a parallel state."""
        parents = (self.by_id[state].parent for state in states)
        return any(parent is not None and self.by_id[parent].kind == "parallel" for parent in parents)

    def transitions_for(self, event: str | None, region: int | None = None) -> tuple[Transition, ...]:
        """Transitions of an event (None: the eventless ones), optionally of one region, in document order."""
        return tuple(
            t for t in self.transitions if t.event == event and (region is None or self.region_of(t.source) == region)
        )

    def is_ignored(self, event: str, active: frozenset[str]) -> bool:
        """Whether the event is declared as legal without effect in a configuration (its ids, ancestors too)."""
        return any(name == event and state in active for name, state in self.ignored)

    def status(self, active: frozenset[str]) -> str:
        """The derived status of a configuration: an overlay's word, else the first active leaf of region one."""
        for overlay in self.overlays:
            if overlay.state in active:
                return overlay.status
        for leaf in self.leaves_of(self.regions[0]):
            if leaf in active:
                return leaf
        raise ValueError(f"chart {self.name}: no leaf of {self.regions[0].id} is active in {sorted(active)}")

    def structural(self, guard: Guard | None) -> bool:
        """Whether the guard asks only about the chart itself (``In``), never the hooks object."""
        return all(isinstance(leaf, In) for leaf in leaves(guard))
