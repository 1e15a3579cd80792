"""A store that is killed, or loses its power, while it is made or migrated, is a store at the next start."""

import platform
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ocpp16sm.core.engine.effects import PutConfiguration
from ocpp16sm.errors import StoreError
from ocpp16sm.records import StoredState
from ocpp16sm.store import SqliteStore
from ocpp16sm.store.schema import APPLICATION_ID, STEPS
from tests.store import crash_states
from tests.store.test_files import beside, refusal
from tests.store.test_versions import VERSION_1, WRITTEN_IN_VERSION_1

LINUX = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="looks at system calls of Linux on x86-64"
)


def states(file: Path, to: Path) -> list[Path]:
    """What can be found after a kill or a power cut at any system call of opening this file."""
    to.mkdir()
    command = [sys.executable, "-m", crash_states.__name__, str(file), str(to)]
    made = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    assert int(made.stdout) >= 8, "a proof of nothing: there were hardly any calls"
    found = sorted(to.iterdir())
    assert len(found) >= 8
    return found


def opens_as(found: list[Path], name: str, expected: StoredState) -> None:
    """Each of them opens, says what is expected, and can be written and opened once more."""
    for folder in found:
        with closing(SqliteStore(folder / name)) as store:
            assert store.load() == expected, folder
            store.apply((PutConfiguration("Key", "kept"),))
        with closing(SqliteStore(folder / name)) as store:
            assert store.load().configuration["Key"] == "kept"


@LINUX
def test_a_store_interrupted_while_it_is_made_is_made_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    found = states(tmp_path / "new" / "station.db", tmp_path / "copies")
    opens_as(found, "station.db", StoredState())


@LINUX
@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
def test_a_store_interrupted_while_it_is_migrated_is_migrated_at_the_next_start(version: int, tmp_path: Path) -> None:
    old = tmp_path / "old" / "station.db"
    old.parent.mkdir()
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    SqliteStore(old, steps=STEPS[:version]).close()
    if version < len(STEPS):
        opens_as(states(old, tmp_path / "copies"), "station.db", WRITTEN_IN_VERSION_1)
    else:
        opens_as([old.parent], "station.db", WRITTEN_IN_VERSION_1)


def test_a_blank_database_that_a_killed_process_of_ours_left_becomes_a_store(file: Path) -> None:
    """Former versions committed one before the tables."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    assert file.stat().st_size > 0
    with closing(SqliteStore(file)) as store:
        assert store.load() == StoredState()


def _in_the_write_ahead_log(connection: sqlite3.Connection) -> None:
    """The main file is one blank page."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.execute("INSERT INTO bookmarks VALUES ('a')")


def _in_a_hot_journal(connection: sqlite3.Connection) -> None:
    """Its process was killed while it wrote: the pages are in the file, and the former ones in the journal."""
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.execute("INSERT INTO bookmarks VALUES ('a')")
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO bookmarks VALUES (?)", [("x" * 3000,)] * 200)


def _many_pages_in_the_log(connection: sqlite3.Connection) -> None:
    """More than a store of ours can have before it is finished."""
    _in_the_write_ahead_log(connection)
    connection.executemany("INSERT INTO bookmarks VALUES (?)", [("x" * 100_000,)] * 60)


@pytest.mark.parametrize(
    "act", [_in_the_write_ahead_log, _in_a_hot_journal, _many_pages_in_the_log], ids=lambda act: act.__name__.strip("_")
)
def test_what_another_program_left_in_the_middle_of_a_write_stays_as_it_is(
    act: Callable[[sqlite3.Connection], None], tmp_path: Path
) -> None:
    here, copies = tmp_path / "here", tmp_path / "copies"
    here.mkdir()
    copies.mkdir()
    with closing(sqlite3.connect(here / "station.db", isolation_level=None)) as connection:
        act(connection)
        for each in here.iterdir():
            (copies / each.name).write_bytes(each.read_bytes())
    names = {each.name for each in copies.iterdir()} - {"station.db-shm"}
    assert len(names) == 2, names
    before = beside(copies / "station.db")
    assert "is a database of another program" in refusal(copies / "station.db")
    assert beside(copies / "station.db") == before


def test_a_database_with_our_mark_and_tables_of_its_own_version_is_told_apart(file: Path) -> None:
    """An application id alone makes nobody's file ours when it comes with tables that we did not make."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID + 1}")
    with pytest.raises(StoreError, match="is a database of another program"):
        SqliteStore(file)
