"""The values of the configuration keys: configured, changed by the Central System, and kept over a restart."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from ocpp16sm.base.secret import MASK
from ocpp16sm.config import cost_keys, key_table, keys, own_keys
from ocpp16sm.config.cost_kinds import Written
from ocpp16sm.config.key import Key
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.errors import ConfigurationError, UnknownKeyError
from ocpp16sm.messages import FeatureProfile
from ocpp16sm.messages.cost import DefaultPriceText

T = TypeVar("T")

_MAX_LENGTHS: dict[str, Key[int]] = {
    key.name.removesuffix("MaxLength"): key for key in key_table.KEYS if key.name.endswith("MaxLength")
}

_BY_LOWER = {key.name.lower(): key for key in key_table.KEYS}


@lru_cache(maxsize=16)
def _shared(there: tuple[Key[Any], ...]) -> tuple[tuple[Key[Any], ...], dict[str, Key[Any]]]:
    """The keys, and the same by lower-case name; shared by all charge points of a fleet with these keys."""
    return there, {key.name.lower(): key for key in there}


class Configuration(Component):
    """Typed values by key: ``configuration[HEARTBEAT_INTERVAL]``.

    ``initial`` are texts by name, in any case, as configured; a wrong one raises :class:`ConfigurationError` naming
    the key, what was given and what is allowed. ``vendor_keys`` are keys of the user's own.
    """

    __slots__ = ("_by_lower", "_listeners", "_next", "_values", "keys", "price_texts")
    STATE = IN_PLACE = ("_next", "_values")

    def __init__(self, journal: Journal, initial: Mapping[str, str], vendor_keys: Iterable[VendorKey] = ()) -> None:
        super().__init__(journal)
        self.keys = key_table.KEYS
        """All keys that are present; those of unsupported feature profiles are absent."""
        self._by_lower = _BY_LOWER
        for vendor_key in vendor_keys:
            self._add(vendor_key.key())
        self.price_texts = _price_texts(initial)
        """The keys of the default price in each language, if there are several languages."""
        for price_text in self.price_texts:
            self._add(price_text)
        self._values: dict[str, Any] = {}
        """Only the values that differ from the default, because few do."""
        self._next: dict[str, Any] = {}
        """Values that take effect at the next start."""
        self._listeners: dict[str, tuple[Callable[[], None], ...]] = {}
        named = {}
        for name, text in initial.items():
            key = self.find(name) or _meter_key(name)
            if key is None:
                raise UnknownKeyError(name, (key.name for key in self.keys))
            named[key] = text
        # what limits other keys is read-only
        limits_first = sorted(named, key=lambda key: (key is not keys.NUMBER_OF_CONNECTORS, not key.read_only))
        for key in limits_first:
            try:
                self._values[key.name] = self.read(key, named[key])
            except ValueError as error:
                shown = MASK if key.write_only else named[key]
                raise ConfigurationError(key.name, shown, f"{key.kind.allowed} ({error})") from None
        if not self.supports(FeatureProfile.CORE):
            shown = self.text(keys.SUPPORTED_FEATURE_PROFILES)
            raise ConfigurationError(keys.SUPPORTED_FEATURE_PROFILES.name, shown, "a list with Core in it (3.3)")
        self._hide_the_unsupported()

    def _add(self, key: Key[Any]) -> None:
        known = self.find(key.name)
        if known is not None:
            raise ConfigurationError("vendor_keys", key.name, f"a key of your own; there is {known.name} already")
        self.keys = (*self.keys, key)
        self._by_lower = {**self._by_lower, key.name.lower(): key}

    def _hide_the_unsupported(self) -> None:
        """Remove the keys of what is switched off; their values stay readable for the core."""
        there = tuple(key for key in self.keys if self._is_there(key))
        if len(there) < len(self.keys):
            self.keys, self._by_lower = _shared(there)

    def _is_there(self, key: Key[Any]) -> bool:
        switch = key_table.SWITCHES.get(key.name)
        return self.supports(key_table.PROFILES.get(key.name, FeatureProfile.CORE)) and (switch is None or self[switch])

    def is_on(self, name: str) -> bool:
        """Whether the boolean key of this name exists and is true."""
        key = self.find(name)
        return key is not None and self[key] is True

    def supports(self, profile: FeatureProfile) -> bool:
        """Whether a feature profile is supported (3.3). Security is, always."""
        return profile is FeatureProfile.SECURITY or str(profile) in self[keys.SUPPORTED_FEATURE_PROFILES]

    def __getitem__(self, key: Key[T]) -> T:
        value: T = self._values.get(key.name, key.default)
        return value

    def find(self, name: str) -> Key[Any] | None:
        """The key of a name, compared case-insensitively (names are CiStrings, 6.9); None if there is none."""
        key = self._by_lower.get(name.lower())
        if key is None:
            key = _meter_key(name)
            return key if key is not None and self[key] else None
        return key

    @property
    def present(self) -> tuple[Key[Any], ...]:
        """The keys, including those with the public keys of meters that have one."""
        numbers = range(1, self[keys.NUMBER_OF_CONNECTORS] + 1)
        published = (own_keys.meter_public_key(number) for number in numbers)
        return (*self.keys, *(key for key in published if self[key]))

    def text(self, key: Key[Any]) -> str:
        """The value as OCPP text: the one that was set last, even if it takes effect only at the next start."""
        return key.kind.show(self._next.get(key.name, self[key]))

    def read(self, key: Key[T], text: str) -> T:
        """Parse the value of a key, within the limits that other keys set. Raises ``ValueError``."""
        value = key.kind.read(text)
        if isinstance(value, tuple):
            items: tuple[Any, ...] = value
            limit = _MAX_LENGTHS.get(key.name)
            if limit is not None and len(items) > self[limit]:
                raise ValueError(f"{len(items)} items are more than {limit.name} = {self[limit]}")
            if key in keys.MEASURAND_LISTS:
                unsupported = [i.show() for i in items if i.measurand not in self[own_keys.SUPPORTED_MEASURANDS]]
                if unsupported:
                    raise ValueError(f"{', '.join(unsupported)} cannot be measured here (errata 3.13)")
            if key is keys.CONNECTOR_PHASE_ROTATION:
                unknown = [connector for connector, _ in items if connector > self[keys.NUMBER_OF_CONNECTORS]]
                if unknown:
                    raise ValueError(f"there is no connector {unknown[0]}")
        number = own_keys.connector_of(key.name)
        if number is not None and number > self[keys.NUMBER_OF_CONNECTORS]:
            raise ValueError(f"there is no connector {number}")
        if key is cost_keys.LANGUAGE and value and value not in self[cost_keys.SUPPORTED_LANGUAGES]:
            raise ValueError(f"{value!r} is not one of SupportedLanguages")
        return value

    def set(self, key: Key[T], value: T) -> None:
        """Change a value and call its listeners. A key that needs a reboot changes at the next start instead."""
        self.touch()
        if key.reboot:
            self._next[key.name] = value
            return
        self._values[key.name] = value
        for changed in self._listeners.get(key.name, ()):
            changed()

    def restore(self, stored: Mapping[str, str]) -> list[str]:
        """Take the values that were kept on disk; return the names of those that were left out as not allowed.

        The value of an absent key is left out too but stays on disk: what it belongs to may be switched on again.
        """
        self.touch()
        refused = []
        for name, text in stored.items():
            key = self.find(name) or _meter_key(name)
            if key is None:
                continue
            try:
                self._values[key.name] = self.read(key, text)
            except (ValueError, ArithmeticError, RecursionError):
                refused.append(name)
        return refused

    def on_change(self, key: Key[Any], changed: Callable[[], None]) -> None:
        """Call ``changed`` after every change of a key."""
        self._listeners[key.name] = (*self._listeners.get(key.name, ()), changed)


def _meter_key(name: str) -> Key[str] | None:
    number = own_keys.connector_of(name)
    return None if number is None else own_keys.meter_public_key(number)


def _price_texts(initial: Mapping[str, str]) -> tuple[Key[Written[DefaultPriceText]], ...]:
    """The keys follow from the initial configuration alone; nothing changes them later."""
    given = {name.lower(): text for name, text in initial.items()}

    def value(key: Key[Any]) -> Any:
        try:
            return key.kind.read(given[key.name.lower()])
        except (KeyError, ValueError):  # what is wrong is said when all keys are read
            return key.default

    switches = (own_keys.CUSTOM_DISPLAY_COST_AND_PRICE, cost_keys.CUSTOM_MULTI_LANGUAGE_MESSAGES)
    if not all(value(switch) for switch in switches):
        return ()
    languages: tuple[str, ...] = value(cost_keys.SUPPORTED_LANGUAGES)
    return tuple(cost_keys.text_of(language) for language in dict.fromkeys(languages))
