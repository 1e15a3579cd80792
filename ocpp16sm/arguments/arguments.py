"""Checks of handler arguments. Each returns the normalized value, or raises before anything has changed."""

import math
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.messages.firmware_management import DiagnosticsStatus
from ocpp16sm.messages.primitives import EXACT_MAX, INTEGER_MAX, INTEGER_MIN
from ocpp16sm.messages.security_types import UploadLogStatus

E = TypeVar("E", bound=StrEnum)

UNSIGNED: Final = -1
"""Stands for the missing requestId of the older requests, GetDiagnostics and UpdateFirmware."""

_LOG_WORDS: Final = {DiagnosticsStatus.UPLOAD_FAILED: UploadLogStatus.UPLOAD_FAILURE}
"""The one word that the older message spells differently."""


@frozen
class Cut:
    """Annotation of a string that is truncated to this length instead of refused."""

    length: int


def integer(name: str, value: Any, minimum: int = INTEGER_MIN, maximum: int = INTEGER_MAX) -> int:
    """An integer from ``minimum`` to ``maximum``, by default a signed 32-bit integer."""
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
        raise InvalidArgumentError(name, value, f"a whole number from {minimum} to {maximum}")
    return value if type(value) is int else int(value)


def quantity(name: str, value: Any) -> float:
    """A finite number: an energy in Wh, a current in A, a power in W.

    At most 2^53 in either direction, far beyond any meter, so that sums and differences are finite as well.
    """
    if type(value) is float and -EXACT_MAX <= value <= EXACT_MAX:
        return value
    if isinstance(value, bool):
        raise InvalidArgumentError(name, value, "a number")
    try:
        number = float(value)
    except Exception:  # whatever the conversion of somebody else's object raises
        raise InvalidArgumentError(name, value, "a number") from None
    if not math.isfinite(number):
        raise InvalidArgumentError(name, value, "a finite number")
    if abs(number) > EXACT_MAX:
        raise InvalidArgumentError(name, value, f"a number from -{EXACT_MAX} to {EXACT_MAX}")
    return number


def text(name: str, value: Any, maximum: int | None = None, *, may_be_empty: bool = False) -> str:
    """A string of 1 to ``maximum`` characters; it may be empty only if ``may_be_empty``."""
    if not isinstance(value, str):
        raise InvalidArgumentError(name, value, "a text")
    plain = str.__str__(value)  # a subclass may have a length of its own
    if not (plain or may_be_empty):
        raise InvalidArgumentError(name, value, "a text")
    _check_whole(name, plain)
    if maximum is not None and len(plain) > maximum:
        raise InvalidArgumentError(name, f"a text of {len(plain)} characters", f"at most {maximum} characters")
    return plain


def cut(name: str, value: Any, maximum: int) -> str:
    """A string, truncated to ``maximum`` characters."""
    if not isinstance(value, str):
        raise InvalidArgumentError(name, value, "a text")
    _check_whole(name, value)
    return value[:maximum]


def any_text(name: str, value: Any) -> str:
    """A string of any length, possibly empty. It may be a secret, so errors do not show it."""
    if not isinstance(value, str):
        raise InvalidArgumentError(name, type(value).__name__, "a text")
    _check_whole(name, value)
    return value


def _check_whole(name: str, value: str) -> None:
    """Refuse lone surrogates, which can neither be sent nor stored."""
    if not is_text(value):
        raise InvalidArgumentError(name, "one with half of a surrogate pair in it", "a text of whole characters")


def is_text(value: str) -> bool:
    """Whether a string can be encoded, that is, has no lone surrogate."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def boolean(name: str, value: Any) -> bool:
    """True or False; numbers are refused."""
    if not isinstance(value, bool):
        raise InvalidArgumentError(name, value, "True or False")
    return value


def word(name: str, value: Any, kind: type[E]) -> E:
    """A member of an enumeration, or its value."""
    if type(value) is kind:
        return value
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise InvalidArgumentError(name, value, f"one of {', '.join(kind)}") from None


def log_status(name: str, value: Any, request_id: int) -> UploadLogStatus:
    """The progress of an upload, in the words of the request.

    For GetDiagnostics (:data:`UNSIGNED`) a value of DiagnosticsStatus, or of UploadLogStatus, whose reasons for a
    failure that message cannot express; for GetLog a value of UploadLogStatus.
    """
    if request_id != UNSIGNED:
        return word(name, value, UploadLogStatus)
    try:
        return _LOG_WORDS.get(value) or UploadLogStatus(value)
    except (TypeError, ValueError):
        allowed = ", ".join(dict.fromkeys([*map(str, DiagnosticsStatus), *map(str, UploadLogStatus)]))
        raise InvalidArgumentError(name, value, f"one of {allowed}") from None


def moment(name: str, value: Any) -> Timestamp:
    """An aware datetime, or its ISO 8601 text."""
    try:
        if isinstance(value, str):
            return Timestamp.parse(value)
        if isinstance(value, datetime):
            return Timestamp.of(value)
    except Exception as error:  # a time zone of somebody else's may raise anything
        raise InvalidArgumentError(name, value, f"a time with time zone ({error})") from None
    raise InvalidArgumentError(name, value, "a datetime with time zone")
