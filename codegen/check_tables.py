"""Do the tables and the charts speak of the same things? What one names and the other lacks is refused."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from statecharts import Chart, ChartError
from statecharts.ocpp16.tables import Fire, Handler, Send, Step, When


class RowError(ChartError):
    """A row of a table is wrong; the message names it."""


def fires(steps: tuple[Step, ...]) -> Iterator[Fire]:
    """Every event that the steps of a handler may fire, in order."""
    for step in steps:
        if isinstance(step, Fire):
            yield step
        elif isinstance(step, When):
            yield from fires(step.then)
            yield from fires(step.otherwise)


def check_handlers(handlers: Sequence[Handler], charts: Sequence[Chart]) -> None:
    """Raise :class:`RowError` for each handler that fires an event which its chart does not know."""
    known = {chart.name: frozenset(chart.events) for chart in charts}
    known["place"] = known["connector"] & known["charge_point"]
    wrong = [
        f"handler {handler.name}: {fire.chart} knows no event {fire.event!r}; it knows {_words(known[fire.chart])}"
        for handler in handlers
        for fire in fires(handler.steps)
        if fire.event not in known[fire.chart]
    ]
    _refuse(wrong)


def check_sends(sends: Sequence[Send], charts: Sequence[Chart]) -> None:
    """Raise :class:`RowError` for each message whose hook is not called by the charts that it names."""
    known = {chart.name: frozenset(chart.hooks) for chart in charts}
    wrong = []
    for send in sends:
        for name in send.charts:
            if name not in known:
                wrong.append(f"hook {send.hook!r}: there is no chart {name!r}; there are {_words(known)}")
            elif send.hook not in known[name]:
                wrong.append(f"hook {send.hook!r}: {name} calls no such hook; it calls {_words(known[name])}")
    _refuse(wrong)


def unused(charts: Sequence[Chart], handlers: Sequence[Handler], core: Path) -> list[str]:
    """What the charts declare and nobody needs.

    An event is needed if a handler fires it or the Python below ``core`` mentions it (``machine.stopped()``,
    ``fire("redial_due")``, ``fire(f"boot_{...}")``); a hook or a guard if a class there has a method of its name.
    """
    said, begun, methods = _names(core)
    fired = {(fire.chart, fire.event) for handler in handlers for fire in fires(handler.steps)}
    found = []
    for chart in charts:
        whose = {chart.name, "place"} if chart.name in ("connector", "charge_point") else {chart.name}
        found += [
            f"chart {chart.name}: nobody fires the event {event!r}"
            for event in chart.events
            if not any((name, event) in fired for name in whose)
            and event not in said
            and not event.startswith(tuple(begun))
        ]
        found += [f"chart {chart.name}: nobody performs the hook {h!r}" for h in chart.hooks if h not in methods]
        found += [f"chart {chart.name}: nobody answers the guard {g!r}" for g in chart.guards if g not in methods]
    return found


def _names(core: Path) -> tuple[set[str], set[str], set[str]]:
    """Attributes and texts; what f-strings begin with; methods."""
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


def _words(names: frozenset[str] | dict[str, frozenset[str]]) -> str:
    return ", ".join(sorted(names))


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise RowError("the tables and the charts disagree:\n" + "\n".join(f"  {row}" for row in wrong))
