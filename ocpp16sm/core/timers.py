"""Deadlines as data. Nothing here waits: the shell asks for the next one and says when it has come."""

from typing import NamedTuple

from ocpp16sm.core.journal import Component, Journal


class TimerKey(NamedTuple):
    """Which timer: its purpose, and whose it is."""

    purpose: str
    owner: int | str = ""


class Timers(Component):
    """The armed deadlines, on the monotonic clock."""

    __slots__ = ("_armed", "_count")
    STATE = ("_armed", "_count")

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._armed: dict[TimerKey, tuple[float, int]] = {}
        self._count = 0

    def arm(self, key: TimerKey, at: float) -> None:
        """Set or move a deadline."""
        self.touch()
        self._count += 1
        self._armed[key] = (at, self._count)

    def disarm(self, key: TimerKey) -> None:
        """Remove a deadline, if it is set."""
        if key in self._armed:
            self.touch()
            del self._armed[key]

    def due_at(self, key: TimerKey) -> float | None:
        """When a deadline is due; None if it is not set."""
        entry = self._armed.get(key)
        return entry[0] if entry else None

    def next(self) -> float | None:
        """The earliest deadline of all."""
        return min(at for at, _ in self._armed.values()) if self._armed else None

    def first_due(self, now: float) -> TimerKey | None:
        """The earliest deadline that has come; of equal ones the one that was armed first."""
        due = [(at, count, key) for key, (at, count) in self._armed.items() if at <= now]
        return min(due)[2] if due else None
