"""Files over HTTP and HTTPS, with httpx.

Only the transport of httpx is used: its client logs every URL with its query, and follows some redirects of an upload
without the file.
"""

import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from http import HTTPStatus
from pathlib import Path

import httpx

from ocpp16sm.errors import TransferFault
from ocpp16sm.station.files.address import Address, Limits

BLOCK_BYTES = 64 * 1024
MOVED = frozenset({301, 302, 307, 308})
SEE_OTHER = 303
"""303 refers to something to GET, so for an upload it is not followed."""
NO_PUT = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
FAULTS: dict[int, TransferFault] = {
    HTTPStatus.BAD_REQUEST: TransferFault.BAD_MESSAGE,
    HTTPStatus.UNAUTHORIZED: TransferFault.DENIED,
    HTTPStatus.FORBIDDEN: TransferFault.DENIED,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: TransferFault.DENIED,
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED: TransferFault.BAD_MESSAGE,
    **dict.fromkeys(NO_PUT, TransferFault.NOT_SUPPORTED),
}
"""HTTP status -> fault (RFC 9110, 15)."""


_OURS: ContextVar[bool] = ContextVar("ocpp16sm_file", default=False)
"""Whether the present task transfers a file for a station."""


def _is_to_be_seen(record: logging.LogRecord) -> bool:
    """Hide httpcore's DEBUG lines, which contain headers: a Location may contain an access token."""
    return record.levelno > logging.DEBUG or not _OURS.get()


for _name in ("connection", "http11", "http2", "proxy"):
    logging.getLogger(f"httpcore.{_name}").addFilter(_is_to_be_seen)


async def fetch(address: Address, take: Callable[[bytes], None], limits: Limits, tls: ssl.SSLContext) -> None:
    """Download a file (GET) without decoding its Content-Encoding; each block is passed to ``take``."""
    with _explained(address, limits):
        async with _answer("GET", address, limits, tls) as response:
            _demand_success(address, response)
            async for block in response.aiter_raw():
                take(block)


async def store(address: Address, file: Path, limits: Limits, tls: ssl.SSLContext) -> None:
    """Upload a file (PUT, or POST if PUT is not supported), under its own name if the URL names a directory."""
    place = address.with_file(file.name) if address.names_directory else address
    with _explained(address, limits):
        async with _answer("PUT", place, limits, tls, file) as response:
            if response.status_code not in NO_PUT:
                return _demand_success(address, response)
        async with _answer("POST", place, limits, tls, file) as response:
            return _demand_success(address, response)


@asynccontextmanager
async def _answer(
    method: str, address: Address, limits: Limits, tls: ssl.SSLContext, file: Path | None = None
) -> AsyncIterator[httpx.Response]:
    """The response of the server to which the redirects lead."""
    url = first = httpx.URL(address.url)
    async with httpx.AsyncHTTPTransport(verify=tls) as transport:
        for _attempt in range(limits.redirects + 1):
            request = _request(method, url, limits, file)
            if address.user is not None and _origin(url) == _origin(first):
                next(httpx.BasicAuth(address.user, address.password).auth_flow(request))
            response = await transport.handle_async_request(request)
            try:
                elsewhere = response.headers.get("Location")
                moved = response.status_code in MOVED or (response.status_code == SEE_OTHER and file is None)
                if not moved or elsewhere is None:
                    yield response
                    return
                url = _next(address, url, elsewhere)
            finally:
                await response.aclose()
    raise address.failed(f"redirected more than {limits.redirects} times")


def _request(method: str, url: httpx.URL, limits: Limits, file: Path | None) -> httpx.Request:
    silence = dict.fromkeys(("read", "write", "pool"), limits.silence_s)
    headers = {"Accept-Encoding": "identity", "User-Agent": "ocpp16sm"}
    if file is not None:
        # Content-Length, because not every server accepts chunks.
        headers |= {"Content-Length": str(file.stat().st_size), "Content-Type": "application/octet-stream"}
    return httpx.Request(
        method,
        url,
        headers=headers,
        content=None if file is None else _blocks(file),
        extensions={"timeout": {"connect": limits.connect_s, **silence}},
    )


async def _blocks(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(BLOCK_BYTES):
            yield block


def _next(address: Address, url: httpx.URL, elsewhere: str) -> httpx.URL:
    """The target of a redirect. Refuses other schemes, and a change from HTTPS to HTTP."""
    target = url.join(elsewhere).copy_with(userinfo=b"")
    if target.scheme not in ("http", "https") or (url.scheme, target.scheme) == ("https", "http"):
        raise address.failed(f"redirected from {url.scheme} to {target.scheme or 'nowhere'}: not followed")
    return target


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _demand_success(address: Address, response: httpx.Response) -> None:
    if not response.is_success:
        reason = f"the server answered {response.status_code} {response.reason_phrase}".rstrip()
        raise address.failed(reason, FAULTS.get(response.status_code, TransferFault.FAILED))


@contextmanager
def _explained(address: Address, limits: Limits) -> Iterator[None]:
    """Convert errors of httpx into TransferError, and hide the DEBUG lines of httpcore meanwhile."""
    ours = _OURS.set(True)
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise address.failed(f"no connection within {limits.connect_s:g} s") from error
    except httpx.TimeoutException as error:
        raise address.failed(f"no data for {limits.silence_s:g} s") from error
    except httpx.ProtocolError as error:
        raise address.failed(str(error) or type(error).__name__, TransferFault.BAD_MESSAGE) from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise address.failed(str(error) or type(error).__name__) from error
    finally:
        _OURS.reset(ours)
