"""Whoever looks on while hostile frames pass is not harmed by them: nothing is raised, and each leaves a line."""

import json
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from ocpp16sm.base.redaction import redact
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.cli.console import SafeConsole
from ocpp16sm.cli.transcript import FrameLog, Transcript
from ocpp16sm.logs.frame_summary import FrameReader
from ocpp16sm.logs.session_log import SessionLogs
from tests.hostile.frames import NESTED, listed, misfits, spoiled

NOW = Timestamp.parse("2026-06-01T12:00:00Z")
ODD = [
    "[]", "{}", '[2,["a"],"b",{}]', '[2,{},5,{}]', '[2,"a",5,{}]', '[2,"a",null,null]', '[3,"a"]', '[4,"a",5,5,5]',
    '[2,"a","MeterValues",{"meterValue":[5]}]', '[2,"a","MeterValues",{"meterValue":[{"sampledValue":[5]}]}]',
    '[2,"a","MeterValues",{"meterValue":[{"sampledValue":5}]}]', '[2,"a","MeterValues",{"transactionData":[[]]}]',
    '[2,"a","MeterValues",{"meterValue":[{"sampledValue":[{"context":5,"value":{}}]}]}]',
    '[2,"a","[bold]",{"[/]":"[/x]"}]',
    '[3,"a",{"idTagInfo":{"idTag":5,"parentIdTag":{}}}]', '[2,"a","b",{"x":"\\ud800"}]', "\\", "[/]", "[bold",
]  # fmt: skip
"""What is odd to those who show it."""


@pytest.fixture(scope="module")
def texts() -> list[str]:
    chance = Random(16)
    return [*ODD, *NESTED.values(), *listed(chance), *misfits(chance), *islice(spoiled(chance), 500)]


def test_the_transcript_shows_a_line_for_each(texts: list[str]) -> None:
    page = TextIOWrapper(BytesIO(), encoding="utf-8")
    transcript = Transcript(SafeConsole(file=page, soft_wrap=True))
    for text in texts:
        before = page.tell()
        transcript.frame("csms>cp", text)
        page.flush()
        assert page.tell() > before


def test_the_control_channel_can_tell_each(texts: list[str]) -> None:
    reader = FrameReader()
    for text in texts:
        for direction in ("cp>csms", "csms>cp"):
            told = json.loads(json.dumps(reader.read(direction, text), allow_nan=False))
            assert told["kind"] in ("call", "result", "error", "unreadable")


def test_the_frame_log_is_json_lines(texts: list[str], tmp_path: Path) -> None:
    frame_log = FrameLog(tmp_path / "frames.jsonl")
    for text in texts:
        frame_log.frame("csms>cp", text)
    frame_log.close()
    lines = (tmp_path / "frames.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(texts)
    for line, text in zip(lines, texts, strict=True):
        assert json.loads(line)["frame"] is not None or text == "null"


def test_a_session_log_holds_each(texts: list[str], tmp_path: Path) -> None:
    logs = SessionLogs(id_tags=False)
    logs.open("s1", str(tmp_path))
    for text in texts:
        logs.frame("CentralSystem", text, NOW)
    logs.close("s1")
    assert (tmp_path / "ocpp.html").read_text(encoding="utf-8").count("<tr class=") == len(texts)


def test_redaction_reads_anything(texts: list[str]) -> None:
    assert all(redact(text) is not None for text in texts)
