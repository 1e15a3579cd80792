"""A virtual station uploads its diagnostics (5.9, 4.4), in virtual time."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.csms import CallRefusedError, Policy
from ocpp16sm.messages import ChangeConfigurationRequest, GetDiagnosticsRequest, ResetRequest, ResetType
from ocpp16sm.station.diagnostics import file_name
from ocpp16sm.station.files import MemoryFiles
from ocpp16sm.station.logbook import Logbook
from tests.support.scene import IDENTITY
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import LoopClock, passes, run

URL = "ftp://station:secret@files.example/logs/"
OTHER_URL = "http://files.example/logs/"
LONG_S = 3600.0


def now() -> Timestamp:
    return LoopClock().utc()


def said(where: StationScene) -> list[str]:
    """The statuses of uploads, in order."""
    return [json.loads(text)[3]["status"] for text in where.lines.sent("DiagnosticsStatusNotification")]


async def asks(where: StationScene, location: str = URL, **how: Any) -> str | None:
    """GetDiagnostics; gives the name of the file."""
    answer = await where.peer.call(GetDiagnosticsRequest(location=location, **how))
    name: str | None = answer.file_name
    return name


async def report(where: StationScene, files: MemoryFiles, **how: Any) -> dict[str, Any]:
    """What is uploaded, as soon as it is."""
    name = await asks(where, **how)
    assert name is not None
    await passes(10)
    told: dict[str, Any] = json.loads(files.uploaded[URL][name])
    return told


def test_diagnostics_are_uploaded_under_the_name_that_was_answered() -> None:
    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={"files": files}) as where:
            asked = asyncio.get_running_loop().time()
            name = await asks(where)
            frames = [text for way, text in where.lines.frames if way == "cp>csms"]
            assert str(name) in frames[-2]
            assert "Uploading" in frames[-1]
            for status, after_s in (("Uploading", 0), ("Uploaded", 2)):
                told = await where.peer.expect("DiagnosticsStatusNotification")
                assert told.status == status
                assert asyncio.get_running_loop().time() - asked == after_s
            await passes(LONG_S)
            assert said(where) == ["Uploading", "Uploaded"]
            assert list(files.uploaded) == [URL]
            assert list(files.uploaded[URL]) == [name]

    run(story())


def test_diagnostics_say_how_the_station_is() -> None:
    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(connectors=2, how={"files": files}, ConnectionTimeOut="1234") as where:
            await where.charges("SECRETTAG1", 2)
            await passes(60)
            told = await report(where, files)
            assert (told["chargePointId"], told["connected"], told["accepted"]) == ("CP001", True, True)
            assert told["identity"]["charge_point_vendor"] == IDENTITY.charge_point_vendor
            assert told["configuration"]["ConnectionTimeOut"] == "1234"
            first, second = told["connectors"]
            assert (first["connector"], first["status"]) == (1, "Available")
            assert "idTag" not in first
            assert (second["connector"], second["status"], second["idTag"]) == (2, "Charging", "***G1")
            assert second["meterWh"] > 0
            kinds = {entry["kind"] for entry in told["log"]}
            assert kinds >= {"sent", "received", "connection", "registration", "status"}

    run(story())


def test_diagnostics_keep_secrets() -> None:
    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={"files": files}) as where:
            await where.peer.call(ChangeConfigurationRequest("AuthorizationKey", "0123456789ABCDEF0123"))
            await where.peer.send_text('[2,"x","ChangeConfiguration",{"key":"AuthorizationKey","value":"0123456789AB')
            await where.charges("SECRETTAG1")
            told = json.dumps(await report(where, files))
            assert "ChangeConfiguration" in told
            assert "AuthorizationKey" not in json.loads(told)["configuration"]
            assert "StartTransaction" in told
            assert [secret for secret in ("0123456789AB", "SECRETTAG", "station:secret") if secret in told] == []

    run(story())


def test_the_log_is_that_of_the_time_that_was_asked_for() -> None:
    """startTime is of the oldest, stopTime of the latest of what is wanted (6.25)."""

    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={"files": files}) as where:
            for tag in ("FIRST-AA", "SECOND-BB", "THIRD-CC"):
                await passes(100)
                where.station.present_token(tag, [1])
                await where.becomes("Preparing")
                if tag == "SECOND-BB":
                    start = stop = now()
                await where.station.charge_point.wait_until(lambda: where.status() == "Available")
            for range_, tags in (
                ({}, {"AA", "BB", "CC"}),
                ({"start_time": start}, {"BB", "CC"}),
                ({"stop_time": stop}, {"AA", "BB"}),
                ({"start_time": start, "stop_time": stop}, {"BB"}),
                ({"start_time": Timestamp.of(now() + timedelta(days=1))}, set()),
            ):
                told = await report(where, files, **range_)
                log = json.dumps([entry for entry in told["log"] if "Authorize" in str(entry)])
                assert {tag for tag in ("AA", "BB", "CC") if f"***{tag}" in log or f"-{tag}" in log} == tags

    run(story())


@pytest.mark.parametrize(("retries", "interval", "attempts"), [(2, 5, 3), (0, None, 1), (None, None, 1)])
def test_a_failed_upload_is_tried_again(retries: int | None, interval: int | None, attempts: int) -> None:
    async def story() -> None:
        files = MemoryFiles()
        files.fail(URL, times=10)
        async with station_scene(how={"files": files}) as where:
            await asks(where, retries=retries, retry_interval=interval)
            await passes(LONG_S)
            assert said(where) == ["Uploading", "UploadFailed"] * attempts
            assert files.attempts[URL] == attempts

    run(story())


def test_an_upload_that_succeeds_in_the_end_is_uploaded() -> None:
    async def story() -> None:
        files = MemoryFiles()
        files.fail(URL, times=1)
        async with station_scene(how={"files": files}) as where:
            await asks(where, retries=5)
            await passes(LONG_S)
            assert said(where) == ["Uploading", "UploadFailed", "Uploading", "Uploaded"]

    run(story())


def test_a_second_request_takes_the_place_of_the_first_without_a_word() -> None:
    async def story() -> None:
        files = MemoryFiles(takes_s=100)
        async with station_scene(how={"files": files}) as where:
            await asks(where)
            await passes(50)
            await asks(where, OTHER_URL)
            await passes(LONG_S)
            assert said(where) == ["Uploading", "Uploading", "Uploaded"]
            assert list(files.uploaded) == [OTHER_URL]

    run(story())


def test_two_requests_at_one_moment_do_not_disturb_each_other() -> None:
    """Both files have the same name."""

    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={"files": files}) as where:
            assert await asks(where) == await asks(where, OTHER_URL)
            await passes(LONG_S)
            assert said(where)[-2:] == ["Uploading", "Uploaded"]
            assert list(files.uploaded) == [OTHER_URL]

    run(story())


def test_a_reset_ends_an_upload_which_is_told_afterwards_and_the_log_goes_on() -> None:
    async def story() -> None:
        files = MemoryFiles(takes_s=5)
        async with station_scene(how={"files": files}) as where:
            await asks(where)
            await where.peer.expect("DiagnosticsStatusNotification")
            await where.peer.call(ResetRequest(ResetType.SOFT))
            await where.peer.expect("BootNotification")
            await passes(LONG_S)
            assert said(where) == ["Uploading", "UploadFailed"]
            told = await report(where, files)
            boots = [entry for entry in told["log"] if entry["kind"] == "sent" and "BootNotification" in entry["what"]]
            assert len(boots) == 2

    run(story())


@pytest.mark.parametrize("location", ["C:", "file:///tmp/", "sftp://host/"])
def test_what_is_no_place_for_a_file_is_refused(location: str) -> None:
    """Before the station is asked: GetDiagnostics.conf has no word for it."""

    async def story() -> None:
        async with station_scene(how={"files": MemoryFiles()}) as where:
            with pytest.raises(CallRefusedError, match="the location is none of FTP, FTPS, HTTP, HTTPS"):
                await asks(where, location)
            await passes(LONG_S)
            assert said(where) == []

    run(story())


@pytest.mark.parametrize("location", ["ftp://user:pa/ss@host/"])
def test_what_is_no_place_for_a_file_is_a_failed_upload(location: str) -> None:
    async def story() -> None:
        async with station_scene(how={"files": MemoryFiles()}) as where:
            await asks(where, location)
            await passes(LONG_S)
            assert said(where) == ["Uploading", "UploadFailed"]

    run(story())


@pytest.mark.parametrize(
    ("station", "name"),
    [
        ("CP001", "diagnostics-CP001-20260102T030405Z.json"),
        ("../CP/001 ä", "diagnostics-.._CP_001_-20260102T030405Z.json"),
        ("C" * 48, f"diagnostics-{'C' * 48}-20260102T030405Z.json"),
    ],
)
def test_the_name_of_the_file_is_good_in_every_file_system(station: str, name: str) -> None:
    assert file_name("diagnostics", station, Timestamp(2026, 1, 2, 3, 4, 5), "json") == name


def test_the_oldest_of_a_long_log_goes() -> None:
    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(Policy(heartbeat_interval_s=1), how={"files": files}) as where:
            await passes(LONG_S)
            told = await report(where, files)
            assert len(told["log"]) == 500
            assert told["log"][0]["time"] > str(Timestamp.of(now() - timedelta(seconds=600)))

    run(story())


def test_a_long_log_is_not_a_large_one() -> None:
    logbook = Logbook(now)

    async def story() -> None:
        for number in range(100):
            logbook.note("received", f"{number:03}" + "x" * 99_997)

    run(story())
    kept = [entry.what[:3] for entry in logbook.between(None, None)]
    assert kept == [f"{number:03}" for number in range(80, 100)]
