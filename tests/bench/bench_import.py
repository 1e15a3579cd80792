"""What an import costs, in processes that do nothing else: the package, and a charge point that could be started.

Run ``python -m tests.bench.bench_import``; exit code 1 if a bar is missed. CPU time beyond that of a bare interpreter,
the best of all rounds. The baselines are what a charge point cannot do without.
"""

import resource
import subprocess
import sys

from tests.bench.measuring import Bar, table, tell

ROUNDS = 7
BAR_MS = 150
RIVALS = {
    "an interpreter": "pass",
    "import asyncio, ssl, sqlite3": "import asyncio, ssl, sqlite3",
    "import websockets.asyncio.client": "import websockets.asyncio.client",
    "import ocpp.v16 (mobilityhouse)": "import ocpp.v16",
    "import ocpp16sm": "import ocpp16sm",
    "from ocpp16sm import ChargePoint": "from ocpp16sm import ChargePoint",
}


def _cpu_s(code: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print a table and the bar; returns the exit code."""
    best = dict.fromkeys(RIVALS, float("inf"))
    for _round in range(ROUNDS):
        for name, code in RIVALS.items():
            best[name] = min(best[name], _cpu_s(code))
    bare = best.pop("an interpreter")
    costs = {name: (seconds - bare) * 1e3 for name, seconds in best.items()}
    rows = {name: [f"{cost:.0f} ms"] for name, cost in costs.items()}
    bar = Bar(f"import ocpp16sm under {BAR_MS} ms", costs["import ocpp16sm"] < BAR_MS)
    return tell(table(["CPU"], rows), [bar])


if __name__ == "__main__":
    sys.exit(main())
