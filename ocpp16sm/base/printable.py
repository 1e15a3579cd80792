"""Foreign text, made fit for a terminal and for a line of a log: no character of it steers what shows it."""

from typing import Final
from unicodedata import category

_HARMLESS: Final = "Zs"
"""Spaces of every width are no printable characters for Python, and hide nothing."""
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Characters without a width that Unicode counts among letters and accents."""


def printable(text: str, keep: str = "") -> str:
    r"""The text with escapes (``\x1b``, ``\u202e``) for whatever is not seen as itself.

    These are control characters (C0 and C1), marks of direction, characters without a width, separators of lines and
    paragraphs, half surrogate pairs, and what Unicode does not assign. Everything else stays as it is.

    :param keep: characters that stay nevertheless, such as line feeds.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign in keep or is_seen(sign) else _escape(sign) for sign in text)


def is_seen(sign: str) -> bool:
    """Whether a character is seen as itself."""
    return (sign.isprintable() or category(sign) == _HARMLESS) and sign not in _INVISIBLE


def _escape(sign: str) -> str:
    code = ord(sign)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return repr(sign)[1:-1] if code < 0x20 else f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
