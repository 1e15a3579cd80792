"""The base class of rules, and their findings."""

from collections.abc import Callable
from typing import Any, ClassVar

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.conform.exchange import LoggedAnswer, LoggedCall
from ocpp16sm.conform.log_state import LogState
from ocpp16sm.errors import FrameError, PayloadError


@frozen
class Finding:
    """A violation of the specification in a log."""

    rule: str
    """Name of the rule."""
    clause: str
    """Clause of the specification."""
    line: int
    """Line in the log, from 1."""
    at: Timestamp | None
    """Time in the log, if it has times."""
    station: str
    """Identity of the charge point; empty if the log does not name it."""
    what: str
    """What the log shows."""
    expected: str
    """What was expected instead."""

    def __str__(self) -> str:
        place = " ".join(filter(None, [f"{self.line}:", self.at.text() if self.at else "", self.station]))
        return f"{place} {self.rule}: {self.what}; expected {self.expected} ({self.clause})"


class Rule:
    """Base class of rules. Its methods are called for everything in the log and check nothing by default.

    They are called before ``known`` is updated, so they see the state before the message.

    :param known: the state of the charge point.
    :param found: called with each finding.
    """

    name: ClassVar[str]
    """Name of the rule in reports."""
    clause: ClassVar[str]
    """Clause of OCPP 1.6 edition 2, unless another document is named."""
    says: ClassVar[str]
    """What the rule requires, as a sentence."""

    def __init__(self, known: LogState, found: Callable[[Finding], None]) -> None:
        self.seen = known
        self._found = found

    def find(self, place: Any, what: str, expected: str) -> None:
        """Report a violation.

        :param place: an object with the ``line`` and the time ``at``.
        :param what: what the log shows.
        :param expected: what the specification requires instead.
        """
        self._found(Finding(self.name, self.clause, place.line, place.at, self.seen.station, what, expected))

    def asked(self, call: LoggedCall) -> None:
        """Check a CALL that is not a repetition."""

    def repeated(self, call: LoggedCall, before: LoggedCall) -> None:
        """Check a repetition of an unanswered CALL; ``before`` is the earlier one."""

    def answered(self, call: LoggedCall, answer: LoggedAnswer) -> None:
        """Check the response to a CALL."""

    def stray(self, answer: LoggedAnswer, known: bool) -> None:
        """Check a response without an open CALL; ``known``: whether its message id has been used."""

    def unanswered(self, call: LoggedCall) -> None:
        """Check a CALL that remains without a response."""

    def unreadable(self, place: Any, error: FrameError) -> None:
        """Check a text that is not a frame; ``place`` has its ``line`` and time ``at``."""

    def malformed(self, call: LoggedCall, place: Any, error: PayloadError) -> None:
        """Check an invalid payload, of ``call`` itself or of its response at ``place``."""

    def ignored(self, call: LoggedCall, place: Any, paths: tuple[str, ...]) -> None:
        """Check a payload with unknown fields, whose JSON paths are ``paths``."""

    def reconnected(self) -> None:
        """Handle the opening or loss of a connection."""

    def ended(self) -> None:
        """Handle the end of the log."""
