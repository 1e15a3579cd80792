"""The record of a run: samples of its counts, and their totals."""

from collections.abc import Mapping
from typing import Any

import attrs
from attrs import define, field, frozen

from ocpp16sm.base.secret import MASK, is_secret
from ocpp16sm.fleet.counts import Counts, Times
from ocpp16sm.fleet.profile import Profile

PERCENTILES = (50, 95, 99)
MOST_SAMPLES = 2000
"""Maximum number of samples; beyond it every other one is dropped."""


@frozen
class Sample:
    """The counts of one interval of time."""

    at_s: float
    """End of the interval, seconds from the start."""
    connected: int
    booted: int
    in_session: int
    calls_per_s: float
    answers_per_s: float
    p50_s: float | None
    """Percentiles of the response times in the interval; None if there were no responses."""
    p95_s: float | None
    p99_s: float | None
    errors: int
    """Number of errors in the interval."""


@define
class Record:
    """The record of a run, collected from its processes."""

    url: str
    stations: int
    profile: Profile
    began: str
    """Time of day of the start."""
    processes: int = 1
    total: Counts = field(factory=Counts)
    at_s: float = 0.0
    samples: list[Sample] = field(factory=list)
    most_connected: int = 0
    all_booted_s: float | None = None
    """Seconds from the start until all stations were accepted at once; None if they never were."""
    _parts: dict[int, Counts] = field(factory=dict)
    _last: tuple[float, int, Times, int] = field(factory=lambda: (0.0, 0, Times(), 0))
    _every_s: float = 0.0

    def told(self, part: int, counts: Counts) -> None:
        """Note the counts of a process so far; ``part`` is its number, from 0."""
        self._parts[part] = counts

    def lost(self, part: int, code: int | None) -> None:
        """Note that a process has died: its counts stay, but its stations are gone."""
        counts = self._parts.setdefault(part, Counts())
        counts.connected = counts.booted = counts.in_session = counts.started = 0
        counts.failed(f"process {part + 1} died with exit code {code}")

    def sample(self, at_s: float) -> None:
        """Add up the counts of all processes, and take a sample."""
        self.at_s = at_s
        total = self.total = Counts.of(self._parts.values())
        self.most_connected = max(self.most_connected, total.connected)
        if self.all_booted_s is None and total.booted >= self.stations:
            self.all_booted_s = at_s
        then_s, calls, answers, errors = self._last
        if at_s - then_s < max(self._every_s, 1e-3):
            return
        now = total.all_answers
        new = now.since(answers)
        self._last = (at_s, total.calls, now, total.errors.total())
        self.samples.append(
            Sample(
                at_s,
                total.connected,
                total.booted,
                total.in_session,
                (total.calls - calls) / (at_s - then_s),
                new.count / (at_s - then_s),
                new.percentile(50),
                new.percentile(95),
                new.percentile(99),
                total.errors.total() - errors,
            )
        )
        if len(self.samples) > MOST_SAMPLES:
            self.samples = self.samples[::2]
            self._every_s = max(self._every_s * 2, 2.0)

    @property
    def calls_per_s(self) -> float:
        """Mean requests per second over the whole run."""
        return self.total.calls / self.at_s if self.at_s else 0.0

    def _shown_configuration(self) -> dict[str, Any]:
        """The configuration without passwords, because reports are passed on."""
        configured = self.profile.configuration.items()
        return {name: MASK if is_secret(name) else value for name, value in configured}

    def as_json(self) -> dict[str, Any]:
        """The record as JSON values; times in seconds."""
        total = self.total
        return {
            "url": self.url,
            "began": self.began,
            "duration_s": round(self.at_s, 3),
            "stations": self.stations,
            "processes": self.processes,
            "most_connected": self.most_connected,
            "all_booted_s": self.all_booted_s,
            "calls": total.calls,
            "calls_per_s": round(self.calls_per_s, 3),
            "served": total.served,
            "sessions": total.sessions,
            "cpu_s": round(total.cpu_s, 3),
            "answers": {"all": _summary(total.all_answers), **_summaries(total.answers)},
            "waits": _summaries(total.waits),
            "errors": dict(sorted(total.errors.items())),
            "samples": [
                {name: value if not isinstance(value, float) else round(value, 6) for name, value in pairs.items()}
                for pairs in map(attrs.asdict, self.samples)
            ],
            "profile": {**attrs.asdict(self.profile), "configuration": self._shown_configuration()},
        }


def _summaries(times: Mapping[str, Times]) -> dict[str, Any]:
    return {name: _summary(times[name]) for name in sorted(times)}


def _summary(times: Times) -> dict[str, Any]:
    percentiles = {f"p{percent}_s": times.percentile(percent) for percent in PERCENTILES}
    return {
        "count": times.count,
        "mean_s": _rounded(times.mean_s),
        **{name: _rounded(value) for name, value in percentiles.items()},
        "most_s": _rounded(times.most_s) if times.count else None,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 6)
