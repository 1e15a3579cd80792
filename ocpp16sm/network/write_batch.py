"""Frames of all connections of an event loop are written together, at the end of an iteration of the loop.

Most of them go to one process, the Central System. Writing each frame as soon as it exists would wake that process for
each of them, and the writer pays for the wake-up.
"""

import asyncio
from weakref import WeakKeyDictionary

from ocpp16sm.base.named_log import NamedLog

log = NamedLog("ocpp16sm.transport")


def gone(error: Exception) -> None:
    """Log a frame that could not be written. The end of its connection is reported separately."""
    log.debug("a frame could not be written: %s", error)


class Outgoing:
    """The writes of one iteration of an event loop, in order. It does not keep the loop alive."""

    __slots__ = ("_frames",)

    def __init__(self) -> None:
        self._frames: list[tuple[asyncio.Transport, bytes]] = []

    def add(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, frame: bytes) -> None:
        """Write a frame after all callbacks that are due in this iteration."""
        if not self._frames:
            try:
                loop.call_soon(self.write)
            except RuntimeError as error:  # the loop is closed
                gone(error)
                return
        self._frames.append((transport, frame))

    def write(self) -> None:
        """Write the batch now."""
        frames, self._frames = self._frames, []
        for transport, frame in frames:
            try:
                transport.write(frame)
            except (OSError, RuntimeError) as error:
                gone(error)


_OF_LOOPS: WeakKeyDictionary[asyncio.AbstractEventLoop, Outgoing] = WeakKeyDictionary()


def outgoing(loop: asyncio.AbstractEventLoop) -> Outgoing:
    """The batch of the running loop."""
    found = _OF_LOOPS.get(loop)
    if found is None:
        found = _OF_LOOPS[loop] = Outgoing()
    return found
