"""Frames of all connections of an event loop are written together, at the end of its turn.

Nearly all of them go to one other process, the Central System. If each were written as soon as it is made, that process
would be woken by each, and fall asleep again before the next; the waking is paid by who writes.
"""

import asyncio
from weakref import WeakKeyDictionary

from ocpp16sm.base.named_log import NamedLog

log = NamedLog("ocpp16sm.transport")


def gone(error: Exception) -> None:
    """A socket has gone; its end is on its way to us."""
    log.debug("a frame could not be written: %s", error)


class Outgoing:
    """What is to be written in this turn of a loop, in its order. It does not hold on to the loop."""

    __slots__ = ("_frames",)

    def __init__(self) -> None:
        self._frames: list[tuple[asyncio.Transport, bytes]] = []

    def add(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, frame: bytes) -> None:
        """Have a frame written when all who are due now have had their turn."""
        if not self._frames:
            try:
                loop.call_soon(self.write)
            except RuntimeError as error:  # the loop is closed
                gone(error)
                return
        self._frames.append((transport, frame))

    def write(self) -> None:
        """Write it now."""
        frames, self._frames = self._frames, []
        for transport, frame in frames:
            try:
                transport.write(frame)
            except (OSError, RuntimeError) as error:
                gone(error)


_OF_LOOPS: WeakKeyDictionary[asyncio.AbstractEventLoop, Outgoing] = WeakKeyDictionary()


def outgoing(loop: asyncio.AbstractEventLoop) -> Outgoing:
    """The one of this loop."""
    found = _OF_LOOPS.get(loop)
    if found is None:
        found = _OF_LOOPS[loop] = Outgoing()
    return found
