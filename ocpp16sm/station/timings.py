"""How long things take at a station."""

from typing import Self

from attrs import evolve, field, fields, frozen, validators


def _seconds(default: float) -> float:
    seconds: float = field(default=default, validator=validators.ge(0))
    return seconds


@frozen(kw_only=True)
class Timings:
    """All in seconds. The defaults are those of a real station."""

    car_seen_s: float = _seconds(1.0)
    """From the plug in the socket until the car is seen."""
    power_drawn_s: float = _seconds(1.5)
    """From the start of a transaction, or from the car's wish, until the car draws power."""
    unplugged_s: float = _seconds(0.25)
    """From the plug out of the socket until that is noticed."""
    meter_read_s: float = _seconds(0.5)
    """Between two readings of the meter while a transaction runs."""
    restart_s: float = _seconds(1.0)
    """From a reset until the charge point starts again."""
    file_step_s: float = _seconds(2.0)
    """From one step of a firmware update or an upload to the next, at least."""

    def faster(self, factor: float) -> Self:
        """The same, so many times faster."""
        return evolve(self, **{a.name: getattr(self, a.name) / factor for a in fields(type(self))})
