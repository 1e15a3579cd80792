"""Limits on a frame, checked by counting characters before any part of it is decoded."""

import re
from typing import Final

MAX_FRAME_SIZE: Final = 1024 * 1024
"""Maximum size of a frame: in bytes for the transport, in characters for the decoder."""
MAX_DEPTH: Final = 32
"""Maximum nesting of arrays and objects, including the frame itself. OCPP 1.6 needs seven levels."""
MAX_ELEMENTS: Final = 100_000
"""Maximum number of elements and members in a frame; more than the longest list of idTags that fits."""
SMALL: Final = 1024
"""Texts up to this many characters are parsed without further checks."""

SHOWN: Final = 40
"""Maximum number of characters of a peer's text that an error repeats."""

_UNSTRUCTURED: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[^\[\]{}",]+', re.DOTALL)
"""Strings, and the text between structural characters. An unterminated string is scanned only once, to the end."""
_AS_ARRAYS: Final = bytes.maketrans(b"{}", b"[]")
_ELSE: Final = bytes(set(range(256)) - set(b'[]{}"\\'))
_COMMAS_TOO: Final = bytes(set(range(256)) - set(b"[]{},"))


def excess(text: str) -> str | None:
    """The limit that a text exceeds, in words; None if it may be parsed. The text need not be JSON."""
    if len(text) <= SMALL:
        return None
    if len(text) > MAX_FRAME_SIZE:
        return f"longer than {MAX_FRAME_SIZE} characters"
    opened = text.count("[") + text.count("{")
    perhaps_many = len(text) > MAX_ELEMENTS and text.count(",") + opened > MAX_ELEMENTS
    if opened <= MAX_DEPTH and not perhaps_many:
        return None
    # By now, strings without brackets and escapes, which is nearly all of them, are a pair of quotation marks each.
    nesting = text.encode(errors="replace").translate(_AS_ARRAYS, _ELSE).replace(b'""', b"")
    if perhaps_many or b'"' in nesting or b"\\" in nesting:
        structure = _UNSTRUCTURED.sub("", text).encode(errors="replace").translate(_AS_ARRAYS, _COMMAS_TOO)
        if structure.count(b",") + structure.count(b"[") > MAX_ELEMENTS:
            return f"more than {MAX_ELEMENTS} elements"
        nesting = structure.replace(b",", b"")
    for _level in range(MAX_DEPTH):
        around = nesting.replace(b"[]", b"")  # removes the innermost level
        if len(around) == len(nesting):
            return None  # nothing left, or unbalanced brackets, which the parser refuses
        nesting = around
    return f"nested deeper than {MAX_DEPTH}" if b"[]" in nesting else None


def shorten(text: str) -> str:
    """Truncate a peer's text to the length that an error may repeat."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
