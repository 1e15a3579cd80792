"""A CALL and its response, as a log shows them."""

from attrs import AttrsInstance, define, frozen

from ocpp16sm.base.timestamp import Timestamp


@define
class LoggedCall:
    """A CALL in a log."""

    line: int
    """Line in the log, from 1."""
    at: Timestamp | None
    """Time in the log, if it has times."""
    from_station: bool
    """Whether the charge point sent it."""
    message_id: str
    action: str
    payload: bytes
    """The payload exactly as sent, to recognise repetitions."""
    message: AttrsInstance | None
    """The decoded payload; None if the action is unknown or the payload invalid."""

    def same(self, other: "LoggedCall") -> bool:
        """Whether action and payload equal those of the other CALL, as in a repetition."""
        return (self.action, self.payload) == (other.action, other.payload)


@frozen
class LoggedAnswer:
    """A CALLRESULT or CALLERROR."""

    line: int
    """Line in the log, from 1."""
    at: Timestamp | None
    """Time in the log, if it has times."""
    from_station: bool
    """Whether the charge point sent it."""
    message_id: str
    message: AttrsInstance | None
    """The decoded payload; None for a CALLERROR, and if the action is unknown or the payload invalid."""
    code: str | None = None
    """The errorCode of a CALLERROR."""

    @property
    def refused(self) -> bool:
        """Whether it is a CALLERROR."""
        return self.code is not None
