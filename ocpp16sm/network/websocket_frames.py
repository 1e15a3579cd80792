"""Frames of websockets as far as they are ordinary: a whole message of text, and short control frames (RFC 6455, 5.2).

Of all others only the package ``websockets`` knows.
"""

import os
import sys
from typing import Final

from websockets.frames import apply_mask  # type: ignore[attr-defined]  # in C, where that could be built

WHOLE_TEXT: Final = 0x81
"""The first byte of a message of text that is one frame."""
WHOLE_CONTROL: Final = frozenset({0x88, 0x89, 0x8A})
"""The first bytes of close, ping and pong."""
TWO_BYTES: Final = 126
"""The length stands in so many bytes after this one."""
EIGHT_BYTES: Final = 127
MASKED: Final = 128
"""A second byte of so much: only clients mask."""

_KEYS_AT_ONCE: Final = 256

_keys: list[bytes] = []
"""Masking keys that nobody has used yet."""

if sys.platform != "win32":
    os.register_at_fork(after_in_child=_keys.clear)  # the parent uses them


def _key() -> bytes:
    """Four bytes that nobody can foretell (10.3). They are drawn by the hundred: that is a call of the system."""
    while True:
        try:
            return _keys.pop()
        except IndexError:  # any thread may fill up, and any may take
            drawn = os.urandom(4 * _KEYS_AT_ONCE)
            _keys.extend(drawn[at : at + 4] for at in range(0, len(drawn), 4))


def text_frame(payload: bytes) -> bytes:
    """A whole message of text (UTF-8), as a client sends it."""
    key, size = _key(), len(payload)
    if size < TWO_BYTES:
        head = bytes((WHOLE_TEXT, MASKED | size))
    elif size < 1 << 16:
        head = bytes((WHOLE_TEXT, MASKED | TWO_BYTES, size >> 8, size & 0xFF))
    else:
        head = bytes((WHOLE_TEXT, MASKED | EIGHT_BYTES)) + size.to_bytes(8, "big")
    return head + key + apply_mask(payload, key)
