"""Deadlines as data. Nothing here waits: the shell asks for the next one and says when it has come.

An internal error loses no deadline. If the step at a deadline fails, the step is rolled back and the deadline is
armed again: one that recurs (:attr:`~ocpp16sm.core.engine.context.Context.recurrences`) for its next time, any other
after a pause that doubles from failure to failure, :data:`FIRST_PAUSE_S` to :data:`LONGEST_PAUSE_S`, until the step
succeeds or its owner arms or disarms it. So a deadline that always fails costs one step a minute.
"""

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from ocpp16sm.core.engine.journal import Component, Journal

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0


class TimerKey(NamedTuple):
    """Identifies a timer by its purpose and its owner."""

    purpose: str
    owner: int | str = ""


class Timers(Component):
    """The armed deadlines, on the monotonic clock."""

    __slots__ = ("_armed", "_count", "_failures", "_not_before")
    STATE = ("_armed", "_count", "_failures", "_not_before")
    IN_PLACE = ("_armed",)

    def __init__(self, journal: Journal) -> None:
        super().__init__(journal)
        self._armed: dict[tuple[str, int | str], tuple[float, int, TimerKey]] = {}
        self._count = 0
        self._not_before = inf
        """Lower bound of all deadlines; the earliest may be later."""
        self._failures: Mapping[tuple[str, int | str], int] = {}
        """How many times in a row the step at a deadline has failed; replaced whole."""

    def arm(self, key: TimerKey, at: float) -> None:
        """Set or move a deadline."""
        self.touch()
        self._forget_failures(key)
        self._set(key, at)

    def arm_after_failure(self, key: TimerKey, now: float, next_time: float | None) -> None:
        """Set a deadline again after its step has failed: for ``next_time`` if still to come, else after a pause."""
        self.touch()
        failures = self._failures.get(key, 0)
        self._failures = {**self._failures, key: failures + 1}
        pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures, 10))
        self._set(key, now + pause if next_time is None or next_time <= now else next_time)

    def _set(self, key: TimerKey, at: float) -> None:
        self._count += 1
        self._armed[key] = (at, self._count, key)
        if at < self._not_before:
            self._not_before = at

    def disarm(self, key: tuple[str, int | str]) -> None:
        """Remove a deadline, if it is set. A plain tuple will do as the key."""
        if key in self._armed:
            self.touch()
            self._forget_failures(key)
            del self._armed[key]

    def _forget_failures(self, key: tuple[str, int | str]) -> None:
        if key in self._failures:
            self._failures = {other: count for other, count in self._failures.items() if other != key}

    def due_at(self, key: tuple[str, int | str]) -> float | None:
        """When a deadline is due, on the monotonic clock; None if it is not set."""
        entry = self._armed.get(key)
        return entry[0] if entry else None

    def next(self) -> float | None:
        """The earliest of all deadlines; None if none is set."""
        return min(self._armed.values())[0] if self._armed else None

    def first_due(self, now: float) -> TimerKey | None:
        """The earliest deadline that is due; of equal ones, the one that was armed first."""
        if now < self._not_before or not self._armed:
            return None
        at, _count, key = min(self._armed.values())
        self._not_before = at
        return key if at <= now else None
