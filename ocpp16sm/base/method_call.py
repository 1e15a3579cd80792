"""Calls of methods of the application's objects, as values.

The core does not call the application. It returns calls as values, and the shell performs them. Recordings can
therefore contain calls, tests can compare them, and the core stays free of I/O.
"""

import re
from collections.abc import Awaitable
from typing import Any, ClassVar, TypeAlias, TypeVar

from msgspec.structs import astuple

from ocpp16sm.base.values import Value

T = TypeVar("T")
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")

Maybe: TypeAlias = T | Awaitable[T]
"""A value, or something to await for it."""


class MethodCall(Value, frozen=True):
    """A method and its arguments, which are the fields in order.

    The name of the method follows from that of the class (``SetEvseIds``: ``set_evse_ids``), unless it is given.
    """

    asks: ClassVar[type]
    """The class that declares the method."""
    method: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Derive the name of the method."""
        super().__init_subclass__()
        if "method" not in vars(cls):
            cls.method = _CAPITAL.sub("_", cls.__name__).lower()

    @property
    def qualname(self) -> str:
        """Class and method, such as ``Hardware.unlock``."""
        return f"{self.asks.__name__}.{self.method}"

    def make(self, application: object) -> Any:
        """Call the method of ``application`` and return its result: a value or an awaitable."""
        return getattr(application, self.method)(*astuple(self))
