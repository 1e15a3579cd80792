"""What happens at a charge point, as people read it: chart moves beside the frames."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape

from ocpp16sm.clock import SystemClock
from ocpp16sm.frame_reader import FrameReader
from ocpp16sm.listener import Listener
from ocpp16sm.redact import redact, without_secrets

CHART_WIDTH = 46
"""Columns of the left side, where the charts move."""
MOST_FIELDS = 300
"""Longest text that is shown of a payload."""


class Transcript(Listener):
    """Prints chart moves on the left and frames on the right, as they happen.

    :param console: where to.
    :param id_tags: whether idTags are shown; otherwise they are masked.
    """

    def __init__(self, console: Console, *, id_tags: bool = False) -> None:
        self._console = console
        self._id_tags = id_tags
        self._began = time.monotonic()
        self._frames = FrameReader()

    def head(self) -> None:
        """The heading of both sides."""
        self._line("[bold]charge point: its charts[/]", "[bold]OCPP 1.6J frames[/]", when="   time")

    def chart_moved(self, chart: str, whose: str, before: str, after: str) -> None:
        """A chart's configuration changed."""
        old, new = before.split(), after.split()
        gone = " ".join(state for state in old if state not in new)
        come = " ".join(state for state in new if state not in old)
        name = whose if whose.startswith(chart) else f"{chart} {whose}".strip()
        self._line(f"[cyan]{escape(name)}[/] {gone} [bold]\u2192 {come}[/]")

    def connection_changed(self, connected: bool, reason: str) -> None:
        """The connection to the Central System was opened or lost."""
        if not connected:
            self._line(f"[yellow]no connection: {escape(reason)}[/]")

    def note(self, text: str) -> None:
        """What somebody does."""
        self._line(f"[green]\u2022 {escape(text)}[/]")

    def frame(self, direction: str, text: str) -> None:
        """A frame passed."""
        text = redact(text, id_tags=self._id_tags)
        try:
            shown = _shown(self._frames.read(direction, text))
        except (ValueError, LookupError, TypeError, AttributeError):  # it is no frame, or an odd one
            shown = escape(text[:MOST_FIELDS])
        arrow = "[blue]\u2500\u2500\u25b6[/]" if direction == "cp>csms" else "[magenta]\u25c0\u2500\u2500[/]"
        self._line("", f"{arrow} {shown.encode(errors='replace').decode()}")  # a frame may hold half a surrogate pair

    def _line(self, left: str, right: str = "", when: str | None = None) -> None:
        when = when or f"{time.monotonic() - self._began:6.2f}s"
        if not right:
            self._console.print(f"[dim]{when}[/]  {left}", highlight=False, soft_wrap=True)
            return
        indent = " " * (CHART_WIDTH - len(_plain(left)))
        self._console.print(f"[dim]{when}[/]  {left}{indent}{right}".rstrip(), highlight=False, soft_wrap=True)


def _plain(markup: str) -> str:
    from rich.text import Text

    return Text.from_markup(markup).plain


def _shown(parts: dict[str, Any]) -> str:
    action = escape(str(parts["action"] or "?"))
    if parts["kind"] == "call":
        return f"[bold]{action}[/] {_fields(parts['payload'])}"
    if parts["kind"] == "result":
        return f"[dim]{action}.conf[/] {_fields(parts['payload'])}"
    return f"[red]{action} refused: {escape(str(parts['code']))}[/] {escape(str(parts['description']))}"


def _fields(payload: Any) -> str:
    text = "  ".join(_pairs(payload))
    return escape(text if len(text) <= MOST_FIELDS else text[: MOST_FIELDS - 1] + "\u2026")


def _pairs(payload: Any) -> Iterator[str]:
    """A payload's fields; readings as their value and unit."""
    if not isinstance(payload, dict):
        yield str(payload)
        return
    for name, value in payload.items():
        if name in ("meterValue", "transactionData") and isinstance(value, list):
            yield from (_reading(sample) for meter_value in value for sample in meter_value.get("sampledValue", ()))
        elif name == "idTagInfo" and isinstance(value, dict):
            yield from _pairs(value)
        elif name not in ("timestamp", "currentTime"):
            yield f"{name}={value if isinstance(value, str) else json.dumps(value)}"


def _reading(sample: dict[str, Any]) -> str:
    measurand = sample.get("measurand", "Energy.Active.Import.Register")
    phase = f" {sample['phase']}" if "phase" in sample else ""
    context = sample.get("context", "")
    when = f" ({context})" if context.startswith("Transaction") else ""
    return f"{measurand}{phase}={sample.get('value')} {sample.get('unit', '')}".rstrip() + when


class FrameLog(Listener):
    """Writes every frame as a JSON line ``{"at": ..., "direction": ..., "frame": [...]}``.

    The frame is written as it was sent, but for secrets; a text that is no JSON is written as a text. When a connection
    was opened or lost, the line is ``{"at": ..., "event": "connected"}`` or ``"disconnected"``. At a Central System
    (:class:`~ocpp16sm.csms.Witness`) each has a ``station``, too.
    """

    def __init__(self, path: Path) -> None:
        # Half of a surrogate pair is written as its escape, which is JSON too.
        self._file: TextIO = path.open("w", encoding="utf-8", errors="backslashreplace")
        self._clock = SystemClock()

    def frame(self, direction: str, text: str, station: str | None = None) -> None:
        """A frame passed."""
        text = without_secrets(text)
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            frame = text
        self._add(station, direction=direction, frame=frame)

    def connection_changed(self, connected: bool, reason: str, station: str | None = None) -> None:
        """The connection to the Central System was opened or lost."""
        self._add(station, event="connected" if connected else "disconnected")

    def passed(self, charge_point_id: str, direction: str, text: str) -> None:
        """A frame passed at a Central System."""
        self.frame(direction, text, charge_point_id)

    def came_or_went(self, charge_point_id: str, connected: bool) -> None:
        """A charge point has connected to a Central System, or is connected no more."""
        self.connection_changed(connected, "", charge_point_id)

    def _add(self, station: str | None, **row: Any) -> None:
        if self._file.closed:
            return
        whose = {} if station is None else {"station": station}
        self._file.write(json.dumps({"at": self._clock.utc().text(), **whose, **row}, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """No more frames."""
        self._file.close()


def all_of(*sinks: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """One sink for several."""

    def frame(direction: str, text: str) -> None:
        for sink in sinks:
            sink(direction, text)

    return frame
