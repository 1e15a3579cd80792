"""Settings from keywords, a TOML file and the environment; and what is said of wrong ones."""

import ast
import inspect
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

from ocpp16sm.errors import ConfigurationError
from ocpp16sm.records import Identity
from ocpp16sm.settings import DEFAULT_IDENTITY, Settings

TOML = """
charge_point_id = "FROM-TOML"
connectors = 2
connect_timeout_s = 5
log_id_tags = true
[identity]
charge_point_vendor = "Vendor"
[configuration]
HeartbeatInterval = 300
AuthorizeRemoteTxRequests = false
MeterValuesSampledData = ["Energy.Active.Import.Register", "Voltage"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A settings file."""
    path = tmp_path / "station.toml"
    path.write_text(TOML, encoding="utf-8")
    return path


def settings(**given: Any) -> Settings:
    """Settings with a name."""
    return Settings(charge_point_id="CP001", **given)


# -- where they come from ---------------------------------------------------------------------------------------------


def test_a_file_gives_fields_and_tables(file: Path) -> None:
    made = Settings.load(file, {})
    assert (made.charge_point_id, made.connectors, made.connect_timeout_s, made.log_id_tags) == (
        "FROM-TOML", 2, 5, True,
    )  # fmt: skip
    assert made.identity == Identity(
        charge_point_vendor="Vendor",
        charge_point_model=DEFAULT_IDENTITY.charge_point_model,
        firmware_version=DEFAULT_IDENTITY.firmware_version,
    )
    assert made.configuration == {
        "HeartbeatInterval": "300",
        "AuthorizeRemoteTxRequests": "false",
        "MeterValuesSampledData": "Energy.Active.Import.Register,Voltage",
    }


def test_the_environment_wins_over_the_file_and_keywords_over_both(file: Path) -> None:
    environment = {"OCPP16SM_CHARGE_POINT_ID": "FROM-ENV", "OCPP16SM_CONNECTORS": "3", "HOME": "/"}
    made = Settings.load(file, environment, connectors=4)
    assert (made.charge_point_id, made.connectors, made.connect_timeout_s) == ("FROM-ENV", 4, 5)


def test_tables_are_merged_entry_by_entry(file: Path) -> None:
    environment = {
        "OCPP16SM_CONFIGURATION__HEARTBEATINTERVAL": "60",
        "OCPP16SM_CONFIGURATION__RESETRETRIES": "7",
        "OCPP16SM_IDENTITY__CHARGE_POINT_MODEL": "Model",
    }
    made = Settings.load(file, environment, configuration={"ResetRetries": "8"})
    assert made.configuration["HeartbeatInterval"] == "60"
    assert made.configuration["ResetRetries"] == "8"
    assert made.configuration["AuthorizeRemoteTxRequests"] == "false"
    assert (made.identity.charge_point_vendor, made.identity.charge_point_model) == ("Vendor", "Model")


def test_texts_of_the_environment_become_what_a_setting_is() -> None:
    environment = {
        "OCPP16SM_CHARGE_POINT_ID": "7",
        "OCPP16SM_CONNECTORS": "7",
        "OCPP16SM_STOP_TIMEOUT_S": "2.5",
        "OCPP16SM_TRACE_CHARTS": "True",
        "OCPP16SM_STORE": "7",
    }
    made = Settings.load(environment=environment)
    given = (made.charge_point_id, made.connectors, made.stop_timeout_s, made.trace_charts, made.store)
    assert given == ("7", 7, 2.5, True, "7")


def test_the_environment_of_the_process_is_asked_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCPP16SM_CHARGE_POINT_ID", "FROM-PROCESS")
    assert Settings.load().charge_point_id == "FROM-PROCESS"


def test_keywords_take_what_a_file_takes(tmp_path: Path) -> None:
    made = settings(
        identity={"charge_point_vendor": "V"}, configuration={"HeartbeatInterval": 300}, store=tmp_path / "a.db"
    )
    assert made.identity.charge_point_vendor == "V"
    assert made.configuration == {"HeartbeatInterval": "300"}
    assert made.store == str(tmp_path / "a.db")


@pytest.mark.parametrize(
    "url", ["ws://h", "h:9000/ocpp", "wss://h/ocpp", "ws://[::1]:9000/a/b/", "wss://user:pass@h:443/x"]
)
def test_endpoints_that_are_allowed(url: str) -> None:
    assert settings(central_system_url=url).central_system_url == url


@pytest.mark.parametrize(
    ("url", "id", "dialled"),
    [
        ("ws://h/ocpp", "CP001", "ws://h/ocpp/CP001"),
        ("ws://h/ocpp/", "CP001", "ws://h/ocpp/CP001"),
        ("wss://h", "CP/1 ä", "wss://h/CP%2F1%20%C3%A4"),
        ("ws://h", "a?b#c%d", "ws://h/a%3Fb%23c%25d"),
    ],
)
def test_the_id_is_percent_encoded_behind_the_endpoint(url: str, id: str, dialled: str) -> None:
    """OCPP-J 1.6, 3.1.1."""
    assert Settings(charge_point_id=id, central_system_url=url).connection_url == dialled


@pytest.mark.parametrize(
    ("url", "dialled"),
    [
        ("h:9000/ocpp", ["ws://h:9000/ocpp", "ws://h:9000/ocpp", "wss://h:9000/ocpp", "wss://h:9000/ocpp"]),
        ("ws://h", ["ws://h", "ws://h", "wss://h", "wss://h"]),
        ("ws://h:80/", ["ws://h:80", "ws://h:80", "wss://h:80", "wss://h:80"]),
        ("wss://h:443", ["wss://h:443", None, "wss://h:443", "wss://h:443"]),
        ("ws://user:secret@h", ["ws://user:secret@h", "ws://h", "wss://h", "wss://h"]),
        ("user:secret@h", ["ws://user:secret@h", "ws://h", "wss://h", "wss://h"]),
    ],
)
def test_the_scheme_follows_the_security_profile(url: str, dialled: list[str | None]) -> None:
    """Whitepaper 2.3 to 2.5; what is secure stays so, and who connects says so in one way only."""
    made = settings(central_system_url=url)
    for profile, expected in enumerate(dialled):
        if expected is None:
            with pytest.raises(ConfigurationError, match="security profile 1 is without TLS"):
                made.url_for(profile)
        else:
            assert made.url_for(profile) == f"{expected}/CP001"


# -- what is wrong with them ------------------------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"charge_point_id": ""}, "charge_point_id: ''", "a text of 1 to 48 characters"),
    ({"charge_point_id": "x" * 49}, "charge_point_id: 'xxx", "a text of 1 to 48 characters"),
    ({"charge_point_id": 5}, "charge_point_id: 5", "a text of 1 to 48 characters"),
    ({"central_system_url": "http://h"}, "central_system_url: 'http://h'", "ws://host or wss://host"),
    ({"central_system_url": ":9000/x"}, "central_system_url: ':9000/x'", "ws://host or wss://host"),
    ({"central_system_url": "ws:/h"}, "central_system_url: 'ws:/h'", "ws://host or wss://host"),
    ({"central_system_url": "h:x"}, "central_system_url: 'h:x'", "ws://host:port"),
    ({"central_system_url": "user:secret@h?a"}, "central_system_url: 'h?a'", "without ? and #"),
    ({"central_system_url": "ws://"}, "central_system_url: 'ws://'", "ws://host or wss://host"),
    ({"central_system_url": "ws:///x"}, "central_system_url: 'ws:///x'", "ws://host or wss://host"),
    ({"central_system_url": "ws://h?a=1"}, "central_system_url: 'ws://h?***'", "without ? and #"),
    ({"central_system_url": "ws://h:99999"}, "central_system_url: 'ws://h:99999'", "ws://host:port"),
    ({"central_system_url": "ws://h:x"}, "central_system_url: 'ws://h:x'", "ws://host:port"),
    ({"central_system_url": "ws://[::1"}, "central_system_url: 'ws://[::1'", "ws://host:port"),
    ({"central_system_url": 5}, "central_system_url: 5", "a text"),
    ({"connectors": 0}, "connectors: 0", "a whole number from 1 to 99"),
    ({"connectors": 100}, "connectors: 100", "a whole number from 1 to 99"),
    ({"connectors": 1.5}, "connectors: 1.5", "a whole number from 1 to 99"),
    ({"connectors": True}, "connectors: True", "a whole number from 1 to 99"),
    ({"connectors": "many"}, "connectors: 'many'", "number"),
    ({"identity": "Vendor"}, "identity: 'Vendor'", "a table, [identity] in TOML"),
    ({"identity": {"charge_point_vendor": ""}}, "identity.charge_point_vendor: ''", "1 to 20 characters"),
    ({"identity": {"charge_point_model": "x" * 21}}, "identity.charge_point_model: 'xxx", "1 to 20 characters"),
    ({"identity": {"iccid": "x" * 21}}, "identity.iccid: 'xxx", "0 to 20 characters"),
    ({"identity": {"firmware_version": 3}}, "identity.firmware_version: 3", "0 to 50 characters"),
    ({"configuration": ["HeartbeatInterval"]}, "configuration: ['HeartbeatInterval']", "a table, [configuration]"),
    (
        {"configuration": {"HeartbeatInterval": {"s": 1}}},
        "configuration.HeartbeatInterval: {'s': 1}",
        "a text, a number",
    ),
    ({"configuration": {"HeartbeatInterval": 1.5}}, "HeartbeatInterval: '1.5'", "0 to 2147483647"),
    (
        {"configuration": {"chargepointmodel": "M"}},
        "configuration.chargepointmodel: 'M'",
        "identity.charge_point_model",
    ),
    ({"configuration": {"ChargePointId": "M"}}, "configuration.ChargePointId: 'M'", "the setting charge_point_id"),
    ({"configuration": {"NumberOfConnectors": 3}}, "configuration.NumberOfConnectors: '3'", "the setting connectors"),
    ({"configuration": {"CentralSystemURI": "x"}}, "configuration.CentralSystemURI: 'x'", "setting central_system_url"),
    ({"vendor_keys": {"Mine": 5}}, "vendor_keys.Mine: 5", "a table, [vendor_keys.Mine] in TOML"),
    ({"vendor_keys": {"Mine": {"type": "number"}}}, "vendor_keys.Mine.type: 'number'", "boolean, integer, decimal"),
    ({"vendor_keys": {"Mine": {"choices": "a,b"}}}, "vendor_keys.Mine.choices: 'a,b'", "a list of texts"),
    ({"vendor_keys": {"Mine": {"reboot": "yes"}}}, "vendor_keys.Mine.reboot: 'yes'", "true or false"),
    ({"vendor_keys": {"heartbeatinterval": {}}}, "vendor_keys: 'heartbeatinterval'", "HeartbeatInterval already"),
    ({"configuration": {"HeartbeatInterval": "soon"}}, "HeartbeatInterval: 'soon'", "0 to 2147483647"),
    ({"configuration": {"HeartbeatInterval": "-1"}}, "HeartbeatInterval: '-1'", "0 to 2147483647"),
    ({"configuration": {"StopTransactionOnInvalidId": 1}}, "StopTransactionOnInvalidId: '1'", "true or false"),
    ({"configuration": {"MeterValuesSampledData": "Noise"}}, "MeterValuesSampledData: 'Noise'", "Noise"),
    ({"store": 5}, "store: 5", "a text"),
    ({"durability": "none"}, "durability: 'none'", "power_loss or process"),
    ({"message_queue_resume_delay_s": -1}, "message_queue_resume_delay_s: -1", "a number from 0 to 3600"),
    ({"connect_timeout_s": 0}, "connect_timeout_s: 0", "a number from 0.1 to 600"),
    ({"connect_timeout_s": float("nan")}, "connect_timeout_s: nan", "a number from 0.1 to 600"),
    ({"stop_timeout_s": float("inf")}, "stop_timeout_s: inf", "a number from 0 to 600"),
    ({"stop_timeout_s": "soon"}, "stop_timeout_s: 'soon'", "a number"),
    ({"authorization_cache_size": 0}, "authorization_cache_size: 0", "a whole number from 1 to 1000000"),
    ({"log_id_tags": "yes"}, "log_id_tags: 'yes'", "true or false"),
    ({"log_id_tags": 1}, "log_id_tags: 1", "true or false"),
    ({"trace_charts": "no"}, "trace_charts: 'no'", "true or false"),
    ({"flight_recorder": 5}, "flight_recorder: 5", "a text"),
]


@pytest.mark.parametrize(("given", "said", "allowed"), WRONG, ids=[str(row[0])[:70] for row in WRONG])
@pytest.mark.parametrize("make", [Settings, lambda **given: Settings.of(given)], ids=["keyword", "plain"])
def test_a_wrong_value_names_the_key_what_was_given_and_what_is_allowed(
    make: Any, given: dict[str, Any], said: str, allowed: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        make(**{"charge_point_id": "CP001", **given})
    assert str(refused.value).startswith(said)
    assert "is not allowed; allowed: " in str(refused.value)
    assert allowed in str(refused.value).partition("; allowed: ")[2]
    assert refused.value.key in said


UNKNOWN: list[tuple[dict[str, Any], str]] = [
    (
        {"vendor_keys": {"Mine": {"typ": "CSL"}}},
        "vendor_keys.Mine.typ: is not known; did you mean vendor_keys.Mine.type?",
    ),
    ({"conectors": 1}, "conectors: is not known; did you mean connectors?"),
    ({"url": "ws://h"}, "url: is not known; there are charge_point_id, central_system_url, connectors, "),
    (
        {"identity": {"vendor": "V", "charge_point_vender": "V"}},
        "identity.vendor: is not known; did you mean identity.charge_point_vendor?",
    ),
    ({"configuration": {"HartbeatInterval": 1}}, "HartbeatInterval: is not known; did you mean HeartbeatInterval?"),
    ({"configuration": {"heartbeat": 1}}, "heartbeat: is not known; did you mean HeartbeatInterval?"),
    ({"configuration": {"Xyz": 1}}, "Xyz: is not known; there are AllowOfflineTxForUnknownId, "),
]


@pytest.mark.parametrize(("given", "said"), UNKNOWN, ids=[row[1][:40] for row in UNKNOWN])
def test_an_unknown_key_is_told_with_what_was_probably_meant(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.of({"charge_point_id": "CP001", **given})
    assert str(refused.value).startswith(said)


def test_the_value_of_an_unknown_key_is_not_shown() -> None:
    """It may be a secret, such as the AuthorizationKey of a charge point that has one."""
    with pytest.raises(ConfigurationError) as refused:
        settings(configuration={"AuthorizationKey": "canary"})
    assert "canary" not in repr(refused.value)


def test_a_name_is_required() -> None:
    with pytest.raises(ConfigurationError, match=r"charge_point_id: .* it is required"):
        Settings.load(environment={})


@pytest.mark.parametrize("first", ["OCPP16SM_CONFIGURATION", "OCPP16SM_CONFIGURATION__RESETRETRIES"])
def test_a_table_cannot_be_a_text_in_the_environment(first: str) -> None:
    both = {"OCPP16SM_CONFIGURATION": "ResetRetries=1", "OCPP16SM_CONFIGURATION__RESETRETRIES": "1"}
    environment = {first: both.pop(first), **both, "OCPP16SM_CHARGE_POINT_ID": "CP001"}
    with pytest.raises(ConfigurationError, match=r"OCPP16SM_CONFIGURATION: 'ResetRetries=1' is not .* a table"):
        Settings.load(environment=environment)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere.toml' is not allowed; .*No such file"):
        Settings.load(tmp_path / "nowhere.toml", {})


@pytest.mark.parametrize("text", [b"connectors = ", b"\xff\xfe", b"connectors = 1\nconnectors = 2"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "station.toml"
    path.write_bytes(text)
    with pytest.raises(ConfigurationError, match=r"settings file: .* is not allowed; allowed: .*TOML"):
        Settings.load(path, {})


# -- what is kept from them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["canary", "can@ary"])
def test_a_password_in_the_endpoint_is_shown_nowhere(secret: str) -> None:
    url = f"wss://user:{secret}@host/ocpp"
    made = settings(central_system_url=url)
    assert made.connection_url == f"{url}/CP001"
    assert "host/ocpp" in repr(made)
    with pytest.raises(ConfigurationError) as refused:
        settings(central_system_url=url.replace("wss", "http"))
    for shown in (repr(made), repr(made.setup()), repr(refused.value)):
        assert secret not in shown
        assert "ary" not in shown


def test_every_setting_says_what_it_is_and_in_which_unit() -> None:
    """The text below each field; a field in seconds says so."""
    (body,) = [node.body for node in ast.parse(inspect.getsource(Settings)).body if isinstance(node, ast.ClassDef)]
    documented = {
        field.target.id: text.value.value
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
    assert list(documented) == [attribute.name for attribute in fields(Settings)]
    assert all(re.search(r"\b(s|seconds)\b", text) for name, text in documented.items() if name.endswith("_s"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("OCPP16SM_CONECTORS", "2"),
        ("OCPP16SM_CONNECTORS", "many"),
        ("OCPP16SM_CONNECTORS", "200"),
        ("OCPP16SM_IDENTITY__ICID", "1"),
        ("OCPP16SM_IDENTITY__ICCID", "1" * 21),
        ("OCPP16SM_CONFIGURATION__HEARTBEATINTERVALL", "3"),
        ("OCPP16SM_CONFIGURATION__HeartbeatInterval", "often"),
    ],
)
def test_a_wrong_variable_is_named_as_it_was_written(variable: str, value: str) -> None:
    """Whoever has set it searches for what they typed."""
    environment = {"OCPP16SM_CHARGE_POINT_ID": "CP", variable: value}
    with pytest.raises(ConfigurationError, match=rf"^{variable}: "):
        Settings.load(environment=environment)


def test_a_keyword_that_is_wrong_is_not_taken_for_a_variable() -> None:
    """It has replaced what the environment says."""
    environment = {"OCPP16SM_CHARGE_POINT_ID": "CP", "OCPP16SM_CONNECTORS": "many"}
    with pytest.raises(ConfigurationError, match=r"^connectors: 'lots'"):
        Settings.load(environment=environment, connectors="lots")
