"""Parsing of numbers on the command line."""

import math


def seconds(text: str) -> float:
    """A duration in seconds. Raises ``ValueError`` if it is not a finite number of at least 0."""
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(f"{text!r} is not a finite number of at least 0")
    return number
