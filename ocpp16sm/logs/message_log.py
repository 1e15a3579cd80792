"""The message log: every frame in both directions and changes of the connection, one JSON line each."""

import json
from pathlib import Path
from typing import Any

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.redaction import redact
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.logs.frame_summary import FrameReader
from ocpp16sm.logs.rotating_file import RotatingFile

log = NamedLog("ocpp16sm")

DIRECTIONS = {"ChargePoint": "cp>csms", "CentralSystem": "csms>cp"}
"""Sender -> direction."""


class MessageLog:
    """Writes the message log. A full or failing disk costs rows, never the charge point.

    A row has ``time``, ``direction`` (``cp>csms`` or ``csms>cp``) and the description by
    :class:`~ocpp16sm.logs.frame_summary.FrameReader`; an answer has the action it belongs to. Secrets are masked, and
    idTags unless ``id_tags``. When a connection was opened or lost, the row has ``time`` and ``event`` (``connected``,
    or ``disconnected`` with a ``reason``).

    :param path: of the newest file.
    :param max_bytes: as for :class:`~ocpp16sm.logs.rotating_file.RotatingFile`, and so is ``max_files``.
    """

    def __init__(self, path: str | Path, max_bytes: int, max_files: int, *, id_tags: bool) -> None:
        self._file = RotatingFile(path, max_bytes, max_files)
        self._frames = FrameReader()
        self._id_tags = id_tags
        self._failing = False

    def frame(self, sender: str, text: str, at: Timestamp) -> None:
        """Log a frame."""
        direction = DIRECTIONS[sender]
        row: dict[str, Any] = {"time": at.text(), "direction": direction}
        self._add(row | self._frames.read(direction, redact(text, id_tags=self._id_tags)))

    def connection_changed(self, connected: bool, reason: str, at: Timestamp) -> None:
        """Log that the connection was opened, or lost for this reason."""
        row = {"time": at.text(), "event": "connected" if connected else "disconnected"}
        self._add(row if connected else {**row, "reason": reason})

    def _add(self, row: dict[str, Any]) -> None:
        try:
            self._file.add(json.dumps(row, separators=(",", ":"), ensure_ascii=False))
        except OSError as error:
            if not self._failing:
                log.error("the message log %s cannot be written: %s", self._file.path, error)
            self._failing = True
        else:
            self._failing = False
