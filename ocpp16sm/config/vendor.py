"""Configuration keys of the user's own: declared in the settings, kept and answered for like all others (5.3, 5.8)."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import frozen

from ocpp16sm.config.key import INT_MAX, Access, Boolean, CommaList, Integer, Key, Kind, Number, Text, Word, one_of
from ocpp16sm.errors import ConfigurationError

NAME = re.compile(r"[^\s,]{1,50}")
"""A CiString50 (7.29); blanks and commas would not survive what people do with names."""

BOUNDS = ("minimum", "maximum")


@frozen(kw_only=True)
class VendorKey:
    """A configuration key that OCPP does not know; in TOML a table of that name below ``[vendor_keys]``.

    ::

        [vendor_keys.DisplayBrightness]
        type = "integer"
        minimum = 10
        maximum = 100
        default = "80"
        unit = "%"

    Wrong declarations raise :class:`~ocpp16sm.errors.ConfigurationError`.
    """

    name: str
    """At most 50 characters, without blanks and commas; no key that there is already."""
    type: str = "string"
    """``boolean``, ``integer``, ``decimal``, ``string`` or ``CSL`` (a comma-separated list)."""
    default: str = ""
    """The value as a text. Required, except for ``string`` and ``CSL``, where it is empty if not given."""
    access: str = "RW"
    """``RW``, or ``R``: the Central System may only read it."""
    unit: str = ""
    """Of the value, for people."""
    minimum: str = ""
    """Least ``integer`` (0) or ``decimal`` (no bound)."""
    maximum: str = ""
    """Most: of an ``integer`` (2147483647) or ``decimal`` (no bound); characters of a ``string`` (500); items of a
    ``CSL`` (100)."""
    choices: tuple[str, ...] = ()
    """The only values of a ``string``, the only items of a ``CSL``; in any case. Empty: everything is allowed."""
    reboot: bool = False
    """Whether a change takes effect only at the next start: it is answered RebootRequired (5.3)."""
    effect: str = ""
    """What the value does, for people."""

    def __attrs_post_init__(self) -> None:
        self.key()

    def key(self) -> Key[Any]:
        """The declared key."""
        for what in ("name", "type", "default", "access", "unit", "minimum", "maximum", "effect"):
            if not isinstance(getattr(self, what), str):
                raise self._error(what, getattr(self, what), "a text")
        if not NAME.fullmatch(self.name):
            raise ConfigurationError("vendor_keys", self.name, "a name of 1 to 50 characters without blanks and commas")
        if self.type not in _KINDS:
            raise self._error("type", self.type, ", ".join(_KINDS))
        if self.access not in (Access.READ, Access.READ_WRITE):
            raise self._error("access", self.access, f"{Access.READ}, {Access.READ_WRITE}")
        kind = _KINDS[self.type](self)
        try:
            default = kind.read(self.default)
        except ValueError as error:
            raise self._error("default", self.default, f"{kind.allowed} ({error})") from None
        return Key(
            self.name,
            kind,
            default,
            self.effect,
            Access(self.access),
            self.unit,
            source="vendor",
            required=False,
            reboot=self.reboot,
        )

    def _error(self, what: str, given: object, allowed: str) -> ConfigurationError:
        return ConfigurationError(f"vendor_keys.{self.name}.{what}", given, allowed)

    def _bound(self, which: str, usual: int) -> int:
        text = getattr(self, which)
        try:
            return Integer(-INT_MAX - 1, INT_MAX).read(text) if text else usual
        except ValueError as error:
            raise self._error(which, text, f"a whole number ({error})") from None

    def _decimal_bound(self, which: str) -> Decimal | None:
        text = getattr(self, which)
        try:
            return Number().read(text) if text else None
        except (ValueError, InvalidOperation) as error:
            raise self._error(which, text, f"a number ({error})") from None

    def _nothing(self, *which: str) -> None:
        for name in which:
            if getattr(self, name):
                raise self._error(name, getattr(self, name), f"nothing: it means nothing for the type {self.type}")


def _boolean(key: VendorKey) -> Kind[Any]:
    key._nothing(*BOUNDS, "choices")
    return Boolean()


def _integer(key: VendorKey) -> Kind[Any]:
    key._nothing("choices")
    return Integer(key._bound("minimum", 0), key._bound("maximum", INT_MAX))


def _decimal(key: VendorKey) -> Kind[Any]:
    key._nothing("choices")
    return Number(key._decimal_bound("minimum"), key._decimal_bound("maximum"))


def _string(key: VendorKey) -> Kind[Any]:
    key._nothing("minimum", *(("maximum",) if key.choices else ()))
    return Word(key.choices) if key.choices else Text(key._bound("maximum", 500))


def _list(key: VendorKey) -> Kind[Any]:
    key._nothing("minimum")
    item = one_of(key.choices) if key.choices else str
    allowed = f"a list of {', '.join(key.choices) or 'texts'}"
    return CommaList(item, str, allowed, key._bound("maximum", 100))


_KINDS: dict[str, Callable[[VendorKey], Kind[Any]]] = {
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "string": _string,
    "CSL": _list,
}
