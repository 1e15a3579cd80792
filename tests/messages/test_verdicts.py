"""The fast path and the explaining path come to the same verdict, and the explanation is right."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from attrs import AttrsInstance
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.codec import decode
from ocpp16sm.codec.explain import structure
from ocpp16sm.codec.msgspec_mirror import CODERS
from ocpp16sm.errors import ErrorCode, PayloadError
from ocpp16sm.messages import (
    ACTIONS,
    AuthorizeRequest,
    BootNotificationResponse,
    ChangeConfigurationRequest,
    GetConfigurationRequest,
    GetConfigurationResponse,
    MeterValuesRequest,
    SetChargingProfileRequest,
    StartTransactionRequest,
    StatusNotificationRequest,
)
from ocpp16sm.testing.strategies import payloads

CLASSES = [cls for action in ACTIONS.values() for cls in (action.request, action.response)]

Path = tuple[str | int, ...]

WRONG: list[Any] = [
    None, True, False, 0, -1, 1.0, 1.5, 8.11, 2**31, -(2**31) - 1, 2**53, 10**30, 1e300, "", "Accepted", "accepted",
    "x" * 21, "x" * 501, "x" * 10001, "1", "2024-01-17T18:00:00Z", "2024-02-30T18:00:00Z",
    "2024-01-17T18:00:00Z and more", [], [None], [1], ["x" * 51], {}, {"status": "Accepted"}, {"unknown": 1},
]  # fmt: skip


# Copies: a mutation may put something into what another one put there.
wrong = st.sampled_from(WRONG).map(copy.deepcopy)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


@st.composite
def mutated(draw: st.DrawFn, cls: type[AttrsInstance]) -> Any:
    """Draw a valid payload and spoil it in one to three places."""
    payload: Any = draw(payloads(cls))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(payload))))
        if not path:
            if isinstance(payload, dict) and draw(st.integers(0, 9)):
                payload[draw(st.sampled_from(["status", "unknown", "idTag", "connectorId"]))] = draw(wrong)
            else:
                payload = draw(wrong)
            continue
        parent = payload
        for key in path[:-1]:
            parent = parent[key]
        match draw(st.sampled_from(["replace", "drop", "wrap", "add", "lengthen"])):
            case "replace":
                parent[path[-1]] = draw(wrong)
            case "drop":
                del parent[path[-1]]
            case "wrap":
                parent[path[-1]] = [parent[path[-1]]]
            case "lengthen" if isinstance(parent[path[-1]], str):
                parent[path[-1]] += draw(st.sampled_from(["x", "x" * 60]))
            case _ if isinstance(parent, dict):
                parent[draw(st.sampled_from(["status", "unknown", "idTag", "connectorId"]))] = draw(wrong)
    return payload


def fast(cls: type[AttrsInstance], payload: str) -> AttrsInstance | None:
    """Run the fast path alone; None: refused."""
    try:
        return msgspec.convert(CODERS[cls].lenient(payload), cls, from_attributes=True)
    except msgspec.ValidationError:
        return None


def slow(cls: type[AttrsInstance], payload: str) -> AttrsInstance | None:
    """Run the explaining path alone; None: refused."""
    try:
        return structure(cls, payload)
    except PayloadError:
        return None


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_both_paths_agree(cls: type[AttrsInstance]) -> None:
    """Both accept and give equal messages, or both refuse."""

    @given(mutated(cls))
    def check(payload: Any) -> None:
        text = json.dumps(payload)
        assert fast(cls, text) == slow(cls, text)

    check()


START = {"connectorId": 1, "idTag": "04A2", "meterStart": 1, "timestamp": "2024-01-17T18:00:00Z"}
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
PERIOD = '{"startPeriod":0,"limit":%s}'
PROFILE = (
    '{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,'
    '"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative",'
    '"chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[%s]}}}'
)
LIMIT = "$.csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit"

FORMATION = ErrorCode.FORMATION_VIOLATION
OCCURENCE = ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION
PROPERTY = ErrorCode.PROPERTY_CONSTRAINT_VIOLATION
TYPE = ErrorCode.TYPE_CONSTRAINT_VIOLATION


def start(**changes: Any) -> str:
    """Give a StartTransaction payload with changed fields."""
    return json.dumps(START | changes)


@pytest.mark.parametrize(
    ("cls", "payload", "code", "path", "problem"),
    [
        (
            StartTransactionRequest,
            "{}",
            OCCURENCE,
            "$.connectorId",
            "is required, and missing (and 3 more faults)",
        ),
        (StartTransactionRequest, start(idTag=None), TYPE, "$.idTag", "expected a text, found null"),
        (
            StartTransactionRequest,
            start(meterStart="1"),
            TYPE,
            "$.meterStart",
            'a whole number, found text "1"',
        ),
        (StartTransactionRequest, start(meterStart=1.5), TYPE, "$.meterStart", "a whole number, found 1.5"),
        (StartTransactionRequest, start(meterStart=1.0), TYPE, "$.meterStart", "a whole number, found 1.0"),
        (StartTransactionRequest, start(meterStart=True), TYPE, "$.meterStart", "a whole number, found true"),
        (
            StartTransactionRequest,
            start(meterStart=[1]),
            TYPE,
            "$.meterStart",
            "a whole number, found an array",
        ),
        (StartTransactionRequest, start(meterStart=2**53), PROPERTY, "$.meterStart", "found 9007199254740992"),
        (
            StartTransactionRequest,
            start(connectorId=0),
            PROPERTY,
            "$.connectorId",
            "from 1 to 2147483647, found 0",
        ),
        (StartTransactionRequest, start(timestamp=1705514400), TYPE, "$.timestamp", "found 1705514400"),
        (StartTransactionRequest, start(timestamp="today"), FORMATION, "$.timestamp", 'found text "today"'),
        (
            StatusNotificationRequest,
            json.dumps(STATUS | {"status": "Busy"}),
            PROPERTY,
            "$.status",
            'text "Busy"',
        ),
        (
            StatusNotificationRequest,
            json.dumps(STATUS | {"status": 1}),
            TYPE,
            "$.status",
            "expected a text, found 1",
        ),
        (
            StatusNotificationRequest,
            json.dumps(STATUS | {"info": "x" * 51}),
            PROPERTY,
            "$.info",
            "at most 50 char",
        ),
        (GetConfigurationRequest, '{"key":"Foo"}', TYPE, "$.key", "expected an array"),
        (GetConfigurationRequest, '{"key":["a",null]}', TYPE, "$.key[1]", "expected a text, found null"),
        (
            GetConfigurationResponse,
            '{"configurationKey":[{"key":"a","readonly":1}]}',
            TYPE,
            "$.configurationKey[0].readonly",
            "expected true or false, found 1",
        ),
        (
            MeterValuesRequest,
            '{"connectorId":1,"meterValue":[]}',
            OCCURENCE,
            "$.meterValue",
            "at least 1 element",
        ),
        (SetChargingProfileRequest, PROFILE % (PERIOD % "8.11"), PROPERTY, LIMIT, "a multiple of 0.1"),
        (
            SetChargingProfileRequest,
            PROFILE % (PERIOD % "8.10000000000000000000000000000000000001"),
            PROPERTY,
            LIMIT,
            "a multiple of 0.1",
        ),
        (SetChargingProfileRequest, PROFILE % (PERIOD % "1e999999"), PROPERTY, LIMIT, "found 1E+999999"),
        (
            SetChargingProfileRequest,
            PROFILE % (PERIOD % "1e99999999999999999999"),
            PROPERTY,
            LIMIT,
            "found Infinity",
        ),
        (SetChargingProfileRequest, PROFILE % (PERIOD % '"8.1"'), TYPE, LIMIT, 'a number, found text "8.1"'),
        (SetChargingProfileRequest, PROFILE % (PERIOD % "true"), TYPE, LIMIT, "a number, found true"),
        (StartTransactionRequest, "[]", FORMATION, "$", "expected an object, found an array"),
        (StartTransactionRequest, '"text"', FORMATION, "$", "expected an object"),
        (StartTransactionRequest, '{"idTag":', FORMATION, "$", "is not valid JSON"),
        (StartTransactionRequest, b'{"idTag":"\xff"}', FORMATION, "$", "is not valid JSON"),
        (
            StartTransactionRequest,
            start()[:-1] + ',"x":' + "[" * 100_000,
            FORMATION,
            "$",
            "nested too deeply",
        ),
        (StartTransactionRequest, start()[:-1] + ',"x":NaN}', FORMATION, "$", "is not valid JSON"),
        (StartTransactionRequest, '{"connectorId":"1",' + start()[1:], FORMATION, "$", "has a field twice"),
    ],
)
def test_each_fault_has_its_code_and_path(
    cls: type[AttrsInstance], payload: str | bytes, code: ErrorCode, path: str, problem: str
) -> None:
    """The mapping of reference/queue.md 3, last column; a CALLERROR's description says what and where."""
    with pytest.raises(PayloadError) as caught:
        decode(cls, payload)
    assert (caught.value.code, caught.value.path) == (code, path)
    assert str(caught.value).startswith(f"{path}: ")
    assert problem in str(caught.value)


def test_the_first_fault_in_the_order_of_the_class_is_reported() -> None:
    """Whatever their order in the text, and however deep; the others are counted."""
    payload: dict[str, Any] = {"interval": "x", "currentTime": "x", "status": "x"}
    with pytest.raises(PayloadError, match=r"^\$\.status: .* \(and 2 more faults\)$"):
        decode(BootNotificationResponse, json.dumps(payload))
    reading = {
        "timestamp": "2024-01-17T18:00:00Z",
        "sampledValue": [{"value": "1"}, {"value": "1", "unit": "x"}],
    }
    payload = {"transactionId": "x", "meterValue": [reading, {}], "connectorId": 1}
    with pytest.raises(PayloadError, match=r"^\$\.meterValue\[0\]\.sampledValue\[1\]\.unit: .*3 more faults"):
        decode(MeterValuesRequest, json.dumps(payload))


def test_a_found_text_is_shortened() -> None:
    """At most 40 characters of a peer's text come back to it, or into our log."""
    with pytest.raises(PayloadError, match=rf'found text "{"b" * 39}…"$'):
        decode(StatusNotificationRequest, json.dumps(STATUS | {"status": "b" * 5000}))
    with pytest.raises(PayloadError, match=r"found a huge number$"):
        decode(StartTransactionRequest, start(meterStart=10**1000))


@pytest.mark.parametrize(
    ("cls", "payload"),
    [
        (AuthorizeRequest, '{"idTag":"SECRET-SECRET-SECRET-SECRET"}'),
        (AuthorizeRequest, '{"idTag":["SECRET"]}'),
        (AuthorizeRequest, '"SECRET"'),
        (AuthorizeRequest, '{"idTag":{"SECRET":"SECRET"}}'),
        (AuthorizeRequest, '{"idTag":5318008}'),
        (ChangeConfigurationRequest, '{"key":"AuthorizationKey","value":5318008}'),
        (ChangeConfigurationRequest, '{"key":5,"value":"SECRET"}'),
        (GetConfigurationResponse, '{"configurationKey":[{"key":"a","readonly":"x","value":"SECRET"}]}'),
        (GetConfigurationResponse, '{"configurationKey":"SECRET"}'),
        (ACTIONS["Authorize"].response, '{"idTagInfo":"SECRET"}'),
        (ACTIONS["InstallCertificate"].request, '{"certificateType":1,"certificate":["SECRET"]}'),
        (ACTIONS["UpdateFirmware"].request, '{"location":["ftp://user:SECRET@host/"],"retrieveDate":""}'),
    ],
)
def test_no_secret_is_repeated(cls: type[AttrsInstance], payload: str) -> None:
    """Identifiers, configuration values, certificates and locations appear in no error."""
    with pytest.raises(PayloadError) as caught:
        decode(cls, payload)
    assert "SECRET" not in str(caught.value)
    assert "5318008" not in str(caught.value)
