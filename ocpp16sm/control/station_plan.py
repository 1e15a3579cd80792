"""The description of a station before it starts: settings, hardware, named cars and cards, and the clock."""

from collections.abc import Mapping
from typing import Annotated

from attrs import field, frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.clock import PacedClock, ScaledClock, SystemClock
from ocpp16sm.control.parameter_values import Bounds
from ocpp16sm.control.stepped_time import SteppedClock
from ocpp16sm.settings import Settings
from ocpp16sm.station import Car, DcCar, Outlet, Timings


@frozen(kw_only=True)
class ClockPlan:
    """How the station's time passes."""

    pace: Annotated[float, Bounds(0, 1000)] = 1.0
    """Speed relative to real time; 0: time passes only in act ``advance``."""
    began: Timestamp | None = None
    """The time of day at the start; the real time if omitted."""

    def make(self) -> SystemClock | PacedClock:
        """Create the clock. The station must run in its event loop."""
        if self.pace == 0:
            return SteppedClock(self.began)
        if self.pace == 1 and self.began is None:
            return SystemClock()
        return ScaledClock(self.pace, self.began)


@frozen(kw_only=True)
class ConnectorPlan(Outlet):
    """The hardware of a connector, and its default car."""

    car: str | None = None
    """Name of the car that is plugged in by default."""


@frozen(kw_only=True)
class Plan:
    """The description of a station."""

    settings: Settings
    timings: Timings = field(factory=Timings)
    seed: int | None = None
    """Seed of all random choices; None for a different one in each run."""
    clock: ClockPlan = field(factory=ClockPlan)
    connector: Mapping[int, ConnectorPlan] = field(factory=dict)
    """Connectors by number; the others have the default hardware."""
    car: Mapping[str, Car | DcCar] = field(factory=dict)
    """Cars by name."""
    token: Mapping[str, str] = field(factory=dict)
    """idTags by name."""
    boot: bool = True
    """Whether the power is on at the start; otherwise act ``boot`` switches it on."""
