"""What a Central System sees of reservations, as transcripts: on the core, and over a real websocket."""

import pytest

from ocpp16sm import ErrorInfo
from tests.support.scene import Scene


def test_a_reservation_is_made_used_and_over(scene: Scene) -> None:
    """5.13, 4.8, 4.9 A7 G2 B3 C6 F1: a plug alone keeps it; the transaction tells its id."""
    scene.boots()
    assert scene.reserves(1, 42, "HOLDER") == "Accepted"
    scene.sees(1, "Reserved")
    assert scene.reserves(1, 43, "OTHER") == "Occupied"
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.hears_nothing()
    scene.begins(1, "s1", "HOLDER", 1000)
    scene.sees(1, "Preparing")
    scene.hears("StartTransaction", connectorId=1, idTag="HOLDER", reservationId=42)
    assert scene.cancels(42) == "Rejected"
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    scene.ends(1, "s1", wh=2000)
    scene.hears("StopTransaction")
    scene.sees(1, "Finishing")
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available")
    scene.hears_nothing()


def test_a_reservation_that_nobody_uses_expires(scene: Scene) -> None:
    """5.13, 4.9 G2 B1 A7 G1: somebody came with the card and went again."""
    scene.boots()
    scene.reserves(2, 1, seconds=1800)
    scene.sees(2, "Reserved")
    scene.passes(600)
    scene.station.on_session_started(2, "s1", "Authorized")
    scene.sees(2, "Preparing")
    scene.passes(60)
    scene.station.on_session_stopped(2, "s1")
    scene.sees(2, "Available")
    scene.sees(2, "Reserved")
    scene.passes(1139)
    scene.hears_nothing()
    scene.passes(1)
    scene.sees(2, "Available")
    assert scene.cancels(1) == "Rejected"


def test_one_connector_is_kept_free(scene: Scene) -> None:
    """5.13, connectorId 0: the last free one is Reserved, until the holder has come."""
    scene.boots()
    assert scene.reserves(0, 9, "HOLDER") == "Accepted"
    scene.hears_nothing()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.sees(2, "Reserved")
    scene.begins(1, "s1", "HOLDER")
    scene.hears("StartTransaction", connectorId=1, reservationId=9)
    scene.sees(2, "Available")


@pytest.mark.parametrize("connector", [0, 2])
def test_a_fault_is_the_end_of_a_reservation(scene: Scene, connector: int) -> None:
    """5.13, 4.9 G9 I1: for good; of the charge point as well as of the connector."""
    scene.boots()
    scene.reserves(2, 1)
    scene.sees(2, "Reserved")
    scene.station.on_error(connector, ErrorInfo(uuid="e", error_code="GroundFailure", is_fault=True))
    scene.sees(connector, "Faulted")
    if connector == 0:
        scene.sees(2, "Available")
    assert scene.reserves(2, 2) == "Faulted"
    scene.station.on_error_cleared(connector, "e")
    scene.sees(connector, "Available")
    assert scene.reserves(2, 2) == "Accepted"
    scene.sees(2, "Reserved")
