"""``ocpp16sm diagram``."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ocpp16sm.cli.console import document
from ocpp16sm.errors import DefinitionError

if TYPE_CHECKING:
    from statecharts import Chart


class Format(StrEnum):
    """How a chart is written."""

    SVG = "svg"
    MERMAID = "mermaid"
    DOT = "dot"
    TABLE = "table"
    SCXML = "scxml"
    TLA = "tla"


def diagram(
    name: Annotated[
        str,
        typer.Argument(
            help="A chart of this project (connector, charge_point, registration, link, transaction ...), a chart "
            "class of your own as module:Class, or an .scxml file.",
            show_default=False,
        ),
    ],
    format: Annotated[Format, typer.Option("--format", "-f", help="What to write.")] = Format.SVG,
    highlight: Annotated[
        list[str] | None, typer.Option("--highlight", help="A state to light up; may be repeated.", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; otherwise standard output.", show_default=False),
    ] = None,
) -> None:
    """Draw a chart: as SVG, Mermaid, Graphviz DOT, or Markdown tables. No other program is needed.

    Or hand it to other tools: as SCXML, which loads again, or as a TLA+ module, which TLC can walk.

    SVG needs a stored layout, which the charts of this project have; draw one of your own as Mermaid or DOT.
    """
    text = _drawn(name, format, highlight or [])
    if output is None:
        document(text)
    else:
        output.write_text(text, encoding="utf-8")


def _drawn(name: str, format: Format, highlight: list[str]) -> str:
    from statecharts import draw
    from statecharts.scxml import scxml
    from statecharts.tla import tla

    chart = chart_named(name)
    try:
        match format:
            case Format.MERMAID:
                return draw.mermaid(chart, highlight=highlight)
            case Format.DOT:
                return draw.dot(chart, highlight=highlight)
            case Format.TABLE:
                return draw.table(chart)
            case Format.SCXML:
                return scxml(chart)
            case Format.TLA:
                return tla(chart)
            case Format.SVG:
                return draw.svg(chart, draw.load_layout(chart.name), highlight=highlight)
    except ValueError as error:
        raise DefinitionError(str(error)) from error


def chart_named(name: str) -> "Chart":
    """One of ours by its name, an SCXML file, or a class as module:Class. Raises DefinitionError."""
    from statecharts import ChartError, extract, load_chart
    from statecharts.ocpp16 import CHARTS
    from statecharts.scxml import ScxmlError, load_scxml

    if name.endswith(".scxml"):
        try:
            return load_scxml(Path(name).read_text(encoding="utf-8"))
        except (ScxmlError, UnicodeDecodeError) as error:
            raise DefinitionError(f"{name}: {error}") from error
    if ":" in name:
        try:
            return load_chart(name)
        except ChartError as error:
            raise DefinitionError(str(error)) from error
    ours = {chart.name: chart for chart in map(extract, CHARTS)}
    if name not in ours:
        known = ", ".join(ours)
        raise DefinitionError(f"there is no chart {name!r}; there are {known}, yours as module:Class, or a .scxml file")
    return ours[name]
