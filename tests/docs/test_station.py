"""The pages about the station command and its control channel are true."""

import asyncio
import json
import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from attrs import fields

from ocpp16sm.base.strict_json import MOST_DEPTH
from ocpp16sm.control.act_table import find
from ocpp16sm.control.client_session import LONGEST_LINE, MOST_CLIENTS, MOST_UNREAD, MOST_WAITING, PROTOCOL
from ocpp16sm.control.event_history import MOST_EVENTS
from ocpp16sm.control.scenario import act_of
from ocpp16sm.control.station_file import SETTINGS, TABLES, read_station_file, station
from ocpp16sm.control.station_plan import ClockPlan, ConnectorPlan, Plan
from ocpp16sm.csms import CentralSystem
from ocpp16sm.station import Battery, Car, CarContract, CertificateInstallation, DcCar, Timings
from tests.cli.conftest import PROGRAM
from tests.docs import control

DOCS = Path(__file__).parents[2] / "docs"
STATION = (DOCS / "station.md").read_text(encoding="utf-8")
CONTROL = (DOCS / "control.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_page_of_the_control_channel_is_up_to_date() -> None:
    assert control.page() == CONTROL, "run python -m tests.docs.control"


def test_its_numbers_are_those_of_the_code() -> None:
    assert f"version {PROTOCOL}." in CONTROL
    assert f"at most {LONGEST_LINE:,} bytes" in CONTROL
    assert f"at most {MOST_DEPTH} deep" in CONTROL
    assert f"{MOST_CLIENTS} clients at once on a channel; {MOST_WAITING} waits of a client at once" in CONTROL
    assert f"the last {MOST_EVENTS:,} events" in CONTROL
    assert f"more than {MOST_UNREAD // 2**20} MiB waits" in CONTROL


def test_its_requests_are_requests() -> None:
    plan = station({"connectors": 1}).plan
    lines = blocks(CONTROL.partition("## Waiting")[2].partition("## State")[0], "json")[0].splitlines()
    assert len(lines) >= 4
    for line in lines:
        request = json.loads(line)
        request.pop("id")
        find(request.pop("act")).of(request, plan)


def test_its_client_steers_a_station() -> None:
    """As it stands, but for where the command is found."""
    client, use = blocks(CONTROL, "python")
    assert '"ocpp16sm", "station"' in client
    script = client.replace('["ocpp16sm", ', f"{PROGRAM!r} + [") + "\nimport sys\nurl = sys.argv[1]\n" + use

    async def story() -> bytes:
        async with CentralSystem() as system, asyncio.timeout(60):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", script, system.url, stdout=asyncio.subprocess.PIPE
            )
            out, _ = await process.communicate()
            assert process.returncode == 0
            return out

    assert re.fullmatch(rb"transaction \d+\r?\nNoError\r?\n", asyncio.run(story()))


def test_the_client_is_short() -> None:
    lines = [line for line in blocks(CONTROL, "python")[0].splitlines() if line.strip()]
    assert len(lines) <= 25


def test_the_script_in_the_page_is_one() -> None:
    plan = station({}).plan
    acts = [act_of(line, plan) for line in blocks(STATION, "text")[0].splitlines()]
    assert len([act for act in acts if act is not None]) == 10


@pytest.mark.parametrize(
    "text", [*blocks(STATION, "toml"), (files("ocpp16sm.control") / "examples" / "station.toml").read_text()]
)
def test_the_station_files_are_station_files(text: str, tmp_path: Path) -> None:
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    assert read_station_file(path).scenario


def rows(heading: str) -> dict[str, str]:
    """The keys of the first table after some words, and their defaults."""
    after = STATION.partition(heading)[2].splitlines()
    begins = next(number for number, line in enumerate(after) if line.startswith("|"))
    head = [cell.strip() for cell in after[begins].strip("|").split("|")]
    found = {}
    for line in after[begins + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        found[cells[0].strip("`")] = cells[head.index("default")].strip("`")
    return found


TABLED: dict[str, tuple[type[Any], ...]] = {
    "### `[clock]`": (ClockPlan,),
    "### `[timings]`": (Timings,),
    "### `[connector.1]`": (ConnectorPlan,),
    "### Cars and cards": (Car, DcCar),
    "sent first at such a station. |": (Battery,),
    "at which it stops charging. |": (CarContract,),
    "the name of a file beside this one. |": (CertificateInstallation,),
}


@pytest.mark.parametrize(("heading", "kinds"), TABLED.items(), ids=[kinds[0].__name__ for kinds in TABLED.values()])
def test_every_key_is_documented_with_its_default(heading: str, kinds: tuple[type[Any], ...]) -> None:
    known = {field.name: field.default for kind in kinds for field in fields(kind)}
    documented = rows(heading)
    assert set(documented) == set(known)
    for name, default in known.items():
        if isinstance(default, bool | int | float):
            assert json.loads(documented[name]) == default


def test_every_other_key_of_a_station_file_is_documented() -> None:
    assert set(SETTINGS).isdisjoint(TABLES)
    assert set(rows("Besides:")) == {"boot", "seed"}
    for table in TABLES:
        if table not in ("boot", "seed"):
            assert re.search(rf"`\[\[?{table}[\].]", STATION), table
    planned = {field.name for field in fields(Plan)} - {"settings"}
    assert planned == set(TABLES) - {"scenario"}
