"""When energy flows at a virtual station, and when it does not."""

from typing import Any

import pytest

from ocpp16sm.messages import Reason
from ocpp16sm.station import PowerMeter
from tests.support.station_scene import station_scene
from tests.support.virtual_time import passes, run

HOUR_S = 3600


def test_when_the_transaction_has_stopped_no_energy_flows_whatever_the_car_wants() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            await passes(60)
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            stopped = where.station.look(1)
            assert stopped.power_w == 0
            where.station.ev_pause(1)
            where.station.ev_resume(1)
            await passes(HOUR_S)
            assert where.station.look(1) == stopped

    run(story())


@pytest.mark.parametrize("before_s", [0.5, 1.4])
def test_a_car_that_goes_before_it_draws_never_charges(before_s: float) -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            where.station.present_token("TAG")
            await where.peer.expect("StartTransaction")
            await passes(before_s)
            where.station.plug_out(1)
            await passes(10)
            assert where.status() == "Available"
            await where.delivered()
            said = [h.request.status for h in where.peer.heard if h.action == "StatusNotification"]
            assert not {"Charging", "SuspendedEV", "SuspendedEVSE"} & set(said)
            assert where.stopped() == (Reason.EV_DISCONNECTED, 0)

    run(story())


def test_a_fault_before_a_car_draws_puts_it_off() -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            where.station.present_token("TAG")
            await where.peer.expect("StartTransaction")
            await passes(1)
            uuid = where.station.raise_error(1)
            await passes(10)
            assert where.station.look(1).power_w == 0
            where.station.clear_error(1, uuid)
            assert where.status() == "Preparing"
            await passes(1.6)
            assert where.status() == "Charging"
            assert where.station.look(1).power_w > 0

    run(story())


def test_a_pause_goes_with_the_car() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            where.station.ev_pause(1)
            where.station.plug_out(1)
            await where.becomes("Available")
            await where.charges("NEXT")

    run(story())


def test_the_meter_is_read_when_a_transaction_starts_and_when_it_stops() -> None:
    """The values at its begin and its end are of that moment, not of the reading before."""

    async def story() -> None:
        async with station_scene(
            ConnectionTimeOut="0", StopTxnSampledData="Voltage,Energy.Active.Import.Register"
        ) as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await passes(300)
            where.station.present_token("TAG")
            await where.becomes("Charging")
            await passes(310)
            where.station.present_token("TAG")
            await where.delivered()
            stop = where.transactions[0].stop
            assert stop is not None
            assert stop.transaction_data is not None
            first, last = stop.transaction_data
            for value, context in ((first, "Transaction.Begin"), (last, "Transaction.End")):
                assert {one.measurand for one in value.sampled_value} == {"Voltage", "Energy.Active.Import.Register"}
                assert {one.context for one in value.sampled_value} == {context}
            energy = next(one for one in last.sampled_value if one.measurand == "Energy.Active.Import.Register")
            assert float(energy.value) == pytest.approx(stop.meter_stop, abs=0.5)

    run(story())


def test_a_meter_is_read_no_more_often_because_much_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            for _ in range(20):
                where.station.ev_pause(1)
                where.station.ev_resume(1)
                await passes(5)
            times = 0
            read = PowerMeter.read

            def count(*arguments: Any) -> Any:
                nonlocal times
                times += 1
                return read(*arguments)

            monkeypatch.setattr(PowerMeter, "read", count)
            await passes(200)
            assert times == 10

    run(story())
