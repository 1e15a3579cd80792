"""ChangeAvailability: answered, scheduled, performed, remembered.

Proves 5.2 and 4.9 (rows A8, C8, D8, E8, F8, G8, H1 to H5; Unavailable persists), for the Central System's request
and for ``on_change_availability``, which is to do the same. The hardware is asked; the status changes when it says so.
"""

from collections.abc import Callable

import pytest

from ocpp16sm.hardware import Disable, Enable
from ocpp16sm.messages import AvailabilityType, ChangeAvailabilityRequest, ChargePointErrorCode
from ocpp16sm.station_facts import ErrorInfo
from tests.support.scene import CoreScene, RefusedError, accepted

Changes = Callable[[CoreScene, int, str], str]


def _by_request(scene: CoreScene, connector: int, type: str) -> str:
    status: str = scene.asks("ChangeAvailability", connectorId=connector, type=type)["status"]
    return status


def _by_handler(scene: CoreScene, connector: int, type: str) -> str:
    request = ChangeAvailabilityRequest(connector_id=connector, type=AvailabilityType(type))
    return str(scene.station.on_change_availability(request).status)


@pytest.fixture(params=[_by_request, _by_handler], ids=["Central System", "on_change_availability"])
def changes(request: pytest.FixtureRequest) -> Changes:
    """Who wants the change: gives the status of the answer."""
    how: Changes = request.param
    return how


@pytest.fixture
def pair() -> CoreScene:
    """Two connectors; what the hardware was asked for at the start is forgotten."""
    scene = accepted(connectors=2)
    scene.orders()
    return scene


# -- an idle connector -------------------------------------------------------------------------------------------------


def test_an_idle_connector_goes_out_of_service_and_back(pair: CoreScene, changes: Changes) -> None:
    """A8, H1: Accepted; told when it has happened."""
    assert changes(pair, 1, "Inoperative") == "Accepted"
    assert pair.orders() == [Disable(1)]
    pair.hears_nothing()
    pair.station.on_disabled(1)
    pair.sees(1, "Unavailable", errorCode="NoError")
    assert changes(pair, 1, "Operative") == "Accepted"
    assert pair.orders() == [Enable(1)]
    pair.hears_nothing()
    pair.station.on_enabled(1)
    pair.sees(1, "Available")
    pair.hears_nothing()


@pytest.mark.parametrize("type", ["Operative", "Inoperative"])
@pytest.mark.parametrize("connector", [0, 1])
def test_a_change_to_what_is_already_so_is_accepted(
    pair: CoreScene, changes: Changes, connector: int, type: str
) -> None:
    """5.2; and no news."""
    changes(pair, connector, type)
    for place in (0, 1, 2) if connector == 0 else (1,):
        getattr(pair.station, "on_enabled" if type == "Operative" else "on_disabled")(place)
    pair.hears_all()
    assert changes(pair, connector, type) == "Accepted"
    for place in (0, 1, 2) if connector == 0 else (1,):
        getattr(pair.station, "on_enabled" if type == "Operative" else "on_disabled")(place)
    pair.hears_nothing()


@pytest.mark.parametrize("connector", [3, 99])
def test_an_unknown_connector_is_rejected(pair: CoreScene, changes: Changes, connector: int) -> None:
    """5.2: not able to change; nothing is asked of the hardware."""
    assert changes(pair, connector, "Inoperative") == "Rejected"
    assert pair.orders() == []
    pair.hears_nothing()


def test_the_last_of_two_quick_requests_counts(pair: CoreScene, changes: Changes) -> None:
    """5.2: before the hardware has done the first."""
    changes(pair, 1, "Inoperative")
    changes(pair, 1, "Operative")
    assert pair.orders() == [Disable(1), Enable(1)]
    pair.station.on_disabled(1)
    pair.station.on_enabled(1)
    assert [heard["status"] for heard in pair.hears_all()] == ["Unavailable", "Available"]


# -- a connector in use ------------------------------------------------------------------------------------------------


def test_a_running_transaction_is_not_disturbed(pair: CoreScene, changes: Changes) -> None:
    """5.2, C8 by way of F8: Scheduled; the status is told as ever; never Available in between (D12)."""
    pair.transaction()
    pair.orders()
    assert changes(pair, 1, "Inoperative") == "Scheduled"
    assert pair.orders() == []
    pair.station.on_suspend_charging_ev(1)
    pair.sees(1, "SuspendedEV")
    pair.ends()
    pair.hears("StopTransaction")
    pair.sees(1, "Finishing")
    assert pair.orders() == [Disable(1)]
    pair.station.on_session_stopped(1, "s1")
    pair.sees(1, "Unavailable")
    pair.station.on_disabled(1)
    pair.hears_nothing()


@pytest.mark.parametrize("handler", ["on_resume_charging", "on_suspend_charging_ev", "on_suspend_charging_evse"])
def test_a_session_that_ends_with_nothing_left_to_do_ends_unavailable(changes: Changes, handler: str) -> None:
    """C8, D8, E8: here a transaction without a session of its own."""
    scene = accepted()
    scene.begins()
    getattr(scene.station, handler)(1)
    scene.hears_all()
    assert changes(scene, 1, "Inoperative") == "Scheduled"
    scene.ends()
    scene.hears("StopTransaction")
    scene.sees(1, "Unavailable")
    scene.hears_nothing()


def test_a_station_may_take_the_connector_out_of_service_while_the_cable_is_in(changes: Changes) -> None:
    """F8; put back into service, it has somebody's cable in it: Preparing, as there is no H6 (H2)."""
    scene = accepted()
    scene.transaction()
    changes(scene, 1, "Inoperative")
    scene.ends()
    scene.hears_all()
    scene.station.on_disabled(1)
    scene.sees(1, "Unavailable")
    changes(scene, 1, "Operative")
    scene.station.on_enabled(1)
    scene.sees(1, "Preparing")


def test_a_change_waits_while_somebody_prepares(pair: CoreScene, changes: Changes) -> None:
    """station.md; there is no B8: Available, then Unavailable."""
    pair.station.on_session_started(1, "s1", "EVConnected")
    pair.sees(1, "Preparing")
    assert changes(pair, 1, "Inoperative") == "Scheduled"
    pair.station.on_session_stopped(1, "s1")
    assert [heard["status"] for heard in pair.hears_all()] == ["Available", "Unavailable"]
    assert pair.orders() == [Disable(1)]


def test_a_scheduled_change_can_be_taken_back(pair: CoreScene, changes: Changes) -> None:
    """5.2: while the transaction runs the answer is Scheduled; the newer request counts, no stale one later (D40)."""
    pair.transaction()
    assert changes(pair, 1, "Inoperative") == "Scheduled"
    assert changes(pair, 1, "Operative") == "Scheduled"
    pair.orders()
    pair.ends()
    pair.hears("StopTransaction")
    pair.sees(1, "Finishing")
    pair.station.on_session_stopped(1, "s1")
    pair.sees(1, "Available")
    assert Disable(1) not in pair.orders()


def test_a_change_is_taken_back_at_once_where_no_transaction_has_to_end(pair: CoreScene, changes: Changes) -> None:
    """5.2: while somebody prepares Scheduled, as asked for; in Finishing nothing has to be waited for."""
    pair.station.on_session_started(1, "s1", "EVConnected")
    pair.sees(1, "Preparing")
    changes(pair, 1, "Inoperative")
    assert changes(pair, 1, "Operative") == "Scheduled"
    pair.transaction(2, "s2")
    changes(pair, 2, "Inoperative")
    pair.ends(2, "s2")
    assert changes(pair, 2, "Operative") == "Accepted"


def test_a_connector_in_use_that_is_in_service_is_already_so(pair: CoreScene, changes: Changes) -> None:
    """5.2: Accepted, as nothing has to wait for the transaction."""
    pair.transaction()
    assert changes(pair, 1, "Operative") == "Accepted"
    pair.station.on_session_started(2, "s2", "EVConnected")
    assert changes(pair, 2, "Operative") == "Accepted"


def test_a_late_echo_of_the_station_does_not_undo_what_the_central_system_wants(
    pair: CoreScene, changes: Changes
) -> None:
    """5.2: on_enabled may answer an older order; the change that waits for the end of the transaction comes about."""
    pair.transaction()
    assert changes(pair, 1, "Inoperative") == "Scheduled"
    pair.station.on_enabled(1)
    pair.orders()
    pair.ends()
    pair.station.on_session_stopped(1, "s1")
    assert Disable(1) in pair.orders()


def test_a_scheduled_change_is_scheduled_when_asked_for_again(pair: CoreScene, changes: Changes) -> None:
    """5.2: it has not happened yet."""
    pair.transaction()
    assert [changes(pair, 1, "Inoperative") for _ in range(2)] == ["Scheduled", "Scheduled"]


def test_finishing_is_no_transaction(pair: CoreScene, changes: Changes) -> None:
    """5.2, F8: performed at once."""
    pair.transaction()
    pair.ends()
    pair.hears_all()
    pair.orders()
    assert changes(pair, 1, "Inoperative") == "Accepted"
    assert pair.orders() == [Disable(1)]
    pair.station.on_disabled(1)
    pair.sees(1, "Unavailable")


def test_a_reservation_does_not_keep_a_connector_in_service(pair: CoreScene, changes: Changes) -> None:
    """G8; the reservation is over (5.13), so what comes back into service is Available (no H7)."""
    pair.station.on_reservation_start(1)
    pair.sees(1, "Reserved")
    assert changes(pair, 1, "Inoperative") == "Accepted"
    pair.station.on_disabled(1)
    pair.sees(1, "Unavailable")
    changes(pair, 1, "Operative")
    pair.station.on_enabled(1)
    pair.sees(1, "Available")


def test_a_fault_hides_the_change_until_it_is_over(pair: CoreScene, changes: Changes) -> None:
    """A9, I8."""
    pair.station.on_error(1, ErrorInfo(uuid="f", error_code=ChargePointErrorCode.OTHER_ERROR, is_fault=True))
    pair.sees(1, "Faulted")
    assert changes(pair, 1, "Inoperative") == "Accepted"
    pair.station.on_disabled(1)
    pair.hears_nothing()
    pair.station.on_error_cleared(1, "f")
    pair.sees(1, "Unavailable")


def test_a_session_that_ends_before_its_transaction_does_not_end_the_use(pair: CoreScene, changes: Changes) -> None:
    """5.2: after the transaction has finished."""
    pair.transaction()
    changes(pair, 1, "Inoperative")
    pair.orders()
    pair.station.on_session_stopped(1, "s1")
    assert pair.orders() == []
    pair.hears_nothing()
    pair.ends()
    pair.hears("StopTransaction")
    pair.sees(1, "Unavailable")
    assert pair.orders() == [Disable(1)]


def test_a_car_that_leaves_does_not_undo_what_was_asked_for_last(pair: CoreScene, changes: Changes) -> None:
    """5.2: the hardware is about to put the connector back into service when the cable is pulled."""
    pair.transaction()
    changes(pair, 1, "Inoperative")
    pair.ends()
    pair.station.on_disabled(1)
    pair.hears_all()
    changes(pair, 1, "Operative")
    assert pair.orders()[-1] == Enable(1)
    pair.station.on_session_stopped(1, "s1")
    assert pair.orders() == []
    pair.station.on_enabled(1)
    pair.sees(1, "Available")


def test_a_connector_that_has_left_service_by_itself_is_not_told_to(pair: CoreScene) -> None:
    """handlers.md 1.10: ``on_disabled`` in mid-session waits for its end (D08, D09); the hardware knows already."""
    pair.transaction()
    pair.station.on_disabled(1)
    pair.orders()
    pair.ends()
    pair.station.on_session_stopped(1, "s1")
    assert [heard["status"] for heard in pair.hears_all("StatusNotification")] == ["Finishing", "Unavailable"]
    assert pair.orders() == []


# -- the whole charge point --------------------------------------------------------------------------------------------


def test_connector_zero_means_the_charge_point_and_all_connectors(pair: CoreScene, changes: Changes) -> None:
    """5.2: idle ones at once."""
    assert changes(pair, 0, "Inoperative") == "Accepted"
    pair.sees(0, "Unavailable")
    assert pair.orders() == [Disable(0), Disable(1), Disable(2)]
    for connector in (1, 2):
        pair.station.on_disabled(connector)
        pair.sees(connector, "Unavailable")
    assert changes(pair, 0, "Operative") == "Accepted"
    pair.sees(0, "Available")
    assert pair.orders() == [Enable(0), Enable(1), Enable(2)]
    for connector in (1, 2):
        pair.station.on_enabled(connector)
        pair.sees(connector, "Available")


def test_connector_zero_waits_for_those_in_use(pair: CoreScene, changes: Changes) -> None:
    """5.2: Scheduled if any is busy; the idle ones do not wait."""
    pair.transaction(2)
    pair.orders()
    assert changes(pair, 0, "Inoperative") == "Scheduled"
    assert pair.orders() == [Disable(0), Disable(1)]
    pair.sees(0, "Unavailable")
    pair.station.on_disabled(1)
    pair.sees(1, "Unavailable")
    pair.ends(2)
    pair.hears("StopTransaction")
    pair.sees(2, "Finishing")
    pair.station.on_session_stopped(2, "s1")
    pair.sees(2, "Unavailable")
    assert pair.orders() == [Disable(2)]


def test_one_connector_can_go_back_into_service_alone(pair: CoreScene, changes: Changes) -> None:
    """4.9: the status of connector 0 has no direct connection to the others'."""
    changes(pair, 0, "Inoperative")
    for connector in (1, 2):
        pair.station.on_disabled(connector)
    pair.hears_all()
    assert changes(pair, 1, "Operative") == "Accepted"
    pair.station.on_enabled(1)
    pair.sees(1, "Available")
    pair.hears_nothing()


# -- it is remembered --------------------------------------------------------------------------------------------------


def seen(scene: CoreScene) -> dict[int, str]:
    """The statuses that are told after a start."""
    return {heard["connectorId"]: heard["status"] for heard in scene.hears_all("StatusNotification")}


def test_unavailable_outlives_a_restart(pair: CoreScene, changes: Changes) -> None:
    """5.2, 4.9: MUST be persistent; the hardware, which has lost its memory, is told."""
    changes(pair, 1, "Inoperative")
    pair.station.on_disabled(1)
    pair.hears_all()
    pair.orders()
    pair.restarts()
    assert seen(pair) == {0: "Available", 1: "Unavailable", 2: "Available"}
    assert pair.orders(Enable, Disable) == [Enable(0), Disable(1), Enable(2)]
    changes(pair, 1, "Operative")
    pair.station.on_enabled(1)
    pair.hears_all()
    pair.restarts()
    assert seen(pair) == {0: "Available", 1: "Available", 2: "Available"}


def test_a_scheduled_change_is_in_force_after_a_power_loss(pair: CoreScene, changes: Changes) -> None:
    """handlers.md 4.4: the transaction that it waited for ended with the power."""
    pair.transaction()
    assert changes(pair, 0, "Inoperative") == "Scheduled"
    pair.hears_all()
    pair.restarts()
    assert seen(pair) == {0: "Unavailable", 1: "Unavailable", 2: "Unavailable"}


def test_a_resumed_transaction_is_not_disturbed_either(pair: CoreScene, changes: Changes) -> None:
    """5.2: what was scheduled is scheduled still."""
    pair.transaction()
    changes(pair, 1, "Inoperative")
    pair.hears_all()
    pair.orders()
    pair.restarts(resuming_sessions=frozenset({"s1"}))
    assert seen(pair)[1] not in ("Available", "Unavailable")
    assert pair.orders(Enable, Disable) == [Enable(0), Enable(2)]
    pair.ends()
    pair.station.on_session_stopped(1, "s1")
    assert [heard["status"] for heard in pair.hears_all("StatusNotification")] == ["Finishing", "Unavailable"]
    assert pair.orders() == [Disable(1)]


def test_a_change_that_was_taken_back_is_not_in_force_after_a_power_loss(pair: CoreScene, changes: Changes) -> None:
    """5.2."""
    pair.transaction()
    changes(pair, 1, "Inoperative")
    changes(pair, 1, "Operative")
    pair.restarts()
    assert seen(pair) == {0: "Available", 1: "Available", 2: "Available"}


def test_what_the_station_does_for_itself_is_not_remembered(pair: CoreScene) -> None:
    """4.9: Unavailable may be used for other purposes; what persists is what ChangeAvailability has set."""
    pair.station.on_disabled(1)
    pair.sees(1, "Unavailable")
    pair.restarts()
    assert seen(pair) == {0: "Available", 1: "Available", 2: "Available"}


def test_a_change_is_possible_offline(pair: CoreScene) -> None:
    """handlers.md 1.14: ``on_change_availability`` needs no connection; the status is told afterwards."""
    pair.loses_network()
    assert _by_handler(pair, 1, "Inoperative") == "Accepted"
    pair.station.on_disabled(1)
    pair.regains_network()
    assert seen(pair) == {0: "Available", 1: "Unavailable", 2: "Available"}


def test_a_type_that_is_none_is_refused(pair: CoreScene) -> None:
    """7.4."""
    with pytest.raises(RefusedError) as refused:
        pair.asks("ChangeAvailability", connectorId=1, type="Sometimes")
    assert refused.value.code == "PropertyConstraintViolation"
