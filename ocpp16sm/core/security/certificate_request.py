"""A key, a request for its certificate, and the wait for it: what the charge point's certificates have in common."""

from abc import abstractmethod
from typing import ClassVar

from ocpp16sm.certificates import CertificateCall
from ocpp16sm.config import certificate_keys, identity_keys
from ocpp16sm.core.engine.context import Context, Waiting
from ocpp16sm.core.engine.inputs import CertificatesAnswered
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.core.engine.timers import TimerKey

RENEWED_BEFORE_S = 30 * 24 * 3600
"""So long before its end a certificate is renewed (A03.FR.02)."""
FIRST_LOOK_S = 60.0
"""How soon after a start, or after a connection that was missing, it is looked whether there is something to do."""
NEXT_LOOK_S = 12 * 3600.0
"""How often otherwise: the wall clock may have been set, and what was refused may not be the next time."""
LONGEST_WAIT_S = 24 * 3600.0
"""So long a key waits for its certificate."""


def serial_number(context: Context) -> str:
    """Of the charge box, or else of the charge point; empty: neither is known."""
    configuration = context.configuration
    return (
        configuration[identity_keys.CHARGE_BOX_SERIAL_NUMBER] or configuration[identity_keys.CHARGE_POINT_SERIAL_NUMBER]
    )


def too_long(context: Context, chain: str) -> str | None:
    """What is wrong with the length of a chain, if anything is (CertificateSignedMaxChainSize)."""
    most = context.configuration[certificate_keys.CERTIFICATE_SIGNED_MAX_CHAIN_SIZE]
    return f"the chain has {len(chain)} characters, of at most {most}" if len(chain) > most else None


class CertificateRequest(ChartComponent):
    """A chart with the compound state ``asking``, what its hooks do, and when it is asked."""

    REQUEST: ClassVar[str]
    """Purpose of the question for a request."""
    OVERDUE: ClassVar[str]
    """Purpose of the deadline at which a certificate is overdue."""
    LOOK: ClassVar[TimerKey]
    """The deadline at which it is looked whether there is something to do."""
    STATE: ClassVar[tuple[str, ...]] = ("_csr", "_missed", "_triggered", "_waits")
    __slots__ = ("_context", *STATE)

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context
        self._waits = 0
        """How often the Central System has promised a certificate since the beginning."""
        self._csr = ""
        self._triggered = False
        self._missed = False
        """A renewal was due, and there was nobody to ask."""
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
        """Whether there may ever be something to do: otherwise nothing wakes the charge point."""

    @abstractmethod
    def attend(self) -> None:
        """Do what is to be done, and say when to look again."""

    @abstractmethod
    def objection(self) -> str | None:
        """Why no certificate can be asked for, if none can."""

    @abstractmethod
    def question(self) -> CertificateCall:
        """Has a key made, and a request for it."""

    @abstractmethod
    def say(self, csr: str, *, triggered: bool) -> bool:
        """Send such a request to the Central System; False: there is nobody to send it to."""

    # -- when ---------------------------------------------------------------------------------------------------------

    def connected(self) -> None:
        """There is somebody to ask now, or nobody any more."""
        if self._context.admits() and (self._missed or self._context.timers.due_at(self.LOOK) is None):
            self.touch()
            self._missed = False
            self.look_soon()

    def look_soon(self) -> None:
        """There may be something to do."""
        if self.is_attended():
            self._context.timers.arm(self.LOOK, self._context.now.mono + FIRST_LOOK_S)

    def trigger(self) -> None:
        """The Central System wants to be asked for a certificate, and :meth:`objection` has nothing against (A02)."""
        self._renew(triggered=True)

    def renew_if_possible(self) -> None:
        """A certificate is due."""
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
        """The Central System has answered the request; no answer is no better than a refusal."""
        self.fire("request_accepted" if accepted else "request_refused")

    # -- guards and hooks of the chart --------------------------------------------------------------------------------

    def may_ask_again(self) -> bool:
        """CertSigningRepeatTimes."""
        return self._waits <= self._context.configuration[certificate_keys.CERT_SIGNING_REPEAT_TIMES]

    def begin(self) -> None:
        """A new beginning."""
        self._waits = 0

    def make_request(self) -> None:
        """Have a key made, and a request for it (A02.FR.02, A02.FR.13)."""
        self._context.ask_certificates(self.question(), self.REQUEST)

    def send_request(self) -> None:
        """Say it; what cannot be sent now is asked for later."""
        if not self.say(self._csr, triggered=self._triggered):
            self.machine.request_refused()

    def arm_overdue(self) -> None:
        """Wait for CertificateSigned, twice as long each time."""
        minimum = self._context.configuration[certificate_keys.CERT_SIGNING_WAIT_MINIMUM]
        self._context.arm(self.OVERDUE, min(max(minimum, 1) * 2 ** min(self._waits, 30), LONGEST_WAIT_S))
        self._waits += 1

    def disarm_overdue(self) -> None:
        """It has come, or is asked for anew."""
        self._context.disarm(self.OVERDUE)
