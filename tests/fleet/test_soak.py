"""A fleet for days of virtual time, networks cut, power failing: nothing is lost or doubled, and memory stays flat."""

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import Iterable
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import pytest
from attrs import define, field

from ocpp16sm.core.protocol import Core
from ocpp16sm.csms import InjectedFault, Policy
from ocpp16sm.fleet.member import Member
from ocpp16sm.fleet.profile import DAY_S, HOUR_S
from ocpp16sm.generated.handlers import HandlerCall, Handlers, TransactionStarted, TransactionStopped
from ocpp16sm.messages import Reason
from tests.support.fleets import FleetScene, live

PROFILE: dict[str, Any] = {
    "station": {"connect_per_s": 10},
    # without either, drivers whose network is cut are turned away, and nothing happens offline
    "configuration": {"LocalAuthorizeOffline": True, "AllowOfflineTxForUnknownId": True, "HeartbeatInterval": 3600},
    "meter": {"interval_s": 900},
    "sessions": {
        "arrivals_per_hour": 0.5,
        "cards": 20,  # few, so that the authorization cache is soon full
        "mix": [{"duration_s": [600, 5400]}, {"stop": "unplug", "first": "card", "duration_s": [60, 1800]}],
    },
    "offline": {"per_day": 6, "duration_s": [1, 1800]},
    "power": {"per_day": 3, "duration_s": [1, 900]},
    "faults": {"per_day": 2},
}
SLOW = Policy(heartbeat_interval_s=3600, injected_faults=[InjectedFault(action="*", delay_s=5.0)])
"""Answers come 5 s late, so that cuts hit requests that have been dealt with and not been answered."""


@define
class Book:
    """What the hardware of one station has reported to its charge point, and was not refused."""

    starts: list[TransactionStarted] = field(factory=list)
    stops: list[TransactionStopped] = field(factory=list)


class Clerk(Handlers):
    """Between a station's hardware and its charge point: writes transactions down."""

    __slots__ = ("_book", "_line")

    def __init__(self, line: Handlers, book: Book, running: Any) -> None:
        self._line = line
        self._book = book

    def _call(self, call: HandlerCall) -> Any:
        came = self._line._call(call)
        if isinstance(call, TransactionStarted):
            self._book.starts.append(call)
        elif isinstance(call, TransactionStopped) and came:
            self._book.stops.append(call)
        return came


@pytest.fixture
def books(monkeypatch: pytest.MonkeyPatch) -> dict[str, Book]:
    """By charge point."""
    books: dict[str, Book] = {}
    build = Member.__init__

    def observed(member: Member, *arguments: Any) -> None:
        build(member, *arguments)
        book = books[member.station.charge_point.settings.charge_point_id] = Book()
        site = member.station._shared_parts
        site.charge_point = Clerk(site.charge_point, book, site)

    monkeypatch.setattr(Member, "__init__", observed)
    return books


def weight(roots: Iterable[object], apart: Iterable[object]) -> int:
    """Bytes of everything that hangs on the roots, but for what is apart, and for code."""
    seen = {id(one) for one in apart}
    left = list(roots)
    total = 0
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType | BuiltinFunctionType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        left.extend(gc.get_referents(one))
    return total


async def until_day(scene: FleetScene, days: float) -> None:
    """Let time pass in hours; the Central System need not remember what it heard."""
    loop = asyncio.get_running_loop()
    while loop.time() < days * DAY_S:
        await asyncio.sleep(HOUR_S)
        for peer in scene.system.peers.values():
            peer.heard.clear()
        scene.frames.clear()


def station_weight(scene: FleetScene, books: dict[str, Book]) -> int:
    gc.collect()
    members = scene.fleet.members.values()
    loop = asyncio.get_running_loop()
    apart: list[object] = [scene, scene.system, scene.fleet, scene.fleet.counts, scene.frames, scene.roads, books, loop]
    apart += [scene.fleet._environment, *books.values(), *asyncio.all_tasks(), *scene.roads.values()]
    return weight(members, apart)


def cores() -> int:
    """How many there are. One that nobody uses and nobody frees hangs on no station: weighing does not show it."""
    gc.collect()
    return sum(type(one) is Core for one in gc.get_objects())


async def wait_until_delivered(scene: FleetScene) -> None:
    """No more trouble: what is cut is mended, and everything can be delivered. Then the fleet stops."""
    for member in scene.fleet.members.values():
        member._troubles.end()
        while member.network.is_cut:
            member.mend_network()
        while member._power_cuts:
            member.restore_power()
    await asyncio.sleep(2 * HOUR_S)
    scene.system.policy.injected_faults.clear()
    await scene.fleet.stop()


def compare(scene: FleetScene, books: dict[str, Book]) -> Counter[str]:
    """Hold the books of the stations against that of the Central System. Gives how transactions ended."""
    ends: Counter[str] = Counter()
    for charge_point_id, book in books.items():
        known = [
            one for one in scene.system.request_handler.transactions.values() if one.charge_point_id == charge_point_id
        ]
        reported = [(one.connector, one.id_token, one.timestamp) for one in book.starts]
        assert [(one.start.connector_id, one.start.id_tag, one.start.timestamp) for one in known] == reported
        assert [one.start.meter_start for one in known] == [round(one.meter_start) for one in book.starts]
        assert all(one.stop is not None for one in known)
        stops = {
            (one.start.connector_id, one.stop.timestamp): one.stop
            for one in known
            if one.stop is not None and one.stop.reason is not Reason.POWER_LOSS
        }
        assert len(stops) == len(book.stops)
        for told in book.stops:
            stop = stops[told.connector, told.timestamp]
            assert (stop.reason or Reason.LOCAL) == told.reason
            assert stop.meter_stop == round(told.energy_wh_import)
        ends.update(str(one.stop.reason) for one in known if one.stop is not None)
    return ends


def soak(books: dict[str, Book], stations: int, days: float) -> Counter[str]:
    ends: Counter[str] = Counter()
    before = cores()

    async def story(scene: FleetScene) -> None:
        loop: Any = asyncio.get_running_loop()
        await until_day(scene, days / 5)
        early, timers = station_weight(scene, books), len(loop._scheduled)
        await until_day(scene, days)
        assert station_weight(scene, books) < early * 1.1
        assert len(loop._scheduled) < timers * 1.5 + 100
        assert cores() <= before + stations, "power cuts leave cores behind"
        assert scene.fleet.counts.waits["reconnect"].count > stations * days
        await wait_until_delivered(scene)
        assert scene.fleet.counts.sessions == len(scene.system.request_handler.transactions)
        assert not scene.fleet.counts.errors
        ends.update(compare(scene, books))

    live(story, PROFILE, range(1, stations + 1), SLOW)
    return ends


def test_a_day_of_cuts_and_power_failures_loses_and_doubles_nothing(books: dict[str, Book]) -> None:
    ends = soak(books, stations=8, days=1)
    assert ends["PowerLoss"] > 0
    assert ends["EVDisconnected"] > 10


@pytest.mark.long
def test_ten_days_of_two_hundred_stations_lose_and_double_nothing(books: dict[str, Book]) -> None:
    ends = soak(books, stations=200, days=10)
    assert ends["PowerLoss"] > 100
    assert ends.total() > 20_000
