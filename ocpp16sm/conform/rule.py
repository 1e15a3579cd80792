"""What a rule is, and what it finds."""

from collections.abc import Callable
from typing import Any, ClassVar

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.conform.exchange import Answer, Asked
from ocpp16sm.conform.known import Known
from ocpp16sm.errors import FrameError, PayloadError


@frozen
class Finding:
    """Something that a log shows and the specification does not permit."""

    rule: str
    """Name of the rule that is broken."""
    clause: str
    """Where the specification has it."""
    line: int
    """Where in the log, from 1."""
    at: Timestamp | None
    """When, where the log says so."""
    station: str
    """Identity of the charge point; empty where the log does not say."""
    what: str
    """What the log shows."""
    expected: str
    """What it should have been."""

    def __str__(self) -> str:
        place = " ".join(filter(None, [f"{self.line}:", self.at.text() if self.at else "", self.station]))
        return f"{place} {self.rule}: {self.what}; expected {self.expected} ({self.clause})"


class Rule:
    """One rule. It is told what passes before it is taken note of: it sees how things stood.

    :param known: what is known of the charge point.
    :param found: called with each finding.
    """

    name: ClassVar[str]
    """In reports."""
    clause: ClassVar[str]
    """Of OCPP 1.6 edition 2, unless another document is named."""
    says: ClassVar[str]
    """What must be so."""

    def __init__(self, known: Known, found: Callable[[Finding], None]) -> None:
        self.seen = known
        self._found = found

    def find(self, place: Any, what: str, expected: str) -> None:
        """Report something.

        :param place: what has the ``line`` and the time ``at``.
        """
        self._found(Finding(self.name, self.clause, place.line, place.at, self.seen.station, what, expected))

    def asked(self, call: Asked) -> None:
        """A CALL passed, for the first time."""

    def repeated(self, call: Asked, before: Asked) -> None:
        """A CALL that was not answered passed once more."""

    def answered(self, call: Asked, answer: Answer) -> None:
        """A CALL was answered."""

    def stray(self, answer: Answer, known: bool) -> None:
        """An answer passed to which there is no open question; ``known``: any more."""

    def unanswered(self, call: Asked) -> None:
        """A CALL will get no answer any more."""

    def unreadable(self, place: Any, error: FrameError) -> None:
        """A text passed that is no frame."""

    def malformed(self, call: Asked, place: Any, error: PayloadError) -> None:
        """A payload passed, of a CALL or of its answer, that is not what the action needs."""

    def ignored(self, call: Asked, place: Any, paths: tuple[str, ...]) -> None:
        """A payload passed with fields that the action does not have."""

    def reconnected(self) -> None:
        """The connection was opened or lost."""

    def ended(self) -> None:
        """There is no more of the log."""
