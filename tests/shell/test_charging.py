"""The charging limits as a station's controller sees them, on a whole charge point in virtual time."""

import asyncio
import json
import logging
from decimal import Decimal
from typing import Any

import pytest

from ocpp16sm import ChargePoint, Listener, codec
from ocpp16sm.errors import InvalidArgumentError, NotStartedError, UnknownConnectorError
from ocpp16sm.messages import ChargingProfile, SetChargingProfileRequest
from tests.support.charging_scenes import DEFAULT, MAX, profile
from tests.support.virtual_time import Lines, LoopClock, charge_point, passes, run, settings


class Controller(Listener):
    """Reads the limits whenever they may be others."""

    def __init__(self) -> None:
        self.station: ChargePoint | None = None
        self.limits: list[tuple[tuple[int, ...], dict[int, Decimal]]] = []

    def limits_changed(self, connectors: tuple[int, ...]) -> None:
        """As an energy manager would."""
        assert self.station is not None
        found = {number: self.station.composite_schedule(number, 600, "A").periods[0].limit for number in connectors}
        self.limits.append((connectors, found))


async def installs(lines: Lines, connector: int, given: dict[str, Any]) -> str:
    """SetChargingProfile; gives the status."""
    made = codec.decode_payload(ChargingProfile, json.dumps(given))
    answer = await lines.peer.call(SetChargingProfileRequest(connector, made))
    return str(answer.status)


def test_a_controller_reads_its_limits_when_it_is_told() -> None:
    """3.13.3, 3.13.4."""

    async def story() -> None:
        lines, controller = Lines(), Controller()
        async with charge_point(lines, settings(connectors=2), listener=controller) as station:
            controller.station = station
            await station.wait_until_accepted()
            assert await installs(lines, 0, profile(1, MAX, limit=20)) == "Accepted"
            assert await installs(lines, 2, profile(2, DEFAULT, limit=6.5)) == "Accepted"
            assert controller.limits == [
                ((0, 1, 2), {0: 20, 1: 20, 2: 20}),
                ((0, 2), {0: 20, 2: Decimal("6.5")}),
            ]
            numbers = [each.profile.charging_profile_id for each in station.charging_profiles()]
            assert numbers == [1, 2]

    run(story())


def test_a_schedule_is_that_of_now_not_of_the_last_message() -> None:
    """5.7: nothing has happened at the charge point for an hour, and yet time has passed."""

    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            once = {"startSchedule": LoopClock().utc().text(), "duration": 7200}
            given = profile(periods=[(0, 6), (3000, 7)], chargingProfileKind="Absolute", schedule=once)
            assert await installs(lines, 1, given) == "Accepted"
            await passes(3600)
            schedule = station.composite_schedule(1, 7200, "A")
            assert schedule.start == LoopClock().utc().replace(microsecond=0)
            found = [(period.start_s, period.end_s, str(period.limit)) for period in schedule.periods]
            assert found == [(0, 3600, "7"), (3600, 7200, "48")]
            assert (schedule.connector, schedule.duration_s, schedule.unit) == (1, 7200, "A")

    run(story())


def test_what_cannot_be_asked_is_said() -> None:
    async def story() -> None:
        station = charge_point(Lines(), settings(connectors=2))
        with pytest.raises(NotStartedError):
            station.composite_schedule(1, 60)
        async with station:
            for connector in (-1, 3):
                with pytest.raises(UnknownConnectorError, match="connectors 0 to 2"):
                    station.composite_schedule(connector, 60)
            wrong: Any
            for wrong in (-1, 1.5, "60", True):
                with pytest.raises(InvalidArgumentError, match="duration_s must be a whole number from 0"):
                    station.composite_schedule(1, wrong)
            with pytest.raises(InvalidArgumentError, match="unit must be one of W, A"):
                station.composite_schedule(1, 60, "kW")  # type: ignore[arg-type]  # meant

    run(story())


def test_a_unit_that_the_central_system_may_not_use_can_be_read_here() -> None:
    """9.4.2 is about messages; without a unit it is the first that is allowed there."""

    async def story() -> None:
        configuration = {"ChargingScheduleAllowedChargingRateUnit": "Power"}
        async with charge_point(Lines(), settings(configuration=configuration)) as station:
            assert station.composite_schedule(1, 60).unit == "W"
            assert station.composite_schedule(1, 60, "A").periods[0].limit == 48

    run(story())


def test_the_log_says_why_a_profile_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            with caplog.at_level(logging.INFO, "ocpp16sm.shell"):
                assert await installs(lines, 1, profile(8, level=500)) == "Rejected"

    run(story())
    expected = "CP001: refuses: charging profile 8: stackLevel 500 is not within 0 to ChargeProfileMaxStackLevel = 100"
    assert expected in caplog.messages


def test_limits_can_be_read_from_another_thread() -> None:
    async def story() -> None:
        lines = Lines()
        async with charge_point(lines) as station:
            await station.wait_until_accepted()
            assert await installs(lines, 1, profile(limit=6)) == "Accepted"
            schedule = await asyncio.get_running_loop().run_in_executor(None, station.composite_schedule, 1, 60)
            assert schedule.periods[0].limit == 6

    run(story())
