"""Keyboard input: single keys from a terminal, or lines."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any


@contextmanager
def _single_keys() -> Iterator[None]:
    """Make the terminal deliver each key immediately, where this is supported (POSIX)."""
    try:
        import termios
        import tty
    except ImportError:
        yield
        return
    descriptor = sys.stdin.fileno()
    before: list[Any] = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


async def _read(read: Callable[[], str]) -> AsyncIterator[str]:
    """Yield what a blocking function reads, until it returns an empty string.

    It runs in a daemon thread, because a thread that waits for a key cannot be woken when the program ends.
    """
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[str] = asyncio.Queue()

    def run() -> None:
        while True:
            try:
                text = read()
            except ValueError:
                if not sys.stdin.closed:
                    raise
                text = ""  # standard input was closed meanwhile
            try:
                loop.call_soon_threadsafe(came.put_nowait, text)
            except RuntimeError:  # the loop is closed
                return
            if not text:
                return

    threading.Thread(target=run, daemon=True).start()
    while text := await came.get():
        yield text


async def keys() -> AsyncIterator[str]:
    """Yield the keys that are pressed until the terminal is closed."""
    with _single_keys():
        async for key in _read(lambda: sys.stdin.read(1)):
            yield key


async def lines() -> AsyncIterator[str]:
    """Yield the lines of standard input; bytes that are not UTF-8 are replaced."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    async for line in _read(sys.stdin.readline):
        yield line
