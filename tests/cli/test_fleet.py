"""``ocpp16sm fleet`` against a Central System in another process."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import PATIENCE_S, Run, start


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Of a Central System."""
    with start("csms", "--port", 0) as program:
        assert program.stdout is not None
        yield program.stdout.readline().partition("connect to ")[2].partition("/<")[0]
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=PATIENCE_S)


def test_a_run_is_shown_and_reported(run: Run, url: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    outcome = run("fleet", url, "--stations", 5, "--duration", 1, "--report", report)
    assert outcome.code == 0, outcome.err
    assert "BootNotification" in outcome.out
    told = json.loads(report.read_text())
    assert (told["stations"], told["most_connected"], told["answers"]["BootNotification"]["count"]) == (5, 5, 5)
    assert told["errors"] == {}


def test_ctrl_c_stops_it_in_good_order(url: str, tmp_path: Path) -> None:
    profile, report = tmp_path / "fleet.toml", tmp_path / "report.json"
    profile.write_text("[sessions]\nback_to_back = true\nwalk_s = [0, 0]\n[[sessions.mix]]\nduration_s = [600, 600]\n")
    with start("fleet", url, "--stations", 3, "--profile", profile, "--report", report) as program:
        assert program.stdout is not None
        while "in session" not in (said := program.stdout.readline()) or " 6 in session" not in said:
            assert said, program.stderr and program.stderr.read()
        program.send_signal(signal.SIGINT)
        _out, err = program.communicate(timeout=PATIENCE_S)
    assert (program.returncode, err) == (0, "")
    told = json.loads(report.read_text())
    assert (told["sessions"], told["answers"]["StopTransaction"]["count"]) == (6, 6)


def test_where_nobody_answers_it_fails(run: Run) -> None:
    outcome = run("fleet", "ws://127.0.0.1:1", "--stations", 1, "--duration", 0.5)
    assert outcome.code == 1
    assert "connect: cannot connect" in outcome.out


def test_the_example_is_a_profile(run: Run, url: str, tmp_path: Path) -> None:
    profile = tmp_path / "fleet.toml"
    profile.write_text(run("fleet", "--example").out)
    assert run("fleet", url, "--stations", 2, "--profile", profile, "--duration", 0.5).code == 0


def test_an_address_is_needed(run: Run) -> None:
    outcome = run("fleet")
    assert outcome.code == 2
    assert "expected the URL of a Central System" in outcome.err
