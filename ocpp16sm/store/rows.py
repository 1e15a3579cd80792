"""Rows that are no messages of OCPP, as JSON (cattrs)."""

import json
from decimal import Decimal
from typing import TypeVar

from attrs import AttrsInstance
from cattrs import Converter

from ocpp16sm.timestamp import Timestamp

R = TypeVar("R", bound=AttrsInstance)

converter = Converter(omit_if_default=True)
converter.register_unstructure_hook(Timestamp, Timestamp.text)
converter.register_unstructure_hook(Decimal, str)
converter.register_structure_hook(Decimal, lambda text, _kind: Decimal(text))
converter.register_structure_hook(Timestamp, lambda text, _kind: Timestamp.parse(text))


def show(record: AttrsInstance) -> str:
    """A record as JSON text."""
    return json.dumps(converter.unstructure(record), separators=(",", ":"))


def read(kind: type[R], text: str) -> R:
    """The record of a JSON text."""
    return converter.structure(json.loads(text), kind)
