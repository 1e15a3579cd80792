"""Explore a chart: find every reachable configuration and every move, for every answer of its guards.

Named guards may answer either way, once for each event; ``In`` is evaluated. The microstep interpreter in this module
follows the SCXML algorithm and favours clarity over speed. Generated machines and python-statemachine are tested
against it.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from attrs import field, frozen

from statecharts.guards import Ask, holds, leaves
from statecharts.model import Chart, Transition

Configuration = tuple[str, ...]
"""The active leaf of each region, in document order of the regions."""

EVENTLESS_BOUND = 32
"""Number of microsteps for one event at which a chart counts as livelocked."""


class LivelockError(RuntimeError):
    """Eventless transitions trigger each other without end."""


@frozen
class Microstep:
    """One step to the next configuration: the transitions taken and the hooks run, in order."""

    before: Configuration
    after: Configuration
    taken: tuple[Transition, ...]
    hooks: tuple[str, ...]


@frozen
class Move:
    """The effect of one event on one configuration, for one set of guard answers."""

    source: Configuration
    event: str
    answers: tuple[tuple[str, bool], ...]
    """The named guards that were asked, and their answers."""
    steps: tuple[Microstep, ...]
    """Empty if no transition was enabled."""

    @property
    def target(self) -> Configuration:
        """The configuration after the event."""
        return self.steps[-1].after if self.steps else self.source

    @property
    def hooks(self) -> tuple[str, ...]:
        """All hooks that ran, in order."""
        return tuple(hook for step in self.steps for hook in step.hooks)


@frozen
class Exploration:
    """Everything that can be reached in a chart."""

    chart: Chart
    configurations: tuple[Configuration, ...]
    """In breadth-first order, starting with the initial configuration."""
    moves: tuple[Move, ...]
    """One for each configuration, event and distinct set of answers."""
    _reached_by: Mapping[Configuration, Move | None] = field(repr=False)

    def path_to(self, configuration: Configuration) -> tuple[Move, ...]:
        """A shortest sequence of moves from the initial configuration; KeyError if it is unreachable."""
        path: list[Move] = []
        while (move := self._reached_by[configuration]) is not None:
            path.append(move)
            configuration = move.source
        return tuple(reversed(path))

    def tour(self) -> Iterator[tuple[Move, ...]]:
        """Sequences of moves from the initial configuration that together make every move at least once.

        Greedy: make an untried move of the current configuration, otherwise walk to the nearest untried one.
        """
        untried: dict[Configuration, list[Move]] = {c: [] for c in self.configurations}
        ways: dict[Configuration, list[Move]] = {c: [] for c in self.configurations}
        for move in self.moves:
            untried[move.source].append(move)
            if move.target != move.source:
                ways[move.source].append(move)
        while any(untried.values()):
            here = self.configurations[0]
            walk: list[Move] = []
            while (way := _nearest(here, untried, ways)) is not None:
                walk += way
                here = walk[-1].target if way else here
                move = untried[here].pop()
                walk.append(move)
                here = move.target
            yield tuple(walk)


def _nearest(
    start: Configuration, untried: Mapping[Configuration, list[Move]], ways: Mapping[Configuration, list[Move]]
) -> list[Move] | None:
    """The shortest walk to a configuration with untried moves; None if no such configuration is reachable."""
    queue: deque[tuple[Configuration, list[Move]]] = deque([(start, [])])
    seen = {start}
    while queue:
        here, walk = queue.popleft()
        if untried[here]:
            return walk
        for move in ways[here]:
            if move.target not in seen:
                seen.add(move.target)
                queue.append((move.target, [*walk, move]))
    return None


def explore(chart: Chart) -> Exploration:
    """Explore the reachable product of the regions, breadth first.

    Raises :class:`LivelockError` if the eventless transitions of the chart do not settle.
    """
    start = chart.initial_configuration
    reached_by: dict[Configuration, Move | None] = {start: None}
    moves: list[Move] = []
    queue = deque([start])
    while queue:
        configuration = queue.popleft()
        for event in chart.events:
            for move in moves_of(chart, configuration, event):
                moves.append(move)
                if move.target not in reached_by:
                    reached_by[move.target] = move
                    queue.append(move.target)
    return Exploration(chart, tuple(reached_by), tuple(moves), reached_by)


def moves_of(chart: Chart, configuration: Configuration, event: str) -> Iterator[Move]:
    """The distinct effects of ``event`` in ``configuration``, over all guard answers."""
    names = _guards_in_question(chart, event)
    seen: set[tuple[tuple[str, bool], ...]] = set()
    for values in product((False, True), repeat=len(names)):
        answers = dict(zip(names, values, strict=True))
        asked: dict[str, bool] = {}

        def ask(name: str, answers: dict[str, bool] = answers, asked: dict[str, bool] = asked) -> bool:
            asked[name] = answers[name]
            return answers[name]

        steps = tuple(step(chart, configuration, event, ask))
        key = tuple(sorted(asked.items()))
        if key not in seen:
            seen.add(key)
            yield Move(configuration, event, key, steps)


def _guards_in_question(chart: Chart, event: str) -> tuple[str, ...]:
    relevant = (*chart.transitions_for(event), *chart.transitions_for(None))
    return tuple(dict.fromkeys(leaf.name for t in relevant for leaf in leaves(t.guard) if isinstance(leaf, Ask)))


def step(chart: Chart, configuration: Configuration, event: str, ask: Callable[[str], bool]) -> Iterator[Microstep]:
    """The microsteps of one event: first its own, then eventless ones until none is enabled (run to completion)."""
    taken = select(chart, configuration, event, ask)
    if not taken:
        return
    for _ in range(EVENTLESS_BOUND):
        micro = microstep(chart, configuration, taken)
        yield micro
        configuration = micro.after
        taken = select(chart, configuration, None, ask)
        if not taken:
            return
    raise LivelockError(f"chart {chart.name}: eventless transitions do not settle after {event} in {configuration}")


def select(
    chart: Chart, configuration: Configuration, event: str | None, ask: Callable[[str], bool]
) -> tuple[Transition, ...]:
    """Enabled transitions, at most one for each region: the first whose guard holds, from the leaf outward."""
    active = chart.active(configuration)
    taken: list[Transition] = []
    for leaf in configuration:
        for state in (leaf, *chart.ancestors(leaf)):
            found = next(
                (
                    t
                    for t in chart.transitions
                    if t.source == state and t.event == event and holds(t.guard, ask, active.__contains__)
                ),
                None,
            )
            if found is not None:
                if found not in taken:
                    taken.append(found)
                break
    return tuple(taken)


def microstep(chart: Chart, configuration: Configuration, taken: tuple[Transition, ...]) -> Microstep:
    """Take the transitions ``taken`` together.

    Hooks run in this order: exits (innermost and last region first), transitions, entries (outermost first).
    """
    after = list(configuration)
    left: list[str] = []
    entered: list[str] = []
    for transition in taken:
        if transition.target is None:
            continue
        region = chart.region_of(transition.source)
        exits, entries = exits_and_entries(chart, configuration[region], transition)
        left += exits
        entered += entries
        after[region] = entries[-1]
    order = {state.id: index for index, state in enumerate(chart.states)}
    left.sort(key=order.__getitem__, reverse=True)
    entered.sort(key=order.__getitem__)
    hooks = [hook for t in taken for hook in t.before]
    hooks += [hook for state in left for hook in chart.by_id[state].exit]
    hooks += [hook for t in taken for hook in t.on]
    hooks += [hook for state in entered for hook in chart.by_id[state].enter]
    hooks += [hook for t in taken for hook in t.after]
    return Microstep(configuration, tuple(after), taken, tuple(hooks))


def exits_and_entries(chart: Chart, leaf: str, transition: Transition) -> tuple[list[str], list[str]]:
    """States that a transition exits (innermost first) and enters (outermost first) while ``leaf`` is active.

    The domain is the innermost compound state that properly contains source and target (SCXML 3.13).
    """
    assert transition.target is not None
    source_line = list(chart.ancestors(transition.source))
    target_line = set(chart.ancestors(transition.target))
    domain = next((state for state in source_line if state in target_line), None)
    exits = []
    for state in (leaf, *chart.ancestors(leaf)):
        if state == domain:
            break
        exits.append(state)
    path = list(chart.path(transition.target))
    entries = path[path.index(domain) + 1 :] if domain is not None else path
    state_id = transition.target
    while (initial := chart.by_id[state_id].initial) is not None:
        state_id = initial
        entries.append(state_id)
    return exits, entries
