"""A websocket to a Central System with a limited rate, and a record of its frames."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from attrs import define, evolve, field, frozen
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.http11 import Response
from websockets.sync.client import ClientConnection, connect

from ocpp16sm.base.printable import printable
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import LinkError
from ocpp16sm.network.transport import Endpoint, refusal, websockets_log

SUBPROTOCOL = "ocpp1.6"
SHOWN = 1000
"""Maximum number of characters of a frame in a transcript."""
OURS, THEIRS = "cp>csms", "csms>cp"


@frozen
class Row:
    """A frame, or a change of the connection."""

    at: Timestamp
    direction: str
    """``cp>csms``, ``csms>cp``, or empty for a change of the connection."""
    text: str
    aside: bool = False
    """Whether it is a hostile frame or the answer to one, to which the rules for logs do not apply."""

    def __str__(self) -> str:
        shown = printable(self.text[:SHOWN])
        more = f"... ({len(self.text)} characters)" if len(self.text) > SHOWN else ""
        return f"{self.at.text()} {self.direction or '       '} {shown}{more}"

    def as_log(self, station: str) -> dict[str, Any]:
        """A line of a log that :mod:`ocpp16sm.conform` reads; ``station`` is the identity."""
        row: dict[str, Any] = {"at": self.at.text(), "station": station}
        if not self.direction:
            return {**row, "event": self.text}
        return {**row, "direction": self.direction, "frame": self.text}


class Pace:
    """Limits the frames and connections per second, over all wires that share it.

    :param per_second: the maximum, above 0.
    :param clock: monotonic time, s.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / per_second
        self._clock = clock
        self._next = clock()

    def wait(self, sleep: Callable[[float], object] = time.sleep) -> None:
        """Wait until the next frame may be sent."""
        now = self._clock()
        if self._next > now:
            sleep(self._next - now)
        self._next = max(now, self._next) + self._gap


class _AnsweredError(Exception):
    """The HTTP response to the handshake is not 101 Switching Protocols."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class _Socket(ClientConnection):
    """Does not follow redirects, as ``websockets`` would: their target is not the Central System to be probed."""

    def handshake(self, *how: Any, **given: Any) -> None:
        """Raise an error that ``websockets`` does not take for a redirect."""
        try:
            super().handshake(*how, **given)
        except InvalidStatus as error:
            raise _AnsweredError(error.response) from error


@define
class Wire:
    """Connections of one charge point, at most one at a time."""

    endpoint: Endpoint
    pace: Pace
    timeout_s: float
    """Seconds within which a connection must open and an answer arrive."""
    rows: list[Row] = field(factory=list)
    """The record, oldest first."""
    _socket: ClientConnection | None = None
    _open: ExitStack = field(factory=ExitStack)
    """Closes the socket."""

    @property
    def connected(self) -> bool:
        """Whether there is a connection."""
        return self._socket is not None

    def open(self, subprotocol: str = SUBPROTOCOL) -> str | None:
        """Connect; returns the subprotocol that was agreed on, if any.

        Closes the previous connection. Raises :class:`~ocpp16sm.errors.LinkError`.
        """
        self.close()
        authorization = self.endpoint.authorization()
        headers: Mapping[str, str] = {} if authorization is None else {"Authorization": authorization}
        self.pace.wait()
        try:
            self._socket = self._open.enter_context(
                connect(
                    self.endpoint.url,
                    subprotocols=[subprotocol],  # type: ignore[list-item]  # a NewType of str
                    additional_headers=headers,
                    open_timeout=self.timeout_s,
                    close_timeout=1,
                    max_size=2**20,
                    ssl=self.endpoint.tls,
                    proxy=None,
                    logger=websockets_log,
                    create_connection=_Socket,
                )
            )
        except _AnsweredError as error:
            answered = error.response
            raise refusal(self.endpoint.url, answered.status_code, answered.headers.get("Location")) from error
        except (OSError, InvalidHandshake, TimeoutError, EOFError) as error:
            raise LinkError(f"no connection: {str(error) or type(error).__name__}") from error
        self._note("", "connected")
        return self._socket.subprotocol

    def close(self) -> None:
        """Close the connection, if there is one."""
        self._open.close()
        self.lost()

    def lost(self) -> None:
        """Note that the connection is gone."""
        if self._socket is not None:
            self._socket = None
            self._open.close()
            self._note("", "disconnected")

    def send(self, text: str) -> None:
        """Send a text frame; does nothing if the connection is gone."""
        if self._socket is None:
            return
        self.pace.wait()
        self._note(OURS, text)
        try:
            self._socket.send(text)
        except ConnectionClosed:
            self.lost()

    def receive(self, timeout_s: float | None = None) -> str | None:
        """The next text frame; None if none arrives in time, or if the connection is gone.

        ``timeout_s``: by default that of the wire.
        """
        if self._socket is None:
            return None
        try:
            text = self._socket.recv(self.timeout_s if timeout_s is None else timeout_s)
        except TimeoutError:
            return None
        except ConnectionClosed:
            self.lost()
            return None
        shown = text if isinstance(text, str) else f"<{len(text)} bytes>"
        self._note(THEIRS, shown)
        return shown

    def set_aside(self) -> None:
        """Exempt the last row from the rules for logs."""
        self.rows[-1] = evolve(self.rows[-1], aside=True)

    def _note(self, direction: str, text: str) -> None:
        self.rows.append(Row(Timestamp.of(datetime.now(UTC)), direction, text))
