"""A configuration of libocpp becomes settings: what is known is taken, what is not is told."""

import json
from typing import Any

import pytest

from ocpp16sm.config import identity_keys, key_table
from ocpp16sm.config.key import Key
from ocpp16sm.config.vendor import VendorKey
from ocpp16sm.errors import ConfigurationError
from ocpp16sm.libocpp import from_libocpp
from ocpp16sm.records import Identity

INTERNAL = {
    "ChargePointId": "cp001",
    "CentralSystemURI": "127.0.0.1:8180/steve/websocket/CentralSystemService/",
    "ChargeBoxSerialNumber": "box",
    "ChargePointModel": "Yeti",
    "ChargePointVendor": "Pionix",
    "FirmwareVersion": "0.1",
    "LogMessagesFormat": [],
}


ELSEWHERE = {"NumberOfConnectors": 1}
NO_DEFAULT = {"AuthorizationKey": "0123456789abcdef"}


def migrated(**sections: Any) -> Any:
    """The whole of it."""
    return from_libocpp({"Internal": INTERNAL, **sections})


def test_who_and_where_the_charge_point_is() -> None:
    settings = migrated(Core={"NumberOfConnectors": 2}).settings
    assert settings.charge_point_id == "cp001"
    assert settings.connectors == 2
    assert settings.connection_url == "ws://127.0.0.1:8180/steve/websocket/CentralSystemService/cp001"
    assert settings.identity == Identity(
        charge_point_vendor="Pionix",
        charge_point_model="Yeti",
        charge_box_serial_number="box",
        firmware_version="0.1",
    )


@pytest.mark.parametrize(
    ("uri", "profile", "dialled"),
    [
        ("host/ocpp", 0, "ws://host/ocpp/cp001"),
        ("host/ocpp/cp001", 1, "ws://host/ocpp/cp001"),
        ("ws://host:9000/", 2, "ws://host:9000/cp001"),
        ("host:9000", 2, "wss://host:9000/cp001"),
        ("wss://host/cp001/", 3, "wss://host/cp001"),
    ],
)
def test_the_address_with_or_without_scheme_and_id(uri: str, profile: int, dialled: str) -> None:
    found = from_libocpp(
        {"Internal": {**INTERNAL, "CentralSystemURI": uri}, "Security": {"SecurityProfile": profile}}
    ).settings
    assert found.connection_url == dialled


def test_settings_that_are_given_win() -> None:
    settings = from_libocpp({"Internal": INTERNAL}, connectors=3, central_system_url="ws://other").settings
    assert (settings.connectors, settings.connection_url) == (3, "ws://other/cp001")


def test_keys_keep_their_values() -> None:
    core = {
        "HeartbeatInterval": 86400,
        "LocalPreAuthorize": True,
        "ConnectorPhaseRotation": "0.RST,1.RST",
        "MeterValuesSampledData": "SoC,Voltage",
        "MeterValuesSampledDataMaxLength": 2,
    }
    assert migrated(Core=core).settings.configuration == {
        "HeartbeatInterval": "86400",
        "LocalPreAuthorize": "true",
        "ConnectorPhaseRotation": "0.RST,1.RST",
        "MeterValuesSampledData": "SoC,Voltage",
        "MeterValuesSampledDataMaxLength": "2",
    }


def test_what_is_not_known_or_not_allowed_here_is_told_without_its_value() -> None:
    result = migrated(
        Core={"HeartbeatInterval": -1, "ConnectionTimeOut": 30},
        Security={"AuthorizationKeyOfAnotherTime": "s3cret"},
        Custom={"heartbeatinterval": "s3cret", "Fine": "yes"},
    )
    assert set(result.left_out) == {
        "HeartbeatInterval",
        "AuthorizationKeyOfAnotherTime",
        "heartbeatinterval",
    }
    assert result.left_out["HeartbeatInterval"] == "allowed here: 0 to 2147483647"
    assert "s3cret" not in str(dict(result.left_out))
    assert result.settings.configuration == {"ConnectionTimeOut": "30"}
    assert [key.name for key in result.settings.vendor_keys] == ["Fine"]


def test_a_profile_that_is_not_known_does_not_take_the_others_with_it() -> None:
    result = migrated(Core={"SupportedFeatureProfiles": "Core, RemoteTrigger,CostAndPrice"})
    assert result.settings.configuration == {"SupportedFeatureProfiles": "Core,RemoteTrigger"}
    assert "SupportedFeatureProfiles: CostAndPrice" in result.left_out


def test_custom_keys_are_vendor_keys_of_their_type() -> None:
    custom = {"Lamp": True, "Depth": -3, "Gain": 0.5, "Name": "x", "Days": ["Mo", "Tu"], "Nested": {"a": 1}}
    assert migrated(Custom=custom).settings.vendor_keys == (
        VendorKey(name="Lamp", type="boolean", default="true"),
        VendorKey(name="Depth", type="integer", default="-3", minimum="-2147483648"),
        VendorKey(name="Gain", type="decimal", default="0.5"),
        VendorKey(name="Name", type="string", default="x"),
        VendorKey(name="Days", type="CSL", default="Mo,Tu"),
        VendorKey(name="Nested", type="string", default='{"a": 1}'),
    )


@pytest.mark.parametrize("key", key_table.KEYS, ids=lambda key: key.name)
def test_every_key_of_the_project_is_taken(key: Key[Any]) -> None:
    values: dict[str, Any] = {**INTERNAL, **ELSEWHERE, **NO_DEFAULT}
    value = values.get(key.name, key.kind.show(key.default))
    result = migrated(Any={key.name: value})
    assert dict(result.left_out) == {}
    if key.name not in {*INTERNAL, *ELSEWHERE, *(each.name for each in identity_keys.BY_FIELD.values())}:
        assert result.settings.configuration == {key.name: value}


PRICES = {"CustomDisplayCostAndPrice": True, "CustomMultiLanguageMessages": True, "SupportedLanguages": "en, nl"}
GULDEN, DOLLAR = {"priceText": "€ 0,50", "priceTextOffline": "?"}, {"priceText": "$ 0.60"}


@pytest.mark.parametrize(
    "prices",
    [
        {"DefaultPriceText": {"priceTexts": [{"language": "nl", **GULDEN}, {"language": "en", **DOLLAR}]}},
        {"DefaultPriceText,nl": json.dumps(GULDEN), "DefaultPriceText,en": json.dumps(DOLLAR)},
        {"DefaultPriceText,nl": GULDEN, "DefaultPriceText,en": DOLLAR},
    ],
)
def test_the_default_price_in_each_language(prices: dict[str, Any]) -> None:
    """config_keys.csv: DefaultPriceText is there as a key for each language."""
    result = migrated(CostAndPrice=prices | PRICES)
    assert dict(result.left_out) == {}
    found = {name: value for name, value in result.settings.configuration.items() if "PriceText" in name}
    assert {name: json.loads(value) for name, value in found.items()} == {
        "DefaultPriceText,nl": GULDEN,
        "DefaultPriceText,en": DOLLAR,
    }


@pytest.mark.parametrize("keys", [{"MeterPublicKeys": ["", "3059"]}, {"MeterPublicKey2": "3059"}])
def test_the_keys_of_the_meters(keys: dict[str, Any]) -> None:
    """profiles.md: element n-1 of MeterPublicKeys is MeterPublicKey<n>."""
    result = migrated(Core={"NumberOfConnectors": 2, **keys})
    assert dict(result.left_out) == {}
    assert result.settings.configuration == {"MeterPublicKey2": "3059"}


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({**PRICES, "DefaultPriceText,fr": DOLLAR}, "DefaultPriceText,fr"),
        ({"DefaultPriceText,nl": GULDEN}, "DefaultPriceText,nl"),
        ({**PRICES, "DefaultPriceText,nl": "s3cret"}, "DefaultPriceText,nl"),
        ({**PRICES, "DefaultPriceText": "s3cret"}, "DefaultPriceText"),
        ({**PRICES, "DefaultPriceText": {"priceTexts": [{"priceText": "s3cret"}]}}, "DefaultPriceText"),
        ({"MeterPublicKeys": "s3cret"}, "MeterPublicKeys"),
        ({"MeterPublicKeys": ["3059", "3059"]}, "MeterPublicKey2"),
        ({"MeterPublicKey0": "s3cret"}, "MeterPublicKey0"),
    ],
)
def test_what_of_them_cannot_be_is_told(keys: dict[str, Any], name: str) -> None:
    result = migrated(Any=keys)
    assert set(result.left_out) == {name}
    assert result.left_out[name].startswith(("allowed here: ", "is there only", "is not known"))
    assert not result.left_out[name].endswith(": ")
    assert "s3cret" not in str(dict(result.left_out))


@pytest.mark.parametrize("config", [{}, {"Internal": {}}, {"Internal": 5}, {"Internal": {"ChargePointId": ""}}])
def test_a_charge_point_without_a_name_cannot_be(config: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"ChargePointId|charge_point_id|Internal"):
        from_libocpp(config)


# -- logs --------------------------------------------------------------------------------------------------------------


def logging(path: str | None = "/var/log/ocpp", **keys: Any) -> Any:
    """What its keys about logs become."""
    return from_libocpp({"Internal": {"ChargePointId": "cp001", **keys}}, message_log_path=path)


def test_its_logs_become_ours_in_its_directory() -> None:
    """queue.md 6: the names that libocpp gives them with rotation; html and log are one here."""
    settings = logging(
        LogMessages=True,
        LogMessagesFormat=["html", "security"],
        LogRotation=True,
        LogRotationMaximumFileSize=100_000,
        LogRotationMaximumFileCount=5,
    ).settings
    assert settings.message_log == "/var/log/ocpp/libocpp_16.jsonl"
    assert settings.security_log == "/var/log/ocpp/libocpp_16.security.jsonl"
    assert (settings.log_max_bytes, settings.log_max_files) == (100_000, 5)


@pytest.mark.parametrize(
    ("keys", "logs"),
    [
        ({}, (True, True)),
        ({"LogMessages": True, "LogMessagesFormat": "log, session_logging"}, (True, False)),
        ({"LogMessages": True, "LogMessagesFormat": []}, (False, False)),
        ({"LogMessages": False}, (False, False)),
    ],
)
def test_the_logs_that_it_had_are_those_there_are(keys: dict[str, Any], logs: tuple[bool, bool]) -> None:
    """queue.md 6: the usual formats; without LogMessages none, not even the security log."""
    settings = logging(**keys).settings
    assert (bool(settings.message_log), bool(settings.security_log)) == logs


@pytest.mark.parametrize(
    ("keys", "sizes"),
    [
        ({"LogRotation": False, "LogRotationMaximumFileSize": 5}, (0, 10)),
        ({"LogRotation": True}, (0, 10_000)),
        ({"LogRotation": True, "LogRotationMaximumFileSize": 1}, (4096, 10_000)),
        ({}, (10_000_000, 10)),
    ],
)
def test_its_rotation_is_ours(keys: dict[str, Any], sizes: tuple[int, int]) -> None:
    """queue.md 6: a size of 0 is no limit, a count of 0 deletes nothing."""
    settings = logging(**keys).settings
    assert (settings.log_max_bytes, settings.log_max_files) == sizes


def test_what_of_its_logs_has_no_place_is_told() -> None:
    result = logging(
        None,
        LogMessages=True,
        LogMessagesFormat=["console", "log"],
        LogMessagesRaw=True,
        LogRotation=True,
        LogRotationMaximumFileSize="big",
    )
    assert set(result.left_out) == {
        "LogMessages",
        "LogMessagesFormat: console",
        "LogMessagesRaw",
        "LogRotationMaximumFileSize",
    }
    assert result.settings.message_log == ""


@pytest.mark.parametrize("profile", ["high", "", None, [2], 9])
def test_a_security_profile_that_is_none_is_told(profile: Any) -> None:
    """The scheme of the URL depends on it, and that is settled before any key is checked."""
    result = migrated(Security={"SecurityProfile": profile})
    assert set(result.left_out) == {"SecurityProfile"}
    assert result.settings.connection_url.startswith("ws://")
