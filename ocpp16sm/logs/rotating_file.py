"""Files of text lines that rotate at a size limit; the oldest is deleted."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ocpp16sm.base.private_files import OWNER_ONLY

_OPEN: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


class RotatingFile:
    """A file of lines. ``log.jsonl`` is the newest, then ``log.jsonl.1``, ``log.jsonl.2`` and so on.

    :param max_bytes: a line that would exceed this size goes into a new file; 0: no limit.
    :param max_files: number of files kept, including the newest; 1: the file is emptied instead.

    The file is opened for each line, so it may be moved or deleted at any time.
    """

    def __init__(self, path: str | Path, max_bytes: int, max_files: int) -> None:
        self.path = Path(path)
        self._max_bytes = max_bytes
        self._max_files = max_files

    def add(self, line: str) -> bool:
        """Add a line, given without its end. Returns whether the oldest lines were deleted for it. Raises ``OSError``.

        A line that cannot be written completely is not written at all.
        """
        data = line.encode(errors="backslashreplace") + b"\n"
        deleted = self._rotate() if self._is_full(len(data)) else False
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, _OPEN, OWNER_ONLY)
        try:
            self.path.chmod(OWNER_ONLY)
            size = os.fstat(file).st_size
            if size:
                os.lseek(file, -1, os.SEEK_END)
                if os.read(file, 1) != b"\n":
                    data = b"\n" + data  # the power failed in the middle of a line
            self._write(file, data, size)
        finally:
            os.close(file)
        return deleted

    @staticmethod
    def _write(file: int, data: bytes, size: int) -> None:
        try:
            while data:
                data = data[os.write(file, data) :]
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, size)
            raise

    def _is_full(self, more: int) -> bool:
        if not self._max_bytes:
            return False
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            return False
        return size > 0 and size + more > self._max_bytes

    def _older(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path

    def _rotate(self) -> bool:
        """Rotate the files; returns whether the oldest was deleted."""
        last = self._max_files - 1
        deleted = False
        while self._older(last).exists():  # more than one, if there are to be fewer than before
            self._older(last).unlink()
            deleted = True
            last += 1
        for number in range(self._max_files - 2, -1, -1):
            with suppress(FileNotFoundError):
                self._older(number).replace(self._older(number + 1))
        return deleted

    def lines(self) -> Iterator[str]:
        """All lines, oldest first, without those that are not text. Raises ``OSError``."""
        for number in range(self._max_files - 1, -1, -1):
            with suppress(FileNotFoundError), self._older(number).open("rb") as file:
                for line in file:
                    with suppress(UnicodeDecodeError):
                        yield line.decode().rstrip("\n")
