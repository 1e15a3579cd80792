"""What the events of a chart carry: Hypothesis strategies, made from the annotations of its hooks and guards.

python-statemachine gives a hook what it asks for: of the keyword arguments that an event was fired with, those that are
named as the hook's parameters are. So the parameters of all hooks and guards that an event can call are its payload.
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
"""Event -> parameter -> what it may be."""

GIVEN: Final = frozenset(
    {
        *("event_data", "machine", "event", "model", "transition", "state", "source", "target"),
        *("previous_configuration", "new_configuration", "error"),
    }
)
"""Parameters that python-statemachine itself fills in."""

ID_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"

_KINDS: Final = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


@frozen
class Parameter:
    """One parameter of one hook or guard."""

    hook: str
    name: str
    annotation: Any
    default: Any
    """``inspect.Parameter.empty``: none."""

    @property
    def required(self) -> bool:
        """Whether the hook cannot be called without it."""
        return self.default is inspect.Parameter.empty


def payload_strategies(
    explored: Exploration, owners: Collection[object], given: Payloads, ids: Collection[str] | None
) -> dict[str, dict[str, SearchStrategy[Any]]]:
    """For each event of the chart what each parameter may be.

    :param owners: the objects that have the chart's hooks and guards.
    :param given: strategies that are used in place of annotations.
    :param ids: which parameters are ids; by default those whose names end in ``_id``.

    Raises :class:`DefinitionError` for a parameter of which nothing is known, and for what is given to no use.
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
    """Whether a parameter is the name of something, of which there are several events."""
    return parameter.endswith("_id") if ids is None else parameter in ids


def _has(names: Collection[str]) -> str:
    return f"there are {', '.join(names)}" if names else "there are none"


def _called(explored: Exploration, event: str, owners: Collection[object]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """What an event can call in its first microstep; eventless ones carry nothing."""
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
    """Those that an event fills in, and whether the hook takes any other as well."""
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
    """What suits all hooks that take the parameter."""
    first = parameters[0]
    hint = f"give it one: payloads={{{event!r}: {{{first.name!r}: ...}}}}"
    annotations: list[Any] = []
    for parameter in parameters:
        if parameter.annotation is not inspect.Parameter.empty and parameter.annotation not in annotations:
            annotations.append(parameter.annotation)
    where = " and ".join(dict.fromkeys(f"{p.hook}()" for p in parameters))
    if len(annotations) > 1:
        raise DefinitionError(f"{where} disagree on what {first.name!r} is, {annotations}; {hint}")
    strategies = [st.just(p.default) for p in parameters if not p.required]
    if annotations:
        strategies.append(_of_type(annotations[0], id, f"{where}: there is no strategy for {first.name!r}; {hint}"))
    elif any(p.required for p in parameters):
        raise DefinitionError(f"{where}: nothing says what {first.name!r} is; annotate it, or {hint}")
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
