"""``kill -9`` at every instant of a renewal: a certificate is there with its chain and key, or not at all."""

import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from ocpp16sm.certificates import Subject
from ocpp16sm.csms.authority import ContractAuthority
from ocpp16sm.messages import CertificateStatus, CertificateUse
from ocpp16sm.pki import FileCertificates, chains
from ocpp16sm.pki.revocation import request_data
from ocpp16sm.records import Verification
from tests.support.authorities import NOON, answer, root
from tests.support.contract_chains import V2G

CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE
SUBJECT = Subject(common_name="SN-1", organization="Operator")


def opened(directory: Path) -> FileCertificates:
    """After the restart."""
    return FileCertificates(directory, utc=lambda: NOON)


def kills(kind: str, before: Path, copies: Path, chain: Path, old: str, other: Path) -> None:
    """A process does this work, and is killed before each of its calls of the file system."""
    given = kind, *map(str, (before, copies, chain)), old, str(other)
    command = [sys.executable, "-m", "tests.pki.killed", *given]
    made = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    assert int(made.stdout) >= 20, "a proof of nothing: there were hardly any instants"


def test_a_process_killed_at_any_instant_leaves_a_certificate_that_connects(tmp_path: Path) -> None:
    first, second = root("First"), root("Second")
    before, copies, chain, other = (tmp_path / name for name in ("before", "copies", "chain.pem", "root.pem"))
    copies.mkdir()
    here = opened(before)
    assert here.install_root(CENTRAL, first.pem, 10, replace=False) is CertificateStatus.ACCEPTED
    old = here.accept_signed(answer(first, here.request_signature(SUBJECT)).pem)
    chain.write_text(answer(first, here.request_signature(SUBJECT)).pem)
    other.write_text(second.pem)

    kills("connections", before, copies, chain, old, other)

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


def test_at_any_instant_there_is_something_that_cars_can_be_shown(tmp_path: Path) -> None:
    authority = ContractAuthority(NOON)
    before, copies, chain, result = (tmp_path / name for name in ("before", "copies", "chain.pem", "response"))
    copies.mkdir()
    here = opened(before)
    here.install_contract_root(V2G, authority.v2g_root.pem, 10, replace=False)
    old = here.accept_v2g_signed(authority.sign_v2g(here.request_v2g_signature(SUBJECT)))
    chain.write_text(authority.sign_v2g(here.request_v2g_signature(SUBJECT)))
    leaf, issuer, *_ = chains.parse("it", chain.read_text())
    data = request_data(leaf, issuer)
    assert data is not None
    said = authority.ocsp(data, NOON)
    assert said is not None
    result.write_text(said)
    kills("cars", before, copies, chain, old, result)

    seen = set()
    for copy in sorted(copies.iterdir()):
        again = opened(copy)
        names = [one.name for one in again.inventory().v2g_certificates]
        shown = again.v2g_files()
        assert shown is not None
        key = serialization.load_pem_private_key(shown.key.read_bytes(), None)
        first, *_ = chains.parse("it", shown.chain.read_text())
        assert key.public_key() == first.key
        seen.add((old in names, len(names), shown.ocsp[0] is not None))
        again.accept_v2g_signed(chain.read_text())
        again.keep_ocsp(again.inventory().ocsp[0].data, said)
        again.retire_v2g(old)
        assert not list(copy.rglob(".*")), "nothing that was under way is left"
        assert len(list((copy / "ocsp").iterdir())) == 1
    assert seen == {(True, 1, False), (True, 2, False), (True, 2, True), (False, 1, True)}
