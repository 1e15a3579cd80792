"""Credentials that change once more while they are on trial, and connections after a trial (whitepaper A01, A05)."""

from ocpp16sm.core.engine import inputs
from tests.core.test_credentials import NEW, OLD, accepts, basic, changes, dials, refuses
from tests.support.scene import CoreScene

NEWEST = "the newest password, 27 let"


def changed_twice() -> CoreScene:
    """The Central System has changed the key, and somebody at the station, before that was tried out, once more."""
    scene = basic(RetryBackoffWaitMinimum="1", RetryBackoffRepeatTimes="0")
    changes(scene, "AuthorizationKey", NEW)
    scene.passes(1)
    assert [each.authorization_key for each in dials(scene)] == [NEW]  # for an hour nobody answers
    scene.virtual.feed(inputs.ConfigurationSet("AuthorizationKey", NEWEST))
    return scene


def test_a_key_that_changes_while_another_is_tried_is_tried_next() -> None:
    """A01.FR.03: the dial that is under way, with a key that is none any more, is given up."""
    scene = changed_twice()
    scene.passes(1)
    assert [each.authorization_key for each in dials(scene)] == [NEWEST]


def test_it_is_kept_when_it_connects() -> None:
    scene = changed_twice()
    scene.passes(1)
    accepts(scene)
    state = scene.virtual.store.load().credentials
    assert state is not None
    assert (state.present.authorization_key, state.previous) == (NEWEST, None)


def test_if_it_is_refused_the_one_that_last_connected_is_tried() -> None:
    """Not the one in between, which never did."""
    scene = changed_twice()
    scene.passes(1)
    for _ in range(2):
        refuses(scene)
        scene.passes(1)
    assert [each.authorization_key for each in dials(scene)] == [NEWEST, OLD, NEWEST]


def test_after_a_trial_connections_come_and_go_as_before() -> None:
    """A05.FR.07: what was before is forgotten, and nothing is on trial any more."""
    scene = basic(RetryBackoffWaitMinimum="1", RetryBackoffRepeatTimes="0")
    changes(scene, "AuthorizationKey", NEW)
    scene.passes(1)
    accepts(scene)
    scene.hears("StatusNotification", connectorId=0)
    scene.hears("StatusNotification", connectorId=1)
    scene.loses_link()
    for _ in range(2):
        scene.passes(1)
        refuses(scene)
    scene.passes(1)
    accepts(scene)
    scene.hears("StatusNotification", connectorId=0)
    scene.hears("StatusNotification", connectorId=1)
    scene.hears_nothing()
    assert {each.authorization_key for each in dials(scene)} == {NEW}
    state = scene.virtual.store.load().credentials
    assert state is not None
    assert (state.present.authorization_key, state.previous) == (NEW, None)
