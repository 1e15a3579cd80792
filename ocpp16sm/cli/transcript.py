"""Transcripts of a charge point: chart moves beside frames, for people; frames as JSON lines, for programs."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.private_files import open_private
from ocpp16sm.base.redaction import redact, redacted, unparsable
from ocpp16sm.base.secret import words
from ocpp16sm.cli.console import Part, SafeConsole, styled
from ocpp16sm.clock import SystemClock
from ocpp16sm.listener import Listener
from ocpp16sm.logs.frame_summary import FrameReader

log = NamedLog("ocpp16sm.cli")

CHART_WIDTH = 46
"""Width of the left side, which shows chart moves, in columns."""
MOST_FIELDS = 300
"""Maximum number of characters of a payload."""


class Transcript(Listener):
    """Prints chart moves on the left and frames on the right, as they happen.

    :param console: console to print on.
    :param id_tags: whether idTags are shown; otherwise they are masked.
    """

    def __init__(self, console: SafeConsole, *, id_tags: bool = False) -> None:
        self._console = console
        self._id_tags = id_tags
        self._began = time.monotonic()
        self._frames = FrameReader()

    def head(self) -> None:
        """Print the headings of both sides."""
        self._line([("charge point: its charts", "bold")], [("OCPP 1.6J frames", "bold")], when="   time")

    def chart_moved(self, chart: str, whose: str, before: str, after: str) -> None:
        """Print a change of a chart's configuration."""
        old, new = before.split(), after.split()
        gone = " ".join(state for state in old if state not in new)
        come = " ".join(state for state in new if state not in old)
        name = whose if whose.startswith(chart) else f"{chart} {whose}".strip()
        self._line([(name, "cyan"), f" {gone} ", (f"\u2192 {come}", "bold")])

    def connection_changed(self, connected: bool, reason: str) -> None:
        """Print the loss of the connection to the Central System."""
        if not connected:
            self._line([(f"no connection: {words(reason)}", "yellow")])

    def note(self, text: str) -> None:
        """Print what somebody does."""
        self._line([(f"\u2022 {text}", "green")])

    def frame(self, direction: str, text: str) -> None:
        """Print a frame; ``direction`` is ``cp>csms`` or ``csms>cp``."""
        text = redact(text, id_tags=self._id_tags)
        try:
            shown = _shown(self._frames.read(direction, text))
        except (ValueError, LookupError, TypeError, AttributeError):  # not a frame, or an odd one
            shown = [text[:MOST_FIELDS]]
        arrow = ("\u2500\u2500\u25b6", "blue") if direction == "cp>csms" else ("\u25c0\u2500\u2500", "magenta")
        self._line([], [arrow, " ", *shown])

    def _line(self, left: list[Part], right: Sequence[Part] = (), when: str | None = None) -> None:
        when = when or f"{time.monotonic() - self._began:6.2f}s"
        indent = [" " * (CHART_WIDTH - len(styled(*left)))] if right else []
        self._console.say((when, "dim"), "  ", *left, *indent, *right)


def _shown(parts: dict[str, Any]) -> list[Part]:
    if parts["kind"] == "unreadable":
        return [parts["text"][:MOST_FIELDS]]
    action = str(parts["action"] or "?")
    if parts["kind"] == "call":
        return [(action, "bold"), f" {_fields(parts['payload'])}"]
    if parts["kind"] == "result":
        return [(f"{action}.conf", "dim"), f" {_fields(parts['payload'])}"]
    return [(f"{action} refused: {parts['code']}", "red"), f" {parts['description']}"]


def _fields(payload: Any) -> str:
    text = "  ".join(_pairs(payload))
    return text if len(text) <= MOST_FIELDS else text[: MOST_FIELDS - 1] + "\u2026"


def _pairs(payload: Any) -> Iterator[str]:
    """The fields of a payload; meter readings as value and unit."""
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
    """Writes every frame as a JSON line ``{"at": ..., "direction": ..., "frame": [...]}`` to a file of mode 0600.

    Secrets in frames are masked, and idTags unless ``id_tags`` is true; for a text that cannot be parsed, ``frame``
    only gives its length. When a connection opens or is lost, the line is ``{"at": ..., "event": "connected"}`` or
    ``"disconnected"``. At a Central System (:class:`~ocpp16sm.csms.Witness`) each line also has a ``station``.

    If the disk is full or broken, lines are lost but the station continues. Each such gap is logged once.
    """

    def __init__(self, path: Path, *, id_tags: bool = False) -> None:
        self._path = path
        self._file = open_private(path)
        self._clock = SystemClock()
        self._id_tags = id_tags
        self._failing = False
        self._closed = False

    def frame(self, direction: str, text: str, station: str | None = None) -> None:
        """Write a frame; ``direction`` is ``cp>csms`` or ``csms>cp``."""
        cleaned = redacted(text, id_tags=self._id_tags)
        shown = json.dumps(unparsable(text)) if cleaned is None else cleaned
        self._add(station, {"direction": direction}, f', "frame": {shown}')

    def connection_changed(self, connected: bool, reason: str, station: str | None = None) -> None:
        """Write that the connection to the Central System was opened or lost."""
        self._add(station, {"event": "connected" if connected else "disconnected"})

    def passed(self, charge_point_id: str, direction: str, text: str) -> None:
        """Write a frame that passed at a Central System."""
        self.frame(direction, text, charge_point_id)

    def came_or_went(self, charge_point_id: str, connected: bool) -> None:
        """Write that a charge point has connected to the Central System or disconnected."""
        self.connection_changed(connected, "", charge_point_id)

    def _add(self, station: str | None, row: dict[str, Any], frame: str = "") -> None:
        if self._closed:
            return
        whose = {} if station is None else {"station": station}
        head = json.dumps({"at": self._clock.utc().text(), **whose, **row}, ensure_ascii=False)
        try:
            if self._file.closed:
                self._file = open_private(self._path, "a")
            # End a line that a full disk has cut off, so that later lines can be parsed.
            self._file.write(("\n" if self._failing else "") + f"{head[:-1]}{frame}}}\n")
            self._file.flush()
        except OSError as error:
            self._give_up(error)
        else:
            self._failing = False

    def _give_up(self, error: OSError) -> None:
        """Give up a line, and report the first one lost."""
        if not self._failing:
            log.error("the log %s cannot be written; lines are lost: %s", self._path, error)
        self._failing = True
        with suppress(OSError):  # closing tries to write the rest again, and fails again
            self._file.close()

    def close(self) -> None:
        """Close the file; later frames are ignored."""
        self._closed = True
        with suppress(OSError):
            self._file.close()


def all_of(*sinks: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """A function that passes each frame to all ``sinks``."""

    def frame(direction: str, text: str) -> None:
        for sink in sinks:
            sink(direction, text)

    return frame
