"""What is written as SCXML loads again to an equal chart; what has no place in a chart is refused by name.

The elements and attributes are those of W3C SCXML 1.0, sections 3.2 to 3.13.
"""

from typing import Any
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings

from statecharts import explore, extract
from statecharts.ocpp16 import CHARTS
from statecharts.scxml import SCXML, ScxmlError, load_scxml, scxml
from tests.charts import flawed_charts, user_charts
from tests.charts.random_charts import Drawing, drawings

EVERY = [
    *CHARTS,
    user_charts.Kiosk,
    user_charts.WithOverlay,
    flawed_charts.Hidden,
    flawed_charts.Superfluous,
    flawed_charts.Trap,
]


@pytest.mark.parametrize("declared", EVERY, ids=lambda declared: declared.__name__)
def test_a_chart_loads_again_as_it_was(declared: Any) -> None:
    """Except for the data of events, which SCXML does not declare."""
    chart = extract(declared)
    assert load_scxml(scxml(chart)) == evolve(chart, data=(), takes=())


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawings())
def test_so_does_a_chart_that_nobody_thought_of(drawing: Drawing) -> None:
    chart = extract(drawing.declared())
    assert load_scxml(scxml(chart)) == chart


def test_it_is_scxml() -> None:
    root = ElementTree.fromstring(scxml(extract(flawed_charts.Trap)))
    words = {"": SCXML}
    assert root.tag == f"{{{SCXML}}}scxml"
    assert (root.get("version"), root.get("name")) == ("1.0", "Trap")
    (house,) = root.findall("parallel", words)
    place, door = house.findall("state", words)
    assert (place.get("initial"), door.get("initial")) == ("Hall", "Free")
    (up,) = place.findall("state[@id='Cellar']/transition", words)
    assert up.attrib == {"event": "up", "cond": "!In('Jammed')", "target": "Hall"}


FOREIGN = """
<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" initial="off" name="Lamp">
  <state id="off"><transition event="pressed" cond="power &amp;&amp; !broken" target="on"/></state>
  <state id="on">
    <initial><transition target="dim"/></initial>
    <state id="bright"/>
    <state id="dim"><transition event="turned twisted" target="bright"/></state>
    <transition event="pressed" target="off"/>
  </state>
</scxml>
"""


def test_a_document_of_another_tool_loads() -> None:
    chart = load_scxml(FOREIGN)
    assert (chart.title, chart.name, chart.initial) == ("Lamp", "lamp", "off")
    assert chart.guards == ("power", "broken")
    assert set(chart.events) == {"pressed", "turned", "twisted"}
    assert explore(chart).configurations == (("off",), ("dim",), ("bright",))


REFUSED = {
    "no XML": ("<scxml", "not well-formed XML"),
    "something else": ("<svg/>", "the root is svg, expected scxml"),
    "no state": (f'<scxml xmlns="{SCXML}"/>', "the document has no state"),
    "a script": (f'<scxml xmlns="{SCXML}"><script>x</script></scxml>', "<script> is not supported in a chart"),
    "no id": (f'<scxml xmlns="{SCXML}"><state/></scxml>', "a <state> in the document has no id"),
    "a send": (
        f'<scxml xmlns="{SCXML}"><state id="a"><onentry><send event="e"/></onentry></state></scxml>',
        "<send> in a: not supported; use",
    ),
    "two targets": (
        f'<scxml xmlns="{SCXML}"><state id="a"><transition event="e" target="b c"/></state></scxml>',
        r"a transition of a has several targets \(b, c\)",
    ),
    "arithmetic": (
        f'<scxml xmlns="{SCXML}"><state id="a"><transition event="e" cond="x &gt; 3"/></state></scxml>',
        "a transition of a: guard .* is not a name",
    ),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=list(REFUSED))
def test_what_has_no_place_in_a_chart_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(ScxmlError, match=why):
        load_scxml(text)
