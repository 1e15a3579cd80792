"""How benchmarks measure: CPU time, rivals in turn, the best of all rounds; and how they say it."""

import gc
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple


class Bar(NamedTuple):
    """What is to be reached."""

    words: str
    met: bool | None
    """None: it cannot be judged here and now."""


def best_of(jobs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """CPU seconds of each job: all of them in turn, so many times, and the best of each.

    Other processes on the machine take wall time, not ours; what they do to the caches the best round was spared.
    """
    best = dict.fromkeys(jobs, float("inf"))
    for _round in range(rounds):
        for name, job in jobs.items():
            gc.collect()
            began = time.process_time()
            job()
            best[name] = min(best[name], time.process_time() - began)
    return best


def table(columns: Sequence[str], rows: Mapping[str, Iterable[str]]) -> list[str]:
    """Lines of a table."""
    lines = [f"{'':34}" + "".join(f"{column:>22}" for column in columns)]
    return lines + [f"{name:34}" + "".join(f"{cell:>22}" for cell in cells) for name, cells in rows.items()]


def tell(lines: Iterable[str], bars: Iterable[Bar] = ()) -> int:
    """Print a result; gives the exit code: 1 if a bar is missed."""
    bars = tuple(bars)
    verdicts = {True: "met", False: "MISSED", None: "open"}
    said = [*lines, *(f"{verdicts[bar.met]:8}{bar.words}" for bar in bars)]
    sys.stdout.write("\n".join(said) + "\n")
    return 1 if any(bar.met is False for bar in bars) else 0
