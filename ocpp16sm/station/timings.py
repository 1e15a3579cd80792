"""How long things take at a station."""

from typing import Self

from attrs import evolve, field, fields, frozen, validators


def _seconds(default: float) -> float:
    seconds: float = field(default=default, validator=validators.ge(0))
    return seconds


def _interval(default: float) -> float:
    seconds: float = field(default=default, validator=validators.gt(0))
    return seconds


@frozen(kw_only=True)
class Timings:
    """All in seconds. The defaults are those of a real station."""

    car_seen_s: float = _seconds(1.0)
    """From the plug in the socket until the car is seen."""
    power_drawn_s: float = _seconds(1.5)
    """From the start of a transaction, or from the end of what held it up, until the car draws power."""
    unplugged_s: float = _seconds(0.25)
    """From the plug out of the socket until that is noticed."""
    meter_read_s: float = _interval(0.5)
    """Between two readings of a meter while energy flows."""
    idle_meter_read_s: float = _interval(10.0)
    """Between two readings of a meter while none does."""
    diode_fails_s: float = _seconds(5.0)
    """How long a car whose diode fails charges before."""
    restart_s: float = _seconds(1.0)
    """From a reset until the charge point starts again."""
    file_step_s: float = _seconds(2.0)
    """From one step of a firmware update or an upload to the next, at least."""

    def faster(self, factor: float) -> Self:
        """The same, so many times faster. (To have everything faster, use a :class:`~ocpp16sm.clock.ScaledClock`.)"""
        return evolve(self, **{a.name: getattr(self, a.name) / factor for a in fields(type(self))})
