"""Defects D05 to D18 and D24 of the reference implementation (libocpp), as far as a chart can have or lack them.

One test a defect, named after it. The docstring says what libocpp does and what is right, with the clause. The
connector is the compiled chart on a stand-in for the core (``place.py``): what counts is which statuses are reported.
"""

from typing import Any

import pytest

from ocpp16sm.errors import EventNotAllowedError
from ocpp16sm.generated.charge_point import ChargePointMachine
from ocpp16sm.generated.connector import ConnectorMachine
from ocpp16sm.generated.transaction import TransactionMachine
from tests.charts.reporting_connector import AGAIN, ANOTHER_REASON, REFUSED, ReportingConnector

RUNNING = "transaction_running"
CABLE_IN = "user_action_required"
TAG = "identified"

IN_USE = ("Preparing", "Charging", "SuspendedEV", "SuspendedEVSE")
ENERGY = IN_USE[1:]
FLOWS = ("energy_flowed", "ev_suspended", "evse_suspended")


@pytest.fixture
def connector() -> ReportingConnector:
    """A connector, Available."""
    return ReportingConnector(ConnectorMachine)


def test_d05_connector_0_knows_no_usage() -> None:
    """libocpp runs the whole table on connector 0. Right: Available, Unavailable and Faulted only (4.9)."""
    assert set(ChargePointMachine.events) == {"enabled", "disabled", "fault_raised", "fault_cleared"}


def test_d06_a_connector_found_faulted_recovers(connector: ReportingConnector) -> None:
    """libocpp cannot leave an initial Faulted. Right: I1, the fault is resolved."""
    assert connector.in_("Available", "Operative", "Faulted").told("fault_cleared") == ["Available"]


@pytest.mark.parametrize("event", ["session_started", "session_ended", *FLOWS])
def test_d07_a_session_during_a_fault_does_not_put_a_connector_back_into_service(
    connector: ReportingConnector, event: str
) -> None:
    """libocpp forgets an Inoperative connector when a session stops during a fault. Right: only ChangeAvailability
    makes it operative (5.2), so that Faulted clears to Unavailable (I8).
    """
    connector.in_("Available", "Inoperative", "Faulted")
    assert connector.told(event) == []
    assert connector.told("fault_cleared") == ["Unavailable"]


@pytest.mark.parametrize("event", ["session_started", "session_ended", *FLOWS])
def test_d07_a_plug_during_a_fault_does_not_consume_a_reservation(connector: ReportingConnector, event: str) -> None:
    """libocpp lets a plug without its tag take a connector that was reserved, if it is faulted. Right: G2 needs the
    reservation's identity; it is still reserved when the fault is resolved (I7).
    """
    connector.in_("Reserved", "Operative", "Faulted")
    assert connector.told(event) == []
    assert connector.told("fault_cleared") == ["Reserved"]


def test_d07_a_reserved_transaction_begun_during_a_fault_uses_the_reservation(connector: ReportingConnector) -> None:
    """libocpp leaves such a connector Reserved through the whole transaction. Right: G2, seen when the fault clears."""
    connector.in_("Reserved", "Operative", "Faulted")
    assert connector.told("transaction_started", RUNNING) == []
    assert connector.told("fault_cleared", RUNNING) == ["Preparing"]


@pytest.mark.parametrize("usage", [*IN_USE, "Finishing", "Available", "Reserved"])
def test_d08_enabling_an_operative_connector_changes_nothing(connector: ReportingConnector, usage: str) -> None:
    """libocpp reports Available from any state, in mid-transaction too. Right: it was in service already (5.2)."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("enabled", RUNNING) == []
    assert connector.configuration == (usage, "Operative", "Sound")


def test_d09_disabling_while_preparing_waits_for_the_end_of_the_use(connector: ReportingConnector) -> None:
    """libocpp ignores it, and the connector becomes Available. Right: it is scheduled (5.2); there is no B8, so the
    end is B1 and then A8.
    """
    connector.in_("Preparing", "Operative", "Sound")
    assert connector.told("disabled") == []
    assert connector.told("session_ended") == ["Available", "Unavailable"]


def test_d09_a_transaction_that_began_meanwhile_ends_unavailable(connector: ReportingConnector) -> None:
    """As above; by way of C8."""
    connector.in_("Preparing", "Operative", "Sound")
    assert connector.told("disabled") == []
    assert connector.told("energy_flowed", RUNNING) == ["Charging"]
    assert connector.told("transaction_stopped") == ["Unavailable"]


def test_d09_disabling_while_finishing_takes_effect_at_once(connector: ReportingConnector) -> None:
    """F8: the transaction is over; nothing is in use that would have to be waited for (5.2)."""
    assert connector.in_("Finishing", "Operative", "Sound").told("disabled") == ["Unavailable"]
    assert connector.in_("Finishing", "Scheduled", "Sound").told("disabled") == ["Unavailable"]


@pytest.mark.parametrize(("event", "cell"), [("session_started", "H2"), *zip(FLOWS, ("H3", "H4", "H5"), strict=True)])
def test_d10_use_of_an_unavailable_connector_is_not_reported(
    connector: ReportingConnector, event: str, cell: str
) -> None:
    """libocpp leaves Unavailable when somebody plugs in. Right: rows H2 to H5 are what ``Set Available`` finds."""
    status = {"H2": "Preparing", "H3": "Charging", "H4": "SuspendedEV", "H5": "SuspendedEVSE"}[cell]
    connector.in_("Available", "Inoperative", "Sound")
    assert connector.told(event) == []
    assert connector.told("enabled") == [status]


def test_d10_a_cable_left_in_an_unavailable_connector_is_preparing_when_it_returns(
    connector: ReportingConnector,
) -> None:
    """There is no H6: put into service with the cable of the last session still in, it is H2."""
    assert connector.in_("Finishing", "Inoperative", "Sound").told("enabled") == ["Preparing"]


def test_d10_no_reservation_is_made_on_an_unavailable_connector(connector: ReportingConnector) -> None:
    """There is no H7, and ReserveNow is to be answered Unavailable (5.13)."""
    connector.in_("Available", "Inoperative", "Sound")
    assert connector.told("reservation_started") == []
    assert connector.told("enabled") == ["Available"]


@pytest.mark.parametrize("usage", IN_USE)
@pytest.mark.parametrize("availability", ["Operative", "Scheduled", "Inoperative"])
def test_d11_a_session_that_ends_before_its_transaction_changes_nothing(
    connector: ReportingConnector, usage: str, availability: str
) -> None:
    """libocpp reports Available while the transaction runs. Right: the use goes on until it stops (C1: the session
    ends), and frees the connector then.
    """
    connector.in_(usage, availability, "Sound")
    assert connector.told("session_ended", RUNNING) == []
    assert connector.configuration == (usage, availability, "Sound")


@pytest.mark.parametrize("event", ["session_ended", "transaction_stopped"])
@pytest.mark.parametrize("usage", ENERGY)
def test_d12_a_scheduled_change_takes_effect_in_the_step_that_ends_the_use(
    connector: ReportingConnector, usage: str, event: str
) -> None:
    """libocpp reports Available first and Unavailable after. Right: C8, D8, E8 in one step."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("inoperative_requested", RUNNING) == []
    assert connector.told(event) == ["Unavailable"]


@pytest.mark.parametrize("usage", IN_USE)
def test_d12_with_the_cable_still_in_the_scheduled_change_waits_for_f8(
    connector: ReportingConnector, usage: str
) -> None:
    """C6, D6, E6 (B6 of a transaction without energy), then F8 when all user actions are completed."""
    connector.in_(usage, "Scheduled", "Sound")
    assert connector.told("transaction_stopped", CABLE_IN) == ["Finishing"]
    assert connector.told("session_ended") == ["Unavailable"]


@pytest.mark.parametrize("request_", ["enabled", "operative_requested"])
@pytest.mark.parametrize("usage", [*IN_USE, "Finishing"])
def test_d12_the_newer_request_counts(connector: ReportingConnector, usage: str, request_: str) -> None:
    """A scheduled change is withdrawn by a request for Operative (5.2); the use ends Available (see also D40)."""
    connector.in_(usage, "Scheduled", "Sound")
    assert connector.told(request_) == []
    assert connector.told("session_ended") == ["Available"]


@pytest.mark.parametrize("usage", ["Available", "Reserved", "Finishing"])
def test_d12_a_request_for_an_idle_connector_waits_for_the_hardware(connector: ReportingConnector, usage: str) -> None:
    """The request alone changes nothing; ``disabled``, the hardware's word, does (A8, F8, G8)."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("inoperative_requested") == []
    assert connector.told("disabled") == ["Unavailable"]
    assert connector.told("operative_requested") == []


def test_d13_a_running_transaction_does_not_start_again() -> None:
    """libocpp overwrites the first transaction and orphans it. Right: one at a time; the chart refuses the event, and
    the core refuses the handler (its own tests).
    """
    calls: list[str] = []

    class Hooks:
        def __getattr__(self, name: str) -> Any:
            return lambda: calls.append(name)

    machine = TransactionMachine(Hooks())
    assert machine.started()
    with pytest.raises(EventNotAllowedError):
        machine.started()
    assert calls == ["announce_start", "announce_signed_begin", "tell_started", "arm_sampling"]


@pytest.mark.parametrize("usage", IN_USE)
def test_d13_a_connector_in_use_hears_of_its_transaction_without_a_change(
    connector: ReportingConnector, usage: str
) -> None:
    """The status follows the energy, not the paper: Preparing until B3, B4 or B5."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("transaction_started", RUNNING) == []
    assert connector.told("session_started", TAG) == []
    assert connector.configuration[0] == usage


@pytest.mark.parametrize("usage", ["Available", "Finishing", "Reserved"], ids=["A2", "F2", "G2"])
def test_d14_a_transaction_without_a_session_begins_with_preparing(connector: ReportingConnector, usage: str) -> None:
    """libocpp stays Finishing (or Reserved) for the whole transaction. Right: F2 (G2, A2), then Charging (B3)."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("transaction_started", RUNNING) == ["Preparing"]
    assert connector.told("energy_flowed", RUNNING) == ["Charging"]


@pytest.mark.parametrize("event", ["session_started", "transaction_started"])
def test_d14_a_user_may_begin_anew_while_finishing(connector: ReportingConnector, event: str) -> None:
    """F2: reconnects the cable or presents the idTag again."""
    assert connector.in_("Finishing", "Operative", "Sound").told(event) == ["Preparing"]


@pytest.mark.parametrize("event", FLOWS)
@pytest.mark.parametrize("usage", ["Finishing", "Reserved"])
def test_d14_late_news_of_energy_changes_nothing(connector: ReportingConnector, usage: str, event: str) -> None:
    """There is no F3, F4, F5 and no G3, G4, G5 (4.9)."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told(event) == []
    assert connector.configuration[0] == usage


@pytest.mark.parametrize("usage", IN_USE)
def test_d16_the_transaction_of_a_car_that_left_ends_finishing_or_free(
    connector: ReportingConnector, usage: str
) -> None:
    """libocpp reports nothing until the session ends. Right: C6 while somebody must still act, else C1 (4.9, 4.10)."""
    assert connector.in_(usage, "Operative", "Sound").told("transaction_stopped", CABLE_IN) == ["Finishing"]
    assert connector.in_(usage, "Operative", "Sound").told("transaction_stopped") == ["Available"]


@pytest.mark.parametrize("usage", ["Preparing", "Charging", "SuspendedEVSE"])
def test_d16_a_car_that_left_a_transaction_that_goes_on_is_suspended(connector: ReportingConnector, usage: str) -> None:
    """libocpp ignores StopTransactionOnEVSideDisconnect. Right: if it is false, SuspendedEV with that info (4.10)."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("ev_side_disconnected", RUNNING) == ["SuspendedEV"]


def test_d16_if_it_was_suspended_already_only_the_words_are_new(connector: ReportingConnector) -> None:
    """As above: SuspendedEV is said once more, for its info."""
    connector.in_("SuspendedEV", "Operative", "Sound")
    assert connector.told("ev_side_disconnected", RUNNING) == [AGAIN]
    assert connector.told("ev_suspended", RUNNING) == []


def test_d16_a_suspension_by_the_station_may_get_another_reason(connector: ReportingConnector) -> None:
    """ReportSuspendedEVSEReasonChange decides in the core; the chart says it each time."""
    connector.in_("SuspendedEVSE", "Operative", "Sound")
    assert connector.told("evse_suspended", RUNNING) == [ANOTHER_REASON]


@pytest.mark.parametrize("usage", ["Available", "Reserved", "Finishing"])
@pytest.mark.parametrize("event", ["transaction_stopped", "ev_side_disconnected"])
def test_d16_where_nothing_is_in_use_there_is_nothing_to_stop(
    connector: ReportingConnector, usage: str, event: str
) -> None:
    """libocpp logs and goes on. Right: the caller is told, and nothing has changed."""
    assert connector.in_(usage, "Operative", "Sound").told(event) == [REFUSED]
    assert connector.configuration == (usage, "Operative", "Sound")


def test_d18_a_fault_ends_a_reservation(connector: ReportingConnector) -> None:
    """libocpp keeps it. Right: the reservation is terminated when the connector becomes Faulted (5.13)."""
    connector.in_("Reserved", "Operative", "Sound")
    assert connector.told("fault_raised") == ["Faulted"]
    assert connector.told("fault_cleared") == ["Available"]


def test_d18_going_out_of_service_ends_a_reservation(connector: ReportingConnector) -> None:
    """As above (5.13: Unavailable); G8, then H1."""
    connector.in_("Reserved", "Operative", "Sound")
    assert connector.told("disabled") == ["Unavailable"]
    assert connector.told("enabled") == ["Available"]


@pytest.mark.parametrize("usage", IN_USE)
def test_d18_a_fault_does_not_end_a_use_and_what_happens_meanwhile_counts(
    connector: ReportingConnector, usage: str
) -> None:
    """The session lives on under the fault: I2 to I5; stopped meanwhile it is Finishing (I6), ended Available (I1)."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("fault_raised", RUNNING) == ["Faulted"]
    assert connector.told("fault_cleared", RUNNING) == [usage]
    assert connector.told("fault_raised", RUNNING) == ["Faulted"]
    assert connector.told("transaction_stopped", CABLE_IN) == []
    assert connector.told("fault_cleared", CABLE_IN) == ["Finishing"]
    assert connector.told("fault_raised", CABLE_IN) == ["Faulted"]
    assert connector.told("session_ended") == []
    assert connector.told("fault_cleared") == ["Available"]


def test_d24_a_plug_without_a_tag_times_out(connector: ReportingConnector) -> None:
    """B6: usage was initiated, but no idTag was presented in time."""
    assert connector.in_("Preparing", "Operative", "Sound").told("connection_timed_out") == ["Finishing"]


@pytest.mark.parametrize("usage", [*IN_USE, "Available", "Reserved", "Finishing"])
def test_d24_a_timeout_that_comes_late_changes_nothing(connector: ReportingConnector, usage: str) -> None:
    """libocpp reports Finishing even in mid-transaction. Right: B6 is from Preparing, before a transaction."""
    connector.in_(usage, "Operative", "Sound")
    assert connector.told("connection_timed_out", RUNNING) == []
    assert connector.configuration[0] == usage


@pytest.mark.parametrize(("truths", "said"), [((TAG,), ["Preparing"]), ((), [])], ids=["tag", "plug"])
def test_a_reserved_connector_waits_for_the_tag(
    connector: ReportingConnector, truths: tuple[str, ...], said: list[str]
) -> None:
    """G2: the reservation's identity is presented; a plug alone leaves it Reserved (handlers.md 1.2)."""
    assert connector.in_("Reserved", "Operative", "Sound").told("session_started", *truths) == said


@pytest.mark.parametrize(("event", "status"), [("reservation_ended", "Available"), ("session_ended", "Reserved")])
def test_a_reservation_ends_when_it_expires_or_is_cancelled(
    connector: ReportingConnector, event: str, status: str
) -> None:
    """G1; the end of some session is no such thing."""
    connector.in_("Reserved", "Operative", "Sound").told(event)
    assert connector.status == status


@pytest.mark.parametrize(("event", "status"), [*zip(FLOWS, ENERGY, strict=True)], ids=FLOWS)
@pytest.mark.parametrize("usage", ["Available", *IN_USE])
def test_the_status_follows_the_energy(connector: ReportingConnector, usage: str, event: str, status: str) -> None:
    """A3 to A5, B3 to B5, C4, C5, D3, D5, E3, E4; what is so already is not said again, but for another reason."""
    connector.in_(usage, "Operative", "Sound")
    again = [ANOTHER_REASON] if event == "evse_suspended" else []
    assert connector.told(event) == (again if usage == status else [status])
    assert connector.configuration == (status, "Operative", "Sound")
