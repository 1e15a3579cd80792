"""A store that fails: the charge point stops, so that nothing is promised that is not so."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.errors import InvalidArgumentError, NotStartedError, StoreError
from ocpp16sm.listener import Listener
from ocpp16sm.station import VirtualStation
from ocpp16sm.store import MemoryStore, SqliteStore
from tests.support.virtual_time import Lines, LoopClock, charge_point, passes, run, settings


class FailingStore(MemoryStore):
    """A disk that is full from some moment on."""

    full = False

    def apply(self, operations: Any) -> None:
        """As said."""
        if self.full:
            raise StoreError("station.db: cannot write (disk full); check space and permissions")
        super().apply(operations)


def test_a_store_that_fails_stops_the_charge_point_and_the_caller_is_told(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        lines, store = Lines(), FailingStore()
        async with charge_point(lines, store=store) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            frames = len(lines.frames)
            store.full = True
            with pytest.raises(StoreError, match="disk full"):
                station.on_transaction_started(1, "s1", "TAG", 0, None, LoopClock().utc())
            with pytest.raises(NotStartedError):
                station.on_enabled(1)
            await passes(3600)
            assert len(lines.frames) == frames, "what is not on disk must not be sent"
            assert not lines.peer.connected, "the Central System must see that nobody is there"
            store.full = False
        async with station:
            await station.wait_until_accepted()

    run(story())
    assert "state cannot be kept" in caplog.text


def test_a_store_that_fails_at_a_frame_stops_the_charge_point(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        lines, store = Lines(), FailingStore()
        async with charge_point(lines, store=store) as station:
            await station.wait_until_accepted()
            await station.wait_until_delivered()
            waiting = asyncio.create_task(station.wait_until(lambda: False))
            await passes(1)
            store.full = True
            await lines.peer.send_text('[2,"1","ChangeConfiguration",{"key":"HeartbeatInterval","value":"5"}]')
            with pytest.raises(NotStartedError):
                await waiting
            await passes(1)
            assert not lines.peer.connected
            store.full = False

    run(story())
    assert "state cannot be kept" in caplog.text


class RecordingListener(Listener):
    """Notes what it is told of connections, and of the end."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def connection_changed(self, connected: bool, reason: str) -> None:
        """As said."""
        self.heard.append(connected)

    def charge_point_failed(self, reason: str) -> None:
        """As said."""
        self.heard.append(reason)


CHANGE = '[2,"1","ChangeConfiguration",{"key":"HeartbeatInterval","value":"5"}]'
FULL = "station.db: cannot write (disk full); check space and permissions"


def test_whoever_listens_is_told_of_a_store_that_fails_and_every_property_says_so() -> None:
    """No handler is involved, so nobody else could be told."""

    async def story() -> None:
        lines, store, ears = Lines(), FailingStore(), RecordingListener()
        station = charge_point(lines, store=store, listener=ears)
        await station.start()
        await station.wait_until_accepted()
        await station.wait_until_delivered()
        store.full = True
        await lines.peer.send_text(CHANGE)
        await passes(1)
        assert ears.heard == [True, False, FULL]
        assert (station.running, station.connected, station.accepted) == (False, False, False)
        assert (station.link, station.registration, station.queued) == ("Offline", "Unregistered", 0)
        assert (station.status(1), station.failure) == ("Unavailable", FULL)
        with pytest.raises(NotStartedError, match="disk full"):
            station.on_enabled(1)
        with pytest.raises(StoreError, match="disk full"):
            await station.start()
        store.full = False
        await station.start()
        await station.wait_until_accepted()
        assert (station.running, station.failure) == (True, None)
        await station.stop()

    run(story())


def test_a_virtual_station_whose_store_fails_is_out_of_order_until_it_is_booted() -> None:
    async def story() -> None:
        lines, store = Lines(), FailingStore()
        station = VirtualStation(settings(), store=store, transport=lines, clock=LoopClock(), seed=1)
        reasons: list[str] = []
        station.out_of_order = reasons.append
        async with station:
            await station.charge_point.wait_until_accepted()
            station.plug_in(1)
            station.present_token("TAG")
            await station.charge_point.wait_until(lambda: station.status(1) == "Charging")
            store.full = True
            await lines.peer.send_text(CHANGE)
            await passes(1)
            assert reasons == [FULL]
            assert station.status(1) == "Unavailable"
            with pytest.raises(NotStartedError):
                station.look(1)
            store.full = False
            station.boot()
            await station.charge_point.wait_until_accepted()
            assert station.status(1) == "Available"

    run(story())


def test_a_store_belongs_to_the_first_charge_point_that_uses_it(tmp_path: Path) -> None:
    """Or the transactions of one would be delivered, and billed, as those of another."""
    path = tmp_path / "cp.db"

    async def story() -> None:
        first = charge_point(Lines(), settings(store=str(path)))
        await first.start(connect=False)
        first.on_transaction_started(1, "s1", "TAG", 0, None, LoopClock().utc())
        first.kill()
        with pytest.raises(StoreError, match="belongs to charge point 'CP001', not to 'CP002'"):
            await charge_point(Lines(), settings(store=str(path), charge_point_id="CP002")).start()
        async with charge_point(Lines(), settings(store=str(path))) as again:
            await again.wait_until_accepted()

    run(story())
    store = SqliteStore(path)
    assert store.load().charge_point_id == "CP001"
    store.close()


HALF = "a\ud800"


def test_half_a_character_is_refused_where_it_comes_in_and_stops_nothing() -> None:
    async def story() -> None:
        async with charge_point(Lines()) as station:
            await station.wait_until_accepted()
            at = LoopClock().utc()
            await station.wait_until_delivered()
            acts: list[Callable[[], object]] = [
                lambda: station.set_configuration("CpoName", HALF),
                lambda: station.set_configuration("AuthorizationKey", HALF),
                lambda: station.set_configuration(HALF, "1"),
                lambda: station.set_meter_public_key(1, HALF),
                lambda: station.on_session_started(1, HALF, "EVConnected"),
                lambda: station.on_transaction_started(1, HALF, "TAG", 0, None, at),
                lambda: station.on_transaction_started(1, "s1", HALF, 0, None, at),
                lambda: station.on_transaction_started(1, "s1", "TAG", 0, None, at, HALF),
                lambda: station.on_security_event(HALF),
                lambda: station.on_security_event("Type", HALF),
            ]
            for act in acts:
                with pytest.raises(InvalidArgumentError, match="half of a surrogate pair") as refused:
                    act()
                assert HALF not in str(refused.value), "it may be a secret"
            for ask in (station.authorize(HALF), station.data_transfer("v", None, HALF), station.data_transfer(HALF)):
                with pytest.raises(InvalidArgumentError, match="half of a surrogate pair"):
                    await ask
            assert station.running
            assert station.queued == 0

    run(story())


@pytest.mark.parametrize("sequence", ["NULL", "'x'", "''", "'12'", "x'ff'", "1.5", "-1", "9223372036854775807"])
def test_a_damaged_count_of_requests_stops_no_start(sequence: str, tmp_path: Path) -> None:
    path = tmp_path / "cp.sqlite"
    at = LoopClock().utc

    async def life() -> None:
        lines = Lines()
        async with charge_point(lines, settings(store=str(path))) as station:
            await station.wait_until_accepted()
            station.on_session_started(1, "s1", "EVConnected")
            station.on_transaction_started(1, "s1", "TAG", 0, None, at())
            await station.wait_until_delivered()

    run(life())
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"UPDATE sqlite_sequence SET seq = {sequence}")
    run(life())


def test_a_damaged_owner_is_kept_aside_and_the_next_one_owns_the_store(tmp_path: Path) -> None:
    path = tmp_path / "cp.sqlite"

    async def life() -> None:
        async with charge_point(Lines(), settings(store=str(path))) as station:
            await station.wait_until_accepted()

    run(life())
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE owner SET charge_point_id = CAST(x'4350ff' AS TEXT)")
    run(life())
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT charge_point_id FROM owner").fetchall() == [("CP001",)]
        (kept,) = database.execute("SELECT row FROM damaged WHERE from_table = 'owner'").fetchall()
        assert "CP001" not in kept[0], "it is the damaged row"


@pytest.mark.parametrize("broken", ["DROP TABLE queue", "PRAGMA user_version = 3"])
def test_a_broken_schema_is_damage_and_not_a_full_disk(broken: str, tmp_path: Path) -> None:
    path = tmp_path / "cp.sqlite"
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(broken)
    with pytest.raises(StoreError, match=r"is damaged .*restore a copy, or move it away"):
        SqliteStore(path).load()
