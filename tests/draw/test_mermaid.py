"""Mermaid text: what it says, and that Mermaid reads it as it is meant."""

import re

import pytest

from statecharts import Chart
from statecharts.draw import mermaid
from statecharts.draw.labels import arrows

LAMP = """\
stateDiagram-v2
    [*] --> Off
    Off --> On : pressed (1)
    On --> Off : pressed<br/>timed_out [not needed] / sigh
    Off
    On : On
    On : entry / shine
    On : touched / flicker
"""


def test_a_small_chart_word_for_word(lamp: Chart) -> None:
    assert mermaid(lamp) == LAMP


def test_every_state_and_event_is_named(chart: Chart) -> None:
    text = mermaid(chart)
    assert text == mermaid(chart)
    for word in (*chart.by_id, *(t.event for t in chart.transitions if t.event)):
        assert re.search(rf"\b{word}\b", text)


def test_mermaid_puts_every_state_where_it_belongs(chart: Chart) -> None:
    """Mermaid moves a state to the composite that mentioned it last."""
    homes: dict[str, str | None] = {}
    around: list[str | None] = [None]
    for line in mermaid(chart).splitlines()[1:]:
        words = line.split()
        if words[0] == "state":
            homes[words[-2]] = around[-1]
            around.append(words[-2])
        elif words == ["}"]:
            around.pop()
        elif words[0] not in {"%%", "--", "classDef", "class"}:
            mentioned = {words[0], words[2]} if "-->" in words else {words[0]}
            homes |= dict.fromkeys(mentioned - {"[*]"}, around[-1])
    plain = {name.removeprefix("state_"): home and home.removeprefix("state_") for name, home in homes.items()}
    assert plain == {state.id: state.parent for state in chart.states}
    assert around == [None]


def test_an_arrow_stands_in_the_innermost_composite_of_both_ends(connector: Chart) -> None:
    text = mermaid(connector)
    depth = {line.strip(): len(line) - len(line.lstrip()) for line in text.splitlines()}
    assert depth["SuspendedEV --> Charging : energy_flowed (D3)"] == 20
    assert depth["Preparing --> Charging : energy_flowed (B3)"] == 16
    assert depth["Available --> Charging : energy_flowed (A3)"] == 12
    assert text.count("--\n") == 2


def test_each_arrow_once(chart: Chart) -> None:
    found = re.findall(r"^ +(\w+) --> (\w+) :", mermaid(chart), re.MULTILINE)
    assert len(found) == len(set(found)) == len(arrows(chart))


def test_no_label_holds_what_mermaid_would_misread(chart: Chart) -> None:
    for line in mermaid(chart).splitlines():
        if line.strip().startswith(("%%", "state ")):
            continue
        _, _, label = line.partition(" : ")
        assert not re.search(r'[;"#`]|::|<(?!br/>)', label)


def test_words_that_are_mermaids_own_get_another_name(traps: Chart) -> None:
    text = mermaid(traps, highlight=("end", "a"))
    assert "state_class : class" in text
    assert "state_end --> state_state : (no event) [in idle]" in text
    assert text.endswith("    class a,state_end lit\n")


def test_unknown_states_are_refused(lamp: Chart) -> None:
    with pytest.raises(ValueError, match=r"no state 'Broken'; its states are Off, On"):
        mermaid(lamp, highlight=("Broken",))


def test_what_was_visited_is_green_and_the_rest_red(connector: Chart) -> None:
    lines = mermaid(connector, visited=["Charging", "usage"]).splitlines()
    (seen,) = [line for line in lines if line.endswith(" seen")]
    (never,) = [line for line in lines if line.endswith(" never")]
    assert seen == "    class Charging seen"
    leaves = {state.id for state in connector.states if not state.children}
    assert set(never.removeprefix("    class ").removesuffix(" never").split(",")) == leaves - {"Charging"}
    assert "classDef" not in mermaid(connector)
