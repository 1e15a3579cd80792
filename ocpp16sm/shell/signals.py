"""Shuts a program down cleanly on SIGINT (Ctrl-C) and SIGTERM (a service is stopped).

A shell makes the background processes of a script ignore SIGINT (POSIX, Shell Command Language 2.11), because Ctrl-C is
meant for the foreground. They go on ignoring it here; SIGTERM ends them all the same. asyncio handles only SIGINT, and
only if it is not ignored.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

ASKING = (signal.SIGINT, signal.SIGTERM)
"""Signals that ask a program to end."""


def interrupt_by_sigterm() -> None:
    """Make SIGTERM raise KeyboardInterrupt, as Ctrl-C does. Call this on the main thread."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def ending(end: Callable[[], object]) -> Iterator[None]:
    """Within the block, the first such signal calls ``end``, and the second one raises KeyboardInterrupt.

    ``end`` is called on the main thread, between any two bytecode instructions. If SIGINT is ignored, it stays ignored.
    On another thread this does nothing: only the main thread handles signals.
    """
    asked = False

    def handle(number: int, frame: Any) -> None:
        nonlocal asked
        if asked:
            signal.default_int_handler(number, frame)
        asked = True
        end()

    before: dict[signal.Signals, Any] = {}
    try:
        for number in ASKING:
            known = signal.getsignal(number)
            if known is not signal.SIG_IGN and known is not None:  # None: somebody has set it without Python
                try:
                    signal.signal(number, handle)
                except ValueError:  # not the main thread
                    break
                before[number] = known
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)


def run(story: Coroutine[Any, Any, T], by: Callable[[Coroutine[Any, Any, T]], T] = asyncio.run) -> T:
    """Run a coroutine to its end; a signal that asks the program to end cancels it.

    :param by: the function that runs it: ``asyncio.run``, or the ``run`` of a clock.

    Raises KeyboardInterrupt once the coroutine has ended because of a signal.
    """
    asked = False

    async def until_asked() -> T:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None

        def end() -> None:
            nonlocal asked
            asked = True
            loop.call_soon_threadsafe(task.cancel)  # which also wakes a loop that waits

        with ending(end):
            return await story

    whole = until_asked()
    try:
        return by(whole)
    except asyncio.CancelledError:
        if asked:
            raise KeyboardInterrupt from None
        raise
    finally:  # avoids a warning about a coroutine that was never awaited
        whole.close()
        story.close()


@contextmanager
def held_back() -> Iterator[None]:
    """Within the block, no such signal is delivered, neither here nor to processes that are started here."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_to_parent() -> None:
    """Ignore these signals: they go to the whole process group, and the parent process says when this one is to end."""
    for number in ASKING:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
