"""Deadlines as data. Nothing here waits: the shell asks for the next one and says when it has come."""

from math import inf
from typing import NamedTuple

from ocpp16sm.core.journal import Component, Journal


class TimerKey(NamedTuple):
    """Which timer: its purpose, and whose it is."""

    purpose: str
    owner: int | str = ""


class Timers(Component):
    """The armed deadlines, on the monotonic clock."""

    __slots__ = ("_armed", "_count", "_not_before")
    STATE = ("_armed", "_count", "_not_before")
    IN_PLACE = ("_armed",)

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._armed: dict[tuple[str, int | str], tuple[float, int, TimerKey]] = {}
        self._count = 0
        self._not_before = inf
        """No deadline comes before; the earliest may come later."""

    def arm(self, key: TimerKey, at: float) -> None:
        """Set or move a deadline."""
        self.touch()
        self._count += 1
        self._armed[key] = (at, self._count, key)
        if at < self._not_before:
            self._not_before = at

    def disarm(self, key: tuple[str, int | str]) -> None:
        """Remove a deadline, if it is set. A key is looked up as the tuple that it is."""
        if key in self._armed:
            self.touch()
            del self._armed[key]

    def due_at(self, key: tuple[str, int | str]) -> float | None:
        """When a deadline is due; None if it is not set."""
        entry = self._armed.get(key)
        return entry[0] if entry else None

    def next(self) -> float | None:
        """The earliest deadline of all."""
        return min(self._armed.values())[0] if self._armed else None

    def first_due(self, now: float) -> TimerKey | None:
        """The earliest deadline that has come; of equal ones the one that was armed first."""
        if now < self._not_before or not self._armed:
            return None
        at, _count, key = min(self._armed.values())
        self._not_before = at
        return key if at <= now else None
