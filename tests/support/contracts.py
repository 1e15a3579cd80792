"""Plug & Charge in scenes: what is said over DataTransfer, and certificates in memory that do as a test says."""

import json
from collections.abc import Iterable
from typing import Any

from attrs import evolve

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import ClientCertificate, ContractValidity, ContractVerdict, Inventory, OcspEntry, Subject
from ocpp16sm.core.engine.inputs import ContractAuthorizeAsked
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateHashData, CertificateStatus, DeleteCertificateStatus, HashAlgorithm
from ocpp16sm.messages.plug_and_charge import VENDOR, ContractAuthorizeResponse
from ocpp16sm.messages.plug_and_charge_types import (
    CertificateHashDataChain,
    InstallableCertificateUse,
    InstalledCertificateUse,
    OcspRequestData,
)
from tests.support.memory_certificates import SERIAL, MemoryCertificates, day
from tests.support.scene import IDENTITY, SILENCE, CoreScene

EMAID = "DE-8AA-1A2B3C4D5-9"
SWITCHES = {"ISO15118PnCEnabled": "true", "ISO15118CertificateManagementEnabled": "true"}
LEAF = OcspRequestData(HashAlgorithm.SHA256, "AA", "BB", "1", "http://ocsp.example/")
SUB = OcspRequestData(HashAlgorithm.SHA256, "CC", "DD", "2", "http://ocsp.example/")
WIRE_LEAF = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "AA",
    "issuerKeyHash": "BB",
    "serialNumber": "1",
    "responderURL": "http://ocsp.example/",
}


class MemoryContractCertificates(MemoryCertificates):
    """Certificates for cars and contracts, in memory."""

    def __init__(self, *v2g: ClientCertificate, **signed: tuple[float, float]) -> None:
        super().__init__(**signed)
        self.v2g = list(v2g)
        self.verdicts: dict[str, ContractVerdict] = {}
        self.checked: list[str] = []
        self.ocsp: list[OcspEntry] = []
        self.kept: list[tuple[OcspRequestData, str]] = []
        self.installs: CertificateStatus | Exception = CertificateStatus.ACCEPTED
        self.installed: list[tuple[str, str, int, bool]] = []
        self.deletes: DeleteCertificateStatus | Exception = DeleteCertificateStatus.ACCEPTED
        self.asked_for: tuple[InstalledCertificateUse, ...] = ()
        self.chains: tuple[CertificateHashDataChain, ...] = ()

    def inventory(self) -> Inventory:
        return evolve(super().inventory(), v2g_certificates=tuple(self.v2g), ocsp=tuple(self.ocsp))

    def request_v2g_signature(self, subject: Subject) -> str:
        if self.fails is not None:
            raise self.fails
        self.subjects.append(subject)
        return f"CSR {len(self.subjects)}"

    def accept_v2g_signed(self, chain: str) -> str:
        if self.fails is not None:
            raise self.fails
        if chain not in self.signed:
            raise CertificateError("it leads to no V2G root that is installed")
        if chain not in [each.name for each in self.v2g]:
            begin, end = self.signed[chain]
            self.v2g.insert(0, ClientCertificate(chain, day(begin), day(end)))
        return chain

    def retire_v2g(self, name: str) -> None:
        self.v2g = [each for each in self.v2g if each.name != name]

    def install_contract_root(
        self, use: InstallableCertificateUse, certificate: str, capacity: int, replace: bool
    ) -> CertificateStatus:
        if isinstance(self.installs, Exception):
            raise self.installs
        self.installed.append((str(use), certificate, capacity, replace))
        return self.installs

    def installed_chains(self, uses: tuple[InstalledCertificateUse, ...]) -> tuple[CertificateHashDataChain, ...]:
        self.asked_for = uses
        return tuple(each for each in self.chains if each.certificate_type in uses)

    def delete(self, identified: CertificateHashData) -> DeleteCertificateStatus:
        if isinstance(self.deletes, Exception):
            raise self.deletes
        return self.deletes

    def check_contract(self, chain: str) -> ContractVerdict:
        self.checked.append(chain)
        return self.verdicts.get(chain, ContractVerdict(ContractValidity.INVALID, "not even PEM"))

    def keep_ocsp(self, data: OcspRequestData, result: str) -> None:
        if self.fails is not None:
            raise self.fails
        self.kept.append((data, result))
        now = day(0)
        self.ocsp = [evolve(each, heard=now) if each.data == data else each for each in self.ocsp]


def pnc_station(cabinet: MemoryContractCertificates, **configuration: str) -> CoreScene:
    """A charge point with Plug & Charge, accepted."""
    identity = evolve(IDENTITY, charge_box_serial_number=SERIAL)
    keys: dict[str, Any] = {"CpoName": "Operator", **SWITCHES, **configuration}
    scene = CoreScene(setup={"identity": identity}, **keys)
    scene.virtual.certificates = cabinet
    scene.boots()
    scene.virtual.effects.clear()
    return scene


def plugs(
    scene: CoreScene,
    certificate: str | None = None,
    hash_data: Iterable[OcspRequestData] = (),
    emaid: str = EMAID,
    ref: str = "r",
) -> None:
    """A car comes with a contract."""
    scene.virtual.feed(ContractAuthorizeAsked(emaid, certificate, tuple(hash_data), ref))


def told(scene: CoreScene, ref: str = "r") -> tuple[str, str | None] | None:
    """What the application was answered: status and certificateStatus; None: nothing yet."""
    answer = scene.virtual.answers.get(ref)
    if answer is None:
        return None
    assert isinstance(answer, ContractAuthorizeResponse)
    return str(answer.id_token_info.status), answer.certificate_status and str(answer.certificate_status)


def hears_pnc(scene: CoreScene, message_id: str, answer: Any = None, status: str = "Accepted") -> dict[str, Any]:
    """The next frame is this message of Plug & Charge; it is answered with this object as data. Gives what it says."""
    if answer is not SILENCE and not isinstance(answer, str):
        answer = json.dumps(answer)
    reply = {"status": status} if answer is SILENCE else {"status": status, "data": answer}
    heard = scene.hears("DataTransfer", reply, vendorId=VENDOR, messageId=message_id)
    data: dict[str, Any] = json.loads(heard["data"])
    return data


def asks_pnc(scene: CoreScene, message_id: str, data: Any = None) -> dict[str, Any]:
    """The Central System asks, and is answered Accepted with an object as data, which this is."""
    answer = transfers_pnc(scene, message_id, data)
    assert answer["status"] == "Accepted", answer
    found: dict[str, Any] = json.loads(answer["data"])
    return found


def transfers_pnc(scene: CoreScene, message_id: str, data: Any = None) -> dict[str, Any]:
    """The Central System asks, and is answered this."""
    if data is not None and not isinstance(data, str):
        data = json.dumps(data)
    more = {} if data is None else {"data": data}
    return scene.asks("DataTransfer", vendorId=VENDOR, messageId=message_id, **more)


def leaf(name: str = "old", begin: float = -100, end: float = 265) -> ClientCertificate:
    return ClientCertificate(name, day(begin), day(end))


def at(number: float) -> Timestamp:
    return day(number)
