"""SignCertificate and CertificateSigned (whitepaper A02, A03; queue.md 7), with certificates that do as a test says.

Real ones, over real TLS, are in tests/shell/test_renewal.py.
"""

from typing import Any

import pytest
from attrs import evolve

from ocpp16sm.certificates import Certificates, Subject
from ocpp16sm.core.engine.effects import HangUp, SendText
from ocpp16sm.errors import CertificateError
from tests.support.memory_certificates import (
    ACCEPTED,
    DAY_S,
    NOW,
    REJECTED,
    SERIAL,
    MemoryCertificates,
    accepts,
    asks_for_none,
    dialled,
    events,
    ours,
    refuses,
    signs,
    station,
    triggers,
)
from tests.support.scene import IDENTITY, SILENCE, CallError, CoreScene

# -- SignCertificate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [0, 1, 2, 3])
def test_a_trigger_has_a_key_made_and_asks_for_its_certificate(profile: int) -> None:
    """A02.FR.02, A02.FR.03, A02.FR.13: whoever's profile it is; the answer goes first."""
    memory = MemoryCertificates(ours())
    scene = station(memory, profile)
    assert triggers(scene) == ACCEPTED
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 1")
    scene.hears_nothing()
    assert memory.subjects == [Subject(common_name=SERIAL, organization="Operator")]
    sent = [effect.text for effect in scene.virtual.effects if isinstance(effect, SendText)]
    assert ["SignCertificate" in text for text in sent] == [False, True]


def test_the_charge_points_serial_number_does_where_the_box_has_none() -> None:
    memory = MemoryCertificates()
    identity = evolve(IDENTITY, charge_point_serial_number="CP-SN")
    scene = CoreScene(setup={"identity": identity}, CpoName="Operator")
    scene.virtual.certificates = memory
    scene.boots()
    triggers(scene)
    assert memory.subjects == [Subject(common_name="CP-SN", organization="Operator")]


@pytest.mark.parametrize(
    ("cpo", "identity"), [("", evolve(IDENTITY, charge_box_serial_number=SERIAL)), ("O", IDENTITY)]
)
def test_without_a_name_for_the_certificate_a_trigger_is_rejected(cpo: str, identity: Any) -> None:
    """A02, prerequisites: CpoName must be set."""
    memory = MemoryCertificates()
    scene = CoreScene(setup={"identity": identity}, CpoName=cpo)
    scene.virtual.certificates = memory
    scene.boots()
    assert triggers(scene) == REJECTED
    scene.hears_nothing()
    assert memory.subjects == []


def test_the_central_system_gives_the_name() -> None:
    """CpoName is writable; a name that no certificate has room for is rejected (X.520: 64 characters)."""
    memory = MemoryCertificates()
    scene = station(memory, CpoName="")
    assert scene.asks("ChangeConfiguration", key="CpoName", value="x" * 65) == REJECTED
    scene.sets("CpoName", "Another")
    assert triggers(scene) == ACCEPTED
    assert memory.subjects == [Subject(common_name=SERIAL, organization="Another")]


@pytest.mark.parametrize("failure", [CertificateError("the key cannot be made"), OSError("the disk is full")])
def test_a_request_that_cannot_be_made_is_an_event(failure: Exception) -> None:
    """queue.md 7.1: CSRGenerationFailed, for the log."""
    memory = MemoryCertificates(ours())
    memory.fails = failure
    scene = station(memory)
    assert triggers(scene) == ACCEPTED
    scene.hears_nothing()
    ((kind, reason, critical),) = events(scene)
    assert (kind, critical) == ("CSRGenerationFailed", False)
    assert str(failure) in str(reason)
    memory.fails = None
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)


@pytest.mark.parametrize("answer", [REJECTED, CallError("NotSupported")])
def test_a_central_system_that_does_not_sign_is_not_asked_again(answer: Any) -> None:
    """A02.FR.12."""
    scene = station(MemoryCertificates(ours()))
    triggers(scene)
    scene.hears("SignCertificate", answer)
    asks_for_none(scene)
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)


def test_a_certificate_that_does_not_come_is_asked_for_again_and_again_in_the_end_not() -> None:
    """CertSigningWaitMinimum, doubled each time, and CertSigningRepeatTimes; each time with a key of its own."""
    memory = MemoryCertificates(ours())
    scene = station(memory, CertSigningWaitMinimum="30", CertSigningRepeatTimes="2")
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 1")
    for number, wait in ((2, 30), (3, 60)):
        scene.passes(wait - 0.1)
        scene.hears_nothing()
        scene.passes(0.1)
        scene.hears("SignCertificate", ACCEPTED, csr=f"CSR {number}")
    asks_for_none(scene)
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 4")
    scene.passes(30)
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 5")


def test_a_trigger_while_a_certificate_is_waited_for_begins_anew() -> None:
    scene = station(MemoryCertificates(ours()), CertSigningRepeatTimes="1")
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 1")
    scene.passes(30)
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 2")
    assert triggers(scene) == ACCEPTED
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 3")
    scene.passes(30)
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 4")
    asks_for_none(scene)


def test_a_request_that_the_network_lost_can_be_triggered_again() -> None:
    scene = station(MemoryCertificates(ours()))
    triggers(scene)
    scene.hears("SignCertificate", SILENCE)
    scene.loses_link()
    scene.passes(60)
    scene.hears_all("SignCertificate")
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)


def test_it_is_asked_for_in_pending_too() -> None:
    """4.2: what a trigger asks for is sent."""
    scene = CoreScene(setup={"identity": evolve(IDENTITY, charge_box_serial_number=SERIAL)}, CpoName="O")
    scene.virtual.certificates = MemoryCertificates()
    scene.starts()
    scene.hears("BootNotification", {"status": "Pending", "currentTime": NOW.text(), "interval": 300})
    assert triggers(scene) == ACCEPTED
    scene.hears("SignCertificate", ACCEPTED)


# -- CertificateSigned -------------------------------------------------------------------------------------------------


def test_a_certificate_is_tried_at_once_and_the_old_one_goes_when_it_has_connected() -> None:
    """A02.FR.08, A02.FR.10; the answer goes before the connection does."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory)
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)
    scene.virtual.dial_s = 3600.0
    assert signs(scene) == ACCEPTED
    order = [type(effect) for effect in scene.virtual.effects if isinstance(effect, SendText | HangUp)]
    assert order[-2:] == [SendText, HangUp]
    scene.passes(5)
    assert dialled(scene) == ["new"]
    assert memory.names() == ["new", "old"]
    accepts(scene)
    assert memory.names() == ["new"]
    scene.hears_all()
    scene.passes(DAY_S)
    assert dialled(scene) == []
    scene.restarts()
    assert dialled(scene) == ["new"]


def test_a_certificate_that_is_refused_is_tried_in_turn_with_the_old_one_and_goes_when_that_connects() -> None:
    """A02.FR.07, A02.FR.09: which of them the Central System takes, only it knows."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory, RetryBackOffWaitMinimum="1", RetryBackOffRepeatTimes="0")
    scene.virtual.dial_s = 3600.0
    signs(scene)
    scene.passes(5)
    refuses(scene)
    scene.passes(1)
    assert dialled(scene) == ["new", "old"]
    accepts(scene)
    assert ("InvalidChargePointCertificate", "the Central System does not accept it", True) in events(scene)
    assert memory.names() == ["old"]
    assert "InvalidChargePointCertificate" in [heard["type"] for heard in scene.hears_all("SecurityEventNotification")]
    scene.passes(DAY_S)
    assert dialled(scene) == []


def test_a_certificate_that_is_refused_once_may_be_accepted_later() -> None:
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory, RetryBackOffWaitMinimum="1", RetryBackOffRepeatTimes="0")
    scene.virtual.dial_s = 3600.0
    signs(scene)
    scene.passes(5)
    for _ in range(2):
        refuses(scene)
        scene.passes(1)
    assert dialled(scene) == ["new", "old", "new"]
    accepts(scene)
    assert memory.names() == ["new"]


@pytest.mark.parametrize("certificates", [MemoryCertificates(ours()), Certificates()])
def test_a_certificate_that_is_not_valid_is_rejected(certificates: Certificates) -> None:
    """A02.FR.06, A02.FR.07; a charge point that keeps none takes none."""
    scene = station(certificates, 1)
    assert signs(scene, "another") == REJECTED
    if isinstance(certificates, MemoryCertificates):
        scene.hears("SecurityEventNotification", type="InvalidChargePointCertificate")
        assert events(scene) == [("InvalidChargePointCertificate", "it leads to no root that is installed", True)]
    scene.passes(60)
    assert dialled(scene) == []


def test_a_chain_that_is_too_long_is_not_even_read() -> None:
    """CertificateSignedMaxChainSize; queue.md 7: libocpp does not enforce it."""
    memory = MemoryCertificates(ours(), **{"x" * 101: (0, 365)})
    scene = station(memory, CertificateSignedMaxChainSize="100")
    assert signs(scene, "x" * 101) == REJECTED
    assert memory.names() == ["old"]
    scene.hears("SecurityEventNotification", type="InvalidChargePointCertificate")


def test_a_certificate_that_comes_unasked_is_taken_if_its_key_is_ours() -> None:
    """Keys wait longer than we do (A02)."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory)
    assert signs(scene) == ACCEPTED
    scene.passes(5)
    assert memory.names() == ["new"]


def test_the_same_certificate_again_changes_nothing() -> None:
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory)
    signs(scene)
    scene.passes(5)
    scene.hears_all()
    scene.virtual.effects.clear()
    assert signs(scene) == ACCEPTED
    scene.passes(DAY_S)
    assert dialled(scene) == []
    assert memory.names() == ["new"]


def test_a_certificate_that_began_before_the_one_in_use_is_not_used() -> None:
    """A02.FR.09: the newest is, by the start of its validity."""
    memory = MemoryCertificates(ours(begin=-1), late=(-2, 365))
    scene = station(memory)
    assert signs(scene, "late") == ACCEPTED
    scene.passes(DAY_S)
    assert dialled(scene) == []
    scene.restarts()
    assert dialled(scene) == ["old"]


def test_a_certificate_is_kept_for_a_profile_that_needs_one() -> None:
    """The connection of profile 1 is not disturbed; the first one of profile 3 is opened with it."""
    memory = MemoryCertificates(ours(), new=(0, 365))
    scene = station(memory, 1)
    signs(scene)
    scene.passes(60)
    assert dialled(scene) == []
    assert memory.names() == ["new", "old"]
    assert scene.asks("ChangeConfiguration", key="SecurityProfile", value="3") == ACCEPTED
    scene.passes(5)
    assert dialled(scene) == ["new"]


def test_a_certificate_that_is_not_valid_yet_waits_for_its_time() -> None:
    """A02.FR.08."""
    memory = MemoryCertificates(ours(), new=(0.5, 365))
    scene = station(memory)
    assert signs(scene) == ACCEPTED
    scene.passes(DAY_S / 2 - 1)
    assert dialled(scene) == []
    scene.passes(10)
    assert dialled(scene) == ["new"]
    assert memory.names() == ["new"]


def test_a_trigger_during_a_trial_is_rejected() -> None:
    """5.17: the message will not be sent; which certificate is there to be renewed is being found out."""
    scene = station(MemoryCertificates(ours(), new=(0, 365)))
    scene.virtual.core.features.certificate_renewal.machine.restore(("OnTrial",))
    assert triggers(scene) == REJECTED
