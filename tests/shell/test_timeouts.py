"""Nobody keeps the charge point waiting: what happens when hardware, a vendor's handler or the other end is silent.

Other waits: a dial (test_handshake), a pong (test_transport), an answer to a CALL (tests/core/test_retries), a file
(tests/station/test_files_by_http).
"""

import asyncio
from typing import Any

import pytest

from ocpp16sm import ChargePoint
from ocpp16sm.hardware import Hardware
from ocpp16sm.messages import (
    DataTransferRequest,
    GetDiagnosticsRequest,
    GetDiagnosticsResponse,
    ResetRequest,
    ResetResponse,
    ResetStatus,
    ResetType,
    UnlockConnectorRequest,
    UnlockConnectorResponse,
    UnlockStatus,
)
from tests.support import sockets
from tests.support.virtual_time import Lines, charge_point, run


class Silent(Hardware):
    """Answers nothing, ever; remembers what it was asked and whether it was told to stop waiting."""

    def __init__(self) -> None:
        self.cancelled = 0

    async def _never(self) -> Any:
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise

    def unlock(self, *_arguments: Any) -> Any:
        """Asked to unlock."""
        return self._never()

    def is_reset_allowed(self, *_arguments: Any) -> Any:
        """Asked whether it may be reset."""
        return self._never()

    def upload_diagnostics(self, *_arguments: Any) -> Any:
        """Asked to upload."""
        return self._never()


async def talk(station: ChargePoint, lines: Lines, request: Any) -> Any:
    """Ask, and wait longer than the charge point does."""
    async with station:
        await station.wait_until_accepted()
        return await lines.peer.call(request, timeout_s=600)


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (UnlockConnectorRequest(connector_id=1), UnlockConnectorResponse(status=UnlockStatus.UNLOCK_FAILED)),
        (ResetRequest(type=ResetType.SOFT), ResetResponse(status=ResetStatus.REJECTED)),
        (GetDiagnosticsRequest(location="ftp://host/"), GetDiagnosticsResponse()),
    ],
    ids=["unlock", "reset", "diagnostics"],
)
def test_hardware_that_never_answers_has_failed(request_: Any, answer: Any) -> None:
    """Whoever waits gets an answer; and the hardware's coroutine is told that nobody waits any more."""
    silent = Silent()
    lines = Lines()
    assert run(talk(charge_point(lines, hardware=silent), lines, request_)) == answer
    assert silent.cancelled == 1


def test_a_vendors_handler_that_never_answers_counts_as_rejected() -> None:
    async def never(_data: str | None) -> Any:
        await asyncio.get_running_loop().create_future()

    lines = Lines()
    station = charge_point(lines)
    station.register_vendor("com.x", None, never)
    came = run(talk(station, lines, DataTransferRequest("com.x")))
    assert came.status == "Rejected"


def test_a_central_system_that_does_not_read_any_more_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written waits for the other end only so long, and so does closing."""
    for name in ("WRITE_TIMEOUT_S", "LAST_WORDS_S", "CLOSE_TIMEOUT_S"):
        monkeypatch.setattr(f"ocpp16sm.network.websocket.{name}", 0.05)

    async def story() -> None:
        over = asyncio.Event()

        async def deaf(socket: Any) -> None:
            socket.transport.pause_reading()
            await over.wait()
            socket.transport.abort()

        async with sockets.server(deaf) as url:
            connection = await sockets.dial(url)
            for _ in range(64):
                connection.send("x" * 1_000_000)
            async for _text in connection.frames():
                pass
            assert "the connection does not take any more" in connection.ended_because
            over.set()

    sockets.run(story())
