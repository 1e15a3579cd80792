"""What a Central System sees of a charge point, as transcripts.

Every scene is played twice: on the core in virtual time, and by a whole charge point over a real websocket.
"""

import pytest

from ocpp16sm import ErrorInfo, Measurement, PerPhase, Timestamp
from ocpp16sm.messages import AvailabilityType, ChangeAvailabilityRequest
from tests.support.scene import ACCEPTED, SILENCE, CallError, RefusedError, Scene

STARTED_AT = Timestamp.parse("2026-06-01T12:00:05Z")
STOPPED_AT = Timestamp.parse("2026-06-01T13:00:00Z")


def test_a_session_from_plug_to_unplug(scene: Scene) -> None:
    """3.6, 4.8, 4.9 (A2 B3 C4 D3 C6 F1), 4.10."""
    scene.boots()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears("StatusNotification", connectorId=1, status="Preparing", errorCode="NoError")
    scene.station.on_transaction_started(1, "s1", "TAG", 1000.4, None, STARTED_AT)
    started = scene.hears("StartTransaction", connectorId=1, idTag="TAG", meterStart=1000)
    assert started["timestamp"] == "2026-06-01T12:00:05.000Z"
    scene.station.on_resume_charging(1)
    scene.hears("StatusNotification", connectorId=1, status="Charging")
    scene.station.on_suspend_charging_ev(1)
    scene.hears("StatusNotification", connectorId=1, status="SuspendedEV")
    scene.station.on_resume_charging(1)
    scene.hears("StatusNotification", connectorId=1, status="Charging")
    assert scene.station.on_transaction_stopped(1, "s1", "Local", STOPPED_AT, 5000.6, id_tag_end="TAG") is True
    stopped = scene.hears("StopTransaction", transactionId=1, idTag="TAG", meterStop=5001)
    assert stopped["timestamp"] == "2026-06-01T13:00:00.000Z"
    scene.hears("StatusNotification", connectorId=1, status="Finishing")
    scene.station.on_session_stopped(1, "s1")
    scene.hears("StatusNotification", connectorId=1, status="Available")
    scene.hears_nothing()


def test_samples_are_sent_at_their_interval_and_once_more_at_the_stop(scene: Scene) -> None:
    """4.7, MeterValueSampleInterval, StopTxnSampledData."""
    scene.boots()
    scene.sets("MeterValueSampleInterval", "60")
    scene.sets("StopTxnSampledData", "Energy.Active.Import.Register")
    transaction = scene.transaction()
    for minute in (1, 2):
        reading = Measurement(timestamp=STARTED_AT, energy_wh_import=PerPhase(total=100.0 * minute))
        scene.station.on_meter_values(1, reading)
        scene.hears_nothing()
        scene.passes(60)
        values = scene.hears("MeterValues", connectorId=1, transactionId=transaction)["meterValue"]
        (sampled,) = values[0]["sampledValue"]
        assert sampled["value"] == f"{100 * minute:.2f}"
        assert sampled["context"] == "Sample.Periodic"
    scene.station.on_transaction_stopped(1, "s1", "EVDisconnected", STOPPED_AT, 250)
    data = scene.hears("StopTransaction", reason="EVDisconnected")["transactionData"]
    contexts = [value["sampledValue"][0]["context"] for value in data]
    assert contexts == ["Transaction.Begin", "Sample.Periodic", "Sample.Periodic", "Transaction.End"]
    scene.hears("StatusNotification", connectorId=1, status="Finishing", info="EV side disconnected")


def test_what_happens_without_a_connection_is_delivered_in_order_afterwards(scene: Scene) -> None:
    """3.7, 4.8, errata 3.18: StartTransaction first, and the others with the id that its answer brings."""
    scene.boots()
    scene.loses_link()
    scene.station.on_session_started(1, "s1", "Authorized")
    scene.station.on_transaction_started(1, "s1", "TAG", 0, None, STARTED_AT)
    scene.station.on_transaction_stopped(1, "s1", "Local", STOPPED_AT, 700)
    scene.station.on_session_stopped(1, "s1")
    scene.passes(5)
    scene.hears("StartTransaction", idTag="TAG", answer={"transactionId": 4711, "idTagInfo": ACCEPTED})
    scene.hears("StopTransaction", transactionId=4711, meterStop=700)
    for connector in range(3):
        scene.hears("StatusNotification", connectorId=connector, status="Available")
    scene.hears_nothing()


def test_an_unanswered_request_is_sent_again_with_the_same_id_after_a_break(scene: Scene) -> None:
    """3.7.1, OCPP-J 4.1.4: one request at a time; an answer that got lost with the connection is asked for again."""
    scene.boots()
    scene.station.on_session_started(2, "s1", "Authorized")
    scene.hears("StatusNotification", connectorId=2, status="Preparing")
    scene.station.on_transaction_started(2, "s1", "TAG", 0, None, STARTED_AT)
    first = scene.hears("StartTransaction", answer=SILENCE)
    scene.station.on_resume_charging(2)
    scene.hears_nothing()
    scene.loses_link()
    scene.passes(5)
    second = scene.hears("StartTransaction")
    assert (second.id, second.payload) == (first.id, first.payload)
    for connector, status in enumerate(("Available", "Available", "Charging")):
        scene.hears("StatusNotification", connectorId=connector, status=status)


def test_a_fault_covers_the_status_and_gives_it_back(scene: Scene) -> None:
    """4.9 C9, I3; a fault does not end a transaction."""
    scene.boots()
    scene.transaction()
    scene.station.on_error(1, ErrorInfo(uuid="e1", error_code="HighTemperature", is_fault=True, info="72 C"))
    scene.hears("StatusNotification", connectorId=1, status="Faulted", errorCode="HighTemperature", info="72 C")
    scene.station.on_error_cleared(1, "e1")
    scene.hears("StatusNotification", connectorId=1, status="Charging", errorCode="NoError")
    scene.hears_nothing()


def test_a_change_of_availability_waits_for_the_transaction(scene: Scene) -> None:
    """5.2: Scheduled, and C8 when the transaction is over and the cable out."""
    scene.boots()
    scene.transaction()
    assert scene.asks("ChangeAvailability", connectorId=1, type="Inoperative") == {"status": "Scheduled"}
    scene.hears_nothing()
    scene.station.on_transaction_stopped(1, "s1", "Local", STOPPED_AT, 10)
    scene.hears("StopTransaction")
    scene.hears("StatusNotification", connectorId=1, status="Finishing")
    scene.station.on_session_stopped(1, "s1")
    scene.hears("StatusNotification", connectorId=1, status="Unavailable")
    assert scene.asks("ChangeAvailability", connectorId=1, type="Operative") == ACCEPTED
    scene.station.on_enabled(1)
    scene.hears("StatusNotification", connectorId=1, status="Available")


def test_the_station_changes_availability_as_the_central_system_would(scene: Scene) -> None:
    """5.2, by the station itself."""
    scene.boots()
    answer = scene.station.on_change_availability(ChangeAvailabilityRequest(2, AvailabilityType.INOPERATIVE))
    assert answer.status == "Accepted"
    scene.station.on_disabled(2)
    scene.hears("StatusNotification", connectorId=2, status="Unavailable")
    scene.hears_nothing()


def test_a_configuration_key_is_changed_and_read(scene: Scene) -> None:
    """5.3, 5.8."""
    scene.boots()
    scene.sets("HeartbeatInterval", "600")
    answer = scene.asks("GetConfiguration", key=["HeartbeatInterval", "NoSuchKey"])
    assert answer == {
        "configurationKey": [{"key": "HeartbeatInterval", "readonly": False, "value": "600"}],
        "unknownKey": ["NoSuchKey"],
    }
    assert scene.asks("ChangeConfiguration", key="HeartbeatInterval", value="-1") == {"status": "Rejected"}
    assert scene.asks("ChangeConfiguration", key="NoSuchKey", value="1") == {"status": "NotSupported"}
    scene.passes(600)
    scene.hears("Heartbeat")


def test_nothing_is_sent_while_registration_is_pending(scene: Scene) -> None:
    """4.2: Pending; the interval is the wait before the next BootNotification; the station goes on meanwhile."""
    scene.starts()
    now = "2026-06-01T12:00:00Z"
    scene.hears("BootNotification", answer={"status": "Pending", "currentTime": now, "interval": 30})
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_nothing()
    assert scene.asks("GetConfiguration", key=["NumberOfConnectors"])["configurationKey"][0]["value"] == "2"
    scene.passes(30)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification", type="StartupOfTheDevice")
    scene.hears("StatusNotification", connectorId=0, status="Available")
    scene.hears("StatusNotification", connectorId=1, status="Preparing")
    scene.hears("StatusNotification", connectorId=2, status="Available")
    scene.hears_nothing()


def test_a_request_that_cannot_be_understood_is_answered_with_its_code(scene: Scene) -> None:
    """OCPP-J 4.2.3."""
    scene.boots()
    with pytest.raises(RefusedError) as unknown:
        scene.asks("MakeCoffee")
    assert unknown.value.code == "NotImplemented"
    with pytest.raises(RefusedError) as incomplete:
        scene.asks("Reset")
    assert incomplete.value.code == "OccurenceConstraintViolation"
    with pytest.raises(RefusedError) as mistyped:
        scene.asks("UnlockConnector", connectorId="one")
    assert mistyped.value.code == "TypeConstraintViolation"
    scene.says("[2, no JSON")
    assert scene.asks("ClearCache")["status"] in ("Accepted", "Rejected")


def test_a_refused_stop_is_tried_again_and_holds_up_nothing_for_ever(scene: Scene) -> None:
    """TransactionMessageAttempts, TransactionMessageRetryInterval: the wait grows with each attempt."""
    scene.boots()
    scene.sets("TransactionMessageAttempts", "3")
    scene.sets("TransactionMessageRetryInterval", "10")
    scene.transaction()
    scene.station.on_transaction_stopped(1, "s1", "Local", STOPPED_AT, 10)
    refused = scene.hears("StopTransaction", answer=CallError())
    scene.hears("StatusNotification", connectorId=1, status="Finishing")
    scene.passes(10)
    again = scene.hears("StopTransaction", answer=CallError())
    assert again.id != refused.id
    scene.passes(19)
    scene.hears_nothing()
    scene.passes(1)
    scene.hears("StopTransaction", answer=CallError())
    scene.passes(3600)
    scene.hears_nothing()
