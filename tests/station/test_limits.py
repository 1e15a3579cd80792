"""A virtual station keeps to what charging profiles allow (3.13)."""

import asyncio
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import (
    ChargingProfile,
    ChargingProfileKindType,
    ChargingProfilePurposeType,
    ChargingRateUnitType,
    ChargingSchedule,
    ChargingSchedulePeriod,
    ClearChargingProfileRequest,
    RemoteStartTransactionRequest,
    SetChargingProfileRequest,
)
from ocpp16sm.station import Car, DcCar, Vehicle
from ocpp16sm.station.charging_limits import shared
from tests.support.profile_notation import steps
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import LoopClock, passes, run

MAX = ChargingProfilePurposeType.CHARGE_POINT_MAX_PROFILE
DEFAULT = ChargingProfilePurposeType.TX_DEFAULT_PROFILE
TX = ChargingProfilePurposeType.TX_PROFILE
A, W = ChargingRateUnitType.A, ChargingRateUnitType.W
HOUR_S = 3600


def profile(
    periods: str, purpose: ChargingProfilePurposeType = TX, unit: ChargingRateUnitType = A, **how: Any
) -> ChargingProfile:
    """In the notation of :mod:`tests.support.profile_notation`, from now on."""
    start = Timestamp.of(LoopClock().utc().replace(microsecond=0))
    schedule = ChargingSchedule(
        unit, tuple(ChargingSchedulePeriod(*step) for step in steps(periods)), start_schedule=start
    )
    return ChargingProfile(1, 0, purpose, ChargingProfileKindType.ABSOLUTE, schedule, **how)


async def allows(where: StationScene, connector: int, allowed: ChargingProfile) -> None:
    """The Central System sends it."""
    answer = await where.peer.call(SetChargingProfileRequest(connector, allowed))
    assert answer.status == "Accepted"


def drawn(where: StationScene, connector: int = 1) -> float:
    """The current on each phase, A."""
    return where.station.virtual_connector(connector).meter.flow.current_a


def test_a_car_draws_what_is_allowed_and_the_offer_says_so() -> None:
    async def story() -> None:
        offers = "Current.Offered,Power.Offered"
        async with station_scene(MeterValueSampleInterval="10", MeterValuesSampledData=offers) as where:
            await where.charges()
            assert drawn(where) == 32
            await allows(where, 1, profile("0:10"))
            assert drawn(where) == 10
            await passes(11)
            assert where.sampled("Current.Offered")[-1] == 10
            assert where.sampled("Power.Offered")[-1] == 2300
            await where.peer.call(ClearChargingProfileRequest(id=1))
            assert drawn(where) == 32

    run(story())


@pytest.mark.parametrize("nothing", ["0", "5.9"])
def test_where_nothing_is_allowed_the_station_suspends_and_goes_on_with_the_next_period(nothing: str) -> None:
    """Less than 6 A is nothing (IEC 61851-1)."""

    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            await allows(where, 1, profile(f"0:16, 600:{nothing}, 1200:8"))
            assert drawn(where) == 16
            await passes(599)
            assert where.status() == "Charging"
            await passes(2)
            assert where.status() == "SuspendedEVSE"
            assert drawn(where) == 0
            await passes(590)
            assert where.status() == "SuspendedEVSE"
            await passes(12)
            assert where.status() == "Charging"
            assert drawn(where) == 8

    run(story())


def test_a_transaction_that_starts_with_nothing_allowed_waits() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await allows(where, 1, profile("0:0, 900:32", DEFAULT))
            where.station.plug_in(1)
            where.station.present_token("TAG")
            await where.becomes("SuspendedEVSE")
            await passes(HOUR_S)
            assert where.status() == "Charging"
            said = [h.request.status for h in where.peer.heard if h.action == "StatusNotification"]
            assert said[-3:] == ["Preparing", "SuspendedEVSE", "Charging"]

    run(story())


def test_limits_are_asked_for_when_they_change_and_not_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            await allows(where, 1, profile("0:16, 600:10, 1200:8"))
            asked: list[float] = []
            ask = where.station.charge_point.composite_schedule

            def listen(connector: int, duration_s: int, unit: ChargingRateUnitType) -> Any:
                asked.append(asyncio.get_running_loop().time() - began)
                return ask(connector, duration_s, unit)

            began = asyncio.get_running_loop().time()
            monkeypatch.setattr(where.station.charge_point, "composite_schedule", listen)
            await passes(6 * HOUR_S)
            assert {round(when) for when in asked} == {600, 1200}
            assert len(asked) == 4

    run(story())


def test_a_remote_start_brings_its_profile_with_it() -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            request = RemoteStartTransactionRequest("AFAR", 1, profile("0:7"))
            assert (await where.peer.call(request)).status == "Accepted"
            await where.becomes("Charging")
            assert drawn(where) == 7
            where.station.plug_out(1)
            await where.becomes("Available")
            await where.charges("NEXT")
            assert drawn(where) == 32

    run(story())


FLOWS: list[tuple[Vehicle, ChargingRateUnitType, str, float, int]] = [
    (Car(), A, "0:16", 16 * 230, 1),
    (Car(phases=3), A, "0:16", 3 * 16 * 230, 3),
    (Car(phases=3), A, "0:16/1", 16 * 230, 1),
    (Car(phases=3), W, "0:11040", 11_040, 3),
    (DcCar(), W, "0:20000", 20_000, 0),
    (DcCar(), W, "0:90000", 50_000, 0),
]


@pytest.mark.parametrize(("car", "unit", "periods", "power_w", "phases"), FLOWS)
def test_what_flows_follows_unit_and_phases(
    car: Vehicle, unit: ChargingRateUnitType, periods: str, power_w: float, phases: int
) -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.plug_in(1, car)
            where.station.present_token("TAG")
            await where.becomes("Charging")
            await allows(where, 1, profile(periods, TX, unit))
            flow = where.station.virtual_connector(1).meter.flow
            assert flow.power_w == pytest.approx(power_w)
            assert flow.phases == phases

    run(story())


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_what_the_whole_station_may_take_is_shared(order: tuple[int, int, int]) -> None:
    """ChargePointMaxProfile: nobody gets less than 6 A, so the last one waits."""
    first, second, last = order

    async def story() -> None:
        async with station_scene(connectors=3) as where:
            await allows(where, 0, profile("0:16", MAX))
            await where.charges("A", first)
            assert drawn(where, first) == 16
            await where.charges("B", second)
            assert [drawn(where, connector) for connector in order] == [8, 8, 0]
            where.station.plug_in(last)
            await where.becomes("Preparing", last)
            where.station.present_token("C", [last])
            await where.becomes("SuspendedEVSE", last)
            assert [drawn(where, connector) for connector in order] == [8, 8, 0]
            where.station.plug_out(first)
            await where.becomes("Charging", last)
            assert [drawn(where, connector) for connector in order] == [0, 8, 8]

    run(story())


def test_limits_survive_a_reset() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await allows(where, 1, profile("0:9", DEFAULT))
            where.station.power_off()
            where.station.boot()
            await where.station.charge_point.wait_until_accepted()
            await where.charges()
            assert drawn(where) == 9

    run(story())


SHARES: list[tuple[float, list[float], list[float]]] = [
    (32, [], []),
    (32, [16], [16]),
    (10, [16], [10]),
    (4, [16], [4]),
    (32, [16, 16], [16, 16]),
    (20, [16, 16], [10, 10]),
    (20, [6, 32], [6, 14]),
    (20, [32, 6], [14, 6]),
    (11, [32, 32], [11, 0]),
    (12, [32, 32], [6, 6]),
    (17, [32, 32, 32], [8.5, 8.5, 0]),
    (32, [0, 32], [0, 32]),
    (float("inf"), [32, float("inf")], [32, float("inf")]),
]


@pytest.mark.parametrize(("total", "wanted", "shares"), SHARES)
def test_a_current_is_shared(total: float, wanted: list[float], shares: list[float]) -> None:
    assert shared(total, wanted) == pytest.approx(shares)
