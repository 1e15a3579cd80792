"""The msgspec twin of an attrs class: a struct with the same fields, named as in JSON, and its decoders.

msgspec can encode and decode attrs classes but cannot rename their fields, unlike those of its own structs. Each class
therefore gets a twin struct, created on first use from its fields and annotations.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import or_
from types import GenericAlias, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import attrs
import msgspec

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages.primitives import NUMERIC, Step
from ocpp16sm.messages.vendor import WIRE


@attrs.frozen
class Coder:
    """The encoding and decoding of one class."""

    twin: type[msgspec.Struct]
    """The struct with the JSON names."""
    strict: Callable[[Any], msgspec.Struct]
    """Decodes JSON into a twin; refuses unknown fields."""
    lenient: Callable[[Any], msgspec.Struct]
    """Decodes JSON into a twin; ignores unknown fields."""
    empty: Any
    """The shared instance without members; None if a field is required."""


class _Coders(dict[type, Coder]):
    def __missing__(self, cls: type) -> Coder:
        if not attrs.has(cls):
            raise TypeError(f"{cls.__name__} is not an attrs class")
        empty = None if any(field.default is attrs.NOTHING for field in attrs.fields(cls)) else cls()
        coder = self[cls] = Coder(
            _mirror(cls, False), _decoder(_mirror(cls, True)), _decoder(_mirror(cls, False)), empty
        )
        return coder


CODERS: Final[Mapping[type, Coder]] = _Coders()
"""The coder of each attrs class; ``TypeError`` for other classes."""


def annotations(cls: type) -> dict[str, Any]:
    """Field -> annotation, including ``Annotated``, in the order of the class."""
    resolved = get_type_hints(cls, include_extras=True)
    return {field.name: resolved[field.name] for field in attrs.fields(cls)}


def wire_names(cls: type) -> dict[str, str]:
    """Field -> name in JSON, in the order of the class."""
    twin = CODERS[cls].twin
    return dict(zip(twin.__struct_fields__, twin.__struct_encode_fields__, strict=True))


def read_number(text: str) -> Decimal:
    """Decode a JSON number with a fraction or exponent exactly; infinity if the exponent is out of range."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def keeps(value: Decimal, step: Step) -> bool:
    """Whether a number is finite, within the bounds and exactly a multiple of the step (a power of ten)."""
    if not value.is_finite() or not step.lowest <= value <= step.highest:
        return False
    # A division would round to the context's precision, so check the digits that are finer than the step.
    _, digits, exponent = value.as_tuple()
    finer = step.of.adjusted() - int(exponent)
    return finer <= 0 or not any(digits[-finer:])


class _Steps(type):
    """Metaclass of the types that represent stepped decimals in a twin; ``isinstance`` performs the check."""

    step: Step

    def __instancecheck__(cls, value: object) -> bool:
        if type(value) is int:
            value = Decimal(value)
        return isinstance(value, Decimal) and keeps(value, cls.step)


class _Numerics(type):
    """Metaclass of the types that represent integers that may arrive as a text."""

    bounds: msgspec.Meta

    def __instancecheck__(cls, value: object) -> bool:
        return type(value) is int and within(value, cls.bounds)


def within(value: int, bounds: msgspec.Meta) -> bool:
    return (bounds.ge is None or value >= bounds.ge) and (bounds.le is None or value <= bounds.le)


_DIGITS = re.compile(r"-?[0-9]{1,20}", re.ASCII)


def read_integer(value: Any) -> Any:
    """The integer for a text of decimal digits; any other value unchanged."""
    return int(value) if type(value) is str and _DIGITS.fullmatch(value) else value


def _decoder(twin: type[msgspec.Struct]) -> Callable[[Any], msgspec.Struct]:
    return msgspec.json.Decoder(twin, dec_hook=_from_json, float_hook=read_number).decode


def _from_json(kind: type, value: Any) -> Any:
    # msgspec refuses a value if the hook raises, or returns it unchanged with the wrong type.
    if kind is Timestamp:
        return Timestamp.parse(value)
    if isinstance(kind, _Numerics):
        return read_integer(value)
    return Decimal(value) if type(value) is int else value


_twins: dict[tuple[type, bool], type[msgspec.Struct]] = {}
_steps: dict[Step, type] = {}
_numerics: dict[msgspec.Meta, type] = {}


def _mirror(cls: type, strict: bool) -> type[msgspec.Struct]:
    if (cls, strict) not in _twins:
        types = annotations(cls)
        fields: list[Any] = [
            (field.name, _mirror_type(types[field.name], strict), *_specified(field)) for field in attrs.fields(cls)
        ]
        _twins[cls, strict] = msgspec.defstruct(
            cls.__name__, fields, rename="camel", omit_defaults=True, forbid_unknown_fields=strict
        )
    return _twins[cls, strict]


def _specified(field: "attrs.Attribute[Any]") -> tuple[Any, ...]:
    name = field.metadata.get(WIRE)
    if name is None:
        return _default(field)
    if field.default is attrs.NOTHING:
        return (msgspec.field(name=name),)
    return (msgspec.field(default=field.default, name=name),)


def _default(field: "attrs.Attribute[Any]") -> tuple[Any, ...]:
    if field.default is attrs.NOTHING:
        return ()
    factory = getattr(field.default, "factory", None)  # of attrs.Factory, which its stubs declare a function
    return (field.default,) if factory is None else (msgspec.field(default_factory=factory),)


def _mirror_type(annotation: Any, strict: bool) -> Any:
    """Replace attrs classes in an annotation with their twins, and stepped decimals with their checks."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        for metadata in annotation.__metadata__:
            if isinstance(metadata, Step):
                return _steps.setdefault(metadata, _Steps("Number", (), {"step": metadata}))
        if NUMERIC in annotation.__metadata__:
            bounds = next(each for each in annotation.__metadata__ if isinstance(each, msgspec.Meta))
            return _numerics.setdefault(bounds, _Numerics("Integer", (), {"bounds": bounds}))
        return Annotated[(_mirror_type(arguments[0], strict), *annotation.__metadata__)]
    if origin is tuple:
        return GenericAlias(tuple, (_mirror_type(arguments[0], strict), ...))
    if origin in (Union, UnionType):
        return reduce(or_, (_mirror_type(each, strict) for each in arguments))
    return _mirror(annotation, strict) if attrs.has(annotation) else annotation
