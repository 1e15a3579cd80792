"""Making layouts, as far as it goes without Node: what ELK is asked, and what is made of its answer."""

from math import inf
from typing import Any

import pytest
from attrs import evolve

from codegen.elk_finish import cost, finish
from codegen.elk_graph import Options, region_graph, sketch, straightened
from codegen.elk_pack import pack
from statecharts import Chart
from statecharts.draw import LayoutError, svg
from statecharts.draw.layout import Box

DOWN = Options("DOWN")


@pytest.fixture
def answer() -> dict[str, Any]:
    """What ELK might say of the lamp."""
    routes: dict[str, list[tuple[float, float]]] = {
        "edge:0": [(70, 40), (70, 120)],
        "edge:1": [(130, 120), (130, 80), (160, 80), (160.4, 60), (160.4, 40)],
    }
    boxes = {"edge:0": (30, 70, 80, 20), "edge:1": (125, 70, 170, 40)}
    edges = [
        {
            "id": name,
            "sections": [
                {
                    "startPoint": {"x": points[0][0], "y": points[0][1]},
                    "bendPoints": [{"x": x, "y": y} for x, y in points[1:-1]],
                    "endPoint": {"x": points[-1][0], "y": points[-1][1]},
                }
            ],
            "labels": [dict(zip(("x", "y", "width", "height"), boxes[name], strict=True))],
        }
        for name, points in routes.items()
    ]
    places = {"state:Off": (50, 6), "state:On": (50, 120)}
    children = [{"id": name, "x": x, "y": y, "width": 140, "height": 34} for name, (x, y) in places.items()]
    return {"width": 310, "height": 220, "children": children, "edges": edges}


INWARD: dict[str, set[tuple[str, str]]] = {
    "traps": {("outer", "b")},
    "log_upload": {
        ("ended", state)
        for state in ("Uploaded", "UploadFailure", "BadMessage", "PermissionDenied", "NotSupportedOperation")
    },
    "firmware_update": {
        *(("unready", state) for state in ("DownloadScheduled", "Downloading", "DownloadPaused")),
        *(("update", state) for state in ("Idle", "Installed", "Requested", "DownloadFailed")),
        *(("update", f"{what}Failed") for what in ("Installation", "InstallVerification")),
        ("update", "InvalidSignature"),
        ("in_service", "Awaiting"),
    },
}
"""Chart -> transitions from a composite to a state within it: written in the state, without an arrow."""


def test_every_arrow_of_the_region_is_asked_for_and_its_label_has_a_size(chart: Chart) -> None:
    asked = [region_graph(chart, region, DOWN) for region in chart.regions]
    edges = [edge for graph in asked for edge in graph["edges"]]
    ends = {(t.source, t.target) for t in chart.transitions if t.target} - INWARD.get(chart.name, set())
    assert {(e["sources"][0].removeprefix("state:"), e["targets"][0].removeprefix("state:")) for e in edges} == ends
    labels = [label for edge in edges for label in edge["labels"]]
    assert all(label["width"] > 10 and label["height"] > 10 and label["text"] for label in labels)


def test_a_region_that_moves_as_a_whole_is_a_box_of_its_own(rooted: Chart) -> None:
    graph = region_graph(rooted, rooted.regions[0], DOWN)
    assert [child["id"] for child in graph["children"]] == ["state:top"]


def test_the_order_of_states_is_an_option(lamp: Chart) -> None:
    graph = region_graph(lamp, lamp.regions[0], evolve(DOWN, order={"lamp": ("On", "Off")}, dots=True))
    assert [child["id"] for child in graph["children"]] == ["initial:lamp", "state:On", "state:Off"]


def test_small_steps_of_a_route_are_straightened() -> None:
    assert straightened([(1, 0), (1, 10), (1.4, 10), (1.4, 20)]) == [(1, 0), (1, 20)]
    assert straightened([(0, 0), (5, 0.3), (5, 9)]) == [(0, 0), (5, 0), (5, 9)]


def test_a_finished_sketch_has_its_dot_beside_the_initial_state(lamp: Chart, answer: dict[str, Any]) -> None:
    region = lamp.regions[0]
    done = finish(lamp, region, sketch(lamp, region, answer, DOWN))
    assert done is not None
    dot = next(node for node in done.nodes if node.role == "initial")
    assert dot.box.right < 50
    assert done.edges[-1].points[-1] == (50.0, 23.0)
    assert 0 < cost(lamp, region, done, 1000) < cost(lamp, region, done, 100) < inf


def test_labels_on_labels_are_never_shown(lamp: Chart, answer: dict[str, Any]) -> None:
    region = lamp.regions[0]
    answer["edges"][0]["labels"][0]["width"] = 100
    done = finish(lamp, region, sketch(lamp, region, answer, DOWN))
    assert done is not None
    assert cost(lamp, region, done, 1000) == inf


def test_a_packed_page_can_be_drawn(lamp: Chart, answer: dict[str, Any]) -> None:
    region = lamp.regions[0]
    done = finish(lamp, region, sketch(lamp, region, answer, DOWN))
    assert done is not None
    layout = pack(lamp, {"lamp": [(2.0, evolve(done, width=900)), (1.0, done)]})
    page = Box(0, 0, layout.width, layout.height)
    assert layout.width == 310 + 24
    assert all(page.holds(node.box) for node in layout.nodes)
    assert "state-On" in svg(lamp, layout)


def test_a_region_without_any_layout_is_an_error(lamp: Chart) -> None:
    with pytest.raises(LayoutError, match="found no layout"):
        pack(lamp, {"lamp": []})
