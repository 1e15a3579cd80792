"""What charging profiles allow: GetCompositeSchedule, the station's own question, and when its controller is told.

Proves 3.13.1 to 3.13.6, 5.7, 6.22, errata 3.28 to 3.30, 3.51 and 3.57, and reference/profiles.md 1.6 and 1.7; the
calculation itself is proved in test_composite_examples.
"""

from collections.abc import Callable
from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import ConfigurationSet
from ocpp16sm.messages import ChargingRateUnitType
from tests.support.charging_scenes import (
    MAX,
    NONE,
    TX,
    clears,
    installs,
    limit,
    profile,
    schedule,
    starts_from_afar,
    told,
)
from tests.support.scene import CoreScene, accepted

REJECTED = {"status": "Rejected"}


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors, both free."""
    return accepted(connectors=2)


def own_limit(scene: CoreScene, connector: int = 1) -> float:
    """The limit that holds now, as the station's controller sees it."""
    limits = scene.virtual.core.features.charging_limits
    return float(limits.schedule(connector, scene.virtual.now.utc, 0, ChargingRateUnitType.A).periods[0].limit)


# -- GetCompositeSchedule ----------------------------------------------------------------------------------------------


def test_a_schedule_starts_now_and_says_so_once(pair: CoreScene) -> None:
    """5.7, errata 3.28, 3.57: without startSchedule and minChargingRate, from the second in which the request came."""
    given = profile(periods=[(0, 10, 1), (60, 8)], schedule={"minChargingRate": 6.0})
    assert installs(pair, 1, given) == "Accepted"
    pair.passes(10.7)
    assert pair.asks("GetCompositeSchedule", connectorId=1, duration=300) == {
        "status": "Accepted",
        "connectorId": 1,
        "scheduleStart": "2026-06-01T12:00:10.000Z",
        "chargingSchedule": {
            "duration": 300,
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [
                {"startPeriod": 0, "limit": 10, "numberPhases": 1},
                {"startPeriod": 60, "limit": 8},
            ],
        },
    }


@pytest.mark.parametrize(
    "request_",
    [
        {"connectorId": 3, "duration": 60},
        {"connectorId": -1, "duration": 60},
        {"connectorId": 1, "duration": -1},
        {"connectorId": 9, "duration": 60, "chargingRateUnit": "A"},
    ],
)
def test_what_cannot_be_told_is_rejected_and_nothing_else_is_said(pair: CoreScene, request_: dict[str, Any]) -> None:
    """5.7, errata 3.51."""
    assert pair.asks("GetCompositeSchedule", request_) == REJECTED


def test_a_schedule_is_told_in_the_unit_asked_for(pair: CoreScene) -> None:
    """6.21, 7.12: SupplyVoltage and CompositeScheduleDefaultNumberPhases convert; 0.1 is the finest limit (7.14)."""
    assert installs(pair, 1, profile(limit=10)) == "Accepted"
    assert schedule(pair, unit="W") == [(0, 6900)]
    pair.sets("SupplyVoltage", "120")
    pair.sets("CompositeScheduleDefaultNumberPhases", "1")
    assert schedule(pair, unit="W") == [(0, 1200, 1)]
    watts = profile(2, periods=[(0, 2000, 1)], schedule={"chargingRateUnit": "W"})
    assert installs(pair, 1, watts) == "Accepted"
    assert schedule(pair, unit="A") == [(0, 16.6, 1)]


def test_where_no_profile_sets_a_limit_the_default_is_told(pair: CoreScene) -> None:
    """CompositeScheduleDefaultLimitAmps, CompositeScheduleDefaultLimitWatts."""
    assert (schedule(pair), schedule(pair, unit="W")) == ([(0, 48)], [(0, 33120)])
    pair.sets("CompositeScheduleDefaultLimitAmps", "32")
    pair.sets("CompositeScheduleDefaultLimitWatts", "22080")
    assert (schedule(pair), schedule(pair, unit="W")) == ([(0, 32)], [(0, 22080)])
    assert schedule(pair, connector=0) == [(0, 64)]


def test_a_schedule_is_no_longer_than_it_may_be() -> None:
    """MaxCompositeScheduleDuration; its duration says so."""
    scene = accepted(MaxCompositeScheduleDuration="600")
    for asked, given in ((0, 0), (599, 599), (600, 600), (86_400, 600)):
        answer = scene.asks("GetCompositeSchedule", connectorId=1, duration=asked)
        assert answer["chargingSchedule"]["duration"] == given
        assert len(answer["chargingSchedule"]["chargingSchedulePeriod"]) == 1


def test_a_schedule_has_no_more_periods_than_it_may_have() -> None:
    """9.4.3, ChargingScheduleMaxPeriods: it ends where they do, and is right until then."""
    scene = accepted(ChargingScheduleMaxPeriods="3")
    daily = profile(chargingProfileKind="Recurring", recurrencyKind="Daily", periods=[(0, 6), (21_600, 7), (43_200, 8)])
    assert installs(scene, 1, daily) == "Accepted"
    answer = scene.asks("GetCompositeSchedule", connectorId=1, duration=31_536_000)
    assert answer["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 8},
        {"startPeriod": 43_200, "limit": 6},
        {"startPeriod": 64_800, "limit": 7},
    ]
    assert answer["chargingSchedule"]["duration"] == 86_400


def test_the_charge_point_expects_the_sum_of_its_connectors(pair: CoreScene) -> None:
    """5.7, errata 3.30; 3.13.3: bounded."""
    assert installs(pair, 1, profile(1, limit=10)) == "Accepted"
    assert installs(pair, 2, profile(2, limit=6)) == "Accepted"
    assert limit(pair, 0) == 16
    assert installs(pair, 0, profile(3, MAX, limit=12)) == "Accepted"
    assert (limit(pair, 0), limit(pair, 1), limit(pair, 2)) == (12, 10, 6)


# -- offline -----------------------------------------------------------------------------------------------------------


def test_offline_profiles_go_on(pair: CoreScene) -> None:
    """3.13.6: those of the transaction, the defaults and the maximum."""
    starts = pair.transaction()
    assert installs(pair, 1, profile(1, TX, limit=6, transactionId=starts)) == "Accepted"
    assert installs(pair, 2, profile(2, limit=7)) == "Accepted"
    told(pair)
    pair.loses_network()
    assert (own_limit(pair, 1), own_limit(pair, 2), told(pair)) == (6, 7, [])


def test_d51_purposes_may_be_ignored_while_there_is_no_connection(pair: CoreScene) -> None:
    """IgnoredProfilePurposesOffline; in every schedule, whether the Central System has ever been there or not."""
    assert installs(pair, 0, profile(1, MAX, limit=20)) == "Accepted"
    assert installs(pair, 1, profile(2, limit=10)) == "Accepted"
    pair.sets("IgnoredProfilePurposesOffline", "ChargePointMaxProfile")
    told(pair)
    assert (own_limit(pair, 1), own_limit(pair, 2)) == (10, 20)
    pair.loses_network()
    assert (own_limit(pair, 1), own_limit(pair, 2), told(pair)) == (10, NONE, [(0, 1, 2)])
    pair.virtual.feed(ConfigurationSet("IgnoredProfilePurposesOffline", "TxDefaultProfile"))
    assert (own_limit(pair, 1), own_limit(pair, 2)) == (20, 20)
    pair.regains_network()
    assert own_limit(pair, 1) == 10
    pair.starts(connect=False)
    assert (own_limit(pair, 1), own_limit(pair, 2)) == (20, 20)


def test_ignoring_is_news_to_the_controller(pair: CoreScene) -> None:
    """When the key changes while there is no connection, and with each connection."""
    assert installs(pair, 1, profile(1, limit=10)) == "Accepted"
    told(pair)
    pair.loses_network()
    assert told(pair) == []
    pair.virtual.feed(ConfigurationSet("IgnoredProfilePurposesOffline", "TxDefaultProfile"))
    assert told(pair) == [(0, 1)]
    pair.regains_network()
    assert told(pair) == [(0, 1)]
    pair.sets("IgnoredProfilePurposesOffline", "")
    assert told(pair) == []


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("TxProfile", "Accepted"),
        ("TxProfile, ChargePointMaxProfile", "Accepted"),
        ("", "Accepted"),
        ("TxProfile,Nonsense", "Rejected"),
        ("Nonsense", "Rejected"),
    ],
)
def test_only_purposes_can_be_ignored(pair: CoreScene, value: str, status: str) -> None:
    """profiles.md 1.1."""
    answer = pair.asks("ChangeConfiguration", key="IgnoredProfilePurposesOffline", value=value)
    assert answer == {"status": status}


def test_whether_three_phases_can_become_one_can_be_read() -> None:
    """9.4.4, ConnectorSwitch3to1PhaseSupported."""
    scene = accepted(ConnectorSwitch3to1PhaseSupported="true")
    (found,) = scene.asks("GetConfiguration", key=["ConnectorSwitch3to1PhaseSupported"])["configurationKey"]
    assert found == {"key": "ConnectorSwitch3to1PhaseSupported", "readonly": True, "value": "true"}


# -- what the controller is told ---------------------------------------------------------------------------------------


def _starts(scene: CoreScene) -> None:
    scene.begins(1)


def _stops(scene: CoreScene) -> None:
    scene.ends(1)


ALL = (0, 1, 2)
NEWS: dict[str, tuple[list[Callable[[CoreScene], Any]], Callable[[CoreScene], Any], list[tuple[int, ...]]]] = {
    "a maximum": ([], lambda s: installs(s, 0, profile(purpose=MAX)), [ALL]),
    "a default of all": ([], lambda s: installs(s, 0, profile()), [ALL]),
    "a default of one": ([], lambda s: installs(s, 2, profile()), [(0, 2)]),
    "one that is refused": ([], lambda s: installs(s, 2, profile(level=-1)), []),
    "one that goes from one connector to another": (
        [lambda s: installs(s, 1, profile())],
        lambda s: installs(s, 2, profile()),
        [ALL],
    ),
    "one is cleared": ([lambda s: installs(s, 1, profile())], lambda s: clears(s, id=1), [(0, 1)]),
    "there is nothing to clear": ([lambda s: installs(s, 1, profile())], lambda s: clears(s, id=2), []),
    "one is over": (
        [lambda s: installs(s, 1, profile(validTo="2026-06-01T12:01:00Z"))],
        lambda s: s.passes(60),
        [(0, 1)],
    ),
    "a transaction with a profile of its own ends": (
        [_starts, lambda s: installs(s, 1, profile(purpose=TX))],
        _stops,
        [(0, 1)],
    ),
    "one from which a Relative profile counts begins": ([lambda s: installs(s, 0, profile())], _starts, [(0, 1)]),
    "one from which a Relative profile counts ends": (
        [lambda s: installs(s, 1, profile()), _starts],
        _stops,
        [(0, 1)],
    ),
    "one that is nothing to another connector's profile begins": (
        [lambda s: installs(s, 2, profile())],
        _starts,
        [],
    ),
    "one that is nothing to an Absolute profile begins": (
        [lambda s: installs(s, 1, profile(chargingProfileKind="Absolute"))],
        _starts,
        [],
    ),
    "a remote start with a profile": ([], lambda s: starts_from_afar(s, chargingProfile=profile(1, TX)), [(0, 1)]),
    "somebody else starts": (
        [lambda s: starts_from_afar(s, chargingProfile=profile(1, TX))],
        _starts,
        [(0, 1)],
    ),
    "the voltage": ([], lambda s: s.sets("SupplyVoltage", "120"), [ALL]),
    "the default limit": ([], lambda s: s.sets("CompositeScheduleDefaultLimitAmps", "6"), [ALL]),
    "something else": ([], lambda s: s.sets("HeartbeatInterval", "600"), []),
    "a period ends": (
        [lambda s: installs(s, 1, profile(periods=[(0, 6), (60, 7)])), _starts],
        lambda s: s.passes(120),
        [],
    ),
    "the connection is lost, and nothing is ignored": (
        [lambda s: installs(s, 1, profile())],
        lambda s: s.loses_network(),
        [],
    ),
}


@pytest.mark.parametrize(("before", "happens", "news"), NEWS.values(), ids=list(NEWS))
def test_the_controller_is_told_whose_limits_may_be_others(
    pair: CoreScene,
    before: list[Callable[[CoreScene], Any]],
    happens: Callable[[CoreScene], Any],
    news: list[tuple[int, ...]],
) -> None:
    """3.13.4, profiles.md 1.3 to 1.6; told after the answer."""
    for each in before:
        each(pair)
    pair.hears_all()
    told(pair)
    happens(pair)
    assert told(pair) == news


def test_a_controller_is_told_at_the_start_if_there_are_profiles(pair: CoreScene) -> None:
    pair.restarts()
    pair.hears_all()
    assert told(pair) == []
    assert installs(pair, 1, profile()) == "Accepted"
    told(pair)
    pair.restarts()
    assert told(pair) == [(0, 1, 2)]
