# Generated from chart Credentials by `python -m codegen`. Edit statecharts/ocpp16/credentials.py instead.

"""The chart ``credentials``, compiled: New credentials are on trial
until they have opened a connection; the old ones are kept until then.
"""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

CredentialsLeaf = Literal["Settled", "Trial"]

_CREDENTIALS: tuple[CredentialsLeaf, ...] = ("Settled", "Trial")


class CredentialsHooks(Protocol):
    """The hooks and guards of the chart ``credentials``."""

    def disarm_trial(self) -> None:
        """Hook: exit from Trial."""

    def connect_anew(self) -> None:
        """Hook: event changed."""

    def arm_trial(self) -> None:
        """Hook: event dialled."""

    def try_the_other(self) -> None:
        """Hook: event refused."""

    def keep_present(self) -> None:
        """Hook: event opened."""

    def take_back(self) -> None:
        """Hook: event trial_over."""


class CredentialsMachine(Machine):
    """New credentials are on trial until they have opened a connection; the old ones are kept until then."""

    __slots__ = ("_credentials",)

    name: ClassVar[str] = "credentials"
    events: ClassVar[tuple[str, ...]] = ("changed", "dialled", "refused", "opened", "trial_over")
    _regions: ClassVar[tuple[str, ...]] = ("_credentials",)
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_CREDENTIALS,)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "dialled": frozenset({"Settled"}),
        "refused": frozenset({"Settled"}),
        "opened": frozenset({"Settled"}),
        "trial_over": frozenset({"Settled"}),
    }

    _hooks: CredentialsHooks
    _credentials: int

    def __init__(self, hooks: CredentialsHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._credentials = 0  # Settled

    @property
    def credentials(self) -> CredentialsLeaf:
        """The active leaf of region ``credentials``."""
        return _CREDENTIALS[self._credentials]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_CREDENTIALS[self._credentials],)

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._credentials,)

    def changed(self) -> bool:
        """Event ``changed``.

        * Settled -> Trial  (A01.FR.03, A05.FR.06)
        * Trial -> (stays)
        """
        if self._busy:
            return self._later(CredentialsMachine.changed)
        hooks = self._hooks
        credentials = self._credentials
        if credentials == 0:  # Settled
            credentials_to = 1  # Trial
        else:  # Trial
            credentials_to = 1  # stays
        self._busy = True
        try:
            hooks.connect_anew()
            self._credentials = credentials_to
        except BaseException:
            self._failed(_credentials=credentials)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def dialled(self) -> bool:
        """Event ``dialled``.

        * Trial -> (stays)  (A05.FR.08)

        Ignored in Settled.
        """
        if self._busy:
            return self._later(CredentialsMachine.dialled)
        hooks = self._hooks
        credentials = self._credentials
        if credentials == 0:  # Settled
            return False
        self._busy = True
        try:
            hooks.arm_trial()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def refused(self) -> bool:
        """Event ``refused``.

        * Trial -> (stays)  (A01.FR.03)

        Ignored in Settled.
        """
        if self._busy:
            return self._later(CredentialsMachine.refused)
        hooks = self._hooks
        credentials = self._credentials
        if credentials == 0:  # Settled
            return False
        self._busy = True
        try:
            hooks.try_the_other()
        except BaseException:
            self._failed()
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def opened(self) -> bool:
        """Event ``opened``.

        * Trial -> Settled  (A05.FR.07)

        Ignored in Settled.
        """
        if self._busy:
            return self._later(CredentialsMachine.opened)
        hooks = self._hooks
        credentials = self._credentials
        if credentials == 0:  # Settled
            return False
        self._busy = True
        try:
            hooks.disarm_trial()
            hooks.keep_present()
            self._credentials = 0  # Settled
        except BaseException:
            self._failed(_credentials=credentials)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def trial_over(self) -> bool:
        """Event ``trial_over``.

        * Trial -> Settled  (A05.FR.08)

        Ignored in Settled.
        """
        if self._busy:
            return self._later(CredentialsMachine.trial_over)
        hooks = self._hooks
        credentials = self._credentials
        if credentials == 0:  # Settled
            return False
        self._busy = True
        try:
            hooks.disarm_trial()
            hooks.take_back()
            self._credentials = 0  # Settled
        except BaseException:
            self._failed(_credentials=credentials)
            raise
        self._busy = False
        return self._queue is None or self._drain()
