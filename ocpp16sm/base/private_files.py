"""Files that are for their owner only: what is written in them concerns security, and people."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Literal

OWNER_ONLY: Final = 0o600
"""Who may read and write."""


def open_private(path: str | Path, mode: Literal["w", "a"] = "w") -> IO[str]:
    """Open a file of text (UTF-8) to write or to add to, readable for nobody else; also one that was there before.

    What is no Unicode (half a surrogate pair) is written as its escape. Raises ``OSError``.
    """
    return open(path, mode, encoding="utf-8", errors="backslashreplace", opener=_opened)


def write_private(path: str | Path, text: str) -> None:
    """Write a file of text for its owner only. Raises ``OSError``."""
    with open_private(path) as file:
        file.write(text)


def _opened(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, OWNER_ONLY)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):  # not a pipe or a device that somebody named
        with suppress(OSError):  # the file is another user's, who lets us write to it
            Path(path).chmod(OWNER_ONLY)
    return descriptor
