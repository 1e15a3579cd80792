"""Checks of what the methods of an application's objects return.

The declared return types of the methods of :class:`~ocpp16sm.hardware.Hardware` and
:class:`~ocpp16sm.certificates.Certificates` are the specification. A wrong answer counts as a failed call, and every
caller has a safe reaction to that: an unlock has failed, a reset is not allowed, a firmware update has not begun, a
certificate is not accepted.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ocpp16sm.arguments import arguments
from ocpp16sm.base.method_call import MethodCall
from ocpp16sm.errors import InvalidArgumentError, WrongAnswerError


def checked_answer(call: MethodCall, answer: Any) -> Any:
    """The answer to a call, with words converted to members of their enumerations.

    Where nothing is expected, any answer is allowed and becomes None. Raises
    :class:`~ocpp16sm.errors.WrongAnswerError` if the answer does not have the declared type.
    """
    check, expected = _expectation(call.asks, call.method)
    try:
        return check(answer)
    except Exception:  # an object of the application's may raise whatever it is asked
        raise WrongAnswerError(call.qualname, answer, expected) from None


Check = Callable[[Any], Any]


@cache
def _expectation(asks: type, method: str) -> tuple[Check, str]:
    """The check of a return value, and its type in words."""
    returned = get_type_hints(getattr(asks, method))["return"]
    kinds = [kind for kind in _members(returned) if get_origin(kind) is not Awaitable]
    present = [kind for kind in kinds if kind is not NoneType]
    if not present:
        return lambda _answer: None, "nothing"
    (kind,) = present
    check, words = _check(kind)
    if len(kinds) > len(present):
        return lambda answer: None if answer is None else check(answer), f"{words} or None"
    return check, words


def _members(annotation: Any) -> list[Any]:
    """The types of a union, including those of nested unions."""
    origin = get_origin(annotation)
    if origin is Union or origin is UnionType:
        return [kind for member in get_args(annotation) for kind in _members(member)]
    return [Awaitable[Any] if origin is not None and origin.__name__ == "Awaitable" else annotation]


def _check(kind: Any) -> tuple[Check, str]:
    if get_origin(kind) is tuple:
        return _check_elements(get_args(kind)[0])
    if kind is bool:
        return lambda answer: arguments.boolean("", answer), "True or False"
    if kind is str:
        return lambda answer: arguments.text("", answer), "a text"
    if issubclass(kind, StrEnum):
        return lambda answer: arguments.word("", answer, kind), _a(kind.__name__)

    def check(answer: Any) -> Any:
        if not isinstance(answer, kind):
            raise InvalidArgumentError("", answer, kind.__name__)
        return answer

    return check, _a(kind.__name__)


def _check_elements(kind: Any) -> tuple[Check, str]:
    check_one, words = _check(kind)

    def check(answer: Any) -> Any:
        if not isinstance(answer, tuple | list):
            raise InvalidArgumentError("", answer, "a tuple")
        return tuple(map(check_one, answer))

    return check, f"a tuple, each element {words}"


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
