"""The chart profile: the statechart features on which python-statemachine and W3C SCXML agree, and which compile.

A chart within the profile means the same to the interpreter, to the generated machine and to a reader who knows
SCXML. The linter reports everything outside the profile at once, with the line and the reason.
"""

import keyword
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from attrs import frozen
from statemachine import StateChart

from statecharts.explore import LivelockError, Move, exits_and_entries, explore
from statecharts.extract import ExtractionError, extract
from statecharts.guards import In, holds, leaves
from statecharts.model import Chart
from statecharts.source import read_source

MACHINE_NAMES = frozenset(
    {
        "configuration",
        "data",
        "events",
        "fire",
        "in_state",
        "leaves",
        "name",
        "name_of",
        "restore",
        "snapshot",
        "status",
    }
)
"""Names that every generated machine defines."""

INNER_NAMES = frozenset(
    {
        "busy",
        "compounds",
        "drain",
        "failed",
        "hooks",
        "ignored",
        "later",
        "leaves",
        "queue",
        "refused",
        "regions",
        "self",
        "take_eventless",
    }
)
"""Names used inside a generated machine; a region must not have one of them."""

_CONVENTIONS = ("on_", "before_", "after_", "on_enter_", "on_exit_", "on_invoke_")
_GENERIC = frozenset(f"{when}_{what}" for when in ("before", "on", "after") for what in ("transition",)) | {
    "on_enter_state",
    "on_exit_state",
    "prepare_event",
}
_SWITCHES = {
    "catch_errors_as_events": (False, "an exception in a hook would become an event that nobody handles"),
    "allow_event_without_transition": (False, "an unknown or impossible event would be ignored silently"),
    "atomic_configuration_update": (True, "a hook would see a half-updated configuration"),
}


class ChartError(ValueError):
    """A chart is outside the profile. The message lists all findings, one per line."""


@frozen(order=True)
class Finding:
    """One reason why a chart is outside the profile."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}" if self.line else self.message


@frozen
class Findings:
    """Everything the linter found, sorted by line."""

    subject: str
    found: tuple[Finding, ...]
    file: str = ""
    """File that the lines refer to; empty if the source is not available."""

    def __bool__(self) -> bool:
        return bool(self.found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.found)

    def __str__(self) -> str:
        place = f"{self.file}:" if self.file else "line "
        rows = [f"  {place}{f.line}: {f.message}" if f.line else f"  {f.message}" for f in self.found]
        return "\n".join([f"{self.subject} is outside the chart profile:", *rows])

    def raise_if_any(self) -> None:
        """Raise :class:`ChartError` with all findings, if there are any."""
        if self.found:
            raise ChartError(str(self))


def lint(subject: type[StateChart[Any]] | Chart) -> Findings:
    """Check a chart class or a chart model against the profile; the result is false if there are no findings."""
    if isinstance(subject, Chart):
        return Findings(f"chart {subject.name}", tuple(sorted(_lint_model(subject))), subject.source_file)
    found = list(_lint_class(subject))
    file = ""
    try:
        chart = extract(subject)
        file = chart.source_file
        found += _lint_model(chart)
    except ExtractionError as error:
        file = read_source(subject).file
        found.append(Finding(error.line, error.problem))
    except ValueError as error:
        found.append(Finding(0, str(error)))
    return Findings(f"chart class {subject.__name__}", tuple(sorted(found)), file)


def _lint_class(cls: type[StateChart[Any]]) -> Iterator[Finding]:
    for switch, (wanted, because) in _SWITCHES.items():
        if getattr(cls, switch) is not wanted:
            yield Finding(0, f"{switch} must be {wanted}: {because}")
    for base in cls.__mro__[1:]:
        if issubclass(base, StateChart) and getattr(base, "states", None):
            yield Finding(
                0,
                f"inherits from the chart {base.__name__}: python-statemachine shares states between base and "
                "subclass, so a transition added here changes the base; copy the chart instead",
            )
            break
    for name in vars(cls):
        if name in _GENERIC or (name.startswith(_CONVENTIONS) and callable(getattr(cls, name))):
            yield Finding(
                0,
                f"method {name!r} is bound by its name alone; name it explicitly (enter=, on=, cond=) and choose a "
                "name that matches no naming convention",
            )


def _lint_model(chart: Chart) -> Iterator[Finding]:
    shape = list(_shape(chart))
    yield from shape
    yield from _names(chart)
    transitions = list(_transitions(chart))
    yield from transitions
    yield from _declarations(chart)
    if not shape and not transitions:
        yield from _orders(chart)


def _shape(chart: Chart) -> Iterator[Finding]:
    for state in chart.states:
        nested = state.kind == "parallel" and (state.parent is not None or len(chart.roots) > 1)
        if nested:
            yield Finding(state.line, f"parallel state {state.id!r} is not the root; move its regions to the root")
        if state.kind == "history":
            yield Finding(
                state.line,
                f"history state {state.id!r}: python-statemachine runs the action of a transition into "
                "history twice; use a separate region to remember the state",
            )
        if state.kind == "parallel" and not nested:
            for child in state.children:
                if chart.by_id[child].kind != "compound":
                    line = chart.by_id[child].line
                    yield Finding(line, f"region {child!r} has no states; a region must be a compound state")
    yield from _endings(chart)


def _endings(chart: Chart) -> Iterator[Finding]:
    """python-statemachine stops for good when a chart ends; not even a restore starts it again."""
    ends = [[s for s in chart.states if s.parent == r.id and s.kind == "final"] for r in chart.regions]
    if chart.initial is not None:
        ends = [[state for state in chart.roots if state.kind == "final"]]
    elif chart.roots[0].kind != "parallel":
        return
    if all(ends):
        last = ends[-1][0]
        yield Finding(
            last.line,
            f"the chart ends in {last.id!r}, where python-statemachine stops for good; remove final=True",
        )


def _names(chart: Chart) -> Iterator[Finding]:
    reserved = frozenset(dir(StateChart)) | MACHINE_NAMES
    region_names = {region.id for region in chart.regions}
    for region in chart.regions:
        alike = [other.id for other in chart.regions if other.id.upper() == region.id.upper()]
        if region.id in MACHINE_NAMES | INNER_NAMES or len(alike) > 1:
            yield Finding(region.line, f"region {region.id!r} is already a name of the machine; choose another")
    for event in chart.events:
        line = next((t.line for t in chart.transitions if t.event == event), 0)
        if not event.isidentifier() or keyword.iskeyword(event) or event.startswith("_"):
            yield Finding(line, f"event {event!r} must be a plain name (no wildcard, no dotted event)")
        elif event.startswith(("done_state", "done_invoke", "error_")):
            yield Finding(line, f"event {event!r}: done and error events are outside the profile")
        elif event in reserved or event in region_names:
            yield Finding(line, f"event {event!r} is already a name of the machine; choose another")
    for state in chart.states:
        if not state.id.isidentifier() or keyword.iskeyword(state.id) or state.id.startswith("_"):
            yield Finding(state.line, f"state id {state.id!r} must be a plain name")
    bound = {f"{prefix}{event}" for prefix in ("on_", "before_", "after_") for event in chart.events}
    bound |= {f"on_{verb}_{state.id}" for verb in ("enter", "exit") for state in chart.states} | _GENERIC
    taken = frozenset(dir(StateChart)) | set(chart.events) | set(chart.by_id)
    taken |= {f"{region}{suffix}" for region in region_names for suffix in ("", "_to", "_by")} | {"self", "hooks"}
    for name, line in _mentions(chart):
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            yield Finding(line, f"hook or guard {name!r} must be a plain name")
        elif name in taken:
            yield Finding(line, f"hook or guard {name!r} is already a name of the chart; use In('...') for a state")
        elif name in bound:
            yield Finding(line, f"hook {name!r} is also bound by convention and would run twice; rename it")
    for name in sorted(set(chart.hooks) & set(chart.guards)):
        line = next(line for mentioned, line in _mentions(chart) if mentioned == name)
        yield Finding(line, f"{name!r} is used as a hook and as a guard; a guard must have no side effects")


def _mentions(chart: Chart) -> Iterator[tuple[str, int]]:
    for state in chart.states:
        yield from ((hook, state.line) for hook in (*state.enter, *state.exit))
    for transition in chart.transitions:
        yield from ((hook, transition.line) for hook in transition.hooks)
        yield from ((leaf.name, transition.line) for leaf in leaves(transition.guard) if not isinstance(leaf, In))


def _transitions(chart: Chart) -> Iterator[Finding]:
    for t in chart.transitions:
        label = f"{t.source} -> {t.target or '(nowhere)'}"
        for leaf in leaves(t.guard):
            if isinstance(leaf, In) and leaf.state not in chart.by_id:
                yield Finding(t.line, f"{label}: In('{leaf.state}') refers to an unknown state")
            elif isinstance(leaf, In) and chart.region_of(leaf.state) < 0:
                yield Finding(t.line, f"{label}: In('{leaf.state}') always holds, because it is the root")
        if t.internal:
            yield Finding(
                t.line, f"{label}: an internal transition re-enters in python-statemachine; use to(None, ...)"
            )
        if t.event is None and t.guard is None:
            yield Finding(t.line, f"{label}: an eventless transition needs a guard")
        elif t.event is None and not chart.structural(t.guard):
            yield Finding(
                t.line,
                f"{label}: an eventless transition may use only In(...): python-statemachine evaluates it before the "
                "next event, so a change outside the chart would take effect at another time",
            )
        if t.event is None and t.target is None:
            yield Finding(t.line, f"{label}: an eventless transition without target never settles")
        region = chart.region_of(t.source)
        if t.target is not None and chart.is_region(t.source, t.target):
            yield Finding(
                t.line,
                f"{label}: a transition from or to a region exits and enters the whole parallel state (SCXML 3.13); "
                "declare it between states inside the region",
            )
        if region < 0:
            yield Finding(t.line, f"{label}: leaves the parallel root; declare it inside a region")
        elif t.target is not None and chart.region_of(t.target) != region:
            yield Finding(t.line, f"{label}: crosses from one region to another; declare a transition in each region")


def _declarations(chart: Chart) -> Iterator[Finding]:
    for event, state in chart.ignored:
        if state not in chart.by_id:
            yield Finding(0, f"ignored: event {event!r} refers to the unknown state {state!r}")
        if not any(t.event == event for t in chart.transitions):
            yield Finding(0, f"ignored: no transition has the event {event!r}")
    for hook, names in chart.takes:
        for name in sorted(set(names) - set(dict(chart.data))):
            yield Finding(0, f"takes: {hook!r} takes {name!r}, which is not declared in data")
    for overlay in chart.overlays:
        if overlay.state not in chart.by_id:
            yield Finding(0, f"overlays: unknown state {overlay.state!r}")
    for timer in chart.timers:
        for hook in (timer.armed_by, timer.disarmed_by):
            if hook not in chart.hooks:
                yield Finding(0, f"timer of {timer.event!r}: no state or transition calls the hook {hook!r}")
        if timer.event not in chart.events:
            yield Finding(0, f"timer of {timer.event!r}: no transition has that event")


def _orders(chart: Chart) -> Iterator[Finding]:
    """Hooks whose order differs between python-statemachine and SCXML, and events that never settle."""
    active = chart.active(chart.initial_configuration)
    for t in chart.transitions_for(None):
        if t.source in active and holds(t.guard, lambda _: False, active.__contains__):
            yield Finding(
                t.line,
                f"{t.source} -> {t.target}: enabled in the initial configuration, before any event; choose initial "
                "states in which no eventless transition is enabled",
            )
            return
    try:
        exploration = explore(chart)
    except LivelockError as error:
        yield Finding(0, str(error))
        return
    said: set[tuple[int, str]] = set()
    for move in exploration.moves:
        for finding in _order_of(chart, move):
            if (finding.line, finding.message) not in said:
                said.add((finding.line, finding.message))
                yield finding


def _order_of(chart: Chart, move: Move) -> Iterator[Finding]:
    order = {state.id: index for index, state in enumerate(chart.states)}
    for micro in move.steps:
        for one, other in combinations(micro.taken, 2):
            phases = ((t.before, t.on, t.after) for t in (one, other))
            if one.hooks and other.hooks and next(phases) != next(phases):
                yield Finding(
                    other.line,
                    f"event {move.event!r} moves two regions at once and both transitions have hooks "
                    f"({', '.join(one.hooks)}; {', '.join(other.hooks)}): python-statemachine runs them in the order "
                    "in which the regions last moved; keep the hooks in one region, or run them on entry",
                )
        left: list[str] = []
        entered: list[str] = []
        for t in micro.taken:
            if t.target is not None:
                exits, entries = exits_and_entries(chart, micro.before[chart.region_of(t.source)], t)
                left += exits
                entered += entries
        yield from _disordered(chart, order, left, "exit")
        yield from _disordered(chart, order, entered, "enter")


def _disordered(chart: Chart, order: dict[str, int], together: list[str], which: str) -> Iterator[Finding]:
    """States exited or entered in one step whose hooks python-statemachine calls in another order than SCXML."""
    for one, other in combinations(sorted(together, key=order.__getitem__), 2):
        first, second = chart.by_id[one], chart.by_id[other]
        hooks = (getattr(first, which), getattr(second, which))
        if all(hooks) and hooks[0] != hooks[1] and first.engine_order >= second.engine_order:
            yield Finding(
                second.line,
                f"states {one!r} and {other!r} can be {which}ed in one step, and python-statemachine calls their "
                f"{which} hooks in a different order than SCXML ({', '.join(hooks[0])}; {', '.join(hooks[1])})",
            )
