"""Hypothesis strategies for the payloads of a chart's events, derived from the annotations of its hooks and guards.

python-statemachine passes each hook those keyword arguments of the event whose names match the hook's parameters. So
the payload of an event consists of the parameters of all hooks and guards that it can call.
"""

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final, get_type_hints

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.errors import ResolutionFailed
from hypothesis.strategies import SearchStrategy

from ocpp16sm.errors import DefinitionError
from statecharts.explore import Exploration

Payloads = Mapping[str, Mapping[str, SearchStrategy[Any]]]
"""Event -> parameter -> strategy for its values."""

GIVEN: Final = frozenset(
    {
        *("event_data", "machine", "event", "model", "transition", "state", "source", "target"),
        *("previous_configuration", "new_configuration", "error"),
    }
)
"""Parameters that python-statemachine fills in itself."""

ID_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"

_KINDS: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@frozen
class Parameter:
    """One parameter of one hook or guard."""

    hook: str
    name: str
    annotation: Any
    default: Any
    """``inspect.Parameter.empty`` if there is none."""

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty


def payload_strategies(
    explored: Exploration, owners: Collection[object], given: Payloads, ids: Collection[str] | None
) -> dict[str, dict[str, SearchStrategy[Any]]]:
    """Event -> parameter -> strategy, for every event of the chart.

    :param owners: the objects that define the chart's hooks and guards.
    :param given: strategies to use in place of the annotations.
    :param ids: names of the parameters that are ids; by default those ending in ``_id``.

    Raises :class:`DefinitionError` for a parameter without a strategy, and for an unused entry of ``given``.
    """
    chart = explored.chart
    unknown = sorted(set(given) - set(chart.events))
    if unknown:
        raise DefinitionError(f"payloads: {chart.title} has no event {', '.join(unknown)}; {_has(chart.events)}")
    found: dict[str, dict[str, SearchStrategy[Any]]] = {}
    for event in chart.events:
        asked: dict[str, list[Parameter]] = {}
        anything = False
        for hook, function in _called(explored, event, owners):
            parameters, open_ended = _parameters(hook, function)
            anything = anything or open_ended
            for parameter in parameters:
                asked.setdefault(parameter.name, []).append(parameter)
        mine = given.get(event, {})
        useless = sorted(set(mine) - set(asked))
        if useless and not anything:
            raise DefinitionError(
                f"payloads: no hook or guard that {event!r} can call takes {', '.join(useless)}; {_has(asked)}"
            )
        found[event] = dict(mine) | {
            name: _strategy(event, parameters, is_id(name, ids))
            for name, parameters in asked.items()
            if name not in mine
        }
    return found


def is_id(parameter: str, ids: Collection[str] | None) -> bool:
    """Whether a parameter identifies something that several events refer to."""
    return parameter.endswith("_id") if ids is None else parameter in ids


def _has(names: Collection[str]) -> str:
    return f"known: {', '.join(names)}" if names else "none exist"


def _called(explored: Exploration, event: str, owners: Collection[object]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Hooks and guards that an event can call in its first microstep; later, eventless ones carry no payload."""
    names: dict[str, None] = {}
    for move in explored.moves:
        if move.event == event:
            names.update((guard, None) for guard, _ in move.answers)
            names.update((hook, None) for step in move.steps[:1] for hook in step.hooks)
    for name in names:
        for owner in owners:
            function = getattr(owner, name, None)
            if callable(function):
                yield name, function


def _parameters(hook: str, function: Callable[..., Any]) -> tuple[list[Parameter], bool]:
    """The parameters that an event fills in, and whether the hook accepts any others (``**kwargs``)."""
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        hints = {}
    declared = inspect.signature(function).parameters.values()
    parameters = [
        Parameter(hook, p.name, hints.get(p.name, p.annotation), p.default)
        for p in declared
        if p.kind in _KINDS and p.name not in GIVEN
    ]
    return parameters, any(p.kind is inspect.Parameter.VAR_KEYWORD for p in declared)


def _strategy(event: str, parameters: list[Parameter], id: bool) -> SearchStrategy[Any]:
    """A strategy whose values suit every hook that takes the parameter."""
    first = parameters[0]
    hint = f"pass a strategy: payloads={{{event!r}: {{{first.name!r}: ...}}}}"
    annotations: list[Any] = []
    for parameter in parameters:
        if parameter.annotation is not inspect.Parameter.empty and parameter.annotation not in annotations:
            annotations.append(parameter.annotation)
    where = " and ".join(dict.fromkeys(f"{p.hook}()" for p in parameters))
    if len(annotations) > 1:
        raise DefinitionError(f"{where} annotate {first.name!r} differently, {annotations}; {hint}")
    strategies = [st.just(p.default) for p in parameters if not p.required]
    if annotations:
        strategies.append(_of_type(annotations[0], id, f"{where}: no strategy is known for {first.name!r}; {hint}"))
    elif any(p.required for p in parameters):
        raise DefinitionError(f"{where}: {first.name!r} has no annotation; annotate it, or {hint}")
    return strategies[0] if len(strategies) == 1 else st.one_of(strategies)


def _of_type(annotation: Any, id: bool, otherwise: str) -> SearchStrategy[Any]:
    if id and annotation is str:
        return st.text(ID_LETTERS, min_size=1, max_size=8)
    if id and annotation is int:
        return st.integers(min_value=1)
    try:
        strategy: SearchStrategy[Any] = st.from_type(annotation)
        strategy.validate()
    except (ResolutionFailed, TypeError, ValueError) as error:
        raise DefinitionError(otherwise) from error
    return strategy
