"""Security events by the thousand: a few are recorded and the rest counted; none of them holds up anything else.

Proves the bounds of core/security_events.py and core/outbox.py; the table of events is that of the whitepaper
("Security Events"), with what certification tests want besides (queue.md 7.1: forced).
"""

import re
from pathlib import Path

import pytest

from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import RecordSecurityEvent
from ocpp16sm.core.engine.security_events import SECURITY_EVENTS
from tests.support.scene import SILENCE, CallError, CoreScene, accepted

WHITEPAPER = {
    "FirmwareUpdated": True,
    "FailedToAuthenticateAtCentralSystem": False,
    "CentralSystemFailedToAuthenticate": False,
    "SettingSystemTime": True,
    "StartupOfTheDevice": True,
    "ResetOrReboot": True,
    "SecurityLogWasCleared": True,
    "ReconfigurationOfSecurityParameters": False,
    "MemoryExhaustion": True,
    "InvalidMessages": False,
    "AttemptedReplayAttacks": False,
    "TamperDetectionActivated": True,
    "InvalidFirmwareSignature": False,
    "InvalidFirmwareSigningCertificate": False,
    "InvalidCentralSystemCertificate": False,
    "InvalidChargePointCertificate": False,
    "InvalidTLSVersion": False,
    "InvalidTLSCipherSuite": False,
}
"""The table of the whitepaper: event -> critical."""
OF_OCPP_2 = {"CSRGenerationFailed", "MaintenanceLoginAccepted", "MaintenanceLoginFailed"}
CORE = Path(__file__).parents[2] / "ocpp16sm" / "core"


def recorded(scene: CoreScene) -> list[tuple[str, str | None, bool]]:
    """The security events since the last look."""
    found = [effect for effect in scene.virtual.effects if isinstance(effect, RecordSecurityEvent)]
    scene.virtual.effects.clear()
    return [(event.type, event.tech_info, event.critical) for event in found]


@pytest.fixture
def quiet(scene: CoreScene) -> CoreScene:
    """One whose start has been looked at."""
    scene.virtual.effects.clear()
    return scene


def test_the_table_is_that_of_the_whitepaper() -> None:
    known = {name: event.critical for name, event in SECURITY_EVENTS.items()}
    assert known == WHITEPAPER | dict.fromkeys(OF_OCPP_2, False)
    assert all(len(name) <= 50 for name in known)


def test_only_known_events_are_noticed_by_the_core() -> None:
    """A misspelt name would be an event of its own, and not critical."""
    source = "".join(path.read_text() for path in CORE.rglob("*.py"))
    noticed = set(re.findall(r'\.notice\(\s*"(\w+)"', source))
    assert "InvalidMessages" in noticed
    assert noticed <= SECURITY_EVENTS.keys()


@pytest.mark.parametrize("name", ["InvalidFirmwareSignature", "InvalidChargePointCertificate"])
def test_what_certification_waits_for_is_told_though_it_is_not_critical(quiet: CoreScene, name: str) -> None:
    """queue.md 7.1: forced, when the charge point has noticed it itself; a station that says so decides for itself."""
    quiet.station.on_security_event(name)
    quiet.hears_nothing()
    quiet.virtual.feed(inputs.SecurityNoticed(name, "by the core"))
    quiet.hears("SecurityEventNotification", type=name, techInfo="by the core")


# -- floods ------------------------------------------------------------------------------------------------------------


def test_of_a_flood_of_bad_frames_a_few_are_recorded_and_the_rest_counted(quiet: CoreScene) -> None:
    for number in range(1, 1001):
        quiet.says("x" * number)
    seen = [f"unparsable frame of {number} characters" for number in range(1, 21)]
    assert recorded(quiet) == [("InvalidMessages", info, False) for info in seen]
    quiet.passes(59)
    assert recorded(quiet) == []
    quiet.passes(2)
    assert recorded(quiet) == [("InvalidMessages", "980 more of these within 60 s", False)]
    quiet.says("again")
    assert recorded(quiet) == [("InvalidMessages", "unparsable frame of 5 characters", False)]


def test_after_a_minute_events_are_recorded_anew(quiet: CoreScene) -> None:
    """Twenty in each minute are no flood, and nothing is counted."""
    for _minute in range(3):
        for number in range(20):
            quiet.says(f"bad {number}")
        assert len(recorded(quiet)) == 20
        quiet.passes(61)
        assert recorded(quiet) == []


def test_one_flood_does_not_hide_another_event(quiet: CoreScene) -> None:
    for _ in range(50):
        quiet.says("bad")
    recorded(quiet)
    quiet.virtual.feed(inputs.SecurityNoticed("InvalidChargePointCertificate", "expired"))
    assert recorded(quiet) == [("InvalidChargePointCertificate", "expired", True)]


def test_a_flood_of_critical_events_is_told_as_one(quiet: CoreScene) -> None:
    for number in range(30):
        quiet.virtual.feed(inputs.SecurityNoticed("InvalidChargePointCertificate", str(number)))
    assert len(quiet.hears_all("SecurityEventNotification")) == 20
    quiet.passes(61)
    quiet.hears("SecurityEventNotification", techInfo="10 more of these within 60 s")


# -- the queue ---------------------------------------------------------------------------------------------------------


def test_a_central_system_that_never_answers_them_holds_up_no_transaction() -> None:
    """One CALL may be outstanding (OCPP-J 4.1.1): a transaction waits for one time-out, not for one per event."""
    scene = CoreScene(
        TransactionMessageAttempts="3", TransactionMessageRetryInterval="0", MinimumStatusDuration="86400"
    )
    scene.boots()
    for number in range(5):
        scene.station.on_security_event("TamperDetectionActivated", str(number))
    scene.hears("SecurityEventNotification", SILENCE, techInfo="0")
    scene.begins()
    scene.passes(31)
    scene.hears("StartTransaction")
    scene.hears("SecurityEventNotification", SILENCE, techInfo="0")
    scene.ends()
    scene.passes(31)
    scene.hears("StopTransaction")


def test_one_that_refuses_each_of_them_holds_up_no_transaction() -> None:
    scene = CoreScene(
        TransactionMessageAttempts="3", TransactionMessageRetryInterval="0", MinimumStatusDuration="86400"
    )
    scene.boots()
    for number in range(3):
        scene.station.on_security_event("TamperDetectionActivated", str(number))
    scene.begins()
    scene.hears("SecurityEventNotification", CallError(), techInfo="0")
    scene.hears("StartTransaction")
    for number in range(3):
        for _attempt in range(2 if number == 0 else 3):
            scene.hears("SecurityEventNotification", CallError(), techInfo=str(number))
    scene.hears_nothing()


def test_their_lane_is_capped_at_half_of_the_queue() -> None:
    """Readings of a transaction are not thinned out for them; the newest events stay, on disk too."""
    scene = accepted(MessageQueueSizeThreshold="20")
    scene.loses_network()
    for number in range(1000):
        scene.station.on_security_event("TamperDetectionActivated", str(number))
    assert len(scene.virtual.core.features.context.outbox) == 10
    queue = scene.virtual.store.load().queue
    assert [each.request.tech_info for each in queue] == [str(number) for number in range(990, 1000)]
