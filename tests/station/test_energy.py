"""What the meters of a virtual station count, and what keeps energy from flowing."""

from random import Random
from typing import Any

import pytest

from ocpp16sm.messages import (
    AuthorizationStatus,
    IdTagInfo,
)
from ocpp16sm.station import Car, PowerMeter, Timings
from ocpp16sm.testing.virtual import BEGAN
from tests.support.jumping import passes, run
from tests.support.place import place

HOUR_S = 3600
USUAL = Timings()
BLOCKED = IdTagInfo(AuthorizationStatus.BLOCKED)
FAMILY = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="FAMILY")


CARS = [(Car(), 32 * 230), (Car(phases=3, current_a=16), 3 * 16 * 230), (Car(current_a=0), 0)]


@pytest.mark.parametrize(("car", "power_w"), CARS, ids=["1 phase", "3 phases", "no current"])
def test_what_a_car_draws_is_what_the_register_counts(car: Car, power_w: float) -> None:
    async def story() -> None:
        async with place() as where:
            where.station.plug_in(1, car)
            where.station.present_token("TAG")
            await where.becomes("Charging")
            await passes(2 * HOUR_S)
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            await where.delivered()
            assert where.stopped()[1] == pytest.approx(2 * power_w, abs=5)

    run(story())


def test_the_register_counts_on_over_transactions() -> None:
    async def story() -> None:
        async with place() as where:
            for _session in range(2):
                await where.charges()
                await passes(HOUR_S)
                where.station.plug_out(1)
                await where.becomes("Available")
                await where.delivered()
            first, second = where.transactions
            assert first.stop is not None
            assert first.start.meter_start == 0
            assert second.start.meter_start == first.stop.meter_stop > 7000

    run(story())


@pytest.mark.parametrize("cause", ["car", "fault", "link"])
def test_no_energy_flows_while_something_holds_it_up(cause: str) -> None:
    async def story() -> None:
        async with place() as where:
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


def test_readings_are_noisy_within_bounds_and_the_register_is_not() -> None:
    meter = PowerMeter(Random(1))
    meter.flows(10, 3, 0)
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
        async with place(seed=seed, MeterValueSampleInterval="10", MeterValuesSampledData=measurands) as where:
            await where.charges()
            await passes(60)
            return [heard.request for heard in where.peer.heard if heard.action == "MeterValues"]

    return run(story())


def test_the_same_seed_gives_the_same_readings_and_another_gives_others() -> None:
    first = meter_values(7)
    assert len(first) >= 5
    assert meter_values(7) == first
    assert meter_values(8) != first


def test_a_car_charges_on_one_or_three_phases() -> None:
    with pytest.raises(ValueError, match="1 or 3 phases, not on 2"):
        Car(phases=2)


def test_timings_can_be_hurried_and_cannot_be_before_now() -> None:
    assert Timings(car_seen_s=2).faster(4) == Timings(
        car_seen_s=0.5,
        power_drawn_s=1.5 / 4,
        unplugged_s=0.25 / 4,
        meter_read_s=0.5 / 4,
        restart_s=0.25,
        file_step_s=0.5,
    )
    with pytest.raises(ValueError, match="car_seen_s"):
        Timings(car_seen_s=-1)


def test_a_fault_shows_and_the_usage_lives_on_underneath() -> None:
    async def story() -> None:
        async with place() as where:
            await where.charges()
            first = where.station.raise_error(1, "GroundFailure", "wet")
            where.station.raise_error(1, "HighTemperature")
            await where.becomes("Faulted")
            where.station.clear_error(1, first)
            await passes(10)
            assert where.status() == "Faulted"
            where.station.clear_error(1)
            await where.becomes("Charging")
            await where.delivered()
            said = [h.request for h in where.peer.heard if h.action == "StatusNotification" and h.request.info == "wet"]
            assert [report.error_code for report in said] == ["GroundFailure"]

    run(story())


def test_an_error_that_is_no_fault_stops_nothing() -> None:
    async def story() -> None:
        async with place() as where:
            await where.charges()
            where.station.raise_error(1, "WeakSignal", is_fault=False)
            await where.delivered()
            assert where.status() == "Charging"
            assert any(
                heard.request.error_code == "WeakSignal"
                for heard in where.peer.heard
                if heard.action == "StatusNotification"
            )

    run(story())


def test_no_card_is_taken_at_a_connector_that_is_out_of_order() -> None:
    async def story() -> None:
        async with place() as where:
            where.station.raise_error(1)
            await where.becomes("Faulted")
            where.station.present_token("TAG")
            await passes(10)
            assert where.transactions == []
            assert where.lines.sent("Authorize") == []

    run(story())
