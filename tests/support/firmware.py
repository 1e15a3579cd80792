"""What scenes of firmware updates have in common."""

from typing import Any

from ocpp16sm.timestamp import Timestamp
from tests.support.scene import CoreScene, Scene, accepted
from tests.support.scripted import ScriptedHardware

UNSIGNED = -1
SIGNED = 8
"""A requestId."""
MESSAGES = {UNSIGNED: "FirmwareStatusNotification", SIGNED: "SignedFirmwareStatusNotification"}
READY = {UNSIGNED: "Downloaded", SIGNED: "SignatureVerified"}
"""requestId -> status from which connectors go out of service."""
PLACE = "ftp://user:secret@files.example/firmware.bin"
PAST, NOON, ONE = "2026-06-01T11:00:00Z", "2026-06-01T12:00:00Z", "2026-06-01T13:00:00Z"
"""Scenes begin at noon."""


def updating(connectors: int = 1, *, broken: bool = False, **setup: Any) -> CoreScene:
    """A charge point whose station can update its firmware; what it was asked for at the start is forgotten."""
    scene = accepted(connectors, hardware=ScriptedHardware(broken=broken), **setup)
    scene.orders()
    return scene


def asks_for_update(scene: Scene, retrieve_date: str = PAST, location: str = PLACE, **fields: Any) -> None:
    """The Central System sends UpdateFirmware; its answer says nothing."""
    assert scene.asks("UpdateFirmware", {"location": location, "retrieveDate": retrieve_date, **fields}) == {}


def says(scene: Scene, *statuses: str, request_id: int = UNSIGNED, disable: bool = True) -> None:
    """The station tells how the update goes."""
    for status in statuses:
        scene.station.on_firmware_update_status_notification(request_id, status, disable)


def told(scene: Scene, request_id: int = UNSIGNED) -> list[str]:
    """The statuses that the Central System is told, in order; nothing else is of interest."""
    return [heard["status"] for heard in scene.hears_all(MESSAGES[request_id])]


def triggered(scene: Scene, request_id: int = UNSIGNED) -> dict[str, Any]:
    """What a trigger tells, and that it tells it once."""
    action = "TriggerMessage" if request_id == UNSIGNED else "ExtendedTriggerMessage"
    assert scene.asks(action, requestedMessage="FirmwareStatusNotification") == {"status": "Accepted"}
    heard = scene.hears(MESSAGES[request_id])
    scene.hears_nothing()
    return heard.payload


def disables(scene: Scene, *connectors: int) -> None:
    """The hardware has taken connectors out of service."""
    for connector in connectors:
        scene.station.on_disabled(connector)


def enables(scene: Scene, *connectors: int) -> None:
    """The hardware has put connectors into service."""
    for connector in connectors:
        scene.station.on_enabled(connector)


def at(text: str) -> Timestamp:
    """A time."""
    return Timestamp.parse(text)
