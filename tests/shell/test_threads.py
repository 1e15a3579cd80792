"""Handlers called from other threads."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from contextvars import Context
from pathlib import Path
from typing import Any, TypeVarTuple

import pytest

from ocpp16sm import ChargePoint, Listener
from ocpp16sm.errors import NotStartedError, UnknownConnectorError
from ocpp16sm.shell import owner_loop
from ocpp16sm.store import SqliteStore
from tests.support.virtual_time import Lines, charge_point, run, settings
from tests.support.wire import MovableLoop

Ts = TypeVarTuple("Ts")

PATIENCE_S = 30.0
"""No test needs as long."""


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
            await station.wait_until(lambda: len(lines.system.request_handler.transactions) == 60 or bool(errors))
            await station.wait_until_delivered()
            for thread in threads:
                await asyncio.to_thread(thread.join, 30)
        assert errors == []
        assert all(transaction.stop for transaction in lines.system.request_handler.transactions.values())

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


class Caller:
    """Calls a handler from a thread of its own, and keeps what came of it."""

    def __init__(self, station: ChargePoint, act: Callable[[ChargePoint], object]) -> None:
        self.came: list[BaseException | None] = []
        self._thread = threading.Thread(target=self._call, args=(station, act))
        self._thread.start()

    def _call(self, station: ChargePoint, act: Callable[[ChargePoint], object]) -> None:
        try:
            act(station)
        except BaseException as error:
            self.came.append(error)
        else:
            self.came.append(None)

    def ended(self) -> list[BaseException | None]:
        """What came, once its thread has ended, as it must."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "it waits for ever"
        return self.came


ACTS: list[Callable[[ChargePoint], object]] = [
    lambda station: station.on_session_started(1, "s1", "EVConnected"),
    lambda station: station.set_configuration("HeartbeatInterval", "1"),
    lambda station: station.composite_schedule(1, 60),
    ChargePoint.connect,
]
"""What may be done from any thread: a handler, a key, a question, the connection."""


class EndingLoop(asyncio.SelectorEventLoop):
    """A loop that comes to its end between the moment at which something is left for it and the next turn."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.ended = threading.Event(), threading.Event()

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Left for nobody."""
        handle = super().call_soon_threadsafe(callback, *args, context=context)
        if threading.current_thread() is not threading.main_thread():
            self.left.set()
            assert self.ended.wait(PATIENCE_S)
        return handle


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "stopped"])
def test_a_call_that_a_loop_leaves_behind_is_refused_in_time(
    act: Callable[[ChargePoint], object], closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop ends after the call was left for it. What was refused is not done later either."""
    monkeypatch.setattr(owner_loop, "PATIENCE_S", 0.0)
    loop = EndingLoop()
    station = ChargePoint(settings())
    loop.run_until_complete(station.start(connect=False))
    caller = Caller(station, act)
    assert loop.left.wait(PATIENCE_S)
    if closed:
        loop.close()
    loop.ended.set()
    (error,) = caller.ended()
    assert isinstance(error, NotStartedError)
    assert ("closed" in str(error)) is closed
    if not closed:
        loop.run_until_complete(asyncio.sleep(0))
        assert station.status(1) == "Available"
        assert station.link == "Offline"
        loop.run_until_complete(station.stop())
        loop.close()
    else:
        station.kill()
    assert not station.running


def test_a_call_waits_for_a_loop_that_somebody_is_about_to_run() -> None:
    loop = EndingLoop()
    station = ChargePoint(settings())
    loop.run_until_complete(station.start(connect=False))
    caller = Caller(station, ACTS[0])
    assert loop.left.wait(PATIENCE_S)
    loop.ended.set()
    loop.run_until_complete(station.wait_until(lambda: station.status(1) == "Preparing"))
    assert caller.ended() == [None]
    loop.run_until_complete(station.stop())
    loop.close()


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_changed_on_the_own_thread_of_a_loop_that_has_ended(
    act: Callable[[ChargePoint], object], tmp_path: Path
) -> None:
    """The charge point says that it does not run, and can be stopped and started anew."""
    path = tmp_path / "station.db"
    station = ChargePoint(settings(store=path))
    asyncio.run(station.start(connect=False))
    with pytest.raises(NotStartedError, match="is closed"):
        act(station)
    assert (station.running, station.connected, station.link) == (False, False, "Offline")

    async def again() -> None:
        await station.stop()
        async with ChargePoint(settings(store=path)) as second:
            assert second.status(1) == "Available"

    asyncio.run(again())


def test_a_loop_that_moves_to_another_thread_takes_the_charge_point_along() -> None:
    """It was started while the loop ran here; then the loop runs there, and this thread is another one."""
    loop = asyncio.SelectorEventLoop()
    station = ChargePoint(settings())
    loop.run_until_complete(station.start(connect=False))
    threads: list[int] = []
    station.add_listener(_Where(threads))
    runs = threading.Event()
    loop.call_soon(runs.set)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    assert runs.wait(PATIENCE_S)
    station.on_session_started(1, "s1", "EVConnected")
    assert threads == [thread.ident]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(PATIENCE_S)
    loop.run_until_complete(station.stop())
    loop.close()


class _Where(Listener):
    """Notes the thread on which it is told."""

    def __init__(self, threads: list[int]) -> None:
        self._threads = threads

    def status_changed(self, connector: int, status: Any) -> None:
        """Noted."""
        self._threads.append(threading.get_ident())


def test_a_coroutine_of_another_loop_is_told_where_it_belongs() -> None:
    """It cannot wait for this one: nothing is asked, and nobody is left waiting."""

    async def story() -> None:
        station = charge_point(Lines())
        await station.start(connect=False)
        for ask in (
            lambda: station.authorize("TAG"),
            lambda: station.data_transfer("com.x"),
            station.wait_until_delivered,
            station.stop,
        ):
            with pytest.raises(NotStartedError, match="run_coroutine_threadsafe"):
                await asyncio.to_thread(_run_elsewhere, ask)
        assert station.running
        await station.stop()

    run(story())


def _run_elsewhere(ask: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    asyncio.run(ask())


def test_the_file_of_a_store_is_free_after_a_stop(tmp_path: Path) -> None:
    async def story() -> None:
        async with charge_point(Lines(), settings(store=tmp_path / "station.db")) as station:
            await station.wait_until_accepted()
        SqliteStore(tmp_path / "station.db").close()

    run(story())
