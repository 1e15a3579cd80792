"""From credentials to an endpoint: what each profile connects with, and what is said if it cannot."""

import ssl
from pathlib import Path

import pytest
from trustme import CA

from ocpp16sm.certificates import Certificates
from ocpp16sm.errors import LinkError
from ocpp16sm.records import Credentials, Verification
from ocpp16sm.shell import endpoints
from tests.support.tls import GivenCertificates, leaf, pem
from tests.support.virtual_time import settings

KEY = "0123456789ABCDEF0123456789ABCDEF01234567"


class Noted(Certificates):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Verification, str | None]] = []

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """A context of no account."""
        self.asked.append((verification, client))
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


VERIFICATION = Verification(wildcards=True)


@pytest.mark.parametrize(
    ("profile", "url", "basic", "asked"),
    [
        (0, "ws://central.system/ocpp/CP001", None, []),
        (1, "ws://central.system/ocpp/CP001", ("CP001", bytes.fromhex(KEY)), []),
        (2, "wss://central.system/ocpp/CP001", ("CP001", bytes.fromhex(KEY)), [(VERIFICATION, None)]),
        (3, "wss://central.system/ocpp/CP001", None, [(VERIFICATION, "leaf-1")]),
    ],
)
def test_each_profile_connects_with_its_own(
    profile: int, url: str, basic: tuple[str, bytes] | None, asked: list[tuple[Verification, str | None]]
) -> None:
    """Whitepaper 2.3 to 2.5; of what there is besides nothing is shown."""
    credentials = Credentials(
        security_profile=profile, authorization_key=KEY, client_certificate="leaf-1", verification=VERIFICATION
    )
    certificates = Noted()
    made = endpoints.endpoint(settings(connect_timeout_s=7), credentials, certificates)
    assert made.url == url
    assert (made.user, made.password) == (basic or (None, None))
    assert made.timeout_s == 7
    assert certificates.asked == asked
    assert (made.tls is not None) is (profile >= 2)
    assert endpoints.needs_files(settings(), credentials) is (profile >= 2)


def test_tls_without_a_password_is_what_the_url_asks_for() -> None:
    certificates = Noted()
    made = settings(central_system_url="wss://central.system")
    assert endpoints.endpoint(made, Credentials(client_certificate="leaf-1"), certificates).user is None
    assert certificates.asked == [(Verification(), None)]
    assert endpoints.needs_files(made, Credentials())


@pytest.mark.parametrize(
    ("credentials", "url", "says"),
    [
        (
            Credentials(security_profile=1),
            "ws://h",
            "profile 1 needs a password: there is no AuthorizationKey",
        ),
        (
            Credentials(security_profile=2),
            "wss://h",
            "profile 2 needs a password: there is no AuthorizationKey",
        ),
        (Credentials(security_profile=3), "wss://h", "security profile 3 needs a certificate of the charge point"),
        (Credentials(security_profile=1, authorization_key=KEY), "wss://h", "security profile 1 is without TLS"),
    ],
)
def test_what_is_missing_for_a_profile_is_told(credentials: Credentials, url: str, says: str) -> None:
    with pytest.raises(LinkError, match=says) as error:
        endpoints.endpoint(settings(central_system_url=url), credentials, Noted())
    assert error.value.fault is None


def test_without_certificates_the_roots_of_the_operating_system_can_be_trusted() -> None:
    """And nothing else can."""
    credentials = Credentials(security_profile=2, authorization_key=KEY)
    assert endpoints.endpoint(settings(), credentials, Certificates()).tls is not None
    private = Credentials(security_profile=2, authorization_key=KEY, verification=Verification(system_roots=False))
    with pytest.raises(LinkError, match="no Central System can be trusted"):
        endpoints.endpoint(settings(), private, Certificates())
    mutual = Credentials(security_profile=3, client_certificate="leaf-1")
    with pytest.raises(LinkError, match=r"name a directory for them in settings\.certificates"):
        endpoints.endpoint(settings(), mutual, Certificates())


def test_a_certificate_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    authority = CA()
    chain, _key = leaf(authority, common_name="SN-1").files(tmp_path, "client")
    certificates = GivenCertificates(pem(authority), **{"leaf-1": (chain, tmp_path / "lost.key")})
    with pytest.raises(LinkError, match=r"lost\.key, cannot be used"):
        endpoints.endpoint(settings(), Credentials(security_profile=3, client_certificate="leaf-1"), certificates)


def test_a_disk_that_fails_is_told() -> None:
    class Failing(Certificates):
        def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
            """Nothing comes."""
            raise PermissionError(13, "Permission denied", "/keys/leaf-1.key")

    with pytest.raises(LinkError, match=r"^the certificates cannot be read: .*Permission denied: '/keys/leaf-1.key'"):
        endpoints.endpoint(settings(), Credentials(security_profile=3, client_certificate="leaf-1"), Failing())
