"""What scenes of firmware updates have in common."""

from typing import Any

from attrs import define

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates, Inventory
from ocpp16sm.errors import CertificateError
from ocpp16sm.hardware import Hardware
from ocpp16sm.messages import FirmwareUpdateStatus
from tests.support.scene import CoreScene, Scene
from tests.support.scripted_hardware import ScriptedHardware

UNSIGNED = -1
SIGNED = 8
"""A requestId."""
MESSAGES = {UNSIGNED: "FirmwareStatusNotification", SIGNED: "SignedFirmwareStatusNotification"}
READY = {UNSIGNED: "Downloaded", SIGNED: "SignatureVerified"}
"""requestId -> status from which connectors go out of service."""
PLACE = "ftp://user:secret@files.example/firmware.bin"
PAST, NOON, ONE = "2026-06-01T11:00:00Z", "2026-06-01T12:00:00Z", "2026-06-01T13:00:00Z"
"""Scenes begin at noon."""


SIGNER, SIGNATURE = "-----BEGIN CERTIFICATE-----\n...", "c2lnbmVk"
"""What a signed update comes with."""


@define
class Signers(Certificates):
    """Who may sign firmware, as a test says; ``None``: there is no place for certificates."""

    valid: bool | None = True
    revoked: bool = False
    roots: int = 0
    """Of the manufacturer."""

    def inventory(self) -> Inventory:
        """As the script says."""
        return Inventory(manufacturer_roots=self.roots)

    def check_firmware_signer(self, certificate: str) -> bool:
        """As the script says."""
        if self.valid is None:
            raise NotImplementedError("no directory")
        if not self.valid:
            raise CertificateError("nobody knows who issued it")
        return not self.revoked


def updating(
    connectors: int = 1,
    *,
    broken: bool = False,
    hardware: Hardware | None = None,
    signers: Signers | None = None,
    **setup: Any,
) -> CoreScene:
    """A charge point whose station can update its firmware; what it was asked for at the start is forgotten."""
    scene = CoreScene(connectors, hardware=hardware or ScriptedHardware(broken=broken), **setup)
    scene.virtual.certificates = signers or Signers()
    scene.boots()
    scene.orders()
    return scene


def asks_for_signed_update(
    scene: Scene, request_id: int = SIGNED, retrieve_date: str = PAST, install_date: str | None = None, **fields: Any
) -> str:
    """The Central System sends SignedUpdateFirmware; gives the status that is answered."""
    firmware = {
        "location": PLACE,
        "retrieveDateTime": retrieve_date,
        "signingCertificate": SIGNER,
        "signature": SIGNATURE,
        **({} if install_date is None else {"installDateTime": install_date}),
    }
    answer = scene.asks("SignedUpdateFirmware", {"requestId": request_id, "firmware": firmware, **fields})
    assert answer.keys() == {"status"}
    return str(answer["status"])


def asks_for_update(scene: Scene, retrieve_date: str = PAST, location: str = PLACE, **fields: Any) -> None:
    """The Central System sends UpdateFirmware; its answer says nothing."""
    assert scene.asks("UpdateFirmware", {"location": location, "retrieveDate": retrieve_date, **fields}) == {}


def says(scene: Scene, *statuses: str, request_id: int = UNSIGNED, disable: bool = True) -> None:
    """The station tells how the update goes."""
    for status in statuses:
        scene.station.on_firmware_update_status_notification(request_id, FirmwareUpdateStatus(status), disable)


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
