"""Whole charge points over real websockets: calls a CPU second, memory a station, 1,000 stations from exec to booted.

Run ``python -m tests.bench.bench_sockets``; exit code 1 if a bar is missed. The Central System is another process, on
another core where there are two, with answers that are ready before it is asked (:mod:`tests.bench.central_system`).
How much CPU it took is told, so that it can be seen that it is not what is waited for. The peers
(:mod:`tests.bench.peers`) are a process each, one after the other, several times; what they do is told there.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
from typing import Any

from tests.bench.measuring import Bar, table, tell

ROUNDS, STATIONS, SESSIONS = 3, 200, 5
FEW, MANY, THOUSAND = 200, 2000, 1000
PATIENCE_S = 120

TIMES_MOBILITYHOUSE = 3.5
SHARE_OF_TYPED = 0.40
KIB_A_STATION = 60
BOOT_CPU_S, BOOT_S = 2.0, 3.0


def _command(module: str, *arguments: object, core: int) -> list[str]:
    """Run a module on one core, if there are others for the rest."""
    pinned = f"import os; os.sched_setaffinity(0, {{{core}}})\n" if len(os.sched_getaffinity(0)) > 1 else ""
    called = f"import runpy, sys; sys.argv = {[module, *map(str, arguments)]!r}\n"
    return [sys.executable, "-c", f"{pinned}{called}runpy.run_module({module!r}, run_name='__main__', alter_sys=True)"]


class CentralSystem:
    """A Central System in a process of its own."""

    def __init__(self) -> None:
        command = _command("tests.bench.central_system", core=min(os.sched_getaffinity(0)))
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"ws://127.0.0.1:{int(self._process.stdout.readline())}"

    def close(self) -> float:
        """End it; gives its CPU time for each request, s."""
        said, _ = self._process.communicate("", PATIENCE_S)
        told = json.loads(said)
        answered: dict[str, int] = told["answered"]
        return float(told["cpu_s"]) / sum(answered.values())


def measured(peer: str, loop: str, url: str, stations: int, sessions: int) -> dict[str, float]:
    """What a peer says of itself."""
    command = _command("tests.bench.peers", peer, loop, url, stations, sessions, core=max(os.sched_getaffinity(0)))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_S)
    said: dict[str, float] = json.loads(done.stdout)
    return said


def _calls_a_second(url: str) -> dict[tuple[str, str], float]:
    """Peer and event loop -> calls a CPU second, the median of all rounds."""
    rivals = [(peer, loop) for loop in ("uvloop", "asyncio") for peer in ("ocpp16sm", "typed", "mobilityhouse")]
    found: dict[tuple[str, str], list[float]] = {rival: [] for rival in rivals}
    for _round in range(ROUNDS):
        for peer, loop in rivals:
            said = measured(peer, loop, url, STATIONS, SESSIONS)
            found[peer, loop].append(said["calls"] / said["played_cpu_s"])
    return {rival: statistics.median(several) for rival, several in found.items()}


def main() -> int:
    """Print the tables and the bars; returns the exit code."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 3 * MANY), hard))
    system = CentralSystem()
    try:
        calls = _calls_a_second(system.url)
        boots = [measured("ocpp16sm", "uvloop", system.url, THOUSAND, 0) for _round in range(ROUNDS)]
        few, many = (measured("ocpp16sm", "uvloop", system.url, count, 0) for count in (FEW, MANY))
    finally:
        answering_s = system.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    slope = (many["bytes"] - few["bytes"]) / (MANY - FEW) / 1024
    boot: dict[str, Any] = min(boots, key=lambda said: said["booted_cpu_s"])
    rows = {
        f"{peer}, {loop}": [f"{rate:,.0f}", f"{1e6 / rate:.1f} us", f"x{rate / calls['ocpp16sm', loop]:.2f}"]
        for (peer, loop), rate in calls.items()
    }
    lines = table([f"calls a CPU second, {STATIONS} stations", "CPU a call", "to ocpp16sm"], rows)
    lines += [
        "",
        f"the Central System's CPU for a request: {answering_s * 1e6:.1f} us",
        f"memory, MiB: {few['bytes'] / 2**20:.1f} for {FEW} stations, {many['bytes'] / 2**20:.1f} for {MANY}",
        f"a station more, KiB: {slope:.1f}",
        f"{THOUSAND} stations booted: {boot['booted_cpu_s']:.2f} s of CPU, {boot['booted_s']:.2f} s since exec",
        "",
    ]
    against_theirs = calls["ocpp16sm", "uvloop"] / calls["mobilityhouse", "asyncio"]
    against_typed = calls["ocpp16sm", "uvloop"] / calls["typed", "uvloop"]
    bars = [
        Bar(
            f"at least {TIMES_MOBILITYHOUSE} times the calls a CPU second of mobilityhouse/ocpp as it is shipped "
            f"(now {against_theirs:.2f})",
            against_theirs >= TIMES_MOBILITYHOUSE,
        ),
        Bar(
            f"at least {SHARE_OF_TYPED:.0%} of typed messages without behaviour (now {against_typed:.0%})",
            against_typed >= SHARE_OF_TYPED,
        ),
        Bar(f"at most {KIB_A_STATION} KiB a station", slope <= KIB_A_STATION),
        Bar(f"{THOUSAND} stations booted in less than {BOOT_CPU_S:g} s of CPU", boot["booted_cpu_s"] < BOOT_CPU_S),
        Bar(f"and within {BOOT_S:g} s from exec", boot["booted_s"] < BOOT_S),
    ]
    return tell(lines, bars)


if __name__ == "__main__":
    sys.exit(main())
