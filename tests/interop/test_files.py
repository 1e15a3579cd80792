"""Updates and uploads, and a Central System that somebody else has written (PyPI package ``ocpp``)."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from ocpp.v16 import call  # type: ignore[import-untyped]  # no types there

from ocpp16sm import ChargePoint
from ocpp16sm.messages import FirmwareUpdateStatus, UploadLogStatus
from tests.interop.mobilityhouse import Endpoint, central_system
from tests.support.firmware import SIGNATURE, SIGNER, Signers
from tests.support.scripted_hardware import ScriptedHardware
from tests.support.virtual_time import settings

NOON = "2026-06-01T12:00:00Z"
PLACE = "ftp://user:secret@files.example/"


def run(story: Coroutine[Any, Any, None]) -> None:
    """Let a story happen."""
    asyncio.run(asyncio.wait_for(story, 30))


def charge_point(endpoint: Endpoint) -> ChargePoint:
    """Whose station can move files."""
    configured = settings(central_system_url=endpoint.url, connectors=1)
    return ChargePoint(configured, hardware=ScriptedHardware(), certificates=Signers())


def test_firmware_is_updated() -> None:
    """5.19, 4.5, 5.17: every message has passed their schema before it is looked at here."""

    async def story() -> None:
        async with central_system() as endpoint, charge_point(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(1, "Available")
            asked = call.UpdateFirmware(location=f"{PLACE}f", retrieve_date=NOON, retries=1, retry_interval=1)
            await theirs.call(asked, suppress=False)
            for status in ("Downloading", "DownloadFailed", "Downloading", "Downloaded", "Installing", "Installed"):
                ours.on_firmware_update_status_notification(-1, status)
                heard = await theirs.expect("FirmwareStatusNotification")
                assert heard == {"status": status}
            answer = await theirs.call(call.TriggerMessage(requested_message="FirmwareStatusNotification"))
            assert answer.status == "Accepted"
            assert await theirs.expect("FirmwareStatusNotification") == {"status": "Idle"}

    run(story())


def test_diagnostics_are_uploaded() -> None:
    """5.9, 4.4, 5.17."""

    async def story() -> None:
        async with central_system() as endpoint, charge_point(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(1, "Available")
            asked = call.GetDiagnostics(location=PLACE, retries=1, retry_interval=1, start_time=NOON, stop_time=NOON)
            answer = await theirs.call(asked, suppress=False)
            assert answer.file_name == "log.zip"
            for status, told in (("Uploading",) * 2, ("UploadFailure", "UploadFailed"), ("Uploaded",) * 2):
                ours.on_log_status_notification(-1, UploadLogStatus(status))
                assert await theirs.expect("DiagnosticsStatusNotification") == {"status": told}
            answer = await theirs.call(call.TriggerMessage(requested_message="DiagnosticsStatusNotification"))
            assert answer.status == "Accepted"
            assert await theirs.expect("DiagnosticsStatusNotification") == {"status": "Idle"}

    run(story())


def test_signed_firmware_is_updated() -> None:
    """Whitepaper L01, 5.5."""

    async def story() -> None:
        async with central_system() as endpoint, charge_point(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(1, "Available")
            firmware = {
                "location": f"{PLACE}f",
                "retrieveDateTime": NOON,
                "installDateTime": NOON,
                "signingCertificate": SIGNER,
                "signature": SIGNATURE,
            }
            asked = call.SignedUpdateFirmware(request_id=8, firmware=firmware, retries=1, retry_interval=1)
            answer = await theirs.call(asked, suppress=False)
            assert answer.status == "Accepted"
            course = "Downloading DownloadPaused Downloading Downloaded SignatureVerified InstallScheduled Installing"
            for status in (*course.split(), "InstallRebooting", "Installed"):
                ours.on_firmware_update_status_notification(8, FirmwareUpdateStatus(status))
                heard = await theirs.expect("SignedFirmwareStatusNotification")
                assert heard == {"status": status, "request_id": 8}
            answer = await theirs.call(call.ExtendedTriggerMessage(requested_message="FirmwareStatusNotification"))
            assert answer.status == "Accepted"
            assert (await theirs.expect("SignedFirmwareStatusNotification"))["status"] == "Idle"

    run(story())


def test_firmware_that_is_not_genuine_is_an_alarm() -> None:
    """Whitepaper L01.FR.02, L01.FR.03."""

    async def story() -> None:
        async with central_system() as endpoint, charge_point(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(1, "Available")
            ours.on_firmware_update_status_notification(8, "InvalidSignature")
            heard = await theirs.expect("SignedFirmwareStatusNotification")
            assert heard == {"status": "InvalidSignature", "request_id": 8}
            await theirs.expect(
                "SecurityEventNotification", lambda fields: fields["type"] == "InvalidFirmwareSignature"
            )

    run(story())


def test_a_log_is_uploaded() -> None:
    """Whitepaper N01, 5.5."""

    async def story() -> None:
        async with central_system() as endpoint, charge_point(endpoint) as ours:
            theirs = await endpoint.peer()
            await theirs.expect_status(1, "Available")
            log = {"remoteLocation": PLACE, "oldestTimestamp": NOON, "latestTimestamp": NOON}
            asked = call.GetLog(log=log, log_type="SecurityLog", request_id=17, retries=1, retry_interval=1)
            answer = await theirs.call(asked, suppress=False)
            assert (answer.status, answer.filename) == ("Accepted", "log.zip")
            for status in ("Uploading", "UploadFailure", "Uploading", "Uploaded"):
                ours.on_log_status_notification(17, status)
                assert await theirs.expect("LogStatusNotification") == {"status": status, "request_id": 17}
            answer = await theirs.call(call.ExtendedTriggerMessage(requested_message="LogStatusNotification"))
            assert answer.status == "Accepted"
            assert (await theirs.expect("LogStatusNotification"))["status"] == "Idle"

    run(story())
