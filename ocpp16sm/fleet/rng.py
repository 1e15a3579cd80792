"""A random generator of 8 bytes. Each station has its own, so that it behaves the same in any process."""

import math
from collections.abc import Sequence
from hashlib import sha256

_MASK = 2**64 - 1


class Rng:
    """A repeatable sequence of numbers (SplitMix64, by Steele, Lea and Flood). ``random.Random`` needs 2.5 KB.

    :param seed: values that identify the sequence; their ``repr`` is hashed.
    """

    __slots__ = ("_state",)

    def __init__(self, *seed: object) -> None:
        self._state = int.from_bytes(sha256(repr(seed).encode()).digest()[:8])

    def random(self) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        self._state = state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((state ^ (state >> 31)) >> 11) / 2**53

    def between(self, span: Sequence[float]) -> float:
        """A number drawn uniformly between two."""
        least, most = span
        return least + (most - least) * self.random()

    def gap(self, mean: float) -> float:
        """The time until the next random event; exponentially distributed with this mean."""
        return -math.log(1.0 - self.random()) * mean

    def below(self, count: int) -> int:
        """A whole number from 0 (included) to ``count`` (excluded)."""
        return int(self.random() * count)

    def weighed(self, weights: Sequence[float]) -> int:
        """An index, drawn with these weights."""
        left = self.random() * sum(weights)
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        return len(weights) - 1
