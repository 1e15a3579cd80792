"""What a running chart does, as it does it: which guards were asked and what they said, which transitions were taken.

The chart is the user's own, with the user's hooks. Its transitions are told by a listener, which is public in
python-statemachine; the guards have no such thing, so their look-up is wrapped while an instance is being made.
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
"""A guard as the interpreter calls it: with what the event carried and what is known of the transition."""

Wrap = Callable[[str, Answer], Answer]
"""Makes another guard of a guard, by its name."""

REFUSALS: Final = (TransitionNotAllowed, EventNotAllowedError)

_looking_up: Final = RLock()


class Observer(Protocol):
    """Who is told."""

    def asked(self, guard: str, answer: bool, event: str | None) -> None:
        """A guard was asked for an event."""

    def took(self, taken: tuple[Transition, ...], event: str | None, before: Configuration) -> None:
        """The transitions of one microstep were taken."""


@contextmanager
def guards_wrapped(wrap: Wrap) -> Iterator[None]:
    """Every instance of a chart that is made meanwhile has its guards wrapped, wherever they are defined."""
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
    """Wraps guards so that they tell what they answer."""

    def wrap(name: str, guard: Answer) -> Answer:
        def answer(*args: Any, **carried: Any) -> Any:
            value = guard(*args, **carried)
            if isawaitable(value):
                return later(value, carried)
            observer.asked(name, bool(value), _event(carried))
            return value

        async def later(value: Awaitable[Any], carried: dict[str, Any]) -> Any:
            given = await value
            observer.asked(name, bool(given), _event(carried))
            return given

        return answer

    return wrap


def _event(carried: dict[str, Any]) -> str | None:
    event = carried.get("event")
    return None if event is None else str(event)


class Ear:
    """A listener of python-statemachine that puts microsteps together and tells an observer of each."""

    def __init__(self, instance: StateChart[Any], declarations: Declarations, observer: Observer) -> None:
        self._instance = instance
        self._declarations = declarations
        self._observer = observer
        self._trigger: object = None
        self._begun = 0
        self._done: list[Transition] = []
        self._before: Configuration = ()

    def before_transition(self, event_data: Any) -> None:
        """Microsteps begin with this, for each of their transitions."""
        if event_data.trigger_data is not self._trigger:
            self._trigger = event_data.trigger_data
            self._begun = 0
            self._done = []
            self._before = leaves(self._instance, self._declarations.chart)
        self._begun += 1

    def after_transition(self, event_data: Any) -> None:
        """They end with this."""
        event = event_data.event
        name = None if event is None else str(event)
        self._done.append(self._declarations.transition(event_data.transition, name))
        if len(self._done) == self._begun:
            self._trigger = None
            self._observer.took(tuple(self._done), name, self._before)

    def __reduce__(self) -> tuple[type["Deaf"], tuple[()]]:
        """A copy of a chart is nobody's business."""
        return Deaf, ()


class Deaf:
    """What an :class:`Ear` becomes in a copy."""


def leaves(instance: StateChart[Any], chart: Chart) -> Configuration:
    """The active leaf of each region."""
    active = {state.id for state in instance.configuration}
    return tuple(next(leaf for leaf in chart.leaves_of(region) if leaf in active) for region in chart.regions)


@frozen
class Asked:
    """A guard was asked, and said this."""

    guard: str
    answer: bool
    event: str | None


@frozen
class Took:
    """A microstep."""

    taken: tuple[Transition, ...]
    event: str | None


@define
class Notes:
    """An observer that writes everything down, in order."""

    lines: list[Asked | Took] = field(factory=list)
    called: list[str] = field(factory=list)
    """Hooks of a compiled machine."""

    def asked(self, guard: str, answer: bool, event: str | None) -> None:
        """A guard was asked."""
        self.lines.append(Asked(guard, answer, event))

    def took(self, taken: tuple[Transition, ...], event: str | None, before: Configuration) -> None:
        """A microstep was made."""
        self.lines.append(Took(taken, event))


class Watched:
    """An instance of a chart, or its compiled machine, that is looked over the shoulder.

    :param declarations: the chart.
    :param make: makes the instance.
    :param wrap: what becomes of its guards; by default they tell what they answer.
    """

    def __init__(self, declarations: Declarations, make: Callable[[], Any], wrap: Wrap | None = None) -> None:
        self.notes = Notes()
        self._chart = declarations.chart
        change = telling(self.notes) if wrap is None else wrap
        with guards_wrapped(change):
            self.instance = make()
        self.interpreted = isinstance(self.instance, StateChart)
        """Whether its microsteps are noted."""
        self.hears_hooks = isinstance(self.instance, Machine)
        """Whether its hooks are noted."""
        if isinstance(self.instance, StateChart):
            self.instance.add_listener(Ear(self.instance, declarations, self.notes))  # type: ignore[no-untyped-call]
        elif isinstance(self.instance, Machine):
            machine: Any = self.instance
            machine._hooks = _Hooks(self._chart, machine._hooks, change, self.notes)

    @property
    def configuration(self) -> Configuration:
        """The active leaf of each region."""
        if isinstance(self.instance, StateChart):
            return leaves(self.instance, self._chart)
        found: Configuration = self.instance.configuration
        return found

    def fire(self, event: str, payload: dict[str, Any]) -> Exception | None:
        """Fire an event, and give the refusal if it was refused. What a hook raises is raised."""
        self.notes.lines.clear()
        self.notes.called.clear()
        try:
            getattr(self.instance, event)(**payload)
        except REFUSALS as refused:
            return refused
        return None


class _Hooks:
    """The hooks of a compiled machine, with its guards wrapped and its hooks told."""

    def __init__(self, chart: Chart, hooks: Any, wrap: Wrap, notes: Notes) -> None:
        self._hooks = hooks
        self._notes = notes
        self._called = frozenset(chart.hooks)
        self._guards = {name: wrap(name, getattr(hooks, name)) for name in chart.guards}

    def __getattr__(self, name: str) -> Any:
        if name in self._guards:
            return self._guards[name]
        if name in self._called:
            self._notes.called.append(name)
        return getattr(self._hooks, name)
