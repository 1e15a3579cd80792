"""The status lines of a station: at the foot of a terminal, or a line for each change."""

import os
import pty
import re
import select
import sys
from pathlib import Path

import pytest

from ocpp16sm.cli.status import lines
from tests.cli.conftest import PATIENCE_S, environment
from tests.cli.test_programs import line_with, running
from tests.support.control_client import steered
from tests.support.virtual_time import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")


def test_they_say_what_there_is_to_say() -> None:
    async def story() -> None:
        async with steered() as client:

            async def shown(*, id_tags: bool = False) -> dict[str, str]:
                return dict(lines(await client.does("state"), id_tags=id_tags))

            assert await shown() == {
                "CP001": "Online, Accepted",
                "connector 1": "Available",
                "connector 2": "Available",
            }
            await client.does("plug_in", connector=1)
            await client.does("wait_for", connector=1, status="Preparing")
            assert (await shown())["connector 1"] == "Preparing, plugged"
            await client.does("present_token", token="alice")
            seen = await client.does("wait_for", connector=1, status="Charging", transaction="known")
            number = seen["transaction"]["transaction_id"]
            assert (await shown())["connector 1"] == f"Charging, transaction {number}, ***C3"
            assert (await shown(id_tags=True))["connector 1"] == f"Charging, transaction {number}, 04A1B2C3"
            await client.does("raise_error", connector=1, error="HighTemperature")
            told = f"Faulted, transaction {number}, ***C3, HighTemperature"
            assert (await shown())["connector 1"] == told
            await client.does("present_token", token="SOMEBODY", connectors=[2])
            await client.does("wait_for", connector=2, status="Preparing")
            assert (await shown())["connector 2"] == "Preparing, waits for the plug of ***DY"
            await client.does("disconnect_link")
            await client.does("clear_error", connector=1)
            await client.does("plug_out", connector=1)
            await client.does("wait_for", connector=1, status="Available")
            assert re.fullmatch(r"Offline, Accepted, \d+ queued", (await shown())["CP001"])
            await client.does("power_off")
            assert await shown() == {"CP001": "not running", "connector 1": "no power", "connector 2": "no power"}

    run(story())


def test_without_a_terminal_there_is_a_line_for_each_change(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("plug_in 1\nwait_for 1 Preparing\nplug_out 1\nwait_for 1 Available\n")
    options = ["--script", script, "--faster", 50, "--show", "status", "--no-show-id-tags"]
    with running("station", "ws://127.0.0.1:9", *options) as station:
        out, err = station.communicate(timeout=PATIENCE_S)
        assert (station.returncode, err.count("Traceback")) == (0, 0)
    told = re.findall(r"^\d{4}-\S+Z  connector 1: (.*)$", out, re.MULTILINE)
    assert told == ["Available", "Available, plugged", "Preparing, plugged", "Preparing", "Available", "stopped"]
    assert re.findall(r"CP001: (.*)$", out, re.MULTILINE)[-1] == "stopped"


def test_on_a_terminal_they_stay_at_its_foot() -> None:
    ours, theirs = pty.openpty()
    try:
        with running("csms", "--port", "0") as central_system:
            url = re.search(r"ws://[\d.:]+", line_with(central_system, "listening"))
            assert url is not None
            how = {"stdin": theirs, "stdout": theirs, "stderr": theirs, "env": environment(TERM="xterm")}
            with running("station", url[0], "--faster", 50, "--show", "status", **how) as station:
                seen = ""

                def until(pattern: str) -> None:
                    nonlocal seen
                    while not re.search(pattern, seen):
                        ready, _, _ = select.select([ours], [], [], PATIENCE_S)
                        assert ready, f"{pattern} never came: {seen[-2000:]}"
                        seen += re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", os.read(ours, 65536).decode(errors="replace"))
                    seen = ""

                until(r"CP001 +Online Accepted")
                os.write(ours, b"ps")
                until(r"connector 1 +Charging +0\.0\d\d kWh +7\.36 kW +transaction 1 \*\*\*C3")
                os.write(ours, b"q")
                until(r"CP001 +not running")
                assert station.wait(PATIENCE_S) == 0
    finally:
        os.close(ours)
        os.close(theirs)
