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
"""How long the fault lasts."""
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
"""How long the final cost may take."""
CARD = "04A1B2C3"


def demo(
    log: Annotated[
        Path | None,
        typer.Option(
            "--log",
            help="File for every frame, a JSON line {at, direction, frame} each, and {at, event} for connections.",
            show_default=False,
        ),
    ] = None,
    pricing: Annotated[
        bool, typer.Option("--pricing", help="Show what the session costs, as the station's display says it.")
    ] = False,
    plug_and_charge: Annotated[
        bool,
        typer.Option(
            "--plug-and-charge", help="Show a car that charges with a contract (ISO 15118), and what that needs."
        ),
    ] = False,
) -> None:
    """Watch a charging session: a virtual station and an embedded Central System, on loopback, in a few seconds.

    The session starts by card, is metered, is paused by the car, survives a fault, and is stopped by card. Chart moves
    are on the left, frames on the right.
    """
    if pricing and plug_and_charge:
        raise typer.BadParameter("--pricing and --plug-and-charge are two demos; give one of them")
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
        from ocpp16sm.cli.demo_contracts import charge_by_contract  # cryptography is imported by who needs it

        await charge_by_contract(transcript, listeners, transport)
    else:
        await _session(transcript, listeners, transport, pricing)
    transcript.note("the charge point has stopped")


class _Receipt(Listener):
    """Waits for the final cost."""

    def __init__(self) -> None:
        self.printed = asyncio.Event()

    def cost_told(self, cost: SessionCost) -> None:
        """What the session costs."""
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
    transcript.note("a card is shown")
    station.present_token(CARD)
    await until(ChargePointStatus.CHARGING)
    await peer.expect("MeterValues")
    transcript.note("the car pauses")
    station.ev_pause(1)
    await until(ChargePointStatus.SUSPENDED_EV)
    station.ev_resume(1)
    await until(ChargePointStatus.CHARGING)
    transcript.note("the station becomes too hot")
    error = station.raise_error(1, ChargePointErrorCode.HIGH_TEMPERATURE)
    await until(ChargePointStatus.FAULTED)
    await asyncio.sleep(FAULT_S)
    transcript.note("it has cooled down")
    station.clear_error(1, error)
    await until(ChargePointStatus.CHARGING)
    await peer.expect("MeterValues")
    transcript.note("the card is shown again")
    station.present_token(CARD)
    await until(ChargePointStatus.FINISHING)
    transcript.note("the car is unplugged")
    station.plug_out(1)
    await until(ChargePointStatus.AVAILABLE)
