"""``ocpp16sm probe``, as a user meets it; its page tells the truth."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ocpp16sm.probe import RULES
from tests.cli.conftest import Run
from tests.probe.faulty_central_system import FaultyCentralSystem, central_system
from tests.probe.test_probe import forgetful

PAGE = (Path(__file__).parents[2] / "docs" / "probe.md").read_text()
QUICK = ("--rate", "100000", "--walks", "5")


def test_the_page_has_every_rule() -> None:
    for rule in RULES.values():
        warning = " (warning)" if rule.severity == "warning" else ""
        assert f"| `{rule.name}`{warning} | {rule.clause} | {rule.says} |" in PAGE


def test_rules_are_shown(run: Run) -> None:
    outcome = run("probe", "--rules")
    assert outcome.code == 0
    assert all(f"{name} (" in outcome.out for name in RULES)


def test_a_central_system_without_a_fault_is_code_0(run: Run) -> None:
    with central_system(FaultyCentralSystem()) as url:
        outcome = run("probe", url, *QUICK)
    assert outcome.code == 0, outcome.out
    assert outcome.out.endswith("0 errors, 0 warnings\n")


def test_a_fault_is_told_with_its_walk_and_what_passed(run: Run) -> None:
    with central_system(FaultyCentralSystem(forgetful)) as url:
        outcome = run("probe", url, *QUICK)
    assert outcome.code == 1
    assert "error: transaction-id-again: StartTransaction, repeated with its message id, got " in outcome.out
    assert "    1. start\n    2. same again\n  frames:\n" in outcome.out
    assert outcome.out.endswith("1 error, 0 warnings\n")


def test_reports_are_written_and_walks_taken_again(run: Run, tmp_path: Path) -> None:
    report, suite = tmp_path / "report.json", tmp_path / "report.xml"
    with central_system(FaultyCentralSystem(forgetful)) as url:
        assert run("probe", url, *QUICK, "-f", "json", "-o", report).code == 1
        again = run("probe", url, "--rate", "100000", "--replay", report)
        assert run("probe", url, *QUICK, "-f", "junit", "-o", suite).code == 1
    assert again.code == 1
    assert "1 walk, " in again.out
    (finding,) = json.loads(report.read_text())["findings"]
    assert finding["rule"] == "transaction-id-again"
    assert [step["do"] for step in finding["walk"]] == ["start", "same again"]
    cases = {case.attrib["name"].split()[0]: case for case in ET.parse(suite).getroot().iter("testcase")}
    assert set(cases) == set(RULES)
    assert [name for name, case in cases.items() if case.find("failure") is not None] == ["transaction-id-again"]


def test_nobody_there_is_one_line(run: Run) -> None:
    outcome = run("probe", "ws://127.0.0.1:1/ocpp")
    assert outcome.code == 1
    assert outcome.err.startswith("ocpp16sm: no connection")
    assert outcome.err.count("\n") == 1


def test_an_address_of_the_world_needs_consent(run: Run) -> None:
    outcome = run("probe", "ws://93.184.216.34/ocpp")
    assert outcome.code == 1
    assert "--public" in outcome.err


@pytest.mark.parametrize("text", ["", "{}", '{"findings":[{"walk":[{"do":"dance"}]}]}', '{"findings":[{"walk":7}]}'])
def test_what_is_no_report_is_refused(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    outcome = run("probe", "ws://127.0.0.1:1/", "--replay", file)
    assert outcome.code == 1
    assert outcome.err.startswith("ocpp16sm: ")
    assert "Traceback" not in outcome.err
