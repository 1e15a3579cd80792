"""The pytest plugin, used as a user's test run would use it."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

# As in test_fixtures: loaded before, they stay one and the same for all runs.
import ocpp16sm.generated.reservation
import ocpp16sm.testing.coverage_report
import ocpp16sm.testing.plugin
import ocpp16sm.testing.recording  # noqa: F401
from statecharts.ocpp16 import CHARTS

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "ocpp16sm.testing.plugin")

DOOR = """
from statemachine import State, StateChart


class Door(StateChart):
    allow_event_without_transition = False
    atomic_configuration_update = True
    catch_errors_as_events = False

    Closed = State(initial=True)
    Open = State()

    Closed.to(Open, event="opened")
    Open.to(Closed, event="closed", cond="nobody_there")

    def nobody_there(self, there: bool = False) -> bool:
        return not there
"""
TEST = """
from door import Door


def test_it_opens():
    Door().send("opened")


def test_it_closes():
    door = Door()
    door.send("opened")
    door.send("closed")
"""


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """With a door and two tests of it, of which the answer no and one pair are missing."""
    for name in ("door", "test_door"):  # of other tests
        monkeypatch.delitem(sys.modules, name, raising=False)
    pytester.makepyfile(door=DOOR, test_door=TEST)
    return pytester


def run(folder: pytest.Pytester, *options: str) -> pytest.RunResult:
    return folder.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", *options)


def test_a_run_that_does_not_ask_counts_nothing(folder: pytest.Pytester) -> None:
    result = run(folder)
    assert result.ret == pytest.ExitCode.OK
    assert "chart coverage" not in result.stdout.str()


def test_a_run_tells_what_its_tests_have_visited(folder: pytest.Pytester) -> None:
    result = run(folder, "--chart-coverage", "door:Door")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "*= chart coverage =*",
            "Door: 83.3 %  (states 2/2  transitions 2/2  guards 1/2  pairs 1/2)",
            "    never nobody_there says no: after opened -> Open, closed [[]not nobody_there[]] (no effect)",
        ]
    )
    result.stdout.no_fnmatch_line("*never Open -- closed --> Closed, then*")


@pytest.mark.parametrize("more", [["-v"], ["--chart-coverage-min", "pairs=50"]], ids=" ".join)
def test_pairs_are_told_to_whoever_wants_to_know(folder: pytest.Pytester, more: list[str]) -> None:
    result = run(folder, "--chart-coverage", "door:Door", *more)
    result.stdout.fnmatch_lines(["    never Open -- closed --> Closed, then Closed -- opened --> Open: *"])


def test_a_module_alone_stands_for_all_charts_that_are_in_it(folder: pytest.Pytester) -> None:
    folder.makepyfile(house="from door import Door\n" + DOOR.replace("class Door", "class Window"))
    result = run(folder, "--chart-coverage", "house,door,door:Door")
    told = [line.partition(":")[0] for line in result.outlines if " %  (states" in line]
    assert told == ["Window", "Door"]
    ours = run(folder, "--chart-coverage", "statecharts.ocpp16")
    told = [line.partition(":")[0] for line in ours.outlines if " %  (states" in line]
    assert set(told) == {chart.__name__ for chart in CHARTS}


@pytest.mark.parametrize(
    ("least", "short"),
    [
        ("83.3", []),
        ("83.4", ["total 83.3 %, required: 83.4 %"]),
        ("transitions=100,states=100", []),
        ("transitions=100, pairs=60", ["pairs 50 %, required: 60 %"]),
        ("90,guards=51", ["total 83.3 %, required: 90 %", "guards 50 %, required: 51 %"]),
    ],
)
def test_too_little_fails_the_run(folder: pytest.Pytester, least: str, short: list[str]) -> None:
    result = run(folder, "--chart-coverage", "door:Door", "--chart-coverage-min", least)
    assert result.ret == (pytest.ExitCode.TESTS_FAILED if short else pytest.ExitCode.OK)
    failed = [line for line in result.outlines if line.startswith("FAILED")]
    assert failed == [f"FAILED chart coverage of Door: {line}" for line in short]


def test_a_run_that_only_collects_is_not_judged(folder: pytest.Pytester) -> None:
    result = run(folder, "--chart-coverage", "door:Door", "--chart-coverage-min", "100", "--collect-only")
    assert result.ret == pytest.ExitCode.OK
    assert "chart coverage" not in result.stdout.str()


def test_a_run_leaves_a_page_a_drawing_and_json(folder: pytest.Pytester) -> None:
    result = run(folder, "--chart-coverage", "door:Door", "--chart-coverage-report", "out/charts")
    result.stdout.fnmatch_lines(["wrote out/charts/door.md"])
    files = {path.name: path.read_text(encoding="utf-8") for path in Path("out/charts").iterdir()}
    assert set(files) == {"door.md", "door.json"}
    assert "| guards | 1 | 2 | 50 |" in files["door.md"]
    assert "```mermaid\nstateDiagram-v2\n" in files["door.md"]
    assert "    class Closed,Open seen" in files["door.md"]
    assert "| nobody_there says no | after opened -> Open, closed [not nobody_there] (no effect) |" in files["door.md"]
    found = json.loads(files["door.json"])
    assert found["transitions"] == {"Closed -- opened --> Open": 2, "Open -- closed --> Closed": 1}
    assert found["guards"] == {"nobody_there says yes": 1, "nobody_there says no": 0}


def test_a_chart_with_a_layout_is_drawn(folder: pytest.Pytester) -> None:
    folder.makepyfile(
        test_reservation="""
        from ocpp16sm.generated.reservation import ReservationMachine

        class Hooks:
            def __getattr__(self, name):
                return lambda: None

        def test_nothing_is_visited_but_the_beginning():
            ReservationMachine(Hooks())
        """
    )
    run(folder, "--chart-coverage", "statecharts.ocpp16:Reservation,door:Door", "--chart-coverage-report", "out")
    page = Path("out/reservation.md").read_text(encoding="utf-8")
    assert "(reservation.svg)" in page
    assert "mermaid" not in page
    picture = Path("out/reservation.svg").read_text(encoding="utf-8")
    assert picture.count(' seen"') >= 1
    assert picture.count(' never"') >= 9
    assert Path("out/door.md").exists()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--chart-coverage", "door:Gate"], "--chart-coverage: door:Gate: *; name a chart class as module:Class"),
        (["--chart-coverage", "test_door:test_it_opens"], "*is not a StateChart class*"),
        (["--chart-coverage", "garage"], "--chart-coverage: garage: *; name a chart class as module:Class"),
        (["--chart-coverage", "test_door"], "--chart-coverage: test_door: this module defines no chart; *"),
        (["--chart-coverage-min", "90"], "name the charts: --chart-coverage module:Chart"),
        (["--chart-coverage-report", "out"], "name the charts: --chart-coverage module:Chart"),
        (
            ["--chart-coverage", "door:Door", "--chart-coverage-min", "all"],
            "*'all' is neither PERCENT nor KIND=PERCENT*",
        ),
        (["--chart-coverage", "door:Door", "--chart-coverage-min", "101"], "*percentages are 0 to 100"),
        (["--chart-coverage", "door:Door", "--chart-coverage-min", "nan"], "*percentages are 0 to 100"),
        (["--chart-coverage", "door:Door", "--chart-coverage-min", "lines=3"], "*the kinds are total, states, *"),
    ],
)
def test_a_run_that_asks_for_what_there_is_not_does_not_begin(
    folder: pytest.Pytester, options: list[str], complaint: str
) -> None:
    result = run(folder, *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {complaint}"])


def test_workers_of_xdist_hand_in_what_they_have_counted(folder: pytest.Pytester) -> None:
    """As its controller and a worker would call the plugin."""
    config = folder.parseconfigure(*PLUGIN, "--chart-coverage", "door:Door", "--chart-coverage-min", "100")
    charts: Any = config.pluginmanager.get_plugin("ocpp16sm chart coverage")
    from door import Door  # type: ignore[import-not-found]

    Door().send("opened")
    worker: Any = config
    worker.workeroutput = {}
    session: Any = SimpleNamespace(exitstatus=pytest.ExitCode.OK)
    charts.pytest_sessionfinish(session)
    assert session.exitstatus == pytest.ExitCode.OK  # the controller's affair
    handed_in = json.loads(json.dumps(worker.workeroutput))
    for _ in range(2):
        charts.pytest_testnodedown(SimpleNamespace(workeroutput=handed_in))
    charts.pytest_testnodedown(SimpleNamespace())  # one that crashed
    assert charts.coverages["door:Door"].record()["transitions"]["Closed -- opened --> Open"] == 3
    config._ensure_unconfigure()


def test_the_plugin_imports_nothing_that_a_run_does_not_ask_for() -> None:
    """It is in every test run of the environment."""
    heavy = {"attrs", "hypothesis", "msgspec", "ocpp16sm.charge_point", "statecharts", "statemachine", "websockets"}
    script = f"import sys, ocpp16sm.testing.plugin; print(*{heavy!r} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout.strip() == b""
