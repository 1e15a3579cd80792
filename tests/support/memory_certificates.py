"""Certificates in memory for scenes about the charge point's own, and what passes in them."""

from datetime import timedelta
from typing import Any

from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates, ClientCertificate, Inventory, Subject
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import Dial, RecordSecurityEvent
from ocpp16sm.errors import CertificateError, LinkFault
from tests.support.scene import IDENTITY, CoreScene

ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}
SERIAL = "SN-1"
NOW = CoreScene().virtual.now.utc
DAY_S = 86_400.0


def day(number: float) -> Timestamp:
    """So many days after the beginning of a test."""
    return Timestamp.of(NOW + timedelta(days=number))


class MemoryCertificates(Certificates):
    """Certificates in memory: what is signed is a name, and the shelf knows from when to when it is valid."""

    def __init__(self, *held: ClientCertificate, **signed: tuple[float, float]) -> None:
        self.held = list(held)
        self.signed = signed
        self.subjects: list[Subject] = []
        self.fails: Exception | None = None

    def inventory(self) -> Inventory:
        return Inventory(tuple(self.held), central_system_roots=1)

    def request_signature(self, subject: Subject) -> str:
        if self.fails is not None:
            raise self.fails
        self.subjects.append(subject)
        return f"CSR {len(self.subjects)}"

    def accept_signed(self, chain: str) -> str:
        if chain not in self.signed:
            raise CertificateError("it leads to no root that is installed")
        if chain not in self.names():
            begin, end = self.signed[chain]
            self.held.insert(0, ClientCertificate(chain, day(begin), day(end)))
        return chain

    def retire(self, name: str) -> None:
        self.held = [each for each in self.held if each.name != name]

    def names(self) -> list[str]:
        return [each.name for each in self.held]


def ours(name: str = "old", begin: float = -100, end: float = 265) -> ClientCertificate:
    return ClientCertificate(name, day(begin), day(end))


def station(shelf: Certificates, profile: int = 3, **configuration: str) -> CoreScene:
    """A charge point of this profile, accepted."""
    identity = evolve(IDENTITY, charge_box_serial_number=SERIAL)
    keys: dict[str, Any] = {"CpoName": "Operator", "AuthorizationKey": "0123456789ABCDEF", **configuration}
    scene = CoreScene(setup={"identity": identity}, SecurityProfile=str(profile), **keys)
    scene.virtual.certificates = shelf
    scene.boots()
    scene.virtual.effects.clear()
    return scene


def asks_for_none(scene: CoreScene, days: float = 1) -> None:
    """So long no certificate is asked for."""
    scene.passes(days * DAY_S)
    assert scene.hears_all("SignCertificate") == []


def triggers(scene: CoreScene) -> dict[str, Any]:
    return scene.asks("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")


def signs(scene: CoreScene, chain: str = "new") -> dict[str, Any]:
    """The Central System brings a certificate."""
    return scene.asks("CertificateSigned", certificateChain=chain)


def dialled(scene: CoreScene) -> list[str | None]:
    """The certificates that were dialled with since the last look."""
    found = [effect.credentials.client_certificate for effect in scene.virtual.effects if isinstance(effect, Dial)]
    scene.virtual.effects.clear()
    return found


def events(scene: CoreScene) -> list[tuple[str, str | None, bool]]:
    found = [effect for effect in scene.virtual.effects if isinstance(effect, RecordSecurityEvent)]
    return [
        (each.type, each.tech_info, each.critical) for each in found if "C" in each.type and "Start" not in each.type
    ]


def refuses(scene: CoreScene) -> None:
    """The dial that is under way is refused."""
    scene.virtual._later.clear()
    scene.virtual.feed(inputs.LinkLost("unknown ca", 0.0, None, LinkFault.UNAUTHORIZED))


def accepts(scene: CoreScene) -> None:
    """The dial that is under way succeeds."""
    scene.virtual._later.clear()
    scene.virtual.feed(inputs.LinkOpened())
    scene.virtual.dial_s = 0.0
