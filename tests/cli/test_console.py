"""What is shown is what came, and it steers no terminal: foreign text through everything that a command shows."""

import ast
import json
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

import ocpp16sm
from ocpp16sm.base.printable import printable
from ocpp16sm.cli.app import main
from ocpp16sm.cli.console import SafeConsole, document, guard, show, styled
from ocpp16sm.cli.transcript import Transcript

HOME = Path(ocpp16sm.__file__).parent
STEERS = {
    "OSC": "\x1b]0;PWN\x07",
    "CSI": "\x1b[31m",
    "C1": "\x9b31m",
    "backspace": "a\x08b",
    "carriage return": "a\rb",
    "direction": "\u202eabc\u2066",
    "no width": "a\u200bb\u2060c\ufeff",
    "lines": "a\u2028b\u2029c\x85d",
    "a tag": "\U000e0041",
    "half a pair": "\ud800",
}
STAYS = {
    "emoji code": ":car: :ab:",
    "markup": "[red]x[/] [/] [bold",
    "letters": "Ünïcödé 充电桩 🚗 a\u00a0b",
    "backslash": "a\\[b]",
}


def _seen(text: str) -> bool:
    return not any(category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in text.replace("\n", ""))


def _page(colours: bool = False) -> tuple[SafeConsole, StringIO]:
    page = StringIO()
    return SafeConsole(file=page, width=1000, force_terminal=colours), page


@pytest.mark.parametrize("text", STEERS.values(), ids=STEERS)
def test_no_text_steers_a_terminal_and_none_vanishes(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    console, page = _page()
    console.say("x", (text, "red"))
    console.print(text)
    table = Table()
    table.add_column(text)
    table.add_row(styled(text), text)
    console.print(table)
    Transcript(console).note(text)
    show(text)
    for written in (page.getvalue(), capsys.readouterr().out):
        assert _seen(written)
        assert "\\x" in written or "\\u" in written or "\\U" in written or "\\r" in written


@pytest.mark.parametrize("text", STAYS.values(), ids=STAYS)
def test_what_steers_nothing_is_shown_as_it_is(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    for colours in (False, True):
        console, page = _page(colours)
        console.print(text)
        console.say(text)
        transcript = Transcript(console, id_tags=True)
        transcript.note(text)
        transcript.chart_moved("connector", text, "A", text)
        transcript.connection_changed(False, text)
        for frame in (
            [2, "1", text, {text: text}],
            [2, "1", "DataTransfer", {"vendorId": text}],
            [4, "1", text, text, {}],
        ):
            transcript.frame("csms>cp", json.dumps(frame))
        table = Table()
        table.add_column(text)
        table.add_row(text, styled(text))
        console.print(table)
        assert page.getvalue().count(text) >= 12
    show(text)
    document(text)
    assert capsys.readouterr().out == text * 2


@given(st.text())
def test_printable_text_is_seen_is_one_line_and_stays(text: str) -> None:
    shown = printable(text)
    assert _seen(shown)
    assert "\n" not in shown
    assert printable(shown) == shown


def test_standard_error_is_guarded_whoever_writes_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    page = StringIO()
    monkeypatch.setattr(sys, "stderr", page)
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    guard()
    sys.stderr.write(STEERS["OSC"])
    sys.stderr.writelines([STEERS["CSI"], "\n"])
    assert page.getvalue() == "\\x1b]0;PWN\\x07\\x1b[31m\n"
    monkeypatch.setattr(sys, "stdout", page)
    SafeConsole(stderr=True, force_terminal=True).say(("x", "red"))
    assert "\x1b[31mx" in page.getvalue(), "a console's own colours are meant"


EVIL = "".join(text for name, text in STEERS.items() if name != "half a pair") + ":car:[red]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["station", EVIL],
        ["station", f"ws://127.0.0.1:1/{EVIL}"],
        ["station", "--example", EVIL],
        ["csms", "--delay", f"Heartbeat={EVIL}"],
        ["csms", "--silent", EVIL],
        ["diagram", EVIL],
        ["diagram", f"door{EVIL}:Door"],
        ["check", EVIL],
        ["check", "connector", "--invariant", EVIL],
        ["mutate", f"x{EVIL}:y", "--", "true"],
        ["conform", EVIL],
        ["replay", EVIL],
        ["probe", f"ws://{EVIL}"],
        ["fleet", f"ws://{EVIL}"],
        [EVIL],
        ["demo", f"--{EVIL}"],
    ],
    ids=lambda arguments: arguments[0][:8],
)
def test_errors_of_the_command_line_are_printable(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if arguments[:2] == ["station", f"ws://127.0.0.1:1/{EVIL}"]:
        arguments = [*arguments, "--id", EVIL * 9]
    for name in ("stdout", "stderr"):  # what is guarded here is not to stay so
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(sys, "argv", ["ocpp16sm", *arguments])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (1, 2)
    told = capsys.readouterr()
    assert _seen(told.out + told.err)
    assert ":car:" in told.out + told.err or "expected" in told.err


def test_a_log_of_anything_is_reported_printably(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from ocpp16sm.cli.conform import Format, conform

    evil = EVIL
    log = tmp_path / "log.jsonl"
    frames: list[list[Any]] = [
        [2, "1", "BootNotification", {"chargePointVendor": evil, "chargePointModel": evil}],
        [2, "2", evil, {}],
        [2, evil, "StatusNotification", {"connectorId": 1, "errorCode": evil, "status": evil}],
    ]
    log.write_text(
        "".join(
            json.dumps({"at": "2026-06-01T12:00:00Z", "direction": "cp>csms", "station": evil, "frame": frame}) + "\n"
            for frame in frames
        )
    )
    for style in Format:
        with pytest.raises(typer.Exit):
            conform(log, style, 30.0, False)
        written = capsys.readouterr().out
        assert "PWN" in written
        assert _seen(written)


def _writers(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in (
                "print",
                "typer.echo",
                "typer.secho",
                "click.echo",
                "Console",
                "rich.print",
                "sys.stdout.write",
            ):
                yield f"{file.relative_to(HOME)}:{node.lineno}: {called}"
        if isinstance(node, ast.ImportFrom) and node.module in ("rich.markup", "rich.console", "rich"):
            names = {each.name for each in node.names} & {
                "Console",
                "escape",
                "print",
                "get_console",
                "emoji",
                "markup",
            }
            yield from (f"{file.relative_to(HOME)}:{node.lineno}: {node.module}.{name}" for name in names)


def test_there_is_no_other_way_to_a_terminal() -> None:
    """Whoever shows something takes ``ocpp16sm.cli.console``: nothing else makes a console, prints or knows markup."""
    allowed = {HOME / "cli" / "console.py", HOME / "control" / "stdio.py"}
    files = [file for file in HOME.rglob("*.py") if file not in allowed]
    assert len(files) > 100
    found = [found for file in files for found in _writers(file)]
    assert [each for each in found if not each.startswith("testing/coverage.py")] == []
