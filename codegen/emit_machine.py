"""Generate a Python class from a chart model: one integer for each region, one method for each event.

This module writes everything around the steps: the module, the protocol of the hooks, the class and its status.
"""

import re
from collections.abc import Iterator

from codegen.emit_step import StepEmitter, show_guard
from codegen.text import BANNER, camel_case, docstring, tuple_of
from statecharts.guards import Ask, Guard, leaves
from statecharts.model import Chart


def emit_machine(chart: Chart) -> str:
    """The source text of the module with a chart's machine, not formatted."""
    return _Emitter(chart).module()


class _Emitter:
    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.steps = StepEmitter(chart)
        self.title = camel_case(chart.name)

    # -- the module -------------------------------------------------------------------------------------------------

    def module(self) -> str:
        chart = self.chart
        lines = [
            BANNER.format(what=f"chart {chart.title}", source=f"{chart.module.replace('.', '/')}.py"),
            docstring(f"The chart ``{chart.name}``, compiled: {_first_line(chart.doc)}"),
            "",
            "from functools import partial",
            "from typing import ClassVar, Literal, Protocol",
            "",
            "from ocpp16sm.charts.machine import Machine",
            *self._imports(),
            "",
        ]
        for region, names in zip(self.steps.regions, self.steps.leaves, strict=True):
            lines.append(f"{camel_case(region.id)}Leaf = Literal[{', '.join(map(repr, names))}]")
        lines.append("")
        for region, names in zip(self.steps.regions, self.steps.leaves, strict=True):
            kind = f"{camel_case(region.id)}Leaf"
            lines.append(f"_{region.id.upper()}: tuple[{kind}, ...] = {tuple_of(map(repr, names))}")
        lines += ["", *self._hooks_protocol(), "", *self._class()]
        return "\n".join(lines) + "\n"

    def _hooks_protocol(self) -> Iterator[str]:
        yield f"class {self.title}Hooks(Protocol):"
        yield f'    """The hooks and guards of the chart ``{self.chart.name}``."""'
        types = {name: _short(kind) for name, kind in self.chart.data}
        for hook in self.chart.hooks:
            taken = "".join(f", {name}: {types[name]}" for name in self.chart.taken_by(hook))
            yield ""
            yield f"    def {hook}(self{taken}) -> None:"
            yield docstring(f"Hook: {'; '.join(self._callers(hook))}.", indent=2)
        for guard in self.chart.guards:
            events = dict.fromkeys(str(t.event) for t in self.chart.transitions if _asks(t.guard, guard))
            yield ""
            yield f"    def {guard}(self) -> bool:"
            yield docstring(f"Guard (must not change anything): event {', '.join(events)}.", indent=2)

    def _callers(self, hook: str) -> Iterator[str]:
        states = self.chart.states
        if entered := [state.id for state in states if hook in state.enter]:
            yield f"entry to {', '.join(entered)}"
        if left := [state.id for state in states if hook in state.exit]:
            yield f"exit from {', '.join(left)}"
        if events := dict.fromkeys(str(t.event) for t in self.chart.transitions if hook in t.hooks):
            yield f"event {', '.join(events)}"

    def _class(self) -> Iterator[str]:
        chart = self.chart
        yield f"class {self.title}Machine(Machine):"
        yield docstring(chart.doc, indent=1)
        yield ""
        yield f"    __slots__ = {tuple_of(map(repr, sorted(self.steps.slots)))}"
        yield ""
        yield f"    name: ClassVar[str] = {chart.name!r}"
        yield f"    events: ClassVar[tuple[str, ...]] = {tuple_of(map(repr, chart.events))}"
        if chart.data:
            yield f"    data: ClassVar[tuple[str, ...]] = {tuple_of(repr(name) for name, _ in chart.data)}"
        yield f"    _regions: ClassVar[tuple[str, ...]] = {tuple_of(map(repr, self.steps.slots))}"
        constants = tuple_of(f"_{region.id.upper()}" for region in self.steps.regions)
        yield f"    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = {constants}"
        yield "    _ignored: ClassVar[dict[str, frozenset[str]]] = {"
        for event in chart.events:
            ignoring = [leaf for names in self.steps.leaves for leaf in names if self.steps.is_ignored(event, leaf)]
            if ignoring:
                yield f"        {event!r}: frozenset({{{', '.join(map(repr, ignoring))}}}),"
        yield "    }"
        if compounds := [
            state for state in chart.states if state.kind == "compound" and state not in self.steps.regions
        ]:
            yield "    _compounds: ClassVar[dict[str, frozenset[str]]] = {"
            for state in compounds:
                yield f"        {state.id!r}: frozenset({{{', '.join(map(repr, chart.leaves_of(state)))}}}),"
            yield "    }"
        yield ""
        yield f"    _hooks: {self.title}Hooks"
        for slot in self.steps.slots:
            yield f"    {slot}: int"
        yield ""
        yield f"    def __init__(self, hooks: {self.title}Hooks) -> None:"
        yield "        self._hooks = hooks"
        yield "        self._busy = False"
        yield "        self._queue = None"
        initial = chart.initial_configuration
        for slot, names, leaf in zip(self.steps.slots, self.steps.leaves, initial, strict=True):
            yield f"        self.{slot} = {names.index(leaf)}  # {leaf}"
        for index, region in enumerate(self.steps.regions):
            kind = f"{camel_case(region.id)}Leaf"
            yield ""
            yield "    @property"
            yield f"    def {region.id}(self) -> {kind}:"
            yield f'        """The active leaf of region ``{region.id}``."""'
            yield f"        return _{region.id.upper()}[self.{self.steps.slots[index]}]"
        yield from self._whole()
        if chart.overlays:
            yield from self._status()
        if chart.transitions_for(None):
            yield from self._take_eventless()
        for event in chart.events:
            yield from self._event(event)

    def _whole(self) -> Iterator[str]:
        """Specialize methods of :class:`ocpp16sm.charts.machine.Machine` without loops, because they run in every
        step.
        """
        slots = self.steps.slots
        leaves = (f"_{region.id.upper()}[self.{slot}]" for region, slot in zip(self.steps.regions, slots, strict=True))
        yield ""
        yield "    @property"
        yield "    def configuration(self) -> tuple[str, ...]:"
        yield '        """The active leaf of each region, in document order."""'
        yield f"        return {tuple_of(leaves)}"
        yield ""
        yield "    def snapshot(self) -> tuple[int, ...]:"
        yield '        """The integers of the regions, for :meth:`restore` in the same process."""'
        yield f"        return {tuple_of(f'self.{slot}' for slot in slots)}"

    def _status(self) -> Iterator[str]:
        yield ""
        yield "    @property"
        yield "    def status(self) -> str:"
        words = ", otherwise ".join(f"{o.status} in {o.state}" for o in self.chart.overlays)
        yield f'        """The derived status: {words}, otherwise the leaf of {self.steps.regions[0].id}."""'
        for overlay in self.chart.overlays:
            yield f"        if {self.steps.is_in(overlay.state, lambda r: f'self.{self.steps.slots[r]}')}:"
            yield f"            return {overlay.status!r}"
        yield f"        return _{self.steps.regions[0].id.upper()}[self.{self.steps.slots[0]}]"

    # -- one event --------------------------------------------------------------------------------------------------

    def _event(self, event: str) -> Iterator[str]:
        yield ""
        later = f"{self.title}Machine.{event}"
        if self.chart.data:
            later = f"partial({later}, {', '.join(f'{name}={name}' for name, _ in self.chart.data)})"
        yield f"    def {event}(self{self._data(' = None')}) -> bool:"
        yield docstring(self._event_doc(event), indent=2)
        yield "        if self._busy:"
        yield f"            return self._later({later})"
        yield from self.steps.step(event, refused=f"return self._refused({event!r})")
        if self.steps.calls_something(event):
            yield "        self._busy = False"
            yield "        return self._queue is None or self._drain()"
        else:
            yield "        return True"

    def _take_eventless(self) -> Iterator[str]:
        yield ""
        yield f"    def _take_eventless(self{self._data()}) -> bool:"
        yield docstring(
            "Take one eventless step if any is enabled. The generator has proven that these steps end.", indent=2
        )
        yield from self.steps.step(None, refused="return False")
        yield "        return True"

    def _data(self, default: str = "") -> str:
        """The data of events, as parameters."""
        return "".join(f", {name}: {_short(kind)}{default}" for name, kind in self.chart.data)

    def _imports(self) -> Iterator[str]:
        """Imports of the types of the events' data."""
        for module, name in sorted({found for _, kind in self.chart.data for found in _DOTTED.findall(kind)}):
            yield f"from {module} import {name}"

    def _event_doc(self, event: str) -> str:
        rows = []
        for t in self.chart.transitions_for(event):
            to = t.target or "(stays)"
            guard = f" [{show_guard(t.guard)}]" if t.guard is not None else ""
            clause = f"  ({t.clause})" if t.clause else ""
            rows.append(f"* {t.source} -> {to}{guard}{clause}")
        ignoring = [state for name, state in self.chart.ignored if name == event]
        tail = f"\n\nIgnored in {', '.join(ignoring)}." if ignoring else ""
        return f"Event ``{event}``.\n\n" + "\n".join(rows) + tail


_DOTTED = re.compile(r"\b((?:\w+\.)*\w+)\.(\w+)")


def _short(annotation: str) -> str:
    """An annotation without the modules of its names."""
    return _DOTTED.sub(r"\2", annotation)


def _asks(guard: Guard | None, name: str) -> bool:
    return any(isinstance(leaf, Ask) and leaf.name == name for leaf in leaves(guard))


def _first_line(doc: str) -> str:
    return doc.splitlines()[0] if doc else "a statechart."
