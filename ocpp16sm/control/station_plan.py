"""What is known of a station before it starts: its settings, its hardware, cars and cards by name, how time passes."""

from collections.abc import Mapping
from typing import Annotated

from attrs import field, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.clock import PacedClock, ScaledClock, SystemClock
from ocpp16sm.control.parameter_values import Limits
from ocpp16sm.control.stepped_time import SteppedClock
from ocpp16sm.settings import Settings
from ocpp16sm.station import Car, DcCar, Outlet, Timings


@frozen(kw_only=True)
class ClockPlan:
    """How the station's time passes."""

    pace: Annotated[float, Limits(0, 1000)] = 1.0
    """So many times faster than the world's; 0: not at all, but when act ``advance`` says so."""
    began: Timestamp | None = None
    """The time of day at the start; if not said, the real one."""

    def make(self) -> SystemClock | PacedClock:
        """The clock; the station has to run in its event loop."""
        if self.pace == 0:
            return SteppedClock(self.began)
        if self.pace == 1 and self.began is None:
            return SystemClock()
        return ScaledClock(self.pace, self.began)


@frozen(kw_only=True)
class ConnectorPlan(Outlet):
    """How a connector is built, and what is plugged in if nobody says."""

    car: str | None = None
    """Name of a car."""


@frozen(kw_only=True)
class Plan:
    """A station."""

    settings: Settings
    timings: Timings = field(factory=Timings)
    seed: int | None = None
    """Of everything that is left to chance; None: every run is another."""
    clock: ClockPlan = field(factory=ClockPlan)
    connector: Mapping[int, ConnectorPlan] = field(factory=dict)
    """By number; the others are as most are."""
    car: Mapping[str, Car | DcCar] = field(factory=dict)
    """By name."""
    token: Mapping[str, str] = field(factory=dict)
    """idTags by name."""
    boot: bool = True
    """Whether the power is on at the start; otherwise act ``boot`` switches it on."""
