"""The power is cut between any two things that a charge point does: no transaction is lost or told twice (3.7.1).

A session in virtual time is run to its end and its effects counted; then it is run again and cut after each of them
in turn, started anew on what its store holds, and let deliver. That is every instant at which ``kill -9`` can be told
apart from another, for a store that keeps its operations all or none (SQLite sees to that; real processes are killed
in :mod:`tests.durability.test_kill`).
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from attrs import define, evolve, field

from ocpp16sm.base.words import ReasonWord
from ocpp16sm.core.engine import inputs
from ocpp16sm.core.engine.effects import Effect
from ocpp16sm.core.engine.setup import Setup
from ocpp16sm.errors import LocalError
from ocpp16sm.station_facts import Measurement, PerPhase
from ocpp16sm.store import MemoryStore, SqliteStore, Store
from tests.durability.ledger import Ledger, Session
from tests.support.scene import IDENTITY, QUIET
from tests.support.virtual_core import VirtualChargePoint

REGISTERS = "Energy.Active.Import.Register"
SETUP = Setup(
    identity=IDENTITY,
    connectors=2,
    configuration={
        **QUIET,
        "MeterValueSampleInterval": "10",
        "MeterValuesSampledData": REGISTERS,
        "StopTxnSampledData": REGISTERS,
        "TransactionMessageRetryInterval": "1",
    },
)
ANSWER_S = 0.01
NEVER = 1_000_000


class PowerCutError(Exception):
    """The charge point does nothing any more."""


@define(slots=False)
class Mortal(VirtualChargePoint):
    """Performs so many effects, and no more."""

    life: int = NEVER
    done: int = 0

    def _perform(self, effect: Effect) -> None:
        if self.done >= self.life:
            raise PowerCutError
        self.done += 1
        super()._perform(effect)


@define
class Station:
    """A station, its Central System, and what its handlers have vouched for."""

    store: Store
    ledger: Ledger = field(factory=Ledger)
    sessions: dict[str, Session] = field(factory=dict)
    point: Mortal = field(init=False)
    _register: int = 1000

    def __attrs_post_init__(self) -> None:
        self.point = Mortal(SETUP, on_sent=self._sent, store=self.store)

    def _sent(self, text: str) -> None:
        answer = self.ledger.answer(text, self.point.now.utc)
        if answer is not None:
            self.point.at(ANSWER_S, inputs.TextReceived(answer))

    def boots(self, life: int = NEVER, resuming: frozenset[str] = frozenset()) -> None:
        self.point.life, self.point.done = life, 0
        self.point.dial_s = 0.0
        self.point.start(resuming_sessions=resuming)

    def begins(self, connector: int, name: str) -> None:
        now = self.point.now.utc
        self._register += 10
        register = self._register
        self.point.on_session_started(connector, name, "EVConnected")
        self.point.on_transaction_started(connector, name, name, register, None, now)
        self.sessions[name] = Session(name, connector, register, now.text())

    def charges(self, seconds: int) -> None:
        """The meters are read every five seconds."""
        for _ in range(seconds // 5):
            self.point.advance(5)
            for session in self.sessions.values():
                if session.reason is None:
                    self._register += 7
                    energy = PerPhase(total=self._register)
                    reading = Measurement(timestamp=self.point.now.utc, energy_wh_import=energy)
                    self.point.on_meter_values(session.connector, reading)

    def ends(self, name: str, reason: ReasonWord = "Remote") -> None:
        session = self.sessions[name]
        self._register += 3
        self.sessions[name] = evolve(session, stopping=(*session.stopping, (self._register, reason)))
        self.point.on_transaction_stopped(session.connector, name, reason, self.point.now.utc, self._register)
        self.sessions[name] = evolve(self.sessions[name], reason=reason, meter_stop=self._register)
        self.point.on_session_stopped(session.connector, name)

    def loses_network(self) -> None:
        self.point.dial_s = None
        if self.point.linked:
            self.point.drop_link()

    def regains_network(self) -> None:
        self.point.dial_s = 0.0
        self.charges(120)


def online(station: Station) -> None:
    """One transaction after the other, and two at once."""
    station.begins(1, "A")
    station.charges(25)
    station.ends("A")
    station.begins(1, "B")
    station.begins(2, "C")
    station.charges(15)
    station.ends("C", "EmergencyStop")
    station.charges(10)
    station.ends("B", "Local")
    station.point.advance(60)


def offline(station: Station) -> None:
    """A transaction that starts online and ends offline, one wholly offline, one that starts offline."""
    station.begins(1, "A")
    station.charges(15)
    station.loses_network()
    station.begins(2, "B")
    station.charges(15)
    station.ends("A")
    station.ends("B")
    station.begins(2, "C")
    station.charges(10)
    station.regains_network()
    station.charges(10)
    station.ends("C")
    station.point.advance(60)


def breaking(station: Station) -> None:
    """The connection breaks each time something is in flight."""
    station.begins(1, "A")
    station.point.drop_link()
    station.charges(30)
    station.charges(10)
    station.point.drop_link()
    station.charges(30)
    station.ends("A")
    station.point.drop_link()
    station.point.advance(60)


Story = Callable[[Station], None]
STORIES = pytest.mark.parametrize("story", [online, offline, breaking])


def recover(station: Station, *, resuming: bool, life: int = NEVER) -> None:
    """Power is back. Whoever is still plugged in goes on charging, or is found to have gone."""
    open_ones = [name for name, session in station.sessions.items() if session.reason is None]
    station.boots(life, frozenset(open_ones if resuming else ()))
    station.point.advance(60)
    if resuming:
        station.charges(20)
        for name in open_ones:
            with contextlib.suppress(LocalError):  # its stop was on disk already: it is no longer there
                station.ends(name)
    station.point.advance(120)


def lives(story: Story, store: Callable[[], Store], step: int = 1) -> Iterator[Station]:
    """The story cut short after no effect, after ``step``, ... until it is not cut short."""
    for life in range(0, NEVER, step):
        station = Station(store())
        try:
            station.boots(life)
            station.point.advance(10)
            story(station)
        except PowerCutError:
            yield station
        else:
            assert life > 40, "a story with so few effects tells nothing"
            yield station
            return


def is_all_told(station: Station) -> None:
    """Whatever the power cut did, the Central System's books are right, and nothing is left on disk."""
    station.ledger.verify(station.sessions.values())
    left = station.store.load()
    assert (left.queue, left.transactions, left.samples) == ((), (), {})


@pytest.mark.parametrize("resuming", [False, True], ids=["sessions end", "sessions resume"])
@STORIES
def test_a_power_cut_at_any_instant_loses_and_doubles_nothing(story: Story, resuming: bool) -> None:
    for station in lives(story, MemoryStore):
        recover(station, resuming=resuming)
        is_all_told(station)


@STORIES
def test_a_power_cut_leaves_a_file_that_tells_everything(story: Story, tmp_path: Path) -> None:
    count = iter(range(NEVER))

    def file() -> Store:
        return SqliteStore(tmp_path / f"{next(count)}.db", durability="process")

    for station in lives(story, file, step=5):  # what a file adds to memory is in the store's own tests
        station.store.close()
        assert isinstance(station.store, SqliteStore)
        station.store = station.point.store = SqliteStore(station.store.path, durability="process")
        recover(station, resuming=False)
        is_all_told(station)
        station.store.close()


def cut_twice(story: Story, step: int, *, resuming: bool) -> None:
    """Cut again, while it recovers: after every ``step``-th effect of the second life."""
    for second in range(1, NEVER, step):
        cut = False
        for station in lives(story, MemoryStore):
            try:
                recover(station, resuming=resuming, life=second)
            except PowerCutError:
                cut = True
                recover(station, resuming=resuming)
            is_all_told(station)
        if not cut:
            return


@STORIES
def test_a_second_power_cut_during_recovery_changes_nothing(story: Story) -> None:
    cut_twice(story, 29, resuming=False)


@pytest.mark.long
@pytest.mark.parametrize("resuming", [False, True], ids=["sessions end", "sessions resume"])
@STORIES
def test_a_second_power_cut_at_any_instant_changes_nothing(story: Story, resuming: bool) -> None:
    cut_twice(story, 1, resuming=resuming)


@STORIES
def test_without_a_power_cut_nothing_ends_by_power_loss(story: Story) -> None:
    station = list(lives(story, MemoryStore))[-1]
    is_all_told(station)
    reasons = [told.payload.get("reason") for told in station.ledger.told if told.action == "StopTransaction"]
    assert "PowerLoss" not in reasons


def test_a_transaction_ends_by_power_loss_with_the_last_reading_on_disk() -> None:
    """The end of a transaction that nobody saw is the last that the meter was known to show (D43)."""
    station = Station(MemoryStore())
    station.boots()
    station.point.advance(10)
    station.begins(1, "A")
    station.charges(30)
    (kept,) = station.store.load().transactions
    recover(station, resuming=False)
    is_all_told(station)
    (stop,) = [told.payload for told in station.ledger.told if told.action == "StopTransaction"]
    assert stop["reason"] == "PowerLoss"
    assert kept.last_meter_wh is not None
    assert stop["meterStop"] == kept.last_meter_wh > 1010
