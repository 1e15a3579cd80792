"""The store of a charge point's certificates and keys, and its calls as values (whitepaper A02-A05, M03-M06).

:class:`~ocpp16sm.pki.FileCertificates` keeps them in a directory. For keys in a TPM or a secure element subclass
:class:`Certificates`. Its methods are called one at a time, on a worker thread, and may block. If one raises, the
request is refused; raise :class:`~ocpp16sm.errors.CertificateError` to say why.
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
    """Its name in this store."""
    not_before: Timestamp
    not_after: Timestamp


@frozen
class OcspEntry:
    """A certificate to be checked for revocation, and when its stored OCSP response was received."""

    data: OcspRequestData
    """Identifies the certificate and its OCSP responder."""
    heard: Timestamp | None = None
    """When the OCSP response was stored; None: there is none."""
    next_update: Timestamp | None = None
    """When the response expires; None: it does not say."""


@frozen
class Inventory:
    """What a certificate store contains."""

    client_certificates: tuple[ClientCertificate, ...] = ()
    """Certificates for mutual TLS, newest first; expired ones are included until deleted."""
    central_system_roots: int = 0
    manufacturer_roots: int = 0
    v2g_certificates: tuple[ClientCertificate, ...] = ()
    """Certificates to present to cars, newest first; expired ones are included until deleted."""
    ocsp: tuple[OcspEntry, ...] = ()
    """The certificate presented to cars and the authorities above it, as far as they name an OCSP responder."""

    def newest(self, now: Timestamp) -> ClientCertificate | None:
        """The certificate for mutual TLS: of those valid at ``now``, the one that became valid last (A02.FR.09)."""
        return newest(self.client_certificates, now)

    def newest_v2g(self, now: Timestamp) -> ClientCertificate | None:
        """The certificate to present to cars: of those valid at ``now``, the one that became valid last."""
        return newest(self.v2g_certificates, now)


def newest(certificates: Iterable[ClientCertificate], now: Timestamp) -> ClientCertificate | None:
    """Of the certificates valid at ``now``, the one that became valid last; None: none is valid."""
    valid = [each for each in certificates if each.not_before <= now < each.not_after]
    return max(valid, key=lambda each: each.not_before, default=None)


class ContractValidity(StrEnum):
    """The result of checking a contract certificate."""

    VALID = "Valid"
    EXPIRED = "Expired"
    """It, or an authority above it, has expired; everything else is right."""
    ISSUER_NOT_FOUND = "IssuerNotFound"
    """Its chain does not lead to an installed root."""
    REVOKED = "Revoked"
    """It, or an authority above it, has been revoked."""
    INVALID = "Invalid"
    """It is not a certificate, not meant for contracts, or has a wrong signature."""


@frozen
class ContractVerdict:
    """The result of checking a contract chain, and the OCSP data for asking the Central System."""

    validity: ContractValidity
    reason: str = ""
    """Why it is not valid."""
    emaid: str | None = None
    """The contract's eMAID from the certificate; None: it has none."""
    ocsp: tuple[OcspRequestData, ...] = ()
    """For the certificate and each authority below its root, 1 to 4; empty if one of them names no responder."""


@frozen(kw_only=True)
class Subject:
    """The subject of a requested certificate (A02.FR.02: organisation is the CPO, common name the serial number)."""

    common_name: str
    organization: str
    country: str | None = None
    """ISO 3166 code of two letters."""


class Certificates:
    """The certificates and keys of one charge point. This base class has none."""

    def inventory(self) -> Inventory:
        """The present contents of the store."""
        return Inventory()

    def request_signature(self, subject: Subject) -> str:
        """SignCertificate: a certificate signing request in PEM, at most 5,500 characters.

        Its new private key waits for :meth:`accept_signed`, also across restarts.
        """
        raise NotImplementedError(_NONE)

    def accept_signed(self, chain: str) -> str:
        """CertificateSigned: store this PEM chain, the leaf first, and return the certificate's name.

        Raises :class:`~ocpp16sm.errors.CertificateError` unless it is valid now or later (A02.FR.08), leads to a root
        of the Central System, and belongs to a waiting key. Earlier certificates stay.
        """
        raise NotImplementedError(_NONE)

    def retire(self, name: str) -> None:
        """Delete a certificate of the charge point and its key: a newer one has connected, or this one was refused."""
        raise NotImplementedError(_NONE)

    def install_root(self, use: CertificateUse, certificate: str, capacity: int, replace: bool) -> CertificateStatus:
        """InstallCertificate: trust this PEM root, at most 5,500 characters. An installed one is Accepted again.

        ``capacity`` is the maximum number of certificates (CertificateStoreMaxLength). ``replace`` is
        AdditionalRootCertificateCheck: a new root of the Central System must be signed by the present one, which
        becomes the only fall-back (whitepaper 4.1.2.1). Raises :class:`~ocpp16sm.errors.CertificateError` if it is
        refused (Rejected).
        """
        raise NotImplementedError(_NONE)

    def installed_roots(self, use: CertificateUse) -> tuple[CertificateHashData, ...]:
        """GetInstalledCertificateIds: the hash data of each root for this use."""
        return ()

    def delete(self, identified: CertificateHashData) -> DeleteCertificateStatus:
        """DeleteCertificate: delete a root. Failed for the certificate of the charge point that is in use."""
        return DeleteCertificateStatus.NOT_FOUND

    def check_firmware_signer(self, certificate: str) -> bool:
        """SignedUpdateFirmware: check that this PEM certificate is valid now, and signed by a manufacturer's root.

        Raises :class:`~ocpp16sm.errors.CertificateError` if it is not. Returns False if it has been revoked
        (RevokedCertificate); True also if revocation cannot be checked (whitepaper 2.6.3).
        """
        raise NotImplementedError(_NONE)

    # -- ISO 15118 ------------------------------------------------------------------------------------------------

    def request_v2g_signature(self, subject: Subject) -> str:
        """SignCertificate: a certificate signing request in PEM for a certificate presented to cars.

        Its new private key, EC P-256 (ISO 15118-2), waits for :meth:`accept_v2g_signed`, also across restarts.
        """
        raise NotImplementedError(_NONE)

    def accept_v2g_signed(self, chain: str) -> str:
        """CertificateSigned: store this PEM chain, the leaf first, and return the certificate's name.

        Raises :class:`~ocpp16sm.errors.CertificateError` unless it is valid now or later, leads to a V2G root, and
        belongs to a waiting key. Earlier certificates stay.
        """
        raise NotImplementedError(_NONE)

    def retire_v2g(self, name: str) -> None:
        """Delete a certificate for cars, and its key."""
        raise NotImplementedError(_NONE)

    def install_contract_root(
        self, use: InstallableCertificateUse, certificate: str, capacity: int, replace: bool
    ) -> CertificateStatus:
        """InstallCertificate: as :meth:`install_root`, with the same storage, also for V2G and contracts (MO)."""
        raise NotImplementedError(_NONE)

    def installed_chains(self, uses: tuple[InstalledCertificateUse, ...]) -> tuple[CertificateHashDataChain, ...]:
        """GetInstalledCertificateIds: the hash data of the certificates for these uses."""
        return ()

    def check_contract(self, chain: str) -> ContractVerdict:
        """Check a contract's certificate chain (PEM, the contract's own certificate first).

        It has to lead to an MO root or a V2G root. A bad chain gives a verdict; it raises no error.
        """
        return ContractVerdict(ContractValidity.ISSUER_NOT_FOUND, _NONE)

    def keep_ocsp(self, data: OcspRequestData, result: str) -> None:
        """Store an OCSP response (base64 DER) about a certificate of :attr:`Inventory.ocsp`, for presentation to cars.

        Raises :class:`~ocpp16sm.errors.CertificateError` unless it is about that certificate, signed by an authorized
        responder, and valid now.
        """
        raise NotImplementedError(_NONE)

    # -- connections ----------------------------------------------------------------------------------------------

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """The TLS context for a connection: trusted roots, cipher suites, the certificate ``client`` for mutual TLS.

        Without installed roots a charge point can still trust those of the operating system. Raises
        :class:`~ocpp16sm.errors.CertificateError` if ``client`` cannot be used.
        """
        if client is not None:
            raise CertificateError(_NONE)
        return tls.client_context((), None, verification)

    def fallback_tls(self, verification: Verification, client: str | None) -> ssl.SSLContext | None:
        """The context to retry with if verification failed: it also trusts the root that was replaced (M05.FR.13).

        None: no root was replaced.
        """
        return None

    def verified(self) -> None:
        """A connection was opened with :meth:`tls`, so a replaced root is no longer needed (M05.FR.12)."""


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
