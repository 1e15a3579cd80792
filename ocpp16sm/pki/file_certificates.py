"""Certificates and keys in a directory: ``central-system`` and ``manufacturer`` for roots, ``own``, and ``waiting``."""

import logging
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from attrs import frozen
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ocpp16sm import tls
from ocpp16sm.certificates import Certificates, ClientCertificate, Inventory, Subject
from ocpp16sm.clock import SystemClock
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import (
    CertificateHashData,
    CertificateStatus,
    CertificateUse,
    DeleteCertificateStatus,
    HashAlgorithm,
)
from ocpp16sm.pki import chains
from ocpp16sm.pki.disk import Folder
from ocpp16sm.records import Verification
from ocpp16sm.timestamp import Timestamp

__all__ = ["FileCertificates"]

log = logging.getLogger("ocpp16sm.pki")

KINDS = ("P-256", "RSA-2048", "RSA-3072")
_Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

WAITING_FOR = timedelta(days=1)
"""How long a key waits for its certificate."""
WAITING = 5
"""So many keys wait at most; the oldest goes when there is one more."""
_ROOT_LENGTH = 5500
_CHAIN, _KEY = "chain.pem", "key.pem"
_CENTRAL, _MANUFACTURER = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE, CertificateUse.MANUFACTURER_ROOT_CERTIFICATE


@frozen
class _Root:
    folder: Folder
    file: Path
    certificate: x509.Certificate
    issuer: x509.Certificate

    def hash_data(self, algorithm: HashAlgorithm) -> CertificateHashData:
        return chains.hash_data(self.certificate, self.issuer, algorithm)

    def remove(self) -> None:
        self.folder.remove(self.file)


class FileCertificates(Certificates):
    """Certificates and keys in files, PEM, the keys not encrypted.

    Whatever is changed is on disk when a method returns, and a power failure at any moment leaves a certificate with
    its chain and key, or none of them. Directories are 0700, files 0600; names are numbers and fingerprints.

    :param directory: made if it is not there, at the first call. It is one charge point's.
    :param key: of which kind new keys are: P-256, RSA-2048 or RSA-3072.
    :param utc: tells the time by which certificates are valid; by default the system's.
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
        self._directory = Path(directory)
        self._kind = key
        self._utc = utc or SystemClock().utc
        self._roots = {_CENTRAL: self._folder("central-system"), _MANUFACTURER: self._folder("manufacturer")}
        self._replaced = self._folder("replaced")
        """The root of the Central System before the present one, until that is proven (M05.FR.11)."""
        self._own = self._folder("own")
        self._waiting = self._folder("waiting")
        self._prepared = False
        self._in_use = False

    def _folder(self, name: str) -> Folder:
        return Folder(self._directory / name)

    def _prepare(self) -> None:
        """Before the first call."""
        if self._prepared:
            return
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (*self._roots.values(), self._replaced, self._own, self._waiting):
            folder.prepare()
        self._prepared = True

    # -- certificates of the charge point -------------------------------------------------------------------------

    def inventory(self) -> Inventory:
        """What there is now. What cannot be read is logged, and left out."""
        self._prepare()
        own = []
        for entry in self._own:
            try:
                leaf = chains.parse("it", (entry / _CHAIN).read_text())[0]
            except (OSError, ValueError, CertificateError) as error:
                log.warning("the certificate in %s is left out: %s", entry, error)
                continue
            valid = Timestamp.of(leaf.not_valid_before_utc), Timestamp.of(leaf.not_valid_after_utc)
            own.append(ClientCertificate(entry.name, *valid))
        return Inventory(tuple(own), len(self._roots_for(_CENTRAL)), len(self._roots_for(_MANUFACTURER)))

    def request_signature(self, subject: Subject) -> str:
        """SignCertificate: a request in PEM; its key waits for :meth:`accept_signed` a day, and five keys at most."""
        self._prepare()
        names = [(NameOID.ORGANIZATION_NAME, subject.organization), (NameOID.COMMON_NAME, subject.common_name)]
        if subject.country is not None:
            names.insert(0, (NameOID.COUNTRY_NAME, subject.country))
        try:
            name = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
        except ValueError as error:
            raise CertificateError(f"no request can be made for {subject}: {error}") from None
        key = self._new_key()
        request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
        now = int(self._utc().timestamp())
        kept = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._waiting.add_file(f"{now:x}", ".pem", kept)
        for index, entry in enumerate(list(self._waiting)):
            since = int(entry.stem.partition("-")[2], 16)
            if index >= WAITING or now - since > WAITING_FOR.total_seconds():
                self._waiting.remove(entry)
        return request.public_bytes(serialization.Encoding.PEM).decode()

    def _new_key(self) -> _Key:
        if self._kind == "P-256":
            return ec.generate_private_key(ec.SECP256R1())
        return rsa.generate_private_key(65537, int(self._kind.removeprefix("RSA-")))

    def accept_signed(self, chain: str) -> str:
        """CertificateSigned: keep this chain in PEM, the leaf first; one that is here already is accepted again."""
        self._prepare()
        what = "the certificate of the charge point"
        given = chains.parse("the chain", chain)
        roots = [root.certificate for root in self._roots_for(_CENTRAL)]
        then = max(self._utc(), given[0].not_valid_before_utc)  # one that is not valid yet waits for its time
        way = chains.path(what, given, roots, then, ExtendedKeyUsageOID.CLIENT_AUTH)
        mark = _fingerprint(way[0])
        for entry in self._own:
            if entry.name.endswith(mark):
                return entry.name
        for entry in self._waiting:
            pem = entry.read_bytes()
            if _public_key_of(entry, pem) == _der_of(way[0].public_key()):
                break
        else:
            raise CertificateError(f"{what} belongs to no key that waits for one; send SignCertificate first")
        kept = self._own.add_directory(mark, {_CHAIN: b"".join(map(_pem_of, way)), _KEY: pem})
        self._waiting.remove(entry)
        return kept.name

    def retire(self, name: str) -> None:
        """Forget a certificate of the charge point and its key; one that is not here is forgotten already."""
        self._prepare()
        for entry in self._own:
            if entry.name == name:
                self._own.remove(entry)

    # -- roots ----------------------------------------------------------------------------------------------------

    def install_root(self, use: CertificateUse, certificate: str, capacity: int, replace: bool) -> CertificateStatus:
        """InstallCertificate: trust this root: self-signed, or signed by one that is installed for the same use."""
        what = f"the {use.value}"
        given = chains.parse(what, certificate, _ROOT_LENGTH)
        if len(given) != 1:
            raise CertificateError(f"{what}: one certificate was expected, and {len(given)} came")
        root = given[0]
        chains.check_time(what, root, self._utc())
        chains.check_key(what, root)
        chains.check_authority(what, root)
        try:
            self._prepare()
            return self._install(what, use, root, capacity, replace and use is _CENTRAL)
        except OSError as error:
            log.warning("%s cannot be installed: %s", what, error)
            return CertificateStatus.FAILED

    def _install(
        self, what: str, use: CertificateUse, root: x509.Certificate, capacity: int, replace: bool
    ) -> CertificateStatus:
        here = self._roots_for(use)
        if any(one.certificate == root for one in here):
            return CertificateStatus.ACCEPTED
        possible = [root, *(one.certificate for one in here)]
        if replace and here:
            possible = [here[0].certificate]
        issuer = next((one for one in possible if chains.signed_by(root, one)), None)
        if issuer is None:
            by = "the one it replaces" if replace and here else "itself or by one that is installed"
            raise CertificateError(f"{what} is refused: it is not signed by {by}")
        before, superseded = (here[:1], here[1:]) if replace else ([], [])
        stay = sum(len(self._roots_for(each)) for each in self._roots) - len(superseded)
        if stay >= capacity:
            raise CertificateError(f"{what} is refused: {stay} are installed, and there is room for {capacity}")
        content = _pem_of(root) if issuer == root else _pem_of(root) + _pem_of(issuer)
        self._roots[use].add_file(_fingerprint(root), ".pem", content)
        for one in before:
            self._replaced.add_file(_fingerprint(one.certificate), ".pem", one.file.read_bytes())
        for one in (*before, *superseded):
            one.remove()
        return CertificateStatus.ACCEPTED

    def installed_roots(self, use: CertificateUse) -> tuple[CertificateHashData, ...]:
        """GetInstalledCertificateIds: what identifies each root for this use, by SHA-256, the newest first."""
        self._prepare()
        return tuple(root.hash_data(HashAlgorithm.SHA256) for root in self._roots_for(use))

    def delete(self, identified: CertificateHashData) -> DeleteCertificateStatus:
        """DeleteCertificate. Failed for a certificate of the charge point (M04.FR.05), and for the last root of the
        Central System once :meth:`tls` was asked for: a connection may depend on it (M04.FR.06).
        """
        try:
            self._prepare()
            for use in self._roots:
                here = self._roots_for(use)
                found = [root for root in here if _same(root.hash_data(identified.hash_algorithm), identified)]
                if found and use is _CENTRAL and self._in_use and len(found) == len(here):
                    return DeleteCertificateStatus.FAILED
                for root in found:
                    root.remove()
                if found:
                    return DeleteCertificateStatus.ACCEPTED
            own = self._is_own(identified)
        except OSError as error:
            log.warning("a certificate cannot be deleted: %s", error)
            return DeleteCertificateStatus.FAILED
        return DeleteCertificateStatus.FAILED if own else DeleteCertificateStatus.NOT_FOUND

    def _is_own(self, identified: CertificateHashData) -> bool:
        roots = [root.certificate for root in self._roots_for(_CENTRAL)]
        for entry in self._own:
            try:
                leaf, *authorities = chains.parse("it", (entry / _CHAIN).read_text())
            except (ValueError, CertificateError):
                continue
            for issuer in (*authorities, *roots):
                if leaf.issuer == issuer.subject and _same(
                    chains.hash_data(leaf, issuer, identified.hash_algorithm), identified
                ):
                    return True
        return False

    def _roots_for(self, use: CertificateUse) -> list[_Root]:
        """Those that can be read, the newest first."""
        folders = (self._roots[use], self._replaced) if use is _CENTRAL else (self._roots[use],)
        found: dict[x509.Certificate, _Root] = {}
        for folder in folders:
            for file in folder:
                try:
                    read = chains.parse("it", file.read_text())
                except (OSError, ValueError, CertificateError) as error:
                    log.warning("the root in %s is left out: %s", file, error)
                    continue
                found.setdefault(read[0], _Root(folder, file, read[0], read[-1]))
        return list(found.values())

    # -- uses -----------------------------------------------------------------------------------------------------

    def check_firmware_signer(self, certificate: str) -> bool:
        """SignedUpdateFirmware: check the signer, with its chain if it has one. Revocation cannot be known here."""
        self._prepare()
        given = chains.parse("the signing certificate", certificate)
        roots = [root.certificate for root in self._roots_for(_MANUFACTURER)]
        chains.path("the signing certificate", given, roots, self._utc(), ExtendedKeyUsageOID.CODE_SIGNING)
        return True

    def tls(self, verification: Verification, client: str | None) -> ssl.SSLContext:
        """How to connect. Every root that is installed is trusted by itself, also one that another has signed.

        One that was replaced is not, as long as :meth:`fallback_tls` is not asked.
        """
        return self._tls(verification, client, [r for r in self._trusted() if r.folder is not self._replaced])

    def fallback_tls(self, verification: Verification, client: str | None) -> ssl.SSLContext | None:
        """The same with the root that was replaced; None if there is none (M05.FR.13)."""
        trusted = self._trusted()
        if all(root.folder is not self._replaced for root in trusted):
            return None
        return self._tls(verification, client, trusted)

    def verified(self) -> None:
        """Forget the root that was replaced (M05.FR.12)."""
        for root in self._trusted():
            if root.folder is self._replaced:
                root.remove()

    def _trusted(self) -> list[_Root]:
        self._prepare()
        return self._roots_for(_CENTRAL)

    def _tls(self, verification: Verification, client: str | None, trusted: list[_Root]) -> ssl.SSLContext:
        files = None
        if client is not None:
            entry = next((entry for entry in self._own if entry.name == client), None)
            if entry is None:
                raise CertificateError(f"the charge point has no certificate {client!r}; see SignCertificate")
            files = entry / _CHAIN, entry / _KEY
        roots = [_pem_of(root.certificate).decode() for root in trusted]
        context = tls.client_context(roots, files, verification)
        # a root that replaced another is signed by it, and stays good when that one is gone (whitepaper 7.1)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        self._in_use = True
        return context


def _same(ours: CertificateHashData, asked: CertificateHashData) -> bool:
    return (
        ours.issuer_name_hash.lower() == asked.issuer_name_hash.lower()
        and ours.issuer_key_hash.lower() == asked.issuer_key_hash.lower()
        and ours.serial_number.lower() == (asked.serial_number.lstrip("0").lower() or "0")
    )


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _pem_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _public_key_of(file: Path, pem: bytes) -> bytes | None:
    try:
        key = serialization.load_pem_private_key(pem, None).public_key()
        return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        log.warning("the key in %s cannot be read", file)
        return None


def _der_of(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
