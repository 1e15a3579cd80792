"""A Central System that redirects is not followed: nobody else is told a password, and nobody else may change a key."""

import asyncio
from http import HTTPStatus

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network.transport import REDIRECTS, Endpoint
from ocpp16sm.probe.wire import Pace, Wire
from tests.support.sockets import dial, listen, run, server

PLACES = [
    ("/elsewhere", "{url}/elsewhere"),
    ("{other}/CP?token=hush#part", "{other}/CP"),
    ("ws://joe:hush@127.0.0.1:9/CP", "ws://127.0.0.1:9/CP"),
    ("wss://example.org/CP", "wss://example.org/CP"),
    ("ws://[::1/CP", "what is no URL"),
    ("ftp://example.org/CP", "ftp://example.org/CP"),
]


async def refused_by_both(url: str) -> list[LinkError]:
    """What a charge point says of it, and what the probe does."""
    with pytest.raises(LinkError) as charge_point:
        await dial(url)
    wire = Wire(Endpoint(url=url, timeout_s=10), Pace(1e6), 10.0)
    with pytest.raises(LinkError) as probe:
        await asyncio.to_thread(wire.open)
    return [charge_point.value, probe.value]


@pytest.mark.parametrize("status", sorted(REDIRECTS))
@pytest.mark.parametrize(("location", "shown"), PLACES, ids=[row[0].partition("?")[0] for row in PLACES])
def test_a_redirect_is_refused_and_its_target_is_named(status: int, location: str, shown: str) -> None:
    async def story() -> None:
        followed = []
        place: dict[str, str] = {}

        async def elsewhere(socket: ServerConnection) -> None:
            followed.append(socket)
            await listen(socket)

        def redirect(_socket: ServerConnection, request: Request) -> Response | None:
            if request.path == "/elsewhere":
                return None
            response = _socket.respond(HTTPStatus(status), "")
            response.headers["Location"] = location.format(**place)
            return response

        async with server(elsewhere) as other, server(elsewhere, process_request=redirect) as url:
            place.update(url=url, other=other)
            for error in await refused_by_both(f"{url}/CP001"):
                said = str(error)
                assert f"HTTP {status} and redirects to {shown.format(**place)}; redirects are not followed" in said
                assert "hush" not in said
                assert said.isprintable()
            assert followed == []

    run(story())


def test_other_refusals_are_the_same_for_charge_point_and_probe() -> None:
    async def story() -> None:
        def refuse(socket: ServerConnection, _request: Request) -> Response:
            return socket.respond(HTTPStatus.UNAUTHORIZED, "")

        async with server(listen, process_request=refuse) as url:
            for error in await refused_by_both(url):
                assert str(error) == "the Central System answered HTTP 401; it does not accept the credentials"
                assert error.fault is LinkFault.UNAUTHORIZED

    run(story())
