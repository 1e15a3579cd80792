"""May this contract charge? The decision table of Plug & Charge (profiles.md 6.4; OCPP 2.0.1 C07)."""

from itertools import product
from typing import Any

import pytest

from ocpp16sm.certificates import Certificates, ContractValidity, ContractVerdict
from ocpp16sm.core.engine.inputs import TransferAsked
from tests.support.contracts import (
    EMAID,
    LEAF,
    SUB,
    WIRE_LEAF,
    MemoryContractCertificates,
    hears_pnc,
    plugs,
    pnc_station,
    told,
)
from tests.support.scene import SILENCE, CallError, CoreScene

CHAIN = "a chain in PEM"
ACCEPTED = {"idTokenInfo": {"status": "Accepted"}, "certificateStatus": "Accepted"}
V = ContractValidity


def verdict(validity: ContractValidity, *, names_responders: bool = True, emaid: str | None = EMAID) -> ContractVerdict:
    return ContractVerdict(validity, "", emaid, (LEAF, SUB) if names_responders else ())


def car(found: ContractVerdict | None = None, **configuration: str) -> CoreScene:
    """A charge point that will find this out of the chain."""
    memory = MemoryContractCertificates()
    if found is not None:
        memory.verdicts[CHAIN] = found
    return pnc_station(memory, **{"ISO15118CertificateManagementEnabled": "false", **configuration})


def forwarded(scene: CoreScene, answer: Any = ACCEPTED) -> str:
    """What the Central System was asked with: hash data or the certificate; nothing."""
    if not scene._frames:
        return "nothing"
    asked = hears_pnc(scene, "Authorize", answer)
    assert asked["idToken"] == {"idToken": EMAID, "type": "eMAID"}
    assert len(asked) == 2, "one of them, never both"
    return "hash data" if "iso15118CertificateHashData" in asked else "certificate"


def expected_online(
    hashes: bool, chain: bool, found: ContractValidity, responders: bool, central: bool
) -> tuple[str, str, str | None]:
    """The rows "online" of the table: what is asked with, and the answer."""
    asked = ("hash data", "Accepted", "Accepted")
    whole = ("certificate", "Accepted", "Accepted")
    if hashes:
        return asked
    if not chain:
        return "nothing", "Invalid", None
    match found:
        case V.VALID:
            return asked if responders else whole if central else ("nothing", "Invalid", None)
        case V.ISSUER_NOT_FOUND:
            return whole if central else ("nothing", "Invalid", None)
        case V.EXPIRED:
            return "nothing", "Expired", "CertificateExpired"
        case V.REVOKED:
            return "nothing", "Invalid", "CertificateRevoked"
        case V.INVALID:
            return "nothing", "Invalid", "CertChainError"


@pytest.mark.parametrize(
    ("hashes", "chain", "found", "responders", "central"), [*product([0, 1], [0, 1], V, [0, 1], [0, 1])]
)
def test_the_table_with_a_connection(
    hashes: bool, chain: bool, found: ContractValidity, responders: bool, central: bool
) -> None:
    """[Q] decided: what is known to be false here is not asked about; hash data go alone."""
    scene = car(verdict(found, names_responders=responders), CentralContractValidationAllowed=str(bool(central)))
    plugs(scene, CHAIN if chain else None, (LEAF,) if hashes else ())
    how, status, certificate = expected_online(hashes, chain, found, responders, central)
    assert forwarded(scene) == how
    assert told(scene) == (status, certificate)
    scene.hears_nothing()


def expected_offline(
    chain: bool, found: ContractValidity, validated: bool, local: bool, listed: str | None
) -> tuple[str, str | None]:
    """The rows "no connection" of the table."""
    if not chain:
        return "Invalid", None
    if not validated:
        return "NotAtThisTime", None
    match found:
        case V.VALID:
            if not local:
                return "Unknown", "Accepted"
            return ("Accepted", "Accepted") if listed == "Accepted" else ("Invalid", None)
        case V.EXPIRED:
            return "Expired", "CertificateExpired"
        case V.ISSUER_NOT_FOUND:
            return "Unknown", None
        case V.REVOKED:
            return "Invalid", "CertificateRevoked"
        case V.INVALID:
            return "Invalid", "CertChainError"


@pytest.mark.parametrize(
    ("hashes", "chain", "found", "validated", "local", "listed"),
    [*product([0, 1], [0, 1], V, [0, 1], [0, 1], [None, "Accepted", "Blocked"])],
)
def test_the_table_without_a_connection(
    hashes: bool, chain: bool, found: ContractValidity, validated: bool, local: bool, listed: str | None
) -> None:
    """Hash data are of no use then; only whoever has proven a contract that is known here may charge."""
    scene = car(verdict(found), ContractValidationOffline=str(bool(validated)), LocalAuthorizeOffline=str(bool(local)))
    if listed is not None:
        entry = {"idTag": EMAID, "idTagInfo": {"status": listed}}
        scene.sets("LocalAuthListEnabled", "true")
        scene.asks("SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=[entry])
    scene.loses_network()
    plugs(scene, CHAIN if chain else None, (LEAF,) if hashes else ())
    assert told(scene) == expected_offline(chain, found, validated, local, listed)


def test_without_plug_and_charge_no_contract_may_charge() -> None:
    scene = car(verdict(V.VALID), ISO15118PnCEnabled="false")
    plugs(scene, CHAIN, (LEAF,))
    assert told(scene) == ("Invalid", None)
    scene.hears_nothing()


def test_what_is_asked_is_what_ocpp_2_0_1_says() -> None:
    scene = car(verdict(V.VALID))
    plugs(scene, CHAIN)
    asked = hears_pnc(scene, "Authorize", ACCEPTED)
    hashes = asked["iso15118CertificateHashData"]
    assert hashes[0] == WIRE_LEAF
    assert [each["serialNumber"] for each in hashes] == ["1", "2"]


@pytest.mark.parametrize(
    "status",
    [
        "Blocked",
        "ConcurrentTx",
        "Expired",
        "Invalid",
        "NoCredit",
        "NotAllowedTypeEVSE",
        "NotAtThisLocation",
        "NotAtThisTime",
        "Unknown",
    ],
)
def test_the_central_system_s_word_is_told(status: str) -> None:
    scene = car()
    plugs(scene, None, (LEAF,))
    hears_pnc(scene, "Authorize", {"idTokenInfo": {"status": status}, "certificateStatus": "ContractCancelled"})
    assert told(scene) == (status, "ContractCancelled")


@pytest.mark.parametrize(
    "data", ["no JSON", "[]", '{"idTokenInfo":{"status":"Maybe"}}', '{"certificateStatus":"Accepted"}']
)
def test_an_answer_that_nobody_understands_is_unknown(data: str) -> None:
    scene = car()
    plugs(scene, None, (LEAF,))
    hears_pnc(scene, "Authorize", data)
    assert told(scene) == ("Unknown", None)


@pytest.mark.parametrize("status", ["Rejected", "UnknownMessageId", "UnknownVendorId"])
def test_data_of_a_transfer_that_was_refused_lets_nobody_charge(status: str) -> None:
    """Different from libocpp, which looks at the data alone."""
    scene = car()
    plugs(scene, None, (LEAF,))
    hears_pnc(scene, "Authorize", ACCEPTED, status)
    assert told(scene) == ("Unknown", None)


def test_an_error_or_no_answer_is_unknown() -> None:
    scene = car()
    plugs(scene, None, (LEAF,), ref="refused")
    scene.hears("DataTransfer", CallError())
    assert told(scene, "refused") == ("Unknown", None)
    plugs(scene, None, (LEAF,), ref="silent")
    scene.hears("DataTransfer", SILENCE)
    assert told(scene, "silent") is None
    scene.passes(30)
    assert told(scene, "silent") == ("Unknown", None)
    plugs(scene, None, (LEAF,), ref="cut")
    scene.hears("DataTransfer", SILENCE)
    scene.loses_link()
    assert told(scene, "cut") == ("Unknown", None)


def test_whoever_sits_in_a_car_waits_no_longer_than_at_a_reader() -> None:
    """The queue may be stuck; a late answer is remembered, and told to nobody."""
    scene = car(LocalAuthorizeOffline="true", ContractValidationOffline="true")
    scene.virtual.certificates.verdicts[CHAIN] = verdict(V.VALID)  # type: ignore[attr-defined] # a Cabinet
    scene.station.on_session_started(1, "s", "EVConnected")
    stuck = scene.sees(1, "Preparing", SILENCE)
    plugs(scene, None, (LEAF,))
    scene.passes(29)
    scene.answers(stuck)
    late = scene.hears("DataTransfer", SILENCE)
    scene.passes(21)
    assert told(scene) == ("Unknown", None)
    scene.answers(late, {"status": "Accepted", "data": '{"idTokenInfo":{"status":"Accepted"}}'})
    assert told(scene) == ("Unknown", None)
    scene.loses_network()
    plugs(scene, CHAIN, ref="again")
    assert told(scene, "again") == ("Accepted", "Accepted")


def test_it_overtakes_what_is_queued() -> None:
    """3.7: as Authorize does."""
    scene = car()
    scene.station.on_session_started(1, "s", "EVConnected")
    stuck = scene.sees(1, "Preparing", SILENCE)
    scene.virtual.feed(TransferAsked("com.example", "Authorize", None, "t"))
    plugs(scene, None, (LEAF,))
    scene.answers(stuck)
    assert forwarded(scene) == "hash data"
    scene.hears("DataTransfer", vendorId="com.example")


def test_a_contract_that_may_charge_is_known_without_a_connection() -> None:
    scene = car(verdict(V.VALID), LocalAuthorizeOffline="true")
    plugs(scene, CHAIN)
    assert forwarded(scene) == "hash data"
    scene.loses_network()
    plugs(scene, CHAIN, ref="offline")
    assert told(scene, "offline") == ("Accepted", "Accepted")


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"status": "Accepted", "cacheExpiryDateTime": "2020-01-01T00:00:00Z"}, ("Invalid", None)),
        ({"status": "NoCredit"}, ("Invalid", None)),
        ({"status": "Accepted", "groupIdToken": {"idToken": "G" * 36, "type": "Central"}}, ("Accepted", "Accepted")),
    ],
)
def test_what_is_remembered_holds_as_the_central_system_said(info: dict[str, Any], expected: tuple[str, str]) -> None:
    scene = car(verdict(V.VALID), LocalAuthorizeOffline="true")
    plugs(scene, CHAIN)
    hears_pnc(scene, "Authorize", {"idTokenInfo": info})
    scene.loses_network()
    plugs(scene, CHAIN, ref="offline")
    assert told(scene, "offline") == expected


def test_a_certificate_is_only_good_for_its_own_contract() -> None:
    """With or without hyphens, in capitals or not (ISO 15118-2, annex H)."""
    scene = car(verdict(V.VALID, emaid="DE8AA1A2B3C4D6X"))
    plugs(scene, CHAIN)
    assert told(scene) == ("Invalid", "CertChainError")
    scene.hears_nothing()
    scene = car(verdict(V.VALID, emaid=EMAID.replace("-", "").lower()))
    plugs(scene, CHAIN)
    assert forwarded(scene) == "hash data"


def test_a_chain_that_authorize_cannot_carry_is_not_sent() -> None:
    memory = MemoryContractCertificates()
    scene = pnc_station(memory, CentralContractValidationAllowed="true", ISO15118CertificateManagementEnabled="false")
    for length, expected in ((5500, "certificate"), (5501, "nothing")):
        chain = "x" * length
        memory.verdicts[chain] = verdict(V.ISSUER_NOT_FOUND)
        plugs(scene, chain, ref=str(length))
        assert forwarded(scene) == expected
    assert told(scene, "5501") == ("Invalid", None)


def test_a_store_that_fails_is_like_a_root_that_is_missing() -> None:
    class Broken(MemoryContractCertificates):
        def check_contract(self, chain: str) -> ContractVerdict:
            raise OSError(chain)

    scene = pnc_station(Broken(), CentralContractValidationAllowed="true", ISO15118CertificateManagementEnabled="false")
    plugs(scene, CHAIN)
    assert forwarded(scene) == "certificate"


def test_without_certificates_of_its_own_the_central_system_may_check() -> None:
    scene = car(CentralContractValidationAllowed="true")
    scene.virtual.certificates = Certificates()
    plugs(scene, CHAIN)
    assert forwarded(scene) == "certificate"


def test_the_connection_may_be_lost_while_the_certificate_is_checked() -> None:
    for validated, expected in (("true", ("Unknown", "Accepted")), ("false", ("NotAtThisTime", None))):
        scene = car(verdict(V.VALID), ContractValidationOffline=validated, LocalAuthorizeOffline="false")
        scene.virtual.hardware_s = 2.0
        plugs(scene, CHAIN)
        scene.passes(1)
        scene.loses_network()
        scene.passes(1)
        assert told(scene) == expected


def test_a_check_that_comes_too_late_asks_nobody() -> None:
    scene = car(verdict(V.VALID))
    scene.virtual.hardware_s = 60.0
    plugs(scene, CHAIN)
    scene.passes(61)
    assert told(scene) == ("Unknown", None)
    scene.hears_nothing()
