"""What there is to visit in a chart: its states, transitions, guards with either answer, and pairs of transitions.

Only what can happen is counted. A state that no event leads to and a transition that is never taken are found by
:mod:`statecharts.check`; here they would be goals that nobody reaches.
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
"""Two transitions, of which the second is taken in the microstep after that of the first."""


@frozen(slots=False)
class Goals:
    """Everything that can be visited, in order of the document."""

    explored: Exploration

    @cached_property
    def states(self) -> tuple[str, ...]:
        """States that can be active, for a moment between two microsteps as well."""
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
        """Guards that are asked, with either answer."""
        asked = {guard for move in self.explored.moves for guard, _ in move.answers}
        return tuple(
            (guard, answer) for guard in self.explored.chart.guards if guard in asked for answer in (True, False)
        )

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Pairs of transitions that can follow each other."""
        order = {t: index for index, t in enumerate(self.transitions)}
        found = dict.fromkeys(pair for walk in self.walks() for pair in pairs_of(walk))
        return tuple(sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]])))

    def walks(self) -> Iterator[tuple[Move, ...]]:
        """Each move, alone and with each that can follow it."""
        following: dict[tuple[str, ...], list[Move]] = {}
        for move in self.explored.moves:
            if move.steps:
                following.setdefault(move.source, []).append(move)
        for move in self.explored.moves:
            if move.steps:
                yield (move,)
                yield from ((move, after) for after in following.get(move.target, ()))


def pairs_of(walk: tuple[Move, ...]) -> Iterator[Pair]:
    """The pairs of transitions that a walk takes."""
    steps = [step for move in walk for step in move.steps]
    for one, other in pairwise(steps):
        yield from ((first, second) for first in one.taken for second in other.taken)


def transition_names(chart: Chart) -> dict[Transition, str]:
    """The transitions in few words; those that share them, with their guards."""
    transitions = dict.fromkeys(chart.transitions)
    words = [arrow(t) for t in transitions]
    return {
        t: arrow(t) if words.count(arrow(t)) == 1 else f"{arrow(t)} [{'else' if t.guard is None else show(t.guard)}]"
        for t in transitions
    }
