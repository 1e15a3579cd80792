"""Defects of the reference implementation about connectors (reference/handlers.md 10), as the wire would show them.

One scene each, named after the defect. The docstring says what libocpp does, and what is right; what is a matter of
the chart alone is proved there (tests/charts). Those about transactions and the rest:
:mod:`tests.core.test_other_defects`, and where :mod:`tests.core.test_known_defects` says.
"""

import pytest

from ocpp16sm.errors import ChargePointItselfError, NoTransactionError, SessionMismatchError, TransactionRunningError
from ocpp16sm.hardware import Disable
from ocpp16sm.messages import ChargePointErrorCode, ChargePointStatus
from ocpp16sm.station_facts import ErrorInfo
from tests.support.scene import CoreScene

FAULT = ErrorInfo(uuid="f", error_code=ChargePointErrorCode.GROUND_FAILURE, is_fault=True)
FOUND_FAULTED = {0: ChargePointStatus.AVAILABLE, 1: ChargePointStatus.FAULTED}


def statuses(scene: CoreScene, connector: int = 1) -> list[str]:
    """What is said of a connector until nothing is said any more."""
    return [heard["status"] for heard in scene.hears_all("StatusNotification") if heard["connectorId"] == connector]


def test_d05_connector_0_is_no_connector(scene: CoreScene) -> None:
    """libocpp reports it as Preparing, and starts transactions there. Right: 4.9 gives it three statuses."""
    with pytest.raises(ChargePointItselfError):
        scene.station.on_session_started(0, "s1", "EVConnected")
    with pytest.raises(ChargePointItselfError):
        scene.begins(0)
    scene.hears_nothing()
    scene.station.on_disabled(0)
    scene.station.on_error(0, FAULT)
    scene.station.on_error_cleared(0, "f")
    scene.station.on_enabled(0)
    assert statuses(scene, 0) == ["Unavailable", "Faulted", "Unavailable", "Available"]


def test_d06_a_connector_that_is_found_faulted_recovers() -> None:
    """libocpp never leaves a Faulted that it began with. Right: I1."""
    scene = CoreScene()
    scene.starts(connector_status=FOUND_FAULTED)
    assert statuses(scene) == ["Faulted"]
    scene.station.on_all_errors_cleared(1)
    assert statuses(scene) == ["Available"]


def test_d07_out_of_service_is_remembered_through_a_fault(scene: CoreScene) -> None:
    """libocpp's guards look at Faulted: a session that comes and goes meanwhile puts it back into service.

    Right: I8, and Available only when it is enabled (H1).
    """
    scene.station.on_disabled(1)
    scene.station.on_error(1, FAULT)
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.station.on_session_stopped(1, "s1")
    scene.station.on_error_cleared(1, "f")
    assert statuses(scene) == ["Unavailable", "Faulted", "Unavailable"]
    scene.station.on_enabled(1)
    assert statuses(scene) == ["Available"]


def test_d07_what_was_plugged_in_during_a_fault_is_seen_after_it(scene: CoreScene) -> None:
    """libocpp loses a transaction that begins during a fault of a reserved connector. Right: I3, as it charges then."""
    scene.station.on_reservation_start(1)
    scene.station.on_error(1, FAULT)
    scene.begins()
    scene.station.on_resume_charging(1)
    scene.station.on_error_cleared(1, "f")
    assert statuses(scene) == ["Reserved", "Faulted", "Charging"]


def test_d08_enabling_what_is_in_use_changes_nothing(scene: CoreScene) -> None:
    """libocpp reports Available in the middle of a transaction. Right: the status is what the use makes it (4.9)."""
    scene.transaction()
    scene.station.on_enabled(1)
    scene.hears_nothing()
    scene.station.on_suspend_charging_ev(1)
    scene.sees(1, "SuspendedEV")


def test_d09_disabling_what_is_being_prepared_is_not_lost(scene: CoreScene) -> None:
    """libocpp ignores it, and is Available afterwards. Right: it waits (5.2); there is no B8, so B1 and A8 follow."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.station.on_disabled(1)
    assert statuses(scene) == ["Preparing"]
    scene.station.on_session_stopped(1, "s1")
    assert statuses(scene)[-1] == "Unavailable"
    assert scene.status(1) == "Unavailable"


@pytest.mark.parametrize("use", ["session_started", "resume_charging", "suspend_charging_ev", "suspend_charging_evse"])
def test_d10_use_does_not_put_a_connector_into_service(scene: CoreScene, use: str) -> None:
    """libocpp leaves Unavailable at any of these. Right: only enabling does, and then the use is seen (H2 to H5)."""
    scene.station.on_disabled(1)
    assert statuses(scene) == ["Unavailable"]
    arguments = ("s1", "EVConnected") if use == "session_started" else ()
    getattr(scene.station, f"on_{use}")(1, *arguments)
    scene.hears_nothing()
    scene.station.on_enabled(1)
    expected = {
        "session_started": "Preparing",
        "resume_charging": "Charging",
        "suspend_charging_ev": "SuspendedEV",
        "suspend_charging_evse": "SuspendedEVSE",
    }
    assert statuses(scene) == [expected[use]]


def test_d11_a_session_that_ends_before_its_transaction_frees_nothing(scene: CoreScene) -> None:
    """libocpp says Available while the transaction runs. Right: its end frees the connector (C1)."""
    scene.transaction()
    scene.station.on_session_stopped(1, "s1")
    scene.hears_nothing()
    assert scene.asks("RemoteStopTransaction", transactionId=1) == {"status": "Accepted"}
    scene.ends(reason="Remote")
    scene.hears("StopTransaction", transactionId=1)
    scene.sees(1, "Available")
    scene.hears_nothing()


def test_d12_a_scheduled_change_does_not_show_available_first(scene: CoreScene) -> None:
    """libocpp says Available until the hardware has answered. Right: C6 and F8, in the step that ends the use."""
    scene.transaction()
    assert scene.asks("ChangeAvailability", connectorId=1, type="Inoperative") == {"status": "Scheduled"}
    scene.hears_nothing()
    scene.ends()
    scene.station.on_session_stopped(1, "s1")
    scene.station.on_disabled(1)
    assert statuses(scene) == ["Finishing", "Unavailable"]


def test_d12_also_if_the_session_ends_first(scene: CoreScene) -> None:
    """C8: the end of the transaction is the end of the use then."""
    scene.transaction()
    scene.asks("ChangeAvailability", connectorId=1, type="Inoperative")
    scene.station.on_session_stopped(1, "s1")
    scene.ends()
    scene.station.on_disabled(1)
    assert statuses(scene) == ["Unavailable"]


def test_d13_a_second_transaction_at_a_connector_is_refused(scene: CoreScene) -> None:
    """libocpp forgets the first one, which is never stopped. Right: refused; the first one goes on (4.8)."""
    scene.transaction()
    with pytest.raises(TransactionRunningError):
        scene.begins(session="s2", id_tag="OTHER")
    scene.hears_nothing()
    scene.ends()
    scene.hears("StopTransaction", transactionId=1)


def test_d14_a_transaction_that_begins_in_finishing_is_seen(scene: CoreScene) -> None:
    """libocpp stays Finishing for the whole transaction. Right: F2, then B3."""
    scene.transaction()
    scene.ends()
    assert statuses(scene) == ["Finishing"]
    scene.begins(session="s2")
    scene.station.on_resume_charging(1)
    assert statuses(scene) == ["Preparing", "Charging"]


def test_d15_the_transaction_of_another_session_is_not_stopped(scene: CoreScene) -> None:
    """libocpp stops whatever runs. Right: refused, nothing is said, and the right session can stop it (4.10)."""
    scene.transaction()
    with pytest.raises(SessionMismatchError):
        scene.ends(session="s9")
    scene.hears_nothing()
    scene.ends(session="s1")
    scene.hears("StopTransaction", transactionId=1)
    with pytest.raises(NoTransactionError):
        scene.ends(session="s1")


def test_d16_a_cable_pulled_at_the_ev_ends_the_transaction_with_these_words(scene: CoreScene) -> None:
    """libocpp says nothing until the session ends. Right: Finishing, "EV side disconnected" (4.9)."""
    scene.transaction()
    assert scene.station.on_transaction_stopped(1, "s1", "EVDisconnected", scene.virtual.now.utc, 5) is True
    scene.hears("StopTransaction", reason="EVDisconnected")
    scene.sees(1, "Finishing", info="EV side disconnected")


def test_d16_or_suspends_it_if_so_configured() -> None:
    """libocpp never looks at StopTransactionOnEVSideDisconnect. Right: SuspendedEV with these words (4.9, 9.1.25)."""
    scene = CoreScene(StopTransactionOnEVSideDisconnect="false")
    scene.boots()
    scene.transaction()
    assert scene.station.on_transaction_stopped(1, "s1", "EVDisconnected", scene.virtual.now.utc, 5) is False
    scene.sees(1, "SuspendedEV", info="EV side disconnected")
    scene.hears_nothing()
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging")
    scene.ends(reason="Local", wh=9)
    scene.hears("StopTransaction", transactionId=1, meterStop=9)


@pytest.mark.parametrize("wh", [16_777_217, 2_000_000_001])
def test_d17_registers_keep_every_wh(scene: CoreScene, wh: int) -> None:
    """libocpp's meterStop is a float of 32 bits, which has no odd numbers above 16.7 MWh."""
    scene.begins(wh=wh)
    scene.ends(wh=wh + 2)
    heard = scene.hears_all("StartTransaction", "StopTransaction")
    assert (heard[0]["meterStart"], heard[1]["meterStop"]) == (wh, wh + 2)


def test_d18_a_fault_ends_a_reservation(scene: CoreScene) -> None:
    """libocpp is Reserved again afterwards. Right: a reservation ends with Faulted (5.13); I1."""
    scene.station.on_reservation_start(1)
    scene.station.on_error(1, FAULT)
    scene.station.on_error_cleared(1, "f")
    assert statuses(scene) == ["Reserved", "Faulted", "Available"]


def test_d24_a_plug_in_time_out_is_nothing_to_a_transaction(scene: CoreScene) -> None:
    """libocpp says Finishing in mid-transaction. Right: B6 is for a plug without a tag (errata 3.20)."""
    scene.transaction()
    scene.station.on_plugin_timeout(1)
    scene.hears_nothing()


def test_d24_but_ends_preparing(scene: CoreScene) -> None:
    """B6, errata 3.20: with words that tell why."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.station.on_plugin_timeout(1)
    scene.sees(1, "Finishing", info="ConnectionTimeout")


def test_d40_a_change_that_was_taken_back_is_not_made(scene: CoreScene) -> None:
    """libocpp keeps the scheduled one, and makes it after the newer one. Right: the newest counts (5.2)."""
    scene.transaction()
    assert scene.asks("ChangeAvailability", connectorId=1, type="Inoperative") == {"status": "Scheduled"}
    scene.asks("ChangeAvailability", connectorId=1, type="Operative")
    scene.orders()
    scene.ends()
    scene.station.on_session_stopped(1, "s1")
    assert statuses(scene) == ["Finishing", "Available"]
    assert scene.orders(Disable) == []
