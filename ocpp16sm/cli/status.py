"""The live status of a station: a display at the bottom of a terminal, or one line per change elsewhere."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Self

from rich.live import Live
from rich.table import Table

from ocpp16sm.base.redaction import mask
from ocpp16sm.cli.console import SafeConsole, styled
from ocpp16sm.control.remote_panel import Panel
from ocpp16sm.control.snapshot import station_state
from ocpp16sm.control.stepped_time import in_real_time

EVERY_S = 0.5
"""Seconds of real time between two updates of meters and clock."""

COLOURS = {
    "Available": "green",
    "Charging": "bold blue",
    "Faulted": "bold red",
    "Unavailable": "red",
    "Reserved": "magenta",
}


class StatusBoard:
    """Shows a line for the charge point and one for each connector.

    :param id_tags: whether idTags are shown; otherwise they are masked.
    """

    def __init__(self, panel: Panel, console: SafeConsole, *, id_tags: bool) -> None:
        self._panel = panel
        self._console = console
        self._id_tags = id_tags
        self._live = Live(console=console, auto_refresh=False) if lives(console) else None
        self._before: dict[str, str] = {}
        self._due = False
        self._call_off: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        """Start the display."""
        self._panel.history.listeners.append(self._changed)
        if self._live is not None:
            self._live.start()
            self._again()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Show the final status and stop the display."""
        self._panel.history.listeners.remove(self._changed)
        self._call_off()
        self._show()
        if self._live is not None:
            self._live.stop()

    def _changed(self, _event: object) -> None:
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._show)

    def _again(self) -> None:
        self._show()
        self._call_off = in_real_time(self._panel.clock, EVERY_S, self._again)

    def _show(self) -> None:
        self._due = False
        state = station_state(self._panel)
        state["stopped"] = self._panel.stopped
        idle = "stopped" if self._panel.stopped else "no power"
        state["connectors"] = [{**each, "status": each["status"] or idle} for each in state["connectors"]]
        if self._live is not None:
            self._live.update(_table(state, id_tags=self._id_tags), refresh=True)
            return
        for name, line in lines(state, id_tags=self._id_tags):
            if self._before.get(name) != line:
                self._before[name] = line
                self._console.say(f"{state['time']}  {name}: {line}")


def lives(console: SafeConsole) -> bool:
    """Whether the console supports a live display."""
    return console.is_terminal and not console.is_dumb_terminal


def lines(state: dict[str, Any], *, id_tags: bool) -> Iterator[tuple[str, str]]:
    """Yield name and status of the charge point and of each connector, without values that change continuously."""
    yield state["charge_point_id"], ", ".join(_charge_point(state))
    for connector in state["connectors"]:
        told = [_status(connector), *_use(connector, id_tags=id_tags), *_limits(connector)]
        yield f"connector {connector['connector']}", ", ".join(told)


def _charge_point(state: dict[str, Any]) -> Iterator[str]:
    if not state["running"]:
        yield "stopped" if state.get("stopped") else "not running"
        return
    yield state["link"]
    yield state["registration"]
    if state["status"] != "Available":
        yield state["status"]
    yield from (error["error_code"] for error in state["errors"])
    if state["queued"] and state["link"] != "Online":
        yield f"{state['queued']} queued"


def _status(connector: dict[str, Any]) -> str:
    return connector["status"] or "no power"


def _use(connector: dict[str, Any], *, id_tags: bool) -> Iterator[str]:
    transaction = connector["transaction"]
    if transaction is not None:
        id = transaction["transaction_id"]
        yield f"transaction {'?' if id is None else id}"
        yield transaction["id_tag"] if id_tags else mask(transaction["id_tag"])
    elif connector["waiting_token"] is not None:
        yield f"waits for the plug of {connector['waiting_token'] if id_tags else mask(connector['waiting_token'])}"
    elif connector["plugged"]:
        yield "plugged"
    yield from (error["error_code"] for error in connector["errors"])


def _limits(connector: dict[str, Any]) -> Iterator[str]:
    if connector["limit_a"] is not None:
        yield f"limit {connector['limit_a']:g} A"
    if connector["limit_w"] is not None:
        yield f"limit {connector['limit_w'] / 1000:g} kW"


def _table(state: dict[str, Any], *, id_tags: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    for _column in range(6):
        table.add_column(no_wrap=True)
    queued = f"{state['queued']} queued" if state["queued"] else ""
    told = " ".join(_charge_point({**state, "queued": 0}))
    table.add_row(styled((state["charge_point_id"], "bold")), styled(told), queued, state["time"][:19] + "Z")
    for connector in state["connectors"]:
        status = _status(connector)
        soc = "" if connector["soc_percent"] is None else f"{connector['soc_percent']:.1f} %"
        power = f"{connector['power_w'] / 1000:.2f} kW"
        table.add_row(
            f"connector {connector['connector']}",
            styled((status, COLOURS.get(status, "yellow"))),
            f"{connector['energy_wh'] / 1000:.3f} kWh",
            power,
            " ".join((soc, *_limits(connector))).strip(),
            styled(" ".join(_use(connector, id_tags=id_tags))),
        )
    return table
