"""How a charge point's websocket is opened: willing servers, unwilling ones, and none."""

import asyncio
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from ocpp16sm import ChargePoint
from ocpp16sm.csms import CentralSystem
from ocpp16sm.errors import LinkError
from tests.support.sockets import dial, listen, run, server
from tests.support.virtual_time import settings
from tests.support.wire import MovableLoop


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
                shell = station._life.shell
                assert shell is not None
                await station.wait_until(lambda: shell.core.features.link.machine.configuration == ("BackingOff",))
                system._only = None
                loop.ahead += 10
                await station.wait_until_accepted()

    run(story())
    assert "CP001: the Central System answered HTTP 404; it does not know this charge point" in caplog.text
