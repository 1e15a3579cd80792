"""The event loop that a charge point was started on, and how other threads run something there.

A thread that waits for an event loop must be able to stop waiting: the loop may end at any moment, and then it never
runs what was scheduled. A forked process has a copy of the loop that does not run.
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
"""How often a waiting thread checks that the loop still exists, s."""
PATIENCE_S = 5.0
"""How long a thread waits for a loop that is not closed but does not run, s: it may be about to run again."""


class OwnerLoop:
    """The event loop that runs when this is made, with its thread and its process."""

    __slots__ = ("_loop", "_process", "_thread")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = get_ident()
        self._process = getpid()

    @property
    def forked(self) -> bool:
        """Whether this process is a fork of the one in which the loop runs."""
        return getpid() != self._process

    @property
    def gone(self) -> str | None:
        """Why this loop cannot be used any more; None if it can."""
        if self.forked:
            return (
                f"it was started in process {self._process}, and this is a fork of that, process {getpid()}; start a "
                "charge point with a store of its own here, or call it in the process that started it"
            )
        if self._loop.is_closed():
            return "the event loop that it was started on is closed; stop the charge point before its loop ends"
        return None

    def check(self) -> None:
        """Raise :class:`NotStartedError` if this loop cannot be used any more."""
        gone = self.gone
        if gone is not None:
            raise NotStartedError(f"the charge point does not run: {gone}")

    def check_caller(self) -> None:
        """Raise :class:`NotStartedError` if the calling coroutine runs on another loop: it cannot wait for this one."""
        self.check()
        if asyncio.get_running_loop() is not self._loop:
            raise NotStartedError(
                "the charge point runs on another event loop; hand the coroutine to that one "
                "(asyncio.run_coroutine_threadsafe)"
            )

    def is_here(self) -> bool:
        """Whether the caller is on the loop's thread; while the loop does not run, on the one it was started on.

        Raises :class:`NotStartedError` if the loop cannot be used any more.
        """
        try:
            return asyncio.get_running_loop() is self._loop  # it runs, and in this process: a fork has no running loop
        except RuntimeError:
            self.check()
            return get_ident() == self._thread and not self._loop.is_running()

    def do(self, act: Callable[[], T]) -> T:
        """Run ``act`` on the loop's thread, from any thread, and return its result.

        Raises :class:`NotStartedError` if the loop ends first, at the latest :data:`PATIENCE_S` after its end. Then
        ``act`` has not run and never will.
        """
        if self.is_here():
            return act()
        self.check()
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
        """Wait until the future is done. Raises :class:`NotStartedError` if it never will be."""
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
