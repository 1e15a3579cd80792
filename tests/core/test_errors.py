"""Errors: faults and warnings, raised and cleared in any order, and what StatusNotification says of them.

Proves 4.9 (A9 to I8, a status other than Faulted makes the condition a warning), 6.47 (which field says what, how
long), 7.6 (error codes), and the key ReportClearedErrors as reference/handlers.md 3.2 describes it.
"""

from collections.abc import Callable
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import ChargePointErrorCode
from ocpp16sm.station_facts import ErrorInfo
from tests.support.scene import CoreScene

NO_FAULTS = {ChargePointErrorCode.NO_ERROR, ChargePointErrorCode.EV_COMMUNICATION_ERROR}
CODES = [code for code in ChargePointErrorCode if code not in NO_FAULTS]


def fault(uuid: str = "f", code: str = "GroundFailure", **words: Any) -> ErrorInfo:
    """An error that prevents charging."""
    return ErrorInfo(uuid=uuid, error_code=ChargePointErrorCode(code), is_fault=True, **words)


def warning(uuid: str = "w", code: str = "HighTemperature", **words: Any) -> ErrorInfo:
    """An error that does not."""
    return ErrorInfo(uuid=uuid, error_code=ChargePointErrorCode(code), is_fault=False, **words)


# -- one error ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("connector", [0, 1])
def test_a_fault_is_reported_with_its_code(scene: CoreScene, connector: int, code: str) -> None:
    """A9, I1: of the charge point itself as well (connector 0 may be Faulted); afterwards NoError."""
    scene.station.on_error(connector, fault(code=code))
    scene.sees(connector, "Faulted", errorCode=code)
    scene.station.on_error_cleared(connector, "f")
    scene.sees(connector, "Available", errorCode="NoError", info=None, vendorId=None, vendorErrorCode=None)
    scene.hears_nothing()


@pytest.mark.parametrize("code", [*CODES, ChargePointErrorCode.EV_COMMUNICATION_ERROR])
def test_a_warning_is_reported_with_the_status_as_it_is(scene: CoreScene, code: str) -> None:
    """4.9: a status other than Faulted says that charging is still possible. All codes, in a status that all allow."""
    scene.transaction()
    scene.station.on_suspend_charging_ev(1)
    scene.sees(1, "SuspendedEV")
    scene.station.on_error(1, warning(code=code))
    scene.sees(1, "SuspendedEV", errorCode=code)
    scene.station.on_error_cleared(1, "w")
    scene.sees(1, "SuspendedEV", errorCode="NoError")


def test_trouble_in_talking_to_the_ev_has_its_code_only_where_there_is_an_ev_that_waits(scene: CoreScene) -> None:
    """4.9: EVCommunicationError only with Preparing, SuspendedEV, SuspendedEVSE and Finishing; OtherError elsewhere."""
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing")
    scene.station.on_error(1, warning(code="EVCommunicationError"))
    scene.sees(1, "Preparing", errorCode="EVCommunicationError")
    for handler, status, code in (
        ("on_suspend_charging_ev", "SuspendedEV", "EVCommunicationError"),
        ("on_suspend_charging_evse", "SuspendedEVSE", "EVCommunicationError"),
        ("on_resume_charging", "Charging", "OtherError"),
    ):
        getattr(scene.station, handler)(1)
        scene.sees(1, status, errorCode=code)
    scene.station.on_session_stopped(1, "s1")
    scene.sees(1, "Available", errorCode="OtherError")
    scene.station.on_disabled(1)
    scene.sees(1, "Unavailable", errorCode="OtherError")
    scene.station.on_error(1, fault())
    scene.sees(1, "Faulted", errorCode="GroundFailure")


def test_trouble_in_talking_to_the_ev_that_prevents_charging_is_another_fault(scene: CoreScene) -> None:
    """4.9: EVCommunicationError never with Faulted."""
    scene.station.on_error(1, fault(code="EVCommunicationError", info="SLAC failed"))
    scene.sees(1, "Faulted", errorCode="OtherError", info="SLAC failed")


def test_an_error_says_everything_that_is_known_of_it(scene: CoreScene) -> None:
    """6.47: info, vendorId and vendorErrorCode."""
    error = fault(info="contactor welded", vendor_id="https://chargex.inl.gov", vendor_error_code="CX006")
    scene.station.on_error(1, error)
    scene.sees(1, "Faulted", info="contactor welded", vendorId="https://chargex.inl.gov", vendorErrorCode="CX006")


def test_long_words_of_an_error_are_cut(scene: CoreScene) -> None:
    """6.47: info 50, vendorId 255, vendorErrorCode 50 characters."""
    long = "e" * 300
    scene.station.on_error(1, fault(info=long, vendor_id=long, vendor_error_code=long))
    scene.sees(1, "Faulted", info=long[:50], vendorId=long[:255], vendorErrorCode=long[:50])


def test_an_error_that_is_active_already_is_no_news(scene: CoreScene) -> None:
    """handlers.md 1.7: the same uuid once more."""
    scene.station.on_error(1, fault())
    scene.sees(1, "Faulted")
    scene.station.on_error(1, fault(code="OtherError"))
    scene.hears_nothing()


def test_clearing_an_unknown_error_is_no_news(scene: CoreScene) -> None:
    """handlers.md 1.7."""
    scene.station.on_error_cleared(1, "never heard of")
    scene.station.on_error(1, fault())
    scene.sees(1, "Faulted")
    scene.station.on_error_cleared(1, "never heard of")
    scene.hears_nothing()


def test_an_error_of_the_charge_point_is_none_of_its_connectors(scene: CoreScene) -> None:
    """4.9: the status of connector 0 has no direct connection to the others'."""
    scene.station.on_error(0, fault())
    scene.sees(0, "Faulted")
    scene.hears_nothing()
    scene.transaction()


# -- several -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "cleared_first"), [("f", "f"), ("f", "w"), ("w", "f"), ("w", "w")], ids=lambda word: str(word)
)
def test_a_fault_and_a_warning_in_any_order(scene: CoreScene, first: str, cleared_first: str) -> None:
    """Faulted as long as a fault is active; the code is that of an error that is active still, not a stale one (N2)."""
    errors = {"f": fault(), "w": warning()}
    second = "w" if first == "f" else "f"
    scene.station.on_error(1, errors[first])
    scene.sees(1, "Faulted" if first == "f" else "Available", errorCode=errors[first].error_code)
    scene.station.on_error(1, errors[second])
    scene.sees(1, "Faulted", errorCode=errors[second].error_code)
    shown = errors[second]
    left = errors["w" if cleared_first == "f" else "f"]
    scene.station.on_error_cleared(1, cleared_first)
    if cleared_first == "f":
        scene.sees(1, "Available", errorCode=left.error_code)
    elif shown is not left:
        scene.sees(1, "Faulted", errorCode=left.error_code)
    scene.hears_nothing()
    scene.station.on_error_cleared(1, left.uuid)
    scene.sees(1, "Available", errorCode="NoError")
    scene.hears_nothing()


@pytest.mark.parametrize("cleared", [("a", "b"), ("b", "a")], ids=["oldest first", "newest first"])
def test_the_last_of_two_faults_decides(scene: CoreScene, cleared: tuple[str, str]) -> None:
    """I1 happens when no fault is left; meanwhile the code is that of the fault that is."""
    scene.station.on_error(1, fault("a", "GroundFailure"))
    scene.sees(1, "Faulted", errorCode="GroundFailure")
    scene.station.on_error(1, fault("b", "OverVoltage"))
    scene.sees(1, "Faulted", errorCode="OverVoltage")
    scene.station.on_error_cleared(1, cleared[0])
    if cleared[0] == "b":
        scene.sees(1, "Faulted", errorCode="GroundFailure")
    scene.hears_nothing()
    scene.station.on_error_cleared(1, cleared[1])
    scene.sees(1, "Available", errorCode="NoError")


def test_a_trigger_tells_the_error_that_was_told_last(scene: CoreScene) -> None:
    """5.17: the current state; what arrived last is shown, whatever its own time says (N3)."""
    scene.station.on_error(1, fault("a", "GroundFailure", info="now"))
    scene.sees(1, "Faulted")
    earlier = Timestamp.parse("2026-01-01T00:00:00Z")
    scene.station.on_error(1, fault("b", "OverVoltage", info="told late", timestamp=earlier))
    scene.sees(1, "Faulted", errorCode="OverVoltage")
    assert scene.asks("TriggerMessage", requestedMessage="StatusNotification", connectorId=1)["status"] == "Accepted"
    scene.sees(1, "Faulted", errorCode="OverVoltage", info="told late")


@pytest.mark.parametrize("connector", [0, 1])
def test_all_errors_are_cleared_at_once(scene: CoreScene, connector: int) -> None:
    """handlers.md 1.7: one report, also where there was nothing to clear."""
    for number in range(3):
        scene.station.on_error(connector, fault(str(number)))
        scene.sees(connector, "Faulted")
    scene.station.on_error(connector, warning())
    scene.sees(connector, "Faulted")
    for _ in range(2):
        scene.station.on_all_errors_cleared(connector)
        scene.sees(connector, "Available", errorCode="NoError", info=None)
        scene.hears_nothing()


# -- the status during a fault and after it ----------------------------------------------------------------------------


def test_a_fault_during_a_transaction_ends_nothing_by_itself(scene: CoreScene) -> None:
    """C9, I3: the status returns to what it was; whether the transaction stops is the station's decision."""
    scene.transaction()
    scene.station.on_error(1, fault())
    scene.sees(1, "Faulted")
    scene.hears_nothing()
    scene.station.on_error_cleared(1, "f")
    scene.sees(1, "Charging", errorCode="NoError")


def test_a_session_that_ends_during_a_fault_has_ended_after_it(scene: CoreScene) -> None:
    """I6, I1: the usage goes on underneath; StopTransaction does not wait for the fault's end (4.10)."""
    scene.transaction()
    scene.station.on_error(1, fault())
    scene.sees(1, "Faulted")
    scene.station.on_transaction_stopped(1, "s1", "Other", scene.virtual.now.utc, 5)
    scene.hears("StopTransaction", reason="Other")
    scene.hears_nothing()
    scene.station.on_error_cleared(1, "f")
    scene.sees(1, "Finishing")
    scene.station.on_error(1, fault())
    scene.sees(1, "Faulted")
    scene.station.on_session_stopped(1, "s1")
    scene.hears_nothing()
    scene.station.on_error_cleared(1, "f")
    scene.sees(1, "Available")


def test_a_warning_stays_with_the_statuses_that_follow(scene: CoreScene) -> None:
    """4.9: the condition is still there, so every later report says so, with the vendor's words."""
    scene.station.on_error(1, warning(vendor_id="acme", vendor_error_code="T1"))
    scene.sees(1, "Available", errorCode="HighTemperature", vendorErrorCode="T1")
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.sees(1, "Preparing", errorCode="HighTemperature", vendorId="acme", vendorErrorCode="T1")


def test_what_is_unavailable_can_be_faulted_too(scene: CoreScene) -> None:
    """H9, I8."""
    scene.station.on_disabled(1)
    scene.sees(1, "Unavailable")
    scene.station.on_error(1, fault())
    scene.sees(1, "Faulted")
    scene.station.on_error_cleared(1, "f")
    scene.sees(1, "Unavailable", errorCode="NoError")


def test_errors_while_offline_are_told_as_they_are_afterwards(scene: CoreScene) -> None:
    """4.9, rules 1 to 3 after having been offline: the present status and error, no history."""
    scene.loses_network()
    scene.station.on_error(1, warning("gone", "WeakSignal"))
    scene.station.on_error_cleared(1, "gone")
    scene.station.on_error(1, fault(info="still there"))
    scene.regains_network()
    scene.sees(0, "Available", errorCode="NoError")
    scene.sees(1, "Faulted", errorCode="GroundFailure", info="still there")
    scene.hears_nothing()


def is_told_after_an_outage(scene: CoreScene) -> None:
    """The connection breaks and comes back."""
    scene.loses_link()
    scene.passes(10)
    scene.sees(0, "Available")


def is_told_when_asked_for(scene: CoreScene) -> None:
    """TriggerMessage."""
    assert scene.asks("TriggerMessage", requestedMessage="StatusNotification", connectorId=1)["status"] == "Accepted"


def is_told_after_registration(scene: CoreScene) -> None:
    """BootNotification is asked for, refused, and then accepted (errata 3.22)."""
    scene.asks("TriggerMessage", requestedMessage="BootNotification")
    now = scene.virtual.now.utc.text()
    scene.hears("BootNotification", {"status": "Rejected", "currentTime": now, "interval": 10})
    scene.passes(10)
    scene.hears("BootNotification")
    scene.sees(0, "Available")


TOLD_AFRESH = [is_told_after_an_outage, is_told_when_asked_for, is_told_after_registration]
ERRORS = {
    "f": fault("f", "GroundFailure", info="fault"),
    "g": fault("g", "OverVoltage", info="another"),
    "w": warning("w", "HighTemperature", info="warning"),
    "v": warning("v", "WeakSignal"),
}


@pytest.mark.parametrize("is_told", TOLD_AFRESH)
@pytest.mark.parametrize("arrived", ["fw", "wf", "fwv", "fgw", "gwf", "wv", "v"])
@pytest.mark.parametrize("offline", [True, False], ids=["while offline", "while online"])
def test_what_is_faulted_is_told_with_the_code_of_a_fault(
    scene: CoreScene, arrived: str, is_told: Callable[[CoreScene], None], offline: bool
) -> None:
    """4.9, 6.47: whoever is told afresh that it is Faulted is told why; the newest fault, else the newest error."""
    if offline:
        scene.loses_network()
    for uuid in arrived:
        scene.station.on_error(1, ERRORS[uuid])
    if offline:
        scene.regains_network()
    scene.hears_all()
    is_told(scene)
    faults = [uuid for uuid in arrived if ERRORS[uuid].is_fault]
    error = ERRORS[faults[-1] if faults else arrived[-1]]
    scene.sees(1, "Faulted" if faults else "Available", errorCode=error.error_code, info=error.info)
    scene.hears_nothing()


def test_after_the_first_outage_too(scene: CoreScene) -> None:
    """4.9: a fault and then a warning while offline."""
    scene.loses_network()
    scene.station.on_error(1, ERRORS["f"])
    scene.station.on_error(1, ERRORS["w"])
    scene.regains_network()
    scene.sees(0, "Available", errorCode="NoError")
    scene.sees(1, "Faulted", errorCode="GroundFailure", info="fault")
    scene.hears_nothing()
    scene.station.on_error_cleared(1, "f")
    scene.sees(1, "Available", errorCode="HighTemperature", info="warning")


# -- ReportClearedErrors -----------------------------------------------------------------------------------------------


@pytest.fixture
def reporting() -> CoreScene:
    """One with ReportClearedErrors."""
    scene = CoreScene(ReportClearedErrors="true")
    scene.boots()
    return scene


def test_a_cleared_error_is_reported_as_resolved(reporting: CoreScene) -> None:
    """handlers.md 3.2, no error left: NoError in the words of the one that is over."""
    reporting.station.on_error(1, fault(vendor_id="acme", vendor_error_code="E7", info="hot"))
    reporting.sees(1, "Faulted")
    reporting.station.on_error_cleared(1, "f")
    reporting.sees(1, "Available", errorCode="NoError", info="E7 resolved", vendorId="acme", vendorErrorCode="E7")
    reporting.station.on_session_started(1, "s1", "EVConnected")
    reporting.sees(1, "Preparing", vendorId=None, vendorErrorCode=None)


def test_a_cleared_error_is_reported_while_another_is_active(reporting: CoreScene) -> None:
    """handlers.md 3.2, still faulted: Faulted, the code of the one that is left, the words of the one that is over."""
    reporting.station.on_error(1, fault("a", "GroundFailure", vendor_id="acme", vendor_error_code="E1"))
    reporting.sees(1, "Faulted")
    reporting.station.on_error(1, warning("b", "HighTemperature", vendor_id="acme", vendor_error_code="E2"))
    reporting.sees(1, "Faulted")
    reporting.station.on_error_cleared(1, "b")
    reporting.sees(1, "Faulted", errorCode="GroundFailure", info="E2 resolved", vendorErrorCode="E2")


def test_a_cleared_error_without_a_code_has_no_words(reporting: CoreScene) -> None:
    """handlers.md 3.2: info is absent where there is no vendorErrorCode."""
    reporting.station.on_error(1, warning(info="hot"))
    reporting.sees(1, "Available", info="hot")
    reporting.station.on_error_cleared(1, "w")
    reporting.sees(1, "Available", errorCode="NoError", info=None)
