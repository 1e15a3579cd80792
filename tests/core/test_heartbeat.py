"""Heartbeats: after how much silence, what they say of the time, and what they do not pile up to.

Proves 4.6, 9.1.10 (an interval of inactivity) and 4.2 as far as the interval comes from there.
"""

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.hardware import SetSystemTime
from tests.support.scene import SILENCE, CallError, CoreScene

NOW = "2026-06-01T12:00:00Z"


@pytest.fixture
def beating(scene: CoreScene) -> CoreScene:
    """A charge point whose heart beats every minute, beginning now."""
    scene.sets("HeartbeatInterval", "60")
    return scene


def test_the_interval_comes_from_the_central_system() -> None:
    """4.2: adjusted in accordance with the answer that accepts."""
    scene = CoreScene(HeartbeatInterval="10")
    scene.starts()
    scene.hears("BootNotification", {"status": "Accepted", "currentTime": NOW, "interval": 300})
    scene.hears_all()
    for _ in range(3):
        scene.passes(299.9)
        scene.hears_nothing()
        scene.passes(0.1)
        scene.hears("Heartbeat")
    assert scene.asks("GetConfiguration", key=["HeartbeatInterval"])["configurationKey"][0]["value"] == "300"


def test_without_an_interval_the_configured_one_holds() -> None:
    """4.2: zero says nothing when it comes with Accepted."""
    scene = CoreScene(HeartbeatInterval="45")
    scene.starts()
    scene.hears("BootNotification", {"status": "Accepted", "currentTime": NOW, "interval": 0})
    scene.hears_all()
    scene.passes(44.9)
    scene.hears_nothing()
    scene.passes(0.1)
    scene.hears("Heartbeat")


def test_a_changed_interval_counts_from_now(beating: CoreScene) -> None:
    """9.1.10: live; the silence so far does not count."""
    beating.passes(50)
    beating.sets("HeartbeatInterval", "20")
    beating.passes(19.9)
    beating.hears_nothing()
    beating.passes(0.1)
    beating.hears("Heartbeat")


def test_zero_turns_them_off(beating: CoreScene) -> None:
    """9.1.10: no interval, no heartbeat."""
    beating.sets("HeartbeatInterval", "0")
    beating.passes(86_400)
    beating.hears_nothing()


def test_whatever_else_is_said_is_a_sign_of_life(beating: CoreScene) -> None:
    """4.6: it may be skipped when something else was sent within the interval; counted from there."""
    beating.passes(40)
    beating.station.on_session_started(1, "s1", "EVConnected")
    beating.sees(1, "Preparing")
    beating.passes(59.9)
    beating.hears_nothing()
    beating.passes(0.1)
    beating.hears("Heartbeat")


@pytest.mark.parametrize("answer", [SILENCE, CallError()], ids=["unanswered", "refused"])
def test_one_that_fails_is_not_sent_again(beating: CoreScene, answer: object) -> None:
    """3.7.1 is not about heartbeats: the next one comes when it is due."""
    beating.passes(60)
    beating.hears("Heartbeat", answer)
    beating.passes(59.9)
    beating.hears_nothing()
    beating.passes(0.1)
    beating.hears("Heartbeat")


def test_they_do_not_pile_up() -> None:
    """4.6: a Central System that is slow is not asked once more for every interval that it was slow."""
    scene = CoreScene()
    scene.boots()
    scene.sets("HeartbeatInterval", "5")
    scene.station.on_session_started(1, "s1", "EVConnected")
    preparing = scene.sees(1, "Preparing", SILENCE)
    scene.passes(29)
    scene.answers(preparing)
    scene.hears("Heartbeat")
    scene.hears_nothing()


def test_offline_there_are_none_and_none_are_kept(beating: CoreScene) -> None:
    """4.6: afterwards the next one comes when it is due."""
    beating.loses_network()
    beating.passes(3600)
    beating.regains_network()
    assert [heard.action for heard in beating.hears_all()] == ["StatusNotification"] * 2
    beating.passes(59.9)
    beating.hears_nothing()
    beating.passes(0.1)
    beating.hears("Heartbeat")


def test_the_time_is_taken_over_from_each(beating: CoreScene) -> None:
    """4.6: recommended, so that the clock does not drift."""
    beating.orders()
    for minute in (1, 2):
        beating.passes(60)
        beating.hears("Heartbeat", {"currentTime": f"2026-06-01T12:0{minute}:07.250Z"})
        time = Timestamp.parse(f"2026-06-01T12:0{minute}:07.250Z")
        assert beating.orders(SetSystemTime) == [SetSystemTime(time)]


def test_a_clock_that_is_set_moves_timestamps_but_no_timer(beating: CoreScene) -> None:
    """Design, 5: what is due in a minute is due in a minute, whatever the time is then."""
    beating.passes(30)
    beating.virtual.set_wall_clock(Timestamp.parse("2031-01-01T00:00:00Z"))
    beating.passes(29.9)
    beating.hears_nothing()
    beating.passes(0.1)
    beating.hears("Heartbeat")
    beating.station.on_session_started(1, "s1", "EVConnected")
    beating.sees(1, "Preparing", timestamp="2031-01-01T00:00:30.000Z")
