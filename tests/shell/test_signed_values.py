"""A process that is killed between a signed begin and the end of its transaction loses no signed value."""

import signal
import subprocess
import sys
from pathlib import Path

from ocpp16sm.messages import MeterValuesRequest, Reason, ValueFormat
from ocpp16sm.store import SqliteStore
from tests.support.virtual_time import Lines, charge_point, run

SIGNED = 'OCMF|{"FV":"1.0"}|{"SD":"30ff"}'

VICTIM = """
import asyncio, os, signal, sys
from ocpp16sm import ChargePoint, Settings
from ocpp16sm.clock import SystemClock

async def main():
    charge_point = ChargePoint(Settings(charge_point_id="CP001", store=sys.argv[1]))
    await charge_point.start(connect=False)
    at = SystemClock().utc()
    charge_point.on_transaction_started(1, "s1", "TAG", 100, None, at, signed_meter_value=sys.argv[2])
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


def test_a_killed_process_loses_no_signed_value(tmp_path: Path) -> None:
    """profiles.md 8; the Central System hears of it from the next process."""
    path = str(tmp_path / "cp.sqlite")
    killed = subprocess.run([sys.executable, "-c", VICTIM, path, SIGNED], timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL

    async def story() -> None:
        lines = Lines()
        store = SqliteStore(path, durability="process")
        async with charge_point(lines, store=store) as station:
            await station.wait_until_delivered()
            begin: MeterValuesRequest = await lines.peer.expect("MeterValues")
            assert begin.transaction_id == 1
            assert [value.value for value in begin.meter_value[0].sampled_value] == [SIGNED]
        store.close()
        stop = lines.system.request_handler.transactions[1].stop
        assert stop is not None
        assert stop.reason is Reason.POWER_LOSS
        values = [value for entry in stop.transaction_data or () for value in entry.sampled_value]
        assert [value.value for value in values if value.format is ValueFormat.SIGNED_DATA] == [SIGNED]

    run(story())
