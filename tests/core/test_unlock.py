"""UnlockConnector: every answer, with a transaction and without, and for connectors that are none.

Proves 5.18 with errata 3.87, 7.46, and the key StopTransactionIfUnlockNotSupported.
"""

import pytest

from ocpp16sm.hardware import StopTransaction, Unlock
from ocpp16sm.messages import Reason, UnlockStatus
from tests.support.scene import CoreScene, accepted
from tests.support.scripted_hardware import ScriptedHardware


@pytest.fixture
def hardware() -> ScriptedHardware:
    """One with locks that open."""
    return ScriptedHardware()


@pytest.fixture
def pair(hardware: ScriptedHardware) -> CoreScene:
    """Two connectors; what the hardware was asked for at the start is forgotten."""
    scene = accepted(connectors=2, hardware=hardware)
    scene.orders()
    return scene


@pytest.mark.parametrize("status", UnlockStatus)
def test_the_answer_is_the_lock_s(pair: CoreScene, hardware: ScriptedHardware, status: UnlockStatus) -> None:
    """7.46."""
    hardware.unlocks = status
    assert pair.asks("UnlockConnector", connectorId=2) == {"status": status}
    assert pair.orders() == [Unlock(2)]
    pair.hears_nothing()


def test_a_lock_that_breaks_has_failed(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """7.46: UnlockFailed: the mechanism failed."""
    hardware.unlocks = None
    assert pair.asks("UnlockConnector", connectorId=1) == {"status": "UnlockFailed"}


@pytest.mark.parametrize("connector", [0, 3, 99])
def test_an_unknown_connector_has_no_lock(pair: CoreScene, connector: int) -> None:
    """Errata 3.87: NotSupported, not UnlockFailed; one answer (D48)."""
    assert pair.asks("UnlockConnector", connectorId=connector) == {"status": "NotSupported"}
    assert pair.orders() == []
    pair.hears_nothing()


def test_the_transaction_is_finished_first(pair: CoreScene) -> None:
    """5.18: by the hardware, which knows how; its StopTransaction says UnlockCommand, and the answer comes after."""
    transaction = pair.transaction()
    pair.virtual.hardware_s = 2.0
    pair.orders()
    asked = pair.sends("UnlockConnector", connectorId=1)
    assert pair.orders() == [Unlock(1)]
    pair.passes(1)
    pair.ends(reason="UnlockCommand", wh=3)
    pair.hears("StopTransaction", transactionId=transaction, reason="UnlockCommand")
    pair.sees(1, "Finishing")
    pair.passes(1)
    assert pair.answer_to(asked) == {"status": "Unlocked"}


@pytest.mark.parametrize(("stops", "running"), [(True, True), (True, False), (False, True)])
def test_a_station_without_a_lock_may_stop_the_transaction_all_the_same(
    pair: CoreScene, hardware: ScriptedHardware, stops: bool, running: bool
) -> None:
    """StopTransactionIfUnlockNotSupported: only where there is a transaction, and only at that connector."""
    hardware.unlocks = UnlockStatus.NOT_SUPPORTED
    pair.transaction(2, "b")
    if running:
        pair.transaction(1)
    pair.sets("StopTransactionIfUnlockNotSupported", "true" if stops else "false")
    pair.orders()
    assert pair.asks("UnlockConnector", connectorId=1) == {"status": "NotSupported"}
    expected = [StopTransaction(1, Reason.UNLOCK_COMMAND)] if stops and running else []
    assert pair.orders(StopTransaction) == expected


def test_a_lock_that_fails_stops_nothing(pair: CoreScene, hardware: ScriptedHardware) -> None:
    """handlers.md 6: the key is about NotSupported."""
    hardware.unlocks = UnlockStatus.UNLOCK_FAILED
    pair.transaction()
    pair.sets("StopTransactionIfUnlockNotSupported", "true")
    pair.orders()
    assert pair.asks("UnlockConnector", connectorId=1) == {"status": "UnlockFailed"}
    assert pair.orders(StopTransaction) == []
