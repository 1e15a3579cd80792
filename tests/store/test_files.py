"""What lies at the path of a store, and is none."""

import logging
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from ocpp16sm.core.effects import (
    PutAuthorization,
    PutAvailability,
    PutConfiguration,
    PutRequest,
    PutSamples,
    PutTransaction,
)
from ocpp16sm.errors import StoreError
from ocpp16sm.messages import AuthorizationStatus, AvailabilityType, IdTagInfo
from ocpp16sm.records import StoredState
from ocpp16sm.store import SqliteStore
from tests.store.drawn import queued
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


def test_a_file_in_use_is_refused(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocpp16sm.store.opening._BUSY_MS", 0)
    with closing(SqliteStore(filled)) as first:
        assert "is in use by another process; stop that one first" in refusal(filled)
        first.apply((PutConfiguration("Key", "still writable"),))
    with closing(SqliteStore(filled)) as again:
        assert again.load().configuration["Key"] == "still writable"


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
    ("queue", "lane", "passing"),
]


@pytest.mark.parametrize(("table", "column", "text"), ROWS, ids=[f"{row[0]} {row[2]}" for row in ROWS])
def test_a_row_that_says_nothing_is_told(filled: Path, table: str, column: str, text: str) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (text,))
        connection.commit()
    told = read_or_refuse(filled)
    assert told is not None
    assert told.startswith(f"{filled}: a row is damaged (")
    assert told.endswith("restore a copy, or move it away")


@pytest.mark.parametrize(
    ("column", "value"), [("payload", "{"), ("payload", "{}"), ("action", "StartSomething")], ids=str
)
def test_a_request_that_cannot_be_read_stays_and_the_others_are_read(
    filled: Path, caplog: pytest.LogCaptureFixture, column: str, value: str
) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute(f"UPDATE queue SET {column} = ? WHERE seq = 2", (value,))
        connection.commit()
    with closing(SqliteStore(filled)) as store:
        assert [request.seq for request in store.load().queue][:3] == [1, 3, 4]
        assert "request 2 (" in caplog.text
        store.apply((PutConfiguration("Key", "value"),))
    with closing(sqlite3.connect(filled)) as connection:
        assert connection.execute(f"SELECT {column} FROM queue WHERE seq = 2").fetchone() == (value,)


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
