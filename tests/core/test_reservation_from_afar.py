"""RemoteStartTransaction where the Central System has reserved connectors.

Proves 5.11 with 5.13 (charging is refused to all but the holder and the group; where the group of an idTag is not
known, the Central System is asked), and profiles.md 3.3.
"""

import pytest

from ocpp16sm.base.words import SessionStartedReasonWord
from ocpp16sm.hardware import IsTokenReservedForOther, ProvideToken
from tests.support.reservation_scenes import learns
from tests.support.scene import ACCEPTED, CoreScene, accepted
from tests.support.scripted_hardware import ScriptedHardware

REJECTED = {"status": "Rejected"}


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors, of which the second is reserved for HOLDER."""
    scene = accepted(connectors=2, hardware=ScriptedHardware(reserved_for={1: "FRIEND"}))
    scene.reserves(2)
    scene.sees(2, "Reserved")
    scene.orders()
    return scene


def start(scene: CoreScene, id_tag: str, connector: int | None = None) -> tuple[dict[str, str], list[ProvideToken]]:
    """The answer, and what the station is told to do; its hardware is asked nothing."""
    scene.orders()
    where = {} if connector is None else {"connectorId": connector}
    answer = scene.asks("RemoteStartTransaction", {**where, "idTag": id_tag})
    orders = scene.orders()
    assert all(isinstance(order, ProvideToken) for order in orders)
    return answer, [order for order in orders if isinstance(order, ProvideToken)]


def test_the_holder_may_start_anywhere(pair: CoreScene) -> None:
    """5.13: and the hardware is not asked about what it cannot know."""
    assert start(pair, "holder", 2) == (ACCEPTED, [ProvideToken("holder", (2,), authorized=True)])
    assert start(pair, "HOLDER") == (ACCEPTED, [ProvideToken("HOLDER", (1, 2), authorized=True)])


def test_a_stranger_may_start_where_nothing_is_reserved(pair: CoreScene) -> None:
    """5.13."""
    assert start(pair, "STRANGER", 2) == (REJECTED, [])
    assert start(pair, "STRANGER") == (ACCEPTED, [ProvideToken("STRANGER", (1,), authorized=True)])


@pytest.mark.parametrize("reason", ["EVConnected", "Authorized"])
def test_nor_while_the_holder_is_about_to_start(pair: CoreScene, reason: SessionStartedReasonWord) -> None:
    """5.13: the reservation holds until the transaction starts."""
    pair.station.on_session_started(2, "s2", reason)
    pair.hears_all()
    assert start(pair, "STRANGER", 2) == (REJECTED, [])
    assert start(pair, "HOLDER", 2) == (ACCEPTED, [ProvideToken("HOLDER", (2,), authorized=True)])


def test_one_of_the_group_may_start(pair: CoreScene) -> None:
    """5.13: if it is known to be one."""
    pair.reserves(2, group="GROUP")
    learns(pair, "FRIEND", "GROUP")
    learns(pair, "STRANGER", "OTHERS")
    assert start(pair, "FRIEND", 2) == (ACCEPTED, [ProvideToken("FRIEND", (2,), authorized=True)])
    assert start(pair, "STRANGER", 2) == (REJECTED, [])


@pytest.mark.parametrize("key", ["true", "false"])
def test_one_who_may_be_of_the_group_is_asked_about(pair: CoreScene, key: str) -> None:
    """5.13: Authorize is sent if the parent is not known, even where remote requests count as authorised (5.11)."""
    pair.sets("AuthorizeRemoteTxRequests", key)
    pair.reserves(2, group="GROUP")
    assert start(pair, "UNKNOWN", 2) == (ACCEPTED, [ProvideToken("UNKNOWN", (2,), authorized=False)])


def test_a_connector_that_is_free_for_certain_is_preferred(pair: CoreScene) -> None:
    """5.11: the charge point is in control of the selection; nobody need be asked then."""
    pair.reserves(2, group="GROUP")
    assert start(pair, "UNKNOWN") == (ACCEPTED, [ProvideToken("UNKNOWN", (1,), authorized=True)])


def test_the_last_free_connector_is_for_the_holder_of_any() -> None:
    """5.13, connectorId 0."""
    scene = accepted(connectors=2)
    scene.reserves(0)
    assert start(scene, "STRANGER")[0] == ACCEPTED
    scene.station.on_disabled(1)
    scene.hears_all()
    assert start(scene, "STRANGER") == (REJECTED, [])
    assert start(scene, "STRANGER", 2) == (REJECTED, [])
    assert start(scene, "HOLDER") == (ACCEPTED, [ProvideToken("HOLDER", (2,), authorized=True)])


def test_the_hardware_is_asked_about_its_own_reservations_only(pair: CoreScene) -> None:
    """Both kinds side by side: ours first."""
    pair.station.on_reservation_start(1)
    pair.sees(1, "Reserved")
    for id_tag, connectors in (("FRIEND", (1,)), ("HOLDER", (2,))):
        assert pair.asks("RemoteStartTransaction", idTag=id_tag) == ACCEPTED
        asked, told = pair.orders()
        assert asked == IsTokenReservedForOther(1, id_tag)
        assert told == ProvideToken(id_tag, connectors, authorized=True)
    assert pair.asks("RemoteStartTransaction", idTag="STRANGER") == REJECTED


def test_what_both_have_reserved_is_a_matter_of_ours(pair: CoreScene) -> None:
    """A station that notes our reservations as its own does not stand in their way."""
    pair.station.on_reservation_start(2)
    assert start(pair, "HOLDER", 2)[0] == ACCEPTED
    assert start(pair, "STRANGER", 2)[0] == REJECTED
