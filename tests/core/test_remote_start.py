"""RemoteStartTransaction and RemoteStopTransaction: who is accepted, and what the station is told to do.

Proves 5.11, 5.12 with errata 3.32 and 3.33, 4.2 (not while Pending), and every row by which
reference/handlers.md 6 and station.md decide, with the keys AuthorizeRemoteTxRequests,
RejectRemoteStartTransactionWithoutConnectorId and RemoteStartTransactionWithoutConnectorIdFindFirst.
"""

from collections.abc import Callable

import pytest

from ocpp16sm.hardware import IsTokenReservedForOther, ProvideToken, StopTransaction
from ocpp16sm.messages import ChargePointErrorCode, Reason
from ocpp16sm.station_facts import ErrorInfo
from tests.support.scene import SILENCE, CoreScene, RefusedError, accepted
from tests.support.scripted_hardware import ScriptedHardware

FAULT = ErrorInfo(uuid="f", error_code=ChargePointErrorCode.OTHER_ERROR, is_fault=True)
ACCEPTED = {"status": "Accepted"}
REJECTED = {"status": "Rejected"}


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors; connector 2 is reserved for nobody but FRIEND, when it is."""
    scene = accepted(connectors=2, hardware=ScriptedHardware(reserved_for={2: "FRIEND"}))
    scene.orders()
    return scene


def _prepares(scene: CoreScene) -> None:
    scene.station.on_session_started(2, "s2", "EVConnected")


def _finishes(scene: CoreScene) -> None:
    scene.begins(2, "s2")
    scene.station.on_session_started(2, "s2", "EVConnected")
    scene.ends(2, "s2")


def _charges(scene: CoreScene) -> None:
    scene.begins(2, "s2")
    scene.station.on_resume_charging(2)


STATES: dict[str, tuple[Callable[[CoreScene], object], bool]] = {
    "Available": (lambda _scene: None, True),
    "Preparing": (_prepares, True),
    "in transaction": (_charges, False),
    "in transaction, no energy yet": (lambda scene: scene.begins(2, "s2"), False),
    "Finishing": (_finishes, True),
    "Reserved": (lambda scene: scene.station.on_reservation_start(2), False),
    "Unavailable": (lambda scene: scene.station.on_disabled(2), False),
    "Faulted": (lambda scene: scene.station.on_error(2, FAULT), False),
}
"""State of connector 2 -> how it gets there, and whether STRANGER may start there."""


@pytest.mark.parametrize("named", [True, False], ids=["connectorId 2", "no connectorId"])
@pytest.mark.parametrize("state", STATES)
def test_a_state_decides(pair: CoreScene, state: str, named: bool) -> None:
    """5.11: by connector; without connectorId the free one is used, which here may be both or connector 1."""
    reach, free = STATES[state]
    reach(pair)
    pair.hears_all()
    pair.orders()
    request = {"connectorId": 2} if named else {}
    answer = pair.asks("RemoteStartTransaction", request, idTag="STRANGER")
    if named:
        assert answer == (ACCEPTED if free else REJECTED)
        expected = [ProvideToken("STRANGER", (2,), authorized=True)] if free else []
    else:
        assert answer == ACCEPTED
        expected = [ProvideToken("STRANGER", (1, 2) if free else (1,), authorized=True)]
    assert pair.orders(ProvideToken) == expected
    pair.hears_nothing()


def test_a_new_transaction_may_need_another_plug(pair: CoreScene) -> None:
    """4.9 F2 is permitted, not required: NewTransactionWithoutUnplugging decides."""
    pair.sets("NewTransactionWithoutUnplugging", "false")
    _finishes(pair)
    pair.hears_all()
    pair.orders()
    assert pair.asks("RemoteStartTransaction", connectorId=2, idTag="STRANGER") == REJECTED
    assert pair.asks("RemoteStartTransaction", idTag="STRANGER") == ACCEPTED
    assert pair.orders(ProvideToken) == [ProvideToken("STRANGER", (1,), authorized=True)]


def test_a_transaction_begins_while_the_cable_is_still_in(pair: CoreScene) -> None:
    """4.9 F2, then B3: without Available between two transactions."""
    _finishes(pair)
    pair.hears_all()
    assert pair.asks("RemoteStartTransaction", connectorId=2, idTag="STRANGER") == ACCEPTED
    pair.station.on_session_started(2, "s3", "Authorized")
    pair.begins(2, "s3")
    pair.station.on_resume_charging(2)
    heard = pair.hears_all("StatusNotification", "StartTransaction")
    assert [one["status"] for one in heard if one.action == "StatusNotification"] == ["Preparing", "Charging"]
    assert len([one for one in heard if one.action == "StartTransaction"]) == 1


@pytest.mark.parametrize("connector", [0, 3])
def test_a_connector_that_cannot_run_a_transaction_is_rejected(pair: CoreScene, connector: int) -> None:
    """5.11, 3.8: connector 0 is none, nor is an unknown one."""
    assert pair.asks("RemoteStartTransaction", idTag="TAG", connectorId=connector) == REJECTED
    assert pair.orders() == []


def test_without_any_free_connector_it_is_rejected(pair: CoreScene) -> None:
    """5.11."""
    _charges(pair)
    pair.station.on_disabled(1)
    pair.hears_all()
    assert pair.asks("RemoteStartTransaction", idTag="TAG") == REJECTED


def test_the_holder_of_a_reservation_may_start(pair: CoreScene) -> None:
    """5.11, 5.13: the hardware knows whom a reservation is for."""
    pair.station.on_reservation_start(2)
    pair.hears_all()
    assert pair.asks("RemoteStartTransaction", idTag="FRIEND", connectorId=2) == ACCEPTED
    assert pair.orders() == [IsTokenReservedForOther(2, "FRIEND"), ProvideToken("FRIEND", (2,), authorized=True)]
    assert pair.asks("RemoteStartTransaction", idTag="FRIEND") == ACCEPTED
    assert pair.orders(ProvideToken) == [ProvideToken("FRIEND", (1, 2), authorized=True)]


def test_the_answer_waits_for_the_hardware_and_nothing_else_does(pair: CoreScene) -> None:
    """OCPP-J 4.1.1: other CALLs are answered meanwhile."""
    pair.station.on_reservation_start(2)
    pair.hears_all()
    pair.virtual.hardware_s = 3.0
    asked = pair.sends("RemoteStartTransaction", idTag="FRIEND", connectorId=2)
    assert pair.asks("GetConfiguration", key=["Nonsense"]) == {"unknownKey": ["Nonsense"]}
    pair.passes(3)
    assert pair.answer_to(asked) == ACCEPTED


@pytest.mark.parametrize(("key", "authorized"), [("true", False), ("false", True)])
def test_the_id_tag_is_authorized_like_a_local_one_or_not(pair: CoreScene, key: str, authorized: bool) -> None:
    """5.11: AuthorizeRemoteTxRequests. No Authorize is sent before the station asks for it."""
    pair.sets("AuthorizeRemoteTxRequests", key)
    assert pair.asks("RemoteStartTransaction", idTag="TAG", connectorId=1) == ACCEPTED
    assert pair.orders(ProvideToken) == [ProvideToken("TAG", (1,), authorized=authorized)]
    pair.hears_nothing()


def test_a_request_without_a_connector_may_be_rejected(pair: CoreScene) -> None:
    """5.11: a charge point MAY reject it."""
    pair.sets("RejectRemoteStartTransactionWithoutConnectorId", "true")
    assert pair.asks("RemoteStartTransaction", idTag="TAG") == REJECTED
    assert pair.asks("RemoteStartTransaction", idTag="TAG", connectorId=1) == ACCEPTED


def test_the_first_free_connector_may_be_meant(pair: CoreScene) -> None:
    """5.11: without connectorId the charge point is in control of the selection."""
    pair.sets("RemoteStartTransactionWithoutConnectorIdFindFirst", "true")
    assert pair.asks("RemoteStartTransaction", idTag="TAG") == ACCEPTED
    assert pair.orders(ProvideToken) == [ProvideToken("TAG", (1,), authorized=True)]
    pair.station.on_disabled(1)
    pair.hears_all()
    assert pair.asks("RemoteStartTransaction", idTag="TAG") == ACCEPTED
    assert pair.orders(ProvideToken) == [ProvideToken("TAG", (2,), authorized=True)]


def test_a_charging_profile_is_ignored(pair: CoreScene) -> None:
    """5.11: without support for Smart Charging this parameter SHOULD be ignored."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": schedule,
    }
    assert pair.asks("RemoteStartTransaction", idTag="TAG", connectorId=1, chargingProfile=profile) == ACCEPTED


def test_the_same_id_tag_may_charge_twice(pair: CoreScene) -> None:
    """station.md: whether it may is the Central System's business (ConcurrentTx)."""
    pair.transaction(1, id_tag="TAG")
    assert pair.asks("RemoteStartTransaction", idTag="TAG", connectorId=2) == ACCEPTED


def test_an_id_tag_that_is_too_long_is_refused(pair: CoreScene) -> None:
    """7.28: 20 characters."""
    with pytest.raises(RefusedError) as refused:
        pair.asks("RemoteStartTransaction", idTag="x" * 21)
    assert refused.value.code == "PropertyConstraintViolation"
    assert pair.orders() == []


# -- stop --------------------------------------------------------------------------------------------------------------


def test_a_running_transaction_can_be_stopped(pair: CoreScene) -> None:
    """5.12: the station is asked to; StopTransaction follows when it has."""
    pair.transaction(1, "a")
    second = pair.transaction(2, "b")
    pair.orders()
    assert pair.asks("RemoteStopTransaction", transactionId=second) == ACCEPTED
    assert pair.orders() == [StopTransaction(2, Reason.REMOTE)]
    pair.hears_nothing()
    pair.ends(2, "b", reason="Remote")
    pair.hears("StopTransaction", transactionId=second, reason="Remote")


@pytest.mark.parametrize("transaction", [0, -1, 2, 999])
def test_an_unknown_transaction_cannot_be_stopped(pair: CoreScene, transaction: int) -> None:
    """5.12: Accepted says that a transaction with the given id is ongoing; 1 is."""
    assert pair.transaction(1) == 1
    pair.orders()
    assert pair.asks("RemoteStopTransaction", transactionId=transaction) == REJECTED
    assert pair.orders() == []


def test_a_transaction_that_has_stopped_cannot_be_stopped(pair: CoreScene) -> None:
    """5.12: not ongoing, even while its StopTransaction is not answered."""
    transaction = pair.transaction(1)
    pair.ends()
    pair.hears("StopTransaction", SILENCE)
    pair.orders()
    assert pair.asks("RemoteStopTransaction", transactionId=transaction) == REJECTED
    assert pair.orders() == []


def test_a_transaction_whose_id_is_not_known_yet_cannot_be_stopped(pair: CoreScene) -> None:
    """handlers.md 6: what stands for the id never matches."""
    pair.begins()
    pair.sees(1, "Preparing")
    pair.hears("StartTransaction", SILENCE)
    assert pair.asks("RemoteStopTransaction", transactionId=-1) == REJECTED


# -- registration ------------------------------------------------------------------------------------------------------


def test_neither_is_allowed_while_pending() -> None:
    """4.2: not allowed in the pending state; station.md: Rejected."""
    scene = CoreScene()
    scene.starts()
    scene.hears("BootNotification", {"status": "Pending", "currentTime": "2026-06-01T12:00:00Z", "interval": 60})
    scene.begins()
    scene.orders()
    assert scene.asks("RemoteStartTransaction", idTag="TAG", connectorId=1) == REJECTED
    assert scene.asks("RemoteStopTransaction", transactionId=1) == REJECTED
    assert scene.orders() == []
