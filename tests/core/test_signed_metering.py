"""Signed meter values: begin and end in the right messages, verbatim, over a power cut; the keys that check them.

Proves reference/profiles.md 8.
"""

from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import MeterPublicKeySet
from ocpp16sm.errors import InvalidArgumentError, UnknownConnectorError
from tests.support.scene import CoreScene, Heard, accepted

BEGIN = 'OCMF|{"FV":"1.0","RD":[{"TX":"B"}]}|{"SD":"30\\u00e4"}'
END = 'OCMF|{"FV":"1.0","RD":[{"TX":"E"}]}|{"SD":"31"}'


def signed(value: str, context: str) -> dict[str, str]:
    """A signed value, as it is sent: without measurand, unit and location."""
    return {"value": value, "context": context, "format": "SignedData"}


def stop_data(heard: Heard) -> list[dict[str, Any]]:
    """The signed values of a StopTransaction."""
    values = (value for entry in heard.payload.get("transactionData", ()) for value in entry["sampledValue"])
    return [value for value in values if value.get("format") == "SignedData"]


def test_the_begin_value_is_sent_at_once_and_with_the_stop() -> None:
    """8: MeterValues directly after StartTransaction, with the transaction's id; both in transactionData."""
    scene = accepted()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_all()
    scene.begins(signed_meter_value=BEGIN)
    scene.hears("StartTransaction")
    begin = scene.hears("MeterValues", transactionId=1, connectorId=1)
    (entry,) = begin["meterValue"]
    assert entry == {"timestamp": "2026-06-01T12:00:00.000Z", "sampledValue": [signed(BEGIN, "Transaction.Begin")]}
    scene.passes(60)
    scene.ends(wh=10, signed_meter_value=END)
    stop = scene.hears("StopTransaction", transactionId=1)
    assert stop_data(stop) == [signed(BEGIN, "Transaction.Begin"), signed(END, "Transaction.End")]


def test_a_begin_value_that_is_known_only_at_the_end_is_not_lost() -> None:
    """8: only where there is none yet."""
    scene = accepted()
    scene.begins()
    scene.ends(signed_meter_value=END, start_signed_meter_value=BEGIN)
    (stop,) = scene.hears_all("StopTransaction")
    assert stop_data(stop) == [signed(BEGIN, "Transaction.Begin"), signed(END, "Transaction.End")]
    scene.begins(session="s2", signed_meter_value=BEGIN)
    scene.ends(session="s2", start_signed_meter_value="another")
    (stop,) = scene.hears_all("StopTransaction")
    assert stop_data(stop) == [signed(BEGIN, "Transaction.Begin")]


@pytest.mark.parametrize("resumed", [True, False])
def test_a_power_cut_loses_no_signed_value(resumed: bool) -> None:
    """8: libocpp keeps them in memory only. Offline as well: the id is filled in when it is known."""
    scene = accepted()
    scene.loses_network()
    scene.begins(signed_meter_value=BEGIN)
    scene.restarts(resuming_sessions=frozenset({"s1"} if resumed else ()))
    if resumed:
        scene.ends(wh=10, signed_meter_value=END)
    scene.restarts()
    scene.regains_network()
    heard = {each.action: each for each in scene.hears_all("MeterValues", "StopTransaction")}
    (begin,) = heard["MeterValues"]["meterValue"]
    assert (heard["MeterValues"]["transactionId"], begin["sampledValue"]) == (1, [signed(BEGIN, "Transaction.Begin")])
    expected = [signed(BEGIN, "Transaction.Begin"), *([signed(END, "Transaction.End")] if resumed else [])]
    assert stop_data(heard["StopTransaction"]) == expected


# -- MeterPublicKey<n> -------------------------------------------------------------------------------------------------


def asks_for(scene: CoreScene, *keys: str) -> tuple[dict[str, str], list[str]]:
    """What GetConfiguration says: values, and what is unknown."""
    answer = scene.asks("GetConfiguration", key=list(keys))
    found = {each["key"]: each["value"] for each in answer.get("configurationKey", ())}
    return found, answer.get("unknownKey", [])


def test_a_key_can_be_read_when_the_meter_has_one() -> None:
    """8: by its connector; kept over a restart; and among all keys."""
    scene = accepted(2)
    assert asks_for(scene, "MeterPublicKey2") == ({}, ["MeterPublicKey2"])
    scene.virtual.feed(MeterPublicKeySet(2, "3059"))
    assert asks_for(scene, "meterpublickey2") == ({"MeterPublicKey2": "3059"}, [])
    scene.restarts()
    scene.hears_all()
    everything = {each["key"]: each for each in scene.asks("GetConfiguration")["configurationKey"]}
    assert everything["MeterPublicKey2"] == {"key": "MeterPublicKey2", "readonly": True, "value": "3059"}
    assert "MeterPublicKey1" not in everything


def test_no_other_key_is_one_of_a_meter() -> None:
    """8."""
    scene = accepted(2, MeterPublicKey1="3059")
    unknown = ["MeterPublicKey", "MeterPublicKey0", "MeterPublicKey2", "MeterPublicKey3", "MeterPublicKey1X"]
    assert asks_for(scene, "MeterPublicKey1", *unknown) == ({"MeterPublicKey1": "3059"}, unknown)


def test_a_key_is_not_changed_from_afar() -> None:
    """8: Rejected; of a meter that has none there is nothing to change."""
    scene = accepted(2, MeterPublicKey1="3059")
    change = {key: scene.asks("ChangeConfiguration", key=key, value="x")["status"] for key in ("MeterPublicKey1",)}
    assert change == {"MeterPublicKey1": "Rejected"}
    assert scene.asks("ChangeConfiguration", key="MeterPublicKey2", value="x")["status"] == "NotSupported"


def test_a_key_belongs_to_a_connector_and_has_a_length() -> None:
    """A ConfigurationValue has 500 characters."""
    scene = accepted()
    for connector in (0, 2):
        with pytest.raises(UnknownConnectorError):
            scene.virtual.feed(MeterPublicKeySet(connector, "3059"))
    with pytest.raises(InvalidArgumentError, match="1 to 500 characters"):
        scene.virtual.feed(MeterPublicKeySet(1, "x" * 501))
    assert asks_for(scene, "MeterPublicKey1") == ({}, ["MeterPublicKey1"])
