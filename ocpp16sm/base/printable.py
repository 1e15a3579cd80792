"""Makes foreign text safe for a terminal and for one line of a log."""

from typing import Final
from unicodedata import category

_HARMLESS: Final = "Zs"
"""Spaces of every width are no printable characters for Python, and hide nothing."""
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Characters without a width that Unicode counts among letters and accents."""


def printable(text: str, keep: str = "") -> str:
    r"""The text with escapes (``\x1b``, ``\u202e``) for every character that is not displayed as itself.

    These are control characters (C0 and C1), direction marks, zero-width characters, line and paragraph separators,
    lone surrogates and unassigned code points. Everything else stays.

    :param keep: characters that stay nevertheless, such as line feeds.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(sign if sign in keep or is_seen(sign) else _escape(sign) for sign in text)


def is_seen(sign: str) -> bool:
    """Whether a character is displayed as itself."""
    return (sign.isprintable() or category(sign) == _HARMLESS) and sign not in _INVISIBLE


def _escape(sign: str) -> str:
    code = ord(sign)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return repr(sign)[1:-1] if code < 0x20 else f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
