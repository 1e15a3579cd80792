"""``kill -9`` at every instant of a renewal: a certificate is there with its chain and key, or not at all."""

import subprocess
import sys
from pathlib import Path

from ocpp16sm.certificates import Subject
from ocpp16sm.messages import CertificateStatus, CertificateUse
from ocpp16sm.pki import FileCertificates
from ocpp16sm.records import Verification
from tests.support.authorities import NOON, answer, root

CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE
SUBJECT = Subject(common_name="SN-1", organization="Operator")


def opened(directory: Path) -> FileCertificates:
    """After the restart."""
    return FileCertificates(directory, utc=lambda: NOON)


def test_a_process_killed_at_any_instant_leaves_a_certificate_that_connects(tmp_path: Path) -> None:
    first, second = root("First"), root("Second")
    before, copies, chain, other = (tmp_path / name for name in ("before", "copies", "chain.pem", "root.pem"))
    copies.mkdir()
    here = opened(before)
    assert here.install_root(CENTRAL, first.pem, 10, replace=False) is CertificateStatus.ACCEPTED
    old = here.accept_signed(answer(first, here.request_signature(SUBJECT)).pem)
    chain.write_text(answer(first, here.request_signature(SUBJECT)).pem)
    other.write_text(second.pem)

    command = [sys.executable, "-m", "tests.pki.killed", *map(str, (before, copies, chain)), old, str(other)]
    made = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    killed = int(made.stdout)
    assert killed >= 20, "a proof of nothing: there were hardly any instants"

    seen = set()
    for copy in sorted(copies.iterdir()):
        again = opened(copy)
        found = again.inventory()
        names = [one.name for one in found.client_certificates]
        seen.add((old in names, len(names), found.central_system_roots))
        for name in names:
            again.tls(Verification(system_roots=False), name)
        new = again.accept_signed(chain.read_text())
        again.retire(old)
        assert [one.name for one in again.inventory().client_certificates] == [new], "it can be done once more"
        assert not list(copy.rglob(".*")), "nothing that was under way is left"
    assert seen == {(True, 1, 1), (True, 2, 1), (False, 1, 1), (False, 1, 2)}
