"""A meter that signs its readings, as calibration law requires: OCMF 1.0 with ECDSA on P-256."""

import json
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, field

from ocpp16sm.base.timestamp import Timestamp

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_LAST_SCALAR = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550
"""The largest private key of P-256."""
_REGISTER = "1-b:1.8.0"
"""OBIS code of imported active energy, uncompensated."""

Kind = Literal["B", "E"]
"""OCMF's kinds of readings: begin and end of a transaction."""


@define
class SigningMeter:
    """Signs the readings of one meter. Its key is drawn from ``noise``: the same seed gives the same key."""

    serial_number: str
    """Serial number of the meter."""
    noise: Random
    """Source of the private key."""
    _key: "EllipticCurvePrivateKey | None" = None
    _pages: int = 0
    _begin: dict[str, Any] = field(factory=dict)

    @property
    def public_key(self) -> str:
        """The public key: SubjectPublicKeyInfo in DER, as hexadecimal digits."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self._private().public_key()
        return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()

    def begin(self, register_wh: float, at: Timestamp, id_tag: str) -> str:
        """The signed value at the start of a transaction; ``register_wh`` in Wh."""
        self._begin = _reading("B", register_wh, at)
        return self._signed(id_tag, self._begin)

    def end(self, register_wh: float, at: Timestamp, id_tag: str) -> str:
        """The signed value at the end of a transaction; it contains the start value, so it alone proves the energy."""
        begin = [self._begin] if self._begin else []
        return self._signed(id_tag, *begin, _reading("E", register_wh, at))

    def _signed(self, id_tag: str, *readings: dict[str, Any]) -> str:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.hashes import SHA256

        self._pages += 1
        payload = _text(
            {
                "FV": "1.0",
                "GI": "ocpp16sm virtual station",
                "GS": self.serial_number,
                "PG": f"T{self._pages}",
                "MV": "ocpp16sm",
                "MM": "virtual meter",
                "MS": self.serial_number,
                "IS": True,
                "IT": "CENTRAL",
                "ID": id_tag,
                "RD": list(readings),
            }
        )
        signature = self._private().sign(payload.encode(), ECDSA(SHA256(), deterministic_signing=True))
        return f"OCMF|{payload}|{_text({'SA': 'ECDSA-secp256r1-SHA256', 'SD': signature.hex()})}"

    def _private(self) -> "EllipticCurvePrivateKey":
        if self._key is None:
            from cryptography.hazmat.primitives.asymmetric import ec  # only who needs cryptography imports it

            self._key = ec.derive_private_key(self.noise.randint(1, _LAST_SCALAR), ec.SECP256R1())
        return self._key


def _reading(kind: Kind, register_wh: float, at: Timestamp) -> dict[str, Any]:
    moment = at.strftime("%Y-%m-%dT%H:%M:%S") + f",{at.microsecond // 1000:03d}+0000 S"
    kwh = (Decimal(repr(register_wh)) / 1000).quantize(Decimal("0.0001"))
    return {"TM": moment, "TX": kind, "RV": float(kwh), "RI": _REGISTER, "RU": "kWh", "RT": "AC", "EF": "", "ST": "G"}


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)
