"""What people, cars and a Central System do at a virtual station, and what it does then."""

import asyncio
from random import Random
from typing import Any

import pytest

from ocpp16sm.csms import Policy
from ocpp16sm.errors import UnknownConnectorError
from ocpp16sm.messages import (
    AuthorizationStatus,
    AvailabilityType,
    ChangeAvailabilityRequest,
    IdTagInfo,
    Reason,
    RemoteStartTransactionRequest,
    RemoteStopTransactionRequest,
    ResetRequest,
    ResetType,
    UnlockConnectorRequest,
    UnlockStatus,
)
from ocpp16sm.station import Car, PowerMeter, Timings, VirtualStation
from ocpp16sm.testing.virtual import BEGAN
from tests.support.jumping import Lines, LoopClock, passes, run, settings
from tests.support.place import Place, place

HOUR_S = 3600
USUAL = Timings()
BLOCKED = IdTagInfo(AuthorizationStatus.BLOCKED)
FAMILY = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="FAMILY")


def stopped(where: Place, number: int = 0) -> tuple[Reason | None, int]:
    """Why a transaction has stopped, and how much was charged, Wh."""
    transaction = where.transactions[number]
    assert transaction.stop is not None, "it is still running"
    return transaction.stop.reason, transaction.stop.meter_stop - transaction.start.meter_start


# -- plugs and cards --------------------------------------------------------------------------------------------------


def test_a_plug_is_seen_after_a_while() -> None:
    async def story() -> None:
        async with place() as where:
            where.station.plug_in(1)
            await passes(USUAL.car_seen_s - 0.01)
            assert where.status() == "Available"
            await passes(0.02)
            assert where.status() == "Preparing"

    run(story())


def test_a_plug_that_is_pulled_at_once_is_never_seen() -> None:
    async def story() -> None:
        async with place() as where:
            where.station.plug_in(1)
            await passes(USUAL.car_seen_s / 2)
            where.station.plug_out(1)
            await passes(HOUR_S)
            assert where.status() == "Available"
            assert len(where.lines.sent("StatusNotification")) == 2

    run(story())


@pytest.mark.parametrize("order", ["plug first", "card first"])
def test_plug_and_card_make_a_transaction_in_either_order(order: str) -> None:
    async def story() -> None:
        async with place() as where:
            if order == "card first":
                where.station.present_token("TAG")
                await passes(5)
            where.station.plug_in(1)
            if order == "plug first":
                await passes(5)
                where.station.present_token("TAG")
            await passes(5)
            assert where.status() == "Charging"
            assert where.transactions[0].start.id_tag == "TAG"

    run(story())


def test_a_car_draws_power_a_while_after_the_start() -> None:
    async def story() -> None:
        async with place() as where:
            loop = asyncio.get_running_loop()
            where.station.plug_in(1)
            await where.becomes("Preparing")
            where.station.present_token("TAG")
            await where.peer.expect("StartTransaction")
            began = loop.time()
            await where.becomes("Charging")
            assert loop.time() - began == pytest.approx(USUAL.power_drawn_s, abs=0.01)

    run(story())


def test_a_card_without_a_plug_is_forgotten_in_time() -> None:
    """ConnectionTimeOut (9.1), 4.9 B1."""

    async def story() -> None:
        async with place(ConnectionTimeOut="30") as where:
            where.station.present_token("TAG")
            await where.becomes("Preparing")
            await passes(29)
            assert where.status() == "Preparing"
            await passes(2)
            assert where.status() == "Available"
            where.station.plug_in(1)
            await passes(10)
            assert where.status() == "Preparing"
            assert where.transactions == []

    run(story())


def test_a_plug_without_a_card_has_to_go_in_time() -> None:
    """ConnectionTimeOut (9.1), 4.9 B6."""

    async def story() -> None:
        async with place(ConnectionTimeOut="30") as where:
            where.station.plug_in(1)
            await passes(32)
            assert where.status() == "Finishing"
            where.station.present_token("TAG")
            await passes(10)
            assert where.transactions == []
            where.station.plug_out(1)
            await passes(1)
            assert where.status() == "Available"

    run(story())


def test_the_card_that_started_stops_whatever_its_case() -> None:
    async def story() -> None:
        async with place() as where:
            await where.charges("tag")
            where.station.present_token("OTHER")
            await passes(10)
            assert where.status() == "Charging"
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            await where.delivered()
            assert stopped(where)[0] is Reason.LOCAL
            where.station.plug_out(1)
            await where.becomes("Available")

    run(story())


def test_a_card_of_the_same_family_stops() -> None:
    """parentIdTag: 4.8."""

    async def story() -> None:
        policy = Policy(id_tags={"MUM": FAMILY, "DAD": FAMILY}, other_id_tags=IdTagInfo(AuthorizationStatus.ACCEPTED))
        async with place(policy) as where:
            await where.charges("MUM")
            await where.delivered()
            where.station.present_token("STRANGER")
            await passes(10)
            assert where.status() == "Charging"
            where.station.present_token("DAD")
            await where.becomes("Finishing")
            await where.delivered()
            assert where.transactions[0].stop is not None
            assert where.transactions[0].stop.id_tag == "DAD"

    run(story())


def test_a_card_that_is_refused_starts_nothing_and_the_display_says_so() -> None:
    async def story() -> None:
        async with place(Policy(id_tags={"BAD": BLOCKED})) as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            where.station.present_token("BAD")
            await passes(10)
            assert where.status() == "Preparing"
            assert where.transactions == []
            assert any("Blocked" in text for text in where.shown)

    run(story())


def test_a_card_charges_where_a_car_waits_and_else_at_the_first_free_connector() -> None:
    async def story() -> None:
        async with place(connectors=3) as where:
            where.station.plug_in(2)
            await where.becomes("Preparing", 2)
            where.station.present_token("A")
            await where.becomes("Charging", 2)
            where.station.present_token("B")
            await where.becomes("Preparing", 1)
            where.station.present_token("C", [3])
            await where.becomes("Preparing", 3)

    run(story())


def test_a_second_plug_does_not_fit_and_no_plug_cannot_be_pulled() -> None:
    async def story() -> None:
        async with place() as where:
            where.station.plug_out(1)
            where.station.plug_in(1, Car(phases=3))
            where.station.plug_in(1, Car(phases=1))
            assert where.station.bay(1).car == Car(phases=3)
            for connector in (0, 2, -1):
                with pytest.raises(UnknownConnectorError):
                    where.station.plug_in(connector)

    run(story())


def test_a_plug_that_is_pulled_ends_the_transaction() -> None:
    """StopTransactionOnEVSideDisconnect (9.1) is true."""

    async def story() -> None:
        async with place() as where:
            await where.charges()
            where.station.plug_out(1)
            await where.becomes("Available")
            await where.delivered()
            assert stopped(where)[0] is Reason.EV_DISCONNECTED

    run(story())


def test_a_plug_that_is_pulled_suspends_where_the_transaction_is_to_go_on() -> None:
    async def story() -> None:
        async with place(StopTransactionOnEVSideDisconnect="false") as where:
            await where.charges()
            where.station.plug_out(1)
            await where.becomes("SuspendedEV")
            where.station.plug_in(1)
            await where.becomes("Charging")
            await where.delivered()
            assert len(where.transactions) == 1
            assert where.transactions[0].stop is None

    run(story())


# -- energy -----------------------------------------------------------------------------------------------------------

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
            assert stopped(where)[1] == pytest.approx(2 * power_w, abs=5)

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
            assert stopped(where)[1] == pytest.approx(32 * 230 * (hours + 1 / 60), abs=30)

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
        car_seen_s=0.5, power_drawn_s=1.5 / 4, unplugged_s=0.25 / 4, meter_read_s=0.5 / 4, restart_s=0.25
    )
    with pytest.raises(ValueError, match="car_seen_s"):
        Timings(car_seen_s=-1)


# -- errors -----------------------------------------------------------------------------------------------------------


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


# -- from afar --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plugged", [True, False], ids=["with a car", "before the car"])
def test_a_remote_start_charges(plugged: bool) -> None:
    async def story() -> None:
        async with place() as where:
            if plugged:
                where.station.plug_in(1)
                await where.becomes("Preparing")
            answer = await where.peer.call(RemoteStartTransactionRequest(id_tag="AFAR", connector_id=1))
            assert answer.status == "Accepted"
            if not plugged:
                await where.becomes("Preparing")
                where.station.plug_in(1)
            await where.becomes("Charging")
            await where.delivered()
            assert where.transactions[0].start.id_tag == "AFAR"
            assert where.lines.sent("Authorize") == []

    run(story())


@pytest.mark.parametrize("tag", ["GOOD", "BAD"])
def test_a_remote_start_is_authorized_first_where_that_is_asked_for(tag: str) -> None:
    """AuthorizeRemoteTxRequests (9.1, 5.11)."""

    async def story() -> None:
        async with place(Policy(id_tags={"BAD": BLOCKED}), AuthorizeRemoteTxRequests="true") as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await where.peer.call(RemoteStartTransactionRequest(id_tag=tag, connector_id=1))
            await passes(10)
            assert len(where.lines.sent("Authorize")) == 1
            assert [transaction.start.id_tag for transaction in where.transactions] == (
                ["GOOD"] if tag == "GOOD" else []
            )

    run(story())


def test_a_remote_start_never_stops_what_its_card_has_started() -> None:
    async def story() -> None:
        async with place(connectors=2) as where:
            await where.charges("TAG")
            answer = await where.peer.call(RemoteStartTransactionRequest(id_tag="TAG"))
            assert answer.status == "Accepted"
            await passes(10)
            assert where.status(1) == "Charging"
            assert where.status(2) == "Preparing"

    run(story())


def test_a_remote_stop_stops() -> None:
    async def story() -> None:
        async with place() as where:
            await where.charges()
            await where.delivered()
            await where.peer.call(RemoteStopTransactionRequest(transaction_id=1))
            await where.becomes("Finishing")
            await where.delivered()
            assert stopped(where)[0] is Reason.REMOTE

    run(story())


def test_an_unlocked_connector_ends_its_transaction() -> None:
    """5.18."""

    async def story() -> None:
        async with place() as where:
            await where.charges()
            await where.delivered()
            answer = await where.peer.call(UnlockConnectorRequest(connector_id=1))
            assert answer.status is UnlockStatus.UNLOCKED
            await where.delivered()
            assert stopped(where)[0] is Reason.UNLOCK_COMMAND

    run(story())


def test_a_fixed_cable_cannot_be_unlocked() -> None:
    async def story() -> None:
        async with place() as where:
            where.station.bay(1).has_lock = False
            answer = await where.peer.call(UnlockConnectorRequest(connector_id=1))
            assert answer.status is UnlockStatus.NOT_SUPPORTED

    run(story())


@pytest.mark.parametrize(("type", "reason"), [(ResetType.SOFT, Reason.SOFT_RESET), (ResetType.HARD, Reason.HARD_RESET)])
def test_a_reset_keeps_what_is_plugged_in_and_what_was_changed(type: ResetType, reason: Reason) -> None:
    async def story() -> None:
        async with place() as where:
            where.station.charge_point.set_configuration("ResetRetries", "7")
            await where.charges()
            await where.delivered()
            assert (await where.peer.call(ResetRequest(type=type))).status == "Accepted"
            await where.peer.expect("StopTransaction")
            await where.peer.expect("BootNotification")
            await where.becomes("Preparing")
            assert stopped(where)[0] is reason
            assert where.station.charge_point.get_configuration("ResetRetries") == {"ResetRetries": "7"}
            where.station.present_token("AGAIN")
            await where.becomes("Charging")
            await where.delivered()
            assert where.transactions[1].start.id_tag == "AGAIN"

    run(story())


def test_a_connector_that_is_inoperative_takes_no_card() -> None:
    async def story() -> None:
        async with place() as where:
            request = ChangeAvailabilityRequest(connector_id=1, type=AvailabilityType.INOPERATIVE)
            assert (await where.peer.call(request)).status == "Accepted"
            assert where.status() == "Unavailable"
            where.station.plug_in(1)
            where.station.present_token("TAG")
            await passes(10)
            assert where.transactions == []
            assert where.status() == "Unavailable"

    run(story())


# -- without a connection ---------------------------------------------------------------------------------------------


def test_what_happened_without_a_connection_is_told_in_order_when_it_is_back() -> None:
    async def story() -> None:
        async with place(AllowOfflineTxForUnknownId="true", ConnectionTimeOut="0") as where:
            where.station.disconnect_link()
            await passes(1)
            await where.charges()
            await passes(HOUR_S)
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            assert where.transactions == []
            where.station.connect_link()
            await where.station.charge_point.wait_until_accepted()
            await where.delivered()
            reason, energy = stopped(where)
            assert reason is Reason.LOCAL
            assert energy == pytest.approx(32 * 230, abs=30)
            heard = [h.action for h in where.peer.heard if "Transaction" in h.action]
            assert heard == ["StartTransaction", "StopTransaction"]

    run(story())


def test_a_station_that_stops_ends_its_transactions_and_does_nothing_more() -> None:
    async def story() -> None:
        async with place(connectors=2) as where:
            await where.charges()
            where.station.plug_in(2)
        assert stopped(where)[0] is Reason.OTHER
        frames = len(where.lines.frames)
        await passes(HOUR_S)
        assert len(where.lines.frames) == frames

    run(story())


def test_a_station_starts_without_anybody_to_connect_to() -> None:
    async def story() -> None:
        lines = Lines()
        async with VirtualStation(settings(central_system_url=""), transport=lines, clock=LoopClock()) as station:
            station.plug_in(1)
            await passes(10)
            assert station.status(1) == "Preparing"
        assert lines.dialled == []

    run(story())
