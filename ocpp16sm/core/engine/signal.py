"""Signals by which a feature informs others without knowing them."""

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Signal(Generic[P]):
    """An event of a feature. Calling the signal calls its listeners, in the order in which they were connected.

    The feature does not know its listeners: :mod:`ocpp16sm.core.reactions` connects them.
    """

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def connect(self, *listeners: Callable[P, object]) -> None:
        """Add listeners."""
        self._listeners.extend(listeners)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call every listener."""
        for listener in self._listeners:
            listener(*args, **kwargs)
