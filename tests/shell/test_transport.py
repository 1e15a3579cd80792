"""Frames over a charge point's websocket, its pings, and its end."""

import asyncio
import logging
import re

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from ocpp16sm import ChargePoint
from ocpp16sm.codec import MAX_FRAME_SIZE
from ocpp16sm.csms import CentralSystem
from ocpp16sm.network.transport import Endpoint, TappedTransport, WebSocketTransport
from tests.support.sockets import Serve, dial, listen, run, server
from tests.support.virtual_time import settings
from tests.support.wire import MovableLoop


async def received(say: Serve, count: int) -> list[str]:
    """The frames that a charge point makes of what a server says."""
    done = asyncio.Event()

    async def speak(socket: ServerConnection) -> None:
        await say(socket)
        await done.wait()

    async with server(speak) as url:
        connection = await dial(url)
        came: list[str] = []
        async for text in connection.frames():
            came.append(text)
            if len(came) == count:
                break
        done.set()
        connection.close(1000, "")
        async for _text in connection.frames():
            pass
        return came


def test_a_message_in_fragments_arrives_whole() -> None:
    async def story() -> None:
        async def say(socket: ServerConnection) -> None:
            await socket.send(["[2,", '"1"', ',"Heart', 'beat",{}]'])
            await socket.send("next")

        assert await received(say, 2) == ['[2,"1","Heartbeat",{}]', "next"]

    run(story())


def test_a_binary_message_arrives_as_text() -> None:
    """Some Central Systems send them; what is no UTF-8 in it must not end the connection."""

    async def story() -> None:
        async def say(socket: ServerConnection) -> None:
            await socket.send(b'[3,"\xc3\xa4",{}]')
            await socket.send(b"\xff\xfe")

        assert await received(say, 2) == ['[3,"ä",{}]', "\ufffd\ufffd"]

    run(story())


def test_a_message_of_the_greatest_size_arrives() -> None:
    async def story() -> None:
        async def say(socket: ServerConnection) -> None:
            await socket.send("x" * MAX_FRAME_SIZE)

        assert [len(text) for text in await received(say, 1)] == [MAX_FRAME_SIZE]

    run(story())


Ends = list[tuple[str, Serve, str]]


async def too_large(socket: ServerConnection) -> None:
    """Too much."""
    await socket.send("x" * (MAX_FRAME_SIZE + 1))
    await socket.wait_closed()


async def no_utf8(socket: ServerConnection) -> None:
    """A text that is none."""
    socket.transport.write(Frame(Opcode.TEXT, b"\xff").serialize(mask=False))
    await socket.wait_closed()


async def abort(socket: ServerConnection) -> None:
    """The cable is cut."""
    socket.transport.abort()


async def goodbye(socket: ServerConnection) -> None:
    """In good order."""
    await socket.close(1001, "maintenance")


ENDS: Ends = [
    ("a message that is too large", too_large, "code 1009"),
    ("a text that is no UTF-8", no_utf8, "code 1007"),
    ("a cut", abort, "code 1006"),
    ("a goodbye", goodbye, r"code 1001 \(maintenance\)"),
]


OFFENCES = {"code 1009": f"a message of more than {MAX_FRAME_SIZE} bytes", "code 1007": "a frame that is no UTF-8"}


@pytest.mark.parametrize(("say", "reason"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_a_connection_ends_with_a_reason(say: Serve, reason: str) -> None:
    async def story() -> None:
        async with server(say) as url:
            connection = await dial(url)
            assert [text async for text in connection.frames()] == []
            assert re.match(f"closed with {reason}", connection.ended_because), connection.ended_because
            assert connection.offence == OFFENCES.get(reason)

    run(story())


def test_everything_that_was_sent_before_a_close_arrives_in_its_order() -> None:
    async def story() -> None:
        came: asyncio.Queue[str | None] = asyncio.Queue()

        async def hear(socket: ServerConnection) -> None:
            async for text in socket:
                came.put_nowait(str(text))
            came.put_nowait(None)

        async with server(hear) as url:
            connection = await dial(url)
            for number in range(100):
                connection.send(str(number))
            connection.close(1000, "bye")
            async for _text in connection.frames():
                pass
            heard = [await came.get() for _ in range(100)]
            assert heard == [str(number) for number in range(100)]
            assert await came.get() is None

    run(story())


def test_sending_on_a_lost_connection_is_no_error() -> None:
    async def story() -> None:
        async with server(abort) as url:
            connection = await dial(url)
            async for _text in connection.frames():
                pass
            connection.send("lost")
            connection.close(1000, "")

    run(story())


class Pings:
    """A server that counts pings, and answers them or not."""

    def __init__(self, answers: bool = True) -> None:
        self.came: asyncio.Queue[float] = asyncio.Queue()
        self.answers = answers

    def tap(self, socket: ServerConnection) -> None:
        """Look at every frame."""
        protocol = socket.protocol
        receive, loop = protocol.recv_frame, asyncio.get_running_loop()

        def look(frame: Frame) -> None:
            if frame.opcode is Opcode.PING:
                self.came.put_nowait(loop.time())
                if not self.answers:
                    return
            receive(frame)

        protocol.recv_frame = look  # type: ignore[method-assign]

    async def __call__(self, socket: ServerConnection) -> None:
        """Serve."""
        self.tap(socket)
        await listen(socket)


def test_pings_are_sent_at_the_interval_of_the_key() -> None:
    """WebSocketPingInterval (9.1), OCPP-J 1.6, 5.3."""

    async def story() -> None:
        pings = Pings()
        async with server(pings) as url:
            made = settings(central_system_url=url, configuration={"WebSocketPingInterval": "20"})
            async with ChargePoint(made) as station:
                await station.wait_until(lambda: station.connected)
                loop = asyncio.get_running_loop()
                assert isinstance(loop, MovableLoop)
                began = loop.time()
                loop.ahead += 19
                assert pings.came.empty()
                loop.ahead += 1.5
                assert 20 <= await pings.came.get() - began < 23
                assert station.connected

    run(story())


def test_a_ping_without_a_pong_ends_the_connection() -> None:
    async def story() -> None:
        pings = Pings(answers=False)
        async with server(pings, close_timeout=0.1) as url:
            connection = await dial(url)
            connection.keep_alive(0.01, 0.01)
            async for _text in connection.frames():
                pass
            assert connection.ended_because == "no pong within 0.01 s"
            assert pings.came.qsize() == 1

    run(story())


def test_pings_can_be_turned_off() -> None:
    async def story() -> None:
        pings = Pings()
        async with server(pings) as url:
            connection = await dial(url)
            connection.keep_alive(0.001, 5)
            await pings.came.get()
            connection.keep_alive(0, 5)
            assert connection._ping_timer is None
            connection.close(1000, "")
            async for _text in connection.frames():
                pass

    run(story())


def test_a_tap_sees_every_frame_of_both_directions() -> None:
    async def story() -> None:
        seen: list[tuple[str, str]] = []

        async def echo(socket: ServerConnection) -> None:
            async for text in socket:
                await socket.send("re: " + str(text))

        async with server(echo) as url:
            tapped = TappedTransport(WebSocketTransport(), lambda way, text: seen.append((way, text)))
            connection = await tapped.connect(Endpoint(url=url, timeout_s=5))
            connection.send("hello")
            async for text in connection.frames():
                assert text == "re: hello"
                connection.close(1000, "")
            assert connection.ended_because.startswith("closed with code 1000")
        assert seen == [("cp>csms", "hello"), ("csms>cp", "re: hello")]

    run(story())


def test_nothing_of_the_websocket_is_left_running(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    async def story() -> None:
        async with CentralSystem() as system:
            for _start in range(3):
                async with ChargePoint(settings(central_system_url=system.url)) as station:
                    await station.wait_until_accepted()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert [task.get_coro().__qualname__ for task in left if "wait_for" not in repr(task)] == []  # type: ignore[union-attr]

    run(story())
    assert caplog.text == ""


def test_a_closed_connection_is_not_an_error_of_the_writer() -> None:
    async def story() -> None:
        async with server(listen) as url:
            connection = await dial(url)
            connection.close(1000, "")
            connection.send("too late")
            async for _text in connection.frames():
                pass
            with pytest.raises(ConnectionClosed):
                await connection.client.send("x")

    run(story())
