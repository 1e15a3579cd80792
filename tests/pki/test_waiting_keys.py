"""Keys that wait for CertificateSigned: several, over restarts, a day long, and not more than five."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ocpp16sm.certificates import Subject
from ocpp16sm.errors import CertificateError
from ocpp16sm.messages import CertificateStatus, CertificateUse
from ocpp16sm.pki import FileCertificates
from tests.support.authorities import NOON, Issued, answer, root

CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE
SUBJECT = Subject(common_name="SN-1", organization="Operator")


def opened(to: Path, moment: datetime = NOON) -> FileCertificates:
    """After a restart at this time."""
    return FileCertificates(to, utc=lambda: moment)


@pytest.fixture(scope="module")
def trusted() -> Issued:
    """The root of all that is signed here."""
    return root(days=(-9, 9))


@pytest.fixture
def folder(tmp_path: Path, trusted: Issued) -> Path:
    """Where that root is trusted."""
    assert opened(tmp_path).install_root(CENTRAL, trusted.pem, 1, replace=False) is CertificateStatus.ACCEPTED
    return tmp_path


def test_five_keys_wait_over_a_restart_and_the_oldest_goes_for_a_sixth(folder: Path, trusted: Issued) -> None:
    asking = opened(folder)
    oldest, *others = [answer(trusted, asking.request_signature(SUBJECT)) for _ in range(6)]
    here = opened(folder)
    with pytest.raises(CertificateError, match="no key that waits"):
        here.accept_signed(oldest.pem)
    for signed in reversed(others):
        here.accept_signed(signed.pem)
    assert len(here.inventory().client_certificates) == 5


@pytest.mark.parametrize(("later", "waits"), [(timedelta(days=1), True), (timedelta(days=1, seconds=1), False)])
def test_a_key_waits_for_a_day(folder: Path, trusted: Issued, later: timedelta, waits: bool) -> None:
    signed = answer(trusted, opened(folder).request_signature(SUBJECT), days=(-2, 2))
    here = opened(folder, NOON + later)
    here.request_signature(SUBJECT)
    if waits:
        assert here.accept_signed(signed.pem)
    else:
        with pytest.raises(CertificateError, match="no key that waits"):
            here.accept_signed(signed.pem)


def test_a_disk_that_cannot_be_written_makes_an_installation_fail(tmp_path: Path, trusted: Issued) -> None:
    """M05.FR.04."""
    (tmp_path / "pki").write_text("a file where the directory should be")
    assert opened(tmp_path / "pki").install_root(CENTRAL, trusted.pem, 1, replace=False) is CertificateStatus.FAILED
