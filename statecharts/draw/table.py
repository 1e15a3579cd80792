"""Write a chart as Markdown tables: what every event does in every state, and all declarations."""

from collections.abc import Iterable, Iterator

from statecharts.draw.labels import guard_words
from statecharts.guards import show
from statecharts.model import Chart, State, Transition

EVENTLESS = "(no event)"
IGNORED = "ignored"
ELSEWHERE = "\N{MIDDLE DOT}"

_READING = (
    "A cell gives the target of the event, its guard and the clause it implements. `ignored`: the event is legal "
    "and has no effect. "
)
_ONE_REGION = "Empty: the event is refused."
_REGIONS = (
    "`\N{MIDDLE DOT}`: no effect in this region; another region always handles the event. Empty: this region does "
    "not handle the event here; it is refused unless another region takes or ignores it."
)


def table(chart: Chart) -> str:
    """The chart as Markdown sections: matrix, transitions, entry and exit hooks, timers, status."""
    parts = [
        "## Matrix",
        _READING + (_REGIONS if len(chart.regions) > 1 else _ONE_REGION),
        *(part for region in chart.regions for part in _matrix(chart, region)),
        "## Transitions",
        _table(("source", "event", "guard", "target", "hooks", "clause"), map(_declared, chart.transitions)),
    ]
    if hooks := [_hooks_of(state) for state in chart.states if state.enter or state.exit]:
        parts += ["## Entry and exit", _table(("state", "entry", "exit"), hooks)]
    if chart.timers:
        rows = ((_code(t.event), _code(t.armed_by), _code(t.disarmed_by), t.duration) for t in chart.timers)
        parts += ["## Timers", _table(("event when due", "armed by", "disarmed by", "after"), rows)]
    if chart.overlays:
        parts += ["## Status", _status(chart)]
    return "\n\n".join(parts) + "\n"


def _matrix(chart: Chart, region: State) -> Iterator[str]:
    inside = set(_within(chart, region))
    known = [t.event for t in chart.transitions if t.source in inside]
    known += [event for event, state in chart.ignored if state in inside]
    events: list[str | None] = [event for event in chart.events if event in known]
    events += [None] if None in known else []
    if len(chart.regions) > 1:
        yield f"### {region.id}"
    rows = [
        [f"**{leaf}**", *(_cell(chart, region, leaf, event) for event in events)] for leaf in chart.leaves_of(region)
    ]
    yield _table(("", *(_head(event or EVENTLESS) for event in events)), rows)


def _within(chart: Chart, state: State) -> Iterator[str]:
    yield state.id
    for child in state.children:
        yield from _within(chart, chart.by_id[child])


def _cell(chart: Chart, region: State, leaf: str, event: str | None) -> str:
    lines = []
    for transition in _candidates(chart, leaf, event):
        lines.append(_outcome(transition))
        if transition.guard is None:
            return "<br>".join(lines)
    if event is not None and chart.is_ignored(event, frozenset(chart.path(leaf))):
        lines.append(IGNORED)
    elif not lines and event is not None and _answered_elsewhere(chart, region, event):
        lines.append(ELSEWHERE)
    return "<br>".join(lines)


def _candidates(chart: Chart, leaf: str, event: str | None) -> Iterator[Transition]:
    """Transitions that may be taken while ``leaf`` is active, in the order in which they are tried."""
    for state in (leaf, *chart.ancestors(leaf)):
        yield from (t for t in chart.transitions if t.source == state and t.event == event)


def _answered_elsewhere(chart: Chart, region: State, event: str) -> bool:
    """Whether another region takes or ignores the event in each of its states, regardless of guards."""
    return any(
        all(
            chart.is_ignored(event, frozenset(chart.path(leaf)))
            or any(t.guard is None for t in _candidates(chart, leaf, event))
            for leaf in chart.leaves_of(other)
        )
        for other in chart.regions
        if other.id != region.id
    )


def _outcome(transition: Transition) -> str:
    parts = [transition.target or "*stays*"]
    if transition.guard is not None:
        parts.append(f"[{_plain(guard_words(transition.guard))}]")
    if transition.target is None and transition.hooks:
        parts.append(f"/ {', '.join(transition.hooks)}")
    if transition.clause:
        parts.append(f"<sub>{_plain(transition.clause)}</sub>")
    return " ".join(parts)


def _declared(transition: Transition) -> tuple[str, ...]:
    hooks = [_code(hook) for hook in transition.on]
    hooks = [f"before {_code(hook)}" for hook in transition.before] + hooks
    hooks += [f"after {_code(hook)}" for hook in transition.after]
    return (
        transition.source,
        EVENTLESS if transition.event is None else _code(transition.event),
        "" if transition.guard is None else _code(show(transition.guard)),
        transition.target or "*stays*",
        ", ".join(hooks),
        _plain(transition.clause),
    )


def _hooks_of(state: State) -> tuple[str, str, str]:
    return state.id, ", ".join(map(_code, state.enter)), ", ".join(map(_code, state.exit))


def _status(chart: Chart) -> str:
    lines = [f"{n}. {o.status} while {o.state} is active" for n, o in enumerate(chart.overlays, 1)]
    lines.append(f"{len(lines) + 1}. otherwise the active state of {chart.regions[0].id}")
    return "The first rule that applies:\n\n" + "\n".join(lines)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _head(event: str) -> str:
    """A column header, broken at underscores to keep the column narrow."""
    return event.replace("_", "_<br>")


def _code(text: str) -> str:
    return f"`{text}`"


def _plain(text: str) -> str:
    for character, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "&#124;"), ("*", "&#42;")):
        text = text.replace(character, escaped)
    return text
