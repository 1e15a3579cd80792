"""A CALL and its answer, as a log shows them."""

from attrs import AttrsInstance, define, frozen

from ocpp16sm.base.timestamp import Timestamp


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
