"""A virtual station updates its firmware (5.19, 4.5), in virtual time."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import CallRefusedError
from ocpp16sm.messages import Reason, ResetRequest, ResetType, UpdateFirmwareRequest
from ocpp16sm.station.file_job import FileRequest
from ocpp16sm.station.files import MemoryFiles
from ocpp16sm.station.firmware_updater import read_image
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import LoopClock, passes, run

URL = "ftp://files.example/firmware.bin"
OTHER_URL = "http://files.example/other.bin"
IMAGE = b"firmware-version: 2.0\n..."
RESTARTING = {"update_restarts": True}
LONG_S = 3600.0
"""Longer than anything here takes."""


def now() -> Timestamp:
    return LoopClock().utc()


def seconds() -> float:
    return asyncio.get_running_loop().time()


def said(where: StationScene) -> list[str]:
    """The statuses of updates, in order."""
    return [json.loads(text)[3]["status"] for text in where.lines.sent("FirmwareStatusNotification")]


async def hears(where: StationScene, *statuses: str) -> list[float]:
    """Wait until the next statuses have come, and no others between; gives when they came, s."""
    times = []
    for status in statuses:
        request = await where.peer.expect("FirmwareStatusNotification", timeout_s=LONG_S)
        assert request.status == status
        times.append(seconds())
    return times


async def asks(where: StationScene, location: str = URL, **how: Any) -> float:
    """UpdateFirmware; gives when, s."""
    asked = seconds()
    await where.peer.call(UpdateFirmwareRequest(location=location, **{"retrieve_date": now(), **how}))
    return asked


def test_an_update_is_downloaded_installed_and_reported_after_the_boot(tmp_path: Path) -> None:
    async def story() -> None:
        files = MemoryFiles({URL: IMAGE})
        async with station_scene(connectors=2, how={**RESTARTING, "files": files, "directory": tmp_path}) as where:
            await asks(where)
            await hears(where, "Downloading", "Downloaded")
            await where.becomes("Unavailable", 1)
            await where.becomes("Unavailable", 2)
            await hears(where, "Installing")
            boot = await where.peer.expect("BootNotification")
            assert boot.firmware_version == "2.0"
            await hears(where, "Installed")
            await where.becomes("Available", 1)
            await where.becomes("Available", 2)
            await passes(LONG_S)
            assert said(where) == ["Downloading", "Downloaded", "Installing", "Installed"]
            assert files.attempts == {URL: 1}
            assert list(tmp_path.iterdir()) == []

    run(story())


def test_without_a_restart_it_is_installed_at_once_and_the_next_start_is_that_of_the_new_firmware() -> None:
    """station.md, profiles.md 5.1: one connection, connectors back; FirmwareUpdated after the next boot."""

    async def story() -> None:
        async with station_scene(connectors=2, how={"files": MemoryFiles({URL: IMAGE})}) as where:
            await where.charges("TAG", 1)
            begin = await asks(where)
            await hears(where, "Downloading", "Downloaded")
            await where.becomes("Unavailable", 2)
            where.station.plug_out(1)
            await where.becomes("Unavailable", 1)
            times = await hears(where, "Installing", "Installed")
            assert times[1] - times[0] == 2
            assert begin < times[0]
            await where.becomes("Available", 1)
            await where.becomes("Available", 2)
            await passes(LONG_S)
            assert len(where.lines.sent("BootNotification")) == 1
            where.station.power_off()
            where.station.boot()
            boot = await where.peer.expect("BootNotification", lambda one: one.firmware_version == "2.0")
            assert boot is not None
            event = await where.peer.expect("SecurityEventNotification", lambda one: one.type == "FirmwareUpdated")
            assert event is not None
            await passes(LONG_S)
            assert said(where) == ["Downloading", "Downloaded", "Installing", "Installed"]

    run(story())


def test_two_seconds_lie_between_the_steps() -> None:
    async def story() -> None:
        async with station_scene(how={**RESTARTING, "files": MemoryFiles({URL: IMAGE})}) as where:
            begin = await asks(where)
            times = await hears(where, "Downloading", "Downloaded", "Installing", "Installed")
            assert [time - begin for time in times] == [0, 2, 4, 7]  # 1 s of it restarts

    run(story())


def test_an_update_waits_for_running_transactions() -> None:
    """Errata 3.49: idle connectors go out of service meanwhile."""

    async def story() -> None:
        async with station_scene(connectors=2, how={**RESTARTING, "files": MemoryFiles({URL: IMAGE})}) as where:
            await where.charges("TAG", 1)
            await asks(where)
            await hears(where, "Downloading", "Downloaded")
            await where.becomes("Unavailable", 2)
            await passes(LONG_S)
            assert where.status(1) == "Charging"
            where.station.plug_out(1)
            await hears(where, "Installing", "Installed")
            assert where.stopped()[0] == Reason.EV_DISCONNECTED

    run(story())


def test_connectors_may_stay_in_service_until_the_restart() -> None:
    """What EVerest's stations understand as a fragment of the URL; it is not part of what is fetched."""

    async def story() -> None:
        files = MemoryFiles({URL: IMAGE})
        async with station_scene(connectors=2, how={**RESTARTING, "files": files}) as where:
            await where.charges("TAG", 1)
            await asks(where, f"{URL}#disable_connectors_during_install=false")
            await hears(where, "Downloading", "Downloaded", "Installing")
            assert (where.status(1), where.status(2)) == ("Charging", "Available")
            await hears(where, "Installed")
            assert where.stopped()[0] == Reason.REBOOT
            assert '"Unavailable"' not in "".join(where.lines.sent("StatusNotification"))
            assert files.attempts == {URL: 1}

    run(story())


@pytest.mark.parametrize(("interval", "pause"), [(7, 7), (0, 0), (None, 1)])
def test_a_failed_download_is_tried_again(interval: int | None, pause: int) -> None:
    async def story() -> None:
        files = MemoryFiles({URL: IMAGE})
        files.fail(URL, times=2)
        async with station_scene(how={**RESTARTING, "files": files}) as where:
            begin = await asks(where, retries=3, retry_interval=interval)
            failed = ("Downloading", "DownloadFailed")
            times = await hears(where, *failed, *failed, "Downloading", "Downloaded", "Installing", "Installed")
            again = 2 + pause
            assert [time - begin for time in times[:5]] == [0, 2, again, again + 2, 2 * again]
            assert files.attempts == {URL: 3}

    run(story())


@pytest.mark.parametrize(("retries", "attempts"), [(2, 3), (0, 1), (None, 1)])
def test_after_the_last_attempt_there_is_silence(retries: int | None, attempts: int) -> None:
    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={**RESTARTING, "files": files}) as where:
            await asks(where, retries=retries)
            await passes(LONG_S)
            assert said(where) == ["Downloading", "DownloadFailed"] * attempts
            assert where.status(1) == "Available"
            assert len(where.lines.sent("BootNotification")) == 1
            assert files.attempts[URL] == attempts

    run(story())


@pytest.mark.parametrize("location", ["C:", "file:///etc/passwd", "../../x"])
def test_what_is_no_place_for_a_file_is_refused(location: str) -> None:
    """Before the station is asked: UpdateFirmware.conf has no word for it."""

    async def story() -> None:
        async with station_scene(how={**RESTARTING, "files": MemoryFiles()}) as where:
            with pytest.raises(CallRefusedError, match="the location is none of FTP, FTPS, HTTP, HTTPS"):
                await asks(where, location)
            await passes(600)
            assert where.lines.sent("FirmwareStatusNotification") == []

    run(story())


@pytest.mark.parametrize("location", ["ftp://", "ftp://user:pa/ss@host/x"])
def test_what_is_no_place_for_a_file_is_a_failed_download(location: str) -> None:
    async def story() -> None:
        async with station_scene(how={**RESTARTING, "files": MemoryFiles()}) as where:
            await asks(where, location)
            await hears(where, "Downloading", "DownloadFailed")

    run(story())


def test_nothing_is_fetched_before_its_time() -> None:
    async def story() -> None:
        async with station_scene(how={**RESTARTING, "files": MemoryFiles({URL: IMAGE})}) as where:
            begin = await asks(where, retrieve_date=Timestamp.of(now() + timedelta(seconds=100)))
            times = await hears(where, "Downloading")
            assert times[0] - begin == 100

    run(story())


@pytest.mark.parametrize("during", ["Downloading", "Downloaded", "Installing"])
def test_the_station_does_one_update_at_a_time(during: str) -> None:
    async def story() -> None:
        files = MemoryFiles({URL: IMAGE, OTHER_URL: IMAGE})
        async with station_scene(how={**RESTARTING, "files": files}) as where:
            updater = where.station.file_jobs.firmware
            await asks(where)
            await where.peer.expect("FirmwareStatusNotification", lambda request: request.status == during)
            assert updater.busy
            updater.begin(FileRequest(OTHER_URL, 0, 0), now())
            await passes(LONG_S)
            assert said(where) == ["Downloading", "Downloaded", "Installing", "Installed"]
            assert files.attempts == {URL: 1}
            assert not where.station.file_jobs.firmware.busy
            await asks(where, OTHER_URL)
            await passes(LONG_S)
            assert said(where)[4:] == ["Downloading", "Downloaded", "Installing", "Installed"]
            assert files.attempts == {URL: 1, OTHER_URL: 1}

    run(story())


@pytest.mark.parametrize("during", ["Downloading", "Downloaded", "Installing"])
def test_an_update_that_is_asked_for_during_another_follows_it(during: str) -> None:
    """5.19: as soon as possible after retrieveDate; here, after the restart that the first one brings."""

    async def story() -> None:
        files = MemoryFiles({URL: IMAGE, OTHER_URL: IMAGE})
        async with station_scene(how={**RESTARTING, "files": files}) as where:
            await asks(where)
            await where.peer.expect("FirmwareStatusNotification", lambda request: request.status == during)
            await asks(where, OTHER_URL)
            await passes(LONG_S)
            assert said(where) == ["Downloading", "Downloaded", "Installing", "Installed"] * 2
            assert files.attempts == {URL: 1, OTHER_URL: 1}
            assert where.status(1) == "Available"

    run(story())


@pytest.mark.parametrize("image", [b"", b"firmware-version: " + b"1" * 51], ids=["empty", "version too long"])
def test_an_image_that_is_none_is_not_installed(image: bytes) -> None:
    async def story() -> None:
        async with station_scene(how={**RESTARTING, "files": MemoryFiles({URL: image})}) as where:
            await asks(where)
            await hears(where, "Downloading", "Downloaded", "Installing", "InstallationFailed")
            await where.becomes("Available")
            await passes(LONG_S)
            assert len(where.lines.sent("BootNotification")) == 1

    run(story())


def test_the_application_may_judge_images_itself() -> None:
    async def story() -> None:
        seen = []

        def read(image: Path) -> str | None:
            seen.append((image.name, image.read_bytes()))
            raise ValueError("made for another station")

        url = "http://files.example/..%2F..%2Fx%20y.bin"
        async with station_scene(how={**RESTARTING, "files": MemoryFiles({url: IMAGE}), "read_image": read}) as where:
            await asks(where, url)
            await hears(where, "Downloading", "Downloaded", "Installing", "InstallationFailed")
            assert seen == [("x_y.bin", IMAGE)]

    run(story())


def test_a_look_at_an_image_may_fail_without_harm(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        def read(image: Path) -> str | None:
            raise LookupError("a mistake of the application")

        async with station_scene(how={**RESTARTING, "files": MemoryFiles({URL: IMAGE}), "read_image": read}) as where:
            await asks(where)
            await hears(where, "Downloading", "Downloaded", "Installing", "InstallationFailed")
            await where.becomes("Available")

    run(story())
    assert "a mistake of the application" in caplog.text


def test_a_mover_of_files_may_fail_without_harm(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryFiles):
        async def download(self, url: str, to: Path) -> None:
            raise LookupError("a mistake of the application")

    async def story() -> None:
        async with station_scene(how={**RESTARTING, "files": Broken()}) as where:
            await asks(where, retries=1)
            await hears(where, "Downloading", "DownloadFailed", "Downloading", "DownloadFailed")

    run(story())
    assert "a mistake of the application" in caplog.text


@pytest.mark.parametrize(
    ("image", "version"),
    [
        (IMAGE, "2.0"),
        (b"Firmware-Version:1.4.0-rc1\r\n\x00\xff", "1.4.0-rc1"),
        (b"firmware-version: " + b"1" * 50, "1" * 50),
        (b"firmware-version: two words\n", None),
        (b"\x7fELF", None),
    ],
)
def test_an_image_says_its_version_in_its_first_line(image: bytes, version: str | None, tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(image)
    assert read_image(tmp_path / "image") == version


@pytest.mark.parametrize("during", ["Downloading", "Downloaded"])
def test_what_is_done_when_the_station_is_reset_is_dropped(
    during: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        files = MemoryFiles({URL: IMAGE}, takes_s=100)
        async with station_scene(how={**RESTARTING, "files": files, "directory": tmp_path}) as where:
            await where.charges()  # so that it waits once it is downloaded
            await asks(where)
            await where.peer.expect("FirmwareStatusNotification", lambda one: one.status == during, timeout_s=LONG_S)
            await where.peer.call(ResetRequest(ResetType.HARD))
            await where.station.charge_point.wait_until(lambda: not where.station.charge_point.connected)
            assert said(where)[-1] == during
            assert list(tmp_path.iterdir()) == []
            await where.peer.expect("BootNotification", timeout_s=LONG_S)
            where.station.plug_out(1)
            await passes(LONG_S)
            await asks(where)
            await passes(LONG_S)
            assert said(where)[-4:] == ["Downloading", "Downloaded", "Installing", "Installed"]

    run(story())
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_power_that_fails_while_new_firmware_starts_delays_it() -> None:
    async def story() -> None:
        async with station_scene(how={**RESTARTING, "files": MemoryFiles({URL: IMAGE})}) as where:
            await asks(where)
            await hears(where, "Downloading", "Downloaded", "Installing")
            await passes(2.5)
            where.station.power_off()
            await passes(LONG_S)
            where.station.boot()
            boot = await where.peer.expect("BootNotification", lambda one: one.firmware_version == "2.0")
            assert boot is not None
            await hears(where, "Installed")

    run(story())


def test_a_station_stops_in_the_middle_of_an_update(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        how = {"files": MemoryFiles({URL: IMAGE}, takes_s=LONG_S), "directory": tmp_path}
        async with station_scene(how=how) as where:
            await asks(where)
            await hears(where, "Downloading")
            await passes(10)
        await passes(LONG_S)

    run(story())
    assert list(tmp_path.iterdir()) == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
