"""Structs that an application hands in, checked whole before anything changes.

Every field is looked at, on every level, by its annotation: types, words, limits, finite numbers. What is wrong is
named by its path, as in ``measurement.temperature_celsius[0].location``, in the words that plain arguments get
(:mod:`ocpp16sm.arguments.arguments`). What has the right meaning in another form becomes the right form: a whole number
for a float, the text of a time, the word of an enumeration, a list for a tuple.

The annotations are read once for each class. What is right already, as nearly every reading of a meter is, is found to
be so by one compiled expression and comes back as the same object; anything else is gone through field by field.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from msgspec import Meta

from ocpp16sm.arguments import arguments
from ocpp16sm.arguments.arguments import Cut
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.messages.primitives import EXACT_MAX

V = TypeVar("V")
Check = Callable[[Any], Any]
"""Gives the normalised value, or raises :class:`InvalidArgumentError`."""

_NOTHING: Final = Meta()


def checked(name: str, value: Any, kind: type[V]) -> V:
    """A value of an attrs class (or of a subclass), normalised as above; the result is of ``kind`` itself.

    Raises :class:`~ocpp16sm.errors.InvalidArgumentError` about the first field that cannot be; ``TypeError`` for a
    class with a field of a type that nothing is known of.
    """
    wanted: Any = kind
    if _is_right(wanted)(value):
        result: V = value
        return result
    if not isinstance(value, kind):
        raise InvalidArgumentError(name, value, f"a {kind.__name__}")
    try:
        result = _normalised(wanted, value)
    except InvalidArgumentError as error:
        error.stands_in(name)
        raise
    return result


def all_checked(name: str, values: Any, kind: type[V], most: int | None = None) -> tuple[V, ...]:
    """At most so many values of an attrs class, each as :func:`checked`; from a tuple, a list or another iterable."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidArgumentError(name, values, f"a tuple, each of it a {kind.__name__}")
    given = tuple(values)
    if most is not None and len(given) > most:
        raise InvalidArgumentError(name, f"{len(given)} elements", f"at most {most}")
    return tuple(checked(f"{name}[{index}]", value, kind) for index, value in enumerate(given))


# -- whatever it is ---------------------------------------------------------------------------------------------------


def _normalised(kind: Any, value: Any) -> Any:
    """The value with each of its fields checked; the same one if that changes nothing."""
    given = {name: getattr(value, name) for name in _checks(kind)}
    made = {name: check(given[name]) for name, check in _checks(kind).items()}
    same = type(value) is kind and all(made[name] is given[name] for name in made)
    return value if same else kind(**made)


@cache
def _checks(kind: Any) -> dict[str, Check]:
    """Field of an attrs class -> its check."""
    annotations = get_type_hints(kind, include_extras=True)
    return {each.name: _field(each.name, annotations[each.name]) for each in attrs.fields(kind)}


def _without_none(annotation: Any) -> Any:
    """The type of what is there, where None means that nothing is."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    present = [each for each in get_args(annotation) if each is not NoneType]
    if len(present) != 1:
        raise TypeError(f"{annotation!r} leaves open what it is")
    return present[0]


def _field(name: str, annotation: Any) -> Check:
    """The check of a field that may be None, or may not."""
    present = _without_none(annotation)
    check = _present(name, present)
    return check if present is annotation else lambda value: None if value is None else check(value)


def _present(name: str, annotation: Any) -> Check:
    """The check of a value that is there."""
    kind, *notes = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
    meta = next((note for note in notes if isinstance(note, Meta)), _NOTHING)
    cut = next((note for note in notes if isinstance(note, Cut)), None)
    if get_origin(kind) is tuple:
        return _elements(name, get_args(kind)[0], meta)
    if kind is float:
        return lambda value: arguments.quantity(name, value)
    if kind is bool:
        return lambda value: arguments.boolean(name, value)
    if kind is int and meta.ge is not None and meta.le is not None:
        least, most = int(meta.ge), int(meta.le)
        return lambda value: arguments.integer(name, value, least, most)
    if kind is str and cut is not None:
        return lambda value: arguments.cut(name, value, cut.length)
    if kind is str:
        return lambda value: arguments.text(name, value, meta.max_length, may_be_empty=not meta.min_length)
    if kind in (Timestamp, datetime):
        return lambda value: arguments.moment(name, value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return lambda value: arguments.word(name, value, kind)
    if isinstance(kind, type) and attrs.has(kind):
        return lambda value: checked(name, value, kind)
    raise TypeError(f"{name}: nothing is known of values of the type {annotation!r}")


def _elements(name: str, annotation: Any, meta: Meta) -> Check:
    """The check of a tuple, and of each element by its place."""
    least, most = meta.min_length or 0, meta.max_length
    check = _present("", annotation)

    def check_all(value: Any) -> Any:
        if not isinstance(value, tuple | list):
            raise InvalidArgumentError(name, value, "a tuple")
        if len(value) < least or (most is not None and len(value) > most):
            allowed = f"at least {least}" if most is None else f"{least} to {most}"
            raise InvalidArgumentError(name, f"{len(value)} elements", f"{allowed} elements")
        made = []
        for index, element in enumerate(value):
            try:
                made.append(check(element))
            except InvalidArgumentError as error:
                error.stands_in(f"{name}[{index}]")
                raise
        same = type(value) is tuple and all(new is old for new, old in zip(made, value, strict=True))
        return value if same else tuple(made)

    return check_all


# -- what is right already ---------------------------------------------------------------------------------------------


@cache
def _is_right(kind: Any) -> Callable[[Any], bool]:
    """Whether a value is an instance of the class with nothing to be changed or refused, as one expression."""
    annotations = get_type_hints(kind, include_extras=True)
    known: dict[str, Any] = {"kind": kind}
    conditions = [f"({_condition(each.name, annotations[each.name], known)})" for each in attrs.fields(kind)]
    exec("def is_right(it):\n    return type(it) is kind and " + " and ".join(conditions), known)
    written: Callable[[Any], bool] = known["is_right"]
    return written


def _condition(name: str, annotation: Any, known: dict[str, Any]) -> str:
    """The part of the expression that is about one field; what it calls is put into ``known``."""
    present = _without_none(annotation)
    missing = "" if present is annotation else f"it.{name} is None or "
    if present is float:
        return f"{missing}type(v := it.{name}) is float and {-EXACT_MAX} <= v <= {EXACT_MAX}"
    known[f"{name}_is_right"] = _test(name, present)
    return f"{missing}{name}_is_right(it.{name})"


def _test(name: str, annotation: Any) -> Callable[[Any], bool]:
    """Whether a value that is there is right."""
    if get_origin(annotation) is tuple:
        element = _test(name, get_args(annotation)[0])
        return lambda value: type(value) is tuple and all(map(element, value))
    if annotation is Timestamp or (isinstance(annotation, type) and issubclass(annotation, StrEnum)):
        return lambda value: type(value) is annotation
    if isinstance(annotation, type) and attrs.has(annotation):
        return _is_right(annotation)
    check = _present(name, annotation)

    def passes(value: Any) -> bool:
        try:
            return check(value) is value
        except InvalidArgumentError:
            return False

    return passes
