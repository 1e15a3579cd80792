"""A call of a method of the application's object, as a value.

The core does not call the application: it says what is to be called, and the shell calls it. So a recording holds the
calls, a test compares them, and the core stays free of I/O.
"""

from collections.abc import Awaitable
from typing import Any, ClassVar, TypeAlias, TypeVar

from msgspec.structs import astuple

from ocpp16sm.base.values import Value

T = TypeVar("T")
Maybe: TypeAlias = T | Awaitable[T]
"""A value, or something to await for it."""


class MethodCall(Value, frozen=True):
    """A method's name, and its arguments as fields in their order."""

    asks: ClassVar[type]
    """The class that declares the method."""
    method: ClassVar[str]

    @property
    def qualname(self) -> str:
        """Class and method, as in ``Hardware.unlock``."""
        return f"{self.asks.__name__}.{self.method}"

    def make(self, application: object) -> Any:
        """Call the method of ``application``; what it returns may have to be awaited."""
        return getattr(application, self.method)(*astuple(self))
