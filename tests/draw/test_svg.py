"""The SVG renderer."""

import re
from xml.etree import ElementTree

import pytest
from attrs import evolve

from statecharts import Chart
from statecharts.draw import Layout, LayoutError, load_layout, svg
from statecharts.draw.labels import element_ids

SVG = "{http://www.w3.org/2000/svg}"


def ids(text: str) -> list[str]:
    """Every id of a document, which must be well-formed."""
    return [element.attrib["id"] for element in ElementTree.fromstring(text).iter() if "id" in element.attrib]


def test_every_state_and_event_is_named(ocpp_chart: Chart, ocpp_layout: Layout) -> None:
    text = svg(ocpp_chart, ocpp_layout)
    assert text == svg(ocpp_chart, ocpp_layout)
    words = {element.text for element in ElementTree.fromstring(text).iter(f"{SVG}text")}
    leaves = {state.id for state in ocpp_chart.states if state.kind != "parallel"}
    assert leaves <= words
    for transition in ocpp_chart.transitions:
        assert {transition.event or "(no event)", f"{transition.event},"} & words


def test_ids_are_unique_and_stable(ocpp_chart: Chart, ocpp_layout: Layout) -> None:
    found = ids(svg(ocpp_chart, ocpp_layout))
    assert len(found) == len(set(found))
    assert {f"state-{state.id}" for state in ocpp_chart.states} <= set(found)
    assert set(element_ids(ocpp_chart).values()) <= set(found)


def test_transitions_that_share_source_and_event_are_numbered(connector: Chart, traps: Chart) -> None:
    assert "transition-in_use-transaction_stopped-2" in element_ids(connector).values()
    assert element_ids(traps)[12] == "transition-end-eventless"


def test_it_says_what_it_shows(lamp: Chart, lamp_layout: Layout) -> None:
    root = ElementTree.fromstring(svg(lamp, lamp_layout))
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "lamp-title lamp-desc"
    assert root.findtext(f"{SVG}title") == "Statechart Lamp"
    assert root.findtext(f"{SVG}desc") == "A lamp. Regions: lamp (Off, On)."
    assert "prefers-color-scheme:dark" in svg(lamp, lamp_layout)
    assert "@" not in re.sub("@media", "", svg(lamp, lamp_layout))


def test_highlight_lights_up_states_and_nothing_else(lamp: Chart, lamp_layout: Layout) -> None:
    plain, lit = svg(lamp, lamp_layout), svg(lamp, lamp_layout, highlight=("On",))
    assert lit.replace('class="state leaf on"', 'class="state leaf"') == plain
    assert 'id="state-On" class="state leaf on"' in lit


def test_a_lone_name_is_a_name(lamp: Chart, lamp_layout: Layout) -> None:
    assert svg(lamp, lamp_layout, highlight="On") == svg(lamp, lamp_layout, highlight=["On"])


def test_unknown_states_are_refused(lamp: Chart, lamp_layout: Layout) -> None:
    with pytest.raises(ValueError, match="chart lamp has no state 'on'; its states are Off, On"):
        svg(lamp, lamp_layout, highlight=("on",))


def test_a_layout_of_another_shape_is_refused(lamp: Chart, lamp_layout: Layout) -> None:
    other = evolve(lamp, transitions=lamp.transitions[:1])
    with pytest.raises(LayoutError, match=r"run `python -m codegen --layout`"):
        svg(other, lamp_layout)


def test_an_arrow_stops_at_its_label_and_goes_on_behind_it(lamp: Chart, lamp_layout: Layout) -> None:
    text = svg(lamp, lamp_layout)
    assert 'd="M100 90L100 110M100 150L100 174"' in text
    assert 'd="M100 180L103.6 173L96.4 173Z"' in text


def test_what_was_visited_is_marked(connector: Chart) -> None:
    """States and transitions alone; an arrow of several transitions may be visited in part."""
    ids = element_ids(connector)
    visits = {"state-Charging": 2, "state-usage": 1, "transition-Sound-fault_raised": 1}
    root = ElementTree.fromstring(svg(connector, load_layout("connector"), visits=visits))
    by_id = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}

    def classes(element: str) -> set[str]:
        return set(by_id[element].attrib["class"].split()) & {"seen", "partly", "never"}

    for element in (*(f"state-{state.id}" for state in connector.states), *ids.values()):
        assert classes(element) == ({"seen"} if element in visits else {"never"}), element
    assert by_id["state-Charging"].findtext(f"{SVG}title") == "2 times"
    assert by_id["transition-Sound-fault_raised"].findtext(f"{SVG}title") == "once"
    assert by_id["state-Faulted"].findtext(f"{SVG}title") == "never"


def test_an_arrow_is_what_its_transitions_are(connector: Chart) -> None:
    arrow = next(
        edge
        for edge in load_layout("connector").edges
        if edge.label and len({r.transition for r in edge.label.rows}) > 1
    )
    assert arrow.label is not None
    ids = list(dict.fromkeys(row.transition for row in arrow.label.rows))

    def marks(visits: dict[str, int]) -> set[str]:
        root = ElementTree.fromstring(svg(connector, load_layout("connector"), visits=visits))
        (found,) = [
            set(element.attrib["class"].split())
            for element in root.iter(f"{SVG}g")
            if {"arrow", *ids} <= set(element.attrib.get("class", "").split())
        ]
        return found & {"seen", "partly", "never"}

    assert marks({}) == {"never"}
    assert marks({ids[0]: 1}) == {"partly"}
    assert marks(dict.fromkeys(ids, 3)) == {"seen"}


def test_a_picture_without_visits_says_nothing_of_them(ocpp_chart: Chart, ocpp_layout: Layout) -> None:
    assert "never" not in svg(ocpp_chart, ocpp_layout)
