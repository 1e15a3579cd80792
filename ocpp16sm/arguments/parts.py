"""Checks of the objects that an application passes to a charge point.

A class instead of an instance, a misspelt override or one with other parameters would otherwise be noticed only when
the Central System needs it, perhaps years later.
"""

import inspect
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

from ocpp16sm.errors import InvalidArgumentError

T = TypeVar("T")

_CLOSE = 0.8
"""Similarity of two names, 0 to 1, at which one counts as a misspelling of the other."""


def part_or(name: str, part: T | None, base: type[Any], default: Callable[[], T]) -> T:
    """The object, checked by :func:`checked_part`, or the default without one."""
    return default() if part is None else checked_part(name, part, base)


def checked_part(name: str, part: T, base: type[Any]) -> T:
    """An instance of ``base``, or of a class with the methods of the protocol ``base``.

    Raises :class:`~ocpp16sm.errors.InvalidArgumentError` if it is a class, lacks a method, has a public method whose
    name is nearly that of one of ``base``, or overrides one with other parameters.
    """
    declared = _methods(base)
    kind = type(part)
    if isinstance(part, type):
        raise InvalidArgumentError(name, part, f"an instance: {part.__name__}(...), not the class")
    if not getattr(base, "_is_protocol", False) and not isinstance(part, base):
        raise InvalidArgumentError(name, part, f"an instance of {base.__name__} or of a subclass")
    for method, declaration in declared.items():
        own = getattr(part, method, None)
        if not callable(own):
            raise InvalidArgumentError(name, part, f"an object with the method {method}")
        if getattr(kind, method, None) is not declaration:
            _check_parameters(name, kind, method, own, declaration)
    for method in sorted(set(_methods(kind)) - set(declared)):
        meant = get_close_matches(method, declared, n=1, cutoff=_CLOSE)
        if meant and not _is_overridden(kind, base, meant[0]):
            raise InvalidArgumentError(
                name,
                f"{kind.__name__} with a method {method}",
                f"a {base.__name__}, which has a method {meant[0]}; rename {method}, or begin it with an underscore",
            )
    return part


def _methods(kind: type[Any]) -> dict[str, Any]:
    """The public methods of a class, with those that it inherits."""
    return {
        name: getattr(kind, name)
        for name in dir(kind)
        if not name.startswith("_") and inspect.isroutine(inspect.getattr_static(kind, name))
    }


def _is_overridden(kind: type[Any], base: type[Any], method: str) -> bool:
    return getattr(kind, method, None) is not getattr(base, method)


def _check_parameters(name: str, kind: type[Any], method: str, own: Any, declaration: Any) -> None:
    """Whether an override can be called as the method that it overrides is: with each argument by position."""
    wanted = list(inspect.signature(declaration).parameters.values())[1:]
    try:
        given = inspect.signature(own)
    except (TypeError, ValueError):
        return  # it is not written in Python, and does not tell
    try:
        given.bind(*wanted)
    except TypeError:
        expected = f"{method}({', '.join(parameter.name for parameter in wanted)})"
        raise InvalidArgumentError(name, f"{kind.__name__} with {method}{given}", f"one with {expected}") from None
