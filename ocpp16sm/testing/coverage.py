"""Which parts of a chart a test run has visited, and which it has not.

::

    from ocpp16sm.testing import chart_coverage

    with chart_coverage(Door) as coverage:
        ...                                     # code that uses doors
    assert coverage.percent("transitions") == 100
    print(coverage.text())

In a pytest run ``--chart-coverage door:Door`` does the same for all tests.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias, get_args

from attrs import define, field, frozen

from ocpp16sm.errors import DefinitionError
from statecharts.check import told
from statecharts.coverage_items import Goals, Pair, pairs_of, transition_names
from statecharts.explore import Configuration, Exploration, Move, explore, microstep
from statecharts.extract import Declarations
from statecharts.model import Transition

Kind: TypeAlias = Literal["states", "transitions", "guards", "pairs"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

TOTAL: Final[tuple[Kind, ...]] = ("states", "transitions", "guards")
"""The kinds included in the total. Pairs are left out: there are so many that they would outweigh the rest."""


@define
class Visits:
    """How often each state, transition, guard answer and pair was visited; those never visited are absent."""

    states: Counter[str] = field(factory=Counter)
    transitions: Counter[Transition] = field(factory=Counter)
    guards: Counter[tuple[str, bool]] = field(factory=Counter)
    pairs: Counter[Pair] = field(factory=Counter)

    def of(self, kind: Kind) -> Counter[Any]:
        found: Counter[Any] = getattr(self, kind)
        return found

    def add(self, other: "Visits") -> None:
        for kind in KINDS:
            self.of(kind).update(other.of(kind))


@frozen
class Missing:
    """A state, transition, guard answer or pair that was never visited."""

    kind: Kind
    what: str
    way: str
    """A shortest path to it, in words."""

    def __str__(self) -> str:
        return f"{self.what}: {self.way}"


@frozen(slots=False)
class ChartCoverage:
    """The coverage of a chart, created by :func:`chart_coverage`; it counts until the ``with`` block ends."""

    declarations: Declarations = field(repr=False, eq=False)
    visits: Visits = field(factory=Visits, repr=False)

    @property
    def title(self) -> str:
        """Title of the chart."""
        return self.declarations.chart.title

    @cached_property
    def explored(self) -> Exploration:
        """Every configuration and move that the chart can reach."""
        return explore(self.declarations.chart)

    @cached_property
    def _goals(self) -> dict[Kind, dict[Any, str]]:
        """Kind -> reachable goal -> its name. Visits to anything else are not counted."""
        goals = Goals(self.explored)
        names = transition_names(self.declarations.chart)
        return {
            "states": {state: state for state in goals.states},
            "transitions": {t: names[t] for t in goals.transitions},
            "guards": {(guard, said): f"{guard} says {'yes' if said else 'no'}" for guard, said in goals.answers},
            "pairs": {(one, other): f"{names[one]}, then {names[other]}" for one, other in goals.pairs},
        }

    def counts(self, kind: Kind) -> tuple[int, int]:
        """Number of goals of a kind that were visited, and number of all goals of that kind.

        Raises :class:`~ocpp16sm.errors.DefinitionError` for an unknown kind.
        """
        goals, visits = self._goals[_known(kind)], self.visits.of(kind)
        return sum(1 for goal in goals if goal in visits), len(goals)

    def percent(self, *kinds: Kind) -> float:
        """Percentage (0 to 100) of goals of these kinds that were visited; by default :data:`TOTAL`."""
        counts = [self.counts(kind) for kind in kinds or TOTAL]
        there = sum(of for _, of in counts)
        return 100 * sum(visited for visited, _ in counts) / there if there else 100.0

    def missing(self, *kinds: Kind) -> tuple[Missing, ...]:
        """Goals of these kinds (default: all) that were never visited, with a shortest path to each."""
        return tuple(
            Missing(kind, name, self._ways[kind][goal])
            for kind in kinds or KINDS
            for goal, name in self._goals[_known(kind)].items()
            if goal not in self.visits.of(kind)
        )

    @cached_property
    def _ways(self) -> dict[Kind, dict[Any, str]]:
        """Kind -> goal -> a shortest path to it, in words."""
        explored, chart = self.explored, self.declarations.chart
        lengths = {configuration: len(explored.path_to(configuration)) for configuration in explored.configurations}
        ways: dict[Kind, dict[Any, str]] = {kind: {} for kind in KINDS}
        ways["states"] |= dict.fromkeys(chart.active(chart.initial_configuration), told(()))
        asking = [(move,) for move in explored.moves if not move.steps]
        walks = sorted([*Goals(explored).walks(), *asking], key=lambda walk: lengths[walk[0].source] + len(walk))
        for walk in walks:
            words: list[str] = []
            for kind, goal in _goals_of(walk, explored):
                if goal not in ways[kind]:
                    words = words or [told((*explored.path_to(walk[0].source), *walk))]
                    ways[kind][goal] = words[0]
        return ways

    def text(self, *kinds: Kind, most: int | None = None) -> str:
        """The report: one line with totals, and one line for each goal that was never visited.

        :param kinds: kinds whose missing goals are listed; by default all.
        :param most: maximum number of such lines; None: unlimited.
        """
        numbers = "  ".join(f"{kind} {'/'.join(map(str, self.counts(kind)))}" for kind in KINDS)
        lines = [f"{self.title}: {shown(self.percent())} %  ({numbers})"]
        missing = self.missing(*kinds)
        lines += [f"    never {each}" for each in missing[:most]]
        if most is not None and len(missing) > most:
            lines.append(f"    ... and {len(missing) - most} more")
        return "\n".join(lines)

    def record(self) -> dict[str, Any]:
        """The visits as JSON-serializable data, for :meth:`add_record`."""
        return {kind: {name: self.visits.of(kind)[goal] for goal, name in self._goals[kind].items()} for kind in KINDS}

    def add_record(self, record: Mapping[str, Mapping[str, int]]) -> None:
        """Add the visits of another run of the same chart, as returned by :meth:`record`."""
        for kind in KINDS:
            for goal, name in self._goals[kind].items():
                if count := record.get(kind, {}).get(name, 0):
                    self.visits.of(kind)[goal] += count


@define
class Follower:
    """Follows one instance of a chart and counts its visits.

    It is an :class:`~ocpp16sm.testing.observer.Observer`.
    """

    coverage: ChartCoverage
    _last: tuple[tuple[Transition, ...], Configuration] | None = None

    def asked(self, guard: str, answer: bool, event: str | None) -> None:
        self.coverage.visits.guards[guard, answer] += 1

    def rests(self, configuration: Configuration) -> None:
        """Count the active states, unless the last microstep already did; no transition led there."""
        if self._last is None or self._last[1] != configuration:
            self.coverage.visits.states.update(self.coverage.declarations.chart.active(configuration))
            self._last = (), configuration

    def took(self, taken: tuple[Transition, ...], event: str | None, before: Configuration) -> None:
        visits, chart = self.coverage.visits, self.coverage.declarations.chart
        after = microstep(chart, before, taken).after
        visits.transitions.update(taken)
        self.rests(before)
        assert self._last is not None
        visits.pairs.update((one, other) for one in self._last[0] for other in taken)
        visits.states.update(chart.active(after))
        self._last = taken, after


def shown(percent: float) -> str:
    """A percentage with at most one decimal, rounded down: only full coverage shows as 100."""
    return f"{int(percent * 10) / 10:g}"


def _goals_of(walk: tuple[Move, ...], explored: Exploration) -> Iterable[tuple[Kind, Any]]:
    for move in walk:
        for answer in move.answers:
            yield "guards", answer
        for step in move.steps:
            yield from (("states", state) for state in explored.chart.active(step.after))
            yield from (("transitions", transition) for transition in step.taken)
    yield from (("pairs", pair) for pair in pairs_of(walk))


def _known(kind: Kind) -> Kind:
    if kind not in KINDS:
        raise DefinitionError(f"unknown kind of coverage {kind!r}; expected one of {', '.join(KINDS)}")
    return kind


def short_of(coverage: ChartCoverage, least: Mapping[str, float]) -> Collection[str]:
    """One message for each kind whose coverage is below its minimum.

    :param least: kind (or ``total``, see :data:`TOTAL`) -> minimum percentage.
    """
    found = []
    for name, percent in least.items():
        kinds = TOTAL if name == "total" else tuple(kind for kind in KINDS if kind == name)
        reached = coverage.percent(*kinds)
        if reached < percent:
            found.append(f"{coverage.title}: {name} {shown(reached)} %, required: {percent:g} %")
    return found
