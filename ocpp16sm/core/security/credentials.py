"""AuthorizationKey, SecurityProfile and the certificate of the charge point: tried, kept or taken back (A01, A02, A05).

What is new is on trial until a connection has been opened with it. A password or certificate that is refused then is
tried in turn with the one before, because nobody knows which of them the Central System has; a security profile comes
back when SwitchSecurityProfileConnectionTimeout is over, counted from the first attempt. Both are on disk until then.
"""

from typing import Any

from attrs import evolve

from ocpp16sm.config import security_keys
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.engine.effects import PutCredentials
from ocpp16sm.core.engine.journal import ChartComponent, Journal
from ocpp16sm.core.engine.signal import Signal
from ocpp16sm.core.engine.timers import TimerKey
from ocpp16sm.errors import LinkFault
from ocpp16sm.generated.credentials import CredentialsMachine
from ocpp16sm.listener import ConfigurationChanged
from ocpp16sm.records import Credentials, CredentialsState, Verification

_TRIAL = "credentials on trial"
_SWITCH = "connect with other credentials"

FAULTS: dict[LinkFault, str] = {
    LinkFault.UNAUTHORIZED: "FailedToAuthenticateAtCentralSystem",
    LinkFault.CENTRAL_SYSTEM_CERTIFICATE: "InvalidCentralSystemCertificate",
    LinkFault.TLS_VERSION: "InvalidTLSVersion",
    LinkFault.CIPHER_SUITE: "InvalidTLSCipherSuite",
}
"""What was wrong with a connection -> the security event that tells of it, once in an outage."""


class CredentialSwitch(ChartComponent):
    """The chart of the credentials, and what its hooks do."""

    STATE = ("_told", "state", "used")
    __slots__ = ("_context", "_told", "decided", "reconnect", "state", "used")

    def __init__(self, journal: Journal, context: Context) -> None:
        super().__init__(journal)
        self._context = context
        configuration = context.configuration
        self.state = CredentialsState(
            present=Credentials(
                security_profile=configuration[security_keys.SECURITY_PROFILE],
                authorization_key=configuration[security_keys.AUTHORIZATION_KEY] or None,
            )
        )
        self._told: frozenset[LinkFault] = frozenset()
        """What has been complained of since the connection was open last."""
        self.reconnect = Signal[[]]()
        """Hangs up, and dials at once."""
        self.decided = Signal[[str, bool]]()
        """A certificate that was on trial is kept, or is not."""
        self.used: str | None = None
        """The certificate of the last connection, or of the last attempt at one."""
        self.machine = CredentialsMachine(self)
        context.deadlines[_TRIAL] = lambda _key: self._fire("trial_over")
        context.deadlines[_SWITCH] = lambda _key: self.reconnect()

    def _fire(self, event: str) -> None:
        self.touch()
        self.machine.fire(event)

    def restore(self, stored: CredentialsState | None) -> None:
        """Take up what was on disk; a trial goes on, and its time begins anew."""
        if stored is None:
            return
        self.touch()
        self.state = stored
        self._context.configuration.set(security_keys.SECURITY_PROFILE, stored.present.security_profile)
        self.machine.restore(("Settled" if stored.previous is None else "Trial",))

    @property
    def present(self) -> Credentials:
        """What the next connection is opened with."""
        configuration = self._context.configuration
        present = self.state.present
        return evolve(
            present,
            client_certificate=self._certificate(present.client_certificate) if present.security_profile == 3 else None,
            verification=Verification(
                common_name=configuration[security_keys.VERIFY_CSMS_COMMON_NAME],
                wildcards=configuration[security_keys.VERIFY_CSMS_ALLOW_WILDCARDS],
                system_roots=configuration[security_keys.USE_SSL_DEFAULT_VERIFY_PATHS],
            ),
        )

    def _certificate(self, named: str | None) -> str | None:
        """The one that is meant, if it is still there; otherwise the newest (A02.FR.09)."""
        inventory = self._context.inventory
        names = [certificate.name for certificate in inventory.client_certificates]
        newest = inventory.newest(self._context.now.utc)
        usual = next(iter(names), None) if newest is None else newest.name
        return named if named in names else usual

    @property
    def on_trial(self) -> str | None:
        """The certificate that is being tried."""
        state = self.state
        if state.previous is None or state.previous.client_certificate == state.present.client_certificate:
            return None
        return (state.previous if state.swapped else state.present).client_certificate

    # -- changes ----------------------------------------------------------------------------------------------------

    def change_key(self, text: str) -> None:
        """AuthorizationKey. Raises ``ValueError`` for what is no such key."""
        key = security_keys.AUTHORIZATION_KEY.kind.read(text)
        self._change(evolve(self.state.present, authorization_key=key))

    def change_profile(self, text: str) -> None:
        """SecurityProfile. Raises ``ValueError`` for one that is no higher, or could not connect (A05.FR.01-04)."""
        profile = security_keys.SECURITY_PROFILE.kind.read(text)
        present, context = self.state.present, self._context
        if profile <= present.security_profile:
            raise ValueError(f"{profile} is not higher than {present.security_profile}")
        if profile in (1, 2) and not present.authorization_key:
            raise ValueError("there is no AuthorizationKey")
        if profile >= 2 and not context.inventory.central_system_roots:
            raise ValueError("there is no root certificate of the Central System")
        now = context.now.utc
        if profile == 3 and not any(c.not_before <= now < c.not_after for c in context.inventory.client_certificates):
            raise ValueError("there is no valid certificate of the charge point")
        self._change(evolve(present, security_profile=profile))
        self._show_profile()

    def try_certificate(self, name: str) -> None:
        """Connect with another certificate of ours, and say (:attr:`decided`) whether that did."""
        self.touch()
        present = self.state.present
        if self.used is not None and present.client_certificate is None:  # by now another may be the newest
            self.state = evolve(self.state, present=evolve(present, client_certificate=self.used))
        self._change(evolve(self.state.present, client_certificate=name))

    def _change(self, changed: Credentials) -> None:
        """On trial if it matters to the connection; otherwise it is as good as what was before."""
        self.touch()
        before = self.state
        matters = _matters(before.present, changed)
        previous = before.previous or before.present if matters else before.previous
        self.state = CredentialsState(present=changed, previous=previous)
        self._context.persist(PutCredentials(self.state))
        self._context.notice("ReconfigurationOfSecurityParameters")
        if matters:
            self.machine.changed()

    def _show_profile(self) -> None:
        key, profile = security_keys.SECURITY_PROFILE, self.state.present.security_profile
        if self._context.configuration[key] != profile:
            self._context.configuration.set(key, profile)
            self._context.tell(ConfigurationChanged(key.name, str(profile)))

    # -- the connection ---------------------------------------------------------------------------------------------

    def dialled(self) -> Credentials:
        """A connection is about to be opened: with these."""
        self._fire("dialled")
        present = self.present
        self.used = present.client_certificate
        return present

    def opened(self) -> None:
        """It is open."""
        self.touch()
        self._told = frozenset()
        self.machine.opened()

    def lost(self, fault: LinkFault | None) -> None:
        """It could not be opened, perhaps for this."""
        if fault is None:
            return
        self.touch()
        if fault not in self._told:
            self._told |= {fault}
            forged = fault is LinkFault.CENTRAL_SYSTEM_CERTIFICATE
            self._context.notice(FAULTS[fault], critical=True if forged else None)
        if fault is LinkFault.UNAUTHORIZED:
            self.machine.refused()

    # -- hooks of the chart -----------------------------------------------------------------------------------------

    def connect_anew(self) -> None:
        """In a step of its own: the answer to what changed them goes first (A01.FR.03)."""
        self._context.disarm(_TRIAL)
        self._context.arm(_SWITCH, 0.0)

    def arm_trial(self) -> None:
        """From the first attempt on; of two passwords there is no hurry to forget one."""
        previous, context = self.state.previous, self._context
        began = context.timers.due_at(TimerKey(_TRIAL)) is not None
        if not began and previous is not None and previous.security_profile != self.state.present.security_profile:
            context.arm(_TRIAL, context.configuration[security_keys.SWITCH_SECURITY_PROFILE_CONNECTION_TIMEOUT])

    def disarm_trial(self) -> None:
        """Decided."""
        self._context.disarm(_TRIAL)

    def try_the_other(self) -> None:
        """The other password or certificate next, within the same profile; neither is forgotten."""
        present, previous, swapped = self.state.present, self.state.previous, self.state.swapped
        if previous is not None and previous.security_profile == present.security_profile:
            self.state = CredentialsState(present=previous, previous=present, swapped=not swapped)
            self._context.persist(PutCredentials(self.state))

    def keep_present(self) -> None:
        """It has opened a connection."""
        self._decide(self.state.present, kept=not self.state.swapped)

    def take_back(self) -> None:
        """What was before it, at once."""
        assert self.state.previous is not None
        self._decide(self.state.previous, kept=False)
        self._show_profile()
        self._context.arm(_SWITCH, 0.0)

    def _decide(self, chosen: Credentials, *, kept: bool) -> None:
        state = self.state
        assert state.previous is not None
        new = state.previous if state.swapped else state.present
        tried = new.client_certificate
        another = {state.previous.client_certificate, state.present.client_certificate} - {tried}
        self.state = CredentialsState(present=chosen)
        self._context.persist(PutCredentials(self.state))
        if tried is not None and another:
            self.decided(tried, kept)


def _matters(present: Credentials, changed: Credentials) -> bool:
    """Whether a connection is opened otherwise with what changed."""

    def used(credentials: Credentials) -> tuple[Any, ...]:
        profile = credentials.security_profile
        return (
            profile,
            credentials.authorization_key if profile in (1, 2) else None,
            credentials.client_certificate if profile == 3 else None,
        )

    return used(present) != used(changed)
