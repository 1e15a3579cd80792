"""Definition of a configuration key: its type, range, access, default and effect."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from attrs import frozen

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

INT_MAX = 2**31 - 1
"""Maximum of integers in OCPP, which are signed 32 bit."""


class Access(StrEnum):
    """Who may read and write a key over OCPP (9)."""

    READ = "R"
    READ_WRITE = "RW"
    WRITE = "W"


class Kind(Protocol[T]):
    """A type of values: parses, formats and describes them."""

    @property
    def name(self) -> str:
        """The type in the specification: boolean, integer, string or CSL."""

    @property
    def allowed(self) -> str:
        """The allowed values, for people."""

    def read(self, text: str) -> T:
        """Parse a value. Raises ``ValueError`` with the reason if it is invalid."""

    def show(self, value: T) -> str:
        """Format a value; :meth:`read` parses the result."""


@frozen
class Boolean:
    """``true`` or ``false``, case insensitive."""

    name: str = "boolean"
    allowed: str = "true or false"

    def read(self, text: str) -> bool:
        word = text.strip().lower()
        if word not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return word == "true"

    def show(self, value: bool) -> str:
        return "true" if value else "false"


@frozen
class Integer:
    """A whole number from ``minimum`` to ``maximum``."""

    minimum: int = 0
    maximum: int = INT_MAX
    name: str = "integer"

    @property
    def allowed(self) -> str:
        return f"{self.minimum} to {self.maximum}"

    def read(self, text: str) -> int:
        """Parse a number; surrounding blanks are allowed."""
        if not re.fullmatch(r"[+-]?[0-9]{1,10}", text.strip()):
            raise ValueError(f"{text!r} is not a whole number")
        value = int(text)
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"{value} is not within {self.allowed}")
        return value

    def show(self, value: int) -> str:
        return str(value)


@frozen
class Number:
    """An exact decimal number; a bound of None is no bound."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    name: str = "decimal"

    @property
    def allowed(self) -> str:
        bounds = [
            f"{word} {bound}" for word, bound in (("from", self.minimum), ("to", self.maximum)) if bound is not None
        ]
        return " ".join(bounds) or "any number"

    def read(self, text: str) -> Decimal:
        """Parse a number; surrounding blanks are allowed."""
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            raise ValueError(f"{text!r} is not a number") from None
        if not value.is_finite():
            raise ValueError(f"{text!r} is not a number")
        if (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum):
            raise ValueError(f"{value} is not a number {self.allowed}")
        return value

    def show(self, value: Decimal) -> str:
        """Format without an exponent."""
        return f"{value:f}"


@frozen
class Word:
    """One of a set of words, case insensitive."""

    words: tuple[str, ...]
    name: str = "string"

    @property
    def allowed(self) -> str:
        return ", ".join(self.words)

    def read(self, text: str) -> str:
        """The word in its declared spelling."""
        return one_of(self.words)(text.strip())

    def show(self, value: str) -> str:
        return value


@frozen
class Text:
    """Any text of at most ``maximum`` characters."""

    maximum: int = 500
    name: str = "string"
    least: int = 0
    """Minimum length of a text that is not empty."""

    @property
    def allowed(self) -> str:
        return (
            f"{self.least} to {self.maximum} characters, or none"
            if self.least
            else f"at most {self.maximum} characters"
        )

    def read(self, text: str) -> str:
        if len(text) > self.maximum:
            raise ValueError(f"{len(text)} characters are more than {self.maximum}")
        if text and len(text) < self.least:
            raise ValueError(f"{len(text)} characters are fewer than {self.least}")
        return text

    def show(self, value: str) -> str:
        return value


@frozen
class CommaList(Generic[T]):
    """A comma-separated list (CSL). Blanks around items are ignored; an empty text is an empty list."""

    item: Callable[[str], T]
    """Parses one item; raises ``ValueError`` if it is invalid."""
    show_item: Callable[[T], str]
    allowed: str
    maximum: int = 100
    """Maximum number of items; reported as <key>MaxLength if such a key exists."""
    name: str = "CSL"
    least: int = 0
    """Minimum number of items."""

    def read(self, text: str) -> tuple[T, ...]:
        words = [word.strip() for word in text.split(",")] if text.strip() else []
        if len(words) > self.maximum:
            raise ValueError(f"{len(words)} items are more than {self.maximum}")
        if len(words) < self.least:
            raise ValueError(f"{len(words)} items are fewer than {self.least}")
        return tuple(self.item(word) for word in words)

    def show(self, value: tuple[T, ...]) -> str:
        return ",".join(self.show_item(item) for item in value)


def one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    """A parser that accepts any of ``words``, case insensitive, and returns the declared spelling."""
    by_lower = {word.lower(): word for word in words}

    def read(text: str) -> str:
        if text.lower() not in by_lower:
            raise ValueError(f"{text!r} is not one of {', '.join(words)}")
        return by_lower[text.lower()]

    return read


@frozen(eq=False)
class Key(Generic[T]):
    """A configuration key. As an index it carries its type: ``configuration[HEARTBEAT_INTERVAL]`` is an int."""

    name: str
    kind: Kind[T]
    default: T
    effect: str
    """What the key does, for docs/configuration.md."""
    access: Access = Access.READ_WRITE
    unit: str = ""
    source: str = "9.1"
    """Clause of OCPP 1.6 edition 2, or ``libocpp`` for a key of the reference implementation."""
    required: bool = True
    """Whether the specification requires the key of every charge point with this feature profile."""
    reboot: bool = False
    """Whether a new value takes effect only after a restart: ChangeConfiguration answers RebootRequired (5.3)."""

    @property
    def read_only(self) -> bool:
        """Whether ChangeConfiguration is rejected."""
        return self.access is Access.READ

    @property
    def write_only(self) -> bool:
        """Whether GetConfiguration does not return the value."""
        return self.access is Access.WRITE
