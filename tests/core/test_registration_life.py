"""Every life of a registration, four answers long: after each, it behaves as 4.2 says of the status it has then.

The status is that of the last answer that could be read. What can be seen of it: whether a request of the Central
System is answered (not while Rejected), whether anything is said unasked (only when Accepted), and when the next
BootNotification comes (after the interval, or a minute without one; never when Accepted). Before the first answer it
looks like Pending.
"""

from itertools import product
from typing import Any

import pytest

from tests.support.scene import CallError, CoreScene

FAILED = CallError("InternalError")
WORDS = ("Accepted", "Pending", "Rejected", "failed")
LIVES = list(product(WORDS, repeat=4))


def boots(scene: CoreScene, word: str) -> None:
    """The BootNotification that is under way is answered like that; everything else that is said, as usual."""
    now = scene.virtual.now.utc.text()
    answer: Any = FAILED if word == "failed" else {"status": word, "currentTime": now, "interval": 0}
    scene.hears("BootNotification", answer)
    scene.hears_all()


def shown(scene: CoreScene) -> str:
    """The status, as it can be seen from outside."""
    asked = scene.sends("GetConfiguration", key=["HeartbeatInterval"])
    try:
        scene.answer_to(asked)
    except AssertionError:
        return "silent"
    scene.station.on_session_started(1, "s", "EVConnected")
    scene.station.on_session_stopped(1, "s")
    return "Accepted" if scene.hears_all("StatusNotification") else "Pending"


def is_said_again(scene: CoreScene, status: str) -> None:
    """The next BootNotification comes when it is due, or when asked for; left to itself, Accepted asks nothing."""
    if status == "Accepted":
        assert scene.virtual.core.next_deadline is None, "nothing is left that could wake it"
        assert scene.asks("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
        return
    scene.passes(59.9)
    scene.hears_nothing()
    scene.passes(0.1)


@pytest.mark.parametrize("life", LIVES, ids="-".join)
def test_a_life(life: tuple[str, ...]) -> None:
    scene = CoreScene()
    scene.starts()
    status = "Pending"
    for word in life:
        boots(scene, word)
        if word != "failed":
            status = "silent" if word == "Rejected" else word
        assert shown(scene) == status
        is_said_again(scene, status)
    scene.hears("BootNotification")


@pytest.mark.parametrize("word", WORDS)
def test_pending_and_asked_for_it_waits_anew_for_what_it_is_told_then(word: str) -> None:
    """5.17 in 4.2: a TriggerMessage is answered while Pending; the wait for the next begins with its answer."""
    scene = CoreScene()
    scene.starts()
    boots(scene, "Pending")
    scene.passes(30)
    assert scene.asks("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
    boots(scene, word)
    status = {"failed": "Pending", "Rejected": "silent"}.get(word, word)
    assert shown(scene) == status
    is_said_again(scene, status)
    scene.hears("BootNotification")
