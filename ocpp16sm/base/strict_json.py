"""Strict parsing of JSON from outside: nothing that JSON does not have, and a limited depth."""

import json
import math
from typing import Any, Final

MOST_DEPTH: Final = 64
"""So deep JSON may be nested."""


def from_json(text: str | bytes) -> Any:
    """The value of a JSON text. Raises ``ValueError``, also for NaN and Infinity and if it is nested too deeply."""
    try:
        value = json.loads(text, parse_constant=_not_in_json, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _check_depth(value)
    return value


def _not_in_json(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number


def _check_depth(value: Any) -> None:
    level = [value]
    for _depth in range(MOST_DEPTH):
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return
    raise ValueError("it is nested too deeply")
