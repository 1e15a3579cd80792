"""Canaries: secrets and idTags are sent through every path, and then looked for in everything that is written."""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from ocpp16sm import ChargePoint
from ocpp16sm.base.redaction import mask, redact
from ocpp16sm.base.secret import words
from ocpp16sm.csms import CentralSystem, Policy
from ocpp16sm.messages import (
    AuthorizationStatus,
    ChangeConfigurationRequest,
    GetConfigurationRequest,
    IdTagInfo,
    RemoteStartTransactionRequest,
)
from tests.support.virtual_time import Lines, LoopClock, passes, run, settings

KEY = "canarykey0123456789"
PASSWORD = "canarypassword"
TAG = "canary-tag-0815"
PARENT = "canary-parent-4711"


def _transfer(data: object) -> str:
    return json.dumps([2, "1", "DataTransfer", {"vendorId": "com.x", "data": json.dumps(data)}])


MISCHIEF: dict[str, str] = {
    "accepted or not": f'[2,"1","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{KEY}"}}]',
    "in another case": f'[2,"2","ChangeConfiguration",{{"value":"{KEY}","key":"AUTHORIZATIONKEY"}}]',
    "one field too many": f'[2,"3","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{KEY}","x":[1]}}]',
    "of a wrong type": f'[2,"4","ChangeConfiguration",{{"key":"AuthorizationKey","value":["{KEY}"]}}]',
    "too long": f'[2,"5","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{KEY * 40}"}}]',
    "no payload but a list": f'[2,"6","ChangeConfiguration",[{{"key":"AuthorizationKey","value":"{KEY}"}}]]',
    "cut off": f'[2,"7","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{KEY}"',
    "cut off, value first": f'[2,"8","ChangeConfiguration",{{"value":"{KEY}","key":"AuthorizationKey"',
    "misspelt action": f'[2,"9","ChangeConfig",{{"key":"AuthorizationKey","value":"{KEY}"}}]',
    "in an answer": f'[3,"10",{{"configurationKey":[{{"key":"AuthorizationKey","value":"{KEY}"}}]}}]',
    "an idTag, cut off": f'[2,"11","RemoteStartTransaction",{{"idTag":"{TAG}"',
    "an idTag of a wrong type": f'[2,"12","RemoteStartTransaction",{{"idTag":["{TAG}"]}}]',
    "whose price it is": _transfer({"idToken": TAG, "priceText": "cheap"}),
    "a contract": _transfer({"idToken": {"idToken": TAG, "type": "eMAID"}, "certificate": f"-----BEGIN {TAG}"}),
    "a group of contracts": _transfer({"idTokenInfo": {"groupIdToken": {"idToken": TAG, "type": "Central"}}}),
    "the certificate of a car": _transfer({"status": "Accepted", "exiResponse": TAG}),
    "a password in a vendor's words": _transfer({"at": f"ftp://user:{KEY}@host/"}),
    "a vendor's words, cut off": _transfer({"idToken": TAG})[:-3],
    "an idTag that is too long": f'[2,"13","RemoteStartTransaction",{{"idTag":"{TAG * 3}"}}]',
}


@pytest.mark.parametrize("text", MISCHIEF.values(), ids=MISCHIEF)
def test_redacted_text_shows_no_secret(text: str) -> None:
    shown = redact(text)
    assert "canary" not in shown
    assert len(shown) > 3, "a log that shows nothing is no log"


@pytest.mark.parametrize("text", MISCHIEF.values(), ids=MISCHIEF)
def test_redacted_text_may_show_idtags_but_no_secret(text: str) -> None:
    shown = redact(text, id_tags=True)
    assert KEY not in shown
    if TAG in text and text.endswith("]") and text != MISCHIEF["a vendor's words, cut off"]:
        assert TAG in shown


@pytest.mark.parametrize(
    ("id_tag", "shown"), [("", "***"), ("A", "***"), ("ABCD", "***"), ("ABCDE", "***DE"), ("04A1B2C3", "***C3")]
)
def test_a_masked_idtag_shows_two_characters_at_most(id_tag: str, shown: str) -> None:
    assert mask(id_tag) == shown


def test_what_is_no_secret_is_shown() -> None:
    frame = '[2,"1","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]'
    assert redact(frame) == frame


@pytest.mark.parametrize("password", [PASSWORD, f"p/{PASSWORD}", f"p@{PASSWORD}", f"p?{PASSWORD}", f"p#/@{PASSWORD}"])
def test_credentials_in_a_url_are_not_shown(password: str) -> None:
    """Not every Central System writes %2F where it should."""
    shown = redact(f'[2,"1","GetDiagnostics",{{"location":"ftp://user:{password}@host/path"}}]')
    assert PASSWORD not in shown
    assert "ftp://***@host/path" in shown
    assert PASSWORD not in words(f"ftp://user:{password}@host/path and http://host/")


async def _everything(tmp_path: Path, lines: Lines, log_id_tags: bool) -> str:
    """A charge point through whose every path a canary passes; gives what can be seen of it."""
    made = settings(
        central_system_url=f"ws://user:{PASSWORD}@central.system/ocpp",
        store=tmp_path / "station.db",
        flight_recorder=tmp_path / "flight.jsonl",
        log_id_tags=log_id_tags,
        trace_charts=True,
        configuration={"AuthorizationKey": KEY, "HeartbeatInterval": "300"},
    )
    assert "HeartbeatInterval" in repr(made), "what is no secret is shown"
    lines.refusal = "refused at first"
    errors = []
    async with ChargePoint(made, transport=lines, clock=LoopClock()) as station:
        await passes(1)
        lines.refusal = None
        await station.wait_until_accepted()
        await station.wait_until_delivered()
        station.on_session_started(1, "s1", "EVConnected", str(tmp_path / "session"))
        await station.authorize(TAG)
        station.on_transaction_started(1, "s1", TAG, 0, None, LoopClock().utc())
        await station.wait_until_delivered()
        for key in ("AuthorizationKey", "authorizationkey"):
            await lines.peer.call(ChangeConfigurationRequest(key=key, value=KEY))
        await lines.peer.call(GetConfigurationRequest())
        await lines.peer.call(RemoteStartTransactionRequest(id_tag=TAG))
        for text in MISCHIEF.values():
            await lines.peer.send_text(text)
        acts: list[Callable[[], object]] = [
            lambda: station.set_configuration("AuthorizationKey", KEY * 3),
            lambda: station.on_transaction_started(1, "s2", TAG * 5, 0, None, LoopClock().utc()),
            lambda: station.on_transaction_stopped(1, "s9", "Local", LoopClock().utc(), 1, TAG),
            lambda: settings(configuration={"AuthorizationKey": KEY * 3}),
            lambda: settings(central_system_url=f"http://user:{PASSWORD}@host"),
        ]
        for act in acts:
            try:
                act()
            except Exception as error:
                errors.append(f"{error!r} {error}")
        await station.wait_until_delivered()
        station.on_transaction_stopped(1, "s1", "Local", LoopClock().utc(), 1, TAG)
        station.on_session_stopped(1, "s1")
        seen = f"{station!r} {made!r} {made.setup()!r} {station.get_configuration()}"
        seen += f"{station.get_configuration('AuthorizationKey')}"
    assert len(errors) == len(acts)
    return "\n".join([seen, *errors])


def story(tmp_path: Path, log_id_tags: bool) -> str:
    """As said."""
    info = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag=PARENT)
    return run(_everything(tmp_path, Lines(Policy(id_tags={TAG: info})), log_id_tags))


def test_no_canary_is_in_anything_that_is_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen = story(tmp_path, log_id_tags=False)
    page = (tmp_path / "session" / "ocpp.html").read_text(encoding="utf-8")
    for place, text in {"exceptions and reprs": seen, "log": caplog.text, "session log": page}.items():
        lines = [line[:300] for line in text.splitlines() if KEY in line or PASSWORD in line or TAG in line]
        assert lines == [], place
        assert PARENT not in text, place
    assert "ChangeConfiguration" in caplog.text, "frames must have been logged for this to prove anything"
    assert "ChangeConfiguration" in page


def test_idtags_are_logged_where_that_is_asked_for_and_secrets_still_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = story(tmp_path, log_id_tags=True)
    page = (tmp_path / "session" / "ocpp.html").read_text(encoding="utf-8")
    assert TAG in caplog.text
    assert TAG in page
    for text in (seen, caplog.text, page):
        assert KEY not in text
        assert PASSWORD not in text


def test_the_recording_holds_idtags_and_no_secret(tmp_path: Path) -> None:
    """It must replay, so it holds what was said; what a core never looks at, it need not hold."""
    story(tmp_path, log_id_tags=False)
    recording = (tmp_path / "flight.jsonl").read_text(encoding="utf-8")
    assert TAG in recording
    for line in recording.splitlines():
        assert json.loads(line)
        assert KEY not in line, line[:300]
        assert PASSWORD not in line, line[:300]


def test_the_store_holds_no_password(tmp_path: Path) -> None:
    story(tmp_path, log_id_tags=False)
    assert PASSWORD.encode() not in (tmp_path / "station.db").read_bytes()


def test_a_server_logs_no_frames(caplog: pytest.LogCaptureFixture) -> None:
    """The websockets package would, at level DEBUG, on both sides of a connection."""
    caplog.set_level(logging.DEBUG)

    async def over_a_socket() -> None:
        async with CentralSystem() as system:
            made = settings(central_system_url=system.url.replace("//", f"//user:{PASSWORD}@"))
            async with ChargePoint(made) as station:
                await station.wait_until_accepted()
                peer = await system.peer("CP001")
                await peer.call(ChangeConfigurationRequest(key="AuthorizationKey", value=KEY))
                await station.authorize(TAG)

    asyncio.run(asyncio.wait_for(over_a_socket(), 30))
    assert "ChangeConfiguration" in caplog.text
    for line in caplog.text.splitlines():
        assert "canary" not in line, line[:300]
    assert "dXNlcjpjYW5hcnlwYXNzd29yZA" not in caplog.text  # user:canarypassword in base64
