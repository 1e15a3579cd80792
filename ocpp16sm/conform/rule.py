"""What a rule is, and what it finds."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import AttrsInstance, define, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import FrameError, PayloadError

if TYPE_CHECKING:
    from ocpp16sm.conform.conversation import Conversation


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


@define
class Asked:
    """A CALL."""

    line: int
    at: Timestamp | None
    from_station: bool
    message_id: str
    action: str
    payload: bytes
    """As it was sent: that tells whether it is sent again."""
    message: AttrsInstance | None
    """None when the payload is not what the action needs."""

    def same(self, other: "Asked") -> bool:
        """Whether this is the other one, sent again."""
        return (self.action, self.payload) == (other.action, other.payload)


@frozen
class Answer:
    """A CALLRESULT or CALLERROR."""

    line: int
    at: Timestamp | None
    from_station: bool
    message_id: str
    message: AttrsInstance | None
    """None for a CALLERROR, and when the payload is not what the action needs."""
    code: str | None = None
    """The errorCode of a CALLERROR."""

    @property
    def refused(self) -> bool:
        """Whether it is a CALLERROR."""
        return self.code is not None


class Rule:
    """One rule. It is told what passes before the conversation takes note of it: it sees how things stood.

    :param conversation: what is known of the charge point.
    :param found: called with each finding.
    """

    name: ClassVar[str]
    """In reports."""
    clause: ClassVar[str]
    """Of OCPP 1.6 edition 2, unless another document is named."""
    says: ClassVar[str]
    """What must be so."""

    def __init__(self, conversation: "Conversation", found: Callable[[Finding], None]) -> None:
        self.seen = conversation
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
