"""Callers that wait for the core: for the answer to a question, or until a condition holds."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

from ocpp16sm.errors import NotStartedError

Condition: TypeAlias = Callable[[], bool]


class Waiters:
    """The waiting callers of one charge point, all on the core's loop."""

    __slots__ = ("_asked", "_loop", "_until")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._until: list[tuple[Condition, asyncio.Future[None]]] = []

    async def answer(self, ref: str, ask: Callable[[], object]) -> Any:
        """Call ``ask`` and wait for the answer with this reference."""
        future = self._asked[ref] = self._loop.create_future()
        try:
            ask()
            return await future
        finally:
            self._asked.pop(ref, None)

    def answered(self, ref: str, value: Any) -> None:
        """Hand an answer to its caller, if it still waits."""
        future = self._asked.get(ref)
        if future is not None and not future.done():
            future.set_result(value)

    async def until(self, condition: Condition) -> None:
        """Wait until a condition of the core holds."""
        if condition():
            return
        waiter: tuple[Condition, asyncio.Future[None]] = (condition, self._loop.create_future())
        self._until.append(waiter)
        try:
            await waiter[1]
        finally:
            self._until.remove(waiter)

    def look(self) -> None:
        """Wake the callers whose conditions hold now. To be called after every step of the core."""
        if not self._until:
            return
        for condition, future in tuple(self._until):
            try:
                if not future.done() and condition():
                    future.set_result(None)
            except StopIteration as error:  # no future takes one
                future.set_exception(RuntimeError(f"the condition raised {error!r}"))
            except (Exception, asyncio.CancelledError) as error:
                future.set_exception(error)

    def turn_away(self) -> None:
        """Raise :class:`NotStartedError` in all waiting callers."""
        for future in (*self._asked.values(), *(future for _condition, future in self._until)):
            if not future.done():
                future.set_exception(NotStartedError("the charge point has stopped"))
