"""``ocpp16sm conform``, as a user meets it; its page tells the truth."""

import io
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ocpp16sm.conform import RULES
from tests.cli.conftest import Run
from tests.conform.logs import boot, row, start, status, stop

PAGE = (Path(__file__).parents[2] / "docs" / "conform.md").read_text()
EXAMPLE = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
LISTING = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The log of the page, in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("example.log").write_text(EXAMPLE)
    return "example.log"


def test_the_example_of_the_page_is_reported_as_the_page_says(run: Run, example: str) -> None:
    outcome = run("conform", example)
    assert (outcome.code, outcome.out, outcome.err) == (1, LISTING, "")


def test_the_page_has_every_rule_with_its_clause() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
    assert rows == [(rule.name, rule.clause, rule.says) for rule in RULES]


def test_the_rules_are_shown_on_request(run: Run) -> None:
    outcome = run("conform", "--rules")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        line for rule in RULES for line in (f"{rule.name} ({rule.clause})", f"    {rule.says}")
    ]


def test_a_log_without_a_finding_is_code_0(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "good.jsonl"
    log.write_text("\n".join(["not a message", *boot(), *status("1", "Available"), *start("2", 7), *stop("3", 7)]))
    outcome = run("conform", log)
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "8 messages, 1 charge point, 1 connector, 1 transaction",
        "not understood: 1 line (1)",
        "no findings",
    ]


def test_json_says_all_of_a_finding(run: Run, example: str) -> None:
    outcome = run("conform", example, "--format", "json")
    report = json.loads(outcome.out)
    assert outcome.code == 1
    assert report["log"] == example
    assert report["summary"]["findings"] == {"call-while-waiting": 1, "status-move": 1, "unknown-transaction": 1}
    assert report["findings"][2] == {
        "rule": "unknown-transaction",
        "clause": "6.49",
        "line": 7,
        "at": "2026-05-01T08:01:00.000Z",
        "station": "CP001",
        "what": "StopTransaction of 7, which no StartTransaction.conf has",
        "expected": "the id of a transaction that was started",
    }


def test_json_without_a_finding_is_json(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "good.jsonl"
    log.write_text("\n".join(boot()))
    assert json.loads(run("conform", log, "-f", "json").out)["findings"] == []


def test_junit_has_a_test_case_a_rule(run: Run, example: str) -> None:
    suite = ET.fromstring(run("conform", example, "--format", "junit").out)[0]
    assert [case.get("name") for case in suite] == [f"{rule.name} ({rule.clause})" for rule in RULES]
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert (suite.get("tests"), suite.get("failures")) == (str(len(RULES)), "3")
    assert failed == ["call-while-waiting (OCPP-J 4.1.1)", "status-move (4.9)", "unknown-transaction (6.49)"]


def test_junit_shows_a_hundred_findings_of_a_rule_and_the_number_of_the_others(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "odd.jsonl"
    log.write_text("\n".join(row("cp>csms", [3, f"{number}\x01<&]]>", {}]) for number in range(104)))
    suite = ET.fromstring(run("conform", log, "-f", "junit").out)[0]
    (failure,) = suite.iter("failure")
    lines = (failure.text or "").splitlines()
    assert (len(lines), lines[-1]) == (101, "and 3 more")


def test_what_a_log_holds_does_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "odd.jsonl"
    log.write_text(row("cp>csms", [2, "1", "Heart\x1b[31m", {}], station="CP\x1b[31m"))
    out = run("conform", log).out
    assert "CP\\x1b[31m unknown-action: " in out
    assert "\x1b" not in out


def test_standard_input_is_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('[2,"1","Heartbeat",{}]\n'))
    outcome = run("conform", "-")
    assert outcome.code == 1
    assert outcome.out.startswith("-:1: unanswered: Heartbeat of the Charge Point has no response; expected ")


def test_a_file_without_a_message_is_an_error(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "no.log"
    log.write_text("nothing\nof the kind\n")
    outcome = run("conform", log)
    assert outcome.code == 1
    assert "no.log: no OCPP-J message in 2 lines; expected JSON lines, or text with a frame such as" in outcome.err
