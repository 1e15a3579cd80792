"""Rows other than OCPP messages, as JSON (cattrs). A value of a wrong type is refused."""

import json
import math
from decimal import Decimal
from typing import Any, TypeVar

from attrs import NOTHING, AttrsInstance, fields
from cattrs import Converter

from ocpp16sm.base.timestamp import Timestamp

R = TypeVar("R", bound=AttrsInstance)


def _number(given: Any, _kind: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ValueError("not a finite number")
    return float(given)


def _exactly(kind: type) -> Any:
    def structure(given: Any, _kind: Any) -> Any:
        if type(given) is not kind:
            raise ValueError(f"not a {kind.__name__}")
        return given

    return structure


def _text(given: Any, _kind: Any) -> str:
    if type(given) is not str:
        raise ValueError("not a text")
    return given


def _decimal(given: Any, _kind: Any) -> Decimal:
    number = Decimal(_text(given, str))
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


converter = Converter(omit_if_default=True)
converter.register_unstructure_hook(Timestamp, Timestamp.text)
converter.register_unstructure_hook(Decimal, str)
converter.register_structure_hook(Decimal, _decimal)
converter.register_structure_hook(Timestamp, lambda text, _kind: Timestamp.parse(_text(text, str)))
converter.register_structure_hook(str, _text)
converter.register_structure_hook(int, _exactly(int))
converter.register_structure_hook(bool, _exactly(bool))
converter.register_structure_hook(float, _number)


def show(record: AttrsInstance) -> str:
    """A record as JSON text."""
    return json.dumps(converter.unstructure(record), separators=(",", ":"))


def read(kind: type[R], text: str) -> R:
    """The record in a JSON text."""
    return converter.structure(json.loads(text), kind)


def read_what_can_be(kind: type[R], text: str) -> tuple[R, list[str]]:
    """The record in a JSON text, and the names of optional fields that had to be left out.

    Raises what :func:`read` raises if a required field is damaged.
    """
    given = json.loads(text)
    try:
        return converter.structure(given, kind), []
    except Exception:
        optional = [each.name for each in fields(kind) if each.default is not NOTHING and each.name in given]
    kept = {name: value for name, value in given.items() if name not in optional}
    record = converter.structure(kept, kind)
    left_out = []
    for name in optional:
        try:
            record = converter.structure({**kept, name: given[name]}, kind)
        except Exception:
            left_out.append(name)
        else:
            kept[name] = given[name]
    return record, left_out
