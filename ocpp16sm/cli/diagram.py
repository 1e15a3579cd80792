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
    """Output format of a chart."""

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
            help="A chart of this project (connector, charge_point, registration, link, transaction ...), your own "
            "chart class as module:Class, or an .scxml file.",
            show_default=False,
        ),
    ],
    format: Annotated[Format, typer.Option("--format", "-f", help="Output format.")] = Format.SVG,
    highlight: Annotated[
        list[str] | None,
        typer.Option("--highlight", metavar="STATE", help="State to highlight; may be repeated.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Output file; standard output if omitted.", show_default=False),
    ] = None,
) -> None:
    """Draw a chart as SVG, Mermaid, Graphviz DOT or Markdown tables. No other program is needed.

    It can also be exported as SCXML, which can be loaded again, or as a TLA+ module for TLC.

    SVG requires a stored layout, which only the charts of this project have. Use Mermaid or DOT for your own charts.
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
    """Load a chart of this project by name, an SCXML file, or a class as module:Class. Raises DefinitionError."""
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
        raise DefinitionError(f"unknown chart {name!r}; expected {known}, your own as module:Class, or an .scxml file")
    return ours[name]
