"""What is counted of a fleet, so that several processes' counts can be added: gauges, answer times, errors."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from attrs import define, field

LEAST_S = 1e-5
"""Times below are counted as this one."""
STEP = math.log(1.05)
"""How wide a bucket is: what is told of times is at most 5 % too long."""
MOST_KINDS = 200
"""Of errors; more are counted together."""
OTHERS = "other errors"


@define(eq=True)
class Times:
    """How long things took: numbers of them in buckets, each 5 % longer than the one before."""

    buckets: dict[int, int] = field(factory=dict)
    count: int = 0
    total_s: float = 0.0
    most_s: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        bucket = math.ceil(math.log(max(seconds, LEAST_S) / LEAST_S) / STEP)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.count += 1
        self.total_s += seconds
        if seconds > self.most_s:
            self.most_s = seconds

    def merge(self, other: "Times") -> None:
        """Those of somebody else as well."""
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count
        self.count += other.count
        self.total_s += other.total_s
        self.most_s = max(self.most_s, other.most_s)

    def since(self, before: "Times") -> "Times":
        """What has come since these were such."""
        buckets = {
            bucket: count - before.buckets.get(bucket, 0)
            for bucket, count in self.buckets.items()
            if count != before.buckets.get(bucket, 0)
        }
        return Times(buckets, self.count - before.count, self.total_s - before.total_s, self.most_s)

    def percentile(self, percent: float) -> float | None:
        """So many percent took no longer, s, and at most 5 % less; None: there were none."""
        left = math.ceil(self.count * percent / 100)
        for bucket in sorted(self.buckets):
            left -= self.buckets[bucket]
            if left <= 0:
                return min(LEAST_S * math.exp(bucket * STEP), self.most_s)
        return None

    @property
    def mean_s(self) -> float | None:
        """None: there were none."""
        return self.total_s / self.count if self.count else None


@define
class Counts:
    """What is counted. Whoever counts somewhere else (Locust) overrides the methods."""

    connected: int = 0
    """Stations that are, now."""
    booted: int = 0
    """Stations that are accepted, now."""
    in_session: int = 0
    """Transactions that are running, now."""
    started: int = 0
    """Stations that have been switched on."""
    calls: int = 0
    """Requests that were sent to the Central System."""
    served: int = 0
    """Requests of the Central System that came in."""
    sessions: int = 0
    """Transactions that have begun."""
    answers: dict[str, Times] = field(factory=dict)
    """By action: from a request to its answer, a refusal too."""
    waits: dict[str, Times] = field(factory=dict)
    """``connect``: opening a connection. ``boot``: from the power to an accepted BootNotification. ``reconnect``: from
    a lost connection, or the end of a network cut, to the next connection."""
    errors: Counter[str] = field(factory=Counter)
    """By kind."""
    cpu_s: float = 0.0
    """CPU time of the process until now."""

    def sent(self) -> None:
        """A request goes out."""
        self.calls += 1

    def answered(self, action: str, seconds: float, failure: str | None = None) -> None:
        """An answer came, s after the request. ``failure``: it was a refusal, or not to be understood."""
        times = self.answers.get(action)
        if times is None:
            times = self.answers[action] = Times()
        times.add(seconds)
        if failure is not None:
            self.failed(f"{action}: {failure}")

    def unanswered(self, action: str, seconds: float, failure: str) -> None:
        """No answer came, or the connection went first."""
        self.failed(f"{action}: {failure}")

    def waited(self, what: str, seconds: float) -> None:
        """Something of :attr:`waits` has been done."""
        self.waits.setdefault(what, Times()).add(seconds)

    def failed(self, kind: str) -> None:
        """Something went wrong."""
        self.errors[kind if kind in self.errors or len(self.errors) < MOST_KINDS else OTHERS] += 1

    @classmethod
    def of(cls, parts: "Iterable[Counts]") -> Self:
        """Several added."""
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
        """Of all actions."""
        return together(self.answers)


def together(times: Mapping[str, Times]) -> Times:
    """Several added."""
    total = Times()
    for one in times.values():
        total.merge(one)
    return total


def _merge(total: dict[str, Times], part: Mapping[str, Times]) -> None:
    for name, times in part.items():
        total.setdefault(name, Times()).merge(times)
