"""GetCertificateStatus: what cars are shown beside the certificate (profiles.md 6.3; OCPP 2.0.1 M06)."""

from typing import Any

import pytest
from attrs import evolve

from ocpp16sm.certificates import OcspEntry
from ocpp16sm.core.engine.effects import LogRefusal
from ocpp16sm.errors import CertificateError
from tests.support.contracts import (
    LEAF,
    SUB,
    WIRE_LEAF,
    MemoryContractCertificates,
    asks_pnc,
    at,
    hears_pnc,
    leaf,
    pnc_station,
)
from tests.support.memory_certificates import ACCEPTED, DAY_S
from tests.support.scene import CallError, CoreScene

GOOD = {"status": "Accepted", "ocspResult": "BASE64"}
WEEK = 7


def shown(*entries: OcspEntry, **configuration: str) -> tuple[CoreScene, MemoryContractCertificates]:
    """A charge point with a certificate of whose parts this was heard."""
    memory = MemoryContractCertificates(leaf())
    memory.ocsp = list(entries)
    return pnc_station(memory, **configuration), memory


def asked(scene: CoreScene) -> list[str]:
    return [each["messageId"] for each in scene.hears_all("DataTransfer")]


def test_a_minute_after_the_boot_each_part_is_asked_about() -> None:
    scene, memory = shown(OcspEntry(LEAF), OcspEntry(SUB))
    scene.passes(59)
    scene.hears_nothing()
    scene.passes(1)
    assert hears_pnc(scene, "GetCertificateStatus", GOOD) == {"ocspRequestData": WIRE_LEAF}
    assert hears_pnc(scene, "GetCertificateStatus", GOOD)["ocspRequestData"]["serialNumber"] == "2"
    scene.hears_nothing()
    assert memory.kept == [(LEAF, "BASE64"), (SUB, "BASE64")]


def test_what_was_heard_does_for_the_interval() -> None:
    """OcspRequestInterval, a week by default, counted from when it was heard: neither restarts nor cuts change that."""
    scene, _ = shown(OcspEntry(LEAF, at(-6), at(100)))
    for _ in range(3):
        scene.loses_link()
        scene.passes(DAY_S / 4)
    assert asked(scene) == []
    scene.boots()
    scene.passes(DAY_S / 4)
    assert asked(scene) == ["GetCertificateStatus"]


def test_what_is_over_is_asked_for_before_that() -> None:
    """RFC 6960, 2.4: nextUpdate."""
    scene, _ = shown(OcspEntry(LEAF, at(-1), at(2)))
    scene.passes(2 * DAY_S - 1)
    assert asked(scene) == []
    scene.passes(1)
    assert asked(scene) == ["GetCertificateStatus"]


def test_the_interval_can_be_changed() -> None:
    scene, _ = shown(OcspEntry(LEAF, at(-1)))
    scene.passes(60)
    assert asked(scene) == []
    scene.sets("OcspRequestInterval", "86400")
    scene.passes(60)
    assert asked(scene) == ["GetCertificateStatus"]


@pytest.mark.parametrize("answer", [{"status": "Failed"}, {"status": "Accepted"}, "no JSON", CallError()])
def test_no_answer_is_asked_for_again_half_a_day_later(answer: Any) -> None:
    scene, memory = shown(OcspEntry(LEAF))
    scene.passes(60)
    if isinstance(answer, CallError):
        scene.hears("DataTransfer", answer)
    else:
        hears_pnc(scene, "GetCertificateStatus", answer)
    assert memory.kept == []
    scene.passes(DAY_S / 2 - 1)
    assert asked(scene) == []
    scene.passes(1)
    assert asked(scene) == ["GetCertificateStatus"]


def test_a_response_that_is_not_to_be_trusted_is_noted_in_the_log() -> None:
    scene, memory = shown(OcspEntry(LEAF))
    memory.fails = CertificateError("it is about another certificate")
    scene.passes(60)
    hears_pnc(scene, "GetCertificateStatus", GOOD)
    noted = [effect.text for effect in scene.virtual.effects if isinstance(effect, LogRefusal)]
    assert noted == ["an OCSP response is not kept: it is about another certificate"]


def test_what_was_due_without_a_connection_is_asked_for_when_there_is_one() -> None:
    scene, _ = shown(OcspEntry(LEAF))
    scene.loses_network()
    scene.passes(DAY_S / 3)
    scene.regains_network()
    scene.passes(60)
    assert asked(scene) == ["GetCertificateStatus"]


def test_a_new_certificate_is_asked_about_at_once() -> None:
    class Fresh(MemoryContractCertificates):
        def accept_v2g_signed(self, chain: str) -> str:
            self.ocsp = [OcspEntry(evolve(LEAF, serial_number="9"))]
            return super().accept_v2g_signed(chain)

    scene = pnc_station(Fresh(leaf(), new=(-1, 365)))
    assert asks_pnc(scene, "CertificateSigned", {"certificateChain": "new"}) == ACCEPTED
    assert hears_pnc(scene, "GetCertificateStatus", GOOD)["ocspRequestData"]["serialNumber"] == "9"


def test_without_management_nobody_is_asked() -> None:
    scene, _ = shown(OcspEntry(LEAF), ISO15118CertificateManagementEnabled="false")
    scene.passes(WEEK * DAY_S)
    assert asked(scene) == []
    scene.sets("ISO15118CertificateManagementEnabled", "true")
    scene.passes(60)
    assert asked(scene) == ["GetCertificateStatus"]
    scene.sets("ISO15118CertificateManagementEnabled", "false")
    scene.passes(WEEK * DAY_S)
    assert asked(scene) == []
