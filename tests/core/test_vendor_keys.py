"""Keys of the user's own, and keys whose profile is switched off.

Proves 5.3 (RebootRequired: set, and effective at the next start), 5.8, 9.1.29, 3.3.
"""

from decimal import Decimal
from typing import Any

import pytest

from ocpp16sm.config import key_table, keys
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.configuration_values import Configuration
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.errors import ConfigurationError
from ocpp16sm.listener import ConfigurationChanged
from ocpp16sm.messages import FeatureProfile
from tests.support.scene import CoreScene, accepted

BRIGHTNESS = VendorKey(name="Brightness", type="integer", default="80", minimum="10", maximum="100")
CHANNEL = VendorKey(name="RadioChannel", type="integer", default="1", maximum="13", reboot=True)
MODEL = VendorKey(name="CabinetModel", default="C3", access="R")


def scene_with(*declared: VendorKey, **configuration: str) -> CoreScene:
    """A charge point with keys of one's own."""
    return accepted(1, setup={"vendor_keys": declared}, **configuration)


def found(scene: CoreScene, key: str) -> dict[str, Any]:
    """What GetConfiguration says of a key."""
    (value,) = scene.asks("GetConfiguration", key=[key])["configurationKey"]
    return dict(value)


def change(scene: CoreScene, key: str, value: str) -> str:
    """The status of ChangeConfiguration."""
    return str(scene.asks("ChangeConfiguration", key=key, value=value)["status"])


# -- keys of one's own ------------------------------------------------------------------------------------------------


def test_a_vendor_key_is_read_changed_and_kept() -> None:
    """5.3, 5.8."""
    scene = scene_with(BRIGHTNESS)
    assert found(scene, "brightness") == {"key": "Brightness", "readonly": False, "value": "80"}
    assert change(scene, "BRIGHTNESS", "30") == "Accepted"
    scene.restarts()
    scene.hears_all()
    assert found(scene, "Brightness")["value"] == "30"
    assert ConfigurationChanged("Brightness", "30") in scene.told


def test_a_vendor_key_stands_among_all_the_others() -> None:
    """5.8: without names, all keys."""
    scene = scene_with(BRIGHTNESS, MODEL)
    told = {one["key"]: one for one in scene.asks("GetConfiguration")["configurationKey"]}
    assert told["CabinetModel"] == {"key": "CabinetModel", "readonly": True, "value": "C3"}
    assert {"Brightness", "HeartbeatInterval"} < set(told)


@pytest.mark.parametrize("value", ["9", "101", "bright", ""])
def test_a_value_that_a_vendor_key_does_not_allow_is_rejected(value: str) -> None:
    """5.3."""
    scene = scene_with(BRIGHTNESS)
    assert change(scene, "Brightness", value) == "Rejected"
    assert found(scene, "Brightness")["value"] == "80"


def test_a_vendor_key_that_is_read_only_cannot_be_changed() -> None:
    """5.3; nor by the application."""
    scene = scene_with(MODEL)
    assert change(scene, "CabinetModel", "C4") == "Rejected"
    with pytest.raises(ConfigurationError, match="read-only"):
        scene.virtual.feed(inputs.ConfigurationSet("CabinetModel", "C4"))


def test_the_settings_may_give_a_vendor_key_another_value_than_its_default() -> None:
    """As for every other key."""
    assert found(scene_with(BRIGHTNESS, Brightness="55"), "Brightness")["value"] == "55"


def test_a_key_that_is_declared_no_more_is_not_there_and_harms_nothing() -> None:
    """The store may still hold its value."""
    before = scene_with(BRIGHTNESS)
    assert change(before, "Brightness", "30") == "Accepted"
    after = CoreScene(store=before.virtual.store)
    after.starts()
    after.hears_all()
    assert after.asks("GetConfiguration", key=["Brightness"]) == {"unknownKey": ["Brightness"]}


@pytest.mark.parametrize("name", ["heartbeatinterval", "HeartbeatInterval", "Brightness"])
def test_two_keys_of_one_name_are_refused(name: str) -> None:
    """Names are CiStrings (6.9): a station with both could answer for one only."""
    declared = (BRIGHTNESS, VendorKey(name=name))
    with pytest.raises(ConfigurationError, match=r"there is (HeartbeatInterval|Brightness) already"):
        Configuration(Journal(), {}, declared)


@pytest.mark.parametrize(
    ("declared", "text", "value", "shown"),
    [
        ({"type": "boolean", "default": "false"}, "TRUE", True, "true"),
        ({"type": "integer", "default": "0", "minimum": "-5"}, "-5", -5, "-5"),
        ({"type": "decimal", "default": "0.5", "minimum": "0.25"}, "0.30", Decimal("0.30"), "0.30"),
        ({"type": "decimal", "default": "1"}, "1e3", Decimal(1000), "1000"),
        ({}, "anything, really", "anything, really", "anything, really"),
        ({"choices": ("low", "High"), "default": "low"}, "HIGH", "High", "High"),
        ({"type": "CSL"}, "b, a", ("b", "a"), "b,a"),
        ({"type": "CSL", "choices": ("a", "b"), "maximum": "2"}, "A,b", ("a", "b"), "a,b"),
    ],
)
def test_what_values_become(declared: dict[str, Any], text: str, value: Any, shown: str) -> None:
    """The five types of 9."""
    key = VendorKey(name="Mine", **declared).key()
    assert key.kind.read(text) == value
    assert key.kind.show(key.kind.read(text)) == shown


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ({"type": "decimal", "default": "1", "minimum": "1", "maximum": "2"}, "2.01"),
        ({"type": "decimal", "default": "1"}, "NaN"),
        ({"type": "decimal", "default": "1"}, "1,5"),
        ({"choices": ("low", "high"), "default": "low"}, "middle"),
        ({"maximum": "3"}, "four"),
        ({"type": "CSL", "choices": ("a",)}, "a,b"),
        ({"type": "CSL", "maximum": "1"}, "a,b"),
    ],
)
def test_what_is_no_value(declared: dict[str, Any], text: str) -> None:
    """Bounds, words, lengths."""
    with pytest.raises(ValueError, match=r"."):
        VendorKey(name="Mine", **declared).key().kind.read(text)


@pytest.mark.parametrize(
    ("declared", "path"),
    [
        ({"name": "two words"}, "vendor_keys"),
        ({"name": "x" * 51}, "vendor_keys"),
        ({"type": "number"}, "vendor_keys.Mine.type"),
        ({"access": "W"}, "vendor_keys.Mine.access"),
        ({"type": "integer"}, "vendor_keys.Mine.default"),
        ({"type": "integer", "default": "5", "minimum": "6"}, "vendor_keys.Mine.default"),
        ({"type": "integer", "default": "5", "minimum": "low"}, "vendor_keys.Mine.minimum"),
        ({"type": "decimal", "default": "5", "maximum": "high"}, "vendor_keys.Mine.maximum"),
        ({"type": "boolean", "default": "true", "maximum": "1"}, "vendor_keys.Mine.maximum"),
        ({"type": "integer", "default": "1", "choices": ("1",)}, "vendor_keys.Mine.choices"),
        ({"choices": ("a",), "default": "b"}, "vendor_keys.Mine.default"),
    ],
)
def test_a_wrong_declaration_says_where_it_is_wrong(declared: dict[str, Any], path: str) -> None:
    """At once, not when the Central System asks."""
    with pytest.raises(ConfigurationError) as refused:
        VendorKey(**{"name": "Mine", **declared})
    assert refused.value.key == path


# -- RebootRequired ---------------------------------------------------------------------------------------------------


def test_a_change_that_needs_a_reboot_waits_for_it() -> None:
    """5.3, 7.22: what was set is told, and in force after the next start."""
    scene = scene_with(CHANNEL)
    key = scene.virtual.core.features.configuration.find("RadioChannel")
    assert key is not None
    assert change(scene, "RadioChannel", "7") == "RebootRequired"
    assert found(scene, "RadioChannel")["value"] == "7"
    assert scene.virtual.core.features.configuration[key] == 1
    assert change(scene, "RadioChannel", "14") == "Rejected"
    scene.restarts()
    scene.hears_all()
    found_again = scene.virtual.core.features.configuration.find("RadioChannel")
    assert found_again is not None
    assert scene.virtual.core.features.configuration[found_again] == 7
    assert found(scene, "RadioChannel")["value"] == "7"


# -- profiles that are switched off -----------------------------------------------------------------------------------

OTHERS = [profile for profile in FeatureProfile if profile in set(key_table.MODULES.values()) - {FeatureProfile.CORE}]
"""Profiles that have keys."""


@pytest.mark.parametrize("profile", OTHERS)
def test_the_keys_of_a_profile_that_is_switched_off_are_not_there(profile: FeatureProfile) -> None:
    """9.1.29: NotSupported and unknownKey, as for any other key that does not exist."""
    names = [name for name, of in key_table.PROFILES.items() if of is profile]
    rest = ",".join(one for one in keys.FEATURE_PROFILES if one != str(profile))
    scene = accepted(SupportedFeatureProfiles=rest)
    assert scene.asks("GetConfiguration", key=names) == {"unknownKey": names}
    assert not {one["key"] for one in scene.asks("GetConfiguration")["configurationKey"]} & set(names)
    for name in names:
        assert change(scene, name, "1") == "NotSupported"


def test_there_is_no_charge_point_without_the_core_profile() -> None:
    """3.3: the others are optional."""
    with pytest.raises(ConfigurationError, match="a list with Core in it"):
        Configuration(Journal(), {"SupportedFeatureProfiles": "RemoteTrigger"})
