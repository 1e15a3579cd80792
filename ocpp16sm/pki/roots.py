"""Root certificates in directories, one for each use: installed, listed, replaced, deleted (M03, M04, M05)."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from attrs import frozen

from ocpp16sm.base.named_log import NamedLog
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateHashData, CertificateStatus, DeleteCertificateStatus, HashAlgorithm
from ocpp16sm.pki import chains
from ocpp16sm.pki.atomic_directory import AtomicDirectory
from ocpp16sm.pki.decoded import Certificate

log = NamedLog("ocpp16sm.pki")

_LENGTH = 5500


class RootUse(StrEnum):
    """What a root is for; the name of its directory."""

    CENTRAL_SYSTEM = "central-system"
    MANUFACTURER = "manufacturer"
    V2G = "v2g"
    CONTRACT = "contract"


@frozen
class Root:
    """An installed root."""

    folder: AtomicDirectory
    file: Path
    certificate: Certificate
    issuer: Certificate

    def hash_data(self, algorithm: HashAlgorithm) -> CertificateHashData:
        """Its hash data."""
        return chains.hash_data(self.certificate, self.issuer, algorithm)

    def remove(self) -> None:
        """Delete it."""
        self.folder.remove(self.file)


class Roots:
    """The roots of one charge point."""

    def __init__(self, directory: Path) -> None:
        self._folders = {use: AtomicDirectory(directory / use) for use in RootUse}
        self._replaced = AtomicDirectory(directory / "replaced")
        """The previous root of the Central System, until the new one has proven itself (M05.FR.11)."""

    def prepare(self) -> None:
        """Prepare the directories before the first use."""
        for folder in (*self._folders.values(), self._replaced):
            folder.prepare()

    def of(self, use: RootUse) -> list[Root]:
        """The readable roots, newest first; for the Central System also the replaced one, last."""
        folders = [self._folders[use]]
        if use is RootUse.CENTRAL_SYSTEM:
            folders.append(self._replaced)
        found: dict[Certificate, Root] = {}
        for folder in folders:
            for file in folder:
                try:
                    read = chains.parse("it", file.read_text())
                except (OSError, ValueError, CertificateError) as error:
                    log.warning("the root in %s is left out: %s", file, error)
                    continue
                found.setdefault(read[0], Root(folder, file, read[0], read[-1]))
        return list(found.values())

    def certificates(self, *uses: RootUse) -> list[Certificate]:
        """The roots for these uses."""
        return [root.certificate for use in uses for root in self.of(use)]

    def is_replaced(self, root: Root) -> bool:
        """Whether it is only a fall-back."""
        return root.folder is self._replaced

    def install(
        self, what: str, use: RootUse, pem: str, capacity: int, replace: bool, now: datetime
    ) -> CertificateStatus:
        """Trust a root: self-signed, or signed by an installed root for the same use.

        ``replace``: the present root must have signed it, and becomes the fall-back.
        """
        given = chains.parse(what, pem, _LENGTH)
        if len(given) != 1:
            raise CertificateError(f"{what}: one certificate was expected, and {len(given)} came")
        root = given[0]
        chains.check_time(what, root, now)
        chains.check_key(what, root)
        chains.check_authority(what, root)
        try:
            return self._install(what, use, root, capacity, replace)
        except OSError as error:
            log.warning("%s cannot be installed: %s", what, error)
            return CertificateStatus.FAILED

    def _install(self, what: str, use: RootUse, root: Certificate, capacity: int, replace: bool) -> CertificateStatus:
        here = self.of(use)
        if any(one.certificate == root for one in here):
            return CertificateStatus.ACCEPTED
        possible = [root, *(one.certificate for one in here)]
        if replace and here:
            possible = [here[0].certificate]
        issuer = next((one for one in possible if root.signed_by(one)), None)
        if issuer is None:
            by = "the one it replaces" if replace and here else "itself or by one that is installed"
            raise CertificateError(f"{what} is refused: it is not signed by {by}")
        before, superseded = (here[:1], here[1:]) if replace else ([], [])
        stay = sum(len(self.of(each)) for each in self._folders) - len(superseded)
        if stay >= capacity:
            raise CertificateError(f"{what} is refused: {stay} are installed, and there is room for {capacity}")
        content = root.pem if issuer == root else root.pem + issuer.pem
        self._folders[use].add_file(root.fingerprint, ".pem", content)
        for one in before:
            self._replaced.add_file(one.certificate.fingerprint, ".pem", one.file.read_bytes())
        for one in (*before, *superseded):
            one.remove()
        return CertificateStatus.ACCEPTED

    def delete(self, identified: CertificateHashData, *, keep_one: bool) -> DeleteCertificateStatus:
        """Delete a root for any use. ``keep_one``: not the last one of the Central System (M04.FR.06)."""
        found = []
        for use in RootUse:
            here = self.of(use)
            same = [root for root in here if chains.same(root.hash_data(identified.hash_algorithm), identified)]
            if same and use is RootUse.CENTRAL_SYSTEM and keep_one and len(same) == len(here):
                return DeleteCertificateStatus.FAILED
            found += same
        for root in found:
            root.remove()
        return DeleteCertificateStatus.ACCEPTED if found else DeleteCertificateStatus.NOT_FOUND
