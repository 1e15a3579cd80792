"""The process that is killed while it gets a certificate: a charge point of profile 3, its certificates on disk."""

import asyncio
import json
import signal
import sys

from ocpp16sm import ChargePoint, Settings
from ocpp16sm.pki import FileCertificates
from ocpp16sm.records import Identity
from tests.durability.worker import FastLoop


async def live(url: str, directory: str) -> None:
    """Until SIGTERM, or SIGKILL."""
    settings = Settings(
        charge_point_id="CP001",
        central_system_url=url,
        connect_timeout_s=600,
        store=f"{directory}/store.db",
        identity=Identity(charge_point_vendor="V", charge_point_model="M", charge_box_serial_number="CP001"),
        configuration={
            "SecurityProfile": "3",
            "CpoName": "Operator",
            "RetryBackOffRandomRange": "0",
            "RetryBackOffWaitMinimum": "1",
            "RetryBackOffRepeatTimes": "0",
            "UseSslDefaultVerifyPaths": "false",
            "WebSocketPingInterval": "0",
        },
    )
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    async with ChargePoint(settings, certificates=FileCertificates(f"{directory}/pki")):
        await over.wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        runner.run(live(**json.loads(sys.argv[1])))
