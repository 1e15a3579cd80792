"""Small helpers for writing Python text."""

import textwrap
from collections.abc import Iterable

BANNER = "# Generated from {what} by `python -m codegen`. Edit {source} instead.\n"


def camel_case(name: str) -> str:
    """``charge_point`` -> ``ChargePoint``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def tuple_of(items: Iterable[str]) -> str:
    """A tuple display; a lone item keeps its comma."""
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def docstring(text: str, indent: int = 0, width: int = 110) -> str:
    """A docstring of dedented text at an indentation of four spaces each; a long first paragraph is wrapped."""
    pad = "    " * indent
    first, _, rest = text.strip().partition("\n")
    body = textwrap.dedent(rest).rstrip()
    if len(pad) + len(first) + 6 > width:
        first = "\n".join(textwrap.wrap(first, width - len(pad) - 6, subsequent_indent=pad))
        body = body or " "
    if not body:
        return f'{pad}"""{first}"""'
    tail = f"\n{textwrap.indent(body, pad)}" if body.strip() else ""
    return f'{pad}"""{first}{tail}\n{pad}"""'


def sentence(text: str) -> str:
    """The first sentence of a text, on one line."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".") + "."
