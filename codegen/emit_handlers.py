"""Generate Python from the table of handlers: typed methods for the station, and the steps in the core."""

from collections.abc import Iterator

from attrs import frozen

from codegen.check_tables import CONSTANTS, check_handlers, fires
from codegen.text import BANNER, camel_case, docstring
from statecharts import extract
from statecharts.ocpp16 import CHARTS
from statecharts.ocpp16.handlers import HANDLERS
from statecharts.ocpp16.tables import Do, Fire, Give, Handler, Parameter, Step, When

SOURCE = "statecharts/ocpp16/handlers.py"

_IMPORTS = {
    "ocpp16sm.station_facts": ("ErrorInfo", "Measurement", "SessionStartedReason"),
    "ocpp16sm.messages": (
        "ChangeAvailabilityRequest",
        "ChangeAvailabilityResponse",
        "DiagnosticsStatus",
        "FirmwareUpdateStatus",
        "Reason",
        "UploadLogStatus",
    ),
}


def emit_handlers(handlers: tuple[Handler, ...] = HANDLERS) -> str:
    """``generated/handlers.py``: a class for each call, and the methods that check arguments and create the calls."""
    lines = [
        BANNER.format(what="the table of handlers", source=SOURCE),
        docstring(
            "The 22 handlers of a station. Each checks its arguments, records the call as a value and passes it to the "
            "core."
        ),
        "",
        "from abc import abstractmethod",
        "from datetime import datetime",
        "from typing import Any",
        "",
        "from ocpp16sm.arguments import arguments, structs",
        "from ocpp16sm.base import words",
        *_imports(),
        "from ocpp16sm.base.timestamp import Timestamp",
        "from ocpp16sm.base.values import Value",
        "",
        "",
        "class HandlerCall(Value, frozen=True):",
        '    """A call of a handler, with checked arguments; each handler has its subclass."""',
        "",
    ]
    for handler in handlers:
        lines += _call(handler)
    lines += ["class Handlers:"]
    lines.append(
        docstring(
            "The 22 handlers. Invalid arguments (:class:`~ocpp16sm.errors.InvalidArgumentError`) and connectors that "
            "the charge point does not have (:class:`~ocpp16sm.errors.UnknownConnectorError`) are refused before "
            "anything has changed.",
            indent=1,
        )
    )
    lines += [
        "",
        "    __slots__ = ()",
        "",
        "    @abstractmethod",
        "    def _call(self, call: HandlerCall) -> Any:",
        '        """Pass a checked call to the core and return its result."""',
        "        raise NotImplementedError",
    ]
    for handler in handlers:
        lines += _method(handler)
    names = ", ".join(f'"{handler.call}"' for handler in handlers)
    lines += ["", "", f"HANDLER_CALLS: tuple[type[HandlerCall], ...] = ({names.replace(chr(34), '')},)"]
    lines.append('"""All classes of calls, in the order of the handlers."""')
    return "\n".join(lines) + "\n"


def _imports() -> Iterator[str]:
    for module, names in _IMPORTS.items():
        yield f"from {module} import {', '.join(names)}"


def _stored_type(parameter: Parameter) -> str:
    base = "Timestamp" if parameter.type == "datetime" else parameter.type
    return f"{base} | None" if parameter.may_be_none else base


def _call(handler: Handler) -> Iterator[str]:
    yield ""
    yield f"class {handler.call}(HandlerCall, frozen=True):"
    yield f'    """A call of ``{handler.name}``."""'
    yield ""
    for parameter in handler.parameters:
        default = f" = {parameter.default}" if parameter.optional else ""
        yield f"    {parameter.name}: {_stored_type(parameter)}{default}"
    yield ""


def _method(handler: Handler) -> Iterator[str]:
    yield ""
    yield f"    def {handler.name}("
    yield "        self,"
    for parameter in handler.parameters:
        annotation = parameter.takes or parameter.type
        if parameter.type == "datetime":
            annotation = "datetime | str"
        elif parameter.check.startswith("word"):
            annotation = f"{parameter.type} | words.{parameter.type}Word"
        if parameter.may_be_none:
            annotation += " | None"
        default = f" = {parameter.default}" if parameter.optional else ""
        yield f"        {parameter.name}: {annotation}{default},"
    yield f"    ) -> {handler.returns}:"
    yield docstring(_doc(handler), indent=2)
    arguments = ", ".join(_checked(parameter) for parameter in handler.parameters)
    if handler.returns == "None":
        yield f"        self._call({handler.call}({arguments},))"
    else:
        yield f"        result: {handler.returns} = self._call({handler.call}({arguments},))"
        yield "        return result"


def _checked(parameter: Parameter) -> str:
    check, *limits = parameter.check.split()
    extra = "".join(f", {limit}" for limit in limits)
    function = "structs.checked" if check == "struct" else f"arguments.{check}"
    call = f'{function}("{parameter.name}", {parameter.name}{extra})'
    if parameter.may_be_none:
        return f"None if {parameter.name} is None else {call}"
    return call


def _doc(handler: Handler) -> str:
    rows = []
    for parameter in handler.parameters:
        unit = f" [{parameter.unit}]" if parameter.unit else ""
        optional = " Optional." if parameter.optional else " Or None." if parameter.nullable else ""
        rows.append(f":param {parameter.name}: {parameter.doc}{unit}{optional}")
    if handler.returns_doc:
        rows.append(f":returns: {handler.returns_doc}")
    rows += [f":raises {error}" for error in handler.raises]
    return f"{handler.doc}\n\n" + "\n".join(rows) + f"\n\nOCPP 1.6 {handler.source}."


def emit_triggers(handlers: tuple[Handler, ...] = HANDLERS) -> str:
    """``generated/triggers.py``: for each call, the steps of the core and the chart events that it fires.

    Raises :class:`~codegen.check_tables.RowError` if a handler fires an event that its chart does not have.
    """
    check_handlers(handlers, [extract(declared) for declared in CHARTS])
    lines = [
        BANNER.format(what="the table of handlers", source=SOURCE),
        docstring(
            "The steps that each handler triggers: steps of the core's features and events of the charts. Nothing "
            "else decides what a handler does."
        ),
        "",
        "from collections.abc import Callable, Mapping",
        "from typing import Any, Protocol",
        "",
        "from ocpp16sm.generated.handlers import (",
        "    HandlerCall,",
        *(f"    {handler.call}," for handler in handlers),
        ")",
        "from ocpp16sm.messages import ChangeAvailabilityResponse",
        "",
        *_protocols(handlers),
    ]
    for handler in handlers:
        lines += _trigger(handler)
    lines += ["", "TRIGGERS: Mapping[type[HandlerCall], Callable[[Steps, Any], Any]] = {"]
    lines += [f"    {handler.call}: {handler.name}," for handler in handlers]
    lines += ["}", '"""Class of a call -> the function that handles it."""']
    return "\n".join(lines) + "\n"


_EVENTS = {
    "connector": "The events of a connector's chart that handlers fire.",
    "any_connector": "The events that handlers fire on the chart of either a connector or the charge point.",
    "transaction": "The events of a transaction's chart that handlers fire.",
}


def _fired(handlers: tuple[Handler, ...]) -> dict[str, list[str]]:
    """Chart -> events that handlers fire, in order."""
    fired: dict[str, list[str]] = {chart: [] for chart in _EVENTS}
    for handler in handlers:
        for fire in fires(handler.steps):
            if fire.event not in fired[fire.chart]:
                fired[fire.chart].append(fire.event)
    return fired


@frozen
class _Ask:
    """A step of a feature that handlers call."""

    feature: str
    method: str
    kind: str
    """``do``, ``ask``, ``give``, or the name that a Do gives its result."""
    handlers: list[Handler]


def _asked(handlers: tuple[Handler, ...]) -> dict[str, list[_Ask]]:
    """Feature -> its steps, of every Do, When and Give, in order."""
    found: dict[str, _Ask] = {}

    def note(path: str, kind: str, handler: Handler) -> None:
        feature, _, method = path.partition(".")
        found.setdefault(path, _Ask(feature, method, kind, [])).handlers.append(handler)

    def walk(steps: tuple[Step, ...], handler: Handler) -> None:
        for step in steps:
            match step:
                case Do(step=path, gives=gives):
                    note(path, gives or "do", handler)
                case When(question=path):
                    note(path, "ask", handler)
                    walk(step.then, handler)
                    walk(step.otherwise, handler)
                case Give(value=path) if path not in CONSTANTS:
                    note(path, "give", handler)

    for handler in handlers:
        walk(handler.steps, handler)
    features: dict[str, list[_Ask]] = {}
    for ask in found.values():
        features.setdefault(ask.feature, []).append(ask)
    return features


def _protocols(handlers: tuple[Handler, ...]) -> Iterator[str]:
    fired = _fired(handlers)
    for chart, doc in _EVENTS.items():
        yield ""
        yield f"class {camel_case(chart)}Events(Protocol):"
        yield f'    """{doc}"""'
        for event in fired[chart]:
            yield ""
            data = "" if chart == "transaction" else ", info: str | None = None"
            yield f"    def {event}(self{data}) -> bool: ..."
    yield from _actor(
        "AnyConnectorActor", "AnyConnectorEvents", "A connector, or the charge point itself.", ("error_info",)
    )
    yield from _actor("ConnectorActor", "ConnectorEvents", "A connector, never the charge point itself.", ())
    yield ""
    yield "class TransactionActor(Protocol):"
    yield "    @property"
    yield "    def machine(self) -> TransactionEvents: ..."
    yield ""
    yield "    @property"
    yield "    def stop_info(self) -> str | None:"
    yield '        """The info of the status notification about the stop."""'
    yield ""
    yield "class AllConnectorsSteps(Protocol):"
    yield '    """Where a handler finds its connector."""'
    yield ""
    yield "    def connector(self, connector: int, /) -> ConnectorActor:"
    yield '        """Connector 1..N; raises UnknownConnectorError."""'
    yield ""
    yield "    def any_connector(self, connector: int, /) -> AnyConnectorActor:"
    yield '        """Connector 0..N; raises UnknownConnectorError."""'
    features = _asked(handlers)
    for feature, asks in features.items():
        yield ""
        yield f"class {camel_case(feature)}Steps(Protocol):"
        yield f'    """What the handlers ask of the feature ``{feature}``."""'
        for ask in asks:
            first = ask.handlers[0]
            result = {"do": "None", "ask": "bool", "give": first.returns}.get(ask.kind, f"{camel_case(ask.kind)}Actor")
            subject = "" if first.subject == "none" else f"{first.subject}: Any, "
            calls = " | ".join(dict.fromkeys(handler.call for handler in ask.handlers))
            yield ""
            yield f"    def {ask.method}(self, {subject}call: {calls}, /) -> {result}:"
            yield docstring(f"Step of {', '.join(f'``{handler.name}``' for handler in ask.handlers)}.", indent=2)
    yield ""
    yield "class Steps(Protocol):"
    yield '    """The features of the core, as the handlers see them."""'
    for feature in ("all_connectors", *features):
        yield ""
        yield "    @property"
        yield f"    def {feature}(self) -> {camel_case(feature)}Steps:"
        yield f'        """The feature ``{feature}``."""'


def _actor(name: str, events: str, doc: str, texts: tuple[str, ...]) -> Iterator[str]:
    yield ""
    yield f"class {name}(Protocol):"
    yield f'    """{doc}"""'
    yield ""
    yield "    @property"
    yield f"    def machine(self) -> {events}: ..."
    for text in texts:
        yield ""
        yield "    @property"
        yield f"    def {text}(self) -> str | None:"
        yield '        """The info of the error that is reported."""'


def _trigger(handler: Handler) -> Iterator[str]:
    yield ""
    yield f"def {handler.name}(features: Steps, call: {handler.call}) -> {handler.returns}:"
    yield f'    """Steps of ``{handler.name}`` (OCPP 1.6 {handler.source})."""'
    if handler.subject != "none":
        yield f"    {handler.subject} = features.all_connectors.{handler.subject}(call.connector)"
    yield from _steps(handler.steps, handler, "    ")


def _steps(steps: tuple[Step, ...], handler: Handler, pad: str) -> Iterator[str]:
    subject = "" if handler.subject == "none" else f"{handler.subject}, "
    for step in steps:
        match step:
            case Do(step=name, gives=gives):
                bind = f"{gives} = " if gives else ""
                yield f"{pad}{bind}features.{name}({subject}call)"
            case Fire(chart="transaction", event=event):
                yield f"{pad}transaction.machine.{event}()"
            case Fire(chart=chart, event=event, info=info):
                yield f"{pad}{chart}.machine.{event}({f'info={info}' if info else ''})"
            case When(question=name, then=then, otherwise=otherwise):
                yield f"{pad}if features.{name}({subject}call):"
                yield from _steps(then, handler, pad + "    ")
                if otherwise:
                    yield f"{pad}else:"
                    yield from _steps(otherwise, handler, pad + "    ")
            case Give(value="True" | "False" as constant):
                yield f"{pad}return {constant}"
            case Give(value=name):
                yield f"{pad}return features.{name}({subject}call)"
