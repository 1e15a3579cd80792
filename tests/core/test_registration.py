"""BootNotification and its answers: what may be said before, when it is said again, and what begins with Accepted.

Proves 4.2 (with errata 3.22 and OCPP-J 5.4), 5.17 as far as registration goes, and when
the security event of a start is told.
"""

from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import BootReason, IdentityChanged
from ocpp16sm.hardware import SetSystemTime
from ocpp16sm.listener import RegistrationAnswered
from ocpp16sm.records import Identity
from tests.support.scene import SILENCE, CallError, CoreScene, RefusedError, boot_answer

NOW = "2026-06-01T12:00:00Z"


@pytest.fixture
def started() -> CoreScene:
    """A charge point with two connectors that has connected; its BootNotification is on its way."""
    scene = CoreScene(connectors=2)
    scene.starts()
    return scene


def say_all_kinds(scene: CoreScene) -> None:
    """Whatever a station can say of itself."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.begins()
    scene.ends()
    scene.station.on_log_status_notification(1, "Uploading")
    scene.station.on_log_status_notification(-1, "Uploading")
    scene.station.on_firmware_update_status_notification(1, "Downloading")
    scene.station.on_security_event("TamperDetectionActivated")


STILL_TRUE = ["SignedFirmwareStatusNotification", "DiagnosticsStatusNotification", "LogStatusNotification"]
"""What is said later, because it is still so."""


# -- what it says ------------------------------------------------------------------------------------------------------


def test_it_says_who_it_is() -> None:
    """6.3: every field that is known, and no other."""
    identity = Identity(
        charge_point_vendor="Vendor",
        charge_point_model="Model",
        charge_point_serial_number="CP-1",
        charge_box_serial_number="CB-1",
        firmware_version="1.2.3",
        iccid="8931",
        imsi="2620",
        meter_type="M",
        meter_serial_number="M-1",
    )
    scene = CoreScene()
    scene.virtual.setup = scene.setup = type(scene.setup)(identity=identity)
    scene.starts()
    assert scene.hears("BootNotification").payload == {
        "chargePointVendor": "Vendor",
        "chargePointModel": "Model",
        "chargePointSerialNumber": "CP-1",
        "chargeBoxSerialNumber": "CB-1",
        "firmwareVersion": "1.2.3",
        "iccid": "8931",
        "imsi": "2620",
        "meterType": "M",
        "meterSerialNumber": "M-1",
    }


def test_who_it_is_may_turn_out_later(started: CoreScene) -> None:
    """A modem that has come up: the next BootNotification says so, the keys at once."""
    started.hears("BootNotification")
    started.hears_all()
    started.virtual.feed(
        IdentityChanged(Identity(charge_point_vendor="Vendor", charge_point_model="Model", iccid="8931"))
    )
    assert started.asks("GetConfiguration", key=["ICCID"])["configurationKey"][0]["value"] == "8931"
    started.hears_nothing()
    started.asks("TriggerMessage", requestedMessage="BootNotification")
    assert started.hears("BootNotification").payload["iccid"] == "8931"


def test_what_is_not_known_is_not_said(started: CoreScene) -> None:
    """6.3: optional fields are left out."""
    boot = started.hears("BootNotification")
    assert boot.payload == {"chargePointVendor": "Vendor", "chargePointModel": "Model"}


def test_that_it_has_started_is_told_when_it_is_accepted() -> None:
    """4.2: the security event of the start (whitepaper A04) has the time of the start, and waits."""
    scene = CoreScene()
    scene.starts(boot_reason=BootReason.REMOTE_RESET)
    scene.hears("BootNotification", boot_answer("Pending", 10))
    scene.hears_nothing()
    scene.passes(10)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification", type="ResetOrReboot", timestamp="2026-06-01T12:00:00.000Z")


# -- before the first answer -------------------------------------------------------------------------------------------


def test_before_it_is_answered_nothing_else_is_said(started: CoreScene) -> None:
    """4.2: no other request before the answer; transaction-related messages wait, also over this (4.2.1)."""
    boot = started.hears("BootNotification", SILENCE)
    say_all_kinds(started)
    started.hears_nothing()
    started.answers(boot)
    heard = [each.action for each in started.hears_all()]
    assert heard == [
        "SecurityEventNotification",
        "StartTransaction",
        "StopTransaction",
        "SecurityEventNotification",
        *["StatusNotification"] * 3,
        *STILL_TRUE,
    ]


@pytest.mark.parametrize("answer", [SILENCE, CallError("InternalError"), CallError("SecurityError"), {}], ids=repr)
def test_without_an_answer_it_is_said_again_for_ever(started: CoreScene, answer: Any) -> None:
    """4.2: at an interval of its own choice (60 s); 3.7.1 does not concern it."""
    for _ in range(20):
        started.hears("BootNotification", answer)
        started.passes(89.9 if answer is SILENCE else 59.9)
        started.hears_nothing()
        started.passes(0.1)
    started.hears("BootNotification")
    started.hears("SecurityEventNotification")


def test_without_an_answer_the_interval_of_an_earlier_one_does_not_hold(started: CoreScene) -> None:
    """4.2: that was the wait before this one, and is over."""
    started.hears("BootNotification", boot_answer("Pending", 3600))
    started.passes(3600)
    started.hears("BootNotification", CallError())
    started.passes(60)
    started.hears("BootNotification")


# -- Rejected ----------------------------------------------------------------------------------------------------------


def test_rejected_nothing_is_said_and_nothing_answered(started: CoreScene) -> None:
    """4.2: SHALL NOT send any message until the interval is over, SHALL NOT respond to any."""
    started.hears("BootNotification", boot_answer("Rejected", 120))
    say_all_kinds(started)
    started.sends("GetConfiguration")
    started.sends("TriggerMessage", requestedMessage="BootNotification")
    started.says("nonsense")
    started.passes(119.9)
    started.hears_nothing()
    started.passes(0.1)
    started.hears("BootNotification", boot_answer("Rejected", 120))
    started.hears_nothing()


def test_rejected_and_then_accepted(started: CoreScene) -> None:
    """4.2: what waited is said then."""
    started.hears("BootNotification", boot_answer("Rejected", 5))
    started.begins()
    started.passes(5)
    started.hears("BootNotification")
    assert "StartTransaction" in [each.action for each in started.hears_all()]


# -- Pending -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def pending(started: CoreScene) -> CoreScene:
    """The Central System has said Pending, and to come again in ten minutes."""
    started.hears("BootNotification", boot_answer("Pending", 600))
    started.hears_nothing()
    return started


def test_pending_nothing_is_said_unasked(pending: CoreScene) -> None:
    """4.2: no request unless instructed by a TriggerMessage."""
    say_all_kinds(pending)
    pending.passes(599.9)
    pending.hears_nothing()
    pending.passes(0.1)
    pending.hears("BootNotification")


def test_pending_requests_are_answered(pending: CoreScene) -> None:
    """4.2: the Central System may want to retrieve or set something first."""
    pending.sets("HeartbeatInterval", "77")
    assert pending.asks("GetConfiguration", key=["HeartbeatInterval"])["configurationKey"][0]["value"] == "77"
    assert pending.asks("ClearCache") == {"status": "Accepted"}
    with pytest.raises(RefusedError, match="NotImplemented"):
        pending.asks("Foo")


@pytest.mark.parametrize(
    ("action", "payload"),
    [("RemoteStartTransaction", {"idTag": "TAG"}), ("RemoteStopTransaction", {"transactionId": 1})],
)
def test_pending_nothing_is_started_or_stopped_remotely(pending: CoreScene, action: str, payload: Any) -> None:
    """4.2: these two are not allowed while pending."""
    assert pending.asks(action, payload) == {"status": "Rejected"}


@pytest.mark.parametrize(
    ("message", "action", "count"),
    [
        ("Heartbeat", "Heartbeat", 1),
        ("StatusNotification", "StatusNotification", 3),
        ("MeterValues", "MeterValues", 1),
        ("DiagnosticsStatusNotification", "DiagnosticsStatusNotification", 1),
        ("FirmwareStatusNotification", "FirmwareStatusNotification", 1),
        ("BootNotification", "BootNotification", 1),
    ],
)
def test_q22_pending_what_is_asked_for_is_said(pending: CoreScene, message: str, action: str, count: int) -> None:
    """4.2; libocpp promises MeterValues, which then wait behind the security event of the start until Accepted."""
    say_all_kinds(pending)
    pending.measures(1, 100)
    answer = pending.sends("TriggerMessage", requestedMessage=message)
    assert pending.answer_to(answer) == {"status": "Accepted"}
    for _ in range(count):
        pending.hears(action, boot_answer("Pending", 600) if message == "BootNotification" else {"currentTime": NOW})
    pending.hears_nothing()


def test_pending_and_the_connection_breaks(pending: CoreScene) -> None:
    """4.2: a reconnect changes nothing of that; nothing is said, and the interval goes on."""
    pending.passes(300)
    pending.loses_link()
    pending.passes(299.9)
    pending.hears_nothing()
    pending.passes(0.1)
    pending.hears("BootNotification")


def test_pending_and_boot_notification_asked_for(pending: CoreScene) -> None:
    """4.2: not earlier than the interval unless requested; its answer counts, and says when the next one is due."""
    pending.passes(599)
    assert pending.asks("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
    pending.hears("BootNotification", boot_answer("Pending", 60))
    pending.passes(59.9)
    pending.hears_nothing()
    pending.passes(0.1)
    pending.hears("BootNotification")
    pending.hears("SecurityEventNotification")


# -- the interval ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
@pytest.mark.parametrize(("interval", "wait"), [(1, 1), (30, 30), (86_400, 86_400), (0, 60), (-5, 60)])
def test_the_interval_is_the_wait_before_the_next(started: CoreScene, status: str, interval: int, wait: int) -> None:
    """4.2: if it is zero the charge point chooses one that floods nobody."""
    for _ in range(3):
        started.hears("BootNotification", boot_answer(status, interval))
        started.passes(wait - 0.1)
        started.hears_nothing()
        started.passes(0.1)
    started.hears("BootNotification")


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_d39_the_interval_of_a_refusal_is_no_heartbeat_interval(started: CoreScene, status: str) -> None:
    """libocpp stores it as HeartbeatInterval, whatever the status. Right: only Accepted sets that (4.2)."""
    started.hears("BootNotification", boot_answer(status, 7))
    started.passes(7)
    started.hears("BootNotification", boot_answer("Accepted", 0))
    started.hears_all()
    value = started.asks("GetConfiguration", key=["HeartbeatInterval"])["configurationKey"][0]["value"]
    assert value == "0", "as configured in these scenes"


# -- Accepted ----------------------------------------------------------------------------------------------------------


def test_accepted_every_status_is_told(started: CoreScene) -> None:
    """Errata 3.22: of connector 0 and all connectors, the current one, in this order."""
    started.station.on_session_started(2, "s", "EVConnected")
    started.hears("BootNotification")
    started.hears("SecurityEventNotification")
    started.sees(0, "Available")
    started.sees(1, "Available")
    started.sees(2, "Preparing")
    started.hears_nothing()


def test_accepted_the_time_is_taken_over() -> None:
    """4.2: it is recommended to synchronise; not with the time of a refusal."""
    scene = CoreScene()
    scene.starts()
    scene.orders()
    scene.hears("BootNotification", boot_answer("Pending", 5, "2030-01-01T00:00:00Z"))
    assert scene.orders(SetSystemTime) == []
    scene.passes(5)
    scene.hears("BootNotification", boot_answer("Accepted", 5, "2026-07-08T09:10:11.5Z"))
    assert scene.orders(SetSystemTime) == [SetSystemTime(Timestamp.parse("2026-07-08T09:10:11.5Z"))]


def test_the_application_is_told_of_every_answer(started: CoreScene) -> None:
    """Reference/handlers.md 4.3: with status, time and interval."""
    for status in ("Rejected", "Pending", "Accepted"):
        started.hears("BootNotification", boot_answer(status, 5))
        started.passes(5)
    told = [event for event in started.told if isinstance(event, RegistrationAnswered)]
    assert [(event.status, event.interval_s) for event in told] == [
        ("Rejected", 5),
        ("Pending", 5),
        ("Accepted", 5),
    ]


@pytest.mark.parametrize("answer", [SILENCE, CallError(), {}], ids=repr)
def test_asked_for_again_and_not_answered_it_is_still_accepted(scene: CoreScene, answer: Any) -> None:
    """5.17: nobody has taken it back."""
    scene.asks("TriggerMessage", requestedMessage="BootNotification")
    scene.hears("BootNotification", answer)
    scene.passes(120)
    scene.hears_nothing()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_q23_what_was_accepted_can_be_taken_back(scene: CoreScene, status: str) -> None:
    """libocpp drops new messages then, but transaction-related ones still flow. Right: nothing is said (4.2)."""
    scene.sets("HeartbeatInterval", "10")
    scene.asks("TriggerMessage", requestedMessage="BootNotification")
    scene.hears("BootNotification", boot_answer(status, 100))
    say_all_kinds(scene)
    if status == "Rejected":
        scene.sends("ClearCache")
    else:
        assert scene.asks("ClearCache") == {"status": "Accepted"}
    scene.passes(99.9)
    scene.hears_nothing()
    scene.passes(0.1)
    scene.hears("BootNotification", boot_answer("Accepted", 0))
    heard = [each.action for each in scene.hears_all()]
    assert heard == [
        "StartTransaction",
        "StopTransaction",
        "SecurityEventNotification",
        *["StatusNotification"] * 2,
        *STILL_TRUE,
    ]


# -- a restart ---------------------------------------------------------------------------------------------------------


def test_q24_d44_a_restart_begins_anew(taciturn: CoreScene) -> None:
    """libocpp stays Accepted: what is said early follows the BootNotification whatever its answer. Right: 4.2."""
    taciturn.starts()
    taciturn.begins()
    taciturn.hears("BootNotification", boot_answer("Rejected", 60))
    taciturn.hears_nothing()
    taciturn.sends("ClearCache")
    taciturn.hears_nothing()
    taciturn.passes(60)
    taciturn.hears("BootNotification")
    assert "StartTransaction" in [each.action for each in taciturn.hears_all()]
