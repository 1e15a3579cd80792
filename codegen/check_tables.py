"""Check the tables against the charts: the events, hooks and charts that rows name must exist, and events must end."""

import ast
from collections.abc import Collection, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from statecharts import Chart, ChartError, explore
from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Send, SendEvent, Step, When

CONSTANTS = ("True", "False")
"""What a handler gives that is no step of a feature."""


class RowError(ChartError):
    """A row of a table is invalid; the message names the row."""


def fires(steps: tuple[Step, ...]) -> Iterator[Fire]:
    """All events that the steps of a handler may fire, in order."""
    for step in steps:
        if isinstance(step, Fire):
            yield step
        elif isinstance(step, When):
            yield from fires(step.then)
            yield from fires(step.otherwise)


def asked(steps: tuple[Step, ...]) -> Iterator[str]:
    """Every step of a feature that the steps of a handler call, ask or give, in order."""
    for step in steps:
        match step:
            case Do(step=path) | Give(value=path) if path not in CONSTANTS:
                yield path
            case When(question=path, then=then, otherwise=otherwise):
                yield path
                yield from asked(then)
                yield from asked(otherwise)


def check_handlers(handlers: Sequence[Handler], charts: Sequence[Chart]) -> None:
    """Raise :class:`RowError` listing the handlers that fire an event their chart does not have, or whose step names
    no feature.
    """
    known = {chart.name: frozenset(chart.events) for chart in charts}
    known["any_connector"] = known["connector"] & known["charge_point"]
    wrong = [
        f"handler {handler.name}: {fire.chart} has no event {fire.event!r}; its events are {_words(known[fire.chart])}"
        for handler in handlers
        for fire in fires(handler.steps)
        if fire.event not in known[fire.chart]
    ]
    wrong += [
        f"handler {handler.name}: step {path!r} does not say whose it is; write feature.step, as in 'transactions.open'"
        for handler in handlers
        for path in asked(handler.steps)
        if not all(part.isidentifier() for part in path.split(".")) or path.count(".") != 1
    ]
    _refuse(wrong)


def check_sends(sends: Sequence[Send], charts: Sequence[Chart]) -> None:
    """Raise :class:`RowError` listing the sends whose hook is not called by the charts they name."""
    known = {chart.name: frozenset(chart.hooks) for chart in charts}
    wrong = []
    for send in sends:
        for name in (*send.charts, *send.told_by):
            if name not in known:
                wrong.append(f"hook {send.hook!r}: unknown chart {name!r}; the charts are {_words(known)}")
            elif name in send.charts and send.hook not in known[name]:
                wrong.append(f"hook {send.hook!r}: chart {name} has no such hook; its hooks are {_words(known[name])}")
    _refuse(wrong)


def check_events(events: Sequence[SendEvent], charts: Sequence[Chart], features: Collection[str]) -> None:
    """Raise :class:`RowError` listing the rows that name a chart, hook or event that does not exist, whose event is
    refused somewhere, or that could send events round in a circle.
    """
    by_name = {chart.name: chart for chart in charts}
    wrong = []
    for row in events:
        whose = f"event {row.event!r} from {row.chart} to {row.to}"
        unknown = [name for name in (row.chart, row.to) if name not in by_name]
        if unknown:
            wrong.append(f"{whose}: unknown chart {unknown[0]!r}; the charts are {_words(frozenset(by_name))}")
        elif row.hook not in by_name[row.chart].hooks:
            wrong.append(f"{whose}: chart {row.chart} has no hook {row.hook!r}")
        elif row.to not in features:
            wrong.append(f"{whose}: no feature is named as the one that runs {row.to}")
        elif row.event not in by_name[row.to].events:
            wrong.append(f"{whose}: chart {row.to} has no such event; its events are {_words(by_name[row.to].events)}")
        elif refusing := _refusing(by_name[row.to], row.event):
            wrong.append(f"{whose}: refused in {refusing}; give it a transition or ignore it there")
    _refuse(wrong)
    _refuse(_circle(events, by_name))


def _refusing(chart: Chart, event: str) -> str:
    """A configuration in which an event is an error; empty if there is none."""
    explored = explore(chart)
    idle = {move.source for move in explored.moves if move.event == event and not move.steps}
    idle |= {c for c in explored.configurations if not any(m.source == c and m.event == event for m in explored.moves)}
    refusing = [c for c in explored.configurations if c in idle and not chart.is_ignored(event, chart.active(c))]
    return " ".join(refusing[0]) if refusing else ""


def _circle(events: Sequence[SendEvent], charts: dict[str, Chart]) -> list[str]:
    """The events of a circle, if there is one: one chart's event makes another chart send, and so on for ever."""
    causes: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for name in {row.chart for row in events}:
        for move in explore(charts[name]).moves:
            for row in events:
                if row.chart == name and row.hook in move.hooks:
                    causes.setdefault((row.to, row.event), set()).add((name, move.event))
    try:
        TopologicalSorter(causes).prepare()
    except CycleError as error:
        return ["events go round for ever: " + " -> ".join(f"{chart}.{event}" for chart, event in error.args[1])]
    return []


def unused(
    charts: Sequence[Chart], handlers: Sequence[Handler], core: Path, events: Sequence[SendEvent] = ()
) -> list[str]:
    """Find events, hooks and guards of the charts that nothing uses, one message each.

    An event is used if a handler fires it, another chart sends it, or the Python below ``core`` mentions it
    (``machine.stopped()``, ``fire("redial_due")``, ``fire(f"boot_{...}")``). A hook or guard is used if a class there
    has a method of its name; a hook also if it sends an event.
    """
    said, begun, methods = _names(core)
    fired: set[tuple[str, str]] = {(fire.chart, fire.event) for handler in handlers for fire in fires(handler.steps)}
    fired |= {(row.to, row.event) for row in events}
    methods |= {row.hook for row in events}
    found = []
    for chart in charts:
        whose = {chart.name, "any_connector"} if chart.name in ("connector", "charge_point") else {chart.name}
        found += [
            f"chart {chart.name}: nothing fires the event {event!r}"
            for event in chart.events
            if not any((name, event) in fired for name in whose)
            and event not in said
            and not event.startswith(tuple(begun))
        ]
        found += [f"chart {chart.name}: nothing implements the hook {h!r}" for h in chart.hooks if h not in methods]
        found += [f"chart {chart.name}: nothing implements the guard {g!r}" for g in chart.guards if g not in methods]
    return found


def _names(core: Path) -> tuple[set[str], set[str], set[str]]:
    """Attributes and texts; leading texts of f-strings; functions."""
    said: set[str] = set()
    begun: set[str] = set()
    methods: set[str] = set()
    for file in sorted(core.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                    said.add(name)
                case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if text.isidentifier():
                    begun.add(text)
                case ast.FunctionDef(name=name):
                    methods.add(name)
    return said, begun, methods


def _words(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise RowError("the tables do not match the charts:\n" + "\n".join(f"  {row}" for row in wrong))
