"""SignCertificate and CertificateSigned (whitepaper A02, A03; queue.md 7), with certificates that do as a test says.

Real ones, over real TLS, are in tests/shell/test_renewal.py.
"""

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from ocpp16sm.certificates import Certificates, ClientCertificate, Inventory, Subject
from ocpp16sm.core import inputs
from ocpp16sm.core.effects import Dial, HangUp, RecordSecurityEvent, SendText
from ocpp16sm.errors import CertificateError, LinkFault
from ocpp16sm.timestamp import Timestamp
from tests.support.scene import IDENTITY, SILENCE, CallError, CoreScene

ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}
SERIAL = "SN-1"
NOW = CoreScene().virtual.now.utc
DAY_S = 86_400.0


def day(number: float) -> Timestamp:
    """So many days after the beginning of a test."""
    return Timestamp.of(NOW + timedelta(days=number))


class Shelf(Certificates):
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


# -- SignCertificate ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [0, 1, 2, 3])
def test_a_trigger_has_a_key_made_and_asks_for_its_certificate(profile: int) -> None:
    """A02.FR.02, A02.FR.03, A02.FR.13: whoever's profile it is; the answer goes first."""
    shelf = Shelf(ours())
    scene = station(shelf, profile)
    assert triggers(scene) == ACCEPTED
    scene.hears("SignCertificate", ACCEPTED, csr="CSR 1")
    scene.hears_nothing()
    assert shelf.subjects == [Subject(common_name=SERIAL, organization="Operator")]
    sent = [effect.text for effect in scene.virtual.effects if isinstance(effect, SendText)]
    assert ["SignCertificate" in text for text in sent] == [False, True]


def test_the_charge_points_serial_number_does_where_the_box_has_none() -> None:
    shelf = Shelf()
    identity = evolve(IDENTITY, charge_point_serial_number="CP-SN")
    scene = CoreScene(setup={"identity": identity}, CpoName="Operator")
    scene.virtual.certificates = shelf
    scene.boots()
    triggers(scene)
    assert shelf.subjects == [Subject(common_name="CP-SN", organization="Operator")]


@pytest.mark.parametrize(
    ("cpo", "identity"), [("", evolve(IDENTITY, charge_box_serial_number=SERIAL)), ("O", IDENTITY)]
)
def test_without_a_name_for_the_certificate_a_trigger_is_rejected(cpo: str, identity: Any) -> None:
    """A02, prerequisites: CpoName must be set."""
    shelf = Shelf()
    scene = CoreScene(setup={"identity": identity}, CpoName=cpo)
    scene.virtual.certificates = shelf
    scene.boots()
    assert triggers(scene) == REJECTED
    scene.hears_nothing()
    assert shelf.subjects == []


def test_the_central_system_gives_the_name() -> None:
    """CpoName is writable; a name that no certificate has room for is rejected (X.520: 64 characters)."""
    shelf = Shelf()
    scene = station(shelf, CpoName="")
    assert scene.asks("ChangeConfiguration", key="CpoName", value="x" * 65) == REJECTED
    scene.sets("CpoName", "Another")
    assert triggers(scene) == ACCEPTED
    assert shelf.subjects == [Subject(common_name=SERIAL, organization="Another")]


@pytest.mark.parametrize("failure", [CertificateError("the key cannot be made"), OSError("the disk is full")])
def test_a_request_that_cannot_be_made_is_an_event(failure: Exception) -> None:
    """queue.md 7.1: CSRGenerationFailed, for the log."""
    shelf = Shelf(ours())
    shelf.fails = failure
    scene = station(shelf)
    assert triggers(scene) == ACCEPTED
    scene.hears_nothing()
    ((kind, reason, critical),) = events(scene)
    assert (kind, critical) == ("CSRGenerationFailed", False)
    assert str(failure) in str(reason)
    shelf.fails = None
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)


@pytest.mark.parametrize("answer", [REJECTED, CallError("NotSupported")])
def test_a_central_system_that_does_not_sign_is_not_asked_again(answer: Any) -> None:
    """A02.FR.12."""
    scene = station(Shelf(ours()))
    triggers(scene)
    scene.hears("SignCertificate", answer)
    asks_for_none(scene)
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)


def test_a_certificate_that_does_not_come_is_asked_for_again_and_again_in_the_end_not() -> None:
    """CertSigningWaitMinimum, doubled each time, and CertSigningRepeatTimes; each time with a key of its own."""
    shelf = Shelf(ours())
    scene = station(shelf, CertSigningWaitMinimum="30", CertSigningRepeatTimes="2")
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
    scene = station(Shelf(ours()), CertSigningRepeatTimes="1")
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
    scene = station(Shelf(ours()))
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
    scene.virtual.certificates = Shelf()
    scene.starts()
    scene.hears("BootNotification", {"status": "Pending", "currentTime": NOW.text(), "interval": 300})
    assert triggers(scene) == ACCEPTED
    scene.hears("SignCertificate", ACCEPTED)


# -- CertificateSigned -------------------------------------------------------------------------------------------------


def test_a_certificate_is_tried_at_once_and_the_old_one_goes_when_it_has_connected() -> None:
    """A02.FR.08, A02.FR.10; the answer goes before the connection does."""
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf)
    triggers(scene)
    scene.hears("SignCertificate", ACCEPTED)
    scene.virtual.dial_s = 3600.0
    assert signs(scene) == ACCEPTED
    order = [type(effect) for effect in scene.virtual.effects if isinstance(effect, SendText | HangUp)]
    assert order[-2:] == [SendText, HangUp]
    scene.passes(5)
    assert dialled(scene) == ["new"]
    assert shelf.names() == ["new", "old"]
    accepts(scene)
    assert shelf.names() == ["new"]
    scene.hears_all()
    scene.passes(DAY_S)
    assert dialled(scene) == []
    scene.restarts()
    assert dialled(scene) == ["new"]


def test_a_certificate_that_is_refused_is_tried_in_turn_with_the_old_one_and_goes_when_that_connects() -> None:
    """A02.FR.07, A02.FR.09: which of them the Central System takes, only it knows."""
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf, RetryBackOffWaitMinimum="1", RetryBackOffRepeatTimes="0")
    scene.virtual.dial_s = 3600.0
    signs(scene)
    scene.passes(5)
    refuses(scene)
    scene.passes(1)
    assert dialled(scene) == ["new", "old"]
    accepts(scene)
    assert ("InvalidChargePointCertificate", "the Central System does not accept it", True) in events(scene)
    assert shelf.names() == ["old"]
    assert "InvalidChargePointCertificate" in [heard["type"] for heard in scene.hears_all("SecurityEventNotification")]
    scene.passes(DAY_S)
    assert dialled(scene) == []


def test_a_certificate_that_is_refused_once_may_be_accepted_later() -> None:
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf, RetryBackOffWaitMinimum="1", RetryBackOffRepeatTimes="0")
    scene.virtual.dial_s = 3600.0
    signs(scene)
    scene.passes(5)
    for _ in range(2):
        refuses(scene)
        scene.passes(1)
    assert dialled(scene) == ["new", "old", "new"]
    accepts(scene)
    assert shelf.names() == ["new"]


@pytest.mark.parametrize("certificates", [Shelf(ours()), Certificates()])
def test_a_certificate_that_is_not_valid_is_rejected(certificates: Certificates) -> None:
    """A02.FR.06, A02.FR.07; a charge point that keeps none takes none."""
    scene = station(certificates, 1)
    assert signs(scene, "another") == REJECTED
    if isinstance(certificates, Shelf):
        scene.hears("SecurityEventNotification", type="InvalidChargePointCertificate")
        assert events(scene) == [("InvalidChargePointCertificate", "it leads to no root that is installed", True)]
    scene.passes(60)
    assert dialled(scene) == []


def test_a_chain_that_is_too_long_is_not_even_read() -> None:
    """CertificateSignedMaxChainSize; queue.md 7: libocpp does not enforce it."""
    shelf = Shelf(ours(), **{"x" * 101: (0, 365)})
    scene = station(shelf, CertificateSignedMaxChainSize="100")
    assert signs(scene, "x" * 101) == REJECTED
    assert shelf.names() == ["old"]
    scene.hears("SecurityEventNotification", type="InvalidChargePointCertificate")


def test_a_certificate_that_comes_unasked_is_taken_if_its_key_is_ours() -> None:
    """Keys wait longer than we do (A02)."""
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf)
    assert signs(scene) == ACCEPTED
    scene.passes(5)
    assert shelf.names() == ["new"]


def test_the_same_certificate_again_changes_nothing() -> None:
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf)
    signs(scene)
    scene.passes(5)
    scene.hears_all()
    scene.virtual.effects.clear()
    assert signs(scene) == ACCEPTED
    scene.passes(DAY_S)
    assert dialled(scene) == []
    assert shelf.names() == ["new"]


def test_a_certificate_is_kept_for_a_profile_that_needs_one() -> None:
    """The connection of profile 1 is not disturbed; the first one of profile 3 is opened with it."""
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf, 1)
    signs(scene)
    scene.passes(60)
    assert dialled(scene) == []
    assert shelf.names() == ["new", "old"]
    assert scene.asks("ChangeConfiguration", key="SecurityProfile", value="3") == ACCEPTED
    scene.passes(5)
    assert dialled(scene) == ["new"]


def test_a_certificate_that_is_not_valid_yet_waits_for_its_time() -> None:
    """A02.FR.08."""
    shelf = Shelf(ours(), new=(0.5, 365))
    scene = station(shelf)
    assert signs(scene) == ACCEPTED
    scene.passes(DAY_S / 2 - 1)
    assert dialled(scene) == []
    scene.passes(10)
    assert dialled(scene) == ["new"]
    assert shelf.names() == ["new"]


def test_a_trigger_during_a_trial_is_rejected() -> None:
    """5.17: the message will not be sent; which certificate is there to be renewed is being found out."""
    scene = station(Shelf(ours(), new=(0, 365)))
    scene.virtual.core.certificate_renewal.machine.restore(("OnTrial",))
    assert triggers(scene) == REJECTED


# -- renewal -----------------------------------------------------------------------------------------------------------


def test_a_certificate_is_renewed_thirty_days_before_its_end() -> None:
    """A03.FR.02, once."""
    scene = station(Shelf(ours(end=32), new=(2, 400)))
    asks_for_none(scene, 2 - 1 / DAY_S)
    scene.passes(1)
    assert len(scene.hears_all("SignCertificate")) == 1
    assert signs(scene) == ACCEPTED
    asks_for_none(scene, 300)


def test_it_is_asked_for_again_if_nobody_signs_it() -> None:
    scene = station(Shelf(ours(end=20)))
    scene.passes(60)
    scene.hears("SignCertificate", REJECTED)
    scene.passes(12 * 3600)
    scene.hears("SignCertificate", REJECTED)


@pytest.mark.parametrize("profile", [0, 1, 2])
def test_where_no_certificate_is_used_none_is_renewed(profile: int) -> None:
    scene = station(Shelf(ours(end=20)), profile)
    scene.passes(30 * DAY_S)
    assert scene.hears_all("SignCertificate") == []


def test_a_renewal_without_a_name_is_an_event() -> None:
    """queue.md 7: CpoName missing."""
    scene = station(Shelf(ours(end=20)), CpoName="")
    scene.passes(60)
    scene.hears_nothing()
    assert ("CSRGenerationFailed", "CpoName is not set", False) in events(scene)


def test_a_renewal_survives_connections_that_break() -> None:
    """queue.md 2 [B]: in libocpp automatic renewal is dead after the first one."""
    scene = station(Shelf(ours(end=32)))
    scene.passes(DAY_S)
    scene.loses_link()
    scene.passes(DAY_S)
    assert len(scene.hears_all("SignCertificate")) == 1


def test_a_renewal_that_is_due_while_there_is_no_connection_comes_with_the_next() -> None:
    scene = station(Shelf(ours(end=32)))
    scene.virtual.dial_s = None
    scene.virtual.drop_link()
    scene.passes(3 * DAY_S)
    scene.virtual.dial_s = 0.0
    scene.passes(3600)
    scene.passes(60)
    assert len(scene.hears_all("SignCertificate")) == 1


def test_a_renewal_that_was_due_while_the_power_was_off_comes_a_minute_after_the_start() -> None:
    shelf = Shelf(ours(end=32))
    scene = station(shelf)
    scene.virtual.set_wall_clock(day(10))
    scene.restarts()
    scene.hears_all()
    asks_for_none(scene, 59 / DAY_S)
    scene.passes(1)
    assert len(scene.hears_all("SignCertificate")) == 1


def test_a_clock_that_is_put_forward_is_noticed_in_half_a_day() -> None:
    scene = station(Shelf(ours()))
    scene.passes(3600)
    scene.virtual.set_wall_clock(day(250))
    scene.passes(12 * 3600)
    scene.hears("SignCertificate", ACCEPTED)


# -- the power fails ---------------------------------------------------------------------------------------------------


def test_a_certificate_that_was_accepted_just_before_the_power_failed_is_tried_after_it() -> None:
    """A02.FR.09: the newest is used; it was on disk before the answer, and the core knew nothing of it yet."""
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf)
    signs(scene)
    scene.passes(5)
    shelf.held.insert(0, ours("newest", begin=0.00001))
    scene.restarts()
    scene.virtual.effects.clear()
    scene.passes(70)
    assert dialled(scene) == ["newest"]
    assert shelf.names() == ["newest"]


@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_a_trial_goes_on_after_the_power_failed(outcome: str) -> None:
    shelf = Shelf(ours(), new=(0, 365))
    scene = station(shelf, RetryBackOffWaitMinimum="1", RetryBackOffRepeatTimes="0")
    scene.virtual.dial_s = 3600.0
    signs(scene)
    scene.passes(5)
    scene.virtual._later.clear()
    scene.virtual.effects.clear()
    scene.starts()
    assert dialled(scene) == ["new"]
    assert scene.virtual.core.certificate_renewal.machine.configuration == ("OnTrial",)
    if outcome == "refused":
        refuses(scene)
        scene.passes(1)
        assert dialled(scene) == ["old"]
    accepts(scene)
    assert shelf.names() == ["new" if outcome == "accepted" else "old"]
    assert scene.virtual.core.certificate_renewal.machine.configuration == ("Idle",)
