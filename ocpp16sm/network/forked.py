"""A forked process inherits the open sockets of its parent: whatever it wrote there, or read, the parent would miss."""

import os
from typing import Protocol
from weakref import WeakSet


class Connected(Protocol):
    """Something with a socket."""

    def socket_number(self) -> int:
        """The file descriptor of its socket; negative: it has none."""


_parents: WeakSet[Connected] = WeakSet()


def keep_from_children(connected: Connected) -> None:
    """Have no child process reach this socket."""
    _parents.add(connected)


def _cut_off() -> None:
    """In the child: put the null device in the place of each socket. Nothing is sent, and the parent notices nothing.

    Closing them would not do: the child would then take them out of the set of sockets that the parent waits for.
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
