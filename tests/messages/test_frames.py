"""The wrapper: every row of the framing table (reference/queue.md 3), and ten thousand malformed texts."""

import contextlib
import json
import random
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from attrs import AttrsInstance, evolve

from ocpp16sm.base.frame_bounds import SMALL
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec import (
    Call,
    CallError,
    CallResult,
    decode,
    encode_call,
    encode_error,
    encode_payload,
    encode_result,
    read_frame,
)
from ocpp16sm.errors import (
    ErrorCode,
    FrameError,
    InvalidMessageError,
    LocalError,
    PayloadError,
    RemoteProtocolError,
    UnknownMessageTypeError,
)
from ocpp16sm.messages import (
    ACTIONS,
    AuthorizeRequest,
    ChargingProfile,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
    ChargingSchedulePeriod,
    HeartbeatRequest,
    MeterValue,
    MeterValuesRequest,
    SampledValue,
    SetChargingProfileRequest,
    StartTransactionRequest,
)

FORMATION = ErrorCode.FORMATION_VIOLATION


def nested(depth: int) -> str:
    """So many arrays in each other."""
    return "[" * depth + "]" * depth


DEEP = nested(100_000)
BLANKS = " " * SMALL

REFUSED: list[tuple[str, str, type[FrameError], str | None, ErrorCode | None]] = [
    ("not JSON", "hello", FrameError, None, None),
    ("not JSON", "", FrameError, None, None),
    ("not JSON", '[2,"a","Heartbeat",{}', FrameError, None, None),
    ("not JSON", '[2,"a","Heartbeat",{}] trailing', FrameError, None, None),
    ("not JSON", '[2,"a","Heartbeat",{"x":NaN}]', FrameError, None, None),
    ("not JSON", '\ufeff[2,"a","Heartbeat",{}]', FrameError, None, None),
    ("not JSON", '[2,"\ud800","Heartbeat",{}]', FrameError, None, None),
    ("not JSON", '[2,"\\ud800","Heartbeat",{}]', FrameError, None, None),
    ("nested too deeply", f'[2,"a","Heartbeat",{DEEP}]', FrameError, "a", FORMATION),
    ("nested too deeply", f'[3,"a",{DEEP}]', FrameError, "a", None),
    ("nested too deeply", '[2,"a","Heartbeat",{"x":' + nested(31) + "}" + BLANKS + "]", FrameError, "a", FORMATION),
    (
        "nested too deeply",
        '[2,"a","Heartbeat",{"x":' + '{"y":' * 31 + "1" + "}" * 32 + BLANKS + "]",
        FrameError,
        "a",
        FORMATION,
    ),
    ("nested too deeply", '[4,"a","b","",{"x":' + nested(31) + "}" + BLANKS + "]", FrameError, "a", None),
    ("nested too deeply", BLANKS + nested(33), FrameError, None, None),
    ("too many elements", f'[2,"a","Heartbeat",{{"x":[{"1," * 100_000}1]}}]', FrameError, "a", FORMATION),
    ("too many elements", f'[2,"a","Heartbeat",{{"x":[{"[]," * 60_000}1]}}]', FrameError, "a", FORMATION),
    ("too many elements", f'[3,"a",{{"x":[{"{}," * 60_000}1]}}]', FrameError, "a", None),
    ("too long", '[2,"a","Heartbeat",{"x":"' + "y" * 2**20 + '"}]', FrameError, "a", FORMATION),
    ("too long", "y" * (2**20 + 1), FrameError, None, None),
    ("half a surrogate pair", '[2,"a","Heartbeat",{"x":"\\ud800"}]', FrameError, "a", FORMATION),
    ("not an array", "{}", FrameError, None, None),
    ("not an array", "null", FrameError, None, None),
    ("not an array", '"[2]"', FrameError, None, None),
    ("array too short", "[]", FrameError, None, None),
    ("array too short", "[2]", FrameError, None, None),
    ("id not string", '[2,5,"Heartbeat",{}]', FrameError, None, None),
    ("id not string", "[3,null,{}]", FrameError, None, None),
    ("id >36 chars", f'[2,"{"a" * 37}","Heartbeat",{{}}]', FrameError, None, None),
    ("id >36 chars", f'[4,"{"a" * 37}","GenericError","",{{}}]', FrameError, None, None),
    ("id empty", '[2,"","Heartbeat",{}]', FrameError, None, None),
    ("message type id not 2-3-4", '[5,"a",{}]', UnknownMessageTypeError, None, None),
    ("message type id not 2-3-4", '[0,"a","Heartbeat",{}]', UnknownMessageTypeError, None, None),
    ("message type id not 2-3-4", '["2","a","Heartbeat",{}]', UnknownMessageTypeError, None, None),
    ("message type id not 2-3-4", '[2.0,"a","Heartbeat",{}]', UnknownMessageTypeError, None, None),
    ("message type id not 2-3-4", '[true,"a","Heartbeat",{}]', UnknownMessageTypeError, None, None),
    ("message type id not 2-3-4", '[null,"a"]', UnknownMessageTypeError, None, None),
    ("message type id not 2-3-4", f'[{"9" * 5000},"a",{{}}]', UnknownMessageTypeError, None, None),
    ("message type id not 2-3-4", '[1e99999999999999999999,"a",{}]', UnknownMessageTypeError, None, None),
    ("CALL without action", '[2,"a"]', FrameError, "a", FORMATION),
    ("CALL without action", '[2,"a",{"x":1}]', FrameError, "a", FORMATION),
    ("CALL without action", '[2,"a",null,{}]', FrameError, "a", FORMATION),
    ("CALL without payload", '[2,"a","Heartbeat"]', FrameError, "a", FORMATION),
    ("CALL payload not an object", '[2,"a","Heartbeat",[]]', FrameError, "a", FORMATION),
    ("CALL payload not an object", '[2,"a","Heartbeat","{}"]', FrameError, "a", FORMATION),
    ("CALLRESULT without payload", '[3,"a"]', FrameError, "a", None),
    ("CALLRESULT payload not an object", '[3,"a",[]]', FrameError, "a", None),
    ("CALLERROR without code", '[4,"a"]', FrameError, "a", None),
    ("CALLERROR without code", '[4,"a",5,"",{}]', FrameError, "a", None),
]


WITHIN = [
    '[2,"a","Heartbeat",{"x":' + nested(30) + "}" + BLANKS + "]",
    '[2,"a","Heartbeat",{"x":"' + "[{" * 1000 + '\\\\\\"[{"}]',
    '[2,"a","Heartbeat",{"x":"' + "," * 200_000 + '","y":[' + "1," * 90_000 + "1]}]",
    '[2,"a","Heartbeat",{"x":"' + '\\"' * 50_000 + '"}]',
    '[2,"a","Heartbeat",{"x":' + "[" + ",".join(["[{}]"] * 10_000) + "]}]",
]


@pytest.mark.parametrize("text", WITHIN, ids=["depth", "brackets in a text", "commas in a text", "quotes", "shallow"])
def test_what_is_large_and_within_the_bounds_is_read(text: str) -> None:
    """A bracket or a comma in a text counts for nothing."""
    frame = read_frame(text)
    assert isinstance(frame, Call)
    assert json.loads(bytes(frame.payload)) == json.loads(text)[3]


HEAVY = [
    '[2,"a","b",{"x":"' + '\\"' * 500_000,
    '"' * 2**20,
    '"\\' * 2**19,
    "[" * 2**20,
    "]" * 2**20,
    "[{" * 2**19,
    "[[]" * (2**20 // 3),
    "[" * 40 + "[]" * (2**19 - 40),
    '[2,"a","b",' + "9" * (2**20 - 12) + "]",
    "," * 2**20,
    "[]" * 2**19,
    '[2,"a","b",{' + '"a":1,' * 170_000 + '"a":1}]',
]
"""Texts of a megabyte that want to be work."""


@pytest.mark.parametrize("text", HEAVY, ids=range(len(HEAVY)))
def test_a_megabyte_of_anything_costs_little_memory(text: str) -> None:
    """A few copies of the text at most, and no object for each of its characters."""
    assert len(text) <= 2**20
    tracemalloc.start()
    try:
        with contextlib.suppress(FrameError):
            read_frame(text)
        assert tracemalloc.get_traced_memory()[1] < 24 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("row", "text", "error", "message_id", "code"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused_frames(
    row: str, text: str, error: type[FrameError], message_id: str | None, code: ErrorCode | None
) -> None:
    """Without a usable id there is nobody to answer; a CALL with one gets FormationViolation."""
    with pytest.raises(FrameError) as caught:
        read_frame(text)
    assert type(caught.value) is error
    assert (caught.value.message_id, caught.value.code) == (message_id, code)


def shown(frame: Call | CallResult | CallError) -> tuple[Any, ...]:
    """Give a frame as plain values."""
    if isinstance(frame, Call):
        return frame.message_id, frame.action, bytes(frame.payload)
    if isinstance(frame, CallResult):
        return frame.message_id, bytes(frame.payload)
    return frame.message_id, frame.code, frame.description, bytes(frame.details)


ACCEPTED: list[tuple[str, str, tuple[Any, ...]]] = [
    ("CALL", '[2,"a","Heartbeat",{}]', ("a", "Heartbeat", b"{}")),
    ("CALL of an unknown action", '[2,"a","Foo",{"x":[1]}]', ("a", "Foo", b'{"x":[1]}')),
    ("CALL with white space", ' [ 2 , "a" , "Foo" , {"x": 1} ]\n', ("a", "Foo", b'{"x": 1}')),
    ("CALL with payload null", '[2,"a","Heartbeat", null]', ("a", "Heartbeat", b"{}")),
    ("CALL with an extra element", '[2,"a","Heartbeat",{},{"sig":1}]', ("a", "Heartbeat", b"{}")),
    ("CALL with an id of 36", f'[2,"{"ä" * 36}","Foo",{{}}]', ("ä" * 36, "Foo", b"{}")),
    ("CALLRESULT", '[3,"a",{"x":1}]', ("a", b'{"x":1}')),
    ("CALLRESULT with payload null", '[3,"a",null]', ("a", b"{}")),
    ("CALLERROR", '[4,"a","GenericError","why",{"x":1}]', ("a", "GenericError", "why", b'{"x":1}')),
    (
        "CALLERROR with a code of 2.0.1",
        '[4,"a","FormatViolation","",{}]',
        ("a", "FormatViolation", "", b"{}"),
    ),
    ("CALLERROR without details", '[4,"a","Foo","why"]', ("a", "Foo", "why", b"{}")),
    ("CALLERROR without description", '[4,"a","Foo"]', ("a", "Foo", "", b"{}")),
    ("CALLERROR with nulls", '[4,"a","Foo",null,null]', ("a", "Foo", "", b"{}")),
    ("CALLERROR with other types", '[4,"a","Foo",5,"x"]', ("a", "Foo", "", b"{}")),
]


@pytest.mark.parametrize(("row", "text", "parts"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_accepted_frames(row: str, text: str, parts: tuple[Any, ...]) -> None:
    """What the table tolerates: null for {}, extra elements, an incomplete CALLERROR, any code."""
    assert shown(read_frame(text)) == parts


NOW = Timestamp(2024, 1, 17, 18)
START = StartTransactionRequest(1, "04A2", 5, NOW)
METER = MeterValuesRequest(1, (MeterValue(NOW, (SampledValue("1"), SampledValue("2"))),))


def start(**changes: Any) -> StartTransactionRequest:
    """Give a request with changed fields, of the wrong type perhaps."""
    return evolve(START, **changes)


NO_TEXT: Any = 1


def schedule(limit: Any, unit: Any = ChargingRateUnitType.A) -> ChargingSchedule:
    """Give a charging schedule of two periods."""
    return ChargingSchedule(unit, (ChargingSchedulePeriod(0, limit), ChargingSchedulePeriod(60, Decimal(16))))


PROFILE = ChargingProfile(
    1,
    0,
    ChargingProfilePurposeType.TX_PROFILE,
    ChargingProfileKindType.RELATIVE,
    schedule(Decimal("8.1")),
)
SEEDS = [
    encode_call("id-1", "Heartbeat", HeartbeatRequest()),
    encode_call("id-2", "StartTransaction", START),
    encode_call("id-3", "MeterValues", METER),
    encode_call("id-4", "SetChargingProfile", SetChargingProfileRequest(1, PROFILE)),
    '[3,"id-5",{"currentTime":"2024-01-17T18:00:00.000Z"}]',
    '[4,"id-6","GenericError","why",{"x":[1,2.5,null,true]}]',
]
TOKENS = [
    "{", "}", "[", "]", ",", ":", '"', "\\", "\\u", "\\ud800", "\\udc00x", "\\u0000", "\ud800", "\x00",
    "\ufeff", "null", "true", "NaN", "Infinity", "-", "-0", "1e400", "1e99999999999999999999", "9" * 400,
    "9" * 5000, "0.1", "2.0", "-1", " ", "\n", "é", "😀", '"connectorId":1,', '"idTag":"x",',
    '"unknown":{},', "[" * 900, "[" * 5000, '{"a":' * 2000, "2", "3", "4",
]  # fmt: skip


def spoil(text: str, chance: random.Random) -> str:
    """Spoil a text in one to six places."""
    for _ in range(chance.randint(1, 6)):
        here = chance.randrange(len(text) + 1)
        there = min(len(text), here + chance.choice([0, 0, 1, 1, 2, 5, 20]))
        match chance.randrange(5):
            case 0:
                text = text[:here] + text[there:]
            case 1:
                text = text[:here] + chance.choice(TOKENS) + text[there:]
            case 2:
                text = text[:here] + text[here:there] * 2 + text[there:]
            case 3:
                text = text[:here]
            case _:
                text = text[:here] + chance.choice('\0",\\}\x7f\ud800\u2028\U0001f600') + text[there:]
    return text


def test_ten_thousand_malformed_texts() -> None:
    """Any text gives a frame or a FrameError, any payload a message or a PayloadError; no other error."""
    chance = random.Random(16)
    seen = dict.fromkeys(("Call", "CallResult", "CallError", "FrameError", "message", "PayloadError"), 0)
    for number in range(10_000):
        text = spoil(SEEDS[number % len(SEEDS)], chance)
        try:
            frame = read_frame(text)
        except FrameError:
            seen["FrameError"] += 1
            continue
        seen[type(frame).__name__] += 1
        if isinstance(frame, Call) and frame.action in ACTIONS:
            try:
                decode(ACTIONS[frame.action].request, frame.payload)
            except PayloadError as error:
                encode_error(frame.message_id, error.code, str(error))
                seen["PayloadError"] += 1
            else:
                seen["message"] += 1
    assert all(count > 100 for count in seen.values()), seen


def test_peers_faults_and_ours_are_different_errors() -> None:
    """A RemoteProtocolError is never a LocalError."""
    assert issubclass(FrameError, RemoteProtocolError)
    assert issubclass(PayloadError, RemoteProtocolError)
    assert issubclass(InvalidMessageError, LocalError)
    assert not issubclass(RemoteProtocolError, LocalError)


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (
            start(connector_id=0),
            "StartTransactionRequest: $.connectorId: expected a whole number from 1",
        ),
        (start(connector_id=True), "$.connectorId: expected a whole number, found true"),
        (start(meter_start=5.0), "$.meterStart: expected a whole number, found 5.0"),
        (
            start(meter_start=2**53),
            "$.meterStart: expected a whole number from -9007199254740991 to 9007199254740991",
        ),
        (start(meter_start=None), "$.meterStart: is required, and missing"),
        (start(id_tag="SECRET" * 4), "$.idTag: expected at most 20 characters, found 24"),
        (start(id_tag=b"SECRET"), "$.idTag: expected a text, found a bytes"),
        (start(id_tag="\ud800"), "$.idTag: expected Unicode text, found half of a surrogate pair"),
        (
            start(timestamp=datetime(2024, 1, 17, tzinfo=UTC)),
            "$.timestamp: expected a date-time (a Timestamp,",
        ),
        (start(connector_id=0, id_tag="SECRET" * 4), "found 0 (and 1 more fault)"),
        (MeterValuesRequest(1, ()), "$.meterValue: expected at least 1 element, found 0"),
        (
            MeterValuesRequest(1, (MeterValue(NOW, (SampledValue(NO_TEXT),)),)),
            "$.meterValue[0].sampledValue[0].value",
        ),
        (schedule(Decimal("8.11")), "a multiple of 0.1"),
        (schedule(Decimal("NaN")), "found NaN"),
        (schedule(8.1), "expected an exact number (a Decimal or an int), found 8.1"),
        (schedule(Decimal(8), "kW"), "$.chargingRateUnit: expected one of W, A"),
        (AuthorizeRequest, "type: $: is not a message"),
        (None, "NoneType: $: is not a message"),
    ],
)
def test_a_message_of_ours_that_breaks_a_limit_is_not_encoded(message: Any, problem: str) -> None:
    """InvalidMessageError names the field, the problem and the limit, and repeats no secret."""
    with pytest.raises(InvalidMessageError) as caught:
        encode_call("a", "X", message)
    assert problem in str(caught.value)
    assert "SECRET" not in str(caught.value)
    with pytest.raises(InvalidMessageError):
        encode_result("a", message)
    with pytest.raises(InvalidMessageError):
        encode_payload(message)


@pytest.mark.parametrize("message_id", ["", "a" * 37, None, 5])
def test_a_message_id_is_1_to_36_characters(message_id: Any) -> None:
    """OCPP-J 1.6, 4.1.4."""
    writers: list[Any] = [
        lambda: encode_call(message_id, "Heartbeat", HeartbeatRequest()),
        lambda: encode_result(message_id, HeartbeatRequest()),
        lambda: encode_error(message_id, ErrorCode.GENERIC_ERROR, ""),
    ]
    for write in writers:
        with pytest.raises(InvalidMessageError, match="message id"):
            write()


@pytest.mark.parametrize("details", [{"x": object()}, {"x": {(1, 2): 1}}, {"x": "\ud800"}])
def test_details_without_json_form_are_refused(details: dict[str, Any]) -> None:
    """The details are the caller's, and the caller hears of it."""
    with pytest.raises(InvalidMessageError, match="details"):
        encode_error("a", ErrorCode.GENERIC_ERROR, "", details)


def test_an_error_is_told_whatever_its_description() -> None:
    """Half a surrogate pair in a description does not keep a CALLERROR from going out."""
    assert json.loads(encode_error("a", ErrorCode.INTERNAL_ERROR, "x\ud800y")) == [
        4,
        "a",
        "InternalError",
        "x?y",
        {},
    ]


def test_the_codes_are_spelled_as_1_6_spells_them() -> None:
    """OCPP-J 1.6, 4.2.3, table 7; the one r of Occurence stays (OCPP-J errata 5.1)."""
    assert set(ErrorCode) == {
        "NotImplemented", "NotSupported", "InternalError", "ProtocolError", "SecurityError",
        "FormationViolation", "PropertyConstraintViolation", "OccurenceConstraintViolation",
        "TypeConstraintViolation", "GenericError",
    }  # fmt: skip


def test_a_class_without_fields_is_a_message_too() -> None:
    """An empty object, not null (OCPP-J 1.6, 4.2.1)."""
    heartbeat: AttrsInstance = HeartbeatRequest()
    assert encode_call("a", "Heartbeat", heartbeat) == '[2,"a","Heartbeat",{}]'
