"""Encode and decode payloads.

The fast path uses msgspec and the twins; :mod:`ocpp16sm.codec.explain` finds the faults of what they refuse.
"""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

import attrs
import msgspec
from attrs import AttrsInstance

from ocpp16sm.base.frame_bounds import shorten
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec.msgspec_mirror import CODERS, annotations, wire_names
from ocpp16sm.errors import InvalidMessageError

T = TypeVar("T", bound=AttrsInstance)

_NOTHING: Final = msgspec.Raw(b"{}")
"""The payload of most responses."""


def _to_json(value: Any) -> str:
    if isinstance(value, Timestamp):
        return value.text()
    raise TypeError(f"a {type(value).__name__} has no JSON form")


ENCODER: Final = msgspec.json.Encoder(enc_hook=_to_json, decimal_format="number")
"""Encodes twins and the other elements of a frame."""


def mirror_of(message: AttrsInstance) -> msgspec.Struct:
    """Check a message against the limits of its class; returns the twin that encodes as its payload.

    Raises :class:`InvalidMessageError` if a value exceeds a limit, or if ``message`` is not an attrs instance.
    """
    try:
        return msgspec.convert(message, CODERS[type(message)].twin, from_attributes=True)
    except TypeError:
        raise InvalidMessageError(type(message).__name__, "$", "is not a message") from None
    except msgspec.ValidationError:
        raise explained(message) from None


def encode_payload(message: AttrsInstance) -> bytes:
    """Encode a message, or a part of one, as a JSON object in UTF-8; fields that are None are left out.

    Raises :class:`InvalidMessageError` like :func:`mirror_of`.
    """
    try:
        return ENCODER.encode(mirror_of(message))
    except UnicodeEncodeError:
        raise explained(message) from None


def explained(message: AttrsInstance) -> InvalidMessageError:
    """The fault of one of our messages. ``explain`` is imported late because importing it is slow."""
    from ocpp16sm.codec.explain import explain_local

    return explain_local(message)


def decode_payload(cls: type[T], raw: bytes | str | msgspec.Raw) -> T:
    """Decode the output of :func:`encode_payload`. Raises :class:`PayloadError` like :func:`decode`."""
    return decode(cls, raw)[0]


def decode(cls: type[T], payload: bytes | str | msgspec.Raw) -> tuple[T, tuple[str, ...]]:
    """Decode a received payload into an instance of a message class.

    Returns the message, and the JSON paths of unknown fields, which are ignored (``$.meterValue[0].foo``). The schemas
    forbid unknown fields, but peers send them, so they are reported and not refused. ``null`` counts as an absent
    optional field, although the schemas forbid it, because many Central Systems write it. A payload of ``null`` is an
    empty object (OCPP-J 1.6, 4.2.1).

    Raises :class:`PayloadError` if the payload is not JSON, not an object, or exceeds a limit of the class.
    """
    coder = CODERS[cls]
    if payload == _NOTHING and coder.empty is not None:
        return coder.empty, ()
    try:
        twin = coder.strict(payload)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _decode_leniently(cls, payload)
    return msgspec.convert(twin, cls, from_attributes=True), ()


def _decode_leniently(cls: type[T], payload: bytes | str | msgspec.Raw) -> tuple[T, tuple[str, ...]]:
    try:
        if _is_null(payload):
            payload = b"{}"
        twin = CODERS[cls].lenient(payload)
        return msgspec.convert(twin, cls, from_attributes=True), tuple(_unknown(cls, payload, "$"))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        from ocpp16sm.codec.explain import explain

        raise explain(cls, payload) from None


def _is_null(payload: bytes | str | msgspec.Raw) -> bool:
    text = payload if isinstance(payload, str) else bytes(payload)
    return len(text) < 100 and text.strip() in ("null", b"null")


_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode


def _unknown(annotation: Any, value: Any, path: str) -> Iterator[str]:
    """Paths of unknown fields in a value that is otherwise valid."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _unknown(arguments[0], value, path)
    elif origin in (Union, UnionType):
        if not _is_null(value):
            yield from _unknown(arguments[0], value, path)
    elif origin is tuple:
        for index, element in enumerate(_elements(value)):
            yield from _unknown(arguments[0], element, f"{path}[{index}]")
    elif attrs.has(annotation):
        types = dict(zip(wire_names(annotation).values(), annotations(annotation).values(), strict=True))
        for name, member in _members(value).items():
            if name in types:
                yield from _unknown(types[name], member, f"{path}.{name}")
            else:
                yield f"{path}.{shorten(name)}"
