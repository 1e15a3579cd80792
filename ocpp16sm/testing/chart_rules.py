"""A Hypothesis state machine for any chart: each event is a rule, and the chart's model is the oracle.

::

    from ocpp16sm.testing import chart_test

    TestDoor = chart_test(Door, model=Lock).TestCase

The chart is the user's own, with the user's hooks and guards. After every event, the test checks that

* the chart took exactly the transitions its model prescribes, given what the guards answered,
* a refused event changed nothing,
* the invariants hold.
"""

import inspect
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import SearchStrategy

from ocpp16sm.errors import DefinitionError
from ocpp16sm.testing.event_payloads import Payloads, is_id, payload_strategies
from ocpp16sm.testing.observer import ObservedChart
from ocpp16sm.testing.oracle import DisagreementError, judge
from ocpp16sm.testing.transcript import FiredEvent, Transcript
from statecharts.explore import explore
from statecharts.extract import Declarations
from statecharts.profile import lint

if TYPE_CHECKING:
    from statemachine import StateChart

Invariant = Callable[..., object]
"""A condition that must always hold. Its parameters are any of ``active`` (ids of all active states, a frozenset),
``instance`` (of the chart) and ``model`` (of the instance). It returns False or raises if it does not hold."""

NEW_IDS: Final = 3
"""Number of different ids of one kind; small, so that several events refer to the same id."""

_PARAMETERS: Final = ("active", "instance", "model")
_CONTAINERS: Final = (list, dict, set, deque, bytearray)


class ChartTest(RuleBasedStateMachine):
    """A test of one chart with a rule for each of its events. Created by :func:`chart_test`.

    Subclass it to add rules and invariants of your own.
    """

    declarations: ClassVar[Declarations]
    make: ClassVar[Callable[[], Any]]
    promises: ClassVar[tuple[Invariant, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        kind = type(self)
        self._chart = kind.declarations.chart
        self._observed = ObservedChart(kind.declarations, kind.make)
        self.transcript = Transcript(self._chart.title, self._observed.configuration)
        """The events so far, for failure messages."""
        self._ids: dict[str, int] = {}

    @property
    def instance(self) -> Any:
        """The instance of the chart."""
        return self._observed.instance

    @property
    def model(self) -> Any:
        """The instance's model."""
        return getattr(self.instance, "model", None)

    @property
    def active(self) -> frozenset[str]:
        """The ids of all active states."""
        return self._chart.active(self._observed.configuration)

    def knows(self, event: str) -> bool:
        """Whether an active state has a transition for the event; its guards may still refuse it."""
        active = self.active
        return any(t.source in active for t in self._chart.transitions_for(event))

    def fire(self, event: str, payload: Mapping[str, Any]) -> None:
        """Fire an event and compare the result with the model.

        Raises :class:`~ocpp16sm.testing.oracle.DisagreementError`, with the transcript, if they differ.
        """
        observed = self._observed
        before, kept = observed.configuration, _kept(self.model)
        try:
            refused = observed.fire(event, dict(payload))
        except Exception as error:
            self._note(event, payload, type(error).__name__)
            error.add_note(str(self.transcript))
            raise
        try:
            course = judge(self._chart, observed, before, event, refused)
            if refused is not None and _kept(self.model) != kept:
                raise DisagreementError(f"{event} was refused, but a guard has changed the model")
        except DisagreementError as error:
            self._note(event, payload, "went wrong" if refused is None else "refused")
            error.add_note(str(self.transcript))
            raise
        self.transcript.happened.append(
            FiredEvent(
                event,
                payload,
                course.answers,
                course.hooks,
                course.configuration,
                "" if course.steps else "refused",
            )
        )

    def _note(self, event: str, payload: Mapping[str, Any], outcome: str) -> None:
        self.transcript.happened.append(FiredEvent(event, payload, {}, (), self._observed.configuration, outcome))

    @invariant()
    def promises_are_kept(self) -> None:
        """Check every invariant."""
        have = {"active": self.active, "instance": self.instance, "model": self.model}
        for promise in type(self).promises:
            try:
                kept = promise(**{name: have[name] for name in _names(promise)})
            except Exception as error:
                error.add_note(str(self.transcript))
                raise
            if kept is not None and not kept:
                place = "/".join(self._observed.configuration)
                broken = AssertionError(f"{_called(promise)} does not hold in {place}")
                broken.add_note(str(self.transcript))
                raise broken

    @precondition(lambda self: not any(map(self.knows, self._chart.events)))
    @rule()
    def nothing_can_happen(self) -> None:
        """Give Hypothesis a rule to run where no event has a transition."""


def chart_test(
    chart: "type[StateChart[Any]]",
    *,
    model: Callable[[], Any] | None = None,
    make: Callable[[], Any] | None = None,
    invariants: Iterable[Invariant] = (),
    payloads: Payloads | None = None,
    ids: Collection[str] | None = None,
    refused: bool = False,
) -> type[ChartTest]:
    """Build a Hypothesis state machine for a chart class. Its ``TestCase`` is the test.

    :param chart: a chart within the profile (:func:`statecharts.lint`); any other raises
        :class:`statecharts.ChartError`.
    :param model: creates the model of an instance; by default the chart defines its hooks and guards itself.
    :param make: creates the instance, if ``chart(model())`` does not; it may return the chart's compiled machine.
    :param invariants: conditions that must hold after every event; see :data:`Invariant`.
    :param payloads: event -> parameter -> strategy, where the annotations of hooks and guards are not enough.
    :param ids: parameters whose values are reused, so that several events refer to the same thing; by default those
        whose names end in ``_id``.
    :param refused: whether to fire events also where the chart has no transition for them. These must be refused
        and must change nothing.

    Raises :class:`~ocpp16sm.errors.DefinitionError` if no strategy is known for a parameter.
    """
    lint(chart).raise_if_any()
    if make is not None and model is not None:
        raise DefinitionError("chart_test takes model or make, not both: the instance that make returns has its model")
    if make is None:
        make = chart if model is None else (lambda: chart(model()))
    promises = tuple(invariants)
    for promise in promises:
        _names(promise)
    declarations = Declarations(chart)
    sample = make()
    owners = (sample, *(getattr(sample, name) for name in ("model", "_hooks") if hasattr(sample, name)))
    strategies = payload_strategies(explore(declarations.chart), owners, payloads or {}, ids)
    namespace: dict[str, Any] = {
        "declarations": declarations,
        "make": staticmethod(make),
        "promises": promises,
        "__doc__": f"A test of {chart.__name__} with a rule for each of its events.",
        "__module__": chart.__module__,
    }
    bundles = _bundles(strategies, ids)
    for name, (bundle, strategy) in bundles.items():
        namespace[f"{name}s"] = bundle
        namespace[f"first_{name}"] = initialize(target=bundle, id=strategy)(_new_id(name, "first"))
        more = rule(target=bundle, id=strategy)(_new_id(name, "new"))
        namespace[f"new_{name}"] = precondition(_few(name))(more)
    for event, parameters in strategies.items():
        drawn: dict[str, Any] = {p: bundles[p][0] if p in bundles else strategy for p, strategy in parameters.items()}
        name = f"{event}_event" if hasattr(ChartTest, event) else event
        as_rule: Any = rule(**drawn)
        function = as_rule(_firing(event, name))
        namespace[name] = function if refused else precondition(_knowing(event))(function)
    return type(f"{chart.__name__}Test", (ChartTest,), namespace)


def _bundles(
    strategies: Mapping[str, Mapping[str, SearchStrategy[Any]]], ids: Collection[str] | None
) -> dict[str, tuple[Bundle[Any], SearchStrategy[Any]]]:
    kinds: dict[str, list[SearchStrategy[Any]]] = {}
    for parameters in strategies.values():
        for name, strategy in parameters.items():
            if is_id(name, ids):
                kinds.setdefault(name, []).append(strategy)
    return {name: (Bundle(f"{name}s"), st.one_of(several)) for name, several in kinds.items()}


def _new_id(name: str, which: str) -> Any:
    def made(self: ChartTest, id: Any) -> Any:
        self._ids[name] = self._ids.get(name, 0) + 1
        return id

    made.__name__ = f"{which}_{name}"
    return made


def _few(name: str) -> Any:
    return lambda self: self._ids.get(name, 0) < NEW_IDS


def _firing(event: str, name: str) -> Any:
    def fired(self: ChartTest, **payload: Any) -> None:
        self.fire(event, payload)

    fired.__name__ = name
    fired.__doc__ = f"The event ``{event}``."
    return fired


def _knowing(event: str) -> Any:
    return lambda self: self.knows(event)


def _names(promise: Invariant) -> tuple[str, ...]:
    """Parameter names of an invariant. Raises :class:`DefinitionError` if one is unknown."""
    names = tuple(inspect.signature(promise).parameters)
    if not names or not set(names) <= set(_PARAMETERS):
        raise DefinitionError(
            f"the invariant {_called(promise)} takes {', '.join(names) or 'nothing'}; it may take "
            f"{', '.join(_PARAMETERS)}"
        )
    return names


def _called(promise: Invariant) -> str:
    return str(getattr(promise, "__name__", promise))


def _kept(model: object) -> dict[str, Any]:
    """A snapshot of a model for comparison: its attributes, with containers copied one level deep."""
    return {
        name: type(value)(value) if type(value) in _CONTAINERS else value
        for name, value in getattr(model, "__dict__", {}).items()
    }
