"""The matrix of status changes, and the theorem that the connector chart makes exactly the permitted ones."""

from xml.etree import ElementTree

import pytest

from statecharts import Chart
from statecharts.draw import status_matrix, status_matrix_markdown, status_matrix_svg
from statecharts.ocpp16.status_table import CELLS, PERMITTED, ROWS, STATUSES

SPECIFIED = {
    "A": "2345789",
    "B": "134569",
    "C": "145689",
    "D": "135689",
    "E": "134689",
    "F": "1289",
    "G": "1289",
    "H": "123459",
    "I": "12345678",
}


def test_the_table_is_the_specifications() -> None:
    assert {row: "".join(cell[1] for cell in CELLS if cell[0] == row) for row in ROWS} == SPECIFIED
    assert len(PERMITTED) == len(CELLS) == 53
    assert PERMITTED["Reserved", "Preparing"] == "G2"
    assert all(CELLS.values())


def test_the_connector_makes_each_permitted_change_and_no_other(connector: Chart) -> None:
    matrix = status_matrix(connector, STATUSES, PERMITTED)
    assert matrix.unreached == ()
    assert matrix.forbidden == ()
    assert matrix.events["Reserved", "Available"] == ("reservation_ended",)
    assert "session_ended" in matrix.events["Available", "Unavailable"]


def test_the_picture_has_53_cells(connector: Chart) -> None:
    matrix = status_matrix(connector, STATUSES, PERMITTED)
    text = status_matrix_svg(matrix)
    assert text == status_matrix_svg(status_matrix(connector, STATUSES, PERMITTED))
    ids = [e.attrib["id"] for e in ElementTree.fromstring(text).iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids))
    assert {name.removeprefix("cell-") for name in ids if name.startswith("cell-")} == CELLS.keys()


def test_the_markdown_names_cells_and_events(connector: Chart) -> None:
    text = status_matrix_markdown(status_matrix(connector, STATUSES, PERMITTED))
    assert sum(f"**{cell}**" in text for cell in CELLS) == 53
    assert "**A2**<br>session_started<br>transaction_started" in text
    assert len(text.splitlines()) == 11


def test_what_is_not_permitted_or_not_reached_is_shown(lamp: Chart) -> None:
    matrix = status_matrix(lamp, ("Off", "On"), {("Off", "On"): "A2", ("On", "On"): "B2"})
    assert matrix.unreached == ("B2",)
    assert matrix.forbidden == (("On", "Off"),)
    assert "**not permitted**<br>pressed<br>timed_out | **B2**<br>*not reached*" in status_matrix_markdown(matrix)
    picture = status_matrix_svg(matrix)
    assert 'id="cell-On-Off" class="cell forbidden"' in picture
    assert 'id="cell-B2" class="cell unreached"' in picture


def test_a_status_outside_the_matrix_is_an_error(lamp: Chart) -> None:
    with pytest.raises(ValueError, match="the status 'On' is not one of Off"):
        status_matrix(lamp, ("Off",), {})
