"""A user's own chart on python-statemachine's interpreter, behind the interface of the compiled machines.

Slower by some hundred times and the same to everybody who uses it: events are methods, hooks and guards belong to
the object that is passed in, a failed event leaves no trace. ``python -m codegen --chart`` compiles it where speed
matters.
"""

from collections.abc import Callable
from functools import cache, partial
from inspect import signature
from typing import Any, Self

from statemachine import StateChart
from statemachine.exceptions import TransitionNotAllowed
from statemachine.orderedset import OrderedSet

from ocpp16sm.errors import EventNotAllowedError
from statecharts import Chart, extract

_extracted = cache(extract)


class _Model:
    """What python-statemachine sees of the hooks object: the chart's names and nothing else.

    The library binds any ``on_<event>`` method it finds on its model as an action; the owner of our hooks may well
    have such methods.
    """

    _state: Any = None

    def __init__(self, chart: Chart, hooks: Any) -> None:
        self._awake = False
        for hook in chart.hooks:
            setattr(self, hook, self._muted(getattr(hooks, hook)))
        for guard in chart.guards:
            setattr(self, guard, getattr(hooks, guard))

    def _muted(self, hook: Callable[..., None]) -> Callable[..., None]:
        takes = signature(hook).parameters

        def call(**data: Any) -> None:
            if self._awake:
                hook(**{name: value for name, value in data.items() if name in takes})

        return call

    def _wake(self) -> None:
        """From now on hooks are called. Until then the interpreter enters its initial states."""
        self._awake = True


class InterpretedMachine:
    """A machine that interprets its chart. Events are methods: ``machine.session_started()``.

    ``chart`` is the chart class, ``hooks`` answers its guards and performs its hooks. Creating it calls no hook.
    """

    def __init__(self, chart: type[StateChart[Any]], hooks: Any) -> None:
        self.chart = _extracted(chart)
        self.name = self.chart.name
        self.events = self.chart.events
        model = _Model(self.chart, hooks)
        self._machine = chart(model, state_field="_state")
        model._wake()
        self._busy = False
        self._waiting: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, event: str) -> Callable[[], bool]:
        if not event.startswith("_") and event in self.events:
            return partial(self.fire, event)
        raise AttributeError(f"chart {self.name} has no event {event!r}; it has {', '.join(self.events)}")

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        active = {state.id for state in self._machine.configuration}
        return tuple(
            next(leaf for leaf in self.chart.leaves_of(region) if leaf in active) for region in self.chart.regions
        )

    @property
    def leaves(self) -> tuple[tuple[str, ...], ...]:
        """For each region its leaf states, in document order: what a configuration is made of."""
        return tuple(self.chart.leaves_of(region) for region in self.chart.regions)

    @property
    def status(self) -> str:
        """The derived status: the chart's overlays, else the leaf of its first region."""
        return self.chart.status(self.chart.active(self.configuration))

    def in_state(self, state: str) -> bool:
        """Whether a state is active. Raises ``ValueError`` for a state that the chart does not have."""
        if state not in self.chart.by_id:
            raise ValueError(f"chart {self.name} has no state {state!r}")
        return state in self.chart.active(self.configuration)

    def name_of(self, snapshot: tuple[str, ...]) -> tuple[str, ...]:
        """The leaves that a :meth:`snapshot` stands for."""
        return snapshot

    def snapshot(self) -> tuple[str, ...]:
        """The configuration, for :meth:`restore`."""
        return self.configuration

    def restore(self, configuration: tuple[str, ...]) -> Self:
        """Take a configuration without calling a hook. Raises ``ValueError`` for a name that is no leaf."""
        for region, leaf in zip(self.chart.regions, configuration, strict=True):
            if leaf not in self.chart.leaves_of(region):
                raise ValueError(f"{leaf!r} is no leaf of region {region.id}")
        active = self.chart.active(configuration)
        ids = [state.id for state in self.chart.states if state.id in active]
        values = OrderedSet(self._machine.states_map[i].value for i in ids) if len(ids) > 1 else ids[0]
        self._machine.current_state_value = values
        return self

    def fire(self, event: str, **data: Any) -> bool:
        """Fire an event by name, with its data; True if something was enabled, False if it has no effect here.

        Raises :class:`EventNotAllowedError` for an event the chart does not know or does not allow here. If a hook
        raises, the configuration is what it was before the event, and the events that waited are dropped.
        """
        if event not in self.events:
            raise EventNotAllowedError(self.name, event, self.configuration)
        if self._busy:
            self._waiting.append((event, data))
            return True
        try:
            taken = self._step(event, data)
            while self._waiting:
                self._step(*self._waiting.pop(0))
        finally:
            self._waiting.clear()
        return taken

    def _step(self, event: str, data: dict[str, Any]) -> bool:
        before = self._machine.current_state_value
        configuration = self.configuration
        self._busy = True
        try:
            self._machine.send(event, **data)
        except TransitionNotAllowed:
            self._machine.current_state_value = before
            if self.chart.is_ignored(event, self.chart.active(configuration)):
                return False
            raise EventNotAllowedError(self.name, event, configuration) from None
        except BaseException:
            self._machine.current_state_value = before
            raise
        finally:
            self._busy = False
        return True
