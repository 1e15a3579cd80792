"""Which card does what at a reader that serves several connectors: the seven steps, in their order."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest
from attrs import field, frozen

from ocpp16sm.csms import Mishap, Policy
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
from ocpp16sm.timestamp import Timestamp
from tests.support.jumping import LoopClock, passes, run
from tests.support.place import Place, place

HOUR_S = 3600
FAMILY = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="FAMILY")
OTHERS = IdTagInfo(AuthorizationStatus.ACCEPTED, parent_id_tag="OTHERS")
TAGS = {
    "MUM": FAMILY,
    "DAD": FAMILY,
    "FAMILY": FAMILY,
    "UNCLE": OTHERS,
    "BAD": IdTagInfo(AuthorizationStatus.BLOCKED, parent_id_tag="FAMILY"),
    "OLD": IdTagInfo(AuthorizationStatus.EXPIRED),
    "TWICE": IdTagInfo(AuthorizationStatus.CONCURRENT_TX),
}

Before = Callable[[Place], Awaitable[None]]


def plugged(*connectors: int) -> Before:
    """Cars arrive at these, in this order."""

    async def happens(where: Place) -> None:
        for connector in connectors:
            where.station.plug_in(connector)
            await where.becomes("Preparing", connector)

    return happens


def arrived(connector: int) -> Before:
    """A car arrives, whatever that changes."""

    async def happens(where: Place) -> None:
        where.station.plug_in(connector)
        await passes(5)

    return happens


def charging(tag: str, connector: int) -> Before:
    """This card has started there."""

    async def happens(where: Place) -> None:
        await where.charges(tag, connector)

    return happens


def finished(tag: str, connector: int) -> Before:
    """This card has started there, and stopped; the car is still there."""

    async def happens(where: Place) -> None:
        await where.charges(tag, connector)
        where.station.present_token(tag, [connector])
        await where.becomes("Finishing", connector)

    return happens


def waiting(tag: str, connector: int) -> Before:
    """This card waits for the plug there."""

    async def happens(where: Place) -> None:
        where.station.present_token(tag, [connector])
        await where.becomes("Preparing", connector)

    return happens


def disabled(connector: int) -> Before:
    """Out of service."""

    async def happens(where: Place) -> None:
        where.station.change_availability(connector, "Inoperative")

    return happens


def broken(connector: int) -> Before:
    """Faulted."""

    async def happens(where: Place) -> None:
        where.station.raise_error(connector)

    return happens


def reserved(connector: int, tag: str, parent: str | None = None) -> Before:
    """For this card, and perhaps its family."""

    async def happens(where: Place) -> None:
        expires = Timestamp.of(LoopClock().utc() + timedelta(days=1))
        request = ReserveNowRequest(connector, expires, tag, 40 + connector, parent)
        assert (await where.peer.call(request)).status == "Accepted"

    return happens


@frozen
class Shown:
    """A card is shown: what was before, and what comes of it."""

    about: str
    before: Sequence[Before]
    card: str
    reader: Sequence[int] | None = None
    """The connectors that the reader serves; None: both."""
    asks: bool = False
    """Whether the Central System is asked (Authorize)."""
    stops: int | None = None
    """Where a transaction stops."""
    starts: int | None = None
    """Where one starts."""
    waits: int | None = None
    """Where it waits for the plug."""
    keys: dict[str, str] = field(factory=dict)


STEPS = [
    Shown("1: the card that started stops, unasked", [charging("MUM", 1)], "mum", stops=1),
    Shown("1: on the second connector as well", [charging("UNCLE", 1), charging("MUM", 2)], "MUM", stops=2),
    Shown("1: even if there is a free connector with a car", [charging("MUM", 1), plugged(2)], "MUM", stops=1),
    Shown("1: the family's own card stops, unasked", [charging("MUM", 1)], "FAMILY", stops=1),
    Shown("1: not at another reader", [charging("MUM", 1)], "MUM", [2], asks=True, waits=2),
    Shown("2: who waits for the plug is not asked about again", [waiting("MUM", 2)], "MUM"),
    Shown("2: but at another reader it is another matter", [waiting("MUM", 2)], "MUM", [1], asks=True, waits=1),
    Shown("3: nothing free, no parent known", [charging("A", 1), charging("B", 2)], "MUM"),
    Shown("3: a card in Finishing does nothing", [finished("A", 1), finished("B", 2)], "A"),
    Shown("3: nothing free where others wait", [waiting("A", 1), waiting("B", 2)], "MUM"),
    Shown("3: out of service is not free", [disabled(1), broken(2)], "MUM"),
    Shown("4: all are reserved for others", [reserved(1, "A"), reserved(2, "B")], "MUM"),
    Shown("4: the only one of this reader is", [reserved(1, "A")], "MUM", [1]),
    Shown("4: but one is for a family", [reserved(1, "A"), reserved(2, "B", "OTHERS")], "MUM", asks=True),
    Shown("4: which is this one's", [reserved(1, "A"), reserved(2, "B", "FAMILY")], "MUM", asks=True, waits=2),
    Shown("4: a family elsewhere does not count", [reserved(1, "A"), reserved(2, "B", "FAMILY")], "MUM", [1]),
    Shown("4: it is the holder", [reserved(1, "A"), reserved(2, "mum")], "MUM", asks=True, waits=2),
    Shown("5: a blocked card", [plugged(1)], "BAD", asks=True),
    Shown("5: an expired card", [plugged(1)], "OLD", asks=True),
    Shown("5: a card that charges elsewhere", [plugged(1)], "TWICE", asks=True),
    Shown("5: a blocked card of the family", [charging("MUM", 1)], "BAD", [1], asks=True),
    Shown("6: one of the family, nothing free", [charging("MUM", 1)], "DAD", [1], asks=True, stops=1),
    Shown("6: with a free connector that one instead", [charging("MUM", 1)], "DAD", asks=True, waits=2),
    Shown("6: a stranger, nothing free", [charging("MUM", 1)], "UNCLE", [1], asks=True),
    Shown("6: nor one without a family", [charging("MUM", 1)], "LONER", [1], asks=True),
    Shown("7: the only one", [plugged(2), charging("A", 1)], "MUM", asks=True, starts=2),
    Shown("7: the one with a car", [plugged(2)], "MUM", asks=True, starts=2),
    Shown("7: the car that has been there longest", [plugged(2, 1)], "MUM", asks=True, starts=2),
    Shown("7: otherwise the lowest", [], "MUM", asks=True, waits=1),
    Shown("7: the lowest that is free", [finished("A", 1)], "MUM", asks=True, waits=2),
    Shown("7: the lowest that is not reserved for others", [reserved(1, "A")], "MUM", asks=True, waits=2),
    Shown("7: even if a car is there", [reserved(1, "A"), arrived(1)], "MUM", asks=True, waits=2),
    Shown("7: of this reader", [plugged(1)], "MUM", [2], asks=True, waits=2),
]


@pytest.mark.parametrize("case", STEPS, ids=lambda case: case.about)
def test_a_card_at_the_reader(case: Shown) -> None:
    async def story() -> None:
        policy = Policy(id_tags=TAGS)
        async with place(policy, connectors=2, ConnectionTimeOut="0", LocalPreAuthorize="false") as where:
            for before in case.before:
                await before(where)
            await where.delivered()
            asked, heard = len(where.lines.sent("Authorize")), len(where.peer.heard)
            were = [where.station.look(connector).in_transaction for connector in (1, 2)]
            where.station.present_token(case.card, case.reader)
            await passes(30)
            assert len(where.lines.sent("Authorize")) - asked == int(case.asks)
            for connector in (1, 2):
                is_running = (were[connector - 1] and case.stops != connector) or case.starts == connector
                assert where.station.look(connector).in_transaction == is_running
            if case.stops is not None:
                stop = next(h.request for h in where.peer.heard[heard:] if h.action == "StopTransaction")
                assert (stop.reason, stop.id_tag) == (Reason.LOCAL, case.card)
                assert where.status(case.stops) == "Finishing"
            elif case.starts is not None:
                start = next(h.request for h in where.peer.heard[heard:] if h.action == "StartTransaction")
                assert (start.connector_id, start.id_tag) == (case.starts, case.card)
            elif case.waits is not None:
                assert where.status(case.waits) == "Preparing"
                assert where.station.look(case.waits).id_tag == case.card
            else:
                assert [h.action for h in where.peer.heard[heard:]] == ["Authorize"] * case.asks

    run(story())


def test_a_card_that_is_shown_twice_in_a_moment_is_asked_about_once() -> None:
    async def story() -> None:
        slow = Mishap(action="Authorize", delay_s=5)
        async with place(Policy(mishaps=[slow])) as where:
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
        async with place(policy) as where:
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
        async with place(Policy(mishaps=[Mishap(action="Authorize", delay_s=5, times=1)])) as where:
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
        async with place(ConnectionTimeOut=before) as where:
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
        async with place(connectors=2, ConnectionTimeOut="0") as where:
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
        async with place() as where:
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
        async with place(Policy(mishaps=[Mishap(action="Authorize", delay_s=5)])) as where:
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
        async with place(AllowOfflineTxForUnknownId=unknown_may_charge) as where:
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
        silent = Mishap(action="StopTransaction", silent=True)
        async with place(Policy(mishaps=[silent]), connectors=2) as where:
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
        async with place() as where:
            with pytest.raises(InvalidArgumentError, match="20 characters"):
                where.station.present_token("X" * 21)
            with pytest.raises(UnknownConnectorError):
                where.station.present_token("TAG", [1, 2])

    run(story())


def test_a_transaction_that_was_stopped_remotely_lets_nobody_in_before_the_plug_is_out() -> None:
    async def story() -> None:
        async with place() as where:
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
        async with place(Policy(id_tags=TAGS)) as where:
            await reserved(1, "HOLDER", "FAMILY")(where)
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
        async with place() as where:
            await reserved(1, "HOLDER")(where)
            where.station.plug_in(1)
            answer = await where.peer.call(RemoteStartTransactionRequest(id_tag=tag, connector_id=1))
            assert answer.status == ("Accepted" if tag == "HOLDER" else "Rejected")
            await passes(10)
            assert where.status() == status

    run(story())
