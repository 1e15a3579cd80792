"""InstallCertificate, DeleteCertificate and GetInstalledCertificateIds (whitepaper M03, M04, M05; queue.md 7)."""

from typing import Any

import pytest

from ocpp16sm.certificates import Certificates, Inventory
from ocpp16sm.core.engine.effects import RecordSecurityEvent
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import (
    CertificateHashData,
    CertificateStatus,
    CertificateUse,
    DeleteCertificateStatus,
    HashAlgorithm,
)
from tests.support.scene import CoreScene

CSMS, MAKER = "CentralSystemRootCertificate", "ManufacturerRootCertificate"
HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "1"}
HASHED = CertificateHashData(HashAlgorithm.SHA256, "aa", "bb", "1")


class Told(Certificates):
    """Certificates that do as the test says, and remember what they were asked."""

    def __init__(self, outcome: Any = None) -> None:
        self.outcome = outcome
        self.asked: list[Any] = []
        self.roots = 0

    def _done(self, *asked: Any) -> Any:
        self.asked.append(asked)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def inventory(self) -> Inventory:
        return Inventory(central_system_roots=self.roots)

    def install_root(self, use: CertificateUse, certificate: str, capacity: int, replace: bool) -> CertificateStatus:
        self.roots += 1
        status: CertificateStatus = self._done(use, certificate, capacity, replace)
        return status

    def installed_roots(self, use: CertificateUse) -> tuple[CertificateHashData, ...]:
        found: tuple[CertificateHashData, ...] = self._done(use)
        return found

    def delete(self, identified: CertificateHashData) -> DeleteCertificateStatus:
        status: DeleteCertificateStatus = self._done(identified)
        return status


def with_certificates(certificates: Certificates, **configuration: Any) -> CoreScene:
    scene = CoreScene(**configuration)
    scene.virtual.certificates = certificates
    scene.boots()
    return scene


def events(scene: CoreScene) -> list[tuple[str, str | None]]:
    found = [effect for effect in scene.virtual.effects if isinstance(effect, RecordSecurityEvent)]
    return [(event.type, event.tech_info) for event in found if "Certificate" in event.type]


@pytest.mark.parametrize("use", [CSMS, MAKER])
@pytest.mark.parametrize("status", ["Accepted", "Rejected", "Failed"])
def test_a_root_is_installed_or_not(use: str, status: str) -> None:
    """M05.FR.01: the keys say how many there may be, and whether one replaces the other (M05.FR.03, M05.FR.08)."""
    told = Told(CertificateStatus(status))
    scene = with_certificates(told, CertificateStoreMaxLength="7", AdditionalRootCertificateCheck="true")
    assert scene.asks("InstallCertificate", certificateType=use, certificate="PEM") == {"status": status}
    assert told.asked == [(CertificateUse(use), "PEM", 7, True)]
    assert events(scene) == []


def test_a_root_that_is_refused_is_rejected_and_told_in_the_security_log() -> None:
    """M05.FR.06; queue.md 7: InvalidCentralSystemCertificate, not sent."""
    scene = with_certificates(Told(CertificateError("it expired on 2026-01-01")))
    assert scene.asks("InstallCertificate", certificateType=CSMS, certificate="PEM") == {"status": "Rejected"}
    assert events(scene) == [("InvalidCentralSystemCertificate", "it expired on 2026-01-01")]
    scene.hears_nothing()


def test_a_disk_that_fails_is_no_bad_certificate() -> None:
    """M05.FR.04."""
    scene = with_certificates(Told(OSError("disk full")))
    assert scene.asks("InstallCertificate", certificateType=CSMS, certificate="PEM") == {"status": "Failed"}
    assert events(scene) == []


def test_what_is_installed_counts_at_once() -> None:
    """A05.FR.03: security profile 2 needs a root of the Central System."""
    scene = with_certificates(Told(CertificateStatus.ACCEPTED), AuthorizationKey="k" * 16)
    profile = {"key": "SecurityProfile", "value": "2"}
    assert scene.asks("ChangeConfiguration", profile) == {"status": "Rejected"}
    scene.asks("InstallCertificate", certificateType=CSMS, certificate="PEM")
    assert scene.asks("ChangeConfiguration", profile) == {"status": "Accepted"}


@pytest.mark.parametrize("status", ["Accepted", "Failed", "NotFound"])
def test_a_root_is_deleted_or_not(status: str) -> None:
    """M04.FR.01 to M04.FR.06."""
    told = Told(DeleteCertificateStatus(status))
    scene = with_certificates(told)
    assert scene.asks("DeleteCertificate", certificateHashData=HASHES) == {"status": status}
    assert told.asked == [(HASHED,)]


@pytest.mark.parametrize("error", [OSError("disk full"), CertificateError("in use")])
def test_what_cannot_be_deleted_has_failed(error: Exception) -> None:
    """M04.FR.03."""
    scene = with_certificates(Told(error))
    assert scene.asks("DeleteCertificate", certificateHashData=HASHES) == {"status": "Failed"}


@pytest.mark.parametrize("use", [CSMS, MAKER])
def test_what_is_installed_is_identified(use: str) -> None:
    """M03.FR.03, M03.FR.04."""
    told = Told((HASHED, HASHED))
    scene = with_certificates(told)
    answer = scene.asks("GetInstalledCertificateIds", certificateType=use)
    assert answer == {"status": "Accepted", "certificateHashData": [HASHES, HASHES]}
    assert told.asked == [(CertificateUse(use),)]


@pytest.mark.parametrize("outcome", [(), OSError("unreadable")])
def test_where_there_is_none_nothing_is_found(outcome: Any) -> None:
    """M03.FR.02: an empty list would be no valid answer."""
    answer = with_certificates(Told(outcome)).asks("GetInstalledCertificateIds", certificateType=CSMS)
    assert answer == {"status": "NotFound"}


def test_a_charge_point_that_keeps_none_says_so() -> None:
    scene = with_certificates(Certificates())
    assert scene.asks("InstallCertificate", certificateType=CSMS, certificate="PEM") == {"status": "Failed"}
    assert scene.asks("DeleteCertificate", certificateHashData=HASHES) == {"status": "NotFound"}
    assert scene.asks("GetInstalledCertificateIds", certificateType=CSMS) == {"status": "NotFound"}
