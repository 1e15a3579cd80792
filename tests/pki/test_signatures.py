"""The signature of firmware: what openssl has signed is good, and nothing else is (whitepaper L01.FR.04, L01.FR.12).

``firmware/`` was made with the openssl command: ``openssl dgst -sha256 -sign KEY image.bin | base64``, for rsa-pss with
``-sigopt rsa_padding_mode:pss`` and a salt of 32 bytes or the longest that there can be.
"""

import tracemalloc
from pathlib import Path

import pytest

from ocpp16sm.errors import CertificateError
from ocpp16sm.pki.signatures import verify_firmware
from tests.support.firmware_signers import KINDS, Kind, signer

MADE = Path(__file__).with_name("firmware")
IMAGE = MADE / "image.bin"
SIGNED = {
    "ecdsa.sig": "ec.crt.pem",
    "rsa-pkcs1.sig": "rsa.crt.pem",
    "rsa-pss.sig": "rsa.crt.pem",
    "rsa-pss-longest-salt.sig": "rsa.crt.pem",
}


def text(name: str) -> str:
    """Of a file that was made."""
    return (MADE / name).read_text()


@pytest.mark.parametrize("signature", SIGNED)
def test_what_openssl_has_signed_is_good(signature: str) -> None:
    verify_firmware(IMAGE, text(signature), text(SIGNED[signature]))


@pytest.mark.parametrize("signature", SIGNED)
def test_base64_may_be_in_lines(signature: str) -> None:
    """As the base64 command makes it."""
    whole = text(signature)
    lines = "\n".join(whole[at : at + 76] for at in range(0, len(whole), 76)) + "\r\n"
    verify_firmware(IMAGE, lines, text(SIGNED[signature]))


@pytest.mark.parametrize("signature", SIGNED)
@pytest.mark.parametrize("change", ["a bit", "shorter", "longer", "empty"])
def test_an_image_that_was_changed_is_refused(signature: str, change: str, tmp_path: Path) -> None:
    content = IMAGE.read_bytes()
    flipped = content[:-2] + bytes([content[-2] ^ 1]) + content[-1:]
    changed = {"a bit": flipped, "shorter": content[:-1], "longer": content + b"\0", "empty": b""}[change]
    image = tmp_path / "image.bin"
    image.write_bytes(changed)
    with pytest.raises(CertificateError, match="not that of the signing certificate"):
        verify_firmware(image, text(signature), text(SIGNED[signature]))


@pytest.mark.parametrize(
    ("signature", "certificate"),
    [("ecdsa.sig", "rsa.crt.pem"), ("rsa-pss.sig", "ec.crt.pem"), ("rsa-pkcs1.sig", "ec.crt.pem")],
)
def test_the_signature_of_somebody_else_is_refused(signature: str, certificate: str) -> None:
    with pytest.raises(CertificateError, match="not that of the signing certificate"):
        verify_firmware(IMAGE, text(signature), text(certificate))


@pytest.mark.parametrize("kind", KINDS)
def test_the_signature_of_another_key_of_the_same_kind_is_refused(kind: Kind) -> None:
    other = "ec.crt.pem" if kind == "ecdsa" else "rsa.crt.pem"
    made = signer(kind).sign(IMAGE.read_bytes())
    verify_firmware(IMAGE, made, signer(kind).certificate)
    with pytest.raises(CertificateError):
        verify_firmware(IMAGE, made, text(other))


@pytest.mark.parametrize("signature", ["", "AAAA", "MAYCAQACAQA="], ids=["empty", "three bytes", "r = s = 0"])
@pytest.mark.parametrize("certificate", ["ec.crt.pem", "rsa.crt.pem"])
def test_no_signature_at_all_is_refused(signature: str, certificate: str) -> None:
    """L01, step 5: also if it is missing entirely."""
    with pytest.raises(CertificateError, match="not that of the signing certificate"):
        verify_firmware(IMAGE, signature, text(certificate))


@pytest.mark.parametrize("signature", ["?", "AAA", "ÄÄÄÄ", "c2ln\0bmVk", "AA==AA=="])
def test_what_is_no_base64_is_refused(signature: str) -> None:
    with pytest.raises(CertificateError, match=r"no base64|not that of"):
        verify_firmware(IMAGE, signature, text("ec.crt.pem"))


@pytest.mark.parametrize(
    "certificate", ["", "c", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "\ud800"]
)
def test_what_is_no_certificate_is_refused(certificate: str) -> None:
    with pytest.raises(CertificateError, match="certificates in PEM were expected"):
        verify_firmware(IMAGE, text("ecdsa.sig"), certificate)


def test_another_kind_of_key_is_refused() -> None:
    """The whitepaper knows RSA and elliptic curves with SHA-256."""
    odd = signer("ed25519")
    with pytest.raises(CertificateError, match="RSA or ECDSA"):
        verify_firmware(IMAGE, odd.sign(IMAGE.read_bytes()), odd.certificate)


def test_a_file_that_is_not_there_is_no_matter_of_certificates(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        verify_firmware(tmp_path / "none", text("ecdsa.sig"), text("ec.crt.pem"))


def test_a_large_image_is_not_read_into_memory(tmp_path: Path) -> None:
    image = tmp_path / "large.bin"
    with image.open("wb") as file:
        file.truncate(32_000_000)
    with pytest.raises(CertificateError):
        verify_firmware(image, text("ecdsa.sig"), text("ec.crt.pem"))
    tracemalloc.start()
    try:
        with pytest.raises(CertificateError):
            verify_firmware(image, text("ecdsa.sig"), text("ec.crt.pem"))
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
