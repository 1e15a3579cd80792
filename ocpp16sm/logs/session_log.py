"""A log of all messages during a session, for people: one HTML page per session."""

import html
import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.private_files import open_private
from ocpp16sm.base.redaction import redact

log = NamedLog("ocpp16sm.session_log")

OPEN_NAME = "incomplete-ocpp.html"
CLOSED_NAME = "ocpp.html"
LARGEST_BYTES = 16 * 1024 * 1024
"""Maximum size of a page; a session may last for weeks. The message log has everything, and rotates."""

_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>OCPP session {session}</title>
<style>
body {{ font-family: system-ui, sans-serif; }}
table {{ border-collapse: collapse; }}
td {{ border-top: 1px solid #ccc; padding: .3em .8em; vertical-align: top; }}
tr.ChargePoint {{ background: #eef6fb; }}
tr.CentralSystem {{ background: #f8f4ea; }}
pre {{ margin: 0; white-space: pre-wrap; }}
</style></head><body><h1>OCPP session {session}</h1>
<table><tr><th>Time</th><th>From</th><th>Message</th></tr>
"""
_ROW = '<tr class="{sender}"><td>{when}</td><td>{sender}</td><td><pre>{what}</pre></td></tr>\n'
_LEFT_OUT = "What came after this is left out: the log of this session is full."
_TAIL = "</table></body></html>\n"


class SessionLogs:
    """The logs of current sessions. If a log cannot be written, it is given up, not the session."""

    def __init__(self, *, id_tags: bool, largest_bytes: int = LARGEST_BYTES) -> None:
        self._id_tags = id_tags
        self._largest_bytes = largest_bytes
        self._open: dict[str, Path] = {}
        self._full: frozenset[str] = frozenset()
        """Sessions whose logs are full."""

    def open(self, session_id: str, directory: str) -> None:
        """Begin a log in ``directory``, which is created if needed."""
        page = Path(directory) / OPEN_NAME
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.unlink(missing_ok=True)  # left by a session that the power ended, perhaps readable for everybody
            with open_private(page, "a") as file:
                file.write(_HEAD.format(session=html.escape(session_id)))
        except (OSError, ValueError) as error:
            log.warning("session %s: %s cannot be written: %s", session_id, page, error)
            return
        self._open[session_id] = page

    @property
    def recording(self) -> bool:
        """Whether any log is open."""
        return bool(self._open)

    def frame(self, sender: str, text: str, at: datetime) -> None:
        """Write a frame to every open log."""
        if not self._open:
            return
        shown = redact(text, id_tags=self._id_tags)
        with suppress(ValueError, RecursionError):  # what is no JSON is shown as it came
            shown = json.dumps(json.loads(shown), indent=2, ensure_ascii=False)
        when = at.isoformat(timespec="milliseconds")
        row = _ROW.format(sender=sender, when=when, what=html.escape(shown))
        for session_id, page in list(self._open.items()):
            self._append(session_id, page, row)
            if session_id not in self._full and self._is_full(page):
                self._append(session_id, page, _ROW.format(sender="", when=when, what=_LEFT_OUT))
                self._full |= {session_id}

    def close(self, session_id: str) -> None:
        """End the log of a session and give it its final name."""
        page = self._open.get(session_id)
        self._full -= {session_id}
        if page is not None and self._append(session_id, page, _TAIL):
            page.replace(page.with_name(CLOSED_NAME))
        self._open.pop(session_id, None)

    def close_all(self) -> None:
        """End all logs."""
        for session_id in list(self._open):
            self.close(session_id)

    def _append(self, session_id: str, page: Path, text: str) -> bool:
        if session_id in self._full:
            return True
        try:
            with open_private(page, "a") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            log.warning("session %s: %s cannot be written: %s", session_id, page, error)
            self._open.pop(session_id, None)
            return False
        return True

    def _is_full(self, page: Path) -> bool:
        with suppress(OSError):
            return page.stat().st_size >= self._largest_bytes
        return False
