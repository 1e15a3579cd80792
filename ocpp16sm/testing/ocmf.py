"""Verifies signed meter values with the public key of the meter: OCMF 1.0, ECDSA on P-256."""

import json
from decimal import Decimal
from typing import Any

from attrs import frozen


class OcmfError(ValueError):
    """A text is not valid OCMF, or its signature does not match the key. The message says why."""


@frozen
class OcmfReading:
    """One reading of a signed meter value."""

    kind: str
    """OCMF field TX. ``B``: at the beginning of a transaction, ``E``: at its end, ``C``: in between."""
    value: Decimal
    """OCMF field RV, in ``unit``, with the exact decimals of the meter."""
    unit: str
    """OCMF field RU, the unit of ``value``: ``kWh`` or ``Wh``."""
    at: str
    """OCMF field TM, the time of the reading as the meter wrote it."""


@frozen
class Ocmf:
    """A signed meter value whose signature is valid."""

    payload: dict[str, Any]
    """The complete signed payload, with the field names of OCMF."""
    readings: tuple[OcmfReading, ...]
    """The readings, in the order of the payload."""


def verify_ocmf(text: str, public_key: str) -> Ocmf:
    """Parse a signed meter value and verify its signature.

    :param text: the value of a SampledValue with the format SignedData, verbatim.
    :param public_key: the value of MeterPublicKey<n>: SubjectPublicKeyInfo in DER, as hexadecimal digits.
    :raises OcmfError: the text is not valid OCMF, the key cannot be read, or the signature does not match.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    head, _, rest = text.partition("|")
    signed, _, seal_text = rest.rpartition("|")
    if head != "OCMF" or not signed:
        raise OcmfError("not OCMF: expected OCMF|{...}|{...}")
    payload, seal = _object("payload", signed), _object("signature", seal_text)
    if seal.get("SA", "ECDSA-secp256r1-SHA256") != "ECDSA-secp256r1-SHA256":
        raise OcmfError(f"unsupported signature algorithm {seal['SA']}; expected ECDSA-secp256r1-SHA256")
    try:
        key = load_der_public_key(bytes.fromhex(public_key))
        signature = bytes.fromhex(str(seal.get("SD", "")))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise OcmfError(f"cannot read the key or the signature: {error}") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise OcmfError("the key is not an EC key on P-256")
    try:
        key.verify(signature, signed.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        raise OcmfError("the signature does not match this key and text") from None
    return Ocmf(payload, tuple(_readings(payload)))


def _object(what: str, text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise OcmfError(f"the {what} is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise OcmfError(f"the {what} is not a JSON object")
    return value


def _readings(payload: dict[str, Any]) -> list[OcmfReading]:
    try:
        return [OcmfReading(each["TX"], Decimal(each["RV"]), each["RU"], each["TM"]) for each in payload["RD"]]
    except (LookupError, TypeError, ArithmeticError) as error:
        raise OcmfError(f"cannot read the readings (RD): {error!r}") from None
