"""``ocpp16sm station``."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from ocpp16sm.cli import keyboard
from ocpp16sm.cli.acts import HELP, ScriptError, check, perform
from ocpp16sm.cli.transcript import FrameLog, Transcript, all_of
from ocpp16sm.errors import LocalError
from ocpp16sm.messages import ChargePointStatus
from ocpp16sm.settings import Settings
from ocpp16sm.station import Timings, VirtualStation
from ocpp16sm.transport import TappedTransport, WebSocketTransport

KEYS = {
    "p": "plug {connector}",
    "u": "unplug {connector}",
    "s": "swipe {tag}",
    "f": "fault {connector}",
    "c": "clear {connector}",
    "d": "link off",
    "r": "link on",
}
KEYS_HELP = (
    "keys: p plug in, u unplug, s swipe a card, e the car pauses or resumes, f fault, c clear it, "
    "d lose the connection, r have it back, 1-9 choose the connector, q quit"
)

USAGE = f"""Connect a virtual station to any Central System, and play with it: by keys, or by a script.

A script has an act on each line, such as:

\b
  wait accepted
  plug 1
  swipe 04A1B2C3
  wait 1 Charging
  wait 5
  unplug 1
  wait 1 Available
  wait delivered

These are the acts:

\b
{HELP}
"""


def station(
    url: Annotated[
        str,
        typer.Argument(help="Where the Central System is, without the id: ws://host:port/path.", show_default=False),
    ],
    id: Annotated[str, typer.Option("--id", help="The charge point's id.")] = "CP001",
    connectors: Annotated[int, typer.Option(min=1, max=99, help="How many connectors.")] = 1,
    tag: Annotated[str, typer.Option(help="The card that key s shows.")] = "04A1B2C3",
    script: Annotated[
        Path | None,
        typer.Option(help="Do what this file says, then stop ('-': standard input).", show_default=False),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(help="TOML file with settings of the charge point; options win.", show_default=False),
    ] = None,
    faster: Annotated[float, typer.Option(min=0.1, max=1000, help="Plugs, cars and meters are so much faster.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Of the meters' noise.")] = 0,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", help="File for every frame, a JSON line {at, direction, frame} each.", show_default=False
        ),
    ] = None,
    show_id_tags: Annotated[bool, typer.Option(help="Show idTags; otherwise they are masked.")] = False,
) -> None:
    """Connect a virtual station to a Central System, and play with it."""
    if script is not None and str(script) != "-":
        _check_script(script)
    given: dict[str, Any] = {"charge_point_id": id, "central_system_url": url, "connectors": connectors}
    made = Settings.load(settings, **given, trace_charts=True)
    with ExitStack() as files:
        transcript = Transcript(Console(), id_tags=show_id_tags)
        sinks = [transcript.frame]
        if log is not None:
            frame_log = FrameLog(log)
            files.callback(frame_log.close)
            sinks.append(frame_log.frame)
        virtual = VirtualStation(
            made,
            timings=Timings().faster(faster),
            seed=seed,
            listener=transcript,
            display=transcript.note,
            transport=TappedTransport(WebSocketTransport(), all_of(*sinks)),
        )
        asyncio.run(_run(virtual, transcript, script, tag))


def _check_script(path: Path) -> None:
    """Refuse a script with a mistake before anything is done."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            check(line)
        except ScriptError as error:
            raise ScriptError(f"{path}, line {number}: {error}") from None


async def _run(station: VirtualStation, transcript: Transcript, script: Path | None, tag: str) -> None:
    transcript.head()
    async with station:
        if script is not None and str(script) != "-":
            for line in script.read_text(encoding="utf-8").splitlines():
                await _do(station, transcript, line)
        elif script is not None or not sys.stdin.isatty():
            async for line in keyboard.lines():
                await _do(station, transcript, line)
        else:
            transcript.note(KEYS_HELP)
            async for line in _typed(station, transcript, tag):
                try:
                    await _do(station, transcript, line)
                except LocalError as error:
                    transcript.note(str(error))


async def _do(station: VirtualStation, transcript: Transcript, line: str) -> None:
    if check(line) is not None:
        transcript.note(line.strip())
    await perform(station, line)


async def _typed(station: VirtualStation, transcript: Transcript, tag: str) -> AsyncIterator[str]:
    """The acts that pressed keys stand for."""
    connector = 1
    async for key in keyboard.keys():
        if key == "q":
            return
        if key in "123456789":
            connector = min(int(key), len(station.bays))
            transcript.note(f"connector {connector}")
        elif key == "e":
            paused = station.status(connector) is ChargePointStatus.SUSPENDED_EV
            yield f"{'resume' if paused else 'pause'} {connector}"
        elif key in KEYS:
            yield KEYS[key].format(connector=connector, tag=tag)
        else:
            transcript.note(KEYS_HELP)
