"""Certificates of the charge point with their keys, and keys that wait for their certificate (A02, A03)."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.certificates import ClientCertificate, Subject
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateHashData
from ocpp16sm.pki import chains, decoded
from ocpp16sm.pki.atomic_directory import AtomicDirectory
from ocpp16sm.pki.decoded import Certificate

log = NamedLog("ocpp16sm.pki")

KINDS = ("P-256", "RSA-2048", "RSA-3072")
"""Kinds of keys."""
WAITING_FOR = timedelta(days=1)
"""Longest time that a key waits for its certificate."""
WAITING = 5
"""Maximum number of waiting keys; one more replaces the oldest."""
CHAIN, KEY = "chain.pem", "key.pem"

_Key: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class ClientCertificates:
    """Certificates for one purpose.

    :param what: what one is called in messages.
    :param kind: type of new keys, one of :data:`KINDS`.
    """

    def __init__(
        self, what: str, own: Path, waiting: Path, kind: str, purpose: ObjectIdentifier, utc: Callable[[], datetime]
    ) -> None:
        self._what = what
        self._own = AtomicDirectory(own)
        self._waiting = AtomicDirectory(waiting)
        self._kind = kind
        self._purpose = purpose
        self._utc = utc

    def prepare(self) -> None:
        """Prepare the directories before the first use."""
        self._own.prepare()
        self._waiting.prepare()

    def chains(self) -> Iterable[tuple[Path, list[Certificate]]]:
        """Path and chain of each certificate, newest first. Unreadable ones are logged and left out."""
        for entry in self._own:
            try:
                yield entry, chains.parse("it", (entry / CHAIN).read_text())
            except (OSError, ValueError, CertificateError) as error:
                log.warning("the certificate in %s is left out: %s", entry, error)

    def inventory(self) -> tuple[ClientCertificate, ...]:
        """The present certificates."""
        return tuple(
            ClientCertificate(entry.name, Timestamp.of(leaf.not_before), Timestamp.of(leaf.not_after))
            for entry, (leaf, *_) in self.chains()
        )

    def find(self, name: str) -> Path | None:
        """The path of the certificate with this name."""
        return next((entry for entry in self._own if entry.name == name), None)

    def request(self, subject: Subject) -> str:
        """A certificate signing request in PEM; its key waits for :meth:`accept`."""
        names = [(NameOID.ORGANIZATION_NAME, subject.organization), (NameOID.COMMON_NAME, subject.common_name)]
        if subject.country is not None:
            names.insert(0, (NameOID.COUNTRY_NAME, subject.country))
        try:
            name = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
            name.public_bytes()  # half a surrogate pair is found only here
        except (ValueError, TypeError) as error:
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

    def accept(self, chain: str, roots: Iterable[Certificate]) -> str:
        """Store a PEM chain, the leaf first, and return its name. A chain that is present is accepted again."""
        given = chains.parse("the chain", chain)
        then = max(self._utc(), given[0].not_before)  # one that is not valid yet waits for its time
        way = chains.path(self._what, given, roots, then, self._purpose)
        mark = way[0].fingerprint
        for entry in self._own:
            if entry.name.endswith(mark):
                return entry.name
        for entry in self._waiting:
            kept = _waiting_key(entry)
            if kept is not None and kept[1] == way[0].key_der:
                break
        else:
            raise CertificateError(f"{self._what} belongs to no key that waits for one; send SignCertificate first")
        added = self._own.add_directory(mark, {CHAIN: b"".join(each.pem for each in way), KEY: kept[0]})
        self._waiting.remove(entry)
        return added.name

    def retire(self, name: str) -> None:
        """Delete a certificate and its key, if it exists."""
        entry = self.find(name)
        if entry is not None:
            self._own.remove(entry)

    def identified(self, asked: CertificateHashData, roots: Iterable[Certificate]) -> str | None:
        """The name of the certificate with this hash data, or None."""
        trusted = list(roots)
        for entry, (leaf, *authorities) in self.chains():
            for issuer in (*authorities, *trusted):
                if leaf.issuer == issuer.subject and chains.same(
                    chains.hash_data(leaf, issuer, asked.hash_algorithm), asked
                ):
                    return entry.name
        return None


def _waiting_key(file: Path) -> tuple[bytes, bytes] | None:
    """A key in PEM and its public part; None if it cannot be read, which is logged."""
    try:
        pem = file.read_bytes()
        return pem, decoded.public_key_of_private("it", pem)
    except (OSError, CertificateError) as error:
        log.warning("the key in %s is left out: %s", file, error)
        return None
