"""Files that only their owner may read, because they contain secrets or personal data."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Literal

OWNER_ONLY: Final = 0o600
"""Who may read and write."""


def open_private(path: str | Path, mode: Literal["w", "a"] = "w") -> IO[str]:
    """Open a text file (UTF-8) for writing or appending, with mode 0600, also if it exists already.

    Lone surrogates are written as escapes. Raises ``OSError``.
    """
    return open(path, mode, encoding="utf-8", errors="backslashreplace", opener=_opened)


def write_private(path: str | Path, text: str) -> None:
    """Write a text file with mode 0600. Raises ``OSError``."""
    with open_private(path) as file:
        file.write(text)


def _opened(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, OWNER_ONLY)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):  # not a pipe or a device that somebody named
        with suppress(OSError):  # the file is another user's, who lets us write to it
            Path(path).chmod(OWNER_ONLY)
    return descriptor
