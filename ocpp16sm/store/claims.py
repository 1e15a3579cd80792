"""Store files that this process has open: none of them twice, and none in a forked process.

POSIX drops every lock that a process holds on a file as soon as it closes *any* descriptor of that file. A file that is
open here must therefore not even be opened for reading again. A forked process inherits descriptors without the locks.
"""

import ctypes
import os
from pathlib import Path
from threading import Lock
from typing import TypeAlias
from weakref import WeakValueDictionary

from ocpp16sm.errors import StoreError

_Inode: TypeAlias = tuple[int, int]


class Claim:
    """The right of one store to use a file, until :meth:`release` or until nobody references the claim."""

    def __init__(self, path: Path, inode: _Inode) -> None:
        self.path = path
        self._inode = inode
        self._pid = os.getpid()
        self._kept: object = None

    def keep(self, connection: object) -> None:
        """Keep the object that has the file open. A forked process never frees it, because closing writes."""
        self._kept = connection

    @property
    def inherited(self) -> bool:
        """Whether this process was forked from the one that opened the file."""
        return self._pid != os.getpid()

    def check(self) -> None:
        """Raise StoreError in a forked process: the file is its parent's."""
        if self.inherited:
            raise StoreError(
                f"{self.path}: was opened by process {self._pid}, of which this one is a fork; only that one may use "
                "it. Start the charge point in the process in which it is to run, after the fork"
            )

    def release(self) -> None:
        """The file has been closed."""
        with _lock:
            if _claims.get(self._inode) is self:
                del _claims[self._inode]
        self._kept = None


_claims: "WeakValueDictionary[_Inode, Claim]" = WeakValueDictionary()
_lock = Lock()
_inherited: list[Claim] = []


def claim(path: Path) -> Claim:
    """Claim an existing file before opening it. Raises StoreError if this process has it open already."""
    try:
        status = path.stat()
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error.strerror}); check the path and its permissions") from error
    inode = status.st_dev, status.st_ino
    with _lock:
        holder = _claims.get(inode)
        if holder is not None:
            holder.check()
            raise StoreError(
                f"{path}: is open already in this process, by another charge point; stop that one first, or give each "
                "charge point a file of its own"
            )
        mine = _claims[inode] = Claim(path, inode)
    return mine


def _forked() -> None:
    """In a forked process, leave inherited files as they are, even when the interpreter exits.

    Closing an SQLite connection writes its journal back and removes it. A reference is therefore leaked on purpose.
    """
    global _lock
    _lock = Lock()
    for each in tuple(_claims.values()):
        _inherited.append(each)
        if each._kept is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(each._kept))


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
