"""What a Central System sees of updates and uploads, as transcripts.

Every scene is played twice: on the core in virtual time, and by a whole charge point over a real websocket.
"""

from datetime import timedelta

import pytest

from ocpp16sm.messages import UploadLogStatus
from tests.support.firmware import PLACE, asks_for_update, disables, enables, says
from tests.support.scene import ACCEPTED, Scene

MESSAGE = "FirmwareStatusNotification"
UPLOADS = "DiagnosticsStatusNotification"


def hears_how_it_goes(scene: Scene, *statuses: str) -> None:
    """The station tells, and the Central System hears."""
    for status in statuses:
        says(scene, status)
        scene.hears(MESSAGE, status=status)


def test_an_update_from_its_request_to_its_end(file_jobs: Scene) -> None:
    """5.19, 4.5, errata 3.49: connectors go out of service and come back."""
    file_jobs.boots()
    asks_for_update(file_jobs)
    hears_how_it_goes(file_jobs, "Downloading", "Downloaded")
    disables(file_jobs, 1, 2)
    file_jobs.sees(1, "Unavailable")
    file_jobs.sees(2, "Unavailable")
    hears_how_it_goes(file_jobs, "Installing", "Installed")
    enables(file_jobs, 1, 2)
    file_jobs.sees(1, "Available")
    file_jobs.sees(2, "Available")
    file_jobs.hears_nothing()
    assert file_jobs.asks("TriggerMessage", requestedMessage=MESSAGE) == ACCEPTED
    file_jobs.hears(MESSAGE, status="Idle")


def test_a_download_that_fails_is_tried_again(file_jobs: Scene) -> None:
    """6.55, profiles.md 5.1: then nothing more is said."""
    file_jobs.boots()
    asks_for_update(file_jobs, retries=2, retryInterval=30)
    for _ in range(3):
        hears_how_it_goes(file_jobs, "Downloading", "DownloadFailed")
        file_jobs.passes(30)
    file_jobs.hears_nothing()


def test_an_installation_that_fails_brings_the_connectors_back(file_jobs: Scene) -> None:
    """4.5: the old firmware goes on."""
    file_jobs.boots()
    asks_for_update(file_jobs)
    hears_how_it_goes(file_jobs, "Downloading", "Downloaded")
    disables(file_jobs, 1, 2)
    file_jobs.sees(1, "Unavailable")
    file_jobs.sees(2, "Unavailable")
    hears_how_it_goes(file_jobs, "Installing", "InstallationFailed")
    enables(file_jobs, 1, 2)
    file_jobs.sees(1, "Available")
    file_jobs.sees(2, "Available")
    file_jobs.transaction(1)


def test_an_update_waits_for_a_transaction(file_jobs: Scene) -> None:
    """Errata 3.49: the free connector is Unavailable meanwhile, the busy one afterwards."""
    file_jobs.boots()
    file_jobs.transaction(2)
    asks_for_update(file_jobs)
    hears_how_it_goes(file_jobs, "Downloading", "Downloaded")
    disables(file_jobs, 1)
    file_jobs.sees(1, "Unavailable")
    file_jobs.ends(2, reason="EVDisconnected")
    file_jobs.hears("StopTransaction")
    file_jobs.sees(2, "Finishing")
    disables(file_jobs, 2)
    file_jobs.sees(2, "Unavailable")
    file_jobs.station.on_session_stopped(2, "s1")
    hears_how_it_goes(file_jobs, "Installing")


def test_an_update_of_another_day_is_not_begun(file_jobs: Scene) -> None:
    """Errata 3.63; a trigger tells Idle while it is waited for, and what is true from then on (5.17)."""
    file_jobs.boots()
    begin = file_jobs._now() + timedelta(hours=1)
    asks_for_update(file_jobs, begin.isoformat())
    for seconds, told in ((3500, "Idle"), (200, "Downloading")):
        file_jobs.passes(seconds)
        if told == "Downloading":
            hears_how_it_goes(file_jobs, "Downloading")
        assert file_jobs.asks("TriggerMessage", requestedMessage=MESSAGE) == ACCEPTED
        file_jobs.hears(MESSAGE, status=told)
    file_jobs.hears_nothing()


def test_a_station_that_cannot_update_says_so(scene: Scene) -> None:
    """Errata 3.47: the answer says nothing."""
    scene.boots()
    asks_for_update(scene)
    scene.hears(MESSAGE, status="DownloadFailed")
    scene.hears_nothing()


def test_how_an_update_ended_is_told_when_the_connection_is_back(file_jobs: Scene) -> None:
    """Errata 3.47."""
    file_jobs.boots()
    asks_for_update(file_jobs)
    hears_how_it_goes(file_jobs, "Downloading")
    file_jobs.loses_link()
    says(file_jobs, "Downloaded", "Installing", "Installed")
    file_jobs.passes(10)
    for connector in range(3):
        file_jobs.hears("StatusNotification", connectorId=connector)
    file_jobs.hears(MESSAGE, status="Installed")
    file_jobs.hears_nothing()


def test_diagnostics_are_uploaded(file_jobs: Scene) -> None:
    """5.9, 4.4: at the second attempt."""
    file_jobs.boots()
    assert file_jobs.asks("GetDiagnostics", location=PLACE, retries=1) == {"fileName": "log.zip"}
    for status, told in (("Uploading",) * 2, ("UploadFailure", "UploadFailed"), ("Uploading",) * 2, ("Uploaded",) * 2):
        file_jobs.station.on_log_status_notification(-1, UploadLogStatus(status))
        file_jobs.station.on_log_status_notification(-1, UploadLogStatus(status))
        file_jobs.hears(UPLOADS, status=told)
        assert file_jobs.asks("TriggerMessage", requestedMessage=UPLOADS) == ACCEPTED
        file_jobs.hears(UPLOADS, status="Uploading" if told == "Uploading" else "Idle")
    file_jobs.hears_nothing()


@pytest.mark.parametrize("action", ["GetDiagnostics", "UpdateFirmware"])
def test_a_request_without_its_location_is_refused(file_jobs: Scene, action: str) -> None:
    """6.25, 6.55."""
    file_jobs.boots()
    with pytest.raises(AssertionError, match="OccurenceConstraintViolation"):
        file_jobs.asks(action, retrieveDate="2026-06-01T12:00:00Z")
