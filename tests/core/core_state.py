"""All that a core is at the moment, found by looking at it, not by asking it: so nothing can be left out."""

from collections import deque
from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from ocpp16sm.charts.machine import Machine
from ocpp16sm.core.engine.journal import Journal
from ocpp16sm.core.engine.outbox import Outbox
from ocpp16sm.core.protocol import Core

_PLAIN = (str, int, float, bool, bytes, type(None), Enum)
_NOT_STATE = {Journal: ("_before", "_to_conclude", "may_progress"), Outbox: ("_undo",)}
"""What a step leaves behind, and the next one throws away."""
_NOW = "now"
"""The time of the last input, which is not taken back: it has passed."""


def everything(core: Core) -> dict[str, Any]:
    """Path -> value of all data that can be reached from a core. Two cores that behave differently differ here."""
    found: dict[str, Any] = {}
    _walk("core", core, found, set())
    return found


def _walk(path: str, value: Any, found: dict[str, Any], seen: set[int]) -> None:
    if isinstance(value, _PLAIN):
        found[path] = value
    elif isinstance(value, Mapping):
        found[path] = [str(key) for key in value]  # order counts
        for key, item in value.items():
            _walk(f"{path}[{key}]", item, found, seen)
    elif isinstance(value, (list, tuple, deque)):
        found[path] = len(value)
        for index, item in enumerate(value):
            _walk(f"{path}[{index}]", item, found, seen)
    elif isinstance(value, (set, frozenset)):
        found[path] = sorted(map(str, value))
    elif attrs.has(type(value)) and not isinstance(value, Core):
        found[path] = value
    elif type(value).__module__.startswith("ocpp16sm.") and id(value) not in seen:
        seen.add(id(value))
        for name in _names(value):
            if name != _NOW and name not in _NOT_STATE.get(type(value), ()):
                _walk(f"{path}.{name}", getattr(value, name, None), found, seen)


def _names(value: Any) -> list[str]:
    if isinstance(value, Machine):
        return [*value._regions, "_busy", "_queue"]
    slots = (name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ()))
    return sorted({*slots, *getattr(value, "__dict__", {})})
