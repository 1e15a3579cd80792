"""Find the flaws of a well-formed chart by exploring all of it.

The exploration is exhaustive and tries every answer of every named guard. Each finding is therefore a fact, and no
findings means there are none. Use :func:`counterexample` to state in Python what a chart must never do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import combinations, product

from attrs import field, frozen

from statecharts.explore import Configuration, Exploration, Move, explore
from statecharts.guards import Ask, Guard, In, Not, holds, leaves, show
from statecharts.model import Chart, Transition

State = frozenset[str]
"""Every active id of a configuration: the leaves and their ancestors."""

Invariant = Callable[[State], bool]
"""Returns whether a property that must always hold is true of the given active states."""

Law = Callable[[Move], bool]
"""Returns whether a move is allowed."""


class Flaw(StrEnum):
    """The kind of a finding."""

    UNREACHABLE = "unreachable state"
    DEAD = "dead transition"
    SHADOWED = "shadowed transition"
    CONSTANT = "constant guard"
    AMBIGUOUS = "ambiguous transitions"
    UNHANDLED = "unhandled event"
    STUCK = "stuck configuration"
    UNIMPLEMENTED = "unimplemented hook"


@frozen(order=True)
class Remark:
    """One finding: its line, its kind, a message and, for a stuck configuration, the path that leads there."""

    line: int
    flaw: Flaw
    message: str
    path: tuple[Move, ...] = field(default=(), order=False)

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.flaw}: {self.message}"


@frozen
class Counterexample:
    """The shortest path that violates an invariant."""

    invariant: str
    path: tuple[Move, ...]
    configuration: Configuration
    """The configuration that violates the invariant; for a law, the target of the forbidden move."""

    def __str__(self) -> str:
        return f"{self.invariant} does not hold in {'/'.join(self.configuration)}, {told(self.path)}"


def told(path: Iterable[Move]) -> str:
    """Describe a path: ``after fault_raised -> Available/Faulted``, with the guard answers it depends on."""
    steps = [f"{move.event}{_answers(move)} {_led_to(move)}" for move in path]
    return "after " + ", ".join(steps) if steps else "at the start"


def _led_to(move: Move) -> str:
    return f"-> {'/'.join(move.target)}" if move.steps else "(no effect)"


def _answers(move: Move) -> str:
    said = [name if answer else f"not {name}" for name, answer in move.answers]
    return f" [{', '.join(said)}]" if said else ""


def check(chart: Chart, *, events: Iterable[str] = (), implemented: Iterable[str] | None = None) -> tuple[Remark, ...]:
    """Find every flaw of a chart, sorted by line.

    ``events``: events that somebody fires; each must be known to the chart. ``implemented``: names of the implemented
    hooks and guards (None: not checked).
    """
    return tuple(sorted(_Checked(explore(chart), tuple(events), implemented).remarks()))


def counterexample(explored: Exploration, invariant: Invariant, name: str = "") -> Counterexample | None:
    """The shortest path to a configuration that violates ``invariant``; None proves that none exists."""
    for configuration in explored.configurations:
        if not invariant(explored.chart.active(configuration)):
            return Counterexample(name or _name(invariant), explored.path_to(configuration), configuration)
    return None


def unlawful(explored: Exploration, law: Law, name: str = "") -> Counterexample | None:
    """The shortest path that ends with a move forbidden by ``law``; None proves that none exists."""
    found = [(*explored.path_to(move.source), move) for move in explored.moves if not law(move)]
    if not found:
        return None
    path = min(found, key=len)
    return Counterexample(name or _name(law), path, path[-1].target)


def _name(function: Callable[..., bool]) -> str:
    return str(getattr(function, "__name__", function))


@frozen(slots=False)
class _Checked:
    explored: Exploration
    events: tuple[str, ...]
    implemented: Iterable[str] | None

    @property
    def chart(self) -> Chart:
        return self.explored.chart

    def remarks(self) -> Iterator[Remark]:
        yield from self._unreachable()
        yield from self._never_taken()
        yield from self._constant()
        yield from self._ambiguous()
        yield from self._unhandled()
        yield from self._stuck()
        yield from self._unimplemented()

    @cached_property
    def _reached(self) -> State:
        return frozenset(state for c in self.explored.configurations for state in self.chart.active(c))

    @cached_property
    def _seen(self) -> tuple[Configuration, ...]:
        """Every configuration in which transitions are selected, including those between two microsteps."""
        between = (step.after for move in self.explored.moves for step in move.steps)
        return tuple(dict.fromkeys((*self.explored.configurations, *between)))

    @cached_property
    def _taken(self) -> frozenset[Transition]:
        return frozenset(t for move in self.explored.moves for step in move.steps for t in step.taken)

    def _active_with(self, state: str) -> list[State]:
        return [active for active in map(self.chart.active, self._seen) if state in active]

    def _unreachable(self) -> Iterator[Remark]:
        for state in self.chart.states:
            if state.id not in self._reached and state.parent in (None, *self._reached):
                yield Remark(state.line, Flaw.UNREACHABLE, f"{state.id}: no sequence of events leads there")

    def _never_taken(self) -> Iterator[Remark]:
        for t in self.chart.transitions:
            if t in self._taken or t.source not in self._reached:
                continue
            if not any(_can_hold(t.guard, None, active) for active in self._active_with(t.source)):
                yield Remark(t.line, Flaw.DEAD, f"{arrow(t)}: {_shown(t)} can never hold there")
            else:
                yield Remark(t.line, Flaw.SHADOWED, f"{arrow(t)}: {self._shadow(t)}")

    def _shadow(self, hidden: Transition) -> str:
        """Describe what is taken wherever ``hidden`` could be."""
        region = self.chart.region_of(hidden.source)
        instead: dict[str, None] = {}
        for move in self.explored.moves:
            answers = dict(move.answers)
            for step in move.steps:
                active = self.chart.active(step.before)
                if hidden.source in active and _holds(hidden.guard, answers, active):
                    rivals = (
                        t for t in step.taken if t.event == hidden.event and self.chart.region_of(t.source) == region
                    )
                    instead.update((arrow(t), None) for t in rivals)
        return f"wherever it could be taken, {' or '.join(instead) or 'another transition'} takes precedence"

    def _constant(self) -> Iterator[Remark]:
        for t in self.chart.transitions:
            places = self._active_with(t.source)
            if t not in self._taken or not places:
                continue
            for leaf in dict.fromkeys(leaf for leaf in leaves(t.guard) if isinstance(leaf, In)):
                values = {leaf.state in active for active in places}
                if len(values) == 1:
                    word = "always" if values.pop() else "never"
                    yield Remark(t.line, Flaw.CONSTANT, f"{arrow(t)}: {show(leaf)} {word} holds in {t.source}")

    def _ambiguous(self) -> Iterator[Remark]:
        """Overlapping guards, unless the first is a special case of the second, which makes the order obvious."""
        for event in (*self.chart.events, None):
            declared = [t for t in self.chart.transitions_for(event) if t.guard is not None]
            for first, second in combinations(declared, 2):
                places = self._active_with(first.source) if first.source == second.source else []
                overlap = any(_can_hold(first.guard, second.guard, active) for active in places)
                if overlap and any(_can_hold(first.guard, _not(second.guard), active) for active in places):
                    yield Remark(
                        second.line,
                        Flaw.AMBIGUOUS,
                        f"{arrow(first)} [{_shown(first)}] and {arrow(second)} [{_shown(second)}] can both hold; "
                        "the first wins, which is easy to overlook",
                    )

    def _unhandled(self) -> Iterator[Remark]:
        for event in self.events:
            if event not in self.chart.events:
                yield Remark(0, Flaw.UNHANDLED, f"{event}: the chart has no such event")
        for event in self.chart.events:
            if not any(t.target or t.hooks for t in self.chart.transitions_for(event)):
                yield Remark(0, Flaw.UNHANDLED, f"{event}: ignored in every state; no transition reacts to it")

    def _stuck(self) -> Iterator[Remark]:
        leaving = {
            move.source
            for move in self.explored.moves
            if any(t.target or t.hooks for step in move.steps for t in step.taken)
        }
        for configuration in self.explored.configurations:
            final = any(self.chart.by_id[leaf].kind == "final" for leaf in configuration)
            if configuration not in leaving and not final:
                path = self.explored.path_to(configuration)
                yield Remark(
                    self.chart.by_id[configuration[0]].line,
                    Flaw.STUCK,
                    f"{'/'.join(configuration)}: no event has any effect here, {told(path)}",
                    path,
                )

    def _unimplemented(self) -> Iterator[Remark]:
        if self.implemented is None:
            return
        there = set(self.implemented)
        for name in (*self.chart.hooks, *self.chart.guards):
            if name not in there:
                what = "hook" if name in self.chart.hooks else "guard"
                yield Remark(0, Flaw.UNIMPLEMENTED, f"{name}: the chart uses this {what}, but nothing implements it")


def arrow(t: Transition) -> str:
    """Describe a transition in a few words."""
    return f"{t.source} -- {t.event or '(no event)'} --> {t.target or t.source}"


def _shown(t: Transition) -> str:
    return "no guard" if t.guard is None else show(t.guard)


def _can_hold(guard: Guard | None, other: Guard | None, active: State) -> bool:
    """Whether both guards can hold at once for some answers."""
    names = dict.fromkeys(leaf.name for leaf in (*leaves(guard), *leaves(other)) if isinstance(leaf, Ask))
    everything = (dict(zip(names, values, strict=True)) for values in product((False, True), repeat=len(names)))
    return any(_holds(guard, answers, active) and _holds(other, answers, active) for answers in everything)


def _not(guard: Guard | None) -> Guard | None:
    return None if guard is None else Not(guard)


def _holds(guard: Guard | None, answers: Mapping[str, bool], active: State) -> bool:
    """Evaluate a guard; questions that were not asked count as true."""
    return holds(guard, lambda name: answers.get(name, True), active.__contains__)
