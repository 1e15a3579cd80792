"""A third opinion: the SCXML algorithm (W3C SCXML 1.0, appendix D), written for these tests and from that text alone.

It knows nothing of regions as integers, of how our explorer selects or of python-statemachine's order. It takes any
nesting of compound and parallel states, so that what the profile leaves out can be tried as well. Where our hooks have
a phase of their own (``before``, ``after``) it runs them round the microstep; a hook sees the configuration as it was
until every exit and action has run, and as it will be from the first entry on (design.md, section 3.3).
"""

from collections.abc import Iterable
from typing import Protocol

from statecharts.guards import Ask, Both, Guard, In, Not
from statecharts.model import Chart, State, Transition

Configuration = frozenset[str]


class Hooks(Protocol):
    """Whom a chart calls and asks."""

    def call(self, hook: str) -> None:
        """Perform a hook."""

    def ask(self, guard: str) -> bool:
        """Answer a guard."""


class Scxml:
    """An interpreter of one chart. ``fire`` answers as the machines do; a refused event raises ``LookupError``."""

    def __init__(self, chart: Chart, hooks: Hooks) -> None:
        self._chart = chart
        self._hooks = hooks
        self._order = {state.id: position for position, state in enumerate(chart.states)}
        self._active: Configuration = frozenset(self._entered_by_default(self._tops()))

    # -- what the tests see -----------------------------------------------------------------------------------------

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active atomic and final states in document order."""
        return tuple(s.id for s in self._chart.states if s.id in self._active and not s.children)

    def restore(self, leaves: Iterable[str]) -> None:
        """Take a configuration."""
        self._active = frozenset(state for leaf in leaves for state in (leaf, *self._proper_ancestors(leaf)))

    def fire(self, event: str) -> bool:
        """One event, then eventless transitions until none is enabled."""
        enabled = self._select(event)
        if not enabled:
            if any(name == event and state in self._active for name, state in self._chart.ignored):
                return False
            raise LookupError(event)
        for _ in range(100):
            if not enabled:
                return True
            self._microstep(enabled)
            enabled = self._select(None)
        raise RecursionError(f"{event} does not settle")

    # -- selectTransitions, removeConflictingTransitions ------------------------------------------------------------

    def _select(self, event: str | None) -> list[Transition]:
        chosen: list[Transition] = []
        for atomic in self.configuration:
            for state in (atomic, *self._proper_ancestors(atomic)):
                fitting = (t for t in self._chart.transitions if t.source == state and t.event == event)
                found = next((t for t in fitting if self._holds(t.guard)), None)
                if found is not None:
                    if all(found is not other for other in chosen):
                        chosen.append(found)
                    break
        return self._without_conflicts(chosen)

    def _without_conflicts(self, enabled: list[Transition]) -> list[Transition]:
        kept: list[Transition] = []
        for one in enabled:
            rivals = [other for other in kept if self._exit_set(one) & self._exit_set(other)]
            if all(other.source in self._proper_ancestors(one.source) for other in rivals):
                kept = [other for other in kept if all(other is not rival for rival in rivals)]
                kept.append(one)
        return kept

    def _holds(self, guard: Guard | None) -> bool:
        match guard:
            case None:
                return True
            case Ask(name):
                return self._hooks.ask(name)
            case In(state):
                return state in self._active
            case Not(inner):
                return not self._holds(inner)
            case Both("and", parts):
                return all(self._holds(part) for part in parts)
            case Both(_, parts):
                return any(self._holds(part) for part in parts)

    # -- microstep, exitStates, enterStates -------------------------------------------------------------------------

    def _microstep(self, enabled: list[Transition]) -> None:
        left = {state for t in enabled for state in self._exit_set(t)}
        entered = {state for t in enabled for state in self._entry_set(t)}
        for t in enabled:
            self._call(t.before)
        for state in sorted(left, key=self._order.__getitem__, reverse=True):
            self._call(self._state(state).exit)
        for t in enabled:
            self._call(t.on)
        self._active = (self._active - left) | entered
        for state in sorted(entered, key=self._order.__getitem__):
            self._call(self._state(state).enter)
        for t in enabled:
            self._call(t.after)

    def _call(self, hooks: Iterable[str]) -> None:
        for hook in hooks:
            self._hooks.call(hook)

    def _domain(self, t: Transition) -> str | None:
        """The innermost compound ancestor of source and target; None stands for the document."""
        assert t.target is not None
        source, target = self._proper_ancestors(t.source), self._proper_ancestors(t.target)
        return next((a for a in source if a in target and self._state(a).kind == "compound"), None)

    def _exit_set(self, t: Transition) -> set[str]:
        if t.target is None:
            return set()
        domain = self._domain(t)
        return {s for s in self._active if domain is None or domain in self._proper_ancestors(s)}

    def _entry_set(self, t: Transition) -> set[str]:
        if t.target is None:
            return set()
        domain = self._domain(t)
        entered = self._entered_by_default([t.target])
        for ancestor in self._proper_ancestors(t.target):
            if ancestor == domain:
                break
            entered.add(ancestor)
            if self._state(ancestor).kind == "parallel":
                aside = [c for c in self._state(ancestor).children if c not in entered]
                entered |= self._entered_by_default(aside)
        return entered

    def _entered_by_default(self, states: Iterable[str]) -> set[str]:
        entered: set[str] = set()
        for each in states:
            state = self._state(each)
            entered.add(each)
            if state.kind == "parallel":
                entered |= self._entered_by_default(state.children)
            elif state.initial is not None:
                entered |= self._entered_by_default([state.initial])
        return entered

    # -- the tree ---------------------------------------------------------------------------------------------------

    def _state(self, state: str) -> State:
        return next(s for s in self._chart.states if s.id == state)

    def _tops(self) -> list[str]:
        return [self._chart.initial] if self._chart.initial else [s.id for s in self._chart.states if s.parent is None]

    def _proper_ancestors(self, state: str) -> list[str]:
        found: list[str] = []
        parent = self._state(state).parent
        while parent is not None:
            found.append(parent)
            parent = self._state(parent).parent
        return found
