"""Walks, drawn by Hypothesis."""

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ocpp16sm.probe.steps import Hostile, Step, Usual, Walk

LONGEST = 15


def usual_walks(connectors: int, tags: int) -> SearchStrategy[Walk]:
    """What charge points do, in any order; a whole charge point sees that it makes sense."""
    return _walks(st.sampled_from(Usual), connectors, tags)


def hostile_walks(connectors: int, tags: int) -> SearchStrategy[Walk]:
    """The same, and what they should not do."""
    return _walks(st.sampled_from(Usual) | st.sampled_from(Hostile), connectors, tags)


def first_walks() -> Iterator[Walk]:
    """Everything hostile by itself, and in a transaction: the shortest walks, which chance would not draw all."""
    for word in Hostile:
        yield (Step(word),)
        yield Step(Usual.START), Step(word)


def _walks(
    words: SearchStrategy[Usual] | SearchStrategy[Usual | Hostile], connectors: int, tags: int
) -> SearchStrategy[Walk]:
    steps = st.builds(Step, words, st.integers(1, connectors), st.integers(0, tags - 1))
    return st.lists(steps, min_size=1, max_size=LONGEST).map(tuple)
