"""Writes the coverage of a chart as a Markdown page, an SVG picture and a JSON file."""

import json
from pathlib import Path
from typing import Final

from ocpp16sm.testing.coverage import KINDS, ChartCoverage, Kind, shown
from statecharts.draw import LayoutError, load_layout, mermaid, svg
from statecharts.draw.labels import element_ids

_ONE: Final[dict[Kind, str]] = {"states": "state", "transitions": "transition", "guards": "answer", "pairs": "pair"}


def write_report(coverage: ChartCoverage, directory: Path) -> list[Path]:
    """Write ``<chart>.md`` and ``<chart>.json``, and ``<chart>.svg`` if the chart has a layout.

    Returns the files written. Raises ``OSError`` if the directory cannot be created or written to.
    """
    directory.mkdir(parents=True, exist_ok=True)
    name = coverage.declarations.chart.name
    picture = picture_of(coverage)
    texts = {f"{name}.md": page(coverage, f"{name}.svg" if picture else None), f"{name}.json": as_json(coverage)}
    if picture is not None:
        texts[f"{name}.svg"] = picture
    for file, text in texts.items():
        (directory / file).write_text(text, encoding="utf-8")
    return [directory / file for file in texts]


def as_json(coverage: ChartCoverage) -> str:
    """The number of visits as JSON: kind -> name -> count."""
    return json.dumps({"chart": coverage.title, **coverage.record()}, indent=1, ensure_ascii=False) + "\n"


def picture_of(coverage: ChartCoverage) -> str | None:
    """The chart as SVG, with visited parts green and others red; None if the chart has no layout."""
    chart, visits = coverage.declarations.chart, coverage.visits
    counts = {f"state-{state.id}": visits.states[state.id] for state in chart.states}
    ids = element_ids(chart)
    counts |= {ids[place]: visits.transitions[transition] for place, transition in enumerate(chart.transitions)}
    try:
        return svg(chart, load_layout(chart.name), visits=counts)
    except LayoutError:
        return None


def page(coverage: ChartCoverage, picture: str | None) -> str:
    """The report as Markdown.

    :param picture: file name of the picture; None: the page contains a Mermaid diagram instead.
    """
    lines = [
        f"# Coverage of {coverage.title}",
        "",
        f"{shown(coverage.percent())} % of its states, transitions and guard answers.",
        "",
        "| | visited | of | % |",
        "| --- | --- | --- | --- |",
    ]
    for kind in KINDS:
        visited, there = coverage.counts(kind)
        lines.append(f"| {kind} | {visited} | {there} | {shown(coverage.percent(kind))} |")
    if picture is not None:
        lines += ["", f"![{coverage.title}: visited parts are green, others red]({picture})"]
    else:
        seen = [state for state, count in coverage.visits.states.items() if count]
        lines += ["", "```mermaid", mermaid(coverage.declarations.chart, visited=seen).rstrip(), "```"]
    for kind in KINDS:
        if missing := coverage.missing(kind):
            lines += ["", f"## {kind.capitalize()} never visited", ""]
            lines += [f"| {_ONE[kind]} | shortest path |", "| --- | --- |"]
            lines += [f"| {_cell(each.what)} | {_cell(each.way)} |" for each in missing]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
