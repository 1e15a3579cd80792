"""What is sent when: one request at a time, in which order, and what may not hold up what.

Proves OCPP-J 4.1.1 (one CALL outstanding, requests of both sides may cross), 3.7 (transaction-related messages in
chronological order) and 4.2 (BootNotification first), and that neither the Central System's requests nor the wall
clock can silence the queue.
"""

import pytest
from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.inputs import AuthorizeAsked, Started
from ocpp16sm.core.protocol import Core
from ocpp16sm.messages import UnlockStatus
from tests.support.scene import SILENCE, CallError, CoreScene, RefusedError
from tests.support.scripted_hardware import ScriptedHardware
from tests.support.virtual_core import BEGAN

# -- one at a time -----------------------------------------------------------------------------------------------------


def test_a_request_waits_until_the_one_before_is_answered(scene: CoreScene) -> None:
    """OCPP-J 4.1.1: no CALL while another one of ours is outstanding."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    preparing = scene.sees(1, "Preparing", SILENCE)
    scene.begins()
    scene.station.on_resume_charging(1)
    scene.hears_nothing()
    scene.passes(29)
    scene.hears_nothing()
    scene.answers(preparing)
    start = scene.hears("StartTransaction", SILENCE)
    scene.hears_nothing()
    scene.answers(start)
    scene.sees(1, "Charging")


def test_a_refusal_is_an_answer(scene: CoreScene) -> None:
    """OCPP-J 4.1.1: a CALL has been responded to by a CALLERROR as well."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.begins()
    scene.sees(1, "Preparing", CallError())
    scene.hears("StartTransaction")


def test_a_request_that_times_out_frees_the_way(scene: CoreScene) -> None:
    """OCPP-J 4.1.1: after the interval it has timed out; libocpp's grows with TransactionMessageRetryInterval."""
    scene.sets("TransactionMessageRetryInterval", "600")
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing", SILENCE)
    scene.begins()
    scene.passes(29.9)
    scene.hears_nothing()
    scene.passes(0.1)
    scene.hears("StartTransaction")


def test_requests_of_both_sides_may_cross(scene: CoreScene) -> None:
    """OCPP-J 4.1.1, note: the Central System is answered while a request of ours is outstanding."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    preparing = scene.sees(1, "Preparing", SILENCE)
    assert scene.asks("ClearCache") == {"status": "Accepted"}
    scene.answers(preparing)
    scene.hears_nothing()


# -- the Central System's requests silence nothing ---------------------------------------------------------------------


def test_q01_a_request_that_waits_for_the_hardware_holds_nothing_back() -> None:
    """libocpp sends no CALL between a CALL and its answer, and spins meanwhile. Right: they may cross (4.1.1)."""
    scene = CoreScene(hardware=ScriptedHardware(UnlockStatus.UNLOCKED))
    scene.boots()
    scene.virtual.hardware_s = 45.0
    unlock = scene.sends("UnlockConnector", connectorId=1)
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    deadline = scene.virtual.core.next_deadline
    assert deadline is None or deadline > 45, "there is nothing to wake up for meanwhile"
    scene.passes(45)
    assert scene.answer_to(unlock) == {"status": "Unlocked"}


def test_q02_a_wall_clock_set_back_silences_nothing(scene: CoreScene) -> None:
    """libocpp#420: what was queued "in the future" is not sent until then. Right: no timer knows the time of day."""
    scene.loses_network()
    scene.begins()
    scene.virtual.set_wall_clock(Timestamp.parse("2001-01-01T00:00:00Z"))
    scene.ends()
    scene.regains_network()
    scene.hears("StartTransaction", timestamp="2026-06-01T12:00:00.000Z")
    scene.hears("StopTransaction", timestamp="2001-01-01T00:00:00.000Z")


def test_a_wall_clock_set_forward_hurries_nothing(taciturn: CoreScene) -> None:
    """Timers run on even time: a retry waits as long as it is to wait."""
    taciturn.begins()
    taciturn.hears("StartTransaction", CallError())
    taciturn.virtual.set_wall_clock(Timestamp.parse("2033-01-01T00:00:00Z"))
    taciturn.passes(59.9)
    taciturn.hears_nothing()
    taciturn.passes(0.1)
    taciturn.hears("StartTransaction", timestamp="2026-06-01T12:00:00.000Z")


@pytest.mark.parametrize("action", ["AuthorizeResponse", "DataTransferResponse", "StartTransaction.conf"])
def test_q03_a_request_named_after_a_response_is_refused_and_holds_nothing_back(scene: CoreScene, action: str) -> None:
    """libocpp knows these types, never answers them, and sends nothing until it has. Right: NotImplemented (4.2.3)."""
    with pytest.raises(RefusedError) as refused:
        scene.asks(action)
    assert refused.value.code == "NotImplemented"
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")


# -- order -------------------------------------------------------------------------------------------------------------


def test_transaction_related_messages_keep_their_order_over_all_connectors(taciturn: CoreScene) -> None:
    """3.7: chronological order, whichever connector they are about."""
    taciturn.loses_network()
    taciturn.begins(1, "a", "TAG-A")
    taciturn.begins(2, "b", "TAG-B")
    taciturn.ends(1, "a", "Local")
    taciturn.begins(1, "c", "TAG-C")
    taciturn.ends(2, "b", "EVDisconnected")
    taciturn.regains_network()
    heard = taciturn.hears_all("StartTransaction", "StopTransaction")
    assert [(h.action, h.payload.get("idTag") or h["reason"]) for h in heard] == [
        ("StartTransaction", "TAG-A"),
        ("StartTransaction", "TAG-B"),
        ("StopTransaction", "Local"),
        ("StartTransaction", "TAG-C"),
        ("StopTransaction", "EVDisconnected"),
    ]


def test_a_new_transaction_related_message_waits_for_those_before_it(taciturn: CoreScene) -> None:
    """3.7: the delivery of new ones waits until the queue has been emptied, also while the first one is retried."""
    taciturn.begins()
    taciturn.hears("StartTransaction", CallError())
    taciturn.ends()
    taciturn.passes(59)
    taciturn.hears_nothing()
    taciturn.passes(1)
    taciturn.hears("StartTransaction")
    taciturn.hears("StopTransaction")


def test_messages_that_are_not_transaction_related_need_not_wait(scene: CoreScene) -> None:
    """3.7: they may be delivered while transaction-related messages are queued; here while one is to be retried."""
    scene.begins()
    scene.sees(1, "Preparing")
    scene.hears("StartTransaction", CallError())
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    scene.station.on_security_event("TamperDetectionActivated")
    scene.hears("SecurityEventNotification", type="TamperDetectionActivated")
    scene.passes(60)
    scene.hears("StartTransaction")


def test_nobody_waits_at_the_card_reader_for_an_old_queue() -> None:
    """3.7: Authorize may be sent before the queue of transaction-related messages has been emptied."""
    scene = CoreScene(2)
    scene.boots()
    scene.loses_link()
    for session in ("s1", "s2"):
        scene.station.on_transaction_started(1, session, "TAG", 0, None, BEGAN)
        scene.station.on_transaction_stopped(1, session, "Local", BEGAN, 10)
    scene.passes(5)
    start = scene.hears("StartTransaction", SILENCE)
    scene.virtual.feed(AuthorizeAsked("CUSTOMER", "at the reader"))
    scene.answers(start)
    scene.hears("Authorize", idTag="CUSTOMER")
    assert scene.virtual.answers["at the reader"].status == "Accepted"
    scene.hears("StopTransaction")
    scene.hears("StartTransaction")


def test_of_messages_that_wait_the_oldest_goes_first(scene: CoreScene) -> None:
    """Across the queues age decides, so that what is told of a session reads in the order in which it happened."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    preparing = scene.sees(1, "Preparing", SILENCE)
    scene.station.on_security_event("TamperDetectionActivated")
    scene.begins()
    scene.station.on_resume_charging(1)
    scene.ends()
    scene.answers(preparing)
    assert [heard.action for heard in scene.hears_all()] == [
        "SecurityEventNotification",
        "StartTransaction",
        "StatusNotification",
        "StopTransaction",
        "StatusNotification",
    ]


def test_boot_notification_precedes_whatever_is_queued(taciturn: CoreScene) -> None:
    """4.2: between a boot and its acceptance nothing else is sent, cached messages included."""
    taciturn.loses_network()
    taciturn.begins()
    taciturn.ends()
    taciturn.virtual.dial_s = 0.0
    taciturn.starts()
    boot = taciturn.hears("BootNotification", SILENCE)
    taciturn.hears_nothing()
    taciturn.answers(boot)
    assert [heard.action for heard in taciturn.hears_all()][:2] == ["StartTransaction", "StopTransaction"]


def test_q15_the_order_outlives_a_restart_whatever_order_the_disk_has(taciturn: CoreScene) -> None:
    """libocpp reads its rows as SQLite gives them. Right: as they were made (3.7), and new ones after them."""
    taciturn.loses_network()
    for session in "abc":
        taciturn.begins(1, session, f"TAG-{session}")
        taciturn.ends(1, session)
    taciturn.begins(2, "d", "TAG-d")
    stored = taciturn.virtual.store.load()
    taciturn.virtual.dial_s = 0.0
    taciturn.virtual.core = Core(taciturn.setup, id_prefix="again-")
    taciturn.virtual.feed(Started(stored=evolve(stored, queue=tuple(reversed(stored.queue)))))
    heard = taciturn.hears_all("StartTransaction", "StopTransaction")
    told = [each.payload.get("idTag") or each["transactionId"] for each in heard]
    assert told == ["TAG-a", 1, "TAG-b", 2, "TAG-c", 3, "TAG-d", 4]
    assert heard[-1]["reason"] == "PowerLoss"


# -- what may not hold up what -----------------------------------------------------------------------------------------


def test_q14_a_security_event_that_is_refused_holds_up_no_transaction(taciturn: CoreScene) -> None:
    """libocpp has one queue for both: a Central System that fails at security events blocks all transactions.

    Right: security events are not transaction-related (3.7), so they wait in a queue of their own, in their order.
    """
    taciturn.station.on_security_event("TamperDetectionActivated")
    taciturn.station.on_security_event("MemoryExhaustion")
    taciturn.hears("SecurityEventNotification", CallError())
    taciturn.begins()
    taciturn.hears("StartTransaction")
    taciturn.ends()
    taciturn.hears("StopTransaction")
    taciturn.hears_nothing()
    taciturn.passes(60)
    taciturn.hears("SecurityEventNotification", type="TamperDetectionActivated")
    taciturn.hears("SecurityEventNotification", type="MemoryExhaustion")


def test_q14_a_transaction_message_that_is_refused_holds_up_no_security_event(taciturn: CoreScene) -> None:
    """The same the other way round."""
    taciturn.begins()
    taciturn.hears("StartTransaction", CallError())
    taciturn.station.on_security_event("TamperDetectionActivated")
    taciturn.hears("SecurityEventNotification")


def test_a_kept_message_that_is_refused_holds_up_no_other() -> None:
    """With QueueAllMessages other messages are retried too; a customer with a card does not wait for that (3.7)."""
    scene = CoreScene(QueueAllMessages="true", MinimumStatusDuration="86400")
    scene.boots()
    scene.loses_network()
    scene.station.on_log_status_notification(7, "Uploaded")
    scene.regains_network()
    scene.hears("LogStatusNotification", CallError())
    scene.hears_all("StatusNotification")
    scene.station.on_log_status_notification(8, "Uploading")
    scene.hears("LogStatusNotification", requestId=8)
    scene.passes(60)
    scene.hears("LogStatusNotification", requestId=7)
    scene.hears_nothing()


def test_boot_notification_goes_first_however_often_it_is_asked_for(taciturn: CoreScene) -> None:
    """4.2: one that was lost with the connection and one that was asked for meanwhile are one and the same."""
    assert taciturn.asks("TriggerMessage", requestedMessage="BootNotification") == {"status": "Accepted"}
    taciturn.hears("BootNotification", SILENCE)
    taciturn.asks("TriggerMessage", requestedMessage="BootNotification")
    taciturn.begins()
    taciturn.loses_link()
    taciturn.passes(3)
    heard = [heard.action for heard in taciturn.hears_all()]
    assert heard[:2] == ["BootNotification", "StartTransaction"]
    assert heard.count("BootNotification") == 1


def test_boot_notification_goes_before_what_is_retried() -> None:
    """4.2: also if that comes back to the head of its queue meanwhile."""
    scene = CoreScene(QueueAllMessages="true", MinimumStatusDuration="86400")
    scene.boots()
    scene.loses_network()
    scene.station.on_log_status_notification(7, "Uploading")
    scene.regains_network()
    log = scene.hears("LogStatusNotification", SILENCE)
    scene.begins()
    scene.asks("TriggerMessage", requestedMessage="BootNotification")
    scene.answers(log, CallError())
    scene.hears("BootNotification")
