"""A key, a request for its certificate and the wait for it: common to both certificates of the charge point."""

from abc import abstractmethod
from typing import ClassVar

from ocpp16sm.certificates import CertificateCall
from ocpp16sm.config import certificate_keys, identity_keys
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.core.engine.timers import TimerKey

RENEWED_BEFORE_S = 30 * 24 * 3600
"""Time before its expiry at which a certificate is renewed, s (A03.FR.02)."""
FIRST_LOOK_S = 60.0
"""Delay, s, before the first look for something to do after a start or a reconnect."""
NEXT_LOOK_S = 12 * 3600.0
"""Interval between later looks, s: the clock may have been set, and a refusal need not be final."""
LONGEST_WAIT_S = 24 * 3600.0
"""Longest time that a key waits for its certificate, s."""


def serial_number(context: Context) -> str:
    """The serial number of the charge box, otherwise of the charge point; empty if neither is known."""
    configuration = context.configuration
    return (
        configuration[identity_keys.CHARGE_BOX_SERIAL_NUMBER] or configuration[identity_keys.CHARGE_POINT_SERIAL_NUMBER]
    )


def too_long(context: Context, chain: str) -> str | None:
    """What is wrong with the length of a chain (CertificateSignedMaxChainSize); None if nothing is."""
    most = context.configuration[certificate_keys.CERTIFICATE_SIGNED_MAX_CHAIN_SIZE]
    return f"the chain has {len(chain)} characters, of at most {most}" if len(chain) > most else None


class CertificateRequest(ChartComponent):
    """Runs a chart with the compound state ``asking``, and decides when to request a certificate."""

    REQUEST: ClassVar[str]
    """Purpose of the question for a certificate signing request."""
    OVERDUE: ClassVar[str]
    """Purpose of the deadline at which a certificate is overdue."""
    LOOK: ClassVar[TimerKey]
    """The deadline of the next look for something to do."""
    STATE: ClassVar[tuple[str, ...]] = ("_csr", "_missed", "_triggered", "_waits")
    __slots__ = ("_context", *STATE)

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context
        self._waits = 0
        """Number of promised certificates since the renewal began."""
        self._csr = ""
        self._triggered = False
        self._missed = False
        """A renewal was due while the Central System could not be asked."""
        context.answer_later[self.REQUEST] = self._request_made
        context.deadlines[self.OVERDUE] = self._overdue
        context.deadlines[self.LOOK.purpose] = self._look

    def _overdue(self, _key: TimerKey) -> None:
        self.fire("certificate_overdue")

    def _look(self, _key: TimerKey) -> None:
        self.attend()

    # -- what differs -------------------------------------------------------------------------------------------------

    @abstractmethod
    def is_attended(self) -> bool:
        """Whether there can ever be something to do; otherwise no timer runs."""

    @abstractmethod
    def attend(self) -> None:
        """Do what is due, and schedule the next look."""

    @abstractmethod
    def objection(self) -> str | None:
        """Why no certificate can be requested; None if one can."""

    @abstractmethod
    def question(self) -> CertificateCall:
        """The call that makes a key and a certificate signing request."""

    @abstractmethod
    def say(self, csr: str, *, triggered: bool) -> bool:
        """Send a certificate signing request to the Central System; False if it cannot be sent now."""

    # -- when ---------------------------------------------------------------------------------------------------------

    def connected(self) -> None:
        """The connection was opened or lost."""
        if self._context.admits() and (self._missed or self._context.timers.due_at(self.LOOK) is None):
            self.touch()
            self._missed = False
            self.look_soon()

    def look_soon(self) -> None:
        """Look soon for something to do."""
        if self.is_attended():
            self._context.timers.arm(self.LOOK, self._context.now.mono + FIRST_LOOK_S)

    def trigger(self) -> None:
        """Begin a renewal that the Central System triggers; only if :meth:`objection` returns None (A02)."""
        self._renew(triggered=True)

    def renew_if_possible(self) -> None:
        """Begin a renewal that is due, if the Central System can be asked."""
        objection = self.objection()
        if not self._context.admits():
            self.touch()
            self._missed = True
        elif objection is None:
            self._renew(triggered=False)
        else:
            self._context.notice("CSRGenerationFailed", objection)

    def _renew(self, *, triggered: bool) -> None:
        self.touch()
        self._triggered = triggered
        self.fire("renewal_requested")

    def _request_made(self, _waiting: Waiting, answer: CertificatesAnswered, failure: str | None) -> None:
        self.touch()
        if failure is not None:
            self._context.notice("CSRGenerationFailed", failure)
            self.fire("request_failed")
            return
        self._csr = answer.answer
        self.fire("request_made")

    def heard(self, *, accepted: bool) -> None:
        """Handle the answer to the request; no answer counts as a refusal."""
        self.fire("request_accepted" if accepted else "request_refused")

    # -- guards and hooks of the chart --------------------------------------------------------------------------------

    def may_ask_again(self) -> bool:
        """Whether CertSigningRepeatTimes is not exhausted."""
        return self._waits <= self._context.configuration[certificate_keys.CERT_SIGNING_REPEAT_TIMES]

    def begin(self) -> None:
        """Reset the number of attempts."""
        self._waits = 0

    def make_request(self) -> None:
        """Make a key and a certificate signing request (A02.FR.02, A02.FR.13)."""
        self._context.ask_certificates(self.question(), self.REQUEST)

    def send_request(self) -> None:
        """Send the request; if it cannot be sent now, renew later."""
        if not self.say(self._csr, triggered=self._triggered):
            self.machine.request_refused()

    def arm_overdue(self) -> None:
        """Wait for CertificateSigned, twice as long each time."""
        minimum = self._context.configuration[certificate_keys.CERT_SIGNING_WAIT_MINIMUM]
        self._context.arm(self.OVERDUE, min(max(minimum, 1) * 2 ** min(self._waits, 30), LONGEST_WAIT_S))
        self._waits += 1

    def disarm_overdue(self) -> None:
        """Stop waiting for CertificateSigned."""
        self._context.disarm(self.OVERDUE)
