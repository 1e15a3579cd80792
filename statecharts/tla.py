"""Write a chart as a TLA+ module, so that TLC can explore it independently.

The module contains the chart as data and a second definition of its semantics: a run-to-completion step takes the
innermost enabled transition of each region, the first in document order, and then eventless transitions until none is
enabled. Named guards may answer either way, but the same throughout a step. TLC must therefore find as many distinct
states as :func:`statecharts.explore.explore`.
"""

from collections.abc import Iterable

from statecharts.guards import Ask, Both, Guard, In, Not
from statecharts.model import Chart

CONFIG = "SPECIFICATION Spec\nINVARIANT Wellformed\n"
"""TLC configuration; save it beside the module with the suffix ``.cfg``."""

_SEMANTICS = """\
RECURSIVE Up(_)
Up(s) == IF s = None THEN << >> ELSE << s >> \\o Up(Parent[s])

RECURSIVE Leaf(_)
Leaf(s) == IF Initial[s] = None THEN s ELSE Leaf(Initial[s])

Range(f) == { f[x] : x \\in DOMAIN f }
Min(S) == CHOOSE x \\in S : \\A y \\in S : x <= y

\\* Every active state of a configuration: the leaves and their ancestors.
Active(c) == UNION { Range(Up(c[r])) : r \\in DOMAIN c }

\\* The transition that region r takes for an event and these guard answers (0: none), searched from the leaf outward.
Chosen(c, event, answers, r) ==
    LET path == Up(c[r])
        Enabled(k) == { i \\in DOMAIN Transitions :
                          /\\ Transitions[i].source = path[k]
                          /\\ Transitions[i].event = event
                          /\\ Holds(i, answers, Active(c)) }
        levels == { k \\in DOMAIN path : Enabled(k) # {} }
    IN  IF levels = {} THEN 0 ELSE Min(Enabled(Min(levels)))

Moves(c, event, answers) == \\E r \\in DOMAIN c : Chosen(c, event, answers, r) # 0

After(c, event, answers) ==
    [ r \\in DOMAIN c |->
        LET i == Chosen(c, event, answers, r)
        IN  IF i = 0 THEN c[r]
            ELSE IF Transitions[i].target = None THEN c[r]
            ELSE Leaf(Transitions[i].target) ]

\\* Run to completion: eventless transitions until none is enabled.
RECURSIVE Settled(_, _)
Settled(c, answers) ==
    IF Moves(c, None, answers) THEN Settled(After(c, None, answers), answers) ELSE c

VARIABLE configuration

Init == configuration = Start

Fire(event) ==
    \\E answers \\in [ Guards -> BOOLEAN ] :
        /\\ Moves(configuration, event, answers)
        /\\ configuration' = Settled(After(configuration, event, answers), answers)

\\* A refused event changes nothing.
Next == (\\E event \\in Events : Fire(event)) \\/ UNCHANGED configuration

Spec == Init /\\ [][Next]_configuration

\\* Each region has one active leaf, and it belongs to that region.
Wellformed ==
    \\A r \\in DOMAIN configuration :
        /\\ Initial[configuration[r]] = None
        /\\ Regions[r] \\in Range(Up(configuration[r])) \\cup { None }
"""


def tla(chart: Chart) -> str:
    """The chart as the text of a TLA+ module named after it; :data:`CONFIG` is the configuration for TLC."""
    regions = [region.id if region.id in chart.by_id else "" for region in chart.regions]
    parents = [f"{state.id} |-> {_text(state.parent)}" for state in chart.states]
    initials = [f"{state.id} |-> {_text(state.initial)}" for state in chart.states]
    arrows = [
        f"[ source |-> {_text(t.source)}, event |-> {_text(t.event)}, target |-> {_text(t.target)} ]"
        for t in chart.transitions
    ]
    guards = [f"i = {i} -> {_guard(t.guard)}" for i, t in enumerate(chart.transitions, 1) if t.guard is not None]
    holds = _joined("CASE ", "  [] ", [*guards, "OTHER -> TRUE"]) if guards else "TRUE"
    start = ", ".join(_text(leaf) for leaf in chart.initial_configuration)
    shown = [f'"{o.state}" \\in Active(configuration) -> "{o.status}"' for o in chart.overlays]
    status = "configuration[1]" if not shown else _joined("CASE ", "  [] ", [*shown, "OTHER -> configuration[1]"])
    return "\n".join(
        [
            f"---- MODULE {chart.title} ----",
            "EXTENDS Integers, Sequences",
            "",
            f"\\* {chart.doc.splitlines()[0] if chart.doc else chart.title}",
            "",
            'None == ""',
            f"Regions == << {', '.join(_text(region) for region in regions)} >>",
            f"Start == << {start} >>",
            f"Events == {{ {', '.join(_text(event) for event in chart.events)} }}",
            f"Guards == {{ {', '.join(_text(name) for name in chart.guards)} }}",
            "",
            f"Parent == {_joined('[ ', ', ', parents)} ]",
            "",
            f"Initial == {_joined('[ ', ', ', initials)} ]",
            "",
            "\\* In document order; no event: taken as soon as its guard holds; no target: the configuration stays.",
            f"Transitions == {_joined('<< ', ', ', arrows)} >>",
            "",
            f"Holds(i, answers, active) == {holds}",
            "",
            _SEMANTICS.rstrip(),
            "",
            "\\* The reported status.",
            f"Status == {status}",
            "",
            "====",
            "",
        ]
    )


def _text(word: str | None) -> str:
    return f'"{word or ""}"'


def _joined(first: str, between: str, rows: Iterable[str]) -> str:
    return "\n    " + first + f"\n    {between}".join(rows)


def _guard(guard: Guard) -> str:
    match guard:
        case Ask(name):
            return f'answers["{name}"]'
        case In(state):
            return f'"{state}" \\in active'
        case Not(In(state)):
            return f'"{state}" \\notin active'
        case Not(operand):
            return f"~({_guard(operand)})"
        case Both(how, operands):
            return f" {'/' if how == 'and' else chr(92)}{chr(92) if how == 'and' else '/'} ".join(
                f"({_guard(operand)})" for operand in operands
            )
