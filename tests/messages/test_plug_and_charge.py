"""The messages of Plug & Charge against the JSON schemas of OCPP 2.0.1, as the package ``ocpp`` has them."""

import json
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest
from attrs import AttrsInstance
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.codec import decode_payload, encode_payload
from ocpp16sm.errors import PayloadError
from ocpp16sm.messages.plug_and_charge import MESSAGES, TRIGGER_MESSAGE
from ocpp16sm.testing.strategies import messages
from tests.messages.test_schemas import facts_of_class, facts_of_schema

NAMES = [each.message_id for each in MESSAGES]
CLASSES: dict[str, type[AttrsInstance]] = {
    name: cls
    for each in MESSAGES
    for name, cls in ((f"{each.message_id}Request", each.request), (f"{each.message_id}Response", each.response))
}

NO_USE = (
    "customData",
    "$.idToken.additionalInfo",
    "$.idTokenInfo.chargingPriority",
    "$.idTokenInfo.evseId",
    "$.idTokenInfo.groupIdToken.additionalInfo",
    "$.idTokenInfo.language1",
    "$.idTokenInfo.language2",
    "$.idTokenInfo.personalMessage",
    "$.evse",
)
"""Fields that are ignored: nothing in OCPP 1.6 could come of them, and all are optional."""


def schema_of(name: str) -> dict[str, Any]:
    text = files("ocpp").joinpath("v201", "schemas", f"{name}.json").read_text(encoding="utf-8-sig")
    schema: dict[str, Any] = json.loads(text)
    return schema


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_the_facts_of_its_schema(name: str) -> None:
    schema = schema_of(name)
    theirs = facts_of_schema(schema, schema)
    left_out = {path for path in theirs if any(ignored in path for ignored in NO_USE)}
    assert not any(theirs[path].get("required") for path in left_out & {*NO_USE})
    facts = {path: found for path, found in theirs.items() if path not in left_out}
    ours = facts_of_class(CLASSES[name])
    if name == "GetInstalledCertificateIdsRequest":
        assert facts["$.certificateType"].pop("minItems") == 1  # libocpp answers NotFound
    if name == "TriggerMessageRequest":
        # words that 2.0.1 does not know are answered NotImplemented too
        del facts["$.requestedMessage"]["enum"]
        assert ours["$.requestedMessage"].pop("maxLength") == 50
    assert ours == facts


@pytest.mark.parametrize("name", CLASSES)
@given(data=st.data())
def test_what_is_encoded_is_valid_and_decodes_to_what_it_was(name: str, data: st.DataObject) -> None:
    message = data.draw(messages(CLASSES[name]))
    encoded = encode_payload(message)
    schema = schema_of(name)
    if name == "TriggerMessageRequest":
        del schema["definitions"]["MessageTriggerEnumType"]["enum"]
    if name == "GetInstalledCertificateIdsRequest":
        del schema["properties"]["certificateType"]["minItems"]
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(json.loads(encoded))
    assert decode_payload(CLASSES[name], encoded.decode()) == message


def test_each_message_is_of_the_plug_and_charge_vendor_and_has_a_switch() -> None:
    """profiles.md 6: management gates what comes in and the timers, Plug & Charge what a car asks for."""
    assert {each.vendor_id for each in MESSAGES} == {"org.openchargealliance.iso15118pnc"}
    switches = {each.message_id: each.switch for each in MESSAGES}
    for_cars = {name for name, switch in switches.items() if switch == "ISO15118PnCEnabled"}
    assert for_cars == {"Authorize", "Get15118EVCertificate"}
    assert set(switches.values()) == {"ISO15118PnCEnabled", "ISO15118CertificateManagementEnabled"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AuthorizeRequest", '{"idToken":{"idToken":"DE","type":"eMAID"},"iso15118CertificateHashData":[]}'),
        ("GetInstalledCertificateIdsRequest", '{"certificateType":["V2G"]}'),
        ("InstallCertificateRequest", '{"certificateType":"V2GCertificateChain","certificate":""}'),
        ("CertificateSignedRequest", '{"certificateChain":"","certificateType":"V2G"}'),
        ("DeleteCertificateRequest", '{"certificateHashData":{}}'),
    ],
)
def test_what_breaks_a_schema_is_refused(name: str, text: str) -> None:
    assert not jsonschema_rs.is_valid(schema_of(name), json.loads(text))
    with pytest.raises(PayloadError):
        decode_payload(CLASSES[name], text)


def test_a_trigger_for_a_word_that_is_not_known_can_be_answered() -> None:
    request = decode_payload(TRIGGER_MESSAGE.request, '{"requestedMessage":"Something"}')
    assert request.requested_message == "Something"
