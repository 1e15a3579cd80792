"""Power on and off: what a virtual station keeps, and what it says afterwards."""

from collections.abc import Callable
from typing import Any

import pytest

from ocpp16sm.errors import AlreadyRunningError, NotStartedError, StoreError
from ocpp16sm.messages import Reason
from ocpp16sm.store import MemoryStore
from tests.support.station_scene import station_scene
from tests.support.virtual_time import passes, run

HOUR_S = 3600


def test_a_power_cut_ends_the_transaction_with_the_last_reading_and_pulls_the_plug() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            await passes(HOUR_S)
            await where.delivered()
            said = len(where.lines.frames)
            where.station.power_off()
            await passes(HOUR_S)
            assert len(where.lines.frames) == said
            assert not where.peer.connected
            where.station.boot()
            await where.station.charge_point.wait_until_accepted()
            await where.delivered()
            reason, energy_wh = where.stopped()
            assert reason is Reason.POWER_LOSS
            assert energy_wh == pytest.approx(32 * 230, abs=100)
            await passes(10)
            assert where.status() == "Available"
            await where.charges("AGAIN")
            assert len(where.transactions) == 2

    run(story())


def test_what_was_set_survives_and_nothing_can_be_done_without_power() -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.set_configuration("ResetRetries", "7")
            where.station.change_availability(1, "Inoperative")
            where.station.power_off()
            where.station.power_off()
            station = where.station
            acts: list[Callable[[], object]] = [
                lambda: station.plug_in(1),
                lambda: station.present_token("TAG"),
                lambda: station.raise_error(0),
                lambda: station.raise_error(1),
                lambda: station.disconnect_link(),
                lambda: station.change_availability(1, "Operative"),
                lambda: station.security_event("TamperDetectionActivated"),
                lambda: station.get_configuration(),
                lambda: station.look(1),
            ]
            for act in acts:
                with pytest.raises(NotStartedError):
                    act()
            where.station.boot()
            with pytest.raises(AlreadyRunningError, match="already has power"):
                where.station.boot()
            await where.station.charge_point.wait_until_accepted()
            assert where.station.get_configuration(["ResetRetries"]) == {"ResetRetries": "7"}
            assert where.status() == "Unavailable"

    run(story())


def test_a_station_whose_charge_point_has_failed_stands_still(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryStore):
        broken = False

        def apply(self, operations: Any) -> None:
            if self.broken:
                raise StoreError("the disk is full")
            super().apply(operations)

    async def story() -> None:
        store = Broken()
        async with station_scene(how={"store": store}) as where:
            await where.charges()
            store.broken = True
            await passes(HOUR_S)
            said = len(where.lines.frames)
            await passes(HOUR_S)
            assert len(where.lines.frames) == said
            with pytest.raises(NotStartedError):
                where.station.security_event("TamperDetectionActivated")

    run(story())
    assert caplog.text.count("the virtual station has stopped") == 1
