"""DOT text."""

import re

import pytest

from statecharts import Chart
from statecharts.draw import dot
from statecharts.draw.labels import arrows


def test_every_state_and_event_is_named(chart: Chart) -> None:
    text = dot(chart)
    assert text == dot(chart)
    for state in chart.states:
        assert f'id="state-{state.id}"' in text
    for transition in chart.transitions:
        assert transition.event is None or f">{transition.event}" in text or f" {transition.event}" in text


def test_clusters_are_closed_and_ids_unique(chart: Chart) -> None:
    text = dot(chart)
    bare = re.sub(r"<<?.*?>>?|\"[^\"]*\"", "", text)
    assert bare.count("{") == bare.count("}")
    ids = re.findall(r'id="([^"]+)"', text)
    assert len(ids) == len(set(ids)) == len(chart.states)
    initials = sum(state.initial is not None for state in chart.states) + (chart.initial is not None)
    assert text.count(" -> ") == len(arrows(chart)) + initials


def test_an_arrow_of_a_composite_is_cut_at_its_border(connector: Chart) -> None:
    lines = [line for line in dot(connector).splitlines() if line.startswith('  "inside in_use" -> "Finishing"')]
    assert len(lines) == 1
    assert 'ltail="cluster in_use"' in lines[0]


def test_highlight(lamp: Chart) -> None:
    assert dot(lamp, highlight=("On",)).count("penwidth=2") == 1
    with pytest.raises(ValueError, match="its states are Off, On"):
        dot(lamp, highlight=("on",))
