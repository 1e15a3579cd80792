"""A virtual station uploads its logs (whitepaper N01), in virtual time."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import TransferFault
from ocpp16sm.messages import GetDiagnosticsRequest, GetLogRequest, LogParameters, LogType
from ocpp16sm.settings import Settings
from ocpp16sm.station import diagnostics
from ocpp16sm.station.files import MemoryFiles
from ocpp16sm.station.logbook import Logbook
from tests.support.station_scene import StationScene, station_scene
from tests.support.virtual_time import LoopClock, passes, run

URL = "ftp://station:secret@files.example/logs/"
OTHER_URL = "http://files.example/logs/"
LONG_S = 3600.0
ACTION = "LogStatusNotification"


def now() -> Timestamp:
    return LoopClock().utc()


def said(where: StationScene) -> list[tuple[int, str]]:
    """requestId and status of uploads, in order."""
    payloads = [json.loads(text)[3] for text in where.lines.sent(ACTION)]
    return [(payload["requestId"], payload["status"]) for payload in payloads]


async def asks(
    where: StationScene, log_type: str = "SecurityLog", request_id: int = 1, location: str = URL, **fields: Any
) -> tuple[str, str | None]:
    """GetLog; gives the status and the name of the file."""
    times = {name: fields.pop(name) for name in ("oldest_timestamp", "latest_timestamp") if name in fields}
    log = LogParameters(location, **times)
    answer = await where.peer.call(GetLogRequest(log, LogType(log_type), request_id, **fields))
    return answer.status, answer.filename


async def security_events(where: StationScene, files: MemoryFiles, **fields: Any) -> list[dict[str, Any]]:
    """The rows of the security log that is uploaded, as soon as it is."""
    _status, name = await asks(where, **fields)
    assert name is not None
    await passes(10)
    return [json.loads(row) for row in files.uploaded[URL][name].decode().splitlines()]


@pytest.mark.parametrize(("log_type", "kind"), [("SecurityLog", "security"), ("DiagnosticsLog", "diagnostics")])
def test_a_log_is_uploaded_under_the_name_that_was_answered(log_type: str, kind: str) -> None:
    """N01.FR.01, N01.FR.02, N01.FR.07 to N01.FR.09."""

    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={"files": files}) as where:
            status, name = await asks(where, log_type, 17)
            assert status == "Accepted"
            assert name is not None
            assert name.startswith(f"{kind}-CP001-")
            await passes(LONG_S)
            assert said(where) == [(17, "Uploading"), (17, "Uploaded")]
            assert list(files.uploaded[URL]) == [name]

    run(story())


def test_diagnostics_are_those_that_get_diagnostics_uploads() -> None:
    """N01.FR.04."""

    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(connectors=2, how={"files": files}) as where:
            _status, name = await asks(where, "DiagnosticsLog")
            older = await where.peer.call(GetDiagnosticsRequest(OTHER_URL))
            await passes(LONG_S)
            assert older.file_name is not None
            told = [
                json.loads(files.uploaded[URL][str(name)]),
                json.loads(files.uploaded[OTHER_URL][older.file_name]),
            ]
            assert told[0].keys() == told[1].keys()
            assert [connector["connector"] for connector in told[0]["connectors"]] == [1, 2]

    run(story())


def test_the_security_log_holds_security_events_and_nothing_else() -> None:
    """N01.FR.03, N01.FR.05: also those that the Central System was not told of."""

    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={"files": files}) as where:
            await where.charges("SECRETTAG1")
            await where.peer.send_text('[2,"x","ChangeConfiguration",{"key":"AuthorizationKey","value":"0123456789AB')
            rows = await security_events(where, files)
            kinds = [row["what"].partition(":")[0] for row in rows]
            assert kinds == ["StartupOfTheDevice", "InvalidMessages"]
            told = json.dumps(rows)
            assert [secret for secret in ("0123456789AB", "SECRETTAG1") if secret in told] == []

    run(story())


def test_the_security_log_on_disk_is_what_is_uploaded_if_there_is_one(tmp_path: Path) -> None:
    """N01.FR.03: it is older than the station's memory."""
    path = tmp_path / "security.jsonl"
    rows = [
        {"timestamp": f"2026-01-0{day}T00:00:00.000Z", "type": kind, "techInfo": None, "critical": False}
        for day, kind in ((1, "InvalidMessages"), (2, "MaintenanceLoginAccepted"), (3, "TamperDetectionActivated"))
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    settings = Settings(charge_point_id="CP001", central_system_url="ws://localhost/", security_log=path, connectors=1)
    at = [Timestamp.parse(str(row["timestamp"])) for row in rows]
    for start, stop, expected in (
        (None, None, rows),
        (at[1], None, rows[1:]),
        (None, at[1], rows[:2]),
        (at[1], at[1], rows[1:2]),
    ):
        told = diagnostics.security_log(settings, Logbook(now), start, stop)
        assert [json.loads(row) for row in told.splitlines()] == expected


def test_the_log_is_that_of_the_time_that_was_asked_for() -> None:
    """6.14: nothing older, nothing later."""

    async def story() -> None:
        files = MemoryFiles()
        async with station_scene(how={"files": files}) as where:
            await passes(100)
            where.station.security_event("MaintenanceLoginAccepted", "by key")
            await passes(100)
            where.station.security_event("MaintenanceLoginFailed")
            oldest = Timestamp.of(now() - timedelta(seconds=150))
            latest = Timestamp.of(now() - timedelta(seconds=50))
            rows = await security_events(where, files, oldest_timestamp=oldest, latest_timestamp=latest)
            assert [row["what"] for row in rows] == ["MaintenanceLoginAccepted: by key"]

    run(story())


def test_a_newer_upload_takes_the_place_of_an_older_one() -> None:
    """N01.FR.11."""

    async def story() -> None:
        files = MemoryFiles(takes_s=60)
        async with station_scene(how={"files": files}) as where:
            await asks(where, "SecurityLog", 1)
            await where.peer.expect(ACTION)
            status, name = await asks(where, "DiagnosticsLog", 2, OTHER_URL)
            assert status == "AcceptedCanceled"
            await passes(LONG_S)
            assert said(where) == [(1, "Uploading"), (2, "Uploading"), (2, "Uploaded")]
            assert files.uploaded.keys() == {OTHER_URL}
            assert list(files.uploaded[OTHER_URL]) == [name]

    run(story())


def test_logs_and_diagnostics_do_not_disturb_each_other() -> None:
    """5.9 and N01 are two requests."""

    async def story() -> None:
        files = MemoryFiles(takes_s=60)
        async with station_scene(how={"files": files}) as where:
            await asks(where)
            await where.peer.call(GetDiagnosticsRequest(OTHER_URL))
            await passes(LONG_S)
            assert files.uploaded.keys() == {URL, OTHER_URL}

    run(story())


def test_an_upload_that_fails_is_tried_again() -> None:
    """5.9: retries and retryInterval; N01.FR.10."""

    async def story() -> None:
        files = MemoryFiles()
        files.fail(URL, times=3)
        async with station_scene(how={"files": files}) as where:
            await asks(where, retries=1, retry_interval=30)
            await passes(LONG_S)
            assert said(where) == [(1, "Uploading"), (1, "UploadFailure")] * 2
            await asks(where, request_id=2, retries=1)
            await passes(LONG_S)
            assert said(where)[4:] == [
                (2, status) for status in ("Uploading", "UploadFailure", "Uploading", "Uploaded")
            ]

    run(story())


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (TransferFault.FAILED, "UploadFailure"),
        (TransferFault.DENIED, "PermissionDenied"),
        (TransferFault.NOT_SUPPORTED, "NotSupportedOperation"),
        (TransferFault.BAD_MESSAGE, "BadMessage"),
    ],
)
def test_the_central_system_is_told_why_an_upload_failed(fault: TransferFault, status: str) -> None:
    """N01.FR.10."""

    async def story() -> None:
        files = MemoryFiles()
        files.fail(URL, fault=fault)
        async with station_scene(how={"files": files}) as where:
            await asks(where)
            await passes(LONG_S)
            assert said(where) == [(1, "Uploading"), (1, status)]

    run(story())


def test_an_upload_ends_with_the_power() -> None:
    """N01.FR.10: told as soon as there is somebody to tell."""

    async def story() -> None:
        files = MemoryFiles(takes_s=60)
        async with station_scene(how={"files": files}) as where:
            await asks(where)
            await where.peer.expect(ACTION)
            where.station.power_off()
            await passes(LONG_S)
            where.station.boot()
            await where.station.charge_point.wait_until_accepted()
            await passes(LONG_S)
            assert said(where) == [(1, "Uploading"), (1, "UploadFailure")]
            assert files.uploaded == {}

    run(story())
