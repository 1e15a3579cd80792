"""A directory in which a power failure leaves the state before or after a change, never between."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from ocpp16sm.base.named_log import NamedLog

log = NamedLog("ocpp16sm.pki")

_ENTRY = re.compile(r"(\d{6,})-[0-9a-f]+")
_UNDER_WAY = "."


class AtomicDirectory:
    """Numbered entries, the newest with the highest number. Only the owner may read it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Create the directory if needed, and remove what an interrupted change has left."""
        if not self.path.is_dir():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(self.path.parent)
        for left in self.path.iterdir():
            if left.name.startswith(_UNDER_WAY):
                _remove(left)
            elif _ENTRY.fullmatch(left.stem) is None:
                log.warning("%s is left out: entries here have names such as 000001-9f0c.pem, and are made by us", left)

    def __iter__(self) -> Iterator[Path]:
        """The entries, newest first."""
        found = [(int(match[1]), path) for path in self.path.iterdir() if (match := _ENTRY.fullmatch(path.stem))]
        return iter([path for _, path in sorted(found, reverse=True)])

    def add_file(self, mark: str, suffix: str, content: bytes) -> Path:
        """Add a file. ``mark`` is hexadecimal and part of its name."""
        name = self._next(mark, suffix)
        draft = self.path / f"{_UNDER_WAY}{name}"
        _write(draft, content)
        return self._publish(draft, name)

    def add_directory(self, mark: str, files: dict[str, bytes]) -> Path:
        """Add a directory with these files, all of them or none."""
        name = self._next(mark, "")
        draft = self.path / f"{_UNDER_WAY}{name}"
        draft.mkdir(mode=0o700)
        for file, content in files.items():
            _write(draft / file, content)
        _sync(draft)
        return self._publish(draft, name)

    def remove(self, entry: Path) -> None:
        """Remove an entry."""
        gone = self.path / f"{_UNDER_WAY}{entry.name}"
        entry.rename(gone)
        _sync(self.path)
        _remove(gone)

    def _next(self, mark: str, suffix: str) -> str:
        newest = next(iter(self), None)
        number = 1 if newest is None else int(newest.stem.partition("-")[0]) + 1
        name = f"{number:06d}-{mark}{suffix}"
        _remove(self.path / f"{_UNDER_WAY}{name}")
        return name

    def _publish(self, draft: Path, name: str) -> Path:
        entry = self.path / name
        draft.rename(entry)
        _sync(self.path)
        return entry


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
