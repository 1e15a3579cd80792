"""Failures at one station of a fleet: network cuts, power cuts, errors."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from attrs import define, field

from ocpp16sm.errors import NotStartedError
from ocpp16sm.fleet.profile import DAY_S, FaultsPlan, Profile, Seconds
from ocpp16sm.fleet.rng import Rng
from ocpp16sm.messages import ChargePointErrorCode
from ocpp16sm.station import VirtualStation


class TroublesOwner(Protocol):
    """The station, and what can fail there."""

    station: VirtualStation
    rng: Rng
    profile: Profile

    def cut_network(self) -> None:
        """Cut the network."""

    def mend_network(self) -> None:
        """End a network cut."""

    def cut_power(self) -> None:
        """Cut the power."""

    def restore_power(self) -> None:
        """End a power cut."""


@define(eq=False)
class Troubles:
    """The failures of one station. A kind that the profile excludes costs nothing."""

    owner: TroublesOwner
    _timers: dict[str, asyncio.TimerHandle] = field(factory=dict)

    def begin(self) -> None:
        """Schedule failures from now on."""
        owner, profile = self.owner, self.owner.profile
        self._expect(
            "offline", profile.offline.per_day, profile.offline.duration_s, owner.cut_network, owner.mend_network
        )
        self._expect("power", profile.power.per_day, profile.power.duration_s, owner.cut_power, owner.restore_power)
        self._expect_fault()

    def end(self) -> None:
        """Cancel all scheduled failures and repairs."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _expect(
        self, what: str, per_day: float, duration_s: Seconds, break_: Callable[[], None], mend: Callable[[], None]
    ) -> None:
        """Schedule a failure at a random time, its end, and the next one."""

        def happens() -> None:
            self._later(what, self.owner.rng.between(duration_s), is_over)
            break_()

        def is_over() -> None:
            self._expect(what, per_day, duration_s, break_, mend)
            mend()

        if per_day > 0:
            self._later(what, self.owner.rng.gap(DAY_S / per_day), happens)

    def _expect_fault(self) -> None:
        faults = self.owner.profile.faults
        if faults.per_day > 0:
            self._later("fault", self.owner.rng.gap(DAY_S / faults.per_day), lambda: self._break(faults))

    def _break(self, faults: FaultsPlan) -> None:
        rng, station = self.owner.rng, self.owner.station
        connector = 1 + rng.below(self.owner.profile.station.connectors)
        error = faults.errors[rng.below(len(faults.errors))]
        duration_s = rng.between(faults.duration_s)
        try:
            uuid = station.raise_error(connector, error if isinstance(error, int) else ChargePointErrorCode(error))
        except NotStartedError:  # no power
            self._expect_fault()
            return

        def mended() -> None:
            self._expect_fault()
            try:
                station.clear_error(connector, uuid)
            except NotStartedError:
                return  # a power cut has cleared it

        self._later("fault", duration_s, mended)

    def _later(self, what: str, delay_s: float, act: Callable[[], None]) -> None:
        self._timers[what] = asyncio.get_running_loop().call_later(delay_s, act)
