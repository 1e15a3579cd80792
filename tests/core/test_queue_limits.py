"""When there is no room left: what is thinned out of the queues, in which order, and what never is.

Proves 3.7 (nothing transaction-related is lost lightly) with the rules and the anchors of reference/queue.md 1.8
(MessageQueueSizeThreshold), and that whoever waits for what was dropped is told.
"""

from itertools import pairwise
from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import AuthorizeAsked, TransferAsked
from ocpp16sm.messages import LogStatusNotificationRequest, MeterValuesRequest
from tests.support.scene import SILENCE, CoreScene, Heard

SMALL = "20"


def offline(threshold: str = SMALL, **keys: Any) -> CoreScene:
    """A charge point that has been accepted, keeps all messages, and has lost its network."""
    scene = CoreScene(
        connectors=2,
        QueueAllMessages="true",
        MessageQueueSizeThreshold=threshold,
        MinimumStatusDuration="86400",
        **keys,
    )
    scene.boots()
    scene.loses_network()
    return scene


def unimportant(scene: CoreScene, count: int, first: int = 1) -> None:
    """So many messages that are neither transaction-related nor about security; their requestIds count."""
    for number in range(first, first + count):
        scene.station.on_log_status_notification(number, "Uploaded")


def whole_transactions(scene: CoreScene, count: int) -> None:
    """So many transactions: two messages each."""
    for number in range(count):
        scene.begins(1, f"t{number}", f"TAG-{number}")
        scene.ends(1, f"t{number}")


def queued(scene: CoreScene) -> list[str]:
    """Actions of what is on disk, in order."""
    return [request.action for request in scene.virtual.store.load().queue]


def numbers(scene: CoreScene) -> list[int | None]:
    """The requestIds of the unimportant messages on disk."""
    requests = [row.request for row in scene.virtual.store.load().queue]
    return [request.request_id for request in requests if isinstance(request, LogStatusNotificationRequest)]


def delivered(scene: CoreScene, *actions: str) -> list[Heard]:
    scene.regains_network()
    return scene.hears_all(*actions)


# -- the unimportant first ---------------------------------------------------------------------------------------------


def test_the_oldest_tenth_of_the_unimportant_goes_first() -> None:
    """1.8, its anchor: 15 normal and 10 transaction-related messages over a threshold of 20: 6 normal ones go."""
    scene = offline()
    unimportant(scene, 15)
    whole_transactions(scene, 5)
    assert numbers(scene) == list(range(7, 16))
    assert queued(scene)[9:] == ["StartTransaction", "StopTransaction"] * 5


def test_at_the_threshold_nothing_goes() -> None:
    """1.8: only what is more than the threshold is too much."""
    scene = offline()
    unimportant(scene, 20)
    assert len(queued(scene)) == 20
    unimportant(scene, 1, first=21)
    assert len(queued(scene)) == 19


def test_of_few_at_least_one_goes() -> None:
    """1.8: a tenth of a small threshold is none; one it is."""
    scene = offline("5")
    unimportant(scene, 6)
    assert numbers(scene) == [2, 3, 4, 5, 6]


def test_what_is_dropped_leaves_the_disk() -> None:
    """1.8: after a restart it does not come back."""
    scene = offline()
    unimportant(scene, 25)
    scene.virtual.dial_s = 0.0
    scene.starts()
    kept = [each["requestId"] for each in scene.hears_all("LogStatusNotification")]
    assert kept == list(range(26 - len(kept), 26))
    assert len(kept) <= 20


def test_boot_notification_is_never_thinned_out() -> None:
    """EVerest#1987: a charge point that drops its own BootNotification is silent for ever."""
    scene = CoreScene(QueueAllMessages="true", MessageQueueSizeThreshold="10")
    scene.virtual.dial_s = None
    scene.starts()
    unimportant(scene, 50)
    scene.regains_network()
    scene.hears("BootNotification")


# -- then readings -----------------------------------------------------------------------------------------------------


def samples(scene: CoreScene, count: int, connector: int = 1) -> None:
    """So many samples are due while transactions run; the register tells which is which."""
    for number in range(count):
        scene.measures(connector, number)
        scene.passes(10)


def registers(scene: CoreScene, connector: int = 1) -> list[float]:
    """What the readings on disk say of the register of a connector."""
    requests = [row.request for row in scene.virtual.store.load().queue]
    readings = [request for request in requests if isinstance(request, MeterValuesRequest)]
    return [float(r.meter_value[0].sampled_value[0].value) for r in readings if r.connector_id == connector]


def test_every_other_reading_goes_and_the_first_and_the_last_stay() -> None:
    """1.8: each pass about halves a run of readings; here per transaction, so that each keeps its course."""
    scene = offline(MeterValueSampleInterval="10")
    scene.begins()
    samples(scene, 20)
    assert registers(scene) == [0, *range(2, 18, 2), 18, 19]


def test_readings_are_thinned_again_and_again() -> None:
    """1.8: until it fits; what is left reaches from the first to the last, ever coarser towards the past."""
    scene = offline(MeterValueSampleInterval="10")
    scene.begins()
    samples(scene, 500)
    assert len(queued(scene)) <= 20
    told = registers(scene)
    assert told[0] == 0
    assert told[-1] == 499
    assert told == sorted(set(told))
    steps = [after - before for before, after in pairwise(told)]
    assert steps[0] >= max(steps[len(steps) // 2 :])


def test_two_transactions_are_thinned_alike() -> None:
    """1.8 takes runs, whoever they belong to; a short transaction between would lose all its course."""
    scene = offline("30", MeterValueSampleInterval="10")
    scene.begins(1, "a")
    scene.begins(2, "b")
    for number in range(40):
        scene.measures(1, number)
        scene.measures(2, 1000 + number)
        scene.passes(10)
    first, second = registers(scene, 1), registers(scene, 2)
    assert (first[0], first[-1]) == (0, 39)
    assert (second[0], second[-1]) == (1000, 1039)
    assert abs(len(first) - len(second)) <= 2


def test_readings_of_no_transaction_are_thinned_too() -> None:
    """1.8: clock-aligned ones are queued as well (3.7), and are no more important."""
    scene = offline(ClockAlignedDataInterval="10")
    samples(scene, 200)
    assert len(queued(scene)) <= 20
    told = registers(scene)
    assert (told[0], told[-1]) == (0, 199)


def test_unimportant_messages_go_before_readings() -> None:
    """1.8: the order of the passes."""
    scene = offline(MeterValueSampleInterval="10")
    scene.begins()
    samples(scene, 12)
    unimportant(scene, 7)
    samples(scene, 2)
    assert queued(scene).count("MeterValues") == 14
    assert queued(scene).count("LogStatusNotification") == 5


# -- then security events, and then nothing ----------------------------------------------------------------------------


def test_security_events_go_last() -> None:
    """1.8 of libocpp keeps them for ever, and grows without limit. Here they are capped, the oldest going first."""
    scene = offline()
    unimportant(scene, 5)
    for number in range(100):
        scene.station.on_security_event("TamperDetectionActivated", str(number))
    assert len(queued(scene)) <= 20
    kept = [int(each["techInfo"]) for each in delivered(scene, "SecurityEventNotification")]
    assert len(kept) >= 10
    assert kept == list(range(100 - len(kept), 100))


def test_starts_and_stops_are_never_thinned_out() -> None:
    """3.7: however many there are. Nothing else has a place beside them then."""
    scene = offline()
    unimportant(scene, 3)
    scene.station.on_security_event("TamperDetectionActivated")
    whole_transactions(scene, 50)
    assert queued(scene) == ["StartTransaction", "StopTransaction"] * 50
    heard = delivered(scene, "StartTransaction", "StopTransaction")
    assert [each.payload.get("transactionId", "start") for each in heard] == [
        name for number in range(1, 51) for name in ("start", number)
    ]


# -- who waits for what was dropped ------------------------------------------------------------------------------------


def crowded(**keys: Any) -> CoreScene:
    """Online, with a Central System that does not answer, and no room left in the queue."""
    scene = CoreScene(connectors=2, MessageQueueSizeThreshold="10", MinimumStatusDuration="86400", **keys)
    scene.boots()
    scene.begins(2, "other", "OTHER")
    scene.hears("StartTransaction", SILENCE)
    return scene


def test_a_caller_whose_message_was_dropped_is_told_so() -> None:
    """libocpp breaks a promise, and the caller gets an exception. Right: as if it could not be sent (4.3)."""
    scene = crowded()
    scene.virtual.feed(TransferAsked("vendor", None, "data", "transfer"))
    assert "transfer" not in scene.virtual.answers
    unimportant(scene, 10)
    assert scene.virtual.answers == {"transfer": None}


@pytest.mark.parametrize(("allowed", "status"), [("true", "Accepted"), ("false", "Invalid")])
def test_a_customer_whose_question_was_dropped_is_told_at_once(allowed: str, status: str) -> None:
    """3.5.4: as if there were no connection: it could not be asked."""
    scene = crowded(AllowOfflineTxForUnknownId=allowed)
    scene.virtual.feed(AuthorizeAsked("TAG", "tag"))
    unimportant(scene, 10)
    assert scene.virtual.answers["tag"].status == status


def test_what_is_in_flight_is_not_dropped() -> None:
    """It has been sent; its answer is to find it."""
    scene = CoreScene(connectors=2, MessageQueueSizeThreshold="10", MinimumStatusDuration="86400")
    scene.boots()
    scene.begins(2, "other")
    start = scene.hears("StartTransaction", SILENCE)
    unimportant(scene, 50)
    scene.ends(2, "other")
    scene.answers(start, {"transactionId": 5, "idTagInfo": {"status": "Accepted"}})
    assert [each["transactionId"] for each in scene.hears_all("StopTransaction")] == [5]
