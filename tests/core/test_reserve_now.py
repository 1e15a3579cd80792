"""ReserveNow and CancelReservation: which answer when, and what is seen of it.

Proves 5.13, 5.1, 7.40, 7.5, 4.9 A7 G1, 9.1.29, and the order of answers of reference/station.md and profiles.md 3.
"""

from typing import Any

import pytest

from ocpp16sm.base.words import SessionStartedReasonWord
from ocpp16sm.listener import ReservationBegan, ReservationOver
from ocpp16sm.messages import AvailabilityType, ChangeAvailabilityRequest
from ocpp16sm.records import Reservation, ReservationEnd
from tests.support.reservation_scenes import FAULT, ended, kept
from tests.support.scene import CoreScene, RefusedError, accepted


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors."""
    return accepted(connectors=2)


# -- what is accepted --------------------------------------------------------------------------------------------------


def test_a_reserved_connector_is_reserved_until_it_is_cancelled(scene: CoreScene) -> None:
    """5.13, 5.1; A7, G1. The answer goes first."""
    assert scene.reserves() == "Accepted"
    scene.sees(1, "Reserved", errorCode="NoError")
    assert scene.cancels() == "Accepted"
    scene.sees(1, "Available")
    scene.hears_nothing()
    assert kept(scene) == []


def test_what_is_reserved_can_be_asked_and_is_told(scene: CoreScene) -> None:
    """The application's view, field by field."""
    reserved = Reservation(
        reservation_id=7,
        connector_id=1,
        id_tag="HOLDER",
        expiry_date=scene.virtual.now.later(60).utc,
        parent_id_tag="GROUP",
    )
    scene.reserves(1, 7, seconds=60, group="GROUP")
    assert scene.station.reservations() == (reserved,)
    assert ReservationBegan(reserved) in scene.told
    scene.cancels(7)
    assert ReservationOver(reserved, ReservationEnd.CANCELLED) in scene.told


@pytest.mark.parametrize("id", [0, -1, 2**31 - 1])
def test_any_integer_names_a_reservation(scene: CoreScene, id: int) -> None:
    """6.37: 0 is an id like any other."""
    assert scene.reserves(id=id) == "Accepted"
    scene.sees(1, "Reserved")
    assert scene.cancels(id) == "Accepted"
    assert scene.cancels(id) == "Rejected"


def test_what_is_not_reserved_cannot_be_cancelled(scene: CoreScene) -> None:
    """5.1."""
    scene.reserves(id=1)
    scene.sees(1, "Reserved")
    assert scene.cancels(2) == "Rejected"
    scene.hears_nothing()


def test_each_connector_has_a_reservation_of_its_own(pair: CoreScene) -> None:
    """profiles.md 3: libocpp's application looks at EVSE 1 in one place, whichever is asked about."""
    assert pair.reserves(2, 1, "SECOND") == "Accepted"
    pair.sees(2, "Reserved")
    assert pair.reserves(1, 2, "FIRST") == "Accepted"
    pair.sees(1, "Reserved")
    assert pair.station.is_reserved_for_other(1, "SECOND")
    assert not pair.station.is_reserved_for_other(2, "SECOND")
    assert pair.cancels(1) == "Accepted"
    pair.sees(2, "Available")
    assert not pair.station.is_reserved_for_other(2, "FIRST")
    assert kept(pair) == [2]


# -- what is not -------------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[Any, str]] = {
    "faulted": (lambda s: s.station.on_error(1, FAULT), "Faulted"),
    "charge point faulted": (lambda s: s.station.on_error(0, FAULT), "Faulted"),
    "faulted and in use": (lambda s: (s.begins(), s.station.on_error(1, FAULT)), "Faulted"),
    "out of service": (lambda s: s.station.on_disabled(1), "Unavailable"),
    "charge point out of service": (lambda s: s.station.on_disabled(0), "Unavailable"),
    "out of service in a moment": (
        lambda s: s.station.on_change_availability(ChangeAvailabilityRequest(1, AvailabilityType.INOPERATIVE)),
        "Unavailable",
    ),
    "out of service with a car": (
        lambda s: (s.station.on_disabled(1), s.station.on_session_started(1, "s1", "EVConnected")),
        "Unavailable",
    ),
    "plugged": (lambda s: s.station.on_session_started(1, "s1", "EVConnected"), "Occupied"),
    "authorized": (lambda s: s.station.on_session_started(1, "s1", "Authorized"), "Occupied"),
    "charging": (lambda s: (s.begins(), s.station.on_resume_charging(1)), "Occupied"),
    "paused by the EV": (lambda s: (s.begins(), s.station.on_suspend_charging_ev(1)), "Occupied"),
    "paused by the EVSE": (lambda s: (s.begins(), s.station.on_suspend_charging_evse(1)), "Occupied"),
    "finishing": (
        lambda s: (s.station.on_session_started(1, "s1", "EVConnected"), s.station.on_plugin_timeout(1)),
        "Occupied",
    ),
    "reserved until it goes out of service": (
        lambda s: (
            s.reserves(1, 99),
            s.station.on_change_availability(ChangeAvailabilityRequest(1, AvailabilityType.INOPERATIVE)),
        ),
        "Occupied",
    ),
    "in use until it goes out of service": (
        lambda s: (
            s.begins(),
            s.station.on_change_availability(ChangeAvailabilityRequest(1, AvailabilityType.INOPERATIVE)),
        ),
        "Occupied",
    ),
    "reserved for the same idTag": (lambda s: s.reserves(1, 99), "Occupied"),
    "reserved for another": (lambda s: s.reserves(1, 99, "OTHER"), "Occupied"),
    "reserved by the station itself": (lambda s: s.station.on_reservation_start(1), "Occupied"),
}
"""What has happened at connector 1 -> answer."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_reserved_is_not_and_the_answer_says_why(pair: CoreScene, name: str) -> None:
    """5.13, 7.40."""
    happens, status = REFUSED[name]
    happens(pair)
    pair.hears_all()
    held = kept(pair)
    before = pair.status(1)
    assert pair.reserves(1, 1) == status
    pair.hears_nothing()
    assert (kept(pair), pair.status(1)) == (held, before)


@pytest.mark.parametrize("connector", [3, 9, -1, 2**31 - 1])
def test_a_connector_that_does_not_exist_cannot_be_reserved(pair: CoreScene, connector: int) -> None:
    """profiles.md 3.3."""
    assert pair.reserves(connector) == "Rejected"
    assert kept(pair) == []


@pytest.mark.parametrize("seconds", [0, -0.001, -86_400])
def test_what_is_over_already_cannot_be_reserved(scene: CoreScene, seconds: float) -> None:
    """profiles.md 3.3; 5.13: it ends when the time is reached."""
    assert scene.reserves(seconds=seconds) == "Rejected"
    scene.hears_nothing()
    assert kept(scene) == []


def test_what_is_worse_is_said_first(pair: CoreScene) -> None:
    """station.md: Faulted and Preparing before an expiry that is over; that before everything else."""
    pair.station.on_error(1, FAULT)
    pair.station.on_session_started(2, "s2", "EVConnected")
    pair.hears_all()
    assert pair.reserves(1, seconds=-1) == "Faulted"
    assert pair.reserves(2, seconds=-1) == "Occupied"
    pair.station.on_resume_charging(2)
    pair.hears_all()
    assert pair.reserves(2, seconds=-1) == "Rejected"


def test_a_charge_point_without_the_profile_takes_no_reservations() -> None:
    """9.1.29, 3.3; 7.40 has a word of its own for ReserveNow: Rejected, not configured to accept reservations."""
    scene = accepted(SupportedFeatureProfiles="Core")
    assert scene.reserves() == "Rejected"
    scene.hears_nothing()
    with pytest.raises(RefusedError) as refused:
        scene.cancels()
    assert refused.value.code == "NotSupported"


# -- the same id again -------------------------------------------------------------------------------------------------


def test_the_same_id_again_moves_a_reservation(pair: CoreScene) -> None:
    """5.13: it replaces."""
    pair.reserves(1, 5)
    pair.sees(1, "Reserved")
    assert pair.reserves(2, 5, "OTHER") == "Accepted"
    pair.sees(1, "Available")
    pair.sees(2, "Reserved")
    assert [r.id_tag for r in pair.station.reservations()] == ["OTHER"]
    assert ended(pair) == [(5, ReservationEnd.REPLACED)]


def test_the_same_id_again_renews_a_reservation_without_a_word(scene: CoreScene) -> None:
    """5.13: another expiry, and the connector is Reserved all the time."""
    scene.reserves(seconds=60)
    scene.sees(1, "Reserved")
    assert scene.reserves(seconds=600) == "Accepted"
    scene.passes(599)
    scene.hears_nothing()
    scene.passes(1)
    scene.sees(1, "Available")


@pytest.mark.parametrize("reason", ["EVConnected", "Authorized"])
def test_a_reservation_is_renewed_while_its_holder_is_there(scene: CoreScene, reason: SessionStartedReasonWord) -> None:
    """5.13: the id matches, so it is replaced; that its holder has come does not make the connector taken."""
    scene.reserves(seconds=60)
    scene.station.on_session_started(1, "s1", reason)
    assert scene.reserves(seconds=600) == "Accepted"
    scene.passes(300)
    scene.hears_all()
    scene.begins(id_tag="HOLDER")
    assert scene.hears_all("StartTransaction")[0]["reservationId"] == 1


def test_a_reservation_that_cannot_be_moved_is_lost(pair: CoreScene) -> None:
    """profiles.md 3.3: the old one is cancelled first, even if the new one then fails."""
    pair.reserves(1, 5)
    pair.station.on_resume_charging(2)
    pair.hears_all()
    assert pair.reserves(2, 5) == "Occupied"
    pair.sees(1, "Available")
    assert kept(pair) == []


@pytest.mark.parametrize(("connector", "seconds"), [(9, 60), (2, -1), (1, -1)])
def test_a_request_that_makes_no_sense_leaves_the_old_one_alone(
    pair: CoreScene, connector: int, seconds: float
) -> None:
    """profiles.md 3.3: what can never be is Rejected before anything is given up."""
    pair.reserves(1, 5)
    pair.sees(1, "Reserved")
    assert pair.reserves(connector, 5, seconds=seconds) == "Rejected"
    pair.hears_nothing()
    assert kept(pair) == [5]
