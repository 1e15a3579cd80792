"""What becomes of everything that is under way when the connection breaks, and when it is back.

Proves 3.7 (what is queued offline), 4.9 and OCPP-J 5.4 (what is said after a reconnect), 3.5.4 as far as a customer
waits for an answer, the keys QueueAllMessages and MessageTypesDiscardForQueueing, and MessageQueueResumeDelay.
"""

from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import AuthorizeAsked, TransferAsked
from ocpp16sm.messages import UnlockStatus
from tests.support.scene import SILENCE, CoreScene, Heard, RefusedError
from tests.support.scripted_hardware import ScriptedHardware


def booted(**how: Any) -> CoreScene:
    """A charge point that has been accepted and says nothing of changes of status."""
    scene = CoreScene(MinimumStatusDuration="86400", **how)
    scene.boots()
    return scene


# -- what was in flight ------------------------------------------------------------------------------------------------


def test_q06_what_was_in_flight_is_sent_as_soon_as_the_connection_is_back(taciturn: CoreScene) -> None:
    """libocpp waits for its response timer (30 s and more), counts an attempt, and changes the message id.

    Right: the connection is gone and so is the answer; at the head of its queue it goes first again (3.7, errata 3.1).
    """
    taciturn.begins()
    taciturn.ends()
    start = taciturn.hears("StartTransaction", SILENCE)
    taciturn.loses_link()
    taciturn.passes(3)
    assert taciturn.hears("StartTransaction") == start
    taciturn.hears("StopTransaction")


def test_the_response_timer_of_the_lost_connection_is_gone(taciturn: CoreScene) -> None:
    """OCPP-J 4.1.1: a time-out counts from the sending, here from the second one."""
    taciturn.begins()
    taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(20)
    taciturn.loses_link()
    taciturn.passes(3)
    start = taciturn.hears("StartTransaction", SILENCE)
    taciturn.passes(29)
    taciturn.answers(start)
    taciturn.hears_all("StatusNotification")
    taciturn.ends()
    taciturn.hears("StopTransaction", transactionId=1)


def test_an_answer_that_was_lost_with_the_connection_is_given_again(taciturn: CoreScene) -> None:
    """Errata OCPP-J 3.1: the Central System has started a transaction, and recognises the message by its id."""
    taciturn.begins()
    start = taciturn.hears("StartTransaction", SILENCE)
    taciturn.loses_link()
    taciturn.ends()
    taciturn.passes(3)
    again = taciturn.hears("StartTransaction", SILENCE)
    assert again.id == start.id
    taciturn.answers(again, {"transactionId": 815, "idTagInfo": {"status": "Accepted"}})
    taciturn.hears("StopTransaction", transactionId=815)


def test_a_boot_notification_in_flight_is_sent_again_at_once() -> None:
    """4.2: nothing else can be sent before it is answered."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", SILENCE)
    scene.loses_link()
    scene.passes(3)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification")


def test_what_only_made_sense_then_is_not_sent_later(scene: CoreScene) -> None:
    """4.9: afterwards the present statuses are told; those of before, in flight or waiting, are not."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing", SILENCE)
    scene.station.on_suspend_charging_evse(1)
    scene.station.on_resume_charging(1)
    scene.loses_link()
    scene.passes(3)
    scene.sees(0, "Available")
    scene.sees(1, "Charging")
    scene.hears_nothing()


def test_a_reconnect_is_no_boot(scene: CoreScene) -> None:
    """OCPP-J 5.4: no BootNotification; 4.9: the statuses, because nobody heard the changes."""
    scene.loses_link()
    scene.passes(3)
    assert [heard.action for heard in scene.hears_all()] == ["StatusNotification"] * 2


# -- who waits for an answer -------------------------------------------------------------------------------------------


def ask_for(scene: CoreScene, id_tag: str) -> None:
    scene.virtual.feed(AuthorizeAsked(id_tag, "r"))


def told(scene: CoreScene) -> str | None:
    """What the customer with the card was told, if anything yet."""
    info = scene.virtual.answers.get("r")
    return None if info is None else str(info.status)


@pytest.mark.parametrize(("allowed", "status"), [("true", "Accepted"), ("false", "Invalid")])
@pytest.mark.parametrize("when", ["in flight", "waiting", "offline already"])
def test_a_customer_does_not_wait_for_the_connection(when: str, allowed: str, status: str) -> None:
    """3.5.4: offline, AllowOfflineTxForUnknownId decides; at once, whatever the question was doing."""
    scene = booted(AllowOfflineTxForUnknownId=allowed)
    if when == "waiting":
        scene.begins(id_tag="OTHER")
        scene.hears("StartTransaction", SILENCE)
    if when != "offline already":
        ask_for(scene, "TAG")
        assert told(scene) is None
    if when == "in flight":
        scene.hears("Authorize", SILENCE)
    scene.loses_network()
    if when == "offline already":
        ask_for(scene, "TAG")
    assert told(scene) == status
    scene.regains_network()
    assert scene.hears_all("Authorize") == []


@pytest.mark.parametrize("when", ["in flight", "offline already"])
def test_q05_a_customer_does_not_wait_even_if_all_messages_are_queued(when: str) -> None:
    """libocpp queues the Authorize: the customer waits 60 s, and is refused. Right: 3.5.4, as ever."""
    scene = booted(QueueAllMessages="true", AllowOfflineTxForUnknownId="true")
    if when == "in flight":
        ask_for(scene, "TAG")
        scene.hears("Authorize", SILENCE)
    scene.loses_network()
    if when == "offline already":
        ask_for(scene, "TAG")
    assert told(scene) == "Accepted"
    scene.regains_network()
    assert scene.hears_all("Authorize") == []


def test_vendor_specific_data_is_not_waited_for_either() -> None:
    """4.3: whoever sends it is told that it could not be sent."""
    scene = booted()
    scene.virtual.feed(TransferAsked("vendor", None, "1", "a"))
    scene.hears("DataTransfer", SILENCE, data="1")
    scene.virtual.feed(TransferAsked("vendor", None, "2", "b"))
    scene.loses_network()
    scene.virtual.feed(TransferAsked("vendor", None, "3", "c"))
    assert scene.virtual.answers == {"a": None, "b": None, "c": None}
    scene.regains_network()
    assert scene.hears_all("DataTransfer") == []


# -- what the Central System waits for ---------------------------------------------------------------------------------


def test_an_answer_is_not_sent_over_another_connection() -> None:
    """OCPP-J 4.1.4: the request died with the connection over which it came."""
    scene = booted(hardware=ScriptedHardware(UnlockStatus.UNLOCKED))
    scene.virtual.hardware_s = 20.0
    scene.sends("UnlockConnector", connectorId=1)
    scene.loses_link()
    scene.passes(3)
    scene.hears_all()
    scene.passes(60)
    scene.hears_nothing()


def test_an_answer_is_not_taken_for_that_of_another_request_with_the_same_id() -> None:
    """OCPP-J 4.1.4: an id is unique on one connection; Central Systems that count begin anew with each."""
    scene = booted(hardware=ScriptedHardware(UnlockStatus.UNLOCKED))
    scene.virtual.hardware_s = 20.0
    scene.says('[2,"1","UnlockConnector",{"connectorId":1}]')
    scene.loses_link()
    scene.passes(3)
    scene.hears_all()
    scene.says('[2,"1","Reset",{"type":"Soft"}]')
    scene.passes(17)
    scene.hears_nothing()
    scene.passes(3)
    assert scene.answer_to("1") == {"status": "Accepted"}
    scene.hears_nothing()


def test_a_request_that_comes_again_over_another_connection_is_dealt_with_again(scene: CoreScene) -> None:
    """OCPP-J 4.1.4: the same id is another request there."""
    scene.says('[2,"1","ClearCache",{}]')
    assert scene.answer_to("1") == {"status": "Accepted"}
    scene.loses_link()
    scene.passes(3)
    scene.hears_all()
    scene.says('[2,"1","Foo",{}]')
    with pytest.raises(RefusedError) as refused:
        scene.answer_to("1")
    assert refused.value.code == "NotImplemented"


# -- QueueAllMessages --------------------------------------------------------------------------------------------------


def say_everything(scene: CoreScene) -> None:
    """One message of each kind that is neither transaction-related nor about security."""
    scene.virtual.feed(TransferAsked("vendor", None, "data", "transfer"))
    scene.station.on_log_status_notification(7, "Uploading")
    scene.station.on_log_status_notification(-1, "Uploading")
    scene.station.on_firmware_update_status_notification(-1, "Downloading")
    scene.station.on_firmware_update_status_notification(9, "Downloading")


EVERYTHING = [
    "DataTransfer",
    "LogStatusNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "SignedFirmwareStatusNotification",
]


def not_status(heard: list[Heard]) -> list[str]:
    return [request.action for request in heard if request.action != "StatusNotification"]


def test_offline_nothing_is_kept_but_what_must_be() -> None:
    """3.7: transaction-related messages; the rest is lost, which is the default. What still holds is said anew."""
    scene = booted()
    scene.loses_network()
    say_everything(scene)
    scene.regains_network()
    heard = not_status(scene.hears_all())
    assert "DataTransfer" not in heard
    assert sorted(heard) == sorted({*EVERYTHING} - {"DataTransfer", "FirmwareStatusNotification"})


@pytest.mark.parametrize("when", ["said offline", "waiting", "said before a restart"])
def test_with_queue_all_messages_everything_is_kept(when: str) -> None:
    """QueueAllMessages: in order, on disk; also what was waiting, or in flight, when the connection broke."""
    scene = booted(QueueAllMessages="true")
    if when == "waiting":
        say_everything(scene)
        scene.hears("DataTransfer", SILENCE)
        scene.loses_network()
    else:
        scene.loses_network()
        say_everything(scene)
    assert [request.action for request in scene.virtual.store.load().queue] == EVERYTHING
    if when == "said before a restart":
        scene.virtual.dial_s = 0.0
        scene.starts()
        scene.hears("BootNotification")
        scene.hears_all("SecurityEventNotification")
    else:
        scene.regains_network()
        assert not_status(scene.hears_all()) == EVERYTHING
    assert scene.virtual.store.load().queue == ()


def test_what_is_exempt_from_queue_all_messages_is_lost() -> None:
    """MessageTypesDiscardForQueueing; in libocpp one unknown name makes it ignore the whole list."""
    exempt = "Nonsense,DataTransfer,LogStatusNotification"
    scene = booted(QueueAllMessages="true", MessageTypesDiscardForQueueing=exempt)
    scene.loses_network()
    say_everything(scene)
    assert scene.virtual.answers == {"transfer": None}
    scene.regains_network()
    assert not_status(scene.hears_all()) == EVERYTHING[2:]


def test_q04_boot_notification_is_sent_once_even_if_all_messages_are_queued() -> None:
    """libocpp keeps an unanswered BootNotification on disk and sends it again after the next one was accepted."""
    scene = CoreScene(QueueAllMessages="true")
    scene.starts()
    scene.hears("BootNotification", SILENCE)
    assert [request.action for request in scene.virtual.store.load().queue] == ["SecurityEventNotification"]
    scene.starts()
    scene.hears("BootNotification")
    assert "BootNotification" not in [heard.action for heard in scene.hears_all()]


def test_q09_boot_notification_is_never_given_up_even_if_all_messages_are_queued() -> None:
    """libocpp drops it after TransactionMessageAttempts, and the charge point never registers. Right: 4.2."""
    scene = CoreScene(QueueAllMessages="true", TransactionMessageAttempts="2")
    scene.starts()
    for _ in range(5):
        scene.hears("BootNotification", SILENCE)
        scene.passes(30 + 60)
    scene.hears("BootNotification")


def test_a_kept_status_would_be_stale() -> None:
    """4.9: QueueAllMessages or not, after a reconnect the present status is told, once."""
    scene = CoreScene(QueueAllMessages="true")
    scene.boots()
    scene.loses_network()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.station.on_resume_charging(1)
    scene.regains_network()
    scene.sees(0, "Available")
    scene.sees(1, "Charging")
    scene.hears_nothing()


# -- MessageQueueResumeDelay -------------------------------------------------------------------------------------------


def test_after_a_reconnect_the_queues_wait_for_a_while() -> None:
    """MessageQueueResumeDelay: not all charge points empty their queues at once. Requests are answered meanwhile."""
    scene = booted(setup={"message_queue_resume_delay_s": 10.0})
    scene.loses_link()
    scene.begins()
    scene.passes(3)
    scene.ends()
    scene.station.on_log_status_notification(7, "Uploading")
    assert scene.asks("ClearCache") == {"status": "Accepted"}
    scene.passes(9.9)
    scene.hears_nothing()
    scene.passes(0.1)
    assert not_status(scene.hears_all()) == ["StartTransaction", "StopTransaction", "LogStatusNotification"]


def test_the_first_connection_is_not_delayed() -> None:
    """MessageQueueResumeDelay is about re-connects; :meth:`boots` lets no time pass."""
    booted(setup={"message_queue_resume_delay_s": 10.0})


def test_a_delay_ends_with_its_connection() -> None:
    """What is left of the delay of a connection that broke again is not taken off the next one."""
    scene = booted(setup={"message_queue_resume_delay_s": 10.0})
    scene.begins()
    scene.hears("StartTransaction")
    scene.loses_link()
    scene.passes(3 + 8)
    scene.loses_link()
    scene.ends()
    scene.passes(3 + 9.9)
    scene.hears_nothing()
    scene.passes(0.1)
    assert not_status(scene.hears_all()) == ["StopTransaction"]
