"""The control channel on standard input and output."""

import asyncio
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from ocpp16sm.control.client_session import LONGEST_LINE, MOST_UNREAD, Session
from ocpp16sm.control.line_splitter import LineSplitter
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.stepped_time import in_real_time

CHUNK = 65536
LAST_WORDS_S = 2.0
"""Seconds that the reader has to read the last lines."""


class StdioChannel:
    """Serves the parent process through two file descriptors.

    The station stops when the input has ended and everything is answered, or when the output is closed.

    Threads read and write, because asyncio cannot wait for every kind of descriptor.
    """

    def __init__(self, panel: Panel, source: int = 0, sink: int = 1) -> None:
        self.panel = panel
        self._source = source
        self._sink = sink
        self._lines = LineSplitter(LONGEST_LINE)
        self._written: deque[bytes] = deque()
        self._unread = 0
        self._changed = threading.Condition()
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._flushed: asyncio.Future[None] = self._loop.create_future()
        self._session: Session | None = None

    async def __aenter__(self) -> Self:
        """Start reading and writing."""
        self._session = Session(
            self.panel,
            "standard input",
            write=self._write,
            unread=lambda: self._unread,
            hang_up=self.panel.quitting.set,
        )
        for work in (self._read_all, self._write_all):
            threading.Thread(target=work, daemon=True).start()  # a thread that waits for input cannot be woken
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Tell the client that the station has stopped, and flush the output."""
        assert self._session is not None
        self._session.farewell()
        self._session.close()
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        call_off = in_real_time(self.panel.clock, LAST_WORDS_S, self._flushed_now)
        await self._flushed
        call_off()

    # -- on the loop's thread ---------------------------------------------------------------------------------------

    def _write(self, line: str) -> None:
        data = line.encode("ascii") + b"\n"
        with self._changed:
            self._written.append(data)
            self._unread += len(data)
            self._changed.notify_all()

    def _take(self, data: bytes) -> None:
        assert self._session is not None
        ended = not data
        for line in self._lines.end() if ended else self._lines.feed(data):
            self._session.receive(line)
        if ended:
            self._session.finish()

    def _flushed_now(self) -> None:
        if not self._flushed.done():
            self._flushed.set_result(None)

    # -- on threads of their own ------------------------------------------------------------------------------------

    def _read_all(self) -> None:
        data = b"?"
        while data:
            with self._changed:
                self._changed.wait_for(lambda: self._unread <= MOST_UNREAD)
            try:
                data = os.read(self._source, CHUNK)
            except OSError:
                data = b""
            self._on_loop(self._take, data)

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._written or self._closing)
                if not self._written:
                    break
                data = self._written.popleft()
            try:
                left = memoryview(data)
                while left:
                    left = left[os.write(self._sink, left) :]
            except OSError:  # the reader has closed the output
                self._on_loop(self.panel.quitting.set)
                break
            with self._changed:
                self._unread -= len(data)
                self._changed.notify_all()
        self._on_loop(self._flushed_now)

    def _on_loop(self, act: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(act, *arguments)
