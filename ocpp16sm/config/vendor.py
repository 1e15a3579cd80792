"""Configuration keys that the user declares in the settings; OCPP treats them like all others (5.3, 5.8)."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from attrs import frozen

from ocpp16sm.config.key import INT_MAX, Access, Boolean, CommaList, Integer, Key, Kind, Number, Text, Word, one_of
from ocpp16sm.errors import ConfigurationError

NAME = re.compile(r"[^\s,]{1,50}")
"""A CiString50 (7.29) without blanks and commas, which would be ambiguous in lists and files."""

BOUNDS = ("minimum", "maximum")


@frozen(kw_only=True)
class VendorKey:
    """A configuration key of your own; in TOML, a table with its name below ``[vendor_keys]``.

    ::

        [vendor_keys.DisplayBrightness]
        type = "integer"
        minimum = 10
        maximum = 100
        default = "80"
        unit = "%"

    An invalid declaration raises :class:`~ocpp16sm.errors.ConfigurationError`.
    """

    name: str
    """At most 50 characters, without blanks and commas; not the name of another key."""
    type: str = "string"
    """``boolean``, ``integer``, ``decimal``, ``string`` or ``CSL`` (a comma-separated list)."""
    default: str = ""
    """The default value as a text. Required, except for ``string`` and ``CSL``, where it may be empty."""
    access: str = "RW"
    """``RW``, or ``R`` if the Central System must not change the key."""
    unit: str = ""
    """Unit of the value, for people."""
    minimum: str = ""
    """Minimum of an ``integer`` (default 0) or a ``decimal`` (default: no bound)."""
    maximum: str = ""
    """Maximum: value of an ``integer`` (default 2147483647) or ``decimal`` (default: no bound), length of a
    ``string`` (default 500), number of items of a ``CSL`` (default 100)."""
    choices: tuple[str, ...] = ()
    """Allowed values of a ``string`` or items of a ``CSL``, case insensitive. Empty: no restriction."""
    reboot: bool = False
    """Whether a change takes effect only after a restart: it is answered RebootRequired (5.3)."""
    effect: str = ""
    """What the key does, for people."""

    def __attrs_post_init__(self) -> None:
        self.key()

    def key(self) -> Key[Any]:
        """The declared key; raises :class:`~ocpp16sm.errors.ConfigurationError` if the declaration is invalid."""
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
                raise self._error(name, getattr(self, name), f"no value: it has no meaning for the type {self.type}")


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
