"""What identifies a certificate, against figures of the openssl command (whitepaper 6.1, RFC 6960).

``openssl/`` was made by ``openssl ocsp -sha256 -issuer root.pem -cert second.pem -req_text -no_nonce``, and so on. The
serial number of the root is the whitepaper's example: 4095, FFF.
"""

import re
from pathlib import Path

import pytest

from ocpp16sm.messages import CertificateHashData, CertificateUse, DeleteCertificateStatus, HashAlgorithm
from ocpp16sm.pki import FileCertificates
from ocpp16sm.pki.chains import hash_data
from ocpp16sm.pki.decoded import certificates

MADE = Path(__file__).with_name("openssl")
CENTRAL = CertificateUse.CENTRAL_SYSTEM_ROOT_CERTIFICATE


def figures(name: str, algorithm: HashAlgorithm) -> CertificateHashData:
    """What openssl said of this certificate."""
    said = (MADE / f"{name}.{algorithm.value.lower()}.txt").read_text().replace("\\\n", "")
    values = dict(re.findall(r"^\s*([\w ]+): (\S+)$", said, re.MULTILINE))
    return CertificateHashData(
        hash_algorithm=algorithm,
        issuer_name_hash=values["Issuer Name Hash"],
        issuer_key_hash=values["Issuer Key Hash"],
        serial_number=values["Serial Number"].lstrip("0"),
    )


@pytest.mark.parametrize("algorithm", HashAlgorithm)
@pytest.mark.parametrize("name", ["root", "second"])
def test_hashes_and_serial_number_are_those_of_openssl(name: str, algorithm: HashAlgorithm) -> None:
    certificate, issuer = (certificates(one, (MADE / f"{one}.pem").read_text())[0] for one in (name, "root"))
    assert hash_data(certificate, issuer, algorithm) == figures(name, algorithm)


@pytest.mark.parametrize("algorithm", HashAlgorithm)
def test_a_root_is_found_by_the_hashes_of_each_algorithm(tmp_path: Path, algorithm: HashAlgorithm) -> None:
    here = FileCertificates(tmp_path)
    for name in ("root", "second"):
        here.install_root(CENTRAL, (MADE / f"{name}.pem").read_text(), 10, replace=False)
    assert here.installed_roots(CENTRAL) == tuple(figures(name, HashAlgorithm.SHA256) for name in ("second", "root"))
    assert here.delete(figures("root", algorithm)) is DeleteCertificateStatus.ACCEPTED
    assert here.installed_roots(CENTRAL) == (figures("second", HashAlgorithm.SHA256),), "its issuer is remembered"
