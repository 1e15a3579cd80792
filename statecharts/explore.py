"""Explore a chart: every configuration that can be reached, every move, with every answer its guards can give.

Named guards are free (each may hold or not, once an event); ``In`` is evaluated. The interpreter of microsteps in
this module follows the SCXML algorithm and is written for being read, not for speed; generated machines and
python-statemachine are tested against it.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from attrs import field, frozen

from statecharts.guards import Ask, holds, leaves
from statecharts.model import Chart, Transition

Configuration = tuple[str, ...]
"""One active leaf a region, in document order of the regions."""

EVENTLESS_BOUND = 32
"""Microsteps in one event after which a chart is called a livelock."""


class LivelockError(RuntimeError):
    """Eventless transitions follow each other without end."""


@frozen
class Microstep:
    """One step from a configuration to the next: what was taken and which hooks ran, in order."""

    before: Configuration
    after: Configuration
    taken: tuple[Transition, ...]
    hooks: tuple[str, ...]


@frozen
class Move:
    """What one event does to one configuration for one set of guard answers."""

    source: Configuration
    event: str
    answers: tuple[tuple[str, bool], ...]
    """The named guards that were asked, with the answer given."""
    steps: tuple[Microstep, ...]
    """Empty: nothing was enabled."""

    @property
    def target(self) -> Configuration:
        """The configuration afterwards."""
        return self.steps[-1].after if self.steps else self.source

    @property
    def hooks(self) -> tuple[str, ...]:
        """Every hook that ran, in order."""
        return tuple(hook for step in self.steps for hook in step.hooks)


@frozen
class Exploration:
    """The reachable part of a chart."""

    chart: Chart
    configurations: tuple[Configuration, ...]
    """In breadth-first order from the initial one."""
    moves: tuple[Move, ...]
    """One for each configuration, event and distinct set of answers."""
    _reached_by: Mapping[Configuration, Move | None] = field(repr=False)

    def path_to(self, configuration: Configuration) -> tuple[Move, ...]:
        """A shortest sequence of moves from the initial configuration."""
        path: list[Move] = []
        while (move := self._reached_by[configuration]) is not None:
            path.append(move)
            configuration = move.source
        return tuple(reversed(path))

    def tour(self) -> Iterator[tuple[Move, ...]]:
        """Sequences from the initial configuration that together make every move at least once.

        Greedy: take an untried move of the present configuration, else walk to the nearest one that has any.
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
    """The shortest walk to a configuration with untried moves; None when there is none to be reached."""
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
    """Walk the whole reachable product of the regions, breadth first."""
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
    """Every distinct thing that ``event`` can do in ``configuration``, over all guard answers."""
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
    """The microsteps of one event: its own, then eventless ones until none is enabled (run to completion)."""
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
    """Enabled transitions, at most one a region: the first that holds, from the leaf outward."""
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
    """What is done when ``taken`` are taken together.

    Exits (innermost first, last region first), transition content, entries (outermost first).
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
    """States left (innermost first) and entered (outermost first) by a transition while ``leaf`` is active.

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
