"""After a power loss: what goes on, what ends, and what the Central System is told of it.

Proves 4.9 (the status after a start), 7.36 (PowerLoss), 3.7 and errata 3.22, and the arguments of a start:
``resuming_sessions`` and ``connector_status``. What of the queue survives is in the tests of the queue; availability
over a restart is in test_availability.
"""

import pytest

from ocpp16sm.core.engine.effects import Persist, PutTransaction
from ocpp16sm.errors import InvalidArgumentError
from ocpp16sm.hardware import Disable, Enable
from ocpp16sm.listener import TransactionEnded
from ocpp16sm.messages import ChargePointStatus as Status
from tests.support.reading_lines import lines, times
from tests.support.scene import SILENCE, CoreScene, accepted

ENERGY = "Energy.Active.Import.Register"
S1 = frozenset({"s1"})


def seen(scene: CoreScene) -> dict[int, str]:
    """The statuses that are told after a start."""
    return {heard["connectorId"]: heard["status"] for heard in scene.hears_all("StatusNotification")}


# -- a transaction that ended with the power ---------------------------------------------------------------------------


def test_a_transaction_ends_with_the_last_reading_that_is_known(scene: CoreScene) -> None:
    """7.36; register and time are those of the last reading on disk (D43), whether samples are sent or not."""
    transaction = scene.transaction(meter_start=100)
    scene.passes(600)
    scene.measures(1, 2500.6)
    scene.passes(3)
    scene.restarts()
    (stop,) = scene.hears_all("StopTransaction")
    assert (stop["transactionId"], stop["reason"], stop["meterStop"]) == (transaction, "PowerLoss", 2501)
    assert stop["timestamp"] == "2026-06-01T12:10:00.000Z"
    assert "idTag" not in stop.payload


def test_readings_are_kept_often_enough(scene: CoreScene) -> None:
    """Of a meter that is read every second, no more than 15 seconds are lost."""
    scene.transaction()
    for second in range(1, 101):
        scene.passes(1)
        scene.measures(1, second)
    scene.restarts()
    (stop,) = scene.hears_all("StopTransaction")
    assert 85 <= stop["meterStop"] <= 100
    kept = [effect for effect in scene.virtual.effects if isinstance(effect, Persist) and _is_of_a_transaction(effect)]
    assert len(kept) < 15, "and a disk that wears out is not written to every second"
    assert times([{"timestamp": stop["timestamp"]}]) == [f"12:01:{stop['meterStop'] - 60:02}.000Z"]


def _is_of_a_transaction(effect: Persist) -> bool:
    return any(isinstance(operation, PutTransaction) for operation in effect.operations)


def test_what_was_sent_as_a_sample_is_not_lost() -> None:
    """3.16.1, 7.36: the Central System knows it already; the end cannot be less."""
    scene = accepted(MeterValueSampleInterval="12")
    scene.transaction()
    scene.measures(1, 5)
    scene.passes(10)
    scene.measures(1, 6)
    scene.passes(2)
    scene.hears("MeterValues")
    scene.restarts()
    (stop,) = scene.hears_all("StopTransaction")
    assert stop["meterStop"] == 6


def test_a_transaction_that_was_never_read_ends_as_it_began(scene: CoreScene) -> None:
    """Nothing else is known."""
    scene.transaction(meter_start=100)
    scene.passes(600)
    scene.restarts()
    (stop,) = scene.hears_all("StopTransaction")
    assert (stop["meterStop"], stop["timestamp"]) == (100, "2026-06-01T12:00:00.000Z")


def test_samples_before_the_power_loss_are_not_lost() -> None:
    """3.16.1: they were taken at every interval of the transaction; the end is the last reading."""
    scene = accepted(MeterValueSampleInterval="60", StopTxnSampledData=ENERGY)
    scene.begins(wh=5, signed_meter_value="signed")
    scene.hears_all()
    for wh in (10, 20):
        scene.measures(1, wh)
        scene.passes(60)
        scene.hears_all()
    scene.restarts()
    (stop,) = scene.hears_all("StopTransaction")
    assert lines(stop["transactionData"]) == [
        f"Transaction.Begin {ENERGY} 5.00",
        "Transaction.Begin SignedData signed",
        f"Sample.Periodic {ENERGY} 10.00",
        f"Sample.Periodic {ENERGY} 20.00",
        f"Transaction.End {ENERGY} 20.00",
    ]


def test_a_transaction_is_ended_once() -> None:
    """3.7: two power losses, one StopTransaction, while the Central System cannot be reached."""
    scene = accepted()
    scene.transaction()
    scene.virtual.dial_s = None
    for _ in range(2):
        scene.restarts()
        scene.passes(5)
    scene.virtual.dial_s = 0.0
    scene.restarts()
    assert len(scene.hears_all("StopTransaction")) == 1


def test_the_connector_is_free_afterwards(scene: CoreScene) -> None:
    """4.9: the status is that of a connector nobody uses; the application knows that the transaction has ended."""
    transaction = scene.transaction()
    scene.restarts()
    assert seen(scene) == {0: "Available", 1: "Available"}
    ended = [event for event in scene.told if isinstance(event, TransactionEnded)]
    assert ended == [TransactionEnded(1, "s1", transaction)]
    scene.transaction(session="s2")


def test_each_transaction_ends_for_itself() -> None:
    """Two connectors, one of them resumed."""
    scene = accepted(connectors=2)
    first = scene.transaction(1, "s1")
    scene.transaction(2, "s2")
    scene.restarts(resuming_sessions=frozenset({"s2"}))
    assert [stop["transactionId"] for stop in scene.hears_all("StopTransaction")] == [first]


# -- a transaction that goes on ----------------------------------------------------------------------------------------


def test_a_resumed_transaction_goes_on_as_the_same(scene: CoreScene) -> None:
    """D42: no StopTransaction, no StartTransaction; the connector is in use, and its end is told as ever."""
    transaction = scene.transaction()
    scene.restarts(resuming_sessions=S1)
    heard = scene.hears_all()
    assert not {"StartTransaction", "StopTransaction"} & {one.action for one in heard}
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    scene.ends(wh=70, id_tag_end="TAG")
    scene.hears("StopTransaction", transactionId=transaction, meterStop=70, reason="Local")
    scene.sees(1, "Finishing")
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")


def test_a_resumed_transaction_is_sampled() -> None:
    """D42: libocpp samples no more, and crashes when the interval is changed."""
    scene = accepted(MeterValueSampleInterval="60", StopTxnSampledData=ENERGY)
    transaction = scene.transaction()
    scene.measures(1, 10)
    scene.passes(60)
    scene.hears_all()
    scene.restarts(resuming_sessions=S1)
    scene.hears_all()
    scene.measures(1, 20)
    scene.passes(60)
    scene.hears("MeterValues", transactionId=transaction)
    scene.sets("MeterValueSampleInterval", "10")
    scene.passes(10)
    scene.hears("MeterValues", transactionId=transaction)
    scene.ends(wh=30)
    (stop,) = scene.hears_all("StopTransaction")
    assert [line.split()[-1] for line in lines(stop["transactionData"])] == ["0.00", "10.00", "20.00", "20.00", "30.00"]


def test_a_resumed_transaction_can_be_stopped_remotely(scene: CoreScene) -> None:
    """5.12: it is ongoing."""
    transaction = scene.transaction()
    scene.restarts(resuming_sessions=S1)
    scene.hears_all()
    assert scene.asks("RemoteStopTransaction", transactionId=transaction) == {"status": "Accepted"}


def test_a_resumed_transaction_is_no_place_for_another(scene: CoreScene) -> None:
    """5.11, D13."""
    scene.transaction()
    scene.restarts(resuming_sessions=S1)
    scene.hears_all()
    assert scene.asks("RemoteStartTransaction", idTag="TAG", connectorId=1) == {"status": "Rejected"}


def test_a_session_that_was_never_heard_of_cannot_be_resumed(scene: CoreScene) -> None:
    """The station may know sessions without a transaction."""
    scene.restarts(resuming_sessions=frozenset({"s1", "another"}))
    assert seen(scene) == {0: "Available", 1: "Available"}


def test_a_transaction_that_had_stopped_is_not_resumed(scene: CoreScene) -> None:
    """4.10: its StopTransaction was not answered yet; it is delivered, and that is all."""
    transaction = scene.transaction()
    scene.ends(wh=9)
    scene.hears("StopTransaction", SILENCE)
    scene.restarts(resuming_sessions=S1)
    (stop,) = scene.hears_all("StopTransaction")
    assert (stop["transactionId"], stop["meterStop"], stop.payload.get("reason", "Local")) == (transaction, 9, "Local")
    assert scene.status(1) is Status.AVAILABLE


def test_a_resumed_transaction_that_loses_power_again_ends_with_what_was_read_last(scene: CoreScene) -> None:
    """7.36."""
    scene.transaction()
    scene.restarts(resuming_sessions=S1)
    scene.hears_all()
    scene.measures(1, 44)
    scene.restarts()
    (stop,) = scene.hears_all("StopTransaction")
    assert (stop["meterStop"], stop["reason"]) == (44, "PowerLoss")


def test_a_transaction_of_a_connector_that_is_gone_ends() -> None:
    """A station with fewer connectors than before (D38)."""
    scene = accepted(connectors=2)
    transaction = scene.transaction(2, "s1")
    smaller = CoreScene(connectors=1, store=scene.virtual.store)
    smaller.starts(resuming_sessions=S1)
    heard = smaller.hears_all()
    assert [one["transactionId"] for one in heard if one.action == "StopTransaction"] == [transaction]
    assert {one["connectorId"] for one in heard if one.action == "StatusNotification"} == {0, 1}


# -- offline -----------------------------------------------------------------------------------------------------------


def test_a_session_without_any_connection_is_told_afterwards(scene: CoreScene) -> None:
    """3.7: in order, with the times at which it happened; over a restart as well."""
    scene.loses_network()
    scene.passes(60)
    scene.begins(wh=1)
    scene.passes(60)
    scene.ends(wh=2)
    scene.station.on_session_stopped(1, "s1")
    scene.virtual.dial_s = 0.0
    scene.restarts()
    start, stop = scene.hears_all("StartTransaction", "StopTransaction")
    assert (start.action, stop.action) == ("StartTransaction", "StopTransaction")
    assert (start["timestamp"], stop["timestamp"]) == ("2026-06-01T12:01:00.000Z", "2026-06-01T12:02:00.000Z")
    assert stop["transactionId"] == 1


# -- how the station finds its connectors ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_the_station_says_how_it_finds_a_connector(status: Status) -> None:
    """handlers.md 4.1: told after acceptance."""
    scene = CoreScene()
    scene.starts(connector_status={0: Status.AVAILABLE, 1: status})
    assert seen(scene) == {0: "Available", 1: status}


@pytest.mark.parametrize("status", [Status.AVAILABLE, Status.UNAVAILABLE, Status.FAULTED])
def test_the_station_says_how_it_finds_itself(status: Status) -> None:
    """4.9: connector 0 has three statuses."""
    scene = CoreScene()
    scene.starts(connector_status={0: status, 1: Status.AVAILABLE})
    assert seen(scene) == {0: status, 1: "Available"}


@pytest.mark.parametrize("place", [0, 1])
def test_a_fault_from_before_the_start_can_be_over(place: int) -> None:
    """D06: libocpp never leaves it."""
    scene = CoreScene()
    found = {0: Status.AVAILABLE, 1: Status.AVAILABLE, place: Status.FAULTED}
    scene.starts(connector_status=found)
    scene.hears_all()
    scene.station.on_all_errors_cleared(place)
    scene.sees(place, "Available", errorCode="NoError")


@pytest.mark.parametrize(
    "found",
    [
        {1: Status.AVAILABLE},
        {0: Status.AVAILABLE},
        {0: Status.AVAILABLE, 1: Status.AVAILABLE, 2: Status.AVAILABLE},
        {0: Status.PREPARING, 1: Status.AVAILABLE},
        {},
    ],
    ids=["without 0", "without 1", "one too many", "0 cannot be Preparing", "none"],
)
def test_the_station_must_know_all_its_connectors_or_none(found: dict[int, Status]) -> None:
    """handlers.md 4.1."""
    with pytest.raises(InvalidArgumentError):
        CoreScene().starts(connector_status=found)


@pytest.mark.parametrize("found", Status)
def test_what_the_central_system_took_out_of_service_stays_there(scene: CoreScene, found: Status) -> None:
    """4.9: MUST be persistent, however the station finds the connector; put back, it is what was found."""
    scene.asks("ChangeAvailability", connectorId=1, type="Inoperative")
    scene.station.on_disabled(1)
    scene.hears_all()
    scene.orders()
    scene.restarts(connector_status={0: Status.AVAILABLE, 1: found})
    assert seen(scene) == {0: "Available", 1: "Faulted" if found == "Faulted" else "Unavailable"}
    assert scene.orders(Enable, Disable) == [Disable(1)]
    scene.asks("ChangeAvailability", connectorId=1, type="Operative")
    scene.station.on_enabled(1)
    scene.station.on_all_errors_cleared(1)
    after = {"Unavailable": "Available", "Faulted": "Available", "Reserved": "Available", "Finishing": "Preparing"}
    assert scene.status(1) == after.get(found, found)


def test_the_charge_point_stays_out_of_service_too(scene: CoreScene) -> None:
    """4.9."""
    scene.asks("ChangeAvailability", connectorId=0, type="Inoperative")
    scene.station.on_disabled(1)
    scene.hears_all()
    scene.restarts(connector_status={0: Status.AVAILABLE, 1: Status.AVAILABLE})
    assert seen(scene) == {0: "Unavailable", 1: "Unavailable"}


@pytest.mark.parametrize("wished", [True, False])
def test_what_the_central_system_put_into_service_gets_there(scene: CoreScene, wished: bool) -> None:
    """4.9, 5.2: the power failed before the hardware had done it. What a station closed by itself stays closed."""
    if wished:
        scene.asks("ChangeAvailability", connectorId=1, type="Inoperative")
        scene.station.on_disabled(1)
        scene.asks("ChangeAvailability", connectorId=1, type="Operative")
    scene.orders()
    scene.restarts(connector_status={0: Status.AVAILABLE, 1: Status.UNAVAILABLE})
    assert scene.orders(Enable, Disable) == ([Enable(1)] if wished else [])
