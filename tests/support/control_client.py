"""A virtual station that is steered through sessions of the control channel, in virtual time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from ocpp16sm.clock import VirtualClock
from ocpp16sm.control.client_session import Session
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.station_file import station
from ocpp16sm.control.station_plan import Plan
from ocpp16sm.csms import Policy
from tests.support.virtual_time import Lines

FILE: dict[str, Any] = {
    "central_system_url": "ws://central.system/ocpp",
    "connectors": 2,
    "seed": 1,
    "configuration": {"WebSocketPingInterval": 0, "MeterValueSampleInterval": 0},
    "timings": {"meter_read_s": 60, "idle_meter_read_s": 600},
    "car": {"small": {"phases": 1, "current_a": 16}, "fast": {"power_w": 50000}},
    "token": {"alice": "04A1B2C3"},
}


def plan(**more: Any) -> Plan:
    """A station with two connectors, two cars and a card."""
    return station({**FILE, **more}).plan


class Client:
    """Somebody at the other end of a session."""

    def __init__(self, panel: Panel, name: str = "client 1") -> None:
        self.panel = panel
        self.lines: list[dict[str, Any]] = []
        """Everything that was told, in order."""
        self.unread = 0
        self.hung_up = 0
        self.session = Session(
            panel, name, lambda line: self.lines.append(json.loads(line)), lambda: self.unread, self._hang_up
        )
        self._ids = 0

    def _hang_up(self) -> None:
        self.hung_up += 1

    def says(self, line: bytes) -> list[dict[str, Any]]:
        """Send a line; gives what is told at once."""
        before = len(self.lines)
        self.session.receive(line)
        return self.lines[before:]

    def asks(self, act: str, **parameters: Any) -> int:
        """Send a request; gives its id."""
        self._ids += 1
        self.session.receive(json.dumps({"id": self._ids, "act": act, **parameters}).encode())
        return self._ids

    def reply(self, id: int) -> dict[str, Any] | None:
        """The reply to a request, if there is one yet."""
        found = [line for line in self.lines if "event" not in line and line["id"] == id]
        assert len(found) <= 1
        return found[0] if found else None

    async def does(self, act: str, **parameters: Any) -> Any:
        """Send a request, and wait for its result."""
        reply = await self.hears_reply(self.asks(act, **parameters))
        assert "error" not in reply, reply["error"]["message"]
        return reply["result"]

    async def fails(self, act: str, **parameters: Any) -> dict[str, Any]:
        """Send a request, and wait for its error."""
        reply = await self.hears_reply(self.asks(act, **parameters))
        assert "result" not in reply
        error: dict[str, Any] = reply["error"]
        return error

    async def hears_reply(self, id: int) -> dict[str, Any]:
        """Wait for the reply to a request."""
        while (reply := self.reply(id)) is None:
            await asyncio.sleep(0.01)
        return reply

    def events(self, name: str) -> list[dict[str, Any]]:
        """Events that were told."""
        return [line for line in self.lines if line.get("event") == name]


@asynccontextmanager
async def steered(policy: Policy | None = None, **more: Any) -> AsyncIterator[Client]:
    """A client of a station that has registered."""
    async with Panel(plan(**more), transport=Lines(policy), clock=clock_of_the_loop()) as panel:
        client = Client(panel)
        if panel.plan.boot:
            await client.does("wait_for", registration="Accepted", delivered=True)
        yield client


def clock_of_the_loop() -> VirtualClock:
    """The clock of the running loop; see :func:`tests.support.virtual_time.run`."""
    clock = asyncio.get_running_loop().clock  # type: ignore[attr-defined]  # it is a loop of a PacedClock
    assert isinstance(clock, VirtualClock)
    return clock
