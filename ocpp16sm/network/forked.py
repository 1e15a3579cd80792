"""A forked process inherits the open sockets of its parent.

Anything that it read from them or wrote to them would be missing in the parent.
"""

import os
from typing import Protocol
from weakref import WeakSet


class Connected(Protocol):
    """An object with a socket."""

    def socket_number(self) -> int:
        """The file descriptor of its socket; negative if it has none."""


_parents: WeakSet[Connected] = WeakSet()


def keep_from_children(connected: Connected) -> None:
    """Make this socket unusable in forked processes."""
    _parents.add(connected)


def _cut_off() -> None:
    """In the forked process, replace each socket by the null device. Nothing is sent, and the parent notices nothing.

    Closing a socket would remove it from the set of sockets that the parent polls.
    """
    null = os.open(os.devnull, os.O_RDWR)
    try:
        for connected in _parents:
            number = connected.socket_number()
            if number >= 0:
                os.dup2(null, number, inheritable=False)
        _parents.clear()
    finally:
        os.close(null)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_cut_off)
