"""Any bytes give effects or nothing, never an exception, and memory is bounded: by Hypothesis, and by seed."""

import gc
import json
import tracemalloc
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.messages import ACTIONS, SentBy
from tests.fuzz.target import REGISTRATIONS, Victim, one_input, record
from tests.hostile.frames import NESTED, VALID, listed, misfits, spoiled

ANSWERS = [
    '[3,"$id",{}]', '[3,"$id",{"status":"Accepted"}]', '[3,"$id",{"idTagInfo":{"status":"Blocked"},"transactionId":1}]',
    '[3,"$id",{"status":"Accepted","currentTime":"2026-06-01T12:00:00Z","interval":0}]',
    '[3,"$id",{"status":"Pending","currentTime":"0001-01-01T00:00:00Z","interval":-2147483648}]',
    '[3,"$id",{"status":"Rejected","currentTime":"9999-12-31T23:59:59Z","interval":2147483647}]',
    '[4,"$id","InternalError","",{}]', '[4,"$id"]', '[3,"$id",5]',
]  # fmt: skip
"""Answers to what is in flight, right and wrong."""


def seeds() -> list[str]:
    """Frames to begin with."""
    valid = [json.dumps([2, action, action, payload]) for action, payload in VALID.items()]
    every = [
        json.dumps([2, name, name, {}]) for name, action in ACTIONS.items() if action.sent_by is not SentBy.CHARGE_POINT
    ]
    return [*valid, *every, *ANSWERS, *NESTED.values()]


SEEDS = seeds()
kinds = st.integers(0, 255)
undecodable = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
"""Bytes that are no UTF-8, as ``surrogateescape`` shows them; a record can hold no other surrogate."""
texts = st.sampled_from(SEEDS) | st.text(st.characters(exclude_categories=["Cs"]) | undecodable, max_size=200)
spoilt = st.builds(
    lambda text, where, what: text[: where % (len(text) + 1)] + what + text[where % (len(text) + 1) + len(what) :],
    texts,
    st.integers(0, 2000),
    st.text(max_size=5),
)
stories = st.lists(st.builds(record, kinds, texts | spoilt), max_size=15).map(b"".join)


def story(chance: Random) -> bytes:
    """Some records, most of them frames that are nearly right."""
    some = [chance.choice(SEEDS) for _ in range(30)] + list(islice(spoiled(chance), 10))
    chance.shuffle(some)
    return bytes([chance.randrange(3)]) + b"".join(
        record(chance.choice([0] * 12 + [210, 239, 240, 255]), text) for text in some
    )


@given(st.binary(max_size=2000) | st.builds(lambda first, rest: bytes([first]) + rest, st.integers(0, 2), stories))
def test_any_bytes_give_effects_or_nothing(data: bytes) -> None:
    one_input(data)


@pytest.mark.parametrize("seed", range(8))
def test_any_story_gives_effects_or_nothing(seed: int) -> None:
    one_input(story(Random(seed)))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_any_story_gives_effects_or_nothing_for_long(seed: int) -> None:
    chance = Random(1000 + seed)
    for _ in range(200):
        one_input(story(chance))


@pytest.mark.parametrize(
    "registration",
    [each if each == "Accepted" else pytest.param(each, marks=pytest.mark.long) for each in REGISTRATIONS],
)
def test_hostile_frames_leave_nothing_in_memory(registration: str) -> None:
    """The second thousand of frames costs no memory: what the first has left behind is all there is."""
    victim = Victim(registration)
    chance = Random(16)
    rounds = [[*listed(chance), *misfits(chance), *islice(spoiled(chance), 500)] for _ in range(3)]

    def attack(texts: list[str]) -> None:
        for number, text in enumerate(texts):
            victim.says(text)
            if number % 50 == 0:
                victim.passes(70)
                victim.opens()

    attack(rounds[0])
    tracemalloc.start()
    try:
        attack(rounds[1])
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        attack(rounds[2])
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    victim.is_bounded()
    assert grown < 512 * 1024
