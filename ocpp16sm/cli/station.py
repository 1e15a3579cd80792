"""``ocpp16sm station``."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress
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

ID = "CP001"

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
    id: Annotated[
        str | None, typer.Option("--id", help=f"The charge point's id; otherwise {ID}.", show_default=False)
    ] = None,
    connectors: Annotated[
        int | None, typer.Option(min=1, max=99, help="How many connectors; otherwise 1.", show_default=False)
    ] = None,
    tag: Annotated[str, typer.Option(help="The card that key s shows.")] = "04A1B2C3",
    script: Annotated[
        Path | None,
        typer.Option(help="Do what this file says, then stop ('-': standard input).", show_default=False),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option(
            help="TOML file with settings of the charge point; the environment and options win.", show_default=False
        ),
    ] = None,
    faster: Annotated[float, typer.Option(min=0.1, max=1000, help="Plugs, cars and meters are so much faster.")] = 1.0,
    seed: Annotated[
        int | None,
        typer.Option(help="Of all that is left to chance; otherwise every run is another.", show_default=False),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            "--log", help="File for every frame, a JSON line {at, direction, frame} each.", show_default=False
        ),
    ] = None,
    show_id_tags: Annotated[bool, typer.Option(help="Show idTags; otherwise they are masked.")] = False,
) -> None:
    """Connect a virtual station to a Central System, and play with it."""
    script_lines = _read_script(script) if script is not None and str(script) != "-" else None
    made = _settings(settings, charge_point_id=id, central_system_url=url, connectors=connectors)
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
        with suppress(KeyboardInterrupt):  # Ctrl-C is how one stops it
            if script_lines is not None:
                asyncio.run(_play(virtual, transcript, str(script), _each(script_lines)))
            elif script is not None:
                asyncio.run(_play(virtual, transcript, "standard input", keyboard.lines()))
            elif not sys.stdin.isatty():
                asyncio.run(_play(virtual, transcript, "standard input", _and_stay(keyboard.lines())))
            else:
                asyncio.run(_listen(virtual, transcript, tag))


def _settings(file: Path | None, **options: Any) -> Settings:
    """From the file and the environment, and the options that were given."""
    given = {name: value for name, value in options.items() if value is not None}
    return Settings.load(file, defaults={"charge_point_id": ID}, **given, trace_charts=True)


def _read_script(path: Path) -> list[str]:
    """The lines of a script; one with a mistake is refused before anything is done."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path}: is no text ({error})") from None
    for number, line in enumerate(lines, 1):
        with _numbered(path, number):
            check(line)
    return lines


@contextmanager
def _numbered(name: object, number: int) -> Iterator[None]:
    """What is wrong with a line of a script, and which line it is."""
    try:
        yield
    except LocalError as error:
        raise ScriptError(f"{name}, line {number}: {error}") from None


async def _each(lines: list[str]) -> AsyncIterator[str]:
    for line in lines:
        yield line


async def _and_stay(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """Lines, and after the last one none, for ever: a station without a terminal runs until it is told to stop."""
    async for line in lines:
        yield line
    await asyncio.Event().wait()


async def _play(station: VirtualStation, transcript: Transcript, name: str, lines: AsyncIterator[str]) -> None:
    """Do what a script says."""
    transcript.head()
    number = 0
    async with station:
        async for line in lines:
            number += 1
            with _numbered(name, number):
                await _do(station, transcript, line)


async def _listen(station: VirtualStation, transcript: Transcript, tag: str) -> None:
    """Do what keys say."""
    transcript.head()
    async with station:
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
