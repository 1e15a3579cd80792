"""The coverage goals of a chart: its states, transitions, guard answers and pairs of transitions.

Only reachable goals count. :mod:`statecharts.check` reports unreachable states and transitions that are never taken.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from attrs import frozen

from statecharts.check import arrow
from statecharts.explore import Exploration, Move
from statecharts.guards import show
from statecharts.model import Chart, Transition

Pair = tuple[Transition, Transition]
"""Two transitions; the second is taken in the microstep after the first."""


@frozen(slots=False)
class Goals:
    """All reachable coverage goals, in document order."""

    explored: Exploration

    @cached_property
    def states(self) -> tuple[str, ...]:
        """States that can be active, including those active only between two microsteps."""
        chart = self.explored.chart
        seen = {state for configuration in self.explored.configurations for state in chart.active(configuration)}
        seen |= {s for move in self.explored.moves for step in move.steps for s in chart.active(step.after)}
        return tuple(state.id for state in chart.states if state.id in seen)

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Transitions that can be taken."""
        taken = {t for move in self.explored.moves for step in move.steps for t in step.taken}
        return tuple(dict.fromkeys(t for t in self.explored.chart.transitions if t in taken))

    @cached_property
    def answers(self) -> tuple[tuple[str, bool], ...]:
        """Guards that are asked, each with either answer."""
        asked = {guard for move in self.explored.moves for guard, _ in move.answers}
        return tuple(
            (guard, answer) for guard in self.explored.chart.guards if guard in asked for answer in (True, False)
        )

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Pairs of transitions that can be taken in consecutive microsteps."""
        order = {t: index for index, t in enumerate(self.transitions)}
        found = dict.fromkeys(pair for walk in self.walks() for pair in pairs_of(walk))
        return tuple(sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]])))

    def walks(self) -> Iterator[tuple[Move, ...]]:
        """Each move alone, and each move followed by every move possible after it."""
        following: dict[tuple[str, ...], list[Move]] = {}
        for move in self.explored.moves:
            if move.steps:
                following.setdefault(move.source, []).append(move)
        for move in self.explored.moves:
            if move.steps:
                yield (move,)
                yield from ((move, after) for after in following.get(move.target, ()))


def pairs_of(walk: tuple[Move, ...]) -> Iterator[Pair]:
    """The pairs of transitions that a walk covers."""
    steps = [step for move in walk for step in move.steps]
    for one, other in pairwise(steps):
        yield from ((first, second) for first in one.taken for second in other.taken)


def transition_names(chart: Chart) -> dict[Transition, str]:
    """A short name for each transition; where several share it, their guards are added."""
    transitions = dict.fromkeys(chart.transitions)
    words = [arrow(t) for t in transitions]
    return {
        t: arrow(t) if words.count(arrow(t)) == 1 else f"{arrow(t)} [{'else' if t.guard is None else show(t.guard)}]"
        for t in transitions
    }
