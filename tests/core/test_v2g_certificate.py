"""The certificate that cars are shown, over DataTransfer (profiles.md 6.1-6.3; whitepaper A02, A03).

Here it is a name; real ones are in tests/pki and tests/shell.
"""

from typing import Any

import pytest

from ocpp16sm.certificates import Certificates, Subject
from ocpp16sm.core.engine.effects import HangUp, SendText
from tests.support.contracts import MemoryContractCertificates, asks_pnc, hears_pnc, leaf, pnc_station, transfers_pnc
from tests.support.memory_certificates import ACCEPTED, DAY_S, REJECTED, SERIAL, events
from tests.support.scene import SILENCE, CallError, CoreScene

TRIGGER = {"requestedMessage": "SignV2GCertificate"}
INVALID = "InvalidChargePointCertificate"


def triggers(scene: CoreScene) -> dict[str, Any]:
    return asks_pnc(scene, "TriggerMessage", TRIGGER)


def signs(scene: CoreScene, chain: str = "new", **more: Any) -> dict[str, Any]:
    """The Central System brings a certificate."""
    return asks_pnc(scene, "CertificateSigned", {"certificateChain": chain, **more})


# -- SignCertificate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["SignV2GCertificate", "SignCertificate"])
def test_a_trigger_has_a_key_made_and_asks_for_its_certificate(word: str) -> None:
    """The answer goes first; the second word is that of EVerest's tests."""
    memory = MemoryContractCertificates(leaf())
    scene = pnc_station(memory)
    assert asks_pnc(scene, "TriggerMessage", {"requestedMessage": word}) == ACCEPTED
    asked = hears_pnc(scene, "SignCertificate", ACCEPTED)
    assert asked == {"csr": "CSR 1", "certificateType": "V2GCertificate"}
    assert memory.subjects == [Subject(common_name=SERIAL, organization="Operator")]
    sent = [effect.text for effect in scene.virtual.effects if isinstance(effect, SendText)]
    assert ["SignCertificate" in text for text in sent] == [False, True]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"CpoName": "", "SeccLeafSubjectOrganization": "Org"}, Subject(common_name=SERIAL, organization="Org")),
        ({"SeccLeafSubjectOrganization": "Org"}, Subject(common_name=SERIAL, organization="Org")),
        (
            {"SeccLeafSubjectCommonName": "DEPNX100001", "SeccLeafSubjectCountry": "NL"},
            Subject(common_name="DEPNX100001", organization="Operator", country="NL"),
        ),
    ],
)
def test_whose_it_is_to_be_can_be_said(keys: dict[str, str], expected: Subject) -> None:
    memory = MemoryContractCertificates(leaf())
    scene = pnc_station(memory, **keys)
    triggers(scene)
    assert memory.subjects == [expected]


def test_a_trigger_is_refused_where_nobody_can_say_whose_it_is_to_be() -> None:
    scene = pnc_station(MemoryContractCertificates(leaf()), CpoName="")
    answer = triggers(scene)
    assert answer["status"] == "Rejected"
    assert "SeccLeafSubjectOrganization" in answer["statusInfo"]["additionalInfo"]
    scene.hears_nothing()


def test_other_things_cannot_be_triggered_here() -> None:
    scene = pnc_station(MemoryContractCertificates(leaf()))
    assert asks_pnc(scene, "TriggerMessage", {"requestedMessage": "Heartbeat"}) == {"status": "NotImplemented"}
    answer = transfers_pnc(scene, "TriggerMessage")
    assert answer["status"] == "Rejected"
    assert "requestedMessage" in answer["data"]


@pytest.mark.parametrize("message", ["TriggerMessage", "CertificateSigned"])
def test_without_management_the_vendor_is_unknown(message: str) -> None:
    scene = pnc_station(MemoryContractCertificates(leaf()), ISO15118CertificateManagementEnabled="false")
    assert transfers_pnc(scene, message, {"certificateChain": "new", **TRIGGER}) == {"status": "UnknownVendorId"}
    scene.sets("ISO15118CertificateManagementEnabled", "true")
    assert transfers_pnc(scene, message, {"certificateChain": "new", **TRIGGER})["status"] == "Accepted"


def test_another_message_of_the_vendor_is_unknown() -> None:
    assert transfers_pnc(pnc_station(MemoryContractCertificates()), "Authorize", {}) == {"status": "UnknownMessageId"}


def test_a_key_that_cannot_be_made_is_an_event() -> None:
    memory = MemoryContractCertificates(leaf())
    memory.fails = OSError("no room")
    scene = pnc_station(memory)
    triggers(scene)
    assert [(type_, critical) for type_, _, critical in events(scene)] == [("CSRGenerationFailed", False)]
    scene.hears_nothing()
    memory.fails = None
    triggers(scene)
    hears_pnc(scene, "SignCertificate", ACCEPTED)


def test_a_promise_that_is_not_kept_is_asked_for_again() -> None:
    """CertSigningWaitMinimum, doubled each time, CertSigningRepeatTimes."""
    scene = pnc_station(MemoryContractCertificates(leaf()), CertSigningWaitMinimum="30", CertSigningRepeatTimes="2")
    triggers(scene)
    hears_pnc(scene, "SignCertificate", ACCEPTED)
    for wait, csr in ((30, "CSR 2"), (60, "CSR 3")):
        scene.passes(wait - 1)
        scene.hears_nothing()
        scene.passes(1)
        assert hears_pnc(scene, "SignCertificate", ACCEPTED)["csr"] == csr
    scene.passes(0.4 * DAY_S)
    assert scene.hears_all("DataTransfer") == []


def overdue(scene: CoreScene, *waits: int) -> None:
    """The certificate is asked for again after each of these times, and then no more."""
    for wait in waits:
        scene.passes(wait - 1)
        scene.hears_nothing()
        scene.passes(1)
        hears_pnc(scene, "SignCertificate", ACCEPTED)
    scene.passes(1000)
    scene.hears_nothing()


def test_whoever_is_triggered_again_counts_anew() -> None:
    """After all was in vain, and while a promise is still waited for."""
    scene = pnc_station(MemoryContractCertificates(leaf()), CertSigningWaitMinimum="30", CertSigningRepeatTimes="1")
    for _ in range(2):
        triggers(scene)
        hears_pnc(scene, "SignCertificate", ACCEPTED)
        overdue(scene, 30)
    triggers(scene)
    hears_pnc(scene, "SignCertificate", ACCEPTED)
    scene.passes(30)
    hears_pnc(scene, "SignCertificate", ACCEPTED)
    scene.passes(10)
    triggers(scene)
    hears_pnc(scene, "SignCertificate", ACCEPTED)
    overdue(scene, 30)


@pytest.mark.parametrize(
    "answer", [REJECTED, "no JSON", CallError(), {"status": "Rejected", "statusInfo": {"reasonCode": "x"}}]
)
def test_what_is_refused_is_not_asked_for_again_at_once(answer: Any) -> None:
    scene = pnc_station(MemoryContractCertificates(leaf()))
    triggers(scene)
    if isinstance(answer, CallError):
        scene.hears("DataTransfer", answer)
    else:
        hears_pnc(scene, "SignCertificate", answer)
    scene.passes(0.4 * DAY_S)
    assert scene.hears_all("DataTransfer") == []


def test_one_request_is_on_its_way_at_a_time() -> None:
    scene = pnc_station(MemoryContractCertificates(leaf()))
    triggers(scene)
    waits = scene.hears("DataTransfer", SILENCE)
    assert triggers(scene) == ACCEPTED
    scene.answers(waits, {"status": "Accepted", "data": '{"status":"Accepted"}'})
    scene.hears_nothing()
    triggers(scene)
    assert hears_pnc(scene, "SignCertificate", ACCEPTED)["csr"] == "CSR 2"


# -- CertificateSigned -------------------------------------------------------------------------------------------------


def test_a_certificate_that_came_is_shown_and_the_old_one_forgotten() -> None:
    memory = MemoryContractCertificates(leaf(), new=(-1, 365))
    scene = pnc_station(memory)
    triggers(scene)
    hears_pnc(scene, "SignCertificate", ACCEPTED)
    assert signs(scene, certificateType="V2GCertificate") == ACCEPTED
    assert [each.name for each in memory.v2g] == ["new"]
    assert not any(isinstance(effect, HangUp) for effect in scene.virtual.effects), "connections have another"
    scene.passes(0.4 * DAY_S)
    assert scene.hears_all("DataTransfer") == [], "nothing is overdue"


def test_one_for_later_waits_beside_the_one_that_is_shown() -> None:
    """A02.FR.08."""
    memory = MemoryContractCertificates(leaf(), new=(2, 365))
    scene = pnc_station(memory)
    assert signs(scene) == ACCEPTED
    scene.passes(2 * DAY_S - 1)
    assert [each.name for each in memory.v2g] == ["new", "old"]
    scene.passes(2)
    assert [each.name for each in memory.v2g] == ["new"]


def test_one_that_nobody_asked_for_is_kept_if_its_key_is_here() -> None:
    memory = MemoryContractCertificates(new=(-1, 365))
    scene = pnc_station(memory)
    assert signs(scene) == ACCEPTED
    assert [each.name for each in memory.v2g] == ["new"]


def test_a_certificate_that_is_refused_is_an_event_that_is_told() -> None:
    """The DataTransfer itself was understood; A02.FR.07."""
    memory = MemoryContractCertificates(leaf())
    scene = pnc_station(memory)
    answer = signs(scene, "wrong")
    assert answer["status"] == "Rejected"
    assert answer["statusInfo"]["additionalInfo"] == "it leads to no V2G root that is installed"
    scene.hears("SecurityEventNotification", type=INVALID)
    assert [each.name for each in memory.v2g] == ["old"]


def test_a_chain_that_is_too_long_or_for_something_else_is_refused() -> None:
    scene = pnc_station(MemoryContractCertificates(new=(-1, 365)), CertificateSignedMaxChainSize="2")
    assert signs(scene)["status"] == "Rejected"
    scene.hears("SecurityEventNotification", type=INVALID)
    assert signs(scene, "nw", certificateType="ChargingStationCertificate")["status"] == "Rejected"
    scene.hears("SecurityEventNotification", type=INVALID)


@pytest.mark.parametrize(
    "data", [None, "no JSON", {"certificateType": "V2GCertificate"}, {"certificateChain": "x" * 10_001}]
)
def test_data_that_nobody_understands_are_rejected(data: Any) -> None:
    scene = pnc_station(MemoryContractCertificates())
    answer = transfers_pnc(scene, "CertificateSigned", data)
    assert answer["status"] == "Rejected"
    assert "x" * 100 not in answer["data"]
    scene.hears_nothing()


def test_a_disk_that_fails_rejects_and_is_no_event() -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory)
    memory.fails = OSError("disk")
    answer = signs(scene)
    assert answer == {"status": "Rejected", "statusInfo": {"reasonCode": "InternalError"}}
    scene.hears_nothing()


# -- when --------------------------------------------------------------------------------------------------------------


def asked(scene: CoreScene) -> int:
    return len(scene.hears_all("DataTransfer"))


def test_a_certificate_is_renewed_thirty_days_before_its_end() -> None:
    """A03.FR.02, once."""
    scene = pnc_station(MemoryContractCertificates(leaf(end=32)), CertSigningRepeatTimes="0")
    scene.passes(2 * DAY_S - 1)
    assert asked(scene) == 0
    scene.passes(1)
    assert asked(scene) == 1


def test_where_there_is_none_one_is_asked_for_a_minute_after_the_boot() -> None:
    scene = pnc_station(MemoryContractCertificates(new=(-1, 365)))
    scene.passes(59)
    scene.hears_nothing()
    scene.passes(1)
    hears_pnc(scene, "SignCertificate", ACCEPTED)
    assert signs(scene) == ACCEPTED
    scene.passes(3 * DAY_S)
    assert asked(scene) == 0


def test_where_one_waits_for_its_time_none_is_asked_for() -> None:
    scene = pnc_station(MemoryContractCertificates(leaf("new", 1, 365)))
    scene.passes(3 * DAY_S)
    assert asked(scene) == 0


def test_what_was_refused_is_asked_for_again_twelve_hours_later() -> None:
    scene = pnc_station(MemoryContractCertificates())
    scene.passes(60)
    hears_pnc(scene, "SignCertificate", REJECTED)
    scene.passes(12 * 3600 - 1)
    scene.hears_nothing()
    scene.passes(1)
    hears_pnc(scene, "SignCertificate", REJECTED)


def test_what_was_due_without_a_connection_is_asked_for_when_there_is_one() -> None:
    """The timers survive reconnects."""
    scene = pnc_station(MemoryContractCertificates(leaf(end=32)))
    scene.loses_network()
    scene.passes(3 * DAY_S)
    scene.regains_network()
    scene.passes(60)
    assert [each["messageId"] for each in scene.hears_all("DataTransfer")] == ["SignCertificate"]


def test_a_connection_that_breaks_does_not_start_the_minute_anew() -> None:
    scene = pnc_station(MemoryContractCertificates())
    scene.passes(40)
    scene.loses_link()
    scene.passes(20)
    assert asked(scene) == 1


def test_management_that_is_switched_on_looks_soon() -> None:
    scene = pnc_station(MemoryContractCertificates(), ISO15118CertificateManagementEnabled="false")
    scene.passes(DAY_S)
    assert asked(scene) == 0
    scene.sets("ISO15118CertificateManagementEnabled", "true")
    scene.passes(60)
    hears_pnc(scene, "SignCertificate", REJECTED)
    scene.sets("ISO15118CertificateManagementEnabled", "false")
    scene.passes(DAY_S)
    assert asked(scene) == 0


def test_without_management_nothing_wakes_the_charge_point() -> None:
    scene = pnc_station(
        MemoryContractCertificates(leaf()), ISO15118CertificateManagementEnabled="false", HeartbeatInterval="0"
    )
    assert scene.virtual.core.features.context.timers.due_at(("look at the v2g certificate", "")) is None
    assert scene.virtual.core.features.context.timers.due_at(("look at the ocsp responses", "")) is None


def test_where_nobody_can_say_whose_it_is_to_be_that_is_noted() -> None:
    scene = pnc_station(MemoryContractCertificates(), CpoName="")
    scene.passes(60)
    assert [type_ for type_, _, _ in events(scene)] == ["CSRGenerationFailed"]


def test_a_charge_point_that_keeps_no_certificates_says_so() -> None:
    """A switch that is on by mistake breaks nothing."""
    scene = pnc_station(MemoryContractCertificates())
    scene.virtual.certificates = Certificates()
    scene.passes(60)
    assert "settings.certificates" in str(events(scene)[-1][1])
    assert signs(scene)["status"] == "Rejected"
