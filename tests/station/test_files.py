"""Moving files, whichever way: what is refused, what is shown, what they are called (8.1, 8.2)."""

import logging
import socket
from pathlib import Path

import pytest

from ocpp16sm.errors import TransferError
from ocpp16sm.station.files import MemoryFiles, local_name, show
from tests.support.file_servers import (
    CREDENTIALS,
    LOOPBACK,
    PASSWORD,
    USER,
    WebServer,
)
from tests.support.transfers import CONTENT, fetch, refused, run, take


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listener:
        return int(listener.getsockname()[1])


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
        ("file:///etc/passwd", "its scheme must be one of ftp, ftps, http, https"),
        ("sftp://host/x", "its scheme must be one of ftp, ftps, http, https"),
        ("C:", "its scheme must be one of ftp, ftps, http, https"),
        ("", "its scheme must be one of ftp, ftps, http, https"),
        ("http:///x", "it names no host"),
        ("ftp://user:pa/ss@host/x", "its host or port is invalid"),
        ("http://[::1/x", "its host or port is invalid"),
        ("http://host:65536/x", "its host or port is invalid"),
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
