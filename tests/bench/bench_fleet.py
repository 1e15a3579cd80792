"""A fleet's figures: requests a CPU second with and without Locust, and what a station costs: memory, boot, rest.

Run ``python -m tests.bench.bench_fleet``; exit code 1 if a bar is missed. The stations are those of ``ocpp16sm fleet``:
charge point, hardware, drivers and counting. The Central System is another process (:mod:`tests.bench.central_system`).
For requests, sessions of no duration follow each other back to back; each contender runs for a short and for a long
time, and the difference counts, so that imports and boots do not. docs/scale.md is written with these figures.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.bench.measuring import Bar, table, tell

STATIONS = 200
SHORT_S, LONG_S = 5, 15
FEW, MANY = 200, 2000
REST_S = 30
LEAST_SHARE = 0.85
PATIENCE_S = 180

BUSY = """
[station]
connect_per_s = 1000
[sessions]
back_to_back = true
walk_s = [0, 0]
leave_s = [0, 0]
[[sessions.mix]]
duration_s = [0, 0]
[timings]
car_seen_s = 0
power_drawn_s = 0
unplugged_s = 0
"""
QUIET = """
[station]
connect_per_s = 1000
[sessions]
arrivals_per_hour = 0
"""
LOCUST = """
from pathlib import Path
from ocpp16sm.fleet import read_profile
from ocpp16sm.fleet.locust import StationUser

class Station(StationUser):
    profile = read_profile(Path("busy.toml"))
"""
PROGRAM = (sys.executable, "-c", "from ocpp16sm.cli import main; main()")


class Cost(NamedTuple):
    """What a run came to."""

    calls: int
    cpu_s: float


@contextmanager
def central_system() -> Iterator[str]:
    """A Central System in a process of its own; gives its URL."""
    command = (sys.executable, "-m", "tests.bench.central_system")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield f"ws://127.0.0.1:{int(process.stdout.readline())}"
        process.stdin.close()
        process.wait(PATIENCE_S)


def _run(command: tuple[object, ...]) -> tuple[str, float]:
    """What a process printed, and its CPU time."""
    before = os.times()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [os.getcwd(), *sys.path]))}  # noqa: PTH109
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
        env=environment,
    )
    after = os.times()
    cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
    return done.stdout, cpu_s


def alone(url: str, folder: Path, duration_s: int) -> Cost:
    """Of ``ocpp16sm fleet`` in one process."""
    report = folder / "report.json"
    how = ("--stations", STATIONS, "--duration", duration_s, "--profile", folder / "busy.toml", "--report", report)
    _said, cpu_s = _run((*PROGRAM, "fleet", url, *how))
    return Cost(json.loads(report.read_text())["answers"]["all"]["count"], cpu_s)


def with_locust(url: str, folder: Path, duration_s: int) -> Cost:
    """Of Locust in one process."""
    how = ("-u", STATIONS, "-r", 1000, "-t", f"{duration_s}s", "--headless", "--json")
    said, cpu_s = _run((sys.executable, "-m", "locust", "-f", folder / "locustfile.py", "--host", url, *how))
    return Cost(sum(one["num_requests"] for one in json.loads(said) if one["method"] == "OCPP"), cpu_s)


class Rest(NamedTuple):
    """A fleet at rest."""

    kib: float
    """Proportional set size."""
    booted_cpu_s: float
    """From exec until all were booted."""
    rest_cpu_s: float
    """Of a minute afterwards."""


def at_rest(url: str, folder: Path, stations: int) -> Rest:
    """Boot a fleet, let it rest, and look at its process."""
    command = (*PROGRAM, "fleet", url, "--stations", stations, "--profile", folder / "quiet.toml")
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        cpu_s: list[float] = []
        at_s: list[int] = []
        for line in process.stdout:
            found = re.match(rf"(\d+) s: {stations} connected, {stations} booted", line)
            if found is not None:
                cpu_s.append(_cpu_s(process.pid))
                at_s.append(int(found[1]))
            if at_s and at_s[-1] - at_s[0] >= REST_S:
                break
        pss = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{process.pid}/smaps_rollup").read_text(), re.MULTILINE)
        process.kill()
    assert pss is not None
    return Rest(int(pss[1]), cpu_s[0], (cpu_s[-1] - cpu_s[0]) / (at_s[-1] - at_s[0]) * 60)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the figures and the bar; returns the exit code."""
    with tempfile.TemporaryDirectory() as name, central_system() as url:
        folder = Path(name)
        for file, text in {"busy.toml": BUSY, "quiet.toml": QUIET}.items():
            (folder / file).write_text(text)
        (folder / "locustfile.py").write_text(LOCUST.replace("busy.toml", str(folder / "busy.toml")))
        rates: Mapping[str, float] = {
            contender.__name__: (long.calls - short.calls) / (long.cpu_s - short.cpu_s)
            for contender in (alone, with_locust)
            for short, long in [(contender(url, folder, SHORT_S), contender(url, folder, LONG_S))]
        }
        few, many = at_rest(url, folder, FEW), at_rest(url, folder, MANY)
    share = rates["with_locust"] / rates["alone"]
    rows = {name: [f"{rate:,.0f}", f"{1e6 / rate:.0f} us"] for name, rate in rates.items()}
    more = MANY - FEW
    lines = table([f"requests a CPU second, {STATIONS} stations", "CPU a request"], rows)
    sizes = f"{few.kib / 1024:.0f} MiB for {FEW} stations, {many.kib / 1024:.0f} MiB for {MANY}"
    lines += [
        "",
        f"memory: {sizes}: {(many.kib - few.kib) / more:.1f} KiB each",
        f"boot: {(many.booted_cpu_s - few.booted_cpu_s) / more * 1000:.2f} ms of CPU each",
        f"rest: {(many.rest_cpu_s - few.rest_cpu_s) / more * 1000:.2f} ms of CPU each and minute",
        "",
    ]
    return tell(lines, [Bar(f"with Locust at least {LEAST_SHARE:.0%} (now {share:.0%})", share >= LEAST_SHARE)])


if __name__ == "__main__":
    sys.exit(main())
