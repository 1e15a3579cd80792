"""Helpers for writing Python source text."""

import re
import textwrap
from collections.abc import Iterable

BANNER = "# Generated from {what} by `python -m codegen`. Edit {source} instead.\n"


def camel_case(name: str) -> str:
    """``charge_point`` -> ``ChargePoint``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def tuple_of(items: Iterable[str]) -> str:
    """A tuple display, with the trailing comma of a single item."""
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def docstring(text: str, indent: int = 0, width: int = 110) -> str:
    """A docstring, indented by ``indent`` levels of four spaces.

    If the first line is too long, everything after its first sentence becomes a paragraph of its own.
    """
    pad = "    " * indent
    room = width - len(pad) - 6
    first, _, rest = text.strip().partition("\n")
    rest = textwrap.dedent(rest).rstrip()
    if len(first) > room:
        summary, more = _first_sentence(first)
        lines = _evenly(summary, room)
        if more:
            rest = "\n" + "\n".join(textwrap.wrap(more, room + 6)) + (f"\n{rest}" if rest else "")
        rest = "\n".join([*lines[1:], *([rest] if rest else [])])
        first = lines[0]
    if not rest:
        return f'{pad}"""{first}"""'
    return f'{pad}"""{first}\n{textwrap.indent(rest, pad)}\n{pad}"""'


def _first_sentence(text: str) -> tuple[str, str]:
    """The first sentence of a paragraph, and the rest."""
    end = re.search(r"(?<=\.) (?=[A-Z])", text)
    return (text[: end.start()], text[end.end() :]) if end else (text, "")


def _evenly(text: str, width: int) -> list[str]:
    """Break text into as few lines of at most ``width`` as possible, of about equal length."""
    lines = textwrap.wrap(text, width)
    narrower = lines
    while len(narrower) == len(lines) and width > 1:
        lines, width = narrower, width - 1
        narrower = textwrap.wrap(text, width)
    return lines


def sentence(text: str) -> str:
    """The first sentence of a text, on one line."""
    paragraph = " ".join(text.strip().split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".") + "."
