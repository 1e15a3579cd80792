"""Certificates and keys in a directory: ``FileCertificates``."""

import ssl
from collections.abc import Callable
from datetime import datetime
from os import PathLike
from pathlib import Path

from attrs import frozen
from cryptography.x509.oid import ExtendedKeyUsageOID

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import Certificates, ContractVerdict, Inventory, OcspEntry, Subject
from ocpp16sm.clock import SystemClock
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import (
    CertificateHashData,
    CertificateStatus,
    CertificateUse,
    DeleteCertificateStatus,
    HashAlgorithm,
)
from ocpp16sm.messages.plug_and_charge_types import (
    CertificateHashDataChain,
    InstallableCertificateUse,
    InstalledCertificateUse,
    OcspRequestData,
)
from ocpp16sm.network import tls
from ocpp16sm.pki import chains, contract_certificates
from ocpp16sm.pki.client_certificates import CHAIN, KEY, KINDS, ClientCertificates
from ocpp16sm.pki.decoded import Certificate
from ocpp16sm.pki.revocation import OcspResponses, steps
from ocpp16sm.pki.roots import Root, Roots, RootUse
from ocpp16sm.records import Verification

log = NamedLog("ocpp16sm.pki")

__all__ = ["FileCertificates", "V2GFiles"]

_USES = {
    CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE: RootUse.CENTRAL_SYSTEM,
    CertificateUse.MANUFACTURER_ROOT_CERTIFICATE: RootUse.MANUFACTURER,
}
_CONTRACT_USES = {
    InstallableCertificateUse.V2G_ROOT_CERTIFICATE: RootUse.V2G,
    InstallableCertificateUse.MO_ROOT_CERTIFICATE: RootUse.CONTRACT,
    InstallableCertificateUse.CSMS_ROOT_CERTIFICATE: RootUse.CENTRAL_SYSTEM,
    InstallableCertificateUse.MANUFACTURER_ROOT_CERTIFICATE: RootUse.MANUFACTURER,
}


@frozen
class V2GFiles:
    """What the SECC (ISO 15118) needs for its TLS."""

    chain: Path
    """The certificate presented to cars and its issuers without the root, PEM."""
    key: Path
    """Its private key, PEM."""
    ocsp: tuple[Path | None, ...]
    """For each certificate of the chain the OCSP response to present with it, DER; None: there is none."""
    roots: tuple[Path, ...]
    """The roots of such certificates, PEM."""


class FileCertificates(Certificates):
    """Certificates and unencrypted keys in PEM files.

    Changes are on disk when a method returns. A power failure at any time leaves a certificate with its chain and key,
    or none of them. Directories have mode 0700, files 0600; names consist of numbers and fingerprints.

    :param directory: created at the first call if needed. It belongs to one charge point.
    :param key: type of new keys for mutual TLS: P-256, RSA-2048 or RSA-3072.
    :param utc: returns the time for checking validity; by default the system's.
    """

    def __init__(
        self,
        directory: str | PathLike[str],
        *,
        key: str = "P-256",
        utc: Callable[[], datetime] | None = None,
    ) -> None:
        if key not in KINDS:
            raise ValueError(f"key: {key!r}; one of {', '.join(KINDS)} was expected")
        self._directory = here = Path(directory)
        self._utc = now = utc or SystemClock().utc
        self._roots = Roots(here)
        self._own = ClientCertificates(
            "the certificate of the charge point",
            here / "own",
            here / "waiting",
            key,
            ExtendedKeyUsageOID.CLIENT_AUTH,
            now,
        )
        self._shown = ClientCertificates(
            "the certificate for cars",
            here / "shown-to-cars",
            here / "waiting-for-cars",
            "P-256",
            ExtendedKeyUsageOID.SERVER_AUTH,
            now,
        )
        self._ocsp = OcspResponses(here / "ocsp")
        self._prepared = False
        self._in_use = False

    def _prepare(self) -> None:
        """Prepare the directories before the first call."""
        if self._prepared:
            return
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in (self._roots, self._own, self._shown, self._ocsp):
            part.prepare()
        self._prepared = True

    def inventory(self) -> Inventory:
        """The present contents. Unreadable files are logged and left out."""
        self._prepare()
        return Inventory(
            self._own.inventory(),
            len(self._roots.of(RootUse.CENTRAL_SYSTEM)),
            len(self._roots.of(RootUse.MANUFACTURER)),
            self._shown.inventory(),
            tuple(self._ocsp_entries()),
        )

    # -- certificates of the charge point -------------------------------------------------------------------------

    def request_signature(self, subject: Subject) -> str:
        """SignCertificate: a request in PEM. Its key waits for a day; at most five keys wait."""
        self._prepare()
        return self._own.request(subject)

    def accept_signed(self, chain: str) -> str:
        """CertificateSigned: store a PEM chain, the leaf first. A chain that is present is accepted again."""
        self._prepare()
        return self._own.accept(chain, self._roots.certificates(RootUse.CENTRAL_SYSTEM))

    def retire(self, name: str) -> None:
        """Delete a certificate of the charge point and its key, if it exists."""
        self._prepare()
        self._own.retire(name)

    # -- roots ----------------------------------------------------------------------------------------------------

    def install_root(self, use: CertificateUse, certificate: str, capacity: int, replace: bool) -> CertificateStatus:
        """InstallCertificate: trust a root that is self-signed or signed by an installed root for the same use."""
        return self._install(f"the {use.value}", _USES[use], certificate, capacity, replace)

    def install_contract_root(
        self, use: InstallableCertificateUse, certificate: str, capacity: int, replace: bool
    ) -> CertificateStatus:
        """The same over DataTransfer, also for certificates presented to cars, and for contracts."""
        return self._install(f"the {use.value}", _CONTRACT_USES[use], certificate, capacity, replace)

    def _install(self, what: str, use: RootUse, certificate: str, capacity: int, replace: bool) -> CertificateStatus:
        try:
            self._prepare()
        except OSError:
            return CertificateStatus.FAILED
        only_one = replace and use is RootUse.CENTRAL_SYSTEM
        return self._roots.install(what, use, certificate, capacity, only_one, self._utc())

    def installed_roots(self, use: CertificateUse) -> tuple[CertificateHashData, ...]:
        """GetInstalledCertificateIds: SHA-256 hash data of each root for this use, newest first."""
        self._prepare()
        return tuple(root.hash_data(HashAlgorithm.SHA256) for root in self._roots.of(_USES[use]))

    def installed_chains(self, uses: tuple[InstalledCertificateUse, ...]) -> tuple[CertificateHashDataChain, ...]:
        """The same over DataTransfer; for certificates presented to cars also their issuers."""
        self._prepare()
        found = []
        for use in dict.fromkeys(uses):
            if use is InstalledCertificateUse.V2G_CERTIFICATE_CHAIN:
                found += self._shown_chains()
            else:
                roots = self._roots.of(_CONTRACT_USES[InstallableCertificateUse(use.value)])
                found += [CertificateHashDataChain(root.hash_data(HashAlgorithm.SHA256), use) for root in roots]
        return tuple(found)

    def _shown_chains(self) -> list[CertificateHashDataChain]:
        roots = self._roots.certificates(RootUse.V2G)
        found = []
        for _, way in self._shown.chains():
            leaf, *above = (chains.hash_data(*step, HashAlgorithm.SHA256) for step in steps(way, roots))
            use = InstalledCertificateUse.V2G_CERTIFICATE_CHAIN
            found.append(CertificateHashDataChain(leaf, use, tuple(above) or None))
        return found

    def delete(self, identified: CertificateHashData) -> DeleteCertificateStatus:
        """DeleteCertificate: delete a root, or a certificate presented to cars with its key.

        Failed for a certificate of the charge point (M04.FR.05), and for the last root of the Central System after
        :meth:`tls` was called, because a connection may depend on it (M04.FR.06).
        """
        try:
            self._prepare()
            status = self._roots.delete(identified, keep_one=self._in_use)
            if status is not DeleteCertificateStatus.NOT_FOUND:
                return status
            shown = self._shown.identified(identified, self._roots.certificates(RootUse.V2G))
            if shown is not None:
                self.retire_v2g(shown)
                return DeleteCertificateStatus.ACCEPTED
            own = self._own.identified(identified, self._roots.certificates(RootUse.CENTRAL_SYSTEM))
        except OSError as error:
            log.warning("a certificate cannot be deleted: %s", error)
            return DeleteCertificateStatus.FAILED
        return DeleteCertificateStatus.NOT_FOUND if own is None else DeleteCertificateStatus.FAILED

    # -- ISO 15118 ------------------------------------------------------------------------------------------------

    def request_v2g_signature(self, subject: Subject) -> str:
        """As :meth:`request_signature`, for the certificate presented to cars: always EC P-256 (ISO 15118-2)."""
        self._prepare()
        return self._shown.request(subject)

    def accept_v2g_signed(self, chain: str) -> str:
        """As :meth:`accept_signed`, for the certificate presented to cars; it must lead to a V2G root."""
        self._prepare()
        return self._shown.accept(chain, self._roots.certificates(RootUse.V2G))

    def retire_v2g(self, name: str) -> None:
        """Delete a certificate presented to cars, its key, and OCSP responses that only it needs."""
        self._prepare()
        self._shown.retire(name)
        self._ocsp.forget_all_but(each for _, way in self._shown.chains() for each in way)

    def check_contract(self, chain: str) -> ContractVerdict:
        """Verify a contract chain against the roots for contracts and for certificates presented to cars."""
        self._prepare()
        roots = self._roots.certificates(RootUse.CONTRACT, RootUse.V2G)
        return contract_certificates.examine(chain, roots, self._ocsp, self._utc())

    def keep_ocsp(self, data: OcspRequestData, result: str) -> None:
        """Store an OCSP response about a certificate presented to cars, or one of its issuers."""
        self._prepare()
        asked = CertificateHashData(
            data.hash_algorithm, data.issuer_name_hash, data.issuer_key_hash, data.serial_number
        )
        roots = self._roots.certificates(RootUse.V2G)
        for _, way in self._shown.chains():
            for certificate, issuer in steps(way, roots):
                if chains.same(chains.hash_data(certificate, issuer, data.hash_algorithm), asked):
                    self._ocsp.keep(certificate, issuer, result, self._utc())
                    return
        raise CertificateError("the OCSP response is about a certificate that cars are not shown")

    def _newest_shown(self) -> tuple[Path, list[Certificate]] | None:
        newest = Inventory(v2g_certificates=self._shown.inventory()).newest_v2g(Timestamp.of(self._utc()))
        if newest is None:
            return None
        return next((entry, way) for entry, way in self._shown.chains() if entry.name == newest.name)

    def _ocsp_entries(self) -> list[OcspEntry]:
        newest = self._newest_shown()
        if newest is None:
            return []
        entries = (self._ocsp.entry(*step) for step in steps(newest[1], self._roots.certificates(RootUse.V2G)))
        return [each for each in entries if each is not None]

    def v2g_files(self) -> V2GFiles | None:
        """What the SECC (ISO 15118) needs for its TLS; None if there is no valid certificate.

        Call it for each session, because certificates and responses change.
        """
        self._prepare()
        newest = self._newest_shown()
        if newest is None:
            return None
        entry, way = newest
        responses = tuple(self._ocsp.of(each) for each in way)
        roots = tuple(root.file for root in self._roots.of(RootUse.V2G))
        return V2GFiles(entry / CHAIN, entry / KEY, responses, roots)

    # -- uses -----------------------------------------------------------------------------------------------------

    def check_firmware_signer(self, certificate: str) -> bool:
        """SignedUpdateFirmware: verify the signer and its chain, if it has one. Revocation is not known here."""
        self._prepare()
        given = chains.parse("the signing certificate", certificate)
        roots = self._roots.certificates(RootUse.MANUFACTURER)
        chains.path("the signing certificate", given, roots, self._utc(), ExtendedKeyUsageOID.CODE_SIGNING)
        return True

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """The TLS context of a connection. Every installed root is trusted itself, even if another root has signed it.

        A replaced root is trusted only by :meth:`fallback_tls`.
        """
        return self._tls(verification, client, [r for r in self._trusted() if not self._roots.is_replaced(r)])

    def fallback_tls(self, verification: Verification, client: str | None) -> ssl.SSLContext | None:
        """The same, also trusting the replaced root; None if there is none (M05.FR.13)."""
        trusted = self._trusted()
        if not any(self._roots.is_replaced(root) for root in trusted):
            return None
        return self._tls(verification, client, trusted)

    def verified(self) -> None:
        """Delete the replaced root (M05.FR.12)."""
        for root in self._trusted():
            if self._roots.is_replaced(root):
                root.remove()

    def _trusted(self) -> list[Root]:
        self._prepare()
        return self._roots.of(RootUse.CENTRAL_SYSTEM)

    def _tls(self, verification: Verification, client: str | None, trusted: list[Root]) -> ssl.SSLContext:
        files = None
        if client is not None:
            entry = self._own.find(client)
            if entry is None:
                raise CertificateError(f"the charge point has no certificate {client!r}; see SignCertificate")
            files = entry / CHAIN, entry / KEY
        roots = [root.certificate.pem.decode() for root in trusted]
        context = tls.client_context(roots, files, verification)
        # a root that replaced another is signed by it, and stays good when that one is gone (whitepaper 7.1)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        self._in_use = True
        return context
