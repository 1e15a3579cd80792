"""Write a chart in the DOT language of Graphviz, for ``dot -Tsvg``."""

from collections.abc import Collection, Iterator
from html import escape

from statecharts.draw.labels import (
    Arrow,
    Span,
    arrows,
    check_highlight,
    compartment,
    legend,
    rows_of,
)
from statecharts.draw.style import LIGHT
from statecharts.model import Chart, State

_SPAN_COLOUR = {"event": "event", "guard": "guard", "hook": "hook", "clause": "pill_ink", "note": "hook"}


def dot(chart: Chart, highlight: Collection[str] = ()) -> str:
    """The chart as DOT text, with the states in ``highlight`` emphasized.

    Compound states and regions become clusters. DOT arrows cannot end at a cluster, so an arrow from or to one is
    attached to an invisible point inside it and clipped at its border (``compound``).

    Raises :class:`ValueError` if the chart has no state of a name in ``highlight``.
    """
    return "\n".join([*_Writer(chart, check_highlight(chart, highlight)).lines(), ""])


class _Writer:
    def __init__(self, chart: Chart, lit: frozenset[str]) -> None:
        self.chart = chart
        self.lit = lit
        ends = {end for arrow in arrows(chart) for end in (arrow.source, arrow.target)}
        ends |= {state.initial for state in chart.states if state.initial is not None}
        self.anchored = {end for end in ends if chart.by_id[end].children}

    def lines(self) -> Iterator[str]:
        chart = self.chart
        title = f'<B>{_html(chart.title)}</B><BR ALIGN="LEFT"/>'
        notes = "".join(f'{_html(line)}<BR ALIGN="LEFT"/>' for line in legend(chart))
        yield f"digraph {_quoted(chart.name)} {{"
        yield f"  graph [label=<{title}{notes}>, labeljust=l, compound=true,"
        yield '    fontname="Helvetica,Arial,sans-serif", fontsize=11, nodesep=0.35, ranksep=0.45,'
        yield f'    bgcolor="{LIGHT["panel"]}", fontcolor="{LIGHT["title"]}"]'
        yield '  node [shape=box, style="rounded,filled", fontname="Helvetica,Arial,sans-serif", fontsize=12,'
        yield f'    fillcolor="{LIGHT["leaf"]}", color="{LIGHT["leaf_edge"]}", fontcolor="{LIGHT["ink"]}"]'
        yield '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=10, arrowsize=0.7,'
        yield f'    color="{LIGHT["edge"]}", fontcolor="{LIGHT["event"]}"]'
        yield from self._inside(None, chart.initial, chart.roots, 1)
        for arrow in arrows(chart):
            yield f"  {self._arrow(arrow)}"
        yield "}"

    def _inside(
        self, parent: State | None, initial: str | None, states: tuple[State, ...], depth: int
    ) -> Iterator[str]:
        pad = "  " * depth
        if initial is not None:
            start = _quoted(f"initial of {parent.id if parent else self.chart.name}")
            look = f'shape=circle, style=filled, width=0.14, label="", fillcolor="{LIGHT["ink"]}"'
            yield f"{pad}{start} [{look}]"
            yield f"{pad}{start} -> {self._end(initial)}{self._cut(None, initial)}"
        for state in states:
            yield from self._cluster(state, depth) if state.children else self._leaf(state, depth)

    def _leaf(self, state: State, depth: int) -> Iterator[str]:
        rows = "".join(f"<BR/>{_words(spans)}" for spans in compartment(self.chart, state))
        look = [f'id="state-{state.id}"', f"label=<<B>{_html(state.id)}</B>{rows}>"]
        look += ["peripheries=2"] if state.kind == "final" else []
        look += self._light(state)
        yield f"{'  ' * depth}{_quoted(state.id)} [{', '.join(look)}]"

    def _cluster(self, state: State, depth: int) -> Iterator[str]:
        chart, pad = self.chart, "  " * depth
        region = state.parent is not None and chart.by_id[state.parent].kind == "parallel"
        rows = "".join(f"<BR/>{_words(spans)}" for spans in compartment(chart, state))
        fill, line = ("region", "region_edge") if region or state.parent is None else ("composite", "composite_edge")
        style = "rounded,filled,dashed" if region else "rounded,filled"
        yield f"{pad}subgraph {_quoted(f'cluster {state.id}')} {{"
        yield f'{pad}  graph [id="state-{state.id}", label=<<B>{_html(state.id)}</B>{rows}>, labeljust=l,'
        look = self._light(state) or [f'fillcolor="{LIGHT[fill]}"', f'color="{LIGHT[line]}"']
        yield f'{pad}    style="{style}", {", ".join(look)}]'
        if state.id in self.anchored:
            yield f"{pad}  {_quoted(f'inside {state.id}')} [shape=point, style=invis, width=0.01]"
        children = tuple(chart.by_id[child] for child in state.children)
        yield from self._inside(state, state.initial, children, depth + 1)
        yield f"{pad}}}"

    def _light(self, state: State) -> list[str]:
        if state.id not in self.lit:
            return []
        return [
            f'fillcolor="{LIGHT["on_soft" if state.children else "on"]}"',
            f'color="{LIGHT["on_edge"]}"',
            "penwidth=2",
        ]

    def _arrow(self, arrow: Arrow) -> str:
        rows = rows_of(self.chart, arrow.transitions)
        words = "".join(f'&#160;{_words(row.spans)}<BR ALIGN="LEFT"/>' for row in rows)
        return (
            f"{self._end(arrow.source)} -> {self._end(arrow.target)}"
            f"{self._cut(arrow.source, arrow.target, f'label=<{words}>')}"
        )

    def _end(self, state: str) -> str:
        return _quoted(f"inside {state}" if self.chart.by_id[state].children else state)

    def _cut(self, source: str | None, target: str, *more: str) -> str:
        """Attributes that clip an arrow at the border of a compound state, unless its other end is inside."""
        chart, look = self.chart, list(more)
        if source is not None and chart.by_id[source].children and source not in chart.path(target):
            look.append(f"ltail={_quoted(f'cluster {source}')}")
        if chart.by_id[target].children and (source is None or target not in chart.path(source)):
            look.append(f"lhead={_quoted(f'cluster {target}')}")
        return f" [{', '.join(look)}]" if look else ""


def _words(spans: tuple[Span, ...]) -> str:
    parts = []
    for span in spans:
        size = ' POINT-SIZE="8"' if span.kind in {"clause", "hook"} else ' POINT-SIZE="10"'
        parts.append(f'<FONT{size} COLOR="{LIGHT[_SPAN_COLOUR[span.kind]]}">{_html(span.text)}</FONT>')
    return " ".join(parts)


def _html(text: str) -> str:
    return escape(text, quote=True)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
