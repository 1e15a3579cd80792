"""The network of one station of a fleet: it counts and times requests, and can be cut."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable

from ocpp16sm.base.strict_json import from_json
from ocpp16sm.core.engine.outgoing_calls import CALL_TIMEOUT_S
from ocpp16sm.errors import LinkError
from ocpp16sm.fleet.counts import Counts
from ocpp16sm.network.transport import Connection, Endpoint, Transport

CUT = "the network is cut"
TIMEOUT_S = CALL_TIMEOUT_S
"""Seconds after which a request counts as unanswered; the core gives up then too."""
NO_ANSWER = f"no answer within {TIMEOUT_S:g} s"

_CALL = '[2,"'
"""The beginning of our own requests."""
_HEAD = re.compile(r'\s*\[\s*([234])\s*,\s*"([^"\\]*)"')


class Network:
    """A transport that wraps another one, counts its requests and can be cut.

    :param after: called after each processed frame.
    """

    __slots__ = ("_after", "_counts", "_cuts", "_now", "_transport", "connection")

    def __init__(
        self, transport: Transport, counts: Counts, now: Callable[[], float], after: Callable[[], None]
    ) -> None:
        self._transport = transport
        self._counts = counts
        self._now = now
        self._after = after
        self._cuts = 0
        self.connection: CountedConnection | None = None
        """The latest connection."""

    @property
    def is_cut(self) -> bool:
        """Whether the network is cut."""
        return self._cuts > 0

    def cut(self) -> None:
        """Break the connection, and refuse new ones until :meth:`mend` has been called as often as this."""
        self._cuts += 1
        if self.connection is not None:
            self.connection.break_off()

    def mend(self) -> None:
        """End one cut."""
        self._cuts -= 1

    def _check(self) -> None:
        if self.is_cut:
            raise LinkError(CUT)

    async def connect(self, endpoint: Endpoint) -> "CountedConnection":
        """Open a connection. Raises :class:`~ocpp16sm.errors.LinkError`."""
        self._check()
        began = self._now()
        try:
            inner = await self._transport.connect(endpoint)
        except LinkError as error:
            self._counts.failed(f"connect: {error}")
            raise
        try:
            self._check()
        except LinkError:
            inner.close(1001, "")
            raise
        self._counts.waited("connect", self._now() - began)
        self.connection = CountedConnection(inner, self._counts, self._now, self._after)
        return self.connection


class CountedConnection:
    """A connection whose requests are timed. At most one is unanswered (OCPP-J 1.6, 4.1.1)."""

    __slots__ = (
        "_action",
        "_after",
        "_broken",
        "_counts",
        "_ended_because",
        "_failure",
        "_id",
        "_inner",
        "_now",
        "_reader",
        "_sent_at",
    )

    def __init__(self, inner: Connection, counts: Counts, now: Callable[[], float], after: Callable[[], None]) -> None:
        self._inner = inner
        self._counts = counts
        self._now = now
        self._after = after
        self._reader: asyncio.Task[object] | None = None
        self._broken = False
        self._ended_because = ""
        self._id: str | None = None
        """Message id of the unanswered request."""
        self._action = ""
        self._sent_at = 0.0
        self._failure: str | None = None
        """What is wrong with the response that is being processed."""

    def send(self, text: str) -> None:
        """Send a frame, and start timing if it is a request."""
        if text.startswith(_CALL):
            if self._id is not None:
                self._give_up(NO_ANSWER)
            _, self._id, _, self._action, _ = text.split('"', 4)
            self._sent_at = self._now()
            self._counts.sent()
        self._inner.send(text)

    def look(self, now: float) -> None:
        """Count the open request as unanswered if it has waited too long."""
        if self._id is not None and now - self._sent_at >= TIMEOUT_S:
            self._give_up(NO_ANSWER)

    def blame(self, failure: str) -> None:
        """Note that the frame that is being processed is faulty."""
        self._failure = failure

    def excuse(self) -> None:
        """Note that the connection ends on purpose, so that an open request is no error."""
        self._broken = True

    def break_off(self) -> None:
        """End the connection at once without a close frame, as when a cable is cut."""
        if not self._broken:
            self._broken = True
            self._ended_because = CUT
            if self._reader is not None:
                self._reader.cancel()

    async def frames(self) -> AsyncIterator[str]:
        """The received frames."""
        reader = self._reader = asyncio.current_task()
        assert reader is not None
        try:
            if self._broken:
                reader.cancel()
            async for text in self._inner.frames():
                kind, action, seconds = self._answers(text)
                self._failure = _code(text) if kind == "4" else None
                yield text
                self._dealt_with(action, seconds)
                self._after()
        except asyncio.CancelledError:
            if not self._broken:
                raise
            reader.uncancel()
        finally:
            self._reader = None
            if self._id is not None and not self._broken:
                self._give_up("the connection was lost")

    def _dealt_with(self, action: str | None, seconds: float) -> None:
        """The core has read a frame; perhaps it has blamed it."""
        if action is not None:
            self._counts.answered(action, seconds, self._failure)
        elif self._failure is not None:
            self._counts.failed(self._failure)

    def _answers(self, text: str) -> tuple[str, str | None, float]:
        """The kind of a frame, and, if it answers the request that waits, whose action and after how long."""
        head = _HEAD.match(text)
        if head is None:
            return "", None, 0.0
        kind, message_id = head.groups()
        if kind == "2":
            self._counts.served += 1
        elif message_id == self._id:
            self._id = None
            return kind, self._action, self._now() - self._sent_at
        return kind, None, 0.0

    def _give_up(self, failure: str) -> None:
        self._id = None
        self._counts.unanswered(self._action, self._now() - self._sent_at, failure)

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        """Configure pings of the wrapped connection."""
        self._inner.keep_alive(interval_s, pong_timeout_s)

    def close(self, code: int, reason: str) -> None:
        """Close the wrapped connection."""
        self._inner.close(code, reason)

    @property
    def ended_because(self) -> str:
        """Why it ended."""
        return self._ended_because or self._inner.ended_because

    @property
    def offence(self) -> str | None:
        """The offence of the wrapped connection, if any."""
        return self._inner.offence


def _code(text: str) -> str:
    """Text for a CALLERROR in the counts."""
    try:
        return f"CALLERROR {from_json(text)[2]}"[:60]
    except (ValueError, IndexError, TypeError, KeyError):
        return "CALLERROR"
