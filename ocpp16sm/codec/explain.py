"""What is wrong with a payload: the slow path, run only on what msgspec refused.

cattrs structures the payload once more with detailed validation, so that every fault is found with its
path. Hooks of our own check each kind of field as strictly as msgspec does (a property test holds the two
to one verdict) and say which error code a fault is:

=====================================================  ============================
a required field is missing, an array too short        OccurenceConstraintViolation
wrong JSON type; null, a fraction, a boolean included  TypeConstraintViolation
unknown word, too long, too short, out of range        PropertyConstraintViolation
bad date-time, payload not an object, not JSON         FormationViolation
=====================================================  ============================
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, TypeVar, get_args, get_origin

import attrs
import msgspec
from attrs import AttrsInstance
from cattrs import BaseConverter, ClassValidationError, Converter, IterableValidationError
from cattrs.cols import list_structure_factory
from cattrs.gen import make_dict_structure_fn, override

from ocpp16sm.base.frame_bounds import SHOWN, shorten
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec.msgspec_mirror import keeps, read_integer, read_number, wire_names
from ocpp16sm.errors import ErrorCode, InvalidMessageError, PayloadError
from ocpp16sm.messages.primitives import NUMERIC, SECRET, Step

T = TypeVar("T", bound=AttrsInstance)
Hook = Callable[[Any, Any], Any]

_decode = msgspec.json.Decoder(float_hook=read_number).decode


class _ViolationError(Exception):
    def __init__(self, code: ErrorCode, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.code = code


def structure(cls: type[T], payload: Any) -> T:
    """Decode a payload the slow way; unknown fields are ignored.

    Raises :class:`PayloadError` about the first fault in the order of the class, which counts the others.
    """
    try:
        value = _decode(payload)
    except (msgspec.DecodeError, UnicodeError):
        raise PayloadError(ErrorCode.FORMATION_VIOLATION, "$", "is not valid JSON") from None
    except RecursionError:
        raise PayloadError(ErrorCode.FORMATION_VIOLATION, "$", "is nested too deeply") from None
    if type(value) is not dict:
        problem = f"expected an object, found {_describe(value, secret=True)}"
        raise PayloadError(ErrorCode.FORMATION_VIOLATION, "$", problem)
    try:
        return _converter.structure(value, cls)
    except ClassValidationError as error:
        faults = list(_faults(error, "$"))
        path, code, problem = faults[0]
        raise PayloadError(code, path, problem + _and_more(faults)) from None


def explain(cls: type[AttrsInstance], payload: Any) -> PayloadError:
    """Say what is wrong with a payload that msgspec refused."""
    try:
        structure(cls, payload)
    except PayloadError as error:
        return error
    # Only the first of two fields of one name can have been at fault: here the last one counts.
    return PayloadError(ErrorCode.FORMATION_VIOLATION, "$", "has a field twice, and one of the two is wrong")


def explain_local(message: AttrsInstance) -> InvalidMessageError:
    """Say what is wrong with a message of ours that msgspec refused to encode."""
    cls = type(message)
    try:
        _converter.structure(_as_json(message), cls)
    except ClassValidationError as error:
        faults = list(_faults(error, "$"))
        path, _, problem = faults[0]
        return InvalidMessageError(cls.__name__, path, problem + _and_more(faults))
    return InvalidMessageError(cls.__name__, "$", "holds a value that has no JSON form")


def _and_more(faults: list[Any]) -> str:
    others = len(faults) - 1
    return f" (and {others} more fault{'s' if others > 1 else ''})" if others else ""


def _faults(error: Exception, path: str) -> Iterator[tuple[str, ErrorCode, str]]:
    """Every fault below an error of cattrs, in the order of the classes and of the arrays."""
    if isinstance(error, ClassValidationError):
        wire = wire_names(error.cl)
        order = list(wire)
        noted, _ = error.group_exceptions()
        for each, note in sorted(noted, key=lambda pair: order.index(pair[1].name)):
            yield from _faults(each, f"{path}.{wire[note.name]}")
    elif isinstance(error, IterableValidationError):
        for each, index in error.group_exceptions()[0]:
            yield from _faults(each, f"{path}[{index.index}]")
    elif isinstance(error, KeyError):
        yield path, ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION, "is required, and missing"
    elif isinstance(error, _ViolationError):
        yield path, error.code, str(error)
    else:
        yield path, ErrorCode.FORMATION_VIOLATION, "cannot be read"


def _describe(value: Any, secret: bool = False) -> str:
    """Say a value as an error shows it: short, nothing from inside it, no secret."""
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            return "a text" if secret else f'text "{shorten(value)}"'
        case int() | Decimal() | float() if secret:
            return "a number"
        case int() if abs(value) > 10**SHOWN:
            return "a huge number"
        case int() | Decimal() | float():
            return shorten(str(value))
        case list():
            return "an array"
        case dict():
            return "an object"
        case _:
            return f"a {type(value).__name__}"


def _wrong_type(expected: str, value: Any, secret: bool = False) -> _ViolationError:
    return _ViolationError(ErrorCode.TYPE_CONSTRAINT_VIOLATION, expected, _describe(value, secret))


def _wrong_value(expected: str, found: str) -> _ViolationError:
    return _ViolationError(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, expected, found)


def _text(most: int | None = None, secret: bool = False) -> Hook:
    def hook(value: Any, _: Any) -> str:
        if type(value) is not str:
            raise _wrong_type("a text", value, secret)
        if most is not None and len(value) > most:
            raise _wrong_value(f"at most {most} characters", str(len(value)))
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise _wrong_value("Unicode text", "half of a surrogate pair")
        return value

    return hook


def _integer(least: float | None = None, most: float | None = None, numeric: bool = False) -> Hook:
    def hook(value: Any, _: Any) -> int:
        if numeric:
            value = read_integer(value)
        if type(value) is not int:
            raise _wrong_type("a whole number", value)
        if (least is not None and value < least) or (most is not None and value > most):
            raise _wrong_value(f"a whole number from {least} to {most}", _describe(value))
        return value

    return hook


def _decimal(step: Step) -> Hook:
    def hook(value: Any, _: Any) -> Decimal:
        if type(value) is int:
            value = Decimal(value)
        if type(value) is float:  # of ours only: JSON numbers come here as int or Decimal
            raise _wrong_type("an exact number (a Decimal or an int)", value)
        if type(value) is not Decimal:
            raise _wrong_type("a number", value)
        if not keeps(value, step):
            expected = f"a multiple of {step.of} from {step.lowest} to {step.highest}"
            raise _wrong_value(expected, _describe(value))
        return value

    return hook


def _boolean(value: Any, _: Any) -> bool:
    if type(value) is not bool:
        raise _wrong_type("true or false", value)
    return value


def _moment(value: Any, _: Any) -> Timestamp:
    if type(value) is not str:
        raise _wrong_type("a date-time (a Timestamp, when it is ours)", value)
    try:
        return Timestamp.parse(value)
    except ValueError:
        expected = "a date-time such as 2024-01-17T18:00:00.000Z"
        raise _ViolationError(ErrorCode.FORMATION_VIOLATION, expected, _describe(value)) from None


def _word(value: Any, kind: type[StrEnum]) -> StrEnum:
    if type(value) is not str:
        raise _wrong_type("a text", value)
    try:
        return kind(value)
    except ValueError:
        words = ", ".join(kind)
        expected = f"one of {words}" if len(words) <= 4 * SHOWN else f"a {kind.__name__}"
        raise _wrong_value(expected, _describe(value)) from None


# A text in the place of an array or an object may be anything, an idTag too: these two never show it.


def _array(kind: Any, converter: BaseConverter) -> Hook:
    elements = list_structure_factory(kind, converter)

    def hook(value: Any, _: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise _wrong_type("an array", value, secret=True)
        return tuple(elements(value, kind))

    return hook


def _object(cls: Any, converter: BaseConverter) -> Hook:
    renamed: dict[str, Any] = {name: override(rename=wire) for name, wire in wire_names(cls).items()}
    fields = make_dict_structure_fn(cls, converter, _cattrs_detailed_validation=True, **renamed)

    def hook(value: Any, _: Any) -> Any:
        if type(value) is not dict:
            raise _wrong_type("an object", value, secret=True)
        return fields(value, cls)

    return hook


def _annotated(kind: Any, converter: BaseConverter) -> Hook:
    base, *metadata = get_args(kind)
    meta = next((each for each in metadata if isinstance(each, msgspec.Meta)), msgspec.Meta())
    for each in metadata:
        if isinstance(each, Step):
            return _decimal(each)
    if base is str:
        return _text(meta.max_length, SECRET in metadata)
    if base is int:
        return _integer(meta.ge, meta.le, NUMERIC in metadata)
    inner = converter.get_structure_hook(base)

    def hook(value: Any, _: Any) -> Any:
        if type(value) is list and len(value) < (meta.min_length or 0):
            expected = f"at least {meta.min_length} element"
            raise _ViolationError(ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION, expected, str(len(value)))
        return inner(value, base)

    return hook


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _is_annotated(kind: Any) -> bool:
    return get_origin(kind) is Annotated


def _new_converter() -> Converter:
    converter = Converter(detailed_validation=True)
    converter.register_structure_hook(str, _text())
    converter.register_structure_hook(StrEnum, _word)
    converter.register_structure_hook(int, _integer())
    converter.register_structure_hook(bool, _boolean)
    converter.register_structure_hook(Timestamp, _moment)
    converter.register_structure_hook_factory(_is_tuple, _array)
    converter.register_structure_hook_factory(attrs.has, _object)
    converter.register_structure_hook_factory(_is_annotated, _annotated)
    return converter


_converter: Final = _new_converter()


def _as_json(value: Any) -> Any:
    """Give a message as its JSON would be read back; what has no JSON form stays, for a hook to refuse."""
    if attrs.has(type(value)):
        pairs = ((wire, getattr(value, name)) for name, wire in wire_names(type(value)).items())
        return {wire: _as_json(each) for wire, each in pairs if each is not None}
    if isinstance(value, Timestamp):
        return value.text()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple | list):
        return [_as_json(each) for each in value]
    return value
