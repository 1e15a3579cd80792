"""The chart model: the only interface between a chart and everything that is derived from it.

Frozen values that offer look-ups but no behaviour. Machines, handlers, diagrams, tours and checks are derived from
this model and never from python-statemachine, so they also work for charts from other sources such as SCXML.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from attrs import field, frozen

from statecharts.guards import Ask, Guard, In, leaves

Kind = Literal["atomic", "compound", "parallel", "final", "history"]


@frozen
class State:
    """One state. Its id is unique in the chart; where OCPP has a word for the state, the id is that word."""

    id: str
    kind: Kind
    parent: str | None
    children: tuple[str, ...] = ()
    initial: str | None = None
    """The child entered by default; only for compound states."""
    enter: tuple[str, ...] = ()
    """Hooks called on entry, in order."""
    exit: tuple[str, ...] = ()
    """Hooks called on exit, in order."""
    line: int = field(default=0, eq=False)
    """Line of the declaration in the source file; 0 if the source is not available."""
    engine_order: int = field(default=0, eq=False)
    """Sort key of python-statemachine for exits and entries. It restarts in nested states, so it can differ from
    document order; the linter compares the two."""


@frozen
class Transition:
    """A transition for one event. A declaration with several events becomes several transitions."""

    source: str
    target: str | None
    """None: targetless; the hooks run and the configuration stays the same."""
    event: str | None
    """None: eventless; taken as soon as the guard holds."""
    guard: Guard | None = None
    before: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    clause: str = ""
    """Clause of the specification, from the comment beside the declaration (e.g. ``C6 D6 E6``)."""
    internal: bool = False
    line: int = field(default=0, eq=False)

    @property
    def hooks(self) -> tuple[str, ...]:
        """The transition's own hooks, in calling order."""
        return self.before + self.on + self.after


@frozen
class Timer:
    """A deadline: one hook starts it, another cancels it, and the event is fired when it expires."""

    event: str
    armed_by: str
    disarmed_by: str
    duration: str
    """Source of the duration: a configuration key or a description, with its unit."""


@frozen
class Overlay:
    """While ``state`` is active, the status of the chart is ``status``, whatever the other regions are in."""

    state: str
    status: str


@frozen
class Chart:
    """A statechart: its states and transitions in document order, and the declarations about them."""

    name: str
    """snake_case name, e.g. ``connector``."""
    title: str
    """Name of the chart class."""
    doc: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    ignored: tuple[tuple[str, str], ...] = ()
    """Pairs (event, state): while the state is active, the event is legal and has no effect."""
    timers: tuple[Timer, ...] = ()
    initial: str | None = None
    """Initial state of a flat top level; None if the top level is one parallel or compound state."""
    data: tuple[tuple[str, str], ...] = ()
    """Pairs (name, type): data that any event may carry, None if it carries none."""
    takes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs (hook, names of the data of the event that it takes); a hook may be one that the chart does not call."""
    overlays: tuple[Overlay, ...] = ()
    """Rules for the status; the first match wins. Otherwise the status is the active leaf of the first region."""
    source_file: str = field(default="", eq=False)
    module: str = field(default="", eq=False)

    def __attrs_post_init__(self) -> None:
        self.by_id  # noqa: B018 - fails here, with the chart at hand, when two states share an id

    @cached_property
    def by_id(self) -> dict[str, State]:
        """The states by id; raises :class:`ValueError` if two states share an id."""
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
        """The states without a parent, in document order."""
        return tuple(state for state in self.states if state.parent is None)

    @cached_property
    def events(self) -> tuple[str, ...]:
        """All events of transitions and of ``ignored``, in order of first mention."""
        named = [t.event for t in self.transitions if t.event is not None]
        return tuple(dict.fromkeys(named + [event for event, _ in self.ignored]))

    @cached_property
    def hooks(self) -> tuple[str, ...]:
        """The names of all hooks, in order of first mention."""
        named: list[str] = []
        for state in self.states:
            named += [*state.enter, *state.exit]
        for transition in self.transitions:
            named += transition.hooks
        return tuple(dict.fromkeys(named))

    def taken_by(self, hook: str) -> tuple[str, ...]:
        """The names of the event's data that a hook takes."""
        return dict(self.takes).get(hook, ())

    @cached_property
    def guards(self) -> tuple[str, ...]:
        """The names of all named guards, in order of first mention."""
        return tuple(
            dict.fromkeys(leaf.name for t in self.transitions for leaf in leaves(t.guard) if isinstance(leaf, Ask))
        )

    @cached_property
    def regions(self) -> tuple[State, ...]:
        """The orthogonal regions: the children of a parallel root, otherwise one region for the whole chart.

        A chart with several top-level states is one region; a compound state named after the chart represents it.
        """
        if len(self.roots) == 1 and self.roots[0].kind == "parallel":
            return tuple(self.by_id[child] for child in self.roots[0].children)
        if len(self.roots) == 1 and self.roots[0].kind == "compound":
            return self.roots
        return (State(self.name, "compound", None, tuple(s.id for s in self.roots), self.initial),)

    def leaves_of(self, state: State) -> tuple[str, ...]:
        """Ids of the atomic and final states in ``state``, in document order; its own id if it has no children."""
        if not state.children:
            return (state.id,)
        return tuple(leaf for child in state.children for leaf in self.leaves_of(self.by_id[child]))

    def ancestors(self, state: str) -> Iterator[str]:
        """Ids of the enclosing states, innermost first."""
        parent = self.by_id[state].parent
        while parent is not None:
            yield parent
            parent = self.by_id[parent].parent

    def path(self, state: str) -> tuple[str, ...]:
        """Ids of the enclosing states and of ``state`` itself, outermost first."""
        return (*reversed(tuple(self.ancestors(state))), state)

    def initial_leaf(self, state: State) -> str:
        """Id of the leaf entered when ``state`` is entered by default; ``state`` must not contain a parallel state."""
        while state.initial is not None:
            state = self.by_id[state.initial]
        return state.id

    @cached_property
    def initial_configuration(self) -> tuple[str, ...]:
        """The initial leaf of each region, in order of :attr:`regions`."""
        return tuple(self.initial_leaf(region) for region in self.regions)

    def active(self, configuration: tuple[str, ...]) -> frozenset[str]:
        """Ids of all active states of a configuration (one leaf for each region): the leaves and their ancestors."""
        return frozenset(state for leaf in configuration for state in self.path(leaf))

    def region_of(self, state: str) -> int:
        """Index in :attr:`regions` of the region that contains ``state``; -1 for the parallel root itself."""
        chain = {state, *self.ancestors(state)}
        for index, region in enumerate(self.regions):
            if region.id in chain or (region.parent is None and region.id not in self.by_id):
                return index
        return -1

    def is_region(self, *states: str) -> bool:
        """Whether any of the states is a region of a parallel state."""
        parents = (self.by_id[state].parent for state in states)
        return any(parent is not None and self.by_id[parent].kind == "parallel" for parent in parents)

    def transitions_for(self, event: str | None, region: int | None = None) -> tuple[Transition, ...]:
        """Transitions of an event (None: the eventless ones), optionally of one region only, in document order."""
        return tuple(
            t for t in self.transitions if t.event == event and (region is None or self.region_of(t.source) == region)
        )

    def is_ignored(self, event: str, active: frozenset[str]) -> bool:
        """Whether the event is declared as ignored while the states ``active`` (leaves and ancestors) are active."""
        return any(name == event and state in active for name, state in self.ignored)

    def status(self, active: frozenset[str]) -> str:
        """The status of a configuration: that of the first matching overlay, otherwise the first region's active leaf.

        ``active``: the ids of all active states, as from :meth:`active`.
        """
        for overlay in self.overlays:
            if overlay.state in active:
                return overlay.status
        for leaf in self.leaves_of(self.regions[0]):
            if leaf in active:
                return leaf
        raise ValueError(f"chart {self.name}: no leaf of {self.regions[0].id} is active in {sorted(active)}")

    def structural(self, guard: Guard | None) -> bool:
        """Whether the guard depends only on the chart itself (``In``) and never asks the hooks object."""
        return all(isinstance(leaf, In) for leaf in leaves(guard))
