"""Where files may come from and go to: only what SupportedFileTransferProtocols names (9.5.1, errata 3.90)."""

from typing import Any

import pytest

from ocpp16sm.core.engine.effects import LogRefusal
from ocpp16sm.hardware import UpdateFirmware, UploadDiagnostics, UploadLog
from tests.support.scene import CoreScene, RefusedError, accepted

NOON = "2026-06-01T12:00:00Z"
GOOD = ["ftp://host/f", "FTPS://host/f", "Https://user:pw@host:8443/f?x=y#z", "  http://host/a b\u00e4 "]
BAD = [
    "",
    "host/f",
    "/etc/passwd",
    "file:///etc/passwd",
    "sftp://host/f",
    "ftp:host/f",
    "javascript://host/f",
    "\\\\host\\share",
    "data:,x",
    "ftp://host/f\r\nDELE f",
    "ftp://host/\x00",
    "://host",
]


def requests(location: str) -> dict[str, dict[str, Any]]:
    """Every request with a location."""
    return {
        "UpdateFirmware": {"location": location, "retrieveDate": NOON},
        "GetDiagnostics": {"location": location},
        "GetLog": {"logType": "DiagnosticsLog", "requestId": 1, "log": {"remoteLocation": location}},
    }


def orders(scene: CoreScene) -> list[Any]:
    """What the station was asked to do with files."""
    return scene.orders(UpdateFirmware, UploadDiagnostics, UploadLog)


@pytest.mark.parametrize("location", BAD)
def test_a_location_of_another_kind_is_refused_before_the_station_hears_of_it(scene: CoreScene, location: str) -> None:
    """UpdateFirmware.conf and GetDiagnostics.conf have no word for it (6.26, 6.56): a CALLERROR says what is wrong."""
    scene.boots()
    for action, payload in requests(location).items():
        if action == "GetLog":
            assert scene.asks(action, payload) == {"status": "Rejected"}
            continue
        with pytest.raises(RefusedError) as refused:
            scene.asks(action, payload)
        assert refused.value.code == "PropertyConstraintViolation"
        assert "the location" in str(refused.value)
        assert "passwd" not in str(refused.value)
    assert orders(scene) == []
    scene.hears_nothing()


@pytest.mark.parametrize("location", GOOD)
def test_a_location_that_may_be_reaches_the_station_as_it_is(location: str) -> None:
    for action, payload in requests(location).items():
        scene = accepted()
        scene.asks(action, payload)
        assert [order.location for order in orders(scene)] == [location]


def test_the_key_says_which_kinds_may_be() -> None:
    scene = accepted(SupportedFileTransferProtocols="HTTPS")
    with pytest.raises(RefusedError, match="none of HTTPS"):
        scene.asks("GetDiagnostics", location="ftp://host/d")
    scene.asks("GetDiagnostics", location="https://host/d")
    assert len(orders(scene)) == 1


def test_why_a_log_is_not_uploaded_is_logged_without_the_location(scene: CoreScene) -> None:
    scene.boots()
    scene.asks("GetLog", requests("file:///etc/passwd")["GetLog"])
    (refusal,) = [effect for effect in scene.virtual.effects if isinstance(effect, LogRefusal)]
    assert refusal.text == "GetLog: the location is none of FTP, FTPS, HTTP, HTTPS"
