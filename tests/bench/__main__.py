"""All benchmarks, and ``docs/performance.md`` anew from what they say: ``python -m tests.bench`` (or ``make bench``).

With names of benchmarks (``core sockets``) only those are run, and nothing is written. Exit code 1 if a bar is missed.
"""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
METHOD = Path(__file__).with_name("performance.md")
"""The page without its figures: ``{core}`` stands for what ``bench_core`` says."""
ORDER = ("sockets", "fleet", "core", "machine", "codec", "store", "composite", "import")
PACKAGES = ("websockets", "uvloop", "msgspec", "attrs", "ocpp")


def run(name: str) -> tuple[str, int]:
    """What a benchmark says, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.bench.bench_{name}"], stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT
    )
    return done.stdout.rstrip(), done.returncode


def machine() -> str:
    """Where and when this was measured."""
    model = "processor unknown"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = f"{len(names)} x {names[0]}" if names else model
    packages = ", ".join(f"{package} {metadata.version(package)}" for package in PACKAGES)
    busy = os.getloadavg()[0]
    when = datetime.now(UTC).strftime("%Y-%m-%d")
    return (
        f"Measured on {when}: {model}, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"{packages}. Load of the machine before the first benchmark: {busy:.1f}"
        + (" (others were at work on it; ratios hold, absolute figures are low)." if busy > 1 else ".")
    )


def main(names: list[str]) -> int:
    """Run, print and (without names) write; returns the exit code."""
    said = {"where": machine()}
    missed = []
    for name in names or ORDER:
        text, code = run(name)
        said[name] = text
        sys.stdout.write(f"== {name}\n{text}\n\n")
        sys.stdout.flush()
        if code:
            missed.append(name)
    if not names:
        page = METHOD.read_text()
        for name, text in said.items():
            page = page.replace("{" + name + "}", text)
        PAGE.write_text(page)
        sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
    if missed:
        sys.stdout.write(f"bars missed in: {', '.join(missed)}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
