"""Ordinary websocket frames: whole text messages and short control frames (RFC 6455, 5.2).

All others are left to the package ``websockets``.
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
    """Four unpredictable bytes (10.3). They are drawn in hundreds, because each draw is a system call."""
    while True:
        try:
            return _keys.pop()
        except IndexError:  # any thread may fill up, and any may take
            drawn = os.urandom(4 * _KEYS_AT_ONCE)
            _keys.extend(drawn[at : at + 4] for at in range(0, len(drawn), 4))


def text_frame(payload: bytes) -> bytes:
    """A frame with a whole text message (UTF-8), masked as a client must."""
    key, size = _key(), len(payload)
    if size < TWO_BYTES:
        head = bytes((WHOLE_TEXT, MASKED | size))
    elif size < 1 << 16:
        head = bytes((WHOLE_TEXT, MASKED | TWO_BYTES, size >> 8, size & 0xFF))
    else:
        head = bytes((WHOLE_TEXT, MASKED | EIGHT_BYTES)) + size.to_bytes(8, "big")
    return head + key + apply_mask(payload, key)
