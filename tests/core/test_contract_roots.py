"""InstallCertificate, DeleteCertificate, GetInstalledCertificateIds over DataTransfer (profiles.md 6.2; M03-M05)."""

from typing import Any

import pytest

from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateHashData, CertificateStatus, DeleteCertificateStatus, HashAlgorithm
from ocpp16sm.messages.plug_and_charge_types import CertificateHashDataChain, InstalledCertificateUse
from tests.support.contracts import MemoryContractCertificates, asks_pnc, pnc_station, transfers_pnc
from tests.support.memory_certificates import events

HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "AA", "issuerKeyHash": "BB", "serialNumber": "1"}
IDENTIFIED = CertificateHashData(HashAlgorithm.SHA256, "AA", "BB", "1")
USES = ("V2GRootCertificate", "MORootCertificate", "CSMSRootCertificate", "ManufacturerRootCertificate")


def install(use: str = "V2GRootCertificate") -> dict[str, Any]:
    return {"certificateType": use, "certificate": "PEM"}


@pytest.mark.parametrize("use", USES)
def test_a_root_is_installed(use: str) -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory, CertificateStoreMaxLength="7", AdditionalRootCertificateCheck="true")
    assert asks_pnc(scene, "InstallCertificate", install(use)) == {"status": "Accepted"}
    assert memory.installed == [(use, "PEM", 7, True)]


def test_one_that_is_refused_is_an_event_and_the_answer_says_why() -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.installs = CertificateError("it has expired")
    answer = asks_pnc(scene, "InstallCertificate", install())
    info = {"reasonCode": "InvalidCertificate", "additionalInfo": "it has expired"}
    assert answer == {"status": "Rejected", "statusInfo": info}
    assert [each[0] for each in events(scene)] == ["InvalidCentralSystemCertificate"]


@pytest.mark.parametrize("failure", [CertificateStatus.FAILED, OSError("disk")])
def test_a_disk_that_fails_is_no_event(failure: Any) -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.installs = failure
    assert asks_pnc(scene, "InstallCertificate", install()) == {"status": "Failed"}
    assert events(scene) == []


@pytest.mark.parametrize("status", DeleteCertificateStatus)
def test_a_root_is_deleted(status: DeleteCertificateStatus) -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.deletes = status
    assert asks_pnc(scene, "DeleteCertificate", {"certificateHashData": HASHES}) == {"status": status}


def test_one_that_cannot_be_deleted_failed() -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.deletes = OSError("disk")
    assert asks_pnc(scene, "DeleteCertificate", {"certificateHashData": HASHES}) == {"status": "Failed"}


def chain(use: InstalledCertificateUse) -> CertificateHashDataChain:
    below = (IDENTIFIED,) if use is InstalledCertificateUse.V2G_CERTIFICATE_CHAIN else None
    return CertificateHashDataChain(IDENTIFIED, use, below)


@pytest.mark.parametrize("use", InstalledCertificateUse)
def test_what_is_installed_is_listed_by_use(use: InstalledCertificateUse) -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.chains = tuple(chain(each) for each in InstalledCertificateUse)
    answer = asks_pnc(scene, "GetInstalledCertificateIds", {"certificateType": [use]})
    listed: dict[str, Any] = {"certificateType": use, "certificateHashData": HASHES}
    if use is InstalledCertificateUse.V2G_CERTIFICATE_CHAIN:
        listed["childCertificateHashData"] = [HASHES]
    assert answer == {"status": "Accepted", "certificateHashDataChain": [listed]}


@pytest.mark.parametrize("data", [None, {}])
def test_without_a_use_all_are_listed(data: Any) -> None:
    """2.0.1, 1.28.1: omitted means all. Different from libocpp, which lists three of the five, and refuses no data."""
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.chains = tuple(chain(each) for each in InstalledCertificateUse)
    answer = asks_pnc(scene, "GetInstalledCertificateIds", data)
    assert len(answer["certificateHashDataChain"]) == len(InstalledCertificateUse)
    assert set(memory.asked_for) == set(InstalledCertificateUse)


def test_none_is_not_found() -> None:
    assert asks_pnc(pnc_station(MemoryContractCertificates()), "GetInstalledCertificateIds", {}) == {
        "status": "NotFound"
    }


def test_no_use_at_all_finds_none() -> None:
    """profiles.md 6.2: as libocpp, though 2.0.1 wants one element at least."""
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.chains = tuple(chain(each) for each in InstalledCertificateUse)
    assert asks_pnc(scene, "GetInstalledCertificateIds", {"certificateType": []}) == {"status": "NotFound"}


@pytest.mark.parametrize("message", ["InstallCertificate", "DeleteCertificate"])
@pytest.mark.parametrize("data", [None, "no JSON", {}, {"certificateHashData": {}}, {"certificateType": "V2G"}])
def test_data_that_nobody_understands_are_rejected_with_a_reason(message: str, data: Any) -> None:
    answer = transfers_pnc(pnc_station(MemoryContractCertificates()), message, data)
    assert answer["status"] == "Rejected"
    assert answer["data"]
