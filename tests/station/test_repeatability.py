"""With one seed, in virtual time, a day repeats itself to the byte."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support import busy_day

ROOT = Path(__file__).parents[2]


def test_one_seed_makes_one_day_and_another_makes_another() -> None:
    first, again, other = busy_day.transcript(1), busy_day.transcript(1), busy_day.transcript(2)
    assert first == again
    assert len(first) > 300
    assert first != other
    for action in ("StartTransaction", "StopTransaction", "DataTransfer", "Reset", "RemoteStartTransaction"):
        assert any(f'"{action}"' in line for line in first)


def test_without_a_seed_no_day_is_like_another() -> None:
    assert busy_day.transcript(None) != busy_day.transcript(None)


def test_neither_the_process_nor_its_hashes_make_a_difference() -> None:
    days = []
    for hashes in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": hashes, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-m", "tests.support.busy_day", "1"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        days.append(ran.stdout)
    assert days[0] == days[1] == "\n".join(busy_day.transcript(1)) + "\n"
