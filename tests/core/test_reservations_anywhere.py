"""Reservations of connector 0: one connector is kept free, whichever it is.

Proves 5.13 (connectorId 0), 9.3.1, 7.40, 3.11, and reference/station.md: when as many are reserved as are free,
each free connector shows Reserved.
"""

from typing import Any

import pytest

from ocpp16sm.records import ReservationEnd
from tests.support.reservation_scenes import FAULT, ended, kept, learns
from tests.support.scene import CoreScene, accepted


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors, one of which is kept free for HOLDER."""
    scene = accepted(connectors=2)
    assert scene.reserves(0, 1) == "Accepted"
    scene.hears_nothing()
    return scene


def test_any_connector_may_not_be_reservable() -> None:
    """5.13: without ReserveConnectorZeroSupported; a certain connector still is."""
    scene = accepted(ReserveConnectorZeroSupported="false")
    assert scene.reserves(0) == "Rejected"
    assert scene.reserves(1) == "Accepted"


def test_while_there_are_more_nobody_is_refused(pair: CoreScene) -> None:
    """5.13: no specific connector is reserved."""
    assert pair.status(1) == pair.status(2) == "Available"
    assert not pair.station.is_reserved_for_other(1, "STRANGER")
    assert not pair.station.is_reserved_for_other(2, "STRANGER")


def test_the_last_free_connector_is_reserved(pair: CoreScene) -> None:
    """5.13: one remains available at any time; and no longer than it must."""
    pair.station.on_session_started(1, "s1", "EVConnected")
    pair.sees(1, "Preparing")
    pair.sees(2, "Reserved")
    assert pair.station.is_reserved_for_other(2, "STRANGER")
    assert not pair.station.is_reserved_for_other(2, "HOLDER")
    assert not pair.station.is_reserved_for_other(1, "STRANGER"), "who has plugged in may charge"
    pair.station.on_session_stopped(1, "s1")
    pair.sees(1, "Available")
    pair.sees(2, "Available")


def test_any_connector_may_be_used(pair: CoreScene) -> None:
    """5.13 (1): on any connector when the reserved connectorId is 0."""
    pair.begins(2, id_tag="holder")
    pair.sees(2, "Preparing")
    assert pair.hears("StartTransaction")["reservationId"] == 1
    pair.hears_nothing()
    assert pair.status(1) == "Available"
    assert kept(pair) == []


def test_the_holder_may_come_to_a_connector_that_is_reserved(pair: CoreScene) -> None:
    """G2: while the holder fetches the plug no other connector is kept as well; it is, if nothing comes of it."""
    pair.begins(1, id_tag="STRANGER")
    pair.sees(1, "Preparing")
    pair.hears("StartTransaction")
    pair.sees(2, "Reserved")
    pair.station.on_session_started(2, "s2", "Authorized")
    pair.sees(2, "Preparing")
    pair.ends(1)
    pair.hears("StopTransaction")
    pair.sees(1, "Available")
    pair.hears_nothing()
    pair.station.on_session_stopped(2, "s2")
    pair.sees(2, "Available")
    assert kept(pair) == [1]


@pytest.fixture
def presented(pair: CoreScene) -> CoreScene:
    """HOLDER has come to connector 2, when it was the last; connector 1 is free again."""
    pair.station.on_session_started(1, "s1", "EVConnected")
    pair.station.on_session_started(2, "s2", "Authorized")
    pair.station.on_session_stopped(1, "s1")
    assert [status["status"] for status in pair.hears_all()] == ["Preparing", "Reserved", "Preparing", "Available"]
    return pair


def test_if_somebody_else_charges_there_another_is_kept(presented: CoreScene) -> None:
    """5.13: it was not the holder."""
    presented.begins(2, "s2", "STRANGER")
    presented.hears("StartTransaction")
    presented.sees(1, "Reserved")


def test_if_it_breaks_meanwhile_another_is_kept(presented: CoreScene) -> None:
    """5.13: one remains available."""
    presented.station.on_error(2, FAULT)
    presented.sees(2, "Faulted")
    presented.sees(1, "Reserved")


def test_renewed_meanwhile_it_needs_no_other(presented: CoreScene) -> None:
    """5.13: the holder has come all the same."""
    assert presented.reserves(0, 1) == "Accepted"
    presented.hears_nothing()
    presented.station.on_session_stopped(2, "s2")
    presented.sees(2, "Available")
    presented.hears_nothing()


def test_a_card_at_the_last_free_connector_is_the_holders(pair: CoreScene) -> None:
    """5.13: somebody is in, and a stranger may not take the plug of the holder from afar."""
    pair.station.on_session_started(1, "s1", "EVConnected")
    pair.station.on_session_started(2, "s2", "Authorized")
    pair.hears_all()
    assert pair.station.is_reserved_for_other(2, "STRANGER")
    pair.begins(2, "s2", "HOLDER")
    assert pair.hears_all("StartTransaction")[0]["reservationId"] == 1


def test_as_many_as_are_free_can_be_reserved() -> None:
    """station.md: then each shows Reserved; and no more."""
    scene = accepted(connectors=3)
    assert scene.reserves(0, 1) == "Accepted"
    assert scene.reserves(2, 2) == "Accepted"
    scene.sees(2, "Reserved")
    assert scene.reserves(0, 3, "THIRD") == "Accepted"
    scene.sees(1, "Reserved")
    scene.sees(3, "Reserved")
    assert scene.reserves(0, 4) == "Occupied"
    assert scene.reserves(1, 5) == "Occupied"
    assert kept(scene) == [1, 2, 3]
    scene.cancels(1)
    scene.sees(1, "Available")
    scene.sees(3, "Available")
    assert scene.reserves(1, 5) == "Accepted"
    scene.sees(1, "Reserved")
    scene.sees(3, "Reserved")


def test_the_own_reservation_is_used_before_that_of_the_group() -> None:
    """5.13 (1): that of the connector first, then one's own for any, then the group's for any."""
    scene = accepted(connectors=4)
    scene.reserves(0, 1, "FRIEND", group="GROUP")
    scene.reserves(0, 2, "HOLDER", group="GROUP")
    scene.reserves(3, 3, "HOLDER")
    scene.asks(
        "SendLocalList",
        listVersion=1,
        updateType="Full",
        localAuthorizationList=[{"idTag": "HOLDER", "idTagInfo": {"status": "Accepted", "parentIdTag": "GROUP"}}],
    )
    scene.hears_all()
    for session, connector, used in (("a", 3, 3), ("b", 1, 2), ("c", 2, 1)):
        scene.begins(connector, session, "HOLDER")
        assert scene.hears_all("StartTransaction")[0]["reservationId"] == used


def test_the_reservation_of_the_connector_is_used_before_any_other() -> None:
    """5.13 (1): also by one of the group who has one for any."""
    scene = accepted(connectors=2)
    scene.reserves(0, 1, "FRIEND")
    scene.reserves(2, 2, "HOLDER", group="GROUP")
    scene.hears_all()
    learns(scene, "FRIEND", "GROUP")
    scene.begins(2, id_tag="FRIEND")
    assert scene.hears_all("StartTransaction")[0]["reservationId"] == 2


def test_the_holder_of_any_may_not_take_what_is_another_persons(pair: CoreScene) -> None:
    """5.13: a reserved connector is for those for whom it is reserved."""
    pair.reserves(2, 2, "OTHER")
    assert pair.station.is_reserved_for_other(2, "HOLDER")
    assert not pair.station.is_reserved_for_other(1, "HOLDER")
    assert pair.station.is_reserved_for_other(1, "OTHER")


def test_a_plug_at_a_reserved_connector_changes_nothing() -> None:
    """profiles.md 3.3: it stays Reserved; but nothing new is reserved there."""
    scene = accepted()
    scene.reserves(0, 1)
    scene.sees(1, "Reserved")
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_nothing()
    assert scene.station.is_reserved_for_other(1, "STRANGER")
    assert not scene.station.is_reserved_for_other(1, "HOLDER")
    assert scene.reserves(0, 2) == "Occupied"


def test_a_car_that_is_plugged_leaves_no_connector_for_any() -> None:
    """5.13: for a certain connector it waits; for any, that one is taken."""
    scene = accepted()
    scene.reserves(1, 1)
    scene.station.on_session_started(1, "s1", "EVConnected")
    assert scene.reserves(0, 1) == "Occupied"


# -- there is none -----------------------------------------------------------------------------------------------------

NONE_FREE: dict[str, tuple[Any, str]] = {
    "in use": (lambda s: (s.begins(1, "a"), s.begins(2, "b")), "Occupied"),
    "reserved": (lambda s: (s.reserves(1, 8), s.reserves(2, 9)), "Occupied"),
    "reserved by the station itself": (
        lambda s: (s.station.on_reservation_start(1), s.station.on_reservation_start(2)),
        "Occupied",
    ),
    "faulted": (lambda s: (s.station.on_error(1, FAULT), s.station.on_error(2, FAULT)), "Faulted"),
    "out of service": (lambda s: (s.station.on_disabled(1), s.station.on_disabled(2)), "Unavailable"),
    "one faulted, one out of service": (
        lambda s: (s.station.on_error(1, FAULT), s.station.on_disabled(2)),
        "Unavailable",
    ),
    "one faulted, one in use": (lambda s: (s.station.on_error(1, FAULT), s.begins(2)), "Occupied"),
    "one out of service, one reserved": (lambda s: (s.station.on_disabled(1), s.reserves(2, 9)), "Occupied"),
    "charge point faulted": (lambda s: s.station.on_error(0, FAULT), "Faulted"),
    "charge point out of service": (lambda s: s.station.on_disabled(0), "Unavailable"),
    "going out of service": (
        lambda s: [s.asks("ChangeAvailability", connectorId=c, type="Inoperative") for c in (1, 2)],
        "Unavailable",
    ),
}
"""What has happened -> answer."""


@pytest.mark.parametrize("name", NONE_FREE)
def test_where_no_connector_is_free_none_is_reserved(name: str) -> None:
    """5.13, 7.40."""
    scene = accepted(connectors=2)
    happens, status = NONE_FREE[name]
    happens(scene)
    scene.hears_all()
    before = kept(scene)
    assert scene.reserves(0, 1) == status
    scene.hears_nothing()
    assert kept(scene) == before


# -- ended -------------------------------------------------------------------------------------------------------------


def test_it_waits_while_a_connector_may_still_become_free(pair: CoreScene) -> None:
    """5.13 (3) is about the charge point; a busy connector is in service."""
    pair.begins(1, id_tag="STRANGER")
    pair.station.on_error(2, FAULT)
    pair.hears_all()
    assert kept(pair) == [1]
    pair.ends(1)
    pair.hears("StopTransaction")
    pair.sees(1, "Available")
    pair.sees(1, "Reserved")


@pytest.mark.parametrize(("out", "how"), [("fault", ReservationEnd.FAULTED), ("disable", ReservationEnd.UNAVAILABLE)])
def test_it_ends_with_the_charge_point(pair: CoreScene, out: str, how: ReservationEnd) -> None:
    """5.13 (3)."""
    if out == "fault":
        pair.station.on_error(0, FAULT)
    else:
        pair.station.on_disabled(0)
    pair.sees(0, how)
    pair.hears_nothing()
    assert ended(pair) == [(1, how)]


@pytest.mark.parametrize(("out", "how"), [("fault", ReservationEnd.FAULTED), ("disable", ReservationEnd.UNAVAILABLE)])
def test_the_newest_ends_when_there_are_too_few_connectors(pair: CoreScene, out: str, how: ReservationEnd) -> None:
    """5.13: what cannot be promised any more is over, for good."""
    pair.reserves(0, 2, "NEWER")
    pair.sees(1, "Reserved")
    pair.sees(2, "Reserved")
    if out == "fault":
        pair.station.on_error(1, FAULT)
        pair.sees(1, "Faulted")
    else:
        pair.station.on_disabled(1)
        pair.sees(1, "Unavailable")
    pair.hears_nothing()
    assert ended(pair) == [(2, how)]
    assert pair.status(2) == "Reserved"
    pair.station.on_error_cleared(1, "e1")
    pair.station.on_enabled(1)
    pair.sees(1, "Available")
    pair.sees(2, "Available")
    assert kept(pair) == [1]


def test_it_ends_before_that_of_a_certain_connector(pair: CoreScene) -> None:
    """5.13: however new that one is."""
    pair.reserves(2, 2, "OTHER")
    pair.station.on_disabled(1)
    assert ended(pair) == [(1, ReservationEnd.UNAVAILABLE)]
    assert pair.status(2) == "Reserved"


def test_it_expires(pair: CoreScene) -> None:
    """5.13 (2): of what shows Reserved, all is Available again."""
    pair.begins(1, id_tag="STRANGER")
    pair.hears_all()
    assert pair.status(2) == "Reserved"
    pair.passes(3600)
    pair.sees(2, "Available")
    assert ended(pair) == [(1, ReservationEnd.EXPIRED)]


def test_it_can_become_one_of_a_certain_connector(pair: CoreScene) -> None:
    """5.13: replaced; and the other way round."""
    assert pair.reserves(1, 1) == "Accepted"
    pair.sees(1, "Reserved")
    assert pair.reserves(0, 1) == "Accepted"
    pair.sees(1, "Available")


def test_a_connector_that_the_station_reserves_itself_is_not_free(pair: CoreScene) -> None:
    """The other one is then the last."""
    pair.station.on_reservation_start(1)
    pair.sees(1, "Reserved")
    pair.sees(2, "Reserved")
    pair.station.on_reservation_end(1)
    pair.sees(1, "Available")
    pair.sees(2, "Available")


def test_a_connector_that_is_to_go_out_of_service_is_not_free(pair: CoreScene) -> None:
    """G8: what is kept stays; what goes, goes from Reserved without a detour."""
    pair.reserves(0, 2, "NEWER")
    pair.sees(1, "Reserved")
    pair.sees(2, "Reserved")
    pair.asks("ChangeAvailability", connectorId=1, type="Inoperative")
    pair.cancels(2)
    pair.hears_nothing()
    pair.station.on_disabled(1)
    pair.sees(1, "Unavailable")
    assert (kept(pair), pair.status(2)) == ([1], "Reserved")
