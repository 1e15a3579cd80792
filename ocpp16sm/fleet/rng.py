"""Chance that costs a station 8 bytes: a fleet has one for each, so that a station does the same in whatever shard."""

import math
from collections.abc import Sequence
from hashlib import sha256

_MASK = 2**64 - 1


class Chance:
    """A repeatable sequence of numbers (SplitMix64, of Steele, Lea and Flood). ``random.Random`` keeps 2.5 KB.

    :param seed: whatever tells one sequence from the others; its ``repr`` counts.
    """

    __slots__ = ("_state",)

    def __init__(self, *seed: object) -> None:
        self._state = int.from_bytes(sha256(repr(seed).encode()).digest()[:8])

    def random(self) -> float:
        """From 0 on, and below 1."""
        self._state = state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        return ((state ^ (state >> 31)) >> 11) / 2**53

    def between(self, span: Sequence[float]) -> float:
        """Evenly from the first number to the second."""
        least, most = span
        return least + (most - least) * self.random()

    def gap(self, mean: float) -> float:
        """Until the next of things that happen at random, if so much passes between two on average."""
        return -math.log(1.0 - self.random()) * mean

    def below(self, count: int) -> int:
        """A whole number from 0 on, below ``count``."""
        return int(self.random() * count)

    def weighed(self, weights: Sequence[float]) -> int:
        """Which of several, by their weights."""
        left = self.random() * sum(weights)
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        return len(weights) - 1
