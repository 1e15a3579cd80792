"""A fleet on several processes: each has its share, all are counted together, and one that dies is noticed."""

import multiprocessing
import signal
from collections.abc import Iterator

import pytest

from ocpp16sm.fleet import Counts, Profile, profile_of
from ocpp16sm.fleet.record import Record
from ocpp16sm.fleet.run import RunListener, RunPlan
from ocpp16sm.fleet.shards import run_shards
from tests.support.fleets import central_system

QUIET = {"sessions": {"arrivals_per_hour": 0}, "station": {"connect_per_s": 1000}}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with central_system() as url:
        yield url


class RecordingRunListener(RunListener):
    """Keeps the record, and stops the run when all is as it should be."""

    def __init__(self, order: RunPlan) -> None:
        self.record = Record(order.url, order.stations, order.profile, "")
        self.dead: list[tuple[int, int | None]] = []
        self.stopped = False

    def counted(self, part: int, counts: Counts) -> None:
        self.record.told(part, counts)

    def died(self, part: int, code: int | None) -> None:
        self.dead.append((part, code))
        self.record.lost(part, code)

    def passed(self, at_s: float) -> None:
        self.record.sample(at_s)
        if not self.stopped and self.is_enough():
            self.stopped = True
            signal.raise_signal(signal.SIGINT)

    def is_enough(self) -> bool:
        return self.record.total.booted == self.record.stations


def test_the_numbers_are_shared_out_and_none_is_left() -> None:
    order = RunPlan(url="ws://127.0.0.1", profile=Profile(), first=11, stations=7)
    shares = [list(order.numbers(part, 3)) for part in range(3)]
    assert shares == [[11, 14, 17], [12, 15], [13, 16]]
    assert list(order.numbers()) == list(range(11, 18))


def test_all_processes_are_counted_together(url: str) -> None:
    order = RunPlan(url=url, profile=profile_of(QUIET), first=1, stations=5)
    ears = RecordingRunListener(order)
    run_shards(order, 2, ears)
    record = ears.record
    assert (record.most_connected, ears.dead) == (5, [])
    assert record.total.answers["BootNotification"].count == 5
    assert record.total.connected == 0  # all have been stopped
    assert record.all_booted_s is not None
    assert not record.total.errors


def test_a_process_that_dies_is_noticed_and_the_others_go_on(url: str) -> None:
    class Murderer(RecordingRunListener):
        def passed(self, at_s: float) -> None:
            if self.record.total.booted == 4 and not self.dead:
                victim = multiprocessing.active_children()[0]
                victim.kill()
                victim.join()
            super().passed(at_s)

        def is_enough(self) -> bool:
            return bool(self.dead)

    order = RunPlan(url=url, profile=profile_of(QUIET), first=1, stations=4)
    ears = Murderer(order)
    run_shards(order, 2, ears)
    ((part, code),) = ears.dead
    assert code == -signal.SIGKILL
    assert ears.record.total.errors == {f"process {part + 1} died with exit code -9": 1}
    assert ears.record.total.answers["BootNotification"].count == 4


def test_processes_end_when_their_time_is_over(url: str) -> None:
    order = RunPlan(url=url, profile=profile_of(QUIET), first=1, stations=2, duration_s=0.5)
    ears = RecordingRunListener(order)
    run_shards(order, 2, ears)
    assert not ears.dead
    assert multiprocessing.active_children() == []
