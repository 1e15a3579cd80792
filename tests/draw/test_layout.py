"""Stored layouts: exact, of the present charts, and with nothing on top of anything."""

import json
from itertools import combinations, pairwise

import pytest
from attrs import evolve

from statecharts import Chart, Transition
from statecharts.draw import Layout, LayoutError, load_layout
from statecharts.draw.labels import arrows, listed
from statecharts.draw.layout import Box, Label, dump, fingerprint, load


def test_dump_and_load_are_exact(ocpp_layout: Layout, lamp_layout: Layout) -> None:
    for layout in (ocpp_layout, lamp_layout):
        text = dump(layout)
        assert load(text) == layout
        assert dump(load(text)) == text
        assert text.endswith("}\n")
        assert list(json.loads(text)) == sorted(json.loads(text))


def test_places_are_rounded_to_a_tenth() -> None:
    assert Box(1.2345, 2, 3.06, 4) == Box(1.2, 2.0, 3.1, 4.0)


def test_layouts_belong_to_the_present_charts(ocpp_chart: Chart, ocpp_layout: Layout) -> None:
    assert ocpp_layout.chart == ocpp_chart.name
    assert ocpp_layout.fingerprint == fingerprint(ocpp_chart), "run `python -m codegen --layout`"
    boxed = [node.id for node in ocpp_layout.nodes if node.role != "initial"]
    assert sorted(boxed) == sorted(ocpp_chart.by_id)
    drawn = {(e.source, e.target): e.label for e in ocpp_layout.edges if e.events}
    assert len(drawn) == len(arrows(ocpp_chart))
    for arrow in arrows(ocpp_chart):
        label = drawn[arrow.source, arrow.target]
        assert label is not None
        words = " ".join(span.text for row in label.rows for span in row.spans)
        assert words == " ".join(span.text for _, spans in listed(arrow.transitions) for span in spans)


def test_every_box_is_inside_its_parents(ocpp_chart: Chart, ocpp_layout: Layout) -> None:
    boxes = {node.id: node.box for node in ocpp_layout.nodes if node.role != "initial"}
    page = Box(0, 0, ocpp_layout.width, ocpp_layout.height)
    for node in ocpp_layout.nodes:
        inside = node.id if node.role == "initial" else ocpp_chart.by_id[node.id].parent
        assert boxes.get(inside or "", page).holds(node.box), node.id
        if node.title is not None:
            assert node.box.holds(node.title)


def test_nothing_lies_on_a_label_or_a_leaf(ocpp_layout: Layout) -> None:
    labels = [edge.label.box for edge in ocpp_layout.edges if edge.label]
    leaves = [node.box for node in ocpp_layout.nodes if node.role in {"leaf", "final", "initial"}]
    titles = [node.title for node in ocpp_layout.nodes if node.title]
    page = Box(0, 0, ocpp_layout.width, ocpp_layout.height)
    for one, other in combinations([*labels, *leaves, *titles], 2):
        assert not one.overlaps(other)
    assert all(page.holds(box) for box in labels)


def test_no_arrow_runs_through_a_foreign_label_a_leaf_or_a_name(ocpp_layout: Layout) -> None:
    leaves = [node.box for node in ocpp_layout.nodes if node.role in {"leaf", "final"}]
    titles = [node.title for node in ocpp_layout.nodes if node.title]
    for edge in ocpp_layout.edges:
        foreign = [other.label.box for other in ocpp_layout.edges if other.label and other is not edge]
        for start, end in pairwise(edge.points):
            assert start[0] == end[0] or start[1] == end[1]
            assert not any(box.crossed_by(start, end) for box in [*leaves, *titles, *foreign])


def test_labels_fit_their_boxes(ocpp_layout: Layout) -> None:
    written = [edge.label for edge in ocpp_layout.edges] + [ocpp_layout.legend]
    written += [Label(node.box, node.rows) for node in ocpp_layout.nodes if node.role in {"leaf", "final"}]
    for label in written:
        assert label is None or all(row.width <= label.box.width + 0.1 for row in label.rows)


def test_a_picture_fits_a_readme(ocpp_layout: Layout) -> None:
    """Pages are some 900 px wide: its text of 12 px is still shown with nearly 9 px."""
    assert ocpp_layout.width <= 1250


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"size": [1, 2], "chart": "x"}'])
def test_what_is_no_layout_is_refused(text: str) -> None:
    with pytest.raises(LayoutError, match="not a stored layout"):
        load(text)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(LayoutError, match=r"'toaster'; there are .*connector"):
        load_layout("toaster")


def test_the_fingerprint_follows_what_is_shown(lamp: Chart) -> None:
    seen = {fingerprint(lamp)}
    for change in ({"target": None}, {"event": "pushed"}, {"clause": "2"}, {"on": ("click",)}):
        first: Transition = evolve(lamp.transitions[0], **change)
        seen.add(fingerprint(evolve(lamp, transitions=(first, *lamp.transitions[1:]))))
    assert len(seen) == 5
    assert fingerprint(evolve(lamp, doc="Another word.")) in seen
