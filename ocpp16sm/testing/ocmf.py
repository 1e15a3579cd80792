"""Signed meter values held against the key that the meter has published: OCMF 1.0, ECDSA on P-256."""

import json
from decimal import Decimal
from typing import Any

from attrs import frozen


class OcmfError(ValueError):
    """A text is no OCMF, or the meter has not signed it. The message says why."""


@frozen
class OcmfReading:
    """One reading of a signed value."""

    kind: str
    """``B``: of the begin of a transaction, ``E``: of its end, ``C``: in between."""
    value: Decimal
    """As the meter shows it, exactly."""
    unit: str
    """Of the value: ``kWh`` or ``Wh``."""
    at: str
    """When, as the meter says it."""


@frozen
class Ocmf:
    """What a meter has signed."""

    payload: dict[str, Any]
    """Everything that is signed, by OCMF's own names."""
    readings: tuple[OcmfReading, ...]
    """In their order."""


def verify_ocmf(text: str, public_key: str) -> Ocmf:
    """Read a signed meter value and check its signature.

    :param text: as it is in a SampledValue with the format SignedData, verbatim.
    :param public_key: as MeterPublicKey<n> has it: SubjectPublicKeyInfo in DER, in hexadecimal digits.
    :raises OcmfError: it is no OCMF, the key cannot be read, or it is not this key's signature over this text.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    head, _, rest = text.partition("|")
    signed, _, seal_text = rest.rpartition("|")
    if head != "OCMF" or not signed:
        raise OcmfError("is no OCMF: it is OCMF|{...}|{...}")
    payload, seal = _object("payload", signed), _object("signature", seal_text)
    if seal.get("SA", "ECDSA-secp256r1-SHA256") != "ECDSA-secp256r1-SHA256":
        raise OcmfError(f"is signed with {seal['SA']}; only ECDSA-secp256r1-SHA256 is known here")
    try:
        key = load_der_public_key(bytes.fromhex(public_key))
        signature = bytes.fromhex(str(seal.get("SD", "")))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise OcmfError(f"the key or the signature cannot be read: {error}") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise OcmfError("the key is none of P-256")
    try:
        key.verify(signature, signed.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise OcmfError("this key has not signed this text") from None
    return Ocmf(payload, tuple(_readings(payload)))


def _object(what: str, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise OcmfError(f"its {what} is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise OcmfError(f"its {what} is no JSON object")
    return value


def _readings(payload: dict[str, Any]) -> list[OcmfReading]:
    try:
        return [OcmfReading(each["TX"], Decimal(each["RV"]), each["RU"], each["TM"]) for each in payload["RD"]]
    except (LookupError, TypeError, ArithmeticError) as error:
        raise OcmfError(f"its readings (RD) cannot be read: {error!r}") from None
