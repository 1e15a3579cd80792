"""The websocket of a charge point against real servers on loopback: willing ones, unwilling ones and broken ones."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response

from ocpp16sm import ChargePoint
from ocpp16sm.codec import MAX_FRAME_SIZE
from ocpp16sm.csms import CentralSystem
from ocpp16sm.errors import LinkError
from ocpp16sm.transport import TappedTransport, WebSocketTransport
from tests.support.jumping import settings
from tests.support.wire import MovableLoop

Serve = Callable[[ServerConnection], Awaitable[None]]


def run(story: Coroutine[Any, Any, None]) -> None:
    """Let a story happen over real sockets."""
    with asyncio.Runner(loop_factory=MovableLoop) as runner:
        runner.run(asyncio.wait_for(story, 30))


@asynccontextmanager
async def server(handle: Serve, **how: Any) -> AsyncIterator[str]:
    """A websocket server; gives its endpoint."""
    options = {"subprotocols": ["ocpp1.6"], "compression": None, "ping_interval": None, **how}
    async with serve(handle, "127.0.0.1", 0, **options) as running:
        yield f"ws://127.0.0.1:{next(iter(running.sockets)).getsockname()[1]}"


async def listen(socket: ServerConnection) -> None:
    """Hear everything, say nothing."""
    with suppress(ConnectionClosed):
        async for _text in socket:
            pass


async def dial(url: str, timeout_s: float = 10) -> Any:
    """Open a connection."""
    return await WebSocketTransport().connect(url, timeout_s)


# -- the handshake ----------------------------------------------------------------------------------------------------


def test_the_subprotocol_of_ocpp_is_asked_for_and_the_id_is_in_the_path() -> None:
    """OCPP-J 1.6, 3.1: whatever characters an id has, it arrives as one percent-encoded segment."""

    async def story() -> None:
        asked: list[Request] = []

        async def note(socket: ServerConnection) -> None:
            assert socket.request is not None
            asked.append(socket.request)
            await listen(socket)

        async with server(note) as url:
            made = settings(charge_point_id="CP/1 ä", central_system_url=f"{url}/ocpp")
            async with ChargePoint(made) as station:
                await station.wait_until(lambda: station.connected)
        assert asked[0].path == "/ocpp/CP%2F1%20%C3%A4"
        assert asked[0].headers["Sec-WebSocket-Protocol"] == "ocpp1.6"

    run(story())


def test_the_embedded_central_system_knows_an_id_by_its_own_characters() -> None:
    async def story() -> None:
        async with CentralSystem(only=frozenset({"CP/1 ä"})) as system:
            made = settings(charge_point_id="CP/1 ä", central_system_url=f"{system.url}/any/path")
            async with ChargePoint(made) as station:
                await station.wait_until_accepted()
                assert list(system.peers) == ["CP/1 ä"]

    run(story())


def test_credentials_of_the_endpoint_are_sent_as_basic_authentication() -> None:
    """Security whitepaper, profile 1."""

    async def story() -> None:
        heard: list[str | None] = []

        async def note(socket: ServerConnection) -> None:
            assert socket.request is not None
            heard.append(socket.request.headers.get("Authorization"))
            await listen(socket)

        async with server(note) as url:
            made = settings(central_system_url=url.replace("//", "//CP001:secret@"))
            async with ChargePoint(made) as station:
                await station.wait_until(lambda: station.connected)
        assert heard == ["Basic Q1AwMDE6c2VjcmV0"]

    run(story())


@pytest.mark.parametrize("offered", [None, ["ocpp2.0.1"]], ids=["none", "another"])
def test_a_server_that_does_not_select_the_subprotocol_is_left(offered: Any) -> None:
    """OCPP-J 1.6, 3.2 and 3.3."""

    async def story() -> None:
        left = asyncio.Event()

        async def wait(socket: ServerConnection) -> None:
            await listen(socket)
            left.set()

        def select(_connection: ServerConnection, _offered: Any) -> None:
            return None

        async with server(wait, subprotocols=offered, select_subprotocol=select) as url:
            with pytest.raises(LinkError, match=r"did not select the subprotocol ocpp1.6 \(it selected none\)"):
                await dial(url)
            await left.wait()

    run(story())


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "HTTP 404; it does not know this charge point"),
        (401, "HTTP 401; it does not accept the credentials"),
        (403, "HTTP 403"),
        (500, "HTTP 500"),
        (503, "HTTP 503"),
        (302, "HTTP 302"),
    ],
)
def test_an_answer_that_is_no_websocket_is_told(status: int, said: str) -> None:
    async def story() -> None:
        def refuse(connection: ServerConnection, _request: Request) -> Response:
            return connection.respond(status, "no\n")

        async with server(listen, process_request=refuse) as url:
            with pytest.raises(LinkError, match=f"^the Central System answered {said}"):
                await dial(url)

    run(story())


def test_a_server_that_is_gone_is_told() -> None:
    async def story() -> None:
        async with server(listen) as url:
            pass
        with pytest.raises(LinkError, match=r"^cannot connect: "):
            await dial(url)

    run(story())


@pytest.mark.parametrize(
    "url", ["ws://a..b/x", f"ws://{'a' * 70}.example/x", "ws://host.invalid/x"], ids=["empty label", "long", "unknown"]
)
def test_a_host_that_cannot_be_is_told(url: str) -> None:
    async def story() -> None:
        with pytest.raises(LinkError, match=r"^cannot connect: "):
            await dial(url)

    run(story())


async def raw_server(answer: bytes) -> tuple[asyncio.Server, str]:
    """A server that reads a request, says something, and hangs up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    running = await asyncio.start_server(handle, "127.0.0.1", 0)
    return running, f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"\x00" * 100])
def test_a_server_of_something_else_is_told(answer: bytes) -> None:
    async def story() -> None:
        running, url = await raw_server(answer)
        async with running:
            with pytest.raises(LinkError):
                await dial(url)

    run(story())


def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    async def story() -> None:
        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        async with await asyncio.start_server(silent, "127.0.0.1", 0) as running:
            with pytest.raises(LinkError, match=r"no connection within 0\.1 s"):
                await dial(f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}", 0.1)

    run(story())


def test_a_refused_connection_is_logged_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with CentralSystem(only=frozenset({"CP002"})) as system:
            made = settings(central_system_url=system.url, configuration={"RetryBackoffWaitMinimum": "1"})
            async with ChargePoint(made) as station:
                loop = asyncio.get_running_loop()
                assert isinstance(loop, MovableLoop)
                shell = station._shell
                assert shell is not None
                await station.wait_until(lambda: shell.core.link.machine.configuration == ("BackingOff",))
                system._only = None
                loop.ahead += 10
                await station.wait_until_accepted()

    run(story())
    assert "CP001: the Central System answered HTTP 404; it does not know this charge point" in caplog.text


# -- frames -----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(("say", "reason"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_a_connection_ends_with_a_reason(say: Serve, reason: str) -> None:
    async def story() -> None:
        async with server(say) as url:
            connection = await dial(url)
            assert [text async for text in connection.frames()] == []
            assert re.match(f"closed with {reason}", connection.ended_because), connection.ended_because

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


# -- keeping it alive -------------------------------------------------------------------------------------------------


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
                await asyncio.sleep(0)  # the pinger begins to wait
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
            assert connection._pinger is None
            connection.close(1000, "")
            async for _text in connection.frames():
                pass

    run(story())


# -- others -----------------------------------------------------------------------------------------------------------


def test_a_tap_sees_every_frame_of_both_directions() -> None:
    async def story() -> None:
        seen: list[tuple[str, str]] = []

        async def echo(socket: ServerConnection) -> None:
            async for text in socket:
                await socket.send("re: " + str(text))

        async with server(echo) as url:
            tapped = TappedTransport(WebSocketTransport(), lambda way, text: seen.append((way, text)))
            connection = await tapped.connect(url, 5)
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
                await connection._socket.send("x")

    run(story())
