"""Where the wall clock time comes from. (The even time of timers is the event loop's.)"""

from datetime import UTC, datetime
from typing import Protocol

from ocpp16sm.timestamp import Timestamp


class Clock(Protocol):
    """Tells the time of day."""

    def utc(self) -> Timestamp:
        """Now."""


class SystemClock:
    """The system's clock."""

    def utc(self) -> Timestamp:
        """Now."""
        return Timestamp.of(datetime.now(UTC))
