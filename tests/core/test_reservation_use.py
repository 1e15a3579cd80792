"""For whom a reservation is, and how it is used.

Proves 5.13 (whom it lets charge; how it is used up), 4.8 (reservationId), 3.10, 7.28, 4.9 G2 B1 A7, and what
EVerest/EVerest#1067 and profiles.md 3.3 find wrong.
"""

import pytest

from ocpp16sm.records import ReservationEnd
from tests.support.reservation_scenes import ended, kept, learns
from tests.support.scene import ACCEPTED, CoreScene, accepted

GROUP = {"parentIdTag": "GROUP"}


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors, of which the second is reserved for HOLDER and GROUP."""
    scene = accepted(connectors=2)
    assert scene.reserves(2, 7, group="GROUP") == "Accepted"
    scene.sees(2, "Reserved")
    return scene


# -- whom it is for ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_tag", "parent", "refused"),
    [
        ("HOLDER", None, False),
        ("holder", None, False),
        ("STRANGER", None, True),
        ("STRANGER", "GROUP", False),
        ("STRANGER", "group", False),
        ("STRANGER", "OTHERS", True),
        ("HOLDER", "OTHERS", False),
        ("GROUP", None, True),
        ("STRANGER", "HOLDER", True),
    ],
)
def test_a_reserved_connector_is_for_its_holder_and_the_group(
    pair: CoreScene, id_tag: str, parent: str | None, refused: bool
) -> None:
    """5.13; CiStrings (7.28); a parentIdTag is no idTag (3.10)."""
    assert pair.station.is_reserved_for_other(2, id_tag, parent) is refused
    assert not pair.station.is_reserved_for_other(1, id_tag, parent)


def test_without_a_group_it_is_for_its_holder_alone() -> None:
    """5.13: a group is compared only if there is one."""
    scene = accepted()
    scene.reserves()
    assert scene.station.is_reserved_for_other(1, "STRANGER", "")
    assert scene.station.is_reserved_for_other(1, "STRANGER", "GROUP")


@pytest.mark.parametrize("cache", ["true", "false"])
@pytest.mark.parametrize(("parent", "refused"), [("Group", False), ("OTHERS", True), (None, True)])
def test_the_group_is_known_from_the_central_system(cache: str, parent: str | None, refused: bool) -> None:
    """5.13: from Authorize.conf, whether or not answers may be cached."""
    scene = accepted(AuthorizationCacheEnabled=cache)
    scene.reserves(group="GROUP")
    scene.sees(1, "Reserved")
    assert scene.station.is_reserved_for_other(1, "FRIEND")
    learns(scene, "friend", parent)
    assert scene.station.is_reserved_for_other(1, "FRIEND") is refused
    assert not scene.station.is_reserved_for_other(1, "FRIEND", "GROUP"), "who asks may know better"


def test_the_group_is_known_from_the_local_list(scene: CoreScene) -> None:
    """5.13: it may be looked up there."""
    entry = {"idTag": "FRIEND", "idTagInfo": {**ACCEPTED, **GROUP}}
    scene.asks("SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=[entry])
    scene.reserves(group="GROUP")
    assert not scene.station.is_reserved_for_other(1, "friend")
    assert scene.station.is_reserved_for_other(1, "STRANGER")


def test_the_group_is_known_from_the_cache_after_a_restart(scene: CoreScene) -> None:
    """5.13, 3.5.1: and is not, where answers are not cached."""
    learns(scene, "FRIEND", "GROUP")
    scene.reserves(group="GROUP")
    scene.restarts()
    assert not scene.station.is_reserved_for_other(1, "FRIEND")
    scene.hears_all()
    scene.sets("AuthorizationCacheEnabled", "false")
    scene.restarts()
    assert scene.station.is_reserved_for_other(1, "FRIEND")


def test_the_groups_of_those_who_were_here_last_are_known() -> None:
    """A memory of what is not cached has an end."""
    scene = accepted(AuthorizationCacheEnabled="false")
    scene.reserves(group="GROUP")
    scene.sees(1, "Reserved")
    for number in range(101):
        learns(scene, f"T{number}", "GROUP")
    assert scene.station.is_reserved_for_other(1, "T0")
    assert not scene.station.is_reserved_for_other(1, "T1")
    assert not scene.station.is_reserved_for_other(1, "T100")


# -- used --------------------------------------------------------------------------------------------------------------


def test_a_transaction_of_its_holder_uses_it(pair: CoreScene) -> None:
    """4.8, 5.13 (1): a plug alone changes nothing (profiles.md 3.3); the reservationId is told, once."""
    pair.station.on_session_started(2, "s1", "EVConnected")
    pair.hears_nothing()
    pair.begins(2, id_tag="HOLDER")
    pair.sees(2, "Preparing")
    assert pair.hears("StartTransaction")["reservationId"] == 7
    assert kept(pair) == []
    assert ended(pair) == [(7, ReservationEnd.USED)]
    pair.ends(2)
    pair.hears_all()
    pair.station.on_session_stopped(2, "s1")
    pair.sees(2, "Available")
    pair.begins(2, "s2", "HOLDER")
    assert "reservationId" not in pair.hears_all("StartTransaction")[0].payload
    assert pair.cancels(7) == "Rejected"


def test_a_transaction_of_the_group_uses_it(pair: CoreScene) -> None:
    """5.13 (1): the parent is known from Authorize.conf."""
    learns(pair, "FRIEND", "GROUP")
    pair.station.on_session_started(2, "s1", "Authorized")
    pair.sees(2, "Preparing", info="Authorized")
    pair.begins(2, id_tag="FRIEND")
    assert pair.hears("StartTransaction")["reservationId"] == 7
    assert kept(pair) == []


def test_a_strangers_transaction_is_not_told_as_its_use(pair: CoreScene) -> None:
    """5.13: if the station lets it start all the same, the reservation holds, and waits for the connector."""
    pair.begins(2, id_tag="STRANGER")
    pair.sees(2, "Preparing")
    assert "reservationId" not in pair.hears("StartTransaction").payload
    pair.ends(2)
    pair.hears("StopTransaction")
    pair.sees(2, "Available")
    pair.sees(2, "Reserved")


def test_a_transaction_elsewhere_does_not_use_it(pair: CoreScene) -> None:
    """5.13 (1): on the reserved connector."""
    pair.begins(1, id_tag="HOLDER")
    pair.sees(1, "Preparing")
    assert "reservationId" not in pair.hears("StartTransaction").payload
    assert pair.status(2) == "Reserved"


def test_a_transaction_may_begin_without_a_session(pair: CoreScene) -> None:
    """G2."""
    pair.begins(2, id_tag="HOLDER")
    pair.sees(2, "Preparing")
    assert pair.hears("StartTransaction")["reservationId"] == 7


@pytest.mark.parametrize(("given", "left"), [(7, []), (99, [])], ids=["ours", "its own"])
def test_what_the_station_says_it_uses_is_told(pair: CoreScene, given: int, left: list[int]) -> None:
    """4.8; the holder's transaction ends the reservation even if the station tells another (5.13)."""
    pair.begins(2, id_tag="HOLDER", reservation_id=given)
    pair.sees(2, "Preparing")
    assert pair.hears("StartTransaction")["reservationId"] == given
    assert kept(pair) == left


def test_the_station_may_know_better_who_uses_it(pair: CoreScene) -> None:
    """4.8: with its id given, a reservation is used whatever the idTag is."""
    pair.begins(2, id_tag="STRANGER", reservation_id=7)
    pair.sees(2, "Preparing")
    assert pair.hears("StartTransaction")["reservationId"] == 7
    assert kept(pair) == []


def test_the_use_outlives_a_restart(pair: CoreScene) -> None:
    """4.8, 3.7: the reservationId is told after the restart, and the reservation does not come back."""
    pair.loses_network()
    pair.begins(2, id_tag="HOLDER")
    pair.restarts(resuming_sessions=frozenset({"s1"}))
    assert kept(pair) == []
    pair.virtual.dial_s = 0.0
    pair.regains_network()
    assert pair.hears_all("StartTransaction")[0]["reservationId"] == 7


# -- presented, and not used -------------------------------------------------------------------------------------------


def test_everest_1067_a_card_does_not_use_a_reservation(pair: CoreScene) -> None:
    """5.13 (1): only a transaction does. The holder who does not plug in has it back: B1, then A7 (there is no B7)."""
    pair.station.on_session_started(2, "s1", "Authorized")
    pair.sees(2, "Preparing")
    assert pair.station.is_reserved_for_other(2, "STRANGER")
    pair.station.on_session_stopped(2, "s1")
    pair.sees(2, "Available")
    pair.sees(2, "Reserved")
    pair.station.on_session_started(2, "s2", "Authorized")
    pair.sees(2, "Preparing")
    pair.begins(2, "s2", "HOLDER")
    assert pair.hears("StartTransaction")["reservationId"] == 7


def test_a_timeout_gives_the_reservation_back_as_well(pair: CoreScene) -> None:
    """B6, F1, A7."""
    pair.station.on_session_started(2, "s1", "Authorized")
    pair.station.on_plugin_timeout(2)
    pair.station.on_session_stopped(2, "s1")
    for status in ("Preparing", "Finishing", "Available", "Reserved"):
        pair.sees(2, status)


def test_what_expires_while_its_holder_fetches_the_plug_has_expired() -> None:
    """5.13 (2): the time is reached before a transaction has started."""
    scene = accepted()
    scene.reserves(seconds=60)
    scene.station.on_session_started(1, "s1", "Authorized")
    scene.hears_all()
    scene.passes(60)
    scene.hears_nothing()
    assert ended(scene) == [(1, ReservationEnd.EXPIRED)]
    scene.begins(id_tag="HOLDER")
    assert "reservationId" not in scene.hears("StartTransaction").payload
