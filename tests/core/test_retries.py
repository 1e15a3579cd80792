"""What the Central System fails to process is sent again: how often, when, under which message id, and then no more.

Proves 3.7.1 (attempts, interval times the number of transmissions, discard) and what errata OCPP-J 3.1 and 3.3 say of
message ids and of failures; and that neither time spent offline nor a lost connection counts as an attempt.
"""

import pytest
from attrs import evolve

from ocpp16sm.config import keys
from ocpp16sm.core.engine.inputs import ConfigurationSet, TransferAsked
from ocpp16sm.listener import RequestAbandoned
from ocpp16sm.messages import ACTIONS, SentBy
from tests.support.memory_certificates import SERIAL, MemoryCertificates
from tests.support.scene import IDENTITY, SILENCE, USUAL, CallError, CoreScene

FAILURE = CallError("InternalError")


def is_given_up(scene: CoreScene) -> bool:
    """Whether the application was told that something will never be delivered."""
    return any(isinstance(event, RequestAbandoned) for event in scene.told)


# -- how often, and when -----------------------------------------------------------------------------------------------


def test_the_example_of_the_specification(taciturn: CoreScene) -> None:
    """3.7.1: attempts 3, interval 60: sent again after 60 s and after 120 s more, then the next message follows."""
    taciturn.begins()
    taciturn.hears("StartTransaction")
    taciturn.ends(reason="Local")
    taciturn.begins(session="s2")
    taciturn.hears("StopTransaction", FAILURE)
    for wait in (60, 120):
        taciturn.passes(wait - 0.1)
        taciturn.hears_nothing()
        taciturn.passes(0.1)
        taciturn.hears("StopTransaction", FAILURE, transactionId=1)
    taciturn.hears("StartTransaction")
    taciturn.passes(3600)
    taciturn.hears_nothing()


@pytest.mark.parametrize(
    ("attempts", "interval", "waits"),
    [
        ("1", "60", []),
        ("2", "60", [60]),
        ("5", "7", [7, 14, 21, 28]),
        ("3", "0", [0, 0]),
        ("0", "60", []),
    ],
    ids=["once", "twice", "five times", "without a wait", "none is once"],
)
def test_attempts_and_interval(attempts: str, interval: str, waits: list[float]) -> None:
    """3.7.1: interval times the number of preceding transmissions. It has to be sent once to fail (attempts 0)."""
    scene = CoreScene(
        MinimumStatusDuration="86400", TransactionMessageAttempts=attempts, TransactionMessageRetryInterval=interval
    )
    scene.boots()
    scene.begins()
    scene.hears("StartTransaction", FAILURE)
    for wait in waits:
        assert not is_given_up(scene)
        if wait:
            scene.passes(wait - 0.1)
            scene.hears_nothing()
            scene.passes(0.1)
        scene.hears("StartTransaction", FAILURE)
    scene.passes(3600)
    scene.hears_nothing()
    assert [event for event in scene.told if isinstance(event, RequestAbandoned)] == [
        RequestAbandoned("StartTransaction", "InternalError: ")
    ]


def test_q10_one_failure_loses_nothing_unless_so_configured() -> None:
    """libocpp ships with one attempt: one lost answer loses a transaction. Right: several by default (3.7.1)."""
    assert keys.TRANSACTION_MESSAGE_ATTEMPTS.default >= 3
    assert keys.TRANSACTION_MESSAGE_RETRY_INTERVAL.default >= 10


@pytest.mark.parametrize("key", ["TransactionMessageAttempts", "TransactionMessageRetryInterval"])
def test_changed_keys_hold_for_the_next_failure(taciturn: CoreScene, key: str) -> None:
    """9.1.31, 9.1.32: both may be changed at any time; what waits already waits as long as it was to."""
    taciturn.begins()
    taciturn.hears("StartTransaction", FAILURE)
    taciturn.sets(key, "2")
    taciturn.passes(59)
    taciturn.hears_nothing()
    taciturn.passes(1)
    taciturn.hears("StartTransaction", FAILURE)
    assert is_given_up(taciturn) is (key == "TransactionMessageAttempts")
    if key == "TransactionMessageRetryInterval":
        taciturn.passes(3.9)
        taciturn.hears_nothing()
        taciturn.passes(0.1)
        taciturn.hears("StartTransaction")


def test_q11_time_spent_offline_uses_up_no_attempt(taciturn: CoreScene) -> None:
    """libocpp counts waits from when a message was made: one from yesterday burns all attempts in milliseconds.

    Right: each wait begins at the failure before it (3.7.1).
    """
    taciturn.loses_network()
    taciturn.begins()
    taciturn.passes(86_400)
    taciturn.regains_network()
    taciturn.hears("StartTransaction", FAILURE)
    taciturn.hears_all("StatusNotification")
    taciturn.passes(59.9)
    taciturn.hears_nothing()
    taciturn.passes(0.1)
    taciturn.hears("StartTransaction")


def test_q13_each_queue_wakes_up_for_itself(taciturn: CoreScene) -> None:
    """libocpp has one timer for both queues, and the later retry overwrites the earlier one."""
    taciturn.station.on_security_event("TamperDetectionActivated")
    taciturn.hears("SecurityEventNotification", FAILURE)
    taciturn.passes(30)
    taciturn.begins()
    taciturn.hears("StartTransaction", FAILURE)
    taciturn.passes(30)
    taciturn.hears("SecurityEventNotification")
    taciturn.passes(29.9)
    taciturn.hears_nothing()
    taciturn.passes(0.1)
    taciturn.hears("StartTransaction")


def test_q13_a_shorter_wait_is_not_lost_behind_a_longer_one(taciturn: CoreScene) -> None:
    """The same with the later failure due first."""
    taciturn.station.on_security_event("TamperDetectionActivated")
    taciturn.hears("SecurityEventNotification", FAILURE)
    taciturn.sets("TransactionMessageRetryInterval", "5")
    taciturn.begins()
    taciturn.hears("StartTransaction", FAILURE)
    taciturn.passes(5)
    taciturn.hears("StartTransaction")
    taciturn.hears_nothing()
    taciturn.passes(55)
    taciturn.hears("SecurityEventNotification")


def test_what_falls_due_while_another_request_is_in_flight_waits_for_that_one(taciturn: CoreScene) -> None:
    """OCPP-J 4.1.1: one at a time; there is nothing to wake up for before that is answered, or times out."""
    taciturn.station.on_security_event("TamperDetectionActivated")
    taciturn.hears("SecurityEventNotification", FAILURE)
    taciturn.passes(50)
    taciturn.begins()
    start = taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(20)
    taciturn.hears_nothing()
    assert taciturn.virtual.core.next_deadline == taciturn.virtual.now.mono + 10
    taciturn.answers(start)
    taciturn.hears("SecurityEventNotification")


def test_only_what_is_transaction_related_or_about_security_is_sent_again(scene: CoreScene) -> None:
    """3.7.1 is about transaction-related messages; the whitepaper asks as much of security events (A04.FR.02)."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing", FAILURE)
    scene.station.on_log_status_notification(3, "Uploading")
    scene.hears("LogStatusNotification", FAILURE)
    scene.passes(3600)
    scene.hears_nothing()


OPTIONAL = {action.name for action in ACTIONS.values() if action.sent_by is not SentBy.CENTRAL_SYSTEM} - {
    "Authorize",
    "BootNotification",
    "Heartbeat",
    "MeterValues",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
}
"""3.3: all but Core, and DataTransfer, of which 4.3 says that nobody has to understand it."""


def says_what_is_optional(scene: CoreScene) -> None:
    """Everything that a Central System may do without."""
    scene.station.on_security_event("TamperDetectionActivated")
    scene.station.on_log_status_notification(-1, "Uploading")
    scene.station.on_log_status_notification(3, "Uploading")
    scene.station.on_firmware_update_status_notification(-1, "Downloading")
    scene.station.on_firmware_update_status_notification(4, "Downloading")
    scene.virtual.feed(TransferAsked("acme", None, None, "r"))
    scene.virtual.feed(ConfigurationSet("CpoName", "Acme"))
    assert scene.asks("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate") == {"status": "Accepted"}


def hears_with(scene: CoreScene, answer: object) -> list[str]:
    """Whatever comes is answered so; gives the actions."""
    heard = []
    while (action := scene.next_action()) is not None:
        heard.append(scene.hears(action, answer).action)
    return heard


@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported"])
@pytest.mark.parametrize("kept", ["true", "false"], ids=["QueueAllMessages", "as usual"])
def test_what_the_central_system_does_not_have_is_not_sent_again(code: str, kept: str) -> None:
    """OCPP-J 4.2.3, table of error codes: it will not have it in a minute either. An optional action ends there."""
    scene = CoreScene(setup={"identity": evolve(IDENTITY, charge_box_serial_number=SERIAL)}, QueueAllMessages=kept)
    scene.virtual.certificates = MemoryCertificates()
    scene.boots()
    says_what_is_optional(scene)
    assert set(hears_with(scene, CallError(code))) == OPTIONAL
    scene.loses_link()
    scene.passes(3600)
    assert set(hears_with(scene, USUAL)) == {"StatusNotification"}
    assert scene.virtual.store.load().queue == ()


@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported"])
def test_what_was_kept_and_is_not_wanted_is_not_sent_again(code: str) -> None:
    """The same for what waited on disk while there was no connection (QueueAllMessages)."""
    scene = CoreScene(QueueAllMessages="true")
    scene.boots()
    scene.loses_network()
    scene.station.on_security_event("TamperDetectionActivated")
    scene.station.on_log_status_notification(3, "Uploading")
    scene.virtual.feed(TransferAsked("acme", None, None, "r"))
    assert len(scene.virtual.store.load().queue) == 3
    scene.regains_network()
    heard = hears_with(scene, CallError(code))
    assert {"SecurityEventNotification", "LogStatusNotification", "DataTransfer"} <= set(heard)
    scene.passes(3600)
    scene.hears_nothing()
    assert scene.virtual.store.load().queue == ()


@pytest.mark.parametrize("code", ["NotImplemented", "NotSupported"])
def test_a_transaction_is_not_lost_to_a_central_system_that_says_it_has_none(code: str) -> None:
    """3.7.1: Core is not optional (3.3), so this is a failure to process the message like any other."""
    scene = CoreScene(MinimumStatusDuration="86400")
    scene.boots()
    scene.begins()
    scene.hears("StartTransaction", CallError(code))
    scene.ends()
    scene.passes(60)
    scene.hears("StartTransaction")
    scene.hears("StopTransaction", CallError(code))
    scene.passes(60)
    scene.hears("StopTransaction")


# -- what is a failure, and under which id it is sent again ------------------------------------------------------------


def test_after_a_call_error_the_message_id_is_a_new_one(taciturn: CoreScene) -> None:
    """OCPP-J 4.1.4: the old one has been answered."""
    taciturn.begins()
    first = taciturn.hears("StartTransaction", FAILURE)
    taciturn.passes(60)
    again = taciturn.hears("StartTransaction")
    assert again.payload == first.payload
    assert again.id != first.id


def test_after_a_time_out_the_message_id_is_the_same(taciturn: CoreScene) -> None:
    """Errata OCPP-J 3.1: so that the Central System sees that it has had this one. libocpp makes a new one."""
    taciturn.begins()
    first = taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(30 + 60)
    again = taciturn.hears("StartTransaction")
    assert again == first


def test_no_answer_is_a_failure(taciturn: CoreScene) -> None:
    """OCPP-J 4.1.1: a CALL that has timed out is as good as refused; the wait counts from there."""
    taciturn.begins()
    taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(30 + 59.9)
    taciturn.hears_nothing()
    taciturn.passes(0.1)
    taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(30 + 120)
    taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(30)
    assert is_given_up(taciturn)


def test_an_answer_that_comes_too_late_changes_nothing(taciturn: CoreScene) -> None:
    """OCPP-J 4.1.1: it answers nothing that is outstanding; the repetition gets its own."""
    taciturn.begins()
    late = taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(30)
    taciturn.answers(late, {"transactionId": 99, "idTagInfo": {"status": "Blocked"}})
    taciturn.hears_nothing()
    taciturn.passes(60)
    taciturn.hears("StartTransaction")
    taciturn.ends()
    taciturn.hears("StopTransaction", transactionId=1)


@pytest.mark.parametrize("code", ["NotImplemented", "SecurityError", "OccurenceConstraintViolation", "Whatever", ""])
def test_any_error_code_is_a_failure(taciturn: CoreScene, code: str) -> None:
    """Errata OCPP-J 3.3: a failure to process the message is a CALLERROR, whatever its code says."""
    taciturn.begins()
    taciturn.hears("StartTransaction", CallError(code))
    taciturn.passes(60)
    taciturn.hears("StartTransaction")


# -- what is none ------------------------------------------------------------------------------------------------------


def test_q12_a_lost_connection_is_no_attempt(taciturn: CoreScene) -> None:
    """libocpp counts it: on a flaky link a message is dropped that the Central System never saw.

    Right: only the Central System can fail to process a message (3.7.1). It stays the same message (errata 3.1).
    """
    taciturn.begins()
    first = taciturn.hears("StartTransaction", SILENCE)
    for _ in range(10):
        taciturn.loses_link()
        taciturn.passes(3)
        assert taciturn.hears("StartTransaction", SILENCE) == first
    taciturn.answers(first, FAILURE)
    taciturn.hears_all("StatusNotification")
    for wait in (60, 120):
        taciturn.passes(wait)
        taciturn.hears("StartTransaction", FAILURE)
    assert is_given_up(taciturn)


def test_a_dial_that_fails_is_no_attempt(taciturn: CoreScene) -> None:
    """3.7: offline it is queued, however long and however often nobody answers."""
    taciturn.loses_network()
    taciturn.begins()
    taciturn.passes(7 * 86_400)
    assert taciturn.virtual.dials > 1000
    taciturn.regains_network()
    taciturn.hears("StartTransaction", FAILURE)
    taciturn.hears_all("StatusNotification")
    taciturn.passes(60)
    taciturn.hears("StartTransaction")


# -- over a restart ----------------------------------------------------------------------------------------------------


def test_attempts_are_counted_over_a_restart() -> None:
    """3.7.1 counts failures of a message, not of a run of the program; libocpp begins anew."""
    scene = CoreScene(MinimumStatusDuration="86400")
    scene.boots()
    scene.begins()
    scene.hears("StartTransaction", FAILURE)
    scene.passes(60)
    scene.hears("StartTransaction", FAILURE)
    scene.starts(resuming_sessions=frozenset({"s1"}))
    scene.hears("BootNotification")
    scene.hears("StartTransaction", FAILURE)
    assert is_given_up(scene)


@pytest.mark.parametrize("answer", [FAILURE, SILENCE], ids=["refused", "unanswered"])
def test_a_restart_keeps_the_message_id(answer: object) -> None:
    """Errata OCPP-J 3.1: the id under which it would have been sent again is the id under which it is sent."""
    scene = CoreScene(MinimumStatusDuration="86400")
    scene.boots()
    scene.begins()
    first = scene.hears("StartTransaction", answer)
    scene.passes(1)
    kept = [request.message_id for request in scene.virtual.store.load().queue]
    scene.starts(resuming_sessions=frozenset({"s1"}))
    scene.hears("BootNotification")
    again = scene.hears("StartTransaction", USUAL)
    assert [again.id] == kept
    assert (again.id == first.id) is (answer is SILENCE)
