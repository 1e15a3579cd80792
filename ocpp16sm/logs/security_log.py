"""The security log: every security event, sent to the Central System or not, one JSON line each (whitepaper A04)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from ocpp16sm.base.logger import logger
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.redaction import told
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.core.engine.effects import RecordSecurityEvent
from ocpp16sm.logs.rotating_file import RotatingFile

log = NamedLog("ocpp16sm")
security = logger("ocpp16sm.security")  # rows of JSON, with nothing before them


class SecurityLog:
    """Writes and reads the security log. A full or failing disk costs rows, never the charge point.

    :param path: of the newest file; empty: events only go to the logger ``ocpp16sm.security``.
    :param max_bytes: as for :class:`~ocpp16sm.logs.rotating_file.RotatingFile`, and so is ``max_files``.
    :param cleared: called with the path when the oldest rows were deleted.
    """

    def __init__(
        self,
        path: str | Path,
        max_bytes: int,
        max_files: int,
        cleared: Callable[[str], None] = lambda _path: None,
    ) -> None:
        self._file = RotatingFile(path, max_bytes, max_files) if path else None
        self._cleared = cleared
        self._failing = False

    def record(self, event: RecordSecurityEvent) -> None:
        """Add an event."""
        row = json.dumps(
            {
                "timestamp": event.timestamp,
                "type": event.type,
                "techInfo": event.tech_info and told(event.tech_info),
                "critical": event.critical,
            }
        )
        security.info("%s", row)
        if self._file is None:
            return
        try:
            deleted = self._file.add(row)
        except OSError as error:
            if not self._failing:
                log.error("the security log %s cannot be written: %s", self._file.path, error)
            self._failing = True
            return
        self._failing = False
        if deleted:
            self._cleared(str(self._file.path))

    def rows(self, since: Timestamp | None = None, until: Timestamp | None = None) -> Iterator[str]:
        """The rows from ``since`` to ``until`` (inclusive; None: no limit), oldest first, as in the file.

        Damaged rows are left out. Raises ``OSError`` if a file cannot be read.
        """
        for line in self._file.lines() if self._file is not None else ():
            try:
                when = Timestamp.parse(json.loads(line)["timestamp"])
            except (ValueError, TypeError, LookupError, RecursionError):
                continue
            if (since is None or when >= since) and (until is None or when <= until):
                yield line
