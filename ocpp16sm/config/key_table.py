"""All configuration keys, for validation, defaults, GetConfiguration and documentation."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from ocpp16sm.config import (
    certificate_keys,
    cost_keys,
    firmware_keys,
    identity_keys,
    keys,
    local_list_keys,
    own_keys,
    plug_and_charge_keys,
    reservation_keys,
    security_keys,
    smart_charging_keys,
)
from ocpp16sm.config.key import Key
from ocpp16sm.messages import FeatureProfile

MODULES: dict[ModuleType, FeatureProfile] = {
    keys: FeatureProfile.CORE,
    firmware_keys: FeatureProfile.FIRMWARE_MANAGEMENT,
    local_list_keys: FeatureProfile.LOCAL_AUTH_LIST_MANAGEMENT,
    reservation_keys: FeatureProfile.RESERVATION,
    smart_charging_keys: FeatureProfile.SMART_CHARGING,
    security_keys: FeatureProfile.CORE,
    certificate_keys: FeatureProfile.CORE,
    own_keys: FeatureProfile.CORE,
    identity_keys: FeatureProfile.CORE,
    cost_keys: FeatureProfile.CORE,
    plug_and_charge_keys: FeatureProfile.CORE,
}
"""Module of keys -> feature profile that must be supported for the keys to exist."""

_SWITCHED: dict[ModuleType, Key[bool]] = {cost_keys: own_keys.CUSTOM_DISPLAY_COST_AND_PRICE}
"""Module of keys -> key that must be true for the keys to exist."""


def keys_of(module: ModuleType) -> Iterator[Key[Any]]:
    """The keys that a module declares, in order."""
    return (value for value in vars(module).values() if isinstance(value, Key))


KEYS: tuple[Key[Any], ...] = tuple(key for module in MODULES for key in keys_of(module))
"""All keys: those of the feature profiles, and our own."""

PROFILES: dict[str, FeatureProfile] = {
    key.name: profile for module, profile in MODULES.items() for key in keys_of(module)
}
"""Name of a key -> its feature profile."""

SWITCHES: dict[str, Key[bool]] = {key.name: switch for module, switch in _SWITCHED.items() for key in keys_of(module)}
"""Name of a key -> key that must be true for it to exist."""
