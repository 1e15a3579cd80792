"""Charging profiles and transactions: whose a TxProfile is, when it ends, what a restart leaves.

Proves 3.13.1 (TxProfile), 5.16.1, 5.16.3, errata 3.37, and the defects that reference/profiles.md 1.4 marks.
"""

from typing import Any

import pytest

from tests.support.charging_scenes import (
    MAX,
    NONE,
    TX,
    installed,
    installs,
    limit,
    profile,
    schedule,
    starts,
    starts_from_afar,
    stops,
)
from tests.support.scene import SILENCE, CallError, CoreScene, accepted


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors, both free."""
    return accepted(connectors=2)


# -- a TxProfile and its transaction -----------------------------------------------------------------------------------


def test_a_profile_of_a_transaction_overrules_the_default_and_ends_with_it(pair: CoreScene) -> None:
    """3.13.1."""
    assert installs(pair, 0, profile(1, limit=20)) == "Accepted"
    starts(pair)
    assert installs(pair, 1, profile(2, TX, limit=25)) == "Accepted"
    assert (limit(pair, 1), limit(pair, 2)) == (25, 20)
    stops(pair)
    assert installed(pair) == {1: 0}
    assert limit(pair, 1) == 20
    starts(pair, session="s2")
    assert limit(pair, 1) == 20


def test_another_transaction_keeps_its_profiles(pair: CoreScene) -> None:
    starts(pair, 1, session="s1")
    starts(pair, 2, session="s2")
    assert installs(pair, 1, profile(1, TX, limit=6)) == "Accepted"
    assert installs(pair, 2, profile(2, TX, limit=7)) == "Accepted"
    stops(pair, 1, "s1")
    assert (limit(pair, 1), limit(pair, 2)) == (NONE, 7)


def test_a_relative_profile_counts_from_the_start_of_the_transaction(pair: CoreScene) -> None:
    """7.9; without a transaction as if one started now."""
    assert installs(pair, 1, profile(periods=[(0, 6), (300, 7)])) == "Accepted"
    pair.passes(100)
    assert schedule(pair) == [(0, 6), (300, 7)]
    starts(pair)
    pair.passes(100)
    assert schedule(pair) == [(0, 6), (200, 7)]
    pair.passes(250)
    assert schedule(pair) == [(0, 7)]


def test_the_id_may_be_used_before_it_has_been_answered(pair: CoreScene) -> None:
    """5.16.1: the Central System knows the id, and we do not yet."""
    pair.begins()
    pair.hears("StatusNotification")
    start = pair.hears("StartTransaction", SILENCE)
    assert installs(pair, 1, profile(1, TX, limit=6, transactionId=41)) == "Accepted"
    assert limit(pair) == 6
    pair.answers(start, {"idTagInfo": {"status": "Accepted"}, "transactionId": 41})
    assert (installed(pair), limit(pair)) == ({1: 1}, 6)


def test_an_id_that_turns_out_to_be_anothers_was_meant_for_another(pair: CoreScene) -> None:
    """3.13.1: such a profile is discarded, as it would have been had the id been known."""
    pair.begins()
    pair.hears("StatusNotification")
    start = pair.hears("StartTransaction", SILENCE)
    assert installs(pair, 1, profile(1, TX, level=1, limit=6, transactionId=41)) == "Accepted"
    assert installs(pair, 1, profile(2, TX, level=0, limit=8)) == "Accepted"
    pair.answers(start, {"idTagInfo": {"status": "Accepted"}, "transactionId": 42})
    assert (installed(pair), limit(pair)) == ({2: 1}, 8)
    assert installs(pair, 1, profile(1, TX, level=1, limit=6, transactionId=41)) == "Rejected"


def test_an_id_cannot_be_that_of_a_transaction_that_nobody_was_told_of(pair: CoreScene) -> None:
    """5.16.1: what started offline has no id; one that is sent is that of the transaction before."""
    assert pair.transaction() == 1
    pair.loses_network()
    pair.ends()
    pair.begins(session="s2")
    pair.regains_network()
    pair.hears("StopTransaction", SILENCE)
    assert installs(pair, 1, profile(1, TX, transactionId=1)) == "Rejected"
    assert installs(pair, 1, profile(1, TX, transactionId=2)) == "Rejected"
    assert installs(pair, 1, profile(1, TX)) == "Accepted"


def test_an_id_may_be_used_while_the_start_is_told_again(pair: CoreScene) -> None:
    """5.16.1, 3.7.1: the Central System has failed at the start, perhaps after it had made an id."""
    pair.begins()
    pair.hears("StatusNotification")
    pair.hears("StartTransaction", CallError())
    assert installs(pair, 1, profile(1, TX, transactionId=41)) == "Accepted"


def test_a_profile_stays_when_the_start_cannot_be_delivered() -> None:
    """Errata 3.18: the transaction goes on without an id, and within its limit."""
    scene = accepted(TransactionMessageAttempts="1")
    scene.begins()
    scene.hears("StatusNotification")
    start = scene.hears("StartTransaction", SILENCE)
    assert installs(scene, 1, profile(1, TX, limit=6, transactionId=41)) == "Accepted"
    scene.answers(start, CallError())
    assert limit(scene) == 6
    assert installs(scene, 1, profile(2, TX, level=1, limit=6, transactionId=41)) == "Rejected"


# -- a restart ---------------------------------------------------------------------------------------------------------


def test_profiles_are_there_after_a_restart(pair: CoreScene) -> None:
    """Errata 3.37; a limit stays exactly what it was."""
    assert installs(pair, 0, profile(1, MAX, limit=20.1)) == "Accepted"
    assert installs(pair, 0, profile(2, level=1, limit=15.7)) == "Accepted"
    before = pair.virtual.core.features.smart_charging.installed
    pair.restarts()
    pair.hears_all()
    assert pair.virtual.core.features.smart_charging.installed == before
    assert limit(pair) == 15.7


def test_b14_profiles_of_one_level_at_several_connectors_are_there_after_a_restart(pair: CoreScene) -> None:
    """[BUG] of profiles.md 1.4: there the last one takes the others' place on disk (libocpp#1051)."""
    assert installs(pair, 1, profile(1, limit=6)) == "Accepted"
    assert installs(pair, 2, profile(2, limit=7)) == "Accepted"
    pair.restarts()
    pair.hears_all()
    assert (limit(pair, 1), limit(pair, 2)) == (6, 7)


def test_b14_a_profile_goes_on_with_a_transaction_that_is_resumed(pair: CoreScene) -> None:
    """[BUG] of profiles.md 1.4: so do Relative defaults, from where they were, and others may be set."""
    assert installs(pair, 2, profile(2, periods=[(0, 10), (600, 11)])) == "Accepted"
    starts(pair, 1, session="s1")
    starts(pair, 2, session="s2")
    assert installs(pair, 1, profile(1, TX, periods=[(0, 6), (600, 7)])) == "Accepted"
    pair.passes(200)
    pair.restarts(resuming_sessions=frozenset({"s1", "s2"}))
    pair.hears_all()
    assert schedule(pair, 1) == [(0, 6), (400, 7)]
    assert schedule(pair, 2) == [(0, 10), (400, 11)]
    assert installs(pair, 1, profile(3, TX, level=1, limit=9, transactionId=1)) == "Accepted"
    assert limit(pair, 1) == 9
    stops(pair, 1, "s1")
    assert installed(pair) == {2: 2}


def test_a_profile_goes_with_a_transaction_that_ends_by_power_loss(pair: CoreScene) -> None:
    """3.13.1: also when another transaction of the same connector is resumed later."""
    starts(pair, 1, session="s1")
    assert installs(pair, 1, profile(1, TX)) == "Accepted"
    pair.restarts()
    assert [stop["reason"] for stop in pair.hears_all("StopTransaction")] == ["PowerLoss"]
    assert installed(pair) == {}


def test_what_is_not_allowed_any_more_is_gone_after_a_restart() -> None:
    """profiles.md 1.4: keys that cannot be changed are changed where the charge point is configured."""
    scene = accepted(connectors=3)
    stock: list[tuple[int, dict[str, Any]]] = [
        (0, profile(1, MAX)),
        (1, profile(2)),
        (3, profile(3)),
        (1, profile(4, level=8)),
        (1, profile(5, level=1, periods=[(0, 6), (60, 7), (120, 8)])),
        (1, profile(6, level=2, schedule={"chargingRateUnit": "W"})),
        (1, profile(7, level=3, validTo="2026-06-01T12:00:30Z")),
    ]
    for connector, given in stock:
        assert installs(scene, connector, given) == "Accepted"
    assert starts_from_afar(scene, connector=3, chargingProfile=profile(8, TX)) == "Accepted"
    smaller = CoreScene(
        connectors=2,
        store=scene.virtual.store,
        SupportedChargingProfilePurposeTypes="TxDefaultProfile",
        ChargeProfileMaxStackLevel="7",
        ChargingScheduleMaxPeriods="2",
        ChargingScheduleAllowedChargingRateUnit="Current",
    )
    smaller.virtual.now = scene.virtual.now.later(60)
    smaller.starts()
    smaller.hears_all()
    assert (installed(smaller), smaller.virtual.store.load().awaited_starts) == ({2: 1}, ())


def test_a_profile_that_is_switched_off_for_a_while_keeps_what_it_had() -> None:
    """9.1.29: nothing limits meanwhile."""
    scene = accepted()
    assert installs(scene, 1, profile(1, limit=6)) == "Accepted"
    without = CoreScene(store=scene.virtual.store, SupportedFeatureProfiles="Core")
    without.starts()
    without.hears_all()
    now = without.virtual.now.utc
    assert without.virtual.core.features.charging_limits.schedule(1, now, 0).periods[0].limit == NONE
    scene.restarts()
    scene.hears_all()
    assert limit(scene) == 6
