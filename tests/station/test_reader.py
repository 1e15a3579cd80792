"""Which card does what at a reader that serves several connectors: the seven steps, in their order."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from attrs import field, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import Policy
from ocpp16sm.messages import (
    AuthorizationStatus,
    IdTagInfo,
    Reason,
    ReserveNowRequest,
)
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import LoopClock, passes, run

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

Before = Callable[[StationScene], Awaitable[None]]


def plugged(*connectors: int) -> Before:
    """Cars arrive at these, in this order."""

    async def happens(where: StationScene) -> None:
        for connector in connectors:
            where.station.plug_in(connector)
            await where.becomes("Preparing", connector)

    return happens


def arrived(connector: int) -> Before:
    """A car arrives, whatever that changes."""

    async def happens(where: StationScene) -> None:
        where.station.plug_in(connector)
        await passes(5)

    return happens


def charging(tag: str, connector: int) -> Before:
    """This card has started there."""

    async def happens(where: StationScene) -> None:
        await where.charges(tag, connector)

    return happens


def finished(tag: str, connector: int) -> Before:
    """This card has started there, and stopped; the car is still there."""

    async def happens(where: StationScene) -> None:
        await where.charges(tag, connector)
        where.station.present_token(tag, [connector])
        await where.becomes("Finishing", connector)

    return happens


def waiting(tag: str, connector: int) -> Before:
    """This card waits for the plug there."""

    async def happens(where: StationScene) -> None:
        where.station.present_token(tag, [connector])
        await where.becomes("Preparing", connector)

    return happens


def disabled(connector: int) -> Before:
    """Out of service."""

    async def happens(where: StationScene) -> None:
        where.station.change_availability(connector, "Inoperative")

    return happens


def broken(connector: int) -> Before:
    """Faulted."""

    async def happens(where: StationScene) -> None:
        where.station.raise_error(connector)

    return happens


def reserved(connector: int, tag: str, parent: str | None = None) -> Before:
    """For this card, and perhaps its family."""

    async def happens(where: StationScene) -> None:
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


ONCE = {"NewTransactionWithoutUnplugging": "false"}
"""The plug has to go before another transaction."""

STEPS = [
    Shown("1: the card that started stops, unasked", [charging("MUM", 1)], "mum", stops=1),
    Shown("1: on the second connector as well", [charging("UNCLE", 1), charging("MUM", 2)], "MUM", stops=2),
    Shown("1: even if there is a free connector with a car", [charging("MUM", 1), plugged(2)], "MUM", stops=1),
    Shown("1: the family's own card stops, unasked", [charging("MUM", 1)], "FAMILY", stops=1),
    Shown("1: not at another reader", [charging("MUM", 1)], "MUM", [2], asks=True, waits=2),
    Shown("2: who waits for the plug is not asked about again", [waiting("MUM", 2)], "MUM"),
    Shown("2: but at another reader it is another matter", [waiting("MUM", 2)], "MUM", [1], asks=True, waits=1),
    Shown("3: nothing free, no parent known", [charging("A", 1), charging("B", 2)], "MUM"),
    Shown("3: a card in Finishing does nothing if so configured", [finished("A", 1), finished("B", 2)], "A", keys=ONCE),
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
    Shown("7: the car that it has stopped", [finished("A", 1)], "A", asks=True, starts=1),
    Shown("7: also beside another such car", [finished("A", 1), finished("B", 2)], "B", asks=True, starts=2),
    Shown("7: but first a car that waits", [finished("A", 1), plugged(2)], "A", asks=True, starts=2),
    Shown(
        "7: a stranger's that has stopped if there is no other",
        [finished("A", 1), charging("B", 2)],
        "MUM",
        asks=True,
        starts=1,
    ),
    Shown("7: of this reader", [plugged(1)], "MUM", [2], asks=True, waits=2),
]


@pytest.mark.parametrize("case", STEPS, ids=lambda case: case.about)
def test_a_card_at_the_reader(case: Shown) -> None:
    async def story() -> None:
        policy = Policy(id_tags=TAGS)
        keys: dict[str, Any] = {"ConnectionTimeOut": "0", "LocalPreAuthorize": "false", **case.keys}
        async with station_scene(policy, connectors=2, **keys) as where:
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
