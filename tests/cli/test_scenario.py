"""``ocpp16sm station FILE``: the scenario of a station file is played."""

import json
import os
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.cli.conftest import PATIENCE_S, Run
from tests.cli.test_programs import check_frames, line_with, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def nobody_types(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with Path(os.devnull).open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield


EXAMPLE = (files("ocpp16sm.control") / "example.toml").read_text(encoding="utf-8")


def test_the_example_is_printed_and_can_be_played(run: Run, tmp_path: Path) -> None:
    printed = run("station", "--example")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out == EXAMPLE
    file, log = tmp_path / "station.toml", tmp_path / "frames.jsonl"
    file.write_text(printed.out + '\n[[scenario]]\nact = "quit"\n', encoding="utf-8")
    with running("csms", "--port", "0") as central_system:
        url = re.search(r"ws://[\d.:]+", line_with(central_system, "listening"))
        assert url is not None
        with running("station", file, "--url", url[0], "--pace", 20, "--log", log) as station:
            out, err = station.communicate(timeout=PATIENCE_S)
            assert (station.returncode, err) == (0, "")
    actions = check_frames(log)
    assert [action for action in actions if "Transaction" in action] == ["StartTransaction", "StopTransaction"]
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    requests = [row["frame"] for row in rows if "frame" in row]
    told = [frame[3] for frame in requests if frame[2] == "StatusNotification" and frame[3]["connectorId"] == 1]
    assert [each["status"] for each in told] == [
        "Available", "Preparing", "Charging", "SuspendedEV", "Charging", "Charging", "Faulted", "Charging", "Finishing",
        "Available",
    ]  # fmt: skip
    (stop,) = [frame[3] for frame in requests if frame[2] == "StopTransaction"]
    assert (stop["idTag"], stop.get("reason", "Local")) == ("04A1B2C3", "Local")
    # 16 A on one phase for some 25 s; the pause and the fault took 5 s each, and what follows from them 1.5 s each
    assert 10 < stop["meterStop"] < 40
    assert "connector 1: Charging, transaction " in out
    assert "scenario: raise_error connector=1 error=HighTemperature info=the sun shines" in out
    assert "04A1B2C3" not in out


def test_a_scenario_that_cannot_go_on_ends_the_station_with_code_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text(
        '[[scenario]]\nact = "plug_in"\nconnector = 1\n'
        '[[scenario]]\nact = "wait_for"\nconnector = 1\nstatus = "Charging"\ntimeout_s = 0.05\n',
        encoding="utf-8",
    )
    outcome = run("station", file, "--faster", 100, "--show", "nothing")
    assert (outcome.code, outcome.out) == (1, "")
    waited = "waited 0.05 s for connector 1, status Charging, in vain; it is status Preparing"
    assert outcome.err == f"ocpp16sm: scenario[1] (wait_for): {waited}\n"


def test_a_file_with_a_mistake_is_refused_before_anything_is_done(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text('[[scenario]]\nact = "plug_in"\nconnector = 5\n', encoding="utf-8")
    outcome = run("station", file)
    assert (outcome.code, outcome.out) == (1, "")
    problem = "scenario[0].connector: there is no connector 5; expected at most 1"
    assert outcome.err == f"ocpp16sm: {file}: {problem}\n"


def test_a_file_may_have_the_station_begin_without_power(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "station.toml"
    file.write_text(
        'boot = false\n[[scenario]]\nact = "wait_for"\nrunning = false\ntimeout_s = 0.05\n'
        '[[scenario]]\nact = "boot"\n[[scenario]]\nact = "wait_for"\nrunning = true\n[[scenario]]\nact = "quit"\n',
        encoding="utf-8",
    )
    assert run("station", file, "--show", "nothing").code == 0
    refused = run("station", file, "--boot", "--show", "nothing")
    assert refused.code == 1, "an option wins"
