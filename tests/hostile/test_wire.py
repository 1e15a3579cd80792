"""Ten thousand malformed frames over one websocket connection to a whole ChargePoint, and what ends a connection."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import chain, islice
from random import Random

import pytest
from attrs import define, field
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.typing import Subprotocol

from ocpp16sm import ChargePoint, Settings
from ocpp16sm.clock import SystemClock
from tests.hostile.frames import NESTED, listed, misfits, spoiled
from tests.hostile.judge import frames, judge
from tests.hostile.oracle import expected
from tests.support.scene import QUIET, usual_answer

FRAMES = 10_000
PATIENCE_S = 60.0
WELL = '[2,"well?","GetConfiguration",{"key":["HeartbeatInterval"]}]'
BEYOND_ALL_LIMITS = 3 * 1024 * 1024


@define
class HostileCentralSystem:
    """Accepts whoever connects; then it sends what it likes, and keeps every frame that comes."""

    url: str = ""
    sent: list[str] = field(factory=list)
    came: asyncio.Queue[str] = field(factory=asyncio.Queue)
    connections: list[ServerConnection] = field(factory=list)
    _news: asyncio.Condition = field(factory=asyncio.Condition)

    async def serve(self, socket: ServerConnection) -> None:
        async with self._news:
            self.connections.append(socket)
            self._news.notify_all()
        try:
            async for text in socket:
                assert isinstance(text, str)
                frame = json.loads(text)
                if frame[0] == 2:
                    answer = usual_answer(frame[2], SystemClock().utc(), 1)
                    await socket.send(json.dumps([3, frame[1], answer]))
                else:
                    self.came.put_nowait(text)
        except ConnectionClosed:
            return

    async def connection(self, number: int) -> ServerConnection:
        """The connection that is opened as number 1, 2, ..."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.connections) >= number)
        return self.connections[number - 1]

    async def replies(self, count: int) -> list[str]:
        """So many replies, or fewer if there are no more."""
        came: list[str] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S / 2):
                while len(came) < count:
                    came.append(await self.came.get())
        return came

    async def is_answered(self, socket: ServerConnection) -> list[str]:
        """Ask something proper; gives the replies that came before the answer."""
        await socket.send(WELL)
        before = []
        while '"well?"' not in (text := await self.came.get()):
            before.append(text)
        answer = json.loads(text)
        assert answer[:2] == [3, "well?"]
        assert answer[2]["configurationKey"][0]["key"] == "HeartbeatInterval"
        return before


@asynccontextmanager
async def accepted() -> AsyncIterator[tuple[HostileCentralSystem, ServerConnection]]:
    """A Central System, and a charge point that it has accepted."""
    central_system = HostileCentralSystem()
    async with (
        asyncio.timeout(PATIENCE_S),
        serve(central_system.serve, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], max_size=None) as server,
    ):
        url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
        configuration = {**QUIET, "RetryBackoffWaitMinimum": "1"}
        settings = Settings(charge_point_id="CP001", central_system_url=url, configuration=configuration)
        async with ChargePoint(settings) as charge_point:
            await charge_point.wait_until_accepted()
            await charge_point.wait_until_delivered()
            yield central_system, await central_system.connection(1)


@pytest.fixture(autouse=True)
def _nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.DEBUG, "ocpp16sm.wire"):  # so that every frame is redacted as well
        yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_ten_thousand_malformed_frames_are_answered_rightly_and_end_no_connection() -> None:
    chance = Random(16)
    texts = list(islice(chain(listed(chance), misfits(chance), spoiled(chance)), FRAMES))

    async def attack() -> list[str]:
        async with accepted() as (central_system, socket):
            for text in texts:
                await socket.send(text)
            replies = await central_system.replies(sum(expected(text).message_id is not None for text in texts))
            more = await central_system.is_answered(socket)
            assert len(central_system.connections) == 1
            return replies + more

    verdicts = judge(texts, frames(asyncio.run(attack())))
    assert verdicts.total() > FRAMES // 4, "hardly any of them could be answered: no proof of anything"


def test_frames_that_are_no_text_end_no_connection() -> None:
    """Bytes are no OCPP-J (4.1), whatever is in them; an answer is due to none, and harms nobody."""
    chance = Random(16)

    async def attack() -> None:
        async with accepted() as (central_system, socket):
            for length in (0, 1, 2, 10, 1000, 100_000):
                await socket.send(chance.randbytes(length))
            await central_system.is_answered(socket)
            assert len(central_system.connections) == 1

    asyncio.run(attack())


def test_frames_in_many_fragments_arrive_whole() -> None:
    async def attack() -> None:
        async with accepted() as (central_system, socket):
            await socket.send(chain.from_iterable(["", character] for character in '[2,"in pieces","Nothing",{}]'))
            (reply,) = await central_system.is_answered(socket)
            assert json.loads(reply)[:3] == [4, "in pieces", "NotImplemented"]

    asyncio.run(attack())


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_a_frame_nested_too_deeply_ends_no_connection(text: str) -> None:
    async def attack() -> None:
        async with accepted() as (central_system, socket):
            await socket.send(text.replace("$id", "deep"))
            (reply,) = await central_system.is_answered(socket)
            assert json.loads(reply)[:2] == [4, "deep"]
            assert len(central_system.connections) == 1

    asyncio.run(attack())


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(b'[2,"x","Reset",{"type":"\xff"}]', CloseCode.INVALID_DATA, id="no UTF-8"),
        pytest.param(b'[2,"x","Reset",{"type":"\xed\xa0\x80"}]', CloseCode.INVALID_DATA, id="a surrogate in UTF-8"),
        pytest.param(b" " * BEYOND_ALL_LIMITS, CloseCode.MESSAGE_TOO_BIG, id="too big"),
    ],
)
def test_what_websockets_forbid_ends_the_connection_and_the_next_one_is_well(raw: bytes, code: CloseCode) -> None:
    """RFC 6455, 8.1 leaves no choice but 1007; and nobody reads a frame without end (1009)."""

    async def attack() -> None:
        async with accepted() as (central_system, socket):
            await socket.send(raw, text=True)
            await socket.wait_closed()
            assert socket.close_code == code
            again = await central_system.connection(2)
            assert await central_system.is_answered(again) == []

    asyncio.run(attack())
