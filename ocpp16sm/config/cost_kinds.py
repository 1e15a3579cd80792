"""Value types of the keys of California pricing."""

import re
from typing import Generic, TypeVar

from attrs import AttrsInstance, frozen

from ocpp16sm import codec
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import PayloadError

J = TypeVar("J", bound=AttrsInstance)

_OFFSET = re.compile(r"([+-]?)([0-9]{1,2}):([0-9]{2})", re.ASCII)
_MOST_HOURS = 24


@frozen
class Written(Generic[J]):
    """A value together with its JSON text."""

    text: str
    value: J | None
    """None for an empty text."""


@frozen
class Json(Generic[J]):
    """A JSON object, decoded to an attrs class; an empty text stands for none."""

    of: type[J]
    allowed: str
    name: str = "JSON"

    def read(self, text: str) -> Written[J]:
        if not text:
            return Written("", None)
        try:
            return Written(text, codec.decode_payload(self.of, text))
        except PayloadError as error:
            raise ValueError(str(error)) from None

    def show(self, value: Written[J]) -> str:
        return value.text


@frozen
class Offset:
    """An offset of local time from UTC, in hours and minutes."""

    name: str = "string"
    allowed: str = "an offset from UTC such as +02:00 or -05:30"

    def read(self, text: str) -> str:
        if text:
            minutes_of(text)
        return text

    def show(self, value: str) -> str:
        return value


def minutes_of(offset: str) -> int:
    """The offset in minutes; the sign applies to both parts. Raises ``ValueError`` if it is malformed."""
    found = _OFFSET.fullmatch(offset)
    if found is None:
        raise ValueError(f"{offset!r} is not an offset such as +02:00")
    sign, hours, minutes = found.groups()
    if int(hours) > _MOST_HOURS or int(minutes) > 59:
        raise ValueError(f"{offset!r} is more than {_MOST_HOURS} hours, or has more than 59 minutes")
    return (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)


@frozen
class Moment:
    """A date-time; an empty text stands for none."""

    name: str = "dateTime"
    allowed: str = "a date-time such as 2026-10-25T01:00:00Z"

    def read(self, text: str) -> Timestamp | None:
        """Parse a date-time; without a time zone it is UTC."""
        return Timestamp.parse(text) if text else None

    def show(self, value: Timestamp | None) -> str:
        return "" if value is None else value.text()
