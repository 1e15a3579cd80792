"""Every kind of secret, in every form that JSON allows, through everything that writes; and files are private."""

import errno
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm import ConfigurationError, Settings
from ocpp16sm.base.logger import logger
from ocpp16sm.base.private_files import open_private, write_private
from ocpp16sm.base.redaction import redact
from ocpp16sm.base.secret import is_secret, shown
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.base.zeroed_secrets import zeroed_frame
from ocpp16sm.cli.console import SafeConsole
from ocpp16sm.cli.transcript import FrameLog, Transcript
from ocpp16sm.core.engine.effects import PutConfiguration, RecordSecurityEvent, SendText
from ocpp16sm.core.engine.inputs import ConfigurationSet, TextReceived
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.logs.message_log import MessageLog
from ocpp16sm.logs.security_log import SecurityLog
from ocpp16sm.logs.session_log import SessionLogs
from ocpp16sm.messages import ChangeConfigurationRequest, KeyValue
from ocpp16sm.network.transport import Endpoint
from ocpp16sm.station.logbook import RECEIVED, Logbook
from tests.recorder.recorded import recorded, replayed
from tests.support.scene import CoreScene

NOW = Timestamp.parse("2026-06-01T12:00:00Z")
SECRET = "CANARYKEY000000000001"


def _call(action: str, payload: object) -> str:
    return json.dumps([2, "h1", action, payload], separators=(",", ":"))


KEYS: dict[str, Any] = {"key": "AuthorizationKey", "value": SECRET}
FRAMES = {
    "a changed key": _call("ChangeConfiguration", KEYS),
    "a key read": f'[3,"h1",{{"configurationKey":[{json.dumps({**KEYS, "readonly": False})}]}}]',
    "a key in JSON in JSON": _call("DataTransfer", {"vendorId": "v", "data": json.dumps({"x": json.dumps(KEYS)})}),
    "a password of a vendor": _call("DataTransfer", {"vendorId": "v", "data": json.dumps({"wifiPassword": SECRET})}),
    "a vendor's key": _call("ChangeConfiguration", {"key": "SimPassword", "value": SECRET}),
    "a password in a URL": _call("GetDiagnostics", {"location": f"ftp://joe:{SECRET}@host/x"}),
    "a password with blanks": _call("GetDiagnostics", {"location": f"ftp://joe:a {SECRET} @b@host/x"}),
    "a token in a query": _call("GetLog", {"log": {"remoteLocation": f"https://host/x?sig={SECRET}"}}),
    "a password in a key": _call("ChangeConfiguration", {"key": "CentralSystemURI", "value": f"u:{SECRET}@host"}),
    "a private key": _call("DataTransfer", {"data": f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n-----END"}),
    "in a description": f'[4,"h1","X","AuthorizationKey {SECRET} is wrong",{{}}]',
    "in a list": _call("ChangeConfiguration", ["AuthorizationKey", SECRET]),
    "twice": f'[2,"h1","x",{{"key":"AuthorizationKey","value":"{SECRET}","value":"b"}}]',
    "with half a surrogate pair": f'[2,"h1","x",{{"key":"AuthorizationKey","value":"{SECRET}\\ud800"}}]',
    "with huge numbers": f'[2,"h1","x",{{"key":"AuthorizationKey","value":"{SECRET}","n":1e999,"m":{"9" * 5000}}}]',
    "with no number": f'[2,"h1","x",{{"key":"AuthorizationKey","value":"{SECRET}","n":NaN}}]',
    "deep": _call("x", json.loads("[" * 30 + json.dumps(KEYS) + "]" * 30)),
    "deeper": _call("x", json.loads("[" * 90 + json.dumps(KEYS) + "]" * 90)),
}


def _escaped(text: str) -> str:
    """The same JSON, with each letter and slash within its texts escaped."""
    out, inside, index = "", False, 0
    while index < len(text):
        sign = text[index]
        if sign == "\\":
            index += 1
            sign += text[index]
        elif sign == '"':
            inside = not inside
        elif inside:
            sign = f"\\u{ord(sign):04x}"
        out += sign
        index += 1
    return out


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "slashes escaped": lambda text: text.replace("/", "\\/"),
    "all escaped": _escaped,
    "cut off": lambda text: text[:-1],
    "with room": lambda text: text.replace(":", " :\n", 1),
}


def _written(text: str, folder: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> str:
    """Everything that is written of a frame, where idTags are wanted: as much as there can be."""
    Transcript(SafeConsole(width=100_000), id_tags=True).frame("csms>cp", text)
    frame_log = FrameLog(folder / "frames.jsonl", id_tags=True)
    frame_log.frame("csms>cp", text)
    frame_log.close()
    MessageLog(folder / "messages.jsonl", 0, 1, id_tags=True).frame("CentralSystem", text, NOW)
    sessions = SessionLogs(id_tags=True)
    sessions.open("s", str(folder))
    sessions.frame("CentralSystem", text, NOW)
    sessions.close("s")
    logbook = Logbook(lambda: NOW)
    logbook.note(RECEIVED, text)
    with recorded(folder / "flight.jsonl"):
        scene = CoreScene()
        scene.boots()
        scene.says(text)
        scene.passes(1)
    replayed(folder / "flight.jsonl")
    security = SecurityLog(folder / "security.jsonl", 0, 1)
    for effect in scene.virtual.effects:
        if isinstance(effect, RecordSecurityEvent):
            security.record(effect)
    files = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()]
    shown = [entry.shown() for entry in logbook.between(None, None)]
    reprs = [repr(TextReceived(text)), repr(SendText(text))]
    return "\n".join([*files, *reprs, json.dumps(shown), capsys.readouterr().out, caplog.text])


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("text", FRAMES.values(), ids=FRAMES)
def test_no_secret_is_written_anywhere(
    text: str,
    form: Callable[[str], str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert SECRET in text
    written = _written(form(text), tmp_path, caplog, capsys)
    assert len(written) > 1000
    assert SECRET not in written
    assert _escaped(f'"{SECRET}"')[1:-1] not in written


def _mutants() -> Iterator[str]:
    text = FRAMES["a changed key"]
    whole = range(text.index(SECRET), text.index(SECRET) + len(SECRET))
    for index in range(len(text)):
        if index not in whole:
            yield text[:index] + text[index + 1 :]
            yield from (text[:index] + sign + text[index + 1 :] for sign in '"x{}[],:\\\0 ')
            yield from (text[:index] + sign + text[index:] for sign in '"x\\ ')


def test_no_spoiled_character_gives_a_key_away() -> None:
    mutants = list(_mutants())
    assert len(mutants) > 1000
    assert [text for text in mutants if SECRET in redact(text, id_tags=True) or SECRET in zeroed_frame(text)] == []


PLAIN = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(JSON)
def test_what_is_no_secret_is_shown_as_it_is(payload: Any) -> None:
    text = json.dumps([2, "1", "DataTransfer", payload], separators=(",", ":"))
    assert zeroed_frame(text) == text
    assert json.loads(redact(text, id_tags=True)) == json.loads(text)


@pytest.mark.parametrize("text", ["[" * 1_000_000, "x" * 1_000_000, '[2,"a","b",{"x":"' + "a://" * 200_000 + '"}]'])
def test_a_hostile_text_is_hidden_as_soon_as_it_is_refused(text: str) -> None:
    before = time.process_time()
    redact(text)
    zeroed_frame(text)
    assert time.process_time() - before < 1.0, "it took 1.65 s when each bracket was a step"


SECRETIVE: dict[str, Callable[[], object]] = {
    "a key of bytes": lambda: Settings(charge_point_id="C", configuration={"AuthorizationKey": SECRET.encode()}),
    "a table that is none": lambda: Settings(charge_point_id="C", configuration=[{"AuthorizationKey": SECRET}]),
    "a key in another case": lambda: Settings(charge_point_id="C", configuration={"authorizationkey": SECRET * 3}),
    "a URL": lambda: Settings(charge_point_id="C", central_system_url=f"http://u:{SECRET}@host"),
    "not a text but a URL": lambda: Settings(charge_point_id=f"ws://u:{SECRET}@h" * 9),
}


@pytest.mark.parametrize("make", SECRETIVE.values(), ids=SECRETIVE)
def test_errors_of_settings_repeat_no_secret(make: Callable[[], object]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        make()
    assert SECRET not in f"{raised.value} {raised.value!r} {raised.value.args}"


def test_errors_and_reprs_repeat_no_secret() -> None:
    url = f"ws://u:{SECRET}@host/x?token={SECRET}"
    told = [
        InvalidArgumentError("authorization_key", SECRET, "shorter"),
        InvalidArgumentError("x", {"password": SECRET, "at": [url]}, "a text"),
        InvalidArgumentError("url", url, "a URL"),
        ConfigurationError("AuthorizationKey", SECRET, "40 characters"),
        ChangeConfigurationRequest("authorizationKEY", SECRET),
        KeyValue("AuthorizationKey", readonly=False, value=SECRET),
        ConfigurationSet("AuthorizationKey", SECRET),
        PutConfiguration("AuthorizationKey", SECRET),
        Endpoint(url=url, timeout_s=1),
    ]
    assert [each for each in told if SECRET in f"{each!r} {each}"] == []
    assert repr(KeyValue("X", readonly=True, value="5")) == "KeyValue(key='X', readonly=True, value='5')"
    assert shown("connector", 5) == "5"


@pytest.mark.parametrize(
    ("name", "secret"),
    [("AuthorizationKey", True), ("authorization_key", True), ("Authorizatio nKey", True), ("wifiPassword", True),
     ("AuthorizationCacheEnabled", False), ("AuthorizeRemoteTxRequests", False), ("idToken", False), ("key", False),
     ("MeterPublicKey", False), ("value", False)],
)  # fmt: skip
def test_a_name_says_what_is_secret(name: str, secret: bool) -> None:
    assert is_secret(name) is secret


def test_the_frame_log_masks_id_tags_unless_they_are_wanted(tmp_path: Path) -> None:
    text = _call("Authorize", {"idTag": "04A1B2C3"})
    for id_tags in (False, True):
        log = FrameLog(tmp_path / "log", id_tags=id_tags)
        log.frame("cp>csms", text)
        log.close()
        assert ("04A1B2C3" in (tmp_path / "log").read_text()) is id_tags


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_files_are_for_their_owner_only_whatever_they_were_before(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "old").write_text("x")
        (tmp_path / "old").chmod(0o644)
        for name in ("old", "new"):
            write_private(tmp_path / name, "y\ud800")
        with open_private(tmp_path / "old", "a") as file:
            file.write("z")
        FrameLog(tmp_path / "frames").close()
        with recorded(tmp_path / "flight"):
            CoreScene().boots()
        sessions = SessionLogs(id_tags=False)
        sessions.open("s", str(tmp_path))
        sessions.close("s")
        MessageLog(tmp_path / "messages", 0, 1, id_tags=False).frame("CentralSystem", "[]", NOW)
        SecurityLog(tmp_path / "security", 0, 1).record(RecordSecurityEvent("X", NOW.text(), None, False))
    finally:
        os.umask(before)
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()} == dict.fromkeys(
        ("old", "new", "frames", "flight", "ocpp.html", "messages", "security"), "0o600"
    )
    assert (tmp_path / "old").read_text() == "y\\ud800z"


def test_a_full_disk_costs_lines_of_the_frame_log_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log = FrameLog(tmp_path / "log")
    log.frame("cp>csms", "[1]")

    def full(*_arguments: object) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(log, "_file", type("File", (), {"closed": False, "write": full, "close": full})())
        for _time in range(3):
            log.frame("cp>csms", "[2]")
            log.connection_changed(False, "")
    assert caplog.text.count("cannot be written") == 1
    log._file.close()
    log.frame("cp>csms", "[3]")
    log.close()
    rows = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line]
    assert [row["frame"] for row in rows] == [[1], [3]]


def test_no_record_of_ours_begins_another_line(caplog: pytest.LogCaptureFixture) -> None:
    evil = "x\n2026-06-01 ERROR forged\x1b]0;PWN\x07\u202e\u2028"
    log = logger("ocpp16sm.test")
    with caplog.at_level(logging.INFO):
        log.info("%s and %r, %d", evil, ValueError(evil), 5)
        log.info(evil)
        try:
            raise ValueError(evil)
        except ValueError:
            log.exception("%s failed", evil)
    messages = [record.getMessage() for record in caplog.records]
    assert all(message.isprintable() for message in messages), messages
    assert messages[0].endswith(", 5")
    assert "\x1b" not in caplog.text
    assert "\u202e" not in caplog.text


def test_every_logger_of_ours_keeps_its_lines() -> None:
    import ocpp16sm

    home = Path(ocpp16sm.__file__).parent
    made = "log = logging.getLogger("
    assert [file.name for file in home.rglob("*.py") if made in file.read_text(encoding="utf-8")] == [], (
        "take ocpp16sm.base.logger.logger"
    )


SHAPES: list[Any] = [
    ["ChangeConfiguration", {"key": "AuthorizationKey", "value": SECRET}],
    [2, {"key": "AuthorizationKey", "value": SECRET}],
    [{"key": "AuthorizationKey", "value": SECRET}],
    [{"location": f"ftp://joe:{SECRET}@h/x"}],
    [2, ["AuthorizationKey", SECRET], "X", {}],
    [2, "a", "ChangeConfiguration", {"key": "AuthorizationKey"}, SECRET],
    [3, "a", {"key": "AuthorizationKey"}, SECRET],
    [2, f"AuthorizationKey={SECRET}", "Heartbeat", {}],
    [2, "a", "ChangeConfiguration", {"key": f"AuthorizationKey={SECRET}", "value": "x"}],
    [2, "a", "GetConfiguration", {"key": [f"AuthorizationKey={SECRET}"]}],
    [{"idTag": SECRET}],
]
"""Frames that are no frames: what stands where does not matter."""


@pytest.mark.parametrize("shape", SHAPES, ids=map(str, range(len(SHAPES))))
def test_a_secret_is_hidden_wherever_it_stands_in_an_array(shape: Any) -> None:
    assert SECRET not in redact(json.dumps(shape))


@pytest.mark.parametrize("name", ["authorizationke", "AuthorizationKey", "key"])
def test_a_frame_of_many_names_costs_little(name: str) -> None:
    """It is refused at once, so it must not be looked at for long: its length says enough."""
    frame = json.dumps([2, "a", "Reset", {f"k{number}": name for number in range(38_000)}])
    assert redact(frame) == f"unparsable frame of {len(frame)} characters"


def test_a_url_with_a_slash_too_few_is_no_place_for_a_password() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings(charge_point_id="C", central_system_url=f"ws:/joe:{SECRET}@h")
    assert SECRET not in str(refused.value)
