"""Settings in the environment: ``OCPP16SM_<FIELD>``, and ``OCPP16SM_<TABLE>__<KEY>`` for entries of tables."""

from collections.abc import Mapping
from typing import Any

from ocpp16sm.config import key_table

PREFIX = "OCPP16SM_"


def read(environment: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What the environment sets; and for each setting, or entry of a table, the variable that says so."""
    values: dict[str, Any] = {}
    tables: dict[str, dict[str, str]] = {}
    written: dict[str, str] = {}
    known = {key.name.lower(): key.name for key in key_table.KEYS}
    for name, value in environment.items():
        if not name.startswith(PREFIX):
            continue
        setting, _, entry = name.removeprefix(PREFIX).lower().partition("__")
        written[f"{setting}.{entry}" if entry else setting] = name
        if entry:
            entry = known.get(entry, entry) if setting == "configuration" else entry
            tables.setdefault(setting, {})[entry] = value
        else:
            values[setting] = value
    return tables | values, written


def variable_of(key: str, written: Mapping[str, str], given: Mapping[str, Any]) -> str | None:
    """The variable that a key at fault was read from; None: it comes from elsewhere, or a keyword has replaced it."""
    for path in (key.lower(), f"configuration.{key.lower()}"):
        key_table, _, entry = path.partition(".")
        instead = given.get(key_table)
        replaced = entry.lower() in map(str.lower, instead) if isinstance(instead, Mapping) else instead is not None
        if path in written and not replaced:
            return written[path]
    return None
