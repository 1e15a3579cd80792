"""A moment on both clocks: the one that never jumps, and the one on the wall."""

from datetime import datetime, timedelta

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.values import Value


class Instant(Value, frozen=True):
    """When something happened.

    ``mono`` runs evenly and drives every timer; ``utc`` is what goes into messages. A wall clock that is set moves
    ``utc`` and nothing else.
    """

    mono: float
    """Seconds on a monotonic clock; the origin does not matter."""
    utc: Timestamp

    @classmethod
    def of(cls, mono: float, utc: datetime) -> "Instant":
        """From a monotonic reading and a wall clock reading with time zone."""
        return cls(mono, Timestamp.of(utc))

    def later(self, seconds: float) -> "Instant":
        """The moment ``seconds`` from here, if neither clock is touched."""
        return Instant(self.mono + seconds, Timestamp.of(self.utc + timedelta(seconds=seconds)))
