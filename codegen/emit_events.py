"""Generate the hooks by which charts send events to each other, one mixin class for each chart that sends any."""

from collections.abc import Iterator, Sequence

from codegen.check_tables import check_events
from codegen.text import BANNER, camel_case, docstring
from statecharts import extract
from statecharts.ocpp16 import CHARTS
from statecharts.ocpp16.events import EVENTS, FEATURES
from statecharts.ocpp16.tables import SendEvent

SOURCE = "statecharts/ocpp16/events.py"


def emit_events(events: Sequence[SendEvent] = EVENTS) -> str:
    """``generated/chart_events.py``. Raises :class:`~codegen.check_tables.RowError` for an invalid row."""
    check_events(events, [extract(declared) for declared in CHARTS], FEATURES)
    lines = [
        BANNER.format(what="the table of events between charts", source=SOURCE),
        docstring(
            "The hooks by which charts send events to each other. A feature inherits the hooks of the chart it runs. "
            "An event is delivered when the step of its sender has ended."
        ),
        "",
        "from collections.abc import Callable",
        "from typing import Protocol",
        "",
        "",
        "class RunsChart(Protocol):",
        '    """A feature that runs a chart."""',
        "",
        "    def fire(self, event: str) -> object: ...",
        "",
        "",
        *_features(events),
        "",
        "",
        "Delivery = Callable[[Features], object]",
        '"""Delivers one event to the features that run its chart."""',
        "",
        "",
        "class Post(Protocol):",
        '    """Keeps what is to be delivered until the step has ended."""',
        "",
        "    def post(self, delivery: Delivery) -> None: ...",
        "",
        "",
        "class Sender(Protocol):",
        '    """A feature whose chart sends events."""',
        "",
        "    @property",
        "    def _journal(self) -> Post: ...",
    ]
    for to, event in dict.fromkeys((row.to, row.event) for row in events):
        lines += ["", "", *_delivery(to, event)]
    for chart in dict.fromkeys(row.chart for row in events):
        lines += ["", "", *_hooks(chart, [row for row in events if row.chart == chart])]
    return "\n".join(lines) + "\n"


def _features(events: Sequence[SendEvent]) -> Iterator[str]:
    yield "class Features(Protocol):"
    yield '    """The features whose charts get events."""'
    for feature in dict.fromkeys(path for row in events for path in FEATURES[row.to]):
        yield ""
        yield "    @property"
        yield f"    def {feature}(self) -> RunsChart: ..."


def _delivery(to: str, event: str) -> Iterator[str]:
    yield f"def {_name(to, event)}(features: Features) -> None:"
    for feature in FEATURES[to]:
        yield f'    features.{feature}.fire("{event}")'


def _name(to: str, event: str) -> str:
    return f"_{event}_to_{to}"


def _hooks(chart: str, rows: Sequence[SendEvent]) -> Iterator[str]:
    yield f"class {camel_case(chart)}Events:"
    yield f'    """The hooks of the chart ``{chart}`` that send events to other charts."""'
    yield ""
    yield "    __slots__ = ()"
    for hook in dict.fromkeys(row.hook for row in rows):
        sent = [row for row in rows if row.hook == hook]
        yield ""
        yield f"    def {hook}(self: Sender) -> None:"
        told = "; ".join(f"``{row.event}`` to ``{row.to}`` ({row.source})" for row in sent)
        yield docstring(f"Hook: send {told}.", indent=2)
        for row in sent:
            yield f"        self._journal.post({_name(row.to, row.event)})"
