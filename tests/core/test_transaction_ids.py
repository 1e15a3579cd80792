"""By which id a transaction is called on the wire: known late, never, over retries, and over restarts.

Proves errata 3.18 (-1 if the start cannot be delivered), 4.8 and 4.10 (the Central System's id), 4.7 (which readings
belong to which transaction), in the scenes in which others mix them up (reference/queue.md 1.9).
"""

from typing import Any

import pytest

from ocpp16sm.hardware import PauseCharging, StopTransaction
from tests.support.scene import SILENCE, CallError, CoreScene, Heard

REGISTER = "Energy.Active.Import.Register"
RESUMING = {"resuming_sessions": frozenset({"s1"})}


@pytest.fixture
def metered() -> CoreScene:
    """A charge point with two connectors that samples every minute, and says nothing of changes of status."""
    scene = CoreScene(connectors=2, MinimumStatusDuration="86400", MeterValueSampleInterval="60")
    scene.boots()
    return scene


def about_transactions(heard: list[Heard]) -> list[tuple[str, Any]]:
    """Each transaction-related request, and the transaction it names (its start: None)."""
    kinds = ("StartTransaction", "StopTransaction", "MeterValues")
    return [(each.action, each.payload.get("transactionId")) for each in heard if each.action in kinds]


def charges_offline(scene: CoreScene, samples: int = 2) -> None:
    """A transaction begins without a connection, and is sampled."""
    scene.loses_network()
    scene.begins()
    for number in range(samples):
        scene.measures(1, 100 * (number + 1))
        scene.passes(60)


# -- known late --------------------------------------------------------------------------------------------------------


def test_a_transaction_that_was_wholly_offline_is_told_with_its_id(metered: CoreScene) -> None:
    """D25, D27: whatever was queued before StartTransaction.conf carries the id when it is sent."""
    charges_offline(metered)
    metered.ends(wh=300)
    metered.regains_network()
    assert about_transactions(metered.hears_all()) == [
        ("StartTransaction", None),
        ("MeterValues", 1),
        ("MeterValues", 1),
        ("StopTransaction", 1),
    ]


def test_what_was_made_before_the_start_was_answered_waits_for_the_id(metered: CoreScene) -> None:
    """D27: the stop is made while the start is in flight; libocpp has a race there."""
    metered.begins()
    start = metered.hears("StartTransaction", SILENCE)
    metered.measures(1, 100)
    metered.ends(wh=100)
    metered.answers(start, {"transactionId": 4711, "idTagInfo": {"status": "Accepted"}})
    metered.hears("StopTransaction", transactionId=4711)


def test_q17_readings_keep_their_transaction_although_its_start_is_sent_again(metered: CoreScene) -> None:
    """libocpp remembers them under the first message id: after a retry they go out without transactionId."""
    charges_offline(metered)
    metered.regains_network()
    metered.hears("StartTransaction", CallError())
    metered.hears_all("StatusNotification")
    metered.passes(60)
    metered.hears("StartTransaction", {"transactionId": 4711, "idTagInfo": {"status": "Accepted"}})
    assert set(about_transactions(metered.hears_all())) == {("MeterValues", 4711)}


def test_q17_a_start_that_timed_out_is_recognised_by_whichever_answer(metered: CoreScene) -> None:
    """The same after a time-out: one transaction, one id."""
    metered.begins()
    metered.hears("StartTransaction", SILENCE)
    metered.passes(30)
    metered.ends()
    metered.passes(60)
    metered.hears("StartTransaction", {"transactionId": 9, "idTagInfo": {"status": "Accepted"}})
    metered.hears("StopTransaction", transactionId=9)


def test_two_transactions_at_once_are_not_mixed_up(metered: CoreScene) -> None:
    """4.8: each start has its own answer, whatever the Central System's ids look like."""
    metered.loses_network()
    metered.begins(1, "a", "TAG-A")
    metered.begins(2, "b", "TAG-B")
    metered.measures(1, 10)
    metered.measures(2, 20)
    metered.passes(60)
    metered.ends(2, "b")
    metered.ends(1, "a")
    metered.regains_network()
    metered.hears("StartTransaction", {"transactionId": 77, "idTagInfo": {"status": "Accepted"}}, idTag="TAG-A")
    metered.hears("StartTransaction", {"transactionId": -5, "idTagInfo": {"status": "Accepted"}}, idTag="TAG-B")
    metered.hears("MeterValues", connectorId=1, transactionId=77)
    metered.hears("MeterValues", connectorId=2, transactionId=-5)
    metered.hears("StopTransaction", transactionId=-5)
    metered.hears("StopTransaction", transactionId=77)


def test_the_next_transaction_does_not_inherit_the_id(metered: CoreScene) -> None:
    """4.7: readings belong to the transaction in which they were taken; those outside any name none."""
    metered.sets("ClockAlignedDataInterval", "30")
    metered.begins()
    metered.hears("StartTransaction")
    metered.ends()
    metered.hears("StopTransaction")
    metered.measures(1, 5)
    metered.passes(30)
    metered.hears("MeterValues", transactionId=None)
    metered.begins(session="s2")
    start = metered.hears("StartTransaction", SILENCE)
    metered.passes(29)
    metered.answers(start)
    metered.passes(1)
    metered.hears("MeterValues", transactionId=2)


# -- never known -------------------------------------------------------------------------------------------------------


def test_q20_a_transaction_whose_start_cannot_be_delivered_is_called_minus_one(metered: CoreScene) -> None:
    """D26: libocpp sends a random negative number. Right: -1, in all of its messages (errata 3.18)."""
    metered.begins()
    metered.hears("StartTransaction", CallError())
    metered.measures(1, 50)
    metered.passes(60)
    metered.hears("StartTransaction", CallError())
    metered.passes(120)
    metered.hears("StartTransaction", CallError())
    metered.ends(wh=80)
    assert about_transactions(metered.hears_all()) == [("MeterValues", -1)] * 3 + [("StopTransaction", -1)]
    assert metered.virtual.store.load().transactions == ()


def test_q20_minus_one_over_a_restart(metered: CoreScene) -> None:
    """Errata 3.18: that its start was given up is remembered."""
    metered.begins()
    for wait in (60, 120, 0):
        metered.hears("StartTransaction", CallError())
        metered.passes(wait)
    metered.loses_network()
    metered.measures(1, 50)
    metered.passes(60)
    metered.ends(wh=80)
    metered.virtual.dial_s = 0.0
    metered.starts()
    assert about_transactions(metered.hears_all()) == [("MeterValues", -1), ("StopTransaction", -1)]


# -- over a restart ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{}, RESUMING], ids=["ended by the restart", "resumed"])
def test_q18_a_restart_before_the_start_was_answered(metered: CoreScene, how: dict[str, Any]) -> None:
    """libocpp takes its placeholder for the real id afterwards (D42). Right: all messages get the real one (4.8)."""
    charges_offline(metered)
    metered.virtual.dial_s = 0.0
    metered.starts(**how)
    metered.hears("BootNotification")
    metered.hears("StartTransaction", {"transactionId": 4711, "idTagInfo": {"status": "Accepted"}})
    heard = metered.hears_all()
    if how:
        metered.measures(1, 300)
        metered.passes(60)
        heard += metered.hears_all()
        metered.ends(wh=300)
        heard += metered.hears_all()
    stop = [("StopTransaction", 4711)]
    assert about_transactions(heard) == [("MeterValues", 4711)] * (2 + bool(how)) + stop


def test_q18_a_resumed_transaction_is_sampled(metered: CoreScene) -> None:
    """D42: libocpp takes no samples any more, and crashes when the interval is changed."""
    metered.begins()
    metered.hears("StartTransaction")
    metered.starts(**RESUMING)
    metered.hears_all()
    metered.measures(1, 300)
    metered.passes(60)
    metered.hears("MeterValues", transactionId=1)
    metered.sets("MeterValueSampleInterval", "10")
    metered.passes(10)
    metered.hears("MeterValues", transactionId=1)
    metered.sets("MeterValueSampleInterval", "0")
    metered.passes(3600)
    metered.hears_nothing()


@pytest.mark.parametrize("answered", [True, False], ids=["start answered", "start not answered"])
def test_q19_a_stop_that_was_queued_is_sent_once_and_with_its_id(metered: CoreScene, answered: bool) -> None:
    """libocpp sends the queued stop with its placeholder, and a second one (PowerLoss) with the id."""
    metered.begins()
    start = metered.hears("StartTransaction", SILENCE)
    if answered:
        metered.answers(start)
    metered.loses_network()
    metered.ends(reason="EVDisconnected", wh=80)
    metered.virtual.dial_s = 0.0
    metered.starts()
    heard = [each for each in metered.hears_all() if each.action in ("StartTransaction", "StopTransaction")]
    if not answered:
        assert heard.pop(0).id == start.id
    assert [(each.action, each["transactionId"], each["reason"], each["meterStop"]) for each in heard] == [
        ("StopTransaction", 1, "EVDisconnected", 80)
    ]
    assert metered.virtual.store.load().transactions == ()


def test_q16_the_id_is_found_after_a_retry_and_a_restart(metered: CoreScene) -> None:
    """D29: libocpp's update of the message id on disk names no row; then a restart loses what belongs together."""
    metered.begins()
    metered.hears("StartTransaction", CallError())
    metered.loses_network()
    metered.ends(wh=10)
    metered.virtual.dial_s = 0.0
    metered.starts()
    metered.hears("BootNotification")
    metered.hears("StartTransaction", {"transactionId": 31, "idTagInfo": {"status": "Accepted"}})
    assert about_transactions(metered.hears_all()) == [("StopTransaction", 31)]


def test_q32_a_stop_that_was_given_up_is_not_made_anew(metered: CoreScene) -> None:
    """libocpp makes another one (PowerLoss) at each boot. Right: it is discarded (3.7.1), and so is the transaction."""
    metered.begins()
    metered.hears("StartTransaction")
    metered.ends()
    for wait in (60, 120, 0):
        metered.hears("StopTransaction", CallError())
        metered.passes(wait)
    for _ in range(2):
        metered.starts()
        assert about_transactions(metered.hears_all()) == []


# -- what is said late concerns what was meant -------------------------------------------------------------------------


@pytest.mark.parametrize("stops", ["true", "false"])
def test_d31_a_late_refusal_does_not_concern_the_next_transaction(stops: str) -> None:
    """libocpp pauses or stops whatever runs at that connector by then. Right: "if still ongoing" (errata 3.17)."""
    scene = CoreScene(MinimumStatusDuration="86400", StopTransactionOnInvalidId=stops)
    scene.boots()
    scene.begins(session="s1", id_tag="BAD")
    start = scene.hears("StartTransaction", SILENCE, idTag="BAD")
    scene.ends(session="s1")
    scene.begins(session="s2", id_tag="GOOD")
    scene.orders()
    scene.answers(start, {"transactionId": 1, "idTagInfo": {"status": "Invalid"}})
    scene.hears("StopTransaction", transactionId=1)
    scene.hears("StartTransaction", idTag="GOOD")
    assert scene.orders(PauseCharging, StopTransaction) == []


def test_d28_the_answer_to_a_stop_that_was_sent_again_finds_its_transaction(metered: CoreScene) -> None:
    """libocpp looks for the first message id: nothing is released. Right: a reset, for one, need not wait longer."""
    metered.begins()
    metered.hears("StartTransaction")
    metered.ends()
    metered.hears("StopTransaction", CallError())
    metered.passes(60)
    metered.hears("StopTransaction")
    assert len(metered.virtual.core.features.transactions) == 0
    assert metered.virtual.store.load().transactions == ()
