"""Draw charts as text: SVG, Mermaid, DOT and Markdown tables, without any other program.

SVG needs a stored :class:`Layout`; layouts of the OCPP 1.6 charts are included::

    from statecharts import draw, extract
    from statecharts.ocpp16 import Connector

    chart = extract(Connector)
    draw.svg(chart, draw.load_layout("connector"), highlight=("Charging", "Operative", "Sound"))
    draw.mermaid(chart)                 # for Markdown; like DOT and tables, it needs no layout
"""

from statecharts.draw.dot import dot
from statecharts.draw.layout import Layout, LayoutError, load_layout
from statecharts.draw.mermaid import mermaid
from statecharts.draw.status_matrix import (
    StatusMatrix,
    status_matrix,
    status_matrix_markdown,
    status_matrix_svg,
)
from statecharts.draw.svg import svg
from statecharts.draw.table import table

__all__ = [
    "Layout",
    "LayoutError",
    "StatusMatrix",
    "dot",
    "load_layout",
    "mermaid",
    "status_matrix",
    "status_matrix_markdown",
    "status_matrix_svg",
    "svg",
    "table",
]
