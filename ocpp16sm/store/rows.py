"""Rows that are no messages of OCPP, as JSON (cattrs)."""

import json

from cattrs import Converter

from ocpp16sm.records import TransactionRecord
from ocpp16sm.timestamp import Timestamp

converter = Converter(omit_if_default=True)
converter.register_unstructure_hook(Timestamp, Timestamp.text)
converter.register_structure_hook(Timestamp, lambda text, _kind: Timestamp.parse(text))


def show_transaction(record: TransactionRecord) -> str:
    """A transaction as JSON text."""
    return json.dumps(converter.unstructure(record), separators=(",", ":"))


def read_transaction(text: str) -> TransactionRecord:
    """The transaction of a JSON text."""
    return converter.structure(json.loads(text), TransactionRecord)
