"""StatusNotification: when a status is said, and when it is not.

Proves MinimumStatusDuration as 4.9 and 9.1.20 mean it (a status is told once it has lasted so long; errors and what
the Central System asks for are told at once), the rules after having been offline (4.9), the burst after acceptance
(errata 3.22), and ReportSuspendedEVSEReasonChange.
"""

from collections.abc import Callable

import pytest

from ocpp16sm.listener import StatusChanged
from ocpp16sm.messages import ChargePointErrorCode, ChargePointStatus
from ocpp16sm.station_facts import ErrorInfo
from tests.support.scene import SILENCE, CoreScene, accepted

FAULT = ErrorInfo(uuid="f", error_code=ChargePointErrorCode.GROUND_FAILURE, is_fault=True, info="leak")
WARNING = ErrorInfo(uuid="w", error_code=ChargePointErrorCode.HIGH_TEMPERATURE, is_fault=False, info="hot")


@pytest.fixture
def patient() -> CoreScene:
    """A charge point that reports what has lasted 10 seconds."""
    scene = CoreScene(MinimumStatusDuration="10")
    scene.boots()
    return scene


# -- MinimumStatusDuration ---------------------------------------------------------------------------------------------


def test_a_status_is_told_when_it_has_lasted(patient: CoreScene) -> None:
    """9.1.20; its time is that of the sending, the status as it is then."""
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.passes(9.9)
    patient.hears_nothing()
    patient.passes(0.2)
    patient.sees(1, "Preparing")
    patient.passes(60)
    patient.hears_nothing()


def test_words_of_a_status_are_not_lost_while_it_lasts(patient: CoreScene) -> None:
    """4.9: the recommended info comes with the status, whatever the station has said meanwhile."""
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.station.on_session_started(1, "s1", "Authorized")
    patient.passes(10)
    patient.sees(1, "Preparing", info="EVConnected")
    patient.station.on_transaction_started(1, "s1", "TAG", 0, None, patient.virtual.now.utc)
    patient.hears("StartTransaction")
    patient.station.on_transaction_stopped(1, "s1", "EVDisconnected", patient.virtual.now.utc, 0)
    patient.hears("StopTransaction")
    patient.station.on_resume_charging(1)
    patient.passes(10)
    patient.sees(1, "Finishing", info="EV side disconnected")


def test_what_does_not_last_is_not_told(patient: CoreScene) -> None:
    """4.9: a StatusNotification may be left out that was active for less time; the clock starts anew with each."""
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.passes(6)
    patient.station.on_suspend_charging_ev(1)
    patient.passes(6)
    patient.station.on_resume_charging(1)
    patient.passes(9.9)
    patient.hears_nothing()
    patient.passes(0.1)
    patient.sees(1, "Charging")
    patient.hears_nothing()


def test_the_application_is_told_of_every_status(patient: CoreScene) -> None:
    """Listener: when it changes, reported or not."""
    patient.virtual.told.clear()
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.station.on_suspend_charging_ev(1)
    patient.station.on_error(1, FAULT)
    patient.station.on_disabled(0)
    assert [event for event in patient.told if isinstance(event, StatusChanged)] == [
        StatusChanged(1, ChargePointStatus.PREPARING),
        StatusChanged(1, ChargePointStatus.SUSPENDED_EV),
        StatusChanged(1, ChargePointStatus.FAULTED),
        StatusChanged(0, ChargePointStatus.UNAVAILABLE),
    ]


def test_a_status_that_comes_back_in_time_is_no_news(patient: CoreScene) -> None:
    """4.9: A to B to A within the duration: the Central System knows A."""
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.passes(5)
    patient.station.on_session_stopped(1, "s1")
    patient.passes(60)
    patient.hears_nothing()


@pytest.mark.parametrize("connector", [0, 1])
def test_errors_are_told_at_once(patient: CoreScene, connector: int) -> None:
    """4.9: the duration is for statuses; a fault, a warning and their ends cannot wait, however short they are."""
    patient.station.on_error(connector, FAULT)
    patient.sees(connector, "Faulted", errorCode="GroundFailure", info="leak")
    patient.station.on_error_cleared(connector, "f")
    patient.sees(connector, "Available", errorCode="NoError")
    patient.station.on_error(connector, WARNING)
    patient.sees(connector, "Available", errorCode="HighTemperature", info="hot")
    patient.passes(60)
    patient.hears_nothing()


def test_an_error_takes_the_status_that_waits_with_it(patient: CoreScene) -> None:
    """4.9: whatever is said says the present status; it is not said again when it has lasted."""
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.passes(5)
    patient.station.on_error(1, WARNING)
    patient.sees(1, "Preparing", errorCode="HighTemperature")
    patient.passes(60)
    patient.hears_nothing()


def test_a_trigger_does_not_wait(patient: CoreScene) -> None:
    """5.17: current information."""
    patient.station.on_session_started(1, "s1", "EVConnected")
    assert patient.asks("TriggerMessage", requestedMessage="StatusNotification", connectorId=1)["status"] == "Accepted"
    patient.sees(1, "Preparing")
    patient.passes(60)
    patient.hears_nothing()


def test_connectors_have_their_own_duration() -> None:
    """9.1.20: a charge point or connector status."""
    scene = CoreScene(connectors=2, MinimumStatusDuration="10")
    scene.boots()
    scene.station.on_session_started(1, "a", "EVConnected")
    scene.passes(4)
    scene.station.on_session_started(2, "b", "EVConnected")
    scene.passes(6)
    scene.sees(1, "Preparing")
    scene.hears_nothing()
    scene.passes(4)
    scene.sees(2, "Preparing")


def test_a_changed_duration_counts_for_the_next_status(patient: CoreScene) -> None:
    """9.1.20, 5.3: Accepted is effective immediately."""
    patient.sets("MinimumStatusDuration", "0")
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.sees(1, "Preparing")


def test_a_status_that_was_to_last_is_told_once_after_a_reconnect(patient: CoreScene) -> None:
    """4.9: the burst says it; afterwards it is known."""
    patient.station.on_session_started(1, "s1", "EVConnected")
    patient.loses_link()
    patient.passes(5)
    patient.sees(0, "Available")
    patient.sees(1, "Preparing")
    patient.passes(60)
    patient.hears_nothing()


# -- told, not told ----------------------------------------------------------------------------------------------------


def test_every_connector_is_told_after_acceptance() -> None:
    """Errata 3.22: connectorId 0 and all connectors, with the status as it is."""
    scene = CoreScene(connectors=3)
    scene.starts()
    boot = scene.hears("BootNotification", SILENCE)
    scene.station.on_session_started(2, "s1", "EVConnected")
    scene.station.on_error(3, FAULT)
    scene.station.on_disabled(0)
    scene.hears_nothing()
    scene.answers(boot)
    scene.hears("SecurityEventNotification")
    scene.sees(0, "Unavailable")
    scene.sees(1, "Available")
    scene.sees(2, "Preparing")
    scene.sees(3, "Faulted", errorCode="GroundFailure", info="leak")
    scene.hears_nothing()


def test_no_history_is_told_after_having_been_offline() -> None:
    """4.9, rules 1 and 3."""
    scene = CoreScene()
    scene.boots()
    scene.loses_network()
    for session in ("a", "b"):
        scene.station.on_session_started(1, session, "EVConnected")
        scene.station.on_session_stopped(1, session)
    scene.station.on_disabled(1)
    scene.regains_network()
    scene.sees(0, "Available")
    scene.sees(1, "Unavailable")
    scene.hears_nothing()


def test_statuses_are_told_in_the_order_of_their_events() -> None:
    """4.9, rule 4: also when the Central System is slow to answer."""
    scene = CoreScene()
    scene.boots()
    scene.station.on_session_started(1, "s1", "EVConnected")
    scene.station.on_suspend_charging_evse(1)
    scene.station.on_resume_charging(1)
    first = scene.sees(1, "Preparing", answer=SILENCE)
    scene.hears_nothing()
    scene.passes(5)
    scene.answers(first)
    scene.sees(1, "SuspendedEVSE")
    scene.sees(1, "Charging")


# -- ReportSuspendedEVSEReasonChange -----------------------------------------------------------------------------------


def test_another_reason_of_a_pause_is_no_news_by_default() -> None:
    """handlers.md 1.6: the key is false."""
    scene = CoreScene()
    scene.boots()
    scene.transaction()
    scene.station.on_suspend_charging_evse(1, "NoEnergy")
    scene.sees(1, "SuspendedEVSE", info="NoEnergy")
    scene.station.on_suspend_charging_evse(1, "UserPause")
    scene.hears_nothing()


def test_another_reason_of_a_pause_is_told_if_wanted() -> None:
    """handlers.md 1.6: the key is true; the same reason once more is still none."""
    scene = CoreScene()
    scene.boots()
    scene.sets("ReportSuspendedEVSEReasonChange", "true")
    scene.transaction()
    for reason in ("NoEnergy", "UserPause", None, "UserPause"):
        scene.station.on_suspend_charging_evse(1, reason)
        scene.sees(1, "SuspendedEVSE", info=reason)
        scene.station.on_suspend_charging_evse(1, reason)
        scene.hears_nothing()


def is_asked_for(scene: CoreScene) -> None:
    """TriggerMessage."""
    assert scene.asks("TriggerMessage", requestedMessage="StatusNotification", connectorId=1)["status"] == "Accepted"


def is_back(scene: CoreScene) -> None:
    """After an outage."""
    scene.loses_link()
    scene.passes(10)
    scene.sees(0, "Available")


def is_sound_again(scene: CoreScene) -> None:
    """After a fault."""
    scene.station.on_error(1, FAULT)
    scene.sees(1, "Faulted")
    scene.station.on_all_errors_cleared(1)


TOLD_AFRESH = [is_asked_for, is_back, is_sound_again]


@pytest.mark.parametrize("is_told", TOLD_AFRESH)
@pytest.mark.parametrize("wanted", [True, False])
def test_the_reason_of_a_pause_is_told_with_it(is_told: Callable[[CoreScene], None], wanted: bool) -> None:
    """Whoever wants to know of another reason is told the one that holds, whenever the status is told; 4.9."""
    scene = accepted(ReportSuspendedEVSEReasonChange=str(wanted).lower())
    scene.transaction()
    for reason in ("NoEnergy", "UserPause"):
        scene.station.on_suspend_charging_evse(1, reason)
    scene.hears_all()
    is_told(scene)
    scene.sees(1, "SuspendedEVSE", info="UserPause" if wanted else None)
    scene.station.on_resume_charging(1)
    scene.sees(1, "Charging", info=None)
    scene.station.on_suspend_charging_evse(1)
    scene.sees(1, "SuspendedEVSE", info=None)
    is_told(scene)
    scene.sees(1, "SuspendedEVSE", info=None)
    scene.hears_nothing()


@pytest.mark.parametrize("offline", [True, False], ids=["while offline", "during a fault"])
def test_a_reason_that_changed_unseen_is_told_afterwards(offline: bool) -> None:
    """4.9: the present status, in the words that hold."""
    scene = accepted(ReportSuspendedEVSEReasonChange="true")
    scene.transaction()
    scene.station.on_suspend_charging_evse(1, "NoEnergy")
    scene.sees(1, "SuspendedEVSE", info="NoEnergy")
    if offline:
        scene.loses_network()
        scene.station.on_suspend_charging_evse(1, "UserPause")
        scene.regains_network()
        scene.sees(0, "Available")
    else:
        scene.station.on_error(1, FAULT)
        scene.sees(1, "Faulted", info="leak")
        scene.station.on_suspend_charging_evse(1, "UserPause")
        scene.hears_nothing()
        scene.station.on_error_cleared(1, "f")
    scene.sees(1, "SuspendedEVSE", info="UserPause")
    scene.hears_nothing()
    assert scene.status(1) == "SuspendedEVSE"
