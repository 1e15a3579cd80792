"""Hypothesis strategies for walks."""

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ocpp16sm.probe.steps import Hostile, Step, Usual, Walk

LONGEST = 15
"""Maximum number of steps of a random walk."""


def usual_walks(connectors: int, tags: int) -> SearchStrategy[Walk]:
    """Ordinary steps in any order; the charge point refuses those that make no sense.

    ``connectors``: number of connectors; ``tags``: number of idTags.
    """
    return _walks(st.sampled_from(Usual), connectors, tags)


def hostile_walks(connectors: int, tags: int) -> SearchStrategy[Walk]:
    """Ordinary and hostile steps in any order; parameters as for :func:`usual_walks`."""
    return _walks(st.sampled_from(Usual) | st.sampled_from(Hostile), connectors, tags)


def first_walks() -> Iterator[Walk]:
    """The shortest hostile walks: every hostile step alone and in a transaction.

    Random walks would not contain all of them.
    """
    for word in Hostile:
        yield (Step(word),)
        yield Step(Usual.START), Step(word)


def _walks(
    words: SearchStrategy[Usual] | SearchStrategy[Usual | Hostile], connectors: int, tags: int
) -> SearchStrategy[Walk]:
    steps = st.builds(Step, words, st.integers(1, connectors), st.integers(0, tags - 1))
    return st.lists(steps, min_size=1, max_size=LONGEST).map(tuple)
