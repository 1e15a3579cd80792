"""How a reservation ends if it is not used, and what becomes of its connector.

Proves 5.13 (how it is terminated), 5.1, 4.9 G1 G8 G9 A2 I1 H1, D18 of reference/handlers.md.
"""

from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.records import ReservationEnd
from tests.support.reservation_scenes import FAULT, ended
from tests.support.scene import ACCEPTED, CoreScene, accepted


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors, of which the second is reserved for an hour."""
    scene = accepted(connectors=2)
    assert scene.reserves(2, 7) == "Accepted"
    scene.sees(2, "Reserved")
    return scene


# -- ended otherwise ---------------------------------------------------------------------------------------------------


def test_a_reservation_expires(scene: CoreScene) -> None:
    """5.13 (2): to the millisecond, and the Central System is told."""
    scene.reserves(seconds=90.5)
    scene.sees(1, "Reserved")
    scene.passes(90.499)
    scene.hears_nothing()
    scene.passes(0.001)
    scene.sees(1, "Available")
    assert ended(scene) == [(1, ReservationEnd.EXPIRED)]
    assert not scene.station.is_reserved_for_other(1, "STRANGER")
    scene.passes(80_000)
    scene.hears_nothing()


def test_several_reservations_expire_each_in_its_time() -> None:
    """5.13 (2): in whatever order they were made."""
    scene = accepted(connectors=3)
    for connector, seconds in ((1, 300), (2, 100), (3, 200)):
        scene.reserves(connector, connector, seconds=seconds)
        scene.sees(connector, "Reserved")
    for connector in (2, 3, 1):
        scene.passes(99.9)
        scene.hears_nothing()
        scene.passes(0.1)
        scene.sees(connector, "Available")


def test_one_that_is_made_later_may_expire_sooner(pair: CoreScene) -> None:
    """5.13 (2): to the millisecond, too."""
    pair.reserves(1, 8, seconds=10)
    pair.sees(1, "Reserved")
    pair.passes(9.999)
    pair.hears_nothing()
    pair.passes(0.001)
    pair.sees(1, "Available")


def test_by_a_clock_that_was_set_it_is_over_for_whoever_asks(pair: CoreScene) -> None:
    """5.13 (2): nothing that has expired is cancelled, used, or in anybody's way."""
    pair.reserves(1, 8)
    pair.sees(1, "Reserved")
    pair.virtual.set_wall_clock(pair.virtual.now.later(3600).utc)
    assert pair.cancels(7) == "Rejected"
    pair.sees(1, "Available")
    pair.sees(2, "Available")


@pytest.mark.parametrize("how", ["asked for", "used"])
def test_by_a_clock_that_was_set_it_is_over_at_once(pair: CoreScene, how: str) -> None:
    """5.13 (2)."""
    pair.virtual.set_wall_clock(pair.virtual.now.later(3600).utc)
    if how == "used":
        pair.begins(2, id_tag="HOLDER")
        assert "reservationId" not in pair.hears_all("StartTransaction")[0].payload
    else:
        assert pair.reserves(2, 9, "OTHER") == "Accepted"
    assert ended(pair) == [(7, ReservationEnd.EXPIRED)]


@pytest.mark.parametrize(("jump_s", "seen_after_s"), [(3600, 60), (1800, 60), (-3600, 7200), (0, 3600)])
def test_the_expiry_is_of_the_wall_clock(scene: CoreScene, jump_s: float, seen_after_s: float) -> None:
    """5.13 (2): expiryDate is a date and time. Nobody says that the clock was set: it is noticed within a minute."""
    scene.reserves(seconds=3600)
    scene.sees(1, "Reserved")
    scene.virtual.set_wall_clock(Timestamp.of(scene.virtual.now.later(jump_s).utc))
    passed = 0.0
    while scene.status(1) == "Reserved":
        scene.passes(1)
        passed += 1
        assert passed < 10_000
    latest = max(0, 3600 - jump_s)
    assert latest <= passed <= max(latest, seen_after_s)


def test_d18_a_fault_ends_a_reservation_for_good(pair: CoreScene) -> None:
    """5.13 (3); libocpp keeps it. G9, and after it I1: no I7."""
    pair.station.on_error(2, FAULT)
    pair.sees(2, "Faulted")
    assert ended(pair) == [(7, ReservationEnd.FAULTED)]
    pair.station.on_error_cleared(2, "e1")
    pair.sees(2, "Available")
    assert pair.cancels(7) == "Rejected"


def test_d18_a_fault_of_the_charge_point_ends_all_reservations(pair: CoreScene) -> None:
    """5.13 (3): the Charge Point or the connector."""
    pair.station.on_error(0, FAULT)
    pair.sees(0, "Faulted")
    pair.sees(2, "Available")
    assert ended(pair) == [(7, ReservationEnd.FAULTED)]


def test_a_fault_elsewhere_does_not_end_a_reservation(pair: CoreScene) -> None:
    """5.13 (3)."""
    pair.station.on_error(1, FAULT)
    pair.sees(1, "Faulted")
    assert ended(pair) == []


def test_out_of_service_ends_a_reservation_for_good(pair: CoreScene) -> None:
    """5.13 (3), G8: without showing Available first (EVerest/libocpp#999)."""
    change = {"connectorId": 2, "type": "Inoperative"}
    assert pair.asks("ChangeAvailability", change) == ACCEPTED
    pair.hears_nothing()
    pair.station.on_disabled(2)
    pair.sees(2, "Unavailable")
    assert ended(pair) == [(7, ReservationEnd.UNAVAILABLE)]
    assert pair.asks("ChangeAvailability", {**change, "type": "Operative"}) == ACCEPTED
    pair.station.on_enabled(2)
    pair.sees(2, "Available")


def test_a_charge_point_out_of_service_ends_all_reservations(pair: CoreScene) -> None:
    """5.13 (3), 5.2, G8."""
    pair.asks("ChangeAvailability", connectorId=0, type="Inoperative")
    pair.sees(0, "Unavailable")
    assert ended(pair) == [(7, ReservationEnd.UNAVAILABLE)]
    pair.hears_nothing()
    pair.station.on_disabled(1)
    pair.station.on_disabled(2)
    pair.sees(1, "Unavailable")
    pair.sees(2, "Unavailable")


def test_a_change_of_mind_frees_what_was_reserved(pair: CoreScene) -> None:
    """5.2: operative again before it was out of service; the reservation is over all the same."""
    pair.asks("ChangeAvailability", connectorId=0, type="Inoperative")
    pair.sees(0, "Unavailable")
    pair.asks("ChangeAvailability", connectorId=0, type="Operative")
    pair.sees(0, "Available")
    pair.sees(2, "Available")


def test_what_is_cancelled_while_it_is_to_go_out_of_service_goes_there(pair: CoreScene) -> None:
    """G8: cancelled, and the connector is scheduled to become Unavailable."""
    pair.asks("ChangeAvailability", connectorId=2, type="Inoperative")
    assert pair.cancels(7) == "Accepted"
    pair.hears_nothing()
    pair.station.on_disabled(2)
    pair.sees(2, "Unavailable")


# -- a car that waited -------------------------------------------------------------------------------------------------

ENDS: dict[str, tuple[Any, list[str]]] = {
    "cancelled": (lambda s: s.cancels(7), ["Available", "Preparing"]),
    "expired": (lambda s: s.passes(3600), ["Available", "Preparing"]),
    "moved": (lambda s: s.reserves(1, 7), ["Available", "Preparing"]),
    "faulted": (
        lambda s: (s.station.on_error(2, FAULT), s.station.on_error_cleared(2, "e1")),
        ["Faulted", "Preparing"],
    ),
    "out of service": (
        lambda s: (s.station.on_disabled(2), s.station.on_enabled(2)),
        ["Unavailable", "Preparing"],
    ),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_car_that_is_plugged_uses_the_connector_when_the_reservation_is_over(pair: CoreScene, how: str) -> None:
    """G1 then A2 (I2, H2): a connector with a car in it is not Available to anybody."""
    happens, statuses = ENDS[how]
    pair.station.on_session_started(2, "s1", "EVConnected")
    pair.hears_nothing()
    happens(pair)
    assert [r["status"] for r in pair.hears_all("StatusNotification") if r["connectorId"] == 2] == statuses
    pair.station.on_session_stopped(2, "s1")
    pair.sees(2, "Available")


# -- reservations of the application -----------------------------------------------------------------------------------


def test_a_reservation_of_the_station_itself_is_not_ours(pair: CoreScene) -> None:
    """4.9 A7, G1: as the handlers say, and nothing else."""
    pair.station.on_reservation_start(1)
    pair.sees(1, "Reserved")
    assert not pair.station.is_reserved_for_other(1, "STRANGER")
    pair.cancels(7)
    pair.sees(2, "Available")
    pair.passes(80_000)
    pair.hears_nothing()
    pair.station.on_reservation_end(1)
    pair.sees(1, "Available")


def test_a_connector_that_two_reserve_is_reserved_until_neither_does(pair: CoreScene) -> None:
    """The station's own reservation stands beside the Central System's."""
    pair.station.on_reservation_start(2)
    pair.cancels(7)
    pair.hears_nothing()
    pair.station.on_reservation_end(2)
    pair.sees(2, "Available")
    assert pair.reserves(2, 8) == "Accepted"
    pair.sees(2, "Reserved")
    pair.station.on_reservation_start(2)
    pair.station.on_reservation_end(2)
    pair.hears_nothing()
    pair.cancels(8)
    pair.sees(2, "Available")


@pytest.mark.parametrize("uses", [True, False])
def test_a_reservation_of_the_station_is_forgotten_once_used(scene: CoreScene, uses: bool) -> None:
    """As before there were others: what comes after its use is free."""
    scene.station.on_reservation_start(1)
    scene.station.on_session_started(1, "s1", "Authorized")
    if uses:
        scene.begins()
        scene.ends()
    scene.station.on_session_stopped(1, "s1")
    scene.hears_all()
    assert scene.status(1) == "Available"
    assert scene.reserves() == "Accepted"
    scene.sees(1, "Reserved")
    scene.cancels()
    scene.sees(1, "Available")


def test_a_car_that_waited_for_the_stations_own_reservation_uses_the_connector(scene: CoreScene) -> None:
    """G1, then A2."""
    scene.station.on_reservation_start(1)
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.station.on_reservation_end(1)
    for status in ("Reserved", "Available", "Preparing"):
        scene.sees(1, status)
