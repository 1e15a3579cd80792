"""The message log: every frame in both directions, for operators, a JSON line each."""

import json
import logging
from pathlib import Path

from ocpp16sm.frame_reader import FrameReader
from ocpp16sm.redact import redact
from ocpp16sm.rotating import RotatingFile
from ocpp16sm.timestamp import Timestamp

log = logging.getLogger("ocpp16sm")

DIRECTIONS = {"ChargePoint": "cp>csms", "CentralSystem": "csms>cp"}
"""Who sent it -> direction."""


class MessageLog:
    """Writes the message log. A disk that is full or broken costs rows, not the charge point.

    A row has ``time``, ``direction`` (``cp>csms`` or ``csms>cp``) and what
    :class:`~ocpp16sm.frame_reader.FrameReader` says of the frame: an answer has the action that it answers. Secrets are
    masked, and idTags unless ``id_tags``.

    :param path: of the newest file.
    :param max_bytes: as for :class:`~ocpp16sm.rotating.RotatingFile`, and so is ``max_files``.
    """

    def __init__(self, path: str | Path, max_bytes: int, max_files: int, *, id_tags: bool) -> None:
        self._file = RotatingFile(path, max_bytes, max_files)
        self._frames = FrameReader()
        self._id_tags = id_tags
        self._failing = False

    def frame(self, sender: str, text: str, at: Timestamp) -> None:
        """A frame passed."""
        direction = DIRECTIONS[sender]
        row = {"time": at.text(), "direction": direction}
        row |= self._frames.read(direction, redact(text, id_tags=self._id_tags))
        try:
            self._file.add(json.dumps(row, separators=(",", ":"), ensure_ascii=False))
        except OSError as error:
            if not self._failing:
                log.error("the message log %s cannot be written: %s", self._file.path, error)
            self._failing = True
        else:
            self._failing = False
