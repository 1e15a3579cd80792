"""What a configuration key is: its type, range, access, default and effect, said once."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from attrs import frozen

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

INT_MAX = 2**31 - 1
"""The wire's integers are signed 32 bit."""


class Access(StrEnum):
    """Who may read and write a key over OCPP (9)."""

    READ = "R"
    READ_WRITE = "RW"
    WRITE = "W"


class Kind(Protocol[T]):
    """A type of values: how they are read from text, written as text, and described."""

    @property
    def name(self) -> str:
        """The specification's word: boolean, integer, string or CSL."""

    @property
    def allowed(self) -> str:
        """What is allowed, for people."""

    def read(self, text: str) -> T:
        """The value of a text. Raises ``ValueError`` saying what is wrong with it."""

    def show(self, value: T) -> str:
        """The text of a value."""


@frozen
class Boolean:
    """``true`` or ``false``, in any case."""

    name: str = "boolean"
    allowed: str = "true or false"

    def read(self, text: str) -> bool:
        """True or False."""
        word = text.strip().lower()
        if word not in ("true", "false"):
            raise ValueError(f"{text!r} is neither true nor false")
        return word == "true"

    def show(self, value: bool) -> str:
        """``true`` or ``false``."""
        return "true" if value else "false"


@frozen
class Integer:
    """A whole number within bounds."""

    minimum: int = 0
    maximum: int = INT_MAX
    name: str = "integer"

    @property
    def allowed(self) -> str:
        """The bounds."""
        return f"{self.minimum} to {self.maximum}"

    def read(self, text: str) -> int:
        """The number; nothing may follow it."""
        if not re.fullmatch(r"[+-]?[0-9]{1,10}", text.strip()):
            raise ValueError(f"{text!r} is not a whole number")
        value = int(text)
        if not self.minimum <= value <= self.maximum:
            raise ValueError(f"{value} is not within {self.allowed}")
        return value

    def show(self, value: int) -> str:
        """Decimal digits."""
        return str(value)


@frozen
class Number:
    """An exact decimal number within bounds; None: no bound."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    name: str = "decimal"

    @property
    def allowed(self) -> str:
        """The bounds."""
        bounds = [
            f"{word} {bound}" for word, bound in (("from", self.minimum), ("to", self.maximum)) if bound is not None
        ]
        return " ".join(bounds) or "any number"

    def read(self, text: str) -> Decimal:
        """The number; nothing may follow it."""
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
        """Decimal digits, without an exponent."""
        return f"{value:f}"


@frozen
class Word:
    """One of some words, in any case."""

    words: tuple[str, ...]
    name: str = "string"

    @property
    def allowed(self) -> str:
        """The words."""
        return ", ".join(self.words)

    def read(self, text: str) -> str:
        """The word, in its own spelling."""
        return one_of(self.words)(text.strip())

    def show(self, value: str) -> str:
        """The word itself."""
        return value


@frozen
class Text:
    """Any text up to a length."""

    maximum: int = 500
    name: str = "string"
    least: int = 0
    """Fewest characters, unless there are none."""

    @property
    def allowed(self) -> str:
        """The length."""
        return (
            f"{self.least} to {self.maximum} characters, or none"
            if self.least
            else f"at most {self.maximum} characters"
        )

    def read(self, text: str) -> str:
        """The text itself."""
        if len(text) > self.maximum:
            raise ValueError(f"{len(text)} characters are more than {self.maximum}")
        if text and len(text) < self.least:
            raise ValueError(f"{len(text)} characters are fewer than {self.least}")
        return text

    def show(self, value: str) -> str:
        """The text itself."""
        return value


@frozen
class CommaList(Generic[T]):
    """A comma-separated list (CSL) of items of one kind. Blanks around items do not count; empty is a list."""

    item: Callable[[str], T]
    """Reads one item; raises ``ValueError``."""
    show_item: Callable[[T], str]
    allowed: str
    maximum: int = 100
    """Most items; reported as <key>MaxLength where such a key exists."""
    name: str = "CSL"
    least: int = 0
    """Fewest items."""

    def read(self, text: str) -> tuple[T, ...]:
        """The items, in order."""
        words = [word.strip() for word in text.split(",")] if text.strip() else []
        if len(words) > self.maximum:
            raise ValueError(f"{len(words)} items are more than {self.maximum}")
        if len(words) < self.least:
            raise ValueError(f"{len(words)} items are fewer than {self.least}")
        return tuple(self.item(word) for word in words)

    def show(self, value: tuple[T, ...]) -> str:
        """Items joined by commas."""
        return ",".join(self.show_item(item) for item in value)


def one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    """An item reader that takes one of ``words``, in any case, and gives it in its own spelling."""
    by_lower = {word.lower(): word for word in words}

    def read(text: str) -> str:
        if text.lower() not in by_lower:
            raise ValueError(f"{text!r} is not one of {', '.join(words)}")
        return by_lower[text.lower()]

    return read


@frozen(eq=False)
class Key(Generic[T]):
    """One configuration key. Used as an index: ``configuration[HEARTBEAT_INTERVAL]`` has the key's type."""

    name: str
    kind: Kind[T]
    default: T
    effect: str
    """What the value does."""
    access: Access = Access.READ_WRITE
    unit: str = ""
    source: str = "9.1"
    """Clause of OCPP 1.6 edition 2, or ``libocpp`` for a key of the reference implementation's own."""
    required: bool = True
    """Whether the specification demands the key of every charge point with this feature profile."""
    reboot: bool = False
    """Whether a new value takes effect only at the next start: ChangeConfiguration answers RebootRequired (5.3)."""

    @property
    def read_only(self) -> bool:
        """Whether ChangeConfiguration is refused."""
        return self.access is Access.READ

    @property
    def write_only(self) -> bool:
        """Whether GetConfiguration knows nothing of it."""
        return self.access is Access.WRITE
