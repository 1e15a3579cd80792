"""May this idTag charge? Who is asked, what is remembered, and what holds when nobody can be asked.

Proves 3.5 (cache, offline, unknown offline), 4.1, errata 3.4, 3.17 and 3.23, and the keys AuthorizationCacheEnabled,
LocalPreAuthorize, LocalAuthorizeOffline, AllowOfflineTxForUnknownId, StopTransactionOnInvalidId and
MaxEnergyOnInvalidId.
"""

from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import AuthorizeAsked
from ocpp16sm.hardware import PauseCharging, StopTransaction
from ocpp16sm.messages import AuthorizationStatus, IdTagInfo, Reason
from tests.support.scene import SILENCE, CallError, CoreScene, accepted
from tests.support.virtual_core import BEGAN

NOT_ACCEPTED = [status for status in AuthorizationStatus if status is not AuthorizationStatus.ACCEPTED]
LOCAL: dict[str, Any] = {"LocalPreAuthorize": "true"}


def asks_for(scene: CoreScene, id_tag: str) -> str:
    """Somebody presents an idTag; gives a reference for :func:`verdict`."""
    ref = f"card {len(scene.virtual.effects)}"
    scene.virtual.feed(AuthorizeAsked(id_tag, ref))
    return ref


def verdict(scene: CoreScene, ref: str) -> str | None:
    """What was answered; None: nothing yet."""
    info: IdTagInfo | None = scene.virtual.answers.get(ref)
    return None if info is None else str(info.status)


def decides(scene: CoreScene, id_tag: str) -> str | None:
    """What is answered at once, without asking anybody."""
    found = verdict(scene, asks_for(scene, id_tag))
    scene.hears_nothing()
    return found


def teaches(scene: CoreScene, id_tag: str, status: str = "Accepted", **info: Any) -> None:
    """The Central System is asked about an idTag, and says so."""
    ref = asks_for(scene, id_tag)
    scene.hears("Authorize", {"idTagInfo": {"status": status, **info}}, idTag=id_tag)
    assert verdict(scene, ref) == status


# -- online ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", AuthorizationStatus)
def test_the_central_system_decides(scene: CoreScene, status: str) -> None:
    """4.1: whatever it says is the answer, once and for all."""
    teaches(scene, "TAG", status)
    scene.virtual.answers.clear()
    scene.passes(120)
    assert scene.virtual.answers == {}
    scene.hears_nothing()


def test_a_parent_is_told_with_the_answer(scene: CoreScene) -> None:
    """3.10: the station needs it to let another member of the group stop."""
    ref = asks_for(scene, "TAG")
    scene.hears("Authorize", {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}})
    assert scene.virtual.answers[ref].parent_id_tag == "FAMILY"


def test_a_refusal_to_answer_is_a_refusal(scene: CoreScene) -> None:
    """4.1: energy only after authorization; a CALLERROR is none, whatever holds offline."""
    scene.sets("AllowOfflineTxForUnknownId", "true")
    ref = asks_for(scene, "TAG")
    scene.hears("Authorize", CallError())
    assert verdict(scene, ref) == "Invalid"


@pytest.mark.parametrize(("allowed", "status"), [("true", "Accepted"), ("false", "Invalid")])
def test_a_central_system_that_does_not_answer_is_as_good_as_offline(allowed: str, status: str) -> None:
    """3.5: unavailability of the Central System is being offline (config_keys.csv: a timed-out Authorize)."""
    scene = accepted(AllowOfflineTxForUnknownId=allowed)
    ref = asks_for(scene, "TAG")
    scene.hears("Authorize", SILENCE)
    scene.passes(29)
    assert verdict(scene, ref) is None
    scene.passes(2)
    assert verdict(scene, ref) == status


@pytest.mark.parametrize(("allowed", "status"), [("true", "Accepted"), ("false", "Invalid")])
def test_nobody_waits_for_ever_behind_a_queue_that_does_not_move(allowed: str, status: str) -> None:
    """3.5, 3.7: a person with a card in hand; an answer that comes after all is remembered, and changes nothing."""
    scene = accepted(AllowOfflineTxForUnknownId=allowed, LocalPreAuthorize="true")
    for _ in range(3):
        scene.virtual.feed(AuthorizeAsked("OTHER", "other"))
    ref = asks_for(scene, "TAG")
    scene.hears("Authorize", SILENCE, idTag="OTHER")
    scene.passes(31)
    scene.hears("Authorize", SILENCE, idTag="OTHER")
    scene.passes(25)
    assert verdict(scene, ref) == status


def test_a_connection_that_is_lost_while_asking_leaves_the_offline_rules(scene: CoreScene) -> None:
    """3.5: also for a known idTag: LocalAuthorizeOffline is true."""
    teaches(scene, "KNOWN")
    refs = {tag: asks_for(scene, tag) for tag in ("KNOWN", "UNKNOWN")}
    scene.hears("Authorize", SILENCE)
    scene.loses_network()
    assert {tag: verdict(scene, ref) for tag, ref in refs.items()} == {"KNOWN": "Accepted", "UNKNOWN": "Invalid"}


@pytest.mark.parametrize("status", NOT_ACCEPTED)
def test_what_was_bad_is_asked_again(status: str) -> None:
    """3.5.1: an idTag that is cached as not valid is asked about while online, LocalPreAuthorize or not."""
    scene = accepted(**LOCAL)
    teaches(scene, "TAG", status)
    teaches(scene, "TAG", "Accepted")
    assert decides(scene, "TAG") == "Accepted"


def test_a_known_id_tag_need_not_wait() -> None:
    """9.1.13: LocalPreAuthorize: without waiting for or requesting an Authorize.conf."""
    scene = accepted(**LOCAL)
    teaches(scene, "TAG", parentIdTag="FAMILY")
    assert decides(scene, "TAG") == "Accepted"
    assert scene.virtual.answers[asks_for(scene, "tag")].parent_id_tag == "FAMILY"
    scene.sets("LocalPreAuthorize", "false")
    teaches(scene, "TAG")


# -- the cache ---------------------------------------------------------------------------------------------------------


def test_id_tags_are_the_same_in_any_case() -> None:
    """7.28: a CiString."""
    scene = accepted(**LOCAL)
    teaches(scene, "aBcDeF")
    assert decides(scene, "ABCDEF") == "Accepted"


def test_an_entry_expires() -> None:
    """3.5.1: online it is asked about again, offline it is Expired, even if unknown ones may charge (3.5.4)."""
    scene = accepted(AllowOfflineTxForUnknownId="true", **LOCAL)
    teaches(scene, "TAG", expiryDate="2026-06-01T13:00:00Z")
    scene.passes(3599)
    assert decides(scene, "TAG") == "Accepted"
    scene.passes(1)
    ref = asks_for(scene, "TAG")
    scene.hears("Authorize", CallError(), idTag="TAG")
    assert verdict(scene, ref) == "Invalid"
    scene.loses_network()
    assert decides(scene, "TAG") == "Expired"
    scene.virtual.set_wall_clock(BEGAN)
    assert decides(scene, "TAG") == "Expired", "it was changed to expired in the cache"


@pytest.mark.parametrize("action", ["StartTransaction", "StopTransaction"])
def test_answers_about_transactions_are_remembered(action: str) -> None:
    """3.5.1: updated using all received IdTagInfo (D33: libocpp forgets that of StopTransaction.conf)."""
    scene = accepted(**LOCAL)
    said = {"idTagInfo": {"status": "Accepted"}}
    scene.begins(id_tag="STARTER")
    scene.sees(1, "Preparing")
    scene.hears("StartTransaction", {**said, "transactionId": 5})
    scene.ends(id_tag_end="STOPPER")
    scene.hears("StopTransaction", said)
    scene.hears_all()
    assert decides(scene, {"StartTransaction": "STARTER", "StopTransaction": "STOPPER"}[action]) == "Accepted"


def test_what_is_said_last_counts() -> None:
    """3.5.1: when an IdTagInfo is received for an identifier in the cache, it is updated."""
    scene = accepted(**LOCAL)
    teaches(scene, "TAG")
    scene.begins(id_tag="TAG")
    scene.sees(1, "Preparing")
    scene.hears("StartTransaction", {"idTagInfo": {"status": "Blocked"}, "transactionId": 5})
    scene.loses_network()
    assert decides(scene, "TAG") == "Blocked"


def test_a_full_cache_loses_what_is_not_valid_first_then_the_oldest() -> None:
    """3.5.1: not valid is also what has expired meanwhile."""
    scene = accepted(setup={"authorization_cache_size": 3}, **LOCAL)
    teaches(scene, "OLD")
    teaches(scene, "SHORT", expiryDate="2026-06-01T12:00:10Z")
    teaches(scene, "BAD", "Blocked")
    scene.passes(20)
    for number in range(2):
        teaches(scene, f"NEW{number}")
        assert decides(scene, "OLD") == "Accepted"
    teaches(scene, "NEW2")
    teaches(scene, "OLD")  # asked again: it was the oldest
    scene.restarts()
    scene.hears_all()
    teaches(scene, "NEW0")  # the oldest after that, on disk as well


def test_the_cache_outlives_a_restart() -> None:
    """3.5.1, errata 3.4."""
    scene = accepted(**LOCAL)
    teaches(scene, "GOOD")
    teaches(scene, "BAD", "Blocked")
    scene.restarts()
    scene.hears_all()
    assert decides(scene, "good") == "Accepted"
    scene.loses_network()
    assert decides(scene, "bad") == "Blocked"


def test_a_cache_that_is_cleared_is_empty() -> None:
    """5.4; also after a restart."""
    scene = accepted(**LOCAL)
    teaches(scene, "TAG")
    assert scene.asks("ClearCache") == {"status": "Accepted"}
    teaches(scene, "TAG")
    assert scene.asks("ClearCache") == {"status": "Accepted"}
    scene.restarts()
    scene.hears_all()
    teaches(scene, "TAG")


def test_a_cache_that_is_off_is_neither_read_nor_written() -> None:
    """9.1.2, errata 3.23 (D32: libocpp writes it all the same)."""
    scene = accepted(AuthorizationCacheEnabled="false", **LOCAL)
    assert scene.asks("ClearCache") == {"status": "Rejected"}
    teaches(scene, "TAG")
    scene.begins(id_tag="TAG")
    scene.hears_all()
    scene.sets("AuthorizationCacheEnabled", "true")
    teaches(scene, "TAG")
    scene.sets("AuthorizationCacheEnabled", "false")
    teaches(scene, "TAG")
    scene.loses_network()
    assert decides(scene, "TAG") == "Invalid"


# -- offline -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unknown", ["true", "false"])
@pytest.mark.parametrize("local", ["true", "false"])
def test_offline_rules(local: str, unknown: str) -> None:
    """9.1.1, 9.1.12, 3.5.4: known good ones by one key, unknown ones by the other, known bad ones never (D34)."""
    scene = accepted(LocalAuthorizeOffline=local, AllowOfflineTxForUnknownId=unknown)
    teaches(scene, "GOOD")
    for status in NOT_ACCEPTED:
        teaches(scene, status, status)
    scene.loses_network()
    assert decides(scene, "GOOD") == ("Accepted" if "true" in (local, unknown) else "Invalid")
    assert decides(scene, "UNKNOWN") == ("Accepted" if unknown == "true" else "Invalid")
    assert {status: decides(scene, status) for status in NOT_ACCEPTED} == {status: status for status in NOT_ACCEPTED}


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_a_charge_point_that_is_not_accepted_asks_nobody(status: str) -> None:
    """4.2: no request but BootNotification; config_keys.csv: unregistered is as offline."""
    scene = CoreScene(AllowOfflineTxForUnknownId="true")
    scene.starts()
    boot = {"status": status, "currentTime": "2026-06-01T12:00:00Z", "interval": 60}
    scene.hears("BootNotification", boot)
    assert decides(scene, "TAG") == "Accepted"


# -- refused after the start -------------------------------------------------------------------------------------------


def refused(scene: CoreScene, status: str = "Invalid", wh: float = 1000) -> None:
    """A transaction starts whose idTag is then refused."""
    scene.begins(wh=wh)
    start = [scene.sees(1, "Preparing"), scene.hears("StartTransaction", SILENCE)][1]
    scene.station.on_resume_charging(1)
    scene.orders()
    scene.answers(start, {"idTagInfo": {"status": status}, "transactionId": 77})
    scene.sees(1, "Charging")


@pytest.mark.parametrize("status", NOT_ACCEPTED)
def test_a_transaction_whose_id_tag_is_refused_is_stopped(scene: CoreScene, status: str) -> None:
    """3.5.4, errata 3.17: energy at once, then the transaction, which ends as DeAuthorized with the id it was given."""
    refused(scene, status)
    assert scene.orders() == [PauseCharging(1), StopTransaction(1, Reason.DE_AUTHORIZED)]
    scene.station.on_suspend_charging_evse(1)
    scene.sees(1, "SuspendedEVSE")
    scene.ends(reason="DeAuthorized", wh=1001)
    scene.hears("StopTransaction", reason="DeAuthorized", transactionId=77)


def test_a_transaction_whose_id_tag_is_refused_may_go_on_without_energy(scene: CoreScene) -> None:
    """9.1.24: StopTransactionOnInvalidId false: only stop energy delivery."""
    scene.sets("StopTransactionOnInvalidId", "false")
    refused(scene)
    assert scene.orders() == [PauseCharging(1)]


def test_a_transaction_that_goes_on_refused_is_measured_and_ends_like_any_other() -> None:
    """4.7, 4.10: readings every MeterValueSampleInterval until it ends, none after that; then another may begin."""
    scene = accepted(StopTransactionOnInvalidId="false", MeterValueSampleInterval="60")
    scene.measures(1, 1000)
    refused(scene)
    for _ in range(3):
        scene.passes(60)
        scene.hears("MeterValues", transactionId=77)
    scene.hears_nothing()
    assert scene.orders(PauseCharging) == [PauseCharging(1)], "once"
    scene.ends(wh=1000)
    scene.hears("StopTransaction", transactionId=77)
    scene.hears_all()
    scene.passes(600)
    scene.hears_nothing()
    assert scene.virtual.store.load().transactions == ()
    scene.begins(session="s2", wh=1000)
    assert [each.action for each in scene.hears_all()].count("StartTransaction") == 1


def test_a_sample_changes_nothing_of_a_transaction_that_may_still_be_refused() -> None:
    """Errata 3.17: the answer to a start may come after readings."""
    scene = accepted(MeterValueSampleInterval="5")
    scene.measures(1, 1000)
    scene.begins(wh=1000)
    scene.sees(1, "Preparing")
    start = scene.hears("StartTransaction", SILENCE)
    scene.passes(20)
    scene.measures(1, 1000)
    scene.orders()
    scene.passes(9)
    scene.answers(start, {"idTagInfo": {"status": "Invalid"}, "transactionId": 77})
    assert PauseCharging(1) in scene.orders()


@pytest.mark.parametrize("read_before", [True, False])
def test_energy_may_go_on_for_a_while(scene: CoreScene, read_before: bool) -> None:
    """9.1.14: MaxEnergyOnInvalidId, counted from the refusal, as far as the register is known then."""
    scene.sets("StopTransactionOnInvalidId", "false")
    scene.sets("MaxEnergyOnInvalidId", "500")
    scene.begins(wh=1000)
    scene.sees(1, "Preparing")
    start = scene.hears("StartTransaction", SILENCE)
    if read_before:
        scene.measures(1, 1200)
    scene.answers(start, {"idTagInfo": {"status": "Blocked"}, "transactionId": 77})
    scene.orders()
    limit = 1700 if read_before else 1500
    for wh in (limit - 200, limit - 1):
        scene.measures(1, wh)
        assert scene.orders() == []
    scene.measures(1, limit)
    assert scene.orders() == [PauseCharging(1)]
    scene.measures(1, limit + 1)
    assert scene.orders() == []


def test_a_refused_transaction_is_refused_again_after_a_restart() -> None:
    """3.5.4: the station that resumes it must know that it gets no energy; however long ago that was."""
    scene = accepted(StopTransactionOnInvalidId="false", MeterValueSampleInterval="60")
    scene.measures(1, 1000)
    refused(scene)
    scene.passes(60)
    scene.hears("MeterValues")
    scene.orders()
    scene.restarts(resuming_sessions=frozenset({"s1"}))
    assert scene.orders(PauseCharging) == [PauseCharging(1)]
