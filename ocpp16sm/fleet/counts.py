"""The counts of a fleet: gauges, response times, errors. Counts of several processes can be added."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from attrs import define, field

LEAST_S = 1e-5
"""Shortest time that is distinguished, s."""
STEP = math.log(1.05)
"""Width of a bucket (logarithm): percentiles are at most 5 % too long."""
MOST_KINDS = 200
"""Maximum number of kinds of errors; further ones are counted together."""
OTHERS = "other errors"


@define(eq=True)
class Times:
    """A histogram of durations. Each bucket is 5 % longer than the previous one."""

    buckets: dict[int, int] = field(factory=dict)
    count: int = 0
    total_s: float = 0.0
    most_s: float = 0.0

    def add(self, seconds: float) -> None:
        """Add a duration."""
        bucket = math.ceil(math.log(max(seconds, LEAST_S) / LEAST_S) / STEP)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.count += 1
        self.total_s += seconds
        if seconds > self.most_s:
            self.most_s = seconds

    def merge(self, other: "Times") -> None:
        """Add all durations of another histogram."""
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count
        self.count += other.count
        self.total_s += other.total_s
        self.most_s = max(self.most_s, other.most_s)

    def since(self, before: "Times") -> "Times":
        """The durations added since the earlier state ``before``; ``most_s`` is that of all."""
        buckets = {
            bucket: count - before.buckets.get(bucket, 0)
            for bucket, count in self.buckets.items()
            if count != before.buckets.get(bucket, 0)
        }
        return Times(buckets, self.count - before.count, self.total_s - before.total_s, self.most_s)

    def percentile(self, percent: float) -> float | None:
        """The duration, s, that ``percent`` % do not exceed, at most 5 % too long; None if there are none."""
        left = math.ceil(self.count * percent / 100)
        for bucket in sorted(self.buckets):
            left -= self.buckets[bucket]
            if left <= 0:
                return min(LEAST_S * math.exp(bucket * STEP), self.most_s)
        return None

    @property
    def mean_s(self) -> float | None:
        """Mean duration, s; None if there are none."""
        return self.total_s / self.count if self.count else None


@define
class Counts:
    """The counts of a fleet or of one of its processes. To count elsewhere (Locust), override the methods."""

    connected: int = 0
    """Stations with a connection at present."""
    booted: int = 0
    """Stations that are accepted at present."""
    in_session: int = 0
    """Transactions that are running at present."""
    started: int = 0
    """Stations that have been started and not stopped."""
    calls: int = 0
    """Requests sent to the Central System."""
    served: int = 0
    """Requests received from the Central System."""
    sessions: int = 0
    """Transactions that have started."""
    answers: dict[str, Times] = field(factory=dict)
    """By action: time from a request to its response, CALLERRORs included."""
    waits: dict[str, Times] = field(factory=dict)
    """``connect``: opening a connection. ``boot``: from the power to an accepted BootNotification. ``reconnect``: from
    a lost connection, or the end of a network cut, to the next connection."""
    errors: Counter[str] = field(factory=Counter)
    """Number of errors by kind."""
    cpu_s: float = 0.0
    """CPU time of the process so far, s."""

    def sent(self) -> None:
        """Count a request to the Central System."""
        self.calls += 1

    def answered(self, action: str, seconds: float, failure: str | None = None) -> None:
        """Count a response ``seconds`` after its request. ``failure``: why it counts as an error, if it does."""
        times = self.answers.get(action)
        if times is None:
            times = self.answers[action] = Times()
        times.add(seconds)
        if failure is not None:
            self.failed(f"{action}: {failure}")

    def unanswered(self, action: str, seconds: float, failure: str) -> None:
        """Count a request without a response, or cut off by the end of the connection."""
        self.failed(f"{action}: {failure}")

    def waited(self, what: str, seconds: float) -> None:
        """Count the duration of one of the :attr:`waits`."""
        self.waits.setdefault(what, Times()).add(seconds)

    def failed(self, kind: str) -> None:
        """Count an error."""
        self.errors[kind if kind in self.errors or len(self.errors) < MOST_KINDS else OTHERS] += 1

    @classmethod
    def of(cls, parts: "Iterable[Counts]") -> Self:
        """The sum of several counts."""
        total = cls()
        for part in parts:
            for name in ("connected", "booted", "in_session", "started", "calls", "served", "sessions", "cpu_s"):
                setattr(total, name, getattr(total, name) + getattr(part, name))
            _merge(total.answers, part.answers)
            _merge(total.waits, part.waits)
            total.errors.update(part.errors)
        return total

    @property
    def all_answers(self) -> Times:
        """Response times over all actions."""
        return together(self.answers)


def together(times: Mapping[str, Times]) -> Times:
    """The sum of several histograms."""
    total = Times()
    for one in times.values():
        total.merge(one)
    return total


def _merge(total: dict[str, Times], part: Mapping[str, Times]) -> None:
    for name, times in part.items():
        total.setdefault(name, Times()).merge(times)
