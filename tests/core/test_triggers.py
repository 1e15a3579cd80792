"""TriggerMessage and ExtendedTriggerMessage: every message, answered before it is sent.

Proves 5.17 with errata 3.35, 3.40 and 3.46, 7.32, 7.44, and the whitepaper's ExtendedTriggerMessage. What the triggered
MeterValues say is in test_meter_values, what the triggered statuses of jobs say in test_jobs.
"""

import json
from typing import Any

import pytest

from ocpp16sm.core.engine.effects import SendText
from tests.support.scene import SILENCE, CoreScene, RefusedError, accepted

PLAIN = (
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "StatusNotification",
    "MeterValues",
)
EXTENDED = {
    "BootNotification": "BootNotification",
    "LogStatusNotification": "LogStatusNotification",
    "FirmwareStatusNotification": "SignedFirmwareStatusNotification",
    "Heartbeat": "Heartbeat",
    "StatusNotification": "StatusNotification",
    "MeterValues": "MeterValues",
}
"""What is asked for -> what is sent."""
CASES = [("TriggerMessage", message, message) for message in PLAIN]
CASES += [("ExtendedTriggerMessage", asked, sent) for asked, sent in EXTENDED.items()]


def measured(scene: CoreScene) -> CoreScene:
    """With one connector whose meter has been read."""
    scene.measures(1, 10)
    return scene


@pytest.mark.parametrize(("action", "message", "sent"), CASES)
def test_every_message_can_be_asked_for(scene: CoreScene, action: str, message: str, sent: str) -> None:
    """5.17: Accepted, then the message."""
    measured(scene)
    assert scene.asks(action, requestedMessage=message, connectorId=1) == {"status": "Accepted"}
    scene.hears(sent)
    scene.hears_nothing()
    frames = [json.loads(effect.text) for effect in scene.virtual.effects if isinstance(effect, SendText)]
    assert [frame[0] for frame in frames[-2:]] == [3, 2], "the answer goes first"


@pytest.mark.parametrize("action", ["TriggerMessage", "ExtendedTriggerMessage"])
@pytest.mark.parametrize("message", ["Authorize", "StartTransaction", "Nonsense", ""])
def test_what_nobody_knows_is_not_implemented(scene: CoreScene, action: str, message: str) -> None:
    """5.17: unknown or not implemented is a status, not a CALLERROR."""
    assert scene.asks(action, requestedMessage=message) == {"status": "NotImplemented"}
    scene.hears_nothing()


def test_each_knows_only_its_own_messages(scene: CoreScene) -> None:
    """7.32; whitepaper: the lists differ."""
    for action, message in (
        ("TriggerMessage", "LogStatusNotification"),
        ("TriggerMessage", "SignChargePointCertificate"),
        ("ExtendedTriggerMessage", "DiagnosticsStatusNotification"),
    ):
        assert scene.asks(action, requestedMessage=message) == {"status": "NotImplemented"}
    scene.hears_nothing()


@pytest.mark.parametrize(
    "payload", [{}, {"requestedMessage": 5}, {"requestedMessage": "Heartbeat", "connectorId": "1"}]
)
def test_a_request_that_makes_no_sense_is_a_call_error(scene: CoreScene, payload: dict[str, Any]) -> None:
    """OCPP-J 4.2.3: NotImplemented is for words, not for what is missing or of the wrong type."""
    with pytest.raises(RefusedError) as refused:
        scene.asks("TriggerMessage", payload)
    assert refused.value.code in ("OccurenceConstraintViolation", "TypeConstraintViolation")


@pytest.mark.parametrize("action", ["TriggerMessage", "ExtendedTriggerMessage"])
@pytest.mark.parametrize("message", ["StatusNotification", "MeterValues"])
@pytest.mark.parametrize("connector", [2, 99])
def test_a_connector_that_matters_must_exist(scene: CoreScene, action: str, message: str, connector: int) -> None:
    """5.17: it will not be sent."""
    measured(scene)
    assert scene.asks(action, requestedMessage=message, connectorId=connector) == {"status": "Rejected"}
    scene.hears_nothing()


@pytest.mark.parametrize("message", ["Heartbeat", "BootNotification", "FirmwareStatusNotification"])
def test_a_connector_that_does_not_matter_is_ignored(scene: CoreScene, message: str) -> None:
    """5.17: the requested message is leading; it should still be sent."""
    assert scene.asks("TriggerMessage", requestedMessage=message, connectorId=99) == {"status": "Accepted"}
    scene.hears(message)


@pytest.mark.parametrize("action", ["TriggerMessage", "ExtendedTriggerMessage"])
def test_without_a_connector_all_of_them_are_meant(action: str) -> None:
    """5.17: the charge point itself and each connector; each meter that has been read (D49)."""
    scene = accepted(connectors=2)
    assert scene.asks(action, requestedMessage="StatusNotification") == {"status": "Accepted"}
    for connector in (0, 1, 2):
        scene.sees(connector, "Available")
    scene.hears_nothing()
    scene.measures(2, 1)
    assert scene.asks(action, requestedMessage="MeterValues") == {"status": "Accepted"}
    scene.hears("MeterValues", connectorId=2)
    scene.hears_nothing()


def test_connector_zero_is_the_charge_point() -> None:
    """5.17."""
    scene = accepted(connectors=2)
    scene.station.on_disabled(0)
    scene.sees(0, "Unavailable")
    assert scene.asks("TriggerMessage", requestedMessage="StatusNotification", connectorId=0)["status"] == "Accepted"
    scene.sees(0, "Unavailable")
    scene.hears_nothing()


def test_a_triggered_boot_that_is_accepted_changes_nothing(scene: CoreScene) -> None:
    """Errata 3.35, 3.40: it may be rejected; one that is sent and accepted is no new beginning."""
    assert scene.asks("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
    scene.hears("BootNotification")
    scene.hears_nothing()
    scene.transaction()


def test_while_pending_what_is_asked_for_is_sent() -> None:
    """4.2: no request unless instructed to; then it is, at once and once."""
    scene = CoreScene()
    scene.starts()
    scene.measures(1, 5)
    pending = {"status": "Pending", "currentTime": "2026-06-01T12:00:00Z", "interval": 600}
    scene.hears("BootNotification", pending)
    for action, message, sent in CASES:
        assert scene.asks(action, requestedMessage=message, connectorId=1) == {"status": "Accepted"}
        scene.hears(sent, pending if sent == "BootNotification" else {})
        scene.hears_nothing()


def test_a_triggered_message_waits_its_turn_and_is_current_when_it_was_asked_for(scene: CoreScene) -> None:
    """OCPP-J 4.1.1: one CALL at a time."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    first = scene.sees(1, "Preparing", answer=SILENCE)
    assert scene.asks("TriggerMessage", requestedMessage="Heartbeat") == {"status": "Accepted"}
    scene.hears_nothing()
    scene.answers(first)
    scene.hears("Heartbeat")
