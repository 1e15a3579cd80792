"""What is wrong with the reference implementation, and which test shows that it is right here.

Q: behaviour that reference/queue.md marks as a defect, by its section. D: numbers of reference/handlers.md 10. Each row
names the test that would fail if we did the same, or says which later part of the specification it belongs to.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

QUEUE: dict[str, tuple[str, str]] = {
    "Q01 1.2": ("a request that is being dealt with holds all of ours back", "core/test_queue_order.py"),
    "Q02 1.2": ("a wall clock that is set back silences the queue", "core/test_queue_order.py"),
    "Q03 1.2": ("a request named after a response silences the queue", "core/test_queue_order.py"),
    "Q04 1.3": ("BootNotification is kept on disk, and sent twice", "core/test_link_loss.py"),
    "Q05 1.3": ("Authorize is queued, and the customer refused", "core/test_link_loss.py"),
    "Q06 1.4": ("what was in flight waits for its time-out after a reconnect", "core/test_link_loss.py"),
    "Q07 1.5": ("a malformed StartTransaction.conf puts the queue to sleep", "core/test_answers.py"),
    "Q08 1.5": ("a malformed BootNotification.conf is the end of registering", "core/test_answers.py"),
    "Q09 1.6": ("BootNotification is given up", "core/test_link_loss.py"),
    "Q10 1.6": ("one attempt by default", "core/test_retries.py"),
    "Q11 1.6": ("waits counted from when a message was made", "core/test_retries.py"),
    "Q12 1.6": ("a lost connection counts as an attempt", "core/test_retries.py"),
    "Q13 1.6": ("one timer for all that waits", "core/test_retries.py"),
    "Q14 1.6": ("security events and transactions hold each other up", "core/test_queue_order.py"),
    "Q15 1.7": ("the queue is read without an order", "core/test_queue_order.py"),
    "Q16 1.9": ("the new message id of a start is not kept", "core/test_transaction_ids.py"),
    "Q17 1.9": ("readings of a start that was sent again have no transactionId", "core/test_transaction_ids.py"),
    "Q18 1.9": ("after a restart a placeholder is taken for the id", "core/test_transaction_ids.py"),
    "Q19 1.9": ("after a restart a transaction is stopped twice", "core/test_transaction_ids.py"),
    "Q20 1.9": ("a transaction without an id is called by a random number", "core/test_transaction_ids.py"),
    "Q21 1.10": ("idTagInfo of StopTransaction.conf is not remembered", "core/test_other_defects.py"),
    "Q22 2.2": ("triggered MeterValues wait until Accepted", "core/test_registration.py"),
    "Q23 2.2": ("what was accepted cannot be taken back", "core/test_registration.py"),
    "Q24 2.2": ("a restart is still Accepted", "core/test_registration.py"),
    "Q26 3": ("an unknown action is answered under the id -1", "core/test_framing.py"),
    "Q32 5.3": ("a stop that was given up is made anew at each boot", "core/test_transaction_ids.py"),
}

OTHERS: dict[str, tuple[str, str]] = {
    "1.10": ("StopTransaction that is too long", "core/test_stop_data.py::test_readings_are_thinned_to_fit"),
    "3 fragments": ("a message in fragments is several", "shell/test_transport.py::test_a_message_in_fragments"),
    "4.1": ("an id is not escaped", "shell/test_settings.py::test_the_id_is_percent_encoded"),
    "4.6": ("a number with something behind it is a number", "core/test_configuration.py::test_an_integer_has_bounds"),
    "6 ids": ("ids remembered for ever", "shell/test_logs.py::test_calls_that_nobody_answers_are_forgotten"),
    "6 rotation": ("the newest is deleted", "shell/test_logs.py::test_a_full_file_is_put_aside_and_the_oldest_is"),
    "6 cleared": ("a log that is cleared locks up", "shell/test_logs.py::test_a_log_that_deletes_rows_says_so"),
    "6 secrets": ("secrets in logs", "shell/test_secrets.py::test_redacted_text_may_show_idtags_but_no_secret"),
    "7": ("a long value makes GetConfiguration fail", "core/test_configuration.py::test_a_value_too_long_for_the_wire"),
    "7 GetLog": ("an answer without a status", "core/test_get_log.py::test_where_there_is_nothing_to_upload"),
    "4.5": ("a new key without a way back", "core/test_credentials.py::test_a_new_key_that_is_refused"),
    "2.3": (
        "renewal is dead after the first disconnect",
        "core/test_certificate_ages.py::test_a_renewal_survives_connections_that_break",
    ),
    "1.8": ("callers of thinned messages wait", "core/test_queue_limits.py::test_a_caller_whose_message_was_dropped"),
}
"""Defects of queue.md whose tests have names of their own."""

HANDLERS: dict[str, tuple[str, ...]] = {
    **{f"D{number:02}": ("core/test_connector_defects.py",) for number in (*range(5, 19), 24, 40)},
    **{f"D{number:02}": ("core/test_other_defects.py",) for number in (19, 20, 23, 32, 33, 34, 37, 38, 45, 47, 48)},
    "D05": ("core/test_connector_defects.py", "core/test_refusals.py", "charts/test_defects.py"),
    "D18": ("core/test_connector_defects.py", "core/test_reservation_ends.py", "charts/test_defects.py"),
    "D21": ("core/test_firmware_restart.py",),
    "D22": ("core/test_firmware_statuses.py",),
    "D28": ("core/test_transaction_ids.py",),
    "D31": ("core/test_transaction_ids.py",),
    "D39": ("core/test_registration.py",),
    "D44": ("core/test_registration.py",),
    "D46": ("core/test_charging_remote_start.py",),
    "D51": ("core/test_charging_limits.py",),
}
"""Number -> modules with a test whose name begins with it."""

SAID_OTHERWISE: dict[str, str] = {
    "D21": "core/test_firmware_connectors.py::test_connectors_return_to_service_when_the_update_is_over",
    "D25": "core/test_transaction_ids.py::test_a_transaction_that_was_wholly_offline_is_told_with_its_id",
    "D26": "core/test_transaction_ids.py::test_q20_a_transaction_whose_start_cannot_be_delivered_is_called_minus_one",
    "D27": "core/test_transaction_ids.py::test_what_was_made_before_the_start_was_answered_waits_for_the_id",
    "D29": "core/test_transaction_ids.py::test_q16_the_id_is_found_after_a_retry_and_a_restart",
    "D30": "core/test_retries.py::test_q11_time_spent_offline_uses_up_no_attempt",
    "D35": "core/test_measurands.py::test_a_measurand_is_reported_of_every_phase_that_is_measured",
    "D36": "core/test_stop_data.py::test_what_is_sent_and_what_is_kept_are_chosen_apart",
    "D42": "core/test_transaction_ids.py::test_q18_a_resumed_transaction_is_sampled",
    "D43": "core/test_restart.py::test_a_transaction_ends_with_the_last_reading_that_is_known",
    "D49": "core/test_triggers.py::test_without_a_connector_all_of_them_are_meant",
    "handlers.md 8.12": "core/test_reservation_ends.py::test_out_of_service_ends_a_reservation_for_good",
    "handlers.md 8.13": "core/test_reserve_now.py::test_what_cannot_be_reserved_is_not_and_the_answer_says_why",
    "profiles.md 3.3 EVSE 1": "core/test_reserve_now.py::test_each_connector_has_a_reservation_of_its_own",
    "EVerest/EVerest#1067": "core/test_reservation_use.py::test_everest_1067_a_card_does_not_use_a_reservation",
    "EVerest/libocpp#999": "core/test_reservation_ends.py::test_out_of_service_ends_a_reservation_for_good",
}


PROFILES: dict[str, tuple[str, str]] = {
    "1.3 full": (
        "a full store refuses even what replaces",
        "core/test_charging_profiles.py::test_no_more_are_installed_than_there_may_be",
    ),
    "1.3 fan-out": (
        "a default of all, replaced at one connector, is lost for it and after a restart for all",
        "core/test_charging_profiles.py::test_a_connectors_own_default_stands_for_that_of_all_on_its_level",
    ),
    "1.4 one level": (
        "of profiles on one level at several connectors one is kept on disk",
        "core/test_charging_transactions.py::test_b14_profiles_of_one_level_at_several_connectors",
    ),
    "1.4 resumed": (
        "a resumed transaction has lost its profiles, and gets no others",
        "core/test_charging_transactions.py::test_b14_a_profile_goes_on_with_a_transaction_that_is_resumed",
    ),
    "1.4 expired": (
        "profiles whose time is over count until the next day",
        "core/test_charging_profiles.py::test_one_that_is_over_takes_no_room",
    ),
    "1.6 limits": (
        "limits that are no multiple of 0.1",
        "core/test_charging_limits.py::test_a_schedule_is_told_in_the_unit_asked_for",
    ),
    "6.2 use omitted": (
        "GetInstalledCertificateIds without a use lists three of the five kinds, or refuses",
        "core/test_contract_roots.py::test_without_a_use_all_are_listed",
    ),
    "6.2 refused": (
        "a certificate of the V2G kind that is refused is no event that is told",
        "core/test_v2g_certificate.py::test_a_certificate_that_is_refused_is_an_event_that_is_told",
    ),
    "6.2 retries": (
        "CertSigningWaitMinimum and CertSigningRepeatTimes are never used",
        "core/test_v2g_certificate.py::test_a_promise_that_is_not_kept_is_asked_for_again",
    ),
    "6.3 status": (
        "data of a transfer that was not Accepted counts",
        "core/test_contract_authorization.py::test_data_of_a_transfer_that_was_refused_lets_nobody_charge",
    ),
    "6.3 timers": (
        "the timers for certificates stop at a disconnect",
        "core/test_v2g_certificate.py::test_what_was_due_without_a_connection_is_asked_for_when_there_is_one",
    ),
    "6.4 false certificates": (
        "a certificate that is known to be false or expired is asked about, by its hash data",
        "core/test_contract_authorization.py::test_the_table_with_a_connection",
    ),
    "7.1 Language": (
        "the key Language cannot be changed",
        "core/test_pricing.py::test_language_is_one_that_is_supported",
    ),
    "7.1 decimals": (
        "a cost is cut off, not rounded; the number of decimals is that of the first charge point of the process",
        "core/test_session_costs.py::test_a_cost_is_shown_with_so_many_decimals",
    ),
    "7.1 idle fee": (
        "CustomIdleFeeAfterStop does nothing, and ConnectorUnplugged is never sent",
        "core/test_session_costs.py::test_being_idle_costs_until_the_connector_is_unplugged",
    ),
    "7.2 Idle": ("a state Idle is lost", "core/test_session_costs.py::test_an_idle_state_is_not_lost"),
    "7.2 transactionId": (
        "a transactionId that is no number is answered with a CALLERROR",
        "core/test_session_costs.py::test_what_belongs_to_no_session_is_rejected_with_a_reason",
    ),
    "7.3 lock": (
        "a price that comes before the answer to Authorize blocks the connection",
        "core/test_default_price.py::test_a_price_that_comes_before_the_answer_is_not_waited_for",
    ),
    "7.3 serialised": (
        "whoever waits for a price holds up everybody else",
        "core/test_default_price.py::test_nobody_waits_for_somebody_else_s_price",
    ),
    "7.4 offset": (
        "a time for a reading is shifted by TimeOffset, minutes by the wrong sign",
        "core/test_price_triggers.py::test_time_comes_once_and_is_not_shifted",
    ),
    "7.4 integers": (
        "5.9 kWh are read as 5",
        "core/test_price_triggers.py::test_on_any_curve_energy_is_told_exactly_when_it_is_reached",
    ),
}
"""Defects and doubts of profiles.md, by section, and their tests."""


@cache
def _tests_in(module: str) -> frozenset[str]:
    tree = ast.parse((TESTS / module).read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("row", "module"), [(row, module) for row, (_, module) in QUEUE.items()], ids=list(QUEUE))
def test_each_defect_of_the_queue_has_a_test(row: str, module: str) -> None:
    """Its name has the number; where it is a row of a table, its id has."""
    number = row.split()[0]
    named = any(f"{number.lower()}_" in name for name in _tests_in(module))
    assert named or f'id="{number} ' in (TESTS / module).read_text()


@pytest.mark.parametrize(("number", "modules"), HANDLERS.items(), ids=list(HANDLERS))
def test_each_defect_of_the_handlers_has_a_test(number: str, modules: tuple[str, ...]) -> None:
    """Its name has the number."""
    for module in modules:
        assert any(f"{number.lower()}_" in name for name in _tests_in(module)), module


NAMED = {**{row: test for row, (_, test) in {**OTHERS, **PROFILES}.items()}, **SAID_OTHERWISE}


@pytest.mark.parametrize(("row", "test"), NAMED.items(), ids=list(NAMED))
def test_each_other_defect_has_a_test(row: str, test: str) -> None:
    """The one that is named, or one whose name begins so."""
    module, name = test.split("::")
    assert any(each.startswith(name) for each in _tests_in(module)), row
