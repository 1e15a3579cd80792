"""A busy day at a virtual station with three connectors, and everything that was said on it.

``python -m tests.support.busy_day SEED`` prints it.
"""

import asyncio
import sys
from datetime import timedelta
from typing import Any

from ocpp16sm import Settings
from ocpp16sm.clock import VirtualClock
from ocpp16sm.csms import CentralSystem, LocalTransport, Policy
from ocpp16sm.messages import RemoteStartTransactionRequest, ResetRequest, ResetType
from ocpp16sm.station import Battery, Car, DcCar, Timings, VirtualStation

HOUR_S = 3600
EVERYTHING = "Energy.Active.Import.Register,Power.Active.Import,Voltage,Current.Import,Frequency,Temperature,SoC"
SETTINGS = Settings(
    charge_point_id="CP001",
    central_system_url="ws://central.system",
    connectors=3,
    configuration={
        "MeterValueSampleInterval": "900",
        "ClockAlignedDataInterval": "3600",
        "MeterValuesSampledData": EVERYTHING,
        "MeterValuesAlignedData": EVERYTHING,
        "StopTxnSampledData": EVERYTHING,
        "AllowOfflineTxForUnknownId": "true",
        "ConnectionTimeOut": "0",
    },
)


def transcript(seed: int | None) -> list[str]:
    """Every frame of the day, with its time and direction."""
    clock = VirtualClock()
    lines: list[str] = []
    system = CentralSystem(
        Policy(), clock=clock, on_frame=lambda way, text: lines.append(f"{clock.utc()} {way} {text}")
    )
    clock.run(_day(clock, system, seed))
    lines.append(f"{clock.utc()} {clock.utc() - clock.began >= timedelta(days=1)}")
    return lines


async def _day(clock: VirtualClock, system: CentralSystem, seed: int | None) -> None:
    transport = LocalTransport(system)
    peer = system.known(SETTINGS.charge_point_id)
    timings = Timings(meter_read_s=10, idle_meter_read_s=600)
    async with VirtualStation(SETTINGS, timings=timings, seed=seed, clock=clock, transport=transport) as station:
        at: dict[float, Any] = {
            7: lambda: station.plug_in(1, Car(phases=3, current_a=16, battery=Battery(capacity_wh=50_000))),
            7.01: lambda: station.present_token("MORNING", [1]),
            8: lambda: station.plug_in(2, DcCar()),
            8.001: lambda: peer.call(RemoteStartTransactionRequest(id_tag="AFAR", connector_id=2)),
            9: lambda: transport.drop("cable cut"),
            9.5: lambda: station.plug_out(2),
            10: lambda: station.raise_error(1, 6),
            10.2: lambda: station.clear_error(1),
            11: station.disconnect_link,
            11.1: lambda: station.plug_in(3),
            11.2: lambda: station.present_token("OFFLINE", [3]),
            12: station.connect_link,
            13: lambda: station.data_transfer("org.example", "lunch"),
            14: lambda: peer.call(ResetRequest(type=ResetType.SOFT)),
            15: lambda: station.plug_out(1),
            16: station.power_off,
            16.1: station.boot,
            17: lambda: station.diode_fault(3),
            17.1: lambda: station.present_token("EVENING"),
            18: lambda: station.plug_out(3),
        }
        for hour, act in at.items():
            await asyncio.sleep(max(0.0, hour * HOUR_S - clock.even_time()))
            done = act()
            if asyncio.iscoroutine(done):
                await done
        await asyncio.sleep(24 * HOUR_S - clock.even_time())


if __name__ == "__main__":
    print("\n".join(transcript(int(sys.argv[1]))))  # noqa: T201
