"""Acts of a virtual station that take time: they run in the background, and end with the power."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.errors import NotStartedError

log = NamedLog("ocpp16sm.station")

T = TypeVar("T")


class BackgroundTasks:
    """The running tasks of one station. Failures are logged, because nobody awaits a task."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[Any], None] = {}
        """In the order in which they started: a seeded run cancels them in the same order every time."""

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run a coroutine on the present event loop; returns its task, which need not be awaited."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = None
        task.add_done_callback(self._done)
        return task

    def cancel(self) -> None:
        """Cancel all tasks."""
        for task in tuple(self._tasks):
            task.cancel()

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        if task.cancelled():
            return
        failure = task.exception()
        if isinstance(failure, NotStartedError):
            log.info("the charge point stopped before an act was done: %s", failure)
        elif failure is not None:
            log.error("an act of the virtual station failed", exc_info=failure)
