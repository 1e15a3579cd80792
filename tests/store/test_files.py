"""What lies at the path of a store, and is none."""

import gc
import json
import logging
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest

from ocpp16sm.core.engine.effects import (
    PutAuthorization,
    PutAvailability,
    PutConfiguration,
    PutRequest,
    PutSamples,
    PutTransaction,
    SetAside,
)
from ocpp16sm.errors import StoreError
from ocpp16sm.messages import AuthorizationStatus, AvailabilityType, IdTagInfo
from ocpp16sm.records import StoredState
from ocpp16sm.store import SqliteStore
from ocpp16sm.store.reading import KEYS
from tests.store.strategies import NOON, queued
from tests.store.test_contract import record, sample


def fill(store: SqliteStore, rows: int = 40) -> None:
    """Give every table some rows."""
    for number in range(1, rows + 1):
        store.apply(
            (
                PutRequest(queued(number)),
                PutTransaction(record(f"k{number}")),
                PutSamples(f"k{number}", (sample("1"), sample("2"))),
                PutAvailability(number, AvailabilityType.INOPERATIVE),
                PutConfiguration(f"Key{number}", "value"),
                PutAuthorization(f"tag{number}", IdTagInfo(AuthorizationStatus.ACCEPTED)),
            )
        )


@pytest.fixture
def filled(file: Path) -> Path:
    """A file with rows in every table, closed."""
    with closing(SqliteStore(file, durability="process")) as store:
        fill(store)
    return file


def beside(path: Path) -> dict[str, bytes]:
    """The file and all that lies beside it."""
    return {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}


def refusal(path: Path) -> str:
    """Why a file is refused; it stays as it is, and nothing new lies beside it."""
    before = beside(path)
    with pytest.raises(StoreError) as refused:
        SqliteStore(path)
    assert beside(path) == before
    assert str(refused.value).startswith(f"{path}: ")
    return str(refused.value)


def test_a_text_file_is_refused(file: Path) -> None:
    file.write_text("charge_point_id = 'CP001'\n")
    assert "is not an SQLite database; choose another path" in refusal(file)


def test_a_long_text_file_is_refused(file: Path) -> None:
    file.write_text("charge_point_id = 'CP001'\n" * 1000)
    assert "is not an SQLite database; choose another path" in refusal(file)


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_database_of_another_program_is_refused(file: Path, journal: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    assert "is a database of another program" in refusal(file)


def test_a_directory_is_refused(file: Path) -> None:
    file.mkdir()
    assert "cannot be read (Is a directory)" in refusal(file)


def test_a_path_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "station.db"
    with pytest.raises(StoreError, match=r"the folder .*nowhere does not exist"):
        SqliteStore(path)
    assert not path.parent.exists()


HOLDER = """
import sys
from ocpp16sm.store import SqliteStore
from ocpp16sm.store.reading import KEYS
store = SqliteStore(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(path: Path) -> Iterator[None]:
    """Another process has the file open."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield
        process.communicate()


def is_locked(path: Path) -> bool:
    """Whether another process is refused."""
    made = subprocess.run([sys.executable, "-c", HOLDER, str(path)], input=b"", capture_output=True, timeout=60)
    assert made.returncode == 0 or b"is in use by another process" in made.stderr, made.stderr
    return made.returncode != 0


def test_a_file_that_another_process_uses_is_refused(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocpp16sm.store.opening._BUSY_MS", 0)
    with held_elsewhere(filled):
        assert "is in use by another process; stop that one first" in refusal(filled)
    SqliteStore(filled).close()


@pytest.mark.parametrize("name", ["station.db", "link.db", "../{folder}/station.db"])
def test_a_file_that_this_process_uses_is_refused_and_stays_locked(filled: Path, name: str) -> None:
    """Closing a second descriptor would drop the lock of the first (POSIX)."""
    (filled.parent / "link.db").symlink_to(filled)
    path = filled.parent / name.format(folder=filled.parent.name)
    with closing(SqliteStore(filled)) as first:
        with pytest.raises(StoreError, match="is open already in this process"):
            SqliteStore(path)
        assert is_locked(filled)
        first.apply((PutConfiguration("Key", "still writable"),))
    with closing(SqliteStore(path)) as again:
        assert again.load().configuration["Key"] == "still writable"


def test_a_store_that_was_never_closed_is_given_back_with_its_owner(filled: Path) -> None:
    store = SqliteStore(filled)
    del store
    gc.collect()
    SqliteStore(filled).close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_neither_uses_the_store_nor_ends_it(filled: Path) -> None:
    """Whatever it calls, and when its interpreter ends: SQLite must not write back and remove the parent's journal."""
    script = """
import os, sys
from ocpp16sm.errors import StoreError
from ocpp16sm.core.engine.effects import PutConfiguration
from ocpp16sm.store import SqliteStore
from ocpp16sm.store.reading import KEYS
path = sys.argv[1]
store = SqliteStore(path)
store.apply((PutConfiguration("Key", "of the parent"),))
child = os.fork()
if child == 0:
    acts = store.load, lambda: store.apply((PutConfiguration("Key", "of the child"),)), lambda: SqliteStore(path)
    for act in acts:
        try:
            act()
        except StoreError as error:
            assert "fork" in str(error), error
        else:
            os._exit(1)
    store.close()
    sys.exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert os.path.exists(path + "-wal") and os.path.getsize(path + "-wal") > 0
store.apply((PutConfiguration("Other", "of the parent"),))
kept = store.load().configuration
assert kept["Key"] == kept["Other"] == "of the parent", kept
print("open", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", script, str(filled)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n", process.communicate()
        assert is_locked(filled)
        process.communicate()


def test_an_empty_file_becomes_a_store(file: Path) -> None:
    file.touch()
    with closing(SqliteStore(file)) as store:
        assert store.load() == StoredState()


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_refused(filled: Path, share: float) -> None:
    whole = filled.read_bytes()
    filled.write_bytes(whole[: int(len(whole) * share)])
    assert "is damaged" in refusal(filled)


def test_a_file_with_overwritten_pages_is_refused(filled: Path) -> None:
    whole = bytearray(filled.read_bytes())
    whole[4096:8192] = bytes(range(256)) * 16
    filled.write_bytes(whole)
    assert "is damaged" in refusal(filled)


def read_or_refuse(path: Path) -> str | None:
    """Read a store to its last row; gives why that is impossible."""
    try:
        with closing(SqliteStore(path, durability="process")) as store:
            store.load()
    except StoreError as error:
        return str(error)
    return None


def test_a_damaged_byte_is_either_harmless_or_told(filled: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No other exception comes out of the store, whichever byte it is."""
    caplog.set_level(logging.CRITICAL)
    whole = filled.read_bytes()
    random = Random(1)
    told = 0
    for _damage in range(400):
        damaged = bytearray(whole)
        damaged[random.randrange(100, len(whole))] = random.randrange(256)
        filled.write_bytes(damaged)
        told += read_or_refuse(filled) is not None
    assert told > 20, "these damages proved nothing"


ROWS = [
    ("transactions", "record", "{"),
    ("transactions", "record", "[]"),
    ("transactions", "record", '{"key":"k1"}'),
    ("transactions", "record", '{"key":"k1","session_id":"s","connector_id":"x"}'),
    ("samples", "sample", "{"),
    ("samples", "sample", '{"timestamp":"2026-06-01T12:00:00Z"}'),
    ("availability", "availability", "Sleepy"),
    ("authorizations", "info", '{"status":"Sleepy"}'),
    ("queue", "payload", "{}"),
    ("queue", "action", "StartSomething"),
    ("queue", "action", "Reset"),
]


@pytest.mark.parametrize(("table", "column", "text"), ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_a_row_that_says_nothing_is_named_and_all_others_are_read(
    filled: Path, table: str, column: str, text: str
) -> None:
    with closing(SqliteStore(filled)) as store:
        before = store.load()
    with closing(sqlite3.connect(filled)) as connection:
        named = KEYS[table]
        key = connection.execute(f"SELECT {', '.join(named)} FROM {table} LIMIT 1 OFFSET 2").fetchone()
        where = " AND ".join(f"{name} = ?" for name in named)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (text, *key))
        connection.commit()
        (stored,) = connection.execute(f"SELECT {column} FROM {table} WHERE {where}", key).fetchall()
    with closing(SqliteStore(filled)) as store:
        state = store.load()
        (damaged,) = state.damaged
        assert (damaged.table, damaged.key) == (table, tuple(map(str, key)))
        assert text not in damaged.reason
        count = {"transactions": 40, "samples": 80, "availability": 40, "authorizations": 40, "queue": 40}
        size = {
            "transactions": len(state.transactions),
            "samples": sum(map(len, state.samples.values())),
            "availability": len(state.availability),
            "authorizations": len(state.authorization_cache),
            "queue": len(state.queue),
        }
        assert size == {**count, table: count[table] - 1}
        assert state.configuration == before.configuration
        store.apply((SetAside(damaged, NOON),))
        assert store.load().damaged == ()
    with closing(sqlite3.connect(filled)) as connection:
        ((found_at, where_from, reason, row),) = connection.execute(
            "SELECT found_at, from_table, reason, row FROM damaged"
        ).fetchall()
    assert (found_at, where_from, reason) == (NOON.text(), table, damaged.reason)
    assert json.loads(row)[column] == stored[0] == text, "the row as it was"


def test_nothing_of_a_step_is_kept_if_one_of_its_operations_fails(filled: Path) -> None:
    with closing(SqliteStore(filled)) as store:
        before = store.load()
        with pytest.raises(StoreError, match="a text cannot be kept"):
            store.apply((PutConfiguration("Key", "new"), PutConfiguration("Key", "\ud800"), PutConfiguration("K", "")))
        assert store.load() == before
        store.apply((PutConfiguration("Key", "newer"),))
        assert store.load().configuration["Key"] == "newer"


def test_nothing_of_a_step_is_kept_if_the_disk_is_full(filled: Path) -> None:
    with closing(SqliteStore(filled)) as store:
        before = store.load()
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError, match=r"cannot write .*full.*; check space and permissions"):
            store.apply(tuple(PutConfiguration(f"Key{i}", "x" * 500) for i in range(100)))
        assert store.load() == before


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "station.db"
    real = sqlite3.connect

    def read_only(*arguments: object, **how: object) -> sqlite3.Connection:
        return real(f"file:{path}?mode=ro", uri=True)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    with pytest.raises(StoreError, match="check space and permissions"):
        SqliteStore(path)


def test_a_store_that_is_closed_says_so(filled: Path) -> None:
    store = SqliteStore(filled)
    store.close()
    for act in (store.load, lambda: store.apply((PutConfiguration("Key", "x"),))):
        with pytest.raises(StoreError, match="is closed"):
            act()
    store.close()


def test_only_the_owner_may_read_the_store(tmp_path: Path) -> None:
    """A01.FR.10: a password is in it, in clear."""
    path = tmp_path / "station.db"
    with closing(SqliteStore(path)) as store:
        store.apply((PutAvailability(1, AvailabilityType.OPERATIVE),))
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert len(modes) > 1, "SQLite keeps files beside it"
