"""Files are really moved over HTTP and HTTPS (8.1, 8.2)."""

import logging
import ssl
from pathlib import Path

import pytest
from trustme import CA

from ocpp16sm.errors import TransferError, TransferFault
from ocpp16sm.station.files import Limits
from tests.support.file_servers import (
    CREDENTIALS,
    LOOPBACK,
    PASSWORD,
    USER,
    WebServer,
    tls_of_server,
    web_server,
)
from tests.support.transfers import CONTENT, fetch, refused, take


def test_a_file_is_fetched_by_http(web: WebServer, to: Path) -> None:
    web.files["/firmware.bin?version=2"] = CONTENT
    fetch(f"http://{LOOPBACK}:{web.port}/firmware.bin?version=2", to)
    assert to.read_bytes() == CONTENT


def test_user_and_password_are_told_to_an_http_server(web: WebServer, to: Path, log_file: Path) -> None:
    web.files["/guarded/firmware.bin"] = CONTENT
    base = f"http://{CREDENTIALS}@{LOOPBACK}:{web.port}/guarded/"
    fetch(f"{base}firmware.bin", to)
    take(log_file, base)
    assert web.credentials == [
        ("/guarded/firmware.bin", f"{USER}:{PASSWORD}"),
        ("/guarded/diagnostics%201.json", f"{USER}:{PASSWORD}"),
    ]


def test_a_wrong_password_is_told(web: WebServer, to: Path) -> None:
    assert refused(to, f"http://{USER}:other@{LOOPBACK}:{web.port}/guarded/x") == "the server answered 401 Unauthorized"


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (400, TransferFault.BAD_MESSAGE),
        (401, TransferFault.DENIED),
        (403, TransferFault.DENIED),
        (404, TransferFault.FAILED),
        (405, TransferFault.NOT_SUPPORTED),
        (500, TransferFault.FAILED),
        (501, TransferFault.NOT_SUPPORTED),
        (505, TransferFault.BAD_MESSAGE),
    ],
)
def test_what_an_http_server_answers_says_what_is_wrong(
    web: WebServer, log_file: Path, status: int, fault: TransferFault
) -> None:
    """N01.FR.10: as precisely as it is known."""
    with pytest.raises(TransferError, match=str(status)) as caught:
        take(log_file, f"http://{LOOPBACK}:{web.port}/status/{status}")
    assert caught.value.fault is fault


def test_a_server_that_speaks_no_http_is_not_understood(web: WebServer, log_file: Path) -> None:
    with pytest.raises(TransferError) as caught:
        take(log_file, f"http://{LOOPBACK}:{web.port}/babble")
    assert caught.value.fault is TransferFault.BAD_MESSAGE


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("", "/diagnostics%201.json"),
        ("/", "/diagnostics%201.json"),
        ("/logs/", "/logs/diagnostics%201.json"),
        ("/logs/mine.json", "/logs/mine.json"),
        ("/logs", "/logs"),
        ("/logs/?signature=1", "/logs/?signature=1"),
    ],
)
def test_a_file_is_put_to_an_http_server(web: WebServer, log_file: Path, path: str, stored: str) -> None:
    take(log_file, f"http://{LOOPBACK}:{web.port}{path}")
    assert web.taken == {stored: ("PUT", CONTENT)}


def test_a_file_is_posted_to_a_server_that_knows_no_put(web: WebServer, log_file: Path) -> None:
    take(log_file, f"http://{LOOPBACK}:{web.port}/form")
    assert web.taken == {"/form": ("POST", CONTENT)}


@pytest.mark.parametrize("uploading", [False, True])
def test_a_redirection_is_followed(web: WebServer, to: Path, log_file: Path, uploading: bool) -> None:
    web.files["/guarded/there"] = CONTENT
    url = f"http://{CREDENTIALS}@{LOOPBACK}:{web.port}/to?/guarded/there"
    if uploading:
        take(log_file, url)
        assert web.taken == {"/guarded/there": ("PUT", CONTENT)}
    else:
        fetch(url, to)
        assert to.read_bytes() == CONTENT


def test_a_token_in_a_redirection_is_in_no_log(web: WebServer, to: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Also not in what httpcore says at DEBUG, where it shows the server's headers."""
    caplog.set_level(logging.DEBUG)
    web.files["/there?token=SECRET"] = CONTENT
    fetch(f"http://{LOOPBACK}:{web.port}/to?/there?token=SECRET", to)
    assert to.read_bytes() == CONTENT
    assert "SECRET" not in caplog.text


def test_a_password_is_not_told_to_another_server(web: WebServer, to: Path) -> None:
    with web_server() as other:
        other.files["/firmware.bin"] = CONTENT
        elsewhere = f"http://{LOOPBACK}:{other.port}/firmware.bin"
        fetch(f"http://{CREDENTIALS}@{LOOPBACK}:{web.port}/to?{elsewhere}", to)
        assert other.credentials == [("/firmware.bin", None)]


def test_a_redirection_without_end_is_left(web: WebServer, to: Path) -> None:
    reason = refused(to, f"http://{LOOPBACK}:{web.port}/loop", Limits(redirects=3))
    assert reason == "redirected more than 3 times"
    assert web.asked == [("GET", "/loop")] * 4


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
def test_a_redirection_leads_to_http_only(web: WebServer, to: Path, target: str) -> None:
    reason = refused(to, f"http://{LOOPBACK}:{web.port}/to?{target}")
    assert reason.startswith("redirected from http to ")


def test_an_upload_that_is_answered_by_something_to_read_has_failed(web: WebServer, log_file: Path) -> None:
    with pytest.raises(TransferError, match="303"):
        take(log_file, f"http://{LOOPBACK}:{web.port}/see")


def test_half_a_file_by_http_is_none(web: WebServer, to: Path) -> None:
    assert refused(to, f"http://{LOOPBACK}:{web.port}/cut")


def test_a_file_that_is_not_there_is_told(web: WebServer, to: Path) -> None:
    assert refused(to, f"http://{LOOPBACK}:{web.port}/none") == "the server answered 404 Not Found"


@pytest.mark.parametrize("path", ["/large", "/endless"])
def test_a_file_that_is_too_large_is_not_fetched_by_http(web: WebServer, to: Path, path: str) -> None:
    web.files["/large"] = CONTENT
    reason = refused(to, f"http://{LOOPBACK}:{web.port}{path}", Limits(largest_bytes=len(CONTENT) - 1))
    assert reason == f"longer than {len(CONTENT) - 1} bytes"


@pytest.mark.parametrize("limits", [Limits(silence_s=0.01), Limits(whole_s=0.01)])
def test_a_silent_server_is_left(web: WebServer, to: Path, limits: Limits) -> None:
    reason = refused(to, f"http://{LOOPBACK}:{web.port}/silent", limits)
    assert reason in {"no data for 0.01 s", "not done within 0.01 s"}


def test_files_are_moved_by_https(authority: CA, trusting: ssl.SSLContext, to: Path, log_file: Path) -> None:
    with web_server(tls_of_server(authority)) as web:
        web.files["/firmware.bin"] = CONTENT
        fetch(f"https://localhost:{web.port}/firmware.bin", to, tls=trusting)
        take(log_file, f"https://localhost:{web.port}/log", tls=trusting)
        assert web.taken == {"/log": ("PUT", CONTENT)}
    assert to.read_bytes() == CONTENT


def test_an_https_server_with_an_unknown_certificate_is_not_trusted(authority: CA, to: Path) -> None:
    with web_server(tls_of_server(authority)) as web:
        assert "certificate verify failed" in refused(to, f"https://localhost:{web.port}/firmware.bin")


def test_a_redirection_does_not_lead_out_of_tls(
    authority: CA, trusting: ssl.SSLContext, web: WebServer, to: Path
) -> None:
    with web_server(tls_of_server(authority)) as safe:
        url = f"https://localhost:{safe.port}/to?http://{LOOPBACK}:{web.port}/firmware.bin"
        assert refused(to, url, tls=trusting) == "redirected from https to http: not followed"
    assert web.asked == []
