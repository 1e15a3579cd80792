"""Observes a running chart: which guards were called, what they answered, and which transitions were taken.

The chart is the user's own, with the user's hooks. Transitions are observed with a listener, a public feature of
python-statemachine. There is none for guards, so their look-up is wrapped while an instance is being created.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isawaitable
from threading import RLock
from typing import Any, Final, Protocol

from attrs import define, field, frozen
from statemachine import StateChart
from statemachine.dispatcher import Listeners
from statemachine.exceptions import TransitionNotAllowed

from ocpp16sm.charts.machine import Machine
from ocpp16sm.errors import EventNotAllowedError
from statecharts.explore import Configuration
from statecharts.extract import Declarations
from statecharts.model import Chart, Transition

Answer = Callable[..., Any]
"""A guard as the interpreter calls it: with the payload of the event and details of the transition."""

Wrap = Callable[[str, Answer], Answer]
"""Takes the name of a guard and the guard, and returns a replacement."""

REFUSALS: Final = (TransitionNotAllowed, EventNotAllowedError)

_looking_up: Final = RLock()


class Observer(Protocol):
    """Receives what a chart does."""

    def asked(self, guard: str, answer: bool, event: str | None) -> None:
        """A guard was called for an event."""

    def took(self, taken: tuple[Transition, ...], event: str | None, before: Configuration) -> None:
        """The transitions of one microstep were taken."""


@contextmanager
def guards_wrapped(wrap: Wrap) -> Iterator[None]:
    """Wrap the guards of every chart instance created inside the block, wherever they are defined."""
    with _looking_up:
        take = Listeners._take_callback

        def take_and_wrap(self: Listeners, name: str, names_not_found_handler: Callable[[str], None]) -> Answer:
            found: Answer = take(self, name, names_not_found_handler)
            return wraps(found)(wrap(name, found))

        Listeners._take_callback = take_and_wrap  # type: ignore[method-assign]
        try:
            yield
        finally:
            Listeners._take_callback = take  # type: ignore[method-assign]


def telling(observer: Observer) -> Wrap:
    """Make a wrapper that reports the answers of guards to an observer."""

    def wrap(name: str, guard: Answer) -> Answer:
        def answer(*args: Any, **payload: Any) -> Any:
            value = guard(*args, **payload)
            if isawaitable(value):
                return later(value, payload)
            observer.asked(name, bool(value), _event(payload))
            return value

        async def later(value: Awaitable[Any], payload: dict[str, Any]) -> Any:
            given = await value
            observer.asked(name, bool(given), _event(payload))
            return given

        return answer

    return wrap


def _event(payload: dict[str, Any]) -> str | None:
    event = payload.get("event")
    return None if event is None else str(event)


class TransitionListener:
    """A listener of python-statemachine that groups transitions into microsteps and reports each to an observer."""

    def __init__(self, instance: StateChart[Any], declarations: Declarations, observer: Observer) -> None:
        self._instance = instance
        self._declarations = declarations
        self._observer = observer
        self._trigger: object = None
        self._begun = 0
        self._done: list[Transition] = []
        self._before: Configuration = ()

    def before_transition(self, event_data: Any) -> None:
        """Called at the start of a microstep, for each of its transitions."""
        if event_data.trigger_data is not self._trigger:
            self._trigger = event_data.trigger_data
            self._begun = 0
            self._done = []
            self._before = leaves(self._instance, self._declarations.chart)
        self._begun += 1

    def after_transition(self, event_data: Any) -> None:
        """Called for each transition of a microstep; the last call completes it."""
        event = event_data.event
        name = None if event is None else str(event)
        self._done.append(self._declarations.transition(event_data.transition, name))
        if len(self._done) == self._begun:
            self._trigger = None
            self._observer.took(tuple(self._done), name, self._before)

    def __reduce__(self) -> tuple[type["NoListener"], tuple[()]]:
        """Copies of a chart are not observed."""
        return NoListener, ()


class NoListener:
    """Replaces a :class:`TransitionListener` in a copy of its chart."""


def leaves(instance: StateChart[Any], chart: Chart) -> Configuration:
    """The active leaf of each region."""
    active = {state.id for state in instance.configuration}
    return tuple(next(leaf for leaf in chart.leaves_of(region) if leaf in active) for region in chart.regions)


@frozen
class GuardAsked:
    """A guard was called and answered."""

    guard: str
    answer: bool
    event: str | None


@frozen
class StepTaken:
    """A microstep was taken."""

    taken: tuple[Transition, ...]
    event: str | None


@define
class Observations:
    """An observer that records everything in order."""

    lines: list[GuardAsked | StepTaken] = field(factory=list)
    called: list[str] = field(factory=list)
    """Names of the hooks that a compiled machine called."""

    def asked(self, guard: str, answer: bool, event: str | None) -> None:
        self.lines.append(GuardAsked(guard, answer, event))

    def took(self, taken: tuple[Transition, ...], event: str | None, before: Configuration) -> None:
        self.lines.append(StepTaken(taken, event))


class ObservedChart:
    """An observed instance of a chart or of its compiled machine.

    :param declarations: the chart.
    :param make: creates the instance.
    :param wrap: replaces the guards; by default their answers are recorded.
    """

    def __init__(self, declarations: Declarations, make: Callable[[], Any], wrap: Wrap | None = None) -> None:
        self.observations = Observations()
        self._chart = declarations.chart
        change = telling(self.observations) if wrap is None else wrap
        with guards_wrapped(change):
            self.instance = make()
        self.interpreted = isinstance(self.instance, StateChart)
        """Whether its microsteps are recorded."""
        self.records_hooks = isinstance(self.instance, Machine)
        """Whether its hook calls are recorded."""
        if isinstance(self.instance, StateChart):
            self.instance.add_listener(TransitionListener(self.instance, declarations, self.observations))  # type: ignore[no-untyped-call]
        elif isinstance(self.instance, Machine):
            machine: Any = self.instance
            machine._hooks = _Hooks(self._chart, machine._hooks, change, self.observations)

    @property
    def configuration(self) -> Configuration:
        """The active leaf of each region."""
        if isinstance(self.instance, StateChart):
            return leaves(self.instance, self._chart)
        found: Configuration = self.instance.configuration
        return found

    def fire(self, event: str, payload: dict[str, Any]) -> Exception | None:
        """Fire an event. Returns the refusal, or None if it was accepted; exceptions of hooks propagate."""
        self.observations.lines.clear()
        self.observations.called.clear()
        try:
            getattr(self.instance, event)(**payload)
        except REFUSALS as refused:
            return refused
        return None


class _Hooks:
    """The hooks of a compiled machine; guards are wrapped and hook calls are recorded."""

    def __init__(self, chart: Chart, hooks: Any, wrap: Wrap, observations: Observations) -> None:
        self._hooks = hooks
        self._observations = observations
        self._called = frozenset(chart.hooks)
        self._guards = {name: wrap(name, getattr(hooks, name)) for name in chart.guards}

    def __getattr__(self, name: str) -> Any:
        if name in self._guards:
            return self._guards[name]
        if name in self._called:
            self._observations.called.append(name)
        return getattr(self._hooks, name)
