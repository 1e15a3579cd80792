"""What the transcript of the frames says of them."""

import json
from io import StringIO
from typing import Any

from ocpp16sm.cli.console import SafeConsole
from ocpp16sm.cli.transcript import Transcript


def shown(action: str, payload: dict[str, Any]) -> str:
    page = StringIO()
    Transcript(SafeConsole(file=page, width=1000)).frame("cp>csms", json.dumps([2, "1", action, payload]))
    return page.getvalue()


def test_a_reading_has_its_measurand_phase_unit_and_occasion() -> None:
    power = {"measurand": "Power.Active.Import", "unit": "W"}
    samples = [
        {"value": "7360", **power},
        {"value": "3680", "phase": "L1", **power},
        {"value": "12", "unit": "Wh", "context": "Transaction.Begin"},
    ]
    line = shown("MeterValues", {"connectorId": 1, "meterValue": [{"timestamp": "x", "sampledValue": samples}]})
    assert line.rstrip().endswith(
        "MeterValues connectorId=1  Power.Active.Import=7360 W  Power.Active.Import L1=3680 W  "
        "Energy.Active.Import.Register=12 Wh (Transaction.Begin)"
    )
