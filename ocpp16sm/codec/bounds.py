"""How much a frame may be, found out by counting characters before any part of it becomes an object."""

import re
from typing import Final

MAX_FRAME_SIZE: Final = 1024 * 1024
"""Most bytes of a frame that the transport takes, and most characters that are looked at."""
MAX_DEPTH: Final = 32
"""So many arrays and objects may be in each other, the frame's own included. OCPP 1.6 needs seven."""
MAX_ELEMENTS: Final = 100_000
"""So many elements and members a frame may have. The longest list of idTags that fits into one has fewer."""
SMALL: Final = 1024
"""A text of so many characters is never too much: the parser may have it at once, whatever it is."""

SHOWN: Final = 40
"""Most characters of a peer's text that an error repeats."""

_UNSTRUCTURED: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[^\[\]{}",]+', re.DOTALL)
"""Texts, and what stands between them. A text without an end goes to the end: it is looked at once only."""
_AS_ARRAYS: Final = bytes.maketrans(b"{}", b"[]")
_ELSE: Final = bytes(set(range(256)) - set(b'[]{}"\\'))
_COMMAS_TOO: Final = bytes(set(range(256)) - set(b"[]{},"))


def excess(text: str) -> str | None:
    """What there is too much of in a text, in words; None if it may be read. It need not be JSON."""
    if len(text) <= SMALL:
        return None
    if len(text) > MAX_FRAME_SIZE:
        return f"longer than {MAX_FRAME_SIZE} characters"
    opened = text.count("[") + text.count("{")
    perhaps_many = len(text) > MAX_ELEMENTS and text.count(",") + opened > MAX_ELEMENTS
    if opened <= MAX_DEPTH and not perhaps_many:
        return None
    # Texts without brackets and escapes, which is to say nearly all, are a pair of quotation marks each by now.
    nesting = text.encode(errors="replace").translate(_AS_ARRAYS, _ELSE).replace(b'""', b"")
    if perhaps_many or b'"' in nesting or b"\\" in nesting:
        structure = _UNSTRUCTURED.sub("", text).encode(errors="replace").translate(_AS_ARRAYS, _COMMAS_TOO)
        if structure.count(b",") + structure.count(b"[") > MAX_ELEMENTS:
            return f"more than {MAX_ELEMENTS} elements"
        nesting = structure.replace(b",", b"")
    for _level in range(MAX_DEPTH):
        around = nesting.replace(b"[]", b"")  # what is innermost goes; what was around it is innermost next
        if len(around) == len(nesting):
            return None  # nothing is left; or brackets without a partner, which the parser refuses
        nesting = around
    return f"nested deeper than {MAX_DEPTH}" if b"[]" in nesting else None


def shorten(text: str) -> str:
    """Cut a peer's text to what an error may repeat of it."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
