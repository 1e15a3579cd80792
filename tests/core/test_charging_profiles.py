"""Charging profiles: which are taken, which replace which, and which are cleared.

Proves 3.13.1, 3.13.2, 5.5, 5.16, 6.13, 6.43, 7.8 to 7.14, 9.4, errata 3.25, 3.26, 3.38 to 3.45 and 3.56, and
reference/profiles.md 1.2, 1.3 and 1.5 with what is said there to be done otherwise. Limits are read with
GetCompositeSchedule; with nothing installed that is 48 A (CompositeScheduleDefaultLimitAmps).
"""

from typing import Any

import pytest

from ocpp16sm.core.engine.effects import LogRefusal
from tests.support.charging_scenes import DEFAULT, MAX, NONE, TX, clears, installed, installs, limit, profile, schedule
from tests.support.scene import CoreScene, RefusedError, accepted


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors; a transaction runs at connector 1."""
    scene = accepted(connectors=2, ChargeProfileMaxStackLevel="5", ChargingScheduleMaxPeriods="3")
    assert scene.transaction() == 1
    return scene


def refusal(scene: CoreScene) -> str:
    """Why the last profile was refused, as the log has it."""
    found = [effect.text for effect in scene.virtual.effects if isinstance(effect, LogRefusal)]
    scene.virtual.effects.clear()
    assert len(found) == 1
    return found[0]


# -- what is taken -----------------------------------------------------------------------------------------------------


DAILY: dict[str, Any] = {"chargingProfileKind": "Recurring", "recurrencyKind": "Daily"}

TAKEN: dict[str, tuple[int, dict[str, Any]]] = {
    "a default of one connector": (1, profile()),
    "a default of all": (0, profile()),
    "a maximum": (0, profile(purpose=MAX)),
    "a profile of the transaction": (1, profile(purpose=TX)),
    "a profile that names the transaction": (1, profile(purpose=TX, transactionId=1)),
    "an id of a transaction where it means nothing (7.8)": (1, profile(transactionId=99)),
    "the highest level": (1, profile(level=5)),
    "as many periods as there may be": (1, profile(periods=[(0, 6), (60, 7), (120, 8)])),
    "no limit at all": (1, profile(limit=0)),
    "watts": (1, profile(schedule={"chargingRateUnit": "W"})),
    "one phase": (1, profile(periods=[(0, 16, 1)])),
    "a day again and again": (1, profile(**DAILY)),
    "a day again and again of the whole charge point": (0, profile(purpose=MAX, **DAILY)),
    "a recurrencyKind that means nothing (errata 3.56)": (1, profile(recurrencyKind="Weekly")),
    "periods beyond the recurrence (errata 3.44)": (1, profile(**DAILY, schedule={"duration": 100_000})),
    "a time to come": (1, profile(validFrom="2026-07-01T00:00:00Z", validTo="2026-08-01T00:00:00Z")),
    "a transaction and a time (errata 3.65, 3.66)": (1, profile(purpose=TX, validTo="2026-08-01T00:00:00Z")),
    "an Absolute one that lasts": (
        1,
        profile(chargingProfileKind="Absolute", schedule={"startSchedule": "2020-01-01T00:00:00Z"}),
    ),
    "a slow EV": (1, profile(schedule={"minChargingRate": 6.1})),
    "a schedule beyond the year 9999": (
        1,
        profile(
            chargingProfileKind="Absolute",
            schedule={"startSchedule": "9999-12-31T23:00:00Z", "duration": 2_000_000_000},
        ),
    ),
}


@pytest.mark.parametrize(("connector", "given"), TAKEN.values(), ids=list(TAKEN))
def test_a_profile_is_taken(pair: CoreScene, connector: int, given: dict[str, Any]) -> None:
    """3.13, 7.8, 7.13."""
    assert installs(pair, connector, given) == "Accepted"
    assert installed(pair) == {1: connector}


REFUSED: dict[str, tuple[int, dict[str, Any], str]] = {
    "a maximum of one connector": (1, profile(purpose=MAX), "connector 0"),
    "a maximum from the start of what": (0, profile(purpose=MAX, chargingProfileKind="Relative"), "Relative"),
    "a transaction of the charge point": (0, profile(purpose=TX), "one connector"),
    "a transaction that is not there": (2, profile(purpose=TX), "transaction"),
    "another transaction": (1, profile(purpose=TX, transactionId=99), "transaction"),
    "a level below all": (1, profile(level=-1), "stackLevel -1"),
    "a level too high": (1, profile(level=6), "ChargeProfileMaxStackLevel = 5"),
    "too many periods": (1, profile(periods=[(0, 6), (1, 6), (2, 6), (3, 6)]), "ChargingScheduleMaxPeriods = 3"),
    "a negative limit": (1, profile(limit=-1), "limit -1"),
    "no phases": (1, profile(periods=[(0, 6, 0)]), "0 phases"),
    "four phases": (1, profile(periods=[(0, 6), (60, 6, 4)]), "4 phases"),
    "a first period that is not the first": (1, profile(periods=[(60, 6)]), "at 60, not at 0"),
    "a period before the first": (1, profile(periods=[(0, 6), (-60, 6)]), "period 1 does not start after"),
    "periods in disorder": (1, profile(periods=[(0, 6), (60, 7), (30, 8)]), "period 2 does not start after"),
    "two periods at once": (1, profile(periods=[(0, 6), (0, 7)]), "period 1 does not start after"),
    "a duration of nothing": (1, profile(schedule={"duration": 0}), "duration of 0 s"),
    "a negative duration": (1, profile(schedule={"duration": -5}), "duration of -5 s"),
    "a recurrence without a kind": (1, profile(chargingProfileKind="Recurring"), "recurrencyKind"),
    "a recurrence without a start": (1, profile(**DAILY, schedule={"startSchedule": None}), "startSchedule"),
    "an Absolute one without a start": (
        1,
        profile(chargingProfileKind="Absolute", schedule={"startSchedule": None}),
        "startSchedule",
    ),
    "an end before the beginning": (
        1,
        profile(validFrom="2026-08-01T00:00:00Z", validTo="2026-07-01T00:00:00Z"),
        "validTo is not after validFrom",
    ),
    "a time that is over": (1, profile(validTo="2026-06-01T12:00:00Z"), "time is over"),
    "a schedule that is over": (
        1,
        profile(chargingProfileKind="Absolute", schedule={"duration": 43_200}),
        "time is over",
    ),
}


@pytest.mark.parametrize(("connector", "given", "why"), REFUSED.values(), ids=list(REFUSED))
def test_a_profile_is_refused_and_the_log_says_why(
    pair: CoreScene, connector: int, given: dict[str, Any], why: str
) -> None:
    """3.13.1, 5.16.4, 7.11; a profile that could never set a limit is not taken, as if it did."""
    assert installs(pair, 1, profile(level=4, limit=10)) == "Accepted"
    pair.virtual.effects.clear()
    assert installs(pair, connector, given) == "Rejected"
    assert why in refusal(pair)
    assert installed(pair) == {1: 1}
    assert limit(pair) == 10


@pytest.mark.parametrize("connector", [-1, 3, 2_000_000])
def test_a_connector_that_is_not_there_is_a_wrong_value(pair: CoreScene, connector: int) -> None:
    """Errata 3.39 (libocpp: Rejected)."""
    with pytest.raises(RefusedError) as refused:
        installs(pair, connector, profile())
    assert refused.value.code == "PropertyConstraintViolation"


def test_a_unit_that_is_not_a_word_is_a_wrong_value(pair: CoreScene) -> None:
    """Errata 3.38."""
    with pytest.raises(RefusedError) as refused:
        installs(pair, 1, profile(schedule={"chargingRateUnit": "kW"}))
    assert refused.value.code == "PropertyConstraintViolation"


def test_without_smart_charging_nothing_of_it_is_supported() -> None:
    """Errata 3.39."""
    scene = accepted(SupportedFeatureProfiles="Core")
    for asks in (lambda: installs(scene, 1, profile()), lambda: clears(scene), lambda: schedule(scene)):
        with pytest.raises(RefusedError) as refused:
            asks()
        assert refused.value.code == "NotSupported"


def test_a_purpose_that_is_not_supported_is_not_supported() -> None:
    """7.11, SupportedChargingProfilePurposeTypes (libocpp: Rejected)."""
    scene = accepted(SupportedChargingProfilePurposeTypes="TxDefaultProfile")
    assert installs(scene, 0, profile(purpose=MAX)) == "NotSupported"
    assert installs(scene, 0, profile()) == "Accepted"


def test_only_allowed_units_are_taken_and_told() -> None:
    """9.4.2, ChargingScheduleAllowedChargingRateUnit: the first one is the usual one."""
    scene = accepted(ChargingScheduleAllowedChargingRateUnit="Power")
    assert installs(scene, 1, profile()) == "Rejected"
    assert "ChargingScheduleAllowedChargingRateUnit = Power" in refusal(scene)
    assert installs(scene, 1, profile(limit=2300, schedule={"chargingRateUnit": "W"})) == "Accepted"
    assert scene.asks("GetCompositeSchedule", connectorId=1, duration=60, chargingRateUnit="A") == {
        "status": "Rejected"
    }
    assert schedule(scene) == [(0, 2300)]


@pytest.mark.parametrize("kind", ["Absolute", "Recurring"])
def test_a_profile_without_a_start_may_start_now(kind: str) -> None:
    """AllowChargingProfileWithoutStartSchedule: and that is when it has started, also later."""
    scene = accepted(AllowChargingProfileWithoutStartSchedule="true")
    given = profile(chargingProfileKind=kind, recurrencyKind="Daily", periods=[(0, 6), (100, 7)])
    del given["chargingSchedule"]["startSchedule"]
    assert installs(scene, 1, given) == "Accepted"
    scene.passes(40)
    assert schedule(scene) == [(0, 6), (60, 7)]
    scene.restarts()
    scene.hears_all()
    assert schedule(scene) == [(0, 6), (60, 7)]


# -- how many ----------------------------------------------------------------------------------------------------------


def test_no_more_are_installed_than_there_may_be() -> None:
    """9.4.5, MaxChargingProfilesInstalled: one for all connectors is one; one that replaces adds none ([Q] of 1.3)."""
    scene = accepted(connectors=3, MaxChargingProfilesInstalled="2")
    assert installs(scene, 0, profile(1)) == "Accepted"
    assert installs(scene, 1, profile(2, level=1)) == "Accepted"
    assert installs(scene, 1, profile(3, level=2)) == "Rejected"
    assert "MaxChargingProfilesInstalled = 2" in refusal(scene)
    assert installs(scene, 2, profile(1, level=7)) == "Accepted"
    assert installs(scene, 1, profile(4, level=1)) == "Accepted"
    assert installed(scene) == {1: 2, 4: 1}


def test_one_that_is_over_takes_no_room() -> None:
    """9.4.5: whether its validity or its only schedule has ended."""
    scene = accepted(MaxChargingProfilesInstalled="2")
    scene.passes(60)
    assert installs(scene, 1, profile(1, validTo="2026-06-01T13:00:00Z")) == "Accepted"
    once = {"startSchedule": "2026-06-01T12:00:00Z", "duration": 3600}
    assert installs(scene, 0, profile(2, MAX, schedule=once)) == "Accepted"
    assert installs(scene, 1, profile(3, level=1)) == "Rejected"
    scene.passes(3600)
    assert installed(scene) == {}
    assert installs(scene, 1, profile(3, level=1)) == "Accepted"
    assert clears(scene, id=1) == "Unknown"


def test_one_is_over_when_the_clock_says_so_however_it_was_set() -> None:
    """3.14: moments are the clock's, and it may be set."""
    scene = accepted()
    assert installs(scene, 1, profile(validTo="2026-06-20T00:00:00Z")) == "Accepted"
    scene.virtual.set_wall_clock(type(scene.virtual.now.utc).parse("2026-06-25T00:00:00Z"))
    assert limit(scene) == NONE
    scene.passes(86_400)
    assert installed(scene) == {}


# -- which replaces which ----------------------------------------------------------------------------------------------


def test_the_same_id_is_the_same_profile_wherever_it_was(pair: CoreScene) -> None:
    """5.16.3, 5.16.4."""
    assert installs(pair, 2, profile(7, level=1, limit=6)) == "Accepted"
    assert installs(pair, 1, profile(7, TX, level=3, limit=8)) == "Accepted"
    assert (installed(pair), limit(pair, 1), limit(pair, 2)) == ({7: 1}, 8, NONE)
    assert installs(pair, 0, profile(7, MAX, limit=20)) == "Accepted"
    assert (installed(pair), limit(pair, 1), limit(pair, 2)) == ({7: 0}, 20, 20)


def test_the_same_place_in_a_stack_is_taken_by_the_last(pair: CoreScene) -> None:
    """3.13.2: purpose and level, of one connector. Other levels, purposes and connectors stay."""
    for number, connector, given in (
        (1, 1, profile(1, limit=6)),
        (2, 2, profile(2, limit=7)),
        (3, 1, profile(3, level=1, limit=8)),
        (4, 0, profile(4, MAX, limit=30)),
        (5, 1, profile(5, TX, limit=9)),
    ):
        assert installs(pair, connector, given) == "Accepted", number
    assert installed(pair) == {1: 1, 2: 2, 3: 1, 4: 0, 5: 1}
    assert installs(pair, 1, profile(11, limit=10)) == "Accepted"
    assert installs(pair, 0, profile(14, MAX, limit=12)) == "Accepted"
    assert installs(pair, 1, profile(15, TX, limit=11)) == "Accepted"
    assert installed(pair) == {2: 2, 3: 1, 11: 1, 14: 0, 15: 1}
    assert (limit(pair, 1), limit(pair, 2)) == (11, 7)


def test_a_profile_replaces_one_that_holds_even_before_its_own_time(pair: CoreScene) -> None:
    """3.13.2: until validFrom it is as if there were none."""
    assert installs(pair, 1, profile(1, limit=6)) == "Accepted"
    assert installs(pair, 1, profile(2, limit=9, validFrom="2026-06-01T13:00:00Z")) == "Accepted"
    assert schedule(pair, duration=7200) == [(0, NONE), (3600, 9)]


def test_a_connectors_own_default_stands_for_that_of_all_on_its_level(pair: CoreScene) -> None:
    """3.13.1: replaced only for that connector; and when its own is cleared, that of all holds again ([Q] of 1.3)."""
    assert installs(pair, 0, profile(1, limit=20)) == "Accepted"
    assert installs(pair, 1, profile(2, limit=25)) == "Accepted"
    assert (limit(pair, 1), limit(pair, 2)) == (25, 20)
    assert clears(pair, id=2) == "Accepted"
    assert (limit(pair, 1), limit(pair, 2)) == (20, 20)


def test_a_default_for_all_that_comes_later_is_for_all(pair: CoreScene) -> None:
    """3.13.2: it takes the place of each connector's own on its level; on other levels they stay."""
    assert installs(pair, 1, profile(1, limit=6)) == "Accepted"
    assert installs(pair, 2, profile(2, level=1, limit=7)) == "Accepted"
    assert installs(pair, 0, profile(3, limit=20)) == "Accepted"
    assert installed(pair) == {2: 2, 3: 0}
    assert (limit(pair, 1), limit(pair, 2)) == (20, 7)


# -- which are cleared -------------------------------------------------------------------------------------------------

STOCK = {
    1: (0, profile(1, MAX, level=0)),
    2: (0, profile(2, MAX, level=1)),
    3: (0, profile(3, DEFAULT, level=0)),
    4: (1, profile(4, DEFAULT, level=1)),
    5: (2, profile(5, DEFAULT, level=1)),
    6: (1, profile(6, TX, level=1)),
}

CLEARED: list[tuple[dict[str, Any], set[int]]] = [
    ({}, {1, 2, 3, 4, 5, 6}),
    ({"id": 4}, {4}),
    ({"id": 99}, set()),
    ({"id": 5, "connectorId": 1, "chargingProfilePurpose": MAX, "stackLevel": 0}, {5}),
    ({"connectorId": 0}, {1, 2, 3}),
    ({"connectorId": 1}, {4, 6}),
    ({"connectorId": 2}, {5}),
    ({"connectorId": 9}, set()),
    ({"connectorId": -1}, set()),
    ({"chargingProfilePurpose": MAX}, {1, 2}),
    ({"chargingProfilePurpose": DEFAULT}, {3, 4, 5}),
    ({"chargingProfilePurpose": TX}, {6}),
    ({"stackLevel": 1}, {2, 4, 5, 6}),
    ({"stackLevel": 4}, set()),
    ({"connectorId": 0, "chargingProfilePurpose": DEFAULT}, {3}),
    ({"connectorId": 0, "chargingProfilePurpose": TX}, set()),
    ({"connectorId": 1, "stackLevel": 0}, set()),
    ({"chargingProfilePurpose": DEFAULT, "stackLevel": 1}, {4, 5}),
    ({"connectorId": 1, "chargingProfilePurpose": TX, "stackLevel": 1}, {6}),
]


@pytest.mark.parametrize(("which", "gone"), CLEARED, ids=lambda value: repr(value))
def test_what_matches_is_cleared(pair: CoreScene, which: dict[str, Any], gone: set[int]) -> None:
    """Errata 3.25, 3.26: an id alone decides; all other fields together do."""
    for connector, given in STOCK.values():
        assert installs(pair, connector, given) == "Accepted"
    assert clears(pair, **which) == ("Accepted" if gone else "Unknown")
    assert set(installed(pair)) == set(STOCK) - gone


def test_clearing_everything_is_always_done(pair: CoreScene) -> None:
    """Errata 3.25: there is nothing afterwards, whatever there was."""
    assert clears(pair) == "Accepted"
    assert clears(pair, connectorId=1) == "Unknown"
