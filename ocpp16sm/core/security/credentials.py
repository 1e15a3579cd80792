"""AuthorizationKey, SecurityProfile and the client certificate: tried, kept or taken back (A01, A02, A05).

New credentials are on trial until they have opened a connection. If a password or certificate on trial is refused, it
is tried in turn with the previous one, because nobody knows which of them the Central System has. A security profile is
taken back after SwitchSecurityProfileConnectionTimeout, counted from the first attempt. Both sets of credentials are
stored until then.
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
"""Cause of a failed connection -> security event that reports it, once per outage."""


class CredentialSwitch(ChartComponent):
    """Runs the chart of the credentials."""

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
        """Causes reported since the connection was open last."""
        self.reconnect = Signal[[]]()
        """Emitted to close the connection and dial at once."""
        self.decided = Signal[[str, bool]]()
        """Emitted when a certificate on trial is kept or taken back."""
        self.used: str | None = None
        """The certificate of the last connection or attempt."""
        self.machine = CredentialsMachine(self)
        context.deadlines[_TRIAL] = lambda _key: self._fire("trial_over")
        context.deadlines[_SWITCH] = lambda _key: self.reconnect()

    def _fire(self, event: str) -> None:
        self.touch()
        self.machine.fire(event)

    def restore(self, stored: CredentialsState | None) -> None:
        """Restore the stored credentials; a trial continues, and its time begins again."""
        if stored is None:
            return
        self.touch()
        self.state = stored
        self._context.configuration.set(security_keys.SECURITY_PROFILE, stored.present.security_profile)
        self.machine.restore(("Settled" if stored.previous is None else "Trial",))

    @property
    def present(self) -> Credentials:
        """The credentials of the next connection."""
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
        """The certificate on trial if it still exists, otherwise the newest (A02.FR.09)."""
        inventory = self._context.inventory
        names = [certificate.name for certificate in inventory.client_certificates]
        newest = inventory.newest(self._context.now.utc)
        usual = next(iter(names), None) if newest is None else newest.name
        return named if named in names else usual

    @property
    def on_trial(self) -> str | None:
        """The certificate on trial, or None."""
        state = self.state
        if state.previous is None or state.previous.client_certificate == state.present.client_certificate:
            return None
        return (state.previous if state.swapped else state.present).client_certificate

    # -- changes ----------------------------------------------------------------------------------------------------

    def change_key(self, text: str) -> None:
        """Set AuthorizationKey. Raises ``ValueError`` for an invalid key."""
        key = security_keys.AUTHORIZATION_KEY.kind.read(text)
        self._change(evolve(self.state.present, authorization_key=key))

    def change_profile(self, text: str) -> None:
        """Set SecurityProfile. Raises ``ValueError`` for one that is not higher or cannot connect (A05.FR.01-04)."""
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
        """Connect with another certificate of the charge point; :attr:`decided` reports the result."""
        self.touch()
        present = self.state.present
        if self.used is not None and present.client_certificate is None:  # by now another may be the newest
            self.state = evolve(self.state, present=evolve(present, client_certificate=self.used))
        self._change(evolve(self.state.present, client_certificate=name))

    def _change(self, changed: Credentials) -> None:
        """Try new credentials if the connection depends on them; otherwise keep them at once."""
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
        """The credentials for the attempt that begins now."""
        self._fire("dialled")
        present = self.present
        self.used = present.client_certificate
        return present

    def opened(self) -> None:
        """The connection is open."""
        self.touch()
        self._told = frozenset()
        self.machine.opened()

    def lost(self, fault: LinkFault | None) -> None:
        """The connection could not be opened; the credentials may be the cause."""
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
        """Reconnect in a later step, so that the response to the change is sent first (A01.FR.03)."""
        self._context.disarm(_TRIAL)
        self._context.arm(_SWITCH, 0.0)

    def arm_trial(self) -> None:
        """Limit the trial of a profile, counted from the first attempt. Passwords have no limit."""
        previous, context = self.state.previous, self._context
        began = context.timers.due_at(TimerKey(_TRIAL)) is not None
        if not began and previous is not None and previous.security_profile != self.state.present.security_profile:
            context.arm(_TRIAL, context.configuration[security_keys.SWITCH_SECURITY_PROFILE_CONNECTION_TIMEOUT])

    def disarm_trial(self) -> None:
        """Cancel the limit."""
        self._context.disarm(_TRIAL)

    def try_the_other(self) -> None:
        """Try the other password or certificate next, within the same profile; both are kept."""
        present, previous, swapped = self.state.present, self.state.previous, self.state.swapped
        if previous is not None and previous.security_profile == present.security_profile:
            self.state = CredentialsState(present=previous, previous=present, swapped=not swapped)
            self._context.persist(PutCredentials(self.state))

    def keep_present(self) -> None:
        """Keep the credentials that have opened a connection."""
        self._decide(self.state.present, kept=not self.state.swapped)

    def take_back(self) -> None:
        """Return to the previous credentials at once."""
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
    """Whether the change affects how a connection is opened."""

    def used(credentials: Credentials) -> tuple[Any, ...]:
        profile = credentials.security_profile
        return (
            profile,
            credentials.authorization_key if profile in (1, 2) else None,
            credentials.client_certificate if profile == 3 else None,
        )

    return used(present) != used(changed)
