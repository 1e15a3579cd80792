"""The texts in a picture of a chart: labels of arrows, contents of states, and the legend.

All renderers share these values, so SVG, Mermaid and DOT pictures of a chart have the same texts.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Literal

from attrs import frozen

from statecharts.draw.text import text_width
from statecharts.guards import Both, Guard, In, Not
from statecharts.model import Chart, State, Transition

SpanKind = Literal["event", "guard", "hook", "clause", "note"]

FONT_SIZE: dict[SpanKind, float] = {"event": 11, "guard": 11, "hook": 10, "clause": 8.5, "note": 10.5}
SPAN_GAP = 4.0
PILL_PADDING = 4.0
ROW_HEIGHT = 14.5
LABEL_PADDING = 3.0
WRAP_AT = 190.0
"""Width in pixels at which the label of an arrow wraps."""
CLAUSE_OVERHANG = 30.0
"""How many pixels wider a row may be if its clause would otherwise be alone in the next row."""
WRAP_INSIDE = 240.0
"""Width in pixels at which text inside a state wraps."""
WRAP_INWARD = 160.0
"""Narrower limit for transitions written inside their target: such states are drawn side by side."""


@frozen
class Span:
    """A run of text of one kind: an event, a guard, hooks, a clause of the specification or a note."""

    kind: SpanKind
    text: str

    @property
    def width(self) -> float:
        """Width in pixels, including the pill around a clause."""
        padding = 2 * PILL_PADDING if self.kind == "clause" else 0.0
        return text_width(self.text, FONT_SIZE[self.kind], bold=self.kind == "clause") + padding


@frozen
class Row:
    """One row of a label."""

    spans: tuple[Span, ...]
    transition: str = ""
    """Element id of the transition that the row describes; empty for other text."""

    @property
    def width(self) -> float:
        """Width in pixels."""
        return sum(span.width for span in self.spans) + SPAN_GAP * (len(self.spans) - 1)


@frozen
class Arrow:
    """All transitions with the same source and target: one line in the picture, with one or more rows for each."""

    source: str
    target: str
    transitions: tuple[Transition, ...]


def arrows(chart: Chart) -> tuple[Arrow, ...]:
    """The arrows of a chart, in order of first mention.

    A transition from a compound state to a state within it has no arrow. It is written inside its target, as it can be
    taken from anywhere in the compound state.
    """
    merged: dict[tuple[str, str], list[Transition]] = {}
    for transition in chart.transitions:
        if transition.target is not None and not leads_inward(chart, transition):
            merged.setdefault((transition.source, transition.target), []).append(transition)
    return tuple(Arrow(*ends, tuple(transitions)) for ends, transitions in merged.items())


def leads_inward(chart: Chart, transition: Transition) -> bool:
    """Whether a transition leads from a compound state that is not a region to a childless state within it."""
    source, target = transition.source, transition.target
    if target is None or chart.by_id[target].children or source in {region.id for region in chart.regions}:
        return False
    return source in chart.ancestors(target)


def element_ids(chart: Chart) -> dict[int, str]:
    """Index in ``chart.transitions`` -> ``transition-<source>-<event>``, numbered where several share that id."""
    names = [f"transition-{t.source}-{t.event or 'eventless'}" for t in chart.transitions]
    seen: dict[str, int] = {}
    ids: dict[int, str] = {}
    for index, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        ids[index] = name if names.count(name) == 1 else f"{name}-{seen[name]}"
    return ids


def guard_words(guard: Guard) -> str:
    """The guard in words: ``not in Preparing and not transaction_running``."""
    match guard:
        case In(state):
            return f"in {state}"
        case Not(operand):
            inner = guard_words(operand)
            return f"not ({inner})" if isinstance(operand, Both) else f"not {inner}"
        case Both(how, operands):
            parts = [
                f"({guard_words(o)})" if isinstance(o, Both) and o.how != how else guard_words(o) for o in operands
            ]
            return f" {how} ".join(parts)
        case _:
            return guard.name


def spans_of(transition: Transition, *, inside: bool = False) -> tuple[Span, ...]:
    """Event, guard, hooks and clause of a transition, one span each.

    ``inside``: the text is written inside the target state, so it also names the source.
    """
    return (Span("event", transition.event or "(no event)"), *_suffix(transition, inside))


def _suffix(transition: Transition, inside: bool) -> tuple[Span, ...]:
    spans = []
    if inside and transition.target is not None:
        spans.append(Span("note", f"from all of {transition.source}"))
    if transition.guard is not None:
        spans.append(Span("guard", f"[{guard_words(transition.guard)}]"))
    if transition.hooks:
        spans.append(Span("hook", f"/ {', '.join(transition.hooks)}"))
    if transition.clause:
        spans.append(Span("clause", transition.clause))
    return tuple(spans)


def listed(transitions: Iterable[Transition], *, inside: bool = False) -> Iterator[tuple[Transition, tuple[Span, ...]]]:
    """Transitions with their spans; consecutive ones that differ only in the event share the spans of the last."""
    together = list(transitions)
    for transition, following in zip_longest(together, together[1:]):
        spans = spans_of(transition, inside=inside)
        if following is not None and _suffix(following, inside) == _suffix(transition, inside) and len(spans) > 1:
            spans = (Span("event", f"{spans[0].text},"),)
        yield transition, spans


def rows_of(
    chart: Chart, transitions: Iterable[Transition], wrap_at: float = WRAP_AT, *, inside: bool = False
) -> tuple[Row, ...]:
    """The label of an arrow, in rows at most ``wrap_at`` pixels wide unless a single word is wider."""
    place = {id(t): index for index, t in enumerate(chart.transitions)}
    ids = element_ids(chart)
    return tuple(
        row
        for t, spans in listed(transitions, inside=inside)
        for row in wrap(spans, wrap_at, transition=ids[place[id(t)]])
    )


def compartment(chart: Chart, state: State) -> tuple[tuple[Span, ...], ...]:
    """The text inside a state's box: its entry and exit hooks, and the transitions that have no arrow.

    Hooks shared by most states are left out; :func:`legend` names them.
    """
    lines: list[tuple[Span, ...]] = []
    for when, hooks in (("entry", state.enter), ("exit", state.exit)):
        own = [hook for hook in hooks if hook not in _common(chart, when)]
        if own:
            lines.append((Span("hook", f"{when} / {', '.join(own)}"),))
    lines += [spans for _, spans in listed(inner_transitions(chart, state), inside=True)]
    return tuple(lines)


def inner_transitions(chart: Chart, state: State) -> tuple[Transition, ...]:
    """The state's targetless transitions, and those that lead inward to it."""
    staying = (t for t in chart.transitions if t.source == state.id and t.target is None)
    inward = (t for t in chart.transitions if t.target == state.id and leads_inward(chart, t))
    return (*staying, *inward)


def compartment_rows(chart: Chart, state: State, wrap_at: float = WRAP_INSIDE) -> tuple[Row, ...]:
    """:func:`compartment` as rows; rows of transitions carry their element ids."""
    inner = inner_transitions(chart, state)
    words = compartment(chart, state)
    hooks = words[: len(words) - len(inner)]
    rows = [row for spans in hooks for row in wrap(spans, wrap_at)]
    staying = rows_of(chart, (t for t in inner if t.target is None), wrap_at)
    inward = rows_of(chart, (t for t in inner if t.target is not None), min(wrap_at, WRAP_INWARD), inside=True)
    return (*rows, *staying, *inward)


def legend(chart: Chart) -> tuple[str, ...]:
    """Lines below the picture: hooks shared by most states, how the status is derived, and the timers."""
    lines = []
    for when in ("entry", "exit"):
        for hook, missing in _common(chart, when).items():
            but = f" but {', '.join(missing)}" if missing else ""
            lines.append(f"{when} of every state{but} / {hook}")
    if chart.overlays:
        parts = [f"{overlay.status} while {overlay.state}" for overlay in chart.overlays]
        lines.append(f"status: {', else '.join(parts)}, else the state of {chart.regions[0].id}")
    lines += [
        f"{t.event}: deadline armed by {t.armed_by}, disarmed by {t.disarmed_by} ({t.duration})" for t in chart.timers
    ]
    return tuple(lines)


def _common(chart: Chart, when: str) -> dict[str, tuple[str, ...]]:
    """Hooks that at least three leaves and more than half of them call -> leaves that do not call them."""
    leaves = [state for state in chart.states if not state.children]
    found: dict[str, tuple[str, ...]] = {}
    for hook in chart.hooks:
        missing = tuple(s.id for s in leaves if hook not in (s.enter if when == "entry" else s.exit))
        having = len(leaves) - len(missing)
        if having >= 3 and having * 2 > len(leaves):
            found[hook] = missing
    return found


def wrap(spans: Iterable[Span], at: float, transition: str = "") -> tuple[Row, ...]:
    """Fill rows up to a width; a span is broken, between words, only if it does not fit in a row of its own."""
    rows: list[list[Span]] = [[]]
    for span in spans:
        for position, word in enumerate(_words(span, at)):
            row = rows[-1]
            if position and row and row[-1].kind == span.kind:
                longer = [*row[:-1], Span(span.kind, f"{row[-1].text} {word}")]
            else:
                longer = [*row, Span(span.kind, word)]
            allowed = at + CLAUSE_OVERHANG if span.kind == "clause" else at
            if row and Row(tuple(longer)).width > allowed:
                rows.append([Span(span.kind, word)])
            else:
                rows[-1] = longer
    return tuple(Row(tuple(row), transition) for row in rows)


def _words(span: Span, at: float) -> list[str]:
    """Split a span into unbreakable parts: the whole if it fits, the terms of a guard, otherwise words."""
    if span.width <= at and span.kind != "note":
        return [span.text]
    return re.split(r" (?=and |or )" if span.kind == "guard" else " ", span.text)


def check_highlight(chart: Chart, highlight: Iterable[str]) -> frozenset[str]:
    """The states to highlight; raises :class:`ValueError` for an unknown one, listing the states of the chart."""
    names = frozenset([highlight] if isinstance(highlight, str) else highlight)
    unknown = sorted(names - chart.by_id.keys())
    if unknown:
        raise ValueError(
            f"chart {chart.name} has no state {', '.join(map(repr, unknown))}; its states are {', '.join(chart.by_id)}"
        )
    return names
