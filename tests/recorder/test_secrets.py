"""Nothing secret is in a recording, a log or an event, however badly the text that holds it is made."""

import json
from pathlib import Path

import pytest

from ocpp16sm.base.redaction import redact
from ocpp16sm.base.zeroed_secrets import zeroed_frame
from ocpp16sm.cli.console import SafeConsole
from ocpp16sm.cli.transcript import FrameLog, Transcript
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import RecordSecurityEvent, Tell
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.listener import SecurityEventOccurred
from tests.recorder.recorded import recorded, replayed
from tests.support.scene import CoreScene

CANARY = "canary-in-the-coal-mine"
KEY = "AuthorizationKey"
PROPER = f'[2,"a","ChangeConfiguration",{{"key":"{KEY}","value":"{CANARY}"}}]'
ESCAPED = "".join(f"\\u{ord(letter):04x}" for letter in KEY)
TEXTS = {
    "proper": PROPER,
    "in lower case": PROPER.replace(KEY, KEY.lower()),
    "in upper case": PROPER.replace(KEY, KEY.upper()),
    "value first": f'[2,"a","ChangeConfiguration",{{"value":"{CANARY}","key":"{KEY}"}}]',
    "with room": f' [ 2, "a", "ChangeConfiguration", {{ "key" : "{KEY}" , "value" :\n\t"{CANARY}" }} ] ',
    "key escaped": PROPER.replace(KEY, ESCAPED),
    "value escaped": PROPER.replace('"value"', '"v\\u0061lue"'),
    "not closed": PROPER[:-2],
    "value not closed": PROPER[:-3],
    "ends too late": PROPER + "]",
    "begins too early": "x" + PROPER,
    "a byte order mark": "\ufeff" + PROPER,
    "beyond the cut": f'[2,"a","ChangeConfiguration",{{"value":"{CANARY}","x":"{"x" * 400}","key":"{KEY}"}}]',
    "too long": PROPER.replace(CANARY, CANARY + "x" * 500),
    "names in another case": PROPER.replace('"key"', '"Key"').replace('"value"', '"Value"'),
    "in an array": PROPER.replace(f'"{CANARY}"', f'["{CANARY}"]'),
    "in an object": PROPER.replace(f'"{CANARY}"', f'{{"a":{{"b":"{CANARY}"}}}}'),
    "said twice": PROPER.replace('"value"', f'"value":"{CANARY}","value"'),
    "as a name": f'[2,"a","ChangeConfiguration",{{"{KEY}":"{CANARY}"}}]',
    "another action": PROPER.replace("ChangeConfiguration", "SetVariables"),
    "no call": PROPER.replace("[2", "[7"),
    "half a surrogate pair": PROPER.replace(CANARY, CANARY + "\\ud800"),
    "a quote in it": PROPER.replace(CANARY, '\\"' + CANARY),
}
SENT = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@SENT
def test_a_recording_holds_no_secret_and_replays(text: str, tmp_path: Path) -> None:
    recording = tmp_path / "flight.jsonl"
    with recorded(recording):
        scene = CoreScene()
        scene.boots()
        scene.says(text)
        scene.passes(10)
    assert CANARY not in recording.read_text()
    replayed(recording)


@SENT
def test_a_security_event_holds_no_secret(text: str) -> None:
    scene = CoreScene()
    scene.boots()
    scene.says(text)
    for effect in scene.virtual.effects:
        told = isinstance(effect, RecordSecurityEvent) or (
            isinstance(effect, Tell) and isinstance(effect.event, SecurityEventOccurred)
        )
        assert not (told and CANARY in repr(effect))


@SENT
@pytest.mark.parametrize("id_tags", [False, True])
def test_a_text_in_a_log_holds_no_secret(text: str, id_tags: bool) -> None:
    assert CANARY not in redact(text, id_tags=id_tags)


@SENT
def test_twice_without_secrets_is_as_once(text: str) -> None:
    assert zeroed_frame(zeroed_frame(text)) == zeroed_frame(text)


@pytest.mark.parametrize(
    "text",
    [
        '[2,"a","RemoteStartTransaction",{"idTag":"CANARY01"}]',
        '[2,"a","RemoteStartTransaction",{"idTag":"CANARY01"}',
        '[2,"a","RemoteStartTransaction",{"idTag":"CANARY01',
        '[2,"a","RemoteStartTransaction",{"idTag" : "CANARY01","connectorId":x}]',
        '[3,"a",{"idTagInfo":{"status":"Accepted","parentIdTag":"CANARY01"}}',
    ],
)
def test_an_id_tag_is_masked_though_its_frame_cannot_be_read(text: str) -> None:
    assert "CANARY" not in redact(text)


@pytest.mark.parametrize(
    "text", ['[2, "a","Reset",{"type":"Soft"}]', '{"value":"5"}', '["äöü \\u00e4"]', '[3,"a",{"value":1e999}]']
)
def test_a_text_without_secrets_is_shown_as_it_is(text: str) -> None:
    assert zeroed_frame(text) == text


def test_other_values_are_recorded_as_they_are() -> None:
    text = '[2,"a","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]'
    assert zeroed_frame(text) == text


def test_a_password_in_the_url_is_not_recorded(tmp_path: Path) -> None:
    recording = tmp_path / "flight.jsonl"
    url = f"wss://CP001:{CANARY}@example.com/ocpp"
    with recorded(recording):
        scene = CoreScene(CentralSystemURI=url)
        assert isinstance(scene.setup, Setup)
        scene.boots()
        scene.asks("GetConfiguration")
        scene.virtual.feed(inputs.LinkLost(f"cannot connect to {url}", 0.0))
    assert CANARY not in recording.read_text()
    replayed(recording)


@pytest.mark.parametrize(
    "text",
    ["x" * 500_000, "a:" + "/" * 500_000, '"' * 100_001, "\\" * 500_000, "[" * 500_000],
    ids=lambda text: text[:3],
)
def test_a_long_text_is_redacted_at_once(text: str) -> None:
    """An expression that tries every start anew would take an hour for the first of these."""
    assert len(zeroed_frame(text + KEY)) == len(text + KEY)


@SENT
def test_what_the_command_line_shows_and_writes_holds_no_secret(
    text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    Transcript(SafeConsole(soft_wrap=True), id_tags=True).frame("csms>cp", text)
    frame_log = FrameLog(tmp_path / "frames.jsonl")
    frame_log.frame("csms>cp", text)
    frame_log.close()
    shown, written = capsys.readouterr().out, (tmp_path / "frames.jsonl").read_text()
    assert shown != ""
    assert json.loads(written)["direction"] == "csms>cp"
    assert CANARY not in shown + written
