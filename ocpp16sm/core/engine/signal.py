"""What a feature tells, for other features to hear."""

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Signal(Generic[P]):
    """Something that happens in a feature. Who has connected hears of it, in the order of connecting.

    The feature that tells needs to know nobody who hears: :mod:`ocpp16sm.core.reactions` connects them.
    """

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def connect(self, *listeners: Callable[P, object]) -> None:
        """Have these hear of it, too."""
        self._listeners.extend(listeners)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """It happens."""
        for listener in self._listeners:
            listener(*args, **kwargs)
