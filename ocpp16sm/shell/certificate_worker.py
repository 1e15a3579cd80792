"""Calls of :class:`~ocpp16sm.certificates.Certificates`: one at a time, and off the event loop.

Making a key takes a while, and so may a disk or a secure element.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ocpp16sm.arguments.answers import checked_answer
from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.certificates import CertificateCall, Certificates, Inventory, ReadInventory
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.errors import CertificateError, WrongAnswerError
from ocpp16sm.shell.cancelled import in_thread

T = TypeVar("T")

log = NamedLog("ocpp16sm.shell")


class CertificateWorker:
    """Makes the calls of one charge point: those that its core asks for, and those that open its connections."""

    def __init__(self, certificates: Certificates) -> None:
        self.certificates = certificates
        self._busy = asyncio.Lock()

    async def do(self, act: Callable[[Certificates], T]) -> T:
        """Run ``act`` on another thread once all earlier calls are done, and return what it returns."""
        async with self._busy:
            return await in_thread(partial(act, self.certificates))

    async def ask(self, call: CertificateCall, ref: int) -> CertificatesAnswered:
        """Make a call of the core, then read the inventory. Failures of either are part of the answer."""
        async with self._busy:
            answer, failure, refused = await self._make(call)
            inventory, missing, _refused = await self._make(ReadInventory())
        return CertificatesAnswered(ref, answer, failure or missing, refused, inventory or Inventory())

    async def _make(self, call: CertificateCall) -> tuple[Any, str | None, bool]:
        """The answer, or why there is none, and whether that is a refusal."""
        try:
            return checked_answer(call, await in_thread(partial(call.make, self.certificates))), None, False
        except CertificateError as error:
            return None, str(error), True
        except WrongAnswerError as error:
            log.error("%s", error)
            return None, str(error), False
        except Exception as error:
            log.exception("%s failed", call.qualname)
            return None, repr(error), False
