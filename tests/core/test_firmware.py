"""UpdateFirmware: when the station is asked (5.19, 6.55, 6.56; errata 3.47 to 3.49, 3.63)."""

from ocpp16sm.hardware import UpdateFirmware
from ocpp16sm.timestamp import Timestamp
from tests.support.scene import accepted
from tests.support.scripted import ScriptedHardware

PLACE = "ftp://user:secret@files.example/firmware.bin"


def test_the_station_is_asked_to_update_once_that_was_answered() -> None:
    """5.19: the answer says nothing."""
    scene = accepted(hardware=ScriptedHardware())
    scene.orders()
    when = "2026-06-01T11:00:00Z"
    asked = {"location": PLACE, "retrieveDate": when, "retries": 3, "retryInterval": 60}
    assert scene.asks("UpdateFirmware", asked) == {}
    assert scene.orders() == [UpdateFirmware(PLACE, Timestamp.parse(when), 3, 60)]
    assert scene.asks("UpdateFirmware", location=PLACE, retrieveDate=when) == {}
    assert scene.orders() == [UpdateFirmware(PLACE, Timestamp.parse(when), None, None)]
    scene.hears_nothing()
