"""Reset: asked of the station, transactions ended and delivered first, tried again if it fails.

Proves 5.14 with errata 3.36 and 3.82, and the keys ResetRetries and WaitForStopTransactionsOnResetTimeout.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.hardware import IsResetAllowed, Reset, StopTransaction
from ocpp16sm.listener import ResetFailed
from ocpp16sm.messages import Reason, ResetType
from tests.support.scene import SILENCE, CoreScene, accepted
from tests.support.scripted_hardware import ScriptedHardware

ACCEPTED = {"status": "Accepted"}
REJECTED = {"status": "Rejected"}
REASONS = {ResetType.SOFT: Reason.SOFT_RESET, ResetType.HARD: Reason.HARD_RESET}


@pytest.fixture(params=list(ResetType))
def type(request: pytest.FixtureRequest) -> ResetType:
    """Soft or hard."""
    chosen: ResetType = request.param
    return chosen


@pytest.fixture
def hardware() -> ScriptedHardware:
    """One that agrees to everything."""
    return ScriptedHardware()


@pytest.fixture
def pair(hardware: ScriptedHardware) -> CoreScene:
    """Two connectors; what the hardware was asked for at the start is forgotten."""
    scene = accepted(connectors=2, hardware=hardware)
    scene.orders()
    return scene


def test_an_idle_charge_point_resets_at_once(pair: CoreScene, type: ResetType) -> None:
    """5.14: the answer goes first."""
    assert pair.asks("Reset", type=type) == ACCEPTED
    assert pair.orders() == [IsResetAllowed(type), Reset(type)]


@pytest.mark.parametrize("allowed", [False, None], ids=["says no", "raises"])
def test_a_reset_that_the_station_does_not_want_is_rejected(
    pair: CoreScene, hardware: ScriptedHardware, type: ResetType, allowed: bool | None
) -> None:
    """5.14: the response says whether the charge point will attempt to reset itself; nothing is stopped."""
    pair.transaction()
    pair.orders()
    hardware.reset_allowed = allowed
    assert pair.asks("Reset", type=type) == REJECTED
    assert pair.orders() == [IsResetAllowed(type)]
    pair.passes(120)
    assert pair.orders() == []


def test_a_station_without_a_word_about_it_does_not_reset(scene: CoreScene, type: ResetType) -> None:
    """handlers.md 6: no callback, Rejected."""
    assert scene.asks("Reset", type=type) == REJECTED


def test_transactions_are_ended_and_delivered_first(pair: CoreScene, type: ResetType) -> None:
    """5.14: StopTransaction for any ongoing transaction before performing the reset."""
    first, second = pair.transaction(1, "a"), pair.transaction(2, "b")
    pair.orders()
    assert pair.asks("Reset", type=type) == ACCEPTED
    reason = REASONS[type]
    assert pair.orders() == [IsResetAllowed(type), StopTransaction(1, reason), StopTransaction(2, reason)]
    pair.ends(1, "a", reason=reason)
    pair.hears("StopTransaction", transactionId=first, reason=reason, idTag=None)
    pair.sees(1, "Finishing")
    assert pair.orders() == []
    pair.ends(2, "b", reason=reason)
    stop = pair.hears("StopTransaction", SILENCE, transactionId=second)
    assert pair.orders() == []
    pair.answers(stop)
    assert pair.orders() == [Reset(type)]


@pytest.mark.parametrize("wait", ["60", "5", "0"])
def test_a_reset_does_not_wait_for_ever(pair: CoreScene, type: ResetType, wait: str) -> None:
    """WaitForStopTransactionsOnResetTimeout: a station, or a Central System, that does not react."""
    pair.transaction()
    pair.sets("WaitForStopTransactionsOnResetTimeout", wait)
    pair.orders()
    pair.asks("Reset", type=type)
    if wait != "0":
        pair.passes(float(wait) - 0.1)
        assert Reset(type) not in pair.orders()
    pair.passes(0.2)
    assert Reset(type) in pair.orders()


def test_what_could_not_be_delivered_is_delivered_after_the_reset(pair: CoreScene) -> None:
    """5.14: it shall queue the StopTransaction; whitepaper: ResetOrReboot is told."""
    transaction = pair.transaction()
    pair.asks("Reset", type="Hard")
    pair.ends(reason="HardReset", wh=9)
    pair.hears("StopTransaction", SILENCE)
    pair.passes(61)
    assert Reset(ResetType.HARD) in pair.orders()
    pair.restarts(boot_reason=BootReason.REMOTE_RESET)
    heard = pair.hears_all("SecurityEventNotification", "StopTransaction")
    assert {one.action: one for one in heard}["SecurityEventNotification"]["type"] == "ResetOrReboot"
    stop = {one.action: one for one in heard}["StopTransaction"]
    assert (stop["transactionId"], stop["reason"], stop["meterStop"]) == (transaction, "HardReset", 9)
    assert len([one for one in heard if one.action == "StopTransaction"]) == 1


@pytest.mark.parametrize(("retries", "attempts"), [("0", 1), ("1", 2), ("3", 4)])
def test_a_reset_that_fails_is_tried_again(
    pair: CoreScene, hardware: ScriptedHardware, retries: str, attempts: int
) -> None:
    """9.1.22: number of times to retry an unsuccessful reset."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", retries)
    assert pair.asks("Reset", type="Soft") == ACCEPTED
    pair.passes(600)
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)] * attempts


def test_a_reset_that_works_at_the_second_try_is_not_tried_a_third_time(
    pair: CoreScene, hardware: ScriptedHardware
) -> None:
    """9.1.22."""
    answers: Iterator[bool] = iter([False, True])
    hardware.resets = lambda _type: next(answers)
    pair.sets("ResetRetries", "5")
    pair.asks("Reset", type="Soft")
    pair.passes(600)
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)] * 2


def test_two_resets_are_two_answers_and_one_reset(pair: CoreScene) -> None:
    """5.14: the second comes while the first waits (D47: libocpp ends there); what was asked for last is done."""
    pair.transaction()
    assert pair.asks("Reset", type="Soft") == ACCEPTED
    assert pair.asks("Reset", type="Hard") == ACCEPTED
    assert pair.orders(Reset) == []
    pair.ends(reason="HardReset")
    pair.hears("StopTransaction")
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]
    pair.passes(600)
    assert pair.orders(Reset) == []


def test_a_reset_that_is_requested_again_and_again_waits_no_longer(pair: CoreScene) -> None:
    """WaitForStopTransactionsOnResetTimeout is counted from the first accepted request."""
    pair.transaction()
    pair.orders()
    for _ in range(2):
        assert pair.asks("Reset", type="Hard") == ACCEPTED
        pair.passes(50)
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]


def test_a_soft_reset_does_not_replace_a_hard_one(pair: CoreScene) -> None:
    """5.14: what was accepted is performed; a Hard reset includes a Soft one."""
    pair.transaction()
    assert pair.asks("Reset", type="Hard") == ACCEPTED
    assert pair.asks("Reset", type="Soft") == ACCEPTED
    pair.passes(61)
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]


def test_a_transaction_that_starts_while_a_reset_waits_is_stopped(pair: CoreScene, type: ResetType) -> None:
    """5.14: StopTransaction for any ongoing transaction before performing the reset."""
    pair.transaction(1, "a")
    pair.asks("Reset", type=type)
    assert pair.orders(StopTransaction) == [StopTransaction(1, REASONS[type])]
    pair.begins(2, "b")
    pair.hears_all()
    assert pair.orders(StopTransaction) == [StopTransaction(2, REASONS[type])]
    pair.ends(1, "a", reason=REASONS[type])
    pair.hears_all()
    assert pair.orders(Reset) == []
    pair.ends(2, "b", reason=REASONS[type])
    pair.hears_all()
    assert pair.orders(Reset) == [Reset(type)]


def test_no_remote_start_is_accepted_while_a_reset_goes_on(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """5.11, 5.14: it would be interrupted. A reset that has failed for good stands in nobody's way."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "1")
    pair.transaction(1, "a")
    pair.asks("Reset", type="Soft")
    remote: dict[str, Any] = {"connectorId": 2, "idTag": "T2"}
    assert pair.asks("RemoteStartTransaction", remote) == REJECTED
    pair.passes(61)
    assert pair.asks("RemoteStartTransaction", remote) == REJECTED  # between two attempts
    pair.passes(600)
    assert pair.asks("RemoteStartTransaction", remote) == ACCEPTED


def test_there_is_a_pause_between_two_attempts(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """9.1.22: what failed a moment ago fails again at once."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "2")
    pair.asks("Reset", type="Soft")
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]
    for _ in range(2):
        pair.passes(9.9)
        assert pair.orders(Reset) == []
        pair.passes(0.1)
        assert pair.orders(Reset) == [Reset(ResetType.SOFT)]
    assert [event for event in pair.told if isinstance(event, ResetFailed)] == [
        ResetFailed(ResetType.SOFT, "the station said that it did not work")
    ]
    pair.passes(600)
    assert pair.orders(Reset) == []


def test_a_request_between_two_attempts_is_an_attempt_at_once(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """5.14: it was accepted, and nothing is left to wait for."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "1")
    pair.asks("Reset", type="Soft")
    pair.orders()
    assert pair.asks("Reset", type="Hard") == ACCEPTED
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]


def test_a_station_that_fails_says_why(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """Hardware.reset may raise: what it said is told when the reset is given up."""

    def fail(_type: ResetType) -> bool:
        raise RuntimeError("no watchdog")

    hardware.resets = fail
    pair.sets("ResetRetries", "0")
    assert pair.asks("Reset", type="Hard") == ACCEPTED
    (failed,) = [event for event in pair.told if isinstance(event, ResetFailed)]
    assert (failed.type, "no watchdog" in failed.reason) == (ResetType.HARD, True)


def test_a_reset_after_one_that_failed_is_a_reset(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """5.14."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "0")
    pair.asks("Reset", type="Soft")
    pair.orders()
    assert pair.asks("Reset", type="Soft") == ACCEPTED
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]


def test_unavailable_outlives_a_reset(pair: CoreScene) -> None:
    """5.14: persistent states."""
    pair.asks("ChangeAvailability", connectorId=1, type="Inoperative")
    pair.station.on_disabled(1)
    pair.sees(1, "Unavailable")
    pair.asks("Reset", type="Soft")
    pair.restarts(boot_reason=BootReason.REMOTE_RESET)
    seen = {heard["connectorId"]: heard["status"] for heard in pair.hears_all("StatusNotification")}
    assert seen == {0: "Available", 1: "Unavailable", 2: "Available"}


# -- more than one request at once -------------------------------------------------------------------------------------


def state(scene: CoreScene) -> str:
    """The state of the chart."""
    return str(scene.virtual.core.features.reset.machine.reset)


def asked(scene: CoreScene, type: str, within_s: float) -> str:
    """Send a Reset.req whose question the station answers after so long; returns its message id."""
    scene.virtual.hardware_s = within_s
    return scene.sends("Reset", type=type)


def test_the_station_may_agree_to_one_kind_only(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """5.14: Rejected to one request says nothing about another that the station has not answered."""
    hardware.reset_allowed = False
    soft = asked(pair, "Soft", 3.0)
    hardware.reset_allowed = True
    hard = asked(pair, "Hard", 5.0)
    pair.passes(4)
    assert pair.answer_to(soft) == REJECTED
    assert pair.orders(Reset) == []
    pair.passes(2)
    assert pair.answer_to(hard) == ACCEPTED
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]


def test_when_all_are_rejected_all_is_as_before(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """5.14."""
    hardware.reset_allowed = False
    requests = [asked(pair, "Soft", 3.0), asked(pair, "Hard", 5.0)]
    assert state(pair) == "Asking"
    pair.passes(10)
    assert state(pair) == "Idle"
    assert [pair.answer_to(one) for one in requests] == [REJECTED, REJECTED]
    assert pair.asks("RemoteStartTransaction", connectorId=1, idTag="T") == ACCEPTED
    hardware.reset_allowed = True
    pair.virtual.hardware_s = 0.0
    assert pair.asks("Reset", type="Soft") == ACCEPTED
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]


def test_a_rejected_request_changes_nothing_about_one_that_is_going_on(
    pair: CoreScene, hardware: ScriptedHardware
) -> None:
    """5.14: neither while transactions end, nor between two attempts."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "1")
    pair.transaction()
    assert pair.asks("Reset", type="Soft") == ACCEPTED
    hardware.reset_allowed = False
    assert pair.asks("Reset", type="Hard") == REJECTED
    pair.passes(61)
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]
    pair.passes(5)
    assert pair.asks("Reset", type="Hard") == REJECTED
    assert pair.orders(Reset) == []
    pair.passes(4)
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]


@pytest.mark.parametrize("running", [False, True], ids=["no transaction", "a transaction"])
def test_a_request_that_outlasts_the_reset_before_it_is_a_reset_of_its_own(
    pair: CoreScene, hardware: ScriptedHardware, running: bool
) -> None:
    """5.14: it is accepted, so the charge point attempts to reset."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "0")
    first = asked(pair, "Soft", 1.0)
    late = asked(pair, "Hard", 20.0)
    pair.virtual.hardware_s = 1.0
    pair.passes(5)
    assert pair.answer_to(first) == ACCEPTED
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]
    if running:
        pair.begins(1, "s1")
        pair.hears_all()
    pair.passes(20)
    assert pair.answer_to(late) == ACCEPTED
    if running:
        assert pair.orders(StopTransaction, Reset) == [StopTransaction(1, Reason.HARD_RESET)]
        pair.passes(61)
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]


def test_a_hard_reset_replaces_a_soft_one_in_the_next_attempt(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """5.14, 9.1.22: the station is at the soft one when the hard one is accepted."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "1")
    asked(pair, "Soft", 1.0)
    pair.passes(0.5)
    pair.virtual.hardware_s = 5.0
    pair.passes(1)
    pair.virtual.hardware_s = 0.0
    assert pair.asks("Reset", type="Hard") == ACCEPTED
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]
    pair.passes(14)  # the soft one failed after 5 s; 10 s later comes the next attempt
    assert pair.orders(Reset) == []
    pair.passes(1)
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]


def test_a_transaction_that_ends_is_no_reason_to_reset_while_another_runs(pair: CoreScene) -> None:
    """5.14: also one that the station ends before it has answered, or between two attempts."""
    pair.transaction(1, "a")
    pair.transaction(2, "b")
    request = asked(pair, "Soft", 3.0)
    pair.ends(1, "a")
    pair.hears_all()
    pair.passes(3)
    assert pair.answer_to(request) == ACCEPTED
    assert pair.orders(StopTransaction, Reset) == [StopTransaction(2, Reason.SOFT_RESET)]
    pair.ends(2, "b", reason=Reason.SOFT_RESET)
    pair.hears_all()
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]


def test_a_transaction_that_starts_does_not_make_a_reset_wait_longer(pair: CoreScene) -> None:
    """WaitForStopTransactionsOnResetTimeout is counted from the accepted request."""
    pair.transaction(1, "a")
    pair.asks("Reset", type="Soft")
    pair.passes(50)
    pair.begins(2, "b")
    pair.hears_all()
    pair.passes(10)
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]


@pytest.mark.parametrize("works", [True, False])
def test_after_the_last_attempt_all_is_as_before(pair: CoreScene, hardware: ScriptedHardware, works: bool) -> None:
    """Hardware.reset may return before the restart, or restart without this process."""
    hardware.resets = lambda _type: works
    pair.sets("ResetRetries", "0")
    pair.asks("Reset", type="Soft")
    assert state(pair) == "Idle"
    assert pair.asks("RemoteStartTransaction", connectorId=1, idTag="T") == ACCEPTED


def test_transactions_between_two_attempts_change_nothing(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """9.1.22: the next attempt comes in its time, whatever begins and ends before it."""
    hardware.resets = lambda _type: False
    pair.sets("ResetRetries", "1")
    pair.asks("Reset", type="Soft")
    pair.orders()
    pair.begins(1, "a")
    pair.hears_all()
    pair.ends(1, "a")
    pair.hears_all()
    assert pair.orders(StopTransaction, Reset) == []
    pair.passes(10)
    assert pair.orders(Reset) == [Reset(ResetType.SOFT)]
