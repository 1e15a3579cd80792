"""A connector reduced to its chart: what the Central System would be told, and nothing else.

The stand-in answers the guards as it is told and does what the core does with ``report_status``: it speaks if the
derived status is another one than last time. So tests can say which statuses an event reports, in order.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Any

from attrs import define, field, frozen

from ocpp16sm.errors import EventNotAllowedError

Configuration = tuple[str, ...]

GUARDS = ("identified", "transaction_running", "user_action_required")

AGAIN = "again"
"""The same status was reported with new words (``report_again``)."""

ANOTHER_REASON = "another reason"
"""The same suspension was reported for another reason (``report_suspension``)."""

REFUSED = "refused"
"""The event is not allowed where it was fired."""


@define
class ReportingConnector:
    """One connector, or the charge point itself: made with the machine class under test."""

    make: Callable[[Any], Any]
    truths: frozenset[str] = frozenset()
    """The guards that hold."""
    spoken: list[str] = field(factory=list)
    status: str = ""
    """What was reported last."""

    def __attrs_post_init__(self) -> None:
        self.machine = self.make(self)
        self.status = self.machine.status

    machine: Any = field(init=False)

    # -- guards and hooks -------------------------------------------------------------------------------------------

    def identified(self) -> bool:
        return "identified" in self.truths

    def transaction_running(self) -> bool:
        return "transaction_running" in self.truths

    def user_action_required(self) -> bool:
        return "user_action_required" in self.truths

    def report_status(self, info: str | None = None) -> None:
        if self.machine.status != self.status:
            self.status = self.machine.status
            self.spoken.append(self.status)

    def report_again(self, info: str | None = None) -> None:
        self.spoken.append(AGAIN)

    def report_suspension(self, info: str | None = None) -> None:
        self.spoken.append(ANOTHER_REASON)

    # -- what tests say ---------------------------------------------------------------------------------------------

    def in_(self, *configuration: str) -> "ReportingConnector":
        """Put it into a configuration; nothing is said."""
        self.machine.restore(configuration)
        self.status = self.machine.status
        return self

    def told(self, event: str, *truths: str) -> list[str]:
        """What is reported because of an event, while these guards hold; :data:`REFUSED` if it is not allowed."""
        self.truths = frozenset(truths)
        self.spoken = []
        try:
            self.machine.fire(event)
        except EventNotAllowedError:
            self.spoken.append(REFUSED)
        return self.spoken

    @property
    def configuration(self) -> Configuration:
        """The active leaves."""
        leaves: Configuration = self.machine.configuration
        return leaves


@frozen
class Report:
    """One event in one configuration, and the statuses that were reported in its course."""

    source: Configuration
    event: str
    truths: frozenset[str]
    before: str
    """The status at the start."""
    told: tuple[str, ...]
    """Everything that was said."""
    target: Configuration
    status: str
    """The status in the end, said or not."""

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that the Central System has seen, the one before included."""
        return (self.before, *(word for word in self.told if word not in (AGAIN, ANOTHER_REASON, REFUSED)))

    @property
    def changes(self) -> Iterator[tuple[str, str]]:
        """The reported changes of status, (before, after), in order."""
        return pairwise(self.statuses)


def reports(make: Callable[[Any], Any]) -> list[Report]:
    """All that can be reported: reachable configurations x events x answers of the guards."""
    connector = ReportingConnector(make)
    names = [frozenset(t for t, holds in zip(GUARDS, v, strict=True) if holds) for v in product((0, 1), repeat=3)]
    found: list[Report] = []
    waiting = [connector.configuration]
    for here in waiting:
        for event in connector.machine.events:
            for truths in names:
                before = connector.in_(*here).status
                told = tuple(connector.told(event, *truths))
                report = Report(here, event, truths, before, told, connector.configuration, connector.machine.status)
                found.append(report)
                if report.target not in waiting:
                    waiting.append(report.target)
    return found
