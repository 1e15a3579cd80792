"""Files of older and newer schema versions."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import StoreError
from ocpp16sm.messages import (
    AuthorizationStatus,
    AvailabilityType,
    IdTagInfo,
    MeterValue,
    ReadingContext,
    SampledValue,
    SecurityEventNotificationRequest,
    StartTransactionRequest,
)
from ocpp16sm.records import Lane, QueuedRequest, StoredState, TransactionRecord
from ocpp16sm.store import SqliteStore
from ocpp16sm.store.schema import APPLICATION_ID, STEPS

NOON = Timestamp.parse("2026-06-01T12:00:00Z")
VERSION_1 = Path(__file__).with_name("version_1.sql")
WRITTEN_IN_VERSION_1 = StoredState(
    queue=(
        QueuedRequest(
            seq=41,
            lane=Lane.TRANSACTION,
            action="StartTransaction",
            request=StartTransactionRequest(connector_id=1, id_tag="TAG", meter_start=7, timestamp=NOON),
            message_id="m-41",
            transaction="k1",
            attempts=2,
            durable=True,
        ),
        QueuedRequest(
            seq=42,
            lane=Lane.SECURITY,
            action="SecurityEventNotification",
            request=SecurityEventNotificationRequest(type="StartupOfTheDevice", timestamp=NOON),
            message_id="m-42",
            durable=True,
        ),
    ),
    transactions=(
        TransactionRecord(
            key="k1",
            session_id="s1",
            connector_id=1,
            id_tag="TAG",
            meter_start_wh=7,
            started_at=NOON,
            configuration=("Started", "Unassigned"),
            last_meter_wh=12.5,
            last_meter_at=Timestamp.parse("2026-06-01T12:01:00Z"),
        ),
    ),
    samples={
        "k1": (
            MeterValue(
                timestamp=NOON, sampled_value=(SampledValue(value="7", context=ReadingContext.TRANSACTION_BEGIN),)
            ),
        )
    },
    availability={0: AvailabilityType.OPERATIVE, 1: AvailabilityType.INOPERATIVE},
    configuration={"HeartbeatInterval": "60"},
    authorization_cache={
        "blocked": IdTagInfo(AuthorizationStatus.BLOCKED),
        "tag": IdTagInfo(
            AuthorizationStatus.ACCEPTED, parent_id_tag="P", expiry_date=Timestamp.parse("2027-01-01T00:00:00Z")
        ),
    },
    next_seq=43,
)

NEXT = """
    ALTER TABLE transactions ADD COLUMN note TEXT NOT NULL DEFAULT '';
    UPDATE transactions SET note = 'moved to ' || key;
"""
"""What the step to a further version could be."""


@pytest.fixture
def old(file: Path) -> Path:
    """A file of version 1, as a station in the field has it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    return file


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    """Look into a file past the store."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_todays_code_reads_a_file_of_version_1(old: Path) -> None:
    with closing(SqliteStore(old)) as store:
        assert store.load() == WRITTEN_IN_VERSION_1
        assert list(store.load().authorization_cache) == ["blocked", "tag"]


def test_a_file_of_version_1_is_of_todays_version_when_it_has_been_opened(old: Path) -> None:
    SqliteStore(old).close()
    assert ask(old, "PRAGMA user_version") == [(len(STEPS),)]


def test_a_new_file_has_the_tables_of_an_old_one_that_was_migrated(old: Path, tmp_path: Path) -> None:
    """Two ways to today's schema, and one result."""
    new = tmp_path / "new.db"
    SqliteStore(new).close()
    SqliteStore(old).close()
    columns = "SELECT m.name, c.* FROM sqlite_schema m, pragma_table_info(m.name) c ORDER BY 1, 2"
    assert ask(new, columns) == ask(old, columns)
    assert ask(new, "PRAGMA application_id") == [(APPLICATION_ID,)]


def test_a_step_to_a_further_version_is_taken_once_and_keeps_what_is_there(old: Path) -> None:
    for _start in range(2):
        with closing(SqliteStore(old, steps=(*STEPS, NEXT))) as store:
            assert store.load() == WRITTEN_IN_VERSION_1
    assert ask(old, "SELECT note FROM transactions") == [("moved to k1",)]
    assert ask(old, "PRAGMA user_version") == [(len(STEPS) + 1,)]


def test_several_steps_are_taken_in_their_order(old: Path) -> None:
    steps = (*STEPS, NEXT, "UPDATE transactions SET note = note || '!'")
    SqliteStore(old, steps=steps).close()
    assert ask(old, "SELECT note FROM transactions") == [("moved to k1!",)]


def test_a_step_that_fails_leaves_the_file_in_the_version_before(old: Path) -> None:
    with pytest.raises(StoreError, match=r"is damaged .*no such table: nowhere"):
        SqliteStore(old, steps=(*STEPS, NEXT, "UPDATE nowhere SET x = 1"))
    assert ask(old, "PRAGMA user_version") == [(1,)]
    with closing(SqliteStore(old)) as store:
        assert store.load() == WRITTEN_IN_VERSION_1


def test_a_newer_version_is_refused_and_left_alone(old: Path) -> None:
    SqliteStore(old, steps=(*STEPS, NEXT)).close()
    before = old.read_bytes()
    with pytest.raises(StoreError, match=rf"newer version \(schema {len(STEPS) + 1}, this one knows {len(STEPS)}\)"):
        SqliteStore(old)
    assert old.read_bytes() == before
