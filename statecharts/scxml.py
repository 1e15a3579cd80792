"""Write a chart as SCXML (W3C State Chart XML 1.0) and read it back; the result equals the original.

Standard SCXML is used wherever it has an element. A namespace of our own, which SCXML permits, holds the rest: hooks
(``<chart:call>``), clauses, timers, overlays and ignored events. Guards use the ECMAScript data model
(``!In('Open') && unlocked``).
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from attrs import frozen

from statecharts.extract import snake_case
from statecharts.guards import Both, Guard, GuardSyntaxError, Not, parse, show
from statecharts.model import Chart, Kind, Overlay, State, Timer, Transition

SCXML = "http://www.w3.org/2005/07/scxml"
OWN = "urn:ocpp16sm:chart"

_ELEMENTS: dict[Kind, str] = {
    "atomic": "state",
    "compound": "state",
    "parallel": "parallel",
    "final": "final",
    "history": "history",
}
_PHASES = ("before", "on", "after")


class ScxmlError(ValueError):
    """A text is not SCXML, or the chart model cannot express it. The message says what and where."""


def scxml(chart: Chart) -> str:
    """The chart as an SCXML document."""
    ElementTree.register_namespace("", SCXML)
    ElementTree.register_namespace("chart", OWN)
    root = Element(_in(SCXML, "scxml"), {"version": "1.0", "name": chart.title, "datamodel": "ecmascript"})
    if chart.initial is not None:
        root.set("initial", chart.initial)
    SubElement(root, _in(OWN, "doc")).text = chart.doc
    for timer in chart.timers:
        SubElement(root, _in(OWN, "timer"), _fields(timer, "event", "armed_by", "disarmed_by", "duration"))
    for overlay in chart.overlays:
        SubElement(root, _in(OWN, "overlay"), _fields(overlay, "state", "status"))
    for event, where in chart.ignored:
        SubElement(root, _in(OWN, "ignored"), {"event": event, "state": where})
    for state in chart.roots:
        _write(chart, state, root)
    ElementTree.indent(root, "  ")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def load_scxml(text: str) -> Chart:
    """Read a chart from the output of :func:`scxml`, or from another tool if the chart model can express it.

    A document without our namespace has neither hooks nor timers. Raises :class:`ScxmlError` for elements that a chart
    cannot contain (scripts, sends, data), naming them.
    """
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ScxmlError(f"not well-formed XML: {error}") from error
    if root.tag != _in(SCXML, "scxml"):
        raise ScxmlError(f"the root is {_short(root.tag)}, expected scxml in the namespace {SCXML}")
    states: list[State] = []
    transitions: list[Transition] = []
    ignored: list[tuple[str, str]] = []
    timers: list[Timer] = []
    overlays: list[Overlay] = []
    doc = ""
    for child in root:
        match _short(child.tag):
            case "chart:doc":
                doc = child.text or ""
            case "chart:timer":
                timers.append(Timer(**_exactly(child, "event", "armed_by", "disarmed_by", "duration")))
            case "chart:overlay":
                overlays.append(Overlay(**_exactly(child, "state", "status")))
            case "chart:ignored":
                pair = _exactly(child, "event", "state")
                ignored.append((pair["event"], pair["state"]))
            case _:
                part = _read(child, None)
                states += part.states
                transitions += part.transitions
    if not states:
        raise ScxmlError("the document has no state")
    title = root.get("name") or "Chart"
    tops = [state for state in states if state.parent is None]
    flat = len(tops) > 1 or tops[0].kind not in ("compound", "parallel")
    return Chart(
        name=snake_case(title),
        title=title,
        doc=doc,
        states=tuple(states),
        transitions=tuple(transitions),
        ignored=tuple(ignored),
        timers=tuple(timers),
        overlays=tuple(overlays),
        initial=(root.get("initial") or tops[0].id) if flat else None,
    )


# -- writing -----------------------------------------------------------------------------------------------------------


def _write(chart: Chart, state: State, parent: Element) -> None:
    element = SubElement(parent, _in(SCXML, _ELEMENTS[state.kind]), {"id": state.id})
    if state.initial is not None:
        element.set("initial", state.initial)
    for phase, hooks in (("onentry", state.enter), ("onexit", state.exit)):
        if hooks:
            _calls(SubElement(element, _in(SCXML, phase)), hooks)
    for transition in chart.transitions:
        if transition.source == state.id:
            _write_transition(transition, element)
    for child in state.children:
        _write(chart, chart.by_id[child], element)


def _write_transition(transition: Transition, parent: Element) -> None:
    element = SubElement(parent, _in(SCXML, "transition"))
    if transition.event is not None:
        element.set("event", transition.event)
    if transition.guard is not None:
        element.set("cond", _ecma(transition.guard))
    if transition.target is not None:
        element.set("target", transition.target)
    if transition.internal:
        element.set("type", "internal")
    if transition.clause:
        element.set(_in(OWN, "clause"), transition.clause)
    for phase in _PHASES:
        _calls(element, getattr(transition, phase), phase)


def _calls(parent: Element, hooks: tuple[str, ...], phase: str = "on") -> None:
    for hook in hooks:
        attributes = {"hook": hook} if phase == "on" else {"hook": hook, "phase": phase}
        SubElement(parent, _in(OWN, "call"), attributes)


def _ecma(guard: Guard) -> str:
    match guard:
        case Not(operand):
            inner = _ecma(operand)
            return f"!({inner})" if isinstance(operand, Both) else f"!{inner}"
        case Both(how, operands):
            parts = [f"({_ecma(o)})" if isinstance(o, Both) else _ecma(o) for o in operands]
            return (" && " if how == "and" else " || ").join(parts)
        case _:
            return show(guard)


# -- reading -----------------------------------------------------------------------------------------------------------


@frozen
class _Part:
    """A state and everything in it, in document order."""

    states: tuple[State, ...]
    transitions: tuple[Transition, ...]


def _read(element: Element, parent: str | None) -> _Part:
    tag = _short(element.tag)
    if tag not in ("state", "parallel", "final", "history"):
        raise ScxmlError(f"<{tag}> is not supported in a chart (in {parent or 'the document'})")
    name = element.get("id")
    if not name:
        raise ScxmlError(f"a <{tag}> in {parent or 'the document'} has no id")
    initial = element.get("initial")
    enter: list[str] = []
    leave: list[str] = []
    own: list[Transition] = []
    parts: list[_Part] = []
    for child in element:
        match _short(child.tag):
            case "onentry":
                enter += _read_calls(child, name)["on"]
            case "onexit":
                leave += _read_calls(child, name)["on"]
            case "transition":
                own.extend(_read_transition(child, name))
            case "initial":
                initial = _default(child, name)
            case _:
                parts.append(_read(child, name))
    children = tuple(part.states[0].id for part in parts)
    kind = _kind(tag, children)
    if kind == "compound" and initial is None:
        initial = children[0]
    return _Part(
        (
            State(name, kind, parent, children, initial, tuple(enter), tuple(leave)),
            *(s for p in parts for s in p.states),
        ),
        (*own, *(t for p in parts for t in p.transitions)),
    )


def _kind(tag: str, children: tuple[str, ...]) -> Kind:
    match tag:
        case "final" | "history":
            return "final" if tag == "final" else "history"
        case "parallel" if children:
            return "parallel"
        case _:
            return "compound" if children else "atomic"


def _default(element: Element, owner: str) -> str:
    targets = [child.get("target") for child in element if _short(child.tag) == "transition"]
    if len(targets) != 1 or not targets[0]:
        raise ScxmlError(f"<initial> of {owner} needs one transition with a target")
    return targets[0]


def _read_transition(element: Element, source: str) -> Iterator[Transition]:
    targets = (element.get("target") or "").split()
    if len(targets) > 1:
        raise ScxmlError(f"a transition of {source} has several targets ({', '.join(targets)}); only one is supported")
    calls = _read_calls(element, source)
    cond = element.get("cond")
    events: list[str | None] = [*(element.get("event") or "").split()]
    for event in events or [None]:
        yield Transition(
            source=source,
            target=targets[0] if targets else None,
            event=event,
            guard=_guard(cond, source) if cond else None,
            before=tuple(calls["before"]),
            on=tuple(calls["on"]),
            after=tuple(calls["after"]),
            clause=element.get(_in(OWN, "clause")) or "",
            internal=element.get("type") == "internal",
        )


def _read_calls(element: Element, owner: str) -> dict[str, list[str]]:
    calls: dict[str, list[str]] = {phase: [] for phase in _PHASES}
    for child in element:
        if child.tag != _in(OWN, "call"):
            raise ScxmlError(f"<{_short(child.tag)}> in {owner}: not supported; use <call hook=...> of {OWN}")
        hook, phase = child.get("hook"), child.get("phase", "on")
        if not hook or phase not in calls:
            raise ScxmlError(f"a call in {owner} needs a hook, and its phase must be one of {', '.join(_PHASES)}")
        calls[phase].append(hook)
    return calls


def _guard(cond: str, source: str) -> Guard:
    text = cond.replace("&&", " and ").replace("||", " or ")
    try:
        return parse(re.sub(r"!(?!=)", " not ", text).strip())
    except GuardSyntaxError as error:
        raise ScxmlError(f"a transition of {source}: {error}") from error


# -- names -------------------------------------------------------------------------------------------------------------


def _in(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"


def _short(tag: str) -> str:
    namespace, _, name = tag.rpartition("}")
    return name if namespace == f"{{{SCXML}" else f"chart:{name}" if namespace == f"{{{OWN}" else tag


def _fields(value: object, *names: str) -> dict[str, str]:
    return {name: str(getattr(value, name)) for name in names}


def _exactly(element: Element, *names: str) -> dict[str, Any]:
    missing = [name for name in names if element.get(name) is None]
    if missing:
        raise ScxmlError(f"<{_short(element.tag)}> needs {', '.join(missing)}")
    return {name: element.get(name) for name in names}
