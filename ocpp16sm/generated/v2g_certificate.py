# Generated from chart V2gCertificate by `python -m codegen`. Edit statecharts/ocpp16/v2g_certificate.py instead.

"""The chart ``v2g_certificate``, compiled: Renews the V2G certificate.

A new certificate needs no trial; it is presented to the next EV.
"""

from typing import ClassVar, Literal, Protocol

from ocpp16sm.charts.machine import Machine

V2gCertificateLeaf = Literal["Idle", "MakingRequest", "Requesting", "AwaitingCertificate"]

_V2G_CERTIFICATE: tuple[V2gCertificateLeaf, ...] = ("Idle", "MakingRequest", "Requesting", "AwaitingCertificate")


class V2gCertificateHooks(Protocol):
    """The hooks and guards of the chart ``v2g_certificate``."""

    def make_request(self) -> None:
        """Hook: entry to MakingRequest."""

    def send_v2g_request(self) -> None:
        """Hook: entry to Requesting."""

    def arm_overdue(self) -> None:
        """Hook: entry to AwaitingCertificate."""

    def disarm_overdue(self) -> None:
        """Hook: exit from AwaitingCertificate."""

    def begin(self) -> None:
        """Hook: event renewal_requested."""

    def may_ask_again(self) -> bool:
        """Guard (must not change anything): event certificate_overdue."""


class V2gCertificateMachine(Machine):
    """Renews the V2G certificate. A new certificate needs no trial; it is presented to the next EV."""

    __slots__ = ("_v2g_certificate",)

    name: ClassVar[str] = "v2g_certificate"
    events: ClassVar[tuple[str, ...]] = (
        "renewal_requested",
        "certificate_accepted",
        "request_made",
        "request_failed",
        "request_accepted",
        "request_refused",
        "certificate_overdue",
    )
    _regions: ClassVar[tuple[str, ...]] = ("_v2g_certificate",)
    _leaves: ClassVar[tuple[tuple[str, ...], ...]] = (_V2G_CERTIFICATE,)
    _ignored: ClassVar[dict[str, frozenset[str]]] = {
        "renewal_requested": frozenset({"MakingRequest", "Requesting"}),
        "certificate_accepted": frozenset({"Idle"}),
        "request_made": frozenset({"Idle", "Requesting", "AwaitingCertificate"}),
        "request_failed": frozenset({"Idle", "Requesting", "AwaitingCertificate"}),
        "request_accepted": frozenset({"Idle", "MakingRequest", "AwaitingCertificate"}),
        "request_refused": frozenset({"Idle", "MakingRequest", "AwaitingCertificate"}),
        "certificate_overdue": frozenset({"Idle", "MakingRequest", "Requesting"}),
    }
    _compounds: ClassVar[dict[str, frozenset[str]]] = {
        "asking": frozenset({"MakingRequest", "Requesting", "AwaitingCertificate"}),
    }

    _hooks: V2gCertificateHooks
    _v2g_certificate: int

    def __init__(self, hooks: V2gCertificateHooks) -> None:
        self._hooks = hooks
        self._busy = False
        self._queue = None
        self._v2g_certificate = 0  # Idle

    @property
    def v2g_certificate(self) -> V2gCertificateLeaf:
        """The active leaf of region ``v2g_certificate``."""
        return _V2G_CERTIFICATE[self._v2g_certificate]

    @property
    def configuration(self) -> tuple[str, ...]:
        """The active leaf of each region, in document order."""
        return (_V2G_CERTIFICATE[self._v2g_certificate],)

    def snapshot(self) -> tuple[int, ...]:
        """The integers of the regions, for :meth:`restore` in the same process."""
        return (self._v2g_certificate,)

    def renewal_requested(self) -> bool:
        """Event ``renewal_requested``.

        * Idle -> MakingRequest  (A02.FR.02, A03.FR.02)
        * AwaitingCertificate -> MakingRequest

        Ignored in MakingRequest, Requesting.
        """
        if self._busy:
            return self._later(V2gCertificateMachine.renewal_requested)
        hooks = self._hooks
        v2g_certificate = self._v2g_certificate
        if v2g_certificate in (1, 2):  # MakingRequest, Requesting
            return False
        self._busy = True
        try:
            if v2g_certificate == 3:
                hooks.disarm_overdue()
            hooks.begin()
            self._v2g_certificate = 1  # MakingRequest
            hooks.make_request()
        except BaseException:
            self._failed(_v2g_certificate=v2g_certificate)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def certificate_accepted(self) -> bool:
        """Event ``certificate_accepted``.

        * asking -> Idle

        Ignored in Idle.
        """
        if self._busy:
            return self._later(V2gCertificateMachine.certificate_accepted)
        hooks = self._hooks
        v2g_certificate = self._v2g_certificate
        if v2g_certificate == 0:  # Idle
            return False
        self._busy = True
        try:
            if v2g_certificate == 3:
                hooks.disarm_overdue()
            self._v2g_certificate = 0  # Idle
        except BaseException:
            self._failed(_v2g_certificate=v2g_certificate)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def request_made(self) -> bool:
        """Event ``request_made``.

        * MakingRequest -> Requesting  (A02.FR.03)

        Ignored in Idle, Requesting, AwaitingCertificate.
        """
        if self._busy:
            return self._later(V2gCertificateMachine.request_made)
        hooks = self._hooks
        v2g_certificate = self._v2g_certificate
        if v2g_certificate in (0, 2, 3):  # Idle, Requesting, AwaitingCertificate
            return False
        self._busy = True
        try:
            self._v2g_certificate = 2  # Requesting
            hooks.send_v2g_request()
        except BaseException:
            self._failed(_v2g_certificate=v2g_certificate)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def request_failed(self) -> bool:
        """Event ``request_failed``.

        * MakingRequest -> Idle

        Ignored in Idle, Requesting, AwaitingCertificate.
        """
        if self._busy:
            return self._later(V2gCertificateMachine.request_failed)
        v2g_certificate = self._v2g_certificate
        if v2g_certificate in (0, 2, 3):  # Idle, Requesting, AwaitingCertificate
            return False
        self._v2g_certificate = 0  # Idle
        return True

    def request_accepted(self) -> bool:
        """Event ``request_accepted``.

        * Requesting -> AwaitingCertificate  (A02.FR.11)

        Ignored in Idle, MakingRequest, AwaitingCertificate.
        """
        if self._busy:
            return self._later(V2gCertificateMachine.request_accepted)
        hooks = self._hooks
        v2g_certificate = self._v2g_certificate
        if v2g_certificate in (0, 1, 3):  # Idle, MakingRequest, AwaitingCertificate
            return False
        self._busy = True
        try:
            self._v2g_certificate = 3  # AwaitingCertificate
            hooks.arm_overdue()
        except BaseException:
            self._failed(_v2g_certificate=v2g_certificate)
            raise
        self._busy = False
        return self._queue is None or self._drain()

    def request_refused(self) -> bool:
        """Event ``request_refused``.

        * Requesting -> Idle  (A02.FR.12)

        Ignored in Idle, MakingRequest, AwaitingCertificate.
        """
        if self._busy:
            return self._later(V2gCertificateMachine.request_refused)
        v2g_certificate = self._v2g_certificate
        if v2g_certificate in (0, 1, 3):  # Idle, MakingRequest, AwaitingCertificate
            return False
        self._v2g_certificate = 0  # Idle
        return True

    def certificate_overdue(self) -> bool:
        """Event ``certificate_overdue``.

        * AwaitingCertificate -> MakingRequest [may_ask_again]
        * AwaitingCertificate -> Idle

        Ignored in Idle, MakingRequest, Requesting.
        """
        if self._busy:
            return self._later(V2gCertificateMachine.certificate_overdue)
        hooks = self._hooks
        v2g_certificate = self._v2g_certificate
        if v2g_certificate == 3:  # AwaitingCertificate
            if hooks.may_ask_again():
                v2g_certificate_to = 1  # MakingRequest
            else:
                v2g_certificate_to = 0  # Idle
        else:  # Idle, MakingRequest, Requesting
            return False
        self._busy = True
        try:
            hooks.disarm_overdue()
            self._v2g_certificate = v2g_certificate_to
            if v2g_certificate_to == 1:
                hooks.make_request()
        except BaseException:
            self._failed(_v2g_certificate=v2g_certificate)
            raise
        self._busy = False
        return self._queue is None or self._drain()
