"""What goes wrong at one station of a fleet: its network, its power, its parts."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from attrs import define, field

from ocpp16sm.errors import NotStartedError
from ocpp16sm.fleet.profile import DAY_S, FaultsPlan, Profile, Seconds
from ocpp16sm.fleet.rng import Chance
from ocpp16sm.messages import ChargePointErrorCode
from ocpp16sm.station import VirtualStation


class Owner(Protocol):
    """What can go wrong."""

    station: VirtualStation
    chance: Chance
    profile: Profile

    def cut_network(self) -> None:
        """The network is gone."""

    def mend_network(self) -> None:
        """It is there again."""

    def cut_power(self) -> None:
        """The power fails."""

    def restore_power(self) -> None:
        """It is there again."""


@define(eq=False)
class Troubles:
    """Of one station. What never happens costs nothing."""

    owner: Owner
    _timers: dict[str, asyncio.TimerHandle] = field(factory=dict)

    def begin(self) -> None:
        """From now on things go wrong."""
        owner, profile = self.owner, self.owner.profile
        self._expect(
            "offline", profile.offline.per_day, profile.offline.duration_s, owner.cut_network, owner.mend_network
        )
        self._expect("power", profile.power.per_day, profile.power.duration_s, owner.cut_power, owner.restore_power)
        self._expect_fault()

    def end(self) -> None:
        """Nothing more goes wrong, nor is anything mended."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _expect(
        self, what: str, per_day: float, duration_s: Seconds, break_: Callable[[], None], mend: Callable[[], None]
    ) -> None:
        """It happens at random, lasts a while, and happens again."""

        def happens() -> None:
            self._later(what, self.owner.chance.between(duration_s), is_over)
            break_()

        def is_over() -> None:
            self._expect(what, per_day, duration_s, break_, mend)
            mend()

        if per_day > 0:
            self._later(what, self.owner.chance.gap(DAY_S / per_day), happens)

    def _expect_fault(self) -> None:
        faults = self.owner.profile.faults
        if faults.per_day > 0:
            self._later("fault", self.owner.chance.gap(DAY_S / faults.per_day), lambda: self._break(faults))

    def _break(self, faults: FaultsPlan) -> None:
        chance, station = self.owner.chance, self.owner.station
        connector = 1 + chance.below(self.owner.profile.station.connectors)
        error = faults.errors[chance.below(len(faults.errors))]
        duration_s = chance.between(faults.duration_s)
        try:
            uuid = station.raise_error(connector, error if isinstance(error, int) else ChargePointErrorCode(error))
        except NotStartedError:  # there is no power
            self._expect_fault()
            return

        def mended() -> None:
            self._expect_fault()
            try:
                station.clear_error(connector, uuid)
            except NotStartedError:
                return  # a power cut has mended it

        self._later("fault", duration_s, mended)

    def _later(self, what: str, delay_s: float, act: Callable[[], None]) -> None:
        self._timers[what] = asyncio.get_running_loop().call_later(delay_s, act)
