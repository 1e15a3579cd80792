"""``ocpp16sm fleet`` against a Central System in another process."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from trustme import CA

from tests.cli.conftest import PATIENCE_S, Run, start
from tests.cli.test_programs import line_with, running
from tests.support.fleets import central_system


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Of a Central System."""
    with central_system() as url:
        yield url


def test_a_run_is_shown_and_reported(run: Run, url: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    outcome = run("fleet", url, "--stations", 5, "--duration", 1, "--report", report)
    assert outcome.code == 0, outcome.err
    assert "BootNotification" in outcome.out
    told = json.loads(report.read_text())
    assert (told["stations"], told["most_connected"], told["answers"]["BootNotification"]["count"]) == (5, 5, 5)
    assert told["errors"] == {}


@pytest.mark.parametrize("processes", [pytest.param(1, marks=pytest.mark.long), 2])
def test_ctrl_c_stops_it_in_good_order(url: str, tmp_path: Path, processes: int) -> None:
    profile, report = tmp_path / "fleet.toml", tmp_path / "report.json"
    profile.write_text("[sessions]\nback_to_back = true\nwalk_s = [0, 0]\n[[sessions.mix]]\nduration_s = [600, 600]\n")
    how = ("--stations", 3, "--processes", processes, "--profile", profile, "--report", report)
    with start("fleet", url, *how) as program:
        assert program.stdout is not None
        while "in session" not in (said := program.stdout.readline()) or " 6 in session" not in said:
            assert said, program.stderr and program.stderr.read()
        program.send_signal(signal.SIGINT)
        _out, err = program.communicate(timeout=PATIENCE_S)
    assert (program.returncode, err) == (0, "")
    told = json.loads(report.read_text())
    assert (told["sessions"], told["answers"]["StopTransaction"]["count"]) == (6, 6)


def test_stations_connect_with_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They trust the roots of the operating system, here one of the test's own; others they do not."""
    authority, shown, report = CA(), tmp_path / "shown.pem", tmp_path / "report.json"
    authority.issue_cert("localhost", common_name="localhost").private_key_and_cert_chain_pem.write_to_path(shown)
    authority.cert_pem.write_to_path(tmp_path / "root.pem")
    with running("csms", "--port", "0", "--certificate", shown, "--key", shown, "--quiet") as system:
        url = re.search(r"wss://[\d.:]+", line_with(system, "listening"))
        assert url is not None
        how = (url[0].replace("127.0.0.1", "localhost"), "--stations", 2, "--duration", 1, "--report", report)
        with running("fleet", *how) as program:
            out, _err = program.communicate(timeout=PATIENCE_S)
        assert program.returncode == 1
        assert "the certificate of the Central System is refused" in out
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        with running("fleet", *how) as program:
            out, err = program.communicate(timeout=PATIENCE_S)
        assert (program.returncode, err) == (0, ""), out
    told = json.loads(report.read_text())
    assert (told["answers"]["BootNotification"]["count"], told["errors"]) == (2, {})


def test_a_report_needs_a_kind_and_a_place(run: Run, tmp_path: Path) -> None:
    assert "expected a file named .json or .html" in run("fleet", "ws://127.0.0.1", "--report", "report.txt").err
    assert "does not exist" in run("fleet", "ws://127.0.0.1", "--report", tmp_path / "no" / "where.json").err


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
