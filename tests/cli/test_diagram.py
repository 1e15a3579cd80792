"""Charts drawn from the command line, in every format."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from statecharts import extract
from statecharts.ocpp16 import CHARTS
from tests.cli.conftest import Run

NAMES = [extract(chart).name for chart in CHARTS]
LOOKS = {"svg": "<svg", "mermaid": "stateDiagram-v2", "dot": "digraph", "table": "|"}


@pytest.mark.parametrize("format", LOOKS)
@pytest.mark.parametrize("name", NAMES)
def test_every_chart_is_drawn_in_every_format(run: Run, name: str, format: str) -> None:
    outcome = run("diagram", name, "--format", format)
    assert (outcome.code, outcome.err) == (0, "")
    assert LOOKS[format] in outcome.out
    leaves = [state.id for state in extract(dict(zip(NAMES, CHARTS, strict=True))[name]).states if not state.children]
    assert [state for state in leaves if state not in outcome.out] == []
    if format == "svg":
        assert ElementTree.fromstring(outcome.out).tag.endswith("svg")


def test_a_diagram_is_written_to_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "link.dot"
    outcome = run("diagram", "link", "-f", "dot", "-o", path)
    assert (outcome.code, outcome.out) == (0, "")
    assert path.read_text(encoding="utf-8") == run("diagram", "link", "-f", "dot").out


def test_a_state_is_lit_up(run: Run) -> None:
    plain, lit = run("diagram", "link").out, run("diagram", "link", "--highlight", "Online").out
    assert plain != lit


def test_a_chart_of_ones_own_is_drawn(run: Run) -> None:
    outcome = run("diagram", "statecharts.ocpp16.link:Link", "-f", "mermaid")
    assert (outcome.code, outcome.out) == (0, run("diagram", "link", "-f", "mermaid").out)
