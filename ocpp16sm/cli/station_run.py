"""Runs the virtual station of the command line, with keys, scripts, a scenario and control channels."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager
from enum import StrEnum
from typing import Any

from attrs import frozen

from ocpp16sm.base.redaction import mask
from ocpp16sm.cli import keyboard
from ocpp16sm.cli.console import SafeConsole, show
from ocpp16sm.cli.status import StatusBoard
from ocpp16sm.cli.transcript import Transcript
from ocpp16sm.control import scenario
from ocpp16sm.control.act import Operator
from ocpp16sm.control.client_session import ready_line
from ocpp16sm.control.event_history import Event
from ocpp16sm.control.events import ACT_PERFORMED
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.scenario import ScenarioError
from ocpp16sm.control.server import ControlServer, TcpAddress, UnixAddress
from ocpp16sm.control.station_file import ScenarioEntry
from ocpp16sm.control.stdio import StdioChannel
from ocpp16sm.errors import LocalError
from ocpp16sm.messages import ChargePointStatus

STDIO = "-"
SCRIPT, KEYBOARD = "script", "keyboard"

KEYS = {
    "p": "plug_in {connector}",
    "u": "plug_out {connector}",
    "s": "present_token {tag}",
    "f": "raise_error {connector}",
    "c": "clear_error {connector}",
    "d": "disconnect_link",
    "r": "connect_link",
    "o": "power_off",
    "b": "boot",
}
KEYS_HELP = (
    "keys: p plug in, u unplug, s swipe card, e pause or resume the car, f fault, c clear fault, "
    "d disconnect, r reconnect, o power off, b boot, 1-9 select connector, q quit"
)


class Shown(StrEnum):
    """What the command prints."""

    ALL = "all"
    STATUS = "status"
    NOTHING = "nothing"


@contextmanager
def numbered(name: object, number: int) -> Iterator[None]:
    """Add the name of the script and the line number to an error."""
    try:
        yield
    except LocalError as error:
        raise ScenarioError(f"{name}, line {number}: {error}") from None


async def _each(lines: list[str]) -> AsyncIterator[str]:
    for line in lines:
        yield line


async def _and_stay(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """Yield lines, then wait for ever: a station without a terminal runs until it is stopped."""
    async for line in lines:
        yield line
    await asyncio.Event().wait()


@frozen
class StationRun:
    """A run of a station with all its inputs and outputs."""

    panel: Panel
    console: SafeConsole
    transcript: Transcript
    shown: Shown
    where: list[Any]
    scenario: tuple[ScenarioEntry, ...]
    script: str | None
    lines: list[str] | None
    tag: str
    show_id_tags: bool

    async def story(self) -> None:
        """Run the station until it is stopped."""
        async with AsyncExitStack() as stack:
            addresses = [
                (await stack.enter_async_context(ControlServer(self.panel, at))).address
                for at in self.where
                if isinstance(at, UnixAddress | TcpAddress)
            ]
            if STDIO in self.where:
                await stack.enter_async_context(StdioChannel(self.panel))
            elif addresses:
                show(f"{ready_line(self.panel, addresses)}\n")
                sys.stdout.flush()
            if self.shown is Shown.ALL:
                self.transcript.head()
            if self.shown is not Shown.NOTHING:
                stack.enter_context(StatusBoard(self.panel, self.console, id_tags=self.show_id_tags))
            self.panel.history.listeners.append(self._tell)
            await stack.enter_async_context(self.panel)
            await self._live()

    async def _live(self) -> None:
        """Run until a stop is requested, an input ends, or an act is refused."""
        ends: set[asyncio.Future[Any]] = {asyncio.ensure_future(self.panel.quitting.wait())}
        ends |= {asyncio.ensure_future(work) for work in self._works()}
        if self.panel.out_of_order is not None:
            ends.add(self.panel.out_of_order)
        plays = asyncio.ensure_future(scenario.play(self._operator("scenario"), self.scenario))
        try:
            running = {*ends, plays}
            while not any(end.done() for end in ends):
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in (*ends, plays):
                task.cancel()

    def _works(self) -> Iterator[Any]:
        if self.lines is not None:
            yield self._do_lines(str(self.script), _each(self.lines))
        elif self.script is not None:
            yield self._do_lines("standard input", keyboard.lines())
        elif STDIO in self.where:
            return
        elif sys.stdin.isatty():
            yield self._do_keys()
        elif not self.where:
            yield self._do_lines("standard input", _and_stay(keyboard.lines()))

    def _operator(self, name: str) -> Operator:
        return Operator(name, self.panel)

    async def _do_lines(self, name: str, lines: AsyncIterator[str]) -> None:
        operator = self._operator(SCRIPT)
        number = 0
        async for line in lines:
            number += 1
            with numbered(name, number):
                await self._do(operator, line)

    async def _do_keys(self) -> None:
        operator = self._operator(KEYBOARD)
        self._note(KEYS_HELP)
        async for line in self._typed():
            try:
                await self._do(operator, line)
            except LocalError as error:
                self._note(str(error))

    async def _do(self, operator: Operator, line: str) -> None:
        act = scenario.act_of(line, self.panel.plan)
        if act is not None:
            self._note(act.line(id_tags=self.show_id_tags))
            await scenario.do(operator, act)

    def _tell(self, event: Event) -> None:
        """Print the acts of the scenario and of clients. Script and keyboard acts have been printed already."""
        if event.name == ACT_PERFORMED and event.members["by"] not in (SCRIPT, KEYBOARD):
            parameters = dict(event.members["parameters"])
            if "token" in parameters and not self.show_id_tags:
                parameters["token"] = mask(parameters["token"])
            told = (f"{name}={value}" for name, value in parameters.items())
            self._note(f"{event.members['by']}: {' '.join((event.members['act'], *told))}")

    def _note(self, text: str) -> None:
        if self.shown is not Shown.NOTHING:
            self.transcript.note(text)

    async def _typed(self) -> AsyncIterator[str]:
        """Yield the acts for the keys that are pressed."""
        connector = 1
        async for key in keyboard.keys():
            if key == "q":
                return
            if key in "123456789":
                connector = min(int(key), len(self.panel.station.virtual_connectors))
                self._note(f"connector {connector}")
            elif key == "e":
                yield f"{'ev_resume' if self._pauses(connector) else 'ev_pause'} {connector}"
            elif key in KEYS:
                yield KEYS[key].format(connector=connector, tag=self.tag)
            else:
                self._note(KEYS_HELP)

    def _pauses(self, connector: int) -> bool:
        station = self.panel.station
        return station.charge_point.running and station.status(connector) is ChargePointStatus.SUSPENDED_EV
