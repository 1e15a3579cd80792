"""From what the core dials with to where and how a connection is opened (OCPP-J 6; whitepaper 2)."""

import ssl
from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from ocpp16sm.certificates import Certificates
from ocpp16sm.errors import CertificateError, ConfigurationError, LinkError
from ocpp16sm.network.transport import Endpoint
from ocpp16sm.records import Credentials, Verification
from ocpp16sm.settings import Settings

T = TypeVar("T", ssl.SSLContext, ssl.SSLContext | None)


def needs_files(settings: Settings, credentials: Credentials) -> bool:
    """Whether :func:`endpoint` takes its time, because certificates are read."""
    return settings.secure or credentials.security_profile >= 2


def endpoint(settings: Settings, credentials: Credentials, certificates: Certificates) -> Endpoint:
    """Where to connect to with these credentials. Raises :class:`LinkError` with what to do if that cannot be."""
    profile = credentials.security_profile
    try:
        url = settings.url_for(profile)
    except ConfigurationError as error:
        raise LinkError(str(error)) from error
    user, password = None, None
    if profile in (1, 2):
        if credentials.authorization_key is None:
            raise LinkError(f"security profile {profile} needs a password: there is no AuthorizationKey")
        user, password = settings.charge_point_id, credentials.password()
    return Endpoint(
        url=url,
        timeout_s=settings.connect_timeout_s,
        user=user,
        password=password,
        tls=_tls(credentials, certificates.tls) if url.startswith("wss:") else None,
    )


def fallback(refused: Endpoint, credentials: Credentials, certificates: Certificates) -> Endpoint | None:
    """The same, trusting also the root that was replaced; None if there is none (M05.FR.13). Raises LinkError."""
    context = _tls(credentials, certificates.fallback_tls)
    return None if context is None else evolve(refused, tls=context)


def _tls(credentials: Credentials, make: Callable[[Verification, str | None], T]) -> T:
    client = None
    if credentials.security_profile == 3:
        client = credentials.client_certificate
        if client is None:
            raise LinkError("security profile 3 needs a certificate of the charge point, and there is none")
    try:
        return make(credentials.verification, client)
    except CertificateError as error:
        raise LinkError(str(error)) from error
    except OSError as error:
        raise LinkError(f"the certificates cannot be read: {error}") from error
