# Generated from chart CertificateRenewal by `python -m codegen`. Edit statecharts/ocpp16/certificate_renewal.py instead.

"""The chart ``certificate_renewal``, compiled: Renews the certificate.

One may arrive at any time, also unrequested; it is accepted if its key is ours.
"""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

CertificateRenewalLeaf = Literal["Idle", "MakingRequest", "Requesting", "AwaitingCertificate", "OnTrial"]

_CERTIFICATE_RENEWAL: tuple[CertificateRenewalLeaf, ...] = (
    "Idle",
    "MakingRequest",
    "Requesting",
    "AwaitingCertificate",
    "OnTrial",
)


class CertificateRenewalHooks(Protocol):
    """The hooks and guards of the chart ``certificate_renewal``."""

    def make_request(self) -> None:
        """Hook: entry to MakingRequest."""

    def send_request(self) -> None:
        """Hook: entry to Requesting."""

    def arm_overdue(self) -> None:
        """Hook: entry to AwaitingCertificate."""

    def disarm_overdue(self) -> None:
        """Hook: exit from AwaitingCertificate."""

    def try_certificate(self) -> None:
        """Hook: entry to OnTrial."""

    def begin(self) -> None:
        """Hook: event renewal_requested."""

    def keep_certificate(self) -> None:
        """Hook: event trial_won."""

    def drop_certificate(self) -> None:
        """Hook: event trial_lost."""

    def is_used(self) -> bool:
        """Guard (must not change anything): event certificate_accepted."""

    def may_ask_again(self) -> bool:
        """Guard (must not change anything): event certificate_overdue."""


class CertificateRenewalMachine(Machine):
    """Renews the certificate.

    One may arrive at any time, also unrequested; it is accepted if its key is ours.
    """

    __slots__ = ("_certificate_renewal",)

    name: ClassVar[str] = "certificate_renewal"
    events: ClassVar[tuple[str, ...]] = (
        "renewal_requested",
        "certificate_accepted",
        "request_made",
        "request_failed",
        "request_accepted",
        "request_refused",
        "certificate_overdue",
        "trial_won",
        "trial_lost",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_certificate_renewal",)
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_CERTIFICATE_RENEWAL,)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "renewal_requested": frozenset({"MakingRequest", "Requesting", "OnTrial"}),
        "certificate_accepted": frozenset({"Idle", "OnTrial"}),
        "request_made": frozenset({"Idle", "Requesting", "AwaitingCertificate", "OnTrial"}),
        "request_failed": frozenset({"Idle", "Requesting", "AwaitingCertificate", "OnTrial"}),
        "request_accepted": frozenset({"Idle", "MakingRequest", "AwaitingCertificate", "OnTrial"}),
        "request_refused": frozenset({"Idle", "MakingRequest", "AwaitingCertificate", "OnTrial"}),
        "certificate_overdue": frozenset({"Idle", "MakingRequest", "Requesting", "OnTrial"}),
        "trial_won": frozenset({"Idle", "MakingRequest", "Requesting", "AwaitingCertificate"}),
        "trial_lost": frozenset({"Idle", "MakingRequest", "Requesting", "AwaitingCertificate"}),
    }
    _compounds: ClassVar[dict[str, frozenset[str]]] = {
        "asking": frozenset({"MakingRequest", "Requesting", "AwaitingCertificate"}),
    }

    _hooks: CertificateRenewalHooks
    _certificate_renewal: int

    def __init__(self, hooks: CertificateRenewalHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._certificate_renewal = 0  # Idle

    @property
    def certificate_renewal(self) -> CertificateRenewalLeaf:
        """The active leaf of region ``certificate_renewal``."""
        return _CERTIFICATE_RENEWAL[self._certificate_renewal]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_CERTIFICATE_RENEWAL[self._certificate_renewal],)

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._certificate_renewal,)

    def renewal_requested(self) -> bool:
        """Event ``renewal_requested``.

        * Idle -> MakingRequest  (A02.FR.02, A03.FR.02)
        * AwaitingCertificate -> MakingRequest

        Ignored in MakingRequest, Requesting, OnTrial.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.renewal_requested)
        hooks = self._hooks
        certificate_renewal = self._certificate_renewal
        if certificate_renewal in (1, 2, 4):  # MakingRequest, Requesting, OnTrial
            return False
        self._busy = True
        try:
            if certificate_renewal == 3:
                hooks.disarm_overdue()
            hooks.begin()
            self._certificate_renewal = 1  # MakingRequest
            hooks.make_request()
        except BaseException:
            self._failed(_certificate_renewal=certificate_renewal)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def certificate_accepted(self) -> bool:
        """Event ``certificate_accepted``.

        * Idle -> OnTrial [is_used]  (A02.FR.08)
        * asking -> OnTrial [is_used]
        * asking -> Idle
        * OnTrial -> OnTrial [is_used]

        Ignored in Idle, OnTrial.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.certificate_accepted)
        hooks = self._hooks
        certificate_renewal = self._certificate_renewal
        is_used = hooks.is_used()
        if certificate_renewal in (0, 4) and is_used:  # Idle, OnTrial
            certificate_renewal_to = 4  # OnTrial
            certificate_renewal_by = 0
        elif certificate_renewal in (1, 2):  # MakingRequest, Requesting
            if is_used:
                certificate_renewal_to = 4  # OnTrial
                certificate_renewal_by = 0
            else:
                certificate_renewal_to = 0  # Idle
                certificate_renewal_by = 1
        elif certificate_renewal == 3:  # AwaitingCertificate
            if is_used:
                certificate_renewal_to = 4  # OnTrial
                certificate_renewal_by = 2
            else:
                certificate_renewal_to = 0  # Idle
                certificate_renewal_by = 3
        else:
            return self._refused("certificate_accepted")
        self._busy = True
        try:
            if certificate_renewal_by in (2, 3):
                hooks.disarm_overdue()
            self._certificate_renewal = certificate_renewal_to
            if certificate_renewal_by in (0, 2):
                hooks.try_certificate()
        except BaseException:
            self._failed(_certificate_renewal=certificate_renewal)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def request_made(self) -> bool:
        """Event ``request_made``.

        * MakingRequest -> Requesting  (A02.FR.03)

        Ignored in Idle, Requesting, AwaitingCertificate, OnTrial.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.request_made)
        hooks = self._hooks
        certificate_renewal = self._certificate_renewal
        if certificate_renewal in (0, 2, 3, 4):  # Idle, Requesting, AwaitingCertificate, OnTrial
            return False
        self._busy = True
        try:
            self._certificate_renewal = 2  # Requesting
            hooks.send_request()
        except BaseException:
            self._failed(_certificate_renewal=certificate_renewal)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def request_failed(self) -> bool:
        """Event ``request_failed``.

        * MakingRequest -> Idle

        Ignored in Idle, Requesting, AwaitingCertificate, OnTrial.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.request_failed)
        certificate_renewal = self._certificate_renewal
        if certificate_renewal in (0, 2, 3, 4):  # Idle, Requesting, AwaitingCertificate, OnTrial
            return False
        self._certificate_renewal = 0  # Idle
        return True

    def request_accepted(self) -> bool:
        """Event ``request_accepted``.

        * Requesting -> AwaitingCertificate  (A02.FR.11)

        Ignored in Idle, MakingRequest, AwaitingCertificate, OnTrial.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.request_accepted)
        hooks = self._hooks
        certificate_renewal = self._certificate_renewal
        if certificate_renewal in (0, 1, 3, 4):  # Idle, MakingRequest, AwaitingCertificate, OnTrial
            return False
        self._busy = True
        try:
            self._certificate_renewal = 3  # AwaitingCertificate
            hooks.arm_overdue()
        except BaseException:
            self._failed(_certificate_renewal=certificate_renewal)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def request_refused(self) -> bool:
        """Event ``request_refused``.

        * Requesting -> Idle  (A02.FR.12)

        Ignored in Idle, MakingRequest, AwaitingCertificate, OnTrial.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.request_refused)
        certificate_renewal = self._certificate_renewal
        if certificate_renewal in (0, 1, 3, 4):  # Idle, MakingRequest, AwaitingCertificate, OnTrial
            return False
        self._certificate_renewal = 0  # Idle
        return True

    def certificate_overdue(self) -> bool:
        """Event ``certificate_overdue``.

        * AwaitingCertificate -> MakingRequest [may_ask_again]
        * AwaitingCertificate -> Idle

        Ignored in Idle, MakingRequest, Requesting, OnTrial.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.certificate_overdue)
        hooks = self._hooks
        certificate_renewal = self._certificate_renewal
        if certificate_renewal == 3:  # AwaitingCertificate
            if hooks.may_ask_again():
                certificate_renewal_to = 1  # MakingRequest
            else:
                certificate_renewal_to = 0  # Idle
        else:  # Idle, MakingRequest, Requesting, OnTrial
            return False
        self._busy = True
        try:
            hooks.disarm_overdue()
            self._certificate_renewal = certificate_renewal_to
            if certificate_renewal_to == 1:
                hooks.make_request()
        except BaseException:
            self._failed(_certificate_renewal=certificate_renewal)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def trial_won(self) -> bool:
        """Event ``trial_won``.

        * OnTrial -> Idle  (A02.FR.10)

        Ignored in Idle, asking.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.trial_won)
        hooks = self._hooks
        certificate_renewal = self._certificate_renewal
        if certificate_renewal in (0, 1, 2, 3):  # Idle, MakingRequest, Requesting, AwaitingCertificate
            return False
        self._busy = True
        try:
            hooks.keep_certificate()
            self._certificate_renewal = 0  # Idle
        except BaseException:
            self._failed(_certificate_renewal=certificate_renewal)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def trial_lost(self) -> bool:
        """Event ``trial_lost``.

        * OnTrial -> Idle

        Ignored in Idle, asking.
        """
        if self._busy:
            return self._later(CertificateRenewalMachine.trial_lost)
        hooks = self._hooks
        certificate_renewal = self._certificate_renewal
        if certificate_renewal in (0, 1, 2, 3):  # Idle, MakingRequest, Requesting, AwaitingCertificate
            return False
        self._busy = True
        try:
            hooks.drop_certificate()
            self._certificate_renewal = 0  # Idle
        except BaseException:
            self._failed(_certificate_renewal=certificate_renewal)
            raise
        self._busy = False
        return self._queue is None or self._drain()
