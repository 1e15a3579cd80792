"""The session that all peers play in the benchmarks: eight requests, as SAP's simulator makes them (peers.md 3.0).

StatusNotification Preparing, StartTransaction, StatusNotification Charging, MeterValues twice (three values each),
StopTransaction, StatusNotification Finishing and Available.
"""

from collections.abc import Callable, Iterator

from ocpp16sm import Measurement, PerPhase, Timestamp, Voltage
from ocpp16sm.generated.handlers import Handlers

CALLS = 8
"""Requests of a session."""
INTERVAL_S = 60
ENERGY_WH = 4200.0
ID_TAG = "04A2B3C4D5E680"
NOON = Timestamp(2026, 6, 1, 12)
READING = Measurement(
    timestamp=NOON,
    energy_wh_import=PerPhase(total=ENERGY_WH),
    power_w=PerPhase(total=11040.0),
    voltage_v=Voltage(l1=230.1),
)
CONFIGURATION = {
    "ClockAlignedDataInterval": "0",
    "MeterValueSampleInterval": str(INTERVAL_S),
    "MeterValuesSampledData": "Energy.Active.Import.Register,Power.Active.Import,Voltage",
    "MinimumStatusDuration": "0",
    "StopTxnSampledData": "",
}

Step = Callable[[], object]


def steps(station: Handlers, sample: Step) -> Iterator[Step]:
    """What the station's application does, request by request; ``sample`` lets an interval pass."""

    def metered() -> None:
        station.on_meter_values(1, READING)
        sample()

    yield lambda: station.on_session_started(1, "session", "EVConnected")
    yield lambda: station.on_transaction_started(1, "session", ID_TAG, 0, None, NOON)
    yield lambda: station.on_resume_charging(1)
    yield metered
    yield metered
    yield lambda: station.on_transaction_stopped(1, "session", "Local", NOON, ENERGY_WH)
    yield lambda: station.on_session_stopped(1, "session")


def answer(frame: str, transaction_id: int = 1) -> str:
    """The Central System's answer to a request: accepted."""
    _, message_id, action, _ = frame.split(",", 3)
    return f"[3,{message_id},{_ANSWERS.get(action, '{}').replace('#', str(transaction_id))}]"


_ANSWERS = {
    '"BootNotification"': '{"status":"Accepted","currentTime":"2026-06-01T12:00:00.000Z","interval":86400}',
    '"StartTransaction"': '{"idTagInfo":{"status":"Accepted"},"transactionId":#}',
    '"StopTransaction"': '{"idTagInfo":{"status":"Accepted"}}',
    '"Heartbeat"': '{"currentTime":"2026-06-01T12:00:00.000Z"}',
}
