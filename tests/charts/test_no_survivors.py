"""No small mistake in these charts goes unnoticed: ``ocpp16sm mutate`` makes each, and the named tests must fail.

The connector's chart is tried in test_mutations, in this process; that of the firmware update takes some minutes.
What survives is explained in ``survivors.toml``, and what is explained there must survive.
"""

import sys
import tomllib
from pathlib import Path

import pytest

from ocpp16sm.mutate import Runs, Subject, Verdict, mutants

TESTS = {
    "certificate_renewal:CertificateRenewal": (
        "core/test_certificate_renewal core/test_certificate_ages core/test_certificate_arrivals"
    ),
    "charge_point:ChargePoint": "core/test_availability core/test_errors core/test_status charts/test_defects",
    "credentials:Credentials": "core/test_credentials core/test_credentials_later",
    "firmware_update:FirmwareUpdate": "core/test_firmware_statuses core/test_firmware core/test_firmware_connectors "
    "core/test_firmware_restart core/test_signed_firmware core/test_install_date core/test_firmware_decided",
    "link:Link": "core/test_link core/test_link_loss",
    "log_upload:LogUpload": "core/test_log_uploads core/test_log_upload_life core/test_get_log",
    "registration:Registration": "core/test_registration_life core/test_registration core/test_heartbeat",
    "reservation:Reservation": "core/test_reservation_use core/test_reservation_ends core/test_reserve_now",
    "reset:Reset": "core/test_reset",
    "session_price:SessionPrice": "core/test_session_price_course core/test_session_costs core/test_pricing "
    "core/test_price_triggers",
    "transaction:Transaction": "core/test_authorization core/test_transaction_ids core/test_meter_values",
    "v2g_certificate:V2gCertificate": "core/test_v2g_certificate",
}

EXPLAINED = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8"))


@pytest.mark.long
@pytest.mark.parametrize("chart", TESTS)
def test_no_mutant_survives_that_is_not_explained(chart: str) -> None:
    module = chart.partition(":")[0]
    files = [f"tests/{name}.py" for name in TESTS[chart].split()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files]
    runs = Runs(Subject.named(f"statecharts.ocpp16.{chart}"), command, 2, f"ocpp16sm.generated.{module}")
    runs.rehearse()
    outcomes = list(runs.against(mutants(runs.subject)))
    assert {each.mutant.change for each in outcomes if each.verdict is Verdict.SURVIVED} == set(
        EXPLAINED.get(module, {})
    )
    assert any(each.verdict is Verdict.KILLED for each in outcomes)
