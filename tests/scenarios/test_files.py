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


def test_an_update_from_its_request_to_its_end(workshop: Scene) -> None:
    """5.19, 4.5, errata 3.49: connectors go out of service and come back."""
    workshop.boots()
    asks_for_update(workshop)
    hears_how_it_goes(workshop, "Downloading", "Downloaded")
    disables(workshop, 1, 2)
    workshop.sees(1, "Unavailable")
    workshop.sees(2, "Unavailable")
    hears_how_it_goes(workshop, "Installing", "Installed")
    enables(workshop, 1, 2)
    workshop.sees(1, "Available")
    workshop.sees(2, "Available")
    workshop.hears_nothing()
    assert workshop.asks("TriggerMessage", requestedMessage=MESSAGE) == ACCEPTED
    workshop.hears(MESSAGE, status="Idle")


def test_a_download_that_fails_is_tried_again(workshop: Scene) -> None:
    """6.55, profiles.md 5.1: then nothing more is said."""
    workshop.boots()
    asks_for_update(workshop, retries=2, retryInterval=30)
    for _ in range(3):
        hears_how_it_goes(workshop, "Downloading", "DownloadFailed")
        workshop.passes(30)
    workshop.hears_nothing()


def test_an_installation_that_fails_brings_the_connectors_back(workshop: Scene) -> None:
    """4.5: the old firmware goes on."""
    workshop.boots()
    asks_for_update(workshop)
    hears_how_it_goes(workshop, "Downloading", "Downloaded")
    disables(workshop, 1, 2)
    workshop.sees(1, "Unavailable")
    workshop.sees(2, "Unavailable")
    hears_how_it_goes(workshop, "Installing", "InstallationFailed")
    enables(workshop, 1, 2)
    workshop.sees(1, "Available")
    workshop.sees(2, "Available")
    workshop.transaction(1)


def test_an_update_waits_for_a_transaction(workshop: Scene) -> None:
    """Errata 3.49: the free connector is Unavailable meanwhile, the busy one afterwards."""
    workshop.boots()
    workshop.transaction(2)
    asks_for_update(workshop)
    hears_how_it_goes(workshop, "Downloading", "Downloaded")
    disables(workshop, 1)
    workshop.sees(1, "Unavailable")
    workshop.ends(2, reason="EVDisconnected")
    workshop.hears("StopTransaction")
    workshop.sees(2, "Finishing")
    disables(workshop, 2)
    workshop.sees(2, "Unavailable")
    workshop.station.on_session_stopped(2, "s1")
    hears_how_it_goes(workshop, "Installing")


def test_an_update_of_another_day_is_not_begun(workshop: Scene) -> None:
    """Errata 3.63; a trigger tells Idle while it is waited for, and what is true from then on (5.17)."""
    workshop.boots()
    begin = workshop._now() + timedelta(hours=1)
    asks_for_update(workshop, begin.isoformat())
    for seconds, told in ((3500, "Idle"), (200, "Downloading")):
        workshop.passes(seconds)
        if told == "Downloading":
            hears_how_it_goes(workshop, "Downloading")
        assert workshop.asks("TriggerMessage", requestedMessage=MESSAGE) == ACCEPTED
        workshop.hears(MESSAGE, status=told)
    workshop.hears_nothing()


def test_a_station_that_cannot_update_says_so(scene: Scene) -> None:
    """Errata 3.47: the answer says nothing."""
    scene.boots()
    asks_for_update(scene)
    scene.hears(MESSAGE, status="DownloadFailed")
    scene.hears_nothing()


def test_how_an_update_ended_is_told_when_the_connection_is_back(workshop: Scene) -> None:
    """Errata 3.47."""
    workshop.boots()
    asks_for_update(workshop)
    hears_how_it_goes(workshop, "Downloading")
    workshop.loses_link()
    says(workshop, "Downloaded", "Installing", "Installed")
    workshop.passes(10)
    for connector in range(3):
        workshop.hears("StatusNotification", connectorId=connector)
    workshop.hears(MESSAGE, status="Installed")
    workshop.hears_nothing()


def test_diagnostics_are_uploaded(workshop: Scene) -> None:
    """5.9, 4.4: at the second attempt."""
    workshop.boots()
    assert workshop.asks("GetDiagnostics", location=PLACE, retries=1) == {"fileName": "log.zip"}
    for status, told in (("Uploading",) * 2, ("UploadFailure", "UploadFailed"), ("Uploading",) * 2, ("Uploaded",) * 2):
        workshop.station.on_log_status_notification(-1, UploadLogStatus(status))
        workshop.station.on_log_status_notification(-1, UploadLogStatus(status))
        workshop.hears(UPLOADS, status=told)
        assert workshop.asks("TriggerMessage", requestedMessage=UPLOADS) == ACCEPTED
        workshop.hears(UPLOADS, status="Uploading" if told == "Uploading" else "Idle")
    workshop.hears_nothing()


@pytest.mark.parametrize("action", ["GetDiagnostics", "UpdateFirmware"])
def test_a_request_without_its_location_is_refused(workshop: Scene, action: str) -> None:
    """6.25, 6.55."""
    workshop.boots()
    with pytest.raises(AssertionError, match="OccurenceConstraintViolation"):
        workshop.asks(action, retrieveDate="2026-06-01T12:00:00Z")
