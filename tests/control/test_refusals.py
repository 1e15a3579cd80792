"""What a client of the control channel cannot have done: it is told why, and nothing changes."""

import json
from typing import Any

import pytest

from ocpp16sm.control.client_session import LONGEST_LINE
from ocpp16sm.control.line_splitter import OverlongLine
from tests.support.control_client import steered
from tests.support.virtual_time import run

UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "no act": ({}, "expected the name of an act: one of plug_in, "),
    "an act that is no text": ({"act": 5}, "expected the name of an act: one of plug_in, "),
    "an unknown act": ({"act": "fly"}, "'fly' is not known; expected one of plug_in, "),
    "nearly an act": ({"act": "plugIn"}, "'plugIn' is not known; did you mean plug_in?"),
}
INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "no connector": ({"act": "plug_in"}, "connector: is missing; expected a whole number, 1 to 99"),
    "connector 0": ({"act": "plug_in", "connector": 0}, "connector: expected a whole number, 1 to 99, found 0"),
    "a connector that is not there": ({"act": "plug_in", "connector": 3}, "there is no connector 3; expected"),
    "a connector as a text": (
        {"act": "plug_in", "connector": "1"},
        'connector: expected a whole number, 1 to 99, found "1"',
    ),
    "a connector that is true": ({"act": "plug_in", "connector": True}, "1 to 99, found true"),
    "a huge connector": ({"act": "plug_in", "connector": 10**30}, "connector: expected a whole number"),
    "an unknown parameter": ({"act": "plug_in", "conector": 1}, "conector: is not known; did you mean connector?"),
    "a parameter of another act": ({"act": "state", "connector": 1}, "connector: is not known; none is defined"),
    "an unknown car": (
        {"act": "plug_in", "connector": 1, "car": "smal"},
        "car: 'smal' is not known; did you mean small?",
    ),
    "a car that cannot be": (
        {"act": "plug_in", "connector": 1, "car": {"phases": 2}},
        "car: a car charges on 1 or 3 phases, not 2",
    ),
    "a car with a wrong part": (
        {"act": "plug_in", "connector": 1, "car": {"battery": {"soc_percnt": 5}}},
        "car.battery.soc_percnt: is not known; did you mean soc_percent?",
    ),
    "a car of one kind with a part of the other": (
        {"act": "plug_in", "connector": 1, "car": {"power_w": 1, "voltage_v": 2, "phases": 1}},
        "car.phases: is not known",
    ),
    "a long token": (
        {"act": "present_token", "token": "x" * 21},
        "token: expected an idTag of at most 20 characters, or its name",
    ),
    "an empty token": (
        {"act": "present_token", "token": ""},
        'token: expected a string of 1 to 255 characters, found ""',
    ),
    "a reader of a connector that is not there": (
        {"act": "present_token", "token": "x", "connectors": [1, 7]},
        "connectors[1]: there is no connector 7",
    ),
    "an MREC number that is none": (
        {"act": "raise_error", "connector": 1, "error": 27},
        "error: expected one of ConnectorLockFailure, ",
    ),
    "a wait for nothing": ({"act": "wait_for"}, "neither an event nor a state is given"),
    "a status of nothing": (
        {"act": "wait_for", "status": "Charging"},
        "connector: is missing; status requires a connector",
    ),
    "nothing of a connector": ({"act": "wait_for", "connector": 1}, "connector: is not enough; expected one of status"),
    "a plug of the charge point": (
        {"act": "wait_for", "connector": 0, "plugged": True},
        "connector: 0 is the charge point itself",
    ),
    "an event and a state": (
        {"act": "wait_for", "event": "message", "running": True},
        "cannot wait for an event and a state at once",
    ),
    "an unknown event": ({"act": "wait_for", "event": "mesage"}, "event: 'mesage' is not known; did you mean message?"),
    "a condition without an event": (
        {"act": "wait_for", "where": {}},
        "event: is missing; where and after require an event",
    ),
    "a time-out without end": (
        {"act": "wait_for", "running": True, "timeout_s": "inf"},
        "timeout_s: expected a number",
    ),
    "a subscription to nothing": (
        {"act": "subscribe", "events": ["*", "mesages"]},
        "events[1]: 'mesages' is not known; did you mean message?",
    ),
}
CASES = [("unknown_act", *case) for case in UNKNOWN.values()] + [("invalid", *case) for case in INVALID.values()]


@pytest.mark.parametrize(("code", "request_", "said"), CASES, ids=[*UNKNOWN, *INVALID])
def test_what_cannot_be_is_refused_and_changes_nothing(code: str, request_: dict[str, Any], said: str) -> None:
    async def story() -> None:
        async with steered() as client:
            before = await client.does("state")
            (reply,) = client.says(json.dumps({"id": "x", **request_}).encode())
            assert reply["id"] == "x"
            assert reply["error"]["code"] == code
            assert said in reply["error"]["message"]
            assert reply["error"]["message"].startswith(reply["error"].get("path", ""))
            assert await client.does("state") == before

    run(story())


def test_time_that_goes_by_itself_cannot_be_advanced() -> None:
    async def story() -> None:
        async with steered() as client:
            error = await client.fails("advance", seconds=1)
            assert error["code"] == "refused"
            assert "only a clock with pace 0 can be advanced" in error["message"]

    run(story())


BAD_LINES: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"plug_in 1", "invalid JSON: "),
    "half of a JSON": (b'{"id": 1', "invalid JSON: "),
    "no UTF-8": (b'{"id": "\xff"}', "invalid JSON: "),
    "NaN": (b'{"id": NaN}', "NaN is no JSON"),
    "a number without end": (b'{"id": 1e999}', "a number is too large"),
    "a number of too many digits": (b'{"id": ' + b"9" * 5000 + b"}", "invalid JSON: "),
    "a list": (b"[1]", "expected a JSON object, found [1]"),
    "a text": (b'"quit"', 'expected a JSON object, found "quit"'),
    "null": (b"null", "expected a JSON object, found null"),
    "too deep": (b'{"act": ' + b"[" * 100 + b"]" * 100 + b"}", "it is nested too deeply"),
    "far too deep": (b"[" * 100_000, "invalid JSON: "),
    "an id that is a list": (b'{"id": [1], "act": "state"}', "id: expected a number or a string, found [1]"),
    "an id that is true": (b'{"id": true, "act": "state"}', "id: expected a number or a string, found true"),
    "two objects": (b'{"act": "state"} {"act": "state"}', "invalid JSON: "),
}


@pytest.mark.parametrize(("line", "said"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_line_that_is_no_request_is_refused(line: bytes, said: str) -> None:
    async def story() -> None:
        async with steered() as client:
            (reply,) = client.says(line)
            assert reply["id"] is None
            assert reply["error"]["code"] == "bad_line"
            assert said in reply["error"]["message"]
            assert len(json.dumps(reply)) < 500
            assert not client.hung_up

    run(story())


def test_nothing_is_said_about_an_empty_line() -> None:
    async def story() -> None:
        async with steered() as client:
            assert client.says(b"") == client.says(b" \r") == []
            client.says(OverlongLine(b"{"))
            assert client.lines[-1]["error"]["message"] == f"the line is longer than {LONGEST_LINE} bytes"

    run(story())
