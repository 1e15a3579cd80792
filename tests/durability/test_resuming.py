"""Sessions that go on although the charge point was down (``resuming_sessions`` of ``start``)."""

import pytest

from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.station_facts import Measurement, PerPhase
from tests.support.scene import CoreScene

RESUMED = frozenset({"s1"})


def restarted(scene: CoreScene, **how: object) -> None:
    """The power is cut and comes back; the Central System hears what every boot says, and answers."""
    scene.starts(resuming_sessions=RESUMED, **how)
    scene.hears("BootNotification")
    scene.hears("SecurityEventNotification")


def test_a_resumed_connector_says_that_no_energy_flows_yet() -> None:
    """The transaction runs on, so none of Available, Reserved and Finishing can be true (4.9)."""
    scene = CoreScene()
    scene.boots()
    scene.transaction()
    restarted(scene)
    scene.hears("StatusNotification", connectorId=0, status="Available")
    scene.hears("StatusNotification", connectorId=1, status="SuspendedEVSE")
    scene.station.on_resume_charging(1)
    scene.hears("StatusNotification", connectorId=1, status="Charging")
    scene.hears_nothing()


@pytest.mark.parametrize("found", ["Charging", "SuspendedEV", "Preparing"])
def test_a_resumed_connector_is_in_the_status_in_which_the_station_finds_it(found: str) -> None:
    scene = CoreScene()
    scene.boots()
    scene.transaction()
    status = {0: ChargePointStatus.AVAILABLE, 1: ChargePointStatus(found)}
    scene.starts(resuming_sessions=RESUMED, connector_status=status)
    assert scene.status(1) == found


@pytest.mark.parametrize("found", ["Available", "Reserved", "Finishing"])
def test_a_resumed_connector_is_in_use_whatever_the_station_says(found: str) -> None:
    scene = CoreScene()
    scene.boots()
    scene.transaction()
    status = {0: ChargePointStatus.AVAILABLE, 1: ChargePointStatus(found)}
    scene.starts(resuming_sessions=RESUMED, connector_status=status)
    assert scene.status(1) == "SuspendedEVSE"


def test_a_resumed_transaction_goes_on_under_its_id_and_can_be_stopped() -> None:
    scene = CoreScene(MeterValueSampleInterval="10")
    scene.boots()
    transaction_id = scene.transaction()
    restarted(scene)
    scene.hears("StatusNotification", connectorId=0)
    scene.hears("StatusNotification", connectorId=1)
    reading = Measurement(timestamp=scene.virtual.now.utc, energy_wh_import=PerPhase(total=50))
    scene.station.on_meter_values(1, reading)
    scene.passes(10)
    scene.hears("MeterValues", connectorId=1, transactionId=transaction_id)
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 60)
    scene.hears("StopTransaction", transactionId=transaction_id, meterStop=60)
    scene.hears("StatusNotification", connectorId=1, status="Finishing")
    scene.station.on_session_stopped(1, "s1")
    scene.hears("StatusNotification", connectorId=1, status="Available")
    scene.hears_nothing()


def test_a_change_of_availability_waits_for_the_end_of_a_resumed_transaction() -> None:
    """It was answered Scheduled before the power cut; the promise holds after it (5.2)."""
    scene = CoreScene()
    scene.boots()
    scene.transaction()
    assert scene.asks("ChangeAvailability", connectorId=1, type="Inoperative") == {"status": "Scheduled"}
    restarted(scene)
    scene.hears("StatusNotification", connectorId=0, status="Available")
    scene.hears("StatusNotification", connectorId=1, status="SuspendedEVSE")
    scene.station.on_transaction_stopped(1, "s1", "Local", scene.virtual.now.utc, 60)
    scene.station.on_session_stopped(1, "s1")
    scene.hears("StopTransaction")
    scene.hears("StatusNotification", connectorId=1, status="Finishing")
    scene.hears("StatusNotification", connectorId=1, status="Unavailable")
    scene.hears_nothing()


def test_a_session_that_is_not_resumed_ends_by_power_loss() -> None:
    scene = CoreScene()
    scene.boots()
    transaction_id = scene.transaction()
    scene.starts()
    scene.hears("BootNotification")
    scene.hears("StopTransaction", transactionId=transaction_id, reason="PowerLoss")
    scene.hears("SecurityEventNotification")
    scene.hears("StatusNotification", connectorId=0, status="Available")
    scene.hears("StatusNotification", connectorId=1, status="Available")
    scene.hears_nothing()
