"""Read a chart class of python-statemachine into the chart model.

The class is enough; no instance is needed. Line numbers and the clause comments of transitions come from the source
text, if it is available.
"""

import re
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from statemachine import HistoryState, StateChart
from statemachine import State as DeclaredState
from statemachine.transition import Transition as DeclaredTransition

from statecharts.guards import Guard, GuardSyntaxError, Not, conjunction, parse
from statecharts.model import Chart, Kind, Overlay, State, Timer, Transition
from statecharts.source import SourceIndex, read_source


class ExtractionError(ValueError):
    """The class declares something that the chart model cannot express; the message says where."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem = problem
        self.line = line
        """Line of the declaration; 0 if the source is not available."""


def extract(chart: type[StateChart[Any]]) -> Chart:
    """Build the model of a chart class.

    Raises :class:`ExtractionError` for what the model cannot express, e.g. a lambda as a hook. What the model can
    express but the compiler does not support is reported by :func:`statecharts.profile.lint`, all of it at once.
    """
    source = read_source(chart)
    states: list[State] = []
    transitions: list[Transition] = []
    for root in chart.states:
        _walk(root, None, source, states, transitions)
    flat = len(chart.states) > 1 or states[0].kind not in ("compound", "parallel")
    initial = next((s.id for s in chart.states if s.initial), None) if flat else None
    return Chart(
        name=snake_case(chart.__name__),
        title=chart.__name__,
        doc=cleandoc(chart.__doc__ or ""),
        states=tuple(states),
        transitions=tuple(transitions),
        ignored=_ignored(getattr(chart, "ignored", {})),
        timers=_declared(chart, "timers", Timer),
        overlays=_declared(chart, "overlays", Overlay),
        data=tuple(getattr(chart, "data", {}).items()),
        takes=tuple((hook, tuple(names.split())) for hook, names in getattr(chart, "takes", {}).items()),
        initial=initial,
        source_file=source.file,
        module=chart.__module__,
    )


class Declarations:
    """Maps the transitions of a chart class to those of its model.

    :param declared: the class; it is read with :func:`extract`.
    """

    def __init__(self, declared: type[StateChart[Any]]) -> None:
        self.declared = declared
        self.chart = extract(declared)
        of_the_model = iter(self.chart.transitions)
        self._transitions = {
            (id(arrow), event): next(of_the_model)
            for root in declared.states
            for arrow in _arrows(root)
            for event in _events(arrow)
        }

    def transition(self, arrow: DeclaredTransition, event: str | None) -> Transition:
        """The model's transition for one event of ``arrow`` (None: it is eventless)."""
        return self._transitions[id(arrow), event]


def _arrows(state: DeclaredState) -> Iterator[DeclaredTransition]:
    """The transitions of a class in the order in which the model has them."""
    yield from (transition for transition in state.transitions if not transition.initial)
    for child in state.states:
        yield from _arrows(child)


def _events(declared: DeclaredTransition) -> list[str | None]:
    return [*str(declared.event).split()] if declared.event else [None]


def snake_case(name: str) -> str:
    """``ChargePoint`` -> ``charge_point``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _walk(
    declared: DeclaredState,
    parent: str | None,
    source: SourceIndex,
    states: list[State],
    transitions: list[Transition],
) -> None:
    children = list(declared.states)
    default = [t for t in declared.transitions if t.initial]
    initial = default[0].targets[0].id if default and not declared.parallel else None
    where = source.state(declared.id)
    states.append(
        State(
            id=declared.id,
            kind=_kind(declared),
            parent=parent,
            children=tuple(child.id for child in children),
            initial=initial,
            enter=_hooks(declared.enter, f"state {declared.id}, enter", where),
            exit=_hooks(declared.exit, f"state {declared.id}, exit", where),
            line=where,
            engine_order=declared.document_order or 0,
        )
    )
    for transition in declared.transitions:
        if not transition.initial:
            transitions.extend(_transition(transition, source))
    for child in children:
        _walk(child, declared.id, source, states, transitions)
    for history in declared.history:
        states.append(State(history.id, "history", declared.id, line=source.state(history.id)))
        for transition in history.transitions:
            transitions.extend(_transition(transition, source))


def _kind(state: DeclaredState) -> Kind:
    if isinstance(state, HistoryState):
        return "history"
    if state.parallel:
        return "parallel"
    if state.states:
        return "compound"
    return "final" if state.final else "atomic"


def _transition(declared: DeclaredTransition, source: SourceIndex) -> list[Transition]:
    events = _events(declared)
    target = declared.targets[0].id if declared.targets else None
    place = source.transition(declared.source.id, tuple(t.id for t in declared.targets), tuple(filter(None, events)))
    label = f"{declared.source.id} -> {target or '(nowhere)'}"
    if len(declared.targets) > 1:
        raise ExtractionError(f"{label}: a transition must have one target", place.line)
    if list(declared.validators):
        problem = "validators are not supported; use cond= with the name of a guard"
        raise ExtractionError(f"{label}: {problem}", place.line)
    guard = _guard(declared, label, place.line)
    return [
        Transition(
            source=declared.source.id,
            target=target,
            event=event,
            guard=guard,
            before=_hooks(declared.before, label, place.line),
            on=_hooks(declared.on, label, place.line),
            after=_hooks(declared.after, label, place.line),
            clause=place.clause,
            internal=bool(declared.internal),
            line=place.line,
        )
        for event in events
    ]


def _guard(declared: DeclaredTransition, label: str, line: int) -> Guard | None:
    guards: list[Guard] = []
    for spec in declared.cond:
        if spec.is_convention:
            continue
        if not isinstance(spec.func, str):
            raise ExtractionError(f"{label}: a guard must be a name or an expression of names, not {spec.func!r}", line)
        try:
            guard = parse(spec.func)
        except GuardSyntaxError as error:
            raise ExtractionError(f"{label}: {error}", line) from error
        guards.append(guard if spec.expected_value else Not(guard))
    return conjunction(guards)


def _hooks(group: Any, label: str, line: int) -> tuple[str, ...]:
    names: list[str] = []
    for spec in group:
        if spec.is_convention:
            continue
        if not isinstance(spec.func, str):
            raise ExtractionError(f"{label}: a hook must be a name, not {spec.func!r}", line)
        names.append(spec.func)
    return tuple(names)


def _ignored(declared: Any) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for event, states in dict(declared).items():
        pairs += [(event, state) for state in str(states).split()]
    return tuple(pairs)


def _declared(chart: type[StateChart[Any]], name: str, kind: type[Any]) -> tuple[Any, ...]:
    values = tuple(getattr(chart, name, ()))
    for value in values:
        if not isinstance(value, kind):
            raise ExtractionError(f"{chart.__name__}.{name}: expected {kind.__name__} values, found {value!r}")
    return values
