"""A moment on two clocks: the monotonic clock and the wall clock."""

from datetime import datetime, timedelta

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.values import Value


class Instant(Value, frozen=True):
    """When something happened.

    ``mono``, in seconds, runs evenly and drives every timer; ``utc`` is the time in messages. Setting the wall clock
    changes ``utc`` only.
    """

    mono: float
    """Seconds on a monotonic clock; the origin does not matter."""
    utc: Timestamp

    @classmethod
    def of(cls, mono: float, utc: datetime) -> "Instant":
        """From a reading of the monotonic clock and an aware reading of the wall clock."""
        return cls(mono, Timestamp.of(utc))

    def later(self, seconds: float) -> "Instant":
        """The moment ``seconds`` later, if the wall clock is not set."""
        return Instant(self.mono + seconds, Timestamp.of(self.utc + timedelta(seconds=seconds)))
