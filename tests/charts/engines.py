"""The engines under test behind one interface, and the recorder that stands in for their hooks."""

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, Protocol

from attrs import define, field, frozen
from statemachine import StateChart

from codegen.emit_machine import emit_machine
from codegen.text import camel_case
from ocpp16sm.charts.interpreter import InterpretedMachine
from ocpp16sm.charts.machine import Machine
from ocpp16sm.errors import EventNotAllowedError
from statecharts import Chart
from statecharts.guards import Ask, leaves
from tests.charts.scxml import Scxml

Configuration = tuple[str, ...]
Valuation = Mapping[str, bool]


class Engine(Protocol):
    """What all of them can do."""

    @property
    def configuration(self) -> Configuration:
        """The active leaves."""

    def fire(self, event: str) -> bool:
        """Fire an event by its name."""

    def restore(self, configuration: Any) -> Any:
        """Take a configuration."""


@frozen
class Call:
    """A hook was called, and this is the configuration that it saw."""

    hook: str
    seen: Configuration


@define
class Recorder:
    """Answers guards as it is told and writes down every hook with what the engine showed it.

    ``reaction`` is what a hook does besides: fire an event, or raise.
    """

    chart: Chart
    answers: Valuation = field(factory=dict)
    calls: list[Call] = field(factory=list)
    engine: Engine | None = None
    reaction: Callable[[str], None] | None = None

    def call(self, hook: str) -> None:
        """A hook is called."""
        assert self.engine is not None, f"{hook} was called while the machine was being made"
        self.calls.append(Call(hook, self.engine.configuration))
        if self.reaction is not None:
            self.reaction(hook)

    def ask(self, guard: str) -> bool:
        """A guard is asked."""
        return self.answers[guard]

    def __getattr__(self, name: str) -> Callable[[], Any]:
        """Hooks and guards as methods, for engines that call them by name."""
        if name in self.chart.hooks:
            return lambda *_data: self.call(name)
        if name in self.chart.guards:
            return lambda: self.ask(name)
        raise AttributeError(name)


@frozen
class Step:
    """What one event did: whether it was taken, ignored or refused, where it led, and what was called."""

    outcome: str
    configuration: Configuration
    calls: tuple[Call, ...]

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that were called, in order."""
        return tuple(call.hook for call in self.calls)


@define
class EngineUnderTest:
    """An engine on its recorder."""

    engine: Engine
    recorder: Recorder

    @classmethod
    def of(cls, chart: Chart, make: Callable[[Recorder], Engine]) -> "EngineUnderTest":
        """A fresh engine."""
        recorder = Recorder(chart)
        under_test = cls(make(recorder), recorder)
        recorder.engine = under_test.engine
        return under_test

    def step(self, event: str, answers: Valuation, start: Configuration | None = None) -> Step:
        """Fire an event, from ``start`` if it is given, with these answers to the guards."""
        if start is not None:
            self.engine.restore(start)
        self.recorder.answers = answers
        self.recorder.calls = []
        try:
            outcome = "taken" if self.engine.fire(event) else "ignored"
        except (EventNotAllowedError, LookupError):
            outcome = "refused"
        return Step(outcome, self.engine.configuration, tuple(self.recorder.calls))


def valuations(guards: tuple[str, ...]) -> list[dict[str, bool]]:
    """Every way in which guards can be answered."""
    return [dict(zip(guards, values, strict=True)) for values in product((False, True), repeat=len(guards))]


def asked(chart: Chart, event: str) -> tuple[str, ...]:
    """The guards on which the outcome of an event can hang. No engine may ask another one."""
    parts = [leaf for t in chart.transitions_for(event) for leaf in leaves(t.guard)]
    return tuple(dict.fromkeys(leaf.name for leaf in parts if isinstance(leaf, Ask)))


def compiled(chart: Chart) -> type[Machine]:
    """The machine class of a chart, compiled now."""
    namespace: dict[str, Any] = {"__name__": f"compiled_{chart.name}"}
    exec(compile(emit_machine(chart), f"<compiled {chart.name}>", "exec"), namespace)
    machine: type[Machine] = namespace[f"{camel_case(chart.name)}Machine"]
    return machine


def engines_under_test(
    declared: type[StateChart[Any]], chart: Chart, machine: type[Machine] | None = None
) -> dict[str, EngineUnderTest]:
    """The compiled machine, python-statemachine's interpreter and the SCXML reference, each on its own recorder."""
    compiled_class: Any = machine or compiled(chart)
    return {
        "compiled": EngineUnderTest.of(chart, compiled_class),
        "interpreted": EngineUnderTest.of(chart, lambda recorder: InterpretedMachine(declared, recorder)),
        "reference": EngineUnderTest.of(chart, lambda recorder: Scxml(chart, recorder)),
    }


def reachable(under_test: EngineUnderTest) -> dict[Configuration, list[tuple[str, Valuation, Step]]]:
    """Every configuration that can be reached, with every step from it: event x answers. Breadth first."""
    chart = under_test.recorder.chart
    answers = {event: valuations(asked(chart, event)) for event in chart.events}
    found: dict[Configuration, list[tuple[str, Valuation, Step]]] = {under_test.engine.configuration: []}
    waiting = list(found)
    for here in waiting:
        for event in chart.events:
            for valuation in answers[event]:
                step = under_test.step(event, valuation, here)
                found[here].append((event, valuation, step))
                if step.configuration not in found:
                    found[step.configuration] = []
                    waiting.append(step.configuration)
    return found
