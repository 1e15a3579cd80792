"""Counts of several processes can be added, and say within 5 % how long answers took."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp16sm.fleet import Counts, Times
from ocpp16sm.fleet.counts import MOST_KINDS, OTHERS
from ocpp16sm.fleet.rng import Rng

seconds = st.floats(1e-5, 1000)


def times_of(values: list[float]) -> Times:
    times = Times()
    for value in values:
        times.add(value)
    return times


@given(st.lists(seconds, min_size=1), st.floats(1, 100))
def test_a_percentile_is_at_most_5_percent_too_long(values: list[float], percent: float) -> None:
    exact = sorted(values)[math.ceil(len(values) * percent / 100) - 1]
    found = times_of(values).percentile(percent)
    assert found is not None
    assert exact * (1 - 1e-9) <= found <= exact * 1.05 * (1 + 1e-9)


@given(st.lists(seconds), st.lists(seconds))
def test_what_is_counted_apart_adds_up(one: list[float], other: list[float]) -> None:
    both = times_of(one)
    both.merge(times_of(other))
    at_once = times_of(one + other)
    assert (both.buckets, both.count, both.most_s) == (at_once.buckets, at_once.count, at_once.most_s)
    assert both.total_s == pytest.approx(at_once.total_s)


@given(st.lists(seconds), st.lists(seconds))
def test_what_has_come_since_is_the_difference(before: list[float], after: list[float]) -> None:
    new = times_of(before + after).since(times_of(before))
    assert (new.buckets, new.count) == (times_of(after).buckets, len(after))


def test_without_any_there_is_no_percentile() -> None:
    assert (Times().percentile(50), Times().mean_s) == (None, None)


def test_a_time_too_short_to_be_measured_is_counted() -> None:
    times = times_of([0.0, 0.0])
    assert (times.count, times.percentile(99)) == (2, 0.0)


def test_the_counts_of_processes_add_up() -> None:
    one, other = Counts(connected=1, calls=2, cpu_s=0.5), Counts(connected=3, calls=5, cpu_s=0.25)
    one.answered("Heartbeat", 0.1)
    other.answered("Heartbeat", 0.2, "CALLERROR InternalError")
    other.answered("Authorize", 0.3)
    other.waited("boot", 1.0)
    total = Counts.of([one, other])
    assert (total.connected, total.calls, total.cpu_s) == (4, 7, 0.75)
    assert {action: times.count for action, times in total.answers.items()} == {"Heartbeat": 2, "Authorize": 1}
    assert total.all_answers.count == 3
    assert total.waits["boot"].count == 1
    assert total.errors == {"Heartbeat: CALLERROR InternalError": 1}
    assert one.answers["Heartbeat"].count == 1  # the parts are as they were


def test_kinds_of_errors_are_bounded() -> None:
    counts = Counts()
    for number in range(MOST_KINDS + 10):
        counts.failed(f"error {number}")
    counts.failed("error 0")
    assert len(counts.errors) == MOST_KINDS + 1
    assert (counts.errors["error 0"], counts.errors[OTHERS]) == (2, 10)


def test_chance_depends_on_nothing_but_its_seed() -> None:
    assert [Rng(1, 2).random() for _ in range(2)] == [Rng(1, 2).random()] * 2
    assert Rng(1, 2).random() != Rng(2, 1).random()
    # SplitMix64's own test vector: the first numbers from state 1234567
    chance = Rng()
    chance._state = 1234567
    assert [chance.random() for _ in range(3)] == [
        (number >> 11) / 2**53 for number in (6457827717110365317, 3203168211198807973, 9817491932198370423)
    ]


@given(st.integers())
def test_chance_keeps_to_its_limits(seed: int) -> None:
    chance = Rng(seed)
    assert all(0 <= chance.random() < 1 for _ in range(20))
    assert all(2 <= chance.between((2, 3)) <= 3 for _ in range(20))
    assert all(chance.below(3) in (0, 1, 2) for _ in range(20))
    assert all(chance.gap(10) >= 0 for _ in range(20))
    assert all(chance.weighed([0, 1, 0]) == 1 for _ in range(20))


def test_gaps_and_weights_are_as_long_and_as_heavy_as_they_should_be() -> None:
    chance = Rng("gaps")
    assert sum(chance.gap(10) for _ in range(20_000)) / 20_000 == pytest.approx(10, rel=0.05)
    assert sum(chance.weighed([1, 3]) for _ in range(20_000)) / 20_000 == pytest.approx(0.75, rel=0.05)
