"""What the Central System may ask before it has answered BootNotification (4.2, 5.17)."""

import pytest

from ocpp16sm.hardware import ProvideToken, StopTransaction
from tests.support.scene import SILENCE, CallError, CoreScene, RefusedError, boot_answer


@pytest.fixture
def started() -> CoreScene:
    """A charge point with two connectors that has connected; its BootNotification is on its way."""
    scene = CoreScene(connectors=2)
    scene.starts()
    return scene


@pytest.mark.parametrize("later", ["Accepted", "Pending", "Rejected"])
def test_before_it_is_answered_requests_are_answered_as_while_pending(started: CoreScene, later: str) -> None:
    """4.2 forbids to send requests before the answer, not to answer them; only Rejected forbids that.

    Home Assistant asks for the configuration before it answers. The connection lives as long as a first answer takes.
    """
    boot = started.hears("BootNotification", SILENCE)
    assert started.asks("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"][0]["value"] == "2"
    assert started.asks("ClearCache") == {"status": "Accepted"}
    with pytest.raises(RefusedError, match="NotImplemented"):
        started.asks("Foo")
    started.says('[2,"x",7]')
    with pytest.raises(RefusedError, match="FormationViolation"):
        started.answer_to("x")
    assert started.asks("RemoteStartTransaction", idTag="TAG") == {"status": "Rejected"}
    assert started.asks("RemoteStopTransaction", transactionId=1) == {"status": "Rejected"}
    assert started.orders(ProvideToken, StopTransaction) == []
    started.hears_nothing()
    started.answers(boot, boot_answer(later))
    answered = started.sends("ClearCache")
    if later == "Rejected":
        started.hears_nothing()
    else:
        assert started.answer_to(answered) == {"status": "Accepted"}


@pytest.mark.parametrize("later", ["Accepted", "Pending", "Rejected"])
@pytest.mark.parametrize("message", ["Heartbeat", "StatusNotification", "DiagnosticsStatusNotification", "MeterValues"])
def test_before_it_is_answered_what_is_asked_for_waits(started: CoreScene, message: str, later: str) -> None:
    """4.2: no other request before the answer, nor while Rejected; what was promised is said as soon as it may be."""
    boot = started.hears("BootNotification", SILENCE)
    started.measures(1, 100)
    assert started.asks("TriggerMessage", requestedMessage=message, connectorId=1) == {"status": "Accepted"}
    started.hears_nothing()
    started.answers(boot, boot_answer(later))
    assert bool(started.hears_all(message)) is (later != "Rejected")


def test_before_it_is_answered_it_is_not_said_twice(started: CoreScene) -> None:
    """5.17: it is under way, so what was asked for is being done."""
    boot = started.hears("BootNotification", SILENCE)
    assert started.asks("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
    started.hears_nothing()
    started.answers(boot, boot_answer("Pending", 600))
    started.hears_nothing()


def test_after_a_failure_it_is_said_at_once_when_asked_for(started: CoreScene) -> None:
    """4.2: not before its time unless requested; then the wait is over."""
    started.hears("BootNotification", CallError())
    started.passes(10)
    assert started.asks("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
    started.hears("BootNotification", boot_answer("Pending", 600))
    started.passes(599)
    started.hears_nothing()


def test_a_connection_that_is_lost_first_takes_what_was_asked_for_with_it(started: CoreScene) -> None:
    """Who asked is not there any more; BootNotification is said again."""
    started.hears("BootNotification", SILENCE)
    started.asks("TriggerMessage", requestedMessage="Heartbeat")
    started.loses_link()
    started.passes(10)
    started.hears("BootNotification")
    assert started.hears_all("Heartbeat") == []
