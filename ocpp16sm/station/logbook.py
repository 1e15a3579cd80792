"""The recent events at a station, for its diagnostics."""

import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from attrs import frozen

from ocpp16sm.base.redaction import redact, told
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.listener import Listener
from ocpp16sm.messages import ChargePointStatus, RegistrationStatus, ResetType
from ocpp16sm.network.transport import Connection, Endpoint, Transport
from ocpp16sm.records import SecurityEvent

SECURITY_EVENT, SENT, RECEIVED = "security event", "sent", "received"
"""Kinds of entries; the last two are for frames."""
LENGTH = 500
LARGEST = 2_000_000
"""Maximum number of entries, and of their characters altogether; beyond it the oldest are dropped."""


@frozen
class LogbookEntry:
    """An event: its time, its kind and its text; of a frame the whole frame."""

    time: Timestamp
    kind: str
    what: str

    def shown(self) -> dict[str, Any]:
        """The entry for a report: without secrets, with idTags masked, frames as JSON."""
        what: Any = redact(self.what) if self.kind in (SENT, RECEIVED) else told(self.what)
        with suppress(ValueError):  # not JSON
            what = json.loads(what)
        return {"time": str(self.time), "kind": self.kind, "what": what}


class Logbook(Listener):
    """The last frames, connections, statuses and security events. Unlike the charge point it survives a power cut.

    :param utc: the time of day.
    :param length: maximum number of entries; 0: it keeps nothing.
    """

    def __init__(self, utc: Callable[[], Timestamp], length: int = LENGTH) -> None:
        self._utc = utc
        self._length = length
        self._entries: deque[LogbookEntry] = deque()
        self._size = 0

    def note(self, kind: str, what: str) -> None:
        """Add an entry with the present time."""
        self._entries.append(LogbookEntry(self._utc(), kind, what))
        self._size += len(what)
        while len(self._entries) > self._length or self._size > LARGEST:
            self._size -= len(self._entries.popleft().what)

    def note_frames(self, transport: Transport) -> Transport:
        """A transport that adds its frames to this logbook, if the logbook keeps entries."""
        return LoggedTransport(transport, self) if self._length else transport

    def note_security_event(self, type: str, tech_info: str | None) -> None:
        """Add a security event, noticed by the charge point or by the station."""
        self.note(SECURITY_EVENT, type if tech_info is None else f"{type}: {tech_info}")

    def between(self, start: Timestamp | None, stop: Timestamp | None) -> list[LogbookEntry]:
        """The entries from ``start`` to ``stop``, both included; None: no limit."""
        return [
            entry
            for entry in self._entries
            if (start is None or entry.time >= start) and (stop is None or entry.time <= stop)
        ]

    def connection_changed(self, connected: bool, reason: str) -> None:
        """:meth:`Listener.connection_changed`."""
        self.note("connection", f"opened: {reason}" if connected else f"lost: {reason}")

    def registration_answered(self, status: RegistrationStatus, current_time: Timestamp, interval_s: int) -> None:
        """:meth:`Listener.registration_answered`."""
        self.note("registration", status)

    def status_changed(self, connector: int, status: ChargePointStatus) -> None:
        """:meth:`Listener.status_changed`."""
        self.note("status", f"connector {connector}: {status}")

    def security_event_occurred(self, event: SecurityEvent) -> None:
        """:meth:`Listener.security_event_occurred`."""
        self.note_security_event(event.type, event.tech_info)

    def request_abandoned(self, action: str, reason: str) -> None:
        """:meth:`Listener.request_abandoned`."""
        self.note("request abandoned", f"{action}: {reason}")

    def reset_failed(self, type: ResetType, reason: str) -> None:
        """:meth:`Listener.reset_failed`."""
        self.note("reset failed", f"{type}: {reason}")


class LoggedTransport:
    """A transport that adds its frames to a logbook."""

    def __init__(self, transport: Transport, logbook: Logbook) -> None:
        self._transport = transport
        self._logbook = logbook

    async def connect(self, endpoint: Endpoint) -> Connection:
        """Open a connection. Raises :class:`~ocpp16sm.errors.LinkError`."""
        return _LoggedConnection(await self._transport.connect(endpoint), self._logbook)


class _LoggedConnection:
    def __init__(self, connection: Connection, logbook: Logbook) -> None:
        self._connection = connection
        self._logbook = logbook

    def send(self, text: str) -> None:
        self._logbook.note(SENT, text)
        self._connection.send(text)

    async def frames(self) -> AsyncIterator[str]:
        async for text in self._connection.frames():
            self._logbook.note(RECEIVED, text)
            yield text

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        self._connection.keep_alive(interval_s, pong_timeout_s)

    def close(self, code: int, reason: str) -> None:
        self._connection.close(code, reason)

    @property
    def ended_because(self) -> str:
        return self._connection.ended_because

    @property
    def offence(self) -> str | None:
        return self._connection.offence
