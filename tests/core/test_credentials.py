"""AuthorizationKey and SecurityProfile: tried, kept, taken back (whitepaper A01, A05; queue.md 4.5 and 4.6).

How a connection is really opened with them is in tests/shell; here it is seen in what is dialled with.
"""

from typing import Any

import pytest

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates, ClientCertificate, Inventory
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import Dial, HangUp, SendText
from ocpp16sm.errors import ConfigurationError, LinkFault
from ocpp16sm.records import Credentials
from tests.support.scene import CoreScene, accepted

OLD, NEW = "an old password of 25 let", "a new password of 26 lette"
ACCEPTED, REJECTED = {"status": "Accepted"}, {"status": "Rejected"}


class Held(Certificates):
    """Certificates of which there are so many."""

    def __init__(self, roots: int = 1, until: str | None = "2030-01-01T00:00:00Z") -> None:
        self._inventory = Inventory(
            central_system_roots=roots,
            client_certificates=()
            if until is None
            else (ClientCertificate("ours-1", Timestamp.parse("2026-01-01T00:00:00Z"), Timestamp.parse(until)),),
        )

    def inventory(self) -> Inventory:
        return self._inventory


def holding(certificates: Certificates, **configuration: Any) -> CoreScene:
    """A charge point with these certificates, accepted."""
    scene = CoreScene(**configuration)
    scene.virtual.certificates = certificates
    scene.boots()
    return scene


def dials(scene: CoreScene) -> list[Credentials]:
    """What was dialled with since the last look."""
    found = [effect.credentials for effect in scene.virtual.effects if isinstance(effect, Dial)]
    scene.virtual.effects.clear()
    return found


def changes(scene: CoreScene, key: str, value: str) -> dict[str, Any]:
    """The Central System changes a key; the next dials are not answered."""
    scene.virtual.effects.clear()
    scene.virtual.dial_s = 3600.0
    return scene.asks("ChangeConfiguration", key=key, value=value)


def refuses(scene: CoreScene, fault: LinkFault | None = LinkFault.UNAUTHORIZED) -> None:
    """The dial that is under way comes to nothing, for this reason."""
    scene.virtual._later.clear()
    scene.virtual.feed(inputs.LinkLost("HTTP 401", 0.0, None, fault))


def accepts(scene: CoreScene) -> None:
    """The dial that is under way succeeds."""
    scene.virtual._later.clear()
    scene.virtual.feed(inputs.LinkOpened())


def profile_of(scene: CoreScene) -> str:
    return str(scene.asks("GetConfiguration", key=["SecurityProfile"])["configurationKey"][0]["value"])


def basic(**more: Any) -> CoreScene:
    return accepted(SecurityProfile="1", AuthorizationKey=OLD, **more)


# -- AuthorizationKey --------------------------------------------------------------------------------------------------


def test_what_is_configured_is_dialled_with() -> None:
    scene = basic()
    (dialled,) = dials(scene)
    assert (dialled.security_profile, dialled.authorization_key, dialled.client_certificate) == (1, OLD, None)


@pytest.mark.parametrize("key", ["x" * 15, "x" * 41, "", "a" * 31 + "g" * 10, "a" * 82, "a" * 41])
def test_what_is_no_key_is_rejected(key: str) -> None:
    """A00.FR.205: 16 bytes at least; as hexadecimal digits or not."""
    scene = basic()
    assert changes(scene, "AuthorizationKey", key) == REJECTED
    scene.passes(60)
    assert dials(scene) == []


@pytest.mark.parametrize("key", ["x" * 16, "x" * 40, "a" * 32, "A1" * 20, "0" * 80])
def test_what_is_a_key_is_accepted(key: str) -> None:
    assert changes(basic(), "AuthorizationKey", key) == ACCEPTED


def test_a_new_key_is_tried_at_once_and_kept_when_it_connects() -> None:
    """A01.FR.03; the answer goes before the connection does."""
    scene = basic()
    assert changes(scene, "AuthorizationKey", NEW) == ACCEPTED
    order = [type(effect) for effect in scene.virtual.effects if isinstance(effect, SendText | HangUp)]
    assert order == [SendText, HangUp]
    scene.passes(3)
    assert [each.authorization_key for each in dials(scene)] == [NEW]
    accepts(scene)
    scene.hears("StatusNotification", connectorId=0)
    scene.hears("StatusNotification", connectorId=1)
    scene.hears_nothing()
    state = scene.virtual.store.load().credentials
    assert state is not None
    assert (state.present.authorization_key, state.previous) == (NEW, None)


def test_a_new_key_that_is_refused_is_tried_in_turn_with_the_old_one() -> None:
    """4.5 [B]: libocpp forgets the old one. Which of them the Central System has, it may not have decided yet."""
    scene = basic(RetryBackoffWaitMinimum="1", RetryBackoffRepeatTimes="0")
    changes(scene, "AuthorizationKey", NEW)
    scene.passes(1)
    for _ in range(3):
        refuses(scene)
        scene.passes(1)
    assert [each.authorization_key for each in dials(scene)] == [NEW, OLD, NEW, OLD]
    accepts(scene)
    state = scene.virtual.store.load().credentials
    assert state is not None
    assert (state.present.authorization_key, state.previous) == (OLD, None)


def test_a_network_that_fails_says_nothing_of_a_key() -> None:
    scene = basic(RetryBackoffWaitMinimum="1", RetryBackoffRepeatTimes="0")
    changes(scene, "AuthorizationKey", NEW)
    scene.passes(1)
    for _ in range(3):
        refuses(scene, None)
        scene.passes(1)
    assert [each.authorization_key for each in dials(scene)] == [NEW] * 4


@pytest.mark.parametrize("refused", [True, False])
def test_a_power_cut_in_a_trial_loses_neither_key(refused: bool) -> None:
    scene = basic(RetryBackoffWaitMinimum="1")
    changes(scene, "AuthorizationKey", NEW)
    scene.passes(1)
    if refused:
        refuses(scene)
    scene.virtual.effects.clear()
    scene.starts()
    expected = [OLD, NEW] if refused else [NEW, OLD]
    assert [each.authorization_key for each in dials(scene)] == expected[:1]
    refuses(scene)
    scene.passes(1)
    assert [each.authorization_key for each in dials(scene)] == expected[1:]


def test_without_basic_authentication_a_key_is_only_kept() -> None:
    """4.5: profiles 0 and 3."""
    scene = accepted()
    assert changes(scene, "AuthorizationKey", NEW) == ACCEPTED
    scene.passes(60)
    assert dials(scene) == []
    scene.virtual.dial_s = 0.0
    scene.restarts()
    assert [each.authorization_key for each in dials(scene)] == [NEW]


def test_nobody_is_told_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    """A01.FR.11, A01.FR.12: that it was changed is an event; what it is, is not."""
    scene = basic()
    changes(scene, "AuthorizationKey", NEW)
    assert "ReconfigurationOfSecurityParameters" in repr(scene.virtual.effects)
    assert NEW not in repr(scene.told)
    assert NEW not in repr(scene.virtual.store.load())
    with pytest.raises(ConfigurationError) as refused:
        scene.virtual.feed(inputs.ConfigurationSet("AuthorizationKey", "too short"))
    assert "too short" not in str(refused.value)
    with pytest.raises(ConfigurationError) as configured:
        accepted(AuthorizationKey="short too")
    assert "short too" not in str(configured.value)


# -- SecurityProfile ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "asked", "certificates", "configured"),
    [
        ("1", "1", Held(), {"AuthorizationKey": OLD}),
        ("2", "1", Held(), {"AuthorizationKey": OLD}),
        ("0", "4", Held(), {"AuthorizationKey": OLD}),
        ("0", "2abc", Held(), {"AuthorizationKey": OLD}),
        ("0", "-1", Held(), {"AuthorizationKey": OLD}),
        ("0", "99999999999999", Held(), {"AuthorizationKey": OLD}),
        ("0", "1", Held(), {}),
        ("0", "2", Held(), {}),
        ("0", "2", Held(roots=0), {"AuthorizationKey": OLD}),
        ("0", "3", Held(roots=0), {}),
        ("0", "3", Held(until=None), {}),
        ("0", "3", Held(until="2026-05-31T00:00:00Z"), {}),
    ],
)
def test_a_profile_that_is_no_higher_or_cannot_connect_is_rejected(
    present: str, asked: str, certificates: Held, configured: dict[str, str]
) -> None:
    """A05.FR.01 to A05.FR.04; 4.6 [B]: trailing text is no number, and too large a one is not an error of ours."""
    scene = holding(certificates, SecurityProfile=present, **configured)
    assert changes(scene, "SecurityProfile", asked) == REJECTED
    scene.passes(60)
    assert dials(scene) == []
    assert profile_of(scene) == present


@pytest.mark.parametrize("profile", ["1", "2", "3"])
def test_a_profile_that_connects_stays(profile: str) -> None:
    """A05.FR.05 to A05.FR.07; no BootNotification comes of it."""
    scene = holding(Held(), AuthorizationKey=OLD)
    assert changes(scene, "SecurityProfile", profile) == ACCEPTED
    scene.passes(3)
    (dialled,) = dials(scene)
    assert dialled.security_profile == int(profile)
    assert dialled.client_certificate == ("ours-1" if profile == "3" else None)
    accepts(scene)
    assert {heard.action for heard in scene.hears_all()} == {"StatusNotification"}
    scene.virtual.dial_s = 0.0
    scene.passes(86_400)
    assert profile_of(scene) == profile
    scene.restarts()
    scene.hears_all()
    assert profile_of(scene) == profile


@pytest.mark.parametrize("fault", [None, LinkFault.UNAUTHORIZED, LinkFault.CENTRAL_SYSTEM_CERTIFICATE])
def test_a_profile_that_does_not_connect_goes_back(fault: LinkFault | None) -> None:
    """A05.FR.08; 4.6: the time counts from the first attempt, not from the answer."""
    scene = holding(
        Held(),
        AuthorizationKey=OLD,
        SwitchSecurityProfileConnectionTimeout="20",
        RetryBackoffWaitMinimum="10",
        RetryBackoffRepeatTimes="0",
    )
    changes(scene, "SecurityProfile", "1")
    scene.passes(10)
    refuses(scene, fault)
    scene.passes(10)
    assert [each.security_profile for each in dials(scene)] == [1, 1]
    scene.passes(9.9)
    assert dials(scene) == []
    scene.virtual.dial_s = 0.0
    scene.passes(10.1)
    assert [each.security_profile for each in dials(scene)] == [0]
    scene.hears_all()
    assert profile_of(scene) == "0"
    scene.passes(600)
    assert dials(scene) == []


def test_a_power_cut_in_a_trial_does_not_make_a_profile_permanent() -> None:
    scene = holding(Held(), AuthorizationKey=OLD, RetryBackoffWaitMinimum="5")
    changes(scene, "SecurityProfile", "1")
    scene.passes(6)
    scene.virtual.effects.clear()
    scene.starts()
    assert [each.security_profile for each in dials(scene)] == [1]
    scene.passes(19.9)
    assert dials(scene) == []
    scene.passes(60)
    assert {each.security_profile for each in dials(scene)} == {0}


def test_a_transaction_goes_on_and_what_waits_is_sent_after_the_switch() -> None:
    scene = holding(Held(), AuthorizationKey=OLD)
    transaction = scene.transaction()
    changes(scene, "SecurityProfile", "1")
    scene.ends(wh=100)
    scene.passes(3)
    accepts(scene)
    (stop,) = scene.hears_all("StopTransaction")
    assert stop["transactionId"] == transaction


def test_how_strictly_the_central_system_is_looked_at_goes_into_each_dial() -> None:
    lax: dict[str, Any] = {
        "VerifyCsmsCommonName": "false",
        "VerifyCsmsAllowWildcards": "true",
        "UseSslDefaultVerifyPaths": "false",
    }
    (strict,), (loose,) = dials(accepted()), dials(accepted(**lax))
    seen = [(v.common_name, v.wildcards, v.system_roots) for v in (strict.verification, loose.verification)]
    assert seen == [(True, False, True), (False, True, False)]


# -- what is wrong with a connection is told ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "event"),
    [
        (LinkFault.UNAUTHORIZED, "FailedToAuthenticateAtCentralSystem"),
        (LinkFault.CENTRAL_SYSTEM_CERTIFICATE, "InvalidCentralSystemCertificate"),
        (LinkFault.TLS_VERSION, "InvalidTLSVersion"),
        (LinkFault.CIPHER_SUITE, "InvalidTLSCipherSuite"),
    ],
)
def test_a_fault_is_an_event_once_in_an_outage(fault: LinkFault, event: str) -> None:
    """Queue.md 4.2, 7.1, by the whitepaper's names."""
    scene = basic(RetryBackoffWaitMinimum="1", RetryBackoffRepeatTimes="0")

    def told() -> int:
        return repr(scene.virtual.effects).count(f"RecordSecurityEvent(type='{event}'")

    scene.virtual.dial_s = 3600.0
    scene.loses_link()
    for _ in range(3):
        scene.passes(1)
        refuses(scene, fault)
    assert told() == 1
    scene.passes(1)
    accepts(scene)
    scene.hears_all()
    scene.loses_link()
    scene.passes(1)
    refuses(scene, fault)
    assert told() == 2


@pytest.mark.parametrize("fault", LinkFault)
def test_only_a_forged_certificate_is_told_to_the_central_system(fault: LinkFault) -> None:
    """Queue.md 4.2: forced critical; certification tests wait for it."""
    scene = basic(RetryBackoffWaitMinimum="1")
    scene.virtual.dial_s = 3600.0
    scene.loses_link()
    scene.passes(1)
    refuses(scene, fault)
    scene.passes(2)
    accepts(scene)
    told = [heard["type"] for heard in scene.hears_all("SecurityEventNotification")]
    forged = fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE
    assert told == (["InvalidCentralSystemCertificate"] if forged else [])
