"""Timestamps as OCPP writes them: UTC with milliseconds (OCPP 1.6, 3.14 and 3.15; errata 3.10).

RFC 3339 is sent; any ISO 8601 date and time in the extended format is accepted.
"""

import re
from datetime import UTC, datetime, tzinfo
from typing import Any, Self, SupportsIndex, TypeVar

S = TypeVar("S", bound="Timestamp")

_new = datetime.__new__

# Extended format of ISO 8601. RFC 3339 is the part of it with seconds, a point and ±hh:mm; it allows small letters.
# The zone is optional: peers leave it out, and mean UTC (reference/messages.md 4).
_ISO8601 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?!24)[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)

# Writing a moment is joining prepared pieces: half the time of a format string, a third of isoformat().
_MONTHS = tuple(f"-{month:02}-" for month in range(13))
_DAYS = tuple(f"{day:02}T" for day in range(32))
_PAIRS = tuple(f"{number:02}:" for number in range(60))
_SECONDS = tuple(f"{second:02}." for second in range(60))
_MILLISECONDS = tuple(f"{millisecond:03}Z" for millisecond in range(1000))


class Timestamp(datetime):
    """A moment in UTC with millisecond precision; the type of every dateTime in a message.

    It is a :class:`datetime.datetime`: it compares with any aware datetime, and adding or subtracting a timedelta gives
    a Timestamp, truncated to milliseconds. Create one with :meth:`of` or :meth:`parse`. The year is 1 to 9999. Other
    time zones are refused with ``ValueError``; :meth:`astimezone` gives a plain datetime.
    """

    __slots__ = ()

    def __new__(
        cls,
        year: int,
        month: int = 1,
        day: int = 1,
        hour: int = 0,
        minute: int = 0,
        second: int = 0,
        microsecond: int = 0,
        tzinfo: tzinfo | None = UTC,
    ) -> Self:
        """Create a moment from its parts in UTC; microseconds are truncated to whole milliseconds.

        Raises ``ValueError`` for a zone other than ``datetime.UTC`` and for a part that is out of range.
        """
        if tzinfo is not UTC:
            raise ValueError(f"a Timestamp is in UTC, not in {tzinfo}: convert with Timestamp.of(...)")
        return _new(cls, year, month, day, hour, minute, second, microsecond - microsecond % 1000, UTC)

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """Convert an aware datetime to UTC, truncated (not rounded) to milliseconds.

        Raises ``ValueError`` for a datetime without a time zone, because its moment is unknown.
        """
        if type(moment) is cls:
            return moment
        if moment.tzinfo is not UTC:
            if moment.utcoffset() is None:
                raise ValueError(
                    f"{moment} has no time zone: use datetime.now(datetime.UTC), or .astimezone() if it is local"
                )
            try:
                moment = moment.astimezone(UTC)
            except OverflowError as error:
                raise ValueError(f"{moment} lies outside the years 1 to 9999 in UTC") from error
        return _cut(cls, moment)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a date and time in the extended format of ISO 8601 (3.15).

        The zone is ``Z``, ``±hh:mm``, ``±hhmm`` or ``±hh``; without one, UTC is assumed. Seconds may be absent. Their
        fraction, after a point or a comma, may be absent or of any length; it is truncated to milliseconds. Everything
        else raises ``ValueError``: other ISO 8601 formats (basic, week and ordinal dates, 24:00), text before or after,
        and leap seconds (``:60``), which Python's clock cannot represent.
        """
        if _ISO8601.fullmatch(text) is None:
            raise ValueError(f"{text[:40]!r} is not an ISO 8601 date and time such as 2024-01-17T18:00:00.000Z")
        if text[-1] == "Z":
            return _cut(cls, datetime.fromisoformat(text))
        moment = datetime.fromisoformat(text.upper())
        return cls.of(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def text(self) -> str:
        """RFC 3339 text with three digits of milliseconds: ``2024-01-17T18:00:00.000Z``."""
        year = self.year if self.year > 999 else f"{self.year:04}"
        return (
            f"{year}{_MONTHS[self.month]}{_DAYS[self.day]}{_PAIRS[self.hour]}{_PAIRS[self.minute]}"
            f"{_SECONDS[self.second]}{_MILLISECONDS[self.microsecond // 1000]}"
        )

    __str__ = text

    # CPython does not route these two through __new__ (in every version); the promise is kept here.

    def replace(self, *args: Any, **kwargs: Any) -> Self:
        """Change parts, as :meth:`datetime.datetime.replace`; ``ValueError`` for a zone other than UTC."""
        new = super().replace(*args, **kwargs)
        return type(self)(new.year, new.month, new.day, new.hour, new.minute, new.second, new.microsecond, new.tzinfo)

    __replace__ = replace

    def astimezone(self, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # only UTC is a Timestamp
        """The same moment in another zone (without ``tz``, this machine's), as a plain datetime."""
        return (datetime(1970, 1, 1, tzinfo=UTC) + (self - _EPOCH)).astimezone(tz)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return type(self).parse, (self.text(),)


def _cut(cls: type[S], utc: datetime) -> S:
    part = utc.microsecond
    return _new(cls, utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, part - part % 1000, UTC)


_EPOCH = Timestamp(1970)
