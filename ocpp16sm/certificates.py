"""Where the charge point's certificates and keys are, and the calls of it as values (whitepaper A02-A05, M03-M06).

:class:`~ocpp16sm.pki.FileCertificates` keeps them in a directory. For keys in a TPM or a secure element subclass
:class:`Certificates`. Its methods are called one at a time, on a thread on which they may take their time; what they
raise refuses the request, and the text of a :class:`~ocpp16sm.errors.CertificateError` says why.
"""

import ssl
from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from ocpp16sm.base.method_call import MethodCall
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateHashData, CertificateStatus, CertificateUse, DeleteCertificateStatus
from ocpp16sm.messages.plug_and_charge_types import (
    CertificateHashDataChain,
    InstallableCertificateUse,
    InstalledCertificateUse,
    OcspRequestData,
)
from ocpp16sm.network import tls
from ocpp16sm.records import Verification

__all__ = [
    "Certificates",
    "ClientCertificate",
    "ContractValidity",
    "ContractVerdict",
    "Inventory",
    "OcspEntry",
    "Subject",
]

_NONE = "this charge point keeps no certificates; name a directory for them in settings.certificates"


@frozen
class ClientCertificate:
    """A certificate of the charge point, with its key and chain."""

    name: str
    """Its name here."""
    not_before: Timestamp
    not_after: Timestamp


@frozen
class OcspEntry:
    """A certificate that may have been revoked, and what was heard of it."""

    data: OcspRequestData
    """What identifies it, and who knows."""
    heard: Timestamp | None = None
    """When an OCSP response about it was kept; None: there is none."""
    next_update: Timestamp | None = None
    """Until when that holds; None: it does not say."""


@frozen
class Inventory:
    """What there is."""

    client_certificates: tuple[ClientCertificate, ...] = ()
    """Those that can be used for mutual TLS, the newest first; an expired one is among them until it is deleted."""
    central_system_roots: int = 0
    manufacturer_roots: int = 0
    v2g_certificates: tuple[ClientCertificate, ...] = ()
    """Those that can be shown to cars, the newest first; an expired one is among them until it is deleted."""
    ocsp: tuple[OcspEntry, ...] = ()
    """Of the one that is shown to cars now and of the authorities above it: those that name an OCSP responder."""

    def newest(self, now: Timestamp) -> ClientCertificate | None:
        """For mutual TLS: the one whose validity began last, of those that are valid now (A02.FR.09)."""
        return newest(self.client_certificates, now)

    def newest_v2g(self, now: Timestamp) -> ClientCertificate | None:
        """The one that is shown to cars."""
        return newest(self.v2g_certificates, now)


def newest(certificates: Iterable[ClientCertificate], now: Timestamp) -> ClientCertificate | None:
    """The one whose validity began last, of those that are valid now."""
    valid = [each for each in certificates if each.not_before <= now < each.not_after]
    return max(valid, key=lambda each: each.not_before, default=None)


class ContractValidity(StrEnum):
    """What was found out of the certificate of a contract."""

    VALID = "Valid"
    EXPIRED = "Expired"
    """It, or one above it, is not valid any more; all else holds."""
    ISSUER_NOT_FOUND = "IssuerNotFound"
    """It does not lead to a root that is installed."""
    REVOKED = "Revoked"
    """It, or one above it, was revoked."""
    INVALID = "Invalid"
    """It is none, or not meant for this, or a signature does not hold."""


@frozen
class ContractVerdict:
    """What was found out, and what the Central System can be asked."""

    validity: ContractValidity
    reason: str = ""
    """Why it is not valid."""
    emaid: str | None = None
    """Whose it is, as the certificate says; None: it does not."""
    ocsp: tuple[OcspRequestData, ...] = ()
    """For the certificate and each authority below its root, 1 to 4; none if for one of them nobody is named."""


@frozen(kw_only=True)
class Subject:
    """Whose a certificate is to be (A02.FR.02: the CPO as organisation, the serial number as common name)."""

    common_name: str
    organization: str
    country: str | None = None
    """ISO 3166 code of two letters."""


class Certificates:
    """The certificates and keys of one charge point. This one has none."""

    def inventory(self) -> Inventory:
        """What there is now."""
        return Inventory()

    def request_signature(self, subject: Subject) -> str:
        """SignCertificate: a certificate signing request in PEM, at most 5,500 characters.

        Its new private key waits for :meth:`accept_signed`, also over a restart.
        """
        raise NotImplementedError(_NONE)

    def accept_signed(self, chain: str) -> str:
        """CertificateSigned: keep this chain in PEM, the leaf first; returns the certificate's name.

        Raises :class:`~ocpp16sm.errors.CertificateError` unless it is valid now or later (A02.FR.08), leads to a root
        of the Central System, and belongs to a key that waits for it. What was there before stays.
        """
        raise NotImplementedError(_NONE)

    def retire(self, name: str) -> None:
        """Forget a certificate of the charge point and its key: a newer one has connected, or this one is refused."""
        raise NotImplementedError(_NONE)

    def install_root(self, use: CertificateUse, certificate: str, capacity: int, replace: bool) -> CertificateStatus:
        """InstallCertificate: trust this root in PEM, at most 5,500 characters; one that is there already is Accepted.

        ``capacity`` is how many certificates may be here (CertificateStoreMaxLength). ``replace`` is
        AdditionalRootCertificateCheck: a new root of the Central System must be signed by the one it replaces, which
        is kept as a fall-back, and no others are (whitepaper 4.1.2.1).
        Raises :class:`~ocpp16sm.errors.CertificateError` for one that is refused (Rejected).
        """
        raise NotImplementedError(_NONE)

    def installed_roots(self, use: CertificateUse) -> tuple[CertificateHashData, ...]:
        """GetInstalledCertificateIds: what identifies each root for this use."""
        return ()

    def delete(self, identified: CertificateHashData) -> DeleteCertificateStatus:
        """DeleteCertificate: forget a root. The charge point's own certificate in use is not deleted: Failed."""
        return DeleteCertificateStatus.NOT_FOUND

    def check_firmware_signer(self, certificate: str) -> bool:
        """SignedUpdateFirmware: check that this certificate in PEM is valid now, and signed by a manufacturer's root.

        Raises :class:`~ocpp16sm.errors.CertificateError` if it is not. Returns False if it would be, but has been
        revoked (RevokedCertificate); whoever has no way to know returns True (whitepaper 2.6.3).
        """
        raise NotImplementedError(_NONE)

    # -- ISO 15118 ------------------------------------------------------------------------------------------------

    def request_v2g_signature(self, subject: Subject) -> str:
        """SignCertificate: a certificate signing request in PEM for a certificate that cars are shown.

        Its new private key, EC P-256 (ISO 15118-2), waits for :meth:`accept_v2g_signed`, also over a restart.
        """
        raise NotImplementedError(_NONE)

    def accept_v2g_signed(self, chain: str) -> str:
        """CertificateSigned: keep this chain in PEM, the leaf first; returns the certificate's name.

        Raises :class:`~ocpp16sm.errors.CertificateError` unless it is valid now or later, leads to a V2G root, and
        belongs to a key that waits for it. What was there before stays.
        """
        raise NotImplementedError(_NONE)

    def retire_v2g(self, name: str) -> None:
        """Forget a certificate that cars were shown, and its key."""
        raise NotImplementedError(_NONE)

    def install_contract_root(
        self, use: InstallableCertificateUse, certificate: str, capacity: int, replace: bool
    ) -> CertificateStatus:
        """InstallCertificate: as :meth:`install_root`, whose stores it shares, also for V2G and contracts (MO)."""
        raise NotImplementedError(_NONE)

    def installed_chains(self, uses: tuple[InstalledCertificateUse, ...]) -> tuple[CertificateHashDataChain, ...]:
        """GetInstalledCertificateIds: what identifies the certificates for these uses."""
        return ()

    def check_contract(self, chain: str) -> ContractVerdict:
        """What is to be thought of a contract's chain in PEM, the contract's own certificate first.

        It has to lead to an MO root or a V2G root. A bad one is a verdict, not an error.
        """
        return ContractVerdict(ContractValidity.ISSUER_NOT_FOUND, _NONE)

    def keep_ocsp(self, data: OcspRequestData, result: str) -> None:
        """Keep an OCSP response (DER in base64) about a certificate of :attr:`Inventory.ocsp`, for cars to be shown.

        Raises :class:`~ocpp16sm.errors.CertificateError` unless it is about that certificate, signed by who may, and
        holds now.
        """
        raise NotImplementedError(_NONE)

    # -- connections ----------------------------------------------------------------------------------------------

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """How to connect: what is trusted, which suites are offered, and the certificate ``client`` for mutual TLS.

        Without certificates of its own a charge point can still trust the roots of the operating system.
        Raises :class:`~ocpp16sm.errors.CertificateError`.
        """
        if client is not None:
            raise CertificateError(_NONE)
        return tls.client_context((), None, verification)

    def fallback_tls(self, verification: Verification, client: str | None) -> ssl.SSLContext | None:
        """The same where the Central System could not be verified: trusting also the root that was replaced.

        None: there is none (M05.FR.13).
        """
        return None

    def verified(self) -> None:
        """A connection was opened with :meth:`tls`: the root that was replaced can be forgotten (M05.FR.12)."""


class CertificateCall(MethodCall, frozen=True):
    """A call of a method of :class:`Certificates`, as a value. The fields are the arguments."""

    asks = Certificates


class ReadInventory(CertificateCall, frozen=True):
    """:meth:`Certificates.inventory`."""

    method = "inventory"


class RequestSignature(CertificateCall, frozen=True):
    """:meth:`Certificates.request_signature`."""

    subject: Subject


class AcceptSigned(CertificateCall, frozen=True):
    """:meth:`Certificates.accept_signed`."""

    chain: str


class Retire(CertificateCall, frozen=True):
    """:meth:`Certificates.retire`."""

    name: str


class InstallRoot(CertificateCall, frozen=True):
    """:meth:`Certificates.install_root`."""

    use: CertificateUse
    certificate: str
    capacity: int
    replace: bool


class InstalledRoots(CertificateCall, frozen=True):
    """:meth:`Certificates.installed_roots`."""

    use: CertificateUse


class Delete(CertificateCall, frozen=True):
    """:meth:`Certificates.delete`."""

    identified: CertificateHashData


class CheckFirmwareSigner(CertificateCall, frozen=True):
    """:meth:`Certificates.check_firmware_signer`."""

    certificate: str


class RequestV2GSignature(CertificateCall, frozen=True):
    """:meth:`Certificates.request_v2g_signature`."""

    method = "request_v2g_signature"
    subject: Subject


class AcceptV2GSigned(CertificateCall, frozen=True):
    """:meth:`Certificates.accept_v2g_signed`."""

    method = "accept_v2g_signed"
    chain: str


class RetireV2G(CertificateCall, frozen=True):
    """:meth:`Certificates.retire_v2g`."""

    method = "retire_v2g"
    name: str


class InstallContractRoot(CertificateCall, frozen=True):
    """:meth:`Certificates.install_contract_root`."""

    use: InstallableCertificateUse
    certificate: str
    capacity: int
    replace: bool


class InstalledChains(CertificateCall, frozen=True):
    """:meth:`Certificates.installed_chains`."""

    uses: tuple[InstalledCertificateUse, ...]


class CheckContract(CertificateCall, frozen=True):
    """:meth:`Certificates.check_contract`."""

    chain: str


class KeepOcsp(CertificateCall, frozen=True):
    """:meth:`Certificates.keep_ocsp`."""

    data: OcspRequestData
    result: str
