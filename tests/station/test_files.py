"""Files are really moved, over FTP, FTPS, HTTP and HTTPS (8.1, 8.2)."""

import asyncio
import gc
import logging
import socket
import ssl
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.errors import TransferError
from ocpp16sm.station.files import Limits, MemoryFiles, NetworkFiles, download, local_name, show, upload
from tests.support.file_servers import (
    CREDENTIALS,
    LOOPBACK,
    PASSWORD,
    USER,
    WebServer,
    certificate,
    ftp_server,
    ftps_server,
    tls_of_server,
    web_server,
)

CONTENT = bytes(range(256)) * 1000
"""More than a block, and every byte: what is moved as text arrives otherwise."""
PATIENCE_S = 30


def run(story: Coroutine[Any, Any, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await story

    asyncio.run(bounded())


def fetch(url: str, to: Path, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> None:
    run(download(url, to, limits=limits, tls=tls))


def take(path: Path, url: str, tls: ssl.SSLContext | None = None) -> None:
    run(upload(path, url, tls=tls))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What a server has."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def to(tmp_path: Path) -> Path:
    """Where a download goes, in a directory of its own."""
    (tmp_path / "station").mkdir()
    return tmp_path / "station" / "firmware.bin"


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    """What is uploaded."""
    path = tmp_path / "diagnostics 1.json"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def ftp(home: Path) -> Iterator[str]:
    """The URL of an FTP server, with credentials."""
    with ftp_server(home) as port:
        yield f"ftp://{CREDENTIALS}@{LOOPBACK}:{port}"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def trusting(pem: tuple[Path, Path]) -> ssl.SSLContext:
    """Trusts the certificate of the servers here."""
    return ssl.create_default_context(cafile=pem[0])


def refused(to: Path, url: str, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> str:
    """Why a download fails; of which nothing is left."""
    with pytest.raises(TransferError) as caught:
        fetch(url, to, limits, tls)
    assert list(to.parent.iterdir()) == []
    return caught.value.reason


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listener:
        return int(listener.getsockname()[1])


# -- FTP -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["firmware.bin", "new%20ones/v%231.bin"])
def test_a_file_is_fetched_by_ftp(ftp: str, home: Path, to: Path, path: str) -> None:
    (home / "new ones").mkdir()
    (home / "firmware.bin").write_bytes(CONTENT)
    (home / "new ones" / "v#1.bin").write_bytes(CONTENT)
    fetch(f"{ftp}/{path}", to)
    assert to.read_bytes() == CONTENT
    assert [file.name for file in to.parent.iterdir()] == ["firmware.bin"]


@pytest.mark.parametrize(
    ("path", "stored"),
    [
        ("", "diagnostics 1.json"),
        ("/", "diagnostics 1.json"),
        ("/logs/", "logs/diagnostics 1.json"),
        ("/logs", "logs/diagnostics 1.json"),
        ("/logs/mine.json", "logs/mine.json"),
        ("/mine.json", "mine.json"),
    ],
)
def test_a_file_is_taken_into_a_directory_of_an_ftp_server_or_gets_the_name_in_the_url(
    ftp: str, home: Path, log_file: Path, path: str, stored: str
) -> None:
    """6.25 speaks of a directory; some Central Systems name a file all the same."""
    (home / "logs").mkdir()
    take(log_file, ftp + path)
    assert (home / stored).read_bytes() == CONTENT


def test_an_ftp_directory_that_is_not_there_is_not_made(ftp: str, home: Path, log_file: Path) -> None:
    with pytest.raises(TransferError, match="550"):
        take(log_file, f"{ftp}/elsewhere/")
    assert list(home.iterdir()) == []


def test_who_is_not_known_to_an_ftp_server_is_told_so(ftp: str, to: Path) -> None:
    reason = refused(to, ftp.replace("p%40ss", "other") + "/firmware.bin")
    assert reason.startswith("the server answered 530")


@pytest.mark.parametrize("path", ["/none.bin", "", "/", "/logs/"])
def test_an_ftp_server_without_the_file_gives_none(ftp: str, to: Path, path: str) -> None:
    assert refused(to, ftp + path) in {
        "it names no file",
        "the server answered 550 No such file or directory.",
    }


def test_a_refused_file_leaves_no_connection_open(ftp: str, to: Path) -> None:
    """What is left open is a ResourceWarning, which is an error here."""
    refused(to, f"{ftp}/none.bin")
    gc.collect()


def test_half_a_file_by_ftp_is_none(ftp: str, home: Path, to: Path) -> None:
    (home / "broken.bin").write_bytes(b"")
    assert refused(to, f"{ftp}/broken.bin")


def test_a_file_that_is_too_large_is_not_fetched_by_ftp(ftp: str, home: Path, to: Path) -> None:
    (home / "firmware.bin").write_bytes(CONTENT)
    fetch(f"{ftp}/firmware.bin", to, Limits(largest_bytes=len(CONTENT)))
    to.unlink()
    reason = refused(to, f"{ftp}/firmware.bin", Limits(largest_bytes=len(CONTENT) - 1))
    assert reason == f"longer than {len(CONTENT) - 1} bytes"


def test_a_line_break_in_a_url_is_no_way_to_another_command(ftp: str, home: Path, to: Path) -> None:
    (home / "precious").write_bytes(b"kept")
    assert refused(to, f"{ftp}/x%0D%0ADELE%20precious") == "a URL contains no control characters"
    assert (home / "precious").exists()


# -- FTPS ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("explicit", [True, False], ids=["AUTH TLS", "TLS from the beginning"])
def test_files_are_moved_by_ftps(
    explicit: bool, home: Path, to: Path, log_file: Path, pem: tuple[Path, Path], trusting: ssl.SSLContext
) -> None:
    (home / "firmware.bin").write_bytes(CONTENT)

    async def story() -> None:
        async with ftps_server(home, tls_of_server(*pem), explicit=explicit) as port:
            files = NetworkFiles(tls=trusting)
            await files.download(f"ftps://{CREDENTIALS}@localhost:{port}/firmware.bin", to)
            await files.upload(log_file, f"ftps://{CREDENTIALS}@localhost:{port}/")

    run(story())
    assert to.read_bytes() == CONTENT
    assert (home / log_file.name).read_bytes() == CONTENT


@pytest.mark.parametrize("explicit", [True, False], ids=["AUTH TLS", "TLS from the beginning"])
def test_an_ftps_server_with_an_unknown_certificate_learns_no_password(
    explicit: bool, home: Path, to: Path, pem: tuple[Path, Path], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "aioftp.server")

    async def story() -> None:
        async with ftps_server(home, tls_of_server(*pem), explicit=explicit) as port:
            with pytest.raises(TransferError, match="certificate verify failed"):
                await download(f"ftps://{CREDENTIALS}@localhost:{port}/firmware.bin", to)

    run(story())
    assert "USER" not in caplog.text


def test_an_ftp_server_without_tls_learns_no_password(ftp: str, to: Path) -> None:
    reason = refused(to, ftp.replace("ftp:", "ftps:") + "/firmware.bin")
    assert reason.startswith("the server answered 5")


# -- HTTP ------------------------------------------------------------------------------------------------------------


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
    assert reason in {"silence for 0.01 s", "not done within 0.01 s"}


def test_files_are_moved_by_https(pem: tuple[Path, Path], trusting: ssl.SSLContext, to: Path, log_file: Path) -> None:
    with web_server(tls_of_server(*pem)) as web:
        web.files["/firmware.bin"] = CONTENT
        fetch(f"https://localhost:{web.port}/firmware.bin", to, tls=trusting)
        take(log_file, f"https://localhost:{web.port}/log", tls=trusting)
        assert web.taken == {"/log": ("PUT", CONTENT)}
    assert to.read_bytes() == CONTENT


def test_an_https_server_with_an_unknown_certificate_is_not_trusted(pem: tuple[Path, Path], to: Path) -> None:
    with web_server(tls_of_server(*pem)) as web:
        assert "certificate verify failed" in refused(to, f"https://localhost:{web.port}/firmware.bin")


def test_a_redirection_does_not_lead_out_of_tls(
    pem: tuple[Path, Path], trusting: ssl.SSLContext, web: WebServer, to: Path
) -> None:
    with web_server(tls_of_server(*pem)) as safe:
        url = f"https://localhost:{safe.port}/to?http://{LOOPBACK}:{web.port}/firmware.bin"
        assert refused(to, url, tls=trusting) == "redirected from https to http: not followed"
    assert web.asked == []


# -- all -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["ftp", "ftps", "http", "https"])
def test_a_closed_port_is_told(scheme: str, to: Path, log_file: Path) -> None:
    url = f"{scheme}://{LOOPBACK}:{free_port()}/firmware.bin"
    assert refused(to, url)
    with pytest.raises(TransferError):
        take(log_file, url)


@pytest.mark.parametrize("scheme", ["ftp", "ftps", "http", "https"])
@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 64])
def test_an_unknown_host_is_told(scheme: str, host: str, to: Path) -> None:
    assert refused(to, f"{scheme}://{host}/firmware.bin")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "files are moved by ftp, ftps, http, https only"),
        ("sftp://host/x", "files are moved by ftp, ftps, http, https only"),
        ("C:", "files are moved by ftp, ftps, http, https only"),
        ("", "files are moved by ftp, ftps, http, https only"),
        ("http:///x", "it names no host"),
        ("ftp://user:pa/ss@host/x", "its host or port cannot be read"),
        ("http://[::1/x", "its host or port cannot be read"),
        ("http://host:65536/x", "its host or port cannot be read"),
        ("http://host/%00", "a URL contains no control characters"),
    ],
)
def test_what_is_no_url_of_a_file_is_told(url: str, reason: str, to: Path, log_file: Path) -> None:
    assert refused(to, url) == reason
    with pytest.raises(TransferError, match=reason):
        take(log_file, url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ftp://user:secret@host:21/logs/", "ftp://***@host:21/logs/"),
        ("ftp://user:se@cret@host/", "ftp://***@host/"),
        ("ftp://user:se/cret@host/x", "ftp://***@host/x"),
        ("ftp://user:se#cret@host/x", "ftp://***@host/x"),
        ("http://host/x?signature=secret", "http://host/x"),
        ("http://host/x#secret", "http://host/x"),
        ("user:secret@host", "***@host"),
        ("http://host/a\nb", "http://host/a b"),
    ],
)
def test_what_is_shown_of_a_url_is_not_secret(url: str, shown: str) -> None:
    assert show(url) == shown


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("ftp://host/dir/firmware-1.2.bin", "firmware-1.2.bin"),
        ("../../x", "x"),
        ("http://host/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("http://host/..\\..\\boot.ini", "boot.ini"),
        ("http://host/a%00b?c=/d#/e", "a_b"),
        ("..", "firmware.bin"),
        ("http://host/", "host"),
        (".bashrc", "bashrc"),
        ("ftp://host/" + "long" * 100, "long" * 25),
        ("ftp://host/ü;rm -rf.bin", "rm_-rf.bin"),
        ("", "firmware.bin"),
    ],
)
def test_a_name_of_somebody_else_is_one_plain_name_here(name: str, local: str) -> None:
    assert local_name(name, "firmware.bin") == local


def test_what_is_secret_is_in_no_log(
    ftp: str, web: WebServer, home: Path, to: Path, log_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (home / "firmware.bin").write_bytes(CONTENT)
    web.files["/guarded/x?signature=geheim"] = CONTENT
    base = f"http://{CREDENTIALS}@{LOOPBACK}:{web.port}"
    fetch(f"{ftp}/firmware.bin", to)
    fetch(f"{base}/guarded/x?signature=geheim", to)
    take(log_file, f"{base}/guarded/x?signature=geheim")
    for url in (f"{ftp}/none.bin", f"{base}/none?signature=geheim", ftp.replace("station", "stranger")):
        with pytest.raises(TransferError) as caught:
            fetch(url, to)
        caplog.records[-1].msg += str(caught.value)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("pyftpdlib")]
    assert any("firmware.bin" in line for line in ours)
    secrets = ("p%40ss", PASSWORD, USER + ":", "USER " + USER, "stranger", "geheim", "c3RhdGlvb")
    assert [(secret, line) for line in ours for secret in secrets if secret in line] == []


def test_files_in_memory_move_like_those_on_the_network(to: Path, log_file: Path) -> None:
    files = MemoryFiles({"http://host/firmware.bin": CONTENT})

    async def story() -> None:
        files.fail("ftp://host/logs/", 1, "no connection")
        with pytest.raises(TransferError, match=r"ftp://host/logs/: no connection"):
            await files.upload(log_file, "ftp://host/logs/")
        await files.upload(log_file, "ftp://host/logs/")
        await files.download("http://host/firmware.bin", to)
        for wrong in ("http://host/other.bin", "file:///etc/passwd"):
            with pytest.raises(TransferError):
                await files.download(wrong, to)

    run(story())
    assert to.read_bytes() == CONTENT
    assert files.uploaded == {"ftp://host/logs/": {"diagnostics 1.json": CONTENT}}
    assert files.attempts["ftp://host/logs/"] == 2
