"""The charging profile of a RemoteStartTransaction: it waits for the transaction it came for, and for no other.

Proves 5.11, 5.16.2, errata 3.37, 3.41, 3.42 and 3.67, D46, and the end of reference/profiles.md 1.3.
"""

from typing import Any

import pytest

from ocpp16sm.hardware import ProvideToken
from ocpp16sm.station_facts import SessionStartedReason
from tests.support.charging_scenes import (
    DEFAULT,
    MAX,
    NONE,
    TX,
    clears,
    installed,
    installs,
    limit,
    profile,
    starts,
    starts_from_afar,
    stops,
    told,
)
from tests.support.scene import CoreScene, accepted
from tests.support.scripted_hardware import ScriptedHardware


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors, both free."""
    return accepted(connectors=2)


def awaited(scene: CoreScene) -> list[tuple[int, str, int]]:
    """Connector, idTag and chargingProfileId of each start that is waited for, as it is on disk."""
    kept = scene.virtual.store.load().awaited_starts
    return [(start.connector_id, start.id_tag, start.profile.charging_profile_id) for start in kept]


def test_d46_a_profile_comes_with_a_remote_start(pair: CoreScene) -> None:
    """5.16.2, errata 3.42, 3.67: instead of the default, from the moment the start is accepted; replaced or joined."""
    assert installs(pair, 0, profile(1, limit=20)) == "Accepted"
    told(pair)
    assert starts_from_afar(pair, chargingProfile=profile(2, TX, level=3, limit=6)) == "Accepted"
    assert told(pair) == [(0, 1)]
    assert (limit(pair, 1), limit(pair, 2)) == (6, 20)
    starts(pair, 1, "AFAR")
    assert (limit(pair, 1), awaited(pair), installed(pair)) == (6, [], {1: 0, 2: 1})
    assert installs(pair, 1, profile(3, TX, level=4, limit=7, transactionId=1)) == "Accepted"
    assert installs(pair, 1, profile(4, TX, level=3, limit=8, transactionId=1)) == "Accepted"
    assert installed(pair) == {1: 0, 3: 1, 4: 1}
    stops(pair)
    assert installed(pair) == {1: 0}


WRONG: dict[str, tuple[int | None, dict[str, Any]]] = {
    "no connector": (None, profile(1, TX)),
    "a default": (1, profile(1, DEFAULT)),
    "a maximum": (1, profile(1, MAX)),
    "a transaction that is there": (1, profile(1, TX, transactionId=1)),
    "a level too high": (1, profile(1, TX, level=101)),
    "no phases": (1, profile(1, TX, periods=[(0, 6, 0)])),
    "a time that is over": (1, profile(1, TX, validTo="2026-06-01T11:00:00Z")),
    "a connector that is not there": (9, profile(1, TX)),
}


@pytest.mark.parametrize(("connector", "given"), WRONG.values(), ids=list(WRONG))
def test_a_start_is_rejected_with_its_profile(pair: CoreScene, connector: int | None, given: dict[str, Any]) -> None:
    """5.16.2, errata 3.41: and the station is told nothing."""
    pair.orders()
    assert starts_from_afar(pair, connector=connector, chargingProfile=given) == "Rejected"
    assert (pair.orders(ProvideToken), awaited(pair), limit(pair)) == ([], [], NONE)


def test_a_charge_point_without_smart_charging_ignores_a_profile() -> None:
    """5.11."""
    scene = accepted(SupportedFeatureProfiles="Core")
    assert starts_from_afar(scene, chargingProfile=profile(1, DEFAULT, level=-1)) == "Accepted"
    assert awaited(scene) == []


def test_a_charge_point_without_tx_profiles_starts_nothing_with_one() -> None:
    """5.16.2: it could not keep to the limit."""
    scene = accepted(SupportedChargingProfilePurposeTypes="TxDefaultProfile")
    assert starts_from_afar(scene, chargingProfile=profile(1, TX)) == "Rejected"


def test_d46_a_profile_is_not_somebody_elses(pair: CoreScene) -> None:
    """5.16.2: it came for one idTag, at one connector. idTags are compared without regard to case (7.28)."""
    assert starts_from_afar(pair, "First", 1, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    assert starts_from_afar(pair, "Other", 2, chargingProfile=profile(2, TX, limit=7)) == "Accepted"
    starts(pair, 1, "OTHER", "s1")
    assert (limit(pair, 1), awaited(pair)) == (NONE, [(2, "other", 2)])
    starts(pair, 2, "OTHER", "s2")
    assert limit(pair, 2) == 7


def test_of_two_who_are_awaited_the_one_who_comes_has_the_limit(pair: CoreScene) -> None:
    assert starts_from_afar(pair, "A", chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    assert starts_from_afar(pair, "B", chargingProfile=profile(2, TX, limit=7)) == "Accepted"
    assert starts_from_afar(pair, "C") == "Accepted"
    starts(pair, 1, "A")
    assert (limit(pair), awaited(pair), installed(pair)) == (6, [], {1: 1})


def test_d46_a_profile_waits_no_longer_than_the_station(pair: CoreScene) -> None:
    """9.1.6: ConnectionTimeOut, and a minute for the authorization."""
    pair.sets("ConnectionTimeOut", "30")
    assert starts_from_afar(pair, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    pair.passes(89)
    assert limit(pair) == 6
    told(pair)
    pair.passes(1)
    assert (limit(pair), awaited(pair)) == (NONE, [])
    assert told(pair) == [(0, 1)]
    starts(pair, 1, "AFAR")
    assert limit(pair) == NONE


def test_a_station_that_waits_for_ever_keeps_the_profile(pair: CoreScene) -> None:
    """9.1.6: 0 is no time-out."""
    pair.sets("ConnectionTimeOut", "0")
    assert starts_from_afar(pair, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    pair.passes(7 * 86_400)
    starts(pair, 1, "AFAR")
    assert limit(pair) == 6


def test_d46_a_session_of_the_awaited_that_ends_without_a_transaction_ends_the_wait(pair: CoreScene) -> None:
    """5.11: he was authorized, and did not plug in; that a plug is pulled says nothing of him."""
    assert starts_from_afar(pair, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    pair.station.on_session_started(1, "s0", SessionStartedReason.EV_CONNECTED)
    pair.station.on_session_stopped(1, "s0")
    assert awaited(pair) == [(1, "afar", 1)]
    pair.station.on_session_started(1, "s1", SessionStartedReason.AUTHORIZED)
    pair.station.on_session_stopped(1, "s1")
    pair.hears_all()
    assert (limit(pair), awaited(pair)) == (NONE, [])


def test_the_last_word_about_an_awaited_start_counts(pair: CoreScene) -> None:
    """5.11: a new request for the same idTag and connector, with another profile or with none."""
    assert starts_from_afar(pair, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    assert starts_from_afar(pair, chargingProfile=profile(2, TX, limit=7)) == "Accepted"
    assert awaited(pair) == [(1, "afar", 2)]
    assert starts_from_afar(pair) == "Accepted"
    starts(pair, 1, "AFAR")
    assert limit(pair) == NONE


def test_an_awaited_profile_takes_the_place_of_another_when_its_transaction_begins(pair: CoreScene) -> None:
    """5.16.3, 5.16.4: of one with its id, wherever that is. Before, nothing goes for the sake of who may not come.

    One that comes later with its id takes its place.
    """
    assert installs(pair, 2, profile(1, limit=9)) == "Accepted"
    assert starts_from_afar(pair, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    assert (limit(pair, 1), limit(pair, 2)) == (6, 9)
    starts(pair, 1, "AFAR")
    assert (limit(pair, 1), limit(pair, 2)) == (6, NONE)
    stops(pair)
    pair.station.on_session_stopped(1, "s1")
    pair.hears_all()
    assert starts_from_afar(pair, chargingProfile=profile(5, TX, limit=6)) == "Accepted"
    assert installs(pair, 2, profile(5, limit=10)) == "Accepted"
    assert (awaited(pair), limit(pair, 2)) == ([], 10)


@pytest.mark.parametrize(
    ("which", "status"),
    [({}, "Accepted"), ({"id": 1}, "Accepted"), ({"chargingProfilePurpose": TX}, "Accepted"), ({"id": 2}, "Unknown")],
)
def test_an_awaited_profile_can_be_cleared(pair: CoreScene, which: dict[str, Any], status: str) -> None:
    """5.5."""
    assert starts_from_afar(pair, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    assert clears(pair, **which) == status
    starts(pair, 1, "AFAR")
    assert limit(pair) == (NONE if status == "Accepted" else 6)


def test_awaited_profiles_take_room() -> None:
    """9.4.5."""
    scene = accepted(connectors=2, MaxChargingProfilesInstalled="2")
    assert starts_from_afar(scene, connector=1, chargingProfile=profile(1, TX)) == "Accepted"
    assert installs(scene, 0, profile(2)) == "Accepted"
    assert installs(scene, 1, profile(3, level=1)) == "Rejected"
    assert starts_from_afar(scene, "X", connector=2, chargingProfile=profile(3, TX)) == "Rejected"
    assert starts_from_afar(scene, connector=1, chargingProfile=profile(3, TX)) == "Accepted"
    assert awaited(scene) == [(1, "afar", 3)]


def test_a_profile_waits_for_its_transaction_over_a_restart(pair: CoreScene) -> None:
    """Errata 3.37: what was accepted is kept; and no longer than without the restart."""
    assert starts_from_afar(pair, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    pair.passes(60)
    pair.restarts()
    pair.hears_all()
    starts(pair, 1, "AFAR")
    assert limit(pair) == 6
    pair.restarts(resuming_sessions=frozenset({"s1"}))
    pair.hears_all()
    assert limit(pair) == 6
    stops(pair)
    assert starts_from_afar(pair, "NEXT", 2, chargingProfile=profile(1, TX, limit=6)) == "Accepted"
    pair.passes(120)
    pair.restarts()
    pair.hears_all()
    assert awaited(pair) == []


def test_the_profile_waits_until_a_reservation_has_been_looked_up() -> None:
    """5.11, 5.13: nothing counts before the start is accepted, or if it is not."""
    hardware = ScriptedHardware(reserved_for={1: "FRIEND"})
    scene = accepted(hardware=hardware)
    scene.station.on_reservation_start(1)
    scene.hears_all()
    scene.virtual.hardware_s = 3.0
    for id_tag, status, expected in (("STRANGER", "Rejected", NONE), ("FRIEND", "Accepted", 6)):
        asked = scene.sends(
            "RemoteStartTransaction", idTag=id_tag, connectorId=1, chargingProfile=profile(1, TX, limit=6)
        )
        assert limit(scene) == NONE
        scene.passes(3)
        assert scene.answer_to(asked) == {"status": status}
        assert limit(scene) == expected
