"""A Central System that is not the bottleneck: it accepts everything, with answers that are ready before it is asked.

``python -m tests.bench.central_system`` prints the port it listens on, and at the end of its input how many requests it
has answered, and its CPU time. It speaks as much of RFC 6455 as the clients of the benchmarks do:
whole text frames, pings, close.
"""

import asyncio
import json
import sys
import time
from base64 import b64encode
from collections import Counter
from hashlib import sha1
from typing import cast

import uvloop

_ACCEPTED = '{"idTagInfo":{"status":"Accepted"}}'
ANSWERS = {
    b"BootNotification": '{"status":"Accepted","currentTime":"2026-06-01T12:00:00.000Z","interval":86400}',
    b"Heartbeat": '{"currentTime":"2026-06-01T12:00:00.000Z"}',
    b"Authorize": _ACCEPTED,
    b"StartTransaction": '{"idTagInfo":{"status":"Accepted"},"transactionId":4711}',
    b"StopTransaction": _ACCEPTED,
}
_READY = {action: f'",{payload}]'.encode() for action, payload in ANSWERS.items()}
_EMPTY = b'",{}]'

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class Answering(asyncio.Protocol):
    """One connection."""

    def __init__(self, answered: Counter[str]) -> None:
        self._answered = answered
        self._buffer = b""
        self._open = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._open:
            head, end, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            self._shake_hands(head)
        while self._take_frame():
            pass

    def _shake_hands(self, head: bytes) -> None:
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
        key = next(value for name, value in headers.items() if name.lower() == "sec-websocket-key")
        accept = b64encode(sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()
        self._transport.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n".encode()
        )
        self._open = True

    def _take_frame(self) -> bool:
        """Take a frame from the buffer, if a whole one is in it."""
        buffer = self._buffer
        if len(buffer) < 6:
            return False
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        end = start + 4 + length
        if len(buffer) < end:
            return False
        mask = buffer[start : start + 4] * (length // 4 + 1)
        masked = int.from_bytes(buffer[start + 4 : end], "little")
        payload = (masked ^ int.from_bytes(mask[:length], "little")).to_bytes(length, "little")
        self._buffer = buffer[end:]
        self._frame(buffer[0] & 0x0F, payload)
        return True

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT and payload.startswith(b"[2"):
            _, message_id, _, action, _ = payload.split(b'"', 4)
            answer = b'[3,"' + message_id + _READY.get(action, _EMPTY)
            self._transport.write(bytes((0x80 | TEXT, len(answer))) + answer)
            self._answered[action.decode()] += 1
        elif opcode == PING:
            self._transport.write(bytes((0x80 | PONG, len(payload))) + payload)
        elif opcode == CLOSE:
            self._transport.write(bytes((0x80 | CLOSE, len(payload))) + payload)
            self._transport.close()


async def _serve() -> None:
    answered: Counter[str] = Counter()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(answered), "127.0.0.1", 0, backlog=4096)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    sys.stdout.write(json.dumps({"answered": answered, "cpu_s": time.process_time()}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_serve())
