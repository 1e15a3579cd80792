"""``ocpp16sm demo``."""

import asyncio
from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ocpp16sm.cli.console import SafeConsole
from ocpp16sm.cli.transcript import FrameLog, Transcript, all_of
from ocpp16sm.csms import CentralSystem, Peer, Policy, Tariff
from ocpp16sm.listener import Listener
from ocpp16sm.messages import ChargePointErrorCode, ChargePointStatus
from ocpp16sm.network.transport import TappedTransport, WebSocketTransport
from ocpp16sm.prices import CostState, SessionCost
from ocpp16sm.settings import Settings
from ocpp16sm.shell import signals
from ocpp16sm.station import VirtualStation

FAULT_S = 1.0
"""Duration of the fault, in seconds."""
CONFIGURATION = {
    "MeterValueSampleInterval": "1",
    "MeterValuesSampledData": "Energy.Active.Import.Register,Power.Active.Import",
}
PRICED = {
    "CustomDisplayCostAndPrice": "true",
    "CustomIdleFeeAfterStop": "true",
    "DefaultPrice": '{"priceText": "0.30 EUR/kWh", "priceTextOffline": "offline: 0.40 EUR/kWh"}',
    "NumberOfDecimalsForCostValues": "5",
    "WaitForSetUserPriceTimeout": "2000",
}
PATIENCE_S = 30.0
"""Maximum wait for the final cost, in seconds."""
CARD = "04A1B2C3"


def demo(
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            help="Write frames to this file as JSON lines {at, direction, frame}, and connections as {at, event}.",
            show_default=False,
        ),
    ] = None,
    pricing: Annotated[
        bool, typer.Option("--pricing", help="Show the cost of the session on the station's display.")
    ] = False,
    plug_and_charge: Annotated[
        bool,
        typer.Option(
            "--plug-and-charge", help="Show a car that charges with an ISO 15118 contract, and the preparations for it."
        ),
    ] = False,
) -> None:
    """Show a charging session of a virtual station with an embedded Central System, on loopback, in a few seconds.

    The session is started by card, metered, paused by the car, interrupted by a fault, and stopped by card. Chart
    transitions are printed on the left, frames on the right.
    """
    if pricing and plug_and_charge:
        raise typer.BadParameter("--pricing and --plug-and-charge cannot be combined")
    with ExitStack() as files:
        transcript = Transcript(SafeConsole(), id_tags=True)
        sinks = [transcript.frame]
        listeners: list[Listener] = [transcript]
        if log is not None:
            frame_log = FrameLog(log, id_tags=True)
            files.callback(frame_log.close)
            sinks.append(frame_log.frame)
            listeners.append(frame_log)
        transport = TappedTransport(WebSocketTransport(), all_of(*sinks))
        signals.run(_shown(transcript, listeners, transport, pricing, plug_and_charge))


async def _shown(
    transcript: Transcript, listeners: Iterable[Listener], transport: TappedTransport, pricing: bool, contracts: bool
) -> None:
    transcript.head()
    if contracts:
        from ocpp16sm.cli.demo_contracts import charge_by_contract  # imports cryptography, which is optional

        await charge_by_contract(transcript, listeners, transport)
    else:
        await _session(transcript, listeners, transport, pricing)
    transcript.note("the charge point has stopped")


class _Receipt(Listener):
    """Waits for the final cost."""

    def __init__(self) -> None:
        self.printed = asyncio.Event()

    def cost_told(self, cost: SessionCost) -> None:
        """Note that the final cost has arrived."""
        if cost.state is CostState.FINISHED:
            self.printed.set()


async def _session(
    transcript: Transcript, listeners: Iterable[Listener], transport: TappedTransport, pricing: bool
) -> None:
    async with CentralSystem(Policy(tariff=Tariff(digits=5) if pricing else None)) as central_system:
        settings = Settings(
            charge_point_id="CP001",
            central_system_url=central_system.url,
            configuration={**CONFIGURATION, **(PRICED if pricing else {})},
            trace_charts=True,
        )
        display = partial(_display, transcript) if pricing else None
        station = VirtualStation(settings, transport=transport, display=display)
        receipt = _Receipt()
        for listener in (*listeners, receipt):
            station.charge_point.add_listener(listener)
        async with station:
            peer = await central_system.peer("CP001")
            await peer.expect("StatusNotification", lambda request: request.connector_id == 1)
            await _charge(transcript, station, peer)
            if pricing:
                async with asyncio.timeout(PATIENCE_S):
                    await receipt.printed.wait()


def _display(transcript: Transcript, text: str) -> None:
    transcript.note(f"display: {text}")


async def _charge(transcript: Transcript, station: VirtualStation, peer: Peer) -> None:
    async def until(status: ChargePointStatus) -> None:
        await peer.expect("StatusNotification", lambda request: request.status is status)

    transcript.note("a car is plugged in")
    station.plug_in(1)
    await until(ChargePointStatus.PREPARING)
    transcript.note("a card is presented")
    station.present_token(CARD)
    await until(ChargePointStatus.CHARGING)
    await peer.expect("MeterValues")
    transcript.note("the car pauses")
    station.ev_pause(1)
    await until(ChargePointStatus.SUSPENDED_EV)
    station.ev_resume(1)
    await until(ChargePointStatus.CHARGING)
    transcript.note("the station overheats")
    error = station.raise_error(1, ChargePointErrorCode.HIGH_TEMPERATURE)
    await until(ChargePointStatus.FAULTED)
    await asyncio.sleep(FAULT_S)
    transcript.note("the station has cooled down")
    station.clear_error(1, error)
    await until(ChargePointStatus.CHARGING)
    await peer.expect("MeterValues")
    transcript.note("the card is presented again")
    station.present_token(CARD)
    await until(ChargePointStatus.FINISHING)
    transcript.note("the car is unplugged")
    station.plug_out(1)
    await until(ChargePointStatus.AVAILABLE)
