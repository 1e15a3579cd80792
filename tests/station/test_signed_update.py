"""A virtual station updates its firmware if it is genuine (whitepaper L01), in virtual time."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.messages import (
    Firmware,
    SignedUpdateFirmwareRequest,
    UpdateFirmwareRequest,
    UpdateFirmwareStatus,
)
from ocpp16sm.station.files import MemoryFiles
from tests.support.firmware import Signers
from tests.support.firmware_signers import KINDS, Kind, Signer, signer
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import LoopClock, passes, run

URL = "ftp://files.example/firmware.bin"
OTHER_URL = "http://files.example/other.bin"
IMAGE = b"firmware-version: 2.0\n..."
FORGED = b"firmware-version: 3.0\n..."
GENUINE = ["Downloading", "Downloaded", "SignatureVerified", "Installing"]
LONG_S = 3600.0
"""Longer than anything here takes."""
ACTION = "SignedFirmwareStatusNotification"


def now() -> Timestamp:
    return LoopClock().utc()


def in_s(seconds: float) -> Timestamp:
    return Timestamp.of(now() + timedelta(seconds=seconds))


def seconds() -> float:
    return asyncio.get_running_loop().time()


def said(where: StationScene) -> list[tuple[int, str]]:
    """requestId and status of updates, in order."""
    payloads = [json.loads(text)[3] for text in where.lines.sent(ACTION)]
    return [(payload["requestId"], payload["status"]) for payload in payloads]


def course(*statuses: str, request_id: int = 1) -> list[tuple[int, str]]:
    return [(request_id, status) for status in statuses]


async def hears(where: StationScene, *statuses: str) -> list[float]:
    """Wait until the next statuses have come, and no others between; gives when they came, s."""
    times = []
    for status in statuses:
        assert (await where.peer.expect(ACTION, timeout_s=2 * LONG_S)).status == status
        times.append(seconds())
    return times


def how(content: bytes = IMAGE, **more: Any) -> dict[str, Any]:
    """How a station is built whose manufacturer's roots know every signer."""
    return {"files": MemoryFiles({URL: content, OTHER_URL: content}), "certificates": Signers(roots=1), **more}


async def asks(where: StationScene, by: Signer, request_id: int = 1, location: str = URL, **fields: Any) -> str:
    """SignedUpdateFirmware of IMAGE, with its signature; gives the status."""
    firmware = Firmware(
        location=location,
        retrieve_date_time=fields.pop("retrieve_date", now()),
        signing_certificate=by.certificate,
        signature=fields.pop("signature", by.sign(IMAGE)),
        install_date_time=fields.pop("install_date", None),
    )
    answer = await where.peer.call(SignedUpdateFirmwareRequest(request_id, firmware, **fields))
    return str(answer.status)


@pytest.mark.parametrize("kind", KINDS)
def test_firmware_that_is_genuine_is_installed(kind: Kind, tmp_path: Path) -> None:
    """L01.FR.04, L01.FR.05, L01.FR.10."""

    async def story() -> None:
        async with station_scene(connectors=2, how=how(directory=tmp_path)) as where:
            assert await asks(where, signer(kind)) == "Accepted"
            await hears(where, *GENUINE, "Installed")
            await where.becomes("Available", 1)
            await where.becomes("Available", 2)
            await passes(LONG_S)
            assert said(where) == course(*GENUINE, "Installed")
            assert where.station.charge_point.settings.identity.firmware_version == "2.0"
            assert list(tmp_path.iterdir()) == []

    run(story())


def test_a_station_that_restarts_says_so_before() -> None:
    """L01.FR.15."""

    async def story() -> None:
        async with station_scene(how=how(update_restarts=True)) as where:
            await asks(where, signer("ecdsa"))
            await hears(where, *GENUINE, "InstallRebooting")
            boot = await where.peer.expect("BootNotification")
            assert boot.firmware_version == "2.0"
            await hears(where, "Installed")
            await passes(LONG_S)
            assert said(where) == course(*GENUINE, "InstallRebooting", "Installed")

    run(story())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["another file", "another signer", "no base64"])
def test_firmware_that_is_not_genuine_is_not_installed(kind: Kind, fault: str) -> None:
    """L01.FR.03: the Central System gets the status and the event."""

    async def story() -> None:
        content = FORGED if fault == "another file" else IMAGE
        async with station_scene(how=how(content)) as where:
            version = where.station.charge_point.settings.identity.firmware_version
            signature = {
                "another file": signer(kind).sign(IMAGE),
                "another signer": signer("rsa-pss" if kind == "ecdsa" else "ecdsa").sign(IMAGE),
                "no base64": "?",
            }[fault]
            assert await asks(where, signer(kind), signature=signature, retries=3) == "Accepted"
            await hears(where, "Downloading", "Downloaded", "InvalidSignature")
            await where.peer.expect("SecurityEventNotification", lambda one: one.type == "InvalidFirmwareSignature")
            await passes(LONG_S)
            assert said(where) == course("Downloading", "Downloaded", "InvalidSignature")
            assert where.station.charge_point.settings.identity.firmware_version == version
            assert where.status() == "Available"

    run(story())


def test_a_check_of_the_user_s_own_that_fails_lets_nothing_pass() -> None:
    def check(image: Path, signature: str, signing_certificate: str) -> None:
        raise ZeroDivisionError

    async def story() -> None:
        async with station_scene(how=how(check_signature=check)) as where:
            await asks(where, signer("ecdsa"))
            await hears(where, "Downloading", "Downloaded", "InvalidSignature")

    run(story())


def test_a_signer_whom_nobody_knows_gets_nothing_downloaded() -> None:
    """L01.FR.02, L01.FR.24."""

    async def story() -> None:
        files = MemoryFiles({URL: IMAGE})
        async with station_scene(how=how(files=files, certificates=Signers(valid=False))) as where:
            assert await asks(where, signer("ecdsa")) == "InvalidCertificate"
            kind = "InvalidFirmwareSigningCertificate"
            await where.peer.expect("SecurityEventNotification", lambda one: one.type == kind)
            await passes(LONG_S)
            assert files.attempts == {}

    run(story())


def test_it_is_installed_when_its_time_has_come() -> None:
    """L01.FR.16, L01.FR.17, L01.FR.19: until then everybody may charge."""

    async def story() -> None:
        async with station_scene(how=how()) as where:
            begin = seconds()
            await asks(where, signer("ecdsa"), install_date=in_s(1000))
            await hears(where, *GENUINE[:3], "InstallScheduled")
            await passes(900)
            assert where.status() == "Available"
            (installing,) = await hears(where, "Installing")
            assert installing - begin == pytest.approx(1000)
            await hears(where, "Installed")

    run(story())


METADATA = b"===== BEGIN METADATA =====\ndisable_connectors_during_install=false\n===== END METADATA =====\n"


@pytest.mark.parametrize(
    ("image", "stays"),
    [
        pytest.param(b"firmware-version: 2.0\n" + METADATA, True, id="metadata"),
        pytest.param(METADATA + bytes(10_000), True, id="at the beginning"),
        pytest.param(bytes(10_000) + b"\n" + METADATA, True, id="at the end"),
        pytest.param(METADATA.replace(b"\n", b"\r\n"), True, id="other line ends"),
        pytest.param(METADATA.replace(b"false", b"true"), False, id="it says no"),
        pytest.param(METADATA.replace(b"=false", b"=falsehood"), False, id="it says something else"),
        pytest.param(METADATA[: METADATA.index(b"===== END")], False, id="no end"),
        pytest.param(b"disable_connectors_during_install=false\n", False, id="no block"),
    ],
)
def test_an_image_may_say_that_connectors_stay_in_service(image: bytes, stays: bool) -> None:
    """station.md, Files: a block of metadata; the signature is over it too."""

    async def story() -> None:
        by = signer("ecdsa")
        async with station_scene(how=how(image)) as where:
            await where.charges()
            await asks(where, by, signature=by.sign(image))
            await hears(where, *GENUINE[:3])
            await passes(LONG_S)
            assert where.status() == "Charging"
            assert said(where)[3:] == (course("Installing", "Installed") if stays else [])

    run(story())


def test_who_charges_when_its_time_has_come_is_waited_for() -> None:
    """L01.FR.18."""

    async def story() -> None:
        async with station_scene(connectors=2, how=how()) as where:
            await asks(where, signer("ecdsa"), install_date=in_s(1000))
            await hears(where, *GENUINE[:3], "InstallScheduled")
            await where.charges()
            await where.becomes("Unavailable", 2)
            await passes(LONG_S)
            assert where.status(1) == "Charging"
            where.station.plug_out(1)
            await hears(where, "Installing", "Installed")

    run(story())


@pytest.mark.parametrize("during", ["nothing", *GENUINE[:3], "InstallScheduled"])
def test_a_newer_update_takes_the_place_of_an_older_one(during: str) -> None:
    """L01.FR.26: no more is said of the older one."""

    async def story() -> None:
        async with station_scene(how=how()) as where:
            await asks(where, signer("ecdsa"), 1, retries=2, install_date=in_s(500))
            if during != "nothing":
                await where.peer.expect(ACTION, lambda request: request.status == during)
            assert await asks(where, signer("rsa-pss"), 2, OTHER_URL) == "AcceptedCanceled"
            before = [told for told in said(where) if told[0] == 1]
            await passes(LONG_S)
            assert said(where) == before + course(*GENUINE, "Installed", request_id=2)

    run(story())


def test_what_is_being_installed_is_installed() -> None:
    """L01.FR.27."""

    async def story() -> None:
        async with station_scene(how=how()) as where:
            await asks(where, signer("ecdsa"), 1)
            await hears(where, *GENUINE)
            assert await asks(where, signer("ecdsa"), 2) == "Rejected"
            await hears(where, "Installed")
            await passes(LONG_S)
            assert said(where) == course(*GENUINE, "Installed")
            assert await asks(where, signer("ecdsa"), 3) == "Accepted"

    run(story())


def test_while_new_firmware_comes_up_it_is_not_given_up() -> None:
    """L01.FR.27."""

    async def story() -> None:
        async with station_scene(how=how(update_restarts=True)) as where:
            await asks(where, signer("ecdsa"), 1)
            await hears(where, *GENUINE, "InstallRebooting")
            assert not where.station.file_jobs.firmware.cancel()
            await hears(where, "Installed")

    run(story())


def test_a_download_that_fails_is_tried_again() -> None:
    """5.21: retries and retryInterval."""

    async def story() -> None:
        made = how()
        made["files"].fail(URL, times=2)
        async with station_scene(how=made) as where:
            await asks(where, signer("ecdsa"), retries=2, retry_interval=30)
            failed = ["Downloading", "DownloadFailed"]
            times = await hears(where, *failed, *failed, *GENUINE, "Installed")
            assert times[2] - times[1] == 30

    run(story())


def test_an_unsigned_update_goes_on_where_nobody_can_check_signatures() -> None:
    """L01.FR.20 is for stations that can."""

    async def story() -> None:
        async with station_scene(how=how(certificates=Signers(roots=0))) as where:
            await where.peer.call(UpdateFirmwareRequest(URL, now()))
            answer = await asks(where, signer("ecdsa"), 2)
            assert answer == UpdateFirmwareStatus.ACCEPTED_CANCELED
            await hears(where, *GENUINE, "Installed")

    run(story())
