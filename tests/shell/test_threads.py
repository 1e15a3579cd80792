"""Handlers called from other threads."""

import asyncio
import threading
from pathlib import Path

import pytest

from ocpp16sm import ChargePoint
from ocpp16sm.errors import NotStartedError, UnknownConnectorError
from ocpp16sm.store import SqliteStore
from tests.support.jumping import Lines, charge_point, run, settings
from tests.support.wire import MovableLoop


def test_handlers_may_be_called_from_other_threads() -> None:
    """Each call returns when it is queued, and raises what it would raise on the loop."""
    errors: list[BaseException] = []

    def elsewhere(station: ChargePoint, connector: int) -> None:
        try:
            for number in range(20):
                session = f"{connector}-{number}"
                station.on_transaction_started(connector, session, "TAG", 0, None, "2026-06-01T12:00:00Z")
                station.on_transaction_stopped(connector, session, "Local", "2026-06-01T13:00:00Z", 1)
                station.on_session_stopped(connector, session)
            with pytest.raises(UnknownConnectorError):
                station.on_enabled(9)
        except BaseException as error:
            errors.append(error)

    async def story() -> None:
        lines = Lines()
        async with charge_point(lines, settings(connectors=3)) as station:
            await station.wait_until_accepted()
            threads = [threading.Thread(target=elsewhere, args=(station, number)) for number in (1, 2, 3)]
            for thread in threads:
                thread.start()
            await station.wait_until(lambda: len(lines.system.office.transactions) == 60 or bool(errors))
            await station.wait_until_delivered()
            for thread in threads:
                await asyncio.to_thread(thread.join, 30)
        assert errors == []
        assert all(transaction.stop for transaction in lines.system.office.transactions.values())

    with asyncio.Runner(loop_factory=MovableLoop) as runner:
        runner.run(asyncio.wait_for(story(), 30))


def test_a_thread_that_calls_when_the_loop_is_gone_is_told() -> None:
    """A program that left its loop without stopping the charge point."""

    async def story() -> ChargePoint:
        station = charge_point(Lines())
        await station.start(connect=False)
        return station

    station = run(story())
    told: list[BaseException] = []

    def elsewhere() -> None:
        try:
            station.on_enabled(1)
        except BaseException as error:
            told.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(30)
    assert [type(error) for error in told] == [NotStartedError]


def test_the_file_of_a_store_is_free_after_a_stop(tmp_path: Path) -> None:
    async def story() -> None:
        async with charge_point(Lines(), settings(store=tmp_path / "station.db")) as station:
            await station.wait_until_accepted()
        SqliteStore(tmp_path / "station.db").close()

    run(story())
