"""What durability costs: a handler call that must be on disk, sessions on disk, a start with 10,000 queued messages.

Run ``python -m tests.bench.bench_store [FOLDER]``; exit code 1 if a bar is missed. The baseline is SQLite itself in the
same folder, with the same pragmas: one transaction with one row of the size of a request. Here it is wall time that
counts, for most of it is waiting for the disk; so the rivals take turns, and the median of each is told.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import PutRequest
from ocpp16sm.messages import StopTransactionRequest
from ocpp16sm.records import Lane, QueuedRequest
from ocpp16sm.store import MemoryStore, SqliteStore
from tests.bench.bare import MOMENT
from tests.bench.bench_core import Station
from tests.bench.measuring import Bar, table, tell
from tests.bench.session import ENERGY_WH, ID_TAG, NOON

ROUNDS, SESSIONS, QUEUED = 60, 100, 10_000
COMMITS_A_HANDLER = 1.3
LIBOCPP_SESSIONS_A_SECOND = 130
"""libocpp with its database on disk (issue 6)."""
TIMES_LIBOCPP = 2
COMMIT_MS = 0.5
"""Where the disk takes longer than this for a commit, sessions a second say more of the disk than of us."""
START_S = 1.0


class Counted(SqliteStore):
    """Counts its commits."""

    commits = 0

    def apply(self, operations: object) -> None:
        self.commits += 1
        super().apply(operations)  # type: ignore[arg-type]  # passed on as it came


def _bare(path: Path) -> Callable[[], object]:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE queue (seq INTEGER PRIMARY KEY, payload TEXT)")
    payload = "x" * 150

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO queue (payload) VALUES (?)", (payload,))
        connection.execute("COMMIT")

    return commit


def _durable_calls(station: Station) -> tuple[Callable[[], object], Callable[[], object]]:
    """The two handler calls of a transaction that must be on disk, and what comes between and after them."""

    def start() -> None:
        station.on_transaction_started(1, "session", ID_TAG, 0, None, NOON)

    def finish() -> None:
        station.converse()
        station.on_transaction_stopped(1, "session", "Local", MOMENT, ENERGY_WH)
        station.converse()

    return start, finish


def _seconds(job: Callable[[], object]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def _handler_against_commit(folder: Path) -> tuple[float, float, float]:
    """Medians of a bare commit and of a durable handler call, s; and how many commits that was."""
    store = Counted(folder / "station.db")
    start, finish = _durable_calls(Station(store))
    commit = _bare(folder / "bare.db")
    bare, ours, commits = [], [], 0
    for _ in range(ROUNDS):
        bare.append(_seconds(commit))
        before = store.commits
        ours.append(_seconds(start))
        commits += store.commits - before
        finish()
    store.close()
    return statistics.median(bare), statistics.median(ours), commits / ROUNDS


def _sessions_a_second(folder: Path) -> tuple[float, float]:
    store = Counted(folder / "sessions.db")
    station = Station(store)
    station.session()
    before = store.commits
    seconds = _seconds(lambda: [station.session() for _session in range(SESSIONS)])
    commits = (store.commits - before) / SESSIONS
    store.close()
    return SESSIONS / seconds, commits


def _start_with_a_queue(store: MemoryStore | SqliteStore) -> tuple[float, float]:
    """CPU seconds until a charge point with so many messages has connected; and until they are delivered.

    They are of a kind that is never thinned out.
    """
    store.apply(
        tuple(
            PutRequest(
                QueuedRequest(
                    seq=number,
                    lane=Lane.TRANSACTION,
                    action="StopTransaction",
                    request=StopTransactionRequest(4711, NOON, 4200),
                    message_id=f"old-{number}",
                    durable=True,
                )
            )
            for number in range(1, QUEUED + 1)
        )
    )
    began = time.process_time()
    station = Station(store, converse=False)
    started = time.process_time()
    station.feed(inputs.DeadlineReached())
    answered = station.converse()
    assert answered >= QUEUED, answered
    return started - began, time.process_time() - started


def main(folder: str | None = None) -> int:
    """Print a table and the bars; returns the exit code."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        bare, ours, commits = _handler_against_commit(Path(made))
        sessions, commits_a_session = _sessions_a_second(Path(made))
    queue_in_memory = _start_with_a_queue(MemoryStore())
    rows = {
        "one bare SQLite commit": [f"{bare * 1e6:.0f} us x1.00"],
        "a handler call that is on disk": [f"{ours * 1e6:.0f} us x{ours / bare:.2f}"],
        "its commits": [f"{commits:.2f}"],
        "sessions a second, on disk": [f"{sessions:.0f}"],
        "their commits": [f"{commits_a_session:.1f}"],
        f"start with {QUEUED:,} queued, CPU": [f"{queue_in_memory[0] * 1e3:.0f} ms"],
        "their delivery, CPU each": [f"{queue_in_memory[1] / QUEUED * 1e6:.1f} us"],
    }
    least = TIMES_LIBOCPP * LIBOCPP_SESSIONS_A_SECOND
    quick = bare * 1e3 <= COMMIT_MS
    bars = [
        Bar(f"at most {COMMITS_A_HANDLER} commits a handler call that must be durable", commits <= COMMITS_A_HANDLER),
        Bar(
            f"at least {least} sessions a second on disk, twice libocpp's"
            + ("" if quick else f": the disk is slow now, a bare commit takes more than {COMMIT_MS} ms"),
            sessions >= least or (False if quick else None),
        ),
        Bar(f"a start with {QUEUED:,} queued messages within {START_S:g} s of CPU", queue_in_memory[0] <= START_S),
    ]
    return tell(table(["durability: power loss"], rows), bars)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
