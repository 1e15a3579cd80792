"""What people do in front of a virtual station, and what it does then."""

import asyncio

import pytest

from ocpp16sm.csms import Policy
from ocpp16sm.errors import UnknownConnectorError
from ocpp16sm.messages import (
    AuthorizationStatus,
    IdTagInfo,
    Reason,
    RemoteStartTransactionRequest,
)
from ocpp16sm.station import Car, Timings, VirtualStation
from tests.support.station_scene import station_scene
from tests.support.virtual_time import Lines, LoopClock, passes, run, settings

HOUR_S = 3600
USUAL = Timings()
BLOCKED = IdTagInfo(AuthorizationStatus.BLOCKED)
FAMILY = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="FAMILY")


def test_a_plug_is_seen_after_a_while() -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.plug_in(1)
            await passes(USUAL.car_seen_s - 0.01)
            assert where.status() == "Available"
            await passes(0.02)
            assert where.status() == "Preparing"

    run(story())


def test_a_plug_that_is_pulled_at_once_is_never_seen() -> None:
    async def story() -> None:
        async with station_scene() as where:
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
        async with station_scene() as where:
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
        async with station_scene() as where:
            loop = asyncio.get_running_loop()
            where.station.plug_in(1)
            await where.becomes("Preparing")
            where.station.present_token("TAG")
            await where.peer.expect("StartTransaction")
            began = loop.time()
            await where.becomes("Charging")
            assert loop.time() - began == pytest.approx(USUAL.power_drawn_s, abs=0.01)

    run(story())


def test_a_plug_after_the_card_is_no_news() -> None:
    """It is Preparing already."""

    async def story() -> None:
        async with station_scene() as where:
            where.station.present_token("TAG")
            await where.becomes("Preparing")
            where.station.plug_in(1)
            await where.becomes("Charging")
            await where.delivered()
            said = [heard.request for heard in where.peer.heard if heard.action == "StatusNotification"][2:]
            assert [(one.status, one.info) for one in said] == [("Preparing", "Authorized"), ("Charging", None)]

    run(story())


REFUSED = [
    ({"StopTransactionOnInvalidId": "true"}, 0, "Finishing"),
    ({"StopTransactionOnInvalidId": "false"}, 0, "SuspendedEVSE"),
    ({"StopTransactionOnInvalidId": "false", "MaxEnergyOnInvalidId": "1000"}, 1000, "SuspendedEVSE"),
]


@pytest.mark.parametrize(("keys", "allowed_wh", "status"), REFUSED)
def test_a_card_that_is_refused_afterwards_gets_no_more_energy(
    keys: dict[str, str], allowed_wh: float, status: str
) -> None:
    """StartTransaction.conf is not Accepted (4.8)."""

    async def story() -> None:
        policy = Policy(id_tags={"TAG": BLOCKED})
        async with station_scene(policy, how={"timings": USUAL}) as where:
            for key, value in keys.items():
                where.station.set_configuration(key, value)
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await where.peer.call(RemoteStartTransactionRequest(id_tag="TAG", connector_id=1))
            await passes(HOUR_S)
            await where.delivered()
            assert where.status() == status
            assert where.station.look(1).energy_wh == pytest.approx(allowed_wh, abs=2)
            assert where.station.look(1).power_w == 0
            if status == "Finishing":
                assert where.stopped()[0] is Reason.DE_AUTHORIZED
            else:
                assert where.transactions[0].stop is None
                where.station.plug_out(1)
                await where.becomes("Available")

    run(story())


def test_a_card_without_a_plug_is_forgotten_in_time() -> None:
    """ConnectionTimeOut (9.1), 4.9 B1."""

    async def story() -> None:
        async with station_scene(ConnectionTimeOut="30") as where:
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
    """ConnectionTimeOut (9.1), 4.9 B6; without NewTransactionWithoutUnplugging a card is too late then."""

    async def story() -> None:
        async with station_scene(ConnectionTimeOut="30", NewTransactionWithoutUnplugging="false") as where:
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
        async with station_scene() as where:
            await where.charges("tag")
            where.station.present_token("OTHER")
            await passes(10)
            assert where.status() == "Charging"
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            await where.delivered()
            assert where.stopped()[0] is Reason.LOCAL
            where.station.plug_out(1)
            await where.becomes("Available")

    run(story())


def test_a_card_of_the_same_family_stops() -> None:
    """parentIdTag: 4.8."""

    async def story() -> None:
        policy = Policy(id_tags={"MUM": FAMILY, "DAD": FAMILY}, other_id_tags=IdTagInfo(AuthorizationStatus.ACCEPTED))
        async with station_scene(policy) as where:
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
        async with station_scene(Policy(id_tags={"BAD": BLOCKED})) as where:
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
        async with station_scene(connectors=3) as where:
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
        async with station_scene() as where:
            where.station.plug_out(1)
            where.station.plug_in(1, Car(phases=3))
            where.station.plug_in(1, Car(phases=1))
            assert where.station.virtual_connector(1).car == Car(phases=3)
            for connector in (0, 2, -1):
                with pytest.raises(UnknownConnectorError):
                    where.station.plug_in(connector)

    run(story())


def test_every_session_has_a_name_of_its_own() -> None:
    async def story() -> None:
        async with station_scene(connectors=2) as where:
            names = []
            for connector in (1, 2, 1):
                await where.charges("TAG", connector)
                names.append(where.station.virtual_connector(connector).session)
                where.station.plug_out(connector)
                await where.becomes("Available", connector)
            assert len(set(names)) == 3

    run(story())


def test_a_plug_that_is_pulled_ends_the_transaction() -> None:
    """StopTransactionOnEVSideDisconnect (9.1) is true."""

    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            where.station.plug_out(1)
            await where.becomes("Available")
            await where.delivered()
            assert where.stopped()[0] is Reason.EV_DISCONNECTED

    run(story())


def test_a_plug_that_is_pulled_suspends_where_the_transaction_is_to_go_on() -> None:
    async def story() -> None:
        async with station_scene(StopTransactionOnEVSideDisconnect="false") as where:
            await where.charges()
            where.station.plug_out(1)
            await where.becomes("SuspendedEV")
            where.station.plug_in(1)
            await where.becomes("Charging")
            await where.delivered()
            assert len(where.transactions) == 1
            assert where.transactions[0].stop is None

    run(story())


def test_a_transaction_whose_car_has_gone_leaves_nothing_to_unplug() -> None:
    """StopTransactionOnEVSideDisconnect is false, and then somebody stops it."""

    async def story() -> None:
        async with station_scene(StopTransactionOnEVSideDisconnect="false") as where:
            await where.charges()
            where.station.plug_out(1)
            await where.becomes("SuspendedEV")
            where.station.ev_pause(1)  # there is nobody
            where.station.present_token("TAG")
            await where.becomes("Available")
            await where.delivered()
            assert where.stopped()[0] is Reason.LOCAL
            await where.charges("NEXT")

    run(story())


def test_a_plug_that_is_back_in_a_moment_was_never_out() -> None:
    async def story() -> None:
        async with station_scene() as where:
            await where.charges()
            where.station.plug_out(1)
            await passes(USUAL.unplugged_s / 2)
            assert where.station.look(1).power_w == 0
            where.station.plug_in(1)
            await passes(10)
            assert where.status() == "Charging"
            assert where.station.look(1).power_w > 0
            assert where.lines.sent("StopTransaction") == []

    run(story())


def test_what_happened_without_a_connection_is_told_in_order_when_it_is_back() -> None:
    async def story() -> None:
        async with station_scene(AllowOfflineTxForUnknownId="true", ConnectionTimeOut="0") as where:
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
            reason, energy = where.stopped()
            assert reason is Reason.LOCAL
            assert energy == pytest.approx(32 * 230, abs=30)
            heard = [h.action for h in where.peer.heard if "Transaction" in h.action]
            assert heard == ["StartTransaction", "StopTransaction"]

    run(story())


def test_a_station_that_stops_ends_its_transactions_and_does_nothing_more() -> None:
    async def story() -> None:
        async with station_scene(connectors=2) as where:
            await where.charges()
            where.station.plug_in(2)
        assert where.stopped()[0] is Reason.OTHER
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
