"""Certificates are asked one call at a time, and off the loop: keys take their time, and so does a disk."""

import asyncio
from functools import partial
from typing import Any

from ocpp16sm.arguments.answers import checked_answer
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.certificates import CertificateCall, Certificates, Inventory, ReadInventory
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.errors import CertificateError, LinkError, LinkFault, WrongAnswerError
from ocpp16sm.network.transport import Connection, Endpoint, Transport
from ocpp16sm.records import Credentials
from ocpp16sm.settings import Settings
from ocpp16sm.shell import endpoints
from ocpp16sm.shell.cancelled import in_thread

log = NamedLog("ocpp16sm.shell")


class CertificateWorker:
    """Asks certificates, for a core and for its connections."""

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates
        self._busy = asyncio.Lock()

    async def ask(self, call: CertificateCall, ref: int) -> CertificatesAnswered:
        """Make this call; what comes of it, also if it fails, and what there is afterwards (nothing, if that fails)."""
        async with self._busy:
            answer, failure, refused = await self._make(call)
            inventory, missing, _refused = await self._make(ReadInventory())
        return CertificatesAnswered(ref, answer, failure or missing, refused, inventory or Inventory())

    async def _make(self, call: CertificateCall) -> tuple[Any, str | None, bool]:
        """The answer, or why there is none, and whether that is a refusal."""
        try:
            return checked_answer(call, await in_thread(partial(call.make, self._certificates))), None, False
        except CertificateError as error:
            return None, str(error), True
        except WrongAnswerError as error:
            log.error("%s", error)
            return None, str(error), False
        except Exception as error:
            log.exception("%s failed", call.qualname)
            return None, repr(error), False

    async def connect(self, transport: Transport, settings: Settings, credentials: Credentials) -> Connection:
        """Connect with these credentials. Raises :class:`~ocpp16sm.errors.LinkError`.

        If the Central System cannot be verified, the root that was replaced may do it once more (M05.FR.13); if it
        can, that one is forgotten (M05.FR.12).
        """
        endpoint = await self._endpoint(settings, credentials)
        try:
            connection = await transport.connect(endpoint)
        except LinkError as error:
            if error.fault is not LinkFault.CENTRAL_SYSTEM_CERTIFICATE:
                raise
            async with self._busy:
                other = await in_thread(partial(endpoints.fallback, endpoint, credentials, self._certificates))
            if other is None:
                raise
            return await transport.connect(other)
        if endpoint.tls is not None:
            await self._verified()
        return connection

    async def _endpoint(self, settings: Settings, credentials: Credentials) -> Endpoint:
        known = (settings, credentials, self._certificates)
        if not endpoints.needs_files(settings, credentials):
            return endpoints.endpoint(*known)
        async with self._busy:
            return await in_thread(partial(endpoints.endpoint, *known))

    async def _verified(self) -> None:
        try:
            async with self._busy:
                await in_thread(self._certificates.verified)
        except Exception:
            log.exception("Certificates.verified failed")
