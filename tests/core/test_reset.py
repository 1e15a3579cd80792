"""Reset: asked of the station, transactions ended and delivered first, tried again if it fails.

Proves 5.14 with errata 3.36 and 3.82, and the keys ResetRetries and WaitForStopTransactionsOnResetTimeout.
"""

from collections.abc import Iterator

import pytest

from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.hardware import IsResetAllowed, Reset, StopTransaction
from ocpp16sm.messages import Reason, ResetType
from tests.support.scene import SILENCE, CoreScene, accepted
from tests.support.scripted import ScriptedHardware

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
    pair.ends(reason="HardReset")
    pair.hears("StopTransaction")
    pair.passes(600)
    assert pair.orders(Reset) == [Reset(ResetType.HARD)]


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
