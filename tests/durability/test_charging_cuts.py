"""The power is cut between any two things that a charge point does: no charging profile that was accepted is lost.

Nor is one there that was cleared, or whose transaction has ended (errata 3.37, 3.13.1). What must be on disk after each
step of a life is written down here; a life that is cut short in a step has what was there before it or after it, and
certainly the latter once the Central System has its answer.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import Factory, define, field, frozen

from ocpp16sm.core.engine import inputs
from ocpp16sm.store import MemoryStore, SqliteStore, Store
from tests.durability.test_power_cuts import NEVER, PowerCutError, Station
from tests.support.charging_scenes import MAX, TX, profile

Place = tuple[int, str]
"""A connector, and the session of a TxProfile."""
Kept = dict[int, Place]
"""chargingProfileId -> where it is."""
ANYBODY = ""


@define
class Life:
    """A station, and what its Central System was answered."""

    station: Station
    answers: list[Any] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        hear = self.station.point.on_sent

        def sent(text: str) -> None:
            if text.startswith("[3"):
                self.answers.append(json.loads(text)[2])
            else:
                hear(text)

        self.station.point.on_sent = sent

    def asks(self, action: str, **payload: Any) -> None:
        """A request that is accepted, if the answer comes."""
        self.answers.clear()
        text = json.dumps([2, f"c{self.station.point.done}", action, payload])
        self.station.point.feed(inputs.TextReceived(text))

    def installs(self, connector: int, **given: Any) -> None:
        """SetChargingProfile."""
        self.asks("SetChargingProfile", connectorId=connector, csChargingProfiles=profile(**given))


@frozen
class Step:
    """Something that happens, and what it changes on disk."""

    name: str
    happens: Callable[[Life], None]
    comes: Kept = Factory(dict)
    goes: frozenset[int] = frozenset()
    awaits: bool = False
    """Whether a start is awaited afterwards."""


def _announces(life: Life) -> None:
    given = profile(5, TX, limit=6)
    life.asks("RemoteStartTransaction", idTag="B", connectorId=2, chargingProfile=given)


STEPS = [
    Step("boots", lambda life: life.station.point.advance(10)),
    Step("a maximum", lambda life: life.installs(0, number=1, purpose=MAX), {1: (0, ANYBODY)}),
    Step("a default for one", lambda life: life.installs(1, number=2), {2: (1, ANYBODY)}),
    Step("a default for the other", lambda life: life.installs(2, number=3), {3: (2, ANYBODY)}),
    Step("A begins", lambda life: life.station.begins(1, "A")),
    Step("its id comes", lambda life: life.station.point.advance(5)),
    Step("a limit for A", lambda life: life.installs(1, number=4, purpose=TX), {4: (1, "A")}),
    Step("B is announced with a limit", _announces, awaits=True),
    Step("B begins", lambda life: life.station.begins(2, "B"), {5: (2, "B")}),
    Step("a default for both", lambda life: life.installs(0, number=6), {6: (0, ANYBODY)}, frozenset({2, 3})),
    Step("another limit for A", lambda life: life.installs(1, number=7, purpose=TX), {7: (1, "A")}, frozenset({4})),
    Step("no maximum any more", lambda life: life.asks("ClearChargingProfile", id=1), goes=frozenset({1})),
    Step("A ends", lambda life: life.station.ends("A"), goes=frozenset({7})),
    Step("nothing any more", lambda life: life.asks("ClearChargingProfile"), goes=frozenset({5, 6})),
]


@frozen
class Cut:
    """Where a life was cut short, and what may be on disk then: profiles, and whether a start is awaited."""

    station: Station
    step: str
    possible: list[tuple[Kept, bool]]


def cut_short(station: Station, length: int) -> Cut | None:
    """A life of so many effects; None: it was longer than the story."""
    life = Life(station)
    now: tuple[Kept, bool] = ({}, False)
    then, name = now, "starts"
    try:
        station.boots(length)
        for step in STEPS:
            life.answers.clear()
            left = {number: place for number, place in now[0].items() if number not in step.goes}
            then, name = ({**left, **step.comes}, step.awaits), step.name
            step.happens(life)
            assert not life.answers or life.answers[0]["status"] == "Accepted", name
            now = then
    except PowerCutError:
        return Cut(station, name, [then] if life.answers else [now, then])
    return None


def lives(store: Callable[[], Store], every: int = 1) -> Iterator[Cut]:
    """The life cut short after no effect, after ``every``, ... until it is not cut short."""
    for length in range(0, NEVER, every):
        station = Station(store())
        cut = cut_short(station, length)
        if cut is None:
            station.store.close()
            assert length > 40, "a life with so few effects tells nothing"
            return
        yield cut


def on_disk(store: Store) -> tuple[set[tuple[int, int]], bool]:
    """Ids and connectors of what is installed, and whether a start is awaited."""
    stored = store.load()
    found = {(each.profile.charging_profile_id, each.connector_id) for each in stored.charging_profiles}
    return found, bool(stored.awaited_starts)


def expected(kept: Kept, awaits: bool, going_on: frozenset[str]) -> tuple[set[tuple[int, int]], bool]:
    """What is left of it when power is back, and only these sessions go on."""
    left = {(number, connector) for number, (connector, session) in kept.items() if session in (ANYBODY, *going_on)}
    return left, awaits


@pytest.mark.parametrize("resuming", [False, True], ids=["sessions end", "sessions resume"])
def test_a_power_cut_at_any_instant_loses_no_profile(resuming: bool) -> None:
    for cut in lives(MemoryStore):
        check(cut, resuming)


def test_a_power_cut_leaves_every_profile_in_the_file(tmp_path: Path) -> None:
    count = iter(range(NEVER))
    for cut in lives(lambda: SqliteStore(tmp_path / f"{next(count)}.db", durability="process"), every=7):
        assert isinstance(cut.station.store, SqliteStore)
        cut.station.store.close()
        cut.station.store = cut.station.point.store = SqliteStore(cut.station.store.path, durability="process")
        check(cut, resuming=True)
        cut.station.store.close()


def check(cut: Cut, resuming: bool) -> None:
    """Power is back: what is installed is what may be."""
    station = cut.station
    open_ones = {name for name, session in station.sessions.items() if session.reason is None}
    going_on = frozenset(open_ones if resuming else ())
    station.boots(resuming=going_on)
    found = on_disk(station.store)
    assert found in [expected(*possible, going_on) for possible in cut.possible], cut.step
    memory = station.point.core.features.smart_charging.installed
    assert {(each.profile.charging_profile_id, each.connector_id) for each in memory} == found[0]
