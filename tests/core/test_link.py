"""The connection: when it is dialled, after which pause again, when it is wanted, and how it is kept alive.

Proves errata OCPP-J 3.4 (an appropriate back-off), OCPP-J 5.4, the RetryBackoff keys and WebSocketPingInterval
(9.1.34). How a dial is done is proved where it is done (tests/shell).
"""

import pytest

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import Dial, HangUp, KeepAlive
from ocpp16sm.listener import ConnectionChanged
from tests.support.scene import CoreScene


def nobody_answers(scene: CoreScene) -> None:
    """From now on each dial fails."""
    scene.virtual.dial_s = None


def pauses(scene: CoreScene, count: int) -> list[float]:
    """So many times between one dial and the next, while nobody answers."""
    found: list[float] = []
    before, last = scene.virtual.dials, scene.virtual.now.mono
    while len(found) < count:
        deadline = scene.virtual.core.next_deadline
        assert deadline is not None
        scene.passes(deadline - scene.virtual.now.mono)
        if scene.virtual.dials > before:
            found.append(scene.virtual.now.mono - last)
            before, last = scene.virtual.dials, scene.virtual.now.mono
    return found


# -- the first dial, and wanting a connection --------------------------------------------------------------------------


def test_it_dials_at_once(scene: CoreScene) -> None:
    """OCPP-J 3: a start is a reason to connect."""
    assert scene.virtual.dials == 1


def test_it_dials_when_it_is_asked_to_if_it_is_told_to_wait() -> None:
    """The application may want to do something else first."""
    scene = CoreScene()
    scene.starts(connect=False)
    scene.passes(86_400)
    assert scene.virtual.dials == 0
    scene.virtual.feed(inputs.ConnectAsked())
    assert scene.virtual.dials == 1
    scene.hears("BootNotification")


def test_asking_twice_dials_once(scene: CoreScene) -> None:
    """Whether it is connected already, dialling, or waiting before the next dial."""
    scene.virtual.feed(inputs.ConnectAsked())
    scene.loses_network()
    scene.virtual.feed(inputs.ConnectAsked())
    assert scene.virtual.dials == 1
    scene.virtual.dial_s = 5.0
    scene.passes(3)
    scene.virtual.feed(inputs.ConnectAsked())
    assert scene.virtual.dials == 2


def test_a_connection_that_is_not_wanted_is_closed_and_stays_so(scene: CoreScene) -> None:
    """Offline is by choice then: nothing dials."""
    scene.virtual.feed(inputs.DisconnectAsked())
    assert not scene.virtual.linked
    scene.passes(86_400)
    assert scene.virtual.dials == 1
    scene.begins()
    scene.hears_nothing()
    scene.virtual.feed(inputs.ConnectAsked())
    scene.hears("StartTransaction")


def test_no_dial_is_wanted_while_one_is_waited_for(scene: CoreScene) -> None:
    """The pause before the next dial ends as well."""
    scene.loses_network()
    scene.virtual.feed(inputs.DisconnectAsked())
    scene.passes(86_400)
    assert scene.virtual.dials == 1
    scene.virtual.feed(inputs.ConnectAsked())
    assert scene.virtual.dials == 2, "nothing was under way"


def test_a_dial_that_succeeds_when_nobody_wants_it_any_more_is_closed() -> None:
    """Both cross: the dial could not be stopped in time."""
    scene = CoreScene()
    scene.virtual.dial_s = 5.0
    scene.starts()
    scene.virtual.feed(inputs.DisconnectAsked())
    assert any(isinstance(effect, HangUp) for effect in scene.virtual.effects), "it is given up at once"
    scene.virtual.effects.clear()
    scene.passes(60)
    assert not scene.virtual.linked
    assert any(isinstance(effect, HangUp) for effect in scene.virtual.effects)
    scene.hears_nothing()


def test_the_application_is_told(scene: CoreScene) -> None:
    """Of each change, and why."""
    scene.told.clear()
    scene.loses_link("it rained")
    scene.passes(3)
    told = [event for event in scene.told if isinstance(event, ConnectionChanged)]
    assert told == [ConnectionChanged(connected=False, reason="it rained"), ConnectionChanged(connected=True)]


# -- the back-off ------------------------------------------------------------------------------------------------------


def test_each_pause_is_twice_the_one_before() -> None:
    """Errata OCPP-J 3.4: 3 s, doubled 3 times, then ever the same."""
    scene = CoreScene(RetryBackoffWaitMinimum="3", RetryBackoffRepeatTimes="3")
    scene.boots()
    scene.loses_network()
    assert pauses(scene, 7) == [3, 6, 12, 24, 24, 24, 24]


def test_a_connection_that_was_open_begins_anew() -> None:
    """The doubling counts dials since the last success."""
    scene = CoreScene(RetryBackoffWaitMinimum="2", RetryBackoffRepeatTimes="5")
    scene.boots()
    for _ in range(3):
        scene.loses_network()
        assert pauses(scene, 3) == [2, 4, 8]
        scene.regains_network()
        scene.hears_all()


def test_the_first_dials_back_off_too() -> None:
    """A charge point that has never been connected is none the less one of a thousand."""
    scene = CoreScene(RetryBackoffWaitMinimum="1", RetryBackoffRepeatTimes="2")
    nobody_answers(scene)
    scene.starts()
    assert pauses(scene, 4) == [1, 2, 4, 4]


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.999])
def test_chance_adds_its_share_of_the_random_range(chance: float) -> None:
    """RetryBackoffRandomRange: so that a thousand charge points do not come back at once. The core draws no number."""
    scene = CoreScene(RetryBackoffWaitMinimum="4", RetryBackoffRepeatTimes="1", RetryBackoffRandomRange="10")
    scene.boots()
    scene.virtual.feed(inputs.LinkLost("gone", chance))
    nobody_answers(scene)
    deadline = scene.virtual.core.next_deadline
    assert deadline == pytest.approx(scene.virtual.now.mono + 4 + 10 * chance)
    scene.virtual.dial_s = 1.0
    scene.passes(4 + 10 * chance)
    scene.virtual.feed(inputs.LinkLost("refused", chance))
    assert scene.virtual.core.next_deadline == pytest.approx(scene.virtual.now.mono + 8 + 10 * chance)


def test_changed_keys_hold_for_the_next_pause(scene: CoreScene) -> None:
    """They can be changed at any time."""
    scene.sets("RetryBackoffWaitMinimum", "50")
    scene.loses_network()
    assert pauses(scene, 2) == [50, 100]


def test_a_loss_that_is_told_twice_is_one(scene: CoreScene) -> None:
    """A connection ends once; the second word of it shortens no pause, and lengthens none."""
    scene.virtual.dial_s = None
    scene.loses_link()
    scene.passes(2)
    scene.loses_link()
    assert pauses(scene, 2) == [1, 6]


# -- kept alive --------------------------------------------------------------------------------------------------------


def kept_alive(scene: CoreScene) -> list[tuple[int, int]]:
    """What the transport was told of pings since the last look: interval and time-out."""
    told = [(e.interval_s, e.pong_timeout_s) for e in scene.virtual.effects if isinstance(e, KeepAlive)]
    scene.virtual.effects.clear()
    return told


def test_each_connection_is_pinged() -> None:
    """9.1.34: at WebSocketPingInterval; after WebsocketPongTimeout without an answer it has ended."""
    scene = CoreScene(WebSocketPingInterval="33", WebsocketPongTimeout="7")
    scene.boots()
    assert kept_alive(scene) == [(33, 7)]
    scene.loses_link()
    assert kept_alive(scene) == []
    scene.passes(3)
    assert kept_alive(scene) == [(33, 7)]


def test_a_changed_interval_holds_at_once(scene: CoreScene) -> None:
    """9.1.34: also for the connection that is open; 0 turns pings off."""
    kept_alive(scene)
    scene.sets("WebSocketPingInterval", "12")
    assert [interval for interval, _ in kept_alive(scene)] == [12]
    scene.sets("WebSocketPingInterval", "0")
    assert [interval for interval, _ in kept_alive(scene)] == [0]


def test_without_a_connection_there_is_nothing_to_keep_alive(scene: CoreScene) -> None:
    """The new interval is told with the next connection."""
    scene.loses_network()
    kept_alive(scene)
    scene.virtual.feed(inputs.ConfigurationSet("WebSocketPingInterval", "9"))
    assert kept_alive(scene) == []
    scene.regains_network()
    assert [interval for interval, _ in kept_alive(scene)] == [9]


def test_effects_of_a_connection_come_in_order(scene: CoreScene) -> None:
    """Dialled first, then open; what waits is sent after that."""
    scene.begins()
    scene.hears_all()
    scene.loses_link()
    scene.ends()
    scene.virtual.effects.clear()
    scene.passes(3)
    kinds = [type(effect).__name__ for effect in scene.virtual.effects]
    assert kinds.index("Dial") < kinds.index("KeepAlive") < kinds.index("SendText")
    assert kinds.count(Dial.__name__) == 1
