"""The search for violations: draw walks, and shorten those that break a rule."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
from attrs import define, field, frozen
from hypothesis import HealthCheck, Phase, given
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from ocpp16sm.probe.central_system_rules import RULES, Finding, Severity
from ocpp16sm.probe.steps import Walk
from ocpp16sm.probe.visit import Target, Visit
from ocpp16sm.probe.walks import first_walks, hostile_walks, usual_walks


@define(kw_only=True)
class Plan:
    """Parameters of a search."""

    seed: int = 0
    walks: int = 60
    """Number of random walks of each kind, usual and hostile, that must find nothing new."""
    time_limit_s: float = 600.0
    """Seconds after which no walk begins."""
    usual_only: bool = False
    """No hostile walks."""


@frozen
class ReportedFinding:
    """A violation, the shortest walk that shows it, and its transcript."""

    finding: Finding
    walk: Walk
    transcript: tuple[str, ...]
    repeats: bool = True
    """Whether the walk shows it every time."""


@define
class ProbeResult:
    """Result of a search."""

    found: list[ReportedFinding] = field(factory=list)
    walks: int = 0
    """Number of walks."""
    frames: int = 0
    """Number of frames, in both directions, including changes of the connection."""
    in_time: bool = True
    """False if the time limit ended the search."""

    @property
    def errors(self) -> int:
        """Number of violations of the specification."""
        return sum(each.finding.rule.severity is Severity.ERROR for each in self.found)


class _BrokenError(Exception):
    """A walk breaks a rule that no earlier walk has broken."""


class _TimeIsUp(BaseException):
    """The time limit of the search is reached. Not an Exception, so Hypothesis lets it pass."""


def probe(target: Target, plan: Plan, on_found: Callable[[ReportedFinding], Any] = lambda _found: None) -> ProbeResult:
    """Search a Central System for violations. Blocks until the search is over.

    Raises :class:`~ocpp16sm.errors.LinkError` if a walk finds no connection at its beginning.

    :param on_found: called with each finding as soon as it is found.
    """
    return _Search(target, plan, on_found).run()


def retrace(target: Target, walks: Iterator[Walk]) -> ProbeResult:
    """Repeat known walks and return what they show now.

    Raises :class:`~ocpp16sm.errors.LinkError` if a walk finds no connection at its beginning.
    """
    probed = ProbeResult()
    known: set[str] = set()
    for walk in walks:
        visit = Visit(target)
        for finding in visit.go(walk):
            if finding.rule.name not in known:
                known.add(finding.rule.name)
                probed.found.append(ReportedFinding(finding, walk, tuple(map(str, visit.rows))))
        probed.walks += 1
        probed.frames += len(visit.rows)
    return probed


class _Search:
    def __init__(self, target: Target, plan: Plan, on_found: Callable[[ReportedFinding], Any]) -> None:
        self._target = target
        self._plan = plan
        self._on_found = on_found
        self._end = time.monotonic() + plan.time_limit_s
        self._known: set[str] = set()
        self._last: ReportedFinding | None = None
        self._wanted = ""
        self.probed = ProbeResult()

    def run(self) -> ProbeResult:
        size = self._target.connectors, len(self._target.id_tags)
        try:
            while self._finds(usual_walks(*size)):
                pass
            if not self._plan.usual_only:
                for walk in first_walks():
                    self._take(walk)
                while self._finds(hostile_walks(*size)):
                    pass
        except _TimeIsUp:
            self.probed.in_time = False
        return self.probed

    def _finds(self, walks: SearchStrategy[Walk]) -> bool:
        """Draw walks until one finds something new, and shorten it; returns whether one did."""
        self._last, self._wanted = None, ""
        test = hypothesis.seed(self._plan.seed)(
            hypothesis.settings(
                max_examples=self._plan.walks,
                database=None,
                deadline=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False,
                print_blob=False,
                verbosity=hypothesis.Verbosity.quiet,
            )(given(walks)(self._walk))
        )
        repeats = True
        try:
            test()
        except _BrokenError:
            pass
        except Flaky:
            repeats = False
        except _TimeIsUp:
            self._tell(repeats=False)
            raise
        return self._tell(repeats=repeats)

    def _take(self, walk: Walk) -> None:
        """Repeat one walk until it shows nothing new."""
        while True:
            self._last, self._wanted = None, ""
            try:
                self._walk(walk)
            except _BrokenError:
                self._tell(repeats=True)
            else:
                return

    def _tell(self, *, repeats: bool) -> bool:
        if self._last is None:
            return False
        found = ReportedFinding(self._last.finding, self._last.walk, self._last.transcript, repeats)
        self._known.add(found.finding.rule.name)
        self.probed.found.append(found)
        self._on_found(found)
        return True

    def _walk(self, walk: Walk) -> None:
        if time.monotonic() > self._end:
            raise _TimeIsUp
        visit = Visit(self._target)
        findings = visit.go(walk)
        self.probed.walks += 1
        self.probed.frames += len(visit.rows)
        new = [each for each in findings if each.rule.name not in self._known and self._wanted in ("", each.rule.name)]
        if new:
            finding = min(new, key=lambda each: list(RULES).index(each.rule.name))
            self._wanted = finding.rule.name
            if self._last is None or len(walk) <= len(self._last.walk):
                self._last = ReportedFinding(finding, walk, tuple(map(str, visit.rows)))
            raise _BrokenError(str(finding))
