"""A store that fails: the charge point stops, so that nothing is promised that is not so."""

import asyncio
from typing import Any

import pytest

from ocpp16sm.errors import NotStartedError, StoreError
from ocpp16sm.store import MemoryStore
from tests.support.jumping import Lines, LoopClock, charge_point, passes, run


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
