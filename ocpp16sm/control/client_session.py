"""One client of the control channel: reads and writes lines, independent of sockets.

::

    -> {"id": 1, "act": "plug_in", "connector": 1}
    <- {"id": 1, "result": null, "seq": 17}
    <- {"event": "status_changed", "seq": 19, "at": "2026-06-01T12:00:01.000Z", "connector": 1, "status": "Preparing"}
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from importlib.metadata import version
from typing import Any, Final

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.strict_json import from_json
from ocpp16sm.control.act import Operator
from ocpp16sm.control.act_table import UnknownActError, find
from ocpp16sm.control.event_history import Event
from ocpp16sm.control.line_splitter import OverlongLine
from ocpp16sm.control.parameter_values import InvalidValueError, shown
from ocpp16sm.control.remote_panel import Panel, StoppingError, WaitError
from ocpp16sm.errors import LocalError, NotStartedError, UnknownConnectorError

log = NamedLog("ocpp16sm.control")

PROTOCOL: Final = 1
"""Version of the control channel's protocol. It is incremented when the meaning of anything existing changes."""
LONGEST_LINE: Final = 1_048_576
"""Maximum length of a line in bytes, without its line ending."""
MOST_CLIENTS: Final = 32
"""Maximum number of simultaneous clients of a channel. Further clients are rejected."""
MOST_WAITING: Final = 256
"""Maximum number of unanswered acts of one client."""
MOST_UNREAD: Final = 1_048_576
"""Number of unread bytes above which no events are written to a client."""

BAD_LINE: Final = "bad_line"
INVALID: Final = "invalid"
UNKNOWN_ACT: Final = "unknown_act"
REFUSED: Final = "refused"
NOT_RUNNING: Final = "not_running"
TIMEOUT: Final = "timeout"
STOPPED: Final = "stopped"
TOO_MANY: Final = "too_many"
FAILED: Final = "failed"

CODES: Final = {
    BAD_LINE: "The line is too long or not a JSON object, or its id is neither number nor text. Nothing was done.",
    UNKNOWN_ACT: "No act has this name. Nothing was done.",
    INVALID: "A parameter is missing, unknown or has an invalid value; `path` names it. Nothing was done.",
    REFUSED: "The station cannot do this now. Nothing was done.",
    NOT_RUNNING: "The charge point is not running: its power is off, or it is being reset. Nothing was done.",
    TIMEOUT: "The event or state that `wait_for` waits for did not occur in time.",
    STOPPED: "The station is stopping; pending waits are cancelled.",
    TOO_MANY: f"This client has {MOST_WAITING} unanswered acts, or {MOST_CLIENTS} clients are connected.",
    FAILED: "Internal error or disk error; see the station's standard error for details.",
}
"""Meanings of the error codes."""


def greeting(panel: Panel) -> dict[str, Any]:
    """The first message sent to a client."""
    settings = panel.plan.settings
    return {
        "event": "ready",
        "protocol": PROTOCOL,
        "version": version("ocpp16sm"),
        "charge_point_id": settings.charge_point_id,
        "connectors": settings.connectors,
        "seq": panel.history.seq,
    }


def refusal(code: str, message: str) -> str:
    """The only line sent to a client that is rejected."""
    return json.dumps({"id": None, "error": {"code": code, "message": message}})


def ready_line(panel: Panel, addresses: Iterable[object]) -> str:
    """The first line on standard output of a station with a control channel. It contains the channel's addresses."""
    return json.dumps({**greeting(panel), "control": [str(each) for each in addresses]})


class Session:
    """The session of one client.

    :param write: sends a line, given without its line ending, to the client.
    :param unread: returns the number of bytes that the client has not read yet.
    :param hang_up: closes the connection.
    """

    def __init__(
        self,
        panel: Panel,
        name: str,
        write: Callable[[str], None],
        unread: Callable[[], int],
        hang_up: Callable[[], None],
    ) -> None:
        self._operator = Operator(name, panel)
        self._write = write
        self._unread = unread
        self._hang_up = hang_up
        self._history = panel.history
        self._lost = 0
        self._said_all = False
        self._tasks: dict[asyncio.Future[Any], Any] = {}
        """Unfinished acts and the ids of their requests."""
        self._say(greeting(panel))
        self._history.listeners.append(self._tell)

    def close(self) -> None:
        """The client has disconnected: cancel its pending acts."""
        if self._tell in self._history.listeners:
            self._history.listeners.remove(self._tell)
        for task in tuple(self._tasks):
            task.cancel()

    def finish(self) -> None:
        """The client sends nothing more. Close the connection once everything is answered."""
        self._said_all = True
        if not self._tasks:
            self._hang_up()

    def farewell(self) -> None:
        """The station has stopped: cancel the unanswered acts and tell the client."""
        tasks, self._tasks = self._tasks, {}
        for task, id in tasks.items():
            if task.cancel():
                self._failed(id, StoppingError("the station has stopped"))
            else:
                self._answer(id, task)
        self._say({"event": "stopped", "seq": self._history.seq})

    # -- in ---------------------------------------------------------------------------------------------------------

    def receive(self, line: bytes) -> None:
        """Handle a line from the client. This never raises, whatever the line contains."""
        if not line.strip():
            return
        if isinstance(line, OverlongLine):
            self._refuse(None, BAD_LINE, f"the line is longer than {LONGEST_LINE} bytes")
            return
        try:
            request = from_json(line)
        except (ValueError, UnicodeError) as error:
            self._refuse(None, BAD_LINE, f"invalid JSON: {error}")
            return
        if not isinstance(request, dict):
            self._refuse(None, BAD_LINE, f"expected a JSON object, found {shown(request)}")
            return
        id = request.pop("id", None)
        if isinstance(id, bool) or not isinstance(id, str | int | float | None):
            self._refuse(None, BAD_LINE, f"id: expected a number or a string, found {shown(id)}")
            return
        self._perform(id, request)

    def refuse_http(self) -> None:
        """Tell the client that this is not a web server."""
        self._refuse(None, BAD_LINE, "this is not a web server; expected a JSON object on each line")

    def _perform(self, id: Any, request: dict[str, Any]) -> None:
        if len(self._tasks) >= MOST_WAITING:
            self._refuse(id, TOO_MANY, f"{MOST_WAITING} acts are unanswered; wait for their answers first")
            return
        try:
            act = find(request.pop("act", None)).of(request, self._operator.panel.plan)
            done = self._operator.perform(act)
        except Exception as error:
            self._failed(id, error)
            return
        if isinstance(done, Awaitable):
            task = asyncio.ensure_future(done)
            self._tasks[task] = id
            task.add_done_callback(self._done)
        else:
            self._succeeded(id, done)

    def _done(self, task: "asyncio.Future[Any]") -> None:
        if task not in self._tasks:
            return
        id = self._tasks.pop(task)
        if not task.cancelled():
            self._answer(id, task)
            if self._said_all:
                self.finish()

    def _answer(self, id: Any, task: "asyncio.Future[Any]") -> None:
        error = task.exception()
        if isinstance(error, Exception):
            self._failed(id, error)
        else:
            self._succeeded(id, task.result())

    # -- out --------------------------------------------------------------------------------------------------------

    def _succeeded(self, id: Any, result: Any) -> None:
        self._say({"id": id, "result": result, "seq": self._history.seq})

    def _failed(self, id: Any, error: Exception) -> None:
        code = code_of(error)
        if code == FAILED:
            log.error("an act has failed", exc_info=error)
        path = error.path if isinstance(error, InvalidValueError) else ""
        self._refuse(id, code, str(error) or type(error).__name__, **({"path": path} if path else {}))

    def _refuse(self, id: Any, code: str, message: str, **more: str) -> None:
        self._say({"id": id, "error": {"code": code, "message": message, **more}, "seq": self._history.seq})

    def _tell(self, event: Event) -> None:
        if not self._operator.wants(event):
            return
        if self._unread() > MOST_UNREAD:
            self._lost += 1
            return
        if self._lost:
            self._say({"event": "events_lost", "seq": event.seq - 1, "count": self._lost})
            self._lost = 0
        self._say(event.row())

    def _say(self, row: dict[str, Any]) -> None:
        self._write(json.dumps(row, allow_nan=False))


def code_of(error: Exception) -> str:
    """The error code for an exception."""
    match error:
        case UnknownActError():
            return UNKNOWN_ACT
        case InvalidValueError() | UnknownConnectorError():
            return INVALID
        case WaitError():
            return TIMEOUT
        case StoppingError():
            return STOPPED
        case NotStartedError():
            return NOT_RUNNING
        case LocalError():
            return REFUSED
    return FAILED
