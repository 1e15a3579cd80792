"""Chains of ISO 15118 for tests of what a charge point keeps of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from attrs import define

from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.messages import CertificateHashData, CertificateStatus
from ocpp16sm.messages.plug_and_charge_types import InstallableCertificateUse, OcspRequestData
from ocpp16sm.pki import FileCertificates
from tests.support.authorities import NOON

V2G = InstallableCertificateUse.V2G_ROOT_CERTIFICATE
MO = InstallableCertificateUse.MO_ROOT_CERTIFICATE
END = "-----END CERTIFICATE-----\n"


@define
class Calendar:
    """A clock that a test sets."""

    now: datetime = NOON

    def utc(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


def parts(chain: str) -> list[str]:
    """The certificates of a chain in PEM, each for itself."""
    return [part + END for part in chain.split(END) if part.strip()]


def opened(to: Path, utc: Callable[[], datetime] | None = None) -> FileCertificates:
    """As after a restart: nothing is remembered but what is on disk."""
    return FileCertificates(to / "pki", utc=utc or (lambda: NOON))


def trusting(to: Path, authority: ContractAuthority, utc: Callable[[], datetime] | None = None) -> FileCertificates:
    """With the authority's two roots."""
    made = opened(to, utc)
    for use, root in ((V2G, authority.v2g_root), (MO, authority.mo_root)):
        assert made.install_contract_root(use, root.pem, 10, replace=False) is CertificateStatus.ACCEPTED
    return made


def hashes(data: OcspRequestData) -> CertificateHashData:
    return CertificateHashData(data.hash_algorithm, data.issuer_name_hash, data.issuer_key_hash, data.serial_number)
