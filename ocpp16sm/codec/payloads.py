"""Payloads: a message to JSON and back.

The fast path is msgspec and the twins; what it refuses, :mod:`ocpp16sm.codec.explain` looks at again to say
why.
"""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

import attrs
import msgspec
from attrs import AttrsInstance

from ocpp16sm.codec.bounds import shorten
from ocpp16sm.codec.twins import CODERS, annotations, wire_names
from ocpp16sm.errors import InvalidMessageError
from ocpp16sm.timestamp import Timestamp

T = TypeVar("T", bound=AttrsInstance)

_NOTHING: Final = msgspec.Raw(b"{}")
"""The payload of most answers."""


def _to_json(value: Any) -> str:
    if isinstance(value, Timestamp):
        return value.text()
    raise TypeError(f"a {type(value).__name__} has no JSON form")


ENCODER: Final = msgspec.json.Encoder(enc_hook=_to_json, decimal_format="number")
"""Writes twins, and whatever else goes into a frame."""


def twin_of(message: AttrsInstance) -> msgspec.Struct:
    """Check a message against the limits of its class, and give the twin that encodes as its payload.

    Raises :class:`InvalidMessageError` if a value breaks a limit, or if this is no attrs instance at all.
    """
    try:
        return msgspec.convert(message, CODERS[type(message)].twin, from_attributes=True)
    except TypeError:
        raise InvalidMessageError(type(message).__name__, "$", "is no message") from None
    except msgspec.ValidationError:
        raise explained(message) from None


def encode_payload(message: AttrsInstance) -> bytes:
    """Encode a message, or a part of one, as a JSON object in UTF-8; fields that are None are left out.

    Raises :class:`InvalidMessageError` as :func:`twin_of`; nothing is encoded then.
    """
    try:
        return ENCODER.encode(twin_of(message))
    except UnicodeEncodeError:
        raise explained(message) from None


def explained(message: AttrsInstance) -> InvalidMessageError:
    """What is wrong with a message of ours. Who explains is not imported before: it takes longer than all the rest."""
    from ocpp16sm.codec.explain import explain_local

    return explain_local(message)


def decode_payload(cls: type[T], raw: bytes | str | msgspec.Raw) -> T:
    """Decode what :func:`encode_payload` wrote. Raises :class:`PayloadError` as :func:`decode`."""
    return decode(cls, raw)[0]


def decode(cls: type[T], payload: bytes | str | msgspec.Raw) -> tuple[T, tuple[str, ...]]:
    """Decode a received payload into an instance of a message class.

    Gives the message, and the JSON paths of the fields that were ignored because the class does not know
    them (``$.meterValue[0].foo``). The schemas refuse such fields; peers send them, so they are counted,
    not answered. ``null`` stands for an absent optional field, though the schemas refuse that too:
    serialisers that write null for absent are common among Central Systems. A payload of ``null`` is an
    empty object (OCPP-J 1.6, 4.2.1).

    Raises :class:`PayloadError` if the payload is not JSON, not an object, or breaks a limit of the class.
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
    """Paths of the fields of a value that its class does not have. The value is known to fit otherwise."""
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
