"""Opens a connection with the credentials that the core names: URL, password and TLS (OCPP-J 6; whitepaper 2)."""

import ssl
from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.certificates import Certificates
from ocpp16sm.errors import CertificateError, ConfigurationError, LinkError, LinkFault
from ocpp16sm.network.transport import Connection, Endpoint, Transport
from ocpp16sm.records import Credentials, Verification
from ocpp16sm.settings import Settings
from ocpp16sm.shell.certificate_worker import CertificateWorker

T = TypeVar("T", ssl.SSLContext, ssl.SSLContext | None)

log = NamedLog("ocpp16sm.shell")


async def connect(
    worker: CertificateWorker, transport: Transport, settings: Settings, credentials: Credentials
) -> Connection:
    """Open a connection. Raises :class:`~ocpp16sm.errors.LinkError`.

    If the Central System's certificate cannot be verified, it is tried once more with the root that was replaced
    (M05.FR.13); if it can, that root is forgotten (M05.FR.12).
    """
    if needs_files(settings, credentials):
        wanted = await worker.do(lambda certificates: endpoint(settings, credentials, certificates))
    else:
        wanted = endpoint(settings, credentials, worker.certificates)
    try:
        connection = await transport.connect(wanted)
    except LinkError as error:
        if error.fault is not LinkFault.CENTRAL_SYSTEM_CERTIFICATE:
            raise
        other = await worker.do(lambda certificates: fallback(wanted, credentials, certificates))
        if other is None:
            raise
        return await transport.connect(other)
    if wanted.tls is not None:
        try:
            await worker.do(lambda certificates: certificates.verified())
        except Exception:
            log.exception("Certificates.verified failed")
    return connection


def needs_files(settings: Settings, credentials: Credentials) -> bool:
    """Whether :func:`endpoint` reads certificates from disk, and so may take a while."""
    return settings.secure or credentials.security_profile >= 2


def endpoint(settings: Settings, credentials: Credentials, certificates: Certificates) -> Endpoint:
    """Where and how to connect with these credentials. Raises :class:`LinkError` saying what is missing."""
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
    """The endpoint that was refused, trusting also the root that was replaced (M05.FR.13); None if there is none.

    Raises :class:`LinkError`.
    """
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
