"""HTTP Basic: the charge point's name and password (whitepaper 2.3; OCPP-J 1.6, 6.2)."""

import base64
from collections.abc import Sequence

import pytest
from websockets.asyncio.server import ServerConnection

from ocpp16sm.csms import CentralSystem, Policy
from ocpp16sm.errors import LinkError, LinkFault
from ocpp16sm.network.transport import Endpoint, WebSocketTransport
from ocpp16sm.records import Credentials
from tests.support.sockets import listen, run, server

KEY = bytes.fromhex("0001020304050607FFFFFFFFCCCCCCCCCCCCCCCC")
"""No UTF-8."""


async def dial(url: str, user: str | None, password: bytes | None) -> None:
    connection = await WebSocketTransport().connect(Endpoint(url=url, timeout_s=10, user=user, password=password))
    connection.close(1000, "")
    async for _text in connection.frames():
        pass


@pytest.mark.parametrize(
    ("user", "password", "sent"),
    [
        ("AL1000", KEY, b"AL1000:" + KEY),
        ("CP/1 ä", b"a:b", "CP/1 ä:a:b".encode()),
        ("CP001", b"", b"CP001:"),
    ],
)
def test_name_and_password_are_sent_as_they_are(user: str, password: bytes, sent: bytes) -> None:
    """OCPP-J 1.6, 6.2: the name is that of the URL before it is encoded, the password any bytes."""
    heard: list[Sequence[str]] = []

    async def story() -> None:
        async def note(socket: ServerConnection) -> None:
            assert socket.request is not None
            heard.append(socket.request.headers.get_all("Authorization"))
            await listen(socket)

        async with server(note) as url:
            await dial(f"{url}/x", user, password)

    run(story())
    assert heard == [["Basic " + base64.b64encode(sent).decode()]]


def test_a_name_with_a_colon_cannot_be_sent() -> None:
    """RFC 7617, 2."""

    async def story() -> None:
        async with server(listen) as url:
            with pytest.raises(LinkError, match=r"^HTTP Basic cannot carry the name 'CP:1'"):
                await dial(f"{url}/CP:1", "CP:1", KEY)

    run(story())


@pytest.mark.parametrize(
    ("user", "password"),
    [(None, None), ("CP001", KEY + b"0"), ("CP001", b""), ("CP002", b"other"), ("cp001", KEY)],
    ids=["none", "wrong", "empty", "another's", "other case"],
)
def test_the_central_system_turns_away_who_has_not_the_password(user: str | None, password: bytes | None) -> None:
    async def story() -> None:
        policy = Policy(passwords={"CP001": KEY, "CP002": b"other"})
        async with CentralSystem(policy) as system:
            with pytest.raises(LinkError, match="HTTP 401; it does not accept the credentials") as refused:
                await dial(system.url_of("CP001"), user, password)
            assert refused.value.fault is LinkFault.UNAUTHORIZED
            assert not system.peers
            await dial(system.url_of("CP001"), "CP001", KEY)
            assert list(system.peers) == ["CP001"]

    run(story())


@pytest.mark.parametrize(
    "headers",
    [[], [""], ["Basic"], ["Basic !"], ["Bearer Q1AwMDE6c2VjcmV0"], ["Basic Q1AwMDE6c2VjcmV0"] * 2],
)
def test_anything_else_than_one_header_of_basic_is_turned_away(headers: list[str]) -> None:
    """Q1AwMDE6c2VjcmV0 is CP001:secret."""
    policy = Policy(passwords={"CP001": b"secret"})
    assert not policy.lets_in("CP001", headers)
    assert policy.lets_in("CP001", ["basic Q1AwMDE6c2VjcmV0"])


@pytest.mark.parametrize(
    ("id", "common_name", "may"),
    [("CP001", "SN-1", True), ("CP001", "SN-2", False), ("CP001", None, False), ("CP003", None, False)],
)
def test_a_certificate_is_that_of_the_charge_point(id: str, common_name: str | None, may: bool) -> None:
    """A00.FR.405."""
    policy = Policy(serial_numbers={"CP001": "SN-1", "CP002": "SN-2"})
    assert policy.lets_in(id, [], common_name) is may
    assert Policy().lets_in(id, [], common_name)


def test_passwords_are_not_shown() -> None:
    secret = b"S3cret-of-16-bytes"
    made = (
        Endpoint(url="ws://h/CP001", timeout_s=1, user="CP001", password=secret),
        Policy(passwords={"CP001": secret}),
        Credentials(authorization_key=secret.decode()),
    )
    assert secret.decode() not in repr(made)


@pytest.mark.parametrize(
    ("key", "password"),
    [
        ("0001020304050607ffffffffcccccccccccccccc", bytes.fromhex("0001020304050607ffffffffcccccccccccccccc")),
        ("00010203040506070809AABBCCDDEEFF", bytes.fromhex("00010203040506070809aabbccddeeff")),
        ("00010203040506070809AABBCCDDEEF", b"00010203040506070809AABBCCDDEEF"),
        ("0001020304050607", b"0001020304050607"),
        ("correct horse battery staple, my dear", b"correct horse battery staple, my dear"),
        ("größe-größe-größe", "größe-größe-größe".encode()),
    ],
    ids=["20 bytes", "16 bytes", "an odd number of digits", "few digits", "text", "more than ASCII"],
)
def test_hexadecimal_digits_stand_for_bytes(key: str, password: bytes) -> None:
    """A00.FR.205: 16 bytes at least, as digits that is 32."""
    assert Credentials(authorization_key=key).password() == password
