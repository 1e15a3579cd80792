"""What is encoded is valid by the schema, and decodes to what it was."""

import json
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from attrs import AttrsInstance, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec import (
    Call,
    CallError,
    CallResult,
    decode,
    decode_payload,
    encode_call,
    encode_error,
    encode_payload,
    encode_result,
    read_frame,
)
from ocpp16sm.errors import ErrorCode, PayloadError
from ocpp16sm.messages import (
    ACTIONS,
    AuthorizeResponse,
    BootNotificationRequest,
    ChargingProfile,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
    ChargingSchedulePeriod,
    IdTagInfo,
    MeterValue,
    MeterValuesRequest,
    RemoteStartTransactionRequest,
    SampledValue,
    StartTransactionRequest,
    UnitOfMeasure,
    action_of,
)
from ocpp16sm.testing.strategies import messages, payloads, requests, responses

REQUESTS = {action.name: action.request for action in ACTIONS.values()}
RESPONSES = {f"{action.name}Response": action.response for action in ACTIONS.values()}
CLASSES = REQUESTS | RESPONSES


def oracle(schema: dict[str, Any], name: str) -> jsonschema_rs.Validator:
    """Make the validator of a schema, formats checked; Hertz added where test_schemas lists it."""
    if name == "StopTransaction":
        schema = json.loads(json.dumps(schema))
        reading = schema["properties"]["transactionData"]["items"]["properties"]["sampledValue"]["items"]
        reading["properties"]["unit"]["enum"].append("Hertz")
    return jsonschema_rs.validator_for(schema, validate_formats=True)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_messages_encode_to_valid_payloads_and_back(name: str, schema_of: Any) -> None:
    """encode_payload gives what the schema allows; decode gives an equal message and ignores nothing."""
    validator = oracle(schema_of(name), name)

    @given(messages(CLASSES[name]))
    def check(message: AttrsInstance) -> None:
        raw = encode_payload(message)
        validator.validate(json.loads(raw))
        assert decode(type(message), raw) == (message, ())
        assert decode_payload(type(message), raw) == message

    check()


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_valid_payloads_are_accepted(name: str, schema_of: Any) -> None:
    """A payload that the schema allows decodes; encoding it again loses only spelling."""
    validator = oracle(schema_of(name), name)

    @given(payloads(CLASSES[name]))
    def check(payload: dict[str, Any]) -> None:
        validator.validate(payload)
        message, unknown = decode(CLASSES[name], json.dumps(payload))
        assert unknown == ()
        again = json.loads(encode_payload(message))
        assert again.keys() == payload.keys()
        assert decode(CLASSES[name], json.dumps(again)) == (message, ())

    check()


MESSAGE_IDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=36)


@given(MESSAGE_IDS, requests())
def test_a_call_goes_there_and_back(message_id: str, request: AttrsInstance) -> None:
    """encode_call, read_frame and decode give the same id, action and request."""
    frame = read_frame(encode_call(message_id, action_of(request), request))
    assert isinstance(frame, Call)
    assert (frame.message_id, frame.action) == (message_id, action_of(request))
    assert decode(ACTIONS[frame.action].request, frame.payload) == (request, ())


@given(MESSAGE_IDS, responses())
def test_a_result_goes_there_and_back(message_id: str, response: AttrsInstance) -> None:
    """encode_result, read_frame and decode give the same id and response."""
    frame = read_frame(encode_result(message_id, response))
    assert isinstance(frame, CallResult)
    assert frame.message_id == message_id
    assert decode(type(response), frame.payload) == (response, ())


JSON_OBJECTS = st.dictionaries(
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(st.characters(codec="utf-8"), max_size=8),
    max_size=3,
)


@given(MESSAGE_IDS, st.sampled_from(ErrorCode), st.text(max_size=300), JSON_OBJECTS)
def test_an_error_goes_there_and_back(
    message_id: str, code: ErrorCode, description: str, details: dict[str, Any]
) -> None:
    """Always five elements; the description is cut to 255 characters (OCPP-J 1.6, 4.2.3)."""
    text = encode_error(message_id, code, description, details)
    assert len(json.loads(text)) == 5
    frame = read_frame(text)
    assert isinstance(frame, CallError)
    assert (frame.message_id, frame.code) == (message_id, code)
    assert len(frame.description) == min(len(description), 255)
    assert json.loads(bytes(frame.details)) == details


def test_the_frames_of_the_specification() -> None:
    """OCPP-J 1.6, 4.2.1 and errata 3.9 print a CALL and a CALLERROR; ours differ in white space only."""
    boot = BootNotificationRequest("VendorX", "SingleSocketCharger")
    assert encode_call("19223201", "BootNotification", boot) == (
        '[2,"19223201","BootNotification",{"chargePointVendor":"VendorX","chargePointModel":"SingleSocketCharger"}]'
    )
    description = "SendLocalList.req not implemented"
    assert encode_error("162376037", ErrorCode.NOT_SUPPORTED, description) == (
        '[4,"162376037","NotSupported","SendLocalList.req not implemented",{}]'
    )


def test_a_start_transaction_as_text() -> None:
    """The wire's words in the order of the class, None left out, time in UTC with milliseconds."""
    request = StartTransactionRequest(1, "04A2", 1234, Timestamp(2024, 1, 17, 18))
    assert encode_call("a1", "StartTransaction", request) == (
        '[2,"a1","StartTransaction",'
        '{"connectorId":1,"idTag":"04A2","meterStart":1234,"timestamp":"2024-01-17T18:00:00.000Z"}]'
    )


def test_a_reading_as_text() -> None:
    """Nested classes are renamed too, and words are the wire's."""
    reading = SampledValue("21.5", unit=UnitOfMeasure.CELCIUS)
    request = MeterValuesRequest(1, (MeterValue(Timestamp(2024, 1, 17, 18), (reading,)),), 7)
    assert encode_payload(request) == (
        b'{"connectorId":1,"meterValue":[{"timestamp":"2024-01-17T18:00:00.000Z",'
        b'"sampledValue":[{"value":"21.5","unit":"Celcius"}]}],"transactionId":7}'
    )


def test_a_composite_type_can_be_stored() -> None:
    """encode_payload is for parts of messages too: a charging profile on disk."""
    schedule = ChargingSchedule(ChargingRateUnitType.A, (ChargingSchedulePeriod(0, Decimal("8.1")),))
    profile = ChargingProfile(1, 0, ChargingProfilePurposeType.TX_PROFILE, ChargingProfileKindType.RELATIVE, schedule)
    assert decode_payload(ChargingProfile, encode_payload(profile)) == profile


@frozen
class Row:
    """What a store might keep: not a message, with a default that is made anew."""

    number: float
    words: tuple[str, ...] = field(factory=tuple)
    since: Timestamp | None = None


def test_any_attrs_class_can_be_stored() -> None:
    """Twins are made of any attrs class; what is no message is checked by type only."""
    for row in (Row(1.5), Row(2.0, ("a", "b"), Timestamp(2024, 1, 17))):
        assert decode_payload(Row, encode_payload(row)) == row
    assert encode_payload(Row(1.5)) == b'{"number":1.5}'
    with pytest.raises(PayloadError, match=r"^\$\.number: cannot be read$"):
        decode_payload(Row, '{"number":"x"}')
    with pytest.raises(TypeError, match="int is not an attrs class"):
        decode_payload(int, "{}")  # type: ignore[type-var]  # the case in question


@pytest.mark.parametrize("limit", ["8.1", "0.3", "16", "16.0", "16.00", "-0.1", "1E+3", "1.6e1", "2147483647"])
def test_limits_are_exact(limit: str) -> None:
    """A JSON number becomes the decimal it spells, not the nearest double (7.13, 7.14)."""
    period = decode_payload(ChargingSchedulePeriod, f'{{"startPeriod":0,"limit":{limit}}}')
    assert period.limit == Decimal(limit)
    assert type(period.limit) is Decimal
    assert decode_payload(ChargingSchedulePeriod, encode_payload(period)) == period


def test_null_stands_for_an_absent_optional_field() -> None:
    """The schemas refuse it, serialisers of Central Systems send it."""
    payload = '{"idTagInfo":{"status":"Accepted","expiryDate":null,"parentIdTag":null}}'
    message, unknown = decode(AuthorizeResponse, payload)
    assert unknown == ()
    assert message.id_tag_info.expiry_date is None
    assert message.id_tag_info == decode_payload(IdTagInfo, '{"status":"Accepted"}')


@pytest.mark.parametrize("payload", ["null", " null ", "{}", b"null"])
def test_a_payload_of_null_is_an_empty_object(payload: str | bytes) -> None:
    """OCPP-J 1.6, 4.2.1 and 4.2.2 allow either notation."""
    heartbeat = ACTIONS["Heartbeat"].request
    assert decode(heartbeat, payload) == (heartbeat(), ())


def test_unknown_fields_are_ignored_and_named() -> None:
    """Their paths are given, at any depth; known fields count nevertheless (reference/queue.md 3)."""
    payload = """{"connectorId": 1, "vendorFoo": {"a": [1]}, "transactionId": null, "meterValue": [
        {"timestamp": "2024-01-17T18:00:00Z", "sampledValue": [{"value": "1"}]}, {"timestamp":
        "2024-01-17T18:00:01Z", "x": 1, "sampledValue": [{"value": "1"}, {"value": "2", "y": null}]}
    ]}"""
    message, unknown = decode(MeterValuesRequest, payload)
    assert unknown == ("$.vendorFoo", "$.meterValue[1].x", "$.meterValue[1].sampledValue[1].y")
    assert [len(each.sampled_value) for each in message.meter_value] == [1, 2]


def test_unknown_fields_beside_an_absent_object() -> None:
    """A null where an object is optional has no fields to look into."""
    payload = '{"idTag":"04A2","chargingProfile":null,"foo":1}'
    message, unknown = decode(ACTIONS["RemoteStartTransaction"].request, payload)
    assert unknown == ("$.foo",)
    assert message == RemoteStartTransactionRequest("04A2")


def test_a_long_unknown_name_is_shortened() -> None:
    """A peer's text does not fill our log."""
    _, unknown = decode(ACTIONS["Heartbeat"].request, json.dumps({"n" * 1000: 1}))
    assert unknown == ("$." + "n" * 39 + "…",)
