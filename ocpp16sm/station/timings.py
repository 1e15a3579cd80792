"""Durations at a virtual station."""

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
    """Durations in seconds. The defaults resemble a real station."""

    car_seen_s: float = _seconds(1.0)
    """From plugging in until the car is detected."""
    power_drawn_s: float = _seconds(1.5)
    """From the start of a transaction, or the end of a suspension, until the car draws power."""
    unplugged_s: float = _seconds(0.25)
    """From unplugging until that is detected."""
    meter_read_s: float = _interval(0.5)
    """Between two meter readings while energy flows."""
    idle_meter_read_s: float = _interval(10.0)
    """Between two meter readings while no energy flows."""
    diode_fails_s: float = _seconds(5.0)
    """How long a car with a broken diode charges before the fault."""
    restart_s: float = _seconds(1.0)
    """From a reset until the charge point starts again."""
    file_step_s: float = _seconds(2.0)
    """Minimum time between two steps of a firmware update or an upload."""

    def faster(self, factor: float) -> Self:
        """The same durations divided by ``factor``. For all time: :class:`~ocpp16sm.clock.ScaledClock`."""
        return evolve(self, **{a.name: getattr(self, a.name) / factor for a in fields(type(self))})
