"""The 22 handlers take what the reference's handlers take, by the same names and in the same order."""

import inspect
from typing import get_args

import pytest

from ocpp16sm.base import words
from ocpp16sm.core.engine.inputs import BootReason
from ocpp16sm.generated.handlers import Handlers
from ocpp16sm.messages import (
    AvailabilityType,
    ChargePointErrorCode,
    ChargePointStatus,
    ChargingRateUnitType,
    DiagnosticsStatus,
    FirmwareUpdateStatus,
    Location,
    Reason,
    UploadLogStatus,
)
from ocpp16sm.messages.plug_and_charge_types import EVCertificateAction
from ocpp16sm.station_facts import SessionStartedReason
from statecharts.ocpp16.handlers import HANDLERS

REFERENCE = {
    "on_meter_values": "connector measurement",
    "on_max_current_offered": "connector max_current",
    "on_max_power_offered": "connector max_power",
    "on_session_started": "connector session_id reason session_logging_path?",
    "on_session_stopped": "connector session_id",
    "on_transaction_started": (
        "connector session_id id_token meter_start reservation_id timestamp signed_meter_value?"
    ),
    "on_transaction_stopped": (
        "connector session_id reason timestamp energy_wh_import "
        "id_tag_end? signed_meter_value? start_signed_meter_value?"
    ),
    "on_suspend_charging_ev": "connector info?",
    "on_suspend_charging_evse": "connector info?",
    "on_resume_charging": "connector",
    "on_error": "connector error_info",
    "on_error_cleared": "connector uuid",
    "on_all_errors_cleared": "connector",
    "on_log_status_notification": "request_id log_status",
    "on_firmware_update_status_notification": "request_id status disable_connectors_during_install?",
    "on_reservation_start": "connector",
    "on_reservation_end": "connector",
    "on_enabled": "connector",
    "on_disabled": "connector",
    "on_plugin_timeout": "connector",
    "on_security_event": "event_type tech_info? critical? timestamp?",
    "on_change_availability": "request",
}
"""Handler -> its parameters in order (handlers.md, section 1); with a question mark, those that have a default."""


def test_these_are_the_handlers() -> None:
    assert [handler.name for handler in HANDLERS] == list(REFERENCE)


@pytest.mark.parametrize("name", REFERENCE)
def test_a_handler_takes_what_the_reference_takes(name: str) -> None:
    """reservation_id stands before the time, which is required: it may be None, and has to be given."""
    _self, *taken = inspect.signature(getattr(Handlers, name)).parameters.values()
    shown = [each.name + ("" if each.default is each.empty else "?") for each in taken]
    assert " ".join(shown) == REFERENCE[name]
    assert {each.kind for each in taken} == {inspect.Parameter.POSITIONAL_OR_KEYWORD}


@pytest.mark.parametrize(
    "kind",
    [
        AvailabilityType,
        BootReason,
        ChargePointErrorCode,
        ChargePointStatus,
        ChargingRateUnitType,
        DiagnosticsStatus,
        EVCertificateAction,
        FirmwareUpdateStatus,
        Location,
        Reason,
        SessionStartedReason,
        UploadLogStatus,
    ],
)
def test_the_words_for_a_type_checker_are_those_of_the_enumeration(kind: type) -> None:
    assert set(get_args(getattr(words, f"{kind.__name__}Word"))) == {str(word) for word in kind}  # type: ignore[attr-defined]
