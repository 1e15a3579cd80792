"""SignCertificate and CertificateSigned: how the charge point gets its certificate, and the next one (A02, A03)."""

from ocpp16sm.certificates import AcceptSigned, RequestSignature, Retire, Subject
from ocpp16sm.codec import Call
from ocpp16sm.config import certificate_keys, identity_keys
from ocpp16sm.core.credentials import CredentialSwitch
from ocpp16sm.core.desk import Desk, Waiting
from ocpp16sm.core.inbound import LATER, Inbound, Later
from ocpp16sm.core.inputs import CertificatesAnswered
from ocpp16sm.core.journal import Charted, Journal
from ocpp16sm.core.timers import TimerKey
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

RENEWED_BEFORE_S = 30 * 24 * 3600
"""So long before its end a certificate is renewed (A03.FR.02)."""
FIRST_LOOK_S = 60.0
"""How soon after a start, or after a connection that was missing, it is looked whether there is something to do."""
NEXT_LOOK_S = 12 * 3600.0
"""How often otherwise: the wall clock may have been set, and what was refused may not be the next time."""
LONGEST_WAIT_S = 24 * 3600.0
"""So long a key waits for its certificate."""

_LOOK = TimerKey("look at the certificate")
_OVERDUE = "certificate overdue"
_INVALID = "InvalidChargePointCertificate"


class CertificateRenewal(Charted):
    """The chart of the renewal, and what its hooks do."""

    STATE = ("_waits", "_csr", "_missed", "_new", "_triggered")
    __slots__ = ("_credentials", "_desk", "_inbound", *STATE)

    def __init__(self, journal: Journal, desk: Desk, inbound: Inbound, credentials: CredentialSwitch) -> None:
        super().__init__(journal)
        self._desk = desk
        self._inbound = inbound
        self._credentials = credentials
        self._waits = 0
        """How often the Central System has promised a certificate since the beginning."""
        self._csr = ""
        self._missed = False
        """A renewal was due, and there was nobody to ask."""
        self._new = ""
        """The certificate that was accepted last."""
        self._triggered = False
        self.machine = CertificateRenewalMachine(self)
        desk.answer_later["certificate request"] = self._request_made
        desk.answer_later["certificate signed"] = self._accepted
        desk.answer_later["certificate retired"] = lambda _waiting, _answer, _failure: None
        desk.deadlines[_LOOK.purpose] = lambda _key: self._look()
        desk.deadlines[_OVERDUE] = lambda _key: self._fire("certificate_overdue")
        credentials.settled = self._settled

    def _fire(self, event: str) -> None:
        self.touch()
        self.machine.fire(event)

    def restart(self) -> None:
        """The charge point starts: a trial goes on, and soon there may be something to do."""
        tried = self._credentials.on_trial
        if tried is not None:
            self.touch()
            self._new = tried
            self.machine.restore(("OnTrial",))
        self._look_soon()

    def connected(self) -> None:
        """There is somebody to ask now, or nobody any more."""
        if self._desk.admits() and (self._missed or self._desk.timers.due_at(_LOOK) is None):
            self.touch()
            self._missed = False
            self._look_soon()

    def _look_soon(self) -> None:
        """Where there is nothing to look at, nothing wakes the charge point."""
        if self._is_profile_3 and self._desk.inventory.client_certificates:
            self._desk.timers.arm(_LOOK, self._desk.now.mono + FIRST_LOOK_S)

    @property
    def _is_profile_3(self) -> bool:
        return self._credentials.state.present.security_profile == 3

    # -- when -------------------------------------------------------------------------------------------------------

    def objection(self) -> str | None:
        """Why no certificate can be asked for, if none can (A02, prerequisites)."""
        if not self._desk.configuration[certificate_keys.CPO_NAME]:
            return "CpoName is not set"
        if not self._serial_number:
            return "the charge point has no serial number"
        if "OnTrial" in self.machine.configuration:
            return "another certificate is being tried"
        return None

    def trigger(self) -> None:
        """ExtendedTriggerMessage SignChargePointCertificate, which :meth:`objection` has nothing against (A02)."""
        self._renew(triggered=True)

    def _renew(self, *, triggered: bool) -> None:
        self.touch()
        self._triggered = triggered
        self._fire("renewal_requested")

    @property
    def _serial_number(self) -> str:
        configuration = self._desk.configuration
        return (
            configuration[identity_keys.CHARGE_BOX_SERIAL_NUMBER]
            or configuration[identity_keys.CHARGE_POINT_SERIAL_NUMBER]
        )

    def _look(self) -> None:
        """Whether a newer certificate has become valid (A02.FR.08), or the one that is used ends soon (A03.FR.02)."""
        desk = self._desk
        now = desk.now.utc
        held = desk.inventory.client_certificates
        if not self._is_profile_3 or not held:
            return
        waits = NEXT_LOOK_S
        newest = desk.inventory.newest(now)
        used = next((each for each in held if each.name == self._credentials.used), newest or held[0])
        if newest is not None and newest.not_before > used.not_before:
            self.touch()
            self._new = newest.name
            self._fire("certificate_accepted")
        else:
            left = (used.not_after - now).total_seconds() - RENEWED_BEFORE_S
            waits = min(waits, left) if left > 0 else self._renew_if_possible()
        ahead = [(each.not_before - now).total_seconds() for each in held if each.not_before > now]
        desk.timers.arm(_LOOK, desk.now.mono + min([waits, *ahead]))

    def _renew_if_possible(self) -> float:
        """Ask for another certificate; how long to wait with the next look."""
        objection = self.objection()
        if not self._desk.admits():
            self.touch()
            self._missed = True
        elif objection is None:
            self._renew(triggered=False)
        elif "OnTrial" not in self.machine.configuration:
            self._desk.notice("CSRGenerationFailed", objection)
        return NEXT_LOOK_S

    # -- SignCertificate ----------------------------------------------------------------------------------------------

    def _request_made(self, _waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        self.touch()
        if failure is not None:
            self._desk.notice("CSRGenerationFailed", failure)
            self._fire("request_failed")
            return
        self._csr = answer.answer
        self._fire("request_made")

    def answered(self, _request: QueuedRequest, response: SignCertificateResponse) -> None:
        """SignCertificate.conf."""
        accepted = response.status is GenericStatus.ACCEPTED
        self._fire("request_accepted" if accepted else "request_refused")

    def failed(self, _request: QueuedRequest, _refused: bool) -> None:
        """SignCertificate.req was answered with an error, or not at all."""
        self._fire("request_refused")

    # -- CertificateSigned --------------------------------------------------------------------------------------------

    def signed(self, request: CertificateSignedRequest, call: Call) -> CertificateSignedResponse | Later:
        """CertificateSigned.req."""
        chain = request.certificate_chain
        most = self._desk.configuration[certificate_keys.CERTIFICATE_SIGNED_MAX_CHAIN_SIZE]
        if len(chain) > most:
            self._desk.notice(_INVALID, f"the chain has {len(chain)} characters, of at most {most}", critical=True)
            return CertificateSignedResponse(status=CertificateSignedStatus.REJECTED)
        self._desk.ask_certificates(AcceptSigned(chain), "certificate signed", call)
        return LATER

    def _accepted(self, waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        """The answer goes first; a certificate that is refused is an event as well (A02.FR.07)."""
        status = CertificateSignedStatus.ACCEPTED if failure is None else CertificateSignedStatus.REJECTED
        self._inbound.answer(waiting.call, CertificateSignedResponse(status=status))
        if answer.refused:
            self._desk.notice(_INVALID, failure, critical=True)
        if failure is not None:
            return
        self.touch()
        self._new = answer.answer
        held = [c for c in self._desk.inventory.client_certificates if c.name == self._new]
        if all(certificate.not_before <= self._desk.now.utc for certificate in held):
            self._fire("certificate_accepted")
        self._look_soon()

    def _settled(self, tried: str, kept: bool) -> None:
        self.touch()
        self._new = tried
        self._fire("trial_won" if kept else "trial_lost")

    # -- guards and hooks of the chart --------------------------------------------------------------------------------

    def may_ask_again(self) -> bool:
        """CertSigningRepeatTimes."""
        return self._waits <= self._desk.configuration[certificate_keys.CERT_SIGNING_REPEAT_TIMES]

    def is_used(self) -> bool:
        """A connection is opened with the newest certificate (A02.FR.09): with this one, and it was not yet."""
        newest = self._desk.inventory.newest(self._desk.now.utc)
        is_newest = newest is not None and newest.name == self._new
        return self._is_profile_3 and is_newest and self._credentials.used != self._new

    def begin(self) -> None:
        """A new beginning."""
        self._waits = 0

    def make_request(self) -> None:
        """Have a key made, and a request for it (A02.FR.02, A02.FR.13)."""
        organization = self._desk.configuration[certificate_keys.CPO_NAME]
        subject = Subject(common_name=self._serial_number, organization=organization)
        self._desk.ask_certificates(RequestSignature(subject), "certificate request")

    def send_request(self) -> None:
        """SignCertificate.req; what cannot be sent now is asked for later."""
        if not self._desk.send(hooks.send_request(self._csr), triggered=self._triggered):
            self.machine.request_refused()

    def arm_overdue(self) -> None:
        """Wait for CertificateSigned, twice as long each time."""
        minimum = self._desk.configuration[certificate_keys.CERT_SIGNING_WAIT_MINIMUM]
        self._desk.arm(_OVERDUE, min(max(minimum, 1) * 2 ** min(self._waits, 30), LONGEST_WAIT_S))
        self._waits += 1

    def disarm_overdue(self) -> None:
        """It has come, or is asked for anew."""
        self._desk.disarm(_OVERDUE)

    def try_certificate(self) -> None:
        """Connect with it."""
        self._credentials.try_certificate(self._new)

    def keep_certificate(self) -> None:
        """It has connected: those that began before it are not needed any more (A02.FR.10)."""
        held = self._desk.inventory.client_certificates
        begins = max((c.not_before for c in held if c.name == self._new), default=None)
        for certificate in held:
            if begins is not None and certificate.name != self._new and certificate.not_before <= begins:
                self._desk.ask_certificates(Retire(certificate.name), "certificate retired")

    def drop_certificate(self) -> None:
        """It does not connect, and the one before it does."""
        self._desk.notice(_INVALID, "the Central System does not accept it", critical=True)
        self._desk.ask_certificates(Retire(self._new), "certificate retired")
