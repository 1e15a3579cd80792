"""GetCertificateStatus: the revocation status of the certificate presented to cars, which cars are shown too (M06)."""

from datetime import timedelta
from functools import partial

from ocpp16sm.certificates import KeepOcsp, OcspEntry
from ocpp16sm.config import plug_and_charge_keys as pnc
from ocpp16sm.core.data_transfer.data_transfer import DataTransfer
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.effects import LogRefusal
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.core.engine.journal import Component, Journal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.security.certificate_request import FIRST_LOOK_S, NEXT_LOOK_S
from ocpp16sm.messages.plug_and_charge import (
    GET_CERTIFICATE_STATUS,
    GetCertificateStatusRequest,
    GetCertificateStatusResponse,
)
from ocpp16sm.messages.plug_and_charge_types import OcspRequestData
from ocpp16sm.messages.vendor import VendorReply

_LOOK = TimerKey("look at the ocsp responses")
_KEPT = "ocsp response kept"


class Ocsp(Component):
    """Keeps OCSP responses for the certificate presented to cars."""

    __slots__ = ("_context", "_data_transfer", "_missed")
    STATE = ("_missed",)

    def __init__(self, journal: Journal, context: Context, data_transfer: DataTransfer) -> None:
        super().__init__(journal)
        self._context = context
        self._data_transfer = data_transfer
        self._missed = False
        """A response was due while the Central System could not be asked."""
        context.answer_later[_KEPT] = self._kept
        context.deadlines[_LOOK.purpose] = lambda _key: self.attend()
        for key in (pnc.ISO15118_CERTIFICATE_MANAGEMENT_ENABLED, pnc.OCSP_REQUEST_INTERVAL):
            context.configuration.on_change(key, self._look_soon)

    def connected(self) -> None:
        """The connection was opened or lost."""
        if self._context.admits() and (self._missed or self._context.timers.due_at(_LOOK) is None):
            self.touch()
            self._missed = False
            self._look_soon()

    def _look_soon(self) -> None:
        if self._is_managed:
            self._context.timers.arm(_LOOK, self._context.now.mono + FIRST_LOOK_S)

    @property
    def _is_managed(self) -> bool:
        return self._context.configuration[pnc.ISO15118_CERTIFICATE_MANAGEMENT_ENABLED]

    def attend(self) -> None:
        """Ask about each certificate whose response has expired or is older than OcspRequestInterval."""
        if not self._is_managed:
            return
        context = self._context
        due = [(entry, self._left_s(entry)) for entry in context.inventory.ocsp]
        for entry, left in due:
            if left > 0:
                continue
            request = GetCertificateStatusRequest(entry.data)
            if not self._data_transfer.say(GET_CERTIFICATE_STATUS, request, partial(self._answered, entry.data)):
                self.touch()
                self._missed = True
        context.timers.arm(_LOOK, context.now.mono + min([NEXT_LOOK_S, *(left for _, left in due if left > 0)]))

    def _left_s(self, entry: OcspEntry) -> float:
        """How long the stored response remains usable, s; 0 or less: it is not."""
        if entry.heard is None:
            return 0.0
        interval = timedelta(seconds=self._context.configuration[pnc.OCSP_REQUEST_INTERVAL])
        ends = [entry.heard + interval, *([] if entry.next_update is None else [entry.next_update])]
        return (min(ends) - self._context.now.utc).total_seconds()

    def _answered(self, data: OcspRequestData, reply: VendorReply[GetCertificateStatusResponse] | None) -> None:
        """Store the response; an unusable one is asked for again at the next look."""
        response = reply.response if reply is not None else None
        if response is not None and response.ocsp_result is not None:
            self._context.ask_certificates(KeepOcsp(data, response.ocsp_result), _KEPT)

    def _kept(self, _waiting: Waiting, _answer: CertificatesAnswered, failure: str | None) -> None:
        if failure is not None:
            self._context.do(LogRefusal(f"an OCSP response is not kept: {failure}"))
