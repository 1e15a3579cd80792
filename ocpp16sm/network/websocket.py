"""One websocket of a charge point. Frames are passed on in calls, nothing waits for a write, pings are timers.

The package ``websockets`` implements the protocol. Its tasks, queues and futures for each frame are avoided here: an
idle connection costs one task, which waits for its end.

A text message in a single frame, as nearly all are, is also framed and parsed here, which takes a tenth of the time of
the package. All other frames are passed to the package, whole and in order.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Event, State

from ocpp16sm import codec
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.network.forked import keep_from_children
from ocpp16sm.network.websocket_frames import EIGHT_BYTES, MASKED, TWO_BYTES, WHOLE_CONTROL, WHOLE_TEXT, text_frame
from ocpp16sm.network.write_batch import gone, outgoing

log = NamedLog("ocpp16sm.transport")

WRITE_TIMEOUT_S = 10.0
"""A frame that cannot be written for this long ends the connection."""
LAST_WORDS_S = 2.0
"""How long a connection that is being closed waits for the frames before."""
CLOSE_TIMEOUT_S = 5.0
"""How long it then waits for the other end to close too; after that it is broken off."""

OFFENCES: Mapping[int, str] = {
    CloseCode.PROTOCOL_ERROR: "a frame that breaks the websocket protocol",
    CloseCode.INVALID_DATA: "a frame that is no UTF-8",
    CloseCode.MESSAGE_TOO_BIG: f"a message of more than {codec.MAX_FRAME_SIZE} bytes",
}
"""Close codes with which we end a connection because of what came (RFC 6455, 7.4.1)."""

_DATA = frozenset({Opcode.TEXT, Opcode.BINARY})
_END_OF_HEAD = b"\r\n\r\n"


class Client(ClientConnection):
    """A connection of ``websockets`` that passes on each message at once, as long as each comes in a single frame.

    From the first message that does not, or is not UTF-8, the package's own queue takes over and judges it.
    """

    # `recv_messages` and `transport` are of the package: with them its dict of attributes would be four times as large
    __slots__ = (
        "_begun",
        "_cutting",
        "_ponged",
        "_stuck",
        "broke",
        "early",
        "hear",
        "outgoing",
        "recv_messages",
        "transport",
        "turned",
        "whole",
    )

    def __init__(self, ponged: Callable[[bytes], None], stuck: Callable[[bool], None], *how: Any, **given: Any) -> None:
        super().__init__(*how, **given)
        self._ponged = ponged
        """Called with the data of each pong."""
        self._stuck = stuck
        """Called when frames cannot be written any more (True), and when they can again (False)."""
        self.broke: Exception | None = None
        """Why it broke off: in TLS 1.3 a client certificate is refused after the handshake."""
        self.hear: Callable[[str], None] = self.keep
        self.early: list[str] = []
        """What has come before anybody listened."""
        self.outgoing = outgoing(self.loop)
        self.whole = True
        self.turned: asyncio.Future[None] | None = None
        """Done when messages are not whole any more, or nothing more comes."""
        self._cutting = False
        """Frames are cut here: ``websockets`` has no part of one."""
        self._begun = bytearray()
        """Of a frame that has not come wholly."""
        keep_from_children(self)

    def socket_number(self) -> int:
        """The file descriptor of its socket; negative if it has none."""
        transport = getattr(self, "transport", None)
        socket = None if transport is None else transport.get_extra_info("socket")
        return -1 if socket is None else int(socket.fileno())

    def data_received(self, data: bytes) -> None:
        """Process the rest of the handshake, or frames."""
        if self._cutting:
            self._cut(data)
            return
        found = data.find(_END_OF_HEAD) if self.protocol.state is State.CONNECTING else -1
        if found < 0:  # also where it came in pieces: then websockets has what follows it, and nothing is ever cut
            super().data_received(data)
            return
        frames = data[found + len(_END_OF_HEAD) :]
        super().data_received(data[: len(data) - len(frames)])
        self._cutting = self.protocol.state is State.OPEN
        if frames:
            self.data_received(frames)

    def _cut(self, came: bytes) -> None:
        """Take the frames out of the received bytes one by one; stop at the first unusual one."""
        data: bytes | bytearray = came
        if self._begun:
            self._begun += came
            data = self._begun
        start, size = 0, len(data)
        while size - start >= 2:
            first, length, payload = data[start], data[start + 1], start + 2
            ordinary = first == WHOLE_TEXT and length < MASKED
            if ordinary and length >= TWO_BYTES:
                payload += 8 if length == EIGHT_BYTES else 2
                if payload > size:
                    break
                length = int.from_bytes(data[start + 2 : payload], "big")
                ordinary = length <= codec.MAX_FRAME_SIZE
            if not ordinary and (first not in WHOLE_CONTROL or length >= TWO_BYTES):
                self._cutting = False
                super().data_received(bytes(data[start:]))
                return
            end = payload + length
            if end > size:
                break
            if not (ordinary and self._hand_over(data[payload:end])):
                super().data_received(bytes(data[start:end]))
            start = end
        if start < size or self._begun:
            self._begun = bytearray(data[start:])

    def _hand_over(self, payload: bytes | bytearray) -> bool:
        """Pass a payload on as a message; returns whether it could be one."""
        if not self.whole or self.protocol.state is not State.OPEN:
            return False
        try:
            text = str(payload, "utf-8")
        except UnicodeDecodeError:
            return False
        self.hear(text)
        return True

    def keep(self, text: str) -> None:
        """Keep messages until somebody listens."""
        self.early.append(text)

    def process_event(self, event: Event) -> None:
        """Pass on a whole message; leave everything else to ``websockets``."""
        if self.whole and isinstance(event, Frame) and event.opcode in _DATA:
            self.whole = False
            if event.fin:
                with suppress(UnicodeDecodeError):
                    text = str(event.data, "utf-8", "strict" if event.opcode is Opcode.TEXT else "replace")
                    self.whole = True
                    self.hear(text)
                    return
            self._turn()
        elif isinstance(event, Frame) and event.opcode is Opcode.PONG:
            self._ponged(bytes(event.data))
        super().process_event(event)

    def send_data(self) -> None:
        """Write what ``websockets`` has to send after earlier frames: nothing may follow a close frame."""
        self.outgoing.write()
        super().send_data()

    def _turn(self) -> None:
        if self.turned is not None and not self.turned.done():
            self.turned.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember the reason."""
        self.broke = exc
        super().connection_lost(exc)
        self._turn()

    def pause_writing(self) -> None:
        """The buffer is full: write nothing for now."""
        super().pause_writing()
        self._stuck(True)

    def resume_writing(self) -> None:
        """Write again."""
        super().resume_writing()
        self._stuck(False)


class WebSocket:
    """A :class:`~ocpp16sm.network.transport.Connection` over the package ``websockets``, which also pushes its
    frames.
    """

    __slots__ = (
        "_closer",
        "_keep_alive_s",
        "_loop",
        "_ping_timer",
        "_pinged",
        "_write_timer",
        "client",
        "ended_because",
        "offence",
    )

    def __init__(self, *how: Any, **given: Any) -> None:
        self.client = Client(self._ponged, self._stuck, *how, **given)
        self._loop = asyncio.get_running_loop()
        self._write_timer: asyncio.TimerHandle | None = None
        self._ping_timer: asyncio.TimerHandle | None = None
        self._keep_alive_s = (0.0, 0.0)
        self._pinged = 0
        self._closer: asyncio.Task[None] | None = None
        self.ended_because = ""
        self.offence: str | None = None

    def send(self, text: str) -> None:
        """Queue a frame behind those queued before. Frames that are not written are lost with the connection."""
        socket = self.client
        if self._closer is None and socket.protocol.state is State.OPEN:
            socket.outgoing.add(self._loop, socket.transport, text_frame(text.encode()))

    def _write(self) -> None:
        try:
            self.client.send_data()
        except (OSError, RuntimeError) as error:
            gone(error)

    def _stuck(self, stuck: bool) -> None:
        if self._write_timer is not None:
            self._write_timer.cancel()
            self._write_timer = None
        if stuck:
            too_long = partial(self.close, 1011, "the connection does not take any more")
            self._write_timer = self._loop.call_later(WRITE_TIMEOUT_S, too_long)

    # Pings need no task that sleeps: a timer sends one, another waits for its pong.

    def keep_alive(self, interval_s: float, pong_timeout_s: float) -> None:
        """Send pings at this interval from now on; 0: none."""
        self._stop_pinging()
        self._keep_alive_s = (interval_s, pong_timeout_s)
        if interval_s > 0:
            self._ping_timer = self._loop.call_later(interval_s, self._ping)

    def _stop_pinging(self) -> None:
        if self._ping_timer is not None:
            self._ping_timer.cancel()
            self._ping_timer = None

    def _ping(self) -> None:
        if self.client.state is State.OPEN:
            self._pinged += 1
            self.client.protocol.send_ping(self._pinged.to_bytes(4, "big"))
            self._write()
            self._ping_timer = self._loop.call_later(self._keep_alive_s[1], self._no_pong)

    def _ponged(self, data: bytes) -> None:
        if self._ping_timer is not None and data == self._pinged.to_bytes(4, "big"):
            self.keep_alive(*self._keep_alive_s)

    def _no_pong(self) -> None:
        self.ended_because = f"no pong within {self._keep_alive_s[1]:g} s"
        self.close(1011, "no pong")

    def close(self, code: int, reason: str) -> None:
        """Close the connection after sending the queued frames."""
        if self._closer is None:
            self._closer = asyncio.create_task(self._finish(code, reason))

    async def _finish(self, code: int, reason: str) -> None:
        """Send the queued frames first, unless that takes too long."""
        with suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(self.client.drain(), LAST_WORDS_S)
        try:
            # who does not read takes no close frame either: websockets would wait for that without an end
            await asyncio.wait_for(self.client.close(code, reason), CLOSE_TIMEOUT_S)
        except TimeoutError:
            self.client.transport.abort()

    async def listen(self, hear: Callable[[str], None]) -> None:
        """Call ``hear`` with every frame; return when the connection ends. Cancelling it drops the connection."""
        socket = self.client
        while socket.early:
            hear(socket.early.pop(0))
        socket.hear = hear
        try:
            async for text in self._messages():  # what did not come in one frame
                hear(text)
        finally:
            socket.hear = socket.keep

    def frames(self) -> AsyncIterator[str]:
        """Incoming frames, until the connection ends. Leaving the loop early drops the connection."""
        self.client.whole = False  # only the package's own queue can be waited for
        return self._messages()

    async def _messages(self) -> AsyncIterator[str]:
        socket = self.client
        try:
            while socket.early:
                yield socket.early.pop(0)
            if socket.whole and socket.state is not State.CLOSED:
                socket.turned = self._loop.create_future()
                await socket.turned
            async for message in socket:
                yield message if isinstance(message, str) else message.decode(errors="replace")
            self._explain()
        except ConnectionClosed as error:
            self._explain(error)
        except (asyncio.CancelledError, GeneratorExit):
            socket.transport.abort()
            raise
        finally:
            self._stop_pinging()
            self._stuck(False)
            if self._closer is not None:
                await self._closer

    def _explain(self, error: ConnectionClosed | None = None) -> None:
        if not self.ended_because:
            code, reason = self.client.close_code, self.client.close_reason
            if error is not None and error.rcvd is None and error.sent is not None:
                code, reason = error.sent.code, error.sent.reason
                if code in OFFENCES:
                    self.offence = OFFENCES[code]
            self.ended_because = f"closed with code {code}" + (f" ({reason})" if reason else "")
