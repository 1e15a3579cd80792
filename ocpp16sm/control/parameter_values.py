"""Converts values from JSON, TOML and script words into the types of the parameters they are for.

Errors give the path of the invalid value, what was expected, and what was found.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

import attrs
from attrs import frozen
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError

from ocpp16sm.base.strict_json import from_json
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import LocalError

T = TypeVar("T")

SHOWN: Final = 60
"""Maximum number of characters of a value that an error repeats."""


class InvalidValueError(LocalError):
    """A value is invalid.

    :param path: where the value is, as in ``connector.2.lock``; empty for the whole value.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem

    def below(self, path: str) -> "InvalidValueError":
        """The same error with a path that is prefixed by ``path``."""
        return InvalidValueError(_joined(path, self.path), self.problem)


@frozen
class Bounds:
    """Range of a number, or of the length of a string in characters. Metadata for :data:`typing.Annotated`."""

    least: float
    most: float | None = None


# -- reading --------------------------------------------------------------------------------------------------------


def read(kind: type[T] | Any, value: Any, path: str = "") -> T:
    """Convert a value to a type. Raises :class:`InvalidValueError` for the first problem found."""
    try:
        made: T = _converter.structure(value, kind)
    except (InvalidValueError, ClassValidationError) as error:
        raise _first_fault(error).below(path) from None
    return made


def read_word(kind: Any, word: str, path: str = "") -> Any:
    """Convert a word of a script to a type. The word may be JSON, a comma-separated list or plain text."""
    candidates: list[Any] = [word]
    try:
        candidates.insert(0, from_json(word))
    except ValueError:
        if "," in word:
            candidates.insert(0, [_scalar(part.strip()) for part in word.split(",")])
    for candidate in candidates:
        try:
            return read(kind, candidate, path)
        except InvalidValueError as error:
            if error.path != path or not error.problem.startswith("expected "):
                raise  # the kind of value is right; something inside it is wrong
            problem = error
    raise problem


def _scalar(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError:
        return text


def plain(value: Any) -> Any:
    """Convert a value to JSON-compatible data. Members that are None are left out."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Timestamp():
            return value.text()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {str(name): plain(item) for name, item in value.items() if item is not None}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case str():
            return str(value)
    if attrs.has(type(value)):
        return plain({field.name: getattr(value, field.name) for field in attrs.fields(type(value))})
    return str(value)


# -- what is expected -----------------------------------------------------------------------------------------------

_NAMES: Final = {int: "a whole number", float: "a number", str: "a string", bool: "true or false", Any: "any value"}


def expected(kind: Any) -> str:
    """Describe the values of a type in words, as in "a whole number, 1 to 99"."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _limited_words(arguments[0], arguments[1])
    if origin in (Union, UnionType):
        return ", or ".join(expected(arm) for arm in arguments if arm is not type(None))
    if origin is Literal:
        return f"one of {', '.join(arguments)}"
    if origin is tuple:
        return f"a list, each item {expected(arguments[0])}"
    if kind is Mapping or origin is Mapping:
        return "a table"
    if kind in _NAMES:
        return _NAMES[kind]
    if issubclass(kind, StrEnum):
        return f"one of {', '.join(kind)}"
    if issubclass(kind, Timestamp):
        return "a time such as 2026-06-01T12:00:00Z"
    return f"a table of {', '.join(field.name for field in attrs.fields(kind))}"


def unknown(known: Iterable[str], name: str) -> str:
    """The text of an error about an unknown name, with the closest known name or all known names."""
    by_lower = {one.lower(): one for one in known}
    close = get_close_matches(name.lower(), by_lower, n=1)
    if close:
        return f"is not known; did you mean {by_lower[close[0]]}?"
    return (
        f"is not known; expected one of {', '.join(by_lower.values())}" if by_lower else "is not known; none is defined"
    )


def shown(value: Any) -> str:
    """A value as JSON text, truncated to :data:`SHOWN` characters for use in an error."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = f"a {type(value).__name__}"
    text = text.encode(errors="replace").decode()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _limited_words(kind: Any, limits: Bounds) -> str:
    if kind is str:
        return f"a string of {limits.least:.10g} to {limits.most:.10g} characters"
    return f"{expected(kind)}, {limits.least:.10g} {'or more' if limits.most is None else f'to {limits.most:.10g}'}"


def _joined(one: str, other: str) -> str:
    return f"{one}{'' if not one or not other or other.startswith('[') else '.'}{other}"


def _first_fault(error: Exception) -> InvalidValueError:
    """The first of several errors, in the order of the fields of the class."""
    if isinstance(error, InvalidValueError):
        return error
    if not isinstance(error, ClassValidationError):
        return InvalidValueError("", str(error))
    noted, others = error.group_exceptions()
    for other in others:
        if isinstance(other, ForbiddenExtraKeysError):
            name = min(map(str, other.extra_fields))
            known = [field.name for field in attrs.fields(error.cl)]
            return InvalidValueError(name, unknown(known, name))
    if not noted:
        return _first_fault(others[0])
    order = [field.name for field in attrs.fields(error.cl)]
    first, note = min(noted, key=lambda pair: order.index(pair[1].name))
    if isinstance(first, KeyError):
        return InvalidValueError(note.name, f"is missing; expected {expected(note.type)}")
    return _first_fault(first).below(note.name)


# -- the converter --------------------------------------------------------------------------------------------------

_converter = Converter(forbid_extra_keys=True)


def _misfit(kind: Any, value: Any) -> InvalidValueError:
    return InvalidValueError("", f"expected {expected(kind)}, found {shown(value)}")


def _exactly(value: Any, kind: Any) -> Any:
    if type(value) is not kind:
        raise _misfit(kind, value)
    return value


def _number(value: Any, kind: Any) -> float:
    if type(value) in (int, float) and abs(value) < math.inf and abs(value) < 10**300:
        return float(value)
    raise _misfit(kind, value)


def _limited(value: Any, kind: Any) -> Any:
    base, limits = get_args(kind)[:2]
    try:
        made = _converter.structure(value, base)
    except InvalidValueError:
        raise _misfit(kind, value) from None
    size = len(made) if base is str else made
    if size < limits.least or (limits.most is not None and size > limits.most):
        raise _misfit(kind, value)
    return made


def _text(value: Any, kind: Any) -> Any:
    """Convert to a string, or to an enumeration of strings, for which cattrs calls this hook too."""
    if not isinstance(value, str) or (kind is not str and value not in list(kind)):
        raise _misfit(kind, value)
    return kind(value)


def _literal(value: Any, kind: Any) -> Any:
    if not isinstance(value, str) or value not in get_args(kind):
        raise _misfit(kind, value)
    return value


def _union(value: Any, kind: Any) -> Any:
    """Convert to the first arm that fits; a table is converted to the class with the most matching fields."""
    arms = get_args(kind)
    if value is None and type(None) in arms:
        return None
    if isinstance(value, Mapping):
        classes = [arm for arm in arms if attrs.has(arm)]
        if classes:
            return _converter.structure(value, max(classes, key=lambda arm: _likeness(value, arm)))
    inside: Exception | None = None
    for arm in arms:
        try:
            if arm is not type(None):
                return _converter.structure(value, arm)
        except (InvalidValueError, ClassValidationError) as error:
            if isinstance(error, ClassValidationError) or error.path:
                inside = error
    raise inside or _misfit(kind, value)


def _likeness(value: Mapping[Any, Any], kind: Any) -> int:
    """The number of members of a table that are fields of a class."""
    return len({field.name for field in attrs.fields(kind)} & set(value))


def _moment(value: Any, kind: Any) -> Timestamp:
    try:
        return Timestamp.parse(value) if isinstance(value, str) else Timestamp.of(value)
    except (ValueError, TypeError, AttributeError):
        raise _misfit(kind, value) from None


def _list(value: Any, kind: Any) -> Any:
    if not isinstance(value, list):
        raise _misfit(kind, value)
    arm = get_args(kind)[0]
    return tuple(read(arm, item, f"[{number}]") for number, item in enumerate(value))


def _table(value: Any, kind: Any) -> Any:
    if not isinstance(value, Mapping):
        raise _misfit(kind, value)
    arm = get_args(kind)[1]
    return {str(name): read(arm, item, str(name)) for name, item in value.items()}


def _object(kind: Any) -> Callable[[Any, Any], Any]:
    make = _converter.gen_structure_attrs_fromdict(kind)

    def hook(value: Any, _kind: Any) -> Any:
        if isinstance(value, kind):
            return value
        if not isinstance(value, Mapping):
            raise _misfit(kind, value)
        return make(value, kind)

    return hook


def _is(*origins: Any) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) in origins


_converter.register_structure_hook_factory(attrs.has, _object)
_converter.register_structure_hook_func(_is(tuple), _list)
_converter.register_structure_hook_func(_is(Mapping), _table)
_converter.register_structure_hook_func(_is(Union, UnionType), _union)
_converter.register_structure_hook_func(_is(Literal), _literal)
_converter.register_structure_hook_func(_is(Annotated), _limited)
_converter.register_structure_hook(Timestamp, _moment)
_converter.register_structure_hook(float, _number)
_converter.register_structure_hook(str, _text)
_converter.register_structure_hook(int, _exactly)
_converter.register_structure_hook(bool, _exactly)
