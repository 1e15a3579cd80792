"""GetConfiguration and ChangeConfiguration: which keys there are, what they accept, and that it lasts.

Proves 5.3, 5.8, errata 3.13 (3.16.4), 6.9 (keys are CiStrings), 7.22, and the validation rules of
reference/config_keys.csv. What a key does is the business of test_key_effects.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from ocpp16sm.config.key import Access, Boolean, CommaList, Integer
from ocpp16sm.config.key_table import KEYS
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.core.protocol import Core
from ocpp16sm.errors import ConfigurationError
from ocpp16sm.listener import ConfigurationChanged
from tests.support.scene import IDENTITY, CoreScene, RefusedError, accepted

INT_MAX = 2_147_483_647
ENERGY = "Energy.Active.Import.Register"

CORE_KEYS = {
    "AllowOfflineTxForUnknownId": "RW",
    "AuthorizationCacheEnabled": "RW",
    "AuthorizeRemoteTxRequests": "RW",
    "BlinkRepeat": "RW",
    "ClockAlignedDataInterval": "RW",
    "ConnectionTimeOut": "RW",
    "ConnectorPhaseRotation": "RW",
    "ConnectorPhaseRotationMaxLength": "R",
    "GetConfigurationMaxKeys": "R",
    "HeartbeatInterval": "RW",
    "LightIntensity": "RW",
    "LocalAuthorizeOffline": "RW",
    "LocalPreAuthorize": "RW",
    "MaxEnergyOnInvalidId": "RW",
    "MeterValuesAlignedData": "RW",
    "MeterValuesAlignedDataMaxLength": "R",
    "MeterValuesSampledData": "RW",
    "MeterValuesSampledDataMaxLength": "R",
    "MeterValueSampleInterval": "RW",
    "MinimumStatusDuration": "RW",
    "NumberOfConnectors": "R",
    "ResetRetries": "RW",
    "StopTransactionOnEVSideDisconnect": "RW",
    "StopTransactionOnInvalidId": "RW",
    "StopTxnAlignedData": "RW",
    "StopTxnAlignedDataMaxLength": "R",
    "StopTxnSampledData": "RW",
    "StopTxnSampledDataMaxLength": "R",
    "SupportedFeatureProfiles": "R",
    "SupportedFeatureProfilesMaxLength": "R",
    "TransactionMessageAttempts": "RW",
    "TransactionMessageRetryInterval": "RW",
    "UnlockConnectorOnEVSideDisconnect": "RW",
    "WebSocketPingInterval": "RW",
}
"""Section 9.1, with the accessibility it gives."""

RAISED_ONLY = "SecurityProfile"
"""Not changed like others: see test_credentials."""
INTEGERS = {
    key.name: key for key in KEYS if isinstance(key.kind, Integer) and not key.read_only and key.name != RAISED_ONLY
}
BOOLEANS = [key.name for key in KEYS if isinstance(key.kind, Boolean) and not key.read_only]
LISTS = ["MeterValuesAlignedData", "MeterValuesSampledData", "StopTxnAlignedData", "StopTxnSampledData"]
BOUNDS = {"LightIntensity": (0, 100), "ClockAlignedDataInterval": (0, 86_400), "RetryBackoffWaitMinimum": (1, INT_MAX)}
BOUNDS |= {
    "SwitchSecurityProfileConnectionTimeout": (1, INT_MAX),
    "RetryBackoffRepeatTimes": (0, 16),
    "CompositeScheduleDefaultNumberPhases": (1, 3),
    "OcspRequestInterval": (86_400, INT_MAX),
    "SupplyVoltage": (1, INT_MAX),
    "WaitForSetUserPriceTimeout": (0, 30_000),
}
"""Integers with narrower bounds than 0 and INT_MAX: a percentage, at most once a day, no hammering, no overflow, the
phases there are, once a day at most, what can be divided by, what somebody waits for."""


EVERYTHING_ON: dict[str, Any] = {"CustomDisplayCostAndPrice": "true", "SupportedLanguages": "en,nl"}
"""What switches have to be on for every key to be there."""


@pytest.fixture
def scene() -> CoreScene:
    """A charge point with one connector, accepted, that has every key."""
    return accepted(**EVERYTHING_ON)


def value_of(scene: CoreScene, key: str) -> str:
    """The value that GetConfiguration gives."""
    (found,) = scene.asks("GetConfiguration", key=[key])["configurationKey"]
    value: str = found["value"]
    return value


def change(scene: CoreScene, key: str, value: str) -> str:
    """The status of ChangeConfiguration."""
    status: str = scene.asks("ChangeConfiguration", key=key, value=value)["status"]
    return status


# -- GetConfiguration --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [{}, {"key": []}], ids=["no list", "an empty list"])
def test_without_names_all_keys_are_told(scene: CoreScene, request_: dict[str, Any]) -> None:
    """5.8: with their values and whether they can be changed; every key of 9.1 is among them."""
    answer = scene.asks("GetConfiguration", request_)
    assert "unknownKey" not in answer
    access = {found["key"]: "R" if found["readonly"] else "RW" for found in answer["configurationKey"]}
    assert len(access) == len(answer["configurationKey"])
    assert {name: access.get(name) for name in CORE_KEYS} == CORE_KEYS
    assert all(isinstance(found["value"], str) for found in answer["configurationKey"])


def test_known_and_unknown_names_are_told_apart(scene: CoreScene) -> None:
    """5.8; a name in any case, once even if asked for twice (messages.md 4: libocpp answers twice)."""
    answer = scene.asks("GetConfiguration", key=["heartbeatINTERVAL", "Nonsense", "HeartbeatInterval", "Nonsense"])
    assert answer == {
        "configurationKey": [{"key": "HeartbeatInterval", "readonly": False, "value": "86400"}],
        "unknownKey": ["Nonsense"],
    }


def test_only_unknown_names(scene: CoreScene) -> None:
    """5.8, 6.24: a list without elements is left out."""
    assert scene.asks("GetConfiguration", key=["Nonsense"]) == {"unknownKey": ["Nonsense"]}


def test_as_many_names_as_there_may_be_and_no_more(scene: CoreScene) -> None:
    """5.8, 9.1.9: GetConfigurationMaxKeys limits what may be asked for, not what is told."""
    most = int(value_of(scene, "GetConfigurationMaxKeys"))
    names = [f"Unknown{number}" for number in range(most)]
    assert scene.asks("GetConfiguration", key=names) == {"unknownKey": names}
    with pytest.raises(RefusedError) as refused:
        scene.asks("GetConfiguration", key=[*names, "OneMore"])
    assert refused.value.code == "OccurenceConstraintViolation"


def test_a_value_too_long_for_the_wire_is_cut() -> None:
    """7.29: a value has at most 500 characters, and CentralSystemURI may have more (messages.md 4)."""
    uri = "ws://localhost/" + "x" * 497
    scene = accepted(CentralSystemURI=uri)
    assert value_of(scene, "CentralSystemURI") == uri[:500]


def test_no_secret_can_be_read(scene: CoreScene) -> None:
    """Whitepaper, AuthorizationKey: write-only; unknown to GetConfiguration whether it is asked for or not."""
    assert scene.asks("GetConfiguration", key=["AuthorizationKey"]) == {"unknownKey": ["AuthorizationKey"]}
    names = {found["key"] for found in scene.asks("GetConfiguration")["configurationKey"]}
    assert "AuthorizationKey" not in names


# -- ChangeConfiguration -----------------------------------------------------------------------------------------------


def test_a_key_that_is_not_there_is_not_supported(scene: CoreScene) -> None:
    """5.3."""
    assert change(scene, "Nonsense", "1") == "NotSupported"


@pytest.mark.parametrize("key", [key.name for key in KEYS if key.access is Access.READ])
def test_a_read_only_key_is_rejected(scene: CoreScene, key: str) -> None:
    """5.3, 7.22: not set, whatever the value: even the present one."""
    before = value_of(scene, key)
    for value in (before, "1", ""):
        assert change(scene, key, value) == "Rejected"
    assert value_of(scene, key) == before


def _numbers() -> Iterator[Any]:
    for name in INTEGERS:
        low, high = BOUNDS.get(name, (0, INT_MAX))
        for value in (str(low), str(high)):
            yield pytest.param(name, value, "Accepted", id=f"{name}={value}")
        for value in (str(low - 1), str(high + 1), "", "abc", "1.5", "0x10", "1e3", "12s", "99999999999999999999"):
            yield pytest.param(name, value, "Rejected", id=f"{name}={value}")


@pytest.mark.parametrize(("key", "value", "status"), list(_numbers()))
def test_an_integer_has_bounds(scene: CoreScene, key: str, value: str, status: str) -> None:
    """5.3: out-of-range values and values that do not conform to the format are Rejected; nothing changes."""
    before = value_of(scene, key)
    assert change(scene, key, value) == status
    assert value_of(scene, key) == (value if status == "Accepted" else before)


@pytest.mark.parametrize("key", BOOLEANS)
def test_a_boolean_is_true_or_false_in_any_case(scene: CoreScene, key: str) -> None:
    """config_keys.csv: true/false case-insensitive; else Rejected."""
    for value, shown in (("true", "true"), ("FALSE", "false"), ("True", "true"), ("false", "false")):
        assert change(scene, key, value) == "Accepted"
        assert value_of(scene, key) == shown
    for value in ("", "1", "0", "yes", "truee", "null"):
        assert change(scene, key, value) == "Rejected"
    assert value_of(scene, key) == "false"


@pytest.mark.parametrize("key", LISTS)
def test_a_list_of_measurands(scene: CoreScene, key: str) -> None:
    """9.1.15, 9.1.17, 9.1.25, 9.1.27: measurands, with a phase where applicable; an empty one; blanks do not count."""
    for value, shown in (
        ("SoC", "SoC"),
        (f"Voltage.L1, {ENERGY}", f"Voltage.L1,{ENERGY}"),
        (f"{ENERGY},Current.Import.N,Power.Offered", f"{ENERGY},Current.Import.N,Power.Offered"),
        ("", ""),
    ):
        assert change(scene, key, value) == "Accepted"
        assert value_of(scene, key) == shown
    for value in ("Nonsense", f"{ENERGY},Nonsense", "Voltage.L4", f"{ENERGY};SoC", f"{ENERGY},,SoC", ","):
        assert change(scene, key, value) == "Rejected"
    assert value_of(scene, key) == ""


@pytest.mark.parametrize("key", LISTS)
def test_a_measurand_that_is_not_supported_rejects_the_list(key: str) -> None:
    """3.16.4: no changes are made to the present configuration."""
    given: dict[str, Any] = {"SupportedMeasurands": f"{ENERGY},SoC", key: ENERGY}
    scene = accepted(**given)
    assert change(scene, key, f"{ENERGY},Voltage") == "Rejected"
    assert value_of(scene, key) == ENERGY
    assert change(scene, key, "SoC") == "Accepted"


@pytest.mark.parametrize("key", [*LISTS, "ConnectorPhaseRotation", "IgnoredProfilePurposesOffline"])
def test_a_list_has_no_more_items_than_its_companion_says(key: str) -> None:
    """5.3: <key>MaxLength."""
    items = {
        "ConnectorPhaseRotation": ["0.RST", "1.RST", "2.RTS"],
        "IgnoredProfilePurposesOffline": ["TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"],
    }.get(key, ["SoC", "RPM", "Voltage"])
    scene = accepted(connectors=2, **{f"{key}MaxLength": "2"})
    assert value_of(scene, f"{key}MaxLength") == "2"
    assert change(scene, key, ",".join(items[:2])) == "Accepted"
    assert change(scene, key, ",".join(items)) == "Rejected"
    assert value_of(scene, key) == ",".join(items[:2])


def test_rotations_are_those_of_connectors_that_exist() -> None:
    """9.1.7: index 0 is the main meter."""
    scene = accepted(connectors=2)
    for rotation in ("NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR"):
        assert change(scene, "ConnectorPhaseRotation", f"0.{rotation}, 2.{rotation}") == "Accepted"
    assert value_of(scene, "ConnectorPhaseRotation") == "0.TSR,2.TSR"
    assert change(scene, "ConnectorPhaseRotation", "") == "Accepted"
    for value in ("3.RST", "1.XYZ", "RST", "1", "-1.RST", "1.RST;2.RST", "1.RST.RST"):
        assert change(scene, "ConnectorPhaseRotation", value) == "Rejected"
    assert value_of(scene, "ConnectorPhaseRotation") == ""


def test_nothing_here_needs_a_reboot(scene: CoreScene) -> None:
    """5.3: Accepted promises that the change is effective immediately; every key that can be changed is."""
    for key in KEYS:
        if not key.read_only and not key.write_only and key.name != RAISED_ONLY:
            assert change(scene, key.name, value_of(scene, key.name)) == "Accepted"


# -- it lasts ----------------------------------------------------------------------------------------------------------

OTHER = {
    "IgnoredProfilePurposesOffline": "TxProfile",
    "ConnectorPhaseRotation": "1.RST",
    **dict.fromkeys(LISTS, "SoC,Voltage.L1"),
    **dict.fromkeys(BOOLEANS, "true"),
    **dict.fromkeys(INTEGERS, "7"),
    "CompositeScheduleDefaultNumberPhases": "1",
    "ConnectorEvseIds": "DE*PNX*E1,DE*PNX*E2",
    "CpoName": "Operator",
    "CustomIdleFeeAfterStop": "true",
    "DefaultPrice": '{"priceText":"0.15"}',
    "Language": "nl",
    "NextTimeOffsetTransitionDateTime": "2030-01-01T00:00:00.000Z",
    "OcspRequestInterval": "86400",
    "SeccLeafSubjectCommonName": "DEPNX100001",
    "SeccLeafSubjectCountry": "NL",
    "SeccLeafSubjectOrganization": "Owner",
    "TimeOffset": "-05:00",
    "TimeOffsetNextTransition": "-04:00",
}


def test_what_was_changed_outlives_a_restart(scene: CoreScene) -> None:
    """5.3, 5.14; but HeartbeatInterval is what BootNotification.conf says (4.2)."""
    changeable = {key.name for key in KEYS if not key.read_only and not key.write_only}
    assert set(OTHER) == changeable - {RAISED_ONLY}
    for key, value in OTHER.items():
        assert change(scene, key, value) == "Accepted"
    scene.restarts()
    scene.hears_all()
    found = {key: value_of(scene, key) for key in OTHER}
    assert found == OTHER | {"HeartbeatInterval": "86400"}


def test_a_kept_value_that_is_no_longer_allowed_is_left_out() -> None:
    """3.16.4: a new meter measures less; the station starts all the same, with its initial value."""
    scene = accepted(MeterValuesSampledData=ENERGY)
    assert change(scene, "MeterValuesSampledData", "Voltage") == "Accepted"
    assert change(scene, "ConnectionTimeOut", "33") == "Accepted"
    smaller = CoreScene(store=scene.virtual.store, SupportedMeasurands=ENERGY, MeterValuesSampledData=ENERGY)
    smaller.starts()
    smaller.hears_all()
    assert value_of(smaller, "MeterValuesSampledData") == ENERGY
    assert value_of(smaller, "ConnectionTimeOut") == "33"


def test_the_application_is_told_of_a_change_and_not_of_a_refusal(scene: CoreScene) -> None:
    """handlers.md 5: configuration_key_changed."""
    assert change(scene, "connectiontimeout", "33") == "Accepted"
    assert change(scene, "ConnectionTimeOut", "-1") == "Rejected"
    changes = [event for event in scene.told if isinstance(event, ConfigurationChanged)]
    assert changes == [ConfigurationChanged("ConnectionTimeOut", "33")]


def test_the_application_may_set_what_the_central_system_may(scene: CoreScene) -> None:
    """handlers.md 7: set_configuration_key; a wrong value is an error that says what is allowed."""
    scene.virtual.feed(inputs.ConfigurationSet("ConnectionTimeOut", "44"))
    assert value_of(scene, "ConnectionTimeOut") == "44"
    for key, value, allowed in (
        ("ConnectionTimeOut", "-1", "0 to 2147483647"),
        ("Nonsense", "1", "Nonsense"),
        ("NumberOfConnectors", "9", "read-only"),
    ):
        with pytest.raises(ConfigurationError, match=allowed):
            scene.virtual.feed(inputs.ConfigurationSet(key, value))
    assert value_of(scene, "NumberOfConnectors") == "1"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"Nonsense": "1"}, "Nonsense"),
        ({"HeartbeatInterval": "soon"}, "HeartbeatInterval"),
        ({"MeterValuesSampledData": "SoC", "SupportedMeasurands": ENERGY}, "MeterValuesSampledData"),
        ({"StopTxnSampledData": "SoC,RPM", "StopTxnSampledDataMaxLength": "1"}, "StopTxnSampledData"),
        ({"MaxMessageSize": "100"}, "MaxMessageSize"),
    ],
)
def test_a_charge_point_is_not_built_on_a_wrong_value(given: dict[str, str], named: str) -> None:
    """The error names the key."""
    with pytest.raises(ConfigurationError) as error:
        Core(Setup(identity=IDENTITY, configuration=given), id_prefix="m-")
    assert error.value.key == named


def test_what_depends_on_other_keys_may_be_given_in_any_order() -> None:
    """Limits hold whatever comes first: NumberOfConnectors, SupportedMeasurands, the MaxLength companions."""
    scene = accepted(
        connectors=2,
        ConnectorPhaseRotation="2.RST",
        MeterValuesSampledData="SoC,RPM",
        MeterValuesSampledDataMaxLength="2",
        SupportedMeasurands=f"{ENERGY},SoC,RPM",
    )
    assert value_of(scene, "ConnectorPhaseRotation") == "2.RST"
    assert value_of(scene, "MeterValuesSampledData") == "SoC,RPM"


def test_lists_know_their_companions() -> None:
    """5.3: every list that can be changed has a key that says how many items it may have."""
    names = {key.name for key in KEYS}
    for key in KEYS:
        if isinstance(key.kind, CommaList) and not key.read_only:
            assert f"{key.name}MaxLength" in names
