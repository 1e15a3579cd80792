"""Events from one chart to another are delivered after the sender's step, in order, and dropped with a failed step."""

from typing import Any

import pytest

from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.generated.chart_events import Delivery
from tests.core.test_own_mistakes import MistakeError
from tests.support.scene import CoreScene, accepted

NOBODY: Any = None


def test_events_are_delivered_in_their_order_with_those_that_they_cause() -> None:
    journal, told = Journal(), list[str]()

    def first(_features: object) -> None:
        told.append("first")
        journal.post(lambda _features: told.append("caused by the first"))

    second: Delivery = lambda _features: told.append("second")  # noqa: E731
    journal.post(first)
    journal.post(second)
    assert told == []
    journal.deliver(NOBODY)
    assert told == ["first", "second", "caused by the first"]
    journal.deliver(NOBODY)
    assert len(told) == 3


def test_events_of_a_failed_step_are_not_delivered() -> None:
    journal, told = Journal(), list[str]()
    journal.post(lambda _features: told.append("lost"))
    journal.roll_back()
    journal.deliver(NOBODY)
    assert told == []


def test_a_step_fails_with_the_chart_that_it_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """All or nothing: a transaction that the reset could not be told of has not started."""
    scene: CoreScene = accepted(connectors=2)
    reset = scene.virtual.core.features.reset

    def fail(*_given: Any, **_data: Any) -> None:
        raise MistakeError("this should not have been")

    with monkeypatch.context() as patched:
        patched.setattr(type(reset), "fire", fail)
        with pytest.raises(MistakeError):
            scene.begins(1, "s1")
    assert scene.virtual.core.transaction(1) is None
    scene.begins(1, "s1")
    assert [one.action for one in scene.hears_all("StatusNotification", "StartTransaction")] == [
        "StatusNotification",
        "StartTransaction",
    ]
