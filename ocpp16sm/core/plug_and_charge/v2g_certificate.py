"""The certificate presented to cars: SignCertificate and CertificateSigned over DataTransfer (A02, A03)."""

from ocpp16sm.certificates import AcceptV2GSigned, RequestV2GSignature, RetireV2G, Subject
from ocpp16sm.codec import Call
from ocpp16sm.config import certificate_keys
from ocpp16sm.config import plug_and_charge_keys as pnc
from ocpp16sm.core.data_transfer.data_transfer import DataTransfer
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.plug_and_charge.ocsp import Ocsp
from ocpp16sm.core.security.certificate_request import (
    NEXT_LOOK_S,
    RENEWED_BEFORE_S,
    CertificateRequest,
    serial_number,
    too_long,
)
from ocpp16sm.generated.v2g_certificate import V2gCertificateMachine
from ocpp16sm.messages import CertificateSignedStatus, GenericStatus, TriggerMessageStatus
from ocpp16sm.messages.plug_and_charge import (
    CERTIFICATE_SIGNED,
    SIGN_CERTIFICATE,
    SIGN_CERTIFICATE_TOO,
    SIGN_V2G_CERTIFICATE,
    TRIGGER_MESSAGE,
    PncTriggerMessageRequest,
    PncTriggerMessageResponse,
    SignV2GCertificateRequest,
    SignV2GCertificateResponse,
    V2GCertificateSignedRequest,
    V2GCertificateSignedResponse,
)
from ocpp16sm.messages.plug_and_charge_types import SignedCertificateUse, StatusInfo
from ocpp16sm.messages.vendor import VendorReply

_SIGNED = "v2g certificate signed"
_RETIRED = "v2g certificate retired"


class V2gCertificate(CertificateRequest):
    """Runs the chart of the certificate presented to cars."""

    REQUEST = "v2g certificate request"
    OVERDUE = "v2g certificate overdue"
    LOOK = TimerKey("look at the v2g certificate")
    __slots__ = ("_data_transfer", "_ocsp")

    def __init__(self, journal: Journal, context: Context, data_transfer: DataTransfer, ocsp: Ocsp) -> None:
        super().__init__(journal, context)
        self._data_transfer = data_transfer
        self._ocsp = ocsp
        self.machine = V2gCertificateMachine(self)
        context.answer_later[_SIGNED] = self._accepted
        context.answer_later[_RETIRED] = lambda _waiting, _answer, _failure: None
        context.configuration.on_change(pnc.ISO15118_CERTIFICATE_MANAGEMENT_ENABLED, self.look_soon)
        data_transfer.add(CERTIFICATE_SIGNED, self._signed)
        data_transfer.add(TRIGGER_MESSAGE, self._trigger_asked)

    # -- when ---------------------------------------------------------------------------------------------------------

    def is_attended(self) -> bool:
        """Whether the Central System manages this certificate."""
        return self._context.configuration[pnc.ISO15118_CERTIFICATE_MANAGEMENT_ENABLED]

    def attend(self) -> None:
        """Request a certificate if there is none or it expires soon (A03.FR.02)."""
        if not self.is_attended():
            return
        context = self._context
        now, waits = context.now.utc, NEXT_LOOK_S
        newest = context.inventory.newest_v2g(now)
        left = 0.0 if newest is None else (newest.not_after - now).total_seconds() - RENEWED_BEFORE_S
        if left > 0:
            waits = min(waits, left)
        elif not any(each.not_before > now for each in context.inventory.v2g_certificates):
            self.renew_if_possible()
        self._retire_the_old()
        ahead = [(c.not_before - now).total_seconds() for c in context.inventory.v2g_certificates if c.not_before > now]
        context.timers.arm(self.LOOK, context.now.mono + min([waits, *ahead]))

    def _retire_the_old(self) -> None:
        """Delete certificates older than the one in use (A02.FR.10)."""
        newest = self._context.inventory.newest_v2g(self._context.now.utc)
        for each in self._context.inventory.v2g_certificates:
            if newest is not None and each.name != newest.name and each.not_before <= newest.not_before:
                self._context.ask_certificates(RetireV2G(each.name), _RETIRED)

    # -- SignCertificate ----------------------------------------------------------------------------------------------

    def objection(self) -> str | None:
        """Why no certificate can be requested; None if one can."""
        if not self._organization:
            return "neither SeccLeafSubjectOrganization nor CpoName is set"
        if not self._common_name:
            return "SeccLeafSubjectCommonName is not set, and the charge point has no serial number"
        return None

    @property
    def _organization(self) -> str:
        configuration = self._context.configuration
        return configuration[pnc.SECC_LEAF_SUBJECT_ORGANIZATION] or configuration[certificate_keys.CPO_NAME]

    @property
    def _common_name(self) -> str:
        return self._context.configuration[pnc.SECC_LEAF_SUBJECT_COMMON_NAME] or serial_number(self._context)

    def question(self) -> RequestV2GSignature:
        """The call that makes a request with the subject of the charge point."""
        country = self._context.configuration[pnc.SECC_LEAF_SUBJECT_COUNTRY] or None
        subject = Subject(common_name=self._common_name, organization=self._organization, country=country)
        return RequestV2GSignature(subject)

    def send_v2g_request(self) -> None:
        """Send the request; if it cannot be sent now, renew later."""
        self.send_request()

    def say(self, csr: str, *, triggered: bool) -> bool:
        """Queue SignCertificate over DataTransfer."""
        request = SignV2GCertificateRequest(csr, SignedCertificateUse.V2G_CERTIFICATE)
        return self._data_transfer.say(SIGN_CERTIFICATE, request, self._answered, triggered=triggered)

    def _answered(self, reply: VendorReply[SignV2GCertificateResponse] | None) -> None:
        response = reply.response if reply is not None else None
        self.heard(accepted=response is not None and response.status is GenericStatus.ACCEPTED)

    def _trigger_asked(
        self, request: PncTriggerMessageRequest, call: Call
    ) -> VendorReply[PncTriggerMessageResponse] | AnsweredLater:
        """Answer TriggerMessage; the response comes first (5.17)."""
        if request.requested_message not in (SIGN_V2G_CERTIFICATE, SIGN_CERTIFICATE_TOO):
            return VendorReply(response=PncTriggerMessageResponse(TriggerMessageStatus.NOT_IMPLEMENTED))
        objection = self.objection()
        if objection is not None:
            why = StatusInfo("NotEnabled", objection)
            return VendorReply(response=PncTriggerMessageResponse(TriggerMessageStatus.REJECTED, why))
        accepted = PncTriggerMessageResponse(TriggerMessageStatus.ACCEPTED)
        self._data_transfer.answer(TRIGGER_MESSAGE, call, VendorReply(response=accepted))
        self.trigger()
        return ANSWERED_LATER

    # -- CertificateSigned --------------------------------------------------------------------------------------------

    def _signed(
        self, request: V2GCertificateSignedRequest, call: Call
    ) -> VendorReply[V2GCertificateSignedResponse] | AnsweredLater:
        objection = too_long(self._context, request.certificate_chain)
        if request.certificate_type not in (None, SignedCertificateUse.V2G_CERTIFICATE):
            objection = f"certificateType is {request.certificate_type}; V2GCertificate was expected"
        if objection is not None:
            return self._refused(objection)
        self._context.ask_certificates(AcceptV2GSigned(request.certificate_chain), _SIGNED, call)
        return ANSWERED_LATER

    def _refused(self, why: str) -> VendorReply[V2GCertificateSignedResponse]:
        self._context.notice("InvalidChargePointCertificate", why, critical=True)
        info = StatusInfo("InvalidCertificate", why[:512])
        return VendorReply(response=V2GCertificateSignedResponse(CertificateSignedStatus.REJECTED, info))

    def _accepted(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        reply = VendorReply(response=V2GCertificateSignedResponse(CertificateSignedStatus.ACCEPTED))
        if failure is not None and answer.refused:
            reply = self._refused(failure)
        elif failure is not None:
            why = StatusInfo("InternalError")
            reply = VendorReply(response=V2GCertificateSignedResponse(CertificateSignedStatus.REJECTED, why))
        self._data_transfer.answer(CERTIFICATE_SIGNED, waiting.call, reply)
        if failure is None:
            self.fire("certificate_accepted")
            self._retire_the_old()
            self._ocsp.attend()
            self.look_soon()
