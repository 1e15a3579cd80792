"""Security events: recorded always, told if critical, kept until they are; and the session log.

Proves the whitepaper's A04 and its list of events, queue.md 2.2 (which event a start is), reference/handlers.md 1.11
and 1.2, and the key DisableSecurityEventNotifications.
"""

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import CloseSessionLog, Effect, OpenSessionLog, RecordSecurityEvent, SendText
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.listener import SecurityEventOccurred
from tests.support.scene import CoreScene, accepted

CRITICAL = (
    "FirmwareUpdated",
    "SettingSystemTime",
    "StartupOfTheDevice",
    "ResetOrReboot",
    "SecurityLogWasCleared",
    "MemoryExhaustion",
    "TamperDetectionActivated",
)
NOT_CRITICAL = (
    "FailedToAuthenticateAtCentralSystem",
    "CentralSystemFailedToAuthenticate",
    "ReconfigurationOfSecurityParameters",
    "InvalidMessages",
    "AttemptedReplayAttacks",
    "InvalidFirmwareSigningCertificate",
    "InvalidTLSVersion",
    "MaintenanceLoginAccepted",
    "MyOwnEvent",
)


def effects(scene: CoreScene, *kinds: type[Effect]) -> list[Effect]:
    """What was done of these kinds since the last look."""
    found = [effect for effect in scene.virtual.effects if isinstance(effect, kinds)]
    scene.virtual.effects.clear()
    return found


@pytest.fixture
def quiet(scene: CoreScene) -> CoreScene:
    """One whose start has been looked at."""
    scene.virtual.effects.clear()
    return scene


# -- events ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", CRITICAL)
def test_a_critical_event_is_told(quiet: CoreScene, event: str) -> None:
    """A04: and recorded; with its time and details."""
    quiet.station.on_security_event(event, "details")
    now = quiet.virtual.now.utc.text()
    quiet.hears("SecurityEventNotification", type=event, techInfo="details", timestamp=now)
    assert effects(quiet, RecordSecurityEvent) == [RecordSecurityEvent(event, now, "details", critical=True)]


@pytest.mark.parametrize("event", NOT_CRITICAL)
def test_any_other_event_is_only_recorded(quiet: CoreScene, event: str) -> None:
    """A04: the Central System can fetch the log."""
    quiet.station.on_security_event(event)
    quiet.hears_nothing()
    now = quiet.virtual.now.utc.text()
    assert effects(quiet, RecordSecurityEvent) == [RecordSecurityEvent(event, now, None, critical=False)]


@pytest.mark.parametrize("event", ["SettingSystemTime", "MyOwnEvent"])
@pytest.mark.parametrize("critical", [True, False])
def test_the_station_may_know_better(quiet: CoreScene, event: str, critical: bool) -> None:
    """handlers.md 1.11: the argument goes before the list."""
    quiet.station.on_security_event(event, critical=critical)
    if critical:
        assert "techInfo" not in quiet.hears("SecurityEventNotification", type=event).payload
    quiet.hears_nothing()


def test_an_event_has_the_time_at_which_it_happened(quiet: CoreScene) -> None:
    """A04: timestamp."""
    then = Timestamp.parse("2026-05-31T23:59:59.123Z")
    quiet.station.on_security_event("MemoryExhaustion", timestamp=then)
    quiet.hears("SecurityEventNotification", timestamp="2026-05-31T23:59:59.123Z")


@pytest.mark.parametrize("event", ["e" * 51, ""])
def test_a_name_that_is_none_is_the_station_s_mistake(quiet: CoreScene, event: str) -> None:
    """Whitepaper: 50 characters; nothing is recorded or sent."""
    with pytest.raises(InvalidArgumentError):
        quiet.station.on_security_event(event, critical=True)
    quiet.hears_nothing()
    assert effects(quiet, RecordSecurityEvent) == []


@pytest.mark.parametrize("more", [0, 1, 2500])
def test_details_that_are_too_long_are_cut_rather_than_the_event_lost(quiet: CoreScene, more: int) -> None:
    """Whitepaper: type 50, techInfo 255 characters."""
    quiet.station.on_security_event("e" * 50, "d" * (255 + more), critical=True)
    quiet.hears("SecurityEventNotification", type="e" * 50, techInfo="d" * 255)


def test_events_are_kept_until_they_are_told(scene: CoreScene) -> None:
    """A04: queued with guaranteed delivery; in order, over a restart."""
    scene.loses_network()
    for event in ("MemoryExhaustion", "SecurityLogWasCleared"):
        scene.station.on_security_event(event)
    scene.virtual.dial_s = 0.0
    scene.restarts()
    told = [heard["type"] for heard in scene.hears_all("SecurityEventNotification")]
    assert told == ["MemoryExhaustion", "SecurityLogWasCleared", "StartupOfTheDevice"]


def test_notifications_can_be_turned_off(quiet: CoreScene) -> None:
    """DisableSecurityEventNotifications: the log is written still; a restart tells nothing either."""
    quiet.sets("DisableSecurityEventNotifications", "true")
    quiet.station.on_security_event("MemoryExhaustion")
    quiet.hears_nothing()
    assert [type(effect) for effect in effects(quiet, RecordSecurityEvent)] == [RecordSecurityEvent]
    quiet.restarts()
    assert quiet.hears_all("SecurityEventNotification") == []


def test_events_that_wait_when_notifications_are_turned_off_are_not_told() -> None:
    """queue.md 1.7: rows are deleted at the next start."""
    scene = accepted()
    scene.loses_network()
    scene.station.on_security_event("MemoryExhaustion")
    silent = CoreScene(store=scene.virtual.store, DisableSecurityEventNotifications="true")
    silent.starts()
    assert silent.hears_all("SecurityEventNotification") == []
    talkative = CoreScene(store=scene.virtual.store)
    talkative.starts()
    assert [heard["type"] for heard in talkative.hears_all("SecurityEventNotification")] == ["StartupOfTheDevice"]


@pytest.mark.parametrize("reason", BootReason)
def test_a_start_is_an_event(reason: BootReason) -> None:
    """queue.md 2.2: which one, the boot reason says; the application is told too."""
    events = {
        BootReason.REMOTE_RESET: "ResetOrReboot",
        BootReason.SCHEDULED_RESET: "ResetOrReboot",
        BootReason.FIRMWARE_UPDATE: "FirmwareUpdated",
    }
    expected = events.get(reason, "StartupOfTheDevice")
    scene = CoreScene()
    scene.starts(boot_reason=reason)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification", type=expected)
    told = [event.event.type for event in scene.told if isinstance(event, SecurityEventOccurred)]
    assert told == [expected]


def test_what_the_station_tells_is_not_told_back_to_it(quiet: CoreScene) -> None:
    """handlers.md 1.11: the callback is for events of our own."""
    quiet.virtual.told.clear()
    quiet.station.on_security_event("MemoryExhaustion")
    assert [event for event in quiet.told if isinstance(event, SecurityEventOccurred)] == []


def test_a_frame_that_makes_no_sense_is_an_event(quiet: CoreScene) -> None:
    """queue.md 3: InvalidMessages; not critical, so it is not sent. What cannot be parsed may be a secret: no value."""
    text = '{"no": "array"' + "x" * 300
    quiet.says(text)
    quiet.hears_nothing()
    (event,) = effects(quiet, RecordSecurityEvent)
    assert isinstance(event, RecordSecurityEvent)
    assert (event.type, event.tech_info, event.critical) == (
        "InvalidMessages",
        f"unparsable frame of {len(text)} characters",
        False,
    )


# -- the session log ---------------------------------------------------------------------------------------------------


def test_a_session_log_lasts_as_long_as_its_session(quiet: CoreScene) -> None:
    """handlers.md 1.2, 1.3."""
    quiet.station.on_session_started(1, "s1", "EVConnected", session_logging_path="/var/log/sessions")
    assert effects(quiet, OpenSessionLog, CloseSessionLog) == [OpenSessionLog("s1", "/var/log/sessions")]
    quiet.begins()
    quiet.ends()
    quiet.hears_all()
    assert effects(quiet, OpenSessionLog, CloseSessionLog) == []
    quiet.station.on_session_stopped(1, "s1")
    assert effects(quiet, OpenSessionLog, CloseSessionLog) == [CloseSessionLog("s1")]
    quiet.station.on_session_stopped(1, "s1")
    assert effects(quiet, OpenSessionLog, CloseSessionLog) == []


def test_the_log_is_opened_before_the_status_and_closed_after_it(quiet: CoreScene) -> None:
    """handlers.md 1.2: all traffic of the session is in it."""
    quiet.station.on_session_started(1, "s1", "EVConnected", session_logging_path="logs")
    assert [type(effect) for effect in effects(quiet, OpenSessionLog, SendText)] == [OpenSessionLog, SendText]


def test_without_a_path_there_is_no_log(quiet: CoreScene) -> None:
    """handlers.md 1.2."""
    quiet.station.on_session_started(1, "s1", "EVConnected")
    quiet.station.on_session_stopped(1, "s1")
    assert effects(quiet, OpenSessionLog, CloseSessionLog) == []


def test_a_session_that_another_one_follows_at_its_connector_ends_its_log(quiet: CoreScene) -> None:
    """F2: the user begins anew without unplugging; nothing says that the session before is over."""
    quiet.station.on_session_started(1, "s1", "EVConnected", session_logging_path="logs/1")
    quiet.station.on_plugin_timeout(1)
    quiet.station.on_session_started(1, "s2", "EVConnected", session_logging_path="logs/2")
    found = effects(quiet, OpenSessionLog, CloseSessionLog)
    assert found == [OpenSessionLog("s1", "logs/1"), CloseSessionLog("s1"), OpenSessionLog("s2", "logs/2")]


def test_each_session_has_its_own_log() -> None:
    """Two connectors."""
    scene = accepted(connectors=2)
    scene.virtual.effects.clear()
    for connector, session in ((1, "a"), (2, "b")):
        scene.station.on_session_started(connector, session, "EVConnected", session_logging_path=f"logs/{session}")
    scene.station.on_session_stopped(1, "a")
    found = effects(scene, OpenSessionLog, CloseSessionLog)
    assert found == [OpenSessionLog("a", "logs/a"), OpenSessionLog("b", "logs/b"), CloseSessionLog("a")]


def test_a_frame_that_no_websocket_may_carry_is_noticed(scene: CoreScene) -> None:
    """It ends the connection before the core sees it (queue.md 3: oversized; whitepaper: InvalidMessages)."""
    scene.boots()
    scene.virtual.feed(inputs.LinkLost("closed with code 1009", 0.0, "a message of more than 1048576 bytes"))
    noticed = [event.event for event in scene.told if isinstance(event, SecurityEventOccurred)]
    assert [(event.type, event.tech_info) for event in noticed][-1] == (
        "InvalidMessages",
        "a message of more than 1048576 bytes",
    )
