"""A log of all messages while a session lasts, for people: one HTML page a session."""

import html
import json
import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from ocpp16sm.redact import redact

log = logging.getLogger("ocpp16sm.session_log")

OPEN_NAME = "incomplete-ocpp.html"
CLOSED_NAME = "ocpp.html"

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
_TAIL = "</table></body></html>\n"


class SessionLogs:
    """The logs of the sessions that are going on. A log that cannot be written is given up, not the session."""

    def __init__(self, *, id_tags: bool) -> None:
        self._id_tags = id_tags
        self._open: dict[str, Path] = {}

    def open(self, session_id: str, directory: str) -> None:
        """Begin a log in ``directory``, which is made if need be."""
        page = Path(directory) / OPEN_NAME
        try:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(_HEAD.format(session=html.escape(session_id)), encoding="utf-8")
        except OSError as error:
            log.warning("session %s: %s cannot be written: %s", session_id, page, error)
            return
        self._open[session_id] = page

    def frame(self, sender: str, text: str, at: datetime) -> None:
        """Write a frame to every open log."""
        if not self._open:
            return
        shown = redact(text, id_tags=self._id_tags)
        with suppress(ValueError, RecursionError):  # what is no JSON is shown as it came
            shown = json.dumps(json.loads(shown), indent=2, ensure_ascii=False)
        when = at.isoformat(timespec="milliseconds")
        row = f'<tr class="{sender}"><td>{when}</td><td>{sender}</td><td><pre>{html.escape(shown)}</pre></td></tr>\n'
        for session_id, page in list(self._open.items()):
            self._append(session_id, page, row)

    def close(self, session_id: str) -> None:
        """The session is over: the log gets its final name."""
        page = self._open.get(session_id)
        if page is not None and self._append(session_id, page, _TAIL):
            page.replace(page.with_name(CLOSED_NAME))
        self._open.pop(session_id, None)

    def close_all(self) -> None:
        """Nothing more will be logged."""
        for session_id in list(self._open):
            self.close(session_id)

    def _append(self, session_id: str, page: Path, text: str) -> bool:
        try:
            with page.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
        except OSError as error:
            log.warning("session %s: %s cannot be written: %s", session_id, page, error)
            self._open.pop(session_id, None)
            return False
        return True
