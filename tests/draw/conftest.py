"""Charts to draw: those of OCPP 1.6, and small ones with a trap in every corner."""

import pytest

from statecharts import Chart, State, Timer, Transition, extract
from statecharts.draw.labels import arrows, compartment_rows, rows_of
from statecharts.draw.layout import Box, Edge, Label, Layout, Node, fingerprint, load_layout
from statecharts.guards import parse
from statecharts.model import Overlay
from statecharts.ocpp16 import CHARTS

OCPP = tuple(extract(declared) for declared in CHARTS)

FLAT = Chart(
    name="lamp",
    title="Lamp",
    doc="A lamp.",
    states=(State("Off", "atomic", None), State("On", "atomic", None, enter=("shine",))),
    transitions=(
        Transition("Off", "On", "pressed", clause="1"),
        Transition("On", "Off", "pressed"),
        Transition("On", "Off", "timed_out", parse("not needed"), on=("sigh",)),
        Transition("On", None, "touched", on=("flicker",)),
    ),
    ignored=(("touched", "Off"),),
    initial="Off",
)

TRAPS = Chart(
    name="traps",
    title="Traps",
    doc="Names that renderers take for their own, and an arrow of every kind.",
    states=(
        State("root", "parallel", None, ("work", "note")),
        State("work", "compound", "root", ("idle", "outer", "done"), "idle"),
        State("idle", "atomic", "work"),
        State("outer", "compound", "work", ("class", "inner"), "class", ("begin_outer",), ("end_outer",)),
        State("class", "atomic", "outer", enter=("greet",)),
        State("inner", "compound", "outer", ("a", "b"), "a"),
        State("a", "atomic", "inner"),
        State("b", "atomic", "inner"),
        State("done", "final", "work"),
        State("note", "compound", "root", ("state", "end"), "state"),
        State("state", "atomic", "note"),
        State("end", "atomic", "note"),
    ),
    transitions=(
        Transition("idle", "outer", "began", clause='1::2; "x" <b> #3'),
        Transition("outer", "outer", "restarted", on=("wipe",)),
        Transition("outer", "b", "jumped", parse("ready and (In('end') or not busy)")),
        Transition("outer", None, "poked", on=("say",), clause="9"),
        Transition("class", "inner", "went"),
        Transition("a", "b", "went"),
        Transition("b", "a", "went"),
        Transition("a", "a", "again"),
        Transition("b", "done", "finished"),
        Transition("outer", "idle", "gave_up", parse("busy")),
        Transition("outer", "idle", "gave_up", parse("not busy"), before=("say",), after=("wipe",)),
        Transition("state", "end", "began"),
        Transition("end", "state", None, parse("In('idle')")),
    ),
    ignored=(("again", "idle"),),
    timers=(Timer("gave_up", "begin_outer", "end_outer", "Patience, s"),),
    overlays=(Overlay("done", "Over"),),
)

ROOTED = Chart(
    name="rooted",
    title="Rooted",
    doc="A compound state is the whole chart.",
    states=(
        State("top", "compound", None, ("x", "y"), "y"),
        State("x", "atomic", "top"),
        State("y", "compound", "top", ("y1", "y2"), "y1"),
        State("y1", "atomic", "y"),
        State("y2", "atomic", "y"),
    ),
    transitions=(
        Transition("x", "y", "go"),
        Transition("y", "x", "back"),
        Transition("y1", "y2", "on"),
        Transition("top", "x", "reset"),
    ),
)

HANDMADE = (FLAT, TRAPS, ROOTED)


def flat_layout() -> Layout:
    """The lamp laid out by hand."""
    there, back = (rows_of(FLAT, arrow.transitions) for arrow in arrows(FLAT))
    turns = ((200, 180), (200, 160), (230, 160), (230, 90))
    return Layout(
        chart=FLAT.name,
        fingerprint=fingerprint(FLAT),
        width=320,
        height=280,
        nodes=(
            Node("Off", "leaf", Box(80, 50, 160, 40)),
            Node("On", "leaf", Box(80, 180, 160, 80), compartment_rows(FLAT, FLAT.by_id["On"])),
            Node("lamp", "initial", Box(40, 64, 12, 12)),
        ),
        edges=(
            Edge("Off", "On", ("pressed",), ((100, 90), (100, 180)), Label(Box(40, 110, 100, 40), there)),
            Edge("On", "Off", ("pressed", "timed_out"), turns, Label(Box(180, 110, 100, 40), back)),
            Edge("lamp", "Off", (), ((46, 70), (80, 70))),
        ),
    )


@pytest.fixture(params=[*OCPP, *HANDMADE], ids=lambda chart: chart.name)
def chart(request: pytest.FixtureRequest) -> Chart:
    """Every chart there is to draw."""
    value: Chart = request.param
    return value


@pytest.fixture(params=OCPP, ids=lambda chart: chart.name)
def ocpp_chart(request: pytest.FixtureRequest) -> Chart:
    """Every chart of OCPP 1.6: those whose layouts are shipped."""
    value: Chart = request.param
    return value


@pytest.fixture
def ocpp_layout(ocpp_chart: Chart) -> Layout:
    """The layout shipped for ``ocpp_chart``."""
    return load_layout(ocpp_chart.name)


@pytest.fixture
def lamp() -> Chart:
    """A flat chart of two states."""
    return FLAT


@pytest.fixture
def lamp_layout() -> Layout:
    """Where the lamp's states and arrows are."""
    return flat_layout()


@pytest.fixture
def traps() -> Chart:
    """A chart whose names and arrows are hard to draw."""
    return TRAPS


@pytest.fixture
def rooted() -> Chart:
    """A chart with one compound state at its top, which has a transition of its own."""
    return ROOTED


@pytest.fixture
def connector() -> Chart:
    """The chart of one connector."""
    return next(chart for chart in OCPP if chart.name == "connector")
