"""Colours and fonts of the SVG pictures, for light and dark pages.

The rules are written out twice. Custom properties would halve the text, but librsvg, Inkscape and other programs
that show SVG outside a browser do not support them.
"""

from collections.abc import Mapping
from typing import Final

FONT: Final = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans',system-ui,sans-serif"

LIGHT: Final[Mapping[str, str]] = {
    "panel": "#ffffff",
    "panel_edge": "#d5dee3",
    "region": "#f4f8fa",
    "region_edge": "#8fa9b5",
    "composite": "#e9f1f5",
    "composite_edge": "#4b7c90",
    "leaf": "#ffffff",
    "leaf_edge": "#1f6078",
    "title": "#1f5166",
    "ink": "#16242c",
    "edge": "#5d7d8b",
    "event": "#9a3b0b",
    "guard": "#2f5d3a",
    "hook": "#66757e",
    "pill": "#dbe7ee",
    "pill_ink": "#2b566c",
    "on": "#ffd75e",
    "on_edge": "#b87400",
    "on_ink": "#16242c",
    "on_soft": "#fff7dd",
    "bad": "#f7c6c0",
    "bad_ink": "#8f1d10",
    "seen": "#dcf3df",
    "seen_edge": "#2c7a3b",
    "partly_edge": "#b87400",
    "never": "#fbdfdb",
    "never_edge": "#c0281a",
}
DARK: Final[Mapping[str, str]] = {
    "panel": "#0f171c",
    "panel_edge": "#2b3a43",
    "region": "#141f26",
    "region_edge": "#4d6672",
    "composite": "#1a2932",
    "composite_edge": "#5f93a8",
    "leaf": "#0f1a20",
    "leaf_edge": "#6db1c9",
    "title": "#9fd0e3",
    "ink": "#e6eef2",
    "edge": "#84a3b1",
    "event": "#ffab7a",
    "guard": "#97d3a4",
    "hook": "#95a6af",
    "pill": "#243d4a",
    "pill_ink": "#b5d8e8",
    "on": "#d99a00",
    "on_edge": "#ffcf5a",
    "on_ink": "#14100a",
    "on_soft": "#2a2718",
    "bad": "#6b231b",
    "bad_ink": "#ffc9c2",
    "seen": "#16351d",
    "seen_edge": "#6cc47d",
    "partly_edge": "#ffcf5a",
    "never": "#431b16",
    "never_edge": "#ff8a7d",
}


def style(rules: str) -> str:
    """A style element: ``rules`` with the light palette, then with the dark palette for dark pages.

    ``@name`` stands for a colour. Rules without colours are not repeated for dark pages.
    """
    coloured = "\n".join(line for line in rules.splitlines() if "@" in line)
    light = _fill(rules, LIGHT)
    dark = _fill(coloured, DARK)
    face = f"text{{font-family:{FONT}}}"
    return f"<style>\n{face}\n{light}\n@media (prefers-color-scheme:dark){{\n{dark}\n}}\n</style>"


def _fill(rules: str, palette: Mapping[str, str]) -> str:
    for name in sorted(palette, key=len, reverse=True):
        rules = rules.replace(f"@{name}", palette[name])
    return rules.strip()
