"""GetDiagnostics: what is uploaded, and how it goes (4.4, 5.9, 6.25, 6.26, 7.24; errata 3.31, 3.50)."""

import pytest

from ocpp16sm.hardware import Hardware, UploadDiagnostics
from ocpp16sm.timestamp import Timestamp
from tests.support.scene import CoreScene, accepted
from tests.support.scripted import ScriptedHardware

PLACE = "ftp://user:secret@files.example/diagnostics"


def with_files(**script: object) -> CoreScene:
    """A charge point of a station that uploads; what it was asked for at the start is forgotten."""
    scene = accepted(hardware=ScriptedHardware(**script))  # type: ignore[arg-type]  # fields of several types
    scene.orders()
    return scene


def test_the_station_is_asked_to_upload_and_names_the_file() -> None:
    """5.9: the answer names the file."""
    scene = with_files(diagnostics="log-17.zip")
    asked = {
        "retries": 3,
        "retryInterval": 60,
        "startTime": "2026-06-01T10:00:00Z",
        "stopTime": "2026-06-01T11:00:00Z",
    }
    assert scene.asks("GetDiagnostics", {"location": PLACE, **asked}) == {"fileName": "log-17.zip"}
    begin, end = Timestamp.parse("2026-06-01T10:00:00Z"), Timestamp.parse("2026-06-01T11:00:00Z")
    assert scene.orders() == [UploadDiagnostics(PLACE, begin, end, 3, 60)]
    scene.hears_nothing()


def test_what_is_left_out_is_left_to_the_station() -> None:
    """6.25."""
    scene = with_files()
    scene.asks("GetDiagnostics", location=PLACE)
    assert scene.orders() == [UploadDiagnostics(PLACE, None, None, None, None)]


@pytest.mark.parametrize("length", [254, 255, 256, 1000])
def test_a_long_file_name_is_cut(length: int) -> None:
    """6.26: CiString255."""
    scene = with_files(diagnostics="x" * length)
    assert len(scene.asks("GetDiagnostics", location=PLACE)["fileName"]) == min(length, 255)


@pytest.mark.parametrize(
    "hardware",
    [ScriptedHardware(diagnostics=None), ScriptedHardware(broken=True), Hardware()],
    ids=["none there", "broken", "cannot"],
)
def test_where_there_is_nothing_to_upload_no_file_is_named(hardware: Hardware) -> None:
    """5.9, 6.26."""
    assert accepted(hardware=hardware).asks("GetDiagnostics", location=PLACE) == {}
