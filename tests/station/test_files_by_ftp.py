"""Files are really moved over FTP and FTPS (8.1, 8.2)."""

import gc
import logging
import ssl
from pathlib import Path

import pytest
from trustme import CA

from ocpp16sm.errors import TransferError, TransferFault
from ocpp16sm.station.files import Limits, NetworkFiles, download
from tests.support.file_servers import (
    CREDENTIALS,
    LOOPBACK,
    USER,
    ftp_server,
    ftps_server,
    tls_of_server,
)
from tests.support.transfers import CONTENT, fetch, refused, run, take


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


def test_what_an_ftp_server_answers_says_what_is_wrong(home: Path, log_file: Path) -> None:
    """N01.FR.10: as precisely as it is known."""
    user, stranger = f"ftp://{CREDENTIALS}@{LOOPBACK}", f"ftp://{USER}:other@{LOOPBACK}"
    for base, unknown, fault in (
        (stranger, "", TransferFault.DENIED),
        (user, "STOR", TransferFault.NOT_SUPPORTED),
        (f"ftp://{LOOPBACK}", "", TransferFault.FAILED),  # 550: anybody may read only
    ):
        with ftp_server(home, unknown) as port, pytest.raises(TransferError) as caught:
            take(log_file, f"{base}:{port}/")
        assert caught.value.fault is fault


def test_without_a_user_in_the_url_it_is_anybody(ftp: str, home: Path, to: Path) -> None:
    (home / "firmware.bin").write_bytes(CONTENT)
    fetch(f"ftp://{ftp.partition('@')[2]}/firmware.bin", to)
    assert to.read_bytes() == CONTENT


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


# -- with TLS ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("explicit", [True, False], ids=["AUTH TLS", "TLS from the beginning"])
def test_files_are_moved_by_ftps(
    explicit: bool, home: Path, to: Path, log_file: Path, authority: CA, trusting: ssl.SSLContext
) -> None:
    (home / "firmware.bin").write_bytes(CONTENT)

    async def story() -> None:
        async with ftps_server(home, tls_of_server(authority), explicit=explicit) as port:
            files = NetworkFiles(tls=trusting)
            await files.download(f"ftps://{CREDENTIALS}@localhost:{port}/firmware.bin", to)
            await files.upload(log_file, f"ftps://{CREDENTIALS}@localhost:{port}/")

    run(story())
    assert to.read_bytes() == CONTENT
    assert (home / log_file.name).read_bytes() == CONTENT


@pytest.mark.parametrize("explicit", [True, False], ids=["AUTH TLS", "TLS from the beginning"])
def test_an_ftps_server_with_an_unknown_certificate_learns_no_password(
    explicit: bool, home: Path, to: Path, authority: CA, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "aioftp.server")

    async def story() -> None:
        async with ftps_server(home, tls_of_server(authority), explicit=explicit) as port:
            with pytest.raises(TransferError, match="certificate verify failed"):
                await download(f"ftps://{CREDENTIALS}@localhost:{port}/firmware.bin", to)

    run(story())
    assert "USER" not in caplog.text


def test_an_ftp_server_without_tls_learns_no_password(ftp: str, to: Path) -> None:
    reason = refused(to, ftp.replace("ftp:", "ftps:") + "/firmware.bin")
    assert reason.startswith("the server answered 5")
