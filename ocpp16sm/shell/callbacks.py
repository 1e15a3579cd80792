"""Calls of the application's code (listeners, hardware). It may be sync or async, and its failures do no harm."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

from ocpp16sm.arguments.answers import checked_answer
from ocpp16sm.base.method_call import MethodCall
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.core.engine.inputs import HardwareAnswered
from ocpp16sm.errors import WrongAnswerError
from ocpp16sm.shell.cancelled import is_cancelled

log = NamedLog("ocpp16sm.shell")

Answered: TypeAlias = Callable[[HardwareAnswered], None]


class Callbacks:
    """Makes the calls, on the loop. ``answered`` is called with each answer that the core waits for."""

    __slots__ = ("_answered", "_loop", "_tasks", "cancelled")

    def __init__(self, loop: asyncio.AbstractEventLoop, answered: Answered) -> None:
        self._loop = loop
        self._answered = answered
        self._tasks: set[asyncio.Task[Any]] = set()
        self.cancelled = False
        """Whether we have cancelled the tasks; code of the application may also cancel its own task."""

    def make(
        self, call: MethodCall, application: object, ref: int | None = None, within_s: float | None = None
    ) -> None:
        """Make a call.

        :param ref: the core waits for the answer under this reference; None: it does not.
        :param within_s: how long an awaitable may take, s, before it counts as failed; None: any time.
        """
        try:
            answer = call.make(application)
        except (Exception, asyncio.CancelledError, GeneratorExit) as error:
            log.exception("%s failed", call.qualname)
            self._fail(ref, repr(error))
            return
        if answer is not None and isinstance(answer, Awaitable):
            self.spawn(self._await(call, answer, ref, within_s))
        else:
            self._tell(ref, call, answer)

    async def _await(self, call: MethodCall, answer: Awaitable[Any], ref: int | None, within_s: float | None) -> None:
        try:
            async with asyncio.timeout(within_s):
                came = await answer
        except (Exception, asyncio.CancelledError) as error:
            if is_cancelled(error) and self.cancelled:
                raise
            log.exception("%s failed", call.qualname)
            self._fail(ref, repr(error))
        else:
            self._tell(ref, call, came)

    def _tell(self, ref: int | None, call: MethodCall, answer: Any) -> None:
        if ref is None:
            return
        try:
            answered = HardwareAnswered(ref, checked_answer(call, answer), None)
        except WrongAnswerError as error:
            log.error("%s", error)
            self._fail(ref, str(error))
        else:
            self._answered(answered)

    def _fail(self, ref: int | None, failure: str) -> None:
        if ref is not None:
            self._answered(HardwareAnswered(ref, None, failure))

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine as a task that :meth:`cancel` cancels."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cancel(self) -> None:
        """Cancel all calls that are still awaited."""
        self.cancelled = True
        for task in self._tasks:
            task.cancel()
