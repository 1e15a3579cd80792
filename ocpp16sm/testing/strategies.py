"""Hypothesis strategies for the messages of OCPP 1.6, derived from the message classes.

Every value is within the limits of its class, and limits themselves occur regularly: the longest text, the largest
integer, the empty list. Requires the extra ``testing``.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

import attrs
import msgspec
from attrs import AttrsInstance
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec.msgspec_mirror import annotations, wire_names
from ocpp16sm.messages import ACTIONS
from ocpp16sm.messages.primitives import Step

__all__ = ["messages", "payloads", "requests", "responses", "timestamps"]

T = TypeVar("T", bound=AttrsInstance)

USUAL_LENGTH: Final = 30
"""Maximum length of a string, in characters, except for strings of the greatest length allowed."""
USUAL_ELEMENTS: Final = 3
"""Maximum number of elements of an array, unless the class requires more."""

_CHARACTERS: Final = st.characters(codec="utf-8")
_URIS: Final = st.from_regex(r"(ftp|https?)://[a-z]{1,8}\.example(/[a-z0-9]{1,8}){0,3}", fullmatch=True)
# Not near the ends of the calendar, where a time zone offset could overflow. Hypothesis requires naive bounds.
_FIRST, _LAST = (datetime(year, 1, 1) for year in (1900, 2200))  # noqa: DTZ001  # see above
_MOMENTS: Final = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC))


def messages(cls: type[T]) -> SearchStrategy[T]:
    """Instances of a message class, or of a composite type of one; optional fields may be None."""
    return _messages(cls)


def requests() -> SearchStrategy[AttrsInstance]:
    """Requests of any action, of the charge point or the Central System."""
    return st.sampled_from([action.request for action in ACTIONS.values()]).flatmap(messages)


def responses() -> SearchStrategy[AttrsInstance]:
    """Responses of any action, of the charge point or the Central System."""
    return st.sampled_from([action.response for action in ACTIONS.values()]).flatmap(messages)


def payloads(cls: type[AttrsInstance]) -> SearchStrategy[dict[str, Any]]:
    """JSON objects, as ``json.loads`` returns them, that are valid payloads of a message class.

    They vary more than encoded :func:`messages`: date-times use every notation of RFC 3339. Decimal numbers are
    floats.
    """
    return _payloads(cls)


def timestamps() -> SearchStrategy[Timestamp]:
    """Timestamps in the years 1900 to 2199."""
    return _MOMENTS.map(Timestamp.of)


@cache
def _messages(cls: Any) -> SearchStrategy[Any]:
    return st.builds(cls, **{name: _value(annotation) for name, annotation in annotations(cls).items()})


@cache
def _payloads(cls: Any) -> SearchStrategy[dict[str, Any]]:
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    types = annotations(cls)
    for field in attrs.fields(cls):
        target = required if field.default is attrs.NOTHING else optional
        target[wire_names(cls)[field.name]] = _json(_without_none(types[field.name]))
    return st.fixed_dictionaries(required, optional=optional)


def _value(annotation: Any) -> SearchStrategy[Any]:
    """Values for a field of a message."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return st.one_of(*map(_value, arguments))
    if origin is tuple or (origin is Annotated and get_origin(arguments[0]) is tuple):
        return _elements(annotation, _value).map(tuple)
    if annotation is NoneType:
        return st.none()
    if annotation is Timestamp:
        return timestamps()
    if attrs.has(annotation):
        return _messages(annotation)
    return _scalar(annotation)


def _json(annotation: Any) -> SearchStrategy[Any]:
    """Values for a field of a payload."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple or (origin is Annotated and get_origin(arguments[0]) is tuple):
        return _elements(annotation, _json)
    if annotation is Timestamp:
        return _date_times()
    if attrs.has(annotation):
        return _payloads(annotation)
    return _scalar(annotation).map(_as_json)


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.value if isinstance(value, StrEnum) else value


def _scalar(annotation: Any) -> SearchStrategy[Any]:
    base, *metadata = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
    meta = next((each for each in metadata if isinstance(each, msgspec.Meta)), msgspec.Meta())
    for each in metadata:
        if isinstance(each, Step):
            return _decimals(each)
    if isinstance(base, type) and issubclass(base, StrEnum):
        return st.sampled_from(base)
    if base is str and meta.extra_json_schema == {"format": "uri"}:
        return _URIS
    if base is str:
        return _texts(meta.max_length)
    if base is int:
        return st.integers(_whole(meta.ge), _whole(meta.le))
    if base is bool:
        return st.booleans()
    raise TypeError(f"no strategy is known for {annotation!r}")


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _texts(longest: int | None) -> SearchStrategy[str]:
    if longest is None:
        return st.text(_CHARACTERS, max_size=USUAL_LENGTH)
    usual = st.text(_CHARACTERS, max_size=min(longest, USUAL_LENGTH))
    return usual | _CHARACTERS.map(lambda character: character * longest)


def _decimals(step: Step) -> SearchStrategy[Decimal]:
    places = -step.of.adjusted()
    return st.decimals(step.lowest, step.highest, places=places, allow_nan=False, allow_infinity=False)


def _elements(annotation: Any, of: Callable[[Any], SearchStrategy[Any]]) -> SearchStrategy[list[Any]]:
    least = 0
    if get_origin(annotation) is Annotated:
        annotation, meta = get_args(annotation)
        least = meta.min_length
    return st.lists(of(get_args(annotation)[0]), min_size=least, max_size=max(least, USUAL_ELEMENTS))


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    (present,) = (each for each in get_args(annotation) if each is not NoneType)
    return present


@st.composite
def _date_times(draw: st.DrawFn) -> str:
    minutes = draw(st.none() | st.integers(-23 * 60 - 59, 23 * 60 + 59))
    zone = UTC if minutes is None else timezone(timedelta(minutes=minutes))
    moment = draw(_MOMENTS).astimezone(zone)
    digits = draw(st.text("0123456789", max_size=9))
    text = moment.replace(microsecond=0, tzinfo=None).isoformat() + (f".{digits}" if digits else "")
    if minutes is None:
        return text + "Z"
    return text + f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
