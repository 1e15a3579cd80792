"""Tells real cancellation from a CancelledError that the application's code raises by itself."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def is_cancelled(error: BaseException) -> bool:
    """Whether the error means that the running task has been cancelled."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


async def in_thread(act: Callable[[], T]) -> T:
    """Run ``act`` on another thread, as :func:`asyncio.to_thread` does, whatever it raises.

    A future does not accept StopIteration and misinterprets CancelledError. Both, and whatever else is no
    :class:`Exception`, are raised as the cause of a RuntimeError.
    """
    failures: list[BaseException] = []

    def attempt() -> T | None:
        try:
            return act()
        except BaseException as error:
            failures.append(error)
            return None

    came = await asyncio.to_thread(attempt)
    if not failures:
        return came  # type: ignore[return-value]  # it is what act gave
    (error,) = failures
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        raise error
    raise RuntimeError(f"it raised {error!r}") from error
