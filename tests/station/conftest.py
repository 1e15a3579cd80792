"""What tests of moving files share: servers, and files."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from trustme import CA

from tests.support.file_servers import CREDENTIALS, LOOPBACK, WebServer, ftp_server, web_server
from tests.support.transfers import CONTENT


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


@pytest.fixture(scope="session")
def authority() -> CA:
    """Whom the certificates of the servers here are from."""
    return CA()


@pytest.fixture
def trusting(authority: CA) -> ssl.SSLContext:
    """Trusts the certificates of the servers here."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context
