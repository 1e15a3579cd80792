"""What the meters of a virtual station count, and what keeps energy from flowing."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from ocpp16sm.csms import Policy
from ocpp16sm.messages import AuthorizationStatus, IdTagInfo, RemoteStartTransactionRequest
from ocpp16sm.station import Battery, Car, DcCar, Outlet, PowerMeter, Timings, Vehicle
from ocpp16sm.station.car import Flow
from ocpp16sm.station_facts import Current, PerPhase
from ocpp16sm.testing.virtual_charge_point import BEGAN
from tests.support.station_scene import station_scene
from tests.support.virtual_time import passes, run

HOUR_S = 3600
BLOCKED = IdTagInfo(AuthorizationStatus.BLOCKED)


CARS = [
    (Car(), 32 * 230),
    (Car(phases=3, current_a=16), 3 * 16 * 230),
    (Car(current_a=63), 32 * 230),
    (DcCar(), 50_000),
    (DcCar(power_w=200_000, battery=Battery(capacity_wh=1e6)), 150_000),
]


@pytest.mark.parametrize(("car", "power_w"), CARS, ids=["1 phase", "3 phases", "more than offered", "DC", "much DC"])
def test_what_a_car_draws_is_what_the_register_counts(car: Vehicle, power_w: float) -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.plug_in(1, car)
            where.station.present_token("TAG")
            await where.becomes("Charging")
            await passes(HOUR_S / 2)
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            await where.delivered()
            assert where.stopped()[1] == pytest.approx(power_w / 2, abs=power_w / 2000)

    run(story())


def test_the_register_begins_anew_with_every_plug() -> None:
    async def story() -> None:
        async with station_scene() as where:
            for _session in range(2):
                await where.charges()
                await passes(HOUR_S)
                where.station.plug_out(1)
                await where.becomes("Available")
                await where.delivered()
            for transaction in where.transactions:
                assert transaction.start.meter_start == 0
                assert transaction.stop is not None
                assert transaction.stop.meter_stop == pytest.approx(32 * 230, abs=5)

    run(story())


@pytest.mark.parametrize("cause", ["car", "fault", "link"])
def test_no_energy_flows_while_something_holds_it_up(cause: str) -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            await passes(HOUR_S)
            if cause == "car":
                where.station.ev_pause(1)
                await where.becomes("SuspendedEV")
                await passes(HOUR_S)
                where.station.ev_resume(1)
            elif cause == "fault":
                uuid = where.station.raise_error(1, "GroundFailure")
                await where.becomes("Faulted")
                await passes(HOUR_S)
                where.station.clear_error(1, uuid)
            else:  # but a lost connection holds up nothing
                where.station.disconnect_link()
                await passes(HOUR_S)
                where.station.connect_link()
            await where.becomes("Charging")
            await passes(60)
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            await where.delivered()
            hours = 2 if cause == "link" else 1
            assert where.stopped()[1] == pytest.approx(32 * 230 * (hours + 1 / 60), abs=30)

    run(story())


def test_the_register_counts_two_watt_hours_a_second() -> None:
    """7.36 kW, read every 0.5 s."""

    async def story() -> None:
        async with station_scene(how={"timings": Timings()}, MeterValueSampleInterval="1") as where:
            await where.charges()
            await passes(20)
            said = where.sampled("Energy.Active.Import.Register")[2:]
            assert len(said) > 15
            steps = [later - former for former, later in pairwise(said)]
            assert steps == [pytest.approx(32 * 230 / 3600, abs=0.011)] * len(steps)

    run(story())


def test_a_battery_that_is_full_takes_no_more_and_a_dc_car_says_how_full_it_is() -> None:
    """SuspendedEV; measurand SoC."""

    async def story() -> None:
        measurands = "SoC,Current.Offered,Power.Offered"
        async with station_scene(MeterValueSampleInterval="60", MeterValuesSampledData=measurands) as where:
            where.station.plug_in(1, DcCar(battery=Battery(capacity_wh=50_000, soc_percent=70, full_percent=80)))
            where.station.present_token("TAG")
            await where.becomes("Charging")
            began = asyncio.get_running_loop().time()
            await where.becomes("SuspendedEV")
            assert asyncio.get_running_loop().time() - began == pytest.approx(5000 / 50_000 * HOUR_S, abs=0.1)
            await passes(HOUR_S)
            where.station.ev_resume(1)
            await passes(60)
            assert where.status() == "SuspendedEV"
            view = where.station.look(1)
            assert view.energy_wh == pytest.approx(5000)
            assert view.soc_percent == pytest.approx(80)
            assert view.power_w == 0
            said = where.sampled("SoC")
            assert said[0] == pytest.approx(70 + 10 * 50 / 360, abs=0.3)  # the meter is read every 20 s here
            assert said == sorted(said)
            assert said[-1] == 80
            assert set(where.sampled("Power.Offered")) == {150_000}
            assert set(where.sampled("Current.Offered")) == {150_000 / 400}

    run(story())


def test_a_car_with_alternating_current_is_full_as_well_and_does_not_say_so() -> None:
    async def story() -> None:
        async with station_scene(
            MeterValueSampleInterval="60", MeterValuesSampledData="SoC,Energy.Active.Import.Register"
        ) as where:
            where.station.plug_in(1, Car(battery=Battery(capacity_wh=10_000, soc_percent=90)))
            where.station.present_token("TAG")
            await where.becomes("SuspendedEV")
            await where.delivered()
            assert where.station.look(1).energy_wh == pytest.approx(1000)
            assert where.sampled("SoC") == []

    run(story())


@pytest.mark.parametrize(("car", "offered_w"), [(Car(), 7360), (Car(phases=3), 22_080), (None, 22_080)])
def test_what_is_offered_goes_by_the_phases_that_are_used(car: Car | None, offered_w: float) -> None:
    async def story() -> None:
        measurands = "Current.Offered,Power.Offered"
        async with station_scene(ClockAlignedDataInterval="60", MeterValuesAlignedData=measurands) as where:
            if car is not None:
                where.station.plug_in(1, car)
                await passes(5)
            heard = len(where.peer.heard)
            await passes(61)
            assert len(where.peer.heard) > heard
            assert where.sampled("Current.Offered")[-1] == 32
            assert where.sampled("Power.Offered")[-1] == offered_w

    run(story())


def test_what_is_offered_is_told_anew_when_the_car_goes_and_when_the_charge_point_restarts() -> None:
    async def story() -> None:
        measurands = "Current.Offered,Power.Offered"
        how = {"timings": Timings(meter_read_s=20, idle_meter_read_s=20)}  # a value of a tick needs a reading
        async with station_scene(how=how, ClockAlignedDataInterval="60", MeterValuesAlignedData=measurands) as where:
            where.station.plug_in(1)
            await passes(120)
            assert where.sampled("Power.Offered")[-1] == 7360
            where.station.plug_out(1)
            await passes(120)
            assert where.sampled("Power.Offered")[-1] == 22_080
            where.station.reset()
            await passes(120)
            assert where.sampled("Current.Offered")[-1] == 32
            assert where.sampled("Power.Offered")[-1] == 22_080

    run(story())


PHASES: list[tuple[Vehicle, set[str | None]]] = [
    (Car(), {None, "L1"}),
    (Car(phases=3), {None, "L1", "L2", "L3"}),
    (DcCar(), {None}),
]


@pytest.mark.parametrize(("car", "phases"), PHASES, ids=["1 phase", "3 phases", "DC"])
def test_each_phase_in_use_is_metered_and_said_with_two_decimals(car: Vehicle, phases: set[str | None]) -> None:
    async def story() -> None:
        everything = "Energy.Active.Import.Register,Power.Active.Import,Temperature"
        async with station_scene(MeterValueSampleInterval="60", MeterValuesSampledData=everything) as where:
            where.station.plug_in(1, car)
            where.station.present_token("TAG")
            await where.becomes("Charging")
            said = (await where.peer.expect("MeterValues", timeout_s=120)).meter_value[0].sampled_value
            for measurand in everything.split(",")[:2]:
                values = {one.phase: float(one.value) for one in said if one.measurand == measurand}
                assert set(values) == phases
                total = values.pop(None)
                assert sum(values.values()) == pytest.approx(total, abs=0.02) or not values
            warm = [one for one in said if one.measurand == "Temperature"]
            assert [(one.location, 35 < float(one.value) < 45) for one in warm] == [("Body", True)]
            for one in said:
                assert one.context == "Sample.Periodic"
                assert one.value == f"{float(one.value):.2f}"

    run(story())


def test_a_car_that_takes_nothing_is_suspended_and_one_that_pauses_before_it_charges_as_well() -> None:
    async def story() -> None:
        async with station_scene(connectors=2) as where:
            where.station.plug_in(1, Car(current_a=0))
            where.station.plug_in(2)
            where.station.ev_pause(2)
            where.station.present_token("A", [1])
            where.station.present_token("B", [2])
            await where.becomes("SuspendedEV", 1)
            await where.becomes("SuspendedEV", 2)
            where.station.ev_resume(2)
            await where.becomes("Charging", 2)
            said = [h.request.status for h in where.peer.heard if h.action == "StatusNotification"]
            assert said.count("Charging") == 1

    run(story())


def test_of_both_that_hold_it_up_the_station_is_said() -> None:
    """7.7: SuspendedEVSE has precedence."""

    async def story() -> None:
        policy = Policy(id_tags={"TAG": BLOCKED})
        async with station_scene(policy, StopTransactionOnInvalidId="false", LocalAuthorizeOffline="true") as where:
            where.station.set_configuration("AuthorizeRemoteTxRequests", "false")
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await where.peer.call(RemoteStartTransactionRequest(id_tag="TAG", connector_id=1))
            await where.becomes("SuspendedEVSE")
            where.station.ev_pause(1)
            await passes(10)
            where.station.ev_resume(1)
            await passes(10)
            assert where.status() == "SuspendedEVSE"
            said = [h.request.status for h in where.peer.heard if h.action == "StatusNotification"]
            assert "SuspendedEV" not in said

    run(story())


WRONG_CARS: list[tuple[Callable[[], object], str]] = [
    (lambda: Car(phases=2), "1 or 3 phases, not 2"),
    (lambda: Car(current_a=-1), "current_a"),
    (lambda: DcCar(power_w=float("inf")), "power_w"),
    (lambda: DcCar(voltage_v=0), "voltage_v"),
    (lambda: Battery(capacity_wh=0), "capacity_wh"),
    (lambda: Battery(soc_percent=101), "soc_percent"),
    (lambda: Outlet(phases=2), "1 or 3 phases, not 2"),
    (lambda: Outlet(current_a=-1), "current_a"),
]


@pytest.mark.parametrize(("make", "why"), WRONG_CARS, ids=[why for _make, why in WRONG_CARS])
def test_there_are_no_such_cars_and_outlets(make: Callable[[], object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        make()


def test_readings_are_noisy_within_bounds_and_the_register_is_not() -> None:
    meter = PowerMeter(Random(1))
    meter.flows(Flow(10, 230, 3), 0)
    currents: list[float] = []
    for second in range(1, 200):
        measurement = meter.read(second, BEGAN)
        assert measurement.current_a is not None
        assert measurement.current_a.l1 is not None
        assert measurement.voltage_v is not None
        assert measurement.energy_wh_import.total == pytest.approx(10 * 3 * 230 * second / 3600)
        currents.append(measurement.current_a.l1)
        assert measurement.voltage_v.l3 == pytest.approx(230, rel=0.0101)
    assert min(currents) < 9.95 < 10.05 < max(currents)
    assert currents == [pytest.approx(10, rel=0.0101)] * len(currents)


def meter_values(seed: int) -> list[Any]:
    """What a station with that seed sends in a minute."""

    async def story() -> list[Any]:
        measurands = "Voltage,Current.Import,Power.Active.Import"
        async with station_scene(seed=seed, MeterValueSampleInterval="10", MeterValuesSampledData=measurands) as where:
            await where.charges()
            await passes(60)
            return [heard.request for heard in where.peer.heard if heard.action == "MeterValues"]

    return run(story())


def test_the_same_seed_gives_the_same_readings_and_another_gives_others() -> None:
    first = meter_values(7)
    assert len(first) >= 5
    assert meter_values(7) == first
    assert meter_values(8) != first


def test_timings_can_be_hurried_and_cannot_be_before_now() -> None:
    assert Timings(car_seen_s=2).faster(4) == Timings(
        car_seen_s=0.5,
        power_drawn_s=1.5 / 4,
        unplugged_s=0.25 / 4,
        meter_read_s=0.5 / 4,
        idle_meter_read_s=2.5,
        diode_fails_s=1.25,
        restart_s=0.25,
        file_step_s=0.5,
    )
    with pytest.raises(ValueError, match="car_seen_s"):
        Timings(car_seen_s=-1)
    with pytest.raises(ValueError, match="meter_read_s"):
        Timings(meter_read_s=0)


def test_what_flowed_before_a_change_is_counted_as_it_flowed() -> None:
    meter = PowerMeter(Random(1))
    meter.flows(Flow(10, 230, 1), 0)
    meter.flows(Flow(20, 230, 3), HOUR_S)
    meter.stops(2 * HOUR_S)
    meter.count(3 * HOUR_S)
    assert meter.register_wh == pytest.approx(10 * 230 + 20 * 230 * 3)
    phases = meter.read(3 * HOUR_S, BEGAN).energy_wh_import
    assert phases.l1 == pytest.approx(30 * 230)
    assert phases.l2 == pytest.approx(20 * 230)


def test_a_reset_meter_shows_nothing_on_the_phases_of_its_car() -> None:
    meter = PowerMeter(Random(1))
    meter.flows(Flow(10, 230, 1), 0)
    meter.reset(Flow(16, 230, 3), HOUR_S)
    shown = meter.read(2 * HOUR_S, BEGAN)
    assert shown.energy_wh_import == PerPhase(total=0, l1=0, l2=0, l3=0)
    assert shown.current_a == Current(l1=0, l2=0, l3=0)
