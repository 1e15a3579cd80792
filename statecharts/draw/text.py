"""Estimate the width of a text without a font.

The advance widths are those of Helvetica, Arial and Liberation Sans, which the style sheet prefers. The layout is
computed with them, so labels fit their boxes on every system.
"""

from typing import Final

_WIDTHS: Final = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r\N{MIDDLE DOT}",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1015: "@",
}
_EM: Final = {letter: width / 1000 for width, letters in _WIDTHS.items() for letter in letters}
_WIDEST_OTHER: Final = 1.0
_BOLD: Final = 1.03
_BOLD_LOWER: Final = 1.1
_SLACK: Final = 1.02


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of ``text`` in pixels at a font size, with a small margin so that it is never too small."""
    ems = 0.0
    for letter in text:
        wider = (_BOLD_LOWER if letter.islower() else _BOLD) if bold else 1.0
        ems += _EM.get(letter, _WIDEST_OTHER) * wider
    return ems * size * _SLACK
