"""Write a chart as a Mermaid state diagram, which GitHub and GitLab render in Markdown.

Mermaid assigns a state to the compound state that mentions it last. The arrows of a compound state are therefore
written before its children, and each arrow in the innermost compound state that contains both its ends.
"""

import re
from collections.abc import Collection, Iterator

from statecharts.draw.labels import Arrow, Span, arrows, check_highlight, compartment, legend, listed
from statecharts.model import Chart, State

_RESERVED = frozenset(
    {"accdescr", "acctitle", "class", "classdef", "click", "default", "direction", "end", "hide", "href"}
    | {"note", "root", "scale", "state", "statediagram", "style"}
)
"""Words that Mermaid's lexer reserves, in any case, where the id of a state may stand."""
_LOOK_ALIKES = str.maketrans(
    {
        ";": ",",
        '"': "'",
        "`": "'",
        "#": "\N{FULLWIDTH NUMBER SIGN}",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "*": "\N{ASTERISK OPERATOR}",
    }
)
"""State diagrams show Mermaid's own escapes (``#59;``) undecoded, so characters it would misread are replaced."""
_BREAK = "<br/>"


def mermaid(chart: Chart, highlight: Collection[str] = (), visited: Collection[str] | None = None) -> str:
    """The chart as a Mermaid ``stateDiagram-v2``, with the states in ``highlight`` emphasized.

    ``visited``: draw these leaves green and all other leaves red.

    Raises :class:`ValueError` if the chart has no state of a name in ``highlight``.
    """
    lit = check_highlight(chart, highlight)
    lines = ["stateDiagram-v2", *_Writer(chart).body()]
    if lit:
        lines += _class(chart, "lit fill:#ffd75e,stroke:#b87400,color:#16242c", lit)
    if visited is not None:
        leaves = {state.id for state in chart.states if not state.children}  # Mermaid cannot colour compound states
        lines += _class(chart, "seen fill:#dcf3df,stroke:#2c7a3b,color:#16242c", leaves & set(visited))
        lines += _class(chart, "never fill:#fbdfdb,stroke:#c0281a,color:#16242c", leaves - set(visited))
    return "\n".join([*lines, ""])


def _class(chart: Chart, definition: str, states: Collection[str]) -> list[str]:
    names = ",".join(_name(state.id) for state in chart.states if state.id in states)
    return [f"    classDef {definition}", f"    class {names} {definition.partition(' ')[0]}"] if names else []


class _Writer:
    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.arrows: dict[str | None, list[Arrow]] = {}
        for arrow in arrows(chart):
            self.arrows.setdefault(_home(chart, arrow), []).append(arrow)

    def body(self) -> Iterator[str]:
        yield from (f"    %% {line}" for line in legend(self.chart))
        yield from self._inside(None, self.chart.initial, self.chart.roots, 1)

    def _inside(self, parent: str | None, initial: str | None, states: tuple[State, ...], depth: int) -> Iterator[str]:
        pad = "    " * depth
        if initial is not None:
            yield f"{pad}[*] --> {_name(initial)}"
        for arrow in self.arrows.get(parent, ()):
            words = _BREAK.join(_words(spans) for _, spans in listed(arrow.transitions))
            yield f"{pad}{_name(arrow.source)} --> {_name(arrow.target)} : {words}"
        for state in states:
            yield from self._state(state, depth)

    def _state(self, state: State, depth: int) -> Iterator[str]:
        pad = "    " * depth
        name = _name(state.id)
        children = tuple(self.chart.by_id[child] for child in state.children)
        notes = [_words(spans) for spans in compartment(self.chart, state)]
        if not children:
            titled = name != state.id or notes
            yield f"{pad}{name} : {_plain(state.id)}" if titled else f"{pad}{name}"
            yield from (f"{pad}{name} : {note}" for note in notes)
            if state.kind == "final":
                yield f"{pad}{name} --> [*]"
            return
        title = " | ".join([_plain(state.id), *notes])
        yield f'{pad}state "{title}" as {name} {{' if title != name else f"{pad}state {name} {{"
        if state.kind == "parallel":
            for index, child in enumerate(children):
                if index:
                    yield f"{pad}    --"
                yield from self._inside(None if index else state.id, None, (child,), depth + 1)
        else:
            yield from self._inside(state.id, state.initial, children, depth + 1)
        yield f"{pad}}}"


def _home(chart: Chart, arrow: Arrow) -> str | None:
    """The innermost state that properly contains both ends; None for the top level."""
    around = set(chart.ancestors(arrow.target))
    return next((state for state in chart.ancestors(arrow.source) if state in around), None)


def _name(state: str) -> str:
    """The state's id, altered if Mermaid would misread it."""
    if state.lower() in _RESERVED or not re.fullmatch(r"[A-Za-z_]\w*", state, re.ASCII):
        return "state_" + "".join(c if c.isascii() else f"x{ord(c):x}" for c in state)
    return state


def _words(spans: tuple[Span, ...]) -> str:
    return " ".join(_plain(f"({span.text})" if span.kind == "clause" else span.text) for span in spans)


def _plain(text: str) -> str:
    return re.sub(":(?=:)", ": ", text.translate(_LOOK_ALIKES)).rstrip(":")
