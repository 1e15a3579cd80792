"""Checks of handler arguments. Each gives the normalised value, or raises before anything has changed."""

import math
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.timestamp import Timestamp

E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")

INT_MIN, INT_MAX = -(2**31), 2**31 - 1


def integer(name: str, value: Any, minimum: int = INT_MIN) -> int:
    """A whole number from ``minimum`` to what fits the wire (signed 32 bit)."""
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= INT_MAX:
        raise InvalidArgumentError(name, value, f"a whole number from {minimum} to {INT_MAX}")
    return value


def quantity(name: str, value: Any) -> float:
    """A finite number: an energy in Wh, a current in A, a power in W."""
    if isinstance(value, bool):
        raise InvalidArgumentError(name, value, "a number")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidArgumentError(name, value, "a number") from None
    if not math.isfinite(number):
        raise InvalidArgumentError(name, value, "a finite number")
    return number


def text(name: str, value: Any, maximum: int | None = None) -> str:
    """A text of one to ``maximum`` characters."""
    if not isinstance(value, str) or not value:
        raise InvalidArgumentError(name, value, "a text")
    if maximum is not None and len(value) > maximum:
        raise InvalidArgumentError(name, f"a text of {len(value)} characters", f"at most {maximum} characters")
    return value


def cut(name: str, value: Any, maximum: int) -> str:
    """A text, cut to ``maximum`` characters."""
    if not isinstance(value, str):
        raise InvalidArgumentError(name, value, "a text")
    return value[:maximum]


def boolean(name: str, value: Any) -> bool:
    """True or False, not a number."""
    if not isinstance(value, bool):
        raise InvalidArgumentError(name, value, "True or False")
    return value


def word(name: str, value: Any, kind: type[E]) -> E:
    """A member of an enumeration, or its word."""
    if type(value) is kind:
        return value
    try:
        return kind(value)
    except ValueError:
        raise InvalidArgumentError(name, value, f"one of {', '.join(kind)}") from None


def moment(name: str, value: Any) -> Timestamp:
    """A time with time zone, or its ISO 8601 text."""
    try:
        if isinstance(value, str):
            return Timestamp.parse(value)
        if isinstance(value, datetime):
            return Timestamp.of(value)
    except ValueError as error:
        raise InvalidArgumentError(name, value, f"a time with time zone ({error})") from None
    raise InvalidArgumentError(name, value, "a datetime with time zone")


def instance(name: str, value: Any, kind: type[V]) -> V:
    """A value of a class."""
    if not isinstance(value, kind):
        raise InvalidArgumentError(name, value, f"a {kind.__name__}")
    return value
