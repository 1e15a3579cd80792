"""The pytest plugin: chart coverage, and fixtures for tests of charge points in virtual time.

pytest loads it in every environment that has ocpp16sm installed, so it imports only what a run uses.
"""

import inspect
from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from ocpp16sm.clock import VirtualClock
    from ocpp16sm.csms import CentralSystem, Policy
    from ocpp16sm.settings import Settings
    from ocpp16sm.station import Timings, VirtualStation
    from ocpp16sm.station.files import MemoryFiles
    from ocpp16sm.testing.coverage import ChartCoverage

MOST_MISSING: Final = 10
"""Maximum number of missing goals listed for a chart at the end of a run; pairs are listed only if they have a minimum.
With ``-v``, and in the report, all are listed."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the command line and ini options."""
    group = parser.getgroup("chart coverage", "coverage of statecharts (ocpp16sm)")
    group.addoption(
        "--chart-coverage",
        action="append",
        default=[],
        metavar="MODULE:CHART,...",
        help="measure how much of these python-statemachine charts the tests visit; MODULE alone: all charts in it",
    )
    group.addoption(
        "--chart-coverage-min",
        action="append",
        default=[],
        metavar="PERCENT",
        help="fail if the coverage of a chart is lower: one percentage for states, transitions and guard answers "
        "together, or one for each kind, as in transitions=100,pairs=80",
    )
    group.addoption(
        "--chart-coverage-report",
        type=Path,
        metavar="DIR",
        help="write a Markdown page, a picture and a JSON file for each chart to DIR",
    )
    parser.addini(
        "virtual_time_days",
        "maximum duration of a test with the fixtures csms or station, in days of virtual time",
        default="7",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start measuring coverage if the options ask for it. Raises ``UsageError`` for wrong options."""
    names = [name for given in config.getoption("--chart-coverage") for name in given.split(",") if name]
    least = _least(config.getoption("--chart-coverage-min"))
    report = config.getoption("--chart-coverage-report")
    if names:
        config.pluginmanager.register(_Charts(config, names, least, report), "ocpp16sm chart coverage")
    elif least or report is not None:
        raise pytest.UsageError("name the charts: --chart-coverage module:Chart")


def _least(given: list[str]) -> dict[str, float]:
    """Kind (or ``total``) -> minimum percentage."""
    if not given:
        return {}
    from ocpp16sm.testing.coverage import KINDS

    least: dict[str, float] = {}
    for part in (part for text in given for part in text.split(",")):
        kind, _, percent = part.rpartition("=")
        kind = kind.strip() or "total"
        try:
            least[kind] = float(percent)
        except ValueError:
            raise pytest.UsageError(f"--chart-coverage-min: {part!r} is neither PERCENT nor KIND=PERCENT") from None
        if kind not in ("total", *KINDS) or not 0 <= least[kind] <= 100:
            raise pytest.UsageError(
                f"--chart-coverage-min: {part!r}: the kinds are total, {', '.join(KINDS)}; percentages are 0 to 100"
            )
    return least


class _Charts:
    """The chart coverage of one test run."""

    def __init__(self, config: pytest.Config, names: list[str], least: Mapping[str, float], report: Path | None):
        from ocpp16sm.testing.recording import chart_coverage
        from statecharts.load import load_chart_classes
        from statecharts.profile import ChartError

        self._config = config
        self._least = least
        self._report = report
        self._short: list[str] = []
        self._recording = ExitStack()
        self.coverages: dict[str, ChartCoverage] = {}
        try:
            for chart in dict.fromkeys(chart for name in names for chart in load_chart_classes(name)):
                name = f"{chart.__module__}:{chart.__qualname__}"
                self.coverages[name] = self._recording.enter_context(chart_coverage(chart))
        except ChartError as error:
            self._recording.close()
            raise pytest.UsageError(f"--chart-coverage: {error}") from error

    def pytest_unconfigure(self) -> None:
        """Stop measuring."""
        self._recording.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run if coverage is too low. A pytest-xdist worker passes its coverage to the controller instead."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["chart coverage"] = {name: each.record() for name, each in self.coverages.items()}
            return
        if self._config.option.collectonly:
            return
        from ocpp16sm.testing.coverage import short_of

        self._short = [line for each in self.coverages.values() for line in short_of(each, self._least)]
        if self._short and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the coverage of a pytest-xdist worker that has finished."""
        for name, record in getattr(node, "workeroutput", {}).get("chart coverage", {}).items():
            self.coverages[name].add_record(record)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the coverage, and write the report if requested."""
        if self._config.option.collectonly:
            return
        from ocpp16sm.testing.coverage import KINDS, TOTAL

        all_of_it = self._config.option.verbose > 0
        terminalreporter.section("chart coverage")
        for each in self.coverages.values():
            kinds = KINDS if all_of_it or "pairs" in self._least else TOTAL
            terminalreporter.line(each.text(*kinds, most=None if all_of_it else MOST_MISSING))
        if self._report is not None:
            from ocpp16sm.testing.coverage_report import write_report

            for each in self.coverages.values():
                page, *_ = write_report(each, self._report)
                terminalreporter.line(f"wrote {page}")
        for line in self._short:
            terminalreporter.line(f"FAILED chart coverage of {line}", red=True)


# -- charge points in virtual time -------------------------------------------------------------------------------------


@pytest.fixture
def virtual_clock() -> "VirtualClock":
    """The clock of ``csms`` and ``station``. An ``async`` test that uses one of them runs in its event loop."""
    from ocpp16sm.clock import VirtualClock

    return VirtualClock()


@pytest.fixture
def csms_policy() -> "Policy":
    """The policy of ``csms``, which accepts everything. Override this fixture to change it from the start."""
    from ocpp16sm.csms import Policy

    return Policy()


@pytest.fixture
def csms(virtual_clock: "VirtualClock", csms_policy: "Policy") -> "CentralSystem":
    """A Central System in memory, in virtual time; ``csms.known("CP001")`` is its view of the station."""
    from ocpp16sm.testing.virtual_time import make_csms

    return make_csms(virtual_clock, csms_policy)


@pytest.fixture
def station_settings() -> "Settings":
    """The settings of ``station``: CP001, two connectors. Override this fixture to change them."""
    from ocpp16sm.testing.virtual_time import SETTINGS

    return SETTINGS


@pytest.fixture
def station_timings() -> "Timings":
    """The timings of ``station``. Its meter is read only every 10 s while energy flows, so that days pass quickly."""
    from ocpp16sm.testing.virtual_time import TIMINGS

    return TIMINGS


@pytest.fixture
def station_files() -> "MemoryFiles":
    """The file servers that ``station`` downloads from and uploads to."""
    from ocpp16sm.station.files import MemoryFiles

    return MemoryFiles()


@pytest.fixture
def station(
    virtual_clock: "VirtualClock",
    csms: "CentralSystem",
    station_settings: "Settings",
    station_timings: "Timings",
    station_files: "MemoryFiles",
) -> "VirtualStation":
    """A virtual station connected to ``csms``, in virtual time. An ``async`` test starts once it is accepted."""
    from ocpp16sm.testing.virtual_time import make_station

    return make_station(virtual_clock, csms, station_settings, station_timings, station_files)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine test that uses one of these fixtures in virtual time."""
    if "virtual_clock" not in pyfuncitem.fixturenames or not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    from ocpp16sm.station import VirtualStation
    from ocpp16sm.testing.virtual_time import DAY_S, live

    given: dict[str, Any] = pyfuncitem.funcargs
    test = partial(pyfuncitem.obj, **{name: given[name] for name in inspect.signature(pyfuncitem.obj).parameters})
    station = given.get("station")
    days = pyfuncitem.config.getini("virtual_time_days")
    try:
        longest_s = float(days) * DAY_S
    except ValueError:
        raise pytest.UsageError(f"virtual_time_days: {days!r} is not a number of days") from None
    live(given["virtual_clock"], station if isinstance(station, VirtualStation) else None, test, longest_s)
    return True
