"""Sessions as the Central System sees them: what begins them, what interrupts them, what ends them.

Proves the columns of 4.9 that a session runs through (A2 to F2), the pairing of StartTransaction and StopTransaction
(4.8, 4.10) with every reason of 7.36, and that connectors do not disturb one another.
"""

from collections.abc import Callable

import pytest

from ocpp16sm.errors import SessionMismatchError
from ocpp16sm.hardware import Unlock
from ocpp16sm.listener import StatusChanged, TransactionBegan, TransactionEnded, TransactionUpdated
from ocpp16sm.messages import AuthorizationStatus, ChargePointErrorCode, IdTagInfo, Reason
from ocpp16sm.station_facts import ErrorInfo
from tests.core.core_state import everything
from tests.support.scene import SILENCE, CoreScene, accepted


def _now(scene: CoreScene) -> str:
    return scene.virtual.now.utc.text()


# -- from plug to unplug -----------------------------------------------------------------------------------------------


def test_a_session_from_plug_to_unplug(scene: CoreScene) -> None:
    """A2, B3, C6, F1: StopTransaction precedes Finishing, as the transaction has ended by then (station.md)."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing", errorCode="NoError", info="EVConnected")
    scene.station.on_transaction_started(1, "s1", "TAG", 100, None, scene.virtual.now.utc)
    scene.hears("StartTransaction", connectorId=1, idTag="TAG", meterStart=100, timestamp=_now(scene))
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging", info=None)
    scene.passes(3600)
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 7460, "TAG")
    stop = scene.hears("StopTransaction", meterStop=7460, idTag="TAG", timestamp=_now(scene), transactionId=1)
    assert stop.payload.get("reason", "Local") == "Local"
    scene.sees(1, "Finishing", info=None)
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")
    scene.hears_nothing()


def test_a_session_that_begins_with_a_tag(scene: CoreScene) -> None:
    """A2: presenting an idTag is usage as well; the plug that follows is no news."""
    scene.station.on_session_started(1, "s1", "Authorized")
    scene.sees(1, "Preparing", info="Authorized")
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_nothing()
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, scene.virtual.now.utc)
    scene.hears("StartTransaction")
    scene.hears_nothing()


def test_a_transaction_without_a_session_before_it_begins_and_ends_as_one(scene: CoreScene) -> None:
    """A2, C1: remote start where no plug is watched: Preparing is reported, and nobody has to unplug afterwards."""
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, scene.virtual.now.utc)
    heard = [scene.hears("StatusNotification"), scene.hears("StartTransaction")]
    assert heard[0]["status"] == "Preparing"
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    scene.station.on_transaction_stopped(1, "s1", "Remote", scene.virtual.now.utc, 10)
    scene.hears("StopTransaction", reason="Remote")
    scene.sees(1, "Available")
    scene.hears_nothing()


def test_a_remote_start_from_the_request_to_the_end(scene: CoreScene) -> None:
    """5.11, 5.12: the Central System starts and stops; reason Remote."""
    assert scene.asks("RemoteStartTransaction", idTag="APP", connectorId=1) == {"status": "Accepted"}
    scene.station.on_session_started(1, "s1", "Authorized")
    scene.sees(1, "Preparing")
    scene.station.on_transaction_started(1, "s1", "APP", 0, None, scene.virtual.now.utc)
    scene.hears("StartTransaction", idTag="APP")
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    assert scene.asks("RemoteStopTransaction", transactionId=1) == {"status": "Accepted"}
    scene.station.on_transaction_stopped(1, "s1", "Remote", scene.virtual.now.utc, 500)
    scene.hears("StopTransaction", transactionId=1, reason="Remote", idTag=None)
    scene.sees(1, "Finishing")


def test_a_plug_that_nobody_pays_for_times_out_as_finishing(scene: CoreScene) -> None:
    """B6 (errata 3.20): so that the next idTag does not start a transaction on a stranger's cable."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.station.on_plugin_timeout(1)
    scene.sees(1, "Finishing", info="ConnectionTimeout")
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")


def test_a_tag_without_a_plug_is_given_up(scene: CoreScene) -> None:
    """B1 (errata 3.21)."""
    scene.station.on_session_started(1, "s1", "Authorized")
    scene.sees(1, "Preparing")
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")


# -- pauses ------------------------------------------------------------------------------------------------------------

PAUSES = {
    "on_resume_charging": "Charging",
    "on_suspend_charging_ev": "SuspendedEV",
    "on_suspend_charging_evse": "SuspendedEVSE",
}


@pytest.mark.parametrize("first", PAUSES)
@pytest.mark.parametrize("second", PAUSES)
@pytest.mark.parametrize("third", PAUSES)
def test_energy_starts_and_pauses_in_any_order(scene: CoreScene, first: str, second: str, third: str) -> None:
    """B3 to B5, C4, C5, D3, D5, E3, E4: each change is reported once, and what is no change is not."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, scene.virtual.now.utc)
    scene.hears("StartTransaction")
    before = "Preparing"
    for handler in (first, second, third):
        getattr(scene.station, handler)(1)
        if PAUSES[handler] != before:
            scene.sees(1, PAUSES[handler])
            before = PAUSES[handler]
        scene.hears_nothing()


@pytest.mark.parametrize(("handler", "status"), [item for item in PAUSES.items() if item[1] != "Charging"])
def test_a_pause_says_why(scene: CoreScene, handler: str, status: str) -> None:
    """4.9: info, of at most 50 characters (6.47); what is longer is cut."""
    scene.transaction()
    getattr(scene.station, handler)(1, "x" * 60)
    scene.sees(1, status, info="x" * 50)


@pytest.mark.parametrize("status", ["Charging", "SuspendedEV", "SuspendedEVSE", "Preparing"])
def test_a_transaction_ends_as_finishing_from_every_status_in_use(scene: CoreScene, status: str) -> None:
    """B6, C6, D6, E6: the cable is still in."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, scene.virtual.now.utc)
    scene.hears("StartTransaction")
    for handler, shown in PAUSES.items():
        if shown == status:
            getattr(scene.station, handler)(1)
            scene.sees(1, status)
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 1)
    scene.hears("StopTransaction")
    scene.sees(1, "Finishing")


# -- the end -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.EV_DISCONNECTED])
def test_the_reason_of_a_stop_is_said(scene: CoreScene, reason: Reason) -> None:
    """4.10, 7.36: a stop that is not Local says why; Local may be left out. Finishing says nothing more."""
    scene.transaction()
    scene.station.on_transaction_stopped(1, "s1", reason, scene.virtual.now.utc, 1)
    stop = scene.hears("StopTransaction", idTag=None)
    assert stop.payload.get("reason", "Local") == reason
    scene.sees(1, "Finishing", info=None)


def test_a_cable_pulled_at_the_ev_ends_the_transaction(scene: CoreScene) -> None:
    """4.9, 4.10 with both keys true: the reason, Finishing with its recommended info, and the connector unlocked."""
    scene.transaction()
    scene.orders()
    assert scene.station.on_transaction_stopped(1, "s1", "EVDisconnected", scene.virtual.now.utc, 9)
    assert scene.orders() == [Unlock(1)]
    scene.hears("StopTransaction", reason="EVDisconnected")
    scene.sees(1, "Finishing", errorCode="NoError", info="EV side disconnected")
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")


@pytest.mark.parametrize("charging", [True, False], ids=["while charging", "while the EV pauses"])
@pytest.mark.parametrize("unlock", ["true", "false"], ids=["unlock true", "unlock false"])
def test_a_cable_pulled_at_the_ev_may_leave_the_transaction_running(charging: bool, unlock: str) -> None:
    """4.10: StopTransactionOnEVSideDisconnect false has priority: SuspendedEV with the recommended info, still locked.

    With the EV plugged in again energy flows again, in the same transaction.
    """
    scene = CoreScene(StopTransactionOnEVSideDisconnect="false", UnlockConnectorOnEVSideDisconnect=unlock)
    scene.boots()
    scene.transaction()
    if not charging:
        scene.station.on_suspend_charging_ev(1)
        scene.sees(1, "SuspendedEV")
    scene.orders()
    assert not scene.station.on_transaction_stopped(1, "s1", "EVDisconnected", scene.virtual.now.utc, 9)
    assert scene.orders() == []
    scene.sees(1, "SuspendedEV", errorCode="NoError", info="EV side disconnected")
    scene.hears_nothing()
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    assert scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 90)
    scene.hears("StopTransaction", meterStop=90)
    scene.sees(1, "Finishing", info=None)


@pytest.mark.parametrize("before", ["Preparing", "SuspendedEVSE"])
def test_so_it_does_while_no_energy_flows(before: str) -> None:
    """4.9 B4, E4: a transaction has begun, and the station gives no energy yet, or none for now."""
    scene = accepted(StopTransactionOnEVSideDisconnect="false")
    scene.begins()
    scene.hears_all()
    if before == "SuspendedEVSE":
        scene.station.on_suspend_charging_evse(1)
        scene.hears_all()
    assert scene.status(1) == before
    assert not scene.station.on_transaction_stopped(1, "s1", "EVDisconnected", scene.virtual.now.utc, 0)
    scene.sees(1, "SuspendedEV", errorCode="NoError", info="EV side disconnected")
    scene.hears_nothing()


def test_a_cable_pulled_at_the_ev_during_a_fault_is_told_when_the_fault_is_over() -> None:
    """4.9: Faulted is Faulted; the status after it is SuspendedEV."""
    scene = accepted(StopTransactionOnEVSideDisconnect="false")
    scene.transaction()
    scene.station.on_suspend_charging_ev(1)
    scene.sees(1, "SuspendedEV")
    scene.station.on_error(1, ErrorInfo(uuid="f", error_code=ChargePointErrorCode.OTHER_ERROR, is_fault=True))
    scene.sees(1, "Faulted")
    scene.ends(reason="EVDisconnected")
    scene.hears_nothing()
    scene.station.on_error_cleared(1, "f")
    scene.sees(1, "SuspendedEV")


def test_the_next_session_begins_from_finishing(scene: CoreScene) -> None:
    """F2: the tag is presented again while the cable is still in: a new transaction."""
    scene.transaction()
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 10)
    scene.hears("StopTransaction", transactionId=1)
    scene.sees(1, "Finishing")
    scene.station.on_session_started(1, "s2", "Authorized")
    scene.sees(1, "Preparing")
    scene.station.on_transaction_started(1, "s2", "TAG", 10, None, scene.virtual.now.utc)
    scene.hears("StartTransaction", meterStart=10)
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    scene.station.on_transaction_stopped(1, "s2", "Local", scene.virtual.now.utc, 30)
    scene.hears("StopTransaction", transactionId=2)
    scene.sees(1, "Finishing")


def test_a_session_that_ends_first_waits_for_its_transaction(scene: CoreScene) -> None:
    """C1, D11: nothing is Available while a transaction runs; its end then needs nobody's action."""
    scene.transaction()
    scene.station.on_session_stopped(1, "s1")
    scene.hears_nothing()
    scene.station.on_transaction_stopped(1, "s1", "Other", scene.virtual.now.utc, 10)
    scene.hears("StopTransaction", reason="Other")
    scene.sees(1, "Available")
    scene.hears_nothing()


def test_charging_without_a_transaction_is_only_a_status(scene: CoreScene) -> None:
    """A3, C1: a charge point without authorization means."""
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    scene.station.on_session_stopped(1, "free")
    scene.sees(1, "Available")
    scene.hears_nothing()


# -- what the messages say ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wh", "sent"),
    [(0.4, 0), (0.5, 1), (1.49, 1), (2.5, 3), (16_777_217.0, 16_777_217), (2_147_483_646.6, 2_147_483_647)],
)
def test_registers_are_rounded_to_whole_wh(scene: CoreScene, wh: float, sent: int) -> None:
    """meterStart and meterStop are integers in Wh (6.45, 6.49), of full resolution above 16.7 MWh too (D17)."""
    scene.station.on_transaction_started(1, "s1", "TAG", wh, None, scene.virtual.now.utc)
    scene.sees(1, "Preparing")
    scene.hears("StartTransaction", meterStart=sent)
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, wh)
    scene.hears("StopTransaction", meterStop=sent)


def test_a_reservation_that_is_used_is_named(scene: CoreScene) -> None:
    """4.8: with reservationId, the Central System ends the reservation. G2 by presenting the tag."""
    scene.station.on_reservation_start(1)
    scene.sees(1, "Reserved")
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_nothing()
    scene.station.on_session_started(1, "s1", "Authorized")
    scene.sees(1, "Preparing")
    scene.station.on_transaction_started(1, "s1", "TAG", 0, 0, scene.virtual.now.utc)
    scene.hears("StartTransaction", reservationId=0)


def test_without_a_reservation_none_is_named(scene: CoreScene) -> None:
    """6.45: reservationId is optional."""
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, scene.virtual.now.utc)
    scene.sees(1, "Preparing")
    assert "reservationId" not in scene.hears("StartTransaction").payload


def test_times_are_those_of_the_events_not_of_the_sending(scene: CoreScene) -> None:
    """6.45, 6.49: when the transaction started and stopped, also if that is told later."""
    started = scene.virtual.now.utc
    scene.passes(90)
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, started)
    scene.sees(1, "Preparing", timestamp=_now(scene))
    scene.hears("StartTransaction", timestamp=started.text())


def test_the_application_hears_of_a_transaction_and_the_disk_forgets_it(scene: CoreScene) -> None:
    """Listener: queued, answered, ended; delivered, nothing of it is kept (3.7)."""
    scene.virtual.told.clear()
    scene.begins()
    scene.sees(1, "Preparing")
    start = scene.hears("StartTransaction", SILENCE)
    events = [event for event in scene.told if not isinstance(event, StatusChanged)]
    assert events == [TransactionBegan(1, "s1")]
    scene.answers(start, {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}, "transactionId": 42})
    scene.ends()
    info = IdTagInfo(status=AuthorizationStatus.ACCEPTED, parent_id_tag="FAMILY")
    events = [event for event in scene.told if not isinstance(event, StatusChanged)]
    assert events[1:] == [TransactionUpdated(1, "s1", 42, info), TransactionEnded(1, "s1", 42)]
    assert scene.virtual.store.load().transactions != ()
    scene.hears_all()
    stored = scene.virtual.store.load()
    assert (stored.transactions, stored.queue, stored.samples) == ((), (), {})


def test_two_connectors_do_not_mix_their_transactions() -> None:
    """3.8: ids, meters and statuses stay with their connector, however the two are interleaved."""
    scene = CoreScene(connectors=2)
    scene.boots()
    first = scene.transaction(1, "a", "ANN", 100)
    second = scene.transaction(2, "b", "BEN", 9000)
    assert first != second
    scene.station.on_suspend_charging_ev(2)
    scene.sees(2, "SuspendedEV")
    scene.station.on_transaction_stopped(1, "a", "Local", scene.virtual.now.utc, 150, "ANN")
    scene.hears("StopTransaction", transactionId=first, meterStop=150, idTag="ANN")
    scene.sees(1, "Finishing")
    scene.station.on_session_stopped(1, "a")
    scene.sees(1, "Available")
    third = scene.transaction(1, "c", "ANN", 150)
    scene.station.on_transaction_stopped(2, "b", "Local", scene.virtual.now.utc, 9500, "BEN")
    scene.hears("StopTransaction", transactionId=second, meterStop=9500, idTag="BEN")
    scene.sees(2, "Finishing")
    scene.station.on_transaction_stopped(1, "c", "Local", scene.virtual.now.utc, 160)
    scene.hears("StopTransaction", transactionId=third, meterStop=160)
    scene.sees(1, "Finishing")


# -- one session at a time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("running", [True, False], ids=["in a transaction", "before it"])
def test_a_session_is_ended_by_its_own_name_only(scene: CoreScene, running: bool) -> None:
    """4.9: as with a transaction (D15); the status afterwards says that the car is still plugged in (C6)."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_all()
    if running:
        scene.begins(session="s1")
        scene.hears_all()
    refused(scene, lambda: scene.station.on_session_stopped(1, "s2"))
    if running:
        scene.ends(session="s1")
        scene.hears("StopTransaction")
        scene.sees(1, "Finishing")
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")


def test_a_transaction_without_a_session_is_left_by_nobody_else(scene: CoreScene) -> None:
    """Its own session is the only one there can be."""
    scene.begins(session="s1")
    scene.hears_all()
    refused(scene, lambda: scene.station.on_session_stopped(1, "s2"))
    scene.station.on_session_stopped(1, "s1")


def test_a_second_session_waits_for_the_end_of_the_first(scene: CoreScene) -> None:
    """A2; F2: without unplugging another one begins once the connector is Finishing, and then ends by its own name."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_all()
    refused(scene, lambda: scene.station.on_session_started(1, "s2", "Authorized"))
    scene.begins(session="s1")
    scene.hears_all()
    refused(scene, lambda: scene.station.on_session_started(1, "s2", "Authorized"))
    scene.ends(session="s1")
    scene.hears_all()
    scene.station.on_session_started(1, "s2", "Authorized")
    scene.sees(1, "Preparing")
    refused(scene, lambda: scene.station.on_session_stopped(1, "s1"))
    scene.station.on_session_stopped(1, "s2")
    scene.sees(1, "Available")


def test_a_transaction_from_finishing_is_a_session_of_its_own(scene: CoreScene) -> None:
    """F2, D14: nobody said that a session began; it is left by the name of the transaction."""
    scene.transaction(session="s1")
    scene.ends(session="s1")
    scene.begins(session="s2")
    scene.ends(session="s2")
    scene.hears_all()
    refused(scene, lambda: scene.station.on_session_stopped(1, "s1"))
    scene.station.on_session_stopped(1, "s2")
    scene.sees(1, "Available")


def test_after_a_power_loss_only_a_session_that_goes_on_has_a_name(scene: CoreScene) -> None:
    """PowerLoss ends the others (D43): whoever leaves then is believed."""
    scene.transaction(session="s1")
    scene.restarts(resuming_sessions=frozenset({"s1"}))
    scene.hears_all()
    refused(scene, lambda: scene.station.on_session_stopped(1, "s2"))
    scene.restarts()
    scene.hears_all()
    scene.station.on_session_stopped(1, "s2")


def refused(scene: CoreScene, call: Callable[[], object]) -> None:
    """It names another session, and nothing has changed."""
    before = everything(scene.virtual.core)
    with pytest.raises(SessionMismatchError):
        call()
    assert everything(scene.virtual.core) == before
    scene.hears_nothing()
