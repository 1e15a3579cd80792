"""``ocpp16sm station FILE``: the scenario of a station file is played."""

import json
import os
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PATIENCE_S, Run
from tests.cli.test_programs import check_frames, line_with, running

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@pytest.fixture(autouse=True)
def nobody_types(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with Path(os.devnull).open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield


EXAMPLE = (files("ocpp16sm.control") / "examples" / "station.toml").read_text(encoding="utf-8")


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
    assert (stop["idTag"], stop.get("reason", "Local")) == ("***C3", "Local")
    # 16 A on one phase for some 25 s; the pause and the fault took 5 s each, and what follows from them 1.5 s each
    assert 10 < stop["meterStop"] < 40
    assert "connector 1: Charging, transaction " in out
    assert "scenario: raise_error connector=1 error=HighTemperature info=the sun shines" in out
    assert "04A1B2C3" not in out


def test_an_example_that_is_not_there_is_told(run: Run) -> None:
    refused = run("station", "--example", "nonsense")
    assert refused.code == 2
    assert "expected one of plug-and-charge, pricing, signed-metering, station" in " ".join(refused.err.split())


def played(run: Run, name: str, folder: Path, *central: str) -> tuple[str, list[Any]]:
    """What is printed, and the requests both ways, when an example is played against our Central System."""
    file, log = folder / "station.toml", folder / "frames.jsonl"
    with running("csms", "--port", "0", *central) as central_system:
        url = re.search(r"ws://[\d.:]+", line_with(central_system, "listening"))
        assert url is not None
        text = run("station", "--example", name).out.replace('"certificates"', json.dumps(str(folder / "certificates")))
        file.write_text(text, encoding="utf-8")
        with running("station", file, "--url", url[0], "--pace", 20, "--log", log, "--show", "all") as station:
            out, err = station.communicate(timeout=PATIENCE_S)
            assert (station.returncode, err) == (0, "")
    check_frames(log)
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return out, [row["frame"] for row in rows if "frame" in row and row["frame"][0] == 2]


@pytest.mark.long
def test_a_session_that_costs_something_can_be_played(run: Run, tmp_path: Path) -> None:
    out, requests = played(run, "pricing", tmp_path, "--pricing")
    said = [frame[3]["messageId"] for frame in requests if frame[2] == "DataTransfer"]
    assert said[0] == "SetUserPrice"
    assert "RunningCost" in said
    assert said[-2:] == ["ConnectorUnplugged", "FinalCost"]
    assert "so far, idle" in out
    assert " in all (" in out


@pytest.mark.long
def test_a_car_that_pays_by_contract_can_be_played(run: Run, tmp_path: Path) -> None:
    out, requests = played(run, "plug-and-charge", tmp_path, "--plug-and-charge", str(tmp_path))
    said = [frame[3]["messageId"] for frame in requests if frame[2] == "DataTransfer"]
    assert said[:4] == ["InstallCertificate", "InstallCertificate", "Get15118EVCertificate", "Authorize"]
    assert said[4:6] == ["SignCertificate", "CertificateSigned"]
    assert said[6:] == ["GetCertificateStatus"] * 3
    assert [frame[3]["idTag"] for frame in requests if frame[2] == "StartTransaction"] == ["***-9"]
    assert "the car's contract certificate: Failed" in out, "our Central System has no pool of certificates"
    assert "DE-8AA-1A2B3C4D5-9" not in out


@pytest.mark.long
def test_signed_metering_can_be_played(run: Run, tmp_path: Path) -> None:
    _, requests = played(run, "signed-metering", tmp_path)
    begin = [frame[3] for frame in requests if frame[2] == "MeterValues" and "OCMF|" in json.dumps(frame)]
    assert [values["transactionId"] for values in begin] == [1]
    (stop,) = [frame[3] for frame in requests if frame[2] == "StopTransaction"]
    assert "OCMF|" in json.dumps(stop)


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
