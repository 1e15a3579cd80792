"""SIGINT (Ctrl-C) and SIGTERM (a service is stopped) both ask a program to end, and it ends in good order.

A shell that runs a script has what it starts in the background ignore SIGINT (POSIX, Shell Command Language 2.11):
Ctrl-C is meant for what runs in the foreground. That stays so; SIGTERM ends it all the same. asyncio looks after SIGINT
only, and only where it is not ignored.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

ASKING = (signal.SIGINT, signal.SIGTERM)
"""What asks a program to end."""


def interrupt_by_sigterm() -> None:
    """From now on SIGTERM raises KeyboardInterrupt, as Ctrl-C does. Call it on the main thread."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@contextmanager
def ending(end: Callable[[], object]) -> Iterator[None]:
    """Meanwhile the first signal that asks the program to end calls ``end``; the second one raises KeyboardInterrupt.

    ``end`` is called on the main thread, between any two of its steps. SIGINT stays ignored where it is. On another
    thread this does nothing: signals are the main thread's.
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

    :param by: what runs it: ``asyncio.run``, or the ``run`` of a clock.

    Raises KeyboardInterrupt once it has ended for that reason.
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
    finally:  # of one that has not even begun, nothing needs to be said
        whole.close()
        story.close()


@contextmanager
def held_back() -> Iterator[None]:
    """Meanwhile no such signal is delivered, neither here nor in a process that is started here."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_to_parent() -> None:
    """Ignore them: they go to a whole group of processes, and the one that started this one says when it is to end."""
    for number in ASKING:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKING)
