"""What lies on disk whenever a process that opens a store could be killed, or the power be cut (Linux, x86-64).

``python -m tests.store.crash_states FILE COPIES``: a child opens the store FILE, and is stopped at each of its system
calls that change a file. What is there then is what ``kill -9`` leaves. What a power cut may leave is any mixture of
that with what had been synced of each file. Every different one of them becomes a folder in COPIES.
"""

import ctypes
import os
import signal
import sys
from itertools import product
from pathlib import Path

from ocpp16sm.store import SqliteStore

TRACE_ME, PEEK_USER, NEXT_CALL, SET_OPTIONS = 0, 3, 24, 0x4200
MARK_CALLS, DIE_WITH_US = 1, 0x100000
NUMBER, FIRST_ARGUMENT = 15 * 8, 14 * 8
SYNCS = {74: "fsync", 75: "fdatasync"}
CHANGES = {1: "write", 18: "pwrite64", 77: "ftruncate", 82: "rename", 87: "unlink", **SYNCS}

Files = dict[str, bytes]

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def _trace(request: int, process: int, where: int = 0, what: int = 0) -> int:
    ctypes.set_errno(0)
    answer: int = _libc.ptrace(request, process, where, what)
    if ctypes.get_errno():
        raise OSError(ctypes.get_errno(), "ptrace")
    return answer


def _files(folder: Path) -> Files:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


class Disk:
    """A folder, and what of it would survive a power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.synced = _files(folder)
        self.seen: dict[tuple[tuple[str, bytes], ...], Files] = {}

    def look(self) -> None:
        """Note what could be found now."""
        present = _files(self.folder)
        names = sorted({*present, *self.synced})
        choices = [{present.get(name), self.synced.get(name)} for name in names]
        for chosen in product(*choices):
            found = {name: content for name, content in zip(names, chosen, strict=True) if content is not None}
            self.seen.setdefault(tuple(sorted(found.items())), found)

    def sync(self, what: Path) -> None:
        """A file, or the names in the folder, are on disk for good."""
        present = _files(self.folder)
        if what == self.folder:
            self.synced = {name: content for name, content in self.synced.items() if name in present}
        elif what.name in present:
            self.synced[what.name] = present[what.name]


def main(file: str, copies: str) -> None:
    """As the module says."""
    disk = Disk(Path(file).parent)
    child = os.fork()
    if child == 0:
        _trace(TRACE_ME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        SqliteStore(file)
        os._exit(0)
    os.waitpid(child, 0)
    _trace(SET_OPTIONS, child, 0, MARK_CALLS | DIE_WITH_US)
    stops = 0
    entering = False
    while True:
        _trace(NEXT_CALL, child)
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            break
        if os.WSTOPSIG(status) != signal.SIGTRAP | 0x80:
            continue
        entering = not entering
        call = _trace(PEEK_USER, child, NUMBER)
        if call not in CHANGES:
            continue
        disk.look()
        stops += entering
        if not entering and call in SYNCS:
            disk.sync(Path(f"/proc/{child}/fd/{_trace(PEEK_USER, child, FIRST_ARGUMENT)}").readlink())
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit("the store could not be opened")
    for number, found in enumerate(disk.seen.values()):
        folder = Path(copies) / f"{number:04}"
        folder.mkdir()
        for name, content in found.items():
            (folder / name).write_bytes(content)
    sys.stdout.write(str(stops))


if __name__ == "__main__":
    main(*sys.argv[1:])
