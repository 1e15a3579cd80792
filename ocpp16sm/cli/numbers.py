"""Numbers as people write them."""

import math


def seconds(text: str) -> float:
    """How long to wait. Raises ``ValueError``, also for what never ends and what has gone by."""
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(f"{text!r} is not from 0 on")
    return number
