"""Cards and remote starts at a virtual station: what else can happen on the way."""

import asyncio
from datetime import timedelta

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import InjectedFault, Policy
from ocpp16sm.errors import InvalidArgumentError, UnknownConnectorError
from ocpp16sm.messages import (
    AuthorizationStatus,
    IdTagInfo,
    Reason,
    RemoteStartTransactionRequest,
    RemoteStopTransactionRequest,
    ReserveNowRequest,
    ResetRequest,
    ResetType,
)
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import LoopClock, passes, run

HOUR_S = 3600
FAMILY = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="FAMILY")
OTHERS = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="OTHERS")
TAGS = {"MUM": FAMILY, "DAD": FAMILY, "UNCLE": OTHERS}


async def is_reserved(where: StationScene, connector: int, tag: str, parent: str | None = None) -> None:
    """For this card, and perhaps its family."""
    expires = Timestamp.of(LoopClock().utc() + timedelta(days=1))
    request = ReserveNowRequest(connector, expires, tag, 40 + connector, parent)
    assert (await where.peer.call(request)).status == "Accepted"


def test_a_card_that_is_shown_twice_in_a_moment_is_asked_about_once() -> None:
    async def story() -> None:
        slow = InjectedFault(action="Authorize", delay_s=5)
        async with station_scene(Policy(injected_faults=[slow])) as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            for _ in range(3):
                where.station.present_token("TAG")
                await passes(1)
            await where.becomes("Charging")
            assert len(where.lines.sent("Authorize")) == 1
            assert len(where.transactions) == 1

    run(story())


def test_the_family_may_be_known_from_the_answer_to_the_start() -> None:
    """StartTransaction.conf has a parentIdTag that Authorize.conf had not."""

    async def story() -> None:
        policy = Policy()
        async with station_scene(policy) as where:
            where.station.present_token("MUM")
            await where.becomes("Preparing")
            policy.id_tags = TAGS
            where.station.plug_in(1)
            await where.becomes("Charging")
            await where.delivered()
            where.station.present_token("DAD")
            await where.becomes("Finishing")
            await where.delivered()
            assert where.stopped()[0] is Reason.LOCAL

    run(story())


def test_whoever_comes_too_late_gets_what_is_left() -> None:
    """Between the question and its answer the connector was taken."""

    async def story() -> None:
        async with station_scene(
            Policy(injected_faults=[InjectedFault(action="Authorize", delay_s=5, times=1)])
        ) as where:
            where.station.present_token("SLOW")
            await passes(1)
            await where.peer.call(RemoteStartTransactionRequest(id_tag="QUICK"))
            await where.becomes("Preparing")
            await passes(10)
            assert where.station.look(1).id_tag == "QUICK"
            assert where.shown == ["no connector is free for this card"]

    run(story())


@pytest.mark.parametrize("before", ["30", "0"])
def test_who_waits_already_waits_as_long_as_the_key_says_now(before: str) -> None:
    """ConnectionTimeOut is live (9.1.6)."""

    async def story() -> None:
        async with station_scene(ConnectionTimeOut=before) as where:
            where.station.present_token("TAG")
            await where.becomes("Preparing")
            await passes(20)
            where.station.set_configuration("ConnectionTimeOut", "100")
            await passes(79)
            assert where.status() == "Preparing"
            await passes(2)
            assert where.status() == "Available"
            assert where.station.look(1).id_tag is None
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await passes(HOUR_S)
            assert where.status() == "Finishing"

    run(story())


def test_a_remote_start_is_not_repeated_while_it_waits_and_may_be_in_two_places() -> None:
    async def story() -> None:
        async with station_scene(connectors=2, ConnectionTimeOut="0") as where:
            for connector in (1, 1, 2):
                request = RemoteStartTransactionRequest(id_tag="AFAR", connector_id=connector)
                assert (await where.peer.call(request)).status == "Accepted"
                await where.becomes("Preparing", connector)
            where.station.plug_in(1)
            where.station.plug_in(2)
            await where.becomes("Charging", 1)
            await where.becomes("Charging", 2)
            await where.delivered()
            assert [one.start.id_tag for one in where.transactions] == ["AFAR", "AFAR"]

    run(story())


def test_a_card_stops_what_was_started_remotely_with_its_id_tag() -> None:
    async def story() -> None:
        async with station_scene() as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await where.peer.call(RemoteStartTransactionRequest(id_tag="TAG"))
            await where.becomes("Charging")
            where.station.present_token("TAG")
            await where.becomes("Finishing")
            assert where.lines.sent("Authorize") == []

    run(story())


def test_a_card_starts_nothing_when_the_plug_has_gone_meanwhile() -> None:
    async def story() -> None:
        async with station_scene(Policy(injected_faults=[InjectedFault(action="Authorize", delay_s=5)])) as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            where.station.present_token("TAG")
            await passes(1)
            where.station.plug_out(1)
            await where.becomes("Available")
            await where.becomes("Preparing")
            assert where.transactions == []
            where.station.plug_in(1)
            await where.becomes("Charging")

    run(story())


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("unknown_may_charge", ["true", "false"])
def test_without_a_connection_it_is_decided_at_once(known: bool, unknown_may_charge: str) -> None:
    """LocalAuthorizeOffline, AllowOfflineTxForUnknownId."""

    async def story() -> None:
        async with station_scene(AllowOfflineTxForUnknownId=unknown_may_charge) as where:
            if known:
                await where.charges()
                where.station.plug_out(1)
                await where.becomes("Available")
            where.station.disconnect_link()
            where.station.plug_in(1)
            await where.becomes("Preparing")
            began = asyncio.get_running_loop().time()
            where.station.present_token("TAG")
            await passes(0)
            await passes(0)
            allowed = known or unknown_may_charge == "true"
            assert where.station.look(1).in_transaction is allowed
            assert asyncio.get_running_loop().time() == began

    run(story())


def test_nobody_starts_anything_while_a_reset_waits() -> None:
    async def story() -> None:
        silent = InjectedFault(action="StopTransaction", silent=True)
        async with station_scene(Policy(injected_faults=[silent]), connectors=2) as where:
            await where.charges("TAG", 1)
            await where.delivered()
            await where.peer.call(ResetRequest(type=ResetType.SOFT))
            where.station.plug_in(2)
            where.station.present_token("OTHER")
            await passes(10)
            assert where.status(2) == "Preparing"
            assert where.lines.sent("Authorize") == where.lines.sent("Authorize")[:1]
            assert where.shown == ["out of service for a moment"]

    run(story())


def test_bad_cards_and_readers_are_refused_at_once() -> None:
    async def story() -> None:
        async with station_scene() as where:
            with pytest.raises(InvalidArgumentError, match="20 characters"):
                where.station.present_token("X" * 21)
            with pytest.raises(UnknownConnectorError):
                where.station.present_token("TAG", [1, 2])

    run(story())


def test_a_transaction_that_was_stopped_remotely_lets_nobody_in_before_the_plug_is_out_if_so_configured() -> None:
    async def story() -> None:
        async with station_scene(NewTransactionWithoutUnplugging="false") as where:
            await where.charges()
            await where.delivered()
            await where.peer.call(RemoteStopTransactionRequest(transaction_id=1))
            await where.becomes("Finishing")
            where.station.present_token("TAG")
            where.station.present_token("OTHER")
            await passes(10)
            assert where.status() == "Finishing"
            assert len(where.lines.sent("Authorize")) == 1
            where.station.plug_out(1)
            await where.becomes("Available")

    run(story())


@pytest.mark.parametrize("tag", ["HOLDER", "MUM"], ids=["the holder", "one of the family"])
def test_a_reservation_is_used_by_whom_it_is_for(tag: str) -> None:
    """A car alone leaves it Reserved; StartTransaction has the reservationId (4.8, 5.13)."""

    async def story() -> None:
        async with station_scene(Policy(id_tags=TAGS)) as where:
            await is_reserved(where, 1, "HOLDER", "FAMILY")
            where.station.plug_in(1)
            await passes(10)
            assert where.status() == "Reserved"
            where.station.present_token("UNCLE")
            await passes(10)
            assert where.status() == "Reserved"
            where.station.present_token(tag)
            await where.becomes("Charging")
            await where.delivered()
            assert where.transactions[0].start.reservation_id == 41
            assert where.station.charge_point.reservations() == ()

    run(story())


@pytest.mark.parametrize(("tag", "status"), [("HOLDER", "Charging"), ("STRANGER", "Reserved")])
def test_a_remote_start_charges_where_its_tag_holds_the_reservation(tag: str, status: str) -> None:
    async def story() -> None:
        async with station_scene() as where:
            await is_reserved(where, 1, "HOLDER")
            where.station.plug_in(1)
            answer = await where.peer.call(RemoteStartTransactionRequest(id_tag=tag, connector_id=1))
            assert answer.status == ("Accepted" if tag == "HOLDER" else "Rejected")
            await passes(10)
            assert where.status() == status

    run(story())


@pytest.mark.parametrize("first", ["card", "plug"])
def test_nobody_is_waited_for_after_a_reset_who_was_before(first: str) -> None:
    async def story() -> None:
        async with station_scene(ConnectionTimeOut="60") as where:
            if first == "card":
                where.station.present_token("TAG")
            else:
                where.station.plug_in(1)
            await where.becomes("Preparing")
            await passes(30)
            where.station.reset()
            await passes(10)
            where.station.plug_out(1)
            await passes(50)
            where.station.present_token("OTHER")
            await where.becomes("Preparing")
            await passes(59)
            assert where.status() == "Preparing"
            await passes(2)
            assert where.status() == "Available"

    run(story())


def test_a_car_that_has_left_is_not_waited_for() -> None:
    async def story() -> None:
        async with station_scene(ConnectionTimeOut="60") as where:
            where.station.plug_in(1)
            await where.becomes("Preparing")
            await passes(30)
            where.station.plug_out(1)
            await where.becomes("Available")
            await passes(HOUR_S)
            await where.charges()

    run(story())
