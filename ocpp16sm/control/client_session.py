"""One client of the control channel: lines in, lines out. It knows nothing of sockets.

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
"""Version of the control channel's language. It grows when something that was there changes its meaning."""
LONGEST_LINE: Final = 1_048_576
"""Bytes of a line, its end not counted."""
MOST_CLIENTS: Final = 32
"""On a channel at once; one more is turned away."""
MOST_WAITING: Final = 256
"""Acts of one client that have not been answered yet."""
MOST_UNREAD: Final = 1_048_576
"""Bytes that a client has not read; beyond them no events are written to it."""

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
    BAD_LINE: "The line is no JSON object, or is too long, or its id is neither a number nor a text. Nothing was done.",
    UNKNOWN_ACT: "There is no act of this name. Nothing was done.",
    INVALID: "A parameter is missing, unknown, or cannot have this value; `path` says which. Nothing was done.",
    REFUSED: "The station cannot do this now. Nothing was done.",
    NOT_RUNNING: "The charge point does not run: there is no power, or it is being reset. Nothing was done.",
    TIMEOUT: "What `wait_for` waits for did not happen in time.",
    STOPPED: "The station stops; what is being waited for will not happen any more.",
    TOO_MANY: f"{MOST_WAITING} acts of this client wait for an answer, or {MOST_CLIENTS} clients are connected.",
    FAILED: "A mistake of ours, or the disk's; the station's standard error has more.",
}
"""Codes of errors, and what they mean."""


def greeting(panel: Panel) -> dict[str, Any]:
    """The first line that a client gets."""
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
    """The only line that somebody gets who is not served."""
    return json.dumps({"id": None, "error": {"code": code, "message": message}})


def ready_line(panel: Panel, addresses: Iterable[object]) -> str:
    """The first line on standard output of a station with a control channel: where that is."""
    return json.dumps({**greeting(panel), "control": [str(each) for each in addresses]})


class Session:
    """A client.

    :param write: takes a line for it, without its end.
    :param unread: how many bytes it has not read yet.
    :param hang_up: ends its connection.
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
        """What has not been answered yet, and the id of its request."""
        self._say(greeting(panel))
        self._history.listeners.append(self._tell)

    def close(self) -> None:
        """It has gone. What it waits for interests nobody any more."""
        if self._tell in self._history.listeners:
            self._history.listeners.remove(self._tell)
        for task in tuple(self._tasks):
            task.cancel()

    def finish(self) -> None:
        """It has said all that it had to say. Once everything is answered, its connection ends."""
        self._said_all = True
        if not self._tasks:
            self._hang_up()

    def farewell(self) -> None:
        """The station has stopped: nothing that has not been answered will be done any more."""
        tasks, self._tasks = self._tasks, {}
        for task, id in tasks.items():
            if task.cancel():
                self._failed(id, StoppingError("the station has stopped"))
            else:
                self._answer(id, task)
        self._say({"event": "stopped", "seq": self._history.seq})

    # -- in ---------------------------------------------------------------------------------------------------------

    def receive(self, line: bytes) -> None:
        """A line has come. Whatever it says, this does not raise."""
        if not line.strip():
            return
        if isinstance(line, OverlongLine):
            self._refuse(None, BAD_LINE, f"the line has more than {LONGEST_LINE} bytes")
            return
        try:
            request = from_json(line)
        except (ValueError, UnicodeError) as error:
            self._refuse(None, BAD_LINE, f"the line is no JSON: {error}")
            return
        if not isinstance(request, dict):
            self._refuse(None, BAD_LINE, f"expected a JSON object, found {shown(request)}")
            return
        id = request.pop("id", None)
        if isinstance(id, bool) or not isinstance(id, str | int | float | None):
            self._refuse(None, BAD_LINE, f"id: expected a number or a text, found {shown(id)}")
            return
        self._perform(id, request)

    def refuse_http(self) -> None:
        """Say that this is not a web server."""
        self._refuse(None, BAD_LINE, "this is not a web server; expected a JSON object on each line")

    def _perform(self, id: Any, request: dict[str, Any]) -> None:
        if len(self._tasks) >= MOST_WAITING:
            self._refuse(id, TOO_MANY, f"{MOST_WAITING} acts have not been answered yet; wait for answers")
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
    """The code of what has gone wrong."""
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
