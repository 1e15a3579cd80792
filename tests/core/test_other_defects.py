"""Further defects of the reference implementation (reference/handlers.md 10): jobs, idTags, requests, restarts.

One scene each, as in :mod:`tests.core.test_connector_defects`.
"""

from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.hardware import Disable, Enable, Hardware, Reset
from ocpp16sm.messages import AvailabilityType, ChargePointErrorCode, ResetType, UnlockStatus, UploadLogStatus
from ocpp16sm.station_facts import ErrorInfo
from tests.support.scene import CoreScene
from tests.support.scripted_hardware import ScriptedHardware

FAULT = ErrorInfo(uuid="f", error_code=ChargePointErrorCode.GROUND_FAILURE, is_fault=True)


@pytest.mark.parametrize("status", UploadLogStatus)
def test_d19_every_status_of_an_upload_has_a_word_in_either_message(scene: CoreScene, status: UploadLogStatus) -> None:
    """libocpp throws at words that one of the two messages lacks. Right: 7.24 has UploadFailed for them."""
    scene.station.on_log_status_notification(-1, status)
    scene.station.on_log_status_notification(3, status)
    plain = {"Idle": "Idle", "Uploaded": "Uploaded", "Uploading": "Uploading"}.get(status, "UploadFailed")
    heard = {each.action: each.payload for each in scene.hears_all()}
    assert heard.pop("DiagnosticsStatusNotification", {"status": "Idle"}) == {"status": plain}
    assert heard.pop("LogStatusNotification", {"status": "Idle", "requestId": 3}) == {"status": status, "requestId": 3}
    assert heard == {}


def test_d19_another_word_is_refused(scene: CoreScene) -> None:
    """libocpp throws after it has changed something."""
    with pytest.raises(InvalidArgumentError, match="Uploading"):
        scene.station.on_log_status_notification(3, "Sideways")  # type: ignore[arg-type]  # meant
    scene.hears_nothing()


def test_d20_a_diagnostics_status_is_not_told_before_it_is_accepted() -> None:
    """libocpp sends it as if it had been asked for. Right: 4.2."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", {"status": "Pending", "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    scene.station.on_log_status_notification(-1, "Uploading")
    scene.hears_nothing()


@pytest.mark.parametrize(
    ("message", "action", "payload"),
    [
        ("LogStatusNotification", "LogStatusNotification", {"status": "Idle"}),
        ("FirmwareStatusNotification", "SignedFirmwareStatusNotification", {"status": "Idle"}),
    ],
)
def test_d23_of_what_never_was_there_is_no_number(scene: CoreScene, message: str, action: str, payload: Any) -> None:
    """libocpp tells a requestId from uninitialised memory. Right: Idle, without one (whitepaper N01, L01)."""
    assert scene.asks("ExtendedTriggerMessage", requestedMessage=message) == {"status": "Accepted"}
    assert scene.hears(action).payload == payload


def test_d32_a_cache_that_is_off_remembers_nothing() -> None:
    """libocpp writes it none the less. Right: 9.1.2."""
    scene = CoreScene(AuthorizationCacheEnabled="false", MinimumStatusDuration="86400")
    scene.boots()
    scene.virtual.feed(AuthorizeAsked("TAG", "r"))
    scene.hears("Authorize")
    scene.begins()
    scene.ends(id_tag_end="TAG")
    scene.hears_all()
    assert scene.virtual.store.load().authorization_cache == {}


def test_d33_q21_what_the_answer_to_a_stop_says_of_the_tag_is_remembered(taciturn: CoreScene) -> None:
    """libocpp looks for the tag in a place that is always empty. Right: any idTagInfo updates the cache (3.5.1)."""
    taciturn.begins(id_tag="TAG")
    taciturn.hears("StartTransaction")
    taciturn.ends(id_tag_end="OTHER")
    taciturn.hears("StopTransaction", {"idTagInfo": {"status": "Blocked"}}, idTag="OTHER")
    cache = taciturn.virtual.store.load().authorization_cache
    assert {tag: info.status for tag, info in cache.items()} == {"tag": "Accepted", "other": "Blocked"}


@pytest.mark.parametrize(
    "info",
    [{"status": "Blocked"}, {"status": "Invalid"}, {"status": "Accepted", "expiryDate": "2026-06-01T12:00:30Z"}],
    ids=["blocked", "invalid", "expired meanwhile"],
)
def test_d34_offline_what_is_known_to_be_bad_is_not_unknown(taciturn: CoreScene, info: dict[str, str]) -> None:
    """libocpp lets a blocked card in if unknown ones are. Right: these MUST be rejected (3.5.4)."""
    taciturn.sets("AllowOfflineTxForUnknownId", "true")
    taciturn.virtual.feed(AuthorizeAsked("BAD", "first"))
    taciturn.hears("Authorize", {"idTagInfo": info})
    taciturn.loses_network()
    taciturn.passes(60)
    taciturn.virtual.feed(AuthorizeAsked("bad", "then"))
    taciturn.virtual.feed(AuthorizeAsked("NEW", "new"))
    assert taciturn.virtual.answers["then"].status != "Accepted"
    assert taciturn.virtual.answers["new"].status == "Accepted"


def test_d37_nothing_is_lost_between_two_statuses(scene: CoreScene) -> None:
    """libocpp sends only the last of two in quick succession, even without a minimum duration. Right: 4.9, both."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.station.on_resume_charging(1)
    scene.station.on_suspend_charging_ev(1)
    assert [each["status"] for each in scene.hears_all()] == ["Preparing", "Charging", "SuspendedEV"]


def test_d37_a_short_fault_is_told() -> None:
    """libocpp lets MinimumStatusDuration swallow it. Right: an error is told, however short (4.9)."""
    scene = CoreScene(MinimumStatusDuration="60")
    scene.boots()
    scene.station.on_error(1, FAULT)
    scene.sees(1, "Faulted", errorCode="GroundFailure")
    scene.station.on_error_cleared(1, "f")
    scene.sees(1, "Available", errorCode="NoError")


def test_d38_connectors_that_are_gone_are_gone() -> None:
    """libocpp makes a chart for each row that was ever written. Right: ids 1 to N (3.8)."""
    large = CoreScene(connectors=3)
    large.boots()
    for connector in (1, 3):
        large.asks("ChangeAvailability", connectorId=connector, type="Inoperative")
    small = CoreScene(connectors=1, store=large.virtual.store)
    small.starts()
    heard = small.hears_all("StatusNotification")
    assert [(each["connectorId"], each["status"]) for each in heard] == [(0, "Available"), (1, "Unavailable")]
    assert {call.connector for call in small.orders(Enable, Disable) if isinstance(call, Enable | Disable)} == {0, 1}
    assert large.virtual.store.load().availability[3] is AvailabilityType.INOPERATIVE


def test_d45_unlocking_may_end_the_transaction_there_and_then() -> None:
    """libocpp holds a lock while it asks, and dead-locks. Right: 5.18 wants the transaction ended first."""

    class Unlocking(Hardware):
        def unlock(self, connector: int) -> UnlockStatus:
            scene.ends(connector, "s1", "UnlockCommand", 7)
            return UnlockStatus.UNLOCKED

    scene = CoreScene(hardware=Unlocking())
    scene.boots()
    scene.transaction()
    assert scene.asks("UnlockConnector", connectorId=1) == {"status": "Unlocked"}
    scene.hears("StopTransaction", reason="UnlockCommand", transactionId=1)
    scene.sees(1, "Finishing")


def test_d47_a_second_reset_is_a_reset() -> None:
    """libocpp terminates the process. Right: 5.14, as often as it is asked for."""
    scene = CoreScene(hardware=ScriptedHardware())
    scene.boots()
    for type in ("Soft", "Soft", "Hard"):
        assert scene.asks("Reset", type=type) == {"status": "Accepted"}
    asked = [call.type for call in scene.orders(Reset) if isinstance(call, Reset)]
    assert asked == [ResetType.SOFT, ResetType.SOFT, ResetType.HARD]


@pytest.mark.parametrize("connector", [0, 2, 99, -1])
def test_d48_a_request_is_answered_once(scene: CoreScene, connector: int) -> None:
    """libocpp answers UnlockConnector for an unknown connector, and then with an error as well. Right: 5.18."""
    message_id = scene.sends("UnlockConnector", connectorId=connector)
    assert scene.answer_to(message_id) == {"status": "NotSupported"}
    scene.hears_nothing()
