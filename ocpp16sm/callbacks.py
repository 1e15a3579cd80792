"""Calls of code that is not ours: listeners, hardware. It may be sync or async, and may fail without harm."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

from ocpp16sm.cancelled import is_cancelled
from ocpp16sm.core.inputs import HardwareAnswered
from ocpp16sm.method_call import MethodCall
from ocpp16sm.named_log import NamedLog

log = NamedLog("ocpp16sm.shell")

Answered: TypeAlias = Callable[[HardwareAnswered], None]


class Callbacks:
    """Makes them, on the loop; an answer that is waited for is told to ``answered``."""

    __slots__ = ("_answered", "_loop", "_tasks")

    def __init__(self, loop: asyncio.AbstractEventLoop, answered: Answered) -> None:
        self._loop = loop
        self._answered = answered
        self._tasks: set[asyncio.Task[Any]] = set()

    def make(
        self, call: MethodCall, application: object, whose: str, ref: int | None = None, within_s: float | None = None
    ) -> None:
        """Make a call. ``ref``: its answer is waited for, if it has to be awaited no longer than ``within_s``."""
        try:
            answer = call.make(application)
        except (Exception, asyncio.CancelledError) as error:
            log.exception("%s.%s failed", whose, call.method)
            self._tell(ref, None, repr(error))
            return
        if answer is not None and isinstance(answer, Awaitable):
            self.spawn(self._await(answer, f"{whose}.{call.method}", ref, within_s))
        elif ref is not None:
            self._tell(ref, answer)

    async def _await(self, answer: Awaitable[Any], what: str, ref: int | None, within_s: float | None) -> None:
        try:
            async with asyncio.timeout(within_s):
                came = await answer
        except (Exception, asyncio.CancelledError) as error:
            if is_cancelled(error):
                raise
            log.exception("%s failed", what)
            self._tell(ref, None, repr(error))
        else:
            self._tell(ref, came)

    def _tell(self, ref: int | None, answer: Any, failure: str | None = None) -> None:
        if ref is not None:
            self._answered(HardwareAnswered(ref, answer, failure))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done that takes its time."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Nobody wants to know any more."""
        for task in self._tasks:
            task.cancel()
