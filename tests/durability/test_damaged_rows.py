"""Whatever one row of the store is, the charge point starts on it, and delivers what has not been damaged.

A station is switched off in the middle of its work, with something in every table. Then one value of one row is
damaged, and the station starts on what is there.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve

from ocpp16sm.core.engine.effects import (
    LogFailure,
    PutAuthorization,
    PutAvailability,
    PutAwaitedStart,
    PutChargingProfile,
    PutConfiguration,
    PutCredentials,
    PutFirmware,
    PutLocalListEntry,
    PutLocalListVersion,
    PutOwner,
    PutReservation,
    PutSessionPrice,
    PutUpload,
)
from ocpp16sm.listener import StoreDamaged
from ocpp16sm.messages import AvailabilityType
from ocpp16sm.records import AwaitedStart, InstalledProfile
from ocpp16sm.store import SqliteStore
from ocpp16sm.store.reading import KEYS
from tests.durability.test_power_cuts import Station
from tests.store.strategies import NOON
from tests.store.test_contract import ACCEPTED, TRIAL, UPDATE, UPLOAD, limit_of, price, reservation

OFTEN = 25
"""So many damages to each table are tried; with the long proofs, all."""
NOT_UTF8 = b"\xff\xfe"
TEXTS: tuple[Any, ...] = ("", "{", "{}", "[]", "null", "NaN", "x", "x" * 5000, "Operative", "99", NOT_UTF8, None)
NUMBERS: tuple[Any, ...] = (0, 1, 2, 3, -1, 99, 2**31, 2**53 + 1, 2**63 - 1, -(2**63), None)
MEMBERS: tuple[Any, ...] = (
    None,
    "",
    "x",
    "\ud800",
    "x" * 60,
    -1,
    0,
    99,
    2**31,
    2**70,
    1e308,
    float("nan"),
    True,
    [],
    {},
)
MISSING = object()


def work(file: Path) -> Station:
    """One transaction that is told and goes on, one that the Central System has not heard of, one that is over."""
    station = Station(SqliteStore(file, durability="process"))
    station.boots()
    station.point.advance(10)
    station.begins(1, "A")
    station.charges(25)
    station.loses_network()
    station.charges(15)
    station.begins(2, "B")
    station.charges(15)
    station.ends("B")
    station.begins(2, "C")
    station.charges(15)
    tag, profile = ACCEPTED, limit_of(7)
    station.store.apply(
        (
            PutOwner("CP001"),
            PutAuthorization("a", tag),
            PutAuthorization("b", tag),
            PutLocalListEntry("a", tag),
            PutLocalListEntry("b", tag),
            PutLocalListVersion(7),
            PutAvailability(0, AvailabilityType.OPERATIVE),
            PutAvailability(2, AvailabilityType.INOPERATIVE),
            PutConfiguration("HeartbeatInterval", "60"),
            PutConfiguration("MeterValuesSampledData", "Voltage"),
            PutReservation(reservation(3)),
            PutChargingProfile(InstalledProfile(0, profile)),
            PutAwaitedStart(AwaitedStart(1, "a", profile, NOON)),
            PutFirmware(UPDATE),
            PutUpload("GetLog", UPLOAD),
            PutCredentials(evolve(TRIAL)),
            PutSessionPrice(price("k1")),
        )
    )
    station.store.close()
    return station


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Station]:
    file = tmp_path_factory.mktemp("worked") / "station.db"
    return file, work(file)


def damages(file: Path, table: str) -> Iterator[tuple[str, str, Any]]:
    """Column, condition of the row, and what stands there instead."""
    with closing(sqlite3.connect(file)) as connection:
        described = connection.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
        names = KEYS[table]
        rows = connection.execute(f"SELECT {', '.join(names)}, * FROM {table}").fetchall()
    shown = rows if len(rows) < 12 else [rows[0], rows[1], rows[len(rows) // 2], rows[-1], *rows[2:8]]
    for row in shown:
        where = " AND ".join(f"{name} = {_sql(value)}" for name, value in zip(names, row, strict=False))
        for (column, kind), value in zip(described, row[len(names) :], strict=True):
            others = [other[len(names) + [each[0] for each in described].index(column)] for other in rows]
            for instead in (*(NUMBERS if kind == "INTEGER" else TEXTS), *others):
                if instead != value:
                    yield column, where, instead
            if isinstance(value, str) and value.startswith("{"):
                for text in _spoiled(json.loads(value)):
                    yield column, where, text


def _sql(value: Any) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _spoiled(record: dict[str, Any]) -> Iterator[str]:
    """JSON of a record in which one member is another."""
    for name in record:
        for instead in (MISSING, *MEMBERS):
            spoiled = {**record, name: instead}
            if instead is MISSING:
                del spoiled[name]
            yield json.dumps(spoiled)
    yield json.dumps(record)[:-7]


def damage(file: Path, table: str, column: str, where: str, instead: Any) -> bool:
    """Whether SQLite lets it be so."""
    value = "CAST(? AS TEXT)" if isinstance(instead, bytes) else "?"
    with closing(sqlite3.connect(file)) as connection:
        try:
            connection.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}", (instead,))
            connection.commit()
        except sqlite3.IntegrityError:
            return False
    return True


def starts(file: Path, before: Station) -> Station:
    """A station starts on this file, and has time to deliver everything."""
    after = Station(SqliteStore(file, durability="process"))
    after.point.now = before.point.now.later(600)
    after.ledger = evolve(
        before.ledger,
        told=list(before.ledger.told),
        answers=dict(before.ledger._answers),
        transaction_ids=dict(before.ledger._transaction_ids),
    )
    after.sessions = dict(before.sessions)
    after.point._count = 500  # message ids are others than before
    after.boots()
    after.point.advance(3600)
    return after


@pytest.mark.parametrize("part", ["some", pytest.param("all", marks=pytest.mark.long)])
@pytest.mark.parametrize("table", sorted(KEYS))
def test_whatever_a_row_is_the_charge_point_starts_and_delivers(
    table: str, part: str, worked: tuple[Path, Station], tmp_path: Path
) -> None:
    original, before = worked
    every = list(damages(original, table))
    chosen = every if part == "all" else Random(1).sample(every, min(OFTEN, len(every)))
    tried = 0
    for number, (column, where, instead) in enumerate(chosen):
        file = tmp_path / f"{number}.db"
        file.write_bytes(original.read_bytes())
        if not damage(file, table, column, where, instead):
            continue
        tried += 1
        what = f"{table}.{column} where {where} = {instead!r:.200}"
        try:
            after = starts(file, before)
        except Exception as error:
            raise AssertionError(what) from error
        failures = [effect.text for effect in after.point.effects if isinstance(effect, LogFailure)]
        assert failures == [], what
        left = after.store.load()
        after.store.close()
        assert (left.transactions, left.samples, left.damaged) == ((), {}, ()), what
        assert [each.action for each in left.queue] == [], what
        if table not in ("queue", "transactions", "samples"):
            after.ledger.verify(after.sessions.values())
        told = [event for event in after.point.told if isinstance(event, StoreDamaged)]
        with closing(sqlite3.connect(file)) as connection:
            (set_aside,) = connection.execute("SELECT count(*) FROM damaged").fetchone()
        assert bool(told) >= bool(set_aside), what
        starts_told = {told.payload["idTag"] for told in after.ledger.told if told.action == "StartTransaction"}
        assert len(starts_told & {"A", "B", "C"}) >= 2, what
        file.unlink()
    assert tried > min(5, len(every) // 3), "these damages proved nothing"


def test_without_damage_everything_is_told_and_nothing_set_aside(worked: tuple[Path, Station], tmp_path: Path) -> None:
    original, before = worked
    file = tmp_path / "station.db"
    file.write_bytes(original.read_bytes())
    after = starts(file, before)
    after.ledger.verify(after.sessions.values())
    assert [event for event in after.point.told if isinstance(event, StoreDamaged)] == []
    after.store.close()


@pytest.mark.parametrize("action", ["StartTransaction", "StopTransaction"])
@pytest.mark.parametrize("instead", ["{}", "{", NOT_UTF8], ids=repr)
def test_a_damaged_start_or_stop_is_told_all_the_same(
    action: str, instead: Any, worked: tuple[Path, Station], tmp_path: Path
) -> None:
    """What the transaction's record holds is enough for either (4.8, 4.10)."""
    original, before = worked
    file = tmp_path / "station.db"
    file.write_bytes(original.read_bytes())
    first = f"seq = (SELECT min(seq) FROM queue WHERE action = '{action}')"
    assert damage(file, "queue", "payload", first, instead)
    after = starts(file, before)
    of_b = before.sessions["B"]
    (start,) = [t for t in after.ledger._once("StartTransaction") if t.payload["idTag"] == "B"]
    assert (start.payload["connectorId"], start.payload["meterStart"]) == (2, of_b.meter_start)
    assert start.payload["timestamp"] == of_b.started_at
    about = after.ledger._about(start.message_id, after.ledger._transaction_ids[start.message_id])
    actions = [told.action for told in about.values()]
    assert (actions[0], actions[-1]) == ("StartTransaction", "StopTransaction")
    assert actions.count("StopTransaction") == 1
    stop = list(about.values())[-1].payload
    if action == "StopTransaction":
        assert stop["reason"] == "Other"
        assert of_b.meter_start <= stop["meterStop"] <= of_b.meter_stop
    else:
        assert (stop["meterStop"], stop["reason"]) == (of_b.meter_stop, of_b.reason)
    assert [event.table for event in after.point.told if isinstance(event, StoreDamaged)][:1] == ["queue"]
    after.store.close()
