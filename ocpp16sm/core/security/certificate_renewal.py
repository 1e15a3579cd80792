"""SignCertificate and CertificateSigned: how the charge point obtains and renews its certificate (A02, A03)."""

from ocpp16sm.certificates import AcceptSigned, RequestSignature, Retire, Subject
from ocpp16sm.codec import Call
from ocpp16sm.config import certificate_keys
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.incoming_calls import ANSWERED_LATER, AnsweredLater, IncomingCalls
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.core.security.certificate_request import (
    NEXT_LOOK_S,
    RENEWED_BEFORE_S,
    CertificateRequest,
    serial_number,
    too_long,
)
from ocpp16sm.core.security.credentials import CredentialSwitch
from ocpp16sm.generated import hooks
from ocpp16sm.generated.certificate_renewal import CertificateRenewalMachine
from ocpp16sm.messages import (
    CertificateSignedRequest,
    CertificateSignedResponse,
    CertificateSignedStatus,
    GenericStatus,
    SignCertificateResponse,
)
from ocpp16sm.records import QueuedRequest

_INVALID = "InvalidChargePointCertificate"


class CertificateRenewal(CertificateRequest):
    """Runs the chart of the renewal."""

    REQUEST = "certificate request"
    OVERDUE = "certificate overdue"
    LOOK = TimerKey("look at the certificate")
    STATE = (*CertificateRequest.STATE, "_new")
    __slots__ = ("_credentials", "_incoming_calls", "_new")

    def __init__(
        self, journal: Journal, context: Context, incoming_calls: IncomingCalls, credentials: CredentialSwitch
    ) -> None:
        super().__init__(journal, context)
        self._incoming_calls = incoming_calls
        self._credentials = credentials
        self._new = ""
        """The certificate that was accepted last."""
        self.machine = CertificateRenewalMachine(self)
        context.answer_later["certificate signed"] = self._accepted
        context.answer_later["certificate retired"] = lambda _waiting, _answer, _failure: None
        credentials.decided.connect(self._credentials_decided)

    def restart(self) -> None:
        """Continue a trial after a start, and look soon whether a certificate is due."""
        tried = self._credentials.on_trial
        if tried is not None:
            self.touch()
            self._new = tried
            self.machine.restore(("OnTrial",))
        self.look_soon()

    def is_attended(self) -> bool:
        """Whether a certificate is used at all: only connections with client certificates need one."""
        return self._is_profile_3 and bool(self._context.inventory.client_certificates)

    @property
    def _is_profile_3(self) -> bool:
        return self._credentials.state.present.security_profile == 3

    @property
    def _is_trying(self) -> bool:
        return "OnTrial" in self.machine.configuration

    # -- when -------------------------------------------------------------------------------------------------------

    def objection(self) -> str | None:
        """Why no certificate can be requested; None if one can (A02, prerequisites)."""
        if not self._context.configuration[certificate_keys.CPO_NAME]:
            return "CpoName is not set"
        if not serial_number(self._context):
            return "the charge point has no serial number"
        if self._is_trying:
            return "another certificate is being tried"
        return None

    def attend(self) -> None:
        """Try a newer certificate that has become valid (A02.FR.08); renew one that expires soon (A03.FR.02)."""
        context = self._context
        now = context.now.utc
        held = context.inventory.client_certificates
        if not self.is_attended():
            return
        waits = NEXT_LOOK_S
        newest = context.inventory.newest(now)
        used = next((each for each in held if each.name == self._credentials.used), newest or held[0])
        if newest is not None and newest.not_before > used.not_before:
            self.touch()
            self._new = newest.name
            self.fire("certificate_accepted")
        else:
            left = (used.not_after - now).total_seconds() - RENEWED_BEFORE_S
            if left > 0:
                waits = min(waits, left)
            elif not (self._is_trying and context.admits()):  # the trial is decided first
                self.renew_if_possible()
        ahead = [(each.not_before - now).total_seconds() for each in held if each.not_before > now]
        context.timers.arm(self.LOOK, context.now.mono + min([waits, *ahead]))

    # -- SignCertificate ----------------------------------------------------------------------------------------------

    def question(self) -> RequestSignature:
        """Make a request with the subject of the charge point (A02.FR.02)."""
        organization = self._context.configuration[certificate_keys.CPO_NAME]
        return RequestSignature(Subject(common_name=serial_number(self._context), organization=organization))

    def say(self, csr: str, *, triggered: bool) -> bool:
        """Queue SignCertificate.req."""
        return self._context.send(hooks.send_request(csr), triggered=triggered)

    def answered(self, _request: QueuedRequest, response: SignCertificateResponse) -> None:
        """Handle SignCertificate.conf."""
        self.heard(accepted=response.status is GenericStatus.ACCEPTED)

    def failed(self, _request: QueuedRequest, _refused: bool) -> None:
        """SignCertificate.req was answered with an error, or not at all."""
        self.heard(accepted=False)

    # -- CertificateSigned --------------------------------------------------------------------------------------------

    def signed(self, request: CertificateSignedRequest, call: Call) -> CertificateSignedResponse | AnsweredLater:
        """Answer CertificateSigned.req."""
        chain = request.certificate_chain
        objection = too_long(self._context, chain)
        if objection is not None:
            self._context.notice(_INVALID, objection, critical=True)
            return CertificateSignedResponse(status=CertificateSignedStatus.REJECTED)
        self._context.ask_certificates(AcceptSigned(chain), "certificate signed", call)
        return ANSWERED_LATER

    def _accepted(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        """Answer first. A refused certificate is also a security event (A02.FR.07)."""
        status = CertificateSignedStatus.ACCEPTED if failure is None else CertificateSignedStatus.REJECTED
        self._incoming_calls.answer(waiting.call, CertificateSignedResponse(status=status))
        if answer.refused:
            self._context.notice(_INVALID, failure, critical=True)
        if failure is not None:
            return
        self.touch()
        self._new = answer.answer
        held = [c for c in self._context.inventory.client_certificates if c.name == self._new]
        if all(certificate.not_before <= self._context.now.utc for certificate in held):
            self.fire("certificate_accepted")
        self.look_soon()

    def _credentials_decided(self, tried: str, kept: bool) -> None:
        self.touch()
        self._new = tried
        self.fire("trial_won" if kept else "trial_lost")

    # -- guards and hooks of the chart --------------------------------------------------------------------------------

    def is_used(self) -> bool:
        """Whether connections use the newest certificate (A02.FR.09) and this is it, not tried yet."""
        newest = self._context.inventory.newest(self._context.now.utc)
        is_newest = newest is not None and newest.name == self._new
        return self._is_profile_3 and is_newest and self._credentials.used != self._new

    def try_certificate(self) -> None:
        """Connect with the new certificate."""
        self._credentials.try_certificate(self._new)

    def keep_certificate(self) -> None:
        """The new certificate has connected: delete those that became valid before it (A02.FR.10)."""
        held = self._context.inventory.client_certificates
        begins = max((c.not_before for c in held if c.name == self._new), default=None)
        for certificate in held:
            if begins is not None and certificate.name != self._new and certificate.not_before <= begins:
                self._context.ask_certificates(Retire(certificate.name), "certificate retired")

    def drop_certificate(self) -> None:
        """The new certificate does not connect, and the previous one does: delete the new one."""
        self._context.notice(_INVALID, "the Central System does not accept it", critical=True)
        self._context.ask_certificates(Retire(self._new), "certificate retired")
