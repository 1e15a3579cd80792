"""Firmware and diagnostics really move: a station, a Central System and file servers on loopback."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates
from ocpp16sm.csms import CentralSystem, Peer
from ocpp16sm.messages import (
    Firmware,
    GetDiagnosticsRequest,
    GetLogRequest,
    LogParameters,
    LogType,
    SignedUpdateFirmwareRequest,
    UpdateFirmwareRequest,
)
from ocpp16sm.settings import Settings
from ocpp16sm.station import Timings, VirtualStation
from tests.support.file_servers import CREDENTIALS, LOOPBACK, PASSWORD, ftp_server, web_server
from tests.support.firmware import Signers
from tests.support.firmware_signers import KINDS, Kind, signer
from tests.support.scene import QUIET

IMAGE = b"firmware-version: 2.0\n" + bytes(range(256)) * 1000


def run(story: Coroutine[Any, Any, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(30):
            await story

    asyncio.run(bounded())


@asynccontextmanager
async def connected(
    certificates: Certificates | None = None, security_log: str = ""
) -> AsyncIterator[tuple[VirtualStation, Peer]]:
    """A hurried station, and how its Central System sees it."""
    async with CentralSystem() as system:
        settings = Settings(
            charge_point_id="CP001",
            central_system_url=system.url,
            connectors=2,
            configuration=QUIET,
            security_log=security_log,
        )
        how: Any = {"timings": Timings().faster(1000), "certificates": certificates}
        async with VirtualStation(settings, update_restarts=True, **how) as station:
            await station.charge_point.wait_until_accepted()
            await station.charge_point.wait_until_delivered()
            yield station, await system.peer("CP001")


def past() -> Timestamp:
    return Timestamp.of(datetime(2020, 1, 1, tzinfo=UTC))


async def hears(peer: Peer, action: str, *statuses: str, then: Callable[[str], None] = lambda _status: None) -> None:
    """The next statuses, and no others between."""
    for status in statuses:
        assert (await peer.expect(action)).status == status
        then(status)


@pytest.mark.parametrize("scheme", ["ftp", "http"])
def test_firmware_is_fetched_at_the_second_attempt_and_installed(scheme: str, tmp_path: Path) -> None:
    async def story() -> None:
        with ftp_server(tmp_path) as ftp_port, web_server() as web:

            def publish(status: str) -> None:
                if status == "DownloadFailed":
                    (tmp_path / "new.bin").write_bytes(IMAGE)
                    web.files["/guarded/new.bin"] = IMAGE

            place = f"{LOOPBACK}:{ftp_port}" if scheme == "ftp" else f"{LOOPBACK}:{web.port}/guarded"
            async with connected() as (_station, peer):
                location = f"{scheme}://{CREDENTIALS}@{place}/new.bin"
                await peer.call(UpdateFirmwareRequest(location, past(), retries=2, retry_interval=0))
                action = "FirmwareStatusNotification"
                await hears(peer, action, "Downloading", "DownloadFailed", "Downloading", then=publish)
                await hears(peer, action, "Downloaded", "Installing")
                assert (await peer.expect("BootNotification")).firmware_version == "2.0"
                await hears(peer, action, "Installed")

    run(story())


@pytest.mark.parametrize("scheme", ["ftp", "http"])
@pytest.mark.parametrize("kind", KINDS)
def test_signed_firmware_is_fetched_verified_and_installed(scheme: str, kind: Kind, tmp_path: Path) -> None:
    async def story() -> None:
        with ftp_server(tmp_path) as ftp_port, web_server() as web:
            (tmp_path / "new.bin").write_bytes(IMAGE)
            web.files["/guarded/new.bin"] = IMAGE
            place = f"{LOOPBACK}:{ftp_port}" if scheme == "ftp" else f"{LOOPBACK}:{web.port}/guarded"
            location = f"{scheme}://{CREDENTIALS}@{place}/new.bin"
            by, action = signer(kind), "SignedFirmwareStatusNotification"
            async with connected(certificates=Signers(roots=1)) as (_station, peer):
                forged = Firmware(location, past(), by.certificate, by.sign(b"another file"))
                assert (await peer.call(SignedUpdateFirmwareRequest(1, forged))).status == "Accepted"
                await hears(peer, action, "Downloading", "Downloaded", "InvalidSignature")
                genuine = Firmware(location, past(), by.certificate, by.sign(IMAGE))
                assert (await peer.call(SignedUpdateFirmwareRequest(2, genuine))).status == "Accepted"
                await hears(peer, action, "Downloading", "Downloaded", "SignatureVerified", "Installing")
                await hears(peer, action, "InstallRebooting")
                assert (await peer.expect("BootNotification")).firmware_version == "2.0"
                await hears(peer, action, "Installed")

    run(story())


@pytest.mark.parametrize("scheme", ["ftp", "http"])
def test_the_security_log_arrives(scheme: str, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    log = tmp_path / "security.jsonl"

    async def story() -> None:
        with ftp_server(tmp_path) as ftp_port, web_server() as web:
            place = f"{LOOPBACK}:{ftp_port}/logs" if scheme == "ftp" else f"{LOOPBACK}:{web.port}/guarded/logs/"
            where = LogParameters(f"{scheme}://{CREDENTIALS}@{place}")
            async with connected(security_log=str(log)) as (_station, peer):
                answer = await peer.call(GetLogRequest(where, LogType.SECURITY_LOG, 17))
                await hears(peer, "LogStatusNotification", "Uploading", "Uploaded")
                if scheme == "ftp":
                    told = (tmp_path / "logs" / str(answer.filename)).read_bytes()
                else:
                    _method, told = web.taken[f"/guarded/logs/{answer.filename}"]
                rows = [json.loads(row) for row in told.decode().splitlines()]
                assert [row["type"] for row in rows] == ["StartupOfTheDevice"]
                assert told == log.read_bytes()

    run(story())


@pytest.mark.parametrize("scheme", ["ftp", "http"])
def test_diagnostics_arrive(scheme: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "logs").mkdir()

    async def story() -> None:
        with ftp_server(tmp_path) as ftp_port, web_server() as web:
            place = f"{LOOPBACK}:{ftp_port}/logs" if scheme == "ftp" else f"{LOOPBACK}:{web.port}/guarded/logs/"
            async with connected() as (_station, peer):
                answer = await peer.call(GetDiagnosticsRequest(f"{scheme}://{CREDENTIALS}@{place}"))
                await hears(peer, "DiagnosticsStatusNotification", "Uploading", "Uploaded")
                if scheme == "ftp":
                    told = (tmp_path / "logs" / answer.file_name).read_bytes()
                else:
                    method, told = web.taken[f"/guarded/logs/{answer.file_name}"]
                    assert method == "PUT"
                assert json.loads(told)["chargePointId"] == "CP001"
                assert "p%40ss" not in told.decode()

    run(story())
    ours = [one.getMessage() for one in caplog.records if one.name.partition(".")[0] in ("ocpp16sm", "aioftp", "httpx")]
    assert any("uploaded diagnostics-CP001" in line for line in ours)
    assert [line for line in ours if "p%40ss" in line or PASSWORD in line] == []


def test_a_wrong_password_and_a_closed_port_are_failures(tmp_path: Path) -> None:
    async def story() -> None:
        with ftp_server(tmp_path) as port:
            async with connected() as (_station, peer):
                for location in (f"ftp://station:wrong@{LOOPBACK}:{port}/", f"http://{LOOPBACK}:1/"):
                    await peer.call(GetDiagnosticsRequest(location, retries=1, retry_interval=0))
                    failed = ("Uploading", "UploadFailed")
                    await hears(peer, "DiagnosticsStatusNotification", *failed, *failed)
                    await peer.call(UpdateFirmwareRequest(f"{location}x", past(), retries=1, retry_interval=0))
                    failed = ("Downloading", "DownloadFailed")
                    await hears(peer, "FirmwareStatusNotification", *failed, *failed)
        assert list(tmp_path.iterdir()) == []

    run(story())
