"""The event loop that something was started on, and how other threads have something done there.

A thread that waits for an event loop must be able to stop waiting: the loop may come to its end at any moment, and then
nobody runs what was left for it. A process that was forked has a copy of everything, but not of the loop's life.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, wait
from os import getpid
from threading import get_ident
from time import monotonic
from typing import TypeVar

from ocpp16sm.errors import NotStartedError

T = TypeVar("T")

LOOK_S = 0.05
"""How often a thread that waits looks whether the loop is still there."""
PATIENCE_S = 5.0
"""How long it waits for a loop that is not closed but does not run: somebody may be about to run it again."""


class HomeLoop:
    """The running event loop, with its thread and its process."""

    __slots__ = ("_loop", "_process", "_thread")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = get_ident()
        self._process = getpid()

    @property
    def forked(self) -> bool:
        """Whether this process is a fork of the one that the loop runs in."""
        return getpid() != self._process

    @property
    def gone(self) -> str | None:
        """Why nothing can be done on this loop any more; None: something can."""
        if self.forked:
            return (
                f"it was started in process {self._process}, and this is a fork of that, process {getpid()}; start a "
                "charge point with a store of its own here, or call it in the process that started it"
            )
        if self._loop.is_closed():
            return "the event loop that it was started on is closed; stop the charge point before its loop ends"
        return None

    def check(self) -> None:
        """Raise :class:`NotStartedError` if nothing can be done on this loop any more."""
        gone = self.gone
        if gone is not None:
            raise NotStartedError(f"the charge point does not run: {gone}")

    def check_caller(self) -> None:
        """Raise :class:`NotStartedError` if a coroutine of another event loop calls, which cannot wait for this one."""
        self.check()
        if asyncio.get_running_loop() is not self._loop:
            raise NotStartedError(
                "the charge point runs on another event loop; hand the coroutine to that one "
                "(asyncio.run_coroutine_threadsafe)"
            )

    def is_here(self) -> bool:
        """Whether the caller is on the loop's thread; while it does not run, on the one it was started on."""
        try:
            return asyncio.get_running_loop() is self._loop
        except RuntimeError:
            return get_ident() == self._thread and not self._loop.is_running()

    def do(self, act: Callable[[], T]) -> T:
        """Do something on the loop's thread, from any thread, and give what came of it.

        Raises :class:`NotStartedError` if the loop ends first, at the latest :data:`PATIENCE_S` later: then it is not
        done, and never will be.
        """
        self.check()
        if self.is_here():
            return act()
        future: Future[T] = Future()

        def perform() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(act())
            except BaseException as error:
                future.set_exception(error)

        try:
            self._loop.call_soon_threadsafe(perform)
        except RuntimeError:
            self.check()
            raise
        self._wait(future)
        return future.result()

    def _wait(self, future: "Future[T]") -> None:
        """Wait until something is done, or will never be."""
        ran_at = monotonic()
        while not future.done():
            if self._loop.is_running():
                ran_at = monotonic()
            elif (self._loop.is_closed() or monotonic() - ran_at > PATIENCE_S) and future.cancel():
                self.check()
                raise NotStartedError(
                    f"the charge point does not run: its event loop has not been running for {PATIENCE_S:g} s"
                )
            wait((future,), LOOK_S)
