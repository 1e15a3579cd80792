"""Certificates are asked one call at a time, and off the loop: keys take their time, and so does a disk."""

import asyncio
import logging

from ocpp16sm import dialling
from ocpp16sm.certificates import CertificateCall, Certificates, Inventory
from ocpp16sm.core.inputs import CertificatesAnswered
from ocpp16sm.errors import CertificateError
from ocpp16sm.records import Credentials
from ocpp16sm.settings import Settings
from ocpp16sm.transport import Endpoint

log = logging.getLogger("ocpp16sm.shell")


class Keeper:
    """Asks certificates, for a core and for its connections."""

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates
        self._busy = asyncio.Lock()

    async def ask(self, call: CertificateCall, ref: int) -> CertificatesAnswered:
        """Make this call; what comes of it, also if it fails, and what there is afterwards (nothing, if that fails)."""
        answer, failure, refused, inventory = None, None, False, Inventory()
        async with self._busy:
            try:
                answer = await asyncio.to_thread(call.make, self._certificates)
            except CertificateError as error:
                failure, refused = str(error), True
            except Exception as error:
                log.exception("certificates.%s failed", call.method)
                failure = repr(error)
            try:
                inventory = await asyncio.to_thread(self._certificates.inventory)
            except Exception as error:
                log.exception("certificates.inventory failed")
                failure = failure or repr(error)
        return CertificatesAnswered(ref, answer, failure, refused, inventory)

    async def endpoint(self, settings: Settings, credentials: Credentials) -> Endpoint:
        """Where to connect to with these credentials. Raises :class:`~ocpp16sm.errors.LinkError`."""
        known = (settings, credentials, self._certificates)
        if not dialling.needs_files(settings, credentials):
            return dialling.endpoint(*known)
        async with self._busy:
            return await asyncio.to_thread(dialling.endpoint, *known)
